//! What deployed stacks made of lines that depart from the grammar, as `corpus/divergence.tsv` has it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use sip_status_line::{Deviations, ErrorKind, ParseError, Parser};

use crate::check::{Departure, departures};
use crate::escape::Ascii;
use crate::records::{self, Record};
use crate::terminal;

const TABLE: &str = include_str!("../../../corpus/divergence.tsv");
const STACKS: &str = include_str!("../../../corpus/stacks.tsv");

/// What stood behind every line that was tried. It matters to those that do not end.
const BEHIND: &[u8] = b"Via: SIP/2.0/UDP 127.0.0.1:5060\r\n";

/// The lines that were tried and what became of them.
pub(crate) struct OnRecord {
    /// Name and version of each column.
    stacks: Vec<String>,
    lines: Vec<Line>,
    /// Of the same octets. What followed the line may yet have been different.
    same: HashMap<Vec<u8>, Group>,
    /// That depart in the same way.
    alike: HashMap<Way, Group>,
}

/// A line that was tried.
struct Line {
    name: &'static str,
    octets: Vec<u8>,
    /// What each stack made of it; empty if it was not tried.
    cells: Vec<&'static str>,
}

/// Lines that are told of together.
#[derive(Default)]
struct Group {
    lines: Vec<usize>,
    told: bool,
}

/// The way in which a line departs from the grammar: each departure that `check` shows of it, by name,
/// place and what was expected there, the kind of octet that stands there instead, and how many digits
/// stand around it.
type Way = Vec<(Option<Deviations>, usize, ErrorKind, Octet, usize)>;

/// What kind of octet stands somewhere.
#[derive(PartialEq, Eq, Hash)]
enum Octet {
    None,
    /// Any that breaks off an escape.
    InEscape,
    /// Any that breaks off a UTF-8 sequence.
    InSequence,
    Control(u8),
    Space,
    /// What a number may begin with and still be small.
    Zero,
    Digit,
    Letter,
    Punctuation,
    /// Not ASCII.
    High,
}

impl Octet {
    /// That at which reading octets stopped.
    fn new(octets: &[u8], error: ParseError) -> Self {
        let (before, from) = octets.split_at_checked(error.offset()).unwrap_or_default();
        let is_cut = || {
            Parser::OBSERVE
                .deny(Deviations::REASON_OCTETS)
                .line(before)
                .is_err()
        };
        if error.expected() == ErrorKind::Reason && is_cut() {
            return match before.last() {
                Some(0x80..) => Self::InSequence,
                _ => Self::InEscape,
            };
        }
        match from.first() {
            None => Self::None,
            Some(octet @ (..b' ' | 0x7f)) => Self::Control(*octet),
            Some(b' ') => Self::Space,
            Some(b'0') => Self::Zero,
            Some(b'1'..=b'9') => Self::Digit,
            Some(octet) if octet.is_ascii_alphabetic() => Self::Letter,
            Some(0x80..) => Self::High,
            Some(_) => Self::Punctuation,
        }
    }
}

/// The line of a record, and the way in which it departs. `None` if it does not.
fn way<'a>(record: &Record<'a>) -> Option<(&'a [u8], Way)> {
    let (departures, line) = departures(record, Parser::STRICT)?;
    let departure = |departure: &Departure| {
        let error = departure.error;
        // All places in a phrase are one.
        let place = error.offset().min("SIP/2.0 200 ".len());
        let octet = Octet::new(record.octets, error);
        let digits = digits_around(record.octets, error);
        let expected = error.expected();
        (departure.deviation, place, expected, octet, digits)
    };
    let way: Way = departures.iter().map(departure).collect();
    (!way.is_empty()).then_some((line, way))
}

/// How many digits the number has in which reading stopped; more than 32 bits have are all one.
fn digits_around(octets: &[u8], error: ParseError) -> usize {
    if !matches!(
        error.expected(),
        ErrorKind::Version | ErrorKind::Code | ErrorKind::Space
    ) {
        return 0;
    }
    let (before, from) = octets.split_at_checked(error.offset()).unwrap_or_default();
    let is_digit = |octet: &&u8| octet.is_ascii_digit();
    let before = before.iter().rev().take_while(is_digit).count();
    let from = from.iter().take_while(is_digit).count();
    (before + from).min("4294967295".len() + 1)
}

/// What a stack made of lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// It read what is written there, or at least nothing else is known.
    Accepted,
    Code,
    Phrase,
    Refused,
    Request,
    /// Not the same of each.
    Mixed,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Code => "other code",
            Self::Phrase => "other phrase",
            Self::Refused => "refused",
            Self::Request => "as a request",
            Self::Mixed => "it depends",
        }
    }

    /// What a cell says of the line, and what was read instead of what is written there.
    fn new(cell: &str, line: &[u8]) -> Option<(Self, String)> {
        let mut words = cell.split(':');
        let verdict = match words.next()? {
            "accept" => Self::Accepted,
            "reject" => Self::Refused,
            "request" => Self::Request,
            _ => return None,
        };
        let (code, phrase) = written(line);
        let read_code = words.next();
        let read_phrase = words.next().and_then(|hex| records::hex(hex.as_bytes()));
        Some(match (read_code, read_phrase) {
            (Some(read), _) if !is_same_code(read, code) => (Self::Code, format!(" ({read})")),
            (_, Some(read)) if read.trim_ascii() != phrase => {
                (Self::Phrase, format!(" (\"{}\")", Ascii(&read)))
            }
            _ => (verdict, String::new()),
        })
    }
}

