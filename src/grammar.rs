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
//!     (status_line(Parser::INTEROP).map(|parsed| parsed.line.code), call_id).parse_complete(input)
//! }
//!
//! let (rest, (code, call_id)) = answer(b"SIP/2.0 200 OK\r\nCall-ID: a84b4c76\r\n\r\n")?;
//! assert_eq!((code, call_id, rest), (StatusCode::OK, &b"a84b4c76"[..], &b"\r\n"[..]));
//! # Ok::<(), nom::Err<nom::error::Error<&[u8]>>>(())
//! ```

use core::marker::PhantomData;

use nom::error::FromExternalError;
use nom::{IsStreaming as _, Mode as _, OutputMode, PResult};

pub use nom;

use crate::error::{ErrorKind, ParseError};
use crate::line::Parsed;
use crate::parser::Parser;
use crate::rules;

/// Reads a status-line as `parser` would, at the start of the input of a nom grammar.
///
/// Its error can be any that converts from a [`ParseError`]: `()`, [`nom::error::Error`],
/// `(I, nom::error::ErrorKind)`, those of the nom companions, your own, or [`Error`], which keeps
/// all of it. The `ParseError` counts its offset from where the status-line began; the input that
/// the nom error holds starts at the octet in fault.
#[must_use]
pub fn status_line<'a, E>(
    parser: Parser,
) -> impl nom::Parser<&'a [u8], Output = Parsed<'a>, Error = E>
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
    type Output = Parsed<'a>;
    type Error = E;

    #[inline]
    fn process<OM: OutputMode>(
        &mut self,
        input: &'a [u8],
    ) -> PResult<OM, &'a [u8], Self::Output, E> {
        let (allowed, max_len) = (self.parser.allowed(), self.parser.max_len());
        match rules::read(allowed, max_len, input, OM::Incomplete::is_streaming()) {
            Ok(parsed) => Ok((parsed.rest, OM::Output::bind(|| parsed))),
            Err(nom::Err::Incomplete(needed)) => Err(nom::Err::Incomplete(needed)),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
                Err(nom::Err::Error(OM::Error::bind(|| {
                    let at = input.get(error.offset()..).unwrap_or_default();
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
