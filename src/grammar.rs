//! The grammar of the status-line, for use inside a [`nom`] grammar of your own.
//!
//! ```abnf
//! Status-Line  =  SIP-Version SP Status-Code SP Reason-Phrase CRLF
//!                 └─ version ──┘ └── code ────┘ └───── phrase ────┘
//! ```
//!
//! [`status_line`] is the parser behind every entry point of [`Parser`](crate::Parser). It reads
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
use crate::reason::Reason;
use crate::registry;
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
        ErrorKind::Space => nom::error::ErrorKind::Space,
        ErrorKind::Reason => nom::error::ErrorKind::Verify,
        ErrorKind::LineEnding => nom::error::ErrorKind::CrLf,
        ErrorKind::Length => nom::error::ErrorKind::TooLarge,
        ErrorKind::End => nom::error::ErrorKind::Eof,
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
/// The leaves see at most `max_len` octets; what they find there is judged against that bound.
#[inline]
pub(crate) fn read<'a>(
    parser: &Parser,
    input: &'a [u8],
    streaming: bool,
) -> Result<Parsed<'a>, nom::Err<ParseError>> {
    let window = input.get(..parser.max_len).unwrap_or(input);
    let leaves = Leaves {
        allowed: parser.allowed,
        more: streaming || window.len() < input.len(),
    };
    match leaves.line(window) {
        Ok((after, (line, deviations))) => {
            if deviations.contains(Deviations::NO_LINE_END) {
                leaves.bounded(parser.max_len, window, window.len())?;
            }
            let (received, rest) = input
                .split_at_checked(window.len() - after.len())
                .unwrap_or((input, &[]));
            Ok(Parsed {
                line,
                deviations,
                rest,
                received,
            })
        }
        Err(stop) => Err(leaves.judge(parser.max_len, window, &stop)),
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

/// The leaves of the grammar: what is allowed, and whether more octets can follow the input.
#[derive(Clone, Copy)]
struct Leaves {
    allowed: Deviations,
    more: bool,
}

impl Leaves {
    const fn allows(self, deviation: Deviations) -> bool {
        self.allowed.contains(deviation)
    }

    #[inline]
    fn line(self, input: &[u8]) -> IResult<&[u8], (StatusLine<'_>, Deviations), Fault> {
        let (input, seen_before) = self.version(input)?;
        let (input, (code, seen_between)) = self.code(input)?;
        let (rest, (reason, seen_after)) = self.phrase(code, input)?;
        let deviations = seen_before.union(seen_between).union(seen_after);
        Ok((rest, (StatusLine { code, reason }, deviations)))
    }

    /// The version and the separator after it.
    #[inline]
    fn version(self, input: &[u8]) -> IResult<&[u8], Deviations, Fault> {
        match input.split_first_chunk() {
            Some((b"SIP/2.0 ", rest)) if !matches!(rest.first(), Some(&(SP | HTAB))) => {
                Ok((rest, Deviations::empty()))
            }
            _ => self.odd_version(input),
        }
    }

    #[cold]
    #[inline(never)]
    fn odd_version(self, input: &[u8]) -> IResult<&[u8], Deviations, Fault> {
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
            Some(_) => return Err(fault(rest, ErrorKind::Space, None)),
            None => {
                let needed = 1 + self.shortest_code();
                return Err(self.ran_out(ErrorKind::Space, None, needed));
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

    fn leading_crlf(self, input: &[u8]) -> IResult<&[u8], Deviations, Fault> {
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
    #[inline]
    fn code(self, input: &[u8]) -> IResult<&[u8], (StatusCode, Deviations), Fault> {
        if let Some((&[a, b, c, SP], rest)) = input.split_first_chunk() {
            if let Some(code) = StatusCode::from_digits([a, b, c]) {
                return Ok((rest, (code, Deviations::empty())));
            }
        }
        self.odd_code(input)
    }

    #[cold]
    #[inline(never)]
    fn odd_code(self, input: &[u8]) -> IResult<&[u8], (StatusCode, Deviations), Fault> {
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
            Some((&(b'0'..=b'9'), _)) => Err(fault(rest, ErrorKind::Space, None)),
            Some(_) => Err(fault(rest, ErrorKind::Space, Some(code))),
            None if !self.more && self.allows(Deviations::NO_REASON_SPACE) => {
                Ok((rest, (code, Deviations::NO_REASON_SPACE)))
            }
            None => Err(self.ran_out(ErrorKind::Space, Some(code), self.shortest_tail())),
        }
    }

    /// The phrase and the line ending.
    ///
    /// Most lines have the registered phrase, so that is tried before any octet is looked at on
    /// its own.
    #[inline]
    fn phrase(
        self,
        code: StatusCode,
        input: &[u8],
    ) -> IResult<&[u8], (Reason<'_>, Deviations), Fault> {
        if let Some(registered) = registry::line_end(code) {
            match input.split_at_checked(registered.len()) {
                Some((found @ [reason @ .., _, _], rest)) if found == registered => {
                    return Ok((rest, (Reason::read(reason), Deviations::empty())));
                }
                _ => {}
            }
        }
        self.other_phrase(code, input)
    }

    #[inline(never)]
    fn other_phrase(
        self,
        code: StatusCode,
        input: &[u8],
    ) -> IResult<&[u8], (Reason<'_>, Deviations), Fault> {
        let mut seen = Deviations::empty();
        let mut rest = input;
        let after = loop {
            rest = rest.get(scan::plain(rest)..).unwrap_or_default();
            let Some((&first, tail)) = rest.split_first() else {
                if !self.more && self.allows(Deviations::NO_LINE_END) {
                    seen |= Deviations::NO_LINE_END;
                    break rest;
                }
                let needed = self.shortest_ending();
                return Err(self.ran_out(ErrorKind::LineEnding, Some(code), needed));
            };
            match first {
                CR => match tail.split_first() {
                    Some((&LF, after)) => break after,
                    Some(_) => return Err(fault(tail, ErrorKind::LineEnding, Some(code))),
                    None => return Err(self.ran_out(ErrorKind::LineEnding, Some(code), 1)),
                },
                LF if self.allows(Deviations::BARE_LF) => {
                    seen |= Deviations::BARE_LF;
                    break tail;
                }
                LF => return Err(fault(rest, ErrorKind::LineEnding, Some(code))),
                _ => {}
            }
            let legal = match scan::unit(first, tail) {
                Unit::Legal(len) => len,
                Unit::Control => return Err(fault(rest, ErrorKind::Reason, Some(code))),
                Unit::Cut(_) if self.more && self.allows(Deviations::REASON_OCTETS) => {
                    let needed = self.shortest_ending();
                    return Err(self.ran_out(ErrorKind::LineEnding, Some(code), needed));
                }
                _ if self.allows(Deviations::REASON_OCTETS) => {
                    seen |= Deviations::REASON_OCTETS;
                    1
                }
                Unit::Excluded => return Err(fault(rest, ErrorKind::Reason, Some(code))),
                Unit::Broken(at) => {
                    let at = rest.get(at..).unwrap_or_default();
                    return Err(fault(at, ErrorKind::Reason, Some(code)));
                }
                Unit::Cut(missing) => {
                    let needed = missing + self.shortest_ending();
                    return Err(self.ran_out(ErrorKind::Reason, Some(code), needed));
                }
            };
            rest = rest.get(legal..).unwrap_or_default();
        };
        let reason = input.get(..input.len() - rest.len()).unwrap_or_default();
        Ok((after, (Reason::read(reason), seen)))
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

    /// What a reader says that stopped in `window`, the input up to `max_len`.
    #[cold]
    #[inline(never)]
    fn judge(self, max_len: usize, window: &[u8], stop: &nom::Err<Fault>) -> nom::Err<ParseError> {
        let (offset, answer) = match stop {
            nom::Err::Incomplete(needed) => (window.len(), nom::Err::Incomplete(*needed)),
            nom::Err::Error(fault) | nom::Err::Failure(fault) => {
                let error = fault.within(window);
                (error.offset, nom::Err::Error(error))
            }
        };
        match self.bounded(max_len, window, offset) {
            Ok(()) => answer,
            Err(too_long) => too_long,
        }
    }

    /// Fails at the first octet before `end` after which no line of `max_len` octets is possible.
    ///
    /// Every prefix of `window` up to `end` can be completed, so reading it says how many octets
    /// that takes at least. The sum never falls as octets come, and no completion is longer than
    /// that of a lone leading CR, so only the last few prefixes are in question.
    #[cold]
    #[inline(never)]
    fn bounded(
        self,
        max_len: usize,
        window: &[u8],
        end: usize,
    ) -> Result<(), nom::Err<ParseError>> {
        let first_in_question = max_len.saturating_sub(1 + self.shortest_line());
        for len in first_in_question..=end {
            let prefix = window.get(..len).unwrap_or(window);
            let needed = match (Self { more: true, ..self }.line(prefix)) {
                Err(nom::Err::Incomplete(Needed::Size(needed))) => needed.get(),
                _ => 0,
            };
            if len.saturating_add(needed) > max_len {
                let offset = len.saturating_sub(1);
                let before = window.get(..offset).unwrap_or_default();
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
    fn code_in(self, before: &[u8]) -> Option<StatusCode> {
        let (input, _) = self.version(before).ok()?;
        StatusCode::from_digits(*input.first_chunk()?)
    }
}
