//! What there is to say of a line that is pasted.

use core::ops::Range;

use serde::Serialize;
use sip_status_lab::{Ascii, Diagnosis, Diagnostic, excerpt};
use sip_status_line::registry::{Origin, PhraseMatch, Status};
use sip_status_line::{Deviations, ParseError, Parsed, Parser, StartLine, StatusCode, start_line};

use crate::card::{Card, fallback};
use crate::literal::Literals;
use crate::paste::{self, Form};
use crate::policy::{POLICIES, Policy};
use crate::source::{Piece, pieces};
use crate::stacks::Readings;

/// As many octets of a line are drawn. More of one would only be scrolled past.
const DRAWN: usize = 1024;

/// As many lines of a paste are offered.
const OFFERED: usize = 100;

/// What there is to say of a paste, and of a line in it.
#[derive(Serialize)]
pub(crate) struct Judgement {
    /// How the paste was read.
    note: &'static str,
    /// The status-lines in the paste, the first hundred of them, and how many there are.
    lines: Vec<LineOffer>,
    line_count: usize,
    /// How many octets of the paste come before the line.
    at: usize,
    #[serde(flatten)]
    line: LineJudgement,
}

/// What there is to say of a line. What is not there is null.
#[derive(Serialize)]
struct LineJudgement {
    verdict: Verdict,
    runs: Vec<Run>,
    /// How many octets of the line are not drawn, and how many follow it.
    undrawn: usize,
    rest: usize,
    policies: Vec<PolicyVerdict>,
    facts: Option<Facts>,
    remarks: Vec<Remark>,
    canonical: Option<Canonical>,
    literals: Literals,
    card: Option<Card>,
    stacks: Readings,
}

/// A status-line in the paste.
#[derive(Serialize)]
struct LineOffer {
    at: usize,
    shown: String,
}

/// The answer, in a word and a sentence.
#[derive(Serialize)]
struct Verdict {
    /// `legal`, `tolerable`, `bad` or `none`.
    level: &'static str,
    headline: &'static str,
    sentence: String,
}

/// Octets of one part of the line, which are drawn alike.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Run {
    part: &'static str,
    text: String,
    /// Whether the text stands for octets that cannot be shown.
    escaped: bool,
    /// Whether a fault begins here.
    fault: bool,
    at: usize,
}

/// What one policy says.
#[derive(Serialize)]
struct PolicyVerdict {
    name: &'static str,
    about: &'static str,
    accepts: bool,
    message: String,
    /// The line around the octet in fault, and the column at which that stands.
    excerpt: String,
    column: usize,
    rule: Vec<Piece>,
}

/// What the line says.
#[derive(Serialize)]
struct Facts {
    version: String,
    code: u16,
    digit: u8,
    class: &'static str,
    phrase: String,
}

/// Something odd, and where it stands.
#[derive(Serialize)]
struct Remark {
    /// The name of the deviation, or what it is about.
    name: &'static str,
    text: Vec<Piece>,
    /// Whether it is a deviation. Otherwise the line is legal all the same.
    deviation: bool,
    at: Option<usize>,
}

/// The line as the serializer writes it.
#[derive(Serialize)]
struct Canonical {
    /// Without its line ending.
    text: String,
    /// Whether that is what was pasted.
    same: bool,
}

impl Judgement {
    /// Judges the status-line at `at` in a paste, or the first one. `Err` says why the paste cannot be
    /// read in that form.
    pub(crate) fn of(pasted: &str, form: &str, at: Option<usize>) -> Result<Self, &'static str> {
        let form = Form::named(form).unwrap_or_else(|| Form::of(pasted));
        let octets = form.read(pasted).ok_or(match form {
            Form::Hex => "These are no hexadecimal digits, two an octet.",
            _ => "There is a backslash that begins no escape.",
        })?;
        let at = at.unwrap_or_else(|| paste::start(&octets));
        let offer = |(at, parsed): (usize, Parsed<'_>)| LineOffer {
            at,
            shown: Ascii(parsed.received()).to_string(),
        };
        let mut found = Parser::OBSERVE.find_iter(&octets);
        let lines: Vec<_> = found.by_ref().take(OFFERED).map(offer).collect();
        Ok(Self {
            note: form.note(pasted),
            line_count: lines.len() + found.count(),
            lines,
            at,
            line: LineJudgement::of(octets.get(at..).unwrap_or_default()),
        })
    }
}

