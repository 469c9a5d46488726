//! The response codes of SIP: what each is called, where it is defined, what it obliges to.
//!
//! IANA keeps the [registry of SIP response codes][iana]. An RFC that defines a code enters it
//! there with its number and its default reason phrase: 75 codes, of which 202 is deprecated and
//! 402 reserved. [`ALL`] has those and 22 more that a receiver may meet:
//!
//! - 303, 409 and 411 stood in RFC 2543 and are [obsolete](Status::Obsolete);
//! - the others were [never registered](Status::Unregistered): proxies send them for errors of
//!   their own, stacks carry them in their tables, and Wireshark counts unknown codes under them.
//!
//! Some tables go beyond 699: PJSIP has texts for 701 to 703, errors of its own, and Wireshark counts
//! unknown responses under 999. They belong to no class, so no [`StatusCode`] holds them.
//!
//! # Phrases
//!
//! The phrase is for people and the code decides ([RFC 3261 §7.2]); many stacks send wordings of
//! their own. The wordings known to stand for a code are its [aliases](Entry::aliases), each with its
//! [`Origin`]: a standard, an older RFC, a stack, a document or a translation. They let [`by_phrase`]
//! find the code of a phrase, and [`Entry::phrase_match`] say how a received phrase stands to its
//! code.
//!
//! # Conduct
//!
//! What follows from a code can be asked of every [`StatusCode`], whether it has a row or not. Each
//! answer names its RFC and section.
//!
//! | question | |
//! | --- | --- |
//! | what can the client do about it? | [`retry`] |
//! | may the same request ever be sent again? | [`repeat`] |
//! | where else can it be sent? | [`failover`] |
//! | what does a proxy do with the response? | [`proxying`] |
//! | which of several responses does it forward? | [`best`] |
//! | what does the response end inside a dialog? | [`dialog_effect`], [`ends_after_bye`], [`ends_subscription`] |
//! | what may it answer, and who may send it? | [`methods`], [`condition`], [`sender`] |
//! | may it be sent reliably? | [`reliable`] |
//! | may what it says be kept? | [`caching`] |
//! | what does its phrase have to say? | [`phrase_duty`] |
//! | what does a gateway make of it? | [`to_q850`], [`from_q850`] |
//! | all of these that a code answers in words | [`conduct`](conduct()) |
//!
//! [`Entry::details`] has the rest in words: what a registered code means and which header fields go
//! with it.
//!
//! # Cost
//!
//! Nothing allocates, and but for [`by_phrase`] and [`best`] every answer is a few array reads or a
//! `match`. The tables are apart from each other, so that a program carries what it calls for and no
//! more: reading lines links the phrases, [`lookup`] the entries, and only [`Entry::details`] the
//! details.
//!
//! ```
//! use sip_status_line::{StatusCode, registry};
//!
//! let code = StatusCode::BUSY_HERE;
//! let entry = registry::lookup(code).expect("a registered code");
//! assert_eq!(entry.reason, Some("Busy Here"));
//! assert_eq!(entry.defined_in, "RFC 3261 §21.4.24");
//! assert_eq!(entry.phrase_match(b"busy"), registry::PhraseMatch::Alias);
//! assert_eq!(registry::repeat(code).answer, registry::Repeat::AtRetryAfter);
//! assert_eq!(registry::repeat(code).source, "RFC 3261 §20.33");
//! ```
//!
//! [iana]: https://www.iana.org/assignments/sip-parameters/sip-parameters.xhtml#sip-parameters-7
//! [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2

mod conduct;
mod entry;
mod q850;
mod rows;
mod table;

use core::iter::FusedIterator;
use core::slice;

use crate::code::StatusCode;
use crate::names::names;
use crate::scan;
use rows::{CODES, DETAILS, LINES, PHRASES};
use table::LINE;

pub use conduct::{
    Caching, Claim, Condition, DialogEffect, Failover, Methods, PhraseDuty, Proxying, Repeat,
    Retry, Sender, best, caching, condition, conduct, dialog_effect, ends_after_bye,
    ends_subscription, failover, methods, phrase_duty, proxying, reliable, repeat, retry, sender,
};
pub use entry::{Alias, Details, Entry, HeaderRule, Origin, Status};
pub use q850::{Location, Release, from_q850, to_q850};
pub use rows::ALL;

