//! The captures of the corpus whose tunnels, links, recorders and faults are not to be had on a
//! machine with a SIP stack: messages that stacks sent, wrapped here.
//!
//! They are in `corpus/captures` for everyone who reads captures, so that this test is one of what
//! they are made of: it fails if a file is not what is built here. `UPDATE=1 cargo test --test
//! wrapped` writes them. What stands in them is in `corpus/truth`, read by tshark.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod headers;
mod lost;
mod numbers;
mod support;

use core::slice;
use std::{env, fs};

use sip_status_test_support::repository;

use headers::{End, end};
use numbers::{be16, be32, le16};
use support::{Capture, ETHERNET, Message, datagram, messages};

const COOKED: u16 = 113;
const RAW: u16 = 101;

/// The ends of a tunnel.
fn gateways(port: u16) -> [End; 2] {
    [end([198, 51, 100, 1], port), end([198, 51, 100, 2], port)]
}

/// The packets of subscribers between two gateways, on an interface that has them outside as well.
fn gtp() -> Capture {
    let mut capture = Capture::new("derived-gtp.pcap");
    let [one, other] = gateways(2152);
    let tunnel = |teid, sequence, extensions: &[(u8, &[u8])], packet: &[u8]| {
        let gtp = headers::gtp(teid, sequence, extensions, packet);
        headers::cooked(&headers::udp(one, other, &gtp))
    };
    // QoS flow 9 of a PDU session; a number of a PDCP packet
    let [session, number] = [(0x85, &[0, 9][..]), (0xc0, &[0, 7][..])];
    for (at, message) in messages("kamailio-proxy-cancel-487.pcap")
        .iter()
        .enumerate()
    {
        let packet = datagram(message);
        let inside = match at % 4 {
            0 => tunnel(0x10, None, &[], &packet),
            1 => tunnel(0x10, Some(77), &[], &packet),
            2 => tunnel(0x10, None, &[session], &packet),
            _ => tunnel(0x10, Some(78), &[number, session], &packet),
        };
        capture.packet(COOKED, inside);
        capture.packet(COOKED, headers::cooked(&packet));
    }
    // Two subscribers with the same address, whose packets have the same number, and a third outside
    let invites = messages("sipp-default-udp.pcap");
    let responses: Vec<_> = invites
        .iter()
        .filter(|message| message.octets.starts_with(b"SIP/"))
        .collect();
    let [first, second, third] =
        [0, 1, 3].map(|at| headers::fragments(&datagram(responses[at]), 0xdfc6, 160));
    for at in [0, 1] {
        capture.packet(COOKED, tunnel(0x21, None, &[], &first[at]));
        capture.packet(COOKED, headers::cooked(&third[1 - at]));
        capture.packet(COOKED, tunnel(0x22, None, &[session], &second[1 - at]));
    }
    // The outer packet in fragments
    let inner = headers::gtp(0x23, None, &[], &datagram(responses[4]));
    for fragment in headers::fragments(&headers::udp(one, other, &inner), 0x57d9, 240) {
        capture.packet(COOKED, headers::cooked(&fragment));
    }
    // A connection in two tunnels and outside, with the same ports and sequence numbers
    let [telephone, proxy] = [end([192, 0, 2, 10], 43551), end([192, 0, 2, 20], 5060)];
    let streams = [
        "pjsua-own-tcp.pcapng",
        "opensips-own-tcp.pcapng",
        "sipp-default-tcp.pcap",
    ]
    .map(|name| {
        let messages = messages(name);
        let responses = messages
            .into_iter()
            .filter(|message| message.octets.starts_with(b"SIP/"));
        responses
            .take(3)
            .flat_map(|message| message.octets)
            .collect::<Vec<u8>>()
    });
    let wrap = |which: usize, packet: Vec<u8>| match which {
        0 => headers::cooked(&packet),
        1 => tunnel(0x31, None, &[], &packet),
        _ => tunnel(0x32, None, &[session], &packet),
    };
    for which in 0..3 {
        let syn = headers::tcp(proxy, telephone, 999, true, b"");
        capture.packet(COOKED, wrap(which, syn));
    }
    for part in 0..8 {
        for (which, stream) in streams.iter().enumerate() {
            let len = stream.len().div_ceil(8);
            let from = part * len;
            let octets = &stream[from..stream.len().min(from + len)];
            let sequence = 1000 + u32::try_from(from).unwrap();
            let segment = headers::tcp(proxy, telephone, sequence, false, octets);
            capture.packet(COOKED, wrap(which, segment));
        }
    }
    // An echo request, and a subscriber who speaks no IP
    let echo = [0x32, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0];
    capture.packet(COOKED, headers::cooked(&headers::udp(one, other, &echo)));
    capture.packet(
        COOKED,
        tunnel(0x41, None, &[session], &headers::ethernet(0x88f7, &[0; 44])),
    );
    capture
}

