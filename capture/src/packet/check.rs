//! What octets are held to before they are taken for a header that nothing announces.
//!
//! Random octets pass once in 2³² times or less: a length of 16 bits has to fit, and a checksum of 16
//! bits to be right.

use core::net::IpAddr;

use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice, TcpSlice, UdpSlice};

use super::layer::Carried;

/// The length of the IP packet that these octets begin with, if they do.
pub(super) fn ip_len(octets: &[u8]) -> Option<usize> {
    if let Ok(header) = Ipv4HeaderSlice::from_slice(octets) {
        let computed = header.to_header().calc_header_checksum();
        return (header.header_checksum() == computed).then_some(header.total_len().into());
    }
    let header = Ipv6HeaderSlice::from_slice(octets).ok()?;
    let len = header.slice().len() + usize::from(header.payload_length());
    is_known(header.next_header().0).then_some(len)
}

/// Whether these octets are one IP packet from the first to the last.
pub(super) fn is_ip(octets: &[u8]) -> bool {
    ip_len(octets) == Some(octets.len())
}

/// Whether these octets are an Ethernet frame with a whole IP packet. Padding may follow that.
pub(super) fn is_ethernet(octets: &[u8]) -> bool {
    let Some(([.., high, low], packet)) = octets.split_first_chunk::<14>() else {
        return false;
    };
    matches!([high, low], [0x08, 0x00] | [0x86, 0xdd])
        && ip_len(packet).is_some_and(|len| len <= packet.len())
}

/// Whether an IPv6 packet may have that for its next header: an extension or a transport that can be
/// read here.
const fn is_known(protocol: u8) -> bool {
    matches!(
        protocol,
        0 | 4 | 6 | 17 | 41 | 43 | 44 | 50 | 51 | 58 | 60 | 132
    )
}

/// Whether the payload is one UDP datagram from the first octet to the last.
pub(super) fn is_udp(carried: &Carried<'_>) -> bool {
    let Ok(udp) = UdpSlice::from_slice(carried.octets) else {
        return false;
    };
    if usize::from(udp.length()) != carried.octets.len() {
        return false;
    }
    let header = udp.to_header();
    let computed = match (carried.src, carried.dst) {
        // IPv4 may leave it out.
        (IpAddr::V4(_), IpAddr::V4(_)) if udp.checksum() == 0 => Ok(0),
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            header.calc_checksum_ipv4_raw(src.octets(), dst.octets(), udp.payload())
        }
        (IpAddr::V6(src), IpAddr::V6(dst)) => {
            header.calc_checksum_ipv6_raw(src.octets(), dst.octets(), udp.payload())
        }
        _ => return false,
    };
    computed.is_ok_and(|computed| computed == udp.checksum())
}

/// Whether the payload is a TCP segment whose checksum is right.
pub(super) fn is_tcp(carried: &Carried<'_>) -> bool {
    let Ok(tcp) = TcpSlice::from_slice(carried.octets) else {
        return false;
    };
    let computed = match (carried.src, carried.dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => tcp.calc_checksum_ipv4(src.octets(), dst.octets()),
        (IpAddr::V6(src), IpAddr::V6(dst)) => tcp.calc_checksum_ipv6(src.octets(), dst.octets()),
        _ => return false,
    };
    computed.is_ok_and(|computed| computed == tcp.checksum())
}
