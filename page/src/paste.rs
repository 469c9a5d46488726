//! What is pasted, into octets.

use sip_status_lab::hex;
use sip_status_line::Parser;

/// How a paste is read into octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As text whose line breaks are CR LF. A browser shows none but LF, whatever was copied.
    Text,
    /// As text whose line breaks are LF alone.
    Lf,
    /// As a string of a programming language or a shell: `SIP/2.0 200 OK\r\n`.
    Escaped,
    /// As hexadecimal digits, or a dump of them.
    Hex,
}

impl Form {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Lf => "lf",
            Self::Escaped => "escaped",
            Self::Hex => "hex",
        }
    }

    /// The form of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut forms = [Self::Text, Self::Lf, Self::Escaped, Self::Hex].into_iter();
        forms.find(|form| form.name() == name)
    }

    /// What a paste is most likely to be.
    pub(crate) fn of(pasted: &str) -> Self {
        if looks_like_hex(pasted) {
            Self::Hex
        } else if has_escapes(pasted) {
            Self::Escaped
        } else {
            Self::Text
        }
    }

    /// The octets. `None` if they cannot be read in this form.
    pub(crate) fn read(self, pasted: &str) -> Option<Vec<u8>> {
        match self {
            Self::Text => Some(with_crlf(pasted)),
            Self::Lf => Some(pasted.as_bytes().to_vec()),
            Self::Escaped => unescape(pasted),
            Self::Hex => digits(pasted),
        }
    }

    /// What has to be known of the octets to believe what is said of them.
    pub(crate) fn note(self, pasted: &str) -> &'static str {
        match self {
            Self::Text if pasted.ends_with('\n') => "text, line breaks read as CR LF",
            Self::Text if pasted.contains('\n') => {
                "text, line breaks read as CR LF, and one added at the end"
            }
            Self::Text => "text, CR LF added at the end",
            Self::Lf => "text, line breaks read as LF alone",
            Self::Escaped => "an escaped string, octet for octet",
            Self::Hex => "hexadecimal digits, octet for octet",
        }
    }
}

/// Where the status-line is in a paste: its offset in the octets, 0 if there is none.
///
/// A log's prefix and blanks may come before it.
pub(crate) fn start(octets: &[u8]) -> usize {
    let text = octets.trim_ascii_start();
    let begins = |octets: &[u8]| {
        octets
            .get(..3)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"SIP"))
    };
    if begins(text) {
        // Line ends before the line are judged with it; other blanks are not.
        let blanks = octets.len() - text.len();
        let mut before = octets.iter().take(blanks);
        let are_line_ends = before.all(|octet| b"\r\n".contains(octet));
        return if are_line_ends { 0 } else { blanks };
    }
    let mut lines = Parser::OBSERVE.find_iter(octets);
    lines.next().map_or(0, |(offset, _)| offset)
}

fn with_crlf(pasted: &str) -> Vec<u8> {
    let mut octets = pasted
        .replace("\r\n", "\n")
        .replace('\n', "\r\n")
        .into_bytes();
    if !octets.is_empty() && !octets.ends_with(b"\r\n") {
        octets.extend(b"\r\n");
    }
    octets
}

fn has_escapes(pasted: &str) -> bool {
    pasted.split('\\').skip(1).any(|after| {
        let mut after = after.bytes();
        match after.next() {
            Some(b'r' | b'n' | b't' | b'0') => true,
            Some(b'x') => after.take(2).filter(u8::is_ascii_hexdigit).count() == 2,
            Some(b'u') => after.next() == Some(b'{'),
            _ => false,
        }
    })
}

/// The octets of a string as C, Rust, Python, JavaScript and `printf` write it, with quotes around it
/// or without. Line breaks that are not escaped are left out. `None` if an escape is none.
fn unescape(pasted: &str) -> Option<Vec<u8>> {
    let mut text = pasted.trim();
    let printf = text.strip_prefix("printf ");
    text = printf.unwrap_or(text).trim_end_matches(';');
    let unquoted = text.strip_prefix(['b', '$']).unwrap_or(text);
    for quote in ['"', '\''] {
        let inner = unquoted.strip_prefix(quote);
        if let Some(inner) = inner.and_then(|inner| inner.strip_suffix(quote)) {
            text = inner;
            break;
        }
    }
    let mut octets = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => rest = escape(rest.as_str(), &mut octets)?.chars(),
            '\n' | '\r' => {}
            '%' if printf.is_some() => {
                rest = rest
                    .as_str()
                    .strip_prefix('%')
                    .unwrap_or(rest.as_str())
                    .chars();
                octets.push(b'%');
            }
            _ => push(character, &mut octets),
        }
    }
    Some(octets)
}

