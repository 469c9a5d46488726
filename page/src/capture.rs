//! A capture, as a list of its responses and a summary.
//!
//! Rows and counts have the names and values of `sip-status decode --format json`, where that has them.

use core::convert::Infallible;
use core::hash::BuildHasher;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use serde::Serialize;
use sip_status_capture::{Message, Reader};
use sip_status_lab::hex::Encoded;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{ParseError, Parsed, Parser, StatusCode};

use crate::json::json;

/// As many responses are remembered to know repeated ones from.
const REMEMBERED: usize = 1 << 16;

/// As many rows are handed out at a time.
const BATCH: usize = 1000;

/// As many phrases and senders are counted each for itself: strangers choose them.
const DISTINCT: usize = 1024;

/// A response, as the list has it.
#[derive(Serialize)]
struct Row {
    record: u64,
    time: Option<String>,
    src: String,
    dst: String,
    transport: &'static str,
    r#where: &'static str,
    method: Option<String>,
    call_id: Option<String>,
    code: Option<u16>,
    reason: Option<String>,
    phrase_match: Option<&'static str>,
    deviations: Vec<&'static str>,
    error: Option<Fault>,
    repeated: bool,
    sender: Option<String>,
    /// The octets of the line, to judge them anew.
    hex: String,
}

#[derive(Serialize)]
struct Fault {
    kind: &'static str,
    offset: usize,
    message: String,
    code: Option<u16>,
}

impl Fault {
    fn new(error: ParseError) -> Self {
        Self {
            kind: error.kind().name(),
            offset: error.offset(),
            message: error.to_string(),
            code: error.code().map(StatusCode::get),
        }
    }
}

/// What a capture comes to.
#[derive(Default, Serialize)]
pub(crate) struct Summary {
    packets: u64,
    accepted: u64,
    deviating: u64,
    refused: u64,
    codes: Vec<Count>,
    phrases: Vec<Count>,
    deviations: Vec<Count>,
    errors: Vec<Count>,
    senders: Vec<Count>,
    transports: Vec<Count>,
    skipped: Vec<Count>,
    /// Why the capture was not read to its end.
    end: Option<String>,
}

#[derive(Serialize)]
struct Count {
    name: String,
    count: u64,
}

/// The counts as they add up.
#[derive(Default)]
struct Counts {
    summary: Summary,
    codes: BTreeMap<String, u64>,
    phrases: BTreeMap<String, u64>,
    deviations: BTreeMap<String, u64>,
    errors: BTreeMap<String, u64>,
    senders: BTreeMap<String, u64>,
    transports: BTreeMap<String, u64>,
    cut_off: u64,
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else {
        let name = if counts.len() < DISTINCT {
            name
        } else {
            "all others"
        };
        *counts.entry(name.to_owned()).or_default() += 1;
    }
}

/// The most frequent first.
fn by_frequency(counts: BTreeMap<String, u64>) -> Vec<Count> {
    let counts = counts
        .into_iter()
        .map(|(name, count)| Count { name, count });
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|count| core::cmp::Reverse(count.count));
    counts
}

/// Reads a capture. Hands out its rows, as arrays of JSON with no more than a thousand each, and
/// returns what it comes to.
///
/// Memory is bounded, but for what `rows` keeps.
pub(crate) fn read(input: impl Read, mut rows: impl FnMut(&str)) -> Summary {
    let mut batch = Vec::new();
    let mut repeats = Repeats::default();
    let mut counts = Counts::default();
    let mut hand_out = |batch: &mut Vec<Row>| {
        rows(&json(batch));
        batch.clear();
    };
    let report = Reader::new().read(input, |message| {
        match parse(&message) {
            Some(parsed) => {
                let row = row(&message, parsed, &mut repeats);
                counts.add(&row);
                batch.push(row);
            }
            None => counts.cut_off += 1,
        }
        if batch.len() >= BATCH {
            hand_out(&mut batch);
        }
        Ok::<_, Infallible>(())
    });
    hand_out(&mut batch);
    let Ok(report) = report;
    let mut summary = counts.summary();
    summary.packets = report.packets;
    let skipped = report.skipped.iter();
    let skipped = skipped.map(|(kind, count)| Count {
        name: kind.to_string(),
        count,
    });
    summary.skipped.extend(skipped);
    summary.end = report.end.err().map(|error| error.to_string());
    summary
}

/// What OBSERVE makes of a message. `None` if its line is cut off, so that it is neither accepted nor
/// refused.
fn parse<'a>(message: &Message<'a>) -> Option<Result<Parsed<'a>, ParseError>> {
    if message.cut {
        Parser::OBSERVE.prefix(message.octets).transpose()
    } else {
        Some(Parser::OBSERVE.line(message.octets))
    }
}

/// The message without what follows its last LF: a header there may have been cut off.
fn with_whole_headers(mut message: Message<'_>) -> Message<'_> {
    let lf = message.octets.iter().rposition(|octet| *octet == b'\n');
    let whole = message.octets.get(..=lf.unwrap_or_default());
    message.octets = whole.unwrap_or_default();
    message
}

/// The method of the request, which stands after the number of `CSeq`, be that one or not.
fn method<'a>(headers: &Message<'a>) -> Option<&'a [u8]> {
    let mut words = headers.header("CSeq")?.split(u8::is_ascii_whitespace);
    words.next()?;
    words.find(|word| !word.is_empty())
}

