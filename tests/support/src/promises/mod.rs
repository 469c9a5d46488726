//! What the crate promises, each promise a function that panics if some octets break it.
//!
//! `tests/library/properties.rs` tries them on generated octets, `tests/library/regressions.rs` on the corpus, and the
//! targets in `fuzz/` on what a fuzzer comes up with.

pub mod targets;

use sip_status_line::grammar::nom::{self, Needed, Parser as _};
use sip_status_line::grammar::{self, status_line};
use sip_status_line::registry::{self, Entry, PhraseMatch};
use sip_status_line::{
    Deviations, ErrorKind, ParseError, Parsed, Parser, ReasonPhrase, StatusCode, StatusLine,
};

use crate::agree::{self, parser};
use crate::oracle::{self, Policy};

/// The crate and the oracle say the same, and write the same.
pub fn agrees_with_the_oracle(policy: Policy, input: &[u8]) {
    agree::check(parser(policy), policy, input);
    for parsed in accepted(policy, input) {
        let (code, reason) = (parsed.line.code.get(), parsed.line.reason.as_bytes());
        assert_eq!(encoded(parsed.line), oracle::encode(code, reason));
    }
}

/// Nothing panics, whatever is asked of an answer. The octets go everywhere octets can go.
pub fn nothing_panics(policy: Policy, input: &[u8]) {
    for answer in answers(policy, input) {
        let _ = match answer {
            Ok(Some(Parsed { line, .. })) => format!("{line}{:?}", line.registry_match()),
            Ok(None) => String::new(),
            Err(error) => format!("{error}{}", error.kind()),
        };
    }
    let _ = StatusLine::from_bytes(input);
    let _ = StatusCode::try_from(input);
}

/// *Need more* means that some continuation would be accepted, and the octets that nom is told are missing suffice
/// while fewer do not.
///
/// The continuation is built. No octet brings the end nearer by more than one; so no shorter one exists.
pub fn need_more_is_exact(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let missing_now = missing(parser, input);
    match parser.prefix(input) {
        Ok(None) => {
            let missing_now = missing_now.unwrap();
            assert_eq!(completion(parser, input).len(), missing_now);
            let mut stream = [input, &[0]].concat();
            for octet in 0..=u8::MAX {
                *stream.last_mut().unwrap() = octet;
                let then = missing(parser, &stream);
                assert!(
                    then.is_none_or(|then| then + 1 >= missing_now),
                    "{missing_now} octets are missing from \"{}\", and then {then:?}",
                    stream.escape_ascii()
                );
            }
        }
        Ok(Some(_)) => assert_eq!(missing_now, Some(0)),
        Err(_) => assert_eq!(missing_now, None),
    }
}

/// A definite answer never changes as octets arrive, and none comes early: whatever the pieces in which a stream
/// arrives, it gets the answers of the whole.
pub fn every_split_agrees(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let whole = parser.prefix(input);
    let mut definite = false;
    for len in 0..=input.len() {
        let part = parser.prefix(&input[..len]);
        definite |= part != Ok(None);
        match (part, whole) {
            (Ok(None), _) => assert!(!definite, "a definite answer was taken back"),
            (Ok(Some(part)), Ok(Some(whole))) => {
                assert_eq!((part.line, part.deviations), (whole.line, whole.deviations));
                assert_eq!(part.received(), whole.received());
            }
            (part, whole) => assert_eq!(part, whole),
        }
    }
    assert_eq!(definite, whole != Ok(None));
}

