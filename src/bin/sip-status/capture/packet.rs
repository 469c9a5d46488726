//! A packet down to its payload.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice, UdpSlice};

use super::{Packet, Time};

/// What a packet carries.
pub(super) enum Content<'a> {
    Udp(Payload<'a>),
    Tcp,
    Fragment,
    Other,
    /// Not known, since the link type is not.
    Unsupported,
}

/// What one transport hands to the layer above it.
pub(crate) struct Payload<'a> {
    pub(crate) origin: Origin,
    pub(crate) octets: &'a [u8],
    pub(crate) place: Place,
    /// Whether there was more of it than was captured.
    pub(crate) cut: bool,
}

/// When and between whom a payload travelled.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) time: Option<Time>,
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) transport: &'static str,
    /// Which TCP connection, counted from 0 as they first appear.
    pub(crate) stream: Option<u64>,
}

/// Where a status-line stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
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
    pub(crate) const fn name(self) -> &'static str {
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

pub(super) fn dissect<'a>(packet: &Packet<'a>) -> Content<'a> {
    let Some(slices) = slice(packet.link, packet.octets) else {
        return Content::Unsupported;
    };
    let Ok(slices) = slices else {
        return Content::Other;
    };
    if slices
        .ip_payload()
        .is_some_and(|payload| payload.fragmented)
    {
        return Content::Fragment;
    }
    match (&slices.net, &slices.transport) {
        (Some(net), Some(TransportSlice::Udp(udp))) => udp_payload(packet.time, net, udp),
        (_, Some(TransportSlice::Tcp(_))) => Content::Tcp,
        _ => Content::Other,
    }
}

/// Packets that have no such header, or only a part of it.
struct Short;

/// The headers of a packet from the link up, or `None` if the link type is not supported. Octets
/// behind the length that the IP header gives are padding, and in none of the slices.
fn slice(link: i32, octets: &[u8]) -> Option<Result<LaxSlicedPacket<'_>, Short>> {
    /// The protocol in a Linux cooked header and what follows.
    fn cooked([high, low]: [u8; 2], rest: &[u8]) -> LaxSlicedPacket<'_> {
        LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes([high, low])), rest)
    }
    let ip = |octets| LaxSlicedPacket::from_ip(octets).map_err(|_| Short);
    Some(match link {
        // Ethernet
        1 => LaxSlicedPacket::from_ethernet(octets).map_err(|_| Short),
        // BSD loopback: the address family in four octets, in either byte order. The IP header
        // tells the same.
        0 | 108 => octets
            .split_first_chunk::<4>()
            .ok_or(Short)
            .and_then(|(_, rest)| ip(rest)),
        // Raw IP, as numbered by one system or another; only IPv4, only IPv6
        12 | 14 | 101 | 228 | 229 => ip(octets),
        // Linux cooked v1: the protocol is the last of five fields in 16 octets. Of etherparse's
        // own header type only Ethernet is taken, so not the loopback interface.
        113 => octets
            .split_first_chunk::<16>()
            .ok_or(Short)
            .map(|([.., high, low], rest)| cooked([*high, *low], rest)),
        // Linux cooked v2: the protocol is the first of seven fields in 20 octets.
        276 => octets
            .split_first_chunk::<20>()
            .ok_or(Short)
            .map(|([high, low, ..], rest)| cooked([*high, *low], rest)),
        _ => return None,
    })
}

fn udp_payload<'a>(time: Option<Time>, net: &LaxNetSlice<'a>, udp: &UdpSlice<'a>) -> Content<'a> {
    let (src, dst): (IpAddr, IpAddr) = match net {
        LaxNetSlice::Ipv4(ip) => (
            Ipv4Addr::from(ip.header().source()).into(),
            Ipv4Addr::from(ip.header().destination()).into(),
        ),
        LaxNetSlice::Ipv6(ip) => (
            Ipv6Addr::from(ip.header().source()).into(),
            Ipv6Addr::from(ip.header().destination()).into(),
        ),
        LaxNetSlice::Arp(_) => return Content::Other,
    };
    Content::Udp(Payload {
        origin: Origin {
            time,
            src: SocketAddr::new(src, udp.source_port()),
            dst: SocketAddr::new(dst, udp.destination_port()),
            transport: "udp",
            stream: None,
        },
        octets: udp.payload(),
        place: Place::Start,
        cut: usize::from(udp.length()) > udp.slice().len(),
    })
}
