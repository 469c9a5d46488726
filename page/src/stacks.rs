//! What the recorded stacks make of a line, and the whole table of that.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sip_status_decode::deviation_names;
use sip_status_lab::divergence::{Likeness, Line, Reading, Stack, StackReading, Table};
use sip_status_lab::excerpt;
use sip_status_lab::hex::Encoded;
use sip_status_line::{Deviations, ErrorKind, ParseError, Parser};

use crate::policy::POLICIES;

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// What became of a line in a stack, as the page colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It read what is written.
    Same,
    /// It read something else, or something where nothing can be read.
    Other,
    Refused,
    /// Lines of this shape fared differently.
    Depends,
}

impl Outcome {
    fn of(reading: Reading) -> Self {
        match reading {
            Reading::Accepted | Reading::SameCode => Self::Same,
            Reading::Refused | Reading::Alert => Self::Refused,
            Reading::Mixed => Self::Depends,
            _ => Self::Other,
        }
    }
}

/// What one stack made of a line.
#[derive(Serialize)]
pub(crate) struct Cell {
    outcome: Outcome,
    reading: &'static str,
    /// What it read instead, if that is on record.
    instead: Option<String>,
}

impl Cell {
    /// What is on record of `octets`.
    fn of(read: &StackReading<'_>, octets: &[u8]) -> Self {
        let phrase = read.phrase.as_deref().unwrap_or_default();
        let takes_header = is_from_elsewhere(phrase, octets);
        let (shown, _) = excerpt(phrase, 0);
        let code = read.code.unwrap_or_default();
        let (reading, instead) = match read.reading {
            Reading::OtherPhrase if takes_header => ("a header taken for the phrase", Some(shown)),
            Reading::OtherPhrase => ("another phrase", Some(shown)),
            Reading::OtherCode if takes_header => (
                "another code, and a header taken for the phrase",
                Some(format!("{code} {shown}")),
            ),
            Reading::OtherCode => ("another code", read.code.map(str::to_owned)),
            Reading::ReadAs => (
                "read as a response",
                Some(format!("{code} {shown}").trim_end().to_owned()),
            ),
            Reading::Accepted => ("as written", None),
            Reading::SameCode => ("its code as written", None),
            Reading::Request => ("taken for a request", None),
            other => (other.name(), None),
        };
        Self {
            outcome: Outcome::of(read.reading),
            reading,
            instead,
        }
    }
}

/// Whether a phrase that was read is no part of the line. Headers came after each line, so it is theirs.
fn is_from_elsewhere(phrase: &[u8], octets: &[u8]) -> bool {
    let phrase = phrase.trim_ascii();
    !phrase.is_empty() && !octets.windows(phrase.len()).any(|part| part == phrase)
}

/// A stack, and how it was driven.
#[derive(Serialize)]
struct StackRow {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    language: &'static str,
    driven: &'static str,
    note: &'static str,
}

impl StackRow {
    fn of(stack: &Stack) -> Self {
        Self {
            id: stack.id,
            name: stack.name,
            version: stack.version,
            language: stack.language,
            driven: match stack.driven {
                "parser" => "its parser was called",
                "log" => "a running server, by its log",
                "capture" => "a dissector, given a capture",
                other => other,
            },
            note: stack.note,
        }
    }
}

/// How many stacks did what with a line.
#[derive(Clone, Copy, Default, Serialize)]
struct Tally {
    same: usize,
    other: usize,
    refused: usize,
    depends: usize,
}

