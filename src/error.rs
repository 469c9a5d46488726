//! Where a line is wrong, and what was expected there.

use core::fmt;

use crate::code::StatusCode;
use crate::names::names;

/// Why octets are not a status-line: what was expected, and at which octet.
///
/// The octets before [`offset`](Self::offset) begin some line that the [`Parser`](crate::Parser)
/// in use accepts; with the octet at the offset, they no longer do. An error takes 16 octets and
/// borrows nothing.
///
/// ```
/// use sip_status_line::{ErrorKind, StatusLine};
///
/// let error = StatusLine::from_bytes(b"SIP/2.0 4294967301 better not\r\n").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::CodeSpace);
/// assert_eq!(error.offset(), 11);
/// assert_eq!(error.to_string(), "expected a space after the status code at octet 11");
///
/// let error = StatusLine::from_bytes(b"SIP/2.0 999 Nope\r\n").unwrap_err();
/// assert_eq!(error.to_string(), "expected a status code from 100 to 699 at octet 8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParseError {
    pub(crate) offset: usize,
    pub(crate) code: Option<StatusCode>,
    pub(crate) expected: ErrorKind,
    /// The input ended at `offset`.
    pub(crate) ended: bool,
}

impl ParseError {
    /// What was expected at the offset, or [`ErrorKind::Truncated`] if the input ended there.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        if self.ended {
            ErrorKind::Truncated
        } else {
            self.expected
        }
    }

    /// What was expected at the offset, also where the input ended: the part of the line that is
    /// missing.
    #[must_use]
    pub const fn expected(&self) -> ErrorKind {
        self.expected
    }

    /// The first octet that cannot stand, counted from 0 at the start of the input; the length of
    /// the input if that ended too early.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The status code, if it had been read by then.
    ///
    /// `None` if a fourth digit follows it: `4294967301` begins with no status code.
    #[must_use]
    pub const fn code(&self) -> Option<StatusCode> {
        self.code
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {} at octet {}",
            self.expected.expectation(),
            self.offset
        )?;
        if self.ended {
            f.write_str(", where the input ends")?;
        }
        Ok(())
    }
}

impl core::error::Error for ParseError {}

/// The part of a line that was expected where octets are wrong ([RFC 3261 §7.2]).
///
/// ```
/// use sip_status_line::ErrorKind;
///
/// assert_eq!(ErrorKind::LineEnding.name(), "line-ending");
/// assert_eq!("line-ending".parse(), Ok(ErrorKind::LineEnding));
/// ```
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `SIP/2.0`.
    Version,
    /// The separator after the version.
    VersionSpace,
    /// Three ASCII digits, the first of them 1 to 6.
    Code,
    /// The separator after the code, also where a fourth digit stands instead.
    CodeSpace,
    /// An octet of the reason phrase. A control octet stands here or, if
    /// [`REASON_OCTETS`](crate::Deviations::REASON_OCTETS) are not allowed, one that the ABNF
    /// excludes or that breaks off an escape or a UTF-8 sequence.
    Reason,
    /// CR LF, or the LF of one that has begun.
    LineEnding,
    /// A line no longer than [`max_len`](crate::Parser::max_len): not even the shortest way to
    /// end it would fit.
    Length,
    /// More octets: the input ends before the line does. [`ParseError::expected`] says which part
    /// of the line is missing.
    Truncated,
    /// The end of the input: octets follow a line that has to be the only one
    /// ([`StatusLine::from_bytes`](crate::StatusLine::from_bytes)).
    TrailingOctets,
}

impl ErrorKind {
    /// What was expected, in the words of an error message: `a space after the version`.
    #[must_use]
    pub const fn expectation(self) -> &'static str {
        match self {
            Self::Version => "SIP/2.0",
            Self::VersionSpace => "a space after the version",
            Self::Code => "a status code from 100 to 699",
            Self::CodeSpace => "a space after the status code",
            Self::Reason => "an octet of a reason phrase",
            Self::LineEnding => "CR LF",
            Self::Length => "a line within the length limit",
            Self::Truncated => "more octets",
            Self::TrailingOctets => "the end of the input",
        }
    }
}

names!(ErrorKind {
    Version => "version",
    VersionSpace => "version-space",
    Code => "code",
    CodeSpace => "code-space",
    Reason => "reason",
    LineEnding => "line-ending",
    Length => "length",
    Truncated => "truncated",
    TrailingOctets => "trailing-octets",
});