/// ESP with NULL encryption, in both modes, with check values of every length; and with encryption.
fn esp() -> Capture {
    let mut capture = Capture::new("derived-esp-null.pcap");
    let check_values = [12, 16, 0, 24, 32];
    let mut sequence = 0;
    let mut number = || {
        sequence += 1;
        sequence
    };
    for (at, message) in messages("pjsua-register-401-200.pcapng").iter().enumerate() {
        let check_value = check_values[at % 5];
        let packet = datagram(message);
        let transport = headers::esp(number(), 17, &packet[20..], check_value);
        capture.packet(RAW, headers::ip(message.src, message.dst, 50, &transport));
    }
    let [one, other] = gateways(4500);
    for (at, message) in messages("baresip-own-udp.pcapng")
        .iter()
        .take(6)
        .enumerate()
    {
        let packet = match at % 2 {
            0 => datagram(message),
            _ => headers::udp6([1, 1], [1, 2], [5060, 5062], &message.octets),
        };
        let next = if at % 2 == 0 { 4 } else { 41 };
        let tunnel = headers::esp(number(), next, &packet, check_values[at % 5]);
        capture.packet(
            RAW,
            match at % 3 {
                0 => headers::ip(one, other, 50, &tunnel),
                // In UDP; in UDP in GTP-U
                1 => headers::udp(one, other, &tunnel),
                _ => {
                    let packet = headers::udp(one, other, &tunnel);
                    let [one, other] = gateways(2152);
                    headers::udp(one, other, &headers::gtp(7, None, &[], &packet))
                }
            },
        );
    }
    // A connection
    let [telephone, proxy] = [end([192, 0, 2, 10], 43551), end([192, 0, 2, 20], 5060)];
    let stream: Vec<u8> = messages("sipp-default-tcp.pcap")
        .iter()
        .filter(|message| message.octets.starts_with(b"SIP/"))
        .take(3)
        .flat_map(|message| message.octets.clone())
        .collect();
    let mut segment = |from: u32, syn, octets: &[u8]| {
        let packet = headers::tcp(proxy, telephone, from, syn, octets);
        let esp = headers::esp(number(), 6, &packet[20..], 12);
        capture.packet(RAW, headers::ip(proxy, telephone, 50, &esp));
    };
    segment(999, true, b"");
    for (part, octets) in stream.chunks(200).enumerate() {
        segment(1000 + 200 * u32::try_from(part).unwrap(), false, octets);
    }
    for len in [36, 180, 516] {
        let octets = headers::encrypted(9, len);
        capture.packet(RAW, headers::ip(one, other, 50, &octets));
        capture.packet(RAW, headers::udp(one, other, &octets));
    }
    capture
}

