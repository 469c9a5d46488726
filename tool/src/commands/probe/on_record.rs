//! What is on record of other stacks for what a target did.

use std::collections::HashSet;
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::divergence::{Likeness, Line, Reading, Stack, StackReading, Table};
use sip_status_lab::{Assessment, Judge, Pattern, Verdict};

use crate::output::terminal::write_items;

/// What is on record of other stacks for findings of one pattern.
#[derive(Default, Serialize)]
pub(super) struct OnRecord {
    /// How many were tried with such lines. `None` if what the target did is on record of none.
    tried: Option<usize>,
    /// Those that did the same with the example, or with lines that differ from it in code and words alone.
    stacks: Vec<String>,
    /// The others that did the same with another line of the pattern, or of one that covers it.
    stacks_elsewhere: Vec<String>,
}

impl OnRecord {
    /// The place in a list. What none does of the stacks that were tried is new, so it comes first; what
    /// none was tried with may be, and what one does is not.
    pub(super) fn rank(&self) -> u8 {
        let is_any = !self.stacks.is_empty() || !self.stacks_elsewhere.is_empty();
        match self.tried {
            _ if is_any => 2,
            Some(0) => 1,
            _ => 0,
        }
    }

    /// For people.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        const INDENT: usize = 6;
        match self.tried {
            None => return Ok(()),
            Some(0) => {
                return writeln!(out, "    on record: no stack was tried with such a line");
            }
            Some(tried) if self.rank() == 0 => {
                let stacks = count(tried);
                return writeln!(
                    out,
                    "    on record: none of {stacks} tried with such lines does it"
                );
            }
            Some(_) => {}
        }
        let elsewhere = match self.stacks.len() {
            0 => count(self.stacks_elsewhere.len()),
            _ => format!("{} more", self.stacks_elsewhere.len()),
        };
        for (stacks, heading) in [
            (&self.stacks, count(self.stacks.len())),
            (&self.stacks_elsewhere, elsewhere + ", with other lines"),
        ] {
            if !stacks.is_empty() {
                write!(out, "    on record of {heading}:\n{:INDENT$}", "")?;
                write_items(stacks, INDENT, out)?;
            }
        }
        Ok(())
    }
}

fn count(stacks: usize) -> String {
    format!("{stacks} stack{}", if stacks == 1 { "" } else { "s" })
}

/// What stacks did with the lines of the table.
pub(super) struct StackRecords<'t> {
    table: &'t Table,
    lines: Vec<Tried<'t>>,
}

impl<'t> StackRecords<'t> {
    pub(super) fn new(table: &'t Table) -> Self {
        let lines = table.lines().iter().map(Line::octets);
        let lines = lines.map(|octets| Tried::new(table, octets, &[Likeness::Same]));
        Self {
            table,
            lines: lines.collect(),
        }
    }

    /// What is on record for a pattern: of stacks that were tried with an example of it, or with lines
    /// that differ from one in code and words alone; and of stacks that were tried with other lines of
    /// the pattern, whatever they did with the examples. To refuse a plain line has many reasons, and what
    /// is too long differs, so there only the former count.
    pub(super) fn of(&self, pattern: &Pattern, examples: &[&[u8]]) -> OnRecord {
        let is_vague = |words: &str| {
            words
                .split('|')
                .any(|word| matches!(word, "plain" | "long"))
        };
        let elsewhere: &[_] = match (pattern.kind(), pattern.detail()) {
            ("none", Some(words)) if is_vague(words) => &[],
            _ => &self.lines,
        };
        // What a stack does with lines of fewer deviations, it does with the example.
        let is_same = |wrong: &Pattern| match (pattern.detail(), wrong.detail()) {
            (Some(_), Some(_)) => wrong.covers(pattern),
            (Some(_), None) => false,
            (None, _) => pattern.covers(wrong),
        };
        let (mut tried, mut same, mut same_elsewhere) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for octets in examples {
            for (stack, verdict, wrong) in Tried::new(self.table, octets, Likeness::ALL).readings {
                if wrong.as_ref().is_some_and(is_same) {
                    same.insert(stack.id);
                }
                if would_show(pattern, &verdict) {
                    tried.insert(stack.id);
                }
            }
        }
        for line in elsewhere {
            let is_such = line.could_show(pattern, is_same);
            for (stack, verdict, wrong) in &line.readings {
                let is_same = wrong.as_ref().is_some_and(is_same);
                if is_same {
                    same_elsewhere.insert(stack.id);
                }
                if is_same || is_such && would_show(pattern, verdict) {
                    tried.insert(stack.id);
                }
            }
        }
        let named = |is_wanted: &dyn Fn(&Stack) -> bool| {
            let stacks = self.table.stacks().iter();
            let wanted = stacks.filter(|stack| is_wanted(stack));
            wanted.map(ToString::to_string).collect()
        };
        OnRecord {
            tried: Some(tried.len()),
            stacks: named(&|stack| same.contains(stack.id)),
            stacks_elsewhere: named(&|stack| {
                same_elsewhere.contains(stack.id) && !same.contains(stack.id)
            }),
        }
    }
}