/// Reads what follows a backslash, and says what follows that.
fn escape<'a>(text: &'a str, octets: &mut Vec<u8>) -> Option<&'a str> {
    let first = text.chars().next()?;
    let after = text.get(first.len_utf8()..)?;
    let octet = match first {
        'r' => b'\r',
        'n' => b'\n',
        't' => b'\t',
        'a' => 0x07,
        'b' => 0x08,
        'e' => 0x1b,
        'f' => 0x0c,
        'v' => 0x0b,
        '0'..='7' => {
            let (value, after) = number(text, 3, 8)?;
            octets.push(u8::try_from(value).ok()?);
            return Some(after);
        }
        'x' => {
            let (value, after) = number(after, 2, 16)?;
            octets.push(u8::try_from(value).ok()?);
            return Some(after);
        }
        'u' => {
            let (value, after) = match after.strip_prefix('{') {
                Some(braced) => {
                    let (value, after) = number(braced, 6, 16)?;
                    (value, after.strip_prefix('}')?)
                }
                None => number(after, 4, 16)?,
            };
            push(char::from_u32(value)?, octets);
            return Some(after);
        }
        // A line that goes on.
        '\n' => return Some(after),
        _ => {
            push(first, octets);
            return Some(after);
        }
    };
    octets.push(octet);
    Some(after)
}

fn push(character: char, octets: &mut Vec<u8>) {
    octets.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The number that at most `most` digits at the start make, and what follows them.
fn number(text: &str, most: usize, radix: u32) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most);
    let len = digits
        .take_while(|octet| char::from(*octet).is_digit(radix))
        .count();
    let (digits, after) = text.split_at_checked(len)?;
    Some((u32::from_str_radix(digits, radix).ok()?, after))
}

/// Whether that can be nothing else than the digits of a line or of CRLFs before one, or a dump.
fn looks_like_hex(pasted: &str) -> bool {
    let octets = digits(pasted).unwrap_or_default();
    octets.len() >= 4 && matches!(octets.first(), Some(b'S' | b's' | b'\r' | b'\n'))
        || dump(pasted).is_some_and(|octets| !octets.is_empty())
}

/// The octets of digits: together, apart, with colons, as the tables of this project have them, or as
/// a dump of Wireshark, tcpdump, xxd or hexdump. `None` if there are other characters.
fn digits(pasted: &str) -> Option<Vec<u8>> {
    let plain = pasted.replace("0x", " ").replace("\\x", " ");
    let is_plain = |character: &char| !character.is_whitespace() && !":,-".contains(*character);
    let together: String = plain.chars().filter(is_plain).collect();
    dump(pasted).or_else(|| hex::decode(together.as_bytes()))
}

/// The octets of a dump: an offset a line, then digits, then perhaps text.
fn dump(pasted: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let lines = pasted
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    for line in lines {
        let (offset, row) = line.split_once([' ', '\t'])?;
        let offset = offset.trim_end_matches(':');
        let offset = offset.strip_prefix("0x").unwrap_or(offset);
        let at = usize::from_str_radix(offset, 16).ok()?;
        if !(4..=8).contains(&offset.len()) || at != octets.len() {
            return None;
        }
        dump_row(row, &mut octets);
    }
    Some(octets)
}