/// PPTP: GRE of version 1 with PPP, in a VLAN.
fn gre_ppp() -> Capture {
    let mut capture = Capture::new("derived-gre-ppp.pcap");
    let [one, other] = gateways(0);
    for (at, message) in messages("linphone-own-udp.pcap").iter().take(9).enumerate() {
        let number = u32::try_from(at).unwrap();
        let protocol: &[u8] = if at % 2 == 0 {
            b"\xff\x03\x00\x21"
        } else {
            b"\x21"
        };
        let ppp = [protocol, &datagram(message)].concat();
        let gre = headers::gre_ppp(Some(number), (at % 3 == 0).then_some(number), &ppp);
        let tag = [
            &[0, 142, 0x08, 0x00],
            &headers::ip(one, other, 47, &gre)[..],
        ]
        .concat();
        capture.packet(ETHERNET, headers::ethernet(0x8100, &tag));
    }
    // What has nothing in it but an acknowledgment, and what is compressed
    for gre in [
        headers::gre_ppp(None, Some(9), b""),
        headers::gre_ppp(Some(10), None, b"\x00\xfd\x10\x01\x02\x03\x04\x05"),
    ] {
        let packet = headers::ip(one, other, 47, &gre);
        capture.packet(ETHERNET, headers::ethernet(0x0800, &packet));
    }
    capture
}

fn erf() -> Capture {
    let mut capture = Capture::new("derived-erf.pcap");
    for (at, message) in messages("sofia-sip-options-kamailio.pcap")
        .iter()
        .enumerate()
    {
        let packet = datagram(message);
        let frame = headers::ethernet(0x0800, &packet);
        let padded = [&[0, 0], frame.as_slice(), &[0xfc; 4]].concat();
        capture.packet(
            197,
            match at % 5 {
                0 => headers::erf(2, 0, &padded),
                1 => headers::erf(2, 2, &padded),
                2 => headers::erf(22, 1, &packet),
                3 => headers::erf(1, 0, &[b"\x0f\0\x08\0", packet.as_slice()].concat()),
                _ => headers::erf(1, 0, &[b"\xff\x03\0\x21", packet.as_slice()].concat()),
            },
        );
    }
    capture.packet(197, headers::erf(3, 0, &[0; 56]));
    capture
}

/// What a capture agent sends to its server, who listens on this port or on that.
fn hep() -> Capture {
    let mut capture = Capture::new("derived-hep3.pcap");
    let agent = end([198, 51, 100, 7], 40_000);
    for (at, message) in messages("kamailio-proxy-cancel-487.pcap")
        .iter()
        .enumerate()
    {
        let [src, dst] = [message.src, message.dst];
        let seconds = be32(1_790_000_000 + u32::try_from(at).unwrap());
        let [source, destination] = [src, dst].map(|end| end.ip().octets());
        let [source_port, destination_port] = [src, dst].map(|end| be16(end.port().into()));
        let protocol = [[17], [6], [132]][at % 3];
        let fields: [(u16, u16, &[u8]); 13] = [
            (0, 1, &[2]),
            (0, 2, &protocol),
            (0, 3, &source),
            (0, 4, &destination),
            (0, 7, &source_port),
            (0, 8, &destination_port),
            (0, 9, &seconds),
            (0, 10, &be32(4242)),
            (0, 11, &[1]),
            (0, 12, &be32(2001)),
            (0, 14, b"secret"),
            // Of another vendor, with the number of an address
            (0x4321, 3, b"none"),
            (0, 15, &message.octets),
        ];
        let server = end([198, 51, 100, 8], if at % 2 == 0 { 9060 } else { 9063 });
        capture.packet(RAW, headers::udp(agent, server, &headers::hep(&fields)));
        // A report of RTCP in JSON, which quotes the line
        let other: [(u16, u16, &[u8]); 2] = [(0, 11, &[5]), (0, 15, &message.octets)];
        capture.packet(RAW, headers::udp(agent, server, &headers::hep(&other)));
    }
    // Over IPv6
    let message = &messages("kamailio-own-udp6.pcap")[1];
    let [source, destination] = [1, 2].map(|host| {
        let mut address = [0; 16];
        address[..4].copy_from_slice(&[0x20, 1, 0xd, 0xb8]);
        address[15] = host;
        address
    });
    let fields: [(u16, u16, &[u8]); 8] = [
        (0, 1, &[10]),
        (0, 2, &[17]),
        (0, 5, &source),
        (0, 6, &destination),
        (0, 7, &be16(5060)),
        (0, 8, &be16(54679)),
        (0, 11, &[1]),
        (0, 15, &message.octets),
    ];
    capture.packet(
        RAW,
        headers::udp(agent, end([198, 51, 100, 8], 9060), &headers::hep(&fields)),
    );
    capture
}

