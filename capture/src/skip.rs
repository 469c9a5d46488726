//! What nothing was read from, counted by kind.

use core::fmt;
use std::collections::BTreeMap;

use crate::packet::Unopened;

/// A kind of thing in a capture that nothing was read from.
///
/// `Display` says what is counted: `packets not opened, ARP`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Skip {
    /// Packets that were not taken apart down to UDP, TCP or SCTP, by what they stopped at.
    Unopened(Unopened),
    /// Fragments of IP payloads that never became whole.
    Fragment,
    /// Chunks of SCTP with a part of a message that never became whole.
    Chunk,
    /// TCP streams that are not SIP.
    ForeignStream,
    /// TCP streams given up, since there were too many or they held too much.
    DroppedStream,
    /// Places in TCP streams where octets are missing.
    Gap,
    /// Octets missing in TCP streams.
    LostOctet,
    /// Octets in TCP streams of SIP that are between messages, or in those whose beginning is lost.
    StrayOctet,
    /// Messages in TCP streams with a Content-Length that cannot be right: no number, larger than
    /// 1 MiB, or beyond the end of the stream or 64 KiB with the next message before that; or with
    /// several that differ. They end where the next message begins.
    WrongLength,
    /// Lines in a message, after its first, that begin like a status-line: of further messages in a
    /// datagram, of which only the first counts (RFC 3261 §18.3), or in a body. A body that is as
    /// long as its Content-Length says holds no messages of the stream, whatever they look like:
    /// they may be quoted.
    InnerLine,
    /// WebSocket frames that make no sense: an unknown opcode, more than 1 MiB, out of place.
    BadFrame,
    /// Compressed WebSocket messages that cannot be inflated.
    CompressedMessage,
}

impl Skip {
    /// The kind in one word, without what a packet stopped at: `unopened`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened(_) => "unopened",
            Self::Fragment => "fragment",
            Self::Chunk => "chunk",
            Self::ForeignStream => "foreign_stream",
            Self::DroppedStream => "dropped_stream",
            Self::Gap => "gap",
            Self::LostOctet => "lost_octet",
            Self::StrayOctet => "stray_octet",
            Self::WrongLength => "wrong_length",
            Self::InnerLine => "inner_line",
            Self::BadFrame => "bad_frame",
            Self::CompressedMessage => "compressed_message",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Unopened(what) => return write!(f, "packets not opened, {what}"),
            Self::Fragment => "IP fragments that never became whole",
            Self::Chunk => "SCTP chunks of messages that never became whole",
            Self::ForeignStream => "TCP streams that are not SIP",
            Self::DroppedStream => "TCP streams given up for want of room",
            Self::Gap => "gaps in TCP streams",
            Self::LostOctet => "octets missing in TCP streams",
            Self::StrayOctet => "octets in TCP streams of SIP that no message was read from",
            Self::WrongLength => "messages with a wrong Content-Length",
            Self::InnerLine => "status-lines in messages after the start-line",
            Self::BadFrame => "broken WebSocket frames",
            Self::CompressedMessage => "WebSocket messages that cannot be inflated",
        };
        f.write_str(text)
    }
}

/// How often each kind of thing was passed over.
///
/// `Display` writes a line for each: `packets not opened, ARP: 12`.
///
/// ```
/// use sip_status_capture::{Skip, SkipCounts, Unopened};
///
/// let mut counts = SkipCounts::default();
/// assert!(counts.is_empty());
/// counts.add(Skip::Gap, 2);
/// counts.add(Skip::Unopened(Unopened::LinkType(147)), 12);
/// assert_eq!(counts.get(Skip::Gap), 2);
/// assert_eq!(counts.to_string(), "packets not opened, link type 147: 12\ngaps in TCP streams: 2");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkipCounts(BTreeMap<Skip, u64>);

impl SkipCounts {
    /// Whether nothing was passed over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many of that kind were passed over.
    #[must_use]
    pub fn get(&self, kind: Skip) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// Each kind that was passed over, and how many of it: never none.
    pub fn iter(&self) -> impl Iterator<Item = (Skip, u64)> {
        self.0.iter().map(|(kind, count)| (*kind, *count))
    }

    /// Counts some more of a kind.
    pub fn add(&mut self, kind: Skip, count: u64) {
        if count > 0 {
            *self.0.entry(kind).or_default() += count;
        }
    }
}

/// Joins the counts of several captures.
impl Extend<(Skip, u64)> for SkipCounts {
    fn extend<I: IntoIterator<Item = (Skip, u64)>>(&mut self, counts: I) {
        for (kind, count) in counts {
            self.add(kind, count);
        }
    }
}

impl fmt::Display for SkipCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line_end = "";
        for (kind, count) in self.iter() {
            write!(f, "{line_end}{kind}: {count}")?;
            line_end = "\n";
        }
        Ok(())
    }
}
