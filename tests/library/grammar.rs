//! `grammar::status_line` inside grammars of other people.

use nom::branch::alt;
use nom::bytes::{complete, streaming};
use nom::combinator::{consumed, recognize};
use nom::error::{ErrorKind as NomKind, FromExternalError, ParseError as NomError};
use nom::multi::fold_many1;
use nom::{Err, Needed, Parser as _};
use sip_status_line::grammar::{self, nom, status_line};
use sip_status_line::{Deviations, ErrorKind, ParseError, Parsed, Parser, StatusCode};

type Bytes<'a> = &'a [u8];

const OK: &[u8] = b"SIP/2.0 200 OK\r\nrest";

fn answer<'a, E>(input: Bytes<'a>) -> nom::IResult<Bytes<'a>, Parsed<'a>, E>
where
    E: NomError<Bytes<'a>> + FromExternalError<Bytes<'a>, ParseError>,
{
    status_line(Parser::STRICT).parse_complete(input)
}

#[test]
fn every_error_type_fits() {
    let bad: Bytes = b"SIP/2.0 200 O\x01\r\n";
    let left: Bytes = b"\x01\r\n";

    assert!(answer::<()>(OK).is_ok());
    assert_eq!(answer::<()>(bad), Err(Err::Error(())));
    assert_eq!(
        answer::<nom::error::Error<Bytes>>(bad),
        Err(Err::Error(nom::error::Error::new(left, NomKind::Verify))),
    );
    assert_eq!(
        answer::<(Bytes, NomKind)>(bad),
        Err(Err::Error((left, NomKind::Verify)))
    );

    let Err(Err::Error(error)) = answer::<grammar::Error>(bad) else {
        panic!("an error")
    };
    assert_eq!(error.offset_in(bad), 13);
    let status_line = error.status_line().unwrap();
    assert_eq!(Parser::STRICT.line(bad), Err(status_line));
    assert_eq!(error.to_string(), status_line.to_string());
    let source = core::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref(), Some(&status_line));
    // What `alt` or `context` would add is kept out: the first error says where it was.
    assert_eq!(NomError::append(bad, NomKind::Alt, error), error);
}

/// An error type that knows nothing of this crate but the conversion.
#[derive(Debug, PartialEq)]
struct Own(Option<(usize, ErrorKind)>);

impl NomError<Bytes<'_>> for Own {
    fn from_error_kind(_: Bytes, _: NomKind) -> Self {
        Self(None)
    }
    fn append(_: Bytes, _: NomKind, other: Self) -> Self {
        other
    }
}

impl FromExternalError<Bytes<'_>, ParseError> for Own {
    fn from_external_error(_: Bytes, _: NomKind, error: ParseError) -> Self {
        Self(Some((error.offset(), error.kind())))
    }
}

#[test]
fn an_error_type_of_ones_own_fits() {
    let error = answer::<Own>(b"SIP/2.0 099 x\r\n").unwrap_err();
    assert_eq!(error, Err::Error(Own(Some((8, ErrorKind::Code)))));
}

#[test]
fn nom_kinds() {
    for (input, kind) in [
        (&b"HTTP/1.1 200 OK\r\n"[..], NomKind::Tag),
        (b"SIP/2.0 x", NomKind::Digit),
        (b"SIP/2.0 200x", NomKind::Space),
        (b"SIP/2.0 200 \x01", NomKind::Verify),
        (b"SIP/2.0 200 \n", NomKind::CrLf),
        (b"SIP/2.0 200 ", NomKind::Eof),
    ] {
        let error = answer::<(Bytes, NomKind)>(input).unwrap_err();
        assert!(
            matches!(error, Err::Error((_, found)) if found == kind),
            "{error:?}"
        );
    }
    let long = status_line::<(Bytes, NomKind)>(Parser::STRICT.with_max_len(20))
        .parse_complete(&[b' '; 30][..]);
    assert!(matches!(long, Err(Err::Error((_, NomKind::Tag)))));
    let long = status_line::<(Bytes, NomKind)>(Parser::STRICT.with_max_len(15)).parse_complete(OK);
    assert!(matches!(long, Err(Err::Error((_, NomKind::TooLarge)))));
}