/// Messages in a chunk, several chunks in a packet, and messages in several chunks.
fn sctp() -> Capture {
    let mut capture = Capture::new("derived-sctp.pcap");
    let all = messages("sipp-default-udp.pcap");
    let [telephone, proxy] = [end([192, 0, 2, 10], 57_098), end([192, 0, 2, 20], 5060)];
    // It wraps.
    let mut sequence = u32::MAX - 3;
    let mut next = || {
        let now = sequence;
        sequence = sequence.wrapping_add(1);
        now
    };
    let responses: Vec<_> = all
        .iter()
        .filter(|message| message.octets.starts_with(b"SIP/"))
        .map(|message| message.octets.as_slice())
        .collect();
    let mut packet =
        |chunks: &[Vec<u8>]| capture.packet(RAW, headers::sctp(proxy, telephone, chunks));
    packet(&[headers::data(next(), true, true, responses[0])]);
    // Two messages, and something that is no data (an acknowledgment) before them
    let acknowledgment = [&[3, 0, 0, 16][..], &be32(1), &be32(64_000), &[0; 4]].concat();
    let both = [1, 2].map(|at| headers::data(next(), true, true, responses[at]));
    packet(&[&[acknowledgment][..], &both].concat());
    // One in three parts, in order; the next out of order, with a part that comes twice
    for order in [[0, 1, 2, 2], [2, 0, 0, 1]] {
        let response = responses[if order[0] == 0 { 3 } else { 4 }];
        let mut parts = response.chunks(response.len().div_ceil(3));
        let parts =
            [0, 1, 2].map(|at| headers::data(next(), at == 0, at == 2, parts.next().unwrap()));
        for at in order {
            packet(&parts[at..=at]);
        }
    }
    // A whole message comes twice.
    let twice = headers::data(next(), true, true, responses[5]);
    packet(slice::from_ref(&twice));
    packet(slice::from_ref(&twice));
    // Of the last, the end is missing.
    packet(&[headers::data(next(), true, false, &responses[6][..200])]);
    capture
}

/// What carries a tunnel.
enum Carrier {
    /// A port of UDP.
    Udp(u16),
    /// A protocol of IP.
    Ip(u8),
    /// An `EtherType`.
    Ethernet(u16),
}

/// What a tunnel carries.
enum Inside {
    /// An Ethernet frame.
    Frame,
    /// The IPv4 packet of such a frame.
    Packet,
    /// An IPv6 packet.
    Six,
}

