//! The lines that are sent.

use std::io;

use sip_status_lab::hex;
use sip_status_line::Parser;

use super::args::{Args, Content};
use crate::input::files::ReadOptions;
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::outcome::{CommandError, Outcome};
use crate::output::escape::text;
use crate::output::terminal::Output;
use crate::record::Record;
use crate::response::response;

/// The most octets of lines that are read before the first is sent.
const TOTAL: usize = 256 << 20;

/// A line to send, and where it stood.
pub(super) struct Line {
    pub(super) source: String,
    pub(super) number: u64,
    pub(super) name: Option<String>,
    /// All octets of the record.
    pub(super) octets: Vec<u8>,
}

impl Line {
    pub(super) fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{}:{} {name}", self.source, self.number),
            None => format!("{}:{}", self.source, self.number),
        }
    }
}

/// The lines to send.
pub(super) struct Lines {
    pub(super) read: Vec<Line>,
    octets: usize,
    count: u64,
    /// Which limit was reached, if there were more lines.
    pub(super) limit: Option<&'static str>,
    output: Output,
}

impl Lines {
    /// Reads all lines, so that a target need not wait for an input.
    pub(super) fn read(args: &Args, output: &Output) -> Result<(Self, Outcome), CommandError> {
        let mut lines = Self {
            read: Vec::new(),
            octets: 0,
            count: args.count,
            limit: None,
            output: output.clone(),
        };
        let options = ReadOptions {
            kept_octets: hex::MAX_LEN as u64,
            ..ReadOptions::new(LineChoice::Every)
        };
        let outcome = args.input.read(options, output, &mut lines)?;
        Ok((lines, outcome))
    }
}

impl Sink for Lines {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        self.octets += record.octets.len();
        if self.read.len() as u64 == self.count {
            self.limit = Some("--count allows no more");
        } else if self.octets > TOTAL {
            self.limit = Some("no more than 256 MiB are read");
        }
        if self.limit.is_some() {
            return Ok(Reply::Enough);
        }
        if record.beyond > 0 || record.cut {
            let source = text(source.as_bytes());
            let number = record.number;
            self.output.say(format_args!(
                "{source}:{number}: left out, since it is cut short"
            ))?;
            return Ok(Reply::Taken);
        }
        self.read.push(Line {
            source: source.to_owned(),
            number: record.number,
            name: record.name.map(str::to_owned),
            octets: record.octets.to_vec(),
        });
        Ok(Reply::Taken)
    }
}

/// How a record becomes a message.
pub(super) struct Messages {
    pub(super) content: Content,
    /// What the Via begins with, so that the target takes the response for one to a request of its
    /// own: `UDP 127.0.0.1:5060`.
    pub(super) via: String,
}

impl Messages {
    /// The message that tries these octets, which are those of the record of that number.
    pub(super) fn message(&self, octets: &[u8], number: u64) -> Vec<u8> {
        match self.content {
            Content::Response => response(first_line(octets), &self.via, number),
            Content::Line => first_line(octets).to_vec(),
            Content::AsIs => octets.to_vec(),
        }
    }
}

/// The first line: what a parser reads that allows every deviation; or, if it is wrong, up to the
/// first LF that does not stand before it. All octets if there is none.
fn first_line(octets: &[u8]) -> &[u8] {
    if let Ok(parsed) = Parser::OBSERVE.with_max_len(usize::MAX).line(octets) {
        return parsed.received();
    }
    let mut octets_after_crlfs = octets.iter().enumerate();
    let start = octets_after_crlfs.position(|(_, octet)| !b"\r\n".contains(octet));
    let end = octets_after_crlfs.find(|(_, octet)| **octet == b'\n');
    match (start, end) {
        (Some(_), Some((end, _))) => octets.get(..=end).unwrap_or(octets),
        _ => octets,
    }
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn what_follows_the_first_line_is_left_out() {
        for (line, rest) in [
            (&b"SIP/2.0 200 OK\r\n"[..], &b"Via: x\r\n\r\n"[..]),
            (b"\r\n\r\nSIP/2.0 200 OK\r\n", b"SIP/2.0 486 Busy Here\r\n"),
            (b"SIP/2.0 200 OK\n", b"\rX: y\r\n"),
            (b"SIP/2.0 999 OK\r\n", b"\r\n"),
            (b"\nSIP/2.0 200 O\0K\r\rX\n", b"\n"),
            (b"SIP/2.0 200 OK", b""),
            (b"SIP/2.0 999", b""),
            (b"\r\n\r\n", b""),
            (b"", b""),
        ] {
            let octets = [line, rest].concat();
            assert_eq!(first_line(&octets), line, "{}", octets.escape_ascii());
        }
    }
}
