//! `sip-status check --stacks`: what is on record of a line, worked out by hand from `lab/tables/divergence.tsv`.

use sip_status_lab::divergence::Reading;

use crate::run::run_with;

/// What `check --stacks` prints of that text behind the departures: rows, of those that go on put
/// together.
#[track_caller]
fn on_record(text: &[u8]) -> Vec<String> {
    of_input("text", text)
}

#[track_caller]
fn of_input(format: &str, octets: &[u8]) -> Vec<String> {
    let run = run_with(&["check", "--stacks", "--input", format], octets);
    assert_eq!(run.code, 1);
    let mut rows: Vec<String> = Vec::new();
    let printed = run.out.lines();
    for row in printed.skip_while(|row| !row.starts_with("    on record")) {
        // What one stack read stays on one row.
        assert!(row.chars().count() <= 100 || !row.contains(", "), "{row}");
        match row.strip_prefix(&" ".repeat(23)) {
            Some(more) => rows.last_mut().unwrap().extend([" ", more]),
            None => rows.push(row.trim().to_owned()),
        }
    }
    // Of a reading, those stacks that the tests are about.
    rows.retain_mut(|row| {
        let parts = row.split_at_checked(17);
        let reading = parts.filter(|(label, _)| label.trim_end().parse::<Reading>().is_ok());
        let Some((label, stacks)) = reading else {
            return true;
        };
        let is_kept = |stack: &&str| {
            let rests = STACKS.iter().filter_map(|kept| stack.strip_prefix(kept));
            rests
                .into_iter()
                .any(|rest| rest.is_empty() || rest.starts_with(" ("))
        };
        let stacks: Vec<_> = stacks.split(", ").filter(is_kept).collect();
        let (is_shown, shown) = (!stacks.is_empty(), stacks.join(", "));
        *row = format!("{label}{shown}");
        is_shown
    });
    rows
}

/// The stacks that the tests are about, so that another one on record changes nothing.
const STACKS: [&str; 23] = [
    "gosip (ghettovoice) 707fe53",
    "JAIN-SIP bbf30675",
    "Kamailio 38711a3e78",
    "libosip2 5.3.0",
    "libre 1.1.0",
    "libre 848ed0b6",
    "Net::SIP 0.835",
    "sip (npm) 0.0.6",
    "OpenSIPS 8f4f1e1b40",
    "OpenSIPS master",
    "picohttpparser (HTTP twin) f832609",
    "PJSIP 2.17-dev",
    "PJSIP b7317ffca",
    "reSIProcate 68c54f299",
    "rsip 0.4",
    "sipgo 3f46033",
    "SIPp 31658c2",
    "sipsp (intuitivelabs) e0ec51e",
    "sngrep 1ff74ee",
    "Snort 14aeb09f5",
    "Sofia-SIP 7333682",
    "Suricata 398687d5d4",
    "tshark 4.0.17",
];

const THIS: &str = "on record for this line:";
const ALIKE: &str = "on record for lines that differ in code and phrase alone:";

#[test]
fn of_the_very_line_with_what_was_read_instead() {
    let rows = on_record(b"SIP/2.0 4294967496 OK\r\n");
    assert_eq!(
        rows,
        [
            THIS,
            "tried            code_wrap32_200",
            "same code        sip (npm) 0.0.6, SIPp 31658c2",
            "other code       libosip2 5.3.0 (200), libre 848ed0b6 (200)",
            "raises an alert  Snort 14aeb09f5",
            "refused          gosip (ghettovoice) 707fe53, JAIN-SIP bbf30675, Kamailio \
             38711a3e78, OpenSIPS 8f4f1e1b40, picohttpparser (HTTP twin) f832609, PJSIP \
             b7317ffca, reSIProcate 68c54f299, rsip 0.4, sipgo 3f46033, sipsp (intuitivelabs) \
             e0ec51e, sngrep 1ff74ee, Sofia-SIP 7333682, Suricata 398687d5d4, tshark 4.0.17",
            "",
        ]
    );
}

/// In another line, another code would have been read, and another header for the phrase.
#[test]
fn what_was_read_is_told_of_the_very_line_alone() {
    let rows = on_record(b"SIP/2.0 480\r\n");
    let other =
        "other phrase     libosip2 5.3.0 (\"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKprobe108\")";
    assert!(rows.iter().any(|row| row == other), "{rows:#?}");
    let rows = on_record(b"SIP/2.0 456\r\n");
    assert_eq!(rows[0], ALIKE);
    assert!(
        rows.iter()
            .any(|row| row == "other phrase     libosip2 5.3.0"),
        "{rows:#?}"
    );
    let rows = on_record(b"SIP/2.0 4294967496 x\r\n");
    assert_eq!(
        rows[..4],
        [
            ALIKE,
            "tried            code_wrap32_200",
            "same code        sip (npm) 0.0.6, SIPp 31658c2",
            "other code       libosip2 5.3.0, libre 848ed0b6",
        ]
    );
    assert_eq!(
        on_record(b"SIP/2.0 99999 x\r\n"),
        [
            ALIKE,
            "tried            code_99999_overflow, code_99999_weird",
            "accepted         libosip2 5.3.0, Net::SIP 0.835, sip (npm) 0.0.6",
            "other code       libre 1.1.0",
            "refused          OpenSIPS master, PJSIP 2.17-dev, rsip 0.4, tshark 4.0.17",
            "",
        ]
    );
    // Of what other numbers were read as, nothing follows for this one.
    assert_eq!(on_record(b"SIP/2.0 12345678901 x\r\n"), [""; 0]);
}

