//! What is reported of each line.

use core::fmt;
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::hex::Encoded;
use sip_status_lab::{Assessment, Disagreement, Verdict};

use super::lines::Line;
use super::process::RunResult;
use super::reaction::Reaction;
use crate::output::escape::{self, Hex, end_row, excerpt};
use crate::output::terminal::Styles;

/// How much of an output JSON has.
const OUTPUT: usize = 4096;

/// A line that was tried, and what came of it.
pub(super) struct ProbeResult<'a> {
    pub(super) line: &'a Line,
    pub(super) reaction: &'a Reaction,
    pub(super) seconds: f64,
    /// If the target is a program, or was one of ours that ended.
    pub(super) run: Option<&'a RunResult>,
    pub(super) ours: Assessment<'a>,
    pub(super) differs: Option<Disagreement>,
    /// Whether the finding is of a known pattern.
    pub(super) is_known: bool,
    /// The file that has the octets.
    pub(super) kept: Option<String>,
    /// What is left of the line, if it was made as short as it can be.
    pub(super) minimised: Option<&'a [u8]>,
}

/// One object of JSON. Every field is always there, and in this order.
#[derive(Serialize)]
struct ProbeObject<'a> {
    source: &'a str,
    record: u64,
    name: Option<&'a str>,
    line: String,
    target: &'static str,
    detail: Option<&'a str>,
    code: Option<i64>,
    reason_hex: Option<String>,
    seconds: f64,
    exit: Option<i32>,
    stdout: Option<String>,
    stderr: Option<String>,
    ours: String,
    differs: Option<String>,
    known: bool,
    kept: Option<&'a str>,
    minimised: Option<String>,
}

impl ProbeResult<'_> {
    pub(super) fn object(&self) -> impl Serialize {
        let (code, phrase) = match &self.reaction {
            Reaction::Verdict(Verdict::Accept { code, phrase }) => (*code, phrase.as_deref()),
            _ => (None, None),
        };
        let output = |of: fn(&RunResult) -> &[u8]| {
            let octets = of(self.run?);
            let beginning = octets.get(..OUTPUT).unwrap_or(octets);
            Some(String::from_utf8_lossy(beginning).into_owned())
        };
        ProbeObject {
            source: &self.line.source,
            record: self.line.number,
            name: self.line.name.as_deref(),
            line: Hex(&self.line.octets).to_string(),
            target: self.reaction.word(),
            detail: self.reaction.detail(),
            code,
            reason_hex: phrase.map(|phrase| Hex(phrase).to_string()),
            seconds: self.seconds,
            exit: self.run.and_then(|run| run.exit),
            stdout: output(|run| &run.stdout),
            stderr: output(|run| &run.stderr),
            ours: self.ours.to_string(),
            differs: self.differs.map(|differs| differs.to_string()),
            known: self.is_known,
            kept: self.kept.as_deref(),
            minimised: self.minimised.map(|octets| Hex(octets).to_string()),
        }
    }

    /// A cell of a table of verdicts, with the octets that say of which row.
    pub(super) fn write_cell(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let cell: &dyn fmt::Display = match self.reaction {
            // By what it crashed is not of the vocabulary.
            Reaction::Crash(_) => &"crash",
            reaction => reaction,
        };
        writeln!(out, "{}\t{cell}", Encoded(&self.line.octets))
    }

    pub(super) fn write_row(&self, table: &Table, out: &mut Vec<u8>) -> io::Result<()> {
        let style = match self.reaction {
            _ if self.is_known => table.styles.aside(),
            reaction if reaction.is_breakage() => table.styles.error(),
            _ if self.differs.is_some() => table.styles.warning(),
            _ => anstyle::Style::new(),
        };
        let reaction = self.reaction.to_string();
        let octets = &self.line.octets;
        // Of more than that, no column is seen.
        let beginning = octets.get(..4 * LINE).unwrap_or(octets);
        write!(
            out,
            "{}  {style}{}{style:#}  {:<22}  {:>7.3}  {}  {style}{}{style:#}",
            escape::cell(self.line.label().as_bytes(), table.label),
            escape::cell(
                reaction.get(..2 * TARGET).unwrap_or(&reaction).as_bytes(),
                TARGET
            ),
            self.ours.to_string(),
            self.seconds,
            escape::cell(beginning, LINE),
            self.differs
                .map(|differs| differs.to_string())
                .unwrap_or_default(),
        )?;
        end_row(out);
        if let Some(minimised) = self.minimised {
            writeln!(out, "    {}", excerpt(minimised, 100))?;
        }
        Ok(())
    }
}

/// The columns of a reaction and of a line.
const TARGET: usize = 18;
const LINE: usize = 40;

/// How the rows of a table are laid out.
pub(super) struct Table {
    styles: Styles,
    label: usize,
}

impl Table {
    pub(super) fn new(styles: Styles, lines: &[Line]) -> Self {
        let widths = lines.iter().map(|line| line.label().chars().count());
        let label = widths.max().unwrap_or(0).clamp(6, 48);
        Self { styles, label }
    }

    pub(super) fn write_heading(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let style = self.styles.heading();
        writeln!(
            out,
            "{style}{:<label$}  {:<TARGET$}  {:<22}  {:>7}  {:<LINE$}  DIFFERS{style:#}",
            "RECORD",
            "TARGET",
            "OURS",
            "SECONDS",
            "LINE",
            label = self.label
        )
    }
}
