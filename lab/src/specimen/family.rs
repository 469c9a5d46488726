//! What specimens are typical of.

use crate::names::names;

/// What is typical of a [`Specimen`](super::Specimen).
///
/// Its name, as `Display` writes and `FromStr` reads it, is that of the variant in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// The line that the serializer writes for a code, with the registered phrase or none.
    Valid,
    /// Any legal phrase: escapes, UTF-8, what only the ABNF takes for UTF-8, blanks, nothing.
    Phrase,
    /// At least one deviation, and any set of them that one line can have.
    Deviations,
    /// A fault of any kind at any place where it can stand, with any octet.
    Fault,
    /// As many octets as [`max_len`](super::Recipe::with_max_len) allows or a few less, or a few more.
    Length,
    /// Numbers that a careless parser takes for the code: they wrap to it, have a sign, another
    /// base or an exponent, fewer digits, or more than any integer holds.
    Overflow,
    /// Characters that look like those of the line and are others: digits, letters and blanks of
    /// Unicode. In the phrase, characters that are invisible or turn the text around.
    Lookalike,
    /// A control octet at any place; in the phrase also those that are legal: HTAB and C1 controls.
    Control,
    /// A second line or a header after what some parser takes for a line ending: NUL, VT, a lone
    /// CR or LF, Unicode's line separators, overlong or escaped CR LF. Some are legal in a phrase.
    Smuggling,
    /// A line that stops at any of its octets, even amid an escape, a UTF-8 sequence or CR LF.
    Truncation,
}

names!(Family {
    Valid => "valid",
    Phrase => "phrase",
    Deviations => "deviations",
    Fault => "fault",
    Length => "length",
    Overflow => "overflow",
    Lookalike => "lookalike",
    Control => "control",
    Smuggling => "smuggling",
    Truncation => "truncation",
});

impl Family {
    pub(super) const fn bit(self) -> u16 {
        1 << self as u16
    }
}
