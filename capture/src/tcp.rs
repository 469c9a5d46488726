//! TCP connections: segments into the octets of each direction, in their order.

use core::net::SocketAddr;
use core::ops::ControlFlow;
use std::collections::HashMap;

use crate::framer::Framer;
use crate::message::{Origin, Transport};
use crate::outlet::{Outlet, StreamOutlet};
use crate::packet::{Segment, Tunnel};
use crate::skip::Skip;
use crate::time::Arrival;

/// Connections that are kept in mind; of more, those quiet for the longest are given up.
const CONNECTIONS: usize = 1 << 14;

/// Octets of memory that are held of all of them, besides what each needs that holds nothing.
const STREAM_OCTETS: usize = 16 << 20;

/// Segments that are held of a direction while those before them are missing.
const SEGMENTS: usize = 256;

/// Octets that are held of them.
const QUEUE: usize = 256 << 10;

/// Packets of a connection after which a segment that its receiver has acknowledged is not waited
/// for: the capture has lost it.
const PATIENCE: u32 = 16;

/// How far a segment may be from the one expected, beyond any window that SIP needs. One further
/// off belongs to a part of the stream, or a connection, that the capture does not join to this.
const REACH: u32 = 1 << 24;

/// All TCP connections of a capture.
#[derive(Default)]
pub(crate) struct Connections {
    open: HashMap<Ends, Box<Connection>>,
    /// How many there were.
    count: u64,
    /// Octets that are held.
    held: usize,
}

/// The two ends of a connection, the lower first, and the tunnel that it was seen in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Ends(SocketAddr, SocketAddr, Tunnel);

impl Ends {
    /// What the messages of that connection share that go from the lower end to the higher, or back.
    const fn origin(&self, stream: u64, forth: bool) -> Origin {
        let Self(lower, higher, _) = *self;
        let (src, dst) = if forth {
            (lower, higher)
        } else {
            (higher, lower)
        };
        Origin {
            time: None,
            src,
            dst,
            transport: Transport::Tcp,
            stream: Some(stream),
        }
    }
}

struct Connection {
    number: u64,
    /// The frame of the last packet.
    seen: u64,
    /// From the lower end to the higher, and back.
    directions: [Direction; 2],
    held: usize,
}

struct Direction {
    /// The sequence number that was the first.
    first: Option<u32>,
    /// The sequence number that comes next.
    next: Option<u32>,
    /// That of the end.
    end: Option<u32>,
    /// Up to where the receiver has all of it.
    acknowledged: Option<u32>,
    /// What came too early, in its order.
    queue: Vec<Queued>,
    /// The octets in the queue.
    queued: usize,
    /// Packets of the connection since there is a queue.
    waited: u32,
    framer: Framer,
    /// Which packet brought the last octet in order.
    latest: Arrival,
}

struct Queued {
    sequence: u32,
    octets: Vec<u8>,
    missing: u32,
    arrival: Arrival,
}

impl Connections {
    /// Takes a segment, and hands on every message that it completes.
    pub(crate) fn segment(
        &mut self,
        arrival: Arrival,
        segment: &Segment<'_>,
        out: &mut Outlet<'_>,
    ) -> ControlFlow<()> {
        let forth = segment.src <= segment.dst;
        let ends = if forth {
            Ends(segment.src, segment.dst, segment.tunnel)
        } else {
            Ends(segment.dst, segment.src, segment.tunnel)
        };
        let reused = self
            .open
            .get(&ends)
            .is_some_and(|connection| connection.begins_anew(segment, forth));
        if reused {
            self.close(&ends, out)?;
        }
        if self.open.len() >= CONNECTIONS && !self.open.contains_key(&ends) {
            self.make_room(out)?;
        }
        let count = &mut self.count;
        let connection = self.open.entry(ends).or_insert_with(|| {
            *count += 1;
            Box::new(Connection::new(*count - 1, arrival))
        });
        connection.seen = arrival.frame;
        connection.segment(arrival, segment, &ends, forth, out)?;
        let held = connection.directions.iter().map(Direction::held).sum();
        self.held = self.held - connection.held + held;
        connection.held = held;
        if self.held > STREAM_OCTETS {
            self.drop_octets(out)?;
        }
        ControlFlow::Continue(())
    }

    fn close(&mut self, ends: &Ends, out: &mut Outlet<'_>) -> ControlFlow<()> {
        let Some(mut connection) = self.open.remove(ends) else {
            return ControlFlow::Continue(());
        };
        self.held -= connection.held;
        let sip = |direction: &Direction| direction.framer.is_sip();
        let any = |direction: &Direction| direction.next.is_some();
        connection.end(ends, out)?;
        let directions = &connection.directions;
        if directions.iter().any(any) && !directions.iter().any(sip) {
            out.skipped.add(Skip::ForeignStream, 1);
        }
        ControlFlow::Continue(())
    }

    /// The connections, that which was quiet for the longest first.
    fn by_age(&self) -> Vec<(Ends, u64)> {
        let open = self.open.iter();
        let mut ends: Vec<_> = open
            .map(|(ends, connection)| (*ends, connection.seen))
            .collect();
        ends.sort_unstable_by_key(|(_, seen)| *seen);
        ends
    }