/// The second word of a line and all that follows it, blanks around either aside: what anybody would
/// take for the code and the phrase, whatever is wrong with them.
fn written(line: &[u8]) -> (&[u8], &[u8]) {
    let (_, after_version) = word(line.trim_ascii());
    word(after_version)
}

/// What stands before the first blank, and what behind it and further blanks.
fn word(octets: &[u8]) -> (&[u8], &[u8]) {
    let blank = octets.iter().position(|octet| b" \t".contains(octet));
    let (word, rest) = octets.split_at(blank.unwrap_or(octets.len()));
    (word, rest.trim_ascii())
}

/// Whether that was read as the number that is written, as far as its digits are on record.
fn is_same_code(read: &str, written: &[u8]) -> bool {
    let Ok(written) = core::str::from_utf8(written) else {
        return false;
    };
    match (
        read.strip_suffix('…'),
        read.parse::<i128>(),
        written.parse(),
    ) {
        (Some(digits), ..) => written.starts_with(digits),
        (None, Ok(read), Ok(written)) => read == written,
        _ => read == written,
    }
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
            same: HashMap::new(),
            alike: HashMap::new(),
        };
        for row in TABLE.lines().skip(1) {
            let mut cells = row.split('\t');
            let (name, digits) = (cells.next(), cells.next());
            let tried = records::hex(digits.unwrap_or_default().as_bytes());
            let octets = [tried.unwrap_or_default().as_slice(), BEHIND].concat();
            // Those that do not depart are not asked for.
            let Some((line, way)) = way(&Record::new(1, &octets)) else {
                continue;
            };
            let (octets, at) = (line.to_vec(), on_record.lines.len());
            let same = on_record.same.entry(octets.clone()).or_default();
            same.lines.push(at);
            on_record.alike.entry(way).or_default().lines.push(at);
            on_record.lines.push(Line {
                name: name.unwrap_or_default(),
                octets,
                cells: cells.collect(),
            });
        }
        on_record
    }

    /// Tells what is on record of that line, and of lines that depart in the same way what is of
    /// stacks that were not tried with it. What was told before is not told again.
    pub(crate) fn tell(&mut self, record: &Record<'_>, out: &mut impl Write) -> io::Result<()> {
        let Some((line, way)) = way(record) else {
            return Ok(());
        };
        let mut told = HashSet::new();
        for (what, group) in [
            ("this line", self.same.get_mut(line)),
            ("lines that depart in this way", self.alike.get_mut(&way)),
        ] {
            let Some(group) = group else {
                continue;
            };
            let lines = group.lines.iter().filter_map(|at| self.lines.get(*at));
            let lines: Vec<&Line> = lines.collect();
            let mut names: Vec<_> = lines
                .iter()
                .take(NAMED)
                .map(|line| line.name.to_owned())
                .collect();
            if lines.len() > NAMED {
                names.push(format!("{} more", lines.len() - NAMED));
            }
            if group.told {
                return writeln!(out, "    on record: see {} above\n", names.join(", "));
            }
            // Some of it is left out now, and may be asked for later.
            group.told = told.is_empty();
            let mut verdicts: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
            for (at, stack) in self.stacks.iter().enumerate() {
                if let (false, Some((verdict, read))) = (told.contains(&at), of_stack(&lines, at)) {
                    told.insert(at);
                    let stacks = verdicts.entry(verdict).or_default();
                    stacks.push(format!("{stack}{read}"));
                }
            }
            if !verdicts.is_empty() {
                writeln!(out, "    on record for {what}:")?;
                write_list("tried", &names, out)?;
                for (verdict, stacks) in verdicts {
                    write_list(verdict.name(), &stacks, out)?;
                }
                writeln!(out)?;
            }
        }
        Ok(())
    }
}

/// How many lines are named.
const NAMED: usize = 3;

/// What a stack made of lines, and what it read instead of what is written if that is the same for all
/// of them, of which it was tried with more than one.
fn of_stack(lines: &[&Line], stack: usize) -> Option<(Verdict, String)> {
    let verdict = |line: &&Line| Verdict::new(line.cells.get(stack)?, &line.octets);
    let verdicts: Vec<_> = lines.iter().filter_map(verdict).collect();
    let (first, read) = verdicts.first()?;
    let is_mixed = verdicts.iter().any(|(verdict, _)| verdict != first);
    let is_same = verdicts.iter().all(|(_, other)| other == read);
    let is_known = is_same && (verdicts.len() > 1 || lines.len() == 1);
    let verdict = if is_mixed { Verdict::Mixed } else { *first };
    Some((
        verdict,
        if is_known {
            read.clone()
        } else {
            String::new()
        },
    ))
}

/// Writes items with commas between them behind a name, in as many rows as they need.
fn write_list(name: &str, items: &[String], out: &mut impl Write) -> io::Result<()> {
    const INDENT: usize = 20;
    write!(out, "      {name:<14}")?;
    let (mut column, mut comma) = (INDENT, "");
    for item in items {
        let len = item.chars().count();
        if column > INDENT && column + ", ".len() + len >= terminal::width() {
            write!(out, ",\n{:INDENT$}", "")?;
            (column, comma) = (INDENT, "");
        }
        write!(out, "{comma}{item}")?;
        column += comma.len() + len;
        comma = ", ";
    }
    writeln!(out)
}
