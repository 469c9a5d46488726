//! The rules of the status-line, in reading order: one grammar for whole and for streaming input.
//!
//! ```abnf
//! Status-Line  =  SIP-Version SP Status-Code SP Reason-Phrase CRLF     ; RFC 3261 §7.2, §25.1
//! ```
//!
//! One cursor moves over the octets, and its offset is the only coordinate. What may come next is its
//! [`Place`] in the line; from that follow what an error expects and how many octets are missing.

use nom::Needed;

use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::error::{ErrorKind, ParseError};
use crate::line::{Parsed, StatusLine};
use crate::reason::ReasonPhrase;
use crate::registry::{self, HEAD};
use crate::scan::{self, Unit};

/// Why there is no line: an error, or more octets are needed.
pub(crate) type Stop = nom::Err<ParseError>;

/// Reads the line at the start of `input`, of which more may come if `streaming`.
///
/// Three ways, each for what the one before it does not settle: a comparison with the canonical line,
/// which most lines are; [`plain_start`], which scans a legal phrase of the sender's own; [`read_on`],
/// which takes the octets one by one from where that stopped. The first two ask for nothing that any
/// policy could refuse, so only the third has to know what is allowed.
///
/// Each makes a result of its own, of values that are still in registers: one that is put together in
/// memory, or where the ways meet, costs as much as the comparison.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a result that is handed back through memory costs as much as the comparison"
)]
pub(crate) fn read(
    allowed: Deviations,
    max_len: usize,
    input: &[u8],
    streaming: bool,
) -> Result<Parsed<'_>, Stop> {
    let canonical = match *input {
        [_, _, _, _, _, _, _, _, a, b, c, _, ..] => registry::canonical_of_digits([a, b, c]),
        _ => None,
    };
    if let Some(canonical) = canonical {
        if scan::same(input, canonical.octets, canonical.len) && canonical.len <= max_len {
            if let Some((received, rest)) = input.split_at_checked(canonical.len) {
                let reason = received.get(HEAD..received.len() - 2).unwrap_or_default();
                return Ok(Parsed {
                    line: StatusLine {
                        code: canonical.code,
                        reason: ReasonPhrase::read(reason),
                    },
                    deviations: Deviations::empty(),
                    rest,
                    received,
                    row: canonical.row,
                });
            }
        }
    }
    let start = plain_start(max_len, input);
    if let Some((code, end)) = start {
        if let Some([CR, LF, rest @ ..]) = input.get(end..) {
            return Ok(Parsed {
                line: StatusLine {
                    code,
                    reason: ReasonPhrase::read(input.get(HEAD..end).unwrap_or_default()),
                },
                deviations: Deviations::empty(),
                rest,
                received: input.get(..end + "\r\n".len()).unwrap_or_default(),
                row: registry::NO_ROW,
            });
        }
    }
    let layout = read_on(allowed, max_len, input, streaming, start)?;
    let (received, rest) = input.split_at_checked(layout.len).unwrap_or((input, &[]));
    let reason = received.get(layout.start..layout.end).unwrap_or_default();
    Ok(Parsed {
        line: StatusLine {
            code: layout.code,
            reason: ReasonPhrase::read(reason),
        },
        deviations: layout.deviations,
        rest,
        received,
        row: registry::NO_ROW,
    })
}

/// What a line says, and where: the phrase from `start` to `end`, the line ending up to `len`.
struct Layout {
    code: StatusCode,
    deviations: Deviations,
    start: usize,
    end: usize,
    len: usize,
}

/// The code, and where the phrase is no longer legal, if the head is plain. Most lines that are not
/// canonical differ from those in the phrase alone, and that is legal up to the line ending.
#[inline(never)]
fn plain_start(max_len: usize, input: &[u8]) -> Option<(StatusCode, usize)> {
    // Leaves room for the line ending, so that no line that is found here is too long.
    let room = max_len.saturating_sub("\r\n".len());
    let window = input.get(..room).unwrap_or(input);
    Some((plain_head(window)?, scan::legal(window, HEAD)))
}

/// The code, if everything before the phrase is as the serializer writes it.
#[inline]
fn plain_head(input: &[u8]) -> Option<StatusCode> {
    let (head, _) = input.split_first_chunk::<HEAD>()?;
    let [version @ .., a, b, c, space] = *head;
    if (version, space) != (*b"SIP/2.0 ", SP) {
        return None;
    }
    StatusCode::from_digits([a, b, c])
}

/// Reads a line octet by octet: from the beginning, or after its [`plain_start`].
#[cold]
#[inline(never)]
fn read_on(
    allowed: Deviations,
    max_len: usize,
    input: &[u8],
    streaming: bool,
    start: Option<(StatusCode, usize)>,
) -> Result<Layout, Stop> {
    let mut cursor = Cursor {
        window: input.get(..max_len).unwrap_or(input),
        max_len,
        streaming,
        allowed,
        at: start.map_or(0, |(_, at)| at),
        seen: Deviations::empty(),
        code: start.map(|(code, _)| code),
    };
    let (code, start) = match start {
        Some((code, _)) => (code, HEAD),
        None => (cursor.head()?, cursor.at),
    };
    let end = cursor.phrase()?;
    Ok(Layout {
        code,
        deviations: cursor.seen,
        start,
        end,
        len: cursor.at,
    })
}