const TUNNELS: [(Carrier, &[u8], Inside); 15] = [
    // Geneve, without and with an option
    (Carrier::Udp(6081), b"\0\0\x65\x58\0\0\x07\0", Inside::Frame),
    (
        Carrier::Udp(6081),
        b"\x02\x40\x08\0\0\0\x07\0\x01\x02\x80\x01abcd",
        Inside::Packet,
    ),
    // ERSPAN: type I, II, and III without and with a subheader
    (Carrier::Ip(47), b"\0\0\x88\xbe", Inside::Frame),
    (
        Carrier::Ip(47),
        b"\x10\0\x88\xbe\0\0\0\x05\x10\x0a\x00\x64\0\0\0\x01",
        Inside::Frame,
    ),
    (
        Carrier::Ip(47),
        b"\x10\0\x22\xeb\0\0\0\x06\x20\x0a\x00\x64\0\0\0\x01\0\0\0\0",
        Inside::Frame,
    ),
    (
        Carrier::Ip(47),
        b"\x10\0\x22\xeb\0\0\0\x07\x20\x0a\x00\x64\0\0\0\x01\0\0\0\x01\x0c\0\0\0\0\0\0\0",
        Inside::Frame,
    ),
    // L2TP: version 2, as short as it can be; 3 in IP with a cookie, and in UDP with a sublayer
    (
        Carrier::Udp(1701),
        b"\0\x02\0\x03\0\x04\0\x21",
        Inside::Packet,
    ),
    (Carrier::Ip(115), b"\0\0\0\x09cookie!!", Inside::Frame),
    (
        Carrier::Udp(1701),
        b"\0\x03\0\0\0\0\0\x09\0\0\0\0",
        Inside::Frame,
    ),
    // 802.1ah, and 802.1ad around it
    (Carrier::Ethernet(0x88e7), b"\0\0\x12\x34", Inside::Frame),
    (
        Carrier::Ethernet(0x88a8),
        b"\0\x65\x88\xe7\0\0\x12\x34",
        Inside::Frame,
    ),
    // Teredo: by itself, with an origin, with an authentication before that
    (Carrier::Udp(3544), b"", Inside::Six),
    (
        Carrier::Udp(3544),
        b"\0\0\x12\x34\x01\x02\x03\x04",
        Inside::Six,
    ),
    (
        Carrier::Udp(3544),
        b"\0\x01\0\0nonce!!!\0\0\0\x12\x34\x01\x02\x03\x04",
        Inside::Six,
    ),
    // AYIYA: an identity of 16 octets, a signature of 20
    (
        Carrier::Udp(5072),
        b"\x41\x52\x11\x29\0\0\0\x07identity of manysignature of twenty.",
        Inside::Six,
    ),
];

/// Tunnels, one message each.
fn tunnels() -> Capture {
    let mut capture = Capture::new("derived-more-tunnels.pcap");
    let [one, other] = gateways(0);
    let mut put = |carrier: &Carrier, octets: &[u8]| {
        let packet = match carrier {
            Carrier::Udp(port) => {
                let [one, other] = [40_000 + port, *port].map(gateways);
                headers::udp(one[0], other[1], octets)
            }
            Carrier::Ip(protocol) => headers::ip(one, other, *protocol, octets),
            Carrier::Ethernet(kind) => {
                return capture.packet(ETHERNET, headers::ethernet(*kind, octets));
            }
        };
        capture.packet(ETHERNET, headers::ethernet(0x0800, &packet));
    };
    let all = messages("baresip-own-udp.pcapng");
    let mut responses = all
        .iter()
        .filter(|message| message.octets.starts_with(b"SIP/"))
        .cycle();
    let mut next = || responses.next().unwrap();
    for (carrier, header, inside) in &TUNNELS {
        let message = next();
        let inside = match inside {
            Inside::Frame => headers::ethernet(0x0800, &datagram(message)),
            Inside::Packet => datagram(message),
            Inside::Six => headers::udp6([9, 1], [9, 2], [5060, 5062], &message.octets),
        };
        put(carrier, &[header, inside.as_slice()].concat());
    }
    // L2TP with all that it may have: a length, numbers, an offset, an address; and octets after it
    let packet = datagram(next());
    let len = be16(20 + packet.len());
    let rest = b"\0\x03\0\x04\0\x01\0\x01\0\x02zz\xff\x03\0\x21";
    let l2tp = [b"\x4a\x02", &len[..], rest, &packet, b"padding"].concat();
    put(&Carrier::Udp(1701), &l2tp);
    // What is not opened
    put(
        &Carrier::Ip(115),
        &[b"\0\0\0\x09", &[0x55; 60][..]].concat(),
    );
    put(&Carrier::Ethernet(0x88e5), &[0; 60]);
    capture
}

