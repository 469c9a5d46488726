//! A line and its label, laid down together octet by octet.

use alloc::vec::Vec;
use core::fmt;
use core::ops::{ControlFlow, Range};

use super::Family;
use crate::code::StatusCode;
use crate::deviations::Deviations;
use crate::error::{ErrorKind, ParseError};
use crate::line::{Parsed, StatusLine};
use crate::parser::Parser;
use crate::reason::ReasonPhrase;

/// Octets that are a status-line, or nearly one, and what every [`Parser`] must say of them.
///
/// The label was written down while the octets were, never read from them: so a specimen that a
/// parser contradicts shows that one of the two is wrong. [`line`](Self::line),
/// [`prefix`](Self::prefix) and [`missing`](Self::missing) give it in the words of the parser.
///
/// ```
/// use sip_status_line::Parser;
/// use sip_status_line::generate::Specimens;
///
/// for specimen in Specimens::new(1).take(1000) {
///     for parser in [Parser::STRICT, Parser::INTEROP, Parser::OBSERVE.with_max_len(100)] {
///         assert_eq!(parser.line(specimen.octets()), specimen.line(&parser), "{specimen}");
///         assert_eq!(parser.prefix(specimen.octets()), specimen.prefix(&parser), "{specimen}");
///     }
/// }
/// ```
///
/// `Display` says what it is in words: `control: NUL for an octet of the reason phrase at octet
/// 14`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specimen {
    family: Family,
    octets: Vec<u8>,
    /// What was to come next before each octet of the line, and behind the last one. The line is
    /// whole if that is nothing; no policy reads on if it is anything else.
    stages: Vec<Stage>,
    /// In the order in which a reader comes to them.
    departures: Vec<Departure>,
    code: StatusCode,
    phrase: Range<usize>,
    max_len: usize,
}

impl Specimen {
    /// The octets: a line or the beginning of one, and what may follow it. At most 512 more than
    /// the [`max_len`](super::Recipe::with_max_len) of its recipe.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The family it belongs to.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// All the ways in which it is not the line that the serializer would write, in the order in
    /// which a reader comes to them. Behind one that is a fault there is none.
    ///
    /// Too many octets are no departure, since that depends on the reader's bound.
    #[must_use]
    pub fn departures(&self) -> &[Departure] {
        &self.departures
    }

    /// The deviations that a parser has to allow to read it, or to get as far as its fault.
    #[must_use]
    pub fn deviations(&self) -> Deviations {
        let deviations = self.departures.iter().filter_map(Departure::deviation);
        deviations.fold(Deviations::empty(), Deviations::union)
    }

    /// What is wrong with it whatever is allowed: what a parser answers that allows every
    /// deviation and is bound to the [`max_len`](super::Recipe::with_max_len) of its recipe.
    #[must_use]
    pub fn fault(&self) -> Option<ParseError> {
        let lenient = Parser::OBSERVE.with_max_len(self.max_len);
        self.line(&lenient).err()
    }