impl Entry {
    /// How that phrase stands to this row.
    ///
    /// ```
    /// use sip_status_line::{StatusCode, registry, registry::PhraseMatch};
    ///
    /// let entry = registry::lookup(StatusCode::SERVER_INTERNAL_ERROR).expect("a registered code");
    /// assert_eq!(entry.phrase_match(b"Server Internal Error"), PhraseMatch::Exact);
    /// assert_eq!(entry.phrase_match(b"Server internal error"), PhraseMatch::Case);
    /// assert_eq!(entry.phrase_match(b"Internal Server Error"), PhraseMatch::Alias);
    /// assert_eq!(entry.phrase_match(b"Out of Cheese"), PhraseMatch::Custom);
    /// assert_eq!(entry.phrase_match(b""), PhraseMatch::Empty);
    /// ```
    #[inline]
    #[must_use]
    pub fn phrase_match(&self, phrase: &[u8]) -> PhraseMatch {
        phrase_match(row(self.code), phrase)
    }

    /// What the RFCs say of this code in words, or `None` if it is not registered. Two array
    /// reads.
    #[must_use]
    pub fn details(&self) -> Option<&'static Details> {
        get(&DETAILS, row(self.code))?.as_ref()
    }
}

/// How a phrase stands to the code it came with. `Display` gives the name in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhraseMatch {
    /// The phrase of the registry, octet for octet.
    Exact,
    /// The phrase of the registry, but for the case of ASCII letters.
    Case,
    /// One of the [aliases](Entry::aliases), whatever its case.
    Alias,
    /// No phrase at all, which the grammar allows.
    Empty,
    /// A wording that the registry does not know.
    Custom,
    /// There is a phrase, but nothing to compare it with: the code has no row or its row no phrase.
    Unregistered,
}

names!(PhraseMatch {
    Exact => "exact",
    Case => "case",
    Alias => "alias",
    Empty => "empty",
    Custom => "custom",
    Unregistered => "unregistered",
});

/// How code and phrase of a line stand to the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// What the registry has of the code.
    pub entry: Option<&'static Entry>,
    /// How the phrase stands to that.
    pub phrase: PhraseMatch,
}

impl Match {
    /// Whether the code is registered with IANA. The registry here also knows some that are not.
    #[inline]
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.entry.is_some_and(|entry| entry.status.is_registered())
    }
}

/// The row of that code, or `None` if it has none. Two array reads.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Status};
///
/// let conflict = registry::lookup(StatusCode::CONFLICT).expect("a row");
/// assert_eq!(conflict.status, Status::Obsolete);
/// assert!(StatusCode::new(499).and_then(registry::lookup).is_some());
/// assert!(StatusCode::new(498).and_then(registry::lookup).is_none());
/// ```
#[inline]
#[must_use]
pub fn lookup(code: StatusCode) -> Option<&'static Entry> {
    get(ALL, row(code))
}

/// How that code and that phrase stand to the registry.
#[inline]
pub(crate) fn judge(code: StatusCode, phrase: &[u8]) -> Match {
    let row = row(code);
    Match {
        entry: get(ALL, row),
        phrase: phrase_match(row, phrase),
    }
}

#[inline]
fn phrase_match(row: usize, phrase: &[u8]) -> PhraseMatch {
    match get(&LENGTHS, row) {
        _ if phrase.is_empty() => PhraseMatch::Empty,
        None | Some(0) => PhraseMatch::Unregistered,
        // Most other phrases are as long as no known one.
        Some(lengths) if lengths & length_bit(phrase.len()) == 0 => PhraseMatch::Custom,
        Some(_) => match get(&PHRASES, row) {
            Some(Some(reason)) if reason.as_bytes() == phrase => PhraseMatch::Exact,
            _ => other_phrase(row, phrase),
        },
    }
}

/// The same for a phrase that is as long as a known one of the row and is not the registered one.
#[inline(never)]
fn other_phrase(row: usize, phrase: &[u8]) -> PhraseMatch {
    let is = |known: &str| scan::same_letters(known.as_bytes(), phrase);
    match get(ALL, row) {
        Some(entry) if entry.reason.is_some_and(is) => PhraseMatch::Case,
        Some(entry) if entry.aliases.iter().any(|alias| is(alias.phrase)) => PhraseMatch::Alias,
        _ => PhraseMatch::Custom,
    }
}

