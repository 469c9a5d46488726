//! `--summary`: what all records come to, as numbers. How they look is in [`page`](crate::output::page).
//!
//! Memory is bounded: of phrases and senders, which strangers choose, only so many are told apart.

use core::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

use serde::Serialize;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, ParseError, Parsed, ReasonPhrase, StatusCode, StatusLine};

use crate::input::records::Record;
use crate::output::finding::{class_name, write_json};
use crate::output::sender::sender;
use sip_status_capture::SkipCounts;

/// How many phrases and how many senders are told apart.
const DISTINCT: usize = 1024;

/// How many octets of each are kept.
const KEPT: usize = 256;

/// Counts as they add up.
#[derive(Default)]
pub(crate) struct Summary {
    inputs: u64,
    packets: u64,
    octets: u64,
    accepted: u64,
    deviating: u64,
    refused: u64,
    codes: BTreeMap<u16, u64>,
    /// By the code in two octets and the phrase.
    phrases: Bounded<u64>,
    deviations: BTreeMap<&'static str, Seen>,
    errors: BTreeMap<String, Seen>,
    senders: Bounded<Sent>,
    unnamed: u64,
    transports: BTreeMap<&'static str, u64>,
    places: BTreeMap<&'static str, u64>,
    given_up: BTreeMap<String, u64>,
}

/// Counts by key, for so many keys. All others count as one.
#[derive(Default)]
struct Bounded<T> {
    kept: HashMap<Box<[u8]>, T>,
    others: T,
}

impl<T: Default> Bounded<T> {
    fn of(&mut self, key: &[u8]) -> &mut T {
        let key = key.get(..KEPT).unwrap_or(key);
        if self.kept.len() < DISTINCT && !self.kept.contains_key(key) {
            self.kept.insert(key.into(), T::default());
        }
        self.kept.get_mut(key).unwrap_or(&mut self.others)
    }
}

/// How often something was seen, and where first.
struct Seen {
    count: u64,
    first: First,
}

#[derive(Serialize)]
pub(crate) struct First {
    pub(crate) source: String,
    pub(crate) record: u64,
}

/// What a sender sent.
#[derive(Default)]
struct Sent {
    count: u64,
    odd: u64,
}

