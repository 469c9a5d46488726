//! The reason phrase: octets that cannot end or break a line.

use core::fmt::{self, Write as _};
use core::iter::FusedIterator;
use core::str::Utf8Error;

use crate::scan::{self, Octet};

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
            if matches!(scan::octet(*first), Octet::Control) {
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

    /// The octets that the phrase stands for: each `%HH` is the octet that it spells, as
    /// [`encode`](crate::StatusLine::encode) writes one that the ABNF excludes.
    ///
    /// For showing only. An escape can spell CR LF or NUL, so what comes out is no phrase, and never
    /// belongs into a message.
    ///
    /// ```
    /// use sip_status_line::ReasonPhrase;
    ///
    /// let reason = ReasonPhrase::from_static("Busy %5B100%25%5D, 5% left");
    /// assert!(reason.unescaped().eq(*b"Busy [100%], 5% left"));
    /// ```
    #[must_use]
    pub const fn unescaped(self) -> Unescaped<'a> {
        Unescaped(self.0)
    }
}

/// Text for people: what is not UTF-8 shows as U+FFFD. Width, alignment and precision are honoured.
impl fmt::Display for ReasonPhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(text) = self.to_str() {
            return f.pad(text);
        }
        let chars = || {
            self.0.utf8_chunks().flat_map(|chunk| {
                let replacement =
                    (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
                chunk.valid().chars().chain(replacement)
            })
        };
        let shown = f.precision().unwrap_or(usize::MAX);
        let len = chars().take(shown).count();
        let padding = f.width().unwrap_or(0).saturating_sub(len);
        let before = match f.align() {
            Some(fmt::Alignment::Right) => padding,
            Some(fmt::Alignment::Center) => padding / 2,
            Some(fmt::Alignment::Left) | None => 0,
        };
        let fill = f.fill();
        (0..before).try_for_each(|_| f.write_char(fill))?;
        chars()
            .take(shown)
            .try_for_each(|char| f.write_char(char))?;
        (before..padding).try_for_each(|_| f.write_char(fill))
    }
}

/// Every octet, those outside printable ASCII escaped.
impl fmt::Debug for ReasonPhrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// The octets that a phrase stands for. Made by [`ReasonPhrase::unescaped`].
#[derive(Clone, Debug)]
pub struct Unescaped<'a>(&'a [u8]);

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let digit = |octet: u8| char::from(octet).to_digit(16);
        if let [b'%', high, low, rest @ ..] = self.0 {
            if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                self.0 = rest;
                return u8::try_from(high << 4 | low).ok();
            }
        }
        let (octet, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*octet)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len().div_ceil("%HH".len()), Some(self.0.len()))
    }
}

impl FusedIterator for Unescaped<'_> {}

/// A control octet, which no reason phrase holds.
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
            "control octet in the reason phrase at octet {}",
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

/// Compares the octets, both ways.
macro_rules! compare {
    ($($other:ty),+) => {$(
        impl PartialEq<$other> for ReasonPhrase<'_> {
            fn eq(&self, other: &$other) -> bool {
                self.0 == <$other as AsRef<[u8]>>::as_ref(other)
            }
        }

        impl PartialEq<ReasonPhrase<'_>> for $other {
            fn eq(&self, other: &ReasonPhrase<'_>) -> bool {
                other == self
            }
        }
    )+};
}

compare!(str, &str, [u8], &[u8]);

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

/// Borrows from the input, so it takes a string or byte array that holds no escapes. What JSON has to
/// escape, a quote say, is read into a `StatusLineBuf`.
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
