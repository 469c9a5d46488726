//! What lines have in common that differ in code and phrase alone.

use alloc::borrow::ToOwned;
use alloc::string::String;

/// The shape of a line: the line itself, octet for octet, but for its code and the words of its
/// phrase. Lines of one shape differ in these alone, whatever a parser says of them.
///
/// ① stands for a code from 100 to 699 and ② for one from 700 to 999; any other number stays. …
/// stands for letters, digits, spaces and legal punctuation of the phrase, as many as come together.
/// An octet that stays is the character of that number, so none is taken for one of the three. Of a
/// line whose second word is no number, all stays.
pub(super) fn shape(line: &[u8]) -> String {
    let is_plain =
        |octet: &u8| octet.is_ascii_alphanumeric() || b" !$&'()*+,-./:;=?@_~".contains(octet);
    let literal = |octets: &[u8]| octets.iter().copied().map(char::from).collect::<String>();
    let Parts {
        head,
        code,
        separator,
        phrase,
    } = Parts::of(line);
    let code = match code {
        _ if !is_number(code) => return literal(line),
        [b'1'..=b'6', _, _] => "①".to_owned(),
        [b'7'..=b'9', _, _] => "②".to_owned(),
        _ => literal(code),
    };
    let phrase = phrase.chunk_by(|octet, next| is_plain(octet) && is_plain(next));
    let phrase = phrase.map(|run| match run {
        [octet] if !is_plain(octet) => char::from(*octet),
        _ => '…',
    });
    literal(head) + &code + &literal(separator) + &phrase.collect::<String>()
}

/// A line in four, by its blanks alone.
pub(super) struct Parts<'a> {
    /// All before the second word.
    head: &'a [u8],
    /// The second word, where anybody would look for the code.
    pub(super) code: &'a [u8],
    /// The blanks after it.
    separator: &'a [u8],
    /// The rest, line ending included.
    pub(super) phrase: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn of(line: &'a [u8]) -> Self {
        let is_blank = |octet: &u8| b" \t".contains(octet);
        let ends_word = |octet: &u8| b" \t\r\n".contains(octet);
        let (_, from_first) = until(line, |octet| !ends_word(octet));
        let (_, after_first) = until(from_first, ends_word);
        let (_, from_code) = until(after_first, |octet| !is_blank(octet));
        let (head, _) = line.split_at(line.len() - from_code.len());
        let (code, after_code) = until(from_code, ends_word);
        let (separator, phrase) = until(after_code, |octet| !is_blank(octet));
        Self {
            head,
            code,
            separator,
            phrase,
        }
    }
}

/// The octets before the first that ends them, and the rest.
pub(crate) fn until(octets: &[u8], is_end: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    octets.split_at(octets.iter().position(is_end).unwrap_or(octets.len()))
}

/// Whether a word is digits and nothing else.
pub(super) fn is_number(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
}

/// The first line that is not empty, and what stands before it. `None` if no LF ends it: stacks got
/// headers after each line, so that for them it went on.
pub(super) fn first_line(octets: &[u8]) -> Option<&[u8]> {
    let start = octets.iter().position(|octet| !b"\r\n".contains(octet))?;
    let len = octets
        .iter()
        .skip(start)
        .position(|octet| *octet == b'\n')?;
    octets.get(..=start + len)
}
