//! The octets that specimens are made of, family by family.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use sip_status_line::{Deviations, ErrorKind};

use super::choices::Choices;
use super::codes;
use super::family::Family;
use super::label::Draft;
use super::plan::{Place, Plan};
use super::stage::Stage;

/// What is wanted in a phrase.
pub(super) const REASON: &str = "an octet of the reason phrase";

/// A part of a phrase.
pub(super) enum Piece {
    /// Octets that are legal each for itself.
    Plain(Vec<u8>),
    /// An octet that the ABNF excludes.
    Excluded(u8),
    /// An escape or a UTF-8 sequence, and how many octets should follow its first one. If there are
    /// fewer, what comes next breaks it.
    Sequence(Vec<u8>, u8),
}

impl Piece {
    /// How many octets it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Plain(octets) | Self::Sequence(octets, _) => octets.len(),
            Self::Excluded(_) => 1,
        }
    }

    fn is_broken(&self) -> bool {
        matches!(self, Self::Sequence(octets, more) if octets.len() <= usize::from(*more))
    }

    /// Writes it to the phrase.
    pub(super) fn write(self, draft: &mut Draft) {
        match self {
            Self::Plain(octets) => {
                for octet in octets {
                    draft.write(octet, Stage::Phrase(0));
                }
            }
            Self::Excluded(octet) => {
                draft.deviate(Deviations::REASON_OCTETS, ErrorKind::Reason, REASON);
                draft.write(octet, Stage::Phrase(0));
            }
            Self::Sequence(octets, more) => {
                let wanted = match octets.first() {
                    Some(b'%') => "a hexadecimal digit of an escape",
                    _ => "the rest of a UTF-8 sequence",
                };
                let mut missing = more;
                for (there, octet) in octets.into_iter().enumerate() {
                    missing -= u8::from(there > 0);
                    draft.write(octet, Stage::Phrase(missing));
                }
                if missing > 0 {
                    draft.deviate(Deviations::REASON_OCTETS, ErrorKind::Reason, wanted);
                }
            }
        }
    }
}

/// A phrase in the making.
#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn push(&mut self, piece: Piece) {
        let is_broken = self.0.last().is_some_and(Piece::is_broken);
        if is_broken && matches!(piece, Piece::Plain(_)) {
            // Which goes on with nothing that was broken off, as a digit or a continuation might.
            self.0.push(Piece::Plain(Vec::from(*b" ")));
        }
        self.0.push(piece);
    }

    fn octets(&mut self, octets: &[u8]) {
        match self.0.last_mut() {
            Some(Piece::Plain(before)) => before.extend(octets),
            _ => self.push(Piece::Plain(octets.to_vec())),
        }
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            let mut octets = [0; 4];
            match character.encode_utf8(&mut octets).as_bytes() {
                [octet] => self.octets(&[*octet]),
                octets => {
                    let more = u8::try_from(octets.len() - 1).unwrap_or(0);
                    self.push(Piece::Sequence(octets.to_vec(), more));
                }
            }
        }
    }

    /// `%` and that many hexadecimal digits, of which an escape has two.
    fn escape(&mut self, digits: usize, choices: &mut Choices<'_>) {
        let mut octets = Vec::from(*b"%");
        for _ in 0..digits {
            octets.push(choices.pick(b"0123456789abcdefABCDEF"));
        }
        self.push(Piece::Sequence(octets, 2));
    }

    /// A lead, whatever the ABNF takes for one, and all its continuations or fewer.
    fn sequence(&mut self, is_whole: bool, choices: &mut Choices<'_>) {
        let (first, last, more) = choices.pick(&[
            (0xC0, 0xDF, 1),
            (0xE0, 0xEF, 2),
            (0xF0, 0xF7, 3),
            (0xF8, 0xFB, 4),
            (0xFC, 0xFD, 5),
        ]);
        let mut octets = Vec::from([choices.octet_from(first, last)]);
        let count = if is_whole {
            more
        } else {
            choices.octet_from(0, more - 1)
        };
        for _ in 0..count {
            octets.push(choices.octet_from(0x80, 0xBF));
        }
        self.push(Piece::Sequence(octets, more));
    }

    fn legal(&mut self, choices: &mut Choices<'_>) {
        const WORDS: [&str; 10] = [
            "OK",
            "Busy Here",
            "Not Found",
            "SIP/2.0 200 OK",
            "200",
            "!$&'()*+,-./:;=?@_~",
            " ",
            "   ",
            "\t",
            "Q.850;cause=17",
        ];
        const TEXTS: [&str; 7] = [
            "Gegenstelle belegt – ruft zurück",
            "занято",
            "مشغول",
            "話し中",
            "통화 중",
            "😀",
            "e\u{301}",
        ];
        match choices.below(6) {
            0 | 1 => self.text(choices.pick(&WORDS)),
            2 => self.text(choices.pick(&TEXTS)),
            3 => self.escape(2, choices),
            4 => self.sequence(true, choices),
            _ => {
                let octet = choices.octet_from(0x80, 0xBF);
                self.octets(&[octet]);
            }
        }
    }

    fn departing(&mut self, choices: &mut Choices<'_>) {
        match choices.below(4) {
            0 => self.escape(choices.index(2), choices),
            1 => self.sequence(false, choices),
            _ => {
                let octet = choices.pick(b"\"#<>[]\\^`{|}\xFE\xFF");
                self.push(Piece::Excluded(octet));
            }
        }
    }
}

