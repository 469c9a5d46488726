//! The grammar of the status-line, for use inside a [`nom`] grammar of your own.
//!
//! ```abnf
//! Status-Line  =  SIP-Version SP Status-Code SP Reason-Phrase CRLF
//!                 └─ version ──┘ └── code ────┘ └───── phrase ────┘
//! ```
//!
//! [`status_line`] is the parser behind every entry point of [`Parser`]. It reads
//! in both of nom's modes: `parse` streams and may answer `Incomplete`, with the least number of
//! octets that are missing; `parse_complete` takes the input for all there is.
//!
//! ```
//! use nom::bytes::complete::{tag, take_until};
//! use nom::sequence::{preceded, terminated};
//! use nom::{IResult, Parser as _};
//! use sip_status_line::grammar::{nom, status_line};
//! use sip_status_line::{Parser, StatusCode};
//!
//! /// The code and the Call-ID of a response.
//! fn answer(input: &[u8]) -> IResult<&[u8], (StatusCode, &[u8])> {
//!     let call_id = preceded(tag("Call-ID: "), terminated(take_until("\r\n"), tag("\r\n")));
//!     (status_line(Parser::INTEROP).map(|(line, _)| line.code), call_id).parse_complete(input)
//! }
//!
//! let (rest, (code, call_id)) = answer(b"SIP/2.0 200 OK\r\nCall-ID: a84b4c76\r\n\r\n")?;
//! assert_eq!((code, call_id, rest), (StatusCode::OK, &b"a84b4c76"[..], &b"\r\n"[..]));
//! # Ok::<(), nom::Err<nom::error::Error<&[u8]>>>(())
//! ```

use core::marker::PhantomData;

use nom::error::FromExternalError;
use nom::{IResult, IsStreaming as _, Mode as _, Needed, OutputMode, PResult};

pub use nom;

use crate::code::StatusCode;
use crate::error::{ErrorKind, ParseError};
use crate::line::{Parsed, StatusLine};
use crate::parser::{Deviations, Parser};
use crate::reason::ReasonPhrase;
use crate::registry::{self, HEAD};
use crate::scan::{self, Unit};

/// Reads a status-line as `parser` would, at the start of the input of a nom grammar.
///
/// Its error can be any that converts from a [`ParseError`]: `()`, [`nom::error::Error`],
/// `(I, nom::error::ErrorKind)`, those of the nom companions, your own, or [`Error`], which keeps
/// all of it. The `ParseError` counts its offset from where the status-line began; the input that
/// the nom error holds starts at the octet in fault.
#[must_use]
pub fn status_line<'a, E>(
    parser: Parser,
) -> impl nom::Parser<&'a [u8], Output = (StatusLine<'a>, Deviations), Error = E>
where
    E: nom::error::ParseError<&'a [u8]> + FromExternalError<&'a [u8], ParseError>,
{
    Grammar {
        parser,
        error: PhantomData,
    }
}

struct Grammar<E> {
    parser: Parser,
    error: PhantomData<E>,
}

impl<'a, E> nom::Parser<&'a [u8]> for Grammar<E>
where
    E: nom::error::ParseError<&'a [u8]> + FromExternalError<&'a [u8], ParseError>,
{
    type Output = (StatusLine<'a>, Deviations);
    type Error = E;

    #[inline]
    fn process<OM: OutputMode>(
        &mut self,
        input: &'a [u8],
    ) -> PResult<OM, &'a [u8], Self::Output, E> {
        match read(&self.parser, input, OM::Incomplete::is_streaming()) {
            Ok(parsed) => Ok((
                parsed.rest,
                OM::Output::bind(|| (parsed.line, parsed.deviations)),
            )),
            Err(nom::Err::Incomplete(needed)) => Err(nom::Err::Incomplete(needed)),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
                Err(nom::Err::Error(OM::Error::bind(|| {
                    let at = input.get(error.offset..).unwrap_or_default();
                    E::from_external_error(at, nom_kind(error.kind()), error)
                })))
            }
        }
    }
}

