//! Records: the octets that are judged as one status-line and what follows it, and where they were found.

use core::fmt;

use sip_status_capture::{Message, Origin};
use sip_status_line::{ParseError, Parsed, Parser};

/// The longest line that any of the named policies accepts, in octets.
pub const LONGEST_LINE: usize = Parser::DEFAULT_MAX_LEN;

/// What is counted of records of which [`Record::parse`] says nothing.
pub const CUT_OFF: &str = "lines cut off by the capture, neither accepted nor refused";

/// Octets that are judged as a status-line and what follows it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Counted from 1: the line in a text, the frame in a capture.
    pub number: u64,
    /// The name that the input gives it.
    pub name: Option<&'a str>,
    /// From the first octet of the line on.
    pub octets: &'a [u8],
    /// How many more octets follow that were not kept, since no parser would look at them.
    pub beyond: u64,
    /// The packet that completed it.
    pub origin: Option<Origin>,
    /// Whether the packet was captured in part, so that octets are missing after these.
    pub cut: bool,
    /// In what it was found.
    pub place: Place,
    /// How many octets of the file come before it. Known only if it was carved.
    pub offset: Option<u64>,
}

/// In what a status-line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Where a capture has it, or at the start of a record of anything else.
    Captured(sip_status_capture::Place),
    /// Anywhere in a file.
    Carved,
}

impl Place {
    /// The start of a message or record.
    pub const START: Self = Self::Captured(sip_status_capture::Place::Start);

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let captured = sip_status_capture::Place::ALL.map(Self::Captured);
        captured.into_iter().chain([Self::Carved])
    }

    /// In one word: `start`, `quoted`, `sipfrag`, `carved`.
    #[must_use]
    pub const fn name(self) -> &'static str {
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
    #[must_use]
    pub const fn new(number: u64, octets: &'a [u8]) -> Self {
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

    /// The record of a message of a capture.
    #[must_use]
    pub const fn of_message(message: &Message<'a>) -> Self {
        Self {
            beyond: message.beyond,
            origin: Some(message.origin),
            cut: message.cut,
            place: Place::Captured(message.place),
            ..Self::new(message.frame, message.octets)
        }
    }

    /// What the parser makes of it. `None` if the captured octets begin a line and do not end it, so
    /// that it is neither accepted nor refused.
    #[must_use]
    pub fn parse(&self, parser: Parser) -> Option<Result<Parsed<'a>, ParseError>> {
        if self.cut {
            parser.prefix(self.octets).transpose()
        } else {
            Some(parser.line(self.octets))
        }
    }

    /// The octets from the start of the record to the LF that follows `offset`, or all of them.
    #[must_use]
    pub fn line_around(&self, offset: usize) -> &'a [u8] {
        let from = self.octets.get(offset..).unwrap_or_default();
        memchr::memchr(b'\n', from)
            .and_then(|lf| self.octets.get(..=offset + lf))
            .unwrap_or(self.octets)
    }
}
