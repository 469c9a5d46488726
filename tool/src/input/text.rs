//! Text into records: lines, or a whole file as one.

use std::io::{self, BufRead, Read};

use memchr::memchr2_iter;

use crate::input::line::read_line;
use crate::input::sink::{Delivery, StopReason};
use crate::outcome::Outcome;
use sip_status_decode::Record;

/// Which lines of a text are records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineChoice {
    /// All that are not blank.
    Every,
    /// Those that begin a response. All others are counted.
    StartLines,
}

/// Delivers the lines of a text, of each no more than `kept` octets.
pub(super) fn lines(
    mut input: impl BufRead,
    kept: u64,
    choice: LineChoice,
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    let mut line = Vec::new();
    let mut messages = TextMessages::default();
    let mut other_lines = 0;
    for number in 1.. {
        let Some(beyond) = read_line(&mut input, kept, &mut line)? else {
            break;
        };
        let start = match choice {
            LineChoice::Every => (!is_blank(&line)).then_some(0),
            LineChoice::StartLines => messages.start_of_response(&line),
        };
        match start.and_then(|start| line.get(start..)) {
            Some(octets) => delivery.record(&Record {
                beyond,
                ..Record::new(number, octets)
            })?,
            None => other_lines += u64::from(!line.trim_ascii().is_empty()),
        }
    }
    delivery
        .report
        .skip("lines that begin no response", other_lines);
    if delivery.records == 0 && other_lines == 0 {
        delivery.find(Outcome::Good, "blank, no records")?;
    }
    if delivery.records == 0 && other_lines > 0 && !messages.has_requests {
        let message = "no status-line in it; --input text judges every line as one";
        delivery.find(Outcome::Findings, message)?;
    }
    Ok(())
}

/// Delivers a whole input as one record.
pub(super) fn raw(
    mut input: impl Read,
    number: u64,
    name: Option<&str>,
    kept: u64,
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    let mut octets = Vec::new();
    let read = (&mut input).take(kept).read_to_end(&mut octets);
    read.map_err(StopReason::Input)?;
    let beyond = io::copy(&mut input, &mut io::sink()).map_err(StopReason::Input)?;
    delivery.record(&Record {
        name,
        beyond,
        ..Record::new(number, &octets)
    })
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// Where the messages of a text begin.
///
/// A line begins a response if `SIP/` or something written like it comes first, blanks aside; or,
/// after the prefix of a log, `SIP/2.0 2`: a version, a blank and a digit. In the headers of a
/// message, which may hold the latter, only the former counts.
#[derive(Default)]
struct TextMessages {
    /// Whether the line before was a start-line or a header.
    in_head: bool,
    has_requests: bool,
}

impl TextMessages {
    /// The octet of the line at which a response begins.
    fn start_of_response(&mut self, line: &[u8]) -> Option<usize> {
        let text = line.trim_ascii_start();
        let indent = line.len() - text.len();
        if begins_like_a_version(text) {
            self.in_head = true;
            return Some(indent);
        }
        let is_folded = indent > 0 && !text.is_empty();
        if self.in_head && (is_folded || is_header(text)) {
            return None;
        }
        self.in_head = is_request_line(text);
        self.has_requests |= self.in_head;
        if self.in_head {
            return None;
        }
        let at = start_after_prefix(line);
        self.in_head = at.is_some();
        at
    }
}

/// Whether it is `SIP` and a slash or the number of a version, in any case and perhaps with blanks
/// in between. A header such as `SIP-ETag` or a URI does not begin so.
fn begins_like_a_version(text: &[u8]) -> bool {
    let Some((name, rest)) = text.split_at_checked(3) else {
        return false;
    };
    name.eq_ignore_ascii_case(b"SIP")
        && matches!(
            rest.trim_ascii_start(),
            [b'/', ..] | [b'0'..=b'9', b'.', ..]
        )
}

/// Whether it is a name and a colon (RFC 3261 §7.3.1).
fn is_header(text: &[u8]) -> bool {
    let colon = text.iter().position(|octet| *octet == b':');
    let name = colon.and_then(|colon| text.get(..colon));
    name.map(<[u8]>::trim_ascii_end)
        .is_some_and(|name| !name.is_empty() && name.iter().all(|octet| is_token(*octet)))
}

/// Whether it is a method, a blank, and a version in the end (RFC 3261 §7.1).
fn is_request_line(text: &[u8]) -> bool {
    let words: Vec<_> = text
        .trim_ascii_end()
        .splitn(2, |octet| *octet == b' ')
        .collect();
    let [method, rest] = words.as_slice() else {
        return false;
    };
    let version = rest
        .rsplit(|octet| *octet == b' ')
        .next()
        .unwrap_or_default();
    !method.is_empty()
        && method.iter().all(|octet| is_token(*octet))
        && begins_like_a_version(version)
}

fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet)
}

