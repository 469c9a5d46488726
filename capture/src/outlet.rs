//! The way out, which is the same for every transport: messages to whoever reads the capture, and
//! what was passed over to the counts.

use core::ops::ControlFlow;

use crate::message::{Message, Origin, Place, Transport};
use crate::skip::{Skip, SkipCounts};
use crate::syntax::{Beginning, begins, begins_like_a_status_line, sipfrag, skip_line_ends};
use crate::time::Arrival;

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
    /// `sipfrag`.
    pub(crate) fn message(&mut self, message: Message<'_>) -> ControlFlow<()> {
        let fragment = match message.place {
            Place::Start => sipfrag(message.octets),
            _ => None,
        };
        if begins_like_a_status_line(message.octets) || self.requests && is_request(message.octets)
        {
            (self.take)(message)?;
        }
        match fragment {
            Some(octets) => (self.take)(Message {
                octets,
                beyond: 0,
                place: Place::Sipfrag,
                ..message
            }),
            None => ControlFlow::Continue(()),
        }
    }
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
