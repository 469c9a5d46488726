//! `--record`: the verdicts of a run as the column of a stack in the table of divergences.

use core::fmt;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use clap::ValueEnum;
use memchr::memmem;
use sip_status_lab::Verdict;
use sip_status_lab::hex::{self, Encoded};

use super::args::RecordArgs;
use super::lines::Line;
use super::reaction::Reaction;
use crate::outcome::CommandError;
use crate::output::escape::{excerpt, text};
use crate::output::terminal::say;

/// A table, its header first.
type Rows = Vec<Vec<String>>;

/// The column of a stack, as it comes to be.
pub(super) struct Column<'a> {
    args: &'a RecordArgs,
    /// What the table calls the stack, uniquely.
    id: String,
    name: &'a str,
    version: &'a str,
    /// The cells, by the octets of their lines.
    cells: HashMap<Vec<u8>, String>,
}

impl<'a> Column<'a> {
    /// The column that is asked for, if one is.
    pub(super) fn new(args: &'a RecordArgs) -> Result<Option<Self>, CommandError> {
        let Some(stack) = &args.record else {
            return Ok(None);
        };
        let (name, version) = parts(stack).ok_or_else(|| {
            CommandError::Usage("--record wants NAME-VERSION, such as libre-2.0.1".to_owned())
        })?;
        let cells = [
            name,
            version,
            &args.note,
            args.language.as_deref().unwrap_or_default(),
        ];
        if cells.iter().any(|cell| cell.contains(char::is_control)) {
            let message = "what goes into a table has no tabs, line endings or other controls";
            return Err(CommandError::Usage(message.to_owned()));
        }
        Ok(Some(Self {
            args,
            id: id(stack),
            name,
            version,
            cells: HashMap::new(),
        }))
    }

    /// Takes what the stack did with a line. What is no verdict leaves its cell empty.
    pub(super) fn add(&mut self, line: &Line, reaction: &Reaction) {
        if let Reaction::Verdict(verdict) = reaction {
            self.cells.insert(line.octets.clone(), cell(verdict));
        } else {
            let label = line.label();
            say(format_args!(
                "{}: not put on record: {reaction}",
                text(label.as_bytes())
            ));
        }
    }

    /// Puts the column and the row of the stack into the tables, in the place of those of the same
    /// name and version, and says what is on record otherwise of any version.
    pub(super) fn write(&self) -> Result<(), CommandError> {
        let (divergence, stacks) = (self.args.divergence(), self.args.tables.join("stacks.tsv"));
        let (mut lines, mut rows) = (read(&divergence)?, read(&stacks)?);
        self.compare(&lines, &rows);
        self.place(&lines, &rows);
        let language = self.args.language.as_deref().unwrap_or_default();
        let driven = self.args.driven.to_possible_value();
        let driven = driven.as_ref().map_or("", |value| value.get_name());
        let row = [
            &self.id,
            self.name,
            self.version,
            language,
            driven,
            &self.args.note,
        ];
        let row = row.map(str::to_owned).to_vec();

        let ids = rows.get(1..).unwrap_or_default();
        let is_known = ids.iter().any(|row| row.first() == Some(&self.id));
        let at = ids
            .iter()
            .filter(|row| row.first() < Some(&self.id))
            .count();
        let taken = usize::from(is_known);
        rows.splice(at + 1..at + 1 + taken, [row]);
        for (number, line) in lines.iter_mut().enumerate() {
            let octets = line.get(1).and_then(|cell| hex::decode(cell.as_bytes()));
            let cell = match number {
                0 => self.id.clone(),
                _ => octets
                    .and_then(|octets| self.cells.get(&octets).cloned())
                    .unwrap_or_default(),
            };
            if line.len() < at + 2 + taken {
                return Err(fail(
                    &divergence,
                    &"its columns are not the rows of stacks.tsv",
                ));
            }
            line.splice(at + 2..at + 2 + taken, [cell]);
        }
        write(&divergence, &lines)?;
        write(&stacks, &rows)?;
        let tables = self.args.tables.as_os_str().as_encoded_bytes();
        say(format_args!("{} is on record in {}", self.id, text(tables)));
        Ok(())
    }

