//! Requests told from responses.

use crate::names::names;

/// Which of its two kinds the start-line of a SIP message is ([RFC 3261 §7]).
///
/// [RFC 3261 §7]: https://www.rfc-editor.org/rfc/rfc3261#section-7
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartLine {
    /// A request-line, which begins with the method.
    Request,
    /// A status-line, which begins with the version.
    Status,
}

names!(StartLine {
    Request => "request",
    Status => "status",
});

/// Which kind of start-line a message begins with, or `None` while the octets are too few to tell.
///
/// CRLFs before it are passed over ([RFC 3261 §7.5]). What begins with `SIP/`, in any case, is a
/// status-line, if perhaps a bad one, since no method can hold a slash. Everything else is left for
/// a parser of requests to judge. At most four octets are looked at after the CRLFs.
///
/// ```
/// use sip_status_line::{StartLine, start_line};
///
/// assert_eq!(start_line(b"SIP/2.0 200 OK\r\n"), Some(StartLine::Status));
/// assert_eq!(start_line(b"SIPPING sip:a@example.com SIP/2.0\r\n"), Some(StartLine::Request));
/// assert_eq!(start_line(b"\r\n\r\nINVITE sip:b@example.com"), Some(StartLine::Request));
/// assert_eq!(start_line(b"SIP"), None);
/// ```
///
/// [RFC 3261 §7.5]: https://www.rfc-editor.org/rfc/rfc3261#section-7.5
#[must_use]
pub const fn start_line(mut octets: &[u8]) -> Option<StartLine> {
    while let [b'\r', b'\n', rest @ ..] = octets {
        octets = rest;
    }
    match octets {
        [b'S' | b's', b'I' | b'i', b'P' | b'p', b'/', ..] => Some(StartLine::Status),
        []
        | [b'\r' | b'S' | b's']
        | [b'S' | b's', b'I' | b'i']
        | [b'S' | b's', b'I' | b'i', b'P' | b'p'] => None,
        _ => Some(StartLine::Request),
    }
}
