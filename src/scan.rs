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

use crate::run::{self, CHUNK, Ranges, Run};

/// What an octet is to the grammar of a phrase.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Octet {
    /// Legal wherever it stands, and common: SP, letters, digits, most punctuation.
    Plain,
    /// Legal wherever it stands, and rare.
    Legal,
    /// `%`, which begins an escape of two more octets.
    Escape,
    /// The lead of a UTF-8 sequence: as many octets as the lead has high bits that are set.
    Lead,
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
        0xC0..=0xFD => Octet::Lead,
        0x00..=0x08 | 0x0A..=0x1F | 0x7F => Octet::Control,
        b'"' | b'#' | b'<' | b'>' | b'['..=b'^' | b'`' | b'{'..=b'}' | 0xFE | 0xFF => {
            Octet::Excluded
        }
    }
}

/// What [`octet`] says of each.
static OCTETS: [Octet; 256] = {
    let mut octets = [Octet::Plain; 256];
    let mut at = 0;
    let mut rest: &mut [Octet] = &mut octets;
    while let [first, tail @ ..] = rest {
        *first = octet(at);
        at = at.wrapping_add(1);
        rest = tail;
    }
    octets
};

/// The same as [`octet`], without a branch that could be mispredicted.
#[inline]
fn looked_up(octet: u8) -> Octet {
    let found = OCTETS.get(usize::from(octet));
    found.copied().unwrap_or(Octet::Control)
}

/// Whether the octet is [`Octet::Plain`].
#[inline]
pub(crate) fn is_plain(octet: u8) -> bool {
    looked_up(octet) == Octet::Plain
}

/// Whether `first` may stand in a phrase where `tail` comes after it.
#[inline]
pub(crate) fn is_legal(first: u8, tail: &[u8]) -> bool {
    match looked_up(first) {
        Octet::Escape | Octet::Lead => {
            matches!(unit(first, tail), Unit::Sequence { wanted, found } if found == wanted)
        }
        octet => matches!(octet, Octet::Plain | Octet::Legal),
    }
}

/// The ranges of [`Octet::Plain`].
const PLAIN: Ranges<4> = [(b' ', b' '), (b'&', b';'), (b'A', b'Z'), (b'a', b'z')];