/// Complete and streaming reading agree on every accept and every definite reject, kind and offset included; so do
/// `from_bytes` and the nom parser in both of its modes.
pub fn complete_and_streaming_agree(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let (prefix, line) = (parser.prefix(input), parser.line(input));
    match (prefix, line) {
        (Ok(None), Ok(parsed)) => {
            assert!(parsed.deviations.contains(Deviations::NO_LINE_END));
            assert!(parsed.rest.is_empty());
        }
        (Ok(None), Err(error)) => {
            assert_eq!(
                (error.kind(), error.offset()),
                (ErrorKind::Truncated, input.len())
            );
        }
        (prefix, line) => assert_eq!(prefix, line.map(Some)),
    }

    let mut nom = status_line::<grammar::Error>(parser);
    assert_eq!(from_nom(input, &nom.parse(input)), prefix.map(outcome));
    let line = line.map(|parsed| outcome(Some(parsed)));
    assert_eq!(from_nom(input, &nom.parse_complete(input)), line);

    let strict = Parser::STRICT.line(input);
    match StatusLine::from_bytes(input) {
        Ok(line) => assert_eq!(
            (line, true),
            (strict.unwrap().line, strict.unwrap().rest.is_empty())
        ),
        Err(error) => match strict {
            Ok(parsed) => {
                assert_eq!(error.kind(), ErrorKind::TrailingOctets);
                assert_eq!(error.code(), Some(parsed.line.code));
                assert_eq!(error.offset(), parsed.received().len());
                assert!(!parsed.rest.is_empty());
            }
            Err(strict) => assert_eq!(error, strict),
        },
    }
}

/// `deviations.is_empty()` ⇔ `encode(parse(x)) == x`. Strict lines round-trip up to the case of `SIP`.
pub fn no_deviation_means_the_same_octets(policy: Policy, input: &[u8]) {
    for parsed in accepted(policy, input) {
        let written = encoded(parsed.line);
        assert_eq!(
            parsed.deviations.is_empty(),
            written == parsed.received(),
            "{parsed:?}"
        );
        if Parser::STRICT.allowed().contains(parsed.deviations) {
            let mut received = parsed.received().to_vec();
            received[..3].make_ascii_uppercase();
            assert_eq!(written, received);
        }
    }
}

/// Whatever any policy accepts, the serializer writes as a line that `STRICT` accepts, with the same code.
pub fn what_was_accepted_is_written_strictly(policy: Policy, input: &[u8]) {
    for parsed in accepted(policy, input) {
        round_trips(parsed.line);
    }
}

/// Whatever a line holds, it is written as a line that `STRICT` accepts, with the same code; encoding is idempotent.
/// A phrase that the grammar allows comes back as it was.
pub fn round_trips(line: StatusLine<'_>) {
    let written = encoded(line);
    assert_eq!(written.len(), line.encoded_len());
    let again = Parser::STRICT
        .with_max_len(usize::MAX)
        .line(&written)
        .unwrap();
    assert_eq!(again.line.code, line.code);
    assert_eq!(
        (again.deviations, again.rest),
        (Deviations::empty(), &[][..])
    );
    assert_eq!(encoded(again.line), written);
    if written.len() == "SIP/2.0 200 \r\n".len() + line.reason.as_bytes().len() {
        assert_eq!(again.line, line);
    }
    // The one CR and the one LF are the ending, so what was written is one line to any parser.
    let [text @ .., b'\r', b'\n'] = written.as_slice() else {
        panic!("no CRLF at the end of \"{}\"", written.escape_ascii())
    };
    assert_eq!(control(text), None);
}

/// No accepted line holds a control octet but HTAB, before its ending and after the CRLFs that may lead it. A CR is
/// never without its LF.
pub fn no_control_gets_in(policy: Policy, input: &[u8]) {
    for parsed in accepted(policy, input) {
        assert_eq!(control(parsed.line.reason.as_bytes()), None);
        let mut line = parsed.received();
        while let [b'\r', b'\n', after @ ..] = line {
            line = after;
        }
        let text = line
            .strip_suffix(b"\n")
            .map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        assert_eq!(control(text), None, "{parsed:?}");
        let ends = text.len() < line.len();
        assert_eq!(ends, !parsed.deviations.contains(Deviations::NO_LINE_END));
    }
}

