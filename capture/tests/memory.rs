//! The memory that hostile captures take, which are made as they are read.
//!
//! A test binary of its own: its allocator counts for the whole process.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use core::convert::Infallible;
use std::io::{self, Read, Write};
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use peak_alloc::PeakAlloc;
use sip_status_capture::{Reader, Report, Skip};
use sip_status_test_support::packets::{ACK, RAW_IP, SYN, ipv4, pcap_header, pcap_record, tcp};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Only one test at a time may count.
static COUNTING: Mutex<()> = Mutex::new(());

/// What no capture may take, of whatever size.
const LIMIT: usize = 64 << 20;

/// The octets of a message that is nearly as long as is kept.
const LONG: usize = 60_000;

/// A capture of these packets, each of which is made when it is read.
struct Capture<I> {
    packets: I,
    octets: Vec<u8>,
    read: usize,
}

impl<I: Iterator<Item = Vec<u8>>> Read for Capture<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.octets.len() {
            let Some(packet) = self.packets.next() else {
                return Ok(0);
            };
            self.octets = pcap_record(0, &packet, packet.len());
            self.read = 0;
        }
        let len = (&self.octets[self.read..]).read(buffer)?;
        self.read += len;
        Ok(len)
    }
}

/// Reads a capture of these packets. Gives how many messages there were, what became of it, and the
/// most memory that was allocated at a time.
fn read(packets: impl Iterator<Item = Vec<u8>>) -> (u64, Report, usize) {
    let capture = Capture {
        packets,
        octets: pcap_header(RAW_IP),
        read: 0,
    };
    let mut messages = 0;
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let report = Reader::new().read(capture, |_| {
        messages += 1;
        Ok::<_, Infallible>(())
    });
    let peak = ALLOCATOR.peak_usage() - before;
    (messages, report.unwrap(), peak)
}

/// Reads captures of so many connections, of each of which `connection` makes the packets, and
/// holds them to the limit. Gives how many messages there were in the last, and what became of it.
#[track_caller]
fn hold<I: IntoIterator<Item = Vec<u8>>>(
    sizes: [u32; 2],
    connection: impl Fn(u32) -> I,
) -> (u64, Report) {
    let _counting = COUNTING.lock().unwrap();
    let [_, last] = sizes.map(|connections| {
        let (messages, report, peak) = read((0..connections).flat_map(&connection));
        println!(
            "{connections} connections: {} octets, {messages} messages, peak {peak}",
            report.octets
        );
        assert!(peak < LIMIT, "{connections} connections: {peak} octets");
        assert!(report.end.is_ok());
        (messages, report)
    });
    last
}

/// A segment of the connection of that number, to its server or back.
fn segment(number: u32, forth: bool, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let port = u16::try_from(10_000 + number).unwrap();
    let ports = if forth { [port, 5060] } else { [5060, port] };
    let mut packet = tcp(ports, sequence, 0, flags, payload);
    if !forth {
        packet[12..20].rotate_left(4);
    }
    packet
}

/// Each of these payloads in a segment of its own, after the one that opens the connection.
fn stream(number: u32, forth: bool, payloads: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut sequence = 100;
    let mut packets = vec![segment(number, forth, sequence - 1, SYN, b"")];
    for payload in payloads {
        packets.push(segment(number, forth, sequence, ACK, payload));
        sequence += u32::try_from(payload.len()).unwrap();
    }
    packets
}

/// A response of that length, in octets.
fn response(len: usize) -> Vec<u8> {
    let body = len - 50;
    let head = format!("SIP/2.0 200 OK\r\nVia: x\r\nContent-Length: {body:06}\r\n\r\n");
    [head.as_bytes(), &vec![b'x'; body]].concat()
}

#[test]
fn the_end_of_a_long_message_with_the_beginning_of_the_next() {
    let message = response(LONG);
    let (most, end) = message.split_at(message.len() - 1);
    let end = [end, b"S"].concat();
    let (messages, report) = hold([500, 8000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[most, &end]))
            .concat()
    });
    assert_eq!(messages, 16_000);
    assert_eq!(report.skipped.get(Skip::DroppedStream), 0);
}

const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/// A WebSocket frame, whose length is in 16 bits.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[first, 126, high, low], payload].concat()
}

#[test]
fn websocket_messages_that_begin_anew_before_their_end() {
    let first = frame(0x01, &response(LONG));
    let second = frame(0x01, b"S");
    let (messages, _) = hold([500, 8000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[UPGRADE, &first, &second]))
            .concat()
    });
    assert_eq!(messages, 16_000);
}

#[test]
fn segments_of_one_octet_before_the_one_that_is_missing() {
    let message = response(251);
    let (messages, report) = hold([500, 8000], |number| {
        let segments = (1..).zip(&message[1..]);
        let segments = segments
            .map(move |(offset, octet)| segment(number, true, 100 + offset, ACK, &[*octet]));
        let opening = [segment(number, true, 99, SYN, b"")];
        let missing = [segment(number, true, 100, ACK, &message[..1])];
        opening
            .into_iter()
            .chain(segments)
            .chain(missing)
            .collect::<Vec<_>>()
    });
    assert_eq!(messages, 8000);
    assert_eq!(report.skipped.get(Skip::DroppedStream), 0);
}

#[test]
fn buffers_that_are_empty_again() {
    let message = response(4000);
    let (one, other) = message.split_at(3999);
    let (messages, report) = hold([1000, 16_000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[one, other]))
            .concat()
    });
    assert_eq!(messages, 32_000);
    assert_eq!(report.skipped.get(Skip::DroppedStream), 0);
}

#[test]
fn messages_that_never_end() {
    let message = response(LONG);
    let (messages, report) = hold([500, 2000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[&message[..LONG - 1]]))
            .concat()
    });
    assert_eq!(messages, 4000);
    assert!(report.skipped.get(Skip::DroppedStream) > 1000);
}

#[test]
fn compressed_websocket_messages() {
    let message = response(LONG);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&message).unwrap();
    encoder.flush().unwrap();
    let mut compressed = encoder.get_ref().clone();
    // As it is sent (RFC 7692 §7.2.1)
    compressed.truncate(compressed.len() - 4);
    let (messages, _) = hold([500, 8000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[UPGRADE, &frame(0xc1, &compressed)]))
            .concat()
    });
    assert_eq!(messages, 16_000);
}

#[test]
fn fragments_that_never_become_whole() {
    let (_, report) = hold([10_000, 400_000], |number| {
        let [_, _, high, low] = number.to_be_bytes();
        let mut packet = ipv4(17, &[0; 8]);
        // The identification, and that others follow
        packet[4..8].copy_from_slice(&[high, low, 0x20, 1]);
        // The source
        packet[13] = number.to_be_bytes()[1];
        [packet]
    });
    assert_eq!(report.skipped.get(Skip::Fragment), 400_000);
}

#[test]
fn websocket_octets_that_are_in_no_frame() {
    let broken = frame(0x8f, &response(LONG));
    let (messages, report) = hold([500, 4000], |number| {
        [true, false]
            .map(|forth| stream(number, forth, &[UPGRADE, &broken]))
            .concat()
    });
    assert_eq!(messages, 8000);
    assert!(report.skipped.get(Skip::DroppedStream) > 1000);
}
