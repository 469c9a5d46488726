//! What the findings of a probe have in common.

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sip_status_lab::divergence::Table;
use sip_status_lab::{Disagreement, Pattern};

use super::on_record::{OnRecord, StackRecords};
use crate::output::escape::{Hex, excerpt};
use crate::output::json::write_json;
use crate::output::terminal::Styles;

/// Findings of one pattern.
struct Cluster {
    lines: u64,
    is_known: bool,
    /// The shortest line of them, the first of that length.
    found: Vec<u8>,
    /// What is left of it.
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
    #[serde(flatten)]
    on_record: OnRecord,
}

impl Summary {
    pub(super) fn has(&self, pattern: &Pattern) -> bool {
        self.0.contains_key(pattern)
    }

    /// Whether a line of the pattern would be its example.
    pub(super) fn would_show(&self, pattern: &Pattern, goes_on: bool, line: &[u8]) -> bool {
        let is_shorter =
            |cluster: &Cluster| (goes_on, line.len()) < (cluster.goes_on, cluster.example.len());
        self.0.get(pattern).is_none_or(is_shorter)
    }

    pub(super) fn add(&mut self, finding: Finding<'_>) {
        let is_example = self.would_show(&finding.pattern, finding.goes_on, finding.example);
        let lines = match self.0.get_mut(&finding.pattern) {
            Some(cluster) => {
                cluster.lines += 1;
                cluster.lines
            }
            None => 1,
        };
        if is_example {
            let cluster = Cluster {
                lines,
                is_known: finding.is_known,
                found: finding.example.to_vec(),
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

    /// The clusters, each with what is on record of stacks: what is known last, then in the order of the
    /// record, and of each those of most lines first.
    fn clusters(&self) -> Vec<(&Pattern, &Cluster, OnRecord)> {
        let table = Table::new();
        let records = StackRecords::new(&table);
        let clusters = self.0.iter().map(|(pattern, cluster)| {
            let on_record = match cluster.differs {
                Some(_) => records.of(pattern, &[&cluster.found, &cluster.example]),
                None => OnRecord::default(),
            };
            (pattern, cluster, on_record)
        });
        let mut clusters: Vec<_> = clusters.collect();
        clusters.sort_by_key(|(_, cluster, on_record)| {
            let lines = Reverse(cluster.lines);
            (cluster.is_known, on_record.rank(), lines)
        });
        clusters
    }

    /// A block for each cluster.
    pub(super) fn write_text(&self, styles: Styles, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster, on_record) in self.clusters() {
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
            on_record.write(out)?;
        }
        Ok(())
    }

    /// An object for each cluster.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        for (pattern, cluster, on_record) in self.clusters() {
            let object = FindingObject {
                pattern: pattern.to_string(),
                lines: cluster.lines,
                known: cluster.is_known,
                example: Hex(&cluster.example).to_string(),
                label: &cluster.label,
                target: &cluster.target,
                differs: cluster.differs.map(|differs| differs.to_string()),
                on_record,
            };
            write_json(&object, out)?;
        }
        Ok(())
    }
}
