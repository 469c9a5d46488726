//! How octets depart from the line that the serializer would write.

use core::fmt;
use core::str::FromStr;

use bitflags::bitflags;

use crate::names::UnknownName;

/// Names each deviation, and says what it means in one sentence: the first of its documentation, which
/// [`Deviations::meaning`] gives to whatever shows it.
macro_rules! deviations {
    ($(
        $bit:literal $name:ident $meaning:literal
        $(#[$($more:tt)*])*;
    )+) => {
        bitflags! {
            /// How octets depart from the line the serializer would write. One type for the
            /// deviations a [`Parser`](crate::Parser) allows and for those it has seen in a line.
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
            /// `Display` writes the names with ` | ` between them, which `FromStr` reads.
            ///
            /// ```
            /// use sip_status_line::{Deviations, Parser};
            ///
            /// let parsed = Parser::OBSERVE.line(b"sip/2.0\t200 OK\n")?;
            /// let seen = Deviations::VERSION_CASE | Deviations::SPACING | Deviations::BARE_LF;
            /// assert_eq!(parsed.deviations, seen);
            /// assert_eq!(seen.to_string(), "VERSION_CASE | SPACING | BARE_LF");
            /// assert_eq!("VERSION_CASE | SPACING | BARE_LF".parse(), Ok(seen));
            /// # Ok::<(), sip_status_line::ParseError>(())
            /// ```
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct Deviations: u32 {$(
                #[doc = $meaning]
                $(#[$($more)*])*
                const $name = 1 << $bit;
            )+}
        }

        /// The names, lowest bit first.
        const NAMES: &[&str] = &[$(stringify!($name)),+];

        impl Deviations {
            /// What one deviation means, in a sentence; for several, what the one of the lowest bit
            /// means; for none, nothing.
            ///
            /// ```
            /// use sip_status_line::Deviations;
            ///
            /// assert_eq!(Deviations::BARE_LF.meaning(), "The line ends in LF alone.");
            /// ```
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self.bits().trailing_zeros() {
                    $($bit => $meaning,)+
                    _ => "",
                }
            }
        }
    };
}

deviations! {
    0 VERSION_CASE "The version is not in capitals: `sip/2.0`."
    /// Receivers accept any case, senders use capitals
    /// ([RFC 3261 §7.1](https://www.rfc-editor.org/rfc/rfc3261#section-7.1)).
    ;
    1 LEADING_CRLF "CRLFs come before the line."
    /// Stream transports must ignore them
    /// ([RFC 3261 §7.5](https://www.rfc-editor.org/rfc/rfc3261#section-7.5)); keep-alives are made
    /// of them ([RFC 5626 §4.4.1](https://www.rfc-editor.org/rfc/rfc5626#section-4.4.1)).
    ;
    2 NO_REASON_SPACE "The line ends right after the code, without the space that goes before even an empty phrase."
    /// ([RFC 4475 §3.1.1.13](https://www.rfc-editor.org/rfc/rfc4475#section-3.1.1.13))
    ;
    3 REASON_OCTETS "The phrase has an octet that its ABNF excludes and that is no control."
    /// One of `"#<>[]\^{}|` or a backtick, FE, FF, a `%` without two hexadecimal digits, or the lead of
    /// a broken UTF-8 sequence. RFC 2543 allowed most of them.
    ;
    4 SPACING "A separator is not exactly one space: it is several, or HTAB."
    /// After the code only an HTAB counts, since every further space belongs to the phrase.
    ;
    5 BARE_LF "The line ends in LF alone."
    ;
    6 NO_LINE_END "The input stops where the line should end."
    /// Only [`Parser::line`](crate::Parser::line) can know.
    ;
}

/// The names, ` | ` between them: `VERSION_CASE | BARE_LF`. Nothing if there are none.
impl fmt::Display for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bitflags::parser::to_writer(self, f)
    }
}

/// Reads what `Display` writes; numbers are refused.
impl FromStr for Deviations {
    type Err = UnknownName;

    fn from_str(names: &str) -> Result<Self, UnknownName> {
        bitflags::parser::from_str_strict(names).map_err(|_| UnknownName::new(NAMES))
    }
}

/// The names for people, the bits for machines.
#[cfg(feature = "serde")]
impl serde::Serialize for Deviations {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u32(self.bits())
        }
    }
}

/// Refuses names and bits that are no deviation.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Deviations {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Deviations;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names of deviations")
            }

            fn visit_str<E: serde::de::Error>(self, names: &str) -> Result<Deviations, E> {
                names.parse().map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, bits: u64) -> Result<Deviations, E> {
                let bits = u32::try_from(bits).ok();
                bits.and_then(Deviations::from_bits)
                    .ok_or_else(|| E::custom("expected the bits of deviations"))
            }
        }

        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Visitor)
        } else {
            deserializer.deserialize_u32(Visitor)
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Deviations {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        u.int_in_range(0..=Self::all().bits())
            .map(Self::from_bits_truncate)
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        (1, Some(1))
    }
}
