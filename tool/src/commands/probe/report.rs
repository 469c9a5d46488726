//! What is told of each line.

use core::fmt;
use std::io::{self, Write};

use serde::Serialize;

use super::Line;
use super::exec::Ran;
use super::verdict::{Ours, Reaction, Verdict};
use crate::output::escape::{self, Hex, end_row, excerpt};
use crate::output::terminal::Styles;

/// How much of an output JSON has.
const OUTPUT: usize = 4096;

/// As many equal octets are written as a run.
const RUN: usize = 1024;

/// A line that was tried, and what came of it.
pub(super) struct Probed<'a> {
    pub(super) line: &'a Line,
    pub(super) reaction: &'a Reaction,
    pub(super) seconds: f64,
    /// If the target is a program.
    pub(super) ran: Option<&'a Ran>,
    pub(super) ours: &'a Ours<'a>,
    pub(super) differs: Option<&'a str>,
    /// The file that has the octets.
    pub(super) kept: Option<String>,
    /// What is left of the line, if it was made as short as it can be.
    pub(super) minimised: Option<&'a [u8]>,
}

/// One object of JSON. Every field is always there, and in this order.
#[derive(Serialize)]
struct Object<'a> {
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
    differs: Option<&'a str>,
    kept: Option<&'a str>,
    minimised: Option<String>,
}

impl Probed<'_> {
    pub(super) fn object(&self) -> impl Serialize {
        let (code, phrase) = match &self.reaction {
            Reaction::Said(Verdict::Accept { code, phrase }) => (*code, phrase.as_deref()),
            _ => (None, None),
        };
        let output = |of: fn(&Ran) -> &[u8]| {
            let octets = of(self.ran?);
            let beginning = octets.get(..OUTPUT).unwrap_or(octets);
            Some(String::from_utf8_lossy(beginning).into_owned())
        };
        Object {
            source: &self.line.source,
            record: self.line.number,
            name: self.line.name.as_deref(),
            line: Hex(&self.line.octets).to_string(),
            target: self.reaction.word(),
            detail: self.reaction.detail(),
            code,
            reason_hex: phrase.map(|phrase| Hex(phrase).to_string()),
            seconds: self.seconds,
            exit: self.ran.and_then(|ran| ran.exit),
            stdout: output(|ran| &ran.stdout),
            stderr: output(|ran| &ran.stderr),
            ours: self.ours.to_string(),
            differs: self.differs,
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
        writeln!(out, "{}\t{cell}", Runs(&self.line.octets))
    }

    pub(super) fn write_row(&self, table: &Table, out: &mut Vec<u8>) -> io::Result<()> {
        let style = match self.reaction {
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
            self.ours,
            self.seconds,
            escape::cell(beginning, LINE),
            self.differs.unwrap_or_default(),
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

/// Octets in hex, long runs of one as the tables of the corpus have them: `41*60000`.
struct Runs<'a>(&'a [u8]);

impl fmt::Display for Runs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whether what was written last can go on without a `+`.
        let mut open = true;
        let mut is_first = true;
        for run in self.0.chunk_by(|one, other| one == other) {
            let is_long = run.len() >= RUN;
            if !is_first && (is_long || !open) {
                f.write_str("+")?;
            }
            match run.first() {
                Some(octet) if is_long => write!(f, "{octet:02x}*{}", run.len())?,
                _ => Hex(run).fmt(f)?,
            }
            open = !is_long;
            is_first = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Runs;

    #[test]
    fn long_runs_are_written_as_such_and_read_again() {
        let mut octets = b"SIP/2.0 200 ".to_vec();
        octets.extend([b'A'; 2000]);
        octets.extend([b'B'; 1024]);
        octets.extend(b"\r\n");
        let written = Runs(&octets).to_string();
        assert_eq!(written, "5349502f322e302032303020+41*2000+42*1024+0d0a");
        assert_eq!(crate::hex::from_hex(written.as_bytes()), Some(octets));
        assert_eq!(Runs(b"AA\n").to_string(), "41410a");
        assert_eq!(Runs(b"").to_string(), "");
    }
}
