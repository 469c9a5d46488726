//! SCTP (RFC 9260): DATA chunks into the messages of their users (RFC 4168).
//!
//! ```text
//! a message in one chunk      B E
//! a message in three          B · E, with transmission sequence numbers one after another
//! ```

use core::net::SocketAddr;
use core::ops::ControlFlow;
use std::collections::{HashMap, VecDeque};

use crate::message::{Message, Origin, Place, Transport};
use crate::outlet::Outlet;
use crate::packet::{SctpPacket, Tunnel, Unopened};
use crate::skip::Skip;
use crate::time::Arrival;

/// Associations that are kept in mind; of more, that quiet for the longest is given up.
const ASSOCIATIONS: usize = 1 << 10;

/// Octets that are held of all of them.
const OCTETS: usize = 4 << 20;

/// The longest message that is put together.
const LARGEST: usize = 1 << 16;

/// Messages of a direction that are put together at a time.
const MESSAGES: usize = 64;

/// What a part of a message costs besides its octets.
const OVERHEAD: usize = 128;

/// How many sequence numbers of a direction are remembered, to know one that is sent again.
const REMEMBERED: usize = 64;

/// The associations of a capture, each direction by itself.
#[derive(Default)]
pub(crate) struct Associations {
    open: HashMap<Key, Direction>,
    /// Octets that are held.
    held: usize,
}

/// A direction of an association.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    src: SocketAddr,
    dst: SocketAddr,
    tunnel: Tunnel,
    tag: u32,
}

#[derive(Default)]
struct Direction {
    /// The frame of the last packet.
    seen: u64,
    /// Parts of messages that are not whole.
    parts: Vec<Part>,
    /// Sequence numbers that came last.
    known: VecDeque<u32>,
}

/// Chunks of one message, one after another.
struct Part {
    /// The sequence number of the first, and the one that would come next.
    first: u32,
    next: u32,
    begins: bool,
    ends: bool,
    octets: Vec<u8>,
    /// How many there are.
    chunks: u64,
    /// Which packet brought the last one that came.
    arrival: Arrival,
}

/// A chunk that carries data of the user (RFC 9260 §3.3.1).
///
/// ```text
/// │ type 0 │ …, B (1 bit), E (1 bit) │ length with all of this (2) │
/// │ transmission sequence number (4) │ stream (2) │ number in it (2) │ payload protocol (4) │ data, padded to four octets │
/// ```
struct Chunk<'a> {
    sequence: u32,
    begins: bool,
    ends: bool,
    octets: &'a [u8],
    /// Whether there was more of it than was captured.
    cut: bool,
}

/// The type of chunks with data, and of those whose messages are interleaved (RFC 8260).
const DATA: u8 = 0;
const I_DATA: u8 = 64;

impl Associations {
    /// Takes a packet, and hands on every message that it completes.
    pub(crate) fn packet(
        &mut self,
        arrival: Arrival,
        packet: &SctpPacket<'_>,
        out: &mut Outlet<'_>,
    ) -> ControlFlow<()> {
        let key = Key {
            src: packet.src,
            dst: packet.dst,
            tunnel: packet.tunnel,
            tag: packet.tag,
        };
        let mut rest = packet.chunks;
        while let Some(([kind, flags, high, low], behind)) = rest.split_first_chunk() {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(value) = len.checked_sub(4) else {
                out.skipped.add(BROKEN, 1);
                break;
            };
            let next = behind.get(value.next_multiple_of(4)..).unwrap_or_default();
            match *kind {
                DATA => {
                    let captured = behind.get(..value).unwrap_or(behind);
                    let Some(([a, b, c, d, ..], octets)) = captured.split_first_chunk::<12>()
                    else {
                        out.skipped.add(BROKEN, 1);
                        break;
                    };
                    let chunk = Chunk {
                        sequence: u32::from_be_bytes([*a, *b, *c, *d]),
                        begins: flags & 2 != 0,
                        ends: flags & 1 != 0,
                        octets,
                        cut: captured.len() < value,
                    };
                    self.data(arrival, &key, &chunk, out)?;
                }
                I_DATA => out
                    .skipped
                    .add(Skip::Unopened(Unopened::Payload("SCTP I-DATA")), 1),
                _ => {}
            }
            rest = next;
        }
        self.make_room(out)
    }

    fn data(
        &mut self,
        arrival: Arrival,
        key: &Key,
        chunk: &Chunk<'_>,
        out: &mut Outlet<'_>,
    ) -> ControlFlow<()> {
        let direction = self.open.entry(*key).or_default();
        direction.seen = arrival.frame;
        if direction.known.contains(&chunk.sequence) {
            return ControlFlow::Continue(());
        }
        direction.known.push_back(chunk.sequence);
        if direction.known.len() > REMEMBERED {
            direction.known.pop_front();
        }
        // What the capture cut short ends there: no further part can be joined to it.
        if chunk.begins && (chunk.ends || chunk.cut) {
            return message(arrival, key, chunk.octets, chunk.cut, out);
        }
        if chunk.cut {
            out.skipped.add(Skip::Chunk, 1);
            return ControlFlow::Continue(());
        }
        let before = direction.held();
        let whole = direction.join(Part {
            first: chunk.sequence,
            next: chunk.sequence.wrapping_add(1),
            begins: chunk.begins,
            ends: chunk.ends,
            octets: chunk.octets.to_vec(),
            chunks: 1,
            arrival,
        });
        if direction.parts.len() > MESSAGES {
            let oldest = direction.oldest();
            oldest.map_or(ControlFlow::Continue(()), |part| part.give_up(key, out))?;
        }
        self.held = self.held + direction.held() - before;
        match whole {
            Some(whole) => message(arrival, key, &whole.octets, false, out),
            None => ControlFlow::Continue(()),
        }
    }

