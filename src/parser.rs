//! What a reader accepts, and the ways to read.

use core::fmt;

use bitflags::bitflags;

use crate::error::ParseError;
use crate::grammar;
use crate::line::Parsed;
use crate::lines::{FindIter, Lines};

bitflags! {
    /// How octets depart from the line the serializer would write. One type for the departures a
    /// [`Parser`] allows and for those it has seen in a line.
    ///
    /// | name | STRICT | INTEROP | OBSERVE |
    /// | --- | --- | --- | --- |
    /// | `VERSION_CASE` | ✓ | ✓ | ✓ |
    /// | `LEADING_CRLF` | – | ✓ | ✓ |
    /// | `NO_REASON_SPACE` | – | ✓ | ✓ |
    /// | `REASON_OCTETS` | – | ✓ | ✓ |
    /// | `SPACING` | – | – | ✓ |
    /// | `BARE_LF` | – | – | ✓ |
    /// | `NO_LINE_END` | – | – | ✓ |
    ///
    /// ```
    /// use sip_status_line::{Deviations, Parser};
    ///
    /// let parsed = Parser::OBSERVE.line(b"sip/2.0\t200 OK\n")?;
    /// assert_eq!(
    ///     parsed.deviations,
    ///     Deviations::VERSION_CASE | Deviations::SPACING | Deviations::BARE_LF,
    /// );
    /// # Ok::<(), sip_status_line::ParseError>(())
    /// ```
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub struct Deviations: u32 {
        /// The version is not in capitals: `sip/2.0`. Receivers accept any case, senders use
        /// capitals ([RFC 3261 §7.1](https://www.rfc-editor.org/rfc/rfc3261#section-7.1)).
        const VERSION_CASE = 1 << 0;
        /// CRLFs come before the line. Stream transports must ignore them
        /// ([RFC 3261 §7.5](https://www.rfc-editor.org/rfc/rfc3261#section-7.5)); keep-alives are
        /// made of them ([RFC 5626 §4.4.1](https://www.rfc-editor.org/rfc/rfc5626#section-4.4.1)).
        const LEADING_CRLF = 1 << 1;
        /// The line ends right after the code, without the SP that goes before even an empty
        /// phrase
        /// ([RFC 4475 §3.1.1.13](https://www.rfc-editor.org/rfc/rfc4475#section-3.1.1.13)).
        const NO_REASON_SPACE = 1 << 2;
        /// The phrase has an octet that its ABNF excludes and that is no control: one of
        /// `"#<>[]\^{}|` or a backtick, FE, FF, a `%` without two hexadecimal digits, or the lead
        /// of a broken UTF-8 sequence. RFC 2543 allowed most of them.
        const REASON_OCTETS = 1 << 3;
        /// A separator is not exactly one SP: several, or HTAB. After the code only an HTAB
        /// counts, since every further SP belongs to the phrase.
        const SPACING = 1 << 4;
        /// The line ends in LF alone.
        const BARE_LF = 1 << 5;
        /// The input stopped where a line ending should have been. Only [`Parser::line`] can know.
        const NO_LINE_END = 1 << 6;
    }
}

/// The names, `|` between them: `VERSION_CASE | BARE_LF`. Nothing if there are none.
impl fmt::Display for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bitflags::parser::to_writer(self, f)
    }
}

/// Reads status-lines, accepting the grammar of [RFC 3261 §7.2] and the departures from it that
/// it was told to allow.
///
/// ```
/// use sip_status_line::{Deviations, Parser};
///
/// const PARSER: Parser = Parser::STRICT.allow(Deviations::BARE_LF).with_max_len(256);
/// assert!(PARSER.line(b"SIP/2.0 200 OK\n").is_ok());
/// ```
///
/// Whatever is allowed, a reader refuses another protocol or version, a code that is not three
/// ASCII digits from 100 to 699, a control octet in the phrase, and CR without LF. Allowing more
/// never changes what an accepted line says.
///
/// One pass over at most [`max_len`](Self::max_len) octets, no allocation, no panic; what is
/// returned borrows from the input.
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Parser {
    pub(crate) allowed: Deviations,
    pub(crate) max_len: usize,
}

/// [`Parser::INTEROP`].
impl Default for Parser {
    fn default() -> Self {
        Self::INTEROP
    }
}

