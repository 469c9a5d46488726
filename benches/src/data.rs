//! The lines that are measured, the same in every run: drawn and shuffled with a fixed seed.

use std::collections::HashMap;

use bytes::Bytes;
use sip_status_lab::SplitMix64;
use sip_status_line::registry::{self, Entry};
use sip_status_line::{Parser, StatusCode, StatusLine};

/// How many lines a set has. Fewer, or sorted ones, let a processor learn them.
pub const LINES: usize = 1 << 16;

/// What the phrase of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The registered phrase of the code.
    Registered,
    /// A registered phrase in another case, or another known wording of it.
    Wording,
    /// A phrase of the sender's own, in ASCII.
    Custom,
    /// No phrase.
    Empty,
    /// A phrase with letters beyond ASCII.
    Utf8,
    /// A phrase with brackets, quotes or `#`, which the ABNF excludes: `STRICT` refuses it.
    Bracketed,
}

/// Of 1000 lines of the real mix, how many are of which kind. The mix without registered phrases
/// has the others, in the same proportions.
pub const MIX: [(Kind, usize); 6] = [
    (Kind::Registered, 950),
    (Kind::Wording, 15),
    (Kind::Custom, 15),
    (Kind::Empty, 10),
    (Kind::Utf8, 5),
    (Kind::Bracketed, 5),
];

/// Of 1000 lines with a registered phrase, how many have which code. The 20 others have any.
pub const CODES: [(u16, usize); 19] = [
    (200, 320),
    (100, 290),
    (180, 110),
    (401, 60),
    (407, 40),
    (183, 30),
    (487, 30),
    (486, 20),
    (404, 15),
    (480, 10),
    (202, 8),
    (403, 8),
    (408, 8),
    (481, 8),
    (503, 8),
    (500, 5),
    (603, 5),
    (488, 3),
    (491, 2),
];

/// Lines one after another in one buffer.
pub struct Lines {
    pub octets: Bytes,
    lens: Vec<u16>,
}

impl Lines {
    /// Adds up what `read` says of each line on its own: a slice that ends with the line.
    #[inline(always)]
    pub fn sum(&self, mut read: impl FnMut(&[u8]) -> usize) -> usize {
        let mut rest = &self.octets[..];
        let mut sum = 0_usize;
        for len in &self.lens {
            let (line, tail) = rest.split_at(usize::from(*len));
            sum = sum.wrapping_add(read(line));
            rest = tail;
        }
        sum
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.octets[..];
        self.lens.iter().map(move |len| {
            let line;
            (line, rest) = rest.split_at(usize::from(*len));
            line
        })
    }

    pub fn len(&self) -> usize {
        self.lens.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lens.is_empty()
    }

    /// The same lines, equal ones after each other: a processor predicts them all.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut lines: Vec<_> = self.iter().map(<[u8]>::to_vec).collect();
        lines.sort();
        lines.into_iter().collect()
    }
}

impl<L: AsRef<[u8]>> FromIterator<L> for Lines {
    fn from_iter<T: IntoIterator<Item = L>>(lines: T) -> Self {
        let (mut octets, mut lens) = (Vec::new(), Vec::new());
        for line in lines {
            octets.extend_from_slice(line.as_ref());
            lens.push(u16::try_from(line.as_ref().len()).expect("a line of up to 65,535 octets"));
        }
        Self {
            octets: octets.into(),
            lens,
        }
    }
}

/// The phrases of `phrases.tsv`, which stacks were seen to send or might.
fn phrases(kind: &str) -> Vec<(u16, &'static str)> {
    let rows = include_str!("phrases.tsv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let found = cells.next() == Some(kind);
        let code = cells.next()?.parse().ok()?;
        found.then_some((code, cells.next()?))
    })
    .collect()
}

