//! `StatusLineBuf`, which shares the buffer it was split from.

#![cfg(feature = "bytes")]

use bytes::Bytes;
use sip_status_line::{Deviations, Parser, StatusCode, StatusLineBuf};

#[test]
fn shares_the_buffer() {
    let mut input = Bytes::from(b"\r\nSIP/2.0 486 Busy Here\r\nVia: x\r\n".to_vec());
    let whole = input.clone();
    let (line, deviations) = StatusLineBuf::split_from(&mut input, &Parser::INTEROP)
        .unwrap()
        .unwrap();
    assert_eq!(deviations, Deviations::LEADING_CRLF);
    assert_eq!(line.code(), StatusCode::BUSY_HERE);
    assert_eq!(line.as_line().reason, "Busy Here");
    assert_eq!(input, b"Via: x\r\n".as_slice());
    assert_eq!(line.reason().as_ptr(), whole.slice(14..).as_ptr());
    assert_eq!(input.as_ptr(), whole.slice(25..).as_ptr());
    assert_eq!(line.clone(), line);
}

#[test]
fn leaves_the_input_alone_without_a_line() {
    for octets in [&b"SIP/2.0 486 Bu"[..], b"", b"SIP/3.0"] {
        let mut input = Bytes::copy_from_slice(octets);
        let answer = StatusLineBuf::split_from(&mut input, &Parser::INTEROP);
        assert_eq!(answer.is_err(), octets == b"SIP/3.0");
        assert!(!matches!(answer, Ok(Some(_))));
        assert_eq!(input, octets);
    }
}

#[test]
fn an_empty_phrase() {
    let mut input = Bytes::from_static(b"SIP/2.0 486 \r\n");
    let (line, _) = StatusLineBuf::split_from(&mut input, &Parser::STRICT)
        .unwrap()
        .unwrap();
    assert!(line.reason().is_empty() && input.is_empty());
}
