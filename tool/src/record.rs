//! Records: the octets that are judged as one status-line and what follows it, and where they were found.

use core::fmt;

use sip_status_capture::Origin;
use sip_status_line::{ParseError, Parsed, Parser};

/// The longest line that the parsers of the tool accept, in octets.
pub(crate) const LONGEST_LINE: usize = Parser::DEFAULT_MAX_LEN;

/// Octets that are judged as a status-line and what follows it.
pub(crate) struct Record<'a> {
    /// Counted from 1: the line in a text, the frame in a capture.
    pub(crate) number: u64,
    /// The name that the input gives it.
    pub(crate) name: Option<&'a str>,
    pub(crate) octets: &'a [u8],
    /// How many more octets follow that were not kept, since no parser would look at them.
    pub(crate) beyond: u64,
    /// The packet that completed it.
    pub(crate) origin: Option<Origin>,
    /// Whether the packet was captured in part, so that octets are missing after these.
    pub(crate) cut: bool,
    /// In what it was found.
    pub(crate) place: Place,
    /// How many octets of the file come before it. Known only if it was carved.
    pub(crate) offset: Option<u64>,
}

/// In what a status-line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Where a capture has it, or at the start of a record of anything else.
    Captured(sip_status_capture::Place),
    /// Anywhere in a file.
    Carved,
}

impl Place {
    /// The start of a message or record.
    pub(crate) const START: Self = Self::Captured(sip_status_capture::Place::Start);

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let captured = sip_status_capture::Place::ALL.map(Self::Captured);
        captured.into_iter().chain([Self::Carved])
    }

    /// As the output has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Captured(place) => place.name(),
            Self::Carved => "carved",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'a> Record<'a> {
    /// A record of these octets alone, from no packet.
    pub(crate) const fn new(number: u64, octets: &'a [u8]) -> Self {
        Self {
            number,
            name: None,
            octets,
            beyond: 0,
            origin: None,
            cut: false,
            place: Place::START,
            offset: None,
        }
    }

    /// What the parser makes of it. `None` if the captured octets begin a line and do not end it, so
    /// that it is neither accepted nor refused.
    pub(crate) fn parse(&self, parser: Parser) -> Option<Result<Parsed<'a>, ParseError>> {
        if self.cut {
            parser.prefix(self.octets).transpose()
        } else {
            Some(parser.line(self.octets))
        }
    }

    /// The octets from the start of the record to the LF that follows `offset`, or all of them.
    pub(crate) fn line_around(&self, offset: usize) -> &'a [u8] {
        let from = self.octets.get(offset..).unwrap_or_default();
        memchr::memchr(b'\n', from)
            .and_then(|lf| self.octets.get(..=offset + lf))
            .unwrap_or(self.octets)
    }
}