/// Every row whose phrase or alias that is, by ascending code. The case of ASCII letters does not
/// matter. The whole table is read.
///
/// More than one row can share a phrase, so the answer is a set:
///
/// ```
/// use sip_status_line::registry;
///
/// let codes = |phrase| registry::by_phrase(phrase).map(|entry| entry.code.get());
/// assert!(codes("not acceptable").eq([406, 606]));
/// assert!(codes("Busy").eq([486, 600]));
/// assert_eq!(codes("Out of Cheese").count(), 0);
/// ```
#[must_use]
pub fn by_phrase<P: AsRef<[u8]> + ?Sized>(phrase: &P) -> ByPhrase<'_> {
    ByPhrase {
        phrase: phrase.as_ref(),
        rows: ALL.iter(),
    }
}

/// The rows that share a phrase: what [`by_phrase`] returns.
#[derive(Clone, Debug)]
pub struct ByPhrase<'a> {
    phrase: &'a [u8],
    rows: slice::Iter<'static, Entry>,
}

impl Iterator for ByPhrase<'_> {
    type Item = &'static Entry;

    fn next(&mut self) -> Option<&'static Entry> {
        let phrase = self.phrase;
        self.rows.find(|row| {
            matches!(
                row.phrase_match(phrase),
                PhraseMatch::Exact | PhraseMatch::Case | PhraseMatch::Alias
            )
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.rows.len()))
    }
}

impl FusedIterator for ByPhrase<'_> {}

impl StatusCode {
    /// The phrase of the [registry](crate::registry) for this code, or `None` if it has none. Two
    /// array reads.
    ///
    /// ```
    /// use sip_status_line::StatusCode;
    ///
    /// assert_eq!(StatusCode::OK.canonical_reason(), Some("OK"));
    /// assert_eq!(StatusCode::new(498).and_then(StatusCode::canonical_reason), None);
    /// ```
    #[inline]
    #[must_use]
    pub const fn canonical_reason(self) -> Option<&'static str> {
        match get(&PHRASES, row(self)) {
            Some(phrase) => *phrase,
            None => None,
        }
    }
}

/// The canonical line of a code that has a phrase.
#[derive(Clone, Copy)]
pub(crate) struct Canonical {
    /// Its place in the tables, for [`at`].
    pub(crate) row: u8,
    pub(crate) code: StatusCode,
    /// The line, and NULs after it.
    pub(crate) octets: &'static [u8; LINE],
    pub(crate) len: usize,
}

/// The octets of a canonical line before the phrase.
pub(crate) const HEAD: usize = "SIP/2.0 200 ".len();

/// The canonical line of the code that three digits spell. Octets that are no digits may lead to
/// the line of some code all the same.
#[inline]
pub(crate) fn canonical_of_digits([a, b, c]: [u8; 3]) -> Option<Canonical> {
    const ZERO: u16 = b'0' as u16 * 111;
    let number = (u16::from(a) * 100 + u16::from(b) * 10 + u16::from(c)).wrapping_sub(ZERO);
    canonical(StatusCode::new(number)?)
}

/// The canonical line of that code, if it is in the registry.
#[inline]
pub(crate) fn canonical(code: StatusCode) -> Option<Canonical> {
    let place = place(code)?;
    Some(Canonical {
        row: place.row,
        code,
        octets: LINES.get(usize::from(place.row))?,
        len: usize::from(place.line_len),
    })
}

/// The place of a line or a code that has none.
pub(crate) const NO_ROW: u8 = u8::MAX;

/// The entry at that place of the tables.
#[inline]
pub(crate) fn at(row: u8) -> Option<&'static Entry> {
    ALL.get(usize::from(row))
}

/// The place of the code in the tables below, which all have the same order; beyond their end if
/// it has no row.
#[inline]
const fn row(code: StatusCode) -> usize {
    match place(code) {
        Some(place) => place.row as usize,
        None => usize::MAX,
    }
}

#[inline]
const fn place(code: StatusCode) -> Option<&'static Place> {
    get(&INDEX, code.get().wrapping_sub(100) as usize)
}

/// `table.get(at)` for const functions.
#[inline]
const fn get<T>(table: &[T], at: usize) -> Option<&T> {
    match table.split_at_checked(at) {
        Some((_, [found, ..])) => Some(found),
        _ => None,
    }
}