/// The constructors of `ReasonPhrase` refuse exactly what holds a control octet other than HTAB, and say where.
pub fn reasons_hold_no_control(octets: &[u8]) {
    let control = control(octets);
    let made = ReasonPhrase::new(octets);
    assert_eq!(made.map_err(|error| error.offset()).err(), control);
    assert_eq!(ReasonPhrase::try_from(octets), made);
    assert_eq!(
        made.is_ok_and(|reason| reason.as_bytes() == octets),
        control.is_none()
    );
    if let Ok(text) = core::str::from_utf8(octets) {
        assert_eq!(ReasonPhrase::try_from(text), made);
    }
}

/// `deviations ⊆ allowed`. They are all the line needs to be accepted, and allowing one more never changes that.
pub fn allowing_more_changes_no_accept(policy: Policy, input: &[u8]) {
    let this = parser(policy);
    for parsed in accepted(policy, input) {
        assert!(this.allowed().contains(parsed.deviations));
        let needed = Parser::STRICT
            .deny(Deviations::all())
            .allow(parsed.deviations);
        assert_eq!(needed.with_max_len(usize::MAX).line(input), Ok(parsed));
    }
    for more in Deviations::all() - this.allowed() {
        let more = this.allow(more);
        if let Ok(parsed) = this.line(input) {
            assert_eq!(more.line(input), Ok(parsed), "{more:?}");
        }
        if let Ok(answer) = this.prefix(input) {
            assert_eq!(more.prefix(input), Ok(answer), "{more:?}");
        }
    }
}

/// `offset <= input.len()`, and `input[..offset]` is a prefix of some line the policy accepts; `input[..=offset]` is
/// not. Where the policy accepts no line at all, since none is short enough, the first octet is in fault.
pub fn offsets_are_precise(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let Err(error) = parser.line(input) else {
        return;
    };
    let offset = error.offset();
    assert!(offset <= input.len());
    if parser.prefix(b"").is_err() {
        assert_eq!((error.kind(), offset), (ErrorKind::Length, 0));
        return;
    }
    completion(parser, &input[..offset]);
    if error.kind() == ErrorKind::Truncated {
        assert_eq!(offset, input.len());
    } else {
        assert_eq!(parser.prefix(&input[..=offset]), Err(error));
    }
}

/// What is returned lies inside the input. What was received and what is left are the whole of it.
pub fn output_borrows_from_the_input(policy: Policy, input: &[u8]) {
    let lies_in = |part: &[u8], whole: &[u8]| {
        let (part, whole) = (part.as_ptr_range(), whole.as_ptr_range());
        whole.start <= part.start && part.end <= whole.end
    };
    for parsed in accepted(policy, input) {
        assert!(lies_in(parsed.received(), input));
        assert!(lies_in(parsed.line.reason.as_bytes(), parsed.received()));
        assert_eq!(parsed.received().as_ptr_range().end, parsed.rest.as_ptr());
        assert_eq!([parsed.received(), parsed.rest].concat(), input);
    }
}

/// No line is longer than `max_len`, and no octet beyond it makes a difference.
pub fn nothing_counts_beyond_the_bound(policy: Policy, input: &[u8]) {
    let mut other = input.to_vec();
    for octet in other.iter_mut().skip(policy.max_len) {
        *octet = !*octet;
    }
    for (this, other) in answers(policy, input)
        .into_iter()
        .zip(answers(policy, &other))
    {
        assert_eq!(this.map(outcome), other.map(outcome));
        if let Ok(Some(parsed)) = this {
            assert!(parsed.received().len() <= policy.max_len);
        }
    }
}