impl Tally {
    fn of<'c>(cells: impl Iterator<Item = &'c Cell>) -> Self {
        let mut tally = Self::default();
        for cell in cells {
            match cell.outcome {
                Outcome::Same => tally.same += 1,
                Outcome::Other => tally.other += 1,
                Outcome::Refused => tally.refused += 1,
                Outcome::Depends => tally.depends += 1,
            }
        }
        tally
    }

    const fn all(self) -> usize {
        self.same + self.other + self.refused + self.depends
    }

    /// Whether two stacks see two different things.
    const fn is_split(self) -> bool {
        self.depends > 0 || self.all() > 0 && self.same != self.all() && self.refused != self.all()
    }

    /// How many do what they should not: misread or refuse a line, or take what is none.
    fn headline(self, is_line: bool) -> String {
        let trouble = if is_line {
            Self { same: 0, ..self }
        } else {
            Self { refused: 0, ..self }
        };
        match trouble.parts() {
            _ if self.all() == 0 => "Not on record".to_owned(),
            parts if parts.is_empty() => "None on record".to_owned(),
            parts => parts.join(", "),
        }
    }

    /// How many do what, the worst first.
    fn parts(self) -> Vec<String> {
        let part = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
        };
        let parts = [
            part(self.other, "misreads it", "misread it"),
            part(self.refused, "refuses it", "refuse it"),
            part(self.depends, "depends on the words", "depend on the words"),
            part(self.same, "takes it as written", "take it as written"),
        ];
        parts.into_iter().flatten().collect()
    }

    fn sentence(self) -> String {
        let all = self.all();
        match self {
            _ if all == 0 => "No stack on record was tried with such a line.".to_owned(),
            _ if self.same == all => format!("All {all} stacks on record take it as written."),
            _ if self.refused == all => format!("All {all} stacks on record refuse it."),
            _ => format!("Of {all} stacks on record, {}.", self.parts().join(", ")),
        }
    }
}

/// What the stacks made of a line, or of lines of its shape.
#[derive(Serialize)]
pub(crate) struct Readings {
    question: &'static str,
    headline: String,
    /// Whether the answer is good news.
    good: bool,
    sentence: String,
    /// Who does what should not be done: the verb, and the names.
    named: Vec<(&'static str, Vec<&'static str>)>,
    /// Whether they disagree with each other.
    split: bool,
    tally: Tally,
    /// The line of the table that it is, if it is one.
    line: Option<&'static str>,
    rows: Vec<ReadingRow>,
    /// The stacks that were tried with neither.
    untried: Vec<String>,
}

#[derive(Serialize)]
struct ReadingRow {
    #[serde(flatten)]
    stack: StackRow,
    #[serde(flatten)]
    cell: Cell,
    /// Whether it was tried with this very line, or with others of its shape.
    exact: bool,
    /// The first of the lines that it was tried with.
    line: &'static str,
}

impl Readings {
    /// What is on record of octets, which some policy accepts or none.
    pub(crate) fn of(octets: &[u8], is_line: bool) -> Self {
        let mut rows: Vec<ReadingRow> = Vec::new();
        let mut line = None;
        for record in TABLE.readings_of(octets) {
            let exact = record.likeness == Likeness::Same;
            let first = record.lines.first().map_or("", |line| line.name());
            line = line.or(exact.then_some(first));
            rows.extend(record.readings.iter().map(|read| ReadingRow {
                stack: StackRow::of(read.stack),
                cell: Cell::of(read, octets),
                exact,
                line: first,
            }));
        }
        // The worst first; otherwise in the order of the table.
        rows.sort_by_key(|row| match row.cell.outcome {
            Outcome::Other => 0,
            Outcome::Refused => 1,
            Outcome::Depends => 2,
            Outcome::Same => 3,
        });
        let tally = Tally::of(rows.iter().map(|row| &row.cell));
        let is_tried = |stack: &Stack| rows.iter().any(|row| row.stack.id == stack.id);
        let stacks = TABLE.stacks().iter();
        let who = |outcome| {
            let wanted = rows.iter().filter(|row| row.cell.outcome == outcome);
            let mut names: Vec<_> = wanted.map(|row| row.stack.name).collect();
            names.sort_by_key(|name| name.to_lowercase());
            names.dedup();
            names
        };
        // To refuse what is no line is right.
        let named = [
            ("Misread by", who(Outcome::Other)),
            if is_line {
                ("Refused by", who(Outcome::Refused))
            } else {
                ("Taken by", who(Outcome::Same))
            },
            ("It depends with", who(Outcome::Depends)),
        ];
        Self {
            question: if is_line {
                "Which stacks choke on it?"
            } else {
                "Which stacks take it all the same?"
            },
            headline: tally.headline(is_line),
            good: tally.all() == if is_line { tally.same } else { tally.refused },
            sentence: tally.sentence(),
            named: named
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .collect(),
            split: tally.is_split(),
            tally,
            line,
            untried: stacks
                .filter(|stack| !is_tried(stack))
                .map(Stack::to_string)
                .collect(),
            rows,
        }
    }
}

