//! Captures into payloads that begin like a status-line.
//!
//! ```text
//! file ──► packet ──► fragments ──► packet ──► (a datagram) ─────────────────► message
//!                                         └──► tcp ──► framer ──► websocket ──► message
//! ```

mod compression;
mod file;
mod fragments;
mod framer;
mod message;
mod packet;
mod tcp;
mod websocket;

use core::fmt;
use core::net::SocketAddr;
use std::collections::BTreeMap;
use std::io::{self, Read};

use file::Packet;
pub use file::Time;
use fragments::{Fragments, Outcome, Parts};
use message::{begins_like_a_status_line, sipfrag};
use packet::{Content, Fragment, Whole};
use tcp::Connections;

/// What one transport hands to the layer above it.
pub struct Payload<'a> {
    pub origin: Origin,
    /// From the start-line on, as far as it was kept.
    pub octets: &'a [u8],
    /// How many more octets follow that were not kept.
    pub beyond: u64,
    pub place: Place,
    /// Whether there was more of it than was captured.
    pub cut: bool,
}

/// Which packet brought something.
#[derive(Clone, Copy)]
struct When {
    frame: u64,
    time: Option<Time>,
}

/// When and between whom a payload travelled.
#[derive(Clone, Copy)]
pub struct Origin {
    pub time: Option<Time>,
    pub src: SocketAddr,
    pub dst: SocketAddr,
    /// `udp`, `tcp` or `ws`.
    pub transport: &'static str,
    /// Which TCP connection, counted from 0 as they first appear.
    pub stream: Option<u64>,
}

/// Where a status-line stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the start of a message, or of a record of text.
    Start,
    /// In a datagram that an ICMP error quotes.
    Quoted,
    /// In a body of type `message/sipfrag` (RFC 3420).
    Sipfrag,
    /// Anywhere in a file.
    Carved,
}

impl Place {
    /// As the output has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Quoted => "quoted",
            Self::Sipfrag => "sipfrag",
            Self::Carved => "carved",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What became of the file.
pub enum End {
    Whole,
    /// It ends where it should not, or from there on makes no sense.
    Early(String),
    /// It cannot be read, or is no capture.
    Failed(io::Error),
}

/// How much was read, and what nothing was read from.
#[derive(Default)]
pub struct Passed {
    /// All packets of the file, and their octets as captured.
    pub packets: u64,
    pub octets: u64,
    /// Fragments of IP payloads that never became whole.
    pub fragments: u64,
    /// Packets with neither UDP nor TCP.
    pub other: u64,
    /// Packets by their link type.
    pub unsupported: BTreeMap<i32, u64>,
    /// TCP connections that carry something else.
    pub foreign_streams: u64,
    /// TCP connections given up, since there were too many or they held too much.
    pub dropped_streams: u64,
    /// Places in TCP streams where octets are missing, and how many those are.
    pub gaps: u64,
    pub lost: u64,
}

impl Passed {
    /// Whether every packet was looked into.
    pub fn is_nothing(&self) -> bool {
        self.fragments + self.other == 0 && self.unsupported.is_empty()
    }

    /// What else there is to say of it, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.is_nothing() {
            notes.push(format!("packets not looked into: {self}"));
        }
        if self.gaps > 0 {
            let Self { lost, gaps, .. } = self;
            notes.push(format!(
                "octets missing in TCP streams: {lost}, in gaps: {gaps}"
            ));
        }
        for (count, what) in [
            (self.foreign_streams, "TCP streams that are not SIP"),
            (
                self.dropped_streams,
                "TCP streams given up for want of room",
            ),
        ] {
            if count > 0 {
                notes.push(format!("{what}: {count}"));
            }
        }
        notes
    }
}

/// The packets that were not looked into, and why.
impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [(self.fragments, "IP fragments"), (self.other, "other")];
        let mut comma = "";
        for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
            write!(f, "{comma}{count} {what}")?;
            comma = ", ";
        }
        for (link, count) in &self.unsupported {
            write!(f, "{comma}{count} of link type {link}")?;
            comma = ", ";
        }
        Ok(())
    }
}

/// Whether a file that begins with these four octets is a capture, or may be a compressed one.
pub fn is_magic(head: &[u8]) -> bool {
    file::is_magic(head) || compression::is_magic(head)
}