/// A line, and what each stack did that is on record for it, or for lines that are like it; with what
/// it got wrong there, if anything.
struct Tried<'t> {
    ours: Assessment<'t>,
    readings: Vec<(&'t Stack, Verdict, Option<Pattern>)>,
}

impl<'t> Tried<'t> {
    /// With the lines on record that are so like that one.
    fn new(table: &'t Table, octets: &'t [u8], likenesses: &[Likeness]) -> Self {
        let ours = Judge::new().assess(octets);
        let mut readings = Vec::new();
        for record in table.readings_of(octets) {
            let is_wanted = likenesses.contains(&record.likeness);
            for reading in record.readings.iter().filter(|_| is_wanted) {
                if let Some(verdict) = verdict(reading) {
                    let wrong = ours.pattern(&verdict);
                    readings.push((reading.stack, verdict, wrong));
                }
            }
        }
        Self { ours, readings }
    }

    /// Whether the line is of the kind of a pattern, and a stack could do the same with it: 2000 does not
    /// wrap to a code.
    fn could_show(&self, pattern: &Pattern, is_same: impl Fn(&Pattern) -> bool) -> bool {
        let refused = self.ours.pattern_of(pattern.deed());
        if refused.kind() != pattern.kind() {
            return false;
        }
        let could_read = |code: i64, phrase: Option<Vec<u8>>| {
            let code = Some(code);
            let wrong = self.ours.pattern(&Verdict::Accept { code, phrase });
            wrong.is_some_and(|wrong| is_same(&wrong))
        };
        match (pattern.deed(), pattern.detail(), self.ours.answer()) {
            ("other-phrase", _, Ok(parsed)) => {
                let (code, phrase) = (parsed.line.code.get(), parsed.line.reason.as_bytes());
                let longer = [phrase, b"x"].concat();
                let phrases = [phrase.trim_ascii(), b"", &longer, b"\0"];
                let mut phrases = phrases.into_iter().map(<[u8]>::to_vec);
                phrases.any(|phrase| could_read(code.into(), Some(phrase)))
            }
            ("false-accept" | "other-code", Some(_), _) => {
                let mut codes = (100..=700).rev();
                codes.any(|code| could_read(code, None))
            }
            _ => pattern.covers(&refused),
        }
    }
}

/// Whether a verdict on record would show that a stack did what the pattern says: not if it lacks what
/// was read.
fn would_show(pattern: &Pattern, verdict: &Verdict) -> bool {
    match (pattern.deed(), verdict) {
        ("other-phrase", Verdict::Accept { phrase, .. }) => phrase.is_some(),
        ("false-accept" | "other-code", Verdict::Accept { code, .. }) => {
            code.is_some() || pattern.detail().is_none()
        }
        _ => true,
    }
}

