//! As much of a SIP message as it takes to tell one from the next, and from anything else.
//!
//! ```text
//! start-line CRLF  *(header CRLF)  CRLF  body
//! └──────── as far as head_len ──────┘└ content_length ┘
//! ```

use memchr::{memchr, memchr_iter};

/// The longest start-line that is waited for. No parser here looks at more.
pub(super) const LONGEST_LINE: usize = 8192;

/// Whether that is `SIP/` and a digit, in any case, CRLFs before it aside. A request does not begin
/// so, and a bad status-line does.
pub(super) fn begins_like_a_status_line(mut octets: &[u8]) -> bool {
    while let Some(rest) = octets.strip_prefix(b"\r\n") {
        octets = rest;
    }
    is_version(octets, b"SIP/")
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
pub(super) enum Begins {
    Sip,
    Http,
    Neither,
    /// One of them may yet, when more octets come.
    Unknown,
}

/// Tells what begins here, by the first line.
pub(super) fn begins(octets: &[u8]) -> Begins {
    for (protocol, found) in [(b"SIP/".as_slice(), Begins::Sip), (b"HTTP/", Begins::Http)] {
        if is_version(octets, protocol) {
            return found;
        }
        let known = protocol.get(..octets.len());
        if known.is_some_and(|known| known.eq_ignore_ascii_case(octets)) {
            return Begins::Unknown;
        }
    }
    // The method is a token.
    let method = octets.iter().position(|octet| !is_token(*octet));
    match method.map(|len| (len, octets.get(len))) {
        Some((1..=64, Some(b' '))) => {}
        None if octets.len() <= 64 => return Begins::Unknown,
        _ => return Begins::Neither,
    }
    match memchr(b'\n', octets) {
        Some(end) => request(octets.get(..end).unwrap_or_default()),
        None if octets.len() <= LONGEST_LINE => Begins::Unknown,
        None => Begins::Neither,
    }
}

/// What a line that begins with a method is.
fn request(line: &[u8]) -> Begins {
    let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
    let version = line.rsplit(|octet| *octet == b' ').next();
    match version {
        Some(version) if is_version(version, b"SIP/") => Begins::Sip,
        Some(version) if is_version(version, b"HTTP/") => Begins::Http,
        _ => Begins::Neither,
    }
}

fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet)
}

/// Whether that line, in the midst of octets of which nothing is known, may start a SIP message.
pub(super) fn is_start_line(line: &[u8]) -> bool {
    if is_version(line, b"SIP/") {
        return true;
    }
    let method = line.iter().position(|octet| !is_token(*octet));
    method.is_some_and(|len| (1..=64).contains(&len) && line.get(len) == Some(&b' '))
        && request(line.strip_suffix(b"\n").unwrap_or(line)) == Begins::Sip
}

/// The octets up to the end of the header block, the empty line included. What was scanned before
/// is not scanned again.
pub(super) fn head_len(octets: &[u8], scanned: &mut usize) -> Option<usize> {
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

/// The value of the first header of that name, or of that compact form, without blanks around it.
pub(super) fn header<'a>(head: &'a [u8], name: &[u8], compact: u8) -> Option<&'a [u8]> {
    let mut lines = head.split(|octet| *octet == b'\n').skip(1);
    lines.find_map(|line| value(line, name, compact))
}

/// The value of a header, if it is the one of that name.
fn value<'a>(line: &'a [u8], name: &[u8], compact: u8) -> Option<&'a [u8]> {
    // Most are of another name, and that shows in the first octet.
    let first = line.first()?.to_ascii_lowercase();
    if first != compact && !name.first()?.eq_ignore_ascii_case(&first) {
        return None;
    }
    let colon = line.iter().position(|octet| *octet == b':')?;
    let (named, value) = line.split_at_checked(colon)?;
    let named = named.trim_ascii_end();
    let found = named.eq_ignore_ascii_case(name) || named.eq_ignore_ascii_case(&[compact]);
    found.then(|| value.strip_prefix(b":").unwrap_or(value).trim_ascii())
}

/// Whether a line has a name and a colon.
pub(super) fn is_header(line: &[u8]) -> bool {
    let colon = line.iter().position(|octet| *octet == b':');
    let name = colon.and_then(|colon| line.get(..colon));
    let name = name.unwrap_or_default().trim_ascii_end();
    !name.is_empty() && name.iter().all(|octet| is_token(*octet))
}

/// How many octets of body the header block announces: none if it does not say.
pub(super) fn content_length(head: &[u8]) -> u64 {
    header(head, b"Content-Length", b'l').map_or(0, number)
}

/// How many octets of body a header line announces, if that is what it is for.
pub(super) fn announced_length(line: &[u8]) -> Option<u64> {
    value(line, b"Content-Length", b'l').map(number)
}

/// The number that the digits at the beginning make, or the largest there is.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|octet| octet.is_ascii_digit());
    digits.fold(0, |number: u64, digit| {
        let digit = u64::from(digit - b'0');
        number.saturating_mul(10).saturating_add(digit)
    })
}

/// The body of a message, if it begins like a status-line and is of type `message/sipfrag`.
pub(super) fn sipfrag(message: &[u8]) -> Option<&[u8]> {
    let (head, body) = message.split_at_checked(head_len(message, &mut 0)?)?;
    if !begins_like_a_status_line(body) {
        return None;
    }
    let kind = header(head, b"Content-Type", b'c')?;
    let kind = kind.split(|octet| *octet == b';').next()?.trim_ascii();
    if !kind.eq_ignore_ascii_case(b"message/sipfrag") {
        return None;
    }
    // Octets behind the body are none of it.
    match usize::try_from(content_length(head)) {
        Ok(len) if len > 0 => Some(body.get(..len).unwrap_or(body)),
        _ => Some(body),
    }
}