#[test]
fn the_phrase_or_the_code_alone_or_a_request() {
    assert_eq!(
        on_record(b"HTTP/1.1 200 OK\r\n"),
        [
            THIS,
            "tried            ver_HTTP",
            "accepted         libre 1.1.0",
            "same code        gosip (ghettovoice) 707fe53, libre 848ed0b6, picohttpparser (HTTP \
             twin) f832609, SIPp 31658c2, Sofia-SIP 7333682",
            "refused          JAIN-SIP bbf30675, libosip2 5.3.0, Net::SIP 0.835, sip (npm) \
             0.0.6, OpenSIPS 8f4f1e1b40, OpenSIPS master, PJSIP 2.17-dev, PJSIP b7317ffca, rsip \
             0.4, sipgo 3f46033, sngrep 1ff74ee, Snort 14aeb09f5, Suricata 398687d5d4, tshark \
             4.0.17",
            "as a request     Kamailio 38711a3e78, reSIProcate 68c54f299, sipsp (intuitivelabs) \
             e0ec51e",
            "",
        ]
    );
}

/// Who finds a code where no number stands by itself has not read another.
#[test]
fn a_code_that_is_not_clear_is_not_compared() {
    assert_eq!(
        on_record(b"SIP/2.0200 OK\r\n"),
        [
            THIS,
            "tried            sep_none",
            "read as          PJSIP 2.17-dev (200 \"OK\"), PJSIP b7317ffca (200), SIPp 31658c2 (0)",
            "raises an alert  Snort 14aeb09f5",
            "refused          gosip (ghettovoice) 707fe53, JAIN-SIP bbf30675, Kamailio \
             38711a3e78, libosip2 5.3.0, libre 1.1.0, libre 848ed0b6, Net::SIP 0.835, sip (npm) \
             0.0.6, OpenSIPS 8f4f1e1b40, OpenSIPS master, picohttpparser (HTTP twin) f832609, \
             reSIProcate 68c54f299, rsip 0.4, sipgo 3f46033, sipsp (intuitivelabs) e0ec51e, \
             sngrep 1ff74ee, Sofia-SIP 7333682, Suricata 398687d5d4, tshark 4.0.17",
            "",
        ]
    );
    let read = [
        (
            b"SIP / 2.0 200 OK\r\n".as_slice(),
            "PJSIP b7317ffca (200), SIPp 31658c2 (0)",
        ),
        (
            b"SIP/2.0\xc2\xa0200 OK\r\n",
            "sip (npm) 0.0.6 (200), SIPp 31658c2 (0)",
        ),
    ];
    for (line, read) in read {
        let rows = on_record(line);
        assert_eq!(rows[2], format!("read as          {read}"));
        assert!(!rows.iter().any(|row| row.starts_with("other code")));
    }
}

const OF_EOL_LF: [&str; 4] = [
    "tried            eol_LF",
    "same code        gosip (ghettovoice) 707fe53, JAIN-SIP bbf30675, Kamailio 38711a3e78, \
     libosip2 5.3.0, libre 848ed0b6, OpenSIPS 8f4f1e1b40, picohttpparser (HTTP twin) f832609, \
     PJSIP b7317ffca, rsip 0.4, sipgo 3f46033, SIPp 31658c2, sipsp (intuitivelabs) e0ec51e, \
     sngrep 1ff74ee, Snort 14aeb09f5, Sofia-SIP 7333682, tshark 4.0.17",
    "refused          sip (npm) 0.0.6, reSIProcate 68c54f299, Suricata 398687d5d4",
    "",
];

/// `eol_LFCR` and `LF_inject` begin with the same octets.
#[test]
fn this_line_is_of_the_same_octets() {
    let of_this = [[THIS].as_slice(), &OF_EOL_LF].concat();
    assert_eq!(on_record(b"SIP/2.0 200 OK\n"), of_this);
    let message = b"SIP/2.0 200 OK\nCSeq: 1 INVITE\r\nCall-ID: a\r\n\r\n";
    assert_eq!(of_input("raw", message), of_this);

    for (line, name) in [
        (b"SIP/2.0 200 OK\n\r".as_slice(), "eol_LFCR"),
        (b"SIP/2.0 200 OK\nX-Inj: y\r\n", "LF_inject"),
        (b"\nSIP/2.0 200 OK\r\n", "lead_LF"),
        (b"\nSIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n", "lead_LF"),
    ] {
        let rows = of_input("raw", line);
        assert_eq!(
            rows[..2],
            [THIS.to_owned(), format!("tried            {name}")]
        );
    }
}

