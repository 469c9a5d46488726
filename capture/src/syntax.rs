//! As much of a SIP message as it takes to tell one from the next, and from anything else.
//!
//! ```text
//! start-line CRLF  *(header CRLF)  CRLF  body
//! └──────── as far as head_len ──────┘└ content_length ┘
//! ```
//!
//! A header goes on in the next line if that begins with a blank (RFC 3261 §7.3.1).

use memchr::{memchr, memchr_iter, memchr2_iter};

/// The longest start-line that is waited for. No parser here looks at more.
pub(crate) const LONGEST_LINE: usize = 8192;

/// The longest body that is believed. No SIP stack takes as much.
pub(crate) const LONGEST_BODY: u64 = 1 << 20;

/// Whether that is `SIP/` and a digit, in any case, CRLFs before it aside. A request does not begin
/// so, and a bad status-line does.
pub(crate) fn begins_like_a_status_line(octets: &[u8]) -> bool {
    is_version(skip_line_ends(octets), b"SIP/")
}

/// The octets after the CRLFs at their beginning.
pub(crate) fn skip_line_ends(mut octets: &[u8]) -> &[u8] {
    while let Some(rest) = octets.strip_prefix(b"\r\n") {
        octets = rest;
    }
    octets
}

/// Whether the name of a protocol and a digit come first.
fn is_version(octets: &[u8], protocol: &[u8]) -> bool {
    let Some((name, rest)) = octets.split_at_checked(protocol.len()) else {
        return false;
    };
    name.eq_ignore_ascii_case(protocol) && rest.first().is_some_and(u8::is_ascii_digit)
}

/// What begins with some octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    Sip,
    Http,
    Neither,
    /// One of them may yet, when more octets come.
    Unknown,
}

/// Tells what begins here, by the first line.
pub(crate) fn begins(octets: &[u8]) -> Beginning {
    for (protocol, found) in [
        (b"SIP/".as_slice(), Beginning::Sip),
        (b"HTTP/", Beginning::Http),
    ] {
        if is_version(octets, protocol) {
            return found;
        }
        let known = protocol.get(..octets.len());
        if known.is_some_and(|known| known.eq_ignore_ascii_case(octets)) {
            return Beginning::Unknown;
        }
    }
    // The method is a token.
    let method = octets.iter().position(|octet| !is_token(*octet));
    match method.map(|len| (len, octets.get(len))) {
        Some((1..=64, Some(b' '))) => {}
        None if octets.len() <= 64 => return Beginning::Unknown,
        _ => return Beginning::Neither,
    }
    match memchr(b'\n', octets) {
        Some(end) => request(octets.get(..end).unwrap_or_default()),
        None if octets.len() <= LONGEST_LINE => Beginning::Unknown,
        None => Beginning::Neither,
    }
}

/// What a line that begins with a method is.
fn request(line: &[u8]) -> Beginning {
    let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
    let version = line.rsplit(|octet| *octet == b' ').next();
    match version {
        Some(version) if is_version(version, b"SIP/") => Beginning::Sip,
        Some(version) if is_version(version, b"HTTP/") => Beginning::Http,
        _ => Beginning::Neither,
    }
}

pub(crate) fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet)
}

/// Whether that line, in the midst of octets of which nothing is known, may start a SIP message.
pub(crate) fn is_start_line(line: &[u8]) -> bool {
    if is_version(line, b"SIP/") {
        return true;
    }
    let method = line.iter().position(|octet| !is_token(*octet));
    method.is_some_and(|len| (1..=64).contains(&len) && line.get(len) == Some(&b' '))
        && request(line.strip_suffix(b"\n").unwrap_or(line)) == Beginning::Sip
}

