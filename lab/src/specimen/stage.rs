//! The places in a line, and what it takes to complete it from there.

use sip_status_line::Deviations;

/// What comes next in a line: so what it takes to complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The LF of a CRLF before the line.
    LeadingLf,
    /// The rest of the version: how many octets of it came already.
    Version(u8),
    FirstSpace,
    /// The rest of the code: how many digits of it came already.
    Code(u8),
    SecondSpace,
    /// More of the phrase, or a line ending: how many octets are missing from an escape or a UTF-8
    /// sequence.
    Phrase(u8),
    /// The LF that ends the line.
    LineFeed,
    Done,
}

impl Stage {
    /// The most octets that are missing at any stage: after a lone CR, a whole line.
    pub(super) const MOST_MISSING: usize = "\nSIP/2.0 200 \r\n".len();

    /// The fewest octets that complete a line which a parser accepts that allows these deviations.
    pub(super) fn missing(self, allowed: Deviations) -> usize {
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