/// Frames of IEEE 802.11, with and without what is put before them.
fn wireless() -> Capture {
    let mut capture = Capture::new("derived-wireless.pcapng");
    let all = messages("pjsua-own-tcp.pcapng");
    let mut responses = all
        .iter()
        .filter(|message| message.octets.starts_with(b"SIP/"))
        .cycle();
    let mut packet = || datagram(responses.next().unwrap());
    // From the access point; to it with QoS; between two of them
    let plain = headers::wireless([0x08, 0x02], b"", &packet());
    let qos = headers::wireless([0x88, 0x01], b"\0\0", &packet());
    let bridge = headers::wireless([0x88, 0x03], b"\x02\0\0\0\0\x04\0\0", &packet());
    // With a field for high throughput, and with octets that align what comes then
    let order = headers::wireless([0x88, 0x81], b"\0\0\0\0\0\0", &packet());
    let padded = headers::wireless([0x88, 0x01], b"\0\0\0\0", &packet());
    capture.packet(105, plain.clone());
    capture.packet(105, qos.clone());
    capture.packet(105, bridge.clone());
    capture.packet(105, order);
    // No fields; flags after a clock; two words of fields
    capture.packet(127, [b"\0\0\x08\0\0\0\0\0", plain.as_slice()].concat());
    capture.packet(
        127,
        [
            b"\0\0\x11\0\x03\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x20",
            padded.as_slice(),
        ]
        .concat(),
    );
    capture.packet(
        127,
        [b"\0\0\x0d\0\x02\0\0\x80\0\0\0\0\0", bridge.as_slice()].concat(),
    );
    // Per-packet information, with a field
    capture.packet(
        192,
        [b"\0\0\x10\0\x69\0\0\0\xff\xff\x04\0abcd", qos.as_slice()].concat(),
    );
    capture.packet(
        192,
        [
            b"\0\0\x08\0\x01\0\0\0",
            &headers::ethernet(0x0800, &packet())[..],
        ]
        .concat(),
    );
    // A beacon, an encrypted frame, part of a frame, several in one
    capture.packet(105, headers::wireless([0x80, 0x00], b"", &[0; 20]));
    capture.packet(105, headers::wireless([0x08, 0x42], b"", &packet()));
    capture.packet(105, headers::wireless([0x08, 0x06], b"", &packet()));
    capture.packet(105, headers::wireless([0x88, 0x02], b"\x80\0", &packet()));
    capture
}

/// Cisco HDLC, netfilter's log in both byte orders, exported messages.
fn recorders() -> Capture {
    let mut capture = Capture::new("derived-recorders.pcapng");
    let all = messages("linphone-own-udp.pcap");
    for (at, message) in all.iter().take(12).enumerate() {
        let packet = datagram(message);
        match at % 4 {
            0 => capture.packet(104, [b"\x0f\0\x08\0", packet.as_slice()].concat()),
            1 => capture.packet(239, headers::nflog(le16, &packet)),
            2 => capture.packet(239, headers::nflog(be16, &packet)),
            _ => capture.packet(
                252,
                headers::exported(b"sip\0", message.src, message.dst, &message.octets),
            ),
        }
    }
    let message = &all[1];
    let ip = headers::exported(b"ip\0\0", message.src, message.dst, &datagram(message));
    capture.packet(252, ip);
    // Keep-alives of Cisco's
    capture.packet(
        104,
        b"\x8f\0\x80\x35\0\0\0\x02\0\0\0\x01\0\0\0\0\xff\xff".to_vec(),
    );
    capture
}

#[test]
fn the_corpus_has_what_is_built_here() {
    for capture in [
        gtp(),
        esp(),
        gre_ppp(),
        erf(),
        hep(),
        sctp(),
        tunnels(),
        wireless(),
        recorders(),
        lost::lengths(),
        lost::octets(),
        lost::websocket(),
        lost::datagrams(),
    ] {
        let path = repository::path("corpus/captures").join(capture.name);
        let built = capture.file();
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &built).unwrap();
        }
        let there = fs::read(&path).unwrap_or_default();
        assert!(there == built, "{} is not what is built", path.display());
    }
}
