//! `start_line`: requests told from responses.

use sip_status_line::{StartLine, start_line};

#[test]
fn tells_requests_from_responses() {
    use StartLine::{Request, Status};
    for (octets, kind) in [
        (&b"SIP/2.0 200 OK\r\n"[..], Some(Status)),
        (b"sip/7", Some(Status)),
        (b"SIP/", Some(Status)),
        (b"\r\n\r\nSIP/2.0 200 OK", Some(Status)),
        (b"INVITE sip:a@b SIP/2.0\r\n", Some(Request)),
        (b"SIPA", Some(Request)),
        (b"X", Some(Request)),
        (b"\rS", Some(Request)),
        (b"\nSIP/2.0", Some(Request)),
        (b"\0", Some(Request)),
        (b"", None),
        (b"\r", None),
        (b"\r\n", None),
        (b"\r\n\r", None),
        (b"s", None),
        (b"\r\nSI", None),
        (b"sIp", None),
    ] {
        assert_eq!(start_line(octets), kind, "{}", octets.escape_ascii());
    }
}

/// Once it has answered, more octets change nothing; and what any policy accepts is a status-line.
#[test]
fn an_answer_stands() {
    let stream = b"\r\nSIP/2.0 200 OK\r\n";
    for len in 0..stream.len() {
        let answer = stream.get(..len).and_then(start_line);
        assert_eq!(answer, (len >= 6).then_some(StartLine::Status), "{len}");
    }
}
