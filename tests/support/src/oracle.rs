//! A second parser of the status-line, written to be believed rather than to be fast: one octet at a time,
//! one `match`, nothing shared with the crate.
//!
//! ```text
//! line      = *( CR LF )                        ; LEADING_CRLF
//!             version 1*blank code              ; more than one SP, or HTAB: SPACING
//!             [ blank phrase ]                  ; HTAB: SPACING. Nothing at all: NO_REASON_SPACE
//!             ending
//! version   = "SIP/2.0"                         ; letters of any case: VERSION_CASE
//! blank     = SP / HTAB
//! code      = %x31-36 2DIGIT                    ; 100 to 699
//! phrase    = *( plain / escape / sequence )    ; anything else that is no control: REASON_OCTETS
//! plain     = ALPHA / DIGIT / SP / HTAB / one of !$&'()*+,-./:;=?@_~ / continuation
//! escape    = "%" 2HEXDIG
//! sequence  = lead 1*5continuation              ; as many as the lead asks for, or more
//! lead      = %xC0-FD                           ; asks for 1 below E0, 2 below F0, 3 below F8, 4 below FC, 5 above
//! continuation = %x80-BF
//! ending    = CR LF / LF                        ; LF alone: BARE_LF. The end of the input: NO_LINE_END
//! ```
//!
//! Two things make the machine small. A `%` or a lead that turns out broken is one excluded octet, and whatever
//! followed it, hex digits or continuations, may stand on its own: the machine never has to go back. And the
//! fewest octets that would complete the line follow from the state alone: so does the limit on its length.

use core::{fmt, ops::Range};
use std::io::Write;

/// `SIP` in letters of another case.
pub const VERSION_CASE: u8 = 1;
/// Line endings before the line.
pub const LEADING_CRLF: u8 = 2;
/// Nothing after the code.
pub const NO_REASON_SPACE: u8 = 4;
/// Octets in the phrase that the ABNF excludes, and no controls.
pub const REASON_OCTETS: u8 = 8;
/// A separator that is not exactly one SP.
pub const SPACING: u8 = 16;
/// A line ending that is LF alone.
pub const BARE_LF: u8 = 32;
/// The end of the input for a line ending.
pub const NO_LINE_END: u8 = 64;

/// The deviations by name, lowest bit first.
pub const NAMES: [&str; 7] = [
    "VERSION_CASE",
    "LEADING_CRLF",
    "NO_REASON_SPACE",
    "REASON_OCTETS",
    "SPACING",
    "BARE_LF",
    "NO_LINE_END",
];

/// What is let through.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The deviations, a bit each.
    pub allowed: u8,
    /// The longest line, in octets with its ending.
    pub max_len: usize,
}

/// RFC 3261 and nothing more.
pub const STRICT: Policy = Policy {
    allowed: VERSION_CASE,
    max_len: 8192,
};
/// What deployed stacks send as well.
pub const INTEROP: Policy = Policy {
    allowed: STRICT.allowed | LEADING_CRLF | NO_REASON_SPACE | REASON_OCTETS,
    ..STRICT
};
/// What only a decoder should take as well.
pub const OBSERVE: Policy = Policy {
    allowed: INTEROP.allowed | SPACING | BARE_LF | NO_LINE_END,
    ..STRICT
};

/// The answer. `Display` writes it as a cell of the corpus tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A line.
    Accept {
        /// Its status code.
        code: u16,
        /// Where its phrase is in the input.
        phrase: Range<usize>,
        /// How it deviates, a bit each.
        deviations: u8,
        /// Octets of the input up to the end of the line, with its ending.
        consumed: usize,
    },
    /// No line, whatever follows.
    Reject {
        /// What is wrong, by the name of the crate's `ErrorKind`.
        kind: &'static str,
        /// The first octet that no accepted line has there.
        offset: usize,
        /// The status code, if it had been read by then.
        code: Option<u16>,
    },
    /// The beginning of a line.
    NeedMore,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept { deviations: 0, .. } => f.write_str("accept"),
            Self::Accept { deviations, .. } => write!(f, "accept:{}", names(*deviations).join("|")),
            Self::Reject { kind, offset, .. } => write!(f, "reject:{kind}@{offset}"),
            Self::NeedMore => f.write_str("more"),
        }
    }
}

/// The names of these deviations, lowest bit first.
#[must_use]
pub fn names(deviations: u8) -> Vec<&'static str> {
    (0..)
        .zip(NAMES)
        .filter(|(bit, _)| deviations >> bit & 1 == 1)
        .map(|(_, name)| name)
        .collect()
}

/// Reads a line from the beginning of a stream of which more may come.
#[must_use]
pub fn prefix(policy: Policy, input: &[u8]) -> Verdict {
    Machine::new(policy).read(input)
}