/// A place in a line: what may come next there, and what must.
///
/// ```text
///          SIP/2.0 ␠ 200 ␠ Busy%20Here ␍ ␊
/// Version(0..7) ┘  │   │ │ │     │     │ └ LineFeed
///     VersionSpace ┘   │ │ │     │     └ Phrase
///           Code(0..3) ┘ │ │     └ Sequence(2), Sequence(1)
///              CodeSpace ┘ └ Phrase
/// ```
#[derive(Clone, Copy)]
enum Place {
    /// After the CR of a CRLF before the line.
    LeadingLf,
    /// In the version, after that many of its octets.
    Version(u8),
    VersionSpace,
    /// In the code, after that many of its digits.
    Code(u8),
    CodeSpace,
    /// In the phrase: an octet of it, or the line ending.
    Phrase,
    /// In an escape or a UTF-8 sequence of the phrase, of which that many octets are missing.
    Sequence(u8),
    /// After the CR that ends the line.
    LineFeed,
    Done,
}

impl Place {
    /// What an error says was expected there.
    const fn expected(self) -> ErrorKind {
        match self {
            Self::Version(_) => ErrorKind::Version,
            Self::VersionSpace => ErrorKind::VersionSpace,
            Self::Code(_) => ErrorKind::Code,
            Self::CodeSpace => ErrorKind::CodeSpace,
            Self::Sequence(_) => ErrorKind::Reason,
            Self::LeadingLf | Self::Phrase | Self::LineFeed | Self::Done => ErrorKind::LineEnding,
        }
    }

    /// The fewest octets that complete a line from there.
    const fn missing(self, allowed: Deviations) -> usize {
        let ending = if allowed.contains(Deviations::BARE_LF) {
            "\n".len()
        } else {
            "\r\n".len()
        };
        let tail = if allowed.contains(Deviations::NO_REASON_SPACE) {
            ending
        } else {
            " ".len() + ending
        };
        match self {
            Self::LeadingLf => "\nSIP/2.0 200".len() + tail,
            Self::Version(read) => "SIP/2.0 200".len() - read as usize + tail,
            Self::VersionSpace => " 200".len() + tail,
            Self::Code(read) => "200".len() - read as usize + tail,
            Self::CodeSpace => tail,
            // Each octet of a broken sequence may stand by itself.
            Self::Sequence(_) if allowed.contains(Deviations::REASON_OCTETS) => ending,
            Self::Sequence(missing) => missing as usize + ending,
            Self::Phrase => ending,
            Self::LineFeed => "\n".len(),
            Self::Done => 0,
        }
    }
}

const SP: u8 = b' ';
const HTAB: u8 = b'\t';
const CR: u8 = b'\r';
const LF: u8 = b'\n';

/// What has been read of a line, and up to where.
struct Cursor<'a> {
    /// All octets that may be looked at: the first `max_len` of the input.
    window: &'a [u8],
    max_len: usize,
    /// Whether more octets can come than there are.
    streaming: bool,
    allowed: Deviations,
    /// The offset of the next octet.
    at: usize,
    seen: Deviations,
    /// The code, as soon as an error is to name it.
    code: Option<StatusCode>,
}