/// The phrase, up to its fault if that is where the fault is.
pub(super) fn phrase(plan: Plan, choices: &mut Choices<'_>) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    if plan.family == Family::Valid {
        pieces.text(codes::phrase(plan.code));
        return pieces.0;
    }
    let count = choices.below(4);
    let departing = plan
        .has(Deviations::REASON_OCTETS)
        .then(|| choices.below(count + 1));
    for number in 0..=count {
        if departing == Some(number) {
            pieces.departing(choices);
        }
        if number < count {
            pieces.legal(choices);
        }
    }
    if plan.place == Place::Nowhere {
        match plan.family {
            Family::Lookalike => pieces.text(choices.pick(&INVISIBLE)),
            Family::Control => match choices.below(4) {
                0 => pieces.octets(b"\t"),
                1 => {
                    let octet = choices.octet_from(0x80, 0x9F);
                    pieces.octets(&[octet]);
                }
                2 => {
                    let octet = choices.octet_from(0x80, 0x9F);
                    pieces.push(Piece::Sequence(Vec::from([0xC2, octet]), 1));
                }
                _ => {
                    let escaped = format!("%{:02X}", choices.octet_from(0, 0x1F));
                    pieces.push(Piece::Sequence(escaped.into_bytes(), 2));
                }
            },
            Family::Smuggling => {
                match choices.below(8) {
                    0 => pieces.text("\u{85}"),
                    1 => pieces.text("\u{2028}"),
                    2 => pieces.text("\u{2029}"),
                    // Of which some keep the low octets, which are CR and LF.
                    3 => pieces.text("\u{560D}\u{560A}"),
                    4 => pieces.octets(b"\x85"),
                    5 => {
                        for overlong in [0x8D, 0x8A] {
                            pieces.push(Piece::Sequence(Vec::from([0xC0, overlong]), 1));
                        }
                    }
                    6 => {
                        for overlong in [0x8D, 0x8A] {
                            pieces.push(Piece::Sequence(Vec::from([0xE0, 0x80, overlong]), 2));
                        }
                    }
                    _ => {
                        for escape in ["%0D", "%0A"] {
                            pieces.push(Piece::Sequence(escape.into(), 2));
                        }
                    }
                }
                pieces.text(choices.pick(&HIDDEN));
            }
            _ => {}
        }
    }
    pieces.0
}

/// Characters of which nothing is seen, or by which others are seen elsewhere.
const INVISIBLE: [&str; 16] = [
    "\u{AD}",
    "\u{61C}",
    "\u{180E}",
    "\u{200B}",
    "\u{200D}",
    "\u{200F}",
    "\u{202A}",
    "\u{202C}",
    "\u{202E}KO",
    "\u{2060}",
    "\u{2066}",
    "\u{2069}",
    "\u{2800}",
    "\u{FE0F}",
    "\u{FEFF}",
    "\u{E0041}",
];

