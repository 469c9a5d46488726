//! `StatusLine`: reading one, judging it, writing it; and the sizes that are promised.

use core::mem::size_of;

use sip_status_line::registry::{self, PhraseMatch};
use sip_status_line::{ErrorKind, ParseError, Parser, ReasonPhrase, StatusCode, StatusLine};

#[test]
fn sizes() {
    assert_eq!(size_of::<StatusCode>(), 2);
    assert_eq!(size_of::<Option<StatusCode>>(), 2);
    if cfg!(target_pointer_width = "64") {
        assert_eq!(size_of::<StatusLine>(), 24);
        assert_eq!(size_of::<Option<StatusLine>>(), 24);
        assert_eq!(size_of::<ParseError>(), 16);
    }
}

fn line(code: u16, reason: &[u8]) -> StatusLine<'_> {
    StatusLine {
        code: StatusCode::new(code).unwrap(),
        reason: ReasonPhrase::new(reason).unwrap(),
    }
}

#[track_caller]
fn assert_encodes(line: StatusLine<'_>, expected: &[u8]) {
    assert_eq!(line.encoded_len(), expected.len());
    let mut buf = [0xAA; 600];
    assert_eq!(line.encode(&mut buf), Ok(expected.len()));
    assert_eq!(buf[..expected.len()], *expected);
    assert!(buf[expected.len()..].iter().all(|octet| *octet == 0xAA));

    for room in 0..expected.len() {
        let error = line.encode(&mut buf[..room]).unwrap_err();
        assert_eq!(error.needed(), expected.len());
    }
    #[cfg(feature = "bytes")]
    {
        let mut put = Vec::from("before ");
        line.put(&mut put);
        assert_eq!(put, [b"before ", expected].concat());
    }
    #[cfg(feature = "std")]
    {
        let mut written = Vec::new();
        line.write_to(&mut written).unwrap();
        assert_eq!(written, expected);
    }
}