/// The octets of a line of a dump, up to 16. Text comes after two blanks or more.
fn dump_row(row: &str, octets: &mut Vec<u8>) {
    let mut read = 0;
    let mut blanks = 0;
    for word in row.split(' ') {
        if word.is_empty() {
            blanks += 1;
            continue;
        }
        let ends = blanks > 1 || blanks == 1 && read % 8 != 0;
        let found = hex::decode(word.as_bytes()).filter(|found| found.len() <= 4);
        let Some(found) = found.filter(|_| read < 16 && (read == 0 || !ends)) else {
            return;
        };
        read += found.len();
        octets.extend(found);
        blanks = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, start};

    const LINE: &[u8] = b"SIP/2.0 486 Busy Here\r\n";

    #[track_caller]
    fn read(pasted: &str) -> (&'static str, Vec<u8>) {
        let form = Form::of(pasted);
        (form.name(), form.read(pasted).unwrap_or_default())
    }

    #[test]
    fn a_line_ends_in_crlf_however_it_was_copied() {
        for pasted in ["SIP/2.0 486 Busy Here", "SIP/2.0 486 Busy Here\n"] {
            assert_eq!(read(pasted), ("text", LINE.to_vec()));
        }
        assert_eq!(Form::Lf.read("a\n"), Some(b"a\n".to_vec()));
        assert_eq!(read(""), ("text", Vec::new()));
    }

    #[test]
    fn strings_of_languages_are_unescaped() {
        for pasted in [
            r"SIP/2.0 486 Busy Here\r\n",
            r#"b"SIP/2.0 486 Busy Here\r\n""#,
            r"printf 'SIP/2.0 486 Busy Here\r\n'",
            r#""\x53IP/2.0 486 Busy\u{20}Here\015\n";"#,
            "$'SIP/2.0 486 Busy Here\\r\\n\n'",
        ] {
            assert_eq!(read(pasted), ("escaped", LINE.to_vec()), "{pasted}");
        }
        assert_eq!(
            Form::Escaped.read(r"printf '%%%41'"),
            Some(b"%%41".to_vec())
        );
        assert_eq!(Form::Escaped.read("\\u202e"), Some("\u{202e}".into()));
        for none in [r"\x", r"\xzz", r"\u{110000}", r"\777", "\\"] {
            assert_eq!(Form::Escaped.read(none), None, "{none}");
        }
        // A backslash may stand in a phrase.
        assert_eq!(read(r"SIP/2.0 200 a\b").0, "text");
    }

    #[test]
    fn digits_and_dumps_are_decoded() {
        let line = "5349502f322e3020343836204275737920486572650d0a";
        let apart = "53:49:50:2f 32 2e 30 20\n34383620 4275737920486572650d0a";
        let wireshark = "0000   53 49 50 2f 32 2e 30 20 34 38 36 20 42 75 73 79   SIP/2.0 486 Busy\n\
                         0010   20 48 65 72 65 0d 0a                               Here..\n";
        let xxd = "00000000: 5349 502f 322e 3020 3438 3620 4275 7379  SIP/2.0 486 Busy\n\
                   00000010: 2048 6572 650d 0a                         Here..\n";
        let hexdump = "00000000  53 49 50 2f 32 2e 30 20  34 38 36 20 42 75 73 79  |SIP/2.0 486 Busy|\n\
                       00000010  20 48 65 72 65 0d 0a                              | Here..|\n";
        let tcpdump = "\t0x0000:  5349 502f 322e 3020 3438 3620 4275 7379  SIP/2.0.486.Busy\n\
                       \t0x0010:  2048 6572 650d 0a                        .Here..\n";
        for pasted in [line, apart, wireshark, xxd, hexdump, tcpdump] {
            assert_eq!(read(pasted), ("hex", LINE.to_vec()), "{pasted}");
        }
        assert_eq!(Form::Hex.read("41*3+0d0a"), Some(b"AAA\r\n".to_vec()));
        assert_eq!(Form::Hex.read("SIP"), None);
        assert_eq!(read("decade").0, "text");
    }

    #[test]
    fn a_line_is_found_after_what_a_log_puts_before_it() {
        assert_eq!(start(LINE), 0);
        assert_eq!(start(b"\r\n\r\nSIP/2.0 200 OK\r\n"), 0);
        assert_eq!(start(b"  SIP/2.0 999 No\r\n"), 2);
        assert_eq!(start(b"\r\n  SIP/2.0 200 OK\r\n"), 4);
        assert_eq!(start(b"12:00 recv: SIP/2.0 200 OK\r\n"), 12);
        assert_eq!(
            start(b"INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c\r\n"),
            0
        );
        assert_eq!(start(b""), 0);
    }
}