    /// Says on which lines a recorded version of the stack did otherwise.
    fn compare(&self, lines: &Rows, stacks: &Rows) {
        let versions = stacks.iter().enumerate().skip(1);
        for (at, stack) in versions {
            let [id, name, ..] = stack.as_slice() else {
                continue;
            };
            if !name.eq_ignore_ascii_case(self.name) {
                continue;
            }
            let mut compared = 0;
            for line in lines.iter().skip(1) {
                let (Some(label), Some(octets), Some(was)) =
                    (line.first(), line.get(1), line.get(at + 1))
                else {
                    continue;
                };
                let octets = hex::decode(octets.as_bytes()).unwrap_or_default();
                let Some(is) = self.cells.get(&octets).filter(|_| !was.is_empty()) else {
                    continue;
                };
                compared += 1;
                if !is_same(was, is) {
                    say(format_args!("{label}: {is}, and on record of {id}: {was}"));
                }
            }
            say(format_args!("{id}: {compared} lines compared"));
        }
    }
}

impl Column<'_> {
    /// Says which other stacks did most alike, and with which lines hardly any other did so.
    fn place(&self, lines: &Rows, stacks: &Rows) {
        /// How many stacks are named.
        const MOST: usize = 5;
        /// How many stacks are hardly any.
        const FEW: usize = 3;
        let others = stacks.iter().enumerate().skip(1);
        let others = others.filter_map(|(at, row)| match row.as_slice() {
            [_, name, ..] if name.eq_ignore_ascii_case(self.name) => None,
            [id, ..] => Some((at + 1, id, 0_u32, 0_u32)),
            [] => None,
        });
        let mut others: Vec<_> = others.collect();
        let mut rare = Vec::new();
        for line in lines.iter().skip(1) {
            let octets = line.get(1).and_then(|cell| hex::decode(cell.as_bytes()));
            let Some((octets, label)) = octets.zip(line.first()) else {
                continue;
            };
            let Some(is) = self.cells.get(&octets) else {
                continue;
            };
            let (mut alike, mut tried) = (Vec::new(), 0);
            for (at, id, same, compared) in &mut others {
                if let Some(was) = line.get(*at).filter(|was| !was.is_empty()) {
                    *compared += 1;
                    tried += 1;
                    if is_same(was, is) {
                        *same += 1;
                        alike.push(id.as_str());
                    }
                }
            }
            if tried > FEW && alike.len() <= FEW {
                let is = excerpt(is.as_bytes(), 40);
                rare.push(match alike.as_slice() {
                    [] => format!("{label}: {is}, as none of {tried}"),
                    alike => format!("{label}: {is}, as only {}", alike.join(", ")),
                });
            }
        }
        let share =
            |(_, _, same, compared): &(_, _, u32, u32)| f64::from(*same) / f64::from(*compared);
        others.retain(|(_, _, _, compared)| *compared > 0);
        others.sort_by(|one, other| share(other).total_cmp(&share(one)));
        let nearest = others.iter().take(MOST);
        let nearest: Vec<_> = nearest
            .map(|(_, id, same, compared)| format!("{id} ({same} of {compared} lines)"))
            .collect();
        if nearest.is_empty() {
            return;
        }
        say(format_args!("most alike: {}", nearest.join(", ")));
        if rare.is_empty() {
            say("no line with which hardly any other does the same");
        }
        for line in rare {
            say(line);
        }
    }
}

/// What the table calls a stack: in lower case, with a hyphen for whatever is no letter, digit, dot or plus.
fn id(stack: &str) -> String {
    let lower = stack.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && !".+".contains(c));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// Name and version: this begins after the first hyphen before a digit, else after the last hyphen.
