//! What the findings of a probe have in common.

use core::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::divergence::{Likeness, Line, Reading, Stack, StackReading, Table};
use sip_status_lab::{Assessment, Disagreement, Judge, Pattern, Verdict};

use crate::output::escape::{Hex, excerpt};
use crate::output::json::write_json;
use crate::output::terminal::Styles;

/// Findings of one pattern.
struct Cluster {
    lines: u64,
    is_known: bool,
    /// The shortest line of them, the first of that length.
    example: Vec<u8>,
    /// Whether the headers that were sent go on with it.
    goes_on: bool,
    /// Where it stood.
    label: String,
    /// What the target made of it.
    target: String,
    /// In what that is wrong.
    differs: Option<Disagreement>,
    /// The number of the record that it stood in.
    number: u64,
}

impl Cluster {
    /// The example, of at most that many characters, for people.
    fn line(&self, width: usize) -> String {
        let headers = if self.goes_on { " + headers" } else { "" };
        format!("{}{headers}", excerpt(&self.example, width))
    }

    /// What the target made of the example, for people.
    fn description(&self) -> String {
        let target = excerpt(self.target.as_bytes(), 40);
        match self.differs {
            Some(differs) => format!("{target}: {differs}"),
            None => target.to_string(),
        }
    }
}

/// The findings of a run, by pattern. It grows with the number of patterns alone.
#[derive(Default)]
pub(super) struct Summary(BTreeMap<Pattern, Cluster>);

/// One finding.
pub(super) struct Finding<'a> {
    pub(super) pattern: Pattern,
    pub(super) is_known: bool,
    /// The line on trial, and whether the headers that were sent go on with it.
    pub(super) example: &'a [u8],
    pub(super) goes_on: bool,
    pub(super) label: String,
    pub(super) target: String,
    pub(super) differs: Option<Disagreement>,
    /// The number of the record that it stood in.
    pub(super) number: u64,
}

/// A disagreement that may have a shorter example.
pub(super) struct Candidate {
    pub(super) pattern: Pattern,
    pub(super) example: Vec<u8>,
    pub(super) number: u64,
}

/// What is left of an example.
pub(super) struct Shorter {
    pub(super) pattern: Pattern,
    pub(super) example: Vec<u8>,
    pub(super) goes_on: bool,
    pub(super) target: String,
    pub(super) differs: Option<Disagreement>,
}

/// One object of JSON. Every field is always there, and in this order.
#[derive(Serialize)]
struct FindingObject<'a> {
    pattern: String,
    lines: u64,
    known: bool,
    example: String,
    label: &'a str,
    target: &'a str,
    differs: Option<String>,
    stacks: Vec<String>,
}

impl Summary {
    pub(super) fn has(&self, pattern: &Pattern) -> bool {
        self.0.contains_key(pattern)
    }

    pub(super) fn add(&mut self, finding: Finding<'_>) {
        let is_shorter = |cluster: &mut Cluster| {
            cluster.lines += 1;
            (finding.goes_on, finding.example.len()) < (cluster.goes_on, cluster.example.len())
        };
        if self.0.get_mut(&finding.pattern).is_none_or(is_shorter) {
            let lines = self
                .0
                .get(&finding.pattern)
                .map_or(1, |cluster| cluster.lines);
            let cluster = Cluster {
                lines,
                is_known: finding.is_known,
                example: finding.example.to_vec(),
                goes_on: finding.goes_on,
                label: finding.label,
                target: finding.target,
                differs: finding.differs,
                number: finding.number,
            };
            self.0.insert(finding.pattern, cluster);
        }
    }

    /// Adds each cluster whose pattern another one covers to that.
    pub(super) fn merge(&mut self) {
        let patterns: Vec<_> = self.0.keys().cloned().collect();
        let is_covered = |pattern: &Pattern| {
            let mut others = patterns.iter().filter(|other| *other != pattern);
            others.any(|other| other.covers(pattern))
        };
        let clusters = core::mem::take(&mut self.0).into_iter();
        let (covered, others): (Vec<_>, Vec<_>) =
            clusters.partition(|(pattern, _)| is_covered(pattern));
        self.0 = others.into_iter().collect();
        for (pattern, cluster) in covered {
            let covering = self.0.iter_mut().find(|(other, _)| other.covers(&pattern));
            if let Some((_, covering)) = covering {
                covering.lines += cluster.lines;
            }
        }
    }

