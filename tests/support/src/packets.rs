//! Packets, and captures of them in pcap.

/// The link type of packets that begin with their IP header.
pub const RAW_IP: u32 = 101;

/// Flags of a TCP segment.
pub const FIN: u8 = 0x01;
/// Flags of a TCP segment.
pub const SYN: u8 = 0x02;
/// Flags of a TCP segment.
pub const RST: u8 = 0x04;
/// Flags of a TCP segment.
pub const ACK: u8 = 0x10;

/// The header of a capture whose packets are of this link type.
#[must_use]
pub fn pcap_header(link: u32) -> Vec<u8> {
    let fields = [0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, link];
    fields.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// A packet in a capture, so many microseconds after the epoch. On the wire it had `original` octets.
#[must_use]
pub fn pcap_record(micros: u64, packet: &[u8], original: usize) -> Vec<u8> {
    let lens = [packet.len() as u64, original as u64];
    let fields = [micros / 1_000_000, micros % 1_000_000]
        .into_iter()
        .chain(lens);
    let header = fields.flat_map(|field| u32::try_from(field).unwrap().to_le_bytes());
    header.chain(packet.iter().copied()).collect()
}

/// A capture of these IP packets, a millisecond apart.
#[must_use]
pub fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = pcap_header(RAW_IP);
    for (millis, packet) in (0..).zip(packets) {
        file.extend(pcap_record(millis * 1000, packet, packet.len()));
    }
    file
}

/// An IP packet from 192.0.2.1 to 192.0.2.2.
#[must_use]
pub fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
    let mut packet = vec![0x45, 0, high, low, 0, 0, 0, 0, 64, protocol, 0, 0];
    packet.extend([192, 0, 2, 1, 192, 0, 2, 2]);
    packet.extend(payload);
    packet
}

/// An IP packet with a UDP datagram, from port 5060 of 192.0.2.1 to port 5061 of 192.0.2.2.
#[must_use]
pub fn udp(payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(8 + payload.len()).unwrap().to_be_bytes();
    let mut datagram = vec![0x13, 0xC4, 0x13, 0xC5, high, low, 0, 0];
    datagram.extend(payload);
    ipv4(17, &datagram)
}

/// An IP packet with a TCP segment, from the first port of 192.0.2.1 to the second of 192.0.2.2.
#[must_use]
pub fn tcp(
    ports: [u16; 2],
    sequence: u32,
    acknowledged: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let mut segment: Vec<u8> = ports.into_iter().flat_map(u16::to_be_bytes).collect();
    segment.extend(sequence.to_be_bytes());
    segment.extend(acknowledged.to_be_bytes());
    segment.extend([0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
    segment.extend(payload);
    ipv4(6, &segment)
}
