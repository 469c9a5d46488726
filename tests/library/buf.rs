//! `StatusLineBuf`, which shares the buffer it was split from.

#![cfg(feature = "bytes")]

use bytes::BytesMut;
use sip_status_line::{Deviations, Parser, ReasonPhrase, StatusCode, StatusLine, StatusLineBuf};

#[test]
fn shares_the_buffer() {
    let mut input = BytesMut::from(&b"\r\nSIP/2.0 486 Busy Here\r\nVia: x\r\n"[..]);
    let start = input.as_ptr();
    let line = StatusLineBuf::split_from(&mut input, &Parser::INTEROP)
        .unwrap()
        .unwrap();
    assert_eq!(line.deviations(), Deviations::LEADING_CRLF);
    assert_eq!(line.code(), StatusCode::BUSY_HERE);
    assert_eq!(line.as_line().reason, "Busy Here");
    assert_eq!(input, b"Via: x\r\n".as_slice());
    assert_eq!(line.reason().as_ptr(), start.wrapping_add(14));
    assert_eq!(input.as_ptr(), start.wrapping_add(25));
    assert_eq!(line.clone(), line);
}

#[test]
fn leaves_the_input_alone_without_a_line() {
    for octets in [&b"SIP/2.0 486 Bu"[..], b"", b"SIP/3.0"] {
        let mut input = BytesMut::from(octets);
        let answer = StatusLineBuf::split_from(&mut input, &Parser::INTEROP);
        assert_eq!(answer.is_err(), octets == b"SIP/3.0");
        assert!(!matches!(answer, Ok(Some(_))));
        assert_eq!(input, octets);
    }
}

#[test]
fn an_empty_phrase() {
    let mut input = BytesMut::from("SIP/2.0 486 \r\n");
    let line = StatusLineBuf::split_from(&mut input, &Parser::STRICT)
        .unwrap()
        .unwrap();
    assert!(line.reason().is_empty() && input.is_empty());
}

/// The phrase is found whatever the line ends in.
#[test]
fn the_phrase_without_its_line_ending() {
    for (octets, phrase) in [
        ("SIP/2.0 486\nVia", ""),
        ("SIP/2.0 486 Busy\nVia", "Busy"),
        ("SIP/2.0 486\r\nVia", ""),
        ("SIP/2.0 486 Busy\r\nVia", "Busy"),
    ] {
        let mut input = BytesMut::from(octets);
        let line = StatusLineBuf::split_from(&mut input, &Parser::OBSERVE).unwrap();
        assert_eq!(line.unwrap().reason(), phrase);
        assert_eq!(input, "Via");
    }
}

#[test]
fn stands_for_its_line() {
    let line = StatusLine::new(
        StatusCode::BUSY_HERE,
        ReasonPhrase::from_static("On a call"),
    );
    let buf = StatusLineBuf::from(line);
    assert_eq!(buf, line);
    assert_eq!(line, buf);
    assert_ne!(buf, StatusLine::canonical(StatusCode::BUSY_HERE));
    assert_eq!(buf.deviations(), Deviations::empty());
    assert_eq!(buf.to_string(), "SIP/2.0 486 On a call");
}

/// What a line or its owner writes is read back, whatever the phrase holds.
#[cfg(feature = "serde")]
#[test]
fn json_round_trips() {
    for phrase in [
        &b"Busy Here"[..],
        b"",
        b"a \"quote\"",
        b"a \\ b",
        b"tab\tinside",
        "Ocupado aqu\u{ed}".as_bytes(),
        b"Ocupado aqu\xED",
    ] {
        let line = StatusLine::new(StatusCode::BUSY_HERE, ReasonPhrase::new(phrase).unwrap());
        let json = serde_json::to_string(&line).unwrap();
        let read: StatusLineBuf = serde_json::from_str(&json).unwrap();
        assert_eq!(read, line, "{json}");
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<StatusLineBuf>(&json).unwrap(), read);
    }
    let mut input = BytesMut::from("sip/2.0 200\n");
    let line = StatusLineBuf::split_from(&mut input, &Parser::OBSERVE);
    let line = line.unwrap().unwrap();
    let json = serde_json::to_string(&line).unwrap();
    assert_eq!(
        json,
        r#"{"code":200,"reason":"","deviations":"VERSION_CASE | NO_REASON_SPACE | BARE_LF"}"#
    );
    assert_eq!(serde_json::from_str::<StatusLineBuf>(&json).unwrap(), line);
    for json in [
        r#"{"code":200,"reason":"a\r\nb"}"#,
        r#"{"code":200,"reason":[65,0]}"#,
        r#"{"code":700,"reason":"x"}"#,
        r#"{"code":200,"reason":"x","deviations":"FOLDING"}"#,
        r#"{"code":200,"reason":"x","deviations":"0x80"}"#,
        r#"{"code":200,"reason":"x","deviations":128}"#,
    ] {
        assert!(
            serde_json::from_str::<StatusLineBuf>(json).is_err(),
            "{json}"
        );
    }
}
