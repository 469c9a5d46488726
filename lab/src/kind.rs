//! The words of a pattern: what kind of line octets are, and what was read in them.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use sip_status_line::{Deviations, ErrorKind, ParseError, StatusLine, registry};

use crate::divergence::until;

/// The kind of a line that a policy accepts.
pub(crate) fn of_deviations(deviations: Deviations) -> String {
    if deviations.is_empty() {
        return "none".to_owned();
    }
    let names = deviations.iter_names().map(|(name, _)| name);
    names.collect::<Vec<_>>().join("|")
}

/// The kind of octets that no policy accepts.
pub(crate) fn of_error(octets: &[u8], error: ParseError) -> String {
    let (before, rest) = octets.split_at_checked(error.offset()).unwrap_or_default();
    let next = rest.first().copied();
    let part = error.expected();
    if error.kind() == ErrorKind::Truncated || next.is_none() {
        return format!("{part}:end");
    }
    let is_first = before.iter().all(|octet| b"\r\n".contains(octet));
    let found = match part {
        ErrorKind::LineEnding if is_first => return "leading:CR".to_owned(),
        ErrorKind::Version if is_first && begins_with_more_than_a_version(rest) => {
            return format!("leading:{}", leading(next));
        }
        ErrorKind::Code => code(code_and_rest(before, octets)),
        ErrorKind::CodeSpace if class(next) == "digit" => {
            return format!("code:{}", code(code_and_rest(before, octets)));
        }
        ErrorKind::LineEnding if is_end_of_line(rest) => "CR",
        ErrorKind::Version | ErrorKind::VersionSpace if class(next) == "digit" => "digit",
        ErrorKind::Version | ErrorKind::VersionSpace => "other",
        _ if next == Some(0) => "NUL",
        ErrorKind::Reason => "control",
        _ => "other",
    };
    format!("{part}:{found}")
}

/// Whether that is a kind of line.
pub(crate) fn is_kind(word: &str) -> bool {
    let Some((part, found)) = word.split_once(':') else {
        let mut deviations = word.split('|');
        return word == "none" || deviations.all(|name| Deviations::from_name(name).is_some());
    };
    match part {
        "leading" => matches!(found, "CR" | "LF" | "blank" | "NUL" | "other"),
        "version" | "version-space" => matches!(found, "digit" | "other" | "end"),
        "code" => matches!(
            found,
            "short"
                | "low"
                | "high"
                | "long"
                | "zeros"
                | "plus"
                | "minus"
                | "partial"
                | "letter"
                | "mark"
                | "control"
                | "non-ASCII"
                | "CR"
                | "LF"
                | "NUL"
                | "end"
        ),
        "code-space" => matches!(found, "NUL" | "other" | "end"),
        "reason" => matches!(found, "NUL" | "control" | "end"),
        "line-ending" => matches!(found, "CR" | "NUL" | "other" | "end"),
        _ => false,
    }
}

/// The words for what was read.
pub(crate) const READINGS: [&str; 12] = [
    "out-of-range",
    "as-written",
    "wrapped-8",
    "wrapped-16",
    "wrapped-32",
    "wrapped-64",
    "prefix",
    "unsigned",
    "trimmed",
    "cut",
    "longer",
    "other",
];

/// What a good line may have that some parsers refuse, and how that is known.
type Feature = (&'static str, fn(&StatusLine<'_>) -> bool);

/// Each is there because some stack on record refuses good lines for it alone.
const FEATURES: [Feature; 7] = [
    ("unregistered", |line| {
        let entry = registry::lookup(line.code);
        !entry.is_some_and(|entry| entry.status.is_registered())
    }),
    ("empty", |line| line.reason.is_empty()),
    ("blank", |line| {
        !line.reason.is_empty() && trim(line.reason.as_bytes()).is_empty()
    }),
    ("HTAB", |line| line.reason.as_bytes().contains(&b'\t')),
    ("non-ASCII", |line| {
        !line.reason.as_bytes().is_ascii() && line.reason.to_str().is_ok()
    }),
    ("not-UTF-8", |line| line.reason.to_str().is_err()),
    ("long", |line| line.reason.as_bytes().len() > 64),
];

/// The word for a good line that has none of that.
pub(crate) const PLAIN: &str = "plain";

/// What a good line has that some parsers refuse.
pub(crate) fn features(line: &StatusLine<'_>) -> String {
    let found = FEATURES.iter().filter(|(_, has)| has(line));
    let found: Vec<_> = found.map(|(name, _)| *name).collect();
    if found.is_empty() {
        return PLAIN.to_owned();
    }
    found.join("|")
}

/// Whether that is what a good line may have.
pub(crate) fn are_features(words: &str) -> bool {
    let is_feature = |word| FEATURES.iter().any(|(name, _)| *name == word);
    words == PLAIN || words.split('|').all(is_feature)
}

/// Whether what is read, or refused, so is read or refused as the other word says, too.
pub(crate) fn detail_covers(detail: &str, other: &str) -> bool {
    let power = |reading: &str| reading.strip_prefix("wrapped-")?.parse::<u8>().ok();
    if let (Some(power), Some(other)) = (power(detail), power(other)) {
        return power <= other;
    }
    detail
        .split('|')
        .all(|word| other.split('|').any(|other| other == word))
}