    /// Closes the quarter of the connections that was quiet for the longest.
    fn make_room(&mut self, out: &mut Outlet<'_>) -> ControlFlow<()> {
        for (ends, _) in self.by_age().iter().take(CONNECTIONS / 4) {
            let open = self
                .open
                .get(ends)
                .is_some_and(|connection| connection.is_open());
            out.skipped.add(Skip::DroppedStream, u64::from(open));
            self.close(ends, out)?;
        }
        ControlFlow::Continue(())
    }

    /// Gives up connections, those quiet for the longest first, until a quarter of the room for
    /// octets is free.
    fn drop_octets(&mut self, out: &mut Outlet<'_>) -> ControlFlow<()> {
        for (ends, _) in self.by_age() {
            if self.held <= STREAM_OCTETS / 4 * 3 {
                break;
            }
            let Some(connection) = self.open.get_mut(&ends) else {
                continue;
            };
            if connection.held == 0 {
                continue;
            }
            connection.end(&ends, out)?;
            for direction in &mut connection.directions {
                direction.framer.give_up();
            }
            self.held -= connection.held;
            connection.held = 0;
            out.skipped.add(Skip::DroppedStream, 1);
        }
        ControlFlow::Continue(())
    }

    /// Hands on what never became whole, when nothing more comes.
    pub(crate) fn end(&mut self, out: &mut Outlet<'_>) -> ControlFlow<()> {
        let mut open: Vec<_> = self
            .open
            .iter()
            .map(|(ends, connection)| (connection.number, *ends))
            .collect();
        open.sort_unstable_by_key(|(number, _)| *number);
        for (_, ends) in open {
            self.close(&ends, out)?;
        }
        ControlFlow::Continue(())
    }
}

impl Connection {
    fn new(number: u64, arrival: Arrival) -> Self {
        Self {
            number,
            seen: arrival.frame,
            directions: [Direction::new(arrival), Direction::new(arrival)],
            held: 0,
        }
    }

    /// Whether the segment opens another connection between the same ends.
    fn begins_anew(&self, segment: &Segment<'_>, forth: bool) -> bool {
        let [one, other] = &self.directions;
        let first = if forth { one.first } else { other.first };
        let same = segment.sequence.wrapping_add(1);
        segment.syn && first.is_some_and(|first| first != same)
    }

    fn is_open(&self) -> bool {
        let waits = |direction: &Direction| direction.end.is_none() && direction.framer.is_open();
        self.directions.iter().any(waits)
    }

    fn segment(
        &mut self,
        arrival: Arrival,
        segment: &Segment<'_>,
        ends: &Ends,
        forth: bool,
        out: &mut Outlet<'_>,
    ) -> ControlFlow<()> {
        let number = self.number;
        let [one, other] = &mut self.directions;
        let (sent, back) = if forth { (one, other) } else { (other, one) };
        let mut sent_out = StreamOutlet::new(out, ends.origin(number, forth), arrival);
        sent.accept(arrival, segment, &mut sent_out)?;
        sent.wait(&mut sent_out)?;
        if let Some(acknowledged) = segment.acknowledged {
            back.acknowledged = Some(acknowledged);
        }
        back.wait(&mut StreamOutlet::new(
            out,
            ends.origin(number, !forth),
            arrival,
        ))?;
        if segment.rst {
            self.end(ends, out)?;
        }
        ControlFlow::Continue(())
    }

    /// Hands on what never became whole.
    fn end(&mut self, ends: &Ends, out: &mut Outlet<'_>) -> ControlFlow<()> {
        for (direction, forth) in self.directions.iter_mut().zip([true, false]) {
            let origin = ends.origin(self.number, forth);
            direction.finish(&mut StreamOutlet::new(out, origin, direction.latest))?;
        }
        ControlFlow::Continue(())
    }
}

impl Direction {
    const fn new(arrival: Arrival) -> Self {
        Self {
            first: None,
            next: None,
            end: None,
            acknowledged: None,
            queue: Vec::new(),
            queued: 0,
            waited: 0,
            framer: Framer::new(false),
            latest: arrival,
        }
    }

    /// How much memory is held for what is not whole.
    fn held(&self) -> usize {
        self.framer.held() + self.queued + self.queue.capacity() * size_of::<Queued>()
    }