/// The table: a row a line, a column a stack.
#[derive(Serialize)]
pub(crate) struct Grid {
    stacks: Vec<StackRow>,
    lines: Vec<GridLine>,
    /// Lines of which nothing can be said: no LF ends them, so for the stacks they went on into the
    /// headers.
    left_out: Vec<&'static str>,
    /// The deviations and the faults that lines can be filtered by.
    deviations: Vec<&'static str>,
    faults: Vec<&'static str>,
}

#[derive(Serialize)]
struct GridLine {
    name: &'static str,
    shown: String,
    hex: String,
    /// The strictest policy that accepts it.
    policy: Option<&'static str>,
    deviations: Vec<&'static str>,
    /// What is wrong with it, if no policy accepts it.
    fault: Option<&'static str>,
    split: bool,
    #[serde(skip)]
    tally: Tally,
    /// In the order of the stacks, none for one that was not tried.
    cells: Vec<Option<Cell>>,
}

/// Which lines of the table are wanted. What is empty asks for nothing.
#[derive(Deserialize)]
pub(crate) struct GridFilter {
    #[serde(default)]
    text: String,
    #[serde(default)]
    deviation: String,
    #[serde(default)]
    fault: String,
    #[serde(default)]
    stack: String,
    /// `split`: some stacks accept and some refuse, or they read different things; `misread`: a stack
    /// reads something else than is written. With a stack, it is that stack that refuses, or misreads.
    #[serde(default)]
    only: String,
}

static GRID: LazyLock<Grid> = LazyLock::new(Grid::new);

impl Grid {
    pub(crate) fn get() -> &'static Self {
        &GRID
    }

    fn new() -> Self {
        let lines = TABLE.lines().iter().map(GridLine::of);
        let (lines, left_out): (Vec<_>, Vec<_>) =
            lines.partition(|line| line.cells.iter().any(Option::is_some));
        let faults = ErrorKind::ALL.iter().map(|kind| kind.name());
        Self {
            stacks: TABLE.stacks().iter().map(StackRow::of).collect(),
            deviations: deviation_names(Deviations::all()),
            faults: faults
                .filter(|name| lines.iter().any(|line| line.fault == Some(name)))
                .collect(),
            lines,
            left_out: left_out.iter().map(|line| line.name).collect(),
        }
    }

    /// The numbers of the lines that a filter leaves.
    pub(crate) fn filter(&self, filter: &GridFilter) -> Vec<usize> {
        let column = self
            .stacks
            .iter()
            .position(|stack| stack.id == filter.stack);
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| line.is_wanted(filter, column))
            .map(|(number, _)| number)
            .collect()
    }
}

impl GridLine {
    fn of(line: &'static Line) -> Self {
        let octets = line.octets();
        let read = |parser: Parser| parser.with_max_len(usize::MAX).line(octets);
        let policy = POLICIES.iter().find(|policy| read(policy.parser).is_ok());
        let observed = read(Parser::OBSERVE);
        let records = TABLE.readings_of(octets);
        let same = records
            .iter()
            .find(|record| record.likeness == Likeness::Same);
        let readings = same.map_or(&[][..], |record| &record.readings);
        let cells = TABLE.stacks().iter().map(|stack| {
            let mut of_stack = readings.iter();
            let read = of_stack.find(|read| read.stack.id == stack.id)?;
            Some(Cell::of(read, octets))
        });
        let cells: Vec<_> = cells.collect();
        let tally = Tally::of(cells.iter().flatten());
        Self {
            name: line.name(),
            shown: excerpt(octets, 0).0,
            hex: Encoded(octets).to_string(),
            policy: policy.map(|policy| policy.name),
            deviations: observed
                .map_or_else(|_| Vec::new(), |parsed| deviation_names(parsed.deviations)),
            fault: observed.err().as_ref().map(kind),
            split: tally.is_split(),
            tally,
            cells,
        }
    }

