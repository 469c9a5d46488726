//! From a recipe to a specimen: what is to be wrong with it is settled first, then it is written
//! from left to right.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::material::{self, Piece};
use super::specimen::{Draft, Specimen, Stage};
use super::{Choices, Family, Recipe};
use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::error::ErrorKind;
use crate::registry;

/// Where a specimen has its fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// It has none.
    #[default]
    Nowhere,
    /// Behind a CR before the line.
    Leading,
    Version,
    FirstSpace,
    Code,
    SecondSpace,
    Phrase,
    /// Behind the CR that should end the line.
    LineFeed,
    /// At the first octet that is too many.
    Length,
    /// At the end of the input, which comes before that of the phrase or amid the line ending.
    EarlyEnd,
    /// It has none, though the input ends before the line does.
    LateEnd,
}

impl Family {
    /// Where its specimens can have a fault.
    pub(super) const fn places(self) -> &'static [Place] {
        use Place::{
            Code, EarlyEnd, FirstSpace, LateEnd, Leading, Length, LineFeed, Nowhere, Phrase,
            SecondSpace, Version,
        };
        match self {
            Self::Valid | Self::Phrase | Self::Deviations => &[Nowhere],
            Self::Fault => &[
                Leading,
                Version,
                FirstSpace,
                Code,
                SecondSpace,
                Phrase,
                LineFeed,
                EarlyEnd,
            ],
            Self::Length => &[Nowhere, Length],
            Self::Overflow => &[Code, SecondSpace],
            Self::Lookalike => &[Nowhere, Version, FirstSpace, Code, SecondSpace],
            Self::Control => &[
                Nowhere,
                Leading,
                Version,
                FirstSpace,
                Code,
                SecondSpace,
                Phrase,
                LineFeed,
            ],
            Self::Smuggling => &[Nowhere, Phrase, LineFeed],
            Self::Truncation => &[EarlyEnd, LateEnd],
        }
    }
}

impl Place {
    /// The kind of the fault.
    pub(super) const fn kind(self) -> Option<ErrorKind> {
        Some(match self {
            Self::Nowhere | Self::LateEnd => return None,
            Self::Leading | Self::LineFeed => ErrorKind::LineEnding,
            Self::Version => ErrorKind::Version,
            Self::FirstSpace => ErrorKind::VersionSpace,
            Self::SecondSpace => ErrorKind::CodeSpace,
            Self::Code => ErrorKind::Code,
            Self::Phrase => ErrorKind::Reason,
            Self::Length => ErrorKind::Length,
            Self::EarlyEnd => ErrorKind::Truncated,
        })
    }

    /// The deviations that there can be before a fault at this place.
    fn possible(self, family: Family) -> Deviations {
        let version = Deviations::LEADING_CRLF | Deviations::VERSION_CASE;
        let code = version | Deviations::SPACING;
        let phrase = code | Deviations::REASON_OCTETS;
        let ending = phrase | Deviations::NO_REASON_SPACE;
        match (self, family) {
            (Self::Nowhere, Family::Valid | Family::Phrase) => Deviations::empty(),
            (Self::Nowhere, Family::Deviations) => Deviations::all(),
            // What is typical of these is in the phrase, so there has to be one.
            (Self::Nowhere | Self::Length, _) => Deviations::all() - Deviations::NO_REASON_SPACE,
            (Self::Leading, _) => Deviations::LEADING_CRLF,
            (Self::Version | Self::FirstSpace, _) => version,
            (Self::Code | Self::SecondSpace, _) => code,
            (Self::Phrase, _) => phrase,
            (Self::LineFeed | Self::EarlyEnd, _) => ending,
            (Self::LateEnd, _) => ending | Deviations::NO_LINE_END,
        }
    }

    /// The deviations that there must be with a fault at this place.
    const fn necessary(self) -> Deviations {
        match self {
            Self::Leading => Deviations::LEADING_CRLF,
            Self::LateEnd => Deviations::NO_LINE_END,
            _ => Deviations::empty(),
        }
    }

    pub(super) fn can_have(self, family: Family, deviations: Deviations) -> bool {
        self.possible(family).contains(deviations)
            && deviations.contains(self.necessary())
            && !EXCLUSIVE.iter().any(|pair| deviations.contains(*pair))
            && !(family == Family::Deviations && deviations.is_empty())
    }

    /// Deviations that a fault at this place can have before it.
    fn draw_deviations(self, family: Family, choices: &mut Choices<'_>) -> Deviations {
        let some = if family == Family::Deviations || choices.one_in(2) {
            Deviations::from_bits_truncate(1 + choices.below(Deviations::all().bits()))
        } else {
            Deviations::empty()
        };
        let mut deviations = some & self.possible(family) | self.necessary();
        for pair in EXCLUSIVE {
            if deviations.contains(pair) {
                let mut pair = pair.iter();
                let (first, second) = (pair.next(), pair.next());
                let dropped = if choices.one_in(2) { first } else { second };
                deviations -= dropped.unwrap_or_default();
            }
        }
        deviations
    }
}

