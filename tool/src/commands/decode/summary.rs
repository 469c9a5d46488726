//! `--summary`: what all records come to, as numbers. `page.rs` says how they look.
//!
//! Memory is bounded: phrases and senders, which strangers choose, are counted each for itself only up
//! to a number of them.

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use sip_status_capture::Transport;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, ReasonPhrase, StatusCode, StatusLine};

use super::bounded::BoundedCounts;
use super::groups::{Breakdown, GroupCounter, GroupKey};
use super::invites::Invites;
use crate::input::sink::SourceReport;
use crate::output::json::write_json;
use sip_status_decode::{HeaderChoice, Headers, Place, Record, Response};

/// Counts as they add up.
#[derive(Default)]
pub(crate) struct ResponseSummary {
    /// If that was asked for.
    groups: Option<GroupCounter>,
    invites: Invites,
    inputs: u64,
    packets: u64,
    octets: u64,
    accepted: u64,
    deviating: u64,
    refused: u64,
    /// By the code, from 0 on.
    codes: Vec<u64>,
    /// By the code in two octets and the phrase.
    phrases: BoundedCounts<u64>,
    deviations: BTreeMap<&'static str, Sighting>,
    errors: BTreeMap<&'static str, Sighting>,
    senders: BoundedCounts<MessageCount>,
    unnamed: u64,
    transports: BTreeMap<Transport, u64>,
    places: BTreeMap<Place, u64>,
    skipped: BTreeMap<String, u64>,
}

/// How often something was seen, and where first.
struct Sighting {
    count: u64,
    first: FirstRecord,
}

#[derive(Serialize)]
pub(crate) struct FirstRecord {
    pub(crate) source: String,
    pub(crate) record: u64,
}

/// What a sender sent.
#[derive(Clone, Copy, Default)]
struct MessageCount {
    count: u64,
    odd: u64,
}

impl MessageCount {
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.odd += other.odd;
    }
}

impl ResponseSummary {
    pub(crate) fn new(by: Option<GroupKey>) -> Self {
        Self {
            groups: by.map(GroupCounter::new),
            ..Self::default()
        }
    }

    /// For another source, whose counts are to be joined to these.
    pub(crate) fn apart(&self) -> Self {
        Self {
            groups: self.groups.as_ref().map(GroupCounter::apart),
            invites: self.invites.apart(),
            ..Self::default()
        }
    }

    /// Adds the counts of a source that was counted apart.
    pub(crate) fn join(&mut self, other: Self) {
        if let Some((groups, more)) = self.groups.as_mut().zip(other.groups) {
            groups.join(more);
        }
        self.invites.join(other.invites);
        self.inputs += other.inputs;
        self.packets += other.packets;
        self.octets += other.octets;
        self.accepted += other.accepted;
        self.deviating += other.deviating;
        self.refused += other.refused;
        self.unnamed += other.unnamed;
        self.phrases
            .join(other.phrases, |count, more| *count += more);
        self.senders.join(other.senders, MessageCount::join);
        for (code, more) in other.codes.into_iter().enumerate() {
            add_at(code, more, &mut self.codes);
        }
        add_counts(&mut self.transports, other.transports);
        add_counts(&mut self.places, other.places);
        add_counts(&mut self.skipped, other.skipped);
        for (seen, more) in [
            (&mut self.deviations, other.deviations),
            (&mut self.errors, other.errors),
        ] {
            for (name, sighting) in more {
                let count = sighting.count;
                let before = seen.entry(name).or_insert(Sighting {
                    count: 0,
                    first: sighting.first,
                });
                before.count += count;
            }
        }
    }

    /// Adds a request of a capture.
    pub(crate) fn request(&mut self, request: &Record<'_>) {
        if request.octets.starts_with(b"INVITE ") {
            let after_line = request.octets.get(request.line_around(0).len()..);
            let headers = Headers::new(after_line.unwrap_or_default(), HeaderChoice::Transaction);
            self.invites.add(&headers, false);
        }
    }