impl LineJudgement {
    fn of(octets: &[u8]) -> Self {
        let diagnosis = Diagnosis::of(octets, Parser::STRICT, |parser| Some(parser.line(octets)));
        let (found, line) = diagnosis.map_or_else(Default::default, |diagnosis| {
            (diagnosis.found, diagnosis.line)
        });
        let verdicts = POLICIES.map(|policy| (policy, policy.parser.line(octets)));
        // The last is OBSERVE.
        let [.., (_, parsed)] = verdicts;
        let read_to = parsed.as_ref().err().map(ParseError::offset);
        let drawn = line.get(..DRAWN).unwrap_or(line);
        let faults = found.iter().map(|fault| fault.error.offset());
        // Of a fault beyond what is drawn, the policies have the octets around it.
        let faults: Vec<_> = faults
            .filter(|fault| *fault < drawn.len() || drawn.len() == line.len())
            .collect();
        Self {
            verdict: verdict(octets, verdicts.map(|(_, result)| result.is_ok()), &parsed),
            runs: runs(drawn, read_to, &faults),
            undrawn: line.len() - drawn.len(),
            rest: octets.len() - line.len(),
            policies: verdicts
                .map(|(policy, result)| PolicyVerdict::new(policy, line, result.err(), &found))
                .into(),
            facts: parsed.as_ref().ok().map(facts),
            remarks: remarks(&found, parsed.as_ref().ok()),
            canonical: parsed.as_ref().ok().and_then(canonical),
            literals: Literals::of(line),
            card: code(&parsed).map(Card::of),
            stacks: Readings::of(line, parsed.is_ok()),
        }
    }
}

/// The code, also of a refused line if it could be read.
fn code(parsed: &Result<Parsed<'_>, ParseError>) -> Option<StatusCode> {
    match parsed {
        Ok(parsed) => Some(parsed.line.code),
        Err(error) => error.code(),
    }
}

fn verdict(
    octets: &[u8],
    [strict, interop, observe]: [bool; 3],
    parsed: &Result<Parsed<'_>, ParseError>,
) -> Verdict {
    let canonical = parsed.is_ok_and(|parsed| parsed.deviations.is_empty());
    let (level, headline, sentence) = match (strict, interop, observe) {
        (true, ..) if canonical => (
            "legal",
            "Legal",
            "This is what RFC 3261 has a sender write.",
        ),
        (true, ..) => (
            "tolerable",
            "Legal to receive, not to send",
            "Receivers have to take it; no sender may write it.",
        ),
        (_, true, _) => (
            "tolerable",
            "Not legal, but understood",
            "Deployed stacks send such lines and what they mean is settled, so INTEROP takes it.",
        ),
        (_, _, true) => (
            "bad",
            "Not legal",
            "Receivers disagree on what such octets say. Only a decoder should read it.",
        ),
        _ => ("none", "Not a status-line", ""),
    };
    let sentence = match (parsed, start_line(octets)) {
        (Err(_), Some(StartLine::Request)) => {
            "It does not begin with SIP/: a request, a header, or something else.".to_owned()
        }
        (Err(error), _) => format!("Every parser should refuse it: {error}."),
        (Ok(_), _) => sentence.to_owned(),
    };
    Verdict {
        level,
        headline,
        sentence,
    }
}