/// The nearest that nom has to our kinds.
const fn nom_kind(kind: ErrorKind) -> nom::error::ErrorKind {
    match kind {
        ErrorKind::Version => nom::error::ErrorKind::Tag,
        ErrorKind::Code => nom::error::ErrorKind::Digit,
        ErrorKind::VersionSpace | ErrorKind::CodeSpace => nom::error::ErrorKind::Space,
        ErrorKind::Reason => nom::error::ErrorKind::Verify,
        ErrorKind::LineEnding => nom::error::ErrorKind::CrLf,
        ErrorKind::Length => nom::error::ErrorKind::TooLarge,
        ErrorKind::Truncated | ErrorKind::TrailingOctets => nom::error::ErrorKind::Eof,
    }
}

/// The error of this crate for a grammar that holds a status-line.
///
/// It borrows nothing, so it outlives the input: it keeps how many octets were left, and what the
/// status-line parser said if it was the one that failed.
///
/// ```
/// use sip_status_line::grammar::{Error, nom, status_line};
/// use sip_status_line::{ErrorKind, Parser};
/// use nom::Parser as _;
///
/// let input = b"SIP/2.0 200 OK\r\nSIP/2.0 99 Low\r\n";
/// let mut two = (status_line::<Error>(Parser::STRICT), status_line(Parser::STRICT));
/// let Err(nom::Err::Error(error)) = two.parse_complete(input) else { panic!() };
/// assert_eq!(error.offset_in(input), 24);
/// assert_eq!(error.status_line().map(|error| error.kind()), Some(ErrorKind::Code));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    remaining: usize,
    status_line: Option<ParseError>,
}

impl Error {
    /// Where the grammar failed, counted from the start of the input that the whole grammar got.
    #[must_use]
    pub const fn offset_in(&self, input: &[u8]) -> usize {
        input.len().saturating_sub(self.remaining)
    }

    /// What was wrong with the status-line, or `None` if another parser of the grammar failed.
    #[must_use]
    pub const fn status_line(&self) -> Option<ParseError> {
        self.status_line
    }
}

impl nom::error::ParseError<&[u8]> for Error {
    fn from_error_kind(input: &[u8], _: nom::error::ErrorKind) -> Self {
        Self {
            remaining: input.len(),
            status_line: None,
        }
    }

    fn append(_: &[u8], _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

impl FromExternalError<&[u8], ParseError> for Error {
    fn from_external_error(input: &[u8], _: nom::error::ErrorKind, error: ParseError) -> Self {
        Self {
            remaining: input.len(),
            status_line: Some(error),
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.status_line {
            Some(error) => error.fmt(f),
            None => write!(f, "no match with {} octets left", self.remaining),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.status_line.as_ref().map(|error| error as _)
    }
}

/// Reads the line at the start of `input`, of which more may come if `streaming`.
///
/// Most lines are, octet for octet, the line that the serializer would write for a registered code.
/// One comparison settles that. Most others begin as that line does, and only the phrase has to be
/// read.
#[inline]
pub(crate) fn read<'a>(
    parser: &Parser,
    input: &'a [u8],
    streaming: bool,
) -> Result<Parsed<'a>, nom::Err<ParseError>> {
    let canonical = match *input {
        [_, _, _, _, _, _, _, _, a, b, c, _, ..] => registry::canonical_of_digits([a, b, c]),
        _ => None,
    };
    let Some(canonical) = canonical else {
        return read_by_leaves(parser, input, streaming, None);
    };
    match input.split_at_checked(canonical.len) {
        Some((received, rest))
            if scan::same(received, canonical.octets) && received.len() <= parser.max_len =>
        {
            let reason = received.get(HEAD..received.len() - 2).unwrap_or_default();
            Ok(Parsed {
                line: StatusLine {
                    code: canonical.code,
                    reason: ReasonPhrase::read(reason),
                },
                deviations: Deviations::empty(),
                rest,
                received,
                row: Some(canonical.row),
            })
        }
        _ => {
            let head = input.first_chunk::<HEAD>() == canonical.octets.first_chunk();
            read_by_leaves(parser, input, streaming, head.then_some(canonical.code))
        }
    }
}

/// Reads the line leaf by leaf, or only its phrase if `head` is the code of a canonical one.
///
/// The leaves see at most `max_len` octets; what they find there is judged against that bound, so that
/// to come to the end of a window that leaves octets out is always to be too long.
#[inline(never)]
fn read_by_leaves<'a>(
    parser: &Parser,
    input: &'a [u8],
    streaming: bool,
    head: Option<StatusCode>,
) -> Result<Parsed<'a>, nom::Err<ParseError>> {
    let window = input.get(..parser.max_len).unwrap_or(input);
    let leaves = Leaves {
        allowed: parser.allowed,
        more: streaming,
        window,
    };
    match leaves.line(head) {
        Ok((after, (line, deviations))) => {
            if deviations.contains(Deviations::NO_LINE_END) {
                leaves.bounded(parser.max_len, window.len())?;
            }
            let (received, rest) = input
                .split_at_checked(window.len() - after.len())
                .unwrap_or((input, &[]));
            Ok(Parsed {
                line,
                deviations,
                rest,
                received,
                row: None,
            })
        }
        Err(stop) => Err(leaves.judge(parser.max_len, &stop)),
    }
}