    /// What [`Parser::line`] has to answer.
    ///
    /// # Errors
    ///
    /// If the parser has to refuse the specimen: because of the first departure that it does not
    /// allow, or because of its length if that comes first.
    pub fn line(&self, parser: &Parser) -> Result<Parsed<'_>, ParseError> {
        self.read(parser, &self.departures)
    }

    /// What [`Parser::prefix`] has to answer.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line), except where the specimen ends too early.
    pub fn prefix(&self, parser: &Parser) -> Result<Option<Parsed<'_>>, ParseError> {
        let parsed = self.read(parser, self.departures_before_the_end())?;
        Ok(self.is_whole().then_some(parsed))
    }

    /// The least number of octets after which [`Parser::prefix`] can answer with a line, if it has to
    /// ask for more now; nom is told it as `Needed`.
    #[must_use]
    pub fn missing(&self, parser: &Parser) -> Option<usize> {
        match self.prefix(parser) {
            Ok(None) => Some(self.stage(self.len()).missing(parser.allowed())),
            _ => None,
        }
    }

    /// The line cut at each of its octets, from nothing to all but the last one; up to its fault if
    /// it has one.
    ///
    /// ```
    /// use sip_status_line::Parser;
    /// use sip_status_line::generate::{Family, Recipe};
    ///
    /// let mut lines = Recipe::new().family(Family::Valid).specimens(1)?;
    /// for cut in lines.next().expect("they never end").truncations() {
    ///     assert_eq!(Parser::STRICT.prefix(cut.octets()), Ok(None)); // so far so good
    ///     assert_eq!(Parser::STRICT.line(cut.octets()), cut.line(&Parser::STRICT)); // too early
    /// }
    /// # Ok::<(), sip_status_line::generate::Contradiction>(())
    /// ```
    pub fn truncations(self) -> impl Iterator<Item = Self> {
        (0..self.len()).map(move |len| Self {
            family: Family::Truncation,
            ..self.clone().cut(len)
        })
    }

    /// Whether the line comes to its end, or a reader to a fault, before the octets do.
    fn is_whole(&self) -> bool {
        self.len() < self.octets.len() || matches!(self.stages.as_slice(), [.., Stage::Done])
    }

    /// How many octets the line has, up to its fault if it has one.
    fn len(&self) -> usize {
        self.stages.len() - 1
    }

    fn stage(&self, offset: usize) -> Stage {
        self.stages.get(offset).copied().unwrap_or(Stage::Done)
    }

    fn departures_before_the_end(&self) -> &[Departure] {
        let end = self.octets.len();
        let count = self
            .departures
            .partition_point(|departure| departure.offset < end);
        self.departures.get(..count).unwrap_or_default()
    }

    /// What a parser has to say that comes to these departures.
    fn read(&self, parser: &Parser, departures: &[Departure]) -> Result<Parsed<'_>, ParseError> {
        let allowed = parser.allowed();
        let refused = departures.iter().find(|departure| {
            let deviation = departure.deviation();
            deviation.is_none_or(|deviation| !allowed.contains(deviation))
        });
        let end = refused.map_or(self.len(), |departure| departure.offset);

        // Fewer octets than these leave room for whatever is missing.
        let first_in_question = parser.max_len().saturating_sub(Stage::MOST_MISSING);
        let too_long = (first_in_question..=end)
            .find(|len| len + self.stage(*len).missing(allowed) > parser.max_len());
        if let Some(len) = too_long {
            let offset = len.saturating_sub(1);
            return Err(ParseError {
                offset,
                code: self.code_before(offset),
                expected: ErrorKind::Length,
                ended: false,
            });
        }
        if let Some(departure) = refused {
            let is_fourth_digit = departure.expected == ErrorKind::CodeSpace
                && departure.found.is_some_and(|octet| octet.is_ascii_digit());
            return Err(ParseError {
                offset: departure.offset,
                code: self
                    .code_before(departure.offset)
                    .filter(|_| !is_fourth_digit),
                expected: departure.expected,
                ended: departure.found.is_none(),
            });
        }
        let octets = self.octets.as_slice();
        let (received, rest) = octets.split_at_checked(end).unwrap_or((octets, &[]));
        Ok(Parsed {
            line: StatusLine {
                code: self.code,
                reason: ReasonPhrase::read(octets.get(self.phrase.clone()).unwrap_or_default()),
            },
            deviations: self.deviations(),
            rest,
            received,
            row: None,
        })
    }

    /// The code, if the octets before `offset` have all of it.
    fn code_before(&self, offset: usize) -> Option<StatusCode> {
        match self.stage(offset) {
            Stage::LeadingLf | Stage::Version(_) | Stage::FirstSpace | Stage::Code(_) => None,
            Stage::SecondSpace | Stage::Phrase(_) | Stage::LineFeed | Stage::Done => {
                Some(self.code)
            }
        }
    }
}

/// The family, and what is wrong.
impl fmt::Display for Specimen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.family)?;
        let fault = self.fault();
        let too_long = fault.filter(|fault| fault.kind() == ErrorKind::Length);
        for (number, departure) in self.departures.iter().enumerate() {
            write!(f, "{}{departure}", if number > 0 { "; " } else { "" })?;
        }
        match (too_long, self.departures.is_empty()) {
            (Some(fault), false) => write!(f, "; {fault}"),
            (Some(fault), true) => write!(f, "{fault}"),
            (None, false) => Ok(()),
            (None, true) => f.write_str("no departure"),
        }
    }
}

