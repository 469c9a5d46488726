//! The lines that stacks were tried with, and what became of each.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use sip_status_line::{Deviations, Parsed, Parser};

use super::reading::{Cell, Reading};
use super::shape::{first_line, shape};
use crate::hex;
use crate::names::names;

const DIVERGENCE: &str = include_str!("../../tables/divergence.tsv");
const STACKS: &str = include_str!("../../tables/stacks.tsv");

/// A version of a SIP stack, or of a tool, that was tried.
///
/// `Display` gives name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Stack {
    /// Name and version in one word, unique: `libosip2-5.3.0`.
    pub id: &'static str,
    /// The name.
    pub name: &'static str,
    /// The version, or the commit.
    pub version: &'static str,
    /// The language it is written in.
    pub language: &'static str,
    /// What was asked: its `parser`, the `log` of the running server, or a dissector given a
    /// `capture`.
    pub driven: &'static str,
    /// What has to be known to understand its readings. Often nothing.
    pub note: &'static str,
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// A line that stacks were tried with. Each stack got the same headers after it, a Via first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    name: &'static str,
    octets: Vec<u8>,
    /// In the order of the stacks; empty if one was not tried.
    cells: Vec<&'static str>,
}

impl Line {
    /// What it is called, uniquely: `reason_empty_noSP`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its octets, without the headers that came after.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    fn cell(&self, stack: usize) -> Option<Cell<'static>> {
        Cell::read(self.cells.get(stack)?, &self.octets)
    }
}

/// What makes a line on record worth showing beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// It is that line, octet for octet.
    Same,
    /// The two differ in the code and the words of the phrase alone.
    Shape,
}

names!(Likeness {
    Same => "same",
    Shape => "shape",
});

/// What is on record of a line, by one group of lines that are like it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record<'t> {
    /// How the lines are like the one that was asked for.
    pub likeness: Likeness,
    /// The lines, at least one.
    pub lines: Vec<&'t Line>,
    /// What each stack made of them that was tried with one, in the order of the table.
    pub readings: Vec<StackReading<'t>>,
}

/// What one stack made of a line, or of each in a group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StackReading<'t> {
    /// The stack.
    pub stack: &'t Stack,
    /// What it made of the line, or of all lines of the group if it made the same of each.
    pub reading: Reading,
    /// The code it read in the very line that was asked for, as the stack shows it, if that is on
    /// record. It may be no code and no number; `…` stands for digits that were not recorded.
    pub code: Option<&'t str>,
    /// The phrase it read in that line, if it is on record.
    pub phrase: Option<Vec<u8>>,
}

