//! The SIP messages in packet captures, in one pass and bounded memory.
//!
//! ```
//! use sip_status_capture::Reader;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/captures/sipp-default-udp.pcap");
//! let file = std::fs::File::open(path)?;
//! let report = Reader::new().read(file, |message| {
//!     let line = sip_status_line::Parser::OBSERVE.prefix(message.octets);
//!     println!("frame {}, {}: {line:?}", message.frame, message.origin.src);
//!     Ok::<_, std::io::Error>(())
//! })?;
//! println!("{}", report.skipped);
//! report.end?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is read
//!
//! - **Files**: pcap and pcapng, in either byte order, and snoop, also compressed with gzip, bzip2,
//!   xz, zstd or LZ4, out of anything that implements [`Read`]: a file, a pipe, a slice. Nothing is
//!   sought.
//! - **Packets**: Ethernet, Linux cooked (v1, v2), IEEE 802.11 (also with radiotap or PPI), PPP,
//!   Cisco HDLC, BSD loopback, raw IP, NFLOG, ERF; fragments are put together.
//! - **Tunnels** in each other: VLAN, 802.1ah, MPLS, `PPPoE`; IP in IP, GRE, ERSPAN, L2TP, GTP-U,
//!   VXLAN, Geneve, Teredo, AYIYA, and ESP if its encryption is NULL. What came through one tunnel
//!   is never joined to what came through another, or through none.
//! - **Messages**: a datagram over UDP; over TCP and WebSocket (RFC 7118, also compressed) whatever
//!   the framing gives, segments in any order; over SCTP (RFC 4168) a user message. On any port, for
//!   it is the octets that tell. HEP version 3 and exported PDUs have them with the addresses, and
//!   HEP with the time, that they had on the wire.
//! - **Besides**: datagrams that ICMP errors quote, and bodies of type `message/sipfrag`
//!   (RFC 3420); [`Place`] tells them apart.
//!
//! The way of a packet:
//!
//! ```text
//! file ──► packet ──► (a datagram) ────────────────────────────► outlet ──► your closure
//!           │   ▲ │                                               ▲   ▲
//!           ▼   │ ├────► (chunks) ─────► sctp ────────────────────┘   │
//!        fragments└────► (a segment) ──► tcp ──► framer ──► websocket ┘
//! ```
//!
//! # What is handed out
//!
//! A [`Message`] for everything that begins like a status-line, with `SIP/` and a digit in any case,
//! and with [`Reader::requests`] for every request as well. It borrows from the buffers of the
//! reader, so the closure copies what it wants to keep. Messages come in the order in which they
//! were completed.
//!
//! A message is not judged. For its status-line there is `sip_status_line`; a few headers can be
//! asked for by [`Message::header`] and its companions.
//!
//! # What is not
//!
//! Nothing is dropped without a count: [`Report::skipped`] has every kind of thing that was passed
//! over, by [`Skip`]. In a stream that is broken the next message is searched for: what is between
//! is counted, and a message whose end is missing is handed out with [`Message::cut`]. What ends a
//! file early is [`Report::end`]; what was read before that has been handed out by then.
//!
//! # What it costs
//!
//! About half a second of one core for a gigabyte of UDP. Memory is bounded whatever the file, at
//! some 64 MiB, and as much again for the dictionary of the largest xz: what is held is counted by
//! what is allocated, and what has to be given up for the limit is counted too.

mod compression;
mod error;
mod file;
mod fragments;
mod framer;
mod inflate;
mod message;
mod outlet;
mod packet;
mod sctp;
mod skip;
mod syntax;
mod tcp;
mod time;
mod websocket;

use core::ops::ControlFlow;
use std::io::Read;

pub use error::Error;
use file::Packet;
use fragments::{Fragments, Outcome, Parts};
pub use message::{CSeq, Message, Origin, Place, Transport};
use outlet::Outlet;
pub use packet::Unopened;
use packet::{Content, Fragment, Whole};
use sctp::Associations;
pub use skip::{Skip, SkipCounts};
use tcp::Connections;
use time::Arrival;
pub use time::Time;

/// Whether a file that begins with these four octets is a capture, or compressed and so perhaps one.
///
/// ```
/// assert!(sip_status_capture::is_magic(b"\xd4\xc3\xb2\xa1"));
/// assert!(!sip_status_capture::is_magic(b"SIP/"));
/// ```
#[must_use]
pub fn is_magic(head: &[u8]) -> bool {
    head.len() >= 4 && (file::is_magic(head) || compression::is_magic(head))
}

/// Reads captures into the messages in them.
///
/// It holds no more than what is asked for, so that one serves for any number of captures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    requests: bool,
}

impl Reader {
    /// A reader that hands out responses only.
    #[must_use]
    pub const fn new() -> Self {
        Self { requests: false }
    }

