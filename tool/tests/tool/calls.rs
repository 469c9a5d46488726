//! The questions that captures are opened for: which call, when, how long, how often, what failed.

use std::fs;
use std::io::Write;

use serde_json::{Value, json};
use sip_status_test_support::packets::{RAW_IP, pcap_header, pcap_record, udp};

use crate::run::{capture, file, run, run_with, start};

/// A message of a call: the first line, then the headers that say of which transaction.
fn message(line: &str, branch: &str, call_id: &str, cseq: &str) -> String {
    format!(
        "{line}\r\nVia: SIP/2.0/UDP 192.0.2.9;branch={branch}\r\nCall-ID: {call_id}\r\n\
         CSeq: {cseq}\r\n\r\n"
    )
}

/// A capture of messages over UDP from 192.0.2.1 to 192.0.2.2, at so many milliseconds.
fn capture_of(messages: &[(u64, String)]) -> Vec<u8> {
    let mut file = pcap_header(RAW_IP);
    for (milliseconds, message) in messages {
        let packet = udp(message.as_bytes());
        file.extend(pcap_record(milliseconds * 1000, &packet, packet.len()));
    }
    file
}

/// The whole of a call with a repeated 180, and what is not answered.
fn call() -> Vec<u8> {
    let invite = "INVITE sip:b@192.0.2.2 SIP/2.0";
    let of_call = |line| message(line, "z9hG4bK1", "one@a", "7 INVITE");
    capture_of(&[
        (1_000, of_call(invite)),
        (1_100, of_call("SIP/2.0 100 Trying")),
        (1_250, of_call("SIP/2.0 180 Ringing")),
        (1_300, of_call("SIP/2.0 180 Ringing")),
        (4_000, of_call("SIP/2.0 200 OK")),
        (
            4_100,
            message("ACK sip:b@192.0.2.2 SIP/2.0", "z9hG4bK2", "one@a", "7 ACK"),
        ),
        (5_000, message(invite, "z9hG4bK3", "two@a", "1 INVITE")),
        (
            6_000,
            message("SIP/2.0 486 Busy Here", "z9hG4bK4", "three@a", "1 INVITE"),
        ),
    ])
}

