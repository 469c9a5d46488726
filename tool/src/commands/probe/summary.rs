//! What the findings of a probe have in common.

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::divergence::{Line, Reading, Table};
use sip_status_lab::{Disagreement, Judge, Pattern};

use crate::output::escape::{Hex, excerpt};
use crate::output::json::write_json;
use crate::output::terminal::Styles;

/// Findings of one pattern.
struct Cluster {
    lines: u64,
    is_known: bool,
    /// The shortest line of them, the first of that length.
    example: Vec<u8>,
    /// Where it stood.
    label: String,
    /// What the target made of it.
    target: String,
    /// In what that is wrong.
    differs: Option<Disagreement>,
    /// The record of the example, and its number.
    record: Vec<u8>,
    number: u64,
}

impl Cluster {
    /// The example, and what the target made of it, for people.
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
    /// The line as it was sent.
    pub(super) line: &'a [u8],
    pub(super) label: String,
    pub(super) target: String,
    pub(super) differs: Option<Disagreement>,
    /// The record and its number.
    pub(super) record: &'a [u8],
    pub(super) number: u64,
}

/// A disagreement that may have a shorter example.
pub(super) struct Candidate {
    pub(super) pattern: Pattern,
    pub(super) record: Vec<u8>,
    pub(super) number: u64,
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
    pub(super) fn add(&mut self, finding: Finding<'_>) {
        let is_shorter = |cluster: &mut Cluster| {
            cluster.lines += 1;
            finding.line.len() < cluster.example.len()
        };
        if self.0.get_mut(&finding.pattern).is_none_or(is_shorter) {
            let lines = self
                .0
                .get(&finding.pattern)
                .map_or(1, |cluster| cluster.lines);
            let cluster = Cluster {
                lines,
                is_known: finding.is_known,
                example: finding.line.to_vec(),
                label: finding.label,
                target: finding.target,
                differs: finding.differs,
                record: finding.record.to_vec(),
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
            record: cluster.record.clone(),
            number: cluster.number,
        });
        candidates.collect()
    }

    /// Replaces the example of a pattern by a shorter one.
    pub(super) fn shorten(&mut self, pattern: &Pattern, example: &[u8], target: String) {
        if let Some(cluster) = self.0.get_mut(pattern) {
            cluster.example = example.to_vec();
            cluster.target = target;
        }
    }

    /// The patterns that are not known, one a line, each with its example as a comment.
    pub(super) fn write_new_patterns(&self, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster) in &self.0 {
            if !cluster.is_known {
                let example = excerpt(&cluster.example, 60);
                let description = cluster.description();
                writeln!(out, "{pattern:<40} # {example}  {description}")?;
            }
        }
        Ok(())
    }

    /// The clusters: new before known, and of each those of most lines first.
    fn clusters(&self) -> Vec<(&Pattern, &Cluster)> {
        let mut clusters: Vec<_> = self.0.iter().collect();
        clusters.sort_by_key(|(_, cluster)| (cluster.is_known, Reverse(cluster.lines)));
        clusters
    }

    /// A block for each cluster.
    pub(super) fn write_text(&self, styles: Styles, out: &mut impl Write) -> io::Result<()> {
        let table = Table::new();
        for (pattern, cluster) in self.clusters() {
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
            writeln!(out, "    {}", excerpt(&cluster.example, 100))?;
            writeln!(out, "    {}: {}", cluster.label, cluster.description())?;
            let stacks = stacks(&table, pattern);
            if !stacks.is_empty() {
                writeln!(out, "    on record of: {}", stacks.join(", "))?;
            }
        }
        Ok(())
    }

    /// An object for each cluster.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let table = Table::new();
        for (pattern, cluster) in self.clusters() {
            let object = FindingObject {
                pattern: pattern.to_string(),
                lines: cluster.lines,
                known: cluster.is_known,
                example: Hex(&cluster.example).to_string(),
                label: &cluster.label,
                target: &cluster.target,
                differs: cluster.differs.map(|differs| differs.to_string()),
                stacks: stacks(&table, pattern),
            };
            let mut row = Vec::new();
            write_json(&object, &mut row)?;
            out.write_all(&row)?;
        }
        Ok(())
    }
}

/// The stacks that are on record for doing the same with lines of this pattern, in the order of the table.
fn stacks(table: &Table, pattern: &Pattern) -> Vec<String> {
    let is_same = |reading: Reading| match pattern.deed() {
        "false-accept" => matches!(
            reading,
            Reading::Accepted
                | Reading::SameCode
                | Reading::ReadAs
                | Reading::OtherCode
                | Reading::OtherPhrase
        ),
        "false-reject" => reading == Reading::Refused,
        "false-request" => reading == Reading::Request,
        "false-alert" => reading == Reading::Alert,
        "other-code" => reading == Reading::OtherCode,
        "other-phrase" => reading == Reading::OtherPhrase,
        _ => false,
    };
    let judge = Judge::new();
    let is_alike = |line: &&Line| judge.assess(line.octets()).pattern(pattern.deed()) == *pattern;
    let lines = table.lines().iter().filter(is_alike);
    let records: Vec<_> = lines
        .flat_map(|line| table.readings_of(line.octets()))
        .collect();
    let readings = records.iter().flat_map(|record| &record.readings);
    let same = readings.filter(|reading| is_same(reading.reading));
    let same: Vec<_> = same.map(|reading| reading.stack).collect();
    let stacks = table.stacks().iter().filter(|stack| same.contains(stack));
    stacks.map(ToString::to_string).collect()
}