#[test]
fn another_code_and_phrase() {
    let alike = [[ALIKE].as_slice(), &OF_EOL_LF].concat();
    assert_eq!(on_record(b"SIP/2.0 603 Decline\n"), alike);
    assert_eq!(
        on_record(b"SIP/2.0 777 x\r\n"),
        [
            ALIKE,
            "tried            code_700, code_999",
            "accepted         rsip 0.4",
            "same code        gosip (ghettovoice) 707fe53, JAIN-SIP bbf30675, Kamailio \
             38711a3e78, libosip2 5.3.0, libre 848ed0b6, sip (npm) 0.0.6, OpenSIPS 8f4f1e1b40, \
             picohttpparser (HTTP twin) f832609, PJSIP b7317ffca, reSIProcate 68c54f299, sipgo \
             3f46033, SIPp 31658c2, sipsp (intuitivelabs) e0ec51e, sngrep 1ff74ee, Snort \
             14aeb09f5, Sofia-SIP 7333682, Suricata 398687d5d4, tshark 4.0.17",
            "",
        ]
    );
}

/// Of what sip (npm) did, the phrase is on record for two of the three lines.
#[test]
fn a_phrase_that_is_not_on_record_for_all() {
    let rows = on_record(b"SIP/2.0 000 x\r\n");
    assert_eq!(
        rows[..3],
        [
            ALIKE,
            "tried            code_000, code_000_invalid, code_000_zero",
            "accepted         Net::SIP 0.835, OpenSIPS master, rsip 0.4",
        ]
    );
    assert!(rows[3].starts_with("same code"));
    assert!(rows[3].contains("sip (npm) 0.0.6"));
}

/// Stacks that were tried with the line itself are not asked of others, nor is that line named again.
#[test]
fn others_are_asked_of_those_that_were_not_tried_with_this() {
    assert_eq!(
        on_record(b"SIP/2.0 200 a\rb\r\n"),
        [
            THIS,
            "tried            reason_bareCR_letters",
            "accepted         Net::SIP 0.835",
            "same code        OpenSIPS master, rsip 0.4, tshark 4.0.17",
            "other phrase     PJSIP 2.17-dev (\"a\")",
            "refused          libosip2 5.3.0, libre 1.1.0, sip (npm) 0.0.6",
            "",
            ALIKE,
            "tried            reason_bareCR, CR_inject",
            "same code        gosip (ghettovoice) 707fe53, Kamailio 38711a3e78, OpenSIPS \
             8f4f1e1b40, PJSIP b7317ffca, SIPp 31658c2, sipsp (intuitivelabs) e0ec51e, sngrep \
             1ff74ee, Snort 14aeb09f5, Sofia-SIP 7333682",
            "refused          libre 848ed0b6, picohttpparser (HTTP twin) f832609, reSIProcate \
             68c54f299, sipgo 3f46033, Suricata 398687d5d4",
            "it depends       JAIN-SIP bbf30675",
            "",
        ]
    );
}

#[test]
fn nothing_where_nothing_is_on_record() {
    let lines: [&[u8]; 16] = [
        // The input ends, which no line did that was tried.
        b"SIP/2.0 200 OK",
        b"SIP/2.0 200 OK\r",
        b"SIP/2.0 200 x\x05\r\n",
        b"sip/2.0\t200\n",
        // One fault is that of lines on record, and there are more.
        b"SIP/2.0 700\r\n",
        b"SIP/2.0 700 \r\n",
        b"SIP/2.0 700x\0junk\r\n",
        b"SIP/3.0 junk\n",
        b"SIP/3.0 200 OK\n",
        b"SIP/2.0 486 <x>\r\n",
        // None of it is that of the code and the phrase.
        b"SIP/2.0 2O1 OK\r\n",
        b"SIP/2.0 +201 OK\r\n",
        b"SIP/2.0 201OK\r\n",
        // No status-lines at all.
        b"INVITE sip:a@b SIP/2.0\r\n",
        b"Via: SIP/2.0/UDP 127.0.0.1:5060\r\n",
        b"Content-Length: 200\r\n",
    ];
    for line in lines {
        assert_eq!(on_record(line), [""; 0], "{}", line.escape_ascii());
    }
    for octets in [b"\nGET / HTTP/1.1".as_slice(), b"\nGET / HTTP/1.1\r\n"] {
        assert_eq!(of_input("raw", octets), [""; 0]);
    }
}

#[test]
fn once_for_each_shape() {
    let rows = on_record(b"sip/2.0 302 x\r\nsip/2.0 404 y\r\n");
    let told = rows.iter().filter(|row| row.starts_with("on record"));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ALIKE,
            "on record: see ver_lower, ver_lower_200_ok, ver_lower_100 above",
        ]
    );
}