    /// Adds a response.
    pub(crate) fn add(&mut self, response: &Response<'_>) {
        let Response {
            source,
            record,
            parsed,
            ..
        } = response;
        let seen = || Sighting {
            count: 0,
            first: FirstRecord {
                source: (*source).to_owned(),
                record: record.number,
            },
        };
        match parsed {
            Ok(parsed) => {
                self.accepted += 1;
                self.line(&parsed.line, response.phrase_match());
                for (name, _) in parsed.deviations.iter_names() {
                    self.deviations.entry(name).or_insert_with(seen).count += 1;
                }
                self.deviating += u64::from(!parsed.deviations.is_empty());
            }
            Err(error) => {
                self.refused += 1;
                let kind = error.kind().name();
                self.errors.entry(kind).or_insert_with(seen).count += 1;
            }
        }
        let is_answer = response
            .code()
            .is_some_and(|code| code.class() == Class::Success);
        self.invites.add(&response.headers, is_answer);
        if let Some(groups) = &mut self.groups {
            groups.add(response);
        }
        match response.headers.sender() {
            Some(name) => {
                let sent = self.senders.of(name);
                sent.count += 1;
                sent.odd += u64::from(response.is_odd());
            }
            None => self.unnamed += 1,
        }
        if let Some(origin) = record.origin {
            *self.transports.entry(origin.transport).or_default() += 1;
        }
        *self.places.entry(record.place).or_default() += 1;
    }

    fn line(&mut self, line: &StatusLine<'_>, phrase_match: Option<PhraseMatch>) {
        add_at(line.code.get().into(), 1, &mut self.codes);
        if phrase_match != Some(PhraseMatch::Exact) {
            let key = [&line.code.get().to_be_bytes(), line.reason.as_bytes()].concat();
            *self.phrases.of(&key) += 1;
        }
    }

    /// Adds the end of a source.
    pub(crate) fn end(&mut self, report: &SourceReport) {
        self.inputs += 1;
        self.octets += report.octets;
        self.packets += report.packets;
        for skip in &report.skipped {
            *self.skipped.entry(skip.what.clone()).or_default() += skip.count;
        }
    }

    /// All that was counted, in the order in which it is shown.
    pub(crate) fn report(self) -> Report {
        let codes: Vec<_> = (0..)
            .zip(self.codes)
            .filter(|(_, count)| *count > 0)
            .filter_map(|(code, count)| Some((StatusCode::new(code)?, count)))
            .collect();
        let mut classes: Vec<ClassCount> = Vec::new();
        for (code, count) in &codes {
            let class = code.class();
            match classes.last_mut() {
                Some(last) if last.class == class => last.count += count,
                _ => classes.push(ClassCount {
                    class,
                    name: class.name(),
                    count: *count,
                }),
            }
        }
        let code = |(code, count): (StatusCode, u64)| CodeCount {
            code,
            phrase: code.canonical_reason(),
            count,
        };
        let phrase = |(key, count): (Box<[u8]>, u64)| {
            let (digits, reason) = key.split_first_chunk::<2>()?;
            let code = StatusCode::new(u16::from_be_bytes(*digits))?;
            let reason = ReasonPhrase::new(reason).ok()?;
            let line = StatusLine { code, reason };
            Some(PhraseCount {
                code,
                reason: reason.to_string(),
                phrase_match: line.registry_match().phrase.to_string(),
                count,
            })
        };
        let mut phrases: Vec<_> = self.phrases.kept.into_iter().filter_map(phrase).collect();
        phrases.sort_by(|a, b| {
            let by = |worded: &PhraseCount| (Reverse(worded.count), worded.code.get());
            by(a).cmp(&by(b)).then_with(|| a.reason.cmp(&b.reason))
        });
        let sender = |(name, sent): (Box<[u8]>, MessageCount)| SenderCount {
            name: String::from_utf8_lossy(&name).into_owned(),
            count: sent.count,
            odd: sent.odd,
        };
        let mut senders: Vec<_> = self.senders.kept.into_iter().map(sender).collect();
        senders.sort_by(|a, b| (Reverse(a.count), &a.name).cmp(&(Reverse(b.count), &b.name)));
        Report {
            by: self.groups.map(GroupCounter::breakdown),
            calls: self.invites.tried,
            calls_answered: self.invites.answered,
            inputs: self.inputs,
            packets: self.packets,
            octets: self.octets,
            accepted: self.accepted,
            deviating: self.deviating,
            refused: self.refused,
            classes,
            codes: codes.into_iter().map(code).collect(),
            phrases,
            other_phrases: self.phrases.others,
            deviations: by_frequency(self.deviations),
            errors: by_frequency(self.errors),
            senders,
            other_senders: self.senders.others.count,
            unnamed: self.unnamed,
            transports: by_name(self.transports, Transport::name),
            r#where: by_name(self.places, Place::name),
            skipped: self.skipped,
        }
    }
}

