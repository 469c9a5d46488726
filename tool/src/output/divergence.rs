//! What deployed stacks made of lines that depart from the grammar, as `corpus/divergence.tsv` has it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use sip_status_line::{Deviations, Parser};

use crate::hex::from_hex;
use crate::output::escape::Ascii;
use crate::output::terminal;

const TABLE: &str = include_str!("../../../corpus/divergence.tsv");
const STACKS: &str = include_str!("../../../corpus/stacks.tsv");

/// The lines that were tried and what became of them.
pub(crate) struct OnRecord {
    /// Name and version of each column.
    stacks: Vec<String>,
    lines: Vec<Line>,
    /// Those of each shape.
    alike: HashMap<String, Vec<usize>>,
    /// Which were told of, of all stacks that were tried with them.
    told: HashSet<Vec<usize>>,
}

/// A line that was tried.
struct Line {
    name: &'static str,
    /// Without the headers that followed.
    octets: Vec<u8>,
    /// What each stack made of it; empty if it was not tried.
    cells: Vec<&'static str>,
}

/// The shape of a line: the line itself, octet for octet, but for its code and the words of its phrase.
/// Lines of one shape differ in these alone, whatever a parser says of them.
///
/// ① stands for a code from 100 to 699 and ② for one from 700 to 999; any other number stays. …
/// stands for letters, digits, spaces and legal punctuation of the phrase, as many as come together.
/// An octet that stays is the character of that number, so none is taken for one of the three. Of a
/// line without a number behind its first word, all stays.
fn shape(line: &[u8]) -> String {
    let is_plain =
        |octet: &u8| octet.is_ascii_alphanumeric() || b" !$&'()*+,-./:;=?@_~".contains(octet);
    let literal = |octets: &[u8]| octets.iter().copied().map(char::from).collect::<String>();
    let [head, code, separator, phrase] = parts(line);
    let code = match code {
        _ if !is_number(code) => return literal(line),
        [b'1'..=b'6', _, _] => "①".to_owned(),
        [b'7'..=b'9', _, _] => "②".to_owned(),
        _ => literal(code),
    };
    let phrase = phrase.chunk_by(|octet, next| is_plain(octet) && is_plain(next));
    let phrase = phrase.map(|run| match run {
        [octet] if !is_plain(octet) => char::from(*octet),
        _ => '…',
    });
    literal(head) + &code + &literal(separator) + &phrase.collect::<String>()
}

/// A line in four: all before its second word, which is where anybody would look for the code, that
/// word, the blanks behind it, and the rest.
fn parts(line: &[u8]) -> [&[u8]; 4] {
    let is_blank = |octet: &u8| b" \t".contains(octet);
    let ends_word = |octet: &u8| b" \t\r\n".contains(octet);
    let (_, from_first) = until(line, |octet| !ends_word(octet));
    let (_, behind_first) = until(from_first, ends_word);
    let (_, from_code) = until(behind_first, |octet| !is_blank(octet));
    let (head, _) = line.split_at(line.len() - from_code.len());
    let (code, behind_code) = until(from_code, ends_word);
    let (separator, phrase) = until(behind_code, |octet| !is_blank(octet));
    [head, code, separator, phrase]
}

fn until(octets: &[u8], is_end: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    octets.split_at(octets.iter().position(is_end).unwrap_or(octets.len()))
}

fn is_number(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
}

/// The first line that is not empty, and what stands before it. `None` if no LF ends it: stacks got
/// headers behind each line, so that for them it went on.
fn first_line(octets: &[u8]) -> Option<&[u8]> {
    let start = octets.iter().position(|octet| !b"\r\n".contains(octet))?;
    let len = octets
        .iter()
        .skip(start)
        .position(|octet| *octet == b'\n')?;
    octets.get(..=start + len)
}

/// What a stack made of lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Accepted,
    /// Of the phrase nothing is known.
    SameCode,
    /// There is no number that would be the code.
    ReadAs,
    OtherCode,
    OtherPhrase,
    Alert,
    Refused,
    Request,
    /// Not the same of each.
    Mixed,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::SameCode => "same code",
            Self::ReadAs => "read as",
            Self::OtherCode => "other code",
            Self::OtherPhrase => "other phrase",
            Self::Alert => "raises an alert",
            Self::Refused => "refused",
            Self::Request => "as a request",
            Self::Mixed => "it depends",
        }
    }

    /// What a cell says of the line, and what was read where that is not what is written there.
    fn new(cell: &str, line: &[u8]) -> Option<(Self, String)> {
        let mut words = cell.split(':');
        let verdict = match words.next()? {
            "accept" => Self::Accepted,
            "reject" => Self::Refused,
            "request" => Self::Request,
            "alert" => Self::Alert,
            _ => return None,
        };
        let Some(code) = words.next() else {
            return Some((verdict, String::new()));
        };
        let phrase = words.next().and_then(|hex| from_hex(hex.as_bytes()));
        let [_, written, _, rest] = parts(first_line(line)?);
        let quoted = |phrase: &Vec<u8>| format!("\"{}\"", Ascii(phrase));
        Some(match &phrase {
            _ if !is_number(written) => {
                let phrase = phrase.iter().map(|phrase| format!(" {}", quoted(phrase)));
                let read = format!(" ({code}{})", phrase.collect::<String>());
                (Self::ReadAs, read)
            }
            _ if !is_same_number(code, written) => (Self::OtherCode, format!(" ({code})")),
            None => (Self::SameCode, String::new()),
            Some(phrase) if phrase.trim_ascii() != rest.trim_ascii() => {
                (Self::OtherPhrase, format!(" ({})", quoted(phrase)))
            }
            Some(_) => (Self::Accepted, String::new()),
        })
    }

    /// What holds of two lines.
    fn and(self, other: Self) -> Self {
        match self.max(other) {
            _ if self == other => self,
            Self::SameCode => Self::SameCode,
            _ => Self::Mixed,
        }
    }
}