    /// The disagreements that are not known.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let clusters = self.0.iter();
        let new = clusters.filter(|(_, cluster)| !cluster.is_known && cluster.differs.is_some());
        let candidates = new.map(|(pattern, cluster)| Candidate {
            pattern: pattern.clone(),
            example: cluster.example.clone(),
            number: cluster.number,
        });
        candidates.collect()
    }

    /// Replaces the example of a pattern by a shorter one, which may be of another pattern that covers
    /// it.
    pub(super) fn shorten(&mut self, pattern: &Pattern, shorter: Shorter) {
        let Some(mut cluster) = self.0.remove(pattern) else {
            return;
        };
        cluster.example = shorter.example;
        cluster.goes_on = shorter.goes_on;
        cluster.target = shorter.target;
        cluster.differs = shorter.differs;
        if let Some(other) = self.0.get_mut(&shorter.pattern) {
            other.lines += cluster.lines;
        } else {
            self.0.insert(shorter.pattern, cluster);
        }
    }

    /// The patterns that are not known, one a line, each with its example as a comment.
    pub(super) fn write_new_patterns(&self, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster) in &self.0 {
            if !cluster.is_known {
                let (example, description) = (cluster.line(60), cluster.description());
                writeln!(out, "{pattern:<40} # {example}  {description}")?;
            }
        }
        Ok(())
    }

    /// The clusters, each with the stacks that are on record for the same: what is known last, what
    /// is on record of no stack first, and of each those of most lines first.
    fn clusters(&self) -> Vec<(&Pattern, &Cluster, Vec<String>)> {
        let table = Table::new();
        let lines = table.lines().iter().map(Line::octets);
        let lines = lines.map(|octets| Tried::new(&table, octets, &[Likeness::Same]));
        let lines: Vec<_> = lines.collect();
        let clusters = self.0.iter().map(|(pattern, cluster)| {
            let stacks = stacks(&table, &lines, pattern, &cluster.example);
            (pattern, cluster, stacks)
        });
        let mut clusters: Vec<_> = clusters.collect();
        clusters.sort_by_key(|(_, cluster, stacks)| {
            let lines = Reverse(cluster.lines);
            (cluster.is_known, !stacks.is_empty(), lines)
        });
        clusters
    }

    /// A block for each cluster.
    pub(super) fn write_text(&self, styles: Styles, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster, stacks) in self.clusters() {
            let style = if cluster.is_known {
                styles.aside()
            } else {
                styles.warning()
            };
            let known = if cluster.is_known { ", known" } else { "" };
            let (lines, plural) = (cluster.lines, if cluster.lines == 1 { "" } else { "s" });
            writeln!(
                out,
                "{style}{pattern}{style:#}: {lines} line{plural}{known}"
            )?;
            writeln!(out, "    {}", cluster.line(100))?;
            writeln!(out, "    {}: {}", cluster.label, cluster.description())?;
            if !stacks.is_empty() {
                writeln!(out, "    on record of: {}", stacks.join(", "))?;
            } else if cluster.differs.is_some() {
                writeln!(out, "    on record of no stack")?;
            }
        }
        Ok(())
    }

    /// An object for each cluster.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster, stacks) in self.clusters() {
            let object = FindingObject {
                pattern: pattern.to_string(),
                lines: cluster.lines,
                known: cluster.is_known,
                example: Hex(&cluster.example).to_string(),
                label: &cluster.label,
                target: &cluster.target,
                differs: cluster.differs.map(|differs| differs.to_string()),
                stacks,
            };
            let mut row = Vec::new();
            write_json(&object, &mut row)?;
            out.write_all(&row)?;
        }
        Ok(())
    }
}

/// A line on record, or one that is like it; and of each stack what it got wrong there, if anything.
struct Tried<'t> {
    ours: Assessment<'t>,
    patterns: Vec<(&'t Stack, Option<Pattern>)>,
}