#[test]
fn a_call_is_a_row() {
    let run = run_with(&["decode", "--calls", "--format", "json"], &call());
    let field =
        |name: &str| -> Vec<Value> { run.objects().iter().map(|row| row[name].clone()).collect() };
    assert_eq!(field("call_id"), ["one@a", "two@a", "three@a"]);
    assert_eq!(field("method"), ["INVITE", "INVITE", "INVITE"]);
    assert_eq!(field("cseq"), [7, 1, 1]);
    assert_eq!(field("record"), [1, 7, 8]);
    assert_eq!(field("request"), [true, true, false]);
    assert_eq!(
        field("codes"),
        [json!([100, 180, 200]), json!([]), json!([486])]
    );
    assert_eq!(field("provisional"), [json!(0.1), Value::Null, Value::Null]);
    assert_eq!(field("final"), [json!(3.0), Value::Null, json!(0.0)]);
    assert_eq!(field("repeats"), [1, 0, 0]);
    // Without its request, a response says who the client is.
    assert_eq!(field("client")[0], "192.0.2.1:5060");
    assert_eq!(field("client")[2], "192.0.2.2:5061");
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn calls_are_a_table_too() {
    let run = run_with(&["decode", "--calls"], &call());
    let expected = "\
TIME                   CLIENT   SERVER           METHOD      FIRST    FINAL  RESPONSES             CALL-ID
00:00:01.000   192.0.2.1:5060 → 192.0.2.2:5061   INVITE      0.100    3.000  100 180 200 +1        one@a
00:00:05.000   192.0.2.1:5060 → 192.0.2.2:5061   INVITE                      none                  two@a
00:00:06.000   192.0.2.2:5061 → 192.0.2.1:5060   INVITE              >0.000  486                   three@a
";
    assert_eq!(run.out, expected);
    let csv = run_with(&["decode", "--calls", "--format", "csv"], &call()).out;
    let row =
        ",1,1.000000,192.0.2.1:5060,192.0.2.2:5061,udp,one@a,INVITE,7,true,100 180 200,0.1,3,1";
    assert_eq!(csv.lines().nth(1), Some(format!("-{row}").as_str()));
    // A filter is about responses, so that a request without one is no row.
    let run = run_with(&["decode", "--calls", "--filter", "code=486"], &call());
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
}

#[test]
fn proxies_have_calls_of_their_own() {
    let name = "kamailio-proxy-cancel-487.pcap";
    let run = run(&["decode", "--calls", "--format", "json", &capture(name)]);
    let codes = |row: &Value| row["codes"].clone();
    let invites = run.objects();
    let invites = invites.iter().filter(|row| row["method"] == "INVITE");
    let codes: Vec<_> = invites.map(codes).collect();
    // Its 487 to the caller has no Via, so that it is of no transaction.
    let of_a_call = [json!([100, 180]), json!([180, 487])];
    assert_eq!(
        codes,
        [of_a_call.clone(), of_a_call.clone(), of_a_call].concat()
    );
    assert!(run.err.contains("name a transaction: 3\n"), "{}", run.err);
}

#[test]
fn only_so_many_calls_are_open() {
    const CALLS: u64 = 20_000;
    let invite = |number: u64| {
        let call = number.to_string();
        let line = "INVITE sip:b@192.0.2.2 SIP/2.0";
        (1_000, message(line, &call, &call, "1 INVITE"))
    };
    let messages: Vec<_> = (0..CALLS).map(invite).collect();
    let run = run_with(
        &["decode", "--calls", "--format", "json"],
        &capture_of(&messages),
    );
    let ids: Vec<_> = run
        .objects()
        .iter()
        .map(|row| row["call_id"].clone())
        .collect();
    let expected: Vec<_> = (0..CALLS)
        .map(|number| Value::from(number.to_string()))
        .collect();
    assert_eq!(ids, expected);
    let given_up = format!("for want of room: {}\n", CALLS - (1 << 14));
    assert!(run.err.contains(&given_up), "{}", run.err);
}

#[test]
fn a_call_that_is_over_is_written_while_the_input_goes_on() {
    let mut going = start(&["decode", "--calls", "--format", "json"]);
    let mut pipe = going.stdin();
    let of_call = |line| message(line, "z9hG4bK1", "one@a", "7 OPTIONS");
    let first = capture_of(&[
        (1_000, of_call("OPTIONS sip:b@192.0.2.2 SIP/2.0")),
        (1_001, of_call("SIP/2.0 200 OK")),
        // Half a minute and more after.
        (
            40_000,
            message("SIP/2.0 100 Trying", "z9hG4bK2", "two@a", "1 INVITE"),
        ),
    ]);
    pipe.write_all(&first).unwrap();
    let row: Value = serde_json::from_str(&going.line()).unwrap();
    assert_eq!(row["codes"], json!([200]));
    drop(pipe);
    let row: Value = serde_json::from_str(&going.line()).unwrap();
    assert_eq!(row["codes"], json!([100]));
    assert!(going.wait().success());
}

// What a message says besides its first line

#[test]
fn a_response_has_the_call_of_its_request() {
    let run = run_with(&["decode", "--format", "json"], &call());
    let field =
        |name: &str| -> Vec<Value> { run.objects().iter().map(|row| row[name].clone()).collect() };
    assert_eq!(field("call_id")[..4], ["one@a"; 4]);
    assert_eq!(field("method"), ["INVITE"; 5]);
    assert_eq!(field("cseq"), [7, 7, 7, 7, 1]);
    assert_eq!(field("repeated"), [false, false, true, false, false]);
    let table = run_with(&["decode"], &call()).out;
    assert_eq!(table.matches("Ringing  (repeated)").count(), 1, "{table}");
}

#[test]
fn filters_know_calls_and_times() {
    let file = call();
    for (filter, records) in [
        ("call_id=one@a", vec![2, 3, 4, 5]),
        ("call_id!=one@a", vec![8]),
        ("method=invite,cseq=1", vec![8]),
        ("method=BYE", vec![]),
        ("repeated=true", vec![4]),
        ("repeated=false,code=180", vec![3]),
        ("time=00:00:01.2..00:00:04", vec![3, 4]),
        ("time=..00:00:01.25", vec![2]),
        ("time=1970-01-01T00:00:04..", vec![5, 8]),
        ("time=1970-01-01T00:00:04Z..1970-01-02", vec![5, 8]),
        ("time=1.3..5", vec![4, 5]),
        ("time=1970-01-02..", vec![]),
    ] {
        let run = run_with(&["decode", "--format", "json", "--filter", filter], &file);
        let seen: Vec<_> = run
            .objects()
            .iter()
            .map(|row| row["record"].clone())
            .collect();
        assert_eq!(seen, records, "{filter}: {}", run.err);
    }
    for (filter, said) in [
        ("cseq=first", "cseq: expected a number"),
        ("repeated=yes", "repeated: expected true or false"),
        ("time=09:42", "time: expected a span such as"),
        ("time=..", "time: expected a span such as"),
        ("time=noon..", "time: expected a span such as"),
    ] {
        let run = run(&["decode", "--filter", filter]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{filter}");
        assert!(run.err.contains(said), "{filter}: {}", run.err);
    }
}

#[test]
fn fields_are_chosen_by_name() {
    let args = [
        "decode",
        "--format",
        "json",
        "--fields",
        "sender,code,reason_hex",
    ];
    let run = run_with(&args, b"SIP/2.0 200 OK\r\n");
    assert_eq!(
        run.out,
        "{\"sender\":null,\"code\":200,\"reason_hex\":\"4f4b\"}\n"
    );
    let args = [
        "decode",
        "--format",
        "csv",
        "--fields",
        "error,call_id,record",
    ];
    let run = run_with(&args, &call());
    let mut lines = run.out.lines();
    let header = "error_kind,error_offset,error_message,error_code,call_id,record";
    assert_eq!(lines.next(), Some(header));
    assert_eq!(lines.next(), Some(",,,,one@a,2"));
    for args in [
        ["--fields", "code", "--format", "table"],
        ["--fields", "colour", "--format", "json"],
    ] {
        let args = [&["decode"], args.as_slice()].concat();
        assert_eq!(self::run(&args).code, 2, "{args:?}");
    }
}

// Summaries

#[test]
fn a_summary_has_the_share_of_calls_answered_and_groups() {
    let json = |by: &str| -> Value {
        let args = ["decode", "--summary", "--format", "json", "--by", by];
        run_with(&args, &call()).objects().remove(0)
    };
    let groups = |by: &str| -> Vec<(String, u64)> {
        let summary = json(by);
        assert_eq!(summary["by"]["by"], by);
        let groups = summary["by"]["groups"].as_array().unwrap();
        let group = |group: &Value| {
            let key = group["key"].as_str().unwrap().to_owned();
            (key, group["count"].as_u64().unwrap())
        };
        groups.iter().map(group).collect()
    };
    let expect = |groups: Vec<(String, u64)>, expected: &[(&str, u64)]| {
        let expected = expected
            .iter()
            .map(|(key, count)| ((*key).to_owned(), *count));
        assert_eq!(groups, expected.collect::<Vec<_>>());
    };
    expect(groups("src"), &[("192.0.2.1", 5)]);
    expect(groups("dst"), &[("192.0.2.2", 5)]);
    expect(groups("method"), &[("INVITE", 5)]);
    expect(groups("minute"), &[("1970-01-01 00:00", 5)]);
    expect(
        groups("code"),
        &[("100", 1), ("180", 2), ("200", 1), ("486", 1)],
    );
    let summary = json("method");
    assert_eq!(summary["by"]["groups"][0]["client_error"], 1);
    assert_eq!(summary["by"]["groups"][0]["provisional"], 3);
    // The call without a response is there by its request.
    assert_eq!(summary["calls"], 3);
    assert_eq!(summary["calls_answered"], 1);
    let page = run_with(&["decode", "--summary", "--by", "src"], &call()).out;
    assert!(
        page.contains(" 3 calls with an INVITE, 1 answered: 33.3 %\n"),
        "{page}"
    );
    assert!(page.contains(" BY SRC\n 192.0.2.1 "), "{page}");
    assert!(page.contains("1xx 3  2xx 1  4xx 1\n"), "{page}");
}

// Files that are followed

#[test]
fn a_followed_file_that_is_truncated_or_replaced_is_read_from_its_start() {
    let line = |code: &str| format!("SIP/2.0 {code} \r\n");
    let path = file("rotated", (line("100") + &line("180")).as_bytes());
    let mut going = start(&["decode", "--format", "json", "--follow", &path]);
    let mut code = || {
        let object: Value = serde_json::from_str(&going.line()).unwrap();
        (object["record"].as_u64(), object["code"].as_u64())
    };
    assert_eq!(code(), (Some(1), Some(100)));
    assert_eq!(code(), (Some(2), Some(180)));
    fs::write(&path, line("200")).unwrap();
    assert_eq!(code(), (Some(1), Some(200)));
    let new = file("rotated-new", line("486").as_bytes());
    fs::rename(new, &path).unwrap();
    assert_eq!(code(), (Some(1), Some(486)));
    going.signal("TERM");
    let said = String::from_utf8(going.output().stderr).unwrap();
    let message = "truncated or replaced; it is read from its start again";
    assert_eq!(said.matches(message).count(), 2, "{said}");
}