/// `lines` gives what `line` says of what is left, again and again; a caller that gets the octets in pieces and calls
/// `prefix` gives the same.
pub fn lines_agree(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let mut lines = parser.lines(input);
    let mut rest = input;
    while !rest.is_empty() {
        let offset = input.len() - rest.len();
        let item = parser.line(rest);
        match item {
            Ok(parsed) => rest = parsed.rest,
            Err(error) if error.kind() == ErrorKind::Truncated && is_blank(parser, rest) => break,
            Err(error) => {
                let lf = rest[error.offset()..]
                    .iter()
                    .position(|octet| *octet == b'\n');
                rest = lf.map_or(&[], |lf| &rest[error.offset() + lf + 1..]);
            }
        }
        assert_eq!(lines.next(), Some((offset, item)));
    }
    assert_eq!((lines.next(), lines.next()), (None, None));

    let whole: Vec<_> = parser.lines(input).map(|(_, line)| item(line)).collect();
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(
            read_in_pieces(parser, input, size),
            whole,
            "pieces of {size} octets"
        );
    }
}

/// `find_iter` gives what `line` accepts at each offset in turn, except within a line already found.
pub fn finding_agrees(policy: Policy, input: &[u8]) {
    let parser = parser(policy);
    let mut found = parser.find_iter(input);
    let mut at = 0;
    while at < input.len() {
        match parser.deny(Deviations::LEADING_CRLF).line(&input[at..]) {
            Ok(parsed) => {
                assert_eq!(found.next(), Some((at, parsed)));
                at += parsed.received().len();
            }
            Err(_) => at += 1,
        }
    }
    assert_eq!((found.next(), found.next()), (None, None));
}

/// The registry says of a code and of a phrase what its table says, row by row.
pub fn registry_agrees(line: StatusLine<'_>) {
    let phrase = line.reason.as_bytes();
    let same = |known: &str| !phrase.is_empty() && known.as_bytes().eq_ignore_ascii_case(phrase);
    let has = |row: &&Entry| {
        row.reason.is_some_and(same) || row.aliases.iter().any(|alias| same(alias.phrase))
    };
    assert!(registry::by_phrase(phrase).eq(registry::ALL.iter().filter(has)));

    let row = registry::ALL.iter().find(|row| row.code == line.code);
    assert_eq!(registry::lookup(line.code), row);
    let reason = row.and_then(|row| row.reason);
    assert_eq!(line.code.canonical_reason(), reason);
    assert_eq!(
        StatusLine::canonical(line.code).reason,
        reason.unwrap_or_default()
    );

    let registration = line.registry_match();
    assert_eq!(registration.entry, row);
    let expected = match reason {
        _ if phrase.is_empty() => PhraseMatch::Empty,
        None => PhraseMatch::Unregistered,
        Some(reason) if reason.as_bytes() == phrase => PhraseMatch::Exact,
        Some(reason) if same(reason) => PhraseMatch::Case,
        Some(_) if row.iter().any(has) => PhraseMatch::Alias,
        Some(_) => PhraseMatch::Custom,
    };
    assert_eq!(registration.phrase, expected);
    let written = encoded(line);
    let parsed = Parser::OBSERVE.line(&written).unwrap();
    assert_eq!(parsed.registry_match(), parsed.line.registry_match());
}

/// What both entry points say.
fn answers(policy: Policy, input: &[u8]) -> [Result<Option<Parsed<'_>>, ParseError>; 2] {
    let parser = parser(policy);
    [parser.prefix(input), parser.line(input).map(Some)]
}

/// What they accept.
fn accepted(policy: Policy, input: &[u8]) -> impl Iterator<Item = Parsed<'_>> {
    answers(policy, input)
        .into_iter()
        .filter_map(|answer| answer.ok().flatten())
}

/// An answer without what is left: line, deviations, octets of the line.
fn outcome(parsed: Option<Parsed<'_>>) -> Option<(StatusLine<'_>, Deviations, usize)> {
    parsed.map(|parsed| (parsed.line, parsed.deviations, parsed.received().len()))
}

type FromNom<'a> = nom::IResult<&'a [u8], Parsed<'a>, grammar::Error>;

