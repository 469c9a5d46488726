//! The tool `sip-status`, from the outside: what it prints, where, and its exit code.

use std::fs;
use std::io::Write;
#[cfg(unix)]
use std::{
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    process::Stdio,
};

use serde_json::{Value, json};
use sip_status_lab::SplitMix64;
use sip_status_line::Parser;
use sip_status_line::registry::ALL;
use sip_status_test_support::packets::{RAW_IP, pcap_header, pcap_record, udp};
use sip_status_test_support::process::{self, Process};
use unicode_width::UnicodeWidthStr;

use crate::run::{Run, capture, command, decode, file, repository, run, run_with, start};

// input: tables and directories

#[test]
fn tables_and_directories_are_read() {
    let path = |name: &str| repository(&format!("corpus/{name}"));
    let decoded = |name: &str| run(&["decode", "--format", "json", &path(name)]).objects();
    let probes = decoded("probes.tsv");
    assert_eq!(probes.len(), 96);
    assert_eq!(probes[0]["name"], "base_200");
    assert_eq!(probes[0]["record"], 2);
    assert_eq!(probes[77]["reason"], "A".repeat(4096));
    // It has no column for names.
    let others = decoded("other-parsers.tsv");
    assert_eq!(others.len(), 164);
    assert_eq!(others[0]["name"], Value::Null);
    let accept = decoded("accept");
    let files = fs::read_dir(path("accept")).unwrap().count();
    assert_eq!(accept.len(), files);
    let names: Vec<_> = accept.iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.contains(&"phrase-1024-octets.sip"));
    assert_eq!(accept[1]["record"], 2);

    assert_eq!(run(&["decode", "--carve", &path("accept")]).code, 2);

    let none = file("none.tsv", b"probe\tocts\na\t41\n");
    let run = run(&["decode", "--input", "tsv", &none]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("named hex"), "{}", run.err);
    let bad = file(
        "bad.tsv",
        b"probe\thex\na\t4\nb\nc\t41*99999999999\nd\t41*x\ne\t4142\n",
    );
    let run = self::run(&["decode", "--format", "json", &bad]);
    assert_eq!((run.code, run.objects().len()), (1, 1));
    for line in 2..6 {
        let said = format!("line {line} is not hex");
        assert!(run.err.contains(&said), "{}", run.err);
    }
}

// decode: captures

#[test]
fn a_capture_tells_when_and_between_whom() {
    let run = run(&[
        "decode",
        "--format",
        "json",
        &capture("derived-nsec-le.pcap"),
    ]);
    let first = &run.objects()[0];
    assert_eq!(first["time"], "1795167199.637262007");
    assert_eq!(first["src"], "127.0.0.1:5060");
    assert_eq!(first["dst"], "127.0.0.1:5070");
    let run = self::run(&[
        "decode",
        "--format",
        "json",
        &capture("kamailio-own-udp6.pcap"),
    ]);
    let first = &run.objects()[0];
    assert_eq!(first["time"], "1795167885.396388");
    assert_eq!(first["src"], "[::1]:5060");
}

#[test]
fn a_capture_comes_through_a_pipe_as_well() {
    let octets = fs::read(capture("sipp-default-udp.pcapng")).unwrap();
    assert_eq!(decode(&octets).len(), 15);
}

#[test]
fn a_capture_may_end_anywhere() {
    for name in ["sipp-default-udp.pcap", "pjsua-register-401-200.pcapng"] {
        let whole = fs::read(capture(name)).unwrap();
        for len in (4..200).chain((200..whole.len()).step_by(997)) {
            let run = run_with(&["decode", "--format", "json"], &whole[..len]);
            assert!(run.code == 0 || run.code == 1, "{name}, {len}: {}", run.err);
            if run.code == 1 {
                assert!(run.err.contains("cut short"), "{name}, {len}: {}", run.err);
            }
        }
    }
}

/// A capture in pcap of one packet of that link type.
fn pcap(link: u32, packet: &[u8], original: usize) -> Vec<u8> {
    let mut file = pcap_header(link);
    file.extend(pcap_record(1_000_002, packet, original));
    file
}

/// A capture of messages over UDP, a second apart.
fn pcap_of(messages: &[&[u8]]) -> Vec<u8> {
    let mut file = pcap_header(RAW_IP);
    for (seconds, message) in (1..).zip(messages) {
        let packet = udp(message);
        file.extend(pcap_record(seconds * 1_000_000 + 2, &packet, packet.len()));
    }
    file
}

#[test]
fn padding_is_no_payload() {
    // The shortest Ethernet frame has room for more than this line.
    let mut packet = [0; 14];
    packet[12] = 8;
    let mut packet = packet.to_vec();
    packet.extend(udp(b"SIP/2.0 200 OK"));
    let unpadded = packet.len();
    packet.extend(b"\r\nX: y\r\n");
    let object = &decode(&pcap(1, &packet, packet.len()))[0];
    assert_eq!(object["deviations"], json!(["NO_LINE_END"]));
    assert_eq!(object["rest_len"], 0);
    assert_eq!(unpadded, 56);
}

#[test]
fn every_raw_ip_link_type_is_read() {
    let packet = udp(b"SIP/2.0 200 OK\r\n");
    for link in [12, 14, 101, 228, 229] {
        let object = &decode(&pcap(link, &packet, packet.len()))[0];
        assert_eq!(object["code"], 200, "{link}");
        assert_eq!(object["src"], "192.0.2.1:5060");
        assert_eq!(object["dst"], "192.0.2.2:5061");
    }
}

#[test]
fn what_begins_like_a_status_line_is_reported() {
    let lines: [(&[u8], bool); 8] = [
        (b"SIP/2.0 999 Nope\r\n", true),
        (b"SIP/3.0 200 OK\r\n", true),
        (b"sip/2.0 200 OK\r\n", true),
        (b"\r\n\r\nSIP/2.0 200 OK\r\n", true),
        (b"INVITE sip:a@example.com SIP/2.0\r\n", false),
        (b"SIP/", false),
        (b"\r\n", false),
        (b"", false),
    ];
    for (line, reported) in lines {
        let packet = udp(line);
        let objects = decode(&pcap(101, &packet, packet.len()));
        assert_eq!(
            objects.len(),
            usize::from(reported),
            "{}",
            line.escape_ascii()
        );
    }
}

#[test]
fn a_line_cut_by_the_snap_length_is_not_judged() {
    let packet = udp(b"SIP/2.0 200 OK\r\nVia: x\r\n");
    // The line is whole.
    let file = pcap(101, &packet[..28 + 18], packet.len());
    let run = run_with(&["decode", "--format", "json"], &file);
    assert_eq!((run.code, run.objects().len()), (0, 1));
    // It could go on.
    let file = pcap(101, &packet[..28 + 14], packet.len());
    let run = run_with(&["decode", "--format", "json"], &file);
    assert_eq!((run.code, run.objects().len()), (0, 0));
    assert!(run.err.contains("lines cut off"), "{}", run.err);
    // It is wrong already.
    let packet = udp(b"SIP/2.0 700 OK\r\nVia: x\r\n");
    let file = pcap(101, &packet[..28 + 14], packet.len());
    let run = run_with(&["decode", "--format", "json"], &file);
    assert_eq!(run.objects()[0]["error"]["offset"], 8);
    assert_eq!(run.code, 1);
}

