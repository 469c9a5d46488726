//! The parser: what it accepts, and how it reads datagrams and streams.

use crate::deviations::Deviations;
use crate::error::{ErrorKind, ParseError};
use crate::line::{Parsed, StatusLine};
use crate::rules;

/// Reads status-lines: the grammar of [RFC 3261 §7.2] and the deviations from it that are allowed.
///
/// The set of deviations a parser allows is its policy. [`STRICT`](Self::STRICT),
/// [`INTEROP`](Self::INTEROP) and [`OBSERVE`](Self::OBSERVE) are named;
/// [`allow`](Self::allow) and [`deny`](Self::deny) make any other.
///
/// ```
/// use sip_status_line::{Deviations, Parser};
///
/// const PARSER: Parser = Parser::STRICT.allow(Deviations::BARE_LF).with_max_len(256);
/// assert!(PARSER.line(b"SIP/2.0 200 OK\n").is_ok());
/// ```
///
/// Whatever is allowed, a parser refuses another protocol or version, a code that is not three
/// ASCII digits from 100 to 699, a control octet but HTAB in the phrase, and CR without LF. Allowing
/// more never changes what an accepted line says.
///
/// One pass over at most [`max_len`](Self::max_len) octets, no allocation, no panic; what is
/// returned borrows from the input.
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Parser {
    allowed: Deviations,
    max_len: usize,
}

/// [`Parser::INTEROP`].
impl Default for Parser {
    fn default() -> Self {
        Self::INTEROP
    }
}

impl Parser {
    /// How many octets a line may have unless [`with_max_len`](Self::with_max_len) says otherwise:
    /// 8192.
    pub const DEFAULT_MAX_LEN: usize = 8192;

    /// RFC 3261 and nothing more. That includes a version in any case, which receivers must take. On
    /// a stream it is stricter: §7.5 has receivers pass over CRLFs before the line.
    pub const STRICT: Self = Self {
        allowed: Deviations::VERSION_CASE,
        max_len: Self::DEFAULT_MAX_LEN,
    };

    /// Also what deployed stacks send and whose meaning is settled here. For proxies; the default.
    ///
    /// Other receivers may misread such a line: libosip2 takes the next header for the phrase where
    /// the space after the code is missing. A relay therefore sends the line
    /// [encoded](StatusLine::encode) and never as received.
    pub const INTEROP: Self = Self::STRICT
        .allow(Deviations::LEADING_CRLF)
        .allow(Deviations::NO_REASON_SPACE)
        .allow(Deviations::REASON_OCTETS);

    /// Also what only a decoder should take: receivers disagree on what such octets say.
    pub const OBSERVE: Self = Self::INTEROP
        .allow(Deviations::SPACING)
        .allow(Deviations::BARE_LF)
        .allow(Deviations::NO_LINE_END);

    /// Allows these deviations as well.
    #[must_use]
    pub const fn allow(self, deviations: Deviations) -> Self {
        Self {
            allowed: self.allowed.union(deviations),
            ..self
        }
    }

    /// Allows these deviations no longer.
    #[must_use]
    pub const fn deny(self, deviations: Deviations) -> Self {
        Self {
            allowed: self.allowed.difference(deviations),
            ..self
        }
    }

    /// Bounds a line to that many octets, leading CRLFs and line ending included.
    ///
    /// A parser fails with [`ErrorKind::Length`] at the first octet from which no line short enough
    /// can be completed, and looks at no octet beyond the bound.
    #[must_use]
    pub const fn with_max_len(self, octets: usize) -> Self {
        Self {
            max_len: octets,
            ..self
        }
    }

    /// The deviations that are allowed.
    #[must_use]
    pub const fn allowed(&self) -> Deviations {
        self.allowed
    }

    /// How many octets a line may have.
    #[must_use]
    pub const fn max_len(&self) -> usize {
        self.max_len
    }

    /// Reads the line at the start of a stream. `None` means: so far so good, more octets are
    /// needed.
    ///
    /// It says so exactly if some continuation would be accepted; any other answer stands, however
    /// the stream goes on. Call it again with the same octets and those that came since. That reads
    /// them anew, so at one octet a time a line of n octets costs n²/2 octet reads, bounded by
    /// [`max_len`](Self::max_len).
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// assert_eq!(Parser::INTEROP.prefix(b"SIP/2.0 200 O"), Ok(None));
    /// assert!(Parser::INTEROP.prefix(b"SIP/2.0 200 OK\r\n").is_ok_and(|parsed| parsed.is_some()));
    /// assert!(Parser::INTEROP.prefix(b"SIP/2.0 7").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If no continuation would be accepted.
    #[inline]
    pub fn prefix<'a>(&self, input: &'a [u8]) -> Result<Option<Parsed<'a>>, ParseError> {
        match rules::read(self.allowed, self.max_len, input, true) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(nom::Err::Incomplete(_)) => Ok(None),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
        }
    }

    /// Reads the line at the start of a datagram, or of anything else that is all there is.
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// let parsed = Parser::INTEROP.line(b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    /// assert_eq!(parsed.line.code, 200);
    /// assert_eq!(parsed.rest, b"Content-Length: 0\r\n\r\n");
    /// # Ok::<(), sip_status_line::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`prefix`](Self::prefix); and where that would need more, [`ErrorKind::Truncated`] at the
    /// end of the input, unless only the line ending is missing and
    /// [`NO_LINE_END`](Deviations::NO_LINE_END) is allowed.
    #[inline]
    pub fn line<'a>(&self, input: &'a [u8]) -> Result<Parsed<'a>, ParseError> {
        match rules::read(self.allowed, self.max_len, input, false) {
            Ok(parsed) => Ok(parsed),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
            // Not unless streaming; this is what it would mean.
            Err(nom::Err::Incomplete(_)) => Err(ParseError {
                offset: input.len(),
                code: None,
                expected: ErrorKind::LineEnding,
                ended: true,
            }),
        }
    }
}

impl<'a> StatusLine<'a> {
    /// Reads octets that are exactly one line, by [`Parser::STRICT`].
    ///
    /// # Errors
    ///
    /// What [`Parser::line`] would say; and [`ErrorKind::TrailingOctets`] if more octets follow the
    /// line.
    #[inline]
    pub fn from_bytes(input: &'a [u8]) -> Result<Self, ParseError> {
        let parsed = Parser::STRICT.line(input)?;
        if parsed.rest.is_empty() {
            Ok(parsed.line)
        } else {
            Err(ParseError {
                offset: parsed.received().len(),
                code: Some(parsed.line.code),
                expected: ErrorKind::TrailingOctets,
                ended: false,
            })
        }
    }
}

impl<'a> TryFrom<&'a [u8]> for StatusLine<'a> {
    type Error = ParseError;

    fn try_from(input: &'a [u8]) -> Result<Self, ParseError> {
        Self::from_bytes(input)
    }
}