    /// Gives up what was quiet for the longest, if there is too much.
    fn make_room(&mut self, out: &mut Outlet<'_>) -> ControlFlow<()> {
        while self.open.len() > ASSOCIATIONS || self.held > OCTETS {
            let by_age = self.open.iter().min_by_key(|(_, direction)| direction.seen);
            let Some((key, _)) = by_age else { break };
            let key = *key;
            if let Some(direction) = self.open.remove(&key) {
                self.held -= direction.held();
                direction.give_up(&key, out)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Hands on what there is of messages that never became whole, when nothing more comes.
    pub(crate) fn end(&mut self, out: &mut Outlet<'_>) -> ControlFlow<()> {
        let mut rest: Vec<_> = self.open.drain().collect();
        rest.sort_by_key(|(_, direction)| direction.seen);
        self.held = 0;
        for (key, direction) in rest {
            direction.give_up(&key, out)?;
        }
        ControlFlow::Continue(())
    }
}

const BROKEN: Skip = Skip::Unopened(Unopened::Header("SCTP chunk"));

impl Direction {
    /// The octets that are held.
    fn held(&self) -> usize {
        let parts = self.parts.iter();
        parts.map(|part| part.octets.capacity() + OVERHEAD).sum()
    }

    /// Joins a part to those before and after it. Returns the message if that is whole.
    fn join(&mut self, mut part: Part) -> Option<Part> {
        let fits = |before: &Part, after: &Part| {
            before.next == after.first
                && !before.ends
                && !after.begins
                && before.octets.len() + after.octets.len() <= LARGEST
        };
        if let Some(at) = self.parts.iter().position(|before| fits(before, &part)) {
            part = self.parts.swap_remove(at).followed_by(&part);
        }
        if let Some(at) = self.parts.iter().position(|after| fits(&part, after)) {
            part = part.followed_by(&self.parts.swap_remove(at));
        }
        if part.begins && part.ends {
            return Some(part);
        }
        self.parts.push(part);
        None
    }

    /// Takes out the part that nothing was joined to for the longest.
    fn oldest(&mut self) -> Option<Part> {
        let parts = self.parts.iter().enumerate();
        let (at, _) = parts.min_by_key(|(_, part)| part.arrival.frame)?;
        Some(self.parts.swap_remove(at))
    }

    /// Hands on the beginnings of messages that never became whole.
    fn give_up(self, key: &Key, out: &mut Outlet<'_>) -> ControlFlow<()> {
        self.parts
            .into_iter()
            .try_for_each(|part| part.give_up(key, out))
    }
}

impl Part {
    fn followed_by(mut self, after: &Self) -> Self {
        self.octets.extend_from_slice(&after.octets);
        self.next = after.next;
        self.ends = after.ends;
        self.chunks += after.chunks;
        if after.arrival.frame > self.arrival.frame {
            self.arrival = after.arrival;
        }
        self
    }

    fn give_up(self, key: &Key, out: &mut Outlet<'_>) -> ControlFlow<()> {
        out.skipped.add(Skip::Chunk, self.chunks);
        if self.begins {
            return message(self.arrival, key, &self.octets, true, out);
        }
        ControlFlow::Continue(())
    }
}

fn message(
    arrival: Arrival,
    key: &Key,
    octets: &[u8],
    cut: bool,
    out: &mut Outlet<'_>,
) -> ControlFlow<()> {
    out.message(Message {
        frame: arrival.frame,
        origin: Origin {
            time: arrival.time,
            src: key.src,
            dst: key.dst,
            transport: Transport::Sctp,
            stream: None,
        },
        place: Place::Start,
        octets,
        beyond: 0,
        cut,
    })
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]
mod tests {
    use sip_status_lab::SplitMix64;

    use super::*;
    use crate::skip::SkipCounts;

    const MESSAGE: &[u8] = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/SCTP x\r\nContent-Length: 0\r\n\r\n";

    /// What comes out of chunks, each in a packet from a port: messages with their frame and whether
    /// they are cut, and the counts.
    fn read(
        associations: &mut Associations,
        packets: &[(u16, Vec<u8>)],
        end: bool,
    ) -> (Vec<(u64, Vec<u8>, bool)>, SkipCounts) {
        let mut messages = Vec::new();
        let mut skipped = SkipCounts::default();
        let mut out = Outlet {
            skipped: &mut skipped,
            requests: true,
            take: &mut |message| {
                assert_eq!(message.origin.transport, Transport::Sctp);
                messages.push((message.frame, message.octets.to_vec(), message.cut));
                ControlFlow::Continue(())
            },
        };
        for (frame, (port, chunks)) in (1..).zip(packets) {
            let packet = SctpPacket {
                src: SocketAddr::from(([192, 0, 2, 1], *port)),
                dst: SocketAddr::from(([192, 0, 2, 2], 5060)),
                tunnel: Tunnel::default(),
                tag: 7,
                chunks,
            };
            let arrival = Arrival { frame, time: None };
            assert!(
                associations
                    .packet(arrival, &packet, &mut out)
                    .is_continue()
            );
        }
        if end {
            assert!(associations.end(&mut out).is_continue());
        }
        (messages, skipped)
    }

    fn chunk(sequence: u32, flags: u8, octets: &[u8]) -> Vec<u8> {
        let [high, low] = u16::try_from(16 + octets.len()).unwrap().to_be_bytes();
        let mut chunk = vec![0, flags, high, low];
        chunk.extend(sequence.to_be_bytes());
        chunk.extend([0; 8]);
        chunk.extend(octets);
        chunk.resize(chunk.len().next_multiple_of(4), 0);
        chunk
    }

    /// The parts of a message.
    fn parts(first: u32) -> [Vec<u8>; 4] {
        let part = |at: usize| &MESSAGE[at * 16..MESSAGE.len().min(at * 16 + 16)];
        [(0, 2), (1, 0), (2, 0), (3, 1)].map(|(at, flags)| {
            let sequence = first.wrapping_add(u32::try_from(at).unwrap());
            chunk(sequence, flags, part(at))
        })
    }

    #[test]
    fn parts_come_in_any_order() {
        let parts = parts(u32::MAX - 1);
        for order in 0..256 {
            let order = [order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6];
            let packets = order.map(|at| (5060, parts[at].clone()));
            let (messages, skipped) = read(&mut Associations::default(), &packets, true);
            let mut sorted = order;
            sorted.sort_unstable();
            if sorted == [0, 1, 2, 3] {
                assert_eq!(messages, [(4, MESSAGE.to_vec(), false)]);
                assert!(skipped.is_empty());
            } else {
                // What never became whole is counted, and its beginning is handed out.
                let mut distinct = sorted.to_vec();
                distinct.dedup();
                assert_eq!(skipped.get(Skip::Chunk), distinct.len() as u64);
                assert_eq!(messages.len(), usize::from(sorted[0] == 0));
                assert!(
                    messages
                        .iter()
                        .all(|(_, octets, cut)| *cut && MESSAGE.starts_with(octets))
                );
            }
        }
    }

    #[test]
    fn a_message_follows_another_without_being_joined_to_it() {
        let mut packet = parts(1).concat();
        packet.extend(chunk(5, 3, MESSAGE));
        packet.extend(parts(6).concat());
        let (messages, skipped) = read(&mut Associations::default(), &[(5060, packet)], true);
        assert_eq!(messages, vec![(1, MESSAGE.to_vec(), false); 3]);
        assert!(skipped.is_empty());
    }

    #[test]
    fn what_is_held_is_bounded() {
        let part = [MESSAGE, &[b'x'; 1200]].concat();
        // A beginning in each of many associations; many beginnings in one; a middle without end
        for (count, port, sequence, flags) in
            [(60_000, 1, 0, 2), (60_000, 0, 2, 2), (60_000, 0, 1, 0)]
        {
            let mut associations = Associations::default();
            let packet = |at: u32| {
                let chunk = chunk(at * sequence, flags, &part);
                (u16::try_from(at * port).unwrap(), chunk)
            };
            let mut handed_out = 0;
            let mut counted = 0;
            for at in 0..count {
                let (messages, skipped) = read(&mut associations, &[packet(at)], false);
                handed_out += messages.len() as u64;
                counted += skipped.get(Skip::Chunk);
                let held = associations.open.values().map(Direction::held);
                assert!(at % 1000 != 0 || held.sum::<usize>() == associations.held);
                assert!(associations.held <= OCTETS);
                assert!(associations.open.len() <= ASSOCIATIONS);
            }
            let (messages, skipped) = read(&mut associations, &[], true);
            assert_eq!(counted + skipped.get(Skip::Chunk), count.into());
            let beginnings = if flags == 2 { count } else { 0 };
            assert_eq!(handed_out + messages.len() as u64, beginnings.into());
        }
    }

    #[test]
    fn no_chunks_do_any_harm() {
        let mut random = SplitMix64::new(9260);
        let mut associations = Associations::default();
        for _ in 0..20_000 {
            let mut octets = parts(u32::try_from(random.below(8)).unwrap()).concat();
            for _ in 0..random.below(6) {
                let at = random.below(octets.len());
                octets[at] = random.octet();
            }
            octets.truncate(random.below(octets.len() + 1));
            read(&mut associations, &[(5060, octets)], false);
        }
        read(&mut associations, &[], true);
        assert_eq!(associations.held, 0);
    }
}