/// Draws lines of one kind.
struct Source {
    registered: Vec<&'static Entry>,
    wording: Vec<(u16, &'static str)>,
    custom: Vec<(u16, &'static str)>,
    utf8: Vec<(u16, &'static str)>,
    bracketed: Vec<(u16, &'static str)>,
}

impl Source {
    fn new() -> Self {
        let registered = registry::ALL
            .iter()
            .filter(|entry| entry.status.is_registered());
        Self {
            registered: registered.collect(),
            wording: phrases("wording"),
            custom: phrases("custom"),
            utf8: phrases("utf8"),
            bracketed: phrases("bracketed"),
        }
    }

    fn code(&self, random: &mut SplitMix64) -> StatusCode {
        let mut at = random.below(1000);
        for (code, share) in CODES {
            if at < share {
                return StatusCode::new(code).expect("a status code");
            }
            at -= share;
        }
        pick(random, &self.registered).code
    }

    fn line(&self, kind: Kind, random: &mut SplitMix64) -> Vec<u8> {
        let (code, phrase) = match kind {
            Kind::Registered => {
                let code = self.code(random);
                (
                    code.get(),
                    code.canonical_reason().expect("a registered phrase"),
                )
            }
            Kind::Empty => (self.code(random).get(), ""),
            Kind::Wording => *pick(random, &self.wording),
            Kind::Custom => *pick(random, &self.custom),
            Kind::Utf8 => *pick(random, &self.utf8),
            Kind::Bracketed => *pick(random, &self.bracketed),
        };
        format!("SIP/2.0 {code} {phrase}\r\n").into_bytes()
    }
}

/// Any of these, of which there is one at least.
fn pick<'a, T>(random: &mut SplitMix64, from: &'a [T]) -> &'a T {
    &from[random.below(from.len())]
}

/// Puts these into any order.
fn shuffle<T>(random: &mut SplitMix64, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

/// That many lines: of each kind its share, the shares adding up to any total.
#[must_use]
pub fn mix(kinds: &[(Kind, usize)], count: usize) -> Lines {
    let (source, mut random) = (Source::new(), SplitMix64::new(4));
    let total: usize = kinds.iter().map(|(_, share)| share).sum();
    let mut lines = Vec::with_capacity(count);
    for (kind, share) in kinds.iter().rev() {
        lines.extend((0..count * share / total).map(|_| source.line(*kind, &mut random)));
    }
    // What rounding has left over.
    lines.resize_with(count, || source.line(kinds[0].0, &mut random));
    shuffle(&mut random, &mut lines);
    lines.into_iter().collect()
}

/// Lines as they come: nearly all have the phrase of the registry.
#[must_use]
pub fn real() -> Lines {
    mix(&MIX, LINES)
}

/// Lines without a single registered phrase.
#[must_use]
pub fn unregistered() -> Lines {
    mix(&MIX[1..], LINES)
}

/// Lines as deployed elements send them: codes as in the real mix, and for each code the phrases of
/// `deployed.tsv` by their weights. A weight adds up a rank for each element that has the phrase in its
/// source: 10 for Kamailio, OpenSIPS and `PJSIP` (Asterisk), 8 for Sofia-SIP (`FreeSWITCH`), 6 for Asterisk's
/// older channel, 4 and fewer for the libraries of phones, 1 for others. The 100 that a proxy sends of
/// its own has 60.
///
/// # Panics
///
/// If `deployed.tsv` has a row that is none.
#[must_use]
pub fn deployed() -> Lines {
    let mut phrases: HashMap<u16, Vec<(usize, &str)>> = HashMap::new();
    for row in include_str!("deployed.tsv").lines().skip(1) {
        let cells: Vec<_> = row.splitn(3, '\t').collect();
        let [code, weight, phrase] = cells[..] else {
            panic!("three cells in {row}")
        };
        let code = code.parse().expect("a code");
        let weight = weight.parse().expect("a weight");
        phrases.entry(code).or_default().push((weight, phrase));
    }
    let (source, mut random) = (Source::new(), SplitMix64::new(10));
    let line = |_| {
        let code = source.code(&mut random);
        let known = phrases.get(&code.get()).map_or(&[][..], Vec::as_slice);
        let total: usize = known.iter().map(|(weight, _)| weight).sum();
        let mut at = random.below(total.max(1));
        let drawn = known.iter().find(|(weight, _)| {
            let found = at < *weight;
            at = at.saturating_sub(*weight);
            found
        });
        let phrase = drawn.map_or(code.canonical_reason(), |(_, phrase)| Some(*phrase));
        format!("SIP/2.0 {code} {}\r\n", phrase.unwrap_or_default()).into_bytes()
    };
    (0..LINES).map(line).collect()
}

/// Lines of one kind.
#[must_use]
pub fn only(kind: Kind) -> Lines {
    mix(&[(kind, 1)], LINES)
}

/// Octets that no named policy accepts: those of `corpus/reject`, shuffled.
#[must_use]
pub fn bad() -> Lines {
    let all: Vec<_> = rejects().into_iter().map(|(_, octets)| octets).collect();
    shuffled(&all)
}

/// The same by kind: by the first word of their names, which says what is wrong with them.
#[must_use]
pub fn refused() -> Vec<(String, Lines)> {
    let rejects = rejects();
    let kinds = rejects.chunk_by(|(a, _), (b, _)| a == b);
    kinds
        .map(|kind| {
            let octets: Vec<_> = kind.iter().map(|(_, octets)| octets.clone()).collect();
            (kind[0].0.clone(), shuffled(&octets))
        })
        .collect()
}

/// The short ones of the corpus, each with its kind.
fn rejects() -> Vec<(String, Vec<u8>)> {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/reject");
    let files = std::fs::read_dir(corpus).expect("the corpus of the repository");
    let mut rejects: Vec<_> = files
        .map(|file| {
            let file = file.expect("a file");
            let name = file.file_name().into_string().expect("an ASCII name");
            let kind = name.split(['-', '.']).next().unwrap_or_default();
            let octets = std::fs::read(file.path()).expect("its octets");
            (kind.to_owned(), octets)
        })
        .filter(|(_, octets)| (8..=200).contains(&octets.len()))
        .filter(|(_, octets)| Parser::OBSERVE.line(octets).is_err())
        .collect();
    rejects.sort();
    rejects
}

fn shuffled(lines: &[Vec<u8>]) -> Lines {
    let mut random = SplitMix64::new(5);
    (0..LINES).map(|_| pick(&mut random, lines)).collect()
}

/// A mebibyte each of octets that look like lines and are none, or only just: what they repeat, and
/// its name.
#[must_use]
pub fn adverse() -> Vec<(String, Vec<u8>)> {
    const LEN: usize = 1 << 20;
    const HEAD: &[u8] = b"SIP/2.0 200 ";
    let mut units: Vec<(String, Vec<u8>)> = [
        "SIP/2.0 200 %%",
        "SIP/2.0 200 ",
        "SIP/2.0 299x",
        "SIP/2.0",
        "/2.0",
        "SIP/2.0 2",
        "SIP/2.0 200 %41",
        "SIP/2.0 200 é",
        "SIP/2.0 200 =a",
        "SIP/2.0 200 \r\n",
    ]
    .map(|unit| (format!("`{}`", unit.escape_debug()), unit.into()))
    .into();
    // Lines that are refused at their last octet.
    for phrase in [
        b"a".as_slice(),
        b"=a",
        b"%41",
        b"%",
        b"\x80",
        b"\xC3",
        b"\xE2\x82\xAC",
        b"\xFD",
        b"\xC3\xA9a=",
        b"\xC3\xA9%41",
        b"aaaa[",
    ] {
        let line = HEAD.iter().chain(phrase.iter().cycle()).copied().take(8191);
        units.push((
            format!("8191 octets of `{}`", phrase.escape_ascii()),
            line.chain([0x7F]).collect(),
        ));
    }
    // Many that could begin a line, and all end at the same octet.
    for (name, end) in [
        ("a control", b"\x7F".as_slice()),
        ("a control and LF", b"\x01\n"),
        ("LF", b"\n"),
    ] {
        units.push((
            format!("candidates before {name}"),
            [&HEAD.repeat(690), end].concat(),
        ));
    }
    let repeated = |unit: Vec<u8>| unit.into_iter().cycle().take(LEN).collect();
    units
        .into_iter()
        .map(|(name, unit)| (name, repeated(unit)))
        .collect()
}

/// Lines of which any number of octets is still to come.
#[must_use]
pub fn incomplete(lines: &Lines) -> Lines {
    let mut random = SplitMix64::new(6);
    lines
        .iter()
        .map(|line| &line[..random.below(line.len())])
        .collect()
}

/// Lines of that many octets, with the words of custom phrases.
#[must_use]
pub fn long(octets: usize, lines: usize) -> Lines {
    let (source, mut random) = (Source::new(), SplitMix64::new(7));
    let line = |_| {
        let mut line = source.line(Kind::Custom, &mut random);
        line.truncate((octets - 2).min(line.len() - 2));
        while line.len() < octets - 2 {
            let (_, phrase) = pick(&mut random, &source.custom);
            line.extend(phrase.bytes().filter(u8::is_ascii_graphic).chain([b' ']));
            line.truncate(octets - 2);
        }
        line.extend(b"\r\n");
        line
    };
    (0..lines).map(line).collect()
}

/// How many octets of a message a reader is given.
const MESSAGE: usize = 400;

/// Each line at the head of 400 octets that go on with a header field.
///
/// They overlap, each beginning where the line before it and the name of a header field end: the
/// octets of a message that was just received are in a cache, and 26 MB would not be.
pub struct Messages(Lines);

impl Messages {
    #[must_use]
    pub fn new(lines: &Lines) -> Self {
        let last = [b'.'; MESSAGE];
        let heads = lines.iter().map(|line| [line, b"Via: "].concat());
        Self(heads.chain([last.to_vec()]).collect())
    }

    /// Adds up what `read` says of each message.
    #[inline(always)]
    pub fn sum<'a>(&'a self, mut read: impl FnMut(&'a [u8]) -> usize) -> usize {
        let mut rest = &self.0.octets[..];
        let mut sum = 0_usize;
        for len in &self.0.lens {
            let Some(message) = rest.first_chunk::<MESSAGE>() else {
                break;
            };
            sum = sum.wrapping_add(read(message));
            rest = &rest[usize::from(*len)..];
        }
        sum
    }
}

/// The same lines as values to be written. There are as many places with phrases as phrases, so
/// that what is written is as near at hand as what was just read.
#[must_use]
pub fn values(lines: &Lines) -> Vec<StatusLine<'static>> {
    let mut pool = HashMap::new();
    let value = |octets: &[u8]| {
        let own = |octets: &[u8]| {
            let parsed = Parser::INTEROP.line(octets.to_vec().leak());
            parsed.expect("a line of a mix").line
        };
        *pool
            .entry(octets.to_vec())
            .or_insert_with_key(|octets| own(octets))
    };
    lines.iter().map(value).collect()
}

/// What those are written as, in as few places.
#[must_use]
pub fn rendered(values: &[StatusLine<'static>]) -> Vec<&'static [u8]> {
    let mut pool: HashMap<StatusLine, &[u8]> = HashMap::new();
    let render = |value: &StatusLine<'static>| {
        *pool.entry(*value).or_insert_with(|| {
            let mut octets = Vec::new();
            value.put(&mut octets);
            octets.leak()
        })
    };
    values.iter().map(render).collect()
}

/// 64 MiB of random octets. With `lines`, one of them begins in every 4 KiB.
#[must_use]
pub fn noise(lines: Option<&Lines>) -> Vec<u8> {
    const LEN: usize = 64 << 20;
    let mut random = SplitMix64::new(8);
    let mut octets: Vec<u8> = (0..LEN / 8)
        .flat_map(|_| random.next_u64().to_le_bytes())
        .collect();
    if let Some(lines) = lines {
        for (block, line) in octets.chunks_exact_mut(4096).zip(lines.iter()) {
            let at = random.below(4096 - line.len());
            block[at..at + line.len()].copy_from_slice(line);
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip_status_line::registry::PhraseMatch;

    fn share(lines: &Lines, is: impl Fn(PhraseMatch) -> bool) -> usize {
        let judge = |line| {
            let parsed = Parser::INTEROP.line(line).expect("a line of a mix");
            parsed.registry_match().phrase
        };
        assert_eq!(lines.len(), LINES);
        lines.iter().map(judge).filter(|phrase| is(*phrase)).count() * 1000 / LINES
    }

    #[test]
    fn mixes_have_their_shares() {
        let exact = |phrase| phrase == PhraseMatch::Exact;
        assert_eq!(share(&real(), exact), 950);
        assert_eq!(share(&unregistered(), exact), 0);
        assert_eq!(
            share(&unregistered(), |phrase| phrase == PhraseMatch::Empty),
            199
        );
        let wording = |phrase| matches!(phrase, PhraseMatch::Case | PhraseMatch::Alias);
        assert_eq!(share(&unregistered(), wording), 300);
    }

    #[test]
    fn strict_refuses_only_brackets() {
        let lines = unregistered();
        let refused = lines
            .iter()
            .filter(|line| Parser::STRICT.line(line).is_err())
            .count();
        assert_eq!(refused * 1000 / LINES, 99);
    }

    #[test]
    fn long_lines_are_as_long_as_said() {
        for octets in [20, 40, 200, 8192] {
            let lines = long(octets, 9);
            assert!(
                lines
                    .iter()
                    .all(|line| line.len() == octets && Parser::STRICT.line(line).is_ok())
            );
        }
    }
}