/// Whether that was read as the number that is written, as far as its digits are on record.
fn is_same_number(read: &str, written: &[u8]) -> bool {
    let read = read.as_bytes();
    match read.strip_suffix("…".as_bytes()) {
        Some(digits) => written.starts_with(digits),
        None => is_number(read) && without_zeros(read) == without_zeros(written),
    }
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

impl OnRecord {
    pub(crate) fn new() -> Self {
        let stacks = STACKS.lines().skip(1).map(|row| {
            let name_and_version: Vec<_> = row.split('\t').skip(1).take(2).collect();
            name_and_version.join(" ")
        });
        let mut on_record = Self {
            stacks: stacks.collect(),
            lines: Vec::new(),
            alike: HashMap::new(),
            told: HashSet::new(),
        };
        let no_departure = Parser::STRICT.deny(Deviations::all());
        for row in TABLE.lines().skip(1) {
            let mut cells = row.split('\t');
            let (name, digits) = (cells.next(), cells.next());
            let octets = from_hex(digits.unwrap_or_default().as_bytes()).unwrap_or_default();
            // Those that do not depart are not asked for.
            if first_line(&octets).is_none() || no_departure.line(&octets).is_ok() {
                continue;
            }
            let alike = on_record.alike.entry(shape(&octets)).or_default();
            alike.push(on_record.lines.len());
            on_record.lines.push(Line {
                name: name.unwrap_or_default(),
                octets,
                cells: cells.collect(),
            });
        }
        on_record
    }

    /// Tells what is on record of the line of a record, and, of stacks that were not tried with it,
    /// what is of lines of its shape. What was told before is not told again.
    ///
    /// Some of what was tried goes on behind an LF. So a record is looked for whole, then its line.
    pub(crate) fn tell(&mut self, record: &[u8], out: &mut impl Write) -> io::Result<()> {
        let Some(line) = first_line(record) else {
            return Ok(());
        };
        let of_shape = |octets| Some((octets, self.alike.get(&shape(octets))?));
        let Some((octets, alike)) = [record, line].into_iter().find_map(of_shape) else {
            return Ok(());
        };
        let is_same = |at: &usize| {
            self.lines
                .get(*at)
                .is_some_and(|line| line.octets == octets)
        };
        let (same, alike): (Vec<_>, Vec<_>) = alike.iter().copied().partition(is_same);
        let mut stacks: Vec<_> = (0..self.stacks.len()).collect();
        for (what, group, is_same) in [
            ("this line", same, true),
            ("lines that differ in code and phrase alone", alike, false),
        ] {
            let lines = group.iter().filter_map(|at| self.lines.get(*at));
            let was_tried = |line: &&Line| stacks.iter().any(|stack| line.of(*stack).is_some());
            let lines: Vec<_> = lines.filter(was_tried).collect();
            if lines.is_empty() {
                continue;
            }
            let names = names(&lines);
            if self.told.contains(&group) {
                return writeln!(out, "    on record: see {} above\n", names.join(", "));
            }
            if stacks.len() == self.stacks.len() {
                self.told.insert(group);
            }
            let mut verdicts: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
            stacks.retain(|stack| {
                let of_lines = lines.iter().filter_map(|line| line.of(*stack));
                let verdict = of_lines.reduce(|(a, _), (b, _)| (a.and(b), String::new()));
                let Some((verdict, read)) = verdict else {
                    return true;
                };
                let name = self.stacks.get(*stack).map_or("", String::as_str);
                let read = if is_same { &read } else { "" };
                let treating_so = verdicts.entry(verdict).or_default();
                treating_so.push(format!("{name}{read}"));
                false
            });
            writeln!(out, "    on record for {what}:")?;
            write_list("tried", &names, out)?;
            for (verdict, stacks) in verdicts {
                write_list(verdict.name(), &stacks, out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

impl Line {
    /// What that stack made of it, if it was tried.
    fn of(&self, stack: usize) -> Option<(Verdict, String)> {
        Verdict::new(self.cells.get(stack)?, &self.octets)
    }
}

/// The names of lines, or of the first and how many more there are.
fn names(lines: &[&Line]) -> Vec<String> {
    const NAMED: usize = 3;
    let named = lines.iter().take(NAMED).map(|line| line.name.to_owned());
    let more = lines.len().checked_sub(NAMED + 1);
    let more = more.map(|more| format!("{} more", more + 1));
    named.chain(more).collect()
}

/// Writes items with commas between them behind a name, in as many rows as they need.
fn write_list(name: &str, items: &[String], out: &mut impl Write) -> io::Result<()> {
    const INDENT: usize = 23;
    write!(out, "      {name:<17}")?;
    let (mut column, mut comma) = (INDENT, "");
    for item in items {
        let len = item.chars().count();
        if column > INDENT && column + ", ".len() + len >= terminal::page_width() {
            write!(out, ",\n{:INDENT$}", "")?;
            (column, comma) = (INDENT, "");
        }
        write!(out, "{comma}{item}")?;
        column += comma.len() + len;
        comma = ", ";
    }
    writeln!(out)
}