/// Deviations of which a line has one at most.
const EXCLUSIVE: [Deviations; 2] = [
    Deviations::NO_REASON_SPACE.union(Deviations::REASON_OCTETS),
    Deviations::BARE_LF.union(Deviations::NO_LINE_END),
];

impl Recipe {
    /// A specimen by this recipe, which has no contradiction in it.
    pub(super) fn specimen(self, choices: &mut Choices<'_>) -> Specimen {
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
        let plan = Plan {
            family,
            place,
            deviations,
            code: self.code.unwrap_or_else(|| any_code(choices)),
            max_len: self.max_len,
        };
        match place {
            Place::EarlyEnd | Place::LateEnd => plan.cut(self.exactly.is_some(), choices),
            _ if deviations.contains(Deviations::NO_LINE_END) => {
                let line = plan.write(choices);
                let end = line.phrase_end();
                line.cut(end)
            }
            _ => plan.write(choices),
        }
    }
}

/// A code, more often than not one that is registered.
fn any_code(choices: &mut Choices<'_>) -> StatusCode {
    if choices.one_in(4) {
        let code = u16::try_from(100 + choices.below(600)).unwrap_or(0);
        StatusCode::new(code).unwrap_or(StatusCode::OK)
    } else {
        let row = registry::ALL.get(choices.index(registry::ALL.len()));
        row.map_or(StatusCode::OK, |row| row.code)
    }
}

/// What a specimen is to be.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) family: Family,
    pub(super) place: Place,
    pub(super) deviations: Deviations,
    pub(super) code: StatusCode,
    max_len: usize,
}

impl Plan {
    pub(super) const fn has(self, deviation: Deviations) -> bool {
        self.deviations.contains(deviation)
    }

    /// A whole line that is then cut off where the label becomes that of the plan.
    fn cut(self, exactly: bool, choices: &mut Choices<'_>) -> Specimen {
        let whole = Self {
            place: Place::Nowhere,
            deviations: self.deviations - Deviations::NO_LINE_END,
            ..self
        };
        let line = whole.write(choices);
        let cuts = line.cuts(|deviations, is_fault| {
            is_fault == self.place.kind().is_some() && (!exactly || deviations == self.deviations)
        });
        let cut = choices.pick(&cuts);
        line.cut(cut)
    }

    /// The line from left to right, up to the fault.
    fn write(self, choices: &mut Choices<'_>) -> Specimen {
        let mut draft = Draft::new(self.family, self.code, self.max_len);
        // Broken off or not, it is all there is.
        let _ = self.write_line(&mut draft, choices);
        draft.finish()
    }

    /// Breaks off behind the fault.
    fn write_line(self, draft: &mut Draft, choices: &mut Choices<'_>) -> ControlFlow<()> {
        self.write_leading_crlf(draft, choices)?;
        self.write_version(draft, choices)?;
        self.write_code(draft, choices)?;
        self.write_ending(draft, choices)?;
        draft.follow(&material::rest(self, choices));
        ControlFlow::Continue(())
    }

    fn write_leading_crlf(self, draft: &mut Draft, choices: &mut Choices<'_>) -> ControlFlow<()> {
        if self.has(Deviations::LEADING_CRLF) {
            draft.deviate(Deviations::LEADING_CRLF, ErrorKind::Version, "SIP/2.0");
            let is_whole = self.place != Place::Leading;
            for _ in 0..u32::from(is_whole) + choices.below(3) {
                draft.lay(b'\r', Stage::LeadingLf);
                draft.lay(b'\n', Stage::Version(0));
            }
            if !is_whole {
                draft.lay(b'\r', Stage::LeadingLf);
                let octets = material::fault(self, 0, choices);
                return draft.fail(ErrorKind::LineEnding, "LF after the CR", &octets);
            }
        }
        ControlFlow::Continue(())
    }

    fn write_version(self, draft: &mut Draft, choices: &mut Choices<'_>) -> ControlFlow<()> {
        const WANTED: [&str; 7] = [
            "the S of SIP/2.0",
            "the I of SIP/2.0",
            "the P of SIP/2.0",
            "the / of SIP/2.0",
            "the 2 of SIP/2.0",
            "the . of SIP/2.0",
            "the 0 of SIP/2.0",
        ];
        // The letters in lower case, and behind how many octets at least that has been seen.
        let (lower, seen) = if self.has(Deviations::VERSION_CASE) {
            let lower = choices.octet_from(1, 0b111);
            (lower, lower.trailing_zeros() + 1)
        } else {
            (0, 0)
        };
        let fault = (self.place == Place::Version).then(|| seen + choices.below(7 - seen));
        for ((there, octet), wanted) in (0..).zip(*b"SIP/2.0").zip(WANTED) {
            if fault == Some(u32::from(there)) {
                let octets = material::fault(self, usize::from(there), choices);
                return draft.fail(ErrorKind::Version, wanted, &octets);
            }
            let next = match there {
                6 => Stage::FirstSpace,
                _ => Stage::Version(there + 1),
            };
            if lower >> there & 1 == 1 {
                draft.deviate(Deviations::VERSION_CASE, ErrorKind::Version, wanted);
                draft.lay(octet.to_ascii_lowercase(), next);
            } else {
                draft.lay(octet, next);
            }
        }
        ControlFlow::Continue(())
    }