impl PolicyVerdict {
    /// A policy accepts the line if it finds no error. Of an error, it says the rule that `check` has.
    fn new(policy: Policy, line: &[u8], error: Option<ParseError>, found: &[Diagnostic]) -> Self {
        let of_error = |error: ParseError| {
            let mut found = found.iter();
            found.find(|diagnostic| diagnostic.error.offset() == error.offset())
        };
        let rule = error.and_then(of_error).map(Diagnostic::rule);
        let (excerpt, column) =
            error.map_or_else(Default::default, |error| excerpt(line, error.offset()));
        Self {
            name: policy.name,
            about: policy.about,
            accepts: error.is_none(),
            message: error.map_or_else(String::new, |error| error.to_string()),
            excerpt,
            column,
            rule: rule.map_or_else(Vec::new, |rule| pieces(&rule)),
        }
    }
}

fn facts(parsed: &Parsed<'_>) -> Facts {
    let code = parsed.line.code;
    let received = parsed.received();
    let version = parts(received, None)
        .into_iter()
        .find(|(part, _)| *part == "version");
    let version = version.and_then(|(_, range)| received.get(range));
    Facts {
        version: Ascii(version.unwrap_or_default()).to_string(),
        code: code.get(),
        digit: code.class() as u8,
        class: code.class().name(),
        phrase: parsed.line.reason.to_string(),
    }
}

/// What is odd: the deviations, and what the registry has to say of code and phrase.
fn remarks(found: &[Diagnostic], parsed: Option<&Parsed<'_>>) -> Vec<Remark> {
    let deviations = found.iter().filter_map(|diagnostic| {
        let (name, _) = diagnostic.deviation?.iter_names().next()?;
        Some(Remark {
            name,
            text: pieces(&diagnostic.rule()),
            deviation: true,
            at: Some(diagnostic.error.offset()),
        })
    });
    let mut remarks: Vec<_> = deviations.collect();
    let remark = |name, text: String| Remark {
        name,
        text: pieces(&text),
        deviation: false,
        at: None,
    };
    let Some(parsed) = parsed else { return remarks };
    let code = parsed.line.code;
    let matched = parsed.registry_match();
    let known = matched.entry;
    match known.map(|entry| entry.status) {
        None => remarks.push(remark(
            "code",
            format!("{code} is not registered: {}.", fallback(code)),
        )),
        Some(Status::Current) => {}
        Some(Status::Unregistered | Status::Obsolete) => {
            let source = known.map_or("", |entry| entry.defined_in);
            remarks.push(remark(
                "code",
                format!("{code} is not registered; {source} has it."),
            ));
        }
        Some(status) => remarks.push(remark("code", format!("{code} is {status}."))),
    }
    let registered = known.and_then(|entry| entry.reason).unwrap_or_default();
    let text = match matched.phrase {
        PhraseMatch::Case => format!("the registered one, “{registered}”, but for its case"),
        PhraseMatch::Alias => {
            let phrase = parsed.line.reason.as_bytes();
            let mut aliases = known.map_or(&[][..], |entry| entry.aliases).iter();
            let alias = aliases.find(|alias| alias.phrase.as_bytes().eq_ignore_ascii_case(phrase));
            let by = alias.map_or_else(String::new, |alias| match alias.origin {
                Origin::Standard | Origin::OlderRfc => format!(" of {}", alias.source),
                _ => format!(" known from {}", alias.source),
            });
            format!("a wording{by}; the registered one is “{registered}”")
        }
        // Where its space is missing too, that has been said.
        PhraseMatch::Empty if parsed.deviations.contains(Deviations::NO_REASON_SPACE) => {
            return remarks;
        }
        PhraseMatch::Empty => "empty, which is legal".to_owned(),
        PhraseMatch::Custom => format!("the sender's own; the registered one is “{registered}”"),
        _ => return remarks,
    };
    remarks.push(remark("phrase", format!("The phrase is {text}.")));
    remarks
}

fn canonical(parsed: &Parsed<'_>) -> Option<Canonical> {
    let mut octets = vec![0; parsed.line.encoded_len()];
    parsed.line.encode(&mut octets).ok()?;
    let text = octets.strip_suffix(b"\r\n")?;
    Some(Canonical {
        text: String::from_utf8_lossy(text).into_owned(),
        same: parsed.received() == octets,
    })
}