/// What stacks make of lines with a deviation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviationRecord<'t> {
    /// The deviation, one only.
    pub deviation: Deviations,
    /// The lines on record that [`Parser::OBSERVE`] accepts with this deviation, perhaps among
    /// others.
    pub lines: Vec<&'t Line>,
    /// The stacks that accept a line of them and see another message in it than is written, and how
    /// many lines that is.
    pub misreading: Vec<(&'t Stack, usize)>,
    /// The stacks that refuse a line of them, and how many lines that is.
    pub refusing: Vec<(&'t Stack, usize)>,
}

/// The lines that were tried with deployed stacks, and what these made of them.
#[derive(Clone, Debug)]
pub struct Table {
    stacks: Vec<Stack>,
    lines: Vec<Line>,
    /// Which lines have the same shape and are, or are not, what the serializer would write.
    alike: BTreeMap<(bool, String), Vec<usize>>,
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    /// The table that comes with this crate. Takes about a millisecond, so keep it.
    #[must_use]
    pub fn new() -> Self {
        let stacks = STACKS.lines().skip(1).map(|row| {
            let mut cells = row.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            Stack {
                id: cell(),
                name: cell(),
                version: cell(),
                language: cell(),
                driven: cell(),
                note: cell(),
            }
        });
        let lines = DIVERGENCE.lines().skip(1).map(|row| {
            let mut cells = row.split('\t');
            let (name, digits) = (cells.next(), cells.next().unwrap_or_default());
            Line {
                name: name.unwrap_or_default(),
                octets: hex::decode(digits.as_bytes()).unwrap_or_default(),
                cells: cells.collect(),
            }
        });
        let (stacks, lines): (_, Vec<_>) = (stacks.collect(), lines.collect());
        let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, line) in lines.iter().enumerate() {
            if first_line(&line.octets).is_some() {
                alike.entry(key(&line.octets)).or_default().push(at);
            }
        }
        Self {
            stacks,
            lines,
            alike,
        }
    }

    /// The stacks, in the order of the columns.
    #[must_use]
    pub fn stacks(&self) -> &[Stack] {
        &self.stacks
    }

    /// The lines, in the order of the rows.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What is on record of a line that was read, by the line alone: what the stacks made of it, and,
    /// of stacks that were not tried with it, what they made of lines of its shape.
    ///
    /// At most two records, that of the [same](Likeness::Same) line first; none if nothing is on
    /// record. Filter by [`Reading::is_misreading`] for stacks that see another message.
    #[must_use]
    pub fn readings(&self, parsed: &Parsed<'_>) -> Vec<Record<'_>> {
        self.readings_of(parsed.received())
    }

    /// What is on record of octets, be they a status-line or not.
    ///
    /// Some lines on record go on after an LF. So the octets are looked for whole, and then only up to
    /// the end of their first line.
    #[must_use]
    pub fn readings_of(&self, octets: &[u8]) -> Vec<Record<'_>> {
        let Some(line) = first_line(octets) else {
            return Vec::new();
        };
        let of_shape = |octets| Some((octets, self.alike.get(&key(octets))?));
        let Some((octets, alike)) = [octets, line].into_iter().find_map(of_shape) else {
            return Vec::new();
        };
        let lines = alike.iter().filter_map(|at| self.lines.get(*at));
        let (same, alike): (Vec<_>, Vec<_>) = lines.partition(|line| line.octets == octets);
        let mut stacks: Vec<_> = self.stacks.iter().enumerate().collect();
        let mut records = Vec::new();
        for (likeness, mut lines) in [(Likeness::Same, same), (Likeness::Shape, alike)] {
            lines.retain(|line| stacks.iter().any(|(at, _)| line.cell(*at).is_some()));
            if lines.is_empty() {
                continue;
            }
            let mut readings = Vec::new();
            stacks.retain(|(at, stack)| {
                let cells: Vec<_> = lines.iter().filter_map(|line| line.cell(*at)).collect();
                let all = cells.iter().map(|cell| cell.reading).reduce(Reading::and);
                let Some(reading) = all else { return true };
                let (code, phrase) = match cells.into_iter().next() {
                    Some(cell) if likeness == Likeness::Same => (cell.code, cell.phrase),
                    _ => (None, None),
                };
                readings.push(StackReading {
                    stack,
                    reading,
                    code,
                    phrase,
                });
                false
            });
            records.push(Record {
                likeness,
                lines,
                readings,
            });
        }
        records
    }

    /// What stacks make of the lines with each deviation, one after the other.
    ///
    /// ```
    /// use sip_status_lab::divergence::Table;
    /// use sip_status_line::{Deviations, Parser};
    ///
    /// let table = Table::new();
    /// let no_space = table.by_deviation().find(|record| record.deviation == Deviations::NO_REASON_SPACE);
    /// let misreading = no_space.expect("it is on record").misreading;
    /// assert!(misreading.iter().any(|(stack, _)| stack.id == "libosip2-5.3.0"));
    /// ```
    pub fn by_deviation(&self) -> impl Iterator<Item = DeviationRecord<'_>> {
        let parser = Parser::OBSERVE.with_max_len(usize::MAX);
        Deviations::all().iter().map(move |deviation| {
            let lines = self.lines.iter().filter(|line| {
                let parsed = first_line(&line.octets).and_then(|_| parser.line(&line.octets).ok());
                parsed.is_some_and(|parsed| parsed.deviations.contains(deviation))
            });
            let lines: Vec<_> = lines.collect();
            let reading = |is_wanted: fn(Reading) -> bool| {
                let stacks = self.stacks.iter().enumerate();
                let counts = stacks.map(|(at, stack)| {
                    let cells = lines.iter().filter_map(|line| line.cell(at));
                    (stack, cells.filter(|cell| is_wanted(cell.reading)).count())
                });
                counts.filter(|(_, count)| *count > 0).collect()
            };
            DeviationRecord {
                deviation,
                misreading: reading(Reading::is_misreading),
                refusing: reading(|reading| reading == Reading::Refused),
                lines,
            }
        })
    }
}

/// What lines have in common that are alike. A shape has all octets that matter to a parser but the
/// digits of escapes; so one that departs from the grammar is like no other that does not.
fn key(octets: &[u8]) -> (bool, String) {
    let canonical = Parser::STRICT
        .deny(Deviations::all())
        .with_max_len(usize::MAX);
    (canonical.line(octets).is_ok(), shape(octets))
}