/// Reads a line from the beginning of a datagram: no more will come.
#[must_use]
pub fn line(policy: Policy, input: &[u8]) -> Verdict {
    let mut machine = Machine::new(policy);
    match machine.read(input) {
        Verdict::NeedMore => machine.stop(),
        verdict => verdict,
    }
}

const CR: u8 = b'\r';
const LF: u8 = b'\n';
const SP: u8 = b' ';
const HTAB: u8 = b'\t';
const VERSION: [u8; 7] = *b"SIP/2.0";
const CODE_LEN: usize = 3;

/// Where the machine stands: what it has read, and so what may come.
#[derive(Clone, Copy)]
enum State {
    /// The CR of a leading CRLF.
    LeadingCr,
    /// So many octets of the version.
    Version(usize),
    /// The first separator, and so many digits of the code, which make this number.
    Code(usize, u16),
    /// The whole code.
    AfterCode,
    /// The second separator, and perhaps some of the phrase.
    Phrase,
    /// A `%` that so many hex digits must follow.
    Escape(usize),
    /// A lead that so many continuations must follow.
    Sequence(usize),
    /// The CR that ends the phrase.
    Ending,
    /// The whole line.
    Done,
}

struct Machine {
    policy: Policy,
    state: State,
    /// How many octets have been read, or: the offset of the one in hand.
    at: usize,
    code: Option<u16>,
    phrase: Range<usize>,
    deviations: u8,
}

impl Machine {
    fn new(policy: Policy) -> Self {
        Self {
            policy,
            state: State::Version(0),
            at: 0,
            code: None,
            phrase: 0..0,
            deviations: 0,
        }
    }

    fn read(&mut self, input: &[u8]) -> Verdict {
        if self.missing() > self.policy.max_len {
            return self.reject("length"); // not even the shortest line fits, whatever the input
        }
        for &octet in input {
            match self.step(octet) {
                Ok(state) => self.state = state,
                Err(kind) => return self.reject(kind),
            }
            if self.at + 1 + self.missing() > self.policy.max_len {
                return self.reject("length");
            }
            self.at += 1;
            if let State::Done = self.state {
                return self.accept();
            }
        }
        Verdict::NeedMore
    }

