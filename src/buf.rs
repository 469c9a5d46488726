//! A line that owns its octets.

use core::fmt;

use bytes::{Bytes, BytesMut};

use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::error::ParseError;
use crate::line::StatusLine;
use crate::parser::Parser;
use crate::reason::ReasonPhrase;

/// A status-line that shares the buffer it was read from instead of borrowing it, so that it can
/// be kept, sent to another thread, or queued. Cloning counts a reference.
///
/// It also keeps how the line departed from the canonical one. With the feature `serde` it reads what
/// [`StatusLine`] wrote, whatever the phrase holds.
///
/// ```
/// use bytes::BytesMut;
/// use sip_status_line::{Deviations, Parser, StatusLineBuf};
///
/// let mut received = BytesMut::from("sip/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n");
/// let line = StatusLineBuf::split_from(&mut received, &Parser::INTEROP)?.expect("a whole line");
/// assert_eq!(line.as_line().reason, "OK");
/// assert_eq!(line.deviations(), Deviations::VERSION_CASE);
/// assert_eq!(line.to_string(), "SIP/2.0 200 OK");
/// assert_eq!(&received[..], b"CSeq: 1 INVITE\r\n\r\n");
/// # Ok::<(), sip_status_line::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StatusLineBuf {
    code: StatusCode,
    #[cfg_attr(feature = "serde", serde(with = "phrase"))]
    reason: Bytes,
    // What a `StatusLine` wrote has none.
    #[cfg_attr(feature = "serde", serde(default))]
    deviations: Deviations,
}

impl StatusLineBuf {
    /// Splits the line at the start of a stream off `input`, as [`Parser::prefix`] reads it. `None`:
    /// more octets are needed, and `input` is as it was. No octet is copied.
    ///
    /// That makes it the body of a `tokio_util::codec::Decoder`:
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use sip_status_line::{Parser, StatusLineBuf};
    /// use tokio_util::codec::Decoder;
    ///
    /// struct StatusLines(Parser);
    ///
    /// impl Decoder for StatusLines {
    ///     type Item = StatusLineBuf;
    ///     type Error = std::io::Error;
    ///
    ///     fn decode(&mut self, input: &mut BytesMut) -> Result<Option<StatusLineBuf>, Self::Error> {
    ///         StatusLineBuf::split_from(input, &self.0).map_err(std::io::Error::other)
    ///     }
    /// }
    ///
    /// let mut input = BytesMut::from("SIP/2.0 100 Trying\r\nSIP/2.0 180 Rin");
    /// let mut decoder = StatusLines(Parser::INTEROP);
    /// assert_eq!(decoder.decode(&mut input)?.map(|line| line.code().get()), Some(100));
    /// assert_eq!(decoder.decode(&mut input)?, None);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Parser::prefix`]; `input` is as it was.
    pub fn split_from(input: &mut BytesMut, parser: &Parser) -> Result<Option<Self>, ParseError> {
        let Some(parsed) = parser.prefix(input)? else {
            return Ok(None);
        };
        let (code, deviations) = (parsed.line.code, parsed.deviations);
        let (len, reason_len) = (parsed.received().len(), parsed.line.reason.as_bytes().len());
        // Nothing but the line ending comes after the phrase.
        let ending = if deviations.contains(Deviations::BARE_LF) {
            "\n".len()
        } else {
            "\r\n".len()
        };
        let mut reason = input.split_to(len).split_off(len - ending - reason_len);
        reason.truncate(reason_len);
        Ok(Some(Self {
            code,
            reason: reason.freeze(),
            deviations,
        }))
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

    /// How the line that was read departs from the canonical one; nothing for a line that was made.
    #[must_use]
    pub const fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// The line, borrowed.
    #[must_use]
    pub fn as_line(&self) -> StatusLine<'_> {
        StatusLine::new(self.code, ReasonPhrase::read(&self.reason))
    }
}

/// Copies the phrase.
impl From<StatusLine<'_>> for StatusLineBuf {
    fn from(line: StatusLine<'_>) -> Self {
        Self {
            code: line.code,
            reason: Bytes::copy_from_slice(line.reason.as_bytes()),
            deviations: Deviations::empty(),
        }
    }
}

/// As [`StatusLine`] is shown: for people, no line ending.
impl fmt::Display for StatusLineBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_line().fmt(f)
    }
}

/// Compares code and phrase.
impl PartialEq<StatusLine<'_>> for StatusLineBuf {
    fn eq(&self, other: &StatusLine<'_>) -> bool {
        self.as_line() == *other
    }
}

/// Compares code and phrase.
impl PartialEq<StatusLineBuf> for StatusLine<'_> {
    fn eq(&self, other: &StatusLineBuf) -> bool {
        other == self
    }
}

/// How the phrase is written and read: as that of a [`StatusLine`], escapes and all.
#[cfg(feature = "serde")]
mod phrase {
    use core::fmt;

    use bytes::Bytes;
    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserializer, Serialize as _, Serializer};

    use crate::reason::ReasonPhrase;

    pub(super) fn serialize<S: Serializer>(phrase: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        ReasonPhrase::read(phrase).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        from.deserialize_bytes(Octets)
    }

    struct Octets;

    impl<'de> Visitor<'de> for Octets {
        type Value = Bytes;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a reason phrase")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Bytes, E> {
            self.visit_bytes(text.as_bytes())
        }

        fn visit_bytes<E: Error>(self, octets: &[u8]) -> Result<Bytes, E> {
            ReasonPhrase::new(octets).map_err(E::custom)?;
            Ok(Bytes::copy_from_slice(octets))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bytes, A::Error> {
            let mut octets = bytes::BytesMut::new();
            while let Some(octet) = seq.next_element::<u8>()? {
                octets.extend_from_slice(&[octet]);
            }
            ReasonPhrase::new(&octets).map_err(A::Error::custom)?;
            Ok(octets.freeze())
        }
    }
}