    fn accept(
        &mut self,
        arrival: Arrival,
        segment: &Segment<'_>,
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<()> {
        let mut sequence = segment.sequence;
        if segment.syn {
            sequence = sequence.wrapping_add(1);
            if self.first.is_none() && self.next.is_none() {
                self.framer = Framer::new(true);
                self.first = Some(sequence);
                self.next = Some(sequence);
            }
        }
        let octets = segment.octets;
        let behind = sequence
            .wrapping_add(u32::try_from(octets.len()).unwrap_or(0))
            .wrapping_add(segment.missing);
        if segment.fin && self.next.is_some() {
            self.end = Some(behind);
        }
        if octets.is_empty() && segment.missing == 0 {
            return self.drain(out);
        }
        let next = *self.next.get_or_insert(sequence);
        let ahead = sequence.wrapping_sub(next);
        if ahead == 0 {
            self.deliver(arrival, sequence, octets, segment.missing, out)?;
        } else if ahead < REACH {
            self.queue(arrival, sequence, octets, segment.missing);
        } else if ahead > REACH.wrapping_neg() {
            // Some or all of it has come before.
            self.deliver(arrival, sequence, octets, segment.missing, out)?;
        } else {
            self.flush(out)?;
            self.jump(sequence, None, out)?;
            self.deliver(arrival, sequence, octets, segment.missing, out)?;
        }
        self.drain(out)
    }

    /// Takes octets that begin where the next one belongs, or before that.
    fn deliver(
        &mut self,
        arrival: Arrival,
        sequence: u32,
        octets: &[u8],
        missing: u32,
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<()> {
        let next = self.next.unwrap_or(sequence);
        let known = next.wrapping_sub(sequence) as usize;
        let fresh = octets.get(known..).unwrap_or_default();
        if !fresh.is_empty() {
            self.latest = arrival;
            out.arrival = arrival;
            self.framer.push(fresh, out)?;
        }
        let len = u32::try_from(octets.len()).unwrap_or(0);
        let behind = sequence.wrapping_add(len);
        self.next = Some(if fresh.is_empty() { next } else { behind });
        // Octets of a segment that were not captured do not come later.
        let lost = behind
            .wrapping_add(missing)
            .wrapping_sub(self.next.unwrap_or(behind));
        if missing > 0 && (1..=missing).contains(&lost) {
            self.latest = arrival;
            self.jump(behind.wrapping_add(missing), Some(lost), out)?;
        }
        ControlFlow::Continue(())
    }

    /// Keeps octets that came too early.
    fn queue(&mut self, arrival: Arrival, sequence: u32, octets: &[u8], missing: u32) {
        let next = self.next.unwrap_or(sequence);
        let ahead = |sequence: u32| sequence.wrapping_sub(next);
        let at = self
            .queue
            .partition_point(|queued| ahead(queued.sequence) <= ahead(sequence));
        // It may have come twice.
        let before = at.checked_sub(1).and_then(|before| self.queue.get(before));
        if before.is_some_and(|before| {
            before.sequence == sequence && before.octets.len() >= octets.len()
        }) {
            return;
        }
        self.queued += octets.len();
        let octets = octets.to_vec();
        self.queue.insert(
            at,
            Queued {
                sequence,
                octets,
                missing,
                arrival,
            },
        );
    }

    /// Takes from the queue what is no longer too early.
    fn drain(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        while let Some(first) = self.queue.first() {
            let ahead = first
                .sequence
                .wrapping_sub(self.next.unwrap_or(first.sequence));
            if ahead != 0 && ahead < REACH {
                return ControlFlow::Continue(());
            }
            self.take_queued(out)?;
        }
        self.waited = 0;
        self.queue = Vec::new();
        if self.end.is_some() && self.end == self.next {
            out.arrival = self.latest;
            self.framer.end(out)?;
        }
        ControlFlow::Continue(())
    }

    fn take_queued(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let first = self.queue.remove(0);
        self.queued -= first.octets.len();
        let arrival = if first.arrival.frame > self.latest.frame {
            first.arrival
        } else {
            self.latest
        };
        self.deliver(arrival, first.sequence, &first.octets, first.missing, out)
    }

    /// Gives up what does not come, if it was waited for long enough.
    fn wait(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Some((first, next)) = self.queue.first().zip(self.next) else {
            return ControlFlow::Continue(());
        };
        self.waited += 1;
        let has = |acknowledged: u32| {
            acknowledged.wrapping_sub(next) >= first.sequence.wrapping_sub(next)
                && acknowledged.wrapping_sub(next) < REACH
        };
        let lost = self.waited > PATIENCE && self.acknowledged.is_some_and(has);
        if lost || self.queue.len() > SEGMENTS || self.queued > QUEUE {
            self.jump_to_queue(out)?;
            self.drain(out)?;
        }
        ControlFlow::Continue(())
    }

    fn jump_to_queue(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Some(first) = self.queue.first() else {
            return ControlFlow::Continue(());
        };
        let sequence = first.sequence;
        let lost = sequence.wrapping_sub(self.next.unwrap_or(sequence));
        self.jump(sequence, Some(lost), out)
    }

    /// Goes on after the octets that are lost. Without their number, some are.
    fn jump(&mut self, to: u32, lost: Option<u32>, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.next = Some(to);
        if !self.framer.is_open() {
            return ControlFlow::Continue(());
        }
        out.skip(Skip::Gap, 1);
        out.skip(Skip::LostOctet, u64::from(lost.unwrap_or(0)));
        out.arrival = self.latest;
        let octets = lost.map_or(u64::MAX, u64::from);
        self.framer.skip(octets, out)
    }

    /// Takes all of the queue, and whatever is missing before and in it for lost.
    fn flush(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        while !self.queue.is_empty() {
            self.jump_to_queue(out)?;
            self.drain(out)?;
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.flush(out)?;
        out.arrival = self.latest;
        self.framer.end(out)
    }
}
