//! Specimens: status-lines, good and bad, that know what is wrong with them.
//!
//! For whoever tests a SIP parser, this one or another. A [`Specimen`] is built piece by piece from what
//! it is to be: some set of [`Deviations`], at most one fault, in octets that are typical of its
//! [`Family`]. So it can say at which octet it departs from the grammar, and what a [`Parser`] of any
//! policy must answer.
//!
//! ```
//! use sip_status_line::generate::{Family, Recipe};
//! use sip_status_line::{Deviations, ErrorKind, Parser};
//!
//! let recipe = Recipe::new()
//!     .family(Family::Overflow)
//!     .exactly(Deviations::LEADING_CRLF, Some(ErrorKind::Code));
//! for specimen in recipe.specimens(7)?.take(100) {
//!     let error = Parser::OBSERVE.line(specimen.octets()).unwrap_err();
//!     assert_eq!(Some(error), specimen.fault());
//!     assert_eq!(error.kind(), ErrorKind::Code);
//! }
//! # Ok::<(), sip_status_line::generate::Contradiction>(())
//! ```
//!
//! To have a fault at a certain octet, take those that have:
//!
//! ```
//! use sip_status_line::generate::{Family, Recipe};
//!
//! let mut controls = Recipe::new().family(Family::Control).specimens(7)?;
//! let wanted = controls.find(|control| control.fault().is_some_and(|fault| fault.offset() == 14));
//! assert!(wanted.is_some_and(|control| control.octets()[14].is_ascii_control()));
//! # Ok::<(), sip_status_line::generate::Contradiction>(())
//! ```
//!
//! # The same every time
//!
//! The same recipe and seed give the same specimens, octet for octet, on every machine. A version of
//! this crate that changes them says so in its changelog and here: **0.1.0** was the last to do so.
//!
//! With the feature `arbitrary` a fuzzer's octets make the choices instead: `Specimen` implements
//! `Arbitrary`.
//!
//! [`Parser`]: crate::Parser

mod build;
mod material;
mod specimen;

use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;
use core::str::FromStr;

pub use self::specimen::{Departure, Specimen};

use self::build::Place;
use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::error::ErrorKind;

/// What is typical of a [`Specimen`].
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
    /// As many octets as [`max_len`](Recipe::max_len) allows or a few less, or a few more.
    Length,
    /// Numbers that a careless reader takes for the code: they wrap to it, have a sign, another
    /// base or an exponent, fewer digits, or more than any integer holds.
    Overflow,
    /// Characters that look like those of the line and are others: digits, letters and blanks of
    /// Unicode. In the phrase, characters that are invisible or turn the text around.
    Lookalike,
    /// A control octet at any place; in the phrase also those that are legal: HTAB and C1 controls.
    Control,
    /// A second line or a header behind what some reader takes for a line ending: NUL, VT, a lone
    /// CR or LF, Unicode's line separators, overlong or escaped CR LF. Some are legal in a phrase.
    Smuggling,
    /// A line that stops at any of its octets, even amid an escape, a UTF-8 sequence or CR LF.
    Truncation,
}

impl Family {
    /// Every family.
    pub const ALL: &'static [Self] = &[
        Self::Valid,
        Self::Phrase,
        Self::Deviations,
        Self::Fault,
        Self::Length,
        Self::Overflow,
        Self::Lookalike,
        Self::Control,
        Self::Smuggling,
        Self::Truncation,
    ];

    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Phrase => "phrase",
            Self::Deviations => "deviations",
            Self::Fault => "fault",
            Self::Length => "length",
            Self::Overflow => "overflow",
            Self::Lookalike => "lookalike",
            Self::Control => "control",
            Self::Smuggling => "smuggling",
            Self::Truncation => "truncation",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Family {
    type Err = UnknownFamily;

    fn from_str(name: &str) -> Result<Self, UnknownFamily> {
        let mut all = Self::ALL.iter();
        all.find(|family| family.name() == name)
            .copied()
            .ok_or(UnknownFamily(()))
    }
}

/// No [`Family`] has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFamily(());

impl fmt::Display for UnknownFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected one of")?;
        Family::ALL
            .iter()
            .try_for_each(|family| write!(f, " {family}"))
    }
}

impl core::error::Error for UnknownFamily {}

/// What [`Recipe::with_max_len`] can be.
const BOUNDS: RangeInclusive<usize> = 512..=60_000;

/// What specimens are wanted.
///
/// Unless told otherwise: all families, each as often as the others; any deviations, any code, a
/// fault or none; lengths about the 8192 octets of the named policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Bits of the families that are wanted; all if none is set.
    families: u16,
    exactly: Option<(Deviations, Option<ErrorKind>)>,
    code: Option<StatusCode>,
    max_len: usize,
}

impl Default for Recipe {
    fn default() -> Self {
        Self::new()
    }
}