/// The parts of a line in their order: what an octet belongs to, by the rules of the grammar. From
/// `fault` on, nothing has been read.
fn parts(line: &[u8], fault: Option<usize>) -> Vec<(&'static str, Range<usize>)> {
    let read = fault.and_then(|fault| line.get(..fault)).unwrap_or(line);
    let mut at = 0;
    let mut parts = Vec::new();
    let mut part = |name, most: usize, is_wanted: fn(u8) -> bool| {
        let rest = read.get(at..).unwrap_or_default();
        let wanted = rest
            .iter()
            .take(most)
            .take_while(|octet| is_wanted(**octet));
        let end = at + wanted.count();
        if end > at {
            parts.push((name, at..end));
        }
        at = end;
    };
    let is_blank = |octet| matches!(octet, b' ' | b'\t');
    let is_line_end = |octet| matches!(octet, b'\r' | b'\n');
    part("before", usize::MAX, is_line_end);
    part("version", "SIP/2.0".len(), |_| true);
    part("space", usize::MAX, is_blank);
    part("code", "200".len(), |octet| octet.is_ascii_digit());
    part("space", 1, is_blank);
    part("phrase", usize::MAX, |octet| {
        !matches!(octet, b'\r' | b'\n')
    });
    part("end", usize::MAX, is_line_end);
    // A fourth digit: the three before it are no code.
    if let (Some(b'0'..=b'9'), Some((name @ "code", _))) = (line.get(at), parts.last_mut()) {
        *name = "digits";
    }
    if at < line.len() {
        parts.push(("unread", at..line.len()));
    }
    parts
}

/// The line in runs that are drawn alike.
fn runs(line: &[u8], fault: Option<usize>, faults: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (part, range) in parts(line, fault) {
        let octets = line.get(range.clone()).unwrap_or_default();
        let mut at = range.start;
        let is_split = |at: usize| faults.contains(&at) || at > 0 && faults.contains(&(at - 1));
        for (text, escaped, len) in units(octets, part) {
            let is_fault = faults.iter().any(|fault| (at..at + len).contains(fault));
            match runs.last_mut() {
                Some(run)
                    if run.part == part
                        && run.escaped == escaped
                        && !run.fault
                        && !is_fault
                        && !is_split(at) =>
                {
                    run.text.push_str(&text);
                }
                _ => runs.push(Run {
                    part,
                    text,
                    escaped,
                    fault: is_fault,
                    at,
                }),
            }
            at += len;
        }
    }
    // Where the input ends too early, there is no octet to mark.
    if faults.iter().any(|fault| *fault >= line.len()) {
        runs.push(Run {
            part: "missing",
            text: String::new(),
            escaped: false,
            fault: true,
            at: line.len(),
        });
    }
    runs
}

