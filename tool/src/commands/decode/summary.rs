//! `--summary`: what all records come to, as numbers. How they look is in [`page`](super::page).
//!
//! Memory is bounded: phrases and senders, which strangers choose, are counted each for itself only up
//! to a number of them.

use core::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

use clap::ValueEnum;
use serde::Serialize;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, ReasonPhrase, StatusCode, StatusLine};

use super::headers::Headers;
use super::invites::Invites;
use super::response::Response;
use crate::input::sink::SourceReport;
use crate::output::clock;
use crate::output::json::write_json;
use crate::record::Record;

/// How many phrases, and how many senders, are counted each for itself.
const DISTINCT_KEYS: usize = 1024;

/// How many octets of each are kept.
const KEY_OCTETS: usize = 256;

/// Counts as they add up.
#[derive(Default)]
pub(crate) struct Summary {
    /// What responses are grouped by, if that was asked for.
    by: Option<GroupKey>,
    groups: BoundedCounts<GroupCounts>,
    invites: Invites,
    inputs: u64,
    packets: u64,
    octets: u64,
    accepted: u64,
    deviating: u64,
    refused: u64,
    codes: BTreeMap<u16, u64>,
    /// By the code in two octets and the phrase.
    phrases: BoundedCounts<u64>,
    deviations: BTreeMap<&'static str, Sighting>,
    errors: BTreeMap<&'static str, Sighting>,
    senders: BoundedCounts<MessageCount>,
    unnamed: u64,
    transports: BTreeMap<&'static str, u64>,
    places: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<String, u64>,
}

/// Counts by key, for the first keys. All others count as one.
#[derive(Default)]
struct BoundedCounts<T> {
    kept: HashMap<Box<[u8]>, T>,
    others: T,
}

impl<T: Default> BoundedCounts<T> {
    fn of(&mut self, key: &[u8]) -> &mut T {
        let key = key.get(..KEY_OCTETS).unwrap_or(key);
        if self.kept.len() < DISTINCT_KEYS && !self.kept.contains_key(key) {
            self.kept.insert(key.into(), T::default());
        }
        self.kept.get_mut(key).unwrap_or(&mut self.others)
    }
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
#[derive(Default)]
struct MessageCount {
    count: u64,
    odd: u64,
}

/// What responses can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupKey {
    /// The address of who sent them
    Src,
    /// The address of whom they were sent to
    Dst,
    /// The method of the request
    Method,
    /// The minute in which they were captured, in UTC
    Minute,
    /// The status code
    Code,
}

impl GroupKey {
    /// The group of a response. Of what has none, it is empty.
    fn of(self, response: &Response<'_>) -> Vec<u8> {
        let origin = response.record.origin;
        let key = match self {
            Self::Src => origin.map(|origin| origin.src.ip().to_string()),
            Self::Dst => origin.map(|origin| origin.dst.ip().to_string()),
            Self::Method => return response.headers.method.unwrap_or_default().to_vec(),
            Self::Minute => origin
                .and_then(|origin| origin.time)
                .and_then(clock::minute),
            Self::Code => response.code().map(|code| code.to_string()),
        };
        key.unwrap_or_default().into_bytes()
    }

    /// Its name, as of the argument.
    const fn name(self) -> &'static str {
        match self {
            Self::Src => "src",
            Self::Dst => "dst",
            Self::Method => "method",
            Self::Minute => "minute",
            Self::Code => "code",
        }
    }
}

/// The responses of a group.
#[derive(Clone, Copy, Default)]
struct GroupCounts {
    classes: [u64; 6],
    refused: u64,
}

impl GroupCounts {
    fn add(&mut self, response: &Response<'_>) {
        let class = response.parsed.as_ref().ok();
        let index = class.map(|parsed| usize::from(parsed.line.code.class() as u8) - 1);
        match index.and_then(|index| self.classes.get_mut(index)) {
            Some(count) => *count += 1,
            None => self.refused += 1,
        }
    }

    fn total(&self) -> u64 {
        self.classes.iter().sum::<u64>() + self.refused
    }
}

impl Summary {
    pub(crate) fn new(by: Option<GroupKey>) -> Self {
        Self {
            by,
            ..Self::default()
        }
    }

    /// Adds a request of a capture.
    pub(crate) fn request(&mut self, request: &Record<'_>) {
        if request.octets.starts_with(b"INVITE ") {
            let after_line = request.octets.get(request.line_around(0).len()..);
            self.invites
                .add(&Headers::new(after_line.unwrap_or_default()), false);
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
                self.line(&parsed.line);
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
        if let Some(by) = self.by {
            self.groups.of(&by.of(response)).add(response);
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
            *self.transports.entry(origin.transport.name()).or_default() += 1;
        }
        *self.places.entry(record.place.name()).or_default() += 1;
    }

    fn line(&mut self, line: &StatusLine<'_>) {
        *self.codes.entry(line.code.get()).or_default() += 1;
        if line.registry_match().phrase != PhraseMatch::Exact {
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
        let codes: Vec<_> = self
            .codes
            .into_iter()
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
        let group = |(key, counts): (Vec<u8>, GroupCounts)| {
            let [
                provisional,
                success,
                redirection,
                client_error,
                server_error,
                global_failure,
            ] = counts.classes;
            Group {
                key: String::from_utf8_lossy(&key).into_owned(),
                count: counts.total(),
                provisional,
                success,
                redirection,
                client_error,
                server_error,
                global_failure,
                refused: counts.refused,
            }
        };
        let groups = self.groups.kept.into_iter();
        let mut groups: Vec<_> = groups
            .map(|(key, counts)| group((key.into(), counts)))
            .collect();
        groups.sort_by(|a, b| match self.by {
            Some(GroupKey::Minute | GroupKey::Code) => a.key.cmp(&b.key),
            _ => (Reverse(a.count), &a.key).cmp(&(Reverse(b.count), &b.key)),
        });
        let by = self.by.map(|by| Groups {
            by: by.name(),
            groups,
            others: self.groups.others.total(),
        });
        Report {
            by,
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
            transports: self.transports,
            r#where: self.places,
            skipped: self.skipped,
        }
    }
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
    pub(crate) by: Option<Groups>,
}

/// The responses by what was asked for.
#[derive(Serialize)]
pub(crate) struct Groups {
    pub(crate) by: &'static str,
    pub(crate) groups: Vec<Group>,
    /// How many are of groups beyond the first 1024.
    pub(crate) others: u64,
}

/// The responses of a group, by class.
#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) key: String,
    pub(crate) count: u64,
    pub(crate) provisional: u64,
    pub(crate) success: u64,
    pub(crate) redirection: u64,
    pub(crate) client_error: u64,
    pub(crate) server_error: u64,
    pub(crate) global_failure: u64,
    pub(crate) refused: u64,
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