/// Where a version, a blank and a digit come after something that does not go on with them.
fn start_after_prefix(line: &[u8]) -> Option<usize> {
    memchr2_iter(b'S', b's', line).find(|at| {
        let (before, from) = line.split_at_checked(*at).unwrap_or_default();
        let goes_on = before.last().is_some_and(|octet| is_token(*octet));
        let version = from.split_first_chunk::<7>();
        !goes_on
            && version.is_some_and(|(version, rest)| {
                version.eq_ignore_ascii_case(b"SIP/2.0")
                    && matches!(rest, [b' ' | b'\t', ..])
                    && rest
                        .trim_ascii_start()
                        .first()
                        .is_some_and(u8::is_ascii_digit)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::TextMessages;

    /// The octet at which each line of the text begins a response.
    fn starts(text: &str) -> Vec<Option<usize>> {
        let mut messages = TextMessages::default();
        let lines = text.split_inclusive('\n');
        lines
            .map(|line| messages.start_of_response(line.as_bytes()))
            .collect()
    }

    #[test]
    fn responses_begin_lines() {
        for line in [
            "SIP/2.0 200 OK\r\n",
            "sip/3.0 200 OK\n",
            "SIP/2.0200 OK\n",
            "SIP 2.0 200 OK\n",
            "SIP /2.0 200 OK\n",
            "SIP2.0 200 OK\n",
            "SIP/",
        ] {
            assert_eq!(starts(line), [Some(0)], "{line}");
        }
        assert_eq!(starts("   SIP/2.0 200 OK\n"), [Some(3)]);
        for line in [
            "OK\n",
            "SIP\n",
            "SIP-ETag: x\n",
            "sip:alice@example.com\n",
            "HTTP/1.1 200 OK\n",
            "INVITE sip:bob@example.com SIP/2.0\r\n",
            "Via: SIP/2.0/UDP 192.0.2.1\r\n",
            "\r\n",
            "",
        ] {
            let none: &[_] = if line.is_empty() { &[] } else { &[None] };
            assert_eq!(starts(line), none, "{line}");
        }
    }

    #[test]
    fn a_prefix_goes_before_a_version_a_blank_and_a_digit() {
        for (line, start) in [
            (
                "[Nov 20] kamailio[7]: reply: SIP/2.0 486 Busy Here\n",
                Some(29),
            ),
            ("12:00 <SIP/2.0 200 OK>\n", Some(7)),
            ("version: <SIP/2.0>\n", None),
            ("xSIP/2.0 200 OK\n", None),
            ("got SIP/2.0 from there\n", None),
        ] {
            assert_eq!(starts(line), [start], "{line}");
        }
    }

    #[test]
    fn headers_are_no_log() {
        let text = "INVITE sip:a@example.com SIP/2.0\r\nSubject: SIP/2.0 200 OK\r\n \
                    SIP/2.0 100 folded\r\n\r\nbody: SIP/2.0 200 OK\r\n";
        let starts = starts(text);
        assert_eq!(starts.get(1), Some(&None));
        // What begins with blanks and a version may be an indented log as well.
        assert_eq!(starts.get(2), Some(&Some(1)));
        assert_eq!(starts.get(4), Some(&Some(6)));
    }
}