#[test]
fn what_is_not_looked_into_is_counted() {
    let mut tcp = udp(&[0; 40]);
    tcp[9] = 6;
    tcp[32] = 0x50;
    let run = run_with(&["decode"], &pcap(101, &tcp, tcp.len()));
    assert!(
        run.err.contains("TCP streams that are not SIP: 1\n"),
        "{}",
        run.err
    );
    let mut fragment = udp(b"SIP/2.0 200 OK\r\n");
    fragment[6] = 0x20;
    let run = run_with(&["decode"], &pcap(101, &fragment, fragment.len()));
    assert!(run.err.contains("never became whole: 1\n"), "{}", run.err);
    let run = run_with(&["decode"], &pcap(147, &fragment, fragment.len()));
    assert!(run.err.contains("link type 147: 1\n"), "{}", run.err);
}

#[test]
fn a_claimed_size_is_not_believed() {
    let mut file = pcap(1, b"", 0);
    for octet in &mut file[32..36] {
        *octet = 0xff;
    }
    let run = run_with(&["decode"], &file);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("cut short after frame 0"), "{}", run.err);
}

// decode: text, hex, raw

#[test]
fn json_has_these_fields_in_this_order() {
    let text = b"SIP/2.0 486 Busy here\r\nsip/2.0 200\n";
    let run = run_with(&["decode", "--format", "json"], text);
    assert_eq!(
        run.out,
        concat!(
            r#"{"source":"-","record":1,"name":null,"code":486,"class":"client-error","#,
            r#""reason":"Busy here","reason_hex":null,"registered":true,"#,
            r#""phrase_match":"case","deviations":[],"rest_len":0,"error":null,"#,
            r#""time":null,"src":null,"dst":null,"transport":null,"#,
            r#""stream":null,"where":"start","offset":null,"#,
            r#""call_id":null,"method":null,"cseq":null,"repeated":false}"#,
            "\n",
            r#"{"source":"-","record":2,"name":null,"code":200,"class":"success","#,
            r#""reason":"","reason_hex":null,"registered":true,"#,
            r#""phrase_match":"empty","deviations":["VERSION_CASE","NO_REASON_SPACE","BARE_LF"],"#,
            r#""rest_len":0,"error":null,"#,
            r#""time":null,"src":null,"dst":null,"transport":null,"#,
            r#""stream":null,"where":"start","offset":null,"#,
            r#""call_id":null,"method":null,"cseq":null,"repeated":false}"#,
            "\n",
        )
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn json_of_a_refused_line() {
    let run = run_with(&["decode", "--format", "json"], b"SIP/2.0 200 O\0K\r\n");
    assert_eq!(
        run.objects(),
        [json!({
            "source": "-", "record": 1, "name": null,
            "code": null, "class": null, "reason": null, "reason_hex": null,
            "registered": null, "phrase_match": null, "deviations": [], "rest_len": null,
            "error": {
                "kind": "reason", "offset": 13, "code": 200,
                "message": "expected an octet of a reason phrase at octet 13",
            },
            "time": null, "src": null, "dst": null, "transport": null,
            "stream": null, "where": "start", "offset": null,
            "call_id": null, "method": null, "cseq": null, "repeated": false,
        })]
    );
    assert_eq!(run.code, 1);
}

#[test]
fn kinds_classes_and_phrases_have_these_names() {
    let names = |text: &[u8], pointer: &str| -> Vec<String> {
        let name = |object: &Value| {
            object
                .pointer(pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        decode(text).iter().map(name).collect()
    };
    assert_eq!(
        names(
            b"SIP/3.0 200 OK\r\nSIP/2.0 99 x\r\nSIP/2.0200 OK\r\nSIP/2.0 200 \x7f\r\n\
              SIP/2.0 200 OK\r\r\nSIP/2.0 20",
            "/error/kind"
        ),
        [
            "version",
            "code",
            "version-space",
            "reason",
            "line-ending",
            "truncated"
        ]
    );
    assert_eq!(
        names(
            b"SIP/2.0 100 \nSIP/2.0 200 \nSIP/2.0 300 \nSIP/2.0 400 \nSIP/2.0 500 \nSIP/2.0 600 \n",
            "/class"
        ),
        [
            "provisional",
            "success",
            "redirection",
            "client-error",
            "server-error",
            "global-failure"
        ]
    );
    assert_eq!(
        names(
            b"SIP/2.0 486 Busy Here\nSIP/2.0 486 busy here\nSIP/2.0 486 busy\nSIP/2.0 486 \n\
              SIP/2.0 486 Gone Fishing\nSIP/2.0 456 Gone Fishing\n",
            "/phrase_match"
        ),
        ["exact", "case", "alias", "empty", "custom", "unregistered"]
    );
}

#[test]
fn text_is_numbered_by_line_and_keeps_its_endings() {
    let objects = decode(b"\r\nSIP/2.0 100 Trying\r\n\nSIP/2.0 180 Ringing\nSIP/2.0 200 OK");
    let seen: Vec<_> = objects
        .iter()
        .map(|object| {
            (
                object["record"].as_u64().unwrap(),
                object["deviations"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (2, json!([])),
            (4, json!(["BARE_LF"])),
            (5, json!(["NO_LINE_END"]))
        ]
    );
}

#[test]
fn the_policy_decides() {
    let codes = |policy| {
        let text = b"SIP/2.0 200\r\nSIP/2.0 200 OK\n";
        let args = ["decode", "--policy", policy, "--format", "json"];
        let run = run_with(&args, text);
        let accepted = |object: &Value| object["error"].is_null();
        let accepted: Vec<_> = run.objects().iter().map(accepted).collect();
        (run.code, accepted)
    };
    assert_eq!(codes("strict"), (1, vec![false, false]));
    assert_eq!(codes("interop"), (1, vec![true, false]));
    assert_eq!(codes("observe"), (0, vec![true, true]));
}

#[test]
fn hex_is_a_datagram_a_line() {
    let input = b"# comment\n\nok\t5349502f322e3020323030204f4b0d0a0d0a\r\n\
                  5349502F 322E30 20 313030200D0A\nbad name\t5349\xff\nempty\t\nodd\t534\nmore\t53\t49\n";
    let run = run_with(&["decode", "--input", "hex", "--format", "json"], input);
    let seen: Vec<_> = run
        .objects()
        .iter()
        .map(|object| {
            (
                object["record"].as_u64().unwrap(),
                object["name"].as_str().map(str::to_owned),
                object["code"].as_u64(),
                object["rest_len"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (3, Some("ok".to_owned()), Some(200), Some(2)),
            (4, None, Some(100), Some(0)),
            (6, Some("empty".to_owned()), None, None),
        ]
    );
    assert!(
        run.err.contains("-: line 5 is not hex: bad name"),
        "{}",
        run.err
    );
    assert!(run.err.contains("-: line 7 is not hex: odd"), "{}", run.err);
    assert!(
        run.err.contains("-: line 8 is not hex: more"),
        "{}",
        run.err
    );
    assert_eq!(run.code, 1);
}

#[test]
fn raw_is_one_datagram() {
    let path = file(
        "raw",
        b"\r\nSIP/2.0 200 OK\r\nVia: x\r\n\r\nSIP/2.0 180 Ringing\r\n",
    );
    let run = run(&["decode", "--input", "raw", "--format", "json", &path]);
    let objects = run.objects();
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["source"], path);
    assert_eq!(objects[0]["deviations"], json!(["LEADING_CRLF"]));
    assert_eq!(objects[0]["rest_len"], 31);

    let mut long = b"SIP/2.0 200 OK\r\n".to_vec();
    long.resize(100_000, b'x');
    let path = file("raw-long", &long);
    let run = self::run(&["decode", "--input", "raw", "--format", "json", &path]);
    assert_eq!(run.objects()[0]["rest_len"], 100_000 - 16);
}

#[test]
fn a_table_for_people() {
    let text = b"SIP/2.0 486 Busy Here\r\nSIP/2.0 200\tx\r\nSIP/2.0 999 Nope\r\n";
    let run = run_with(&["decode"], text);
    assert_eq!(
        run.out,
        "\
RECORD   CODE  CLASS           PHRASE_MATCH  PHRASE
-:1      486   client-error    exact         Busy Here
-:2      200   success         custom        x  SPACING
-:3      -     refused         code          expected a status code from 100 to 699 at octet 8: SIP/2.0 999 Nope\\r\\n
"
    );
    assert_eq!(
        run.err,
        "sip-status: 2 accepted (1 with deviations), 1 refused\n"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn nothing_of_the_input_controls_the_terminal() {
    let text =
        b"SIP/2.0 200 \xc2\x9b31mred\xe2\x80\xae\r\nSIP/2.0 200 \x1b[31mred\r\n\x1b]0;x\x07\n";
    for args in [
        &["decode"] as &[_],
        &["decode", "--format", "json"],
        &["check"],
        &["decode", "--input", "hex"],
        &["decode", "--format", "csv"],
        &["decode", "--carve"],
        &["decode", "--summary"],
        &["decode", "--summary", "--format", "json"],
    ] {
        let run = run_with(args, text);
        for output in [run.out, run.err] {
            let control = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!output.contains(control), "{args:?}: {output:?}");
        }
    }
    let object = &decode(b"SIP/2.0 200 a\xc2\x9bb\xe2\x80\xae\xc3\xa9\xf0\x9f\x98\x80\"\r\n")[0];
    assert_eq!(object["reason"], "a\u{9b}b\u{202e}é😀\"");
    // Nor does the name of a file.
    let run = run(&["decode", "no\x1b[31msuch"]);
    assert!(!run.err.contains('\x1b'), "{:?}", run.err);
}

// Natural input

#[test]
fn a_pasted_message_is_one_record() {
    let message =
        b"SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nSubject: SIP/2.0 200 OK\r\n\
                    Content-Type: application/sdp\r\n\r\nv=0\r\no=- 0 0 IN IP4 192.0.2.1\r\n";
    for command in ["decode", "check"] {
        let run = run_with(&[command], message);
        assert_eq!(run.code, 0, "{}", run.out);
        let skipped = "sip-status: -: lines that begin no response: 5\n";
        assert!(run.err.starts_with(skipped), "{}", run.err);
    }
    assert_eq!(decode(message).len(), 1);
    // If every line is to be judged, that can be said.
    let run = run_with(&["decode", "--input", "text", "--format", "json"], message);
    assert_eq!((run.code, run.objects().len()), (1, 6));
}

#[test]
fn a_log_is_read_for_its_responses() {
    let log = "\
[Nov 20 09:42:54] VERBOSE[7] res_pjsip_logger.c: <--- Received SIP request (367 bytes) from UDP:192.0.2.1:5060 --->
INVITE sip:bob@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
Subject: SIP/2.0 200 in a header

[Nov 20 09:42:54] VERBOSE[7] res_pjsip_logger.c: <--- Transmitting SIP response (300 bytes) to UDP:192.0.2.1:5060 --->
SIP/2.0 100 Trying
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1

Nov 20 09:42:55 proxy kamailio[7]: INFO: <script>: reply SIP/2.0 486 Busy Here
   ------------------------------------------------------------------------
   SIP/2.0 503 Service Unavailable
   Via: SIP/2.0/UDP 192.0.2.1
 and SIP/3.0 is not spoken here
";
    let seen: Vec<_> = decode(log.as_bytes())
        .iter()
        .map(|object| (object["record"].as_u64(), object["code"].as_u64()))
        .collect();
    let expected = [(7, 100), (10, 486), (12, 503)];
    assert_eq!(
        seen,
        expected.map(|(record, code)| (Some(record), Some(code)))
    );
}

#[test]
fn what_has_no_response_is_said_to_have_none() {
    for (text, code, said) in [
        (
            "OK\n",
            1,
            "no status-line in it; --input text judges every line",
        ),
        ("a\nlog\n", 1, "lines that begin no response: 2\n"),
        ("\n\n", 0, "blank, no records"),
        (
            "OPTIONS sip:a@example.com SIP/2.0\r\n\r\n",
            0,
            "lines that begin no response: 1\n",
        ),
    ] {
        for command in ["decode", "check"] {
            let run = run_with(&[command], text.as_bytes());
            assert_eq!((run.code, run.out.as_str()), (code, ""), "{text}");
            assert!(run.err.contains(said), "{text}: {}", run.err);
            assert!(!run.err.contains("cut short"), "{text}: {}", run.err);
        }
    }
    let summary = run_with(&["decode", "--summary", "--format", "json"], b"OK\n").objects();
    assert_eq!(
        summary[0]["skipped"],
        json!({"lines that begin no response": 1})
    );
}

#[test]
fn what_is_written_like_a_status_line_is_refused() {
    for line in [
        "SIP 2.0 200 OK",
        "SIP /2.0 200 OK",
        "SIP2.0 200 OK",
        "SIP/two 200 OK",
    ] {
        let run = run_with(
            &["decode", "--format", "json"],
            format!("{line}\r\n").as_bytes(),
        );
        assert_eq!((run.code, run.objects().len()), (1, 1), "{line}");
        assert_eq!(run.objects()[0]["error"]["kind"], "version");
    }
}

// Files

#[test]
fn an_empty_file_is_reported_and_no_error() {
    let path = file("empty", b"");
    for command in ["decode", "check"] {
        for format in ["auto", "text", "hex", "raw", "capture"] {
            let run = run(&[command, "--input", format, &path]);
            assert_eq!((run.code, run.out.as_str()), (0, ""), "{format}");
            assert!(run.err.contains(&format!("{path}: empty, no records")));
        }
    }
}

#[test]
fn after_a_file_that_cannot_be_read_come_the_others() {
    let good = file("good", b"SIP/2.0 200 OK\r\n");
    let directory = env!("CARGO_TARGET_TMPDIR");
    let args = [
        "decode",
        "no-such-file",
        directory,
        &good,
        "--format",
        "json",
    ];
    let run = run(&args);
    assert_eq!(run.code, 2);
    assert_eq!(run.objects().len(), 1);
    assert!(run.err.contains("no-such-file: "), "{}", run.err);
    assert!(run.err.contains(&format!("{directory}: ")), "{}", run.err);

    let run = self::run(&["check", directory]);
    assert_eq!(run.code, 2);
    let run = self::run(&["decode", "--input", "capture", &good]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("neither pcap, pcapng nor snoop"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn after_an_entry_of_a_directory_that_cannot_be_read_come_the_others() {
    use std::process::Command;

    use crate::run::temporary;

    let directory = temporary("entries");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("a.sip")).unwrap();
    let fifo = directory.join("b.sip");
    assert!(
        process::run(Command::new("mkfifo").arg(fifo), b"")
            .status
            .success()
    );
    std::os::unix::fs::symlink("nowhere", directory.join("c.sip")).unwrap();
    fs::write(directory.join("d.sip"), b"SIP/2.0 200 OK\r\n").unwrap();
    let run = run(&["decode", "--format", "json", directory.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert_eq!(run.objects().len(), 1);
    assert_eq!(run.objects()[0]["name"], "d.sip");
    for said in [
        "a.sip: not a regular file",
        "b.sip: not a regular file",
        "c.sip: ",
    ] {
        assert!(run.err.contains(said), "{}", run.err);
    }
}

#[test]
fn noise_is_refused_in_bounded_excerpts() {
    let mut random = SplitMix64::new(1);
    let noise: Vec<_> = (0..200_000).map(|_| random.octet()).collect();
    let run = run_with(&["decode", "--input", "text"], &noise);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("0 accepted"), "{}", run.err);
    assert!(run.out.lines().all(|line| line.chars().count() < 600));
    assert_eq!(run_with(&["check", "--input", "text"], &noise).code, 1);
}

#[test]
fn a_long_phrase_is_refused_and_does_not_hide_what_follows() {
    let mut text = b"SIP/2.0 200 ".to_vec();
    text.extend(b"A".repeat(60_000));
    text.extend(b"\r\nSIP/2.0 180 Ringing\r\n");
    let objects = decode(&text);
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["error"]["kind"], "length");
    assert_eq!(objects[0]["error"]["code"], 200);
    assert_eq!(
        (&objects[1]["record"], &objects[1]["code"]),
        (&json!(2), &json!(180))
    );

    let run = run_with(&["check"], &text);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("no more than 8192 octets"), "{}", run.out);
    assert!(run.out.len() < 1000);
}

#[cfg(unix)]
#[test]
fn a_message_is_written_at_once() {
    // Of a datagram socket, every write is a datagram.
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    ours.set_read_timeout(Some(process::DEADLINE)).unwrap();
    let mut command = command(&["decode", "no-such-file", "nor-such-a-file"]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(OwnedFd::from(theirs));
    let mut going = Process::start(&mut command);
    for begin in [
        "sip-status: no-such-file: ",
        "sip-status: nor-such-a-file: ",
        "sip-status: 0 accepted ",
    ] {
        let mut message = [0; 1024];
        let len = ours.recv(&mut message).unwrap();
        let message = str::from_utf8(&message[..len]).unwrap();
        assert!(message.starts_with(begin), "{message}");
        assert_eq!(message.find('\n'), Some(len - 1), "{message}");
    }
    assert_eq!(going.wait().code(), Some(2));
}

#[test]
fn who_has_seen_enough_ends_the_tool_quietly() {
    let line = b"SIP/2.0 486 Busy Here\r\n";
    let path = file("many", &line.repeat(20_000));
    for args in [
        &["decode", &path] as &[_],
        &["decode", "--format", "json", &path],
        &["decode", "--format", "csv", &path],
        &["decode", "--carve", &path],
        &[
            "check",
            "--policy",
            "strict",
            &file("many-bad", &b"SIP/x\n".repeat(20_000)),
        ],
    ] {
        let mut tool = start(args);
        tool.line();
        tool.close_output();
        let run = Run::from(tool.output());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
    }
}

// decode: tables of captures, CSV

#[test]
fn a_table_of_packets() {
    let file = pcap_of(&[
        b"SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n",
        b"SIP/2.0 200 Okay\n\n",
        b"SIP/2.0 700 No\r\n\r\n",
    ]);
    let run = run_with(&["decode"], &file);
    assert_eq!(
        run.out,
        "\
-  1970-01-01 UTC
FRAME  TIME                  SOURCE   DESTINATION     VIA  METHOD    CODE  PHRASE
    1  00:00:01.000  192.0.2.1:5060 → 192.0.2.2:5061  udp  INVITE    180   Ringing
    2  00:00:02.000  192.0.2.1:5060 → 192.0.2.2:5061  udp            200   Okay  (custom)  BARE_LF
    3  00:00:03.000  192.0.2.1:5060 → 192.0.2.2:5061  udp            -     refused: expected a status code from 100 to 699 at octet 8: SIP/2.0 700 No\\r\\n
"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn a_table_fits_the_columns_there_are() {
    let names = [
        "sipp-default-udp.pcapng",
        "sipp-all-codes-udp.pcap",
        "sipp-odd-reasons-tcp.pcapng",
        "netsip-tcp.pcap",
        "call-with-rtp-pjsua-kamailio-baresip.pcap",
    ];
    for columns in [80, 100, 160] {
        for name in names {
            let mut command = command(&["decode", &capture(name)]);
            command.env("COLUMNS", columns.to_string());
            let run = Run::from(process::run(&mut command, b""));
            let mut lines = run.out.lines().skip(1);
            let heading = lines.next().unwrap();
            let code = heading.find("CODE").unwrap();
            for row in lines {
                assert!(row.width() <= columns, "{columns}: {row}");
                // What is in a column begins where its heading does, but for the arrow of three octets.
                let cell = row.split_at(code + 2).1.split(' ').next().unwrap();
                assert!(cell == "-" || cell.parse::<u16>().is_ok(), "{row}");
            }
        }
    }
    // And so do a summary and an explanation.
    let every_class = capture("sipp-all-codes-udp.pcap");
    for args in [
        &["decode", "--summary", "--by", "src", &every_class][..],
        &["explain", "4xx"],
    ] {
        for columns in [80, 100, 160] {
            let mut command = command(args);
            command.env("COLUMNS", columns.to_string());
            let run = Run::from(process::run(&mut command, b""));
            let widest = run.out.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(columns), "{columns}: {}", run.out);
            assert!(widest > Some(columns - 25), "{columns}: {}", run.out);
        }
    }
    // Each file has a heading, and an empty line comes between two.
    let names = ["sipp-default-udp.pcapng", "sipp-all-codes-udp.pcap"];
    let listed = run(&["decode", &capture(names[0]), &capture(names[1])]);
    assert_eq!(listed.out.lines().count(), (2 + 15) + 1 + (2 + 75));
    // Without a terminal, phrases are shown as far as they fit most.
    let run = run(&[
        "decode",
        &capture("call-with-rtp-pjsua-kamailio-baresip.pcap"),
    ]);
    let phrase = "trying -- your call is important to us  (custom)";
    assert_eq!(run.out.matches(phrase).count(), 2, "{}", run.out);
    assert_eq!((run.code, run.out.lines().count()), (0, 13));
}

#[test]
fn csv_has_the_fields_of_json() {
    let text = b"SIP/2.0 486 \"Busy\", here\r\nSIP/2.0 200 \xc2\x9b\xff\\\n\
                 SIP/2.0 200 O\0K\r\nSIP/2.0 200 =1+1\n";
    let run = run_with(&["decode", "--format", "csv"], text);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let mut csv = csv::Reader::from_reader(run.out.as_bytes());
    let header: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let json = run_with(&["decode", "--format", "json"], text).out;
    // In the order in which they are written.
    let mut rest = json.lines().next().unwrap();
    for column in &header {
        let field = if column.starts_with("error_") {
            "error"
        } else {
            column
        };
        let key = format!("\"{field}\":");
        rest = &rest[rest.find(&key).expect(column)..];
    }
    let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        let column = header.iter().position(|column| column == name);
        &rows[row][column.expect(name)]
    };
    assert_eq!(rows.len(), 4);
    assert_eq!(cell(0, "reason"), "\"Busy\", here");
    assert_eq!(cell(0, "deviations"), "REASON_OCTETS");
    assert_eq!(cell(0, "where"), "start");
    assert_eq!(cell(1, "reason"), r"\u{9b}\xff\\");
    assert_eq!(cell(1, "reason_hex"), "c29bff5c");
    assert_eq!(cell(1, "deviations"), "REASON_OCTETS; BARE_LF");
    assert_eq!(cell(2, "code"), "");
    assert_eq!(cell(2, "error_kind"), "reason");
    assert_eq!(cell(2, "error_offset"), "13");
    assert_eq!(cell(2, "error_code"), "200");
    assert_eq!(cell(3, "record"), "4");
    // What a spreadsheet would take for a formula is escaped.
    assert_eq!(cell(3, "reason"), r"\x3d1+1");
    assert_eq!(cell(3, "source"), "-");

    let run = self::run(&[
        "decode",
        "--format",
        "csv",
        &capture("sipp-default-udp.pcap"),
    ]);
    let row = run.out.lines().nth(1).unwrap();
    assert!(
        row.contains(",1795167049.751549,127.0.0.1:5060,127.0.0.1:5070,udp,,start,,"),
        "{row}"
    );
    // A header even if there is nothing below it.
    let run = run_with(&["decode", "--format", "csv"], b"");
    assert_eq!(run.out.lines().count(), 1);
}

// decode --filter

#[test]
fn filters_choose_records() {
    let text = b"SIP/2.0 100 Trying\r\nSIP/2.0 200 Okay\nSIP/2.0 486 Busy Here\r\n\
                 SIP/2.0 487 \r\nSIP/2.0  503 Gone\r\nSIP/2.0 200 O\0K\r\nSIP/2.0 700 x\r\n";
    let cases: [(&[&str], &[u64]); 22] = [
        (&["code=486"], &[3]),
        (&["code=4xx"], &[3, 4]),
        (&["code=200-486"], &[2, 3, 6]),
        (&["class=4"], &[3, 4]),
        (&["class=server-error"], &[5]),
        (&["class=5xx", "code=100"], &[1, 5]),
        (&["class!=2"], &[1, 3, 4, 5, 7]),
        (&["phrase_match=exact"], &[1, 3]),
        (&["phrase_match=custom"], &[2, 5]),
        (&["phrase_match=empty"], &[4]),
        (&["deviation=BARE_LF"], &[2]),
        (&["deviation=spacing"], &[5]),
        (&["deviation=any"], &[2, 5]),
        (&["error=any"], &[6, 7]),
        (&["error=code"], &[7]),
        (&["error!=any, deviation!=any"], &[1, 3, 4]),
        (&["code=200,error=any"], &[6]),
        (&["where=start"], &[1, 2, 3, 4, 5, 6, 7]),
        (&["where=sipfrag"], &[]),
        (&["address=192.0.2.1"], &[]),
        (&["transport=udp"], &[]),
        (&["code=486,code=487"], &[]),
    ];
    for (filters, expected) in cases {
        let mut args = vec!["decode", "--format", "json"];
        args.extend(filters.iter().flat_map(|filter| ["--filter", filter]));
        let run = run_with(&args, text);
        let record = |object: &Value| object["record"].as_u64().unwrap();
        let records: Vec<u64> = run.objects().iter().map(record).collect();
        assert_eq!(records, expected, "{filters:?}");
        // What is not shown is no finding.
        let refused = expected.iter().any(|record| *record >= 6);
        assert_eq!(run.code, i32::from(refused), "{filters:?}");
    }
}

#[test]
fn filters_know_who_sent_what() {
    let file = pcap_of(&[
        b"SIP/2.0 200 OK\r\nServer: Kamailio (5.6)\r\n\r\n",
        b"SIP/2.0 200 OK\r\nUser-Agent: ua\r\n\r\nServer: Kamailio\r\n",
    ]);
    for (filter, count) in [
        ("address=192.0.2.1", 2),
        ("address=192.0.2.2:5061", 2),
        ("address=192.0.2.1:5061", 0),
        ("address=:5061", 2),
        ("src=:5061", 0),
        ("src=192.0.2.1:5060,dst=192.0.2.2", 2),
        ("dst!=192.0.2.2", 0),
        ("address=::1", 0),
        ("address=[::1]", 0),
        ("address=[2001:db8::1]:5060", 0),
        ("transport=udp", 2),
        ("transport=tcp", 0),
        ("stream=0", 0),
        ("sender=kamailio", 1),
        ("sender!=kamailio", 1),
        ("sender=UA", 1),
    ] {
        let run = run_with(&["decode", "--format", "json", "--filter", filter], &file);
        assert_eq!(run.objects().len(), count, "{filter}: {}", run.err);
    }
}

#[test]
fn filters_know_streams_and_places() {
    let path = capture("sipp-default-tcp.pcap");
    let shown = |filter| run(&["decode", "--format", "json", "--filter", filter, &path]).objects();
    let all = shown("transport=tcp");
    assert_eq!(all.len(), 15);
    assert!(all.iter().all(|object| object["stream"].is_u64()));
    assert_eq!(shown("stream!=0").len() + shown("stream=0").len(), 15);
    let path = capture("sipp-sipfrag.pcapng");
    let run = run(&[
        "decode",
        "--format",
        "json",
        "--filter",
        "where=sipfrag",
        &path,
    ]);
    assert!(!run.objects().is_empty());
    assert!(
        run.objects()
            .iter()
            .all(|object| object["where"] == "sipfrag")
    );
}

#[test]
fn a_filter_that_makes_no_sense_is_told() {
    for (filter, told) in [
        ("colour=red", "unknown key 'colour', expected code, class, "),
        ("code", "expected KEY=VALUE instead of 'code'"),
        ("code=200,", "expected KEY=VALUE instead of ''"),
        ("code=99", "expected a code such as 486, 4xx or 480-489"),
        ("code=7xx", "expected a code such as"),
        ("class=7", "expected a class such as 4, 4xx or client-error"),
        ("phrase_match=odd", "expected exact, case, alias, "),
        ("deviation=CRLF", "expected VERSION_CASE, LEADING_CRLF, "),
        ("error=fatal", "expected version, version-space, code, "),
        ("address=localhost", "expected an address such as "),
        ("transport=tls", "expected one of udp, tcp, "),
        ("stream=first", "expected a number"),
        ("where=there", "expected start, quoted, sipfrag or carved"),
        ("sender=", "expected a part of a name"),
    ] {
        let run = run(&["decode", "--filter", filter]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{filter}");
        assert!(run.err.contains(told), "{filter}: {}", run.err);
    }
}

// decode --summary

#[test]
fn a_summary_for_people() {
    let mut file = pcap_of(&[
        b"SIP/2.0 180 Ringing\r\nServer: a (1)\r\n\r\n",
        b"SIP/2.0 180 Ringing\r\nServer: a (1)\r\n\r\n",
        b"SIP/2.0 486 On a call\n\n",
        b"SIP/2.0 700 No\r\nUser-Agent: b \x1b[31m\r\n\r\n",
    ]);
    // ARP, which is no IP.
    let mut arp = [0; 28];
    arp[0] = 0x05;
    file.extend(pcap_record(5_000_002, &arp, arp.len()));
    let run = run_with(&["decode", "--summary"], &file);
    let expected = "
 4 status-lines: 3 accepted (1 with deviations), 1 refused
 1 file, 5 packets, 382 octets · 4 udp

 RESPONSES
 1xx  provisional                                       2   50.0 %
   180  Ringing                                         2   50.0 %  ████████████████████████████████
 4xx  client-error                                      1   25.0 %
   486  Busy Here                                       1   25.0 %  ████████████████

 PHRASES OTHER THAN THE REGISTERED ONE                              INSTEAD OF
 486  On a call                                         1   25.0 %  Busy Here

 DEVIATIONS                                                         FIRST AT
 BARE_LF                                                1           -:3
   The line ends in LF alone.

 REFUSED                                                            FIRST AT
 code                                                   1           -:4
   There is no code from 100 to 699.

 SENDERS
 a (1)                                                  2   50.0 %  ██████████████████████
 b \\u{1b}[31m                                           1   25.0 %  ███████████ 1 odd
 no Server, no User-Agent                               1   25.0 %  ███████████

 NOT READ
 packets not opened, IP cut short or broken             1
";
    assert_eq!(run.out, &expected[1..]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    // Not that a message in the summary's place were lost.
    let run = run_with(&["decode", "--summary"], b"");
    assert_eq!(run.out, " 0 status-lines\n 1 file, 0 octets\n");
    assert!(run.err.contains("empty, no records"));
}

#[test]
fn a_summary_for_programs() {
    let path = capture("sipp-all-codes-udp.pcap");
    let summary = |args: &[&str]| {
        let args = [&["decode", "--summary", "--format", "json"], args].concat();
        let objects = run(&args).objects();
        assert_eq!(objects.len(), 1);
        objects.into_iter().next().unwrap()
    };
    let whole = summary(&[&path, &path]);
    assert_eq!(whole["inputs"], 2);
    assert_eq!(whole["octets"], 2 * fs::metadata(&path).unwrap().len());
    assert_eq!(whole["accepted"], 150);
    assert_eq!(whole["transports"], json!({"udp": 150}));
    assert_eq!(whole["where"], json!({"start": 150}));
    let sum = |list: &str, field: &str| -> u64 {
        let list = whole[list].as_array().unwrap();
        list.iter().map(|one| one[field].as_u64().unwrap()).sum()
    };
    assert_eq!(sum("classes", "count"), 150);
    assert_eq!(sum("codes", "count"), 150);
    // A row each, and the same as the records have.
    let rows = run(&["decode", "--format", "json", &path]).objects();
    for code in whole["codes"].as_array().unwrap() {
        let same = |row: &&Value| row["code"] == code["code"];
        assert_eq!(code["count"], 2 * rows.iter().filter(same).count());
    }
    let part = summary(&["--filter", "class=6", &path]);
    assert_eq!(part["classes"].as_array().unwrap().len(), 1);
    assert_eq!(part["accepted"], part["classes"][0]["count"]);
    assert_eq!(
        part["packets"].as_u64(),
        whole["packets"].as_u64().map(|both| both / 2)
    );

    let text = file(
        "summary",
        b"SIP/2.0 200 OK\nSIP/2.0 200 ok\nsip/2.0 200 OK\nSIP/x\n\nSIP/x\n",
    );
    let odd = summary(&[&text]);
    assert_eq!(
        odd["deviations"],
        json!([
            {"name": "BARE_LF", "count": 3, "first": {"source": text, "record": 1}},
            {"name": "VERSION_CASE", "count": 1, "first": {"source": text, "record": 3}},
        ])
    );
    assert_eq!(
        odd["errors"],
        json!([{"name": "version", "count": 2, "first": {"source": text, "record": 4}}])
    );
    assert_eq!(
        odd["phrases"],
        json!([{"code": 200, "reason": "ok", "phrase_match": "case", "count": 1}])
    );
}

#[test]
fn a_summary_keeps_only_so_many_keys() {
    let line = |number: u32| format!("SIP/2.0 200 call {number} {}\r\n", "x".repeat(1000));
    let text: String = (0..3000).map(line).collect();
    let run = run_with(
        &["decode", "--summary", "--format", "json"],
        text.as_bytes(),
    );
    let summary = &run.objects()[0];
    assert_eq!(summary["phrases"].as_array().unwrap().len(), 1024);
    assert_eq!(summary["other_phrases"], 3000 - 1024);
    assert!(run.out.len() < 1024 * 400);

    let run = run_with(&["decode", "--summary"], text.as_bytes());
    let others = run.out.lines().find(|line| line.starts_with(" others"));
    assert!(others.unwrap().contains("2,990   99.7 %"), "{}", run.out);
    assert!(run.out.lines().count() < 30);
}

#[test]
fn a_summary_is_a_hundred_columns_wide() {
    let names = ["kamailio-own-udp6.pcap", "sipp-all-codes-udp.pcap"];
    let [first, second] = names.map(capture);
    let phrases = file(
        "wide",
        "SIP/2.0 200 話し中 話し中 話し中 話し中 話し中 話し中\r\n".as_bytes(),
    );
    let run = run(&["decode", "--summary", &first, &second, &phrases]);
    assert_eq!(run.code, 0);
    let widest = run.out.lines().map(|line| line.chars().count()).max();
    assert_eq!(widest, Some(100), "{}", run.out);
    assert!(run.out.contains("話し…  "), "{}", run.out);
}

// decode --follow, and pipes

/// The code of the next line of JSON, which is to come though the input has not ended.
#[track_caller]
fn next_code(tool: &mut Process) -> Value {
    let object: Value = serde_json::from_str(&tool.line()).unwrap();
    object["code"].clone()
}

#[test]
fn rows_come_as_a_pipe_brings_them() {
    for args in [
        &["decode", "--format", "json"] as &[_],
        &["decode", "--format", "json", "--follow", "-"],
        &["decode", "--format", "json", "--carve"],
    ] {
        let mut tool = start(args);
        let mut pipe = tool.stdin();
        pipe.write_all(b"SIP/2.0 100 Trying\r\nSIP/2.0 1").unwrap();
        assert_eq!(next_code(&mut tool), 100);
        assert!(!tool.has_more());
        pipe.write_all(b"80 Ringing\r\n").unwrap();
        assert_eq!(next_code(&mut tool), 180);
        pipe.write_all(b"SIP/2.0 200 OK").unwrap();
        drop(pipe);
        assert_eq!(next_code(&mut tool), 200);
        assert_eq!(tool.wait().code(), Some(0), "{args:?}");
    }
}

#[test]
fn packets_come_as_a_pipe_brings_them() {
    let mut tool = start(&["decode", "--format", "json"]);
    let mut pipe = tool.stdin();
    pipe.write_all(&pcap_header(RAW_IP)).unwrap();
    for (line, code) in [("SIP/2.0 180 Ringing", 180), ("SIP/2.0 200 OK", 200)] {
        let packet = udp(format!("{line}\r\n\r\n").as_bytes());
        pipe.write_all(&pcap_record(1_000_002, &packet, packet.len()))
            .unwrap();
        assert_eq!(next_code(&mut tool), code);
    }
}

#[test]
fn a_growing_file_is_followed() {
    let line = |code: &str| format!("SIP/2.0 {code} \r\n").into_bytes();
    let path = file("growing", &line("100"));
    let mut growing = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let mut tool = start(&["decode", "--format", "json", "--follow", &path]);
    assert_eq!(next_code(&mut tool), 100);
    assert!(!tool.has_more());
    growing.write_all(&line("180")[..9]).unwrap();
    assert!(!tool.has_more());
    growing.write_all(&line("180")[9..]).unwrap();
    assert_eq!(next_code(&mut tool), 180);

    // A capture, from nothing on.
    let path = file("growing.pcap", b"");
    let mut growing = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let mut tool = start(&["decode", "--format", "json", "--follow", &path]);
    let packet = udp(b"SIP/2.0 486 Busy Here\r\n\r\n");
    growing.write_all(&pcap_header(RAW_IP)).unwrap();
    for _ in 0..2 {
        let packet = pcap_record(1_000_002, &packet, packet.len());
        growing.write_all(&packet[..20]).unwrap();
        assert!(!tool.has_more());
        growing.write_all(&packet[20..]).unwrap();
        assert_eq!(next_code(&mut tool), 486);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_what_is_followed_with_its_summary() {
    let path = file("interrupted", b"SIP/2.0 100 Trying\r\n");
    for signal in ["INT", "TERM"] {
        let args = ["decode", "--summary", "--format", "json", "--follow", &path];
        let mut tool = start(&args);
        assert!(!tool.has_more());
        tool.signal(signal);
        let summary: Value = serde_json::from_str(&tool.line()).unwrap();
        assert_eq!(summary["accepted"], 1);
        assert_eq!(tool.wait().code(), Some(0));
    }
    // Without a summary there is nothing left to say.
    let mut tool = start(&["decode", "--follow", &path]);
    tool.line();
    tool.signal("INT");
    assert_eq!(tool.wait().code(), None);
}

// decode --carve

#[test]
fn carving_finds_what_find_iter_finds() {
    let mut dump = vec![0xa5; 3 << 20];
    let lines: [&[u8]; 4] = [
        b"SIP/2.0 200 OK\r\n",
        b"sip/2.0 486 Busy Here\n",
        b"SIP/2.0 SIP/2.0 180 Ringing\r\n",
        b"Via: SIP/2.0/UDP 192.0.2.1\r\n",
    ];
    // Around each border of the windows, whatever their size, and everywhere else.
    for (index, offset) in (0..dump.len() - 100).step_by(509).enumerate() {
        let line = lines[index % lines.len()];
        dump[offset..offset + line.len()].copy_from_slice(line);
    }
    let end = dump.len();
    dump[end - 12..].copy_from_slice(b"SIP/2.0 200 ");
    let path = file("dump", &dump);
    let run = run(&["decode", "--carve", "--format", "json", &path]);
    let expected: Vec<_> = Parser::OBSERVE
        .find_iter(&dump)
        .map(|(offset, parsed)| (offset as u64, u64::from(parsed.line.code.get())))
        .collect();
    let objects = run.objects();
    let found: Vec<_> = objects
        .iter()
        .map(|object| {
            let number = |field| object[field].as_u64().unwrap();
            (number("offset"), number("code"))
        })
        .collect();
    assert!(found.len() > 4000);
    assert_eq!(found, expected);
    assert_eq!(objects.last().unwrap()["record"], found.len());
    for object in [&objects[0], objects.last().unwrap()] {
        assert_eq!(object["where"], "carved");
        assert_eq!(object["rest_len"], Value::Null);
    }
    assert_eq!(run.code, 0);
}

#[test]
fn carving_passes_over_what_the_policy_refuses() {
    let log = b"recv [SIP/2.0 486 Busy Here\n] SIP/2.0 200 OK\r\n SIP/2.0 999 x\r\n";
    let run = run_with(&["decode", "--carve", "--policy", "strict"], log);
    assert_eq!(
        run.out,
        "\
-
RECORD          OFFSET  CODE  PHRASE
     1              30  200   OK
"
    );
    assert_eq!(run.code, 0);
    let run = run_with(&["decode", "--carve"], b"nothing");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(run.err.contains("-: no status-line in it"), "{}", run.err);
}

// check

#[test]
fn check_points_at_the_octet() {
    let run = run_with(
        &["check"],
        b"SIP/2.0 200 OK\r\nSIP/2.0 200 caf\xc3\xa9 \"\x1b\"\r\n",
    );
    assert_eq!(
        run.out,
        r#"-:2: error: expected an octet of a reason phrase at octet 18
    SIP/2.0 200 caf\xc3\xa9 "\x1b"\r\n
                            ^
    letters, digits, SP, HTAB, any of !$&'()*+,-./:;=?@_~, %HH escapes or UTF-8 (RFC 3261 §25.1)

-:2: error: expected an octet of a reason phrase at octet 19
    SIP/2.0 200 caf\xc3\xa9 "\x1b"\r\n
                             ^
    letters, digits, SP, HTAB, any of !$&'()*+,-./:;=?@_~, %HH escapes or UTF-8 (RFC 3261 §25.1)

"#
    );
    assert_eq!(
        run.err,
        "sip-status: errors: 2, warnings: 0, in 1 of 2 records\n"
    );
    assert_eq!(run.code, 1);
}

#[test]
fn check_names_every_deviation_and_its_rfc() {
    // (line, deviation, column of the caret, RFC)
    let cases: [(&[u8], &str, usize, &str); 7] = [
        (b"SIp/2.0 200 OK\r\n", "VERSION_CASE", 2, "RFC 3261 §7.1"),
        (
            b"\r\nSIP/2.0 200 OK\r\n",
            "LEADING_CRLF",
            0,
            "RFC 3261 §7.5",
        ),
        (
            b"SIP/2.0 200\r\n",
            "NO_REASON_SPACE",
            11,
            "RFC 4475 §3.1.1.13",
        ),
        (
            b"SIP/2.0 200 a[b\r\n",
            "REASON_OCTETS",
            13,
            "RFC 3261 §25.1",
        ),
        (b"SIP/2.0  200 OK\r\n", "SPACING", 8, "RFC 3261 §7.2"),
        (b"SIP/2.0 200 OK\n", "BARE_LF", 14, "RFC 3261 §7.2"),
        (b"SIP/2.0 200 OK", "NO_LINE_END", 14, "RFC 3261 §7.2"),
    ];
    for (line, name, column, rfc) in cases {
        for (policy, word) in [("strict", "error"), ("observe", "warning")] {
            let word = if name == "VERSION_CASE" {
                "warning"
            } else {
                word
            };
            let run = run_with(&["check", "--input", "raw", "--policy", policy], line);
            let lines: Vec<&str> = run.out.lines().collect();
            assert!(
                lines[0].starts_with(&format!("-:1: {word}: expected ")),
                "{}",
                run.out
            );
            assert!(lines[0].ends_with(&format!(" [{name}]")), "{}", run.out);
            assert_eq!(lines[1].trim_start(), line.escape_ascii().to_string());
            assert_eq!(lines[2], format!("    {:column$}^", ""), "{}", run.out);
            assert!(lines[3].contains(rfc), "{}", run.out);
            assert_eq!(lines.len(), 5);
            assert_eq!(run.code, 1);
        }
    }
}

#[test]
fn check_is_silent_if_there_is_nothing() {
    let run = run(&["check", &capture("sipp-default-udp.pcap")]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(
        run.err,
        "sip-status: errors: 0, warnings: 0, in 0 of 15 records\n"
    );
}

// explain, codes, encode

#[test]
fn explain_a_code() {
    let run = run(&["explain", "486"]);
    assert_eq!(run.code, 0);
    for part in [
        "486 Busy Here",
        "4xx client-error",
        "RFC 3261 §21.4.24",
        "Retry-After",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let run = self::run(&["explain", "405", "--format", "json"]);
    let object = &run.objects()[0];
    assert_eq!(object["code"], 405);
    assert_eq!(object["class"], "client-error");
    assert_eq!(object["phrase"], "Method Not Allowed");
    assert_eq!(object["status"], "current");
    assert_eq!(object["fallback"], 400);
    assert_eq!(object["must"][0]["header"], "Allow");
}

#[test]
fn explain_any_code() {
    // Registered or not: one process for each of 600 would take its time.
    for code in (100..700).step_by(10) {
        let run = run(&["explain", &code.to_string(), "--format", "json"]);
        assert_eq!(run.code, 0, "{code}");
        assert_eq!(run.objects()[0]["code"], code);
    }
    let run = run(&["explain", "456"]);
    for part in [
        "not registered",
        "400 Bad Request",
        "RFC 3261 §16.7 step 6",
        "31, location network",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn explain_a_class() {
    let of = |class: &str| run(&["explain", class, "--format", "json"]).out;
    assert_eq!(of("6"), of("6xx"));
    assert_eq!(of("6"), of("6XX"));
    let object: Value = serde_json::from_str(&of("6")).unwrap();
    assert_eq!(object["class"], "global-failure");
    assert_eq!(object["fallback"], 600);
    assert_eq!(object["codes"][1], 603);
    assert_eq!(object["conduct"]["proxying"]["answer"], "cancel-rest");
    assert_eq!(object["conduct"]["q850"]["answer"]["location"], "user");
    for class in ["0", "7", "7xx", "4x"] {
        assert_ne!(run(&["explain", class]).code, 0, "{class}");
    }
}

#[test]
fn explain_leaves_translations_out_unless_asked() {
    let of = |args: &[&str]| run(&[&["explain", "486"], args].concat()).out;
    assert!(of(&[]).contains("Busy (RFC 3911)"));
    assert!(of(&[]).contains("1 translated"));
    assert!(!of(&[]).contains("zaneprazdnen"));
    assert!(of(&["--all"]).contains("Volany je zaneprazdnen"));
    assert!(of(&["--format", "json"]).contains("Volany je zaneprazdnen"));
}

#[test]
fn explain_answers_what_follows_from_a_code() {
    let run = run(&["explain", "503", "--format", "json"]);
    let conduct = &run.objects()[0]["conduct"];
    assert_eq!(conduct.as_object().unwrap().len(), 14);
    for (question, claim) in conduct.as_object().unwrap() {
        let source = claim["source"].as_str().unwrap();
        assert!(source.starts_with("RFC "), "{question}: {claim}");
        assert!(claim.get("answer").is_some(), "{question}: {claim}");
    }
    assert_eq!(conduct["failover"]["answer"], "next-element");
    assert_eq!(conduct["failover"]["source"], "RFC 3263 §4.3");
    assert_eq!(conduct["ends_subscription"]["answer"], false);
}

#[test]
fn explain_a_phrase() {
    let codes = |args: &[&str]| -> Vec<u64> {
        let args: Vec<&str> = [&["explain", "--format", "json"], args].concat();
        let code = |object: &Value| object["code"].as_u64().unwrap();
        run(&args).objects().iter().map(code).collect()
    };
    assert_eq!(codes(&["not acceptable"]), [406, 606]);
    assert_eq!(codes(&["not", "Acceptable"]), [406, 606]);
    assert_eq!(codes(&["Bad Identity-Info"]), [436]);
}

#[test]
fn explain_what_there_is_not() {
    for number in ["700", "99", "0200", "4294967301", "+200"] {
        let run = run(&["explain", number]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{number}");
        assert!(run.err.contains("from 100 to 699"), "{}", run.err);
    }
    let run = run(&["explain", "Out of Cheese"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("Out of Cheese"), "{}", run.err);
}

#[test]
fn codes_in_three_formats() {
    let rows = |args: &[&str]| {
        let args: Vec<&str> = [&["codes"], args].concat();
        let run = run(&args);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        run
    };
    assert_eq!(rows(&[]).out.lines().count(), 1 + ALL.len());
    assert_eq!(
        rows(&["--status", "registered", "--format", "json"])
            .objects()
            .len(),
        75
    );
    let run = rows(&["--class", "4", "--status", "obsolete", "--format", "csv"]);
    assert_eq!(
        run.out,
        "code,class,phrase,status,defined_in,aliases\n\
         409,client-error,Conflict,obsolete,RFC 2543 §7.4.10,\n\
         411,client-error,Length Required,obsolete,RFC 2543 §7.4.12,\n"
    );
    let deprecated = &rows(&["--status", "deprecated", "--format", "json"]).objects()[0];
    assert_eq!(deprecated["code"], 202);
    assert_eq!(deprecated["aliases"][0]["phrase"], "Pending");
    let explained = self::run(&["explain", "202", "--format", "json"]);
    assert_eq!(deprecated, &explained.objects()[0]);
    assert!(
        rows(&["--class", "6"])
            .out
            .contains("603   global-failure  Decline")
    );
}

#[test]
fn encode_writes_the_canonical_line() {
    let encode = |args: &[&str]| run(&[&["encode"], args].concat()).out;
    assert_eq!(encode(&["486"]), "SIP/2.0 486 Busy Here\r\n");
    assert_eq!(encode(&["486", "On a call"]), "SIP/2.0 486 On a call\r\n");
    assert_eq!(encode(&["486", ""]), "SIP/2.0 486 \r\n");
    assert_eq!(encode(&["456"]), "SIP/2.0 456 \r\n");
    assert_eq!(
        encode(&["480", "[DND] 50%"]),
        "SIP/2.0 480 %5BDND%5D 50%25\r\n"
    );
}

#[test]
fn encode_writes_no_second_line() {
    let run = run(&["encode", "200", "OK\r\nX: y"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("control octet"), "{}", run.err);
}

// Usage

#[test]
fn wrong_usage_is_told() {
    for args in [
        &[] as &[_],
        &["frobnicate"],
        &["encode"],
        &["encode", "700"],
        &["encode", "abc"],
        &["codes", "--class", "7"],
        &["decode", "--policy", "lax"],
        &["decode", "--summary", "--format", "csv"],
        &["decode", "--carve", "--input", "raw"],
        &["decode", "--follow", "one", "two"],
        &["explain"],
    ] {
        let run = run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(!run.err.is_empty());
    }
    assert!(run(&["encode", "700"]).err.contains("from 100 to 699"));
}

#[test]
fn every_subcommand_has_examples() {
    for command in ["decode", "check", "explain", "codes", "encode"] {
        let run = run(&[command, "--help"]);
        assert_eq!(run.code, 0);
        let example = format!("Examples:\n  sip-status {command}");
        assert!(run.out.contains(&example), "{}", run.out);
    }
}