/// One way in which a [`Specimen`] departs from the grammar, and where.
///
/// `Display` says it in words: `HTAB for SP after the status code at octet 11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    offset: usize,
    found: Option<u8>,
    wanted: &'static str,
    expected: ErrorKind,
    deviation: Deviations,
}

impl Departure {
    /// The octet that cannot stand unless this departure is allowed, counted from 0; the length of
    /// the specimen if that ends too early.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What it is called, if some policy allows it. `None` means a fault: none does.
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviations> {
        if self.deviation.is_empty() {
            None
        } else {
            Some(self.deviation)
        }
    }

    /// What a parser that does not allow it expects there: [`ParseError::expected`].
    #[must_use]
    pub const fn expected(&self) -> ErrorKind {
        self.expected
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.found {
            None => f.write_str("the end"),
            Some(b'\0') => f.write_str("NUL"),
            Some(b'\t') => f.write_str("HTAB"),
            Some(b'\n') => f.write_str("LF"),
            Some(b'\r') => f.write_str("CR"),
            Some(b' ') => f.write_str("SP"),
            Some(octet @ b'!'..=b'~') => write!(f, "{}", char::from(octet)),
            Some(octet) => write!(f, "octet {octet:02X}"),
        }?;
        write!(f, " for {} at octet {}", self.wanted, self.offset)
    }
}

/// What comes next in a line: so what it takes to complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The LF of a CRLF before the line.
    LeadingLf,
    /// The version, of which so many octets are there.
    Version(u8),
    FirstSpace,
    /// The code, of which so many digits are there.
    Code(u8),
    SecondSpace,
    /// More of the phrase, or a line ending. So many octets are missing of an escape or a UTF-8
    /// sequence.
    Phrase(u8),
    /// The LF that ends the line.
    LineFeed,
    Done,
}

impl Stage {
    /// The most octets that are missing at any stage: after a lone CR, a whole line.
    const MOST_MISSING: usize = "\nSIP/2.0 200 \r\n".len();

    /// The fewest octets that complete a line which a parser accepts that allows these deviations.
    fn missing(self, allowed: Deviations) -> usize {
        let ending = if allowed.contains(Deviations::BARE_LF) {
            1
        } else {
            2
        };
        let space = usize::from(!allowed.contains(Deviations::NO_REASON_SPACE));
        let tail = space + ending;
        match self {
            Self::LeadingLf => 1 + Self::Version(0).missing(allowed),
            Self::Version(there) => "SIP/2.0 200".len() - usize::from(there) + tail,
            Self::FirstSpace => " 200".len() + tail,
            Self::Code(there) => "200".len() - usize::from(there) + tail,
            Self::SecondSpace => tail,
            Self::Phrase(_) if allowed.contains(Deviations::REASON_OCTETS) => ending,
            Self::Phrase(missing) => usize::from(missing) + ending,
            Self::LineFeed => 1,
            Self::Done => 0,
        }
    }
}

/// A specimen in the making.
pub(super) struct Draft(Specimen);

impl Draft {
    pub(super) fn new(family: Family, code: StatusCode, max_len: usize) -> Self {
        Self(Specimen {
            family,
            octets: Vec::new(),
            stages: Vec::from([Stage::Version(0)]),
            departures: Vec::new(),
            code,
            phrase: 0..0,
            max_len,
        })
    }

    /// How many octets there are.
    pub(super) fn len(&self) -> usize {
        self.0.octets.len()
    }

    /// Lays down an octet of the line, behind which comes `next`.
    pub(super) fn lay(&mut self, octet: u8, next: Stage) {
        self.0.octets.push(octet);
        self.0.stages.push(next);
    }

    /// The octet to be laid next is a deviation.
    pub(super) fn deviate(
        &mut self,
        deviation: Deviations,
        expected: ErrorKind,
        wanted: &'static str,
    ) {
        self.0.departures.push(Departure {
            offset: self.len(),
            found: None,
            wanted,
            expected,
            deviation,
        });
    }