/// The verdict on record, if it is one.
fn verdict(reading: &StackReading<'_>) -> Option<Verdict> {
    // Of a sign it is not known that a number was read.
    let is_number = |code: &&str| !code.starts_with('+');
    match reading.reading {
        Reading::Refused => Some(Verdict::Reject),
        Reading::Request => Some(Verdict::Request),
        Reading::Alert => Some(Verdict::Alert),
        Reading::Mixed => None,
        _ => Some(Verdict::Accept {
            code: reading
                .code
                .filter(is_number)
                .and_then(|code| code.parse().ok()),
            phrase: reading.phrase.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use sip_status_lab::divergence::{Likeness, Reading, Table};
    use sip_status_lab::{Judge, Pattern};

    use super::{OnRecord, StackRecords, verdict};

    /// What is on record of a pattern with these examples, and how it is written.
    fn of(pattern: &str, examples: &[&[u8]]) -> (OnRecord, String) {
        let pattern: Pattern = pattern.parse().expect("a pattern");
        let on_record = StackRecords::new(&Table::new()).of(&pattern, examples);
        let mut written = Vec::new();
        on_record.write(&mut written).expect("no error");
        (on_record, String::from_utf8(written).expect("UTF-8"))
    }

    /// That nobody was asked is not that nobody does it.
    #[test]
    fn who_was_tried_is_said() {
        for (pattern, example, rank, expected) in [
            (
                "false-accept line-ending:NUL",
                &b"SIP/2.0 200 \r\0\r\n"[..],
                1,
                "    on record: no stack was tried with such a line\n",
            ),
            (
                "false-accept code:long prefix",
                b"SIP/2.0 2000 OK\r\n",
                0,
                "    on record: none of 54 stacks tried with such lines does it\n",
            ),
            (
                "false-accept code:long wrapped-32",
                b"SIP/2.0 4294967496\r\n",
                2,
                "    on record of 5 stacks, with other lines:\n      libosip2 5.3.0,",
            ),
        ] {
            let (on_record, written) = of(pattern, &[example]);
            assert!(written.starts_with(expected), "{pattern}: {written}");
            assert_eq!(on_record.rank(), rank, "{pattern}");
        }
    }

    /// Those of a line are those that `check --stacks` has for it, and octets that are taken out of
    /// it make them no fewer.
    #[test]
    fn a_shorter_line_has_the_record_of_the_whole() {
        let whole = b"SIP/2.00 200 OK\r\n";
        let pattern = "false-accept version-space:digit";
        let (of_whole, _) = of(pattern, &[whole]);
        let (of_both, written) = of(pattern, &[whole, b"SIP/2.00 200\r\n"]);
        assert_eq!(of_whole.stacks.len(), 28);
        assert_eq!(of_both.stacks, of_whole.stacks);
        assert!(of_both.stacks.iter().any(|stack| stack == "libosip2 5.3.1"));
        let more = "    on record of 5 more, with other lines:\n";
        assert!(written.contains(more), "{written}");
        assert!(written.lines().all(|row| row.len() < 100), "{written}");
    }

    /// Whatever a stack on record got wrong about a line: it is named for that line, and no stack
    /// that refused it.
    #[test]
    fn stacks_are_named_for_what_they_did() {
        let table = Table::new();
        let records = StackRecords::new(&table);
        let mut named = 0;
        for line in table.lines() {
            let ours = Judge::new().assess(line.octets());
            let mut of_line = table.readings_of(line.octets());
            of_line.retain(|record| record.likeness == Likeness::Same);
            for reading in of_line.iter().flat_map(|record| &record.readings) {
                let verdict = verdict(reading);
                let wrong = verdict.as_ref().and_then(|verdict| ours.pattern(verdict));
                let Some(pattern) = wrong else { continue };
                let on_record = records.of(&pattern, &[line.octets()]);
                let stack = reading.stack.to_string();
                assert!(
                    on_record.stacks.contains(&stack),
                    "{} {pattern} {stack}",
                    line.name()
                );
                named += 1;
                if pattern.deed() == "false-accept" {
                    let refusing = of_line.iter().flat_map(|record| &record.readings);
                    for reading in refusing.filter(|reading| reading.reading == Reading::Refused) {
                        assert!(!on_record.stacks.contains(&reading.stack.to_string()));
                    }
                }
            }
        }
        assert!(named > 1000, "{named}");
    }
}