/// Where a code stands in the tables, and how long its canonical line is.
#[derive(Clone, Copy)]
struct Place {
    /// [`NO_ROW`] if it has none.
    row: u8,
    /// 0 if it has no phrase.
    line_len: u8,
}

/// The places of the codes from 100 to 699.
static INDEX: [Place; 600] = index();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
const fn index() -> [Place; 600] {
    let nowhere = Place {
        row: NO_ROW,
        line_len: 0,
    };
    let mut index = [nowhere; 600];
    let mut row = 0;
    while row < CODES.len() {
        index[CODES[row] as usize - 100] = Place {
            row: row as u8,
            line_len: match ALL[row].reason {
                Some(phrase) => (HEAD + phrase.len() + "\r\n".len()) as u8,
                None => 0,
            },
        };
        row += 1;
    }
    index
}

/// How long the phrase and the aliases of each row are: a bit for each length. 0 if it has no phrase,
/// and so no alias.
static LENGTHS: [u64; CODES.len()] = lengths();

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
const fn lengths() -> [u64; CODES.len()] {
    let mut lengths = [0; CODES.len()];
    let mut row = 0;
    while row < CODES.len() {
        if let Some(phrase) = ALL[row].reason {
            lengths[row] |= length_bit(phrase.len());
        }
        let mut aliases = ALL[row].aliases;
        while let [alias, rest @ ..] = aliases {
            lengths[row] |= length_bit(alias.phrase.len());
            aliases = rest;
        }
        row += 1;
    }
    lengths
}

/// Lengths beyond 63 share the last bit.
const fn length_bit(len: usize) -> u64 {
    1 << if len < 63 { len } else { 63 }
}

const _: () = assert!(CODES.len() < NO_ROW as usize);
const _: () = assert!(ascending(CODES), "each code once, in order");
const _: () = assert!(registered(ALL) == 75, "as many as IANA lists");
const _: () = assert!(named(ALL), "an alias of no phrase");
const _: () = assert!(
    spelt(ALL),
    "a phrase that RFC 3261 §25.1 does not allow, or that is not compared right"
);
const _: () = assert!(
    detailed(ALL, &DETAILS),
    "details of what is registered, and of nothing else"
);

const fn ascending(mut codes: &[u16]) -> bool {
    while let [code, rest @ ..] = codes {
        if matches!(rest, [next, ..] if *next <= *code) {
            return false;
        }
        codes = rest;
    }
    true
}

const fn registered(mut rows: &[Entry]) -> usize {
    let mut count = 0;
    while let [row, rest @ ..] = rows {
        count += row.status.is_registered() as usize;
        rows = rest;
    }
    count
}

const fn named(mut rows: &[Entry]) -> bool {
    while let [row, rest @ ..] = rows {
        if row.reason.is_none() && !row.aliases.is_empty() {
            return false;
        }
        rows = rest;
    }
    true
}

const fn detailed(mut rows: &[Entry], mut details: &[Option<Details>]) -> bool {
    while let ([row, rows_after @ ..], [found, details_after @ ..]) = (rows, details) {
        if row.status.is_registered() != found.is_some() {
            return false;
        }
        (rows, details) = (rows_after, details_after);
    }
    true
}

const fn spelt(mut rows: &[Entry]) -> bool {
    while let [row, rest @ ..] = rows {
        if matches!(row.reason, Some(reason) if !is_phrase(reason)) {
            return false;
        }
        let mut aliases = row.aliases;
        while let [alias, rest @ ..] = aliases {
            if !is_phrase(alias.phrase) {
                return false;
            }
            aliases = rest;
        }
        rows = rest;
    }
    true
}

/// Whether the text is not empty and has only the ASCII octets that a Reason-Phrase may hold as
/// they are, and none of `@_~`, which [`scan::same_letters`] would take for letters.
const fn is_phrase(text: &str) -> bool {
    let mut octets = text.as_bytes();
    while let [octet, rest @ ..] = octets {
        let legal = octet.is_ascii_alphanumeric()
            || matches!(
                octet,
                b' ' | b'!' | b'$' | b'&'..=b'/' | b':' | b';' | b'=' | b'?'
            );
        if !legal {
            return false;
        }
        octets = rest;
    }
    !text.is_empty()
}