    /// Ends the line with octets of which the first is a fault.
    pub(super) fn fail(
        &mut self,
        expected: ErrorKind,
        wanted: &'static str,
        octets: &[u8],
    ) -> ControlFlow<()> {
        self.deviate(Deviations::empty(), expected, wanted);
        if let [.., Stage::Phrase(_)] = *self.0.stages {
            self.end_phrase();
        }
        self.follow(octets);
        ControlFlow::Break(())
    }

    pub(super) fn begin_phrase(&mut self) {
        self.0.phrase = self.len()..self.len();
    }

    pub(super) fn end_phrase(&mut self) {
        self.0.phrase.end = self.len();
    }

    /// Puts octets behind the line.
    pub(super) fn follow(&mut self, octets: &[u8]) {
        self.0.octets.extend(octets);
    }

    pub(super) fn finish(self) -> Specimen {
        self.0.finish()
    }
}

impl Specimen {
    /// Notes what stands where something else is wanted.
    fn finish(mut self) -> Self {
        for departure in &mut self.departures {
            departure.found = self.octets.get(departure.offset).copied();
        }
        self
    }

    /// The departures of a line that ends after `len` octets.
    fn departures_if_cut(&self, len: usize) -> impl Iterator<Item = Departure> {
        let departure = move |deviation, expected, wanted| Departure {
            offset: len,
            found: None,
            wanted,
            expected,
            deviation,
        };
        let fault = |expected, wanted| Some(departure(Deviations::empty(), expected, wanted));
        let no_line_end = Some(departure(
            Deviations::NO_LINE_END,
            ErrorKind::LineEnding,
            "CR LF",
        ));
        let (first, second) = match self.stage(len) {
            Stage::Version(_) => (fault(ErrorKind::Version, "SIP/2.0"), None),
            Stage::FirstSpace => (fault(ErrorKind::VersionSpace, "SP after the version"), None),
            Stage::Code(_) => (fault(ErrorKind::Code, "the status code"), None),
            Stage::LeadingLf | Stage::LineFeed => {
                (fault(ErrorKind::LineEnding, "LF after the CR"), None)
            }
            Stage::SecondSpace => {
                let space = departure(
                    Deviations::NO_REASON_SPACE,
                    ErrorKind::CodeSpace,
                    "SP after the status code",
                );
                (Some(space), no_line_end)
            }
            Stage::Phrase(1..) => {
                let broken = departure(
                    Deviations::REASON_OCTETS,
                    ErrorKind::Reason,
                    "the rest of an escape or UTF-8 sequence",
                );
                (Some(broken), no_line_end)
            }
            Stage::Phrase(0) => (None, no_line_end),
            Stage::Done => (None, None),
        };
        let before = self.departures.iter().copied();
        before
            .filter(move |departure| departure.offset < len)
            .chain(first)
            .chain(second)
    }

    /// The places at which cutting it leaves the line without an ending, with a label that is
    /// `wanted`: the deviations, and whether there is a fault.
    pub(super) fn cuts(&self, wanted: impl Fn(Deviations, bool) -> bool) -> Vec<usize> {
        let cuts = (0..self.len()).filter(|len| {
            let mut deviations = Deviations::empty();
            let mut is_fault = false;
            for departure in self.departures_if_cut(*len) {
                deviations |= departure.deviation;
                is_fault |= departure.deviation.is_empty();
            }
            wanted(deviations, is_fault)
        });
        cuts.collect()
    }

    pub(super) const fn phrase_end(&self) -> usize {
        self.phrase.end
    }

    /// What is left of it after so many octets, fewer than the line has.
    pub(super) fn cut(mut self, len: usize) -> Self {
        self.departures = self.departures_if_cut(len).collect();
        self.octets.truncate(len);
        self.stages.truncate(len + 1);
        self.phrase = if len < self.phrase.start {
            len..len
        } else {
            self.phrase.start..self.phrase.end.min(len)
        };
        self.finish()
    }
}