impl Cursor<'_> {
    /// Whether that deviation is allowed. If it is, it has now been seen.
    fn tolerates(&mut self, deviation: Deviations) -> bool {
        let allowed = self.allowed.contains(deviation);
        if allowed {
            self.seen = self.seen.union(deviation);
        }
        allowed
    }

    fn next(&self) -> Option<u8> {
        self.window.get(self.at).copied()
    }

    /// Moves past the next octet to `place`, if a line of `max_len` octets is still possible there.
    fn step(&mut self, place: Place) -> Result<(), Stop> {
        if self.at + 1 + place.missing(self.allowed) > self.max_len {
            return Err(self.fault(ErrorKind::Length));
        }
        self.at += 1;
        Ok(())
    }

    /// The next octet is in fault.
    #[cold]
    const fn fault(&self, expected: ErrorKind) -> Stop {
        nom::Err::Error(ParseError {
            offset: self.at,
            code: self.code,
            expected,
            ended: false,
        })
    }

    /// The next octet cannot stand at `place`, or there is none.
    #[cold]
    fn stop(&self, place: Place) -> Stop {
        if self.next().is_some() {
            self.fault(place.expected())
        } else if self.streaming {
            nom::Err::Incomplete(Needed::new(place.missing(self.allowed)))
        } else {
            nom::Err::Error(ParseError {
                offset: self.at,
                code: self.code,
                expected: place.expected(),
                ended: true,
            })
        }
    }

    /// Everything before the phrase.
    #[cold]
    #[inline(never)]
    fn head(&mut self) -> Result<StatusCode, Stop> {
        if Place::Version(0).missing(self.allowed) > self.max_len {
            return Err(self.fault(ErrorKind::Length));
        }
        self.leading_crlf()?;
        self.version()?;
        let code = self.code()?;
        self.code_space()?;
        Ok(code)
    }

    fn leading_crlf(&mut self) -> Result<(), Stop> {
        while self.next() == Some(CR) && self.tolerates(Deviations::LEADING_CRLF) {
            self.step(Place::LeadingLf)?;
            match self.next() {
                Some(LF) => self.step(Place::Version(0))?,
                _ => return Err(self.stop(Place::LeadingLf)),
            }
        }
        Ok(())
    }

    /// The version and the separator after it.
    fn version(&mut self) -> Result<(), Stop> {
        for (read, wanted) in (0..).zip(b"SIP/2.0") {
            match self.next() {
                Some(octet) if octet == *wanted => {}
                Some(octet)
                    if octet.eq_ignore_ascii_case(wanted)
                        && self.tolerates(Deviations::VERSION_CASE) => {}
                _ => return Err(self.stop(Place::Version(read))),
            }
            self.step(Place::Version(read + 1))?;
        }
        match self.next() {
            Some(SP) => {}
            Some(HTAB) if self.tolerates(Deviations::SPACING) => {}
            _ => return Err(self.stop(Place::VersionSpace)),
        }
        self.step(Place::Code(0))?;
        while matches!(self.next(), Some(SP | HTAB)) && self.tolerates(Deviations::SPACING) {
            self.step(Place::Code(0))?;
        }
        Ok(())
    }

    fn code(&mut self) -> Result<StatusCode, Stop> {
        let mut digits = [0; 3];
        for (read, digit) in (0..).zip(&mut digits) {
            match (read, self.next()) {
                (0, Some(octet @ b'1'..=b'6')) | (1.., Some(octet @ b'0'..=b'9')) => *digit = octet,
                _ => return Err(self.stop(Place::Code(read))),
            }
            self.step(Place::Code(read + 1))?;
        }
        self.code = StatusCode::from_digits(digits);
        // They are such digits.
        self.code.ok_or_else(|| self.stop(Place::CodeSpace))
    }

    /// The separator after the code. Where it may be missing, the phrase is empty and its line ending
    /// comes next.
    fn code_space(&mut self) -> Result<(), Stop> {
        match self.next() {
            Some(SP) => self.step(Place::Phrase),
            Some(HTAB) if self.tolerates(Deviations::SPACING) => self.step(Place::Phrase),
            Some(CR | LF) if self.tolerates(Deviations::NO_REASON_SPACE) => Ok(()),
            None if !self.streaming && self.tolerates(Deviations::NO_REASON_SPACE) => Ok(()),
            next => {
                if matches!(next, Some(b'0'..=b'9')) {
                    self.code = None; // Four digits are no status code.
                }
                Err(self.stop(Place::CodeSpace))
            }
        }
    }

    /// The phrase and the line ending; says where the phrase ends.
    fn phrase(&mut self) -> Result<usize, Stop> {
        let limit = self.max_len - Place::Phrase.missing(self.allowed);
        let phrase = self.window.get(..limit).unwrap_or(self.window);
        loop {
            let end = self.at;
            if let Some([CR, LF, ..]) = self.window.get(end..) {
                self.at += "\r\n".len();
                return Ok(end);
            }
            if self.odd_unit()? {
                return Ok(end);
            }
            if self.next().is_some_and(scan::is_plain) {
                self.at = scan::legal(phrase, self.at);
            }
        }
    }

    /// What comes next: an octet or a sequence of the phrase, or the line ending and `true`.
    fn odd_unit(&mut self) -> Result<bool, Stop> {
        let rest = self.window.get(self.at..).unwrap_or_default();
        let Some((&first, tail)) = rest.split_first() else {
            return if !self.streaming && self.tolerates(Deviations::NO_LINE_END) {
                Ok(true)
            } else {
                Err(self.stop(Place::Phrase))
            };
        };
        match first {
            CR => {
                self.step(Place::LineFeed)?;
                return Err(self.stop(Place::LineFeed));
            }
            LF if self.tolerates(Deviations::BARE_LF) => {
                self.step(Place::Done)?;
                return Ok(true);
            }
            LF => return Err(self.fault(ErrorKind::LineEnding)),
            _ => {}
        }
        match scan::unit(first, tail) {
            Unit::Legal => self.step(Place::Phrase)?,
            Unit::Sequence { wanted, found } if found == wanted => self.sequence(wanted, found)?,
            Unit::Control => return Err(self.fault(ErrorKind::Reason)),
            _ if self.tolerates(Deviations::REASON_OCTETS) => self.step(Place::Phrase)?,
            Unit::Excluded => return Err(self.fault(ErrorKind::Reason)),
            Unit::Sequence { wanted, found } => {
                self.sequence(wanted, found)?;
                return Err(self.stop(Place::Sequence(wanted - found)));
            }
        }
        Ok(false)
    }

    /// Moves past the octet that begins a sequence and `found` of the `wanted` octets after it.
    fn sequence(&mut self, wanted: u8, found: u8) -> Result<(), Stop> {
        for missing in (wanted - found..=wanted).rev() {
            self.step(Place::Sequence(missing))?;
        }
        Ok(())
    }
}