/// How a code that was read stands to the octets where the code should be, if these are what is wrong.
pub(crate) fn code_reading(octets: &[u8], error: ParseError, theirs: i64) -> Option<&'static str> {
    let before = octets.get(..error.offset())?;
    let is_code = of_error(octets, error).starts_with("code:");
    is_code.then(|| number_reading(code_and_rest(before, octets), theirs))
}

/// How a number that was read stands to the number at the beginning of those octets.
pub(crate) fn number_reading(written: &[u8], theirs: i64) -> &'static str {
    if !(100..=699).contains(&theirs) {
        return "out-of-range";
    }
    let is_space = |octet: &u8| octet.is_ascii_whitespace() || *octet == 0x0b;
    let (_, written) = until(written, |octet| !is_space(octet));
    let (sign, unsigned) = until(written, |octet| !b"+-".contains(octet));
    let (digits, rest) = until(unsigned, |octet| !octet.is_ascii_digit());
    if digits.is_empty() || sign.len() > 1 {
        return "other";
    }
    let is_negative = sign == b"-";
    let low_bits = digits.iter().fold(0_i64, |value, digit| {
        value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'))
    });
    let low_bits = if is_negative {
        low_bits.wrapping_neg()
    } else {
        low_bits
    };
    let (_, significant) = until(digits, |digit| *digit != b'0');
    let read = theirs.to_string();
    let is_all = rest.first().is_none_or(|octet| ends_code(*octet));
    if significant == read.as_bytes() {
        return match is_all {
            true if is_negative => "unsigned",
            true => "as-written",
            false => "prefix",
        };
    }
    // What holds by chance of fewer numbers comes first.
    match low_bits.wrapping_sub(theirs).trailing_zeros() {
        64.. => "wrapped-64",
        32.. => "wrapped-32",
        16.. => "wrapped-16",
        _ if significant.starts_with(read.as_bytes()) => "prefix",
        8.. => "wrapped-8",
        _ => "other",
    }
}

/// How a phrase that was read stands to the one that is there.
pub(crate) fn phrase_reading(ours: &[u8], theirs: &[u8]) -> &'static str {
    if trim(ours) == trim(theirs) {
        "trimmed"
    } else if ours.starts_with(theirs) {
        "cut"
    } else if theirs.starts_with(ours) {
        "longer"
    } else {
        "other"
    }
}

/// Without blanks at either end.
fn trim(phrase: &[u8]) -> &[u8] {
    let is_blank = |octet: &u8| b" \t".contains(octet);
    let (_, phrase) = until(phrase, |octet| !is_blank(octet));
    let len = phrase.iter().rposition(|octet| !is_blank(octet));
    phrase.get(..=len.unwrap_or_default()).unwrap_or_default()
}

/// What is wrong with the octets where the code should be.
fn code(octets: &[u8]) -> &'static str {
    let (word, _) = until(octets, |octet| ends_code(*octet));
    let (sign, unsigned) = until(word, |octet| !b"+-".contains(octet));
    let (digits, rest) = until(unsigned, |octet| !octet.is_ascii_digit());
    match (sign, digits, rest.first()) {
        (b"+", [_, ..], None) => "plus",
        (b"-", [_, ..], None) => "minus",
        (b"", [_] | [_, _], None) => "short",
        (b"", [b'0', _, _], None) => "low",
        (b"", [_, _, _], None) => "high",
        (b"", [b'0', ..], None) => "zeros",
        (b"", [_, ..], None) => "long",
        (b"", [_, ..], Some(0..=0x7f)) => "partial",
        (b"", [], None) => class(octets.first().copied()),
        (b"", _, next) => class(next.copied()),
        _ => "mark",
    }
}

/// The octets from the code on, if `before` ends within it.
fn code_and_rest<'a>(before: &[u8], octets: &'a [u8]) -> &'a [u8] {
    let digits = before
        .iter()
        .rev()
        .take_while(|octet| octet.is_ascii_digit());
    octets
        .get(before.len() - digits.count()..)
        .unwrap_or_default()
}

fn ends_code(octet: u8) -> bool {
    b" \t\r\n".contains(&octet)
}

/// Whether the first word is a version with something stray before it.
fn begins_with_more_than_a_version(octets: &[u8]) -> bool {
    let mut words = octets.split(u8::is_ascii_whitespace);
    let word = words.find(|word| !word.is_empty()).unwrap_or_default();
    let version = word.len().checked_sub(b"SIP/2.0".len());
    version
        .and_then(|start| word.get(start..))
        .is_some_and(|version| version.eq_ignore_ascii_case(b"SIP/2.0"))
}

/// Whether a line ends there, after more CRs than it should.
fn is_end_of_line(octets: &[u8]) -> bool {
    let (stray, rest) = until(octets, |octet| *octet != b'\r');
    !stray.is_empty() && rest.starts_with(b"\n")
}

/// What stands before a version: what some skip, or anything else.
fn leading(octet: Option<u8>) -> &'static str {
    match class(octet) {
        found @ ("CR" | "LF" | "blank" | "NUL") => found,
        _ => "other",
    }
}

fn class(octet: Option<u8>) -> &'static str {
    match octet {
        None => "end",
        Some(b'0'..=b'9') => "digit",
        Some(b'a'..=b'z' | b'A'..=b'Z') => "letter",
        Some(b' ' | b'\t') => "blank",
        Some(b'\r') => "CR",
        Some(b'\n') => "LF",
        Some(0) => "NUL",
        Some(0..=0x1f | 0x7f) => "control",
        Some(0x80..) => "non-ASCII",
        Some(_) => "mark",
    }
}
