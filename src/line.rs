//! A status-line, what was seen while reading it, and how it stands to the registry.

use core::fmt;

use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::reason::ReasonPhrase;
use crate::registry::{self, Match, PhraseMatch};

/// The first line of a SIP response ([RFC 3261 §7.2]).
///
/// ```abnf
/// Status-Line  =  SIP-Version SP Status-Code SP Reason-Phrase CRLF
/// ```
///
/// The version is always `SIP/2.0`: no other is read or written. 24 octets, as is
/// `Option<StatusLine>`.
///
/// ```
/// use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};
///
/// let line = StatusLine::from_bytes(b"SIP/2.0 180 Ringing\r\n")?;
/// assert_eq!(line.code, StatusCode::RINGING);
/// assert_eq!(line.reason, "Ringing");
///
/// let line = StatusLine::new(StatusCode::BUSY_HERE, ReasonPhrase::from_static("On a call"));
/// assert_eq!(line.to_string(), "SIP/2.0 486 On a call");
/// # Ok::<(), sip_status_line::ParseError>(())
/// ```
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct StatusLine<'a> {
    /// The status code: what the response says to the protocol.
    pub code: StatusCode,
    /// The reason phrase: for people, without meaning to the protocol.
    #[cfg_attr(feature = "serde", serde(borrow))]
    pub reason: ReasonPhrase<'a>,
}

impl<'a> StatusLine<'a> {
    /// The line of a code and a phrase.
    ///
    /// ```
    /// use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};
    ///
    /// const ON_A_CALL: StatusLine =
    ///     StatusLine::new(StatusCode::BUSY_HERE, ReasonPhrase::from_static("On a call"));
    /// assert_eq!(ON_A_CALL.to_string(), "SIP/2.0 486 On a call");
    /// ```
    #[inline]
    #[must_use]
    pub const fn new(code: StatusCode, reason: ReasonPhrase<'a>) -> Self {
        Self { code, reason }
    }

    /// The line of a code with the phrase the [registry] has for it, or none.
    ///
    /// ```
    /// # use sip_status_line::{StatusCode, StatusLine};
    /// assert_eq!(StatusLine::canonical(StatusCode::OK).to_string(), "SIP/2.0 200 OK");
    /// ```
    #[inline]
    #[must_use]
    pub const fn canonical(code: StatusCode) -> StatusLine<'static> {
        let reason = match code.canonical_reason() {
            Some(phrase) => ReasonPhrase::read(phrase.as_bytes()),
            None => ReasonPhrase::EMPTY,
        };
        StatusLine { code, reason }
    }

    /// How code and phrase stand to the [registry].
    ///
    /// ```
    /// use sip_status_line::StatusLine;
    /// use sip_status_line::registry::PhraseMatch;
    ///
    /// let line = StatusLine::from_bytes(b"SIP/2.0 500 Internal Server Error\r\n")?;
    /// let registration = line.registry_match();
    /// assert!(registration.is_registered());
    /// assert_eq!(registration.phrase, PhraseMatch::Alias);
    /// # Ok::<(), sip_status_line::ParseError>(())
    /// ```
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a line that is put into memory for a call costs more than this"
    )]
    #[must_use]
    pub fn registry_match(&self) -> Match {
        registry::judge(self.code, self.reason.as_bytes())
    }
}

/// The line for people: no line ending, the phrase as text.
impl fmt::Display for StatusLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0 {} {}", self.code, self.reason)
    }
}

/// A line as it was read: what it says, how it departs from the line the serializer would write,
/// and what follows it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Parsed<'a> {
    /// The line.
    pub line: StatusLine<'a>,
    /// How its octets depart from the canonical ones. Empty exactly if
    /// [`encode`](StatusLine::encode) gives them back.
    pub deviations: Deviations,
    /// The input after the line: header fields, a further line, or nothing.
    pub rest: &'a [u8],
    pub(crate) received: &'a [u8],
    /// The place in the registry of a line that is the canonical one of its code, else
    /// [`NO_ROW`](registry::NO_ROW).
    pub(crate) row: u8,
}

/// Equal if all that was read is.
impl PartialEq for Parsed<'_> {
    fn eq(&self, other: &Self) -> bool {
        // The row only saves looking it up.
        (self.line, self.deviations, self.rest, self.received)
            == (other.line, other.deviations, other.rest, other.received)
    }
}

impl Eq for Parsed<'_> {}

impl<'a> Parsed<'a> {
    /// The octets of the line as received, from leading CRLFs to the line ending.
    ///
    /// They and `rest` are the whole input.
    ///
    /// ```
    /// # use sip_status_line::Parser;
    /// let parsed = Parser::INTEROP.line(b"\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n")?;
    /// assert_eq!(parsed.received(), b"\r\nSIP/2.0 200 OK\r\n");
    /// # Ok::<(), sip_status_line::ParseError>(())
    /// ```
    #[inline]
    #[must_use]
    pub const fn received(&self) -> &'a [u8] {
        self.received
    }

    /// How code and phrase stand to the registry: what [`StatusLine::registry_match`] says, without
    /// comparing the phrase again where the reader has done so.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a line that is put into memory for a call costs more than this"
    )]
    #[must_use]
    pub fn registry_match(&self) -> Match {
        match registry::at(self.row) {
            entry @ Some(_) => Match {
                entry,
                phrase: PhraseMatch::Exact,
            },
            None => self.line.registry_match(),
        }
    }
}