/// `parse` streams: it asks for the least number of octets that could complete the line.
#[test]
fn streaming_says_how_much_is_needed() {
    let needed = |parser: Parser, input| match status_line::<()>(parser).parse(input) {
        Err(Err::Incomplete(Needed::Size(needed))) => needed.get(),
        other => panic!("{other:?}"),
    };
    for (input, strict, observe) in [
        (&b""[..], 14, 12),
        (b"SIP", 11, 9),
        (b"SIP/2.0", 7, 5),
        (b"SIP/2.0 ", 6, 4),
        (b"SIP/2.0 20", 4, 2),
        (b"SIP/2.0 200", 3, 1),
        (b"SIP/2.0 200 ", 2, 1),
        (b"SIP/2.0 200 OK", 2, 1),
        (b"SIP/2.0 200 OK\r", 1, 1),
        (b"SIP/2.0 200 %", 4, 1),
        (b"SIP/2.0 200 %4", 3, 1),
        (b"SIP/2.0 200 \xF0\x80", 4, 1),
    ] {
        assert_eq!(needed(Parser::STRICT, input), strict, "{input:?}");
        assert_eq!(needed(Parser::OBSERVE, input), observe, "{input:?}");
    }
    assert_eq!(needed(Parser::OBSERVE, b"\r"), 13);
    assert_eq!(needed(Parser::INTEROP, b"\r\n"), 13);
    assert_eq!(needed(Parser::INTEROP, b"SIP/2.0 200\r"), 1);
}

#[test]
fn complete_takes_the_input_for_all_there_is() {
    let cut = status_line::<grammar::Error>(Parser::STRICT).parse_complete(b"SIP/2.0 20");
    let Err(Err::Error(error)) = cut else {
        panic!("{cut:?}")
    };
    assert_eq!(error.status_line().unwrap().kind(), ErrorKind::Truncated);

    let (rest, parsed) = status_line::<()>(Parser::OBSERVE)
        .parse_complete(b"SIP/2.0 200 OK")
        .unwrap();
    assert_eq!((rest, parsed.line.code), (Bytes::default(), StatusCode::OK));
    assert_eq!(parsed.deviations, Deviations::NO_LINE_END);
}

/// Combinators that drop the output run a parser in nom's `Check` mode.
#[test]
fn composes() {
    let (rest, octets) = recognize(status_line::<()>(Parser::STRICT))
        .parse_complete(OK)
        .unwrap();
    assert_eq!((octets, rest), (&b"SIP/2.0 200 OK\r\n"[..], &b"rest"[..]));

    let (rest, (octets, parsed)) = consumed(status_line::<()>(Parser::STRICT))
        .parse(OK)
        .unwrap();
    assert_eq!(
        (octets.len(), parsed.line.code, rest),
        (16, StatusCode::OK, &b"rest"[..])
    );

    let (rest, lines) = fold_many1(
        status_line::<()>(Parser::STRICT),
        || 0,
        |count, _| count + 1,
    )
    .parse_complete(b"SIP/2.0 100 Trying\r\nSIP/2.0 200 OK\r\n\r\n")
    .unwrap();
    assert_eq!((lines, rest), (2, &b"\r\n"[..]));
}

/// A start-line is a request-line or a status-line, in either mode.
#[test]
fn an_alternative_to_a_request_line() {
    let mut complete = alt((
        complete::tag::<_, _, grammar::Error>("INVITE").map(|_| None),
        status_line(Parser::STRICT).map(|parsed| Some(parsed.line.code)),
    ));
    assert_eq!(complete.parse_complete(OK).unwrap().1, Some(StatusCode::OK));
    assert_eq!(
        complete
            .parse_complete(b"INVITE sip:a SIP/2.0\r\n")
            .unwrap()
            .1,
        None
    );

    let mut streaming = alt((
        streaming::tag::<_, _, grammar::Error>("INVITE").map(|_| None),
        status_line(Parser::STRICT).map(|parsed| Some(parsed.line.code)),
    ));
    assert_eq!(streaming.parse(OK).unwrap().1, Some(StatusCode::OK));
    assert!(matches!(
        streaming.parse(b"SIP/2.0 2"),
        Err(Err::Incomplete(_))
    ));
}

#[test]
fn an_error_of_another_parser_says_so() {
    let input = b"SIP/2.0 200 OK\r\nVia: x";
    let mut parser = (
        status_line::<grammar::Error>(Parser::STRICT),
        complete::tag("CSeq"),
    );
    let Err(Err::Error(error)) = parser.parse_complete(input) else {
        panic!("an error")
    };
    assert_eq!(error.status_line(), None);
    assert_eq!(error.offset_in(input), 16);
    assert_eq!(error.to_string(), "no match with 6 octets left");
}