impl Parser {
    /// RFC 3261 and nothing more. That includes a version in any case, which receivers must take.
    pub const STRICT: Self = Self {
        allowed: Deviations::VERSION_CASE,
        max_len: 8192,
    };

    /// Also what deployed stacks send and no one can misread. For proxies; the default.
    pub const INTEROP: Self = Self::STRICT
        .allow(Deviations::LEADING_CRLF)
        .allow(Deviations::NO_REASON_SPACE)
        .allow(Deviations::REASON_OCTETS);

    /// Also what only a decoder should take: receivers disagree on it, so a relay must not.
    pub const OBSERVE: Self = Self::INTEROP
        .allow(Deviations::SPACING)
        .allow(Deviations::BARE_LF)
        .allow(Deviations::NO_LINE_END);

    /// Allows these departures as well.
    #[must_use]
    pub const fn allow(self, deviations: Deviations) -> Self {
        Self {
            allowed: self.allowed.union(deviations),
            ..self
        }
    }

    /// Allows these departures no longer.
    #[must_use]
    pub const fn deny(self, deviations: Deviations) -> Self {
        Self {
            allowed: self.allowed.difference(deviations),
            ..self
        }
    }

    /// Bounds a line to that many octets, leading CRLFs and line ending included. 8192 unless set.
    ///
    /// A reader fails with [`ErrorKind::Length`](crate::ErrorKind::Length) at the first octet from
    /// which no line short enough can be completed, and looks at no octet beyond the bound.
    #[must_use]
    pub const fn with_max_len(self, octets: usize) -> Self {
        Self {
            max_len: octets,
            ..self
        }
    }

    /// The departures that are allowed.
    #[must_use]
    pub const fn allowed(&self) -> Deviations {
        self.allowed
    }

    /// The most octets that a line may have.
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
        match grammar::read(self, input, true) {
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
    /// As [`prefix`](Self::prefix); and where that would need more,
    /// [`ErrorKind::Truncated`](crate::ErrorKind::Truncated) at the end of the input, unless only the line
    /// ending is missing and [`NO_LINE_END`](Deviations::NO_LINE_END) is allowed.
    #[inline]
    pub fn line<'a>(&self, input: &'a [u8]) -> Result<Parsed<'a>, ParseError> {
        match grammar::read(self, input, false) {
            Ok(parsed) => Ok(parsed),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
            // Not with `streaming` false; this is what it would mean.
            Err(nom::Err::Incomplete(_)) => Err(ParseError {
                offset: input.len(),
                code: None,
                expected: crate::ErrorKind::LineEnding,
                ended: true,
            }),
        }
    }

    /// Walks a buffer of lines.
    ///
    /// Each item is what [`line`](Self::line) says of what is left. After an error it goes on
    /// behind the next LF. It ends with the buffer, or with nothing but CRLFs left if those are
    /// allowed before a line.
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// let buffer = b"SIP/2.0 100 Trying\r\nSIP/3.0 oops\r\nSIP/2.0 200 OK\r\n";
    /// let codes: Vec<_> = Parser::INTEROP
    ///     .lines(buffer)
    ///     .map(|item| item.map(|parsed| parsed.line.code.get()).map_err(|error| error.offset()))
    ///     .collect();
    /// assert_eq!(codes, [Ok(100), Err(4), Ok(200)]);
    /// ```
    #[must_use]
    pub const fn lines(self, input: &[u8]) -> Lines<'_> {
        Lines::new(self, input)
    }

    /// Finds every status-line anywhere in any octets, each with its offset: in a memory dump, a
    /// log, a disk image. What it does not accept it passes over.
    ///
    /// Runs at the speed of a substring search where there is none. A line ends before the next is
    /// looked for.
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// let log = b"12:00 recv [SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n]";
    /// let found: Vec<_> = Parser::STRICT.find_iter(log).collect();
    /// assert_eq!(found.len(), 1);
    /// let (offset, parsed) = found[0];
    /// assert_eq!((offset, parsed.line.code.get()), (12, 486));
    /// ```
    #[must_use]
    pub fn find_iter(self, haystack: &[u8]) -> FindIter<'_> {
        FindIter::new(self, haystack)
    }
}
