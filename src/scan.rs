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

/// What an octet is to the grammar of a phrase.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Octet {
    /// Legal wherever it stands, and common: SP, letters, digits, most punctuation.
    Plain,
    /// Legal wherever it stands, and rare.
    Legal,
    /// `%`, which begins an escape of two more octets.
    Escape,
    /// The lead of a UTF-8 sequence of that many more octets.
    Lead(u8),
    /// Excluded by the ABNF, and no control.
    Excluded,
    /// A control: in no phrase at all.
    Control,
}

/// Tells octets apart by the ABNF above. The one home of that knowledge.
pub(crate) const fn octet(octet: u8) -> Octet {
    match octet {
        b' ' | b'&'..=b';' | b'A'..=b'Z' | b'a'..=b'z' => Octet::Plain,
        b'\t' | b'!' | b'$' | b'=' | b'?' | b'@' | b'_' | b'~' | 0x80..=0xBF => Octet::Legal,
        b'%' => Octet::Escape,
        0xC0..=0xDF => Octet::Lead(1),
        0xE0..=0xEF => Octet::Lead(2),
        0xF0..=0xF7 => Octet::Lead(3),
        0xF8..=0xFB => Octet::Lead(4),
        0xFC..=0xFD => Octet::Lead(5),
        0x00..=0x08 | 0x0A..=0x1F | 0x7F => Octet::Control,
        b'"' | b'#' | b'<' | b'>' | b'['..=b'^' | b'`' | b'{'..=b'}' | 0xFE | 0xFF => {
            Octet::Excluded
        }
    }
}

/// [`Octet::Plain`], in a form that the compiler makes vector instructions of.
#[inline]
pub(crate) const fn is_plain(octet: u8) -> bool {
    (octet == b' ')
        | (octet.wrapping_sub(b'&') <= b';' - b'&')
        | ((octet | 0x20).wrapping_sub(b'a') <= b'z' - b'a')
}

const _: () = {
    let mut at = 0_u8;
    while let Some(next) = at.checked_add(1) {
        assert!(is_plain(at) == matches!(octet(at), Octet::Plain));
        at = next;
    }
    assert!(!is_plain(at) && matches!(octet(at), Octet::Excluded));
};

/// What the first octets of a phrase are to its grammar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The first octet is legal by itself.
    Legal,
    /// The first octet begins an escape or a UTF-8 sequence. It asks for `wanted` octets after it,
    /// and `found` of them are there.
    Sequence { wanted: u8, found: u8 },
    /// The ABNF excludes the first octet, whatever follows it.
    Excluded,
    /// No phrase holds the first octet: it is a control.
    Control,
}

/// Whether `octets` and the first `len` of `line`, 16 to 64 of them, are the same as far as both go.
/// Fewer than 16 never are.
///
/// Four comparisons of 16 octets that overlap as the length wants it: no branch depends on the
/// length, since one that does is mispredicted for every other line.
#[inline]
pub(crate) fn same(octets: &[u8], line: &[u8; 64], len: usize) -> bool {
    let Some(last) = len.min(octets.len()).checked_sub(CHUNK) else {
        return false;
    };
    let at = |from: usize| {
        let from = from.min(last);
        octets.get(from..from + CHUNK) == line.get(from..from + CHUNK)
    };
    at(last) & at(0) & at(CHUNK) & at(2 * CHUNK)
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

/// How many octets are looked at before a branch depends on them: more than most lines have.
const RUN: usize = 3 * CHUNK;

/// Where the first odd octet at or after `from` stands, or the end. `odd` has a 1 for each odd one of
/// the 16 octets from an offset on; the last 16 begin at `last`, and no others than those are asked
/// for where they would reach beyond the end.
///
/// Each lane keeps the least index of an odd octet in the run, and the least of all lanes is the
/// answer: no bit has to be gathered, which vectors of this kind are slow at. What stands before the
/// run has an index that wraps, and a wrapped one is never the least.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "up to 48, or it wraps")]
fn first_odd(from: usize, last: usize, odd: impl Fn(usize) -> Option<[u8; CHUNK]>) -> usize {
    const LANES: [u8; CHUNK] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut at = from;
    while at < last + CHUNK {
        let mut nearest = [RUN as u8; CHUNK];
        for start in [at, at + CHUNK, at + 2 * CHUNK] {
            let start = start.min(last);
            let skipped = start.wrapping_sub(at) as u8;
            let odd = odd(start).unwrap_or([1; CHUNK]);
            for ((nearest, odd), lane) in nearest.iter_mut().zip(odd).zip(LANES) {
                // 1 leaves the index as it is, 0 makes it the greatest.
                *nearest = (*nearest).min(lane.wrapping_add(skipped) | odd.wrapping_sub(1));
            }
        }
        let run = usize::from(nearest.into_iter().fold(u8::MAX, u8::min));
        at += run;
        if run < RUN {
            return at;
        }
    }
    last + CHUNK
}

/// Where the first octet at or after `from` stands that is not plain. The length if there is none.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a call in the loop would cost what the loop does"
)]
fn plain(octets: &[u8], from: usize) -> usize {
    let Some(last) = octets.len().checked_sub(CHUNK) else {
        let odd = octets.iter().skip(from).position(|octet| !is_plain(*octet));
        return odd.map_or(octets.len(), |run| from + run);
    };
    first_odd(from, last, |start| {
        let chunk: &[u8; CHUNK] = octets.get(start..)?.first_chunk()?;
        let mut odd = [0; CHUNK];
        for (odd, octet) in odd.iter_mut().zip(chunk) {
            *odd = u8::from(!is_plain(*octet));
        }
        Some(odd)
    })
}

