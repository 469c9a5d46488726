//! How what a stack read stands to what is written.

use alloc::vec::Vec;

use super::shape::{Parts, first_line, is_number};
use crate::hex;
use crate::names::names;

/// What a stack made of a line, held against the octets of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reading {
    /// It took the line for a status-line, with the code and the phrase that are written.
    Accepted,
    /// It read the code that is written. Which phrase it read is not on record.
    SameCode,
    /// It read some code where no number stands by itself that would be one.
    ReadAs,
    /// It read another code than is written.
    OtherCode,
    /// It read the code that is written, and another phrase. Blanks at either end do not count.
    OtherPhrase,
    /// It raised an alert.
    Alert,
    /// It refused the line.
    Refused,
    /// It took the line for the first line of a request.
    Request,
    /// It did not treat all lines of a group alike.
    Mixed,
}

names!(Reading {
    Accepted => "accepted",
    SameCode => "same code",
    ReadAs => "read as",
    OtherCode => "other code",
    OtherPhrase => "other phrase",
    Alert => "raises an alert",
    Refused => "refused",
    Request => "as a request",
    Mixed => "it depends",
});

impl Reading {
    /// Whether the stack saw another message than is written: another code, another phrase, or a
    /// request. To refuse a line is not to misread it.
    #[must_use]
    pub const fn is_misreading(self) -> bool {
        matches!(self, Self::OtherCode | Self::OtherPhrase | Self::Request)
    }

    /// What holds of two lines.
    pub(super) fn and(self, other: Self) -> Self {
        match self.max(other) {
            _ if self == other => self,
            Self::SameCode => Self::SameCode,
            _ => Self::Mixed,
        }
    }
}

/// What a cell of the table says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    pub(super) reading: Reading,
    /// The code that was read, as the stack shows it.
    pub(super) code: Option<&'t str>,
    pub(super) phrase: Option<Vec<u8>>,
}

impl<'t> Cell<'t> {
    /// Holds a cell against the octets of its line. `None` if the stack was not tried with it.
    pub(super) fn read(cell: &'t str, octets: &[u8]) -> Option<Self> {
        let mut words = cell.split(':');
        let mut reading = match words.next()? {
            "accept" => Reading::Accepted,
            "reject" => Reading::Refused,
            "request" => Reading::Request,
            "alert" => Reading::Alert,
            _ => return None,
        };
        let code = words.next();
        let phrase = words
            .next()
            .and_then(|digits| hex::decode(digits.as_bytes()));
        if let Some(read) = code {
            let written = Parts::of(first_line(octets)?);
            reading = match &phrase {
                _ if !is_number(written.code) => Reading::ReadAs,
                _ if !is_same_number(read, written.code) => Reading::OtherCode,
                None => Reading::SameCode,
                Some(phrase) if phrase.trim_ascii() != written.phrase.trim_ascii() => {
                    Reading::OtherPhrase
                }
                Some(_) => Reading::Accepted,
            };
        }
        Some(Self {
            reading,
            code,
            phrase,
        })
    }
}

/// Whether that was read as the number that is written, as far as its digits are on record.
fn is_same_number(read: &str, written: &[u8]) -> bool {
    let read = read.as_bytes();
    match read.strip_suffix("…".as_bytes()) {
        Some(digits) => written.starts_with(digits),
        None => is_number(read) && without_zeros(read) == without_zeros(written),
    }
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}