const SP: u8 = b' ';
const HTAB: u8 = b'\t';
const CR: u8 = b'\r';
const LF: u8 = b'\n';

/// An octet in fault, or the end of the input, with that many octets left.
#[derive(Clone, Copy, Debug)]
struct Fault {
    remaining: usize,
    code: Option<StatusCode>,
    expected: ErrorKind,
    ended: bool,
}

impl Fault {
    const fn within(self, input: &[u8]) -> ParseError {
        ParseError {
            offset: input.len().saturating_sub(self.remaining),
            code: self.code,
            expected: self.expected,
            ended: self.ended,
        }
    }
}

/// An octet that cannot stand where `at` begins.
#[cold]
const fn fault(at: &[u8], expected: ErrorKind, code: Option<StatusCode>) -> nom::Err<Fault> {
    nom::Err::Error(Fault {
        remaining: at.len(),
        code,
        expected,
        ended: false,
    })
}

/// The leaves of the grammar, in either mode.
#[derive(Clone, Copy)]
struct Leaves<'a> {
    allowed: Deviations,
    /// All that they may look at.
    window: &'a [u8],
    /// Whether more octets can come than there are.
    more: bool,
}

impl<'a> Leaves<'a> {
    const fn allows(self, deviation: Deviations) -> bool {
        self.allowed.contains(deviation)
    }