/// Where a start-line begins in a line that may have stray octets before it.
pub(crate) fn start_line_in(line: &[u8]) -> Option<usize> {
    if is_start_line(line) {
        return Some(0);
    }
    if is_header(line) {
        return None;
    }
    let is_status_line = |start: &usize| {
        let line = line.get(*start..).unwrap_or_default();
        matches!(line, [_, _, _, _, _, b'.', _, b' ', code @ ..]
            if is_version(line, b"SIP/")
            && code.iter().take(3).filter(|octet| octet.is_ascii_digit()).count() == 3)
    };
    memchr2_iter(b'S', b's', line)
        .find(is_status_line)
        .or_else(|| {
            // The first blank after a token ends the method.
            let blank = line
                .windows(2)
                .position(|pair| matches!(pair, [octet, b' '] if is_token(*octet)))?;
            let before = line.get(..=blank)?;
            let start = before.iter().rposition(|octet| !is_token(*octet))? + 1;
            is_start_line(line.get(start..)?).then_some(start)
        })
}

/// Where in octets of which nothing is known a message begins: a start-line with a header after it.
pub(crate) fn message_in(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = octets.get(at..)?;
        let (line, next) = rest.split_at_checked(memchr(b'\n', rest)? + 1)?;
        let next = next.get(..memchr(b'\n', next)?)?;
        if let Some(start) = start_line_in(line).filter(|_| is_header(next)) {
            return Some(at + start);
        }
        at += line.len();
    }
}

/// The octets up to the end of the header block, the empty line included. What was scanned before
/// is not scanned again.
pub(crate) fn head_len(octets: &[u8], scanned: &mut usize) -> Option<usize> {
    let unread = octets.get(*scanned..)?;
    for lf in memchr_iter(b'\n', unread) {
        let lf = *scanned + lf;
        match octets.get(lf + 1..) {
            Some([b'\n', ..]) => return Some(lf + 2),
            Some([b'\r', b'\n', ..]) => return Some(lf + 3),
            Some([] | [b'\r']) | None => {
                *scanned = lf;
                return None;
            }
            Some(_) => {}
        }
    }
    *scanned = octets.len();
    None
}

/// The compact forms of header names, from the registry that IANA keeps.
const COMPACT: [(&str, &str); 20] = [
    ("Accept-Contact", "a"),
    ("Allow-Events", "u"),
    ("Call-ID", "i"),
    ("Contact", "m"),
    ("Content-Encoding", "e"),
    ("Content-Length", "l"),
    ("Content-Type", "c"),
    ("Event", "o"),
    ("From", "f"),
    ("Identity", "y"),
    ("Identity-Info", "n"),
    ("Refer-To", "r"),
    ("Referred-By", "b"),
    ("Reject-Contact", "j"),
    ("Request-Disposition", "d"),
    ("Session-Expires", "x"),
    ("Subject", "s"),
    ("Supported", "k"),
    ("To", "t"),
    ("Via", "v"),
];

/// The value of the first header of that name in a message, without white space around it.
pub(crate) fn header<'a>(message: &'a [u8], name: &str) -> Option<&'a [u8]> {
    values(message, name).next()
}

/// The values of the headers of that name in a message, in its long form or its compact one.
fn values<'a>(message: &'a [u8], name: &str) -> impl Iterator<Item = &'a [u8]> {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let known = COMPACT
        .iter()
        .find(|(long, compact)| same(long) || same(compact));
    let (long, compact) = known.copied().unwrap_or((name, name));
    Fields::of(message).filter_map(move |field| value(field, long, compact))
}

/// The headers of a message, each with the lines that it is folded into.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn of(message: &'a [u8]) -> Self {
        let message = skip_line_ends(message);
        let start_line = memchr(b'\n', message).map_or(message.len(), |lf| lf + 1);
        Self(message.get(start_line..).unwrap_or_default())
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if matches!(self.0, [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
            return None;
        }
        let is_end = |lf: &usize| !matches!(self.0.get(lf + 1), Some(b' ' | b'\t'));
        let len = memchr_iter(b'\n', self.0).find(is_end);
        let len = len.map_or(self.0.len(), |lf| lf + 1);
        let (field, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(field)
    }
}

