//! Headers around packets, and captures around those. What etherparse has a builder for, it builds.

use core::iter;
use core::net::SocketAddrV4;

use etherparse::{
    EtherType, Ethernet2Header, IpFragOffset, IpNumber, Ipv4Header, Ipv4HeaderSlice, PacketBuilder,
};

use crate::numbers::{be16, be32};

/// An end of UDP, TCP or SCTP.
pub(crate) type End = SocketAddrV4;

pub(crate) fn end(address: [u8; 4], port: u16) -> End {
    SocketAddrV4::new(address.into(), port)
}

/// An IPv4 packet with UDP.
pub(crate) fn udp(src: End, dst: End, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    PacketBuilder::ipv4(src.ip().octets(), dst.ip().octets(), 64)
        .udp(src.port(), dst.port())
        .write(&mut packet, payload)
        .unwrap();
    packet
}

/// An IPv6 packet with UDP. The addresses differ in their last octet.
pub(crate) fn udp6(src: [u8; 2], dst: [u8; 2], ports: [u16; 2], payload: &[u8]) -> Vec<u8> {
    let address =
        |[net, host]: [u8; 2]| [0x20, 1, 0xd, 0xb8, net, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host];
    let mut packet = Vec::new();
    PacketBuilder::ipv6(address(src), address(dst), 64)
        .udp(ports[0], ports[1])
        .write(&mut packet, payload)
        .unwrap();
    packet
}

/// Part of a TCP connection: SYN, or some octets.
pub(crate) fn tcp(src: End, dst: End, sequence: u32, syn: bool, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    let step = PacketBuilder::ipv4(src.ip().octets(), dst.ip().octets(), 64).tcp(
        src.port(),
        dst.port(),
        sequence,
        64_000,
    );
    let step = if syn { step.syn() } else { step.ack(1).psh() };
    step.write(&mut packet, payload).unwrap();
    packet
}

/// An IPv4 packet of any protocol.
pub(crate) fn ip(src: End, dst: End, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap();
    let [src, dst] = [src, dst].map(|end| end.ip().octets());
    let mut header = Ipv4Header::new(len, 64, IpNumber(protocol), src, dst).unwrap();
    header.header_checksum = header.calc_header_checksum();
    [header.to_bytes().as_slice(), payload].concat()
}

/// An IPv4 packet in two fragments. The first has the first `at` octets of the payload.
pub(crate) fn fragments(packet: &[u8], identification: u16, at: u16) -> [Vec<u8>; 2] {
    let header = Ipv4HeaderSlice::from_slice(packet).unwrap().to_header();
    let payload = &packet[header.header_len()..];
    let fragment = |offset: u16, more: bool, octets: &[u8]| {
        let mut header = header.clone();
        header.identification = identification;
        header.dont_fragment = false;
        header.more_fragments = more;
        header.fragment_offset = IpFragOffset::try_new(offset / 8).unwrap();
        header.set_payload_len(octets.len()).unwrap();
        header.header_checksum = header.calc_header_checksum();
        [header.to_bytes().as_slice(), octets].concat()
    };
    let (first, second) = payload.split_at(at.into());
    [fragment(0, true, first), fragment(at, false, second)]
}

pub(crate) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    let header = Ethernet2Header {
        source: [2, 0, 0, 0, 0, 1],
        destination: [2, 0, 0, 0, 0, 2],
        ether_type: EtherType(ether_type),
    };
    [&header.to_bytes(), payload].concat()
}

/// Linux cooked v1.
pub(crate) fn cooked(payload: &[u8]) -> Vec<u8> {
    let header = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00];
    [&header, payload].concat()
}

/// GTP-U, with what it may have besides.
pub(crate) fn gtp(
    teid: u32,
    sequence: Option<u16>,
    extensions: &[(u8, &[u8])],
    packet: &[u8],
) -> Vec<u8> {
    let mut flags = 0x30;
    let mut options = Vec::new();
    if sequence.is_some() || !extensions.is_empty() {
        options.extend(be16(sequence.unwrap_or(0).into()));
        options.push(0);
        flags |= if sequence.is_some() { 2 } else { 0 };
    }
    for (kind, body) in extensions {
        flags |= 4;
        options.push(*kind);
        options.push(u8::try_from((body.len() + 2) / 4).unwrap());
        options.extend(*body);
    }
    if !options.is_empty() {
        options.push(0);
    }
    let len = be16(options.len() + packet.len());
    [&[flags, 255], &len[..], &be32(teid), &options, packet].concat()
}

/// ESP without encryption. The check value is not one that anybody could check.
pub(crate) fn esp(sequence: u32, next: u8, payload: &[u8], check_value: usize) -> Vec<u8> {
    let mut esp = [&be32(0x0102_0304)[..], &be32(sequence), payload].concat();
    let padding = (payload.len() + 2).next_multiple_of(4) - payload.len() - 2;
    esp.extend((1..).take(padding));
    esp.push(u8::try_from(padding).unwrap());
    esp.push(next);
    esp.extend(noise(sequence).take(check_value));
    esp
}