/// What the nom parser says, in the words of the entry points.
fn from_nom<'a>(
    input: &[u8],
    answer: &FromNom<'a>,
) -> Result<Option<(StatusLine<'a>, Deviations, usize)>, ParseError> {
    match answer {
        Ok((rest, parsed)) => {
            assert_eq!(*rest, parsed.rest);
            Ok(outcome(Some(*parsed)))
        }
        Err(nom::Err::Incomplete(_)) => Ok(None),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
            let status_line = error.status_line().unwrap();
            assert_eq!(error.offset_in(input), status_line.offset());
            Err(status_line)
        }
    }
}

/// How many octets are missing until a line is complete, as nom is told; `None` if it never will be.
fn missing(parser: Parser, input: &[u8]) -> Option<usize> {
    match status_line::<()>(parser).parse(input) {
        Ok(_) => Some(0),
        Err(nom::Err::Incomplete(Needed::Size(missing))) => Some(missing.get()),
        Err(_) => None,
    }
}

/// Octets that make an accepted line of the beginning of one, each an octet nearer to its end.
#[track_caller]
fn completion(parser: Parser, beginning: &[u8]) -> Vec<u8> {
    let mut stream = beginning.to_vec();
    while let Some(more @ 1..) = missing(parser, &stream) {
        let nearer = b"SIP/2.0 1\r\n\x80".iter().any(|octet| {
            stream.push(*octet);
            let nearer = missing(parser, &stream) == Some(more - 1);
            if !nearer {
                stream.pop();
            }
            nearer
        });
        assert!(nearer, "no octet follows \"{}\"", stream.escape_ascii());
    }
    let line = parser.prefix(&stream).ok().flatten();
    assert!(
        line.is_some_and(|line| line.rest.is_empty()),
        "no line begins with \"{}\"",
        beginning.escape_ascii()
    );
    stream.split_off(beginning.len())
}

/// The line as the serializer writes it.
fn encoded(line: StatusLine<'_>) -> Vec<u8> {
    let mut buf = vec![0; line.encoded_len()];
    assert_eq!(line.encode(&mut buf), Ok(buf.len()));
    buf
}

/// Where the first control octet stands that no phrase may hold.
fn control(octets: &[u8]) -> Option<usize> {
    octets
        .iter()
        .position(|octet| octet.is_ascii_control() && *octet != b'\t')
}

/// Nothing but CRLFs, which the parser ignores before a line.
fn is_blank(parser: Parser, input: &[u8]) -> bool {
    parser.allowed().contains(Deviations::LEADING_CRLF)
        && input.chunks(2).all(|pair| pair == b"\r\n")
}

/// An item of `lines`, without what is left.
fn item(item: Result<Parsed<'_>, ParseError>) -> Result<(Vec<u8>, Deviations), ParseError> {
    item.map(|parsed| (parsed.received().to_vec(), parsed.deviations))
}

/// The items of `lines`, found by a caller that keeps what it cannot yet judge and drops what it has read.
fn read_in_pieces(
    parser: Parser,
    input: &[u8],
    size: usize,
) -> Vec<Result<(Vec<u8>, Deviations), ParseError>> {
    let mut items = Vec::new();
    let mut buffer = Vec::new();
    let mut skipping = false;
    for piece in input.chunks(size) {
        buffer.extend_from_slice(piece);
        while !buffer.is_empty() {
            let read = if skipping {
                let lf = buffer.iter().position(|octet| *octet == b'\n');
                skipping = lf.is_none();
                lf.map_or(buffer.len(), |lf| lf + 1)
            } else {
                let answer = parser.prefix(&buffer);
                let Some(answer) = answer.transpose() else {
                    break;
                };
                items.push(item(answer));
                skipping = answer.is_err();
                answer.map_or_else(|error| error.offset(), |parsed| parsed.received().len())
            };
            buffer.drain(..read);
        }
    }
    if !skipping {
        items.extend(parser.lines(&buffer).map(|(_, line)| item(line)));
    }
    items
}