fn row(
    message: &Message<'_>,
    parsed: Result<Parsed<'_>, ParseError>,
    repeats: &mut Repeats,
) -> Row {
    let origin = message.origin;
    let headers = with_whole_headers(*message);
    let sender = headers
        .header("Server")
        .or_else(|| headers.header("User-Agent"));
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let accepted = parsed.as_ref().ok();
    let error = parsed.as_ref().err();
    let line = match &parsed {
        Ok(parsed) => parsed.received(),
        Err(error) => line_around(message.octets, error.offset()),
    };
    let names = accepted.map(|parsed| parsed.deviations.iter_names().map(|(name, _)| name));
    Row {
        record: message.frame,
        time: origin.time.map(|time| time.to_string()),
        src: origin.src.to_string(),
        dst: origin.dst.to_string(),
        transport: origin.transport.name(),
        r#where: message.place.name(),
        method: method(&headers).map(text),
        call_id: headers.call_id().map(text),
        code: accepted.map(|parsed| parsed.line.code.get()),
        reason: accepted.map(|parsed| parsed.line.reason.to_string()),
        phrase_match: accepted.map(|parsed| parsed.registry_match().phrase.name()),
        deviations: names.map_or_else(Vec::new, Iterator::collect),
        error: error.copied().map(Fault::new),
        repeated: repeats.is_repeated(&headers, accepted.map(|parsed| parsed.line.code)),
        sender: sender.map(text),
        hex: Encoded(line).to_string(),
    }
}

/// The octets up to the LF that follows `offset`, as far as a parser looks.
fn line_around(octets: &[u8], offset: usize) -> &[u8] {
    let octets = octets.get(..=Parser::DEFAULT_MAX_LEN).unwrap_or(octets);
    let mut after = octets.iter().skip(offset);
    let lf = after.position(|octet| *octet == b'\n');
    lf.and_then(|lf| octets.get(..=offset + lf))
        .unwrap_or(octets)
}

impl Counts {
    fn add(&mut self, row: &Row) {
        let summary = &mut self.summary;
        match (&row.code, &row.error) {
            (Some(code), _) => {
                summary.accepted += 1;
                summary.deviating += u64::from(!row.deviations.is_empty());
                add(&mut self.codes, &code.to_string());
                if row.phrase_match != Some(PhraseMatch::Exact.name()) {
                    let phrase = row.reason.as_deref().unwrap_or_default();
                    add(&mut self.phrases, &format!("{code} {phrase}"));
                }
            }
            (None, error) => {
                summary.refused += 1;
                add(
                    &mut self.errors,
                    error.as_ref().map_or("", |error| error.kind),
                );
            }
        }
        for name in &row.deviations {
            add(&mut self.deviations, name);
        }
        let sender = row.sender.as_deref();
        add(&mut self.senders, sender.unwrap_or("(unnamed)"));
        add(&mut self.transports, row.transport);
    }

    fn summary(self) -> Summary {
        let codes = self
            .codes
            .into_iter()
            .map(|(name, count)| Count { name, count });
        let cut_off = (self.cut_off > 0).then(|| Count {
            name: "lines cut off by the capture, neither accepted nor refused".to_owned(),
            count: self.cut_off,
        });
        Summary {
            codes: codes.collect(),
            phrases: by_frequency(self.phrases),
            deviations: by_frequency(self.deviations),
            errors: by_frequency(self.errors),
            senders: by_frequency(self.senders),
            transports: by_frequency(self.transports),
            skipped: cut_off.into_iter().collect(),
            ..self.summary
        }
    }
}

/// The responses of late, by a hash of what distinguishes them.
#[derive(Default)]
struct Repeats {
    state: RandomState,
    recent: HashSet<u64>,
    older: HashSet<u64>,
}

impl Repeats {
    /// Whether a response between the same ends had the same code, Via, Call-ID and `CSeq` before. Of
    /// what has no Call-ID, nothing is known.
    fn is_repeated(&mut self, message: &Message<'_>, code: Option<StatusCode>) -> bool {
        let Some(call_id) = message.call_id() else {
            return false;
        };
        let origin = message.origin;
        let ends = (origin.src, origin.dst, message.place);
        let request = (message.header("Via"), call_id, message.header("CSeq"));
        let hash = self.state.hash_one((ends, request, code));
        let is_repeated = self.older.contains(&hash) || self.recent.contains(&hash);
        self.recent.insert(hash);
        if self.recent.len() >= REMEMBERED {
            self.older = core::mem::take(&mut self.recent);
        }
        is_repeated
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_capture_is_listed_and_summed_up() {
        let capture = include_bytes!("../../corpus/captures/sipp-odd-reasons-tcp.pcapng");
        let mut rows = Vec::new();
        let summary = read(&capture[..], |batch| {
            let batch: Vec<serde_json::Value> = serde_json::from_str(batch).expect("JSON");
            rows.extend(batch);
        });
        assert!(summary.end.is_none());
        assert_eq!(rows.len() as u64, summary.accepted + summary.refused);
        assert!(!rows.is_empty());
        let by_code: u64 = summary.codes.iter().map(|code| code.count).sum();
        assert_eq!(by_code, summary.accepted);
    }

    #[test]
    fn what_is_no_capture_says_so() {
        let summary = read(&b"SIP/2.0 200 OK\r\n"[..], |_| {});
        assert!(summary.end.is_some_and(|end| end.contains("pcap")));
    }
}