    /// Whether requests are handed out too. They cost a look at the first line of every datagram.
    ///
    /// ```
    /// # use sip_status_capture::{Error, Reader};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let file: &[u8] = include_bytes!("../../corpus/captures/sipp-default-udp.pcap");
    /// let mut invites = 0;
    /// let report = Reader::new().requests(true).read(file, |message| {
    ///     invites += usize::from(message.method() == Some(b"INVITE"));
    ///     Ok::<_, Error>(())
    /// })?;
    /// assert!(invites > 0);
    /// # report.end?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn requests(self, requests: bool) -> Self {
        Self { requests }
    }

    /// Reads a capture to its end, and hands every message in it to `take`.
    ///
    /// # Errors
    ///
    /// The first that `take` returns, which ends the reading at once. What is wrong with the input
    /// is [`Report::end`].
    pub fn read<E>(
        &self,
        input: impl Read,
        mut take: impl FnMut(Message<'_>) -> Result<(), E>,
    ) -> Result<Report, E> {
        let mut error = None;
        let mut take = |message: Message<'_>| match take(message) {
            Ok(()) => ControlFlow::Continue(()),
            Err(taken) => {
                error = Some(taken);
                ControlFlow::Break(())
            }
        };
        let mut report = Report {
            packets: 0,
            octets: 0,
            skipped: SkipCounts::default(),
            end: Ok(()),
        };
        let read = self.read_into(&mut report, input, &mut take);
        debug_assert_eq!(read.is_break(), error.is_some(), "only `take` breaks");
        error.map_or(Ok(report), Err)
    }

    fn read_into(
        self,
        report: &mut Report,
        input: impl Read,
        take: &mut outlet::Take<'_>,
    ) -> ControlFlow<()> {
        let mut packets = 0;
        let mut octets = 0;
        let mut flow = Flow {
            fragments: Fragments::default(),
            connections: Connections::default(),
            associations: Associations::default(),
            out: Outlet {
                skipped: &mut report.skipped,
                requests: self.requests,
                take,
            },
        };
        report.end = file::read(input, &mut |packet| {
            packets += 1;
            octets += packet.octets.len() as u64;
            flow.packet(packet)
        })?;
        flow.end()?;
        report.packets = packets;
        report.octets = octets;
        ControlFlow::Continue(())
    }
}

/// How a capture was read.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "the capture may have ended early"]
pub struct Report {
    /// How many packets there were.
    pub packets: u64,
    /// How many octets those have as captured.
    pub octets: u64,
    /// What nothing was read from.
    pub skipped: SkipCounts,
    /// Whether the file was read to its end, and why not.
    pub end: Result<(), Error>,
}

/// The way of packets to messages, and what is kept from one packet to the next.
struct Flow<'o> {
    fragments: Fragments,
    connections: Connections,
    associations: Associations,
    out: Outlet<'o>,
}

impl Flow<'_> {
    fn packet(&mut self, packet: &Packet<'_>) -> ControlFlow<()> {
        let arrival = Arrival {
            frame: packet.frame,
            time: packet.time,
        };
        self.content(arrival, &packet::dissect(packet.link, packet.octets))
    }

    fn content(&mut self, arrival: Arrival, content: &Content<'_>) -> ControlFlow<()> {
        match content {
            Content::Datagram(datagram) => {
                let place = if datagram.quoted {
                    Place::Quoted
                } else {
                    Place::Start
                };
                self.out.message(Message {
                    frame: arrival.frame,
                    origin: Origin {
                        time: datagram.time.or(arrival.time),
                        src: datagram.src,
                        dst: datagram.dst,
                        transport: datagram.transport,
                        stream: None,
                    },
                    place,
                    octets: datagram.octets,
                    beyond: 0,
                    cut: datagram.cut,
                })
            }
            Content::Segment(segment) => self.connections.segment(arrival, segment, &mut self.out),
            Content::Sctp(packet) => self.associations.packet(arrival, packet, &mut self.out),
            Content::Fragment(fragment) => self.fragment(arrival, fragment),
            Content::Unopened(what) => {
                self.out.skipped.add(Skip::Unopened(*what), 1);
                ControlFlow::Continue(())
            }
        }
    }

    fn fragment(&mut self, arrival: Arrival, fragment: &Fragment<'_>) -> ControlFlow<()> {
        let mut expired = Vec::new();
        let outcome = self.fragments.add(arrival, fragment, &mut expired);
        self.give_up(&expired)?;
        match outcome {
            Outcome::Pending => ControlFlow::Continue(()),
            Outcome::Whole(octets) => self.content(
                arrival,
                &packet::dissect_whole(&fragment.of, &octets, false),
            ),
            Outcome::Refused => {
                self.out.skipped.add(Skip::Fragment, 1);
                ControlFlow::Continue(())
            }
        }
    }

    /// Takes of payloads that never became whole what came before the first hole.
    fn give_up(&mut self, expired: &[(Whole, Parts)]) -> ControlFlow<()> {
        for (whole, parts) in expired {
            self.out.skipped.add(Skip::Fragment, parts.count());
            let beginning = parts.beginning();
            let content = packet::dissect_whole(whole, &beginning, true);
            if matches!(content, Content::Datagram(_)) {
                self.content(parts.arrival, &content)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self) -> ControlFlow<()> {
        let rest = self.fragments.drain();
        self.give_up(&rest)?;
        self.connections.end(&mut self.out)?;
        self.associations.end(&mut self.out)
    }
}