const _: () = {
    let mut at = Some(0_u8);
    while let Some(next) = at {
        let mut found = false;
        let mut ranges: &[_] = &PLAIN;
        while let [(first, last), rest @ ..] = ranges {
            found |= *first <= next && next <= *last;
            ranges = rest;
        }
        assert!(found == matches!(octet(next), Octet::Plain));
        at = next.checked_add(1);
    }
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

/// Copies a phrase to where there is just the room, and says how many of its first octets are known to be
/// plain.
///
/// Words that overlap as the length wants it: no branch depends on the length of most phrases, and
/// what was just written is not read again.
#[inline]
pub(crate) fn copy_phrase(phrase: &[u8], to: &mut [u8]) -> usize {
    const WORD: usize = 8;
    let (Some(last), ..=run::LEN) = (phrase.len().checked_sub(WORD), phrase.len()) else {
        for (to, from) in to.iter_mut().zip(phrase) {
            *to = *from;
        }
        return phrase
            .iter()
            .take(WORD)
            .take_while(|octet| is_plain(**octet))
            .count();
    };
    let mut word = |at: usize| {
        let at = at.min(last);
        let from = phrase.get(at..).and_then(<[u8]>::first_chunk::<WORD>);
        let to = to.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
        let word = from.copied().unwrap_or_default();
        if let Some(to) = to {
            *to = word;
        }
        u64::from_le_bytes(word)
    };
    let mut chunk = |at: usize| {
        let (low, high) = (word(at), word(at + WORD));
        (u128::from(low) | u128::from(high) << 64).to_le_bytes()
    };
    let copied = [chunk(0), chunk(CHUNK), chunk(2 * CHUNK)];
    let run = Run::new(copied.as_flattened(), 0);
    match run.map_or(0, |run| run.among(PLAIN).trailing_ones() as usize) {
        run::LEN => phrase.len(),
        // A word that overlaps has octets of the one before it again.
        plain => (plain / WORD * WORD).min(last) + plain % WORD,
    }
}

/// How many of the octets of the run from `at` on are plain, up to the first that is not.
///
/// Where there are as many, none of the offsets depends on the length: in a buffer of lines the next
/// line can be looked for that much earlier.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would cost what the octets do")]
fn plain(octets: &[u8], at: usize) -> usize {
    let plain = |run: Option<Run>| run.map_or(0, |run| run.among(PLAIN).trailing_ones() as usize);
    match octets
        .get(at..)
        .and_then(<[u8]>::first_chunk::<{ run::LEN }>)
    {
        Some(octets) => plain(Run::new(octets, 0)),
        None => plain(Run::new(octets, at)),
    }
}

/// How many of the octets of the run from `at` on, which is where an octet or a sequence begins, are plain or
/// in whole UTF-8 sequences of up to four octets. Without a run, how many are plain.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would cost what the octets do")]
fn text(octets: &[u8], at: usize) -> usize {
    let Some(run) = Run::new(octets, at).or_else(|| Run::of_few(octets, at)) else {
        let octets = octets.iter().skip(at);
        return octets.take_while(|octet| is_plain(**octet)).count();
    };
    let plain = run.among(PLAIN);
    let beyond_ascii = run.bit(7);
    let lead = beyond_ascii & run.bit(6);
    let of_three = lead & run.bit(5);
    let of_four = of_three & run.bit(4);
    let of_more = of_four & run.bit(3);
    let continues = beyond_ascii & !lead;
    let wanted = lead << 1 | of_three << 2 | of_four << 3;
    let broken = wanted & !continues;
    let odd = broken | of_more | !(plain | beyond_ascii);
    // The end of the run, if nothing is odd before.
    let end = odd.trailing_zeros();
    if broken >> end & 1 == 0 {
        return end as usize;
    }
    let before = lead & ((1 << end) - 1);
    before.checked_ilog2().unwrap_or(0) as usize
}

/// What the phrase `first tail…` begins with.
#[inline]
pub(crate) fn unit(first: u8, tail: &[u8]) -> Unit {
    match octet(first) {
        Octet::Plain | Octet::Legal => Unit::Legal,
        Octet::Escape => sequence(tail, 2, |octet| octet.is_ascii_hexdigit()),
        Octet::Lead => sequence(tail, wanted(first), |octet| matches!(octet, 0x80..=0xBF)),
        Octet::Excluded => Unit::Excluded,
        Octet::Control => Unit::Control,
    }
}

/// How many octets come after the lead of a UTF-8 sequence.
#[expect(clippy::cast_possible_truncation, reason = "at most eight")]
const fn wanted(lead: u8) -> u8 {
    lead.leading_ones().saturating_sub(1) as u8
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
    let at = from + plain(octets, from);
    match octets.get(at) {
        // CR, most of the time.
        None | Some(b'\n'..b' ') => at,
        _ => legal_on(octets, at),
    }
}

/// The same for octets that are not all plain, or more than a run.
///
/// Runs begin a chunk apart at least, so that no octets can make every few of them cost a run.
#[inline(never)]
pub(crate) fn legal_on(octets: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut next_run = from;
    while let Some([first, tail @ ..]) = octets.get(at..) {
        if (*first >= 0xC0 || is_plain(*first)) && at >= next_run {
            let run = text(octets, at);
            next_run = at + CHUNK;
            at += run;
            if run > 0 {
                continue;
            }
        }
        at += match unit(*first, tail) {
            Unit::Legal => 1,
            Unit::Sequence { wanted, found } if found == wanted => 1 + usize::from(wanted),
            _ => break,
        };
    }
    at
}

/// Whether `text` is `known`, but for the case of ASCII letters. `known` is a phrase of the registry:
/// of what has the bit of a letter, it holds letters alone.
///
/// Four comparisons of 8 octets that overlap as the length wants it, more only for what is longer than
/// most phrases.
#[inline]
pub(crate) fn same_letters(known: &[u8], text: &[u8]) -> bool {
    const WORD: usize = 8;
    const CASE: u64 = 0x2020_2020_2020_2020;
    if known.len() != text.len() {
        return false;
    }
    let Some(last) = known.len().checked_sub(WORD) else {
        return known.eq_ignore_ascii_case(text);
    };
    let word = |octets: &[u8], at: usize| {
        let word = octets.get(at..).and_then(<[u8]>::first_chunk);
        word.map_or(0, |word| u64::from_le_bytes(*word))
    };
    let odd = |at: usize| {
        let at = at.min(last);
        let known = word(known, at);
        (known ^ word(text, at)) & !(known >> 1 & CASE)
    };
    let most = odd(0) | odd(WORD) | odd(2 * WORD) | odd(3 * WORD);
    most == 0 && (4 * WORD..known.len()).step_by(WORD).all(|at| odd(at) == 0)
}