    /// The code, the separators before and after it, and the phrase.
    fn write_code(self, draft: &mut Draft, choices: &mut Choices<'_>) -> ControlFlow<()> {
        const SECOND_SPACE: &str = "SP after the status code";
        if self.place == Place::FirstSpace {
            let octets = material::fault(self, 0, choices);
            return draft.fail(ErrorKind::VersionSpace, "SP after the version", &octets);
        }
        let fault_in_code = matches!(self.place, Place::Code | Place::SecondSpace);
        let (first_odd, second_odd) = match self.has(Deviations::SPACING) {
            false => (false, false),
            true if fault_in_code || self.has(Deviations::NO_REASON_SPACE) => (true, false),
            true => choices.pick(&[(true, false), (false, true), (true, true)]),
        };
        if first_odd {
            separate(draft, choices);
        } else {
            draft.lay(b' ', Stage::Code(0));
        }

        let (digits, mut fault) = if fault_in_code {
            let (digits, good, octets) = material::number(self, choices);
            (digits, Some((good, octets)))
        } else {
            (self.code.to_digits(), None)
        };
        for (there, digit) in (0..).zip(digits) {
            if let Some((_, octets)) = fault.take_if(|(good, _)| *good == there) {
                return draft.fail(ErrorKind::Code, "a digit of the status code", &octets);
            }
            let next = match there {
                2 => Stage::SecondSpace,
                _ => Stage::Code(there + 1),
            };
            draft.lay(digit, next);
        }
        if let Some((_, octets)) = fault {
            return draft.fail(ErrorKind::CodeSpace, SECOND_SPACE, &octets);
        }

        if self.has(Deviations::NO_REASON_SPACE) {
            draft.begin_phrase();
            draft.deviate(
                Deviations::NO_REASON_SPACE,
                ErrorKind::CodeSpace,
                SECOND_SPACE,
            );
            return ControlFlow::Continue(());
        }
        if second_odd {
            draft.deviate(Deviations::SPACING, ErrorKind::CodeSpace, SECOND_SPACE);
        }
        draft.lay(if second_odd { b'\t' } else { b' ' }, Stage::Phrase(0));
        draft.begin_phrase();
        self.write_phrase(draft, choices);
        if self.place == Place::Phrase {
            let octets = material::fault(self, 0, choices);
            return draft.fail(ErrorKind::Reason, material::REASON, &octets);
        }
        ControlFlow::Continue(())
    }

    fn write_phrase(self, draft: &mut Draft, choices: &mut Choices<'_>) {
        let pieces = material::phrase(self, choices);
        if self.family == Family::Length {
            let there = draft.len() + pieces.iter().map(Piece::len).sum::<usize>();
            // One that is not there still needs room: a line may end so only if it could go on.
            let short = Deviations::BARE_LF | Deviations::NO_LINE_END;
            let ending = if self.deviations.intersects(short) {
                1
            } else {
                2
            };
            let len = if self.place == Place::Length {
                self.max_len + 1 + choices.index(5)
            } else {
                self.max_len - choices.index(5)
            };
            for _ in there + ending..len {
                draft.lay(b'x', Stage::Phrase(0));
            }
        }
        for piece in pieces {
            piece.write(draft);
        }
    }

    fn write_ending(self, draft: &mut Draft, choices: &mut Choices<'_>) -> ControlFlow<()> {
        draft.end_phrase();
        if self.has(Deviations::BARE_LF) {
            draft.deviate(Deviations::BARE_LF, ErrorKind::LineEnding, "CR LF");
        } else {
            draft.lay(b'\r', Stage::LineFeed);
        }
        if self.place == Place::LineFeed {
            let octets = material::fault(self, 0, choices);
            return draft.fail(ErrorKind::LineEnding, "LF after the CR", &octets);
        }
        draft.lay(b'\n', Stage::Done);
        ControlFlow::Continue(())
    }
}

/// A separator after the version that is not exactly one SP.
fn separate(draft: &mut Draft, choices: &mut Choices<'_>) {
    let count = 1 + choices.below(4);
    for there in 0..count {
        let blank = if count == 1 || choices.one_in(2) {
            b'\t'
        } else {
            b' '
        };
        if there > 0 {
            draft.deviate(Deviations::SPACING, ErrorKind::Code, "the status code");
        } else if blank == b'\t' {
            let wanted = "SP after the version";
            draft.deviate(Deviations::SPACING, ErrorKind::VersionSpace, wanted);
        }
        draft.lay(blank, Stage::Code(0));
    }
}
