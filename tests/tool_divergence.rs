//! `sip-status check --stacks`: what is on record of a line, worked out by hand from `corpus/divergence.tsv`.

#![cfg(feature = "cli")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use std::io::Write;
use std::process::{Command, Stdio};

/// What `check --stacks` prints of that text behind the departures: rows, of those that go on put
/// together.
#[track_caller]
fn on_record(text: &[u8]) -> Vec<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sip-status"))
        .args(["check", "--stacks"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    let mut rows: Vec<String> = Vec::new();
    for row in out
        .lines()
        .skip_while(|row| !row.starts_with("    on record"))
    {
        assert!(row.chars().count() <= 100, "{row}");
        match row.strip_prefix(&" ".repeat(20)) {
            Some(more) => rows.last_mut().unwrap().extend([" ", more]),
            None => rows.push(row.trim().to_owned()),
        }
    }
    rows
}

#[test]
fn of_the_very_line_with_what_was_read_instead() {
    let rows = on_record(b"SIP/2.0 4294967496 OK\r\n");
    assert_eq!(
        rows,
        [
            "on record for this line:",
            "tried         code_wrap32_200",
            "accepted      sip (npm) 0.0.6, sipmessage 0.7.1, SIPp 31658c2, sippy 2.5.0",
            "other code    libosip2 5.3.0 (200), libre 848ed0b6 (200), Snort 14aeb09f5 (1000)",
            "refused       belle-sip 5.1.64, gosip (ghettovoice) 707fe53, JAIN-SIP bbf30675, \
             Kamailio 38711a3e78, OpenSIPS 8f4f1e1b40, picohttpparser f832609, PJSIP b7317ffca, \
             reSIProcate 68c54f299, SIP.js 0.21.2, sipgo 3f46033, sipsp (intuitivelabs) e0ec51e, \
             sngrep 1ff74ee, Sofia-SIP 7333682, Suricata 398687d5d4, tshark 4.0.17",
            "",
            // Of stacks that were not tried with it.
            "on record for lines that depart in this way:",
            "tried         code_bigcode4475, code_wrap32_200",
            "accepted      Net::SIP 0.835",
            "other code    libre 1.1.0",
            "refused       Kamailio 5.6.3, OpenSIPS master, PJSIP 2.17-dev, rsip 0.4, \
             Sofia-SIP 1.12.11",
            "",
        ]
    );
}

#[test]
fn a_header_read_for_the_phrase() {
    let rows = on_record(b"SIP/2.0 480\r\n");
    let other =
        "other phrase  libosip2 5.3.0 (\"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKprobe108\")";
    assert!(rows.iter().any(|row| row == other), "{rows:#?}");
    // Of another code nothing but the way is on record, and another header would have been read.
    let rows = on_record(b"SIP/2.0 456\r\n");
    assert_eq!(rows[0], "on record for lines that depart in this way:");
    assert!(
        rows.iter().any(|row| row == "other phrase  libosip2 5.3.0"),
        "{rows:#?}"
    );
}

#[test]
fn a_request_to_some() {
    let rows = on_record(b"HTTP/1.1 200 OK\r\n");
    let request = "as a request  belle-sip 5.1.64, Kamailio 38711a3e78, reSIProcate 68c54f299, \
                   sipsp (intuitivelabs) e0ec51e";
    assert!(rows.iter().any(|row| row == request), "{rows:#?}");
}

/// An excluded octet, one that breaks off a UTF-8 sequence, and one that breaks off an escape.
#[test]
fn ways_are_told_apart_by_the_octet() {
    let cases: [(&[u8], &str); 5] = [
        (b"SIP/2.0 486 <x>\r\n", "reason_quotes"),
        (
            b"SIP/2.0 486 \xc3<\r\n",
            "reason_latin1, reason_latin1_e9, reason_broken_lead, 1 more",
        ),
        (b"SIP/2.0 486 %<\r\n", "reason_fmt"),
        (b"SIP/2.0 486 x\x0b\r\n", "reason_VT"),
        (b"SIP/2.0 777 x\r\n", "code_700, code_999"),
    ];
    for (line, tried) in cases {
        let rows = on_record(line);
        assert_eq!(rows[1], format!("tried         {tried}"), "{rows:#?}");
    }
}

#[test]
fn nothing_where_nothing_is_on_record() {
    // The input ends, which no line did that was tried.
    assert_eq!(on_record(b"SIP/2.0 200 OK"), [""; 0]);
    assert_eq!(on_record(b"SIP/2.0 200 x\x05\r\n"), [""; 0]);
    assert_eq!(on_record(b"sip/2.0\t200\n"), [""; 0]);
}

#[test]
fn once_for_each_way() {
    let rows = on_record(b"sip/2.0 302 x\r\nsip/2.0 404 x\r\n");
    let told = rows.iter().filter(|row| row.starts_with("on record"));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "on record for lines that depart in this way:",
            "on record: see ver_lower, ver_mixed, ver_lower_200_ok, 1 more above",
        ]
    );
}
