//! Which specimens are wanted.

use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use sip_status_line::{Deviations, ErrorKind, StatusCode};

use super::choices::Choices;
use super::codes::any_code;
use super::family::Family;
use super::label::Specimen;
use super::plan::{Place, Plan};
use crate::random::SplitMix64;

/// What [`Recipe::with_max_len`] can be.
const BOUNDS: RangeInclusive<usize> = 512..=60_000;

/// What specimens are wanted.
///
/// Unless set otherwise: all families, each as often as the others; any deviations, any code, a
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
            random: SplitMix64::new(seed),
        })
    }

    /// A specimen by this recipe, which has no contradiction in it.
    fn specimen(self, choices: &mut Choices<'_>) -> Specimen {
        let families = self
            .wanted()
            .filter(|family| self.places(*family).count() > 0);
        let families: Vec<_> = families.collect();
        let family = families.get(choices.index(families.len()));
        let family = family.copied().unwrap_or(Family::Valid);
        let places: Vec<_> = self.places(family).collect();
        let place = choices.pick(&places);
        let deviations = match self.exactly {
            Some((deviations, _)) => deviations,
            None => place.draw_deviations(family, choices),
        };
        Plan {
            family,
            place,
            deviations,
            code: self.code.unwrap_or_else(|| any_code(choices)),
            max_len: self.max_len,
        }
        .specimen(self.exactly.is_some(), choices)
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
            random: SplitMix64::new(seed),
        }
    }
}

impl Iterator for Specimens {
    type Item = Specimen;

    fn next(&mut self) -> Option<Specimen> {
        let mut draw = |bound: u32| {
            let drawn = self.random.next_u64().checked_rem(bound.into());
            drawn.map_or(0, |drawn| u32::try_from(drawn).unwrap_or(0))
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