impl Summary {
    pub(crate) fn add(
        &mut self,
        source: &str,
        record: &Record<'_>,
        read: &Result<Parsed<'_>, ParseError>,
    ) {
        let seen = || Seen {
            count: 0,
            first: First {
                source: source.to_owned(),
                record: record.number,
            },
        };
        let odd = match read {
            Ok(parsed) => {
                self.accepted += 1;
                self.line(&parsed.line);
                for (name, _) in parsed.deviations.iter_names() {
                    self.deviations.entry(name).or_insert_with(seen).count += 1;
                }
                let deviates = !parsed.deviations.is_empty();
                self.deviating += u64::from(deviates);
                deviates
            }
            Err(error) => {
                self.refused += 1;
                let kind = error.kind().to_string();
                self.errors.entry(kind).or_insert_with(seen).count += 1;
                true
            }
        };
        match sender(record, read) {
            Some(name) => {
                let sent = self.senders.of(name);
                sent.count += 1;
                sent.odd += u64::from(odd);
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

    /// Adds how many packets a capture had, what was passed over in it, and how many lines were cut
    /// off.
    pub(crate) fn skipped(&mut self, packets: u64, skipped: &SkipCounts, cut: u64) {
        self.packets += packets;
        for (kind, count) in skipped.iter() {
            *self.given_up.entry(kind.to_string()).or_default() += count;
        }
        if cut > 0 {
            *self.given_up.entry("lines cut off".to_owned()).or_default() += cut;
        }
    }

    /// Adds the end of an input.
    pub(crate) fn end(&mut self, octets: u64) {
        self.inputs += 1;
        self.octets += octets;
    }

    /// All that was counted, in the order in which it is shown.
    pub(crate) fn report(self) -> Report {
        let codes: Vec<_> = self
            .codes
            .into_iter()
            .filter_map(|(code, count)| Some((StatusCode::new(code)?, count)))
            .collect();
        let mut classes: Vec<OfClass> = Vec::new();
        for (code, count) in &codes {
            let class = code.class();
            match classes.last_mut() {
                Some(last) if last.class == class => last.count += count,
                _ => classes.push(OfClass {
                    class,
                    name: class_name(class),
                    count: *count,
                }),
            }
        }
        let code = |(code, count): (StatusCode, u64)| OfCode {
            code,
            phrase: code.canonical_reason(),
            count,
        };
        let phrase = |(key, count): (Box<[u8]>, u64)| {
            let (digits, reason) = key.split_first_chunk::<2>()?;
            let code = StatusCode::new(u16::from_be_bytes(*digits))?;
            let reason = ReasonPhrase::new(reason).ok()?;
            let line = StatusLine { code, reason };
            Some(Worded {
                code,
                reason: reason.to_string(),
                phrase: line.registry_match().phrase.to_string(),
                count,
            })
        };
        let mut phrases: Vec<_> = self.phrases.kept.into_iter().filter_map(phrase).collect();
        phrases.sort_by(|a, b| {
            let by = |worded: &Worded| (Reverse(worded.count), worded.code.get());
            by(a).cmp(&by(b)).then_with(|| a.reason.cmp(&b.reason))
        });
        let sender = |(name, sent): (Box<[u8]>, Sent)| Sender {
            name: String::from_utf8_lossy(&name).into_owned(),
            count: sent.count,
            odd: sent.odd,
        };
        let mut senders: Vec<_> = self.senders.kept.into_iter().map(sender).collect();
        senders.sort_by(|a, b| (Reverse(a.count), &a.name).cmp(&(Reverse(b.count), &b.name)));
        Report {
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
            deviations: named(
                self.deviations
                    .into_iter()
                    .map(|(name, seen)| (name.to_owned(), seen)),
            ),
            errors: named(self.errors.into_iter()),
            senders,
            other_senders: self.senders.others.count,
            unnamed: self.unnamed,
            transports: self.transports,
            r#where: self.places,
            given_up: self.given_up,
        }
    }
}

/// Those seen, the most frequent first.
fn named(seen: impl Iterator<Item = (String, Seen)>) -> Vec<Named> {
    let named = seen.map(|(name, seen)| Named {
        name,
        count: seen.count,
        first: seen.first,
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
    pub(crate) classes: Vec<OfClass>,
    pub(crate) codes: Vec<OfCode>,
    pub(crate) phrases: Vec<Worded>,
    pub(crate) other_phrases: u64,
    pub(crate) deviations: Vec<Named>,
    pub(crate) errors: Vec<Named>,
    pub(crate) senders: Vec<Sender>,
    pub(crate) other_senders: u64,
    pub(crate) unnamed: u64,
    pub(crate) transports: BTreeMap<&'static str, u64>,
    pub(crate) r#where: BTreeMap<&'static str, u64>,
    pub(crate) given_up: BTreeMap<String, u64>,
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
pub(crate) struct OfClass {
    #[serde(skip)]
    pub(crate) class: Class,
    #[serde(rename = "class")]
    name: &'static str,
    pub(crate) count: u64,
}

#[derive(Serialize)]
pub(crate) struct OfCode {
    pub(crate) code: StatusCode,
    /// The registered one.
    pub(crate) phrase: Option<&'static str>,
    pub(crate) count: u64,
}

/// A phrase other than the registered one.
#[derive(Serialize)]
pub(crate) struct Worded {
    pub(crate) code: StatusCode,
    pub(crate) reason: String,
    pub(crate) phrase: String,
    pub(crate) count: u64,
}

/// A deviation or a kind of error.
#[derive(Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) count: u64,
    pub(crate) first: First,
}

#[derive(Serialize)]
pub(crate) struct Sender {
    pub(crate) name: String,
    pub(crate) count: u64,
    /// Refused, or with deviations.
    pub(crate) odd: u64,
}