/// What comes after something that may be taken for the end of the line.
const HIDDEN: [&str; 4] = [
    "Contact: sip:eve@example.net",
    "Content-Length: 999",
    "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK0",
    "SIP/2.0 200 OK",
];

/// What follows the line.
pub(super) fn rest(plan: Plan, choices: &mut Choices<'_>) -> Vec<u8> {
    let rest = match plan.family {
        Family::Smuggling if plan.has(Deviations::BARE_LF) => match choices.below(2) {
            0 => format!("\r{}\r\n", choices.pick(&HIDDEN)),
            _ => format!("{}\r\n", choices.pick(&HIDDEN)),
        },
        // A line that begins with a blank continues the one before it, were that a header.
        Family::Smuggling => format!(" {}\r\n", choices.pick(&HIDDEN)),
        Family::Valid => String::new(),
        _ => String::from(choices.pick(&[
            "",
            "\r\n",
            "\r",
            "\n",
            "\0",
            "SIP/2.0 200 OK\r\n",
            "Via: SIP/2.0/UDP 192.0.2.1\r\n\r\n",
        ])),
    };
    rest.into_bytes()
}

/// The digits of a code, how many of them stand before the fault, and what begins with the fault.
pub(super) fn number(plan: Plan, choices: &mut Choices<'_>) -> ([u8; 3], u8, Vec<u8>) {
    let code = plan.code.to_digits();
    let is_long = plan.place == Place::SecondSpace;
    if plan.family != Family::Overflow {
        let good = if is_long { 3 } else { choices.octet_from(0, 2) };
        return (code, good, fault(plan, usize::from(good), choices));
    }
    let [a, b, c] = code.map(char::from);
    let number = u128::from(plan.code.get());
    let (good, digits) = if is_long {
        // Each begins with a digit that a code may begin with.
        let number = match choices.below(6) {
            0 => format!("{}", number + (1 << 16) * u128::from(1 + choices.below(9))),
            1 => format!("{}", number + (1 << 31)),
            2 => format!("{}", number + (1 << 32)),
            3 => format!("{}", number + (1 << 64)),
            4 => format!(
                "{number}{}",
                choices.pick(&["0", "00", ".0", "e0", "u", "L"])
            ),
            _ => {
                let digit = choices.pick(&["0", "9"]);
                format!("{number}{}", digit.repeat(1 + choices.index(300)))
            }
        };
        (3, number)
    } else {
        match choices.below(12) {
            0 => (0, format!("{}{number}", "0".repeat(1 + choices.index(20)))),
            1 => (0, format!("+{number}")),
            2 => (0, format!("-{number}")),
            3 => (0, format!("0x{number:x}")),
            4 => (0, format!("0x{number:03x}")),
            5 => (0, format!("0o{number:o}")),
            6 => (0, format!("{}", number + (1 << 63))),
            7 => (
                0,
                format!("{}", choices.pick(&[0, 7, 9, 99, 700, 701, 799, 800, 999])),
            ),
            8 => (1, format!("{a}e2")),
            9 => (1, format!("{a}.{b}{c}e2")),
            10 => (1, format!("{a}")),
            _ => (2, format!("{a}{b}")),
        }
    };
    let octets = digits.into_bytes();
    let (before, from) = octets
        .split_at_checked(usize::from(good))
        .unwrap_or((&[], &[]));
    let mut digits = code;
    for (digit, octet) in digits.iter_mut().zip(before) {
        *digit = *octet;
    }
    let mut from = from.to_vec();
    from.extend(b" OK\r\n");
    (digits, good, from)
}

