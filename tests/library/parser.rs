//! `Parser`: policies, errors, the bound, and reading as octets arrive.

use sip_status_line::{Deviations, ErrorKind, ParseError, Parser, StatusCode};

#[test]
fn policies() {
    let strict = Deviations::VERSION_CASE;
    let interop =
        strict | Deviations::LEADING_CRLF | Deviations::NO_REASON_SPACE | Deviations::REASON_OCTETS;
    assert_eq!(Parser::STRICT.allowed(), strict);
    assert_eq!(Parser::INTEROP.allowed(), interop);
    assert_eq!(Parser::OBSERVE.allowed(), Deviations::all());
    assert_eq!(Parser::default(), Parser::INTEROP);
    assert_eq!(Parser::STRICT.deny(strict).allowed(), Deviations::empty());
    assert_eq!(
        Parser::OBSERVE.deny(Deviations::all() - strict),
        Parser::STRICT
    );
}

#[test]
fn deviations_have_names() {
    let seen = Parser::OBSERVE
        .line(b"sip/2.0\t200 OK\n")
        .unwrap()
        .deviations;
    assert_eq!(seen.to_string(), "VERSION_CASE | SPACING | BARE_LF");
    assert_eq!(Deviations::empty().to_string(), "");
}

#[track_caller]
fn error(parser: Parser, input: &[u8]) -> ParseError {
    parser.line(input).unwrap_err()
}

/// What each kind looks like for people, where the octet is wrong and where the input ends.
#[test]
fn errors_say_what_was_expected_and_where() {
    let says = |input: &[u8]| error(Parser::STRICT, input).to_string();
    assert_eq!(says(b"SIP/3.0 200 OK\r\n"), "expected SIP/2.0 at octet 4");
    assert_eq!(
        says(b"SIP/2.0"),
        "expected a space after the version at octet 7, where the input ends"
    );
    assert_eq!(
        says(b"SIP/2.0.1 200 OK\r\n"),
        "expected a space after the version at octet 7"
    );
    assert_eq!(
        says(b"SIP/2.0 700 x\r\n"),
        "expected a status code from 100 to 699 at octet 8"
    );
    assert_eq!(
        says(b"SIP/2.0 20"),
        "expected a status code from 100 to 699 at octet 10, where the input ends"
    );
    assert_eq!(
        says(b"SIP/2.0 200\r\n"),
        "expected a space after the status code at octet 11"
    );
    assert_eq!(
        says(b"SIP/2.0 2000 x\r\n"),
        "expected a space after the status code at octet 11"
    );
    assert_eq!(
        says(b"SIP/2.0 200 O\0K\r\n"),
        "expected an octet of a reason phrase at octet 13"
    );
    assert_eq!(says(b"SIP/2.0 200 OK\n"), "expected CR LF at octet 14");
    assert_eq!(says(b"SIP/2.0 200 OK\rX"), "expected CR LF at octet 15");
    assert_eq!(
        says(b"SIP/2.0 200 OK"),
        "expected CR LF at octet 14, where the input ends"
    );
    let long = error(Parser::STRICT.with_max_len(15), b"SIP/2.0 200 OK\r\n");
    assert_eq!(
        long.to_string(),
        "expected a line within the length limit at octet 13"
    );
}

#[test]
fn the_end_of_the_input_is_a_kind_of_its_own() {
    let cut = error(Parser::INTEROP, b"SIP/2.0 20");
    assert_eq!(
        (cut.kind(), cut.expected()),
        (ErrorKind::Truncated, ErrorKind::Code)
    );
    let bad = error(Parser::INTEROP, b"SIP/2.0 2x0");
    assert_eq!(
        (bad.kind(), bad.expected()),
        (ErrorKind::Code, ErrorKind::Code)
    );
}

#[test]
fn the_code_is_kept_once_it_was_read() {
    let code = |input: &[u8]| error(Parser::INTEROP, input).code();
    assert_eq!(code(b"SIP/2.0 48"), None);
    assert_eq!(code(b"SIP/2.0 486"), Some(StatusCode::BUSY_HERE));
    assert_eq!(code(b"SIP/2.0 486x"), Some(StatusCode::BUSY_HERE));
    assert_eq!(code(b"SIP/2.0 486 \x01"), Some(StatusCode::BUSY_HERE));
    // Not 486, and not 200: four digits are no status code.
    assert_eq!(code(b"SIP/2.0 4861 x\r\n"), None);
    assert_eq!(code(b"SIP/2.0 2000 OK\r\n"), None);
}

