//! The octets of a reason phrase, told apart word by word: pure functions on slices.
//!
//! ```abnf
//! Reason-Phrase   =  *(reserved / unreserved / escaped
//!                    / UTF8-NONASCII / UTF8-CONT / SP / HTAB)
//! escaped         =  "%" HEXDIG HEXDIG
//! UTF8-NONASCII   =  %xC0-DF 1UTF8-CONT / %xE0-EF 2UTF8-CONT / %xF0-F7 3UTF8-CONT
//!                 /  %xF8-FB 4UTF8-CONT / %xFC-FD 5UTF8-CONT
//! UTF8-CONT       =  %x80-BF
//! ```
//!
//! [RFC 3261 §25.1](https://www.rfc-editor.org/rfc/rfc3261#section-25.1)

/// What the first octets of a phrase are to its grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The first that many octets are legal: one character, or a whole sequence.
    Legal(usize),
    /// No phrase holds the first octet: it is a control.
    Control,
    /// The ABNF excludes the first octet, whatever follows it.
    Excluded,
    /// The first octet begins an escape or a UTF-8 sequence, which the octet at that index breaks.
    Broken(usize),
    /// The first octet begins an escape or a UTF-8 sequence, of which that many octets are still
    /// to come.
    Cut(usize),
}

/// How many octets from the start are plain: SP, letters, digits and the common punctuation, each
/// legal on its own. Looks at eight at a time.
#[inline]
pub(crate) fn plain(octets: &[u8]) -> usize {
    let mut rest = octets;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let odd = not_plain(u64::from_le_bytes(*word));
        if odd != 0 {
            return octets.len() - rest.len() + odd.trailing_zeros() as usize / 8;
        }
        rest = tail;
    }
    let more = rest
        .iter()
        .take_while(|octet| not_plain(u64::from(**octet)) & 0x80 == 0)
        .count();
    octets.len() - rest.len() + more
}

/// The top bit of each octet that is not plain, all other bits clear.
///
/// The plain octets are four ranges, 20-21, 26-3B, 3F-5A and 61-7A. An octet lies in one of them
/// if the number of bounds it has reached is odd. Seven bits and a bound that leaves room for them
/// never carry into the next octet, so every flag is exact.
#[inline]
const fn not_plain(word: u64) -> u64 {
    const TOP: u64 = u64::from_ne_bytes([0x80; 8]);

    const fn reached(low: u64, bound: u8) -> u64 {
        low + u64::from_ne_bytes([0x80 - bound; 8])
    }

    let low = word & !TOP;
    let plain = reached(low, 0x20)
        ^ reached(low, 0x22)
        ^ reached(low, 0x26)
        ^ reached(low, 0x3C)
        ^ reached(low, 0x3F)
        ^ reached(low, 0x5B)
        ^ reached(low, 0x61)
        ^ reached(low, 0x7B);
    (!plain | word) & TOP
}

/// What the phrase `first tail…` begins with.
#[inline]
pub(crate) fn unit(first: u8, tail: &[u8]) -> Unit {
    match first {
        b'\t'
        | b' '..=b'!'
        | b'$'
        | b'&'..=b';'
        | b'='
        | b'?'..=b'Z'
        | b'_'
        | b'a'..=b'z'
        | b'~'
        | 0x80..=0xBF => Unit::Legal(1),
        b'%' => sequence(tail, 2, |octet| octet.is_ascii_hexdigit()),
        0xC0..=0xDF => sequence(tail, 1, is_continuation),
        0xE0..=0xEF => sequence(tail, 2, is_continuation),
        0xF0..=0xF7 => sequence(tail, 3, is_continuation),
        0xF8..=0xFB => sequence(tail, 4, is_continuation),
        0xFC..=0xFD => sequence(tail, 5, is_continuation),
        0x00..=0x1F | 0x7F => Unit::Control,
        _ => Unit::Excluded,
    }
}

const fn is_continuation(octet: u8) -> bool {
    matches!(octet, 0x80..=0xBF)
}

/// An escape or a UTF-8 sequence, of whose `len` octets after the first `tail` has the beginning.
#[inline]
fn sequence(tail: &[u8], len: usize, continues: impl Fn(u8) -> bool) -> Unit {
    let found = tail.iter().take(len).take_while(|octet| continues(**octet));
    match found.count() {
        found if found == len => Unit::Legal(1 + len),
        found if found == tail.len() => Unit::Cut(len - found),
        found => Unit::Broken(1 + found),
    }
}

/// How many octets from the start are legal.
#[inline]
pub(crate) fn legal(octets: &[u8]) -> usize {
    let mut rest = octets;
    loop {
        rest = rest.get(plain(rest)..).unwrap_or_default();
        let Some((first, tail)) = rest.split_first() else {
            return octets.len();
        };
        match unit(*first, tail) {
            Unit::Legal(len) => rest = rest.get(len..).unwrap_or_default(),
            _ => return octets.len() - rest.len(),
        }
    }
}
