//! Writes a capture of SIP over UDP and TCP to standard output, the same every time, to measure
//! what reads it.
//!
//! ```sh
//! cargo run --release --example generate_capture -- --packets 600000 > mixed.pcap
//! cargo run --release --example generate_capture -- --packets 2000000 --udp-only > udp.pcap
//! ```
//!
//! The packets are those of a proxy: requests and their responses, with headers of the usual length
//! and SDP where it belongs. Over TCP a message may share its segment with the next, or be split
//! between two.

use std::env;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use sip_status_line::{StatusCode, StatusLine};

const USAGE: &str = "usage: generate_capture --packets N [--udp-only]";

/// Where TCP is used, one packet in three is.
const TCP_CONNECTIONS: u16 = 64;

fn main() -> ExitCode {
    let mut packets = None;
    let mut udp_only = false;
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--packets" => packets = args.next().and_then(|number| number.parse().ok()),
            "--udp-only" => udp_only = true,
            _ => packets = None,
        }
    }
    let Some(packets) = packets else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match write(packets, udp_only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate_capture: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(packets: u64, udp_only: bool) -> io::Result<()> {
    let mut capture = Capture::new(BufWriter::new(io::stdout().lock()))?;
    let mut calls = Calls::new();
    let mut connections = Vec::new();
    if !udp_only {
        for number in 0..TCP_CONNECTIONS {
            let mut connection = Connection::new(number);
            connection.open(&mut capture)?;
            connections.push(connection);
        }
    }
    while capture.packets < packets {
        let connection = calls.random.below(u64::from(TCP_CONNECTIONS));
        let connection = usize::try_from(connection).unwrap_or(0);
        match connections.get_mut(connection) {
            Some(connection) if calls.random.below(3) == 0 => {
                connection.send(&mut calls, &mut capture)?;
            }
            _ => {
                let (message, is_response) = calls.message("UDP");
                let ports = if is_response {
                    [5060, 5062]
                } else {
                    [5062, 5060]
                };
                capture.udp(ports, &message)?;
            }
        }
    }
    capture.out.flush()
}

/// Numbers that look random and are the same every time (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Where messages come from.
struct Calls {
    random: Random,
    number: u64,
}

impl Calls {
    const fn new() -> Self {
        Self {
            random: Random(0x2545_f491_4f6c_dd1d),
            number: 0,
        }
    }

    /// The next message, and whether it is a response.
    fn message(&mut self, transport: &str) -> (Vec<u8>, bool) {
        self.number += 1;
        let number = self.number;
        let is_response = self.random.below(3) > 0;
        let (start, method, body) = if is_response {
            let (line, method) = self.status_line();
            (line, method, self.random.below(6) == 0)
        } else {
            let method = self.pick(&["INVITE", "ACK", "BYE", "OPTIONS", "REGISTER"]);
            let line = format!("{method} sip:bob{number}@biloxi.example.com SIP/2.0\r\n");
            (line, method, method == "INVITE")
        };
        let body = if body { sdp(number) } else { String::new() };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let message = format!(
            "{start}\
            Via: SIP/2.0/{transport} pc33.atlanta.example.com:5062;branch=z9hG4bK{number:016x};rport=5062\r\n\
            Record-Route: <sip:192.0.2.1;lr;ftag={number:x}>\r\n\
            From: \"Alice\" <sip:alice@atlanta.example.com>;tag=a{number:x}\r\n\
            To: <sip:bob{number}@biloxi.example.com>;tag=b{number:x}\r\n\
            Call-ID: {number:016x}@atlanta.example.com\r\n\
            CSeq: {} {method}\r\n\
            Contact: <sip:alice@192.0.2.2:5062;transport={transport}>\r\n\
            Server: Example Proxy (5.7.2 (x86_64/linux))\r\n\
            Max-Forwards: 70\r\n\
            {kind}Content-Length: {}\r\n\r\n{body}",
            number % 1000 + 1,
            body.len(),
        );
        (message.into_bytes(), is_response)
    }

    /// The line of a response, and the method it answers. Most have the registered phrase.
    fn status_line(&mut self) -> (String, &'static str) {
        let code = self.pick(&[
            100, 100, 180, 183, 200, 200, 200, 200, 401, 404, 486, 487, 503,
        ]);
        let method = if code < 200 {
            "INVITE"
        } else {
            self.pick(&["INVITE", "BYE", "OPTIONS", "REGISTER"])
        };
        let phrase = StatusCode::new(code)
            .map(StatusLine::canonical)
            .map_or_else(String::new, |line| line.reason.to_string());
        let phrase = match self.random.below(20) {
            0 => "Your call is important to us",
            1 => "",
            _ => &phrase,
        };
        (format!("SIP/2.0 {code} {phrase}\r\n"), method)
    }

    fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let index = usize::try_from(self.random.below(of.len() as u64)).unwrap_or(0);
        of.get(index).copied().unwrap_or_default()
    }
}

