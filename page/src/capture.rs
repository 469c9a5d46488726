//! A capture, as a list of its responses and what they come to.
//!
//! Rows and counts have the names and values of `sip-status decode --format json`.

use core::cmp::Reverse;
use core::convert::Infallible;
use std::collections::BTreeMap;
use std::io::Read;

use serde::Serialize;
use sip_status_capture::Reader;
use sip_status_decode::{CUT_OFF, Fault, HeaderChoice, Record, Repeats, Response, deviation_names};
use sip_status_lab::hex::Encoded;
use sip_status_line::Parser;
use sip_status_line::registry::PhraseMatch;

use crate::json::json;

/// How many rows are handed out at a time.
const BATCH: usize = 1000;

/// How many phrases and senders, which strangers choose, are counted each for itself.
const DISTINCT: usize = 1024;

/// A response, as the list has it.
#[derive(Serialize)]
struct Row {
    record: u64,
    time: Option<String>,
    src: Option<String>,
    dst: Option<String>,
    transport: Option<&'static str>,
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

impl Row {
    fn new(response: &Response<'_>) -> Self {
        let Response {
            record,
            parsed,
            headers,
            ..
        } = response;
        let origin = record.origin.as_ref();
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let accepted = parsed.as_ref().ok();
        let line = match parsed {
            Ok(parsed) => parsed.received(),
            Err(error) => record.line_around(error.offset()),
        };
        // No parser looks at more.
        let line = line.get(..=Parser::DEFAULT_MAX_LEN).unwrap_or(line);
        Self {
            record: record.number,
            time: origin.and_then(|origin| Some(origin.time?.to_string())),
            src: origin.map(|origin| origin.src.to_string()),
            dst: origin.map(|origin| origin.dst.to_string()),
            transport: origin.map(|origin| origin.transport.name()),
            r#where: record.place.name(),
            method: headers.method.map(text),
            call_id: headers.call_id.map(text),
            code: accepted.map(|parsed| parsed.line.code.get()),
            reason: accepted.map(|parsed| parsed.line.reason.to_string()),
            phrase_match: response.phrase_match().map(PhraseMatch::name),
            deviations: accepted.map_or_else(Vec::new, |parsed| deviation_names(parsed.deviations)),
            error: parsed.err().map(Fault::from),
            repeated: response.is_repeated,
            sender: headers.sender().map(text),
            hex: Encoded(line).to_string(),
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
    codes: Counts,
    phrases: Counts,
    deviations: Counts,
    errors: Counts,
    senders: Counts,
    transports: Counts,
    skipped: Counts,
    /// Why the capture was not read to its end.
    end: Option<String>,
}

/// How often each name came: the first of them, and all others as one.
#[derive(Default)]
struct Counts(BTreeMap<String, u64>);

#[derive(Serialize)]
struct Count<'c> {
    name: &'c str,
    count: u64,
}

impl Counts {
    fn add(&mut self, name: &str, count: u64) {
        let is_kept = self.0.len() < DISTINCT || self.0.contains_key(name);
        let name = if is_kept { name } else { "all others" };
        if let Some(counted) = self.0.get_mut(name) {
            *counted += count;
        } else {
            self.0.insert(name.to_owned(), count);
        }
    }
}

/// The most frequent first.
impl Serialize for Counts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.0.iter().map(|(name, count)| Count {
            name,
            count: *count,
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort_by_key(|count| Reverse(count.count));
        serializer.collect_seq(counts)
    }
}

impl Summary {
    fn add(&mut self, row: &Row) {
        if let Some(code) = row.code {
            self.accepted += 1;
            self.codes.add(&code.to_string(), 1);
            if row.phrase_match != Some(PhraseMatch::Exact.name()) {
                let phrase = row.reason.as_deref().unwrap_or_default();
                self.phrases.add(&format!("{code} {phrase}"), 1);
            }
        }
        self.deviating += u64::from(!row.deviations.is_empty());
        for name in &row.deviations {
            self.deviations.add(name, 1);
        }
        if let Some(error) = &row.error {
            self.refused += 1;
            self.errors.add(error.kind, 1);
        }
        self.senders
            .add(row.sender.as_deref().unwrap_or("(unnamed)"), 1);
        if let Some(transport) = row.transport {
            self.transports.add(transport, 1);
        }
    }
}

/// Reads a capture. Hands out its rows, in arrays of JSON, and returns what they come to.
///
/// Memory is bounded, but for what `rows` keeps.
pub(crate) fn read(input: impl Read, mut rows: impl FnMut(&str)) -> Summary {
    let mut summary = Summary::default();
    let mut repeats = Repeats::default();
    let mut batch = Vec::new();
    let report = Reader::new().read(input, |message| {
        let record = Record::of_message(&message);
        let Some(parsed) = record.parse(Parser::OBSERVE) else {
            summary.skipped.add(CUT_OFF, 1);
            return Ok::<_, Infallible>(());
        };
        let mut response = Response::new("", &record, parsed, HeaderChoice::All);
        response.is_repeated = repeats.is_repeated(&response);
        let row = Row::new(&response);
        summary.add(&row);
        batch.push(row);
        if batch.len() >= BATCH {
            rows(&json(&batch));
            batch.clear();
        }
        Ok(())
    });
    rows(&json(&batch));
    let Ok(report) = report;
    summary.packets = report.packets;
    for (kind, count) in report.skipped.iter() {
        summary.skipped.add(&kind.to_string(), count);
    }
    summary.end = report.end.err().map(|error| error.to_string());
    summary
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_capture_is_listed_and_summed_up() {
        let capture = include_bytes!("../../corpus/captures/sipp-odd-reasons-tcp.pcapng");
        let mut rows: Vec<serde_json::Value> = Vec::new();
        let summary = read(&capture[..], |batch| {
            let batch: Vec<_> = serde_json::from_str(batch).expect("JSON");
            rows.extend(batch);
        });
        assert!(summary.end.is_none());
        assert_eq!(rows.len() as u64, summary.accepted + summary.refused);
        assert!(!rows.is_empty());
        assert_eq!(summary.codes.0.values().sum::<u64>(), summary.accepted);
    }

    #[test]
    fn what_is_no_capture_says_so() {
        let summary = read(&b"SIP/2.0 200 OK\r\n"[..], |_| {});
        assert!(summary.end.is_some_and(|end| end.contains("pcap")));
    }
}