impl Recipe {
    /// Anything.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            families: 0,
            exactly: None,
            code: None,
            max_len: 8192,
        }
    }

    /// Only this family; called again, this one as well.
    #[must_use]
    pub const fn family(self, family: Family) -> Self {
        Self {
            families: self.families | family.bit(),
            ..self
        }
    }

    /// Only specimens with these deviations and no others, and with a fault of this kind, or
    /// without one.
    ///
    /// The deviations stand before the fault, so that not all can be had with every kind.
    #[must_use]
    pub const fn exactly(self, deviations: Deviations, fault: Option<ErrorKind>) -> Self {
        Self {
            exactly: Some((deviations, fault)),
            ..self
        }
    }

    /// Only this code. [`Family::Overflow`] makes its numbers of it.
    #[must_use]
    pub const fn code(self, code: StatusCode) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// The bound about which [`Family::Length`] has its lengths: 512 to 60,000 octets, 8192 unless
    /// set. The lines of all other families are shorter than 512.
    #[must_use]
    pub const fn with_max_len(self, octets: usize) -> Self {
        Self {
            max_len: octets,
            ..self
        }
    }

    /// Specimens without end, the same for the same seed.
    ///
    /// # Errors
    ///
    /// If there can be none, since the deviations, the fault and the families exclude one another;
    /// or if `max_len` is out of its range.
    pub fn specimens(self, seed: u64) -> Result<Specimens, Contradiction> {
        let possible = BOUNDS.contains(&self.max_len)
            && self.wanted().any(|family| self.places(family).count() > 0);
        if !possible {
            return Err(Contradiction(self));
        }
        Ok(Specimens {
            recipe: self,
            random: SplitMix64(seed),
        })
    }

    /// The families that are not ruled out by name.
    fn wanted(self) -> impl Iterator<Item = Family> {
        let all = Family::ALL.iter().copied();
        all.filter(move |family| self.families == 0 || self.families & family.bit() != 0)
    }

    /// Where a fault may be in a specimen of this family.
    fn places(self, family: Family) -> impl Iterator<Item = Place> {
        let places = family.places().iter().copied();
        places.filter(move |place| match self.exactly {
            Some((deviations, fault)) => {
                place.kind() == fault && place.can_have(family, deviations)
            }
            None => true,
        })
    }
}

/// Specimens without end, the same for the same [`Recipe`] and seed.
#[derive(Clone, Debug)]
pub struct Specimens {
    recipe: Recipe,
    random: SplitMix64,
}

impl Specimens {
    /// Specimens of every kind: those of [`Recipe::new`].
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            recipe: Recipe::new(),
            random: SplitMix64(seed),
        }
    }
}

impl Iterator for Specimens {
    type Item = Specimen;

    fn next(&mut self) -> Option<Specimen> {
        let mut draw = |below| {
            let drawn = self.random.next() % u64::from(below);
            u32::try_from(drawn).unwrap_or(0)
        };
        Some(self.recipe.specimen(&mut Choices(&mut draw)))
    }
}

/// No specimen can be what a [`Recipe`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction(Recipe);

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recipe = self.0;
        if !BOUNDS.contains(&recipe.max_len) {
            return write!(
                f,
                "expected a length limit from {} to {}, not {}",
                BOUNDS.start(),
                BOUNDS.end(),
                recipe.max_len
            );
        }
        f.write_str("no specimen")?;
        if recipe.families != 0 {
            let names: Vec<_> = recipe.wanted().map(Family::name).collect();
            write!(f, " of the family {}", names.join(" or "))?;
        }
        match recipe.exactly {
            Some((deviations, _)) if deviations.is_empty() => f.write_str(" has no deviation")?,
            Some((deviations, _)) => write!(f, " has exactly the deviations {deviations}")?,
            None => {}
        }
        match recipe.exactly {
            Some((_, Some(kind))) => write!(f, " and a fault of the kind {kind}"),
            _ => f.write_str(" and no fault"),
        }
    }
}

impl core::error::Error for Contradiction {}

/// The fuzzer's octets make the choices. The recipe is that of [`Specimens::new`].
#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Specimen {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        // Octets that are used up make the first choice, so that this ends.
        let mut draw = |below: u32| u.int_in_range(0..=below - 1).unwrap_or(0);
        Ok(Recipe::new().specimen(&mut Choices(&mut draw)))
    }
}

/// Numbers that look random and are the same every time: `SplitMix64`, which has no bad seed.
#[derive(Clone, Debug)]
struct SplitMix64(u64);

impl SplitMix64 {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Who makes the choices: draws a number below the one given, which is never 0.
struct Choices<'a>(&'a mut dyn FnMut(u32) -> u32);

impl Choices<'_> {
    /// A number below that bound, or 0 if the bound is 0.
    fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 { 0 } else { (self.0)(bound) }
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == times - 1
    }

    fn octet(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(0)
    }

    /// An octet from the first to the last of a range.
    fn octet_from(&mut self, first: u8, last: u8) -> u8 {
        let more = self.below(u32::from(last - first) + 1);
        first + u8::try_from(more).unwrap_or(0)
    }

    /// A place in something so long.
    fn index(&mut self, len: usize) -> usize {
        let bound = u32::try_from(len).unwrap_or(u32::MAX);
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// One of these, or the default of what they are if there is none.
    fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        of.get(self.index(of.len())).copied().unwrap_or_default()
    }
}