    fn is_wanted(&self, filter: &GridFilter, column: Option<usize>) -> bool {
        let text = filter.text.to_lowercase();
        let has = |wanted: &str, names: &[&str]| wanted.is_empty() || names.contains(&wanted);
        let cell = column.map(|column| self.cells.get(column).and_then(Option::as_ref));
        let is_of_kind = match (filter.only.as_str(), cell) {
            ("split", None) => self.split,
            ("misread", None) => self.tally.other > 0,
            // The stack and the others are not of one mind.
            ("split", Some(Some(cell))) => self.split && cell.outcome != Outcome::Same,
            ("misread", Some(Some(cell))) => cell.outcome == Outcome::Other,
            (_, Some(None)) => false,
            _ => true,
        };
        (self.name.to_lowercase().contains(&text) || self.shown.to_lowercase().contains(&text))
            && has(&filter.deviation, &self.deviations)
            && has(&filter.fault, self.fault.as_slice())
            && is_of_kind
    }
}

fn kind(error: &ParseError) -> &'static str {
    error.kind().name()
}

#[cfg(test)]
mod tests {
    use super::{Grid, GridFilter, Readings};

    #[test]
    fn a_line_on_record_is_found_with_what_each_stack_made_of_it() {
        let readings = Readings::of(b"SIP/2.0 480\r\n", true);
        assert_eq!(readings.line, Some("reason_empty_noSP_480"));
        assert!(readings.split);
        let worst = readings
            .rows
            .first()
            .map(|row| (row.stack.id, row.cell.reading));
        assert_eq!(
            worst,
            Some(("ezk-sip-types-0.6.5", "a header taken for the phrase"))
        );
        assert_eq!(
            readings.tally.all() + readings.untried.len(),
            Grid::get().stacks.len()
        );
        assert_eq!(readings.headline, "4 misread it, 33 refuse it");
        assert_eq!(
            readings.named.first(),
            Some(&("Misread by", vec!["ezk-sip-types", "libosip2", "sippy"]))
        );
        let legal = Readings::of(b"SIP/2.0 486 Some words\r\n", true);
        assert_eq!(legal.line, None);
        assert!(
            2 * legal.tally.same > legal.tally.all(),
            "{}",
            legal.sentence
        );
        let no_line = Readings::of(b"SIP/2.0 4294967301 better not\r\n", false);
        assert!(no_line.headline.contains("take it") && !no_line.headline.contains("refuse"));
        let unknown = Readings::of(b"\x01\r\n", false);
        assert_eq!(
            unknown.sentence,
            "No stack on record was tried with such a line."
        );
    }

    #[track_caller]
    fn count(filter: &str) -> usize {
        let filter: GridFilter = serde_json::from_str(filter).expect("a filter");
        Grid::get().filter(&filter).len()
    }

    #[test]
    fn lines_are_filtered() {
        let all = count("{}");
        assert_eq!(all, Grid::get().lines.len());
        assert_eq!(Grid::get().left_out, ["eol_CR", "trunc_noEOL", "empty"]);
        let bare_lf = count(r#"{"deviation": "BARE_LF"}"#);
        assert!((1..all).contains(&bare_lf));
        let code = count(r#"{"fault": "code"}"#);
        assert!((1..all).contains(&code));
        assert_eq!(count(r#"{"deviation": "BARE_LF", "fault": "code"}"#), 0);
        assert!((1..=all).contains(&count(r#"{"only": "split"}"#)));
        let misread = count(r#"{"only": "misread"}"#);
        let by_one = count(r#"{"only": "misread", "stack": "libosip2-5.3.0"}"#);
        assert!((1..misread).contains(&by_one));
        assert_eq!(
            count(r#"{"text": "EOL_crlf"}"#),
            count(r#"{"text": "eol_crlf"}"#)
        );
        // A stack alone leaves the lines that it was tried with.
        assert!((1..all).contains(&count(r#"{"stack": "gosip-707fe53"}"#)));
    }
}
