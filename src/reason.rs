//! The reason phrase: octets that cannot end or break a line.

use core::fmt;
use core::str::Utf8Error;

/// A reason phrase ([RFC 3261 §7.2]): any octets but the controls.
///
/// No value of this type holds CR, LF, NUL or another control octet (00 to 1F, 7F) except HTAB,
/// whichever constructor made it. A phrase taken from elsewhere can therefore never end the line
/// it is written into and start a header of its own.
///
/// It need not be UTF-8, nor keep to the ABNF: what the ABNF excludes is escaped on the way out.
/// It is text for people and decides nothing; the code does.
///
/// ```
/// use sip_status_line::ReasonPhrase;
///
/// const GONE_FISHING: ReasonPhrase = ReasonPhrase::from_static("Gone Fishing");
/// assert_eq!(GONE_FISHING.to_str(), Ok("Gone Fishing"));
/// assert!(ReasonPhrase::new(b"OK\r\nContact: <sip:eve@example.net>").is_err());
/// ```
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReasonPhrase<'a>(&'a [u8]);

impl<'a> ReasonPhrase<'a> {
    /// No phrase at all, which the grammar allows.
    pub const EMPTY: ReasonPhrase<'static> = ReasonPhrase(b"");

    /// Takes octets as a phrase. Looks at each once.
    ///
    /// # Errors
    ///
    /// If one of them is a control octet other than HTAB; the error says at which offset.
    #[inline]
    pub const fn new(octets: &'a [u8]) -> Result<Self, InvalidReasonPhrase> {
        let mut rest = octets;
        while let [first, tail @ ..] = rest {
            if matches!(first, 0..=8 | 10..=31 | 127) {
                return Err(InvalidReasonPhrase {
                    offset: octets.len() - rest.len(),
                });
            }
            rest = tail;
        }
        Ok(Self(octets))
    }

    /// Takes a literal as a phrase. In a `const`, a bad literal does not compile.
    ///
    /// ```compile_fail
    /// # use sip_status_line::ReasonPhrase;
    /// const BAD: ReasonPhrase = ReasonPhrase::from_static("two\r\nlines");
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a `const`, if the text holds a control octet other than HTAB.
    #[must_use]
    pub const fn from_static(text: &'static str) -> ReasonPhrase<'static> {
        match ReasonPhrase::new(text.as_bytes()) {
            Ok(reason) => reason,
            Err(_) => panic!("a reason phrase holds no control octet but HTAB"),
        }
    }

    /// A phrase whose octets the grammar has already read.
    #[inline]
    pub(crate) const fn read(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets, as received.
    #[inline]
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Whether there is no phrase.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The phrase as text.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, as the phrases of Latin-1 senders are not. `Display` then shows U+FFFD
    /// for what cannot be read.
    pub const fn to_str(self) -> Result<&'a str, Utf8Error> {
        core::str::from_utf8(self.0)
    }
}

/// Text for people: what is not UTF-8 shows as U+FFFD.
impl fmt::Display for ReasonPhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_str("\u{FFFD}")?;
            }
        }
        Ok(())
    }
}

/// Every octet, those outside printable ASCII escaped.
impl fmt::Debug for ReasonPhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// A control octet stands where a reason phrase was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidReasonPhrase {
    offset: usize,
}

impl InvalidReasonPhrase {
    /// Where the first control octet stands, counted from 0.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for InvalidReasonPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected no control octet in a reason phrase at octet {}",
            self.offset
        )
    }
}

impl core::error::Error for InvalidReasonPhrase {}

impl<'a> TryFrom<&'a [u8]> for ReasonPhrase<'a> {
    type Error = InvalidReasonPhrase;

    fn try_from(octets: &'a [u8]) -> Result<Self, InvalidReasonPhrase> {
        Self::new(octets)
    }
}

impl<'a> TryFrom<&'a str> for ReasonPhrase<'a> {
    type Error = InvalidReasonPhrase;

    fn try_from(text: &'a str) -> Result<Self, InvalidReasonPhrase> {
        Self::new(text.as_bytes())
    }
}

impl AsRef<[u8]> for ReasonPhrase<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq<str> for ReasonPhrase<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for ReasonPhrase<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// A string where the phrase is UTF-8, else a byte array.
#[cfg(feature = "serde")]
impl serde::Serialize for ReasonPhrase<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_str() {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.serialize_bytes(self.0),
        }
    }
}

/// Borrows from the input, so it wants a string or byte array that needs no unescaping.
#[cfg(feature = "serde")]
impl<'de: 'a, 'a> serde::Deserialize<'de> for ReasonPhrase<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

/// The longest phrase that the octets left to `u` begin with.
#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for ReasonPhrase<'a> {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let octets = <&[u8]>::arbitrary(u)?;
        let end = Self::new(octets).map_or_else(|error| error.offset, |_| octets.len());
        Ok(Self(octets.get(..end).unwrap_or_default()))
    }
}
