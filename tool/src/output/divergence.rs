//! What deployed stacks are on record for having made of a line, printed.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use sip_status_lab::Ascii;
use sip_status_lab::divergence::{Likeness, Line, Reading, Record, StackReading, Table};

use crate::output::terminal;

/// Prints what is on record, once for each group of lines.
pub(crate) struct DivergencePrinter {
    table: Table,
    /// The lines of the groups that were printed with all stacks that were tried with them.
    printed: HashSet<(Likeness, Vec<&'static str>)>,
}

impl DivergencePrinter {
    pub(crate) fn new() -> Self {
        Self {
            table: Table::new(),
            printed: HashSet::new(),
        }
    }

    /// Prints what is on record of the line of a record, and, of stacks that were not tried with it,
    /// of lines of its shape. Of a group that was printed before, it only says so.
    pub(crate) fn print(&mut self, octets: &[u8], out: &mut impl Write) -> io::Result<()> {
        for (number, record) in self.table.readings_of(octets).into_iter().enumerate() {
            let lines: Vec<_> = record.lines.iter().map(|line| line.name()).collect();
            let names = names(&record.lines);
            let group = (record.likeness, lines);
            if self.printed.contains(&group) {
                return writeln!(out, "    on record: see {} above\n", names.join(", "));
            }
            print_record(&record, &names, out)?;
            // The second record leaves out the stacks that the first one has.
            if number == 0 {
                self.printed.insert(group);
            }
        }
        Ok(())
    }
}

fn print_record(record: &Record<'_>, names: &[String], out: &mut impl Write) -> io::Result<()> {
    let lines = match record.likeness {
        Likeness::Same => "this line",
        Likeness::Shape => "lines that differ in code and phrase alone",
    };
    writeln!(out, "    on record for {lines}:")?;
    write_list("tried", names, out)?;
    let mut readings: BTreeMap<Reading, Vec<String>> = BTreeMap::new();
    for reading in &record.readings {
        let stacks = readings.entry(reading.reading).or_default();
        stacks.push(format!("{}{}", reading.stack, read_instead(reading)));
    }
    for (reading, stacks) in readings {
        write_list(reading.name(), &stacks, out)?;
    }
    writeln!(out)
}

/// What the stack read, in brackets, if that is not what is written and is on record.
fn read_instead(reading: &StackReading<'_>) -> String {
    let phrase = reading.phrase.as_ref();
    let phrase = phrase.map(|phrase| format!("\"{}\"", Ascii(phrase)));
    match (reading.reading, reading.code, phrase) {
        (Reading::ReadAs, Some(code), Some(phrase)) => format!(" ({code} {phrase})"),
        (Reading::ReadAs | Reading::OtherCode, Some(code), _) => format!(" ({code})"),
        (Reading::OtherPhrase, _, Some(phrase)) => format!(" ({phrase})"),
        _ => String::new(),
    }
}

/// The names of lines, or of the first three and how many more there are.
fn names(lines: &[&Line]) -> Vec<String> {
    const NAMED: usize = 3;
    let named = lines.iter().take(NAMED).map(|line| line.name().to_owned());
    let more = lines.len().checked_sub(NAMED).filter(|more| *more > 0);
    named
        .chain(more.map(|more| format!("{more} more")))
        .collect()
}

/// Writes items with commas between them after a name, in as many rows as they need.
fn write_list(name: &str, items: &[String], out: &mut impl Write) -> io::Result<()> {
    const INDENT: usize = 23;
    write!(out, "      {name:<17}")?;
    terminal::write_items(items, INDENT, out)
}