    /// One octet further: the new state, or what was expected in place of the octet.
    #[allow(
        clippy::match_same_arms,
        reason = "an arm for each rule, in the order of the line"
    )]
    fn step(&mut self, octet: u8) -> Result<State, &'static str> {
        use State::{AfterCode, Code, Done, Ending, Escape, LeadingCr, Phrase, Sequence, Version};
        Ok(match (self.state, octet) {
            (Version(0), CR) if self.tolerates(LEADING_CRLF) => LeadingCr,
            (LeadingCr, LF) => Version(0),
            (LeadingCr, _) => return Err("line-ending"),

            (Version(7), SP) => Code(0, 0),
            (Version(7), HTAB) if self.tolerates(SPACING) => Code(0, 0),
            (Version(7), _) => return Err("version-space"),
            (Version(n), _) if octet == VERSION[n] => Version(n + 1),
            (Version(n), b'a'..=b'z')
                if octet.to_ascii_uppercase() == VERSION[n] && self.tolerates(VERSION_CASE) =>
            {
                Version(n + 1)
            }
            (Version(_), _) => return Err("version"),

            (Code(0, _), SP | HTAB) if self.tolerates(SPACING) => Code(0, 0),
            (Code(0, _), b'1'..=b'6') => Code(1, u16::from(octet - b'0')),
            (Code(1, tens), b'0'..=b'9') => Code(2, 10 * tens + u16::from(octet - b'0')),
            (Code(2, tens), b'0'..=b'9') => {
                self.code = Some(10 * tens + u16::from(octet - b'0'));
                self.phrase.start = self.at + 1;
                AfterCode
            }
            (Code(..), _) => return Err("code"),

            (AfterCode, SP) => self.phrase_begins(),
            (AfterCode, HTAB) if self.tolerates(SPACING) => self.phrase_begins(),
            (AfterCode, CR | LF) if self.tolerates(NO_REASON_SPACE) => {
                return self.step_from(Phrase, octet);
            }
            (AfterCode, b'0'..=b'9') => {
                self.code = None; // four digits are no code
                return Err("code-space");
            }
            (AfterCode, _) => return Err("code-space"),

            (Escape(1), _) if octet.is_ascii_hexdigit() => Phrase,
            (Escape(n), _) if octet.is_ascii_hexdigit() => Escape(n - 1),
            (Sequence(1), 0x80..=0xBF) => Phrase,
            (Sequence(n), 0x80..=0xBF) => Sequence(n - 1),
            (Escape(_) | Sequence(_), _) if self.tolerates(REASON_OCTETS) => {
                return self.step_from(Phrase, octet);
            }
            (Escape(_) | Sequence(_), _) => return Err("reason"),

            (Phrase, CR) => {
                self.phrase.end = self.at;
                Ending
            }
            (Phrase, LF) if self.tolerates(BARE_LF) => {
                self.phrase.end = self.at;
                Done
            }
            (Phrase, LF) => return Err("line-ending"),
            (Phrase, b'%') => Escape(2),
            (Phrase, 0xC0..=0xFD) => Sequence(continuations(octet)),
            (Phrase, _) if is_plain(octet) => Phrase,
            (Phrase, 0x20..=0x7E | 0x80..) if self.tolerates(REASON_OCTETS) => Phrase,
            (Phrase, _) => return Err("reason"),

            (Ending, LF) => Done,
            (Ending, _) => return Err("line-ending"),
            (Done, _) => unreachable!("the line was complete"),
        })
    }

    fn step_from(&mut self, state: State, octet: u8) -> Result<State, &'static str> {
        self.state = state;
        self.step(octet)
    }

    fn phrase_begins(&mut self) -> State {
        self.phrase.start = self.at + 1;
        State::Phrase
    }

    /// Is this deviation allowed? If so, it has now been seen.
    fn tolerates(&mut self, deviation: u8) -> bool {
        let seen = self.policy.allowed & deviation;
        self.deviations |= seen;
        seen != 0
    }

    /// The fewest octets that would complete a line from here.
    fn missing(&self) -> usize {
        let allows = |deviation| self.policy.allowed & deviation != 0;
        let ending = if allows(BARE_LF) { 1 } else { 2 };
        let after_code = if allows(NO_REASON_SPACE) {
            ending
        } else {
            1 + ending
        };
        let from_version = |read| VERSION.len() - read + 1 + CODE_LEN + after_code;
        match self.state {
            State::LeadingCr => 1 + from_version(0),
            State::Version(read) => from_version(read),
            State::Code(read, _) => CODE_LEN - read + after_code,
            State::AfterCode => after_code,
            State::Escape(_) | State::Sequence(_) if allows(REASON_OCTETS) => ending,
            State::Escape(more) | State::Sequence(more) => more + ending,
            State::Phrase => ending,
            State::Ending => 1,
            State::Done => 0,
        }
    }

    /// The input stopped short of a line ending.
    fn stop(mut self) -> Verdict {
        let is_whole = match self.state {
            State::Phrase => true,
            State::AfterCode => self.tolerates(NO_REASON_SPACE),
            State::Escape(_) | State::Sequence(_) => self.tolerates(REASON_OCTETS),
            _ => false,
        };
        if is_whole && self.tolerates(NO_LINE_END) {
            self.phrase.end = self.at;
            self.accept()
        } else {
            self.reject("truncated")
        }
    }

    fn accept(&self) -> Verdict {
        Verdict::Accept {
            code: self.code.expect("no line is complete without its code"),
            phrase: self.phrase.clone(),
            deviations: self.deviations,
            consumed: self.at,
        }
    }

    fn reject(&self, kind: &'static str) -> Verdict {
        Verdict::Reject {
            kind,
            offset: self.at,
            code: self.code,
        }
    }
}

/// May this octet stand in a phrase on its own?
fn is_plain(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || b"\t !$&'()*+,-./:;=?@_~".contains(&octet)
        || (0x80..=0xBF).contains(&octet)
}

/// How many continuations a lead asks for.
fn continuations(lead: u8) -> usize {
    match lead {
        ..0xE0 => 1,
        0xE0..0xF0 => 2,
        0xF0..0xF8 => 3,
        0xF8..0xFC => 4,
        _ => 5,
    }
}

/// Writes a line; what the grammar excludes from the phrase is written `%HH`.
#[must_use]
pub fn encode(code: u16, phrase: &[u8]) -> Vec<u8> {
    let mut line = format!("SIP/2.0 {code} ").into_bytes();
    let mut rest = phrase;
    while let [octet, after @ ..] = rest {
        match legal(*octet, after) {
            0 => {
                write!(line, "%{octet:02X}").expect("a Vec takes everything");
                rest = after;
            }
            n => {
                line.extend(&rest[..n]);
                rest = &rest[n..];
            }
        }
    }
    line.extend(b"\r\n");
    line
}

/// How many octets the plain octet, escape or sequence that begins with `octet` takes; none if it is broken.
fn legal(octet: u8, after: &[u8]) -> usize {
    let (more, fits): (_, fn(&u8) -> bool) = match octet {
        b'%' => (2, u8::is_ascii_hexdigit),
        0xC0..=0xFD => (continuations(octet), |next| matches!(next, 0x80..=0xBF)),
        _ => return usize::from(is_plain(octet)),
    };
    let is_whole = after.iter().take(more).filter(|next| fits(next)).count() == more;
    if is_whole { 1 + more } else { 0 }
}