/// Reads a capture, and hands on every payload that begins like a status-line, with the number of
/// the frame that completed it.
///
/// One pass and bounded memory, whatever the file.
///
/// # Errors
///
/// What `report` says. Whatever is wrong with the file is its end.
pub fn read(
    input: impl Read,
    report: &mut dyn FnMut(u64, Payload<'_>) -> io::Result<()>,
) -> io::Result<(Passed, End)> {
    let mut reading = Reading {
        passed: Passed::default(),
        fragments: Fragments::default(),
        connections: Connections::default(),
        report,
    };
    let end = file::read(input, &mut |packet| reading.packet(packet))?;
    let passed = reading.finish()?;
    Ok((passed, end))
}

/// What is kept from one packet to the next.
struct Reading<'r> {
    passed: Passed,
    fragments: Fragments,
    connections: Connections,
    report: &'r mut dyn FnMut(u64, Payload<'_>) -> io::Result<()>,
}

impl Reading<'_> {
    fn packet(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        self.passed.packets += 1;
        self.passed.octets += packet.octets.len() as u64;
        let when = When {
            frame: packet.frame,
            time: packet.time,
        };
        match packet::dissect(packet.link, packet.octets) {
            Content::Fragment(fragment) => self.fragment(when, &fragment),
            Content::Unsupported => {
                *self.passed.unsupported.entry(packet.link).or_default() += 1;
                Ok(())
            }
            content => self.content(when, &content),
        }
    }

    fn content(&mut self, when: When, content: &Content<'_>) -> io::Result<()> {
        match content {
            Content::Datagram(datagram) => {
                let place = if datagram.quoted {
                    Place::Quoted
                } else {
                    Place::Start
                };
                let payload = Payload {
                    origin: Origin {
                        time: when.time,
                        src: datagram.src,
                        dst: datagram.dst,
                        transport: "udp",
                        stream: None,
                    },
                    octets: datagram.octets,
                    beyond: 0,
                    place,
                    cut: datagram.cut,
                };
                inspect(when.frame, payload, self.report)
            }
            Content::Segment(segment) => {
                let report = &mut *self.report;
                let mut emit = |frame, payload: Payload<'_>| inspect(frame, payload, report);
                self.connections
                    .segment(when, segment, &mut self.passed, &mut emit)
            }
            // What is put together from fragments is no fragment again, unless someone plays.
            Content::Fragment(_) | Content::Unsupported | Content::Other => {
                self.passed.other += 1;
                Ok(())
            }
        }
    }

    fn fragment(&mut self, when: When, fragment: &Fragment<'_>) -> io::Result<()> {
        let mut expired = Vec::new();
        let outcome = self.fragments.add(when, fragment, &mut expired);
        self.give_up(&expired)?;
        match outcome {
            Outcome::Pending => Ok(()),
            Outcome::Whole(octets) => {
                self.content(when, &packet::dissect_whole(&fragment.of, &octets, false))
            }
            Outcome::Refused => {
                self.passed.fragments += 1;
                Ok(())
            }
        }
    }

    /// Takes of payloads that never became whole what came before the first hole.
    fn give_up(&mut self, expired: &[(Whole, Parts)]) -> io::Result<()> {
        for (whole, parts) in expired {
            self.passed.fragments += parts.count();
            let beginning = parts.beginning();
            let content = packet::dissect_whole(whole, &beginning, true);
            if matches!(content, Content::Datagram(_)) {
                self.content(parts.when, &content)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<Passed> {
        let rest = self.fragments.drain();
        self.give_up(&rest)?;
        let report = &mut *self.report;
        let mut emit = |frame, payload: Payload<'_>| inspect(frame, payload, report);
        self.connections.end(&mut self.passed, &mut emit)?;
        Ok(self.passed)
    }
}

/// Hands on a payload that begins like a status-line, or the body of one that is a `sipfrag`.
fn inspect(
    frame: u64,
    payload: Payload<'_>,
    report: &mut dyn FnMut(u64, Payload<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let fragment = match payload.place {
        Place::Start => sipfrag(payload.octets),
        _ => None,
    };
    let fragment = fragment.map(|octets| Payload {
        octets,
        beyond: 0,
        place: Place::Sipfrag,
        ..payload
    });
    if begins_like_a_status_line(payload.octets) {
        report(frame, payload)?;
    }
    match fragment {
        Some(fragment) => report(frame, fragment),
        None => Ok(()),
    }
}