    #[inline]
    fn line(
        self,
        head: Option<StatusCode>,
    ) -> IResult<&'a [u8], (StatusLine<'a>, Deviations), Fault> {
        let (input, (code, seen_before)) = match (head, self.window.get(HEAD..)) {
            (Some(code), Some(input)) => (input, (code, Deviations::empty())),
            _ => self.head(self.window)?,
        };
        let (rest, (reason, seen_after)) = self.phrase(code, input)?;
        let deviations = seen_before.union(seen_after);
        Ok((rest, (StatusLine { code, reason }, deviations)))
    }

    /// All before the phrase.
    #[cold]
    #[inline(never)]
    fn head(self, input: &'a [u8]) -> IResult<&'a [u8], (StatusCode, Deviations), Fault> {
        let (input, seen_before) = self.version(input)?;
        let (input, (code, seen_between)) = self.code(input)?;
        Ok((input, (code, seen_before.union(seen_between))))
    }

    /// The version and the separator after it.
    fn version(self, input: &'a [u8]) -> IResult<&'a [u8], Deviations, Fault> {
        let (mut rest, mut seen) = self.leading_crlf(input)?;

        let mut expected = b"SIP/2.0".as_slice();
        while let Some((wanted, still_wanted)) = expected.split_first() {
            rest = match rest.split_first() {
                Some((octet, rest)) if octet == wanted => rest,
                Some((octet, rest))
                    if octet.eq_ignore_ascii_case(wanted)
                        && self.allows(Deviations::VERSION_CASE) =>
                {
                    seen |= Deviations::VERSION_CASE;
                    rest
                }
                Some(_) => return Err(fault(rest, ErrorKind::Version, None)),
                None => {
                    let needed = expected.len() + 1 + self.shortest_code();
                    return Err(self.ran_out(ErrorKind::Version, None, needed));
                }
            };
            expected = still_wanted;
        }

        rest = match rest.split_first() {
            Some((&SP, rest)) => rest,
            Some((&HTAB, rest)) if self.allows(Deviations::SPACING) => {
                seen |= Deviations::SPACING;
                rest
            }
            Some(_) => return Err(fault(rest, ErrorKind::VersionSpace, None)),
            None => {
                let needed = 1 + self.shortest_code();
                return Err(self.ran_out(ErrorKind::VersionSpace, None, needed));
            }
        };
        if self.allows(Deviations::SPACING) {
            while let Some((&(SP | HTAB), further)) = rest.split_first() {
                seen |= Deviations::SPACING;
                rest = further;
            }
        }
        Ok((rest, seen))
    }

    fn leading_crlf(self, input: &'a [u8]) -> IResult<&'a [u8], Deviations, Fault> {
        let mut rest = input;
        let mut seen = Deviations::empty();
        if self.allows(Deviations::LEADING_CRLF) {
            while let Some((&CR, after)) = rest.split_first() {
                rest = match after.split_first() {
                    Some((&LF, rest)) => rest,
                    Some(_) => return Err(fault(after, ErrorKind::LineEnding, None)),
                    None => {
                        let needed = 1 + self.shortest_line();
                        return Err(self.ran_out(ErrorKind::LineEnding, None, needed));
                    }
                };
                seen = Deviations::LEADING_CRLF;
            }
        }
        Ok((rest, seen))
    }

    /// The code and the separator after it; where that may be missing, the line ending is left for
    /// the phrase, which is empty then.
    fn code(self, input: &'a [u8]) -> IResult<&'a [u8], (StatusCode, Deviations), Fault> {
        let (code, rest) = match *input {
            [a, b, c, ref rest @ ..] => (StatusCode::from_digits([a, b, c]), rest),
            _ => (None, input),
        };
        let Some(code) = code else {
            let digits = input.iter().take(3).enumerate().take_while(|(at, octet)| {
                matches!((at, octet), (0, b'1'..=b'6') | (1.., b'0'..=b'9'))
            });
            let digits = digits.count();
            let at = input.get(digits..).unwrap_or_default();
            return Err(if at.is_empty() {
                let needed = self.shortest_code() - digits;
                self.ran_out(ErrorKind::Code, None, needed)
            } else {
                fault(at, ErrorKind::Code, None)
            });
        };
        match rest.split_first() {
            Some((&SP, rest)) => Ok((rest, (code, Deviations::empty()))),
            Some((&HTAB, rest)) if self.allows(Deviations::SPACING) => {
                Ok((rest, (code, Deviations::SPACING)))
            }
            Some((&(CR | LF), _)) if self.allows(Deviations::NO_REASON_SPACE) => {
                Ok((rest, (code, Deviations::NO_REASON_SPACE)))
            }
            // Four digits are no status code.
            Some((&(b'0'..=b'9'), _)) => Err(fault(rest, ErrorKind::CodeSpace, None)),
            Some(_) => Err(fault(rest, ErrorKind::CodeSpace, Some(code))),
            None if !self.more && self.allows(Deviations::NO_REASON_SPACE) => {
                Ok((rest, (code, Deviations::NO_REASON_SPACE)))
            }
            None => Err(self.ran_out(ErrorKind::CodeSpace, Some(code), self.shortest_tail())),
        }
    }

    /// The phrase and the line ending.
    #[inline]
    fn phrase(
        self,
        code: StatusCode,
        input: &'a [u8],
    ) -> IResult<&'a [u8], (ReasonPhrase<'a>, Deviations), Fault> {
        let mut seen = Deviations::empty();
        let start = self.window.len() - input.len();
        let mut at = start;
        let (end, after) = loop {
            at = scan::plain(self.window, at);
            let rest = self.window.get(at..).unwrap_or_default();
            let (first, tail) = match rest {
                [CR, LF, after @ ..] => break (at, after),
                [first, tail @ ..] => (*first, tail),
                [] if !self.more && self.allows(Deviations::NO_LINE_END) => {
                    seen |= Deviations::NO_LINE_END;
                    break (at, rest);
                }
                [] => {
                    let needed = self.shortest_ending();
                    return Err(self.ran_out(ErrorKind::LineEnding, Some(code), needed));
                }
            };
            match first {
                CR if tail.is_empty() => {
                    return Err(self.ran_out(ErrorKind::LineEnding, Some(code), 1));
                }
                CR => return Err(fault(tail, ErrorKind::LineEnding, Some(code))),
                LF if self.allows(Deviations::BARE_LF) => {
                    seen |= Deviations::BARE_LF;
                    break (at, tail);
                }
                LF => return Err(fault(rest, ErrorKind::LineEnding, Some(code))),
                _ => {}
            }
            at += match scan::unit(first, tail) {
                Unit::Legal(len) => len,
                Unit::Control => return Err(fault(rest, ErrorKind::Reason, Some(code))),
                _ if self.allows(Deviations::REASON_OCTETS) => {
                    seen |= Deviations::REASON_OCTETS;
                    1
                }
                Unit::Excluded => return Err(fault(rest, ErrorKind::Reason, Some(code))),
                Unit::Broken(len) => {
                    let broken_at = rest.get(len..).unwrap_or_default();
                    return Err(fault(broken_at, ErrorKind::Reason, Some(code)));
                }
                Unit::Cut(missing) => {
                    let needed = missing + self.shortest_ending();
                    return Err(self.ran_out(ErrorKind::Reason, Some(code), needed));
                }
            };
        };
        let reason = self.window.get(start..end).unwrap_or_default();
        Ok((after, (ReasonPhrase::read(reason), seen)))
    }

    /// The end of the input, `needed` octets before the shortest line that it may become is
    /// complete.
    #[cold]
    fn ran_out(
        self,
        expected: ErrorKind,
        code: Option<StatusCode>,
        needed: usize,
    ) -> nom::Err<Fault> {
        if self.more {
            nom::Err::Incomplete(Needed::new(needed))
        } else {
            nom::Err::Error(Fault {
                remaining: 0,
                code,
                expected,
                ended: true,
            })
        }
    }

    /// Octets of the shortest line ending.
    const fn shortest_ending(self) -> usize {
        if self.allows(Deviations::BARE_LF) {
            1
        } else {
            2
        }
    }

    /// Octets of the shortest line from behind the code on.
    const fn shortest_tail(self) -> usize {
        let space = if self.allows(Deviations::NO_REASON_SPACE) {
            0
        } else {
            1
        };
        space + self.shortest_ending()
    }

    /// Octets of the shortest line from the code on.
    const fn shortest_code(self) -> usize {
        3 + self.shortest_tail()
    }

    /// Octets of the shortest line.
    const fn shortest_line(self) -> usize {
        "SIP/2.0 ".len() + self.shortest_code()
    }

    /// What a reader says that stopped in the window, the input up to `max_len`.
    #[cold]
    #[inline(never)]
    fn judge(self, max_len: usize, stop: &nom::Err<Fault>) -> nom::Err<ParseError> {
        let (offset, answer) = match stop {
            nom::Err::Incomplete(needed) => (self.window.len(), nom::Err::Incomplete(*needed)),
            nom::Err::Error(fault) | nom::Err::Failure(fault) => {
                let error = fault.within(self.window);
                (error.offset, nom::Err::Error(error))
            }
        };
        match self.bounded(max_len, offset) {
            Ok(()) => answer,
            Err(too_long) => too_long,
        }
    }

    /// Fails at the first octet before `end` after which no line of `max_len` octets is possible.
    ///
    /// Every prefix of the window up to `end` can be completed, so reading it says how many octets
    /// that takes at least. The sum never falls as octets come, and no completion takes more than
    /// one octet and a line, that of a lone leading CR. So only the last few prefixes are in
    /// question.
    #[cold]
    #[inline(never)]
    fn bounded(self, max_len: usize, end: usize) -> Result<(), nom::Err<ParseError>> {
        let unbounded = Parser {
            allowed: self.allowed,
            max_len: usize::MAX,
        };
        let first_in_question = max_len.saturating_sub(self.shortest_line());
        for len in first_in_question..=end {
            let prefix = self.window.get(..len).unwrap_or(self.window);
            let needed = match read_by_leaves(&unbounded, prefix, true, None) {
                Err(nom::Err::Incomplete(Needed::Size(needed))) => needed.get(),
                _ => 0,
            };
            if len.saturating_add(needed) > max_len {
                let offset = len.saturating_sub(1);
                let before = self.window.get(..offset).unwrap_or_default();
                return Err(nom::Err::Error(ParseError {
                    offset,
                    code: self.code_in(before),
                    expected: ErrorKind::Length,
                    ended: false,
                }));
            }
        }
        Ok(())
    }

    /// The status code, if `before`, which a line begins with, reaches that far.
    fn code_in(self, before: &'a [u8]) -> Option<StatusCode> {
        let (input, _) = self.version(before).ok()?;
        StatusCode::from_digits(*input.first_chunk()?)
    }
}
