//! Streams and datagrams of which something cannot be read, and the rest has to be.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::headers::{self, End, end};
use crate::support::{Capture, ETHERNET, datagram, messages};

/// The responses of a call that has a body in one of them.
fn responses() -> Vec<Vec<u8>> {
    let messages = messages("opensips-own-tcp.pcapng");
    let octets = messages.into_iter().map(|message| message.octets);
    octets
        .filter(|octets| octets.starts_with(b"SIP/"))
        .collect()
}

/// The same message with that in place of its Content-Length header.
fn with_length(message: &[u8], header: &str) -> Vec<u8> {
    let text = str::from_utf8(message).unwrap();
    let lines = text.split_inclusive("\r\n");
    let lines = lines.map(|line| {
        if line.starts_with("Content-Length") {
            header
        } else {
            line
        }
    });
    let text: String = lines.collect();
    assert!(text.contains(header));
    text.into_bytes()
}

/// Connections of one telephone after another, each with one stream of segments.
struct Connections {
    capture: Capture,
    port: u16,
}

impl Connections {
    const fn new(name: &'static str) -> Self {
        let capture = Capture::new(name);
        let port = 40_000;
        Self { capture, port }
    }

    /// Adds a stream in these segments, without those whose number is in `lost`.
    fn stream_without(&mut self, segments: &[&[u8]], lost: &[usize]) {
        self.port += 1;
        let [telephone, proxy] = [end([192, 0, 2, 10], self.port), end([192, 0, 2, 20], 5060)];
        self.segment(proxy, telephone, 999, true, b"");
        let mut sequence = 1000;
        for (number, octets) in segments.iter().enumerate() {
            if !lost.contains(&number) {
                self.segment(proxy, telephone, sequence, false, octets);
            }
            sequence += u32::try_from(octets.len()).unwrap();
        }
    }

    fn stream(&mut self, octets: &[u8]) {
        let segments: Vec<_> = octets.chunks(1400).collect();
        self.stream_without(&segments, &[]);
    }

    fn segment(&mut self, src: End, dst: End, sequence: u32, syn: bool, octets: &[u8]) {
        let packet = headers::tcp(src, dst, sequence, syn, octets);
        let frame = headers::ethernet(0x0800, &packet);
        self.capture.packet(ETHERNET, frame);
    }
}

/// Lengths that are wrong, and one that only looks so.
pub(crate) fn lengths() -> Capture {
    let all = responses();
    let plain = |at: usize| with_length(&all[at % all.len()], "Content-Length: 0\r\n");
    let five: Vec<u8> = (0..5).flat_map(plain).collect();
    let mut connections = Connections::new("derived-lost-lengths.pcap");
    let mut first = |header: &str, rest: &[u8]| {
        connections.stream(&[&with_length(&plain(0), header), rest].concat());
    };
    first("Content-Length: 4000000000\r\n", &five);
    // Beyond the end of the stream
    first("Content-Length: 60000\r\n", &five);
    // As much as two responses have: they are its body, whatever they look like.
    let two = [plain(1), plain(2)].concat();
    first(
        &format!("Content-Length: {}\r\n", two.len()),
        &[&two, &*plain(3)].concat(),
    );
    let body = [b"v=0\r\n", &*plain(1)].concat();
    first("Content-Length:\r\n\t5\r\n", &body);
    first("Content-Length: 5\r\nl: 4000\r\n", &body);
    first("Content-Length: 4000\r\nl: 5\r\n", &body);
    first("Content-Length: five\r\n", &five);
    connections.capture
}

/// Octets between messages, and before the first.
pub(crate) fn octets() -> Capture {
    let all = responses();
    let mut connections = Connections::new("derived-lost-octets.pcap");
    for stray in [&b"\0"[..], b" ", b"\xff\xfe", b"PING\r\n"] {
        let octets: Vec<_> = all
            .iter()
            .take(5)
            .flat_map(|message| [message.as_slice(), stray].concat())
            .collect();
        connections.stream(&octets);
    }
    let rest = all[..2].concat();
    for stray in [
        &b"\0"[..],
        b" ",
        b"PROXY TCP4 192.0.2.10 192.0.2.20 5060 5060\r\n",
    ] {
        connections.stream(&[stray, &rest].concat());
    }
    connections.capture
}

/// A WebSocket frame.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[first, 126], &len[..], payload].concat()
}

/// WebSocket connections that are not as they should be.
pub(crate) fn websocket() -> Capture {
    const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\
        Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
    let all = responses();
    let whole = |at: usize| frame(0x81, &all[at]);
    let mut connections = Connections::new("derived-lost-websocket.pcap");
    let mut frames = |frames: &[&[u8]]| {
        connections.stream(&[UPGRADE, &frames.concat()].concat());
    };
    // The capture ends inside a frame, and inside a message in several.
    frames(&[&whole(0), &whole(1)[..200]]);
    frames(&[&whole(0), &frame(0x01, &all[1][..200])]);
    // A length of 2⁶⁴ − 1, and an opcode that is none
    frames(&[&[0x81, 127], &[0xff; 8], &all[0], &whole(1)]);
    frames(&[&whole(0), &frame(0x83, &all[1]), &whole(2)]);
    // A message begins before the last one ended.
    frames(&[&frame(0x01, &all[0]), &whole(1), &whole(2)]);
    // Compressed: what can be inflated, and what cannot
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&all[0]).unwrap();
    encoder.flush().unwrap();
    let deflated = encoder.get_ref();
    let deflated = deflated.strip_suffix(b"\0\0\xff\xff").unwrap();
    frames(&[&frame(0xc1, deflated), &whole(1)]);
    frames(&[&frame(0xc1, &all[0]), &whole(1)]);
    // An octet is lost in a body, and in a header.
    for lost in [200, 1] {
        let octets = [UPGRADE, &whole(0), &whole(1)].concat();
        let (before, rest) = octets.split_at(UPGRADE.len() + lost);
        let (octet, after) = rest.split_at(1);
        connections.stream_without(&[before, octet, after], &[1]);
    }
    connections.capture
}

/// Several messages in a datagram.
pub(crate) fn datagrams() -> Capture {
    let mut capture = Capture::new("derived-lost-datagrams.pcap");
    let mut all = messages("linphone-own-udp.pcap");
    for count in 1..4 {
        let octets = all.iter().filter(|one| one.octets.starts_with(b"SIP/"));
        let octets = octets.take(count).flat_map(|one| one.octets.clone());
        let octets = octets.collect();
        let response = all.iter_mut().find(|one| one.octets.starts_with(b"SIP/"));
        let mut message = response.unwrap().clone();
        message.octets = octets;
        let frame = headers::ethernet(0x0800, &datagram(&message));
        capture.packet(ETHERNET, frame);
    }
    capture
}