#[test]
fn encodes_the_canonical_line() {
    assert_encodes(StatusLine::canonical(StatusCode::OK), b"SIP/2.0 200 OK\r\n");
    assert_encodes(line(486, b""), b"SIP/2.0 486 \r\n");
    assert_encodes(
        line(699, b" two  blanks\t"),
        b"SIP/2.0 699  two  blanks\t\r\n",
    );
    assert_encodes(
        line(200, "сто".as_bytes()),
        "SIP/2.0 200 сто\r\n".as_bytes(),
    );
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn escapes_what_the_abnf_excludes() {
    assert_encodes(
        line(480, b"Busy [100%] <a> \"b\" #{c|d} ^`\\"),
        b"SIP/2.0 480 Busy %5B100%25%5D %3Ca%3E %22b%22 %23%7Bc%7Cd%7D %5E%60%5C\r\n",
    );
    // An escape stays, half of one does not.
    assert_encodes(line(480, b"%41%4%"), b"SIP/2.0 480 %41%254%25\r\n");
    // A lead without its octets, and the two that are never legal.
    assert_encodes(
        line(480, b"\xC3 \xE2\x82\xFE\xFF"),
        b"SIP/2.0 480 %C3 %E2\x82%FE%FF\r\n",
    );
    // Not UTF-8 by RFC 3629, yet legal here.
    assert_encodes(
        line(480, b"\x80 \xC0\x80"),
        b"SIP/2.0 480 \x80 \xC0\x80\r\n",
    );
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn encodes_long_phrases() {
    let phrase = vec![b'#'; 180];
    assert_encodes(
        line(480, &phrase),
        &[b"SIP/2.0 480 ", "%23".repeat(180).as_bytes(), b"\r\n"].concat(),
    );
}

#[cfg(feature = "std")]
#[test]
fn a_full_writer_is_an_error() {
    let error = line(480, &[b'a'; 300])
        .write_to(&mut [0; 20].as_mut_slice())
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
    let error = StatusLine::canonical(StatusCode::OK).write_to(&mut [0; 15].as_mut_slice());
    assert!(error.is_err());
}

/// A single write, so that a socket without a buffer sends a single segment.
#[cfg(feature = "std")]
#[test]
fn writes_once() {
    struct Counting(usize);
    impl std::io::Write for Counting {
        fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
            self.0 += 1;
            Ok(octets.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut writer = Counting(0);
    line(480, b"Busy [call processing released]")
        .write_to(&mut writer)
        .unwrap();
    assert_eq!(writer.0, 1);
}

#[test]
fn the_error_of_a_small_buffer_says_how_much() {
    let error = StatusLine::canonical(StatusCode::OK)
        .encode(&mut [])
        .unwrap_err();
    assert_eq!(error.to_string(), "expected a buffer of at least 16 octets");
}

#[test]
fn from_bytes_takes_exactly_one_line() {
    let ok = b"SIP/2.0 200 OK\r\n";
    assert_eq!(
        StatusLine::from_bytes(ok),
        Ok(StatusLine::canonical(StatusCode::OK))
    );
    assert_eq!(
        StatusLine::try_from(ok.as_slice()),
        StatusLine::from_bytes(ok)
    );

    let error = StatusLine::from_bytes(b"SIP/2.0 200 OK\r\nVia: x\r\n").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TrailingOctets);
    assert_eq!(error.expected(), ErrorKind::TrailingOctets);
    assert_eq!(error.offset(), 16);
    assert_eq!(error.code(), Some(StatusCode::OK));
    assert_eq!(
        error.to_string(),
        "expected the end of the input at octet 16"
    );

    assert!(StatusLine::from_bytes(b"\r\nSIP/2.0 200 OK\r\n").is_err());
    assert!(StatusLine::from_bytes(b"sip/2.0 200 OK\r\n").is_ok());
}

#[test]
fn canonical_lines_have_the_registered_phrase() {
    for number in 100..=699 {
        let code = StatusCode::new(number).unwrap();
        let line = StatusLine::canonical(code);
        assert_eq!(
            line.reason.to_str().unwrap(),
            code.canonical_reason().unwrap_or("")
        );
        let mut buf = [0; 80];
        let len = line.encode(&mut buf).unwrap();
        assert_eq!(StatusLine::from_bytes(&buf[..len]), Ok(line));
        let phrase = line.registry_match().phrase;
        let expected = if line.reason.is_empty() {
            PhraseMatch::Empty
        } else {
            PhraseMatch::Exact
        };
        assert_eq!(phrase, expected, "{number}");
    }
}

#[test]
fn registry_match() {
    let of = |code, reason: &'static [u8]| {
        let registration = line(code, reason).registry_match();
        (registration.is_registered(), registration.phrase)
    };
    assert_eq!(of(486, b"Busy Here"), (true, PhraseMatch::Exact));
    assert_eq!(of(486, b"BUSY here"), (true, PhraseMatch::Case));
    assert_eq!(of(486, b"user busy"), (true, PhraseMatch::Alias));
    assert_eq!(of(486, b""), (true, PhraseMatch::Empty));
    assert_eq!(of(486, b"Busy Here "), (true, PhraseMatch::Custom));
    assert_eq!(of(202, b"Accepted"), (true, PhraseMatch::Exact));
    assert_eq!(of(402, b"Payment Required"), (true, PhraseMatch::Exact));
    // Not registered with IANA, yet known.
    assert_eq!(of(409, b"Conflict"), (false, PhraseMatch::Exact));
    assert_eq!(
        of(478, b"Unresolvable destination"),
        (false, PhraseMatch::Exact)
    );
    // Not known at all.
    assert_eq!(of(456, b"What"), (false, PhraseMatch::Unregistered));
    assert_eq!(of(456, b""), (false, PhraseMatch::Empty));

    let entry = line(486, b"").registry_match().entry;
    assert_eq!(entry, registry::lookup(StatusCode::BUSY_HERE));
}

/// The parser tells the canonical line of each code from all that differ in one octet.
#[test]
fn one_other_octet_is_not_the_registered_phrase() {
    let step = if cfg!(miri) { 47 } else { 1 };
    for entry in registry::ALL.iter().step_by(step) {
        let canonical = StatusLine::canonical(entry.code);
        let mut octets = [0; 80];
        let len = canonical.encode(&mut octets).unwrap();
        let parsed = Parser::STRICT.line(&octets[..len]).unwrap();
        assert_eq!(parsed.line, canonical);
        assert_eq!(parsed.registry_match(), canonical.registry_match());

        for at in "SIP/2.0 200 ".len()..len - 2 {
            let mut other = octets;
            other[at] = if other[at] == b'~' { b'-' } else { b'~' };
            let parsed = Parser::STRICT.line(&other[..len]).unwrap();
            assert_eq!(parsed.line.reason.as_bytes(), &other[12..len - 2]);
            assert_eq!(parsed.registry_match(), parsed.line.registry_match());
            assert_eq!(
                parsed.registry_match().phrase,
                PhraseMatch::Custom,
                "{parsed:?}"
            );
        }
    }
}

#[test]
fn display_is_for_people() {
    assert_eq!(
        line(486, b"Occup\xE9").to_string(),
        "SIP/2.0 486 Occup\u{FFFD}"
    );
    assert_eq!(line(486, b"").to_string(), "SIP/2.0 486 ");
}

#[test]
fn what_was_received_and_what_is_left_are_the_input() {
    for input in [
        b"SIP/2.0 200 OK\r\n".as_slice(),
        b"\r\n\r\nSIP/2.0 200 OK\r\nVia: x\r\n",
        b"sip/2.0\t200 OK\nSIP/2.0 404 x",
        b"SIP/2.0 200",
    ] {
        let parsed = Parser::OBSERVE.line(input).unwrap();
        assert_eq!([parsed.received(), parsed.rest].concat(), input);
    }
}

#[cfg(feature = "serde")]
#[test]
fn serde_round_trips() {
    let line = line(486, b"Busy Here");
    let json = serde_json::to_string(&line).unwrap();
    assert_eq!(json, r#"{"code":486,"reason":"Busy Here"}"#);
    assert_eq!(serde_json::from_str::<StatusLine>(&json).unwrap(), line);

    assert!(serde_json::from_str::<StatusCode>("700").is_err());
    assert!(serde_json::from_str::<StatusCode>("99").is_err());
    // A control octet is refused on this way in as well; DEL needs no escape in JSON.
    assert!(serde_json::from_str::<ReasonPhrase>("\"a\u{7F}b\"").is_err());
    // What is not UTF-8 is not repaired.
    let latin1 = ReasonPhrase::new(b"\xE9").unwrap();
    assert_eq!(serde_json::to_string(&latin1).unwrap(), "[233]");

    let deviations = sip_status_line::Deviations::BARE_LF | sip_status_line::Deviations::SPACING;
    let json = serde_json::to_string(&deviations).unwrap();
    assert_eq!(json, r#""SPACING | BARE_LF""#);
    assert_eq!(
        serde_json::to_string(&StatusCode::OK.class()).unwrap(),
        r#""success""#
    );
}

#[cfg(feature = "arbitrary")]
#[test]
fn arbitrary_makes_lines_that_hold_the_promise() {
    use arbitrary::{Arbitrary, Unstructured};

    let octets: Vec<u8> = (0..4096_u32)
        .map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[1])
        .collect();
    let mut phrases = 0;
    for octets in octets.chunks(64) {
        let line = StatusLine::arbitrary(&mut Unstructured::new(octets)).unwrap();
        let mut buf = [0; 256];
        let len = line.encode(&mut buf).unwrap();
        assert_eq!(StatusLine::from_bytes(&buf[..len]).unwrap().code, line.code);
        phrases += usize::from(!line.reason.is_empty());
    }
    assert!(phrases > 0, "none has a phrase");
    assert!(Parser::arbitrary(&mut Unstructured::new(&octets)).is_ok());
}
