//! From a plan to a specimen, which is written from left to right.

use core::ops::ControlFlow;

use sip_status_line::{Deviations, ErrorKind};

use super::choices::Choices;
use super::family::Family;
use super::label::{Draft, Specimen};
use super::material::{self, Piece};
use super::plan::{Place, Plan};
use super::stage::Stage;

impl Plan {
    /// A specimen that is what the plan says. If it is cut off, it has those deviations `exactly`, or
    /// also any others.
    pub(super) fn specimen(self, exactly: bool, choices: &mut Choices<'_>) -> Specimen {
        match self.place {
            Place::EarlyEnd | Place::LateEnd => self.cut(exactly, choices),
            _ if self.has(Deviations::NO_LINE_END) => {
                let line = self.write(choices);
                let end = line.phrase_end();
                line.cut(end)
            }
            _ => self.write(choices),
        }
    }

    /// A line without a fault, which is then cut off where the label becomes that of the plan.
    fn cut(self, exactly: bool, choices: &mut Choices<'_>) -> Specimen {
        let line = self.write(choices);
        let cuts = line.cuts(|deviations, is_fault| {
            is_fault == self.place.kind().is_some() && (!exactly || deviations == self.deviations)
        });
        let cut = choices.pick(&cuts);
        line.cut(cut)
    }

    /// The line from left to right, up to the fault.
    fn write(self, choices: &mut Choices<'_>) -> Specimen {
        let mut draft = Draft::new(self.family, self.code, self.max_len);
        // Whether it stopped early or not, the draft is all there is.
        let _ = self.write_line(&mut draft, choices);
        draft.finish()
    }

    /// Stops after the fault.
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
                draft.write(b'\r', Stage::LeadingLf);
                draft.write(b'\n', Stage::Version(0));
            }
            if !is_whole {
                draft.write(b'\r', Stage::LeadingLf);
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
        // The letters in lower case, and after how many octets at the least that is seen.
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
                draft.write(octet.to_ascii_lowercase(), next);
            } else {
                draft.write(octet, next);
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
            draft.write(b' ', Stage::Code(0));
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
            draft.write(digit, next);
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
        draft.write(if second_odd { b'\t' } else { b' ' }, Stage::Phrase(0));
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
                draft.write(b'x', Stage::Phrase(0));
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
            draft.write(b'\r', Stage::LineFeed);
        }
        if self.place == Place::LineFeed {
            let octets = material::fault(self, 0, choices);
            return draft.fail(ErrorKind::LineEnding, "LF after the CR", &octets);
        }
        draft.write(b'\n', Stage::Done);
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
        draft.write(blank, Stage::Code(0));
    }
}