/// ESP with encryption, as far as anybody can see.
pub(crate) fn encrypted(sequence: u32, len: usize) -> Vec<u8> {
    let mut esp = [be32(0x0506_0708), be32(sequence)].concat();
    esp.extend(noise(sequence).take(len));
    esp
}

/// Octets that look random, and are the same every time.
fn noise(seed: u32) -> impl Iterator<Item = u8> {
    let mut state = u64::from(seed) | 0x9e37_79b9_0000_0000;
    iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
}

/// GRE of version 1 with PPP, with or without a sequence number and an acknowledgment.
pub(crate) fn gre_ppp(sequence: Option<u32>, acknowledgment: Option<u32>, ppp: &[u8]) -> Vec<u8> {
    let flags = if sequence.is_some() { 0x30 } else { 0x20 };
    let version = if acknowledgment.is_some() { 0x81 } else { 0x01 };
    let mut gre = vec![flags, version, 0x88, 0x0b];
    gre.extend(be16(ppp.len()));
    gre.extend([0x4a, 0x98]);
    gre.extend(sequence.into_iter().chain(acknowledgment).flat_map(be32));
    gre.extend(ppp);
    gre
}

/// A DATA chunk of SCTP: one of the parts of a message, of which it may be the first and the last.
pub(crate) fn data(sequence: u32, begins: bool, ends: bool, octets: &[u8]) -> Vec<u8> {
    let flags = u8::from(begins) << 1 | u8::from(ends);
    let len = be16(16 + octets.len());
    let mut chunk = [&[0, flags], &len[..], &be32(sequence), &[0; 8], octets].concat();
    chunk.resize(chunk.len().next_multiple_of(4), 0);
    chunk
}

pub(crate) fn sctp(src: End, dst: End, chunks: &[Vec<u8>]) -> Vec<u8> {
    let ports = [src, dst].map(|end| end.port().to_be_bytes()).concat();
    let mut packet = [&ports, &be32(0x5be3_e00b)[..], &[0; 4], &chunks.concat()].concat();
    // CRC-32C, and not in network order (RFC 9260, appendix A)
    let crc = packet.iter().fold(u32::MAX, |crc, octet| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    });
    packet[8..12].copy_from_slice(&(!crc).to_le_bytes());
    ip(src, dst, 132, &packet)
}

/// Fields of HEP3: a vendor, a number and a value each.
pub(crate) fn hep(fields: &[(u16, u16, &[u8])]) -> Vec<u8> {
    let field = |(vendor, kind, value): &(u16, u16, &[u8])| {
        let numbers = [vendor.to_be_bytes(), kind.to_be_bytes()].concat();
        [&numbers, &be16(6 + value.len())[..], value].concat()
    };
    let fields: Vec<u8> = fields.iter().flat_map(field).collect();
    [b"HEP3", &be16(6 + fields.len())[..], &fields].concat()
}

/// A record of ERF, with extension headers.
pub(crate) fn erf(kind: u8, extensions: usize, payload: &[u8]) -> Vec<u8> {
    let mut record = vec![0, 0, 0, 0x80, 0, 0xca, 0x9a, 0x3b];
    record.extend([if extensions > 0 { kind | 0x80 } else { kind }, 4]);
    record.extend(be16(16 + 8 * extensions + payload.len()));
    record.extend([0, 0]);
    record.extend(be16(payload.len()));
    for left in (0..extensions).rev() {
        record.extend([if left > 0 { 0x83 } else { 0x03 }, 0, 0, 0, 0, 0, 0, 7]);
    }
    record.extend(payload);
    record
}

/// A data frame of IEEE 802.11 with an IP packet.
pub(crate) fn wireless(control: [u8; 2], extra: &[u8], packet: &[u8]) -> Vec<u8> {
    let mut frame = [&control[..], &[0x2c, 0]].concat();
    for address in 1..=3 {
        frame.extend([2, 0, 0, 0, 0, address]);
    }
    frame.extend([0x10, 0]);
    frame.extend(extra);
    frame.extend([0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00]);
    frame.extend(packet);
    frame
}

/// Fields of netfilter's log, in the order of one machine or another.
pub(crate) fn nflog(order: fn(usize) -> [u8; 2], packet: &[u8]) -> Vec<u8> {
    let mut record = vec![2, 0, 0, 5];
    // The hardware type, a prefix, and the packet
    for (kind, value) in [(1, &[0x08, 0, 3, 0][..]), (10, b"sip\0"), (9, packet)] {
        record.extend(order(4 + value.len()));
        record.extend(order(kind));
        record.extend(value);
        record.resize(record.len().next_multiple_of(4), 0);
    }
    record
}

/// A message as Wireshark exports it.
pub(crate) fn exported(protocol: &[u8], src: End, dst: End, octets: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    let mut tag = |kind: usize, value: &[u8]| {
        record.extend(be16(kind));
        record.extend(be16(value.len()));
        record.extend(value);
    };
    tag(12, protocol);
    tag(20, &src.ip().octets());
    tag(21, &dst.ip().octets());
    tag(24, &be32(3));
    tag(25, &be32(src.port().into()));
    tag(26, &be32(dst.port().into()));
    tag(0, b"");
    record.extend(octets);
    record
}