impl<'t> Tried<'t> {
    /// With the lines on record that are so like that one.
    fn new(table: &'t Table, octets: &'t [u8], likenesses: &[Likeness]) -> Self {
        let ours = Judge::new().assess(octets);
        let mut patterns = Vec::new();
        for record in table.readings_of(octets) {
            let is_wanted = likenesses.contains(&record.likeness);
            for reading in record.readings.iter().filter(|_| is_wanted) {
                // What was read in another line, is not what would be read in this one.
                let verdict = verdict(reading).filter(|verdict| {
                    let is_accepted = matches!(verdict, Verdict::Accept { .. });
                    !is_accepted || record.likeness == Likeness::Same
                });
                if let Some(verdict) = verdict {
                    patterns.push((reading.stack, ours.pattern(&verdict)));
                }
            }
        }
        Self { ours, patterns }
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

/// The stacks that are on record for the same, in the order of the table: with some line; with the lines
/// that differ from the example in the code and the words alone, if they were tried with one; and if
/// the pattern says nothing of what was read, with each of that kind that they were tried with. To
/// refuse a plain line has many reasons, and what is too long differs, so there only lines that are so
/// like the example count.
fn stacks(table: &Table, lines: &[Tried<'_>], pattern: &Pattern, example: &[u8]) -> Vec<String> {
    let alike = Tried::new(table, example, Likeness::ALL);
    let is_vague = |words: &str| words == "plain" || words.split('|').any(|word| word == "long");
    let lines = if pattern.kind() == "none" && pattern.detail().is_some_and(is_vague) {
        &[]
    } else {
        lines
    };
    // What a stack does with lines of fewer deviations, it does with the example.
    let is_same = |wrong: &Pattern| match (pattern.detail(), wrong.detail()) {
        (Some(_), Some(_)) => wrong.covers(pattern),
        (Some(_), None) => false,
        (None, _) => pattern.covers(wrong),
    };
    let (mut same, mut otherwise) = (HashSet::new(), HashSet::new());
    let is_kind = |line: &Tried<'_>| line.ours.pattern_of(pattern.deed()) == *pattern;
    let lines = lines.iter().map(|line| (line, is_kind(line)));
    for (line, is_binding) in lines.chain([(&alike, true)]) {
        for (stack, wrong) in &line.patterns {
            if wrong.as_ref().is_some_and(is_same) {
                same.insert(stack.id);
            } else if is_binding {
                otherwise.insert(stack.id);
            }
        }
    }
    let stacks = table.stacks().iter();
    let stacks = stacks.filter(|stack| same.contains(stack.id) && !otherwise.contains(stack.id));
    stacks.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use sip_status_lab::Judge;
    use sip_status_lab::divergence::{Likeness, Line, Reading, Table};

    use super::{Tried, stacks, verdict};

    /// Whatever a stack on record got wrong about a line: it is named, and no stack that refused the line.
    #[test]
    fn stacks_are_named_for_what_they_did() {
        let table = Table::new();
        let lines = table.lines().iter().map(Line::octets);
        let lines: Vec<_> = lines
            .map(|octets| Tried::new(&table, octets, &[Likeness::Same]))
            .collect();
        let (mut named, mut refused) = (0, Vec::new());
        for line in table.lines() {
            let ours = Judge::new().assess(line.octets());
            let mut records = table.readings_of(line.octets());
            records.retain(|record| record.likeness == Likeness::Same);
            let readings: Vec<_> = records.iter().flat_map(|record| &record.readings).collect();
            let mut patterns: Vec<_> = readings
                .iter()
                .filter_map(|reading| ours.pattern(&verdict(reading)?))
                .filter(|pattern| pattern.deed() == "false-accept")
                .collect();
            patterns.sort();
            patterns.dedup();
            for pattern in patterns {
                let stacks = stacks(&table, &lines, &pattern, line.octets());
                named += stacks.len();
                for reading in &readings {
                    if reading.reading == Reading::Refused
                        && stacks.contains(&reading.stack.to_string())
                    {
                        refused.push(format!("{} {pattern} {}", line.name(), reading.stack));
                    }
                }
            }
        }
        assert!(named > 1000, "{named}");
        assert_eq!(refused, Vec::<String>::new());
    }
}
