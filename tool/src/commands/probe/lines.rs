//! The lines that are sent.

use std::io;

use memchr::memmem;
use sip_status_lab::hex;

use super::args::{Content, ProbeArgs};
use crate::input::files::{Input, ReadOptions};
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::outcome::{CommandError, Outcome};
use crate::output::escape::text;
use crate::output::terminal::Output;
use crate::response::Headers;
use sip_status_decode::Record;

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
    pub(super) fn read(args: &ProbeArgs, output: &Output) -> Result<(Self, Outcome), CommandError> {
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
        let outcome = match args.record.lines() {
            Some(table) => Input::of_file(table).read(options, output, &mut lines)?,
            None => args.input.read(options, output, &mut lines)?,
        };
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

/// Whether there are lines and none of them begins like a status-line, as if hex were read as text.
pub(super) fn none_is_sip(lines: &[Line]) -> bool {
    let is_sip = |line: &Line| {
        let start = line.octets.trim_ascii_start().get(..4);
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
    };
    !lines.is_empty() && !lines.iter().any(is_sip)
}

/// How a record becomes a message.
#[derive(Clone)]
pub(super) struct Messages {
    pub(super) content: Content,
    /// What the Via begins with, so that the target takes the response for one to a request of its
    /// own: `UDP 127.0.0.1:5060`.
    pub(super) via: String,
}

impl Messages {
    /// The message that tries these octets, which are those of the record of that number.
    pub(super) fn message(&self, octets: &[u8], number: u64) -> Vec<u8> {
        /// What a line without CR LF takes for its own, so that no header is lost that a target needs.
        const TAKEN: &[u8] = b"Server: x\r\n";
        let line = self.line(octets);
        let headers = Headers::plain(&self.via, number);
        match self.content {
            Content::Response if self.go_on(line) => headers.after(&[line, TAKEN].concat()),
            Content::Response | Content::Row => headers.after(line),
            Content::Line | Content::AsIs => line.to_vec(),
        }
    }

    /// Whether what the target says is about the line alone: not if a row on record has more after its line,
    /// which the target may rightly refuse.
    pub(super) fn is_judged(&self, record: &[u8]) -> bool {
        self.content != Content::Row || first_line(record).len() == record.len()
    }

    /// What of a record is on trial and may be missed, and the line ending that has to stay for headers to
    /// follow it.
    pub(super) fn split_ending<'a>(&self, record: &'a [u8]) -> (&'a [u8], &'static [u8]) {
        let line = self.line(record);
        match (self.content, line.strip_suffix(b"\r\n")) {
            (Content::Response | Content::Row, Some(line)) => (line, b"\r\n"),
            _ => (line, b""),
        }
    }

    /// Whether the headers go on with this line of a record, which has no CR LF.
    pub(super) fn go_on(&self, line: &[u8]) -> bool {
        match self.content {
            Content::Response | Content::Row => !line.ends_with(b"\r\n"),
            Content::Line | Content::AsIs => false,
        }
    }

    /// The part of a record or a message that is on trial.
    pub(super) fn line<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        match self.content {
            Content::Response | Content::Line => first_line(octets),
            Content::AsIs | Content::Row => octets,
        }
    }
}

/// The first line that is not empty, up to its CR LF, and what stands before it. All octets if there is
/// no CR LF: a bare LF ends no line of SIP.
fn first_line(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|octet| !b"\r\n".contains(octet));
    let line = start
        .and_then(|start| octets.get(start..))
        .unwrap_or_default();
    let rest = memmem::find(line, b"\r\n").and_then(|end| line.get(end + 2..));
    let rest_len = rest.map_or(0, <[u8]>::len);
    octets.get(..octets.len() - rest_len).unwrap_or(octets)
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn what_follows_the_first_line_is_left_out() {
        for (line, rest) in [
            (&b"SIP/2.0 200 OK\r\n"[..], &b"Via: x\r\n\r\n"[..]),
            (b"\r\n\r\nSIP/2.0 200 OK\r\n", b"SIP/2.0 486 Busy Here\r\n"),
            (b"SIP/2.0 200 OK\nX: y\r\n", b"\r\n"),
            (b"SIP/2.0 999 OK\r\n", b"\r\n"),
            (b"\nSIP/2.0 200 O\0K\r\rX\n\n", b""),
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