fn sdp(number: u64) -> String {
    // Every call has media of its own.
    let (host, port) = (number / 20_000 % 250 + 2, 16_384 + number % 20_000 * 2);
    format!(
        "v=0\r\no=alice {number} {number} IN IP4 192.0.2.{host}\r\ns=-\r\nc=IN IP4 192.0.2.{host}\r\nt=0 0\r\n\
        m=audio {port} RTP/AVP 0 8 97\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
        a=rtpmap:97 iLBC/8000\r\na=sendrecv\r\n"
    )
}

/// A TCP connection from a client to the server, whose ports and sequence numbers are those.
struct Connection {
    ports: [u16; 2],
    sequence: [u32; 2],
}

impl Connection {
    const SYN: u8 = 0x02;
    const ACK: u8 = 0x10;
    const PUSH: u8 = 0x08;

    const fn new(number: u16) -> Self {
        Self {
            ports: [40_000 + number, 5060],
            // So that some of them wrap.
            sequence: [0xffff_0000, 1000],
        }
    }

    fn open<W: Write>(&mut self, capture: &mut Capture<W>) -> io::Result<()> {
        self.segment(true, Self::SYN, b"", capture)?;
        self.segment(false, Self::SYN | Self::ACK, b"", capture)?;
        self.segment(true, Self::ACK, b"", capture)
    }

    /// Sends a message in one segment or in two, or two in one.
    fn send<W: Write>(&mut self, calls: &mut Calls, capture: &mut Capture<W>) -> io::Result<()> {
        let (mut message, is_response) = calls.message("TCP");
        let forth = !is_response;
        let data = Self::PUSH | Self::ACK;
        match calls.random.below(8) {
            0 => {
                let half = usize::try_from(calls.random.below(message.len() as u64)).unwrap_or(0);
                let (one, other) = message.split_at(half);
                self.segment(forth, data, one, capture)?;
                self.segment(forth, data, other, capture)
            }
            1 => {
                // Of the same direction, as it has to be.
                let (next, same) = calls.message("TCP");
                if same == is_response {
                    message.extend(next);
                }
                self.segment(forth, data, &message, capture)
            }
            _ => self.segment(forth, data, &message, capture),
        }
    }

    fn segment<W: Write>(
        &mut self,
        forth: bool,
        flags: u8,
        payload: &[u8],
        capture: &mut Capture<W>,
    ) -> io::Result<()> {
        let [client, server] = self.ports;
        let [sent, received] = &mut self.sequence;
        let (ports, sequence, acknowledged) = if forth {
            ([client, server], sent, received)
        } else {
            ([server, client], received, sent)
        };
        let mut segment = Vec::with_capacity(20 + payload.len());
        for port in ports {
            segment.extend(port.to_be_bytes());
        }
        segment.extend(sequence.to_be_bytes());
        segment.extend(acknowledged.to_be_bytes());
        segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        segment.extend(payload);
        let len = u32::try_from(payload.len()).unwrap_or(0) + u32::from(flags & Self::SYN != 0);
        *sequence = sequence.wrapping_add(len);
        capture.ip(6, &segment)
    }
}

/// A capture in pcap, of Ethernet frames.
struct Capture<W> {
    out: W,
    packets: u64,
}

impl<W: Write> Capture<W> {
    fn new(mut out: W) -> io::Result<Self> {
        for field in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, 1] {
            out.write_all(&u32::to_le_bytes(field))?;
        }
        Ok(Self { out, packets: 0 })
    }

    fn udp(&mut self, ports: [u16; 2], payload: &[u8]) -> io::Result<()> {
        let mut datagram = Vec::with_capacity(8 + payload.len());
        for port in ports {
            datagram.extend(port.to_be_bytes());
        }
        let len = u16::try_from(8 + payload.len()).unwrap_or(u16::MAX);
        datagram.extend(len.to_be_bytes());
        datagram.extend([0, 0]);
        datagram.extend(payload);
        self.ip(17, &datagram)
    }

    fn ip(&mut self, protocol: u8, payload: &[u8]) -> io::Result<()> {
        // A packet every 20 µs
        let time = 1_700_000_000_000_000 + self.packets * 20;
        self.packets += 1;
        let len = 14 + 20 + payload.len();
        for field in [time / 1_000_000, time % 1_000_000, len as u64, len as u64] {
            let field = u32::try_from(field).unwrap_or(u32::MAX);
            self.out.write_all(&field.to_le_bytes())?;
        }
        self.out
            .write_all(b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0")?;
        let mut header = [
            0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
        ];
        let len = u16::try_from(20 + payload.len()).unwrap_or(u16::MAX);
        let [_, _, high, low, ..] = &mut header;
        [*high, *low] = len.to_be_bytes();
        let words = header.chunks_exact(2);
        let sum = words.fold(0_u32, |sum, word| {
            sum + word
                .iter()
                .fold(0, |word, octet| word << 8 | u32::from(*octet))
        });
        let sum = (sum & 0xffff) + (sum >> 16);
        let sum = !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap_or(0);
        let [.., high, low, _, _, _, _, _, _, _, _] = &mut header;
        [*high, *low] = sum.to_be_bytes();
        self.out.write_all(&header)?;
        self.out.write_all(payload)
    }
}
