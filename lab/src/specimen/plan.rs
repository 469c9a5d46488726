//! What a specimen is to be, before an octet of it is written.

use sip_status_line::{Deviations, ErrorKind, StatusCode};

use super::choices::Choices;
use super::family::Family;

/// What a specimen is to be.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) family: Family,
    pub(super) place: Place,
    pub(super) deviations: Deviations,
    pub(super) code: StatusCode,
    pub(super) max_len: usize,
}

impl Plan {
    pub(super) const fn has(self, deviation: Deviations) -> bool {
        self.deviations.contains(deviation)
    }
}

/// Where a specimen has its fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// It has none.
    #[default]
    Nowhere,
    /// After a CR before the line.
    Leading,
    Version,
    FirstSpace,
    Code,
    SecondSpace,
    Phrase,
    /// After the CR that should end the line.
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
    pub(super) fn draw_deviations(self, family: Family, choices: &mut Choices<'_>) -> Deviations {
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
