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

/// Whether `octets`, 16 to 64 of them, are what `line` begins with. Fewer never are.
///
/// Four comparisons of 16 octets that overlap as the length wants it: no branch depends on the
/// length, since one that does is mispredicted for every other line.
#[inline]
pub(crate) fn same(octets: &[u8], line: &[u8; 64]) -> bool {
    let Some(last) = octets.len().checked_sub(CHUNK) else {
        return false;
    };
    let at = |from: usize| {
        let from = from.min(last);
        octets.get(from..from + CHUNK) == line.get(from..from + CHUNK)
    };
    at(last) && at(0) & at(CHUNK) & at(2 * CHUNK)
}

/// Writes what `line` begins with over `octets`, 16 to 64 of them, in chunks that overlap likewise.
#[inline]
pub(crate) fn copy(line: &[u8; 64], octets: &mut [u8]) {
    let last = octets.len().saturating_sub(CHUNK);
    for from in [0, CHUNK, 2 * CHUNK, last] {
        let from = from.min(last);
        let to = octets.get_mut(from..).and_then(<[u8]>::first_chunk_mut);
        let chunk = line.get(from..).and_then(<[u8]>::first_chunk::<CHUNK>);
        if let (Some(to), Some(chunk)) = (to, chunk) {
            *to = *chunk;
        }
    }
}

const CHUNK: usize = 16;

/// Where the first octet at or after `from` stands that is not plain. The length if there is none.
///
/// Looks at 48 octets at a time, which is more than most lines have: no branch then depends on how
/// long one is.
#[inline]
pub(crate) fn plain(octets: &[u8], from: usize) -> usize {
    let mut at = from;
    while octets.get(at).is_some_and(|octet| is_plain(*octet)) {
        at = match octets.len().checked_sub(CHUNK) {
            Some(last) => odd_in_chunks(octets, at, last),
            None => at + 1,
        };
    }
    at.min(octets.len())
}

/// Where in three chunks from `at` on the first octet stands that is not plain, or their end.
///
/// A chunk that would reach beyond the end of the octets begins at `last` instead, where it covers
/// some that another covers too.
#[inline]
fn odd_in_chunks(octets: &[u8], at: usize, last: usize) -> usize {
    let starts = [at, at + CHUNK, at + 2 * CHUNK].map(|start| start.min(last));
    let mut chunks = starts.map(|start| {
        let chunk = octets.get(start..).and_then(<[u8]>::first_chunk);
        *chunk.unwrap_or(&[0; CHUNK])
    });
    // One loop over all of them is what the compiler makes vector instructions of.
    for octet in chunks.as_flattened_mut() {
        *octet = u8::from(!is_plain(*octet));
    }
    let [first, .., end] = starts;
    let mut odd = 0;
    for (start, chunk) in starts.into_iter().zip(chunks) {
        odd |= bits(chunk) << (start - first);
    }
    let run = (odd >> (at - first)).trailing_zeros() as usize;
    (at + run).min(end + CHUNK)
}

/// Octets that are 0 or 1 as bits, the first octet the lowest.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "each half is meant by itself"
)]
const fn bits(octets: [u8; CHUNK]) -> u64 {
    // Moves the bit of octet n to bit 56 + n.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let octets = u128::from_le_bytes(octets);
    let (low, high) = (octets as u64, (octets >> 64) as u64);
    low.wrapping_mul(GATHER) >> 56 | high.wrapping_mul(GATHER) >> 56 << 8
}

/// Whether an octet is legal on its own and common: SP, letters, digits, and most punctuation.
#[inline]
const fn is_plain(octet: u8) -> bool {
    (octet == b' ')
        | (octet.wrapping_sub(b'&') <= b';' - b'&')
        | ((octet | 0x20).wrapping_sub(b'a') <= b'z' - b'a')
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

/// Where the first octet at or after `from` stands that is not legal. The length if there is none.
#[inline]
pub(crate) fn legal(octets: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        at = plain(octets, at);
        let Some((first, tail)) = octets.get(at..).and_then(<[u8]>::split_first) else {
            return at;
        };
        match unit(*first, tail) {
            Unit::Legal(len) => at += len,
            _ => return at,
        }
    }
}