/// The value of a header, if it is of one of those names.
fn value<'a>(field: &'a [u8], long: &str, compact: &str) -> Option<&'a [u8]> {
    // Most are of another name, and that shows in the first octet.
    let first = field.get(..1)?;
    let begins = |name: &str| {
        let name = name.as_bytes().get(..1);
        name.is_some_and(|name| name.eq_ignore_ascii_case(first))
    };
    if !begins(long) && !begins(compact) {
        return None;
    }
    let colon = memchr(b':', field)?;
    let (name, value) = field.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    (is(long) || is(compact)).then(|| value.strip_prefix(b":").unwrap_or(value).trim_ascii())
}

/// Whether a line has a name and a colon.
pub(crate) fn is_header(line: &[u8]) -> bool {
    let colon = line.iter().position(|octet| *octet == b':');
    let name = colon.and_then(|colon| line.get(..colon));
    let name = name.unwrap_or_default().trim_ascii_end();
    !name.is_empty() && name.iter().all(|octet| is_token(*octet))
}

/// What a header block says of the body after it.
pub(crate) struct ContentLength {
    /// How many octets it has: none if nothing is said, the fewest if several things are, since
    /// octets after a body can be told from a message, and a message in a body cannot.
    pub(crate) octets: u64,
    /// Whether that can be right: it is a number, the only one, and not too large.
    pub(crate) is_sound: bool,
}

/// What the header block says of the body after it.
pub(crate) fn content_length(head: &[u8]) -> ContentLength {
    let values = values(head, "Content-Length");
    let mut said: Option<ContentLength> = None;
    for value in values {
        let octets = number(value);
        let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let is_sound = is_number && octets <= LONGEST_BODY;
        said = Some(match said {
            None => ContentLength { octets, is_sound },
            Some(other) => ContentLength {
                octets: octets.min(other.octets),
                is_sound: is_sound && other.is_sound && octets == other.octets,
            },
        });
    }
    said.unwrap_or(ContentLength {
        octets: 0,
        is_sound: true,
    })
}

/// How many octets of body a header line announces, if that is what it is for.
pub(crate) fn announced_length(line: &[u8]) -> Option<u64> {
    value(line, "Content-Length", "l").map(number)
}

/// The number that the digits at the beginning make, or the largest there is.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|octet| octet.is_ascii_digit());
    digits.fold(0, |number: u64, digit| {
        let digit = u64::from(digit - b'0');
        number.saturating_mul(10).saturating_add(digit)
    })
}

/// The status-lines that a message has besides its own.
pub(crate) struct InnerLines<'a> {
    /// The body, if it is of type `message/sipfrag` and begins like a status-line.
    pub(crate) sipfrag: Option<&'a [u8]>,
    /// How many other lines begin like a status-line.
    pub(crate) others: u64,
}

impl<'a> InnerLines<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        let message = skip_line_ends(message);
        // A message has fewer slashes than lines.
        let lines = memchr_iter(b'/', message).filter(|slash| {
            let start = slash.checked_sub(b"\nSIP".len());
            let line = start.and_then(|start| message.get(start..));
            let after_lf = line.and_then(|line| line.strip_prefix(b"\n"));
            after_lf.is_some_and(|line| is_version(line, b"SIP/"))
        });
        let count = lines.count() as u64;
        let sipfrag = if count > 0 { sipfrag(message) } else { None };
        Self {
            sipfrag,
            others: count - u64::from(sipfrag.is_some()),
        }
    }
}

/// The body of a message, if it is of type `message/sipfrag` and begins like a status-line.
fn sipfrag(message: &[u8]) -> Option<&[u8]> {
    let (head, body) = message.split_at_checked(head_len(message, &mut 0)?)?;
    if !begins_like_a_status_line(body) {
        return None;
    }
    let kind = header(head, "Content-Type")?;
    let kind = kind.split(|octet| *octet == b';').next()?.trim_ascii();
    if !kind.eq_ignore_ascii_case(b"message/sipfrag") {
        return None;
    }
    // Octets after the body are none of it.
    let body = match usize::try_from(content_length(head).octets) {
        Ok(len) if len > 0 => body.get(..len).unwrap_or(body),
        _ => body,
    };
    begins_like_a_status_line(body).then_some(body)
}