fn add_at(index: usize, more: u64, counts: &mut Vec<u64>) {
    if counts.len() <= index {
        counts.resize(index + 1, 0);
    }
    if let Some(count) = counts.get_mut(index) {
        *count += more;
    }
}

fn add_counts<K: Ord>(counts: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *counts.entry(key).or_default() += count;
    }
}

fn by_name<K>(
    counts: BTreeMap<K, u64>,
    name: impl Fn(K) -> &'static str,
) -> BTreeMap<&'static str, u64> {
    let counts = counts.into_iter();
    counts.map(|(key, count)| (name(key), count)).collect()
}

/// What was seen, the most frequent first.
fn by_frequency(seen: BTreeMap<&'static str, Sighting>) -> Vec<NameCount> {
    let named = seen.into_iter().map(|(name, sighting)| NameCount {
        name,
        count: sighting.count,
        first: sighting.first,
    });
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|named| Reverse(named.count));
    named
}

/// One object of JSON. Every field is always there, and in this order.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) inputs: u64,
    pub(crate) packets: u64,
    pub(crate) octets: u64,
    pub(crate) accepted: u64,
    pub(crate) deviating: u64,
    pub(crate) refused: u64,
    pub(crate) classes: Vec<ClassCount>,
    pub(crate) codes: Vec<CodeCount>,
    pub(crate) phrases: Vec<PhraseCount>,
    pub(crate) other_phrases: u64,
    pub(crate) deviations: Vec<NameCount>,
    pub(crate) errors: Vec<NameCount>,
    pub(crate) senders: Vec<SenderCount>,
    pub(crate) other_senders: u64,
    pub(crate) unnamed: u64,
    pub(crate) transports: BTreeMap<&'static str, u64>,
    pub(crate) r#where: BTreeMap<&'static str, u64>,
    pub(crate) skipped: BTreeMap<String, u64>,
    /// By Call-ID: those with an INVITE, and those of them with a 2xx to it.
    pub(crate) calls: u64,
    pub(crate) calls_answered: u64,
    pub(crate) by: Option<Breakdown>,
}

impl Report {
    /// How many records there were.
    pub(crate) fn all(&self) -> u64 {
        self.accepted + self.refused
    }

    /// How many there were of a class.
    pub(crate) fn of_class(&self, class: Class) -> u64 {
        let of_class = self.classes.iter().find(|of| of.class == class);
        of_class.map_or(0, |of| of.count)
    }

    /// Writes it as a line of JSON.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) -> io::Result<()> {
        write_json(self, out)
    }
}

#[derive(Serialize)]
pub(crate) struct ClassCount {
    #[serde(skip)]
    pub(crate) class: Class,
    #[serde(rename = "class")]
    name: &'static str,
    pub(crate) count: u64,
}

#[derive(Serialize)]
pub(crate) struct CodeCount {
    pub(crate) code: StatusCode,
    /// The registered one.
    pub(crate) phrase: Option<&'static str>,
    pub(crate) count: u64,
}

/// A phrase other than the registered one.
#[derive(Serialize)]
pub(crate) struct PhraseCount {
    pub(crate) code: StatusCode,
    pub(crate) reason: String,
    pub(crate) phrase_match: String,
    pub(crate) count: u64,
}

/// A deviation or a kind of error.
#[derive(Serialize)]
pub(crate) struct NameCount {
    pub(crate) name: &'static str,
    pub(crate) count: u64,
    pub(crate) first: FirstRecord,
}

#[derive(Serialize)]
pub(crate) struct SenderCount {
    pub(crate) name: String,
    pub(crate) count: u64,
    /// Refused, or with deviations.
    pub(crate) odd: u64,
}
