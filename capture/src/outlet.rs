//! The way out, which is the same for every transport: messages to whoever reads the capture, and
//! what was passed over to the counts.

use core::ops::ControlFlow;

use crate::message::{Message, Origin, Place, Transport};
use crate::skip::{Skip, SkipCounts};
use crate::syntax::{
    Beginning, InnerLines, begins, begins_like_a_status_line, is_token, skip_line_ends,
};
use crate::time::Arrival;

/// The octets of a message in a stream that are kept, and so the longest header block that is read.
pub(crate) const KEPT: usize = 64 << 10;

/// Who gets the messages. A break means that no more are wanted.
pub(crate) type Take<'t> = dyn FnMut(Message<'_>) -> ControlFlow<()> + 't;

/// Where messages and counts go.
pub(crate) struct Outlet<'o> {
    pub(crate) skipped: &'o mut SkipCounts,
    /// Whether requests are wanted too.
    pub(crate) requests: bool,
    pub(crate) take: &'o mut Take<'o>,
}

impl Outlet<'_> {
    /// Hands out what begins like a message that is wanted, and the body of one that is a
    /// `sipfrag`. Counts the status-lines that are in it besides.
    pub(crate) fn message(&mut self, message: Message<'_>) -> ControlFlow<()> {
        if !may_be_sip(message.octets) {
            return ControlFlow::Continue(());
        }
        let inner = InnerLines::of(message.octets);
        self.skipped.add(Skip::InnerLine, inner.others);
        if begins_like_a_status_line(message.octets) || self.requests && is_request(message.octets)
        {
            (self.take)(message)?;
        }
        match inner.sipfrag {
            Some(octets) if message.place == Place::Start => (self.take)(Message {
                octets,
                beyond: 0,
                place: Place::Sipfrag,
                ..message
            }),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Whether a message may begin so, which tells most media from it at the first octet.
fn may_be_sip(octets: &[u8]) -> bool {
    octets
        .first()
        .is_some_and(|first| *first == b'\r' || is_token(*first))
}

/// Where the messages and counts of one direction of a stream go.
pub(crate) struct StreamOutlet<'o> {
    outlet: Outlet<'o>,
    origin: Origin,
    /// Which packet brought the octets that are looked at.
    pub(crate) arrival: Arrival,
}

impl<'o> StreamOutlet<'o> {
    pub(crate) fn new(outlet: &'o mut Outlet<'_>, origin: Origin, arrival: Arrival) -> Self {
        Self {
            outlet: Outlet {
                skipped: outlet.skipped,
                requests: outlet.requests,
                take: outlet.take,
            },
            origin,
            arrival,
        }
    }

    pub(crate) fn skip(&mut self, kind: Skip, count: u64) {
        self.outlet.skipped.add(kind, count);
    }

    /// Hands out a message of which these octets were kept.
    pub(crate) fn message(
        &mut self,
        transport: Transport,
        octets: &[u8],
        beyond: u64,
        cut: bool,
    ) -> ControlFlow<()> {
        self.outlet.message(Message {
            frame: self.arrival.frame,
            origin: Origin {
                time: self.arrival.time,
                transport,
                ..self.origin
            },
            place: Place::Start,
            octets,
            beyond,
            cut,
        })
    }
}

fn is_request(octets: &[u8]) -> bool {
    begins(skip_line_ends(octets)) == Beginning::Sip
}