/// Octets as text: each printable character as it is, all else escaped, with the number of octets.
fn units(octets: &[u8], part: &'static str) -> Vec<(String, bool, usize)> {
    let mut units = Vec::new();
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            let len = character.len_utf8();
            let is_separator = part == "space" || part == "unread";
            match character {
                ' ' if is_separator => units.push(("·".to_owned(), true, len)),
                '\'' | '"' => units.push((character.to_string(), false, len)),
                // What is printed by itself has no escape.
                _ if character.escape_debug().len() == 1 => {
                    units.push((character.to_string(), false, len));
                }
                _ => {
                    let mut octets = [0; 4];
                    let octets = character.encode_utf8(&mut octets).as_bytes();
                    units.push((Ascii(octets).to_string(), true, len));
                }
            }
        }
        for octet in chunk.invalid() {
            units.push((Ascii(&[*octet]).to_string(), true, 1));
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::{Judgement, LineJudgement, parts, runs};

    fn judge(escaped: &str) -> LineJudgement {
        let judgement = Judgement::of(escaped, "escaped", None);
        judgement.unwrap_or_else(|error| panic!("{error}")).line
    }

    #[test]
    fn the_answer_follows_the_policies() {
        for (line, level, accepting) in [
            (r"SIP/2.0 486 Busy Here\r\n", "legal", 3),
            (r"SIP/2.0 486 On a call\r\n", "legal", 3),
            (r"sip/2.0 200 OK\r\n", "tolerable", 3),
            (r"SIP/2.0 200\r\n", "tolerable", 2),
            (r"SIP/2.0 200 OK\n", "bad", 1),
            (r"SIP/2.0 999 Nope\r\n", "none", 0),
            (r"INVITE sip:a@b SIP/2.0\r\n", "none", 0),
            ("", "none", 0),
        ] {
            let judgement = judge(line);
            assert_eq!(judgement.verdict.level, level, "{line}");
            let accepts = judgement.policies.iter().filter(|policy| policy.accepts);
            assert_eq!(accepts.count(), accepting, "{line}");
        }
    }

    #[test]
    fn every_octet_belongs_to_one_part() {
        let line = b"\r\nsip/2.0 \t200\tO K\n";
        let names: Vec<_> = parts(line, None)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            [
                "before", "version", "space", "code", "space", "phrase", "end"
            ]
        );
        for line in [
            &line[..],
            b"SIP/2.0 2",
            b"",
            b"SIP/2.0 200",
            b"SIP/2.0 200 \r\n",
        ] {
            for fault in (0..=line.len()).map(Some).chain([None]) {
                let mut end = 0;
                for (_, range) in parts(line, fault) {
                    assert_eq!(range.start, end);
                    end = range.end;
                }
                assert_eq!(end, line.len());
            }
        }
    }

    #[test]
    fn octets_that_cannot_be_shown_are_escaped() {
        let line = "SIP/2.0 200 <script>\u{202e}\u{7}\u{e9}\r\n".as_bytes();
        let runs = runs(line, Some(12), &[12]);
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(text, "SIP/2.0·200·<script>\\xe2\\x80\\xae\\x07é\\r\\n");
        let fault: Vec<_> = runs.iter().filter(|run| run.fault).collect();
        assert_eq!(
            fault
                .iter()
                .map(|run| run.text.as_str())
                .collect::<Vec<_>>(),
            ["<"]
        );
    }

    #[test]
    fn a_missing_line_end_is_marked_after_the_last_octet() {
        let judgement = judge("SIP/2.0 200 OK");
        let last = judgement
            .runs
            .last()
            .map(|run| (run.part, run.fault, run.at));
        assert_eq!(last, Some(("missing", true, 14)));
    }

    #[test]
    fn a_fault_beyond_what_is_drawn_is_not_taken_for_the_end() {
        let judgement = judge(&format!(r"SIP/2.0 200 {}\x00\r\n", "a".repeat(3000)));
        assert_eq!(judgement.undrawn, 3015 - 1024);
        assert!(judgement.runs.iter().all(|run| !run.fault));
        let excerpts = judgement
            .policies
            .iter()
            .map(|policy| policy.excerpt.as_str());
        assert!(
            excerpts
                .into_iter()
                .all(|excerpt| excerpt.contains(r"a\x00\r\n"))
        );
    }

    #[test]
    fn several_lines_are_offered() {
        let log = "a: SIP/2.0 100 Trying\nb: SIP/2.0 486 Busy Here\n";
        let first = Judgement::of(log, "", None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((first.at, first.lines.len(), first.line_count), (3, 2, 2));
        let second = first.lines.last().map(|line| line.at);
        let second = Judgement::of(log, "", second).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(second.line.facts.map(|facts| facts.code), Some(486));
    }

    #[test]
    fn the_canonical_line_is_what_the_serializer_writes() {
        let judgement = judge(r"\r\nsip/2.0\t486 Busy{Here}\n");
        let canonical = judgement.canonical.expect("OBSERVE accepts it");
        assert_eq!(canonical.text, "SIP/2.0 486 Busy%7BHere%7D");
        assert!(!canonical.same);
        assert!(
            judge(r"SIP/2.0 486 Busy Here\r\n")
                .canonical
                .expect("accepted")
                .same
        );
        assert!(judge(r"SIP/2.0 999 Nope\r\n").canonical.is_none());
    }
}
