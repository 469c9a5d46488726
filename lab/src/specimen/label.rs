//! A line and its label, written together octet by octet.

use alloc::vec::Vec;
use core::fmt;
use core::ops::{ControlFlow, Range};

use sip_status_line::{Deviations, ErrorKind, Parser, StatusCode};

use super::answer::{Acceptance, Answer, Refusal};
use super::family::Family;
use super::stage::Stage;

/// Octets that are a status-line, or nearly one, and what every [`Parser`] must say of them.
///
/// The label was written down while the octets were, never read from them: so a specimen that a
/// parser contradicts shows that one of the two is wrong. [`line`](Self::line),
/// [`prefix`](Self::prefix) and [`missing`](Self::missing) say what a parser has to answer.
///
/// ```
/// use sip_status_lab::specimen::Specimens;
/// use sip_status_line::Parser;
///
/// for specimen in Specimens::new(1).take(1000) {
///     for parser in [Parser::STRICT, Parser::INTEROP, Parser::OBSERVE.with_max_len(100)] {
///         assert_eq!(specimen.line(&parser), parser.line(specimen.octets()), "{specimen}");
///         assert_eq!(specimen.prefix(&parser), parser.prefix(specimen.octets()), "{specimen}");
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
    /// What was to come next before each octet of the line, and after the last one. The line is
    /// whole if that is nothing; no parser reads on if it is anything else.
    stages: Vec<Stage>,
    /// In the order in which a parser comes to them.
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
    /// which a parser comes to them. None comes after one that is a fault.
    ///
    /// Too many octets are no departure, since that depends on the parser's limit.
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
    pub fn fault(&self) -> Option<Refusal> {
        let lenient = Parser::OBSERVE.with_max_len(self.max_len);
        self.line(&lenient).refusal()
    }

    /// What [`Parser::line`] has to answer. It refuses because of the first departure that it does
    /// not allow, or because of the length if that comes first.
    #[must_use]
    pub fn line(&self, parser: &Parser) -> Answer<'_> {
        self.answer(parser, &self.departures)
    }

    /// What [`Parser::prefix`] has to answer: as [`line`](Self::line), except where the specimen ends
    /// too early.
    #[must_use]
    pub fn prefix(&self, parser: &Parser) -> Answer<'_> {
        match self.answer(parser, self.departures_before_the_end()) {
            Answer::Accept(_) if self.stage(self.len()) != Stage::Done => Answer::NeedMore,
            answer => answer,
        }
    }

    /// The least number of octets after which [`Parser::prefix`] can answer with a line, if it has to
    /// ask for more now: what nom gets as `Needed`.
    #[must_use]
    pub fn missing(&self, parser: &Parser) -> Option<usize> {
        match self.prefix(parser) {
            Answer::NeedMore => Some(self.stage(self.len()).missing(parser.allowed())),
            Answer::Accept(_) | Answer::Reject(_) => None,
        }
    }

    /// The line cut at each of its octets, from nothing to all but the last one; up to its fault if
    /// it has one.
    ///
    /// ```
    /// use sip_status_lab::specimen::{Answer, Family, Recipe};
    /// use sip_status_line::Parser;
    ///
    /// let mut lines = Recipe::new().family(Family::Valid).specimens(1)?;
    /// for cut in lines.next().expect("they never end").truncations() {
    ///     assert_eq!(cut.prefix(&Parser::STRICT), Answer::NeedMore); // so far so good
    ///     assert!(cut.line(&Parser::STRICT).refusal().is_some()); // too early
    /// }
    /// # Ok::<(), sip_status_lab::specimen::Contradiction>(())
    /// ```
    pub fn truncations(self) -> impl Iterator<Item = Self> {
        (0..self.len()).map(move |len| Self {
            family: Family::Truncation,
            ..self.clone().cut(len)
        })
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

    /// What a parser has to answer that comes to these departures.
    fn answer(&self, parser: &Parser, departures: &[Departure]) -> Answer<'_> {
        let (allowed, max_len) = (parser.allowed(), parser.max_len());
        let refused = departures.iter().find(|departure| {
            let deviation = departure.deviation();
            deviation.is_none_or(|deviation| !allowed.contains(deviation))
        });
        let end = refused.map_or(self.len(), |departure| departure.offset);

        // Fewer octets than these leave room for whatever is missing.
        let first_in_question = max_len.saturating_sub(Stage::MOST_MISSING);
        let too_long =
            (first_in_question..=end).find(|len| len + self.stage(*len).missing(allowed) > max_len);
        if let Some(len) = too_long {
            let offset = len.saturating_sub(1);
            return Answer::Reject(Refusal {
                kind: ErrorKind::Length,
                expected: ErrorKind::Length,
                offset,
                code: self.code_before(offset),
            });
        }
        if let Some(departure) = refused {
            let is_fourth_digit = departure.expected == ErrorKind::CodeSpace
                && departure.found.is_some_and(|octet| octet.is_ascii_digit());
            return Answer::Reject(Refusal {
                kind: match departure.found {
                    Some(_) => departure.expected,
                    None => ErrorKind::Truncated,
                },
                expected: departure.expected,
                offset: departure.offset,
                code: self
                    .code_before(departure.offset)
                    .filter(|_| !is_fourth_digit),
            });
        }
        let octets = self.octets.as_slice();
        let (received, rest) = octets.split_at_checked(end).unwrap_or((octets, &[]));
        Answer::Accept(Acceptance {
            code: self.code,
            phrase: octets.get(self.phrase.clone()).unwrap_or_default(),
            deviations: self.deviations(),
            received,
            rest,
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
        let too_long = self.fault().filter(|fault| fault.kind == ErrorKind::Length);
        if too_long.is_none() && self.departures.is_empty() {
            return f.write_str("no departure");
        }
        for (number, departure) in self.departures.iter().enumerate() {
            write!(f, "{}{departure}", if number > 0 { "; " } else { "" })?;
        }
        if let Some(fault) = too_long {
            let semicolon = if self.departures.is_empty() { "" } else { "; " };
            let offset = fault.offset;
            write!(f, "{semicolon}too long for the limit at octet {offset}")?;
        }
        Ok(())
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

    /// What a parser that does not allow it expects there: [`ParseError::expected`](sip_status_line::ParseError::expected).
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

    /// Writes an octet of the line, after which comes `next`.
    pub(super) fn write(&mut self, octet: u8, next: Stage) {
        self.0.octets.push(octet);
        self.0.stages.push(next);
    }

    /// The octet to be written next is a deviation.
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

    /// Writes octets that follow the line.
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

    /// Its first `len` octets, fewer than the line has.
    pub(super) fn cut(mut self, len: usize) -> Self {
        self.departures = self.departures_if_cut(len).collect();
        self.octets.truncate(len);
        self.stages.truncate(len + 1);
        self.phrase = self.phrase.start.min(len)..self.phrase.end.min(len);
        self.finish()
    }
}
