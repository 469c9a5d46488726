//! A line that owns its octets.

use bytes::Bytes;

use crate::code::StatusCode;
use crate::error::ParseError;
use crate::line::StatusLine;
use crate::parser::{Deviations, Parser};
use crate::reason::ReasonPhrase;

/// A status-line that shares the buffer it was read from instead of borrowing it, so that it can
/// be kept, sent to another thread, or queued. Cloning counts a reference.
///
/// ```
/// use bytes::Bytes;
/// use sip_status_line::{Parser, StatusLineBuf};
///
/// let mut received = Bytes::from_static(b"SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n");
/// let (line, deviations) = StatusLineBuf::split_from(&mut received, &Parser::INTEROP)?
///     .expect("the line is complete");
/// assert_eq!(line.as_line().reason, "OK");
/// assert!(deviations.is_empty());
/// assert_eq!(&received[..], b"CSeq: 1 INVITE\r\n\r\n");
/// # Ok::<(), sip_status_line::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatusLineBuf {
    code: StatusCode,
    reason: Bytes,
}

impl StatusLineBuf {
    /// Splits the line at the start of a stream off `input`, as [`Parser::prefix`] reads it, and
    /// says how it departs from the canonical one. `None`: more octets are needed, and `input` is
    /// as it was. No octet is copied.
    ///
    /// # Errors
    ///
    /// Those of [`Parser::prefix`]; `input` is as it was.
    pub fn split_from(
        input: &mut Bytes,
        parser: &Parser,
    ) -> Result<Option<(Self, Deviations)>, ParseError> {
        let Some(parsed) = parser.prefix(input)? else {
            return Ok(None);
        };
        let line = Self {
            code: parsed.line.code,
            reason: input.slice_ref(parsed.line.reason.as_bytes()),
        };
        let (deviations, rest) = (parsed.deviations, input.slice_ref(parsed.rest));
        *input = rest;
        Ok(Some((line, deviations)))
    }

    /// The status code.
    #[must_use]
    pub const fn code(&self) -> StatusCode {
        self.code
    }

    /// The octets of the phrase, to be shared further.
    #[must_use]
    pub const fn reason(&self) -> &Bytes {
        &self.reason
    }

    /// The line, borrowed.
    #[must_use]
    pub fn as_line(&self) -> StatusLine<'_> {
        StatusLine {
            code: self.code,
            reason: ReasonPhrase::read(&self.reason),
        }
    }
}