/// The octet in fault is the one after which no line is possible, not the one that began it.
#[test]
fn a_broken_sequence_is_in_fault_where_it_breaks() {
    let offset = |input: &[u8]| error(Parser::STRICT, input).offset();
    assert_eq!(offset(b"SIP/2.0 200 %4G\r\n"), 14);
    assert_eq!(offset(b"SIP/2.0 200 %\r\n"), 13);
    assert_eq!(offset(b"SIP/2.0 200 \xE2\x82\r\n"), 14);
    assert_eq!(offset(b"SIP/2.0 200 \xFE\r\n"), 12);
}

#[test]
fn max_len_counts_the_whole_line() {
    let line = b"\r\nSIP/2.0 200 OK\r\n";
    let parser = Parser::INTEROP.with_max_len(line.len());
    assert!(parser.line(line).is_ok());
    assert!(parser.prefix(line).is_ok());

    let tight = Parser::INTEROP.with_max_len(line.len() - 1);
    let too_long = error(tight, line);
    assert_eq!(too_long.kind(), ErrorKind::Length);
    assert_eq!(too_long.code(), Some(StatusCode::OK));
    // With K, a CR LF no longer fits.
    assert_eq!(too_long.offset(), 15);
    assert_eq!(tight.prefix(line), Err(too_long));
    assert_eq!(tight.prefix(&line[..16]), Err(too_long));
    assert_eq!(tight.prefix(&line[..15]), Ok(None));

    // Not even the shortest line fits.
    assert_eq!(
        error(Parser::STRICT.with_max_len(13), b"").kind(),
        ErrorKind::Length
    );
    assert_eq!(error(Parser::STRICT.with_max_len(13), line).offset(), 0);
    assert_eq!(Parser::STRICT.with_max_len(14).prefix(b""), Ok(None));
    assert_eq!(error(Parser::STRICT.with_max_len(0), line).offset(), 0);
}

/// A line within the bound, in a buffer that goes on for long after it.
#[test]
#[cfg_attr(miri, ignore = "slow")]
fn max_len_does_not_bound_the_input() {
    let mut input = b"SIP/2.0 200 OK\r\n".to_vec();
    input.resize(100_000, b'x');
    let parsed = Parser::STRICT.with_max_len(16).line(&input).unwrap();
    assert_eq!(parsed.rest.len(), 100_000 - 16);
    let parsed = Parser::STRICT
        .with_max_len(usize::MAX)
        .line(&input)
        .unwrap();
    assert_eq!(parsed.rest.len(), 100_000 - 16);
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn long_phrases() {
    for len in [129, 257, 4096, 8178] {
        let line = [b"SIP/2.0 200 ", vec![b'A'; len].as_slice(), b"\r\n"].concat();
        assert_eq!(
            Parser::STRICT
                .line(&line)
                .unwrap()
                .line
                .reason
                .as_bytes()
                .len(),
            len
        );
    }
    for len in [8179, 60_000, 1_048_576] {
        let line = [b"SIP/2.0 200 ", vec![b'A'; len].as_slice(), b"\r\n"].concat();
        let too_long = error(Parser::OBSERVE, &line);
        assert_eq!(too_long.kind(), ErrorKind::Length);
        assert_eq!(too_long.offset(), 8191);
        assert_eq!(error(Parser::STRICT, &line).offset(), 8190);
        assert!(Parser::STRICT.with_max_len(usize::MAX).line(&line).is_ok());
    }
}

/// The 60 KB phrase that arrives octet by octet is refused at the bound.
#[test]
fn a_stream_is_refused_at_the_bound() {
    let parser = Parser::STRICT.with_max_len(200);
    let line = [b"SIP/2.0 200 ", vec![b'A'; 60_000].as_slice()].concat();
    let refused = (0..line.len()).find(|len| parser.prefix(&line[..*len]).is_err());
    assert_eq!(refused, Some(199));
}

#[test]
fn keep_alives_are_not_lines() {
    assert_eq!(Parser::INTEROP.prefix(b"\r\n\r\n"), Ok(None));
    let only = error(Parser::INTEROP, b"\r\n\r\n");
    assert_eq!((only.kind(), only.offset()), (ErrorKind::Truncated, 4));
}