fn parts(stack: &str) -> Option<(&str, &str)> {
    let begins_number = |(at, _): &(usize, &str)| {
        let next = stack.as_bytes().get(at + 1);
        next.is_some_and(u8::is_ascii_digit)
    };
    let hyphen = stack.match_indices('-').find(begins_number);
    let (name, version) = match hyphen {
        Some((at, _)) => (stack.get(..at)?, stack.get(at + 1..)?),
        None => stack.rsplit_once('-')?,
    };
    (!name.is_empty() && !version.is_empty()).then_some((name, version))
}

/// A verdict as the table has it: with runs in its phrase shortened. A code that is too large for a
/// verdict is left out.
fn cell(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accept {
            code: Some(i64::MIN | i64::MAX),
            ..
        } => verdict.name().to_owned(),
        Verdict::Accept {
            code: Some(code),
            phrase: Some(phrase),
        } => format!("accept:{code}:{}", Encoded(phrase)),
        verdict => verdict.to_string(),
    }
}

/// Whether two cells say the same, as far as both say it.
fn is_same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split(':'), other.split(':'));
    let words = one.next() == other.next();
    let codes = match (one.next(), other.next()) {
        (Some(one), Some(other)) => match (one.strip_suffix('…'), other.strip_suffix('…')) {
            (Some(digits), _) => other.starts_with(digits),
            (_, Some(digits)) => one.starts_with(digits),
            _ => one == other,
        },
        _ => true,
    };
    let phrases = match (one.next(), other.next()) {
        (Some(one), Some(other)) => phrase(one) == phrase(other),
        _ => true,
    };
    words && codes && phrases
}

/// The octets of a phrase, up to the branch of a Via that a stack took for one: each Via has another.
fn phrase(digits: &str) -> Option<Vec<u8>> {
    let mut phrase = hex::decode(digits.as_bytes())?;
    let branch = memmem::find(&phrase, b";branch=");
    phrase.truncate(branch.unwrap_or(phrase.len()));
    Some(phrase)
}

fn read(path: &Path) -> Result<Rows, CommandError> {
    let table = fs::read_to_string(path).map_err(|error| fail(path, &error))?;
    let rows = table
        .lines()
        .map(|row| row.split('\t').map(str::to_owned).collect());
    Ok(rows.collect())
}

fn write(path: &Path, rows: &Rows) -> Result<(), CommandError> {
    let table: String = rows.iter().map(|row| row.join("\t") + "\n").collect();
    fs::write(path, table).map_err(|error| fail(path, &error))
}

fn fail(path: &Path, error: &impl fmt::Display) -> CommandError {
    CommandError::Usage(format!(
        "{}: {error}",
        text(path.as_os_str().as_encoded_bytes())
    ))
}

#[cfg(test)]
mod tests {
    use super::{id, is_same, parts};

    #[test]
    fn names_and_versions() {
        for (stack, expected) in [
            ("libre-2.0.1", Some(("libre", "2.0.1"))),
            ("PJSIP-2.17-dev", Some(("PJSIP", "2.17-dev"))),
            ("Net-SIP-0.835", Some(("Net-SIP", "0.835"))),
            ("sipsp-e0ec51e", Some(("sipsp", "e0ec51e"))),
            ("libre", None),
            ("libre-", None),
            ("-1", None),
        ] {
            assert_eq!(parts(stack), expected, "{stack}");
        }
        assert_eq!(id("Net::SIP-0.835"), "net-sip-0.835");
    }

    #[test]
    fn cells_are_compared_as_far_as_both_say() {
        for (one, other) in [
            ("accept", "accept:200:4f4b"),
            ("accept:200", "accept:200:4f4b"),
            ("accept:429496…", "accept:4294967301:"),
            ("accept:200:41*3", "accept:200:414141"),
            (
                "accept:200:563b6272616e63683d31",
                "accept:200:563b6272616e63683d32",
            ),
            ("reject", "reject"),
        ] {
            assert!(is_same(one, other) && is_same(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("accept", "reject"),
            ("accept:200", "accept:100:4f4b"),
            ("accept:42…", "accept:4301:"),
            ("accept:200:4f4b", "accept:200:"),
        ] {
            assert!(
                !is_same(one, other) && !is_same(other, one),
                "{one} {other}"
            );
        }
    }
}