/// Where plain octets and whole UTF-8 sequences of up to four octets end, at or after `from`, which is
/// where an octet or a sequence begins.
///
/// Each octet is judged by the three before it, which say whether it has to continue a sequence.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a call in the loop would cost what the loop does"
)]
fn text(octets: &[u8], from: usize) -> usize {
    let (Some(last), 3..) = (octets.len().checked_sub(CHUNK), from) else {
        return from;
    };
    let end = first_odd(from, last, |start| {
        let chunk: &[u8; 3 + CHUNK] = octets.get(start.checked_sub(3)?..)?.first_chunk()?;
        let [third @ .., _, _, _] = chunk;
        let [_, second @ .., _, _] = chunk;
        let [_, _, first @ .., _] = chunk;
        let [_, _, _, octets @ ..] = chunk;
        let mut odd = [0; CHUNK];
        let before = third.iter().zip(second).zip(first);
        for ((odd, octet), ((third, second), first)) in odd.iter_mut().zip(octets).zip(before) {
            // Not 0 after the lead of a sequence that goes on here.
            let wanted = third.saturating_sub(0xEF)
                | second.saturating_sub(0xDF)
                | first.saturating_sub(0xBF);
            let continues = octet.wrapping_sub(0x80) < 0x40;
            let begins = is_plain(*octet) | (octet.wrapping_sub(0xC0) < 0xF8 - 0xC0);
            let fits = (wanted == 0) & begins;
            *odd = u8::from(!(continues | fits));
        }
        Some(odd)
    });
    // A sequence that ends too early is not whole.
    let lead = |back: usize, least: u8| {
        let at = end.checked_sub(back)?;
        octets.get(at).filter(|octet| **octet >= least).map(|_| at)
    };
    let broken = lead(1, 0xC0).or(lead(2, 0xE0)).or(lead(3, 0xF0));
    broken.unwrap_or(end).max(from)
}

/// What the phrase `first tail…` begins with.
#[inline]
pub(crate) fn unit(first: u8, tail: &[u8]) -> Unit {
    match octet(first) {
        Octet::Plain | Octet::Legal => Unit::Legal,
        Octet::Escape => sequence(tail, 2, |octet| octet.is_ascii_hexdigit()),
        Octet::Lead(wanted) => sequence(tail, wanted, |octet| matches!(octet, 0x80..=0xBF)),
        Octet::Excluded => Unit::Excluded,
        Octet::Control => Unit::Control,
    }
}

/// An escape or a UTF-8 sequence, whose octets after the first are what `tail` begins with.
#[inline]
fn sequence(tail: &[u8], wanted: u8, continues: impl Fn(u8) -> bool) -> Unit {
    let mut found = 0;
    for octet in tail {
        if found == wanted || !continues(*octet) {
            break;
        }
        found += 1;
    }
    Unit::Sequence { wanted, found }
}

/// Where the first octet at or after `from` stands that is not legal, or the first of a sequence that
/// is not. The length if there is none.
#[inline]
pub(crate) fn legal(octets: &[u8], from: usize) -> usize {
    let at = plain(octets, from);
    match octets.get(at) {
        // CR, most of the time.
        None | Some(b'\n'..b' ') => at,
        _ => legal_on(octets, at),
    }
}

/// The same for octets that are not all plain.
///
/// A run is looked at only where it pays: where four octets are plain, or text goes on after a
/// sequence. Else each odd octet of many would cost a run.
#[inline(never)]
fn legal_on(octets: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(rest) = octets.get(at..) {
        match *rest {
            [a, b, c, d, ..] if is_plain(a) & is_plain(b) & is_plain(c) & is_plain(d) => {
                at = plain(octets, at);
            }
            [first, ref tail @ ..] => match unit(first, tail) {
                Unit::Legal => at += 1,
                Unit::Sequence { wanted, found } if found == wanted => {
                    at += 1 + usize::from(wanted);
                    let goes_on = |octet: &u8| is_plain(*octet) || *octet >= 0xC0;
                    if octets.get(at).is_some_and(goes_on) {
                        at = text(octets, at);
                    }
                }
                _ => break,
            },
            [] => break,
        }
    }
    at
}