/// Octets of which the first cannot stand at the place of the fault, `there` octets into it.
pub(super) fn fault(plan: Plan, there: usize, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut octets = match (plan.family, plan.place) {
        (Family::Smuggling, place) => {
            let ending = match place {
                Place::Phrase => choices.pick(&[
                    "\0", "\0\n", "\0\r\n", "\x0B", "\x0C", "\x1A", "\x1C", "\x1E",
                ]),
                _ => choices.pick(&["", "\r", "\0", "\0\n"]),
            };
            return format!("{ending}{}\r\n", choices.pick(&HIDDEN)).into_bytes();
        }
        (Family::Lookalike, _) => lookalike(plan, there, choices),
        (family, place) => {
            let octet = if family == Family::Control || place == Place::Phrase {
                match choices.octet_from(0, 0x20) {
                    0x20 => 0x7F,
                    control => control,
                }
            } else if choices.one_in(2) {
                choices.octet_from(b' ', b'~')
            } else {
                choices.octet()
            };
            Vec::from([if can_stand(place, there, octet) {
                b'\0'
            } else {
                octet
            }])
        }
    };
    // The line goes on after it, or as though it were not there, or not at all.
    let there = there + choices.index(2);
    if choices.below(4) > 0 {
        match plan.place {
            Place::Version => {
                octets.extend(b"SIP/2.0".get(there..).unwrap_or_default());
                octets.extend(b" 200 OK");
            }
            Place::Code => {
                octets.extend(plan.code.to_digits().get(there..).unwrap_or_default());
                octets.extend(b" OK");
            }
            Place::Leading => octets.extend(b"SIP/2.0 200 OK"),
            Place::FirstSpace => octets.extend(b"200 OK"),
            _ => octets.extend(b" OK"),
        }
        octets.extend(b"\r\n");
    }
    octets
}

/// Characters that look like what is wanted at the place of the fault.
fn lookalike(plan: Plan, there: usize, choices: &mut Choices<'_>) -> Vec<u8> {
    const VERSION: [&[&str]; 7] = [
        &["\u{405}", "\u{FF33}", "5"],
        &["\u{406}", "\u{FF29}", "l", "1"],
        &["\u{420}", "\u{3A1}", "\u{FF30}"],
        &["\u{2044}", "\u{2215}", "\u{FF0F}", "\\"],
        &["\u{FF12}", "\u{662}", "\u{1D7D0}", "Z"],
        &["\u{FF0E}", "\u{2024}", "\u{3002}", ","],
        &["\u{FF10}", "\u{660}", "\u{41E}", "O"],
    ];
    const BLANKS: [&str; 12] = [
        "\u{A0}", "\u{1680}", "\u{2000}", "\u{2003}", "\u{2007}", "\u{2009}", "\u{200B}",
        "\u{202F}", "\u{205F}", "\u{2800}", "\u{3000}", "\u{FEFF}",
    ];
    /// The digits 0 of ten scripts and styles.
    const ZEROS: [u32; 10] = [
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7F6,
    ];
    let text = match plan.place {
        Place::Version => choices.pick(VERSION.get(there).copied().unwrap_or_default()),
        Place::Code => {
            let zero = choices.pick(&ZEROS);
            let digits = plan.code.to_digits();
            let digits = digits.get(there..).unwrap_or_default().iter();
            let digits = digits.map(|digit| char::from_u32(zero + u32::from(digit - b'0')));
            let digits: String = digits.map(Option::unwrap_or_default).collect();
            return format!("{digits} OK\r\n").into_bytes();
        }
        _ => choices.pick(&BLANKS),
    };
    text.as_bytes().to_vec()
}

/// Whether the octet may be no fault at the place, `there` octets into it.
fn can_stand(place: Place, there: usize, octet: u8) -> bool {
    match place {
        Place::Leading | Place::LineFeed => octet == b'\n',
        Place::Version => {
            let wanted = b"SIP/2.0".get(there);
            wanted.is_some_and(|wanted| wanted.eq_ignore_ascii_case(&octet))
                || there == 0 && octet == b'\r'
        }
        Place::FirstSpace => matches!(octet, b' ' | b'\t'),
        Place::Code if there == 0 => matches!(octet, b' ' | b'\t' | b'1'..=b'6'),
        Place::Code => octet.is_ascii_digit(),
        Place::SecondSpace => matches!(octet, b' ' | b'\t' | b'\r' | b'\n'),
        // Where only a control is one, and of these not all.
        Place::Phrase => !octet.is_ascii_control() || matches!(octet, b'\t' | b'\r' | b'\n'),
        Place::Nowhere | Place::Length | Place::EarlyEnd | Place::LateEnd => true,
    }
}
