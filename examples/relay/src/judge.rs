//! What goes on in the place of a message, and what was made of all of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sip_status_line::{ErrorKind, Parser, StartLine, start_line};

/// Judges messages, and counts.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    untouched: bool,
    counts: Mutex<Counts>,
}

/// What was made of the messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Requests and keep-alives, which passed untouched.
    passed: u64,
    /// Responses, which went on encoded anew.
    encoded: u64,
    /// Responses that were dropped, by the kind of the error and its octet. Offsets are bounded by the longest line, and
    /// so is this map.
    refused: BTreeMap<(&'static str, usize), u64>,
    /// What was neither request nor response nor keep-alive, and was dropped.
    other: u64,
    /// Connections that were closed because of what came over them.
    closed: u64,
    /// Datagrams and connections from more clients than there is room for.
    crowded: u64,
}

impl Judge {
    pub(crate) fn new(untouched: bool) -> Self {
        Self {
            untouched,
            ..Self::default()
        }
    }

    /// What goes on in the place of a message: itself, or what is written into `room`. `None` if it is dropped.
    pub(crate) fn pass<'a>(&self, message: &'a [u8], room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        if self.untouched || is_keep_alive(message) || is_request(message) {
            self.lock().passed += 1;
            return Some(message);
        }
        if start_line(message) != Some(StartLine::Status) {
            self.lock().other += 1;
            return None;
        }
        match Parser::INTEROP.line(message) {
            // Escapes take more room than what they stand for.
            Ok(parsed) if parsed.line.encoded_len() > Parser::DEFAULT_MAX_LEN => {
                self.refuse(ErrorKind::Length, Parser::DEFAULT_MAX_LEN);
                None
            }
            Ok(parsed) => {
                room.clear();
                parsed.line.put(room);
                room.extend_from_slice(parsed.rest);
                self.lock().encoded += 1;
                Some(room)
            }
            Err(error) => {
                self.refuse(error.kind(), error.offset());
                None
            }
        }
    }

    fn refuse(&self, kind: ErrorKind, offset: usize) {
        let mut counts = self.lock();
        *counts.refused.entry((kind.name(), offset)).or_default() += 1;
    }

    pub(crate) fn close(&self) {
        self.lock().closed += 1;
    }

    pub(crate) fn crowd(&self) {
        self.lock().crowded += 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Each count is whole whatever happened elsewhere.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "passed\t{}", self.passed)?;
        writeln!(f, "encoded\t{}", self.encoded)?;
        for ((kind, offset), count) in &self.refused {
            writeln!(f, "refused {kind}@{offset}\t{count}")?;
        }
        writeln!(f, "no SIP\t{}", self.other)?;
        writeln!(f, "closed\t{}", self.closed)?;
        writeln!(f, "crowded\t{}", self.crowded)
    }
}

/// Whether there is nothing but CRLFs (RFC 5626 §4.4.1).
fn is_keep_alive(message: &[u8]) -> bool {
    message.chunks(2).all(|line_ending| line_ending == b"\r\n")
}

/// Whether a message begins with a request-line: `Method SP Request-URI SP SIP-Version CRLF` (RFC 3261 §7.1). What the URI
/// says is for others to judge, but a control octet is in none.
fn is_request(message: &[u8]) -> bool {
    let mut message = message;
    while let Some(rest) = message.strip_prefix(b"\r\n") {
        message = rest;
    }
    let Some(end) = message.iter().position(|octet| *octet == b'\r') else {
        return false;
    };
    let Some((line, [b'\r', b'\n', ..])) = message.split_at_checked(end) else {
        return false;
    };
    let is_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(octet);
    let mut words = line.split(|octet| *octet == b' ');
    let words = [words.next(), words.next(), words.next(), words.next()];
    let [Some(method), Some(uri), Some(version), None] = words else {
        return false;
    };
    !method.is_empty()
        && method.iter().all(is_token)
        && !uri.is_empty()
        && !uri.iter().any(u8::is_ascii_control)
        && version.eq_ignore_ascii_case(b"SIP/2.0")
}
