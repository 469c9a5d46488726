//! What a target accepts that STRICT refuses.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::{Assessment, Verdict};
use sip_status_line::{Deviations, Parser};

use crate::output::json::write_json;

/// What a target made of lines with one deviation that STRICT refuses and another policy tolerates, by the
/// bits of the deviation. Which of several a line is refused for is not known.
#[derive(Default)]
pub(super) struct Tolerance(BTreeMap<u32, Counts>);

#[derive(Default)]
struct Counts {
    lines: u64,
    accepted: u64,
}

/// One object of JSON.
#[derive(Serialize)]
struct ToleranceObject {
    tolerates: Vec<DeviationObject>,
}

#[derive(Serialize)]
struct DeviationObject {
    deviation: String,
    lines: u64,
    accepted: u64,
}

impl Tolerance {
    pub(super) fn add(&mut self, ours: &Assessment<'_>, verdict: &Verdict) {
        let Ok(parsed) = ours.answer() else { return };
        let deviations = parsed.deviations;
        if deviations.iter().count() == 1 && !Parser::STRICT.allowed().contains(deviations) {
            let counts = self.0.entry(deviations.bits()).or_default();
            counts.lines += 1;
            counts.accepted += u64::from(matches!(verdict, Verdict::Accept { .. }));
        }
    }

    /// A line, if there is anything to say.
    pub(super) fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        let said = self.0.iter().map(|(bits, counts)| {
            let deviation = name(*bits);
            match *counts {
                Counts { accepted: 0, .. } => format!("{deviation} never"),
                Counts { lines, accepted } if lines == accepted => format!("{deviation} always"),
                Counts { lines, accepted } => format!("{deviation} in {accepted} of {lines} lines"),
            }
        });
        let said: Vec<_> = said.collect();
        if said.is_empty() {
            return Ok(());
        }
        writeln!(out, "tolerates what STRICT refuses: {}", said.join(", "))
    }

    /// An object, if there is anything to say.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let deviations = self.0.iter().map(|(bits, counts)| DeviationObject {
            deviation: name(*bits),
            lines: counts.lines,
            accepted: counts.accepted,
        });
        let object = ToleranceObject {
            tolerates: deviations.collect(),
        };
        write_json(&object, out)
    }
}

fn name(bits: u32) -> String {
    Deviations::from_bits_truncate(bits).to_string()
}
