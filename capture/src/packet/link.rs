//! Link layers, and the tags and labels between them and IP.

use super::layer::{Layer, Unopened};
use super::{copy, recorder, wireless};

/// A frame of a link type (<https://www.tcpdump.org/linktypes.html>).
pub(super) fn frame(link: i32, octets: &[u8]) -> Option<Layer<'_>> {
    match link {
        // BSD loopback: the address family in four octets, in either byte order. The IP header
        // tells the same.
        0 | 108 => octets.get(4..).map(Layer::Ip),
        1 => ethernet(octets),
        9 => Some(Layer::Ppp(octets)),
        // Raw IP, as numbered by one system or another; only IPv4, only IPv6
        12 | 14 | 101 | 228 | 229 => Some(Layer::Ip(octets)),
        50 | 104 => Some(Layer::Hdlc(octets)),
        51 => Some(Layer::PppoE(octets)),
        105 => wireless::frame(octets, false),
        // Linux cooked v1: the protocol is the last of five fields in 16 octets.
        113 => {
            let ([.., high, low], rest) = octets.split_first_chunk::<16>()?;
            Some(Layer::Typed(u16::from_be_bytes([*high, *low]), rest))
        }
        127 => wireless::radiotap(octets),
        192 => recorder::per_packet_information(octets),
        197 => recorder::erf(octets),
        239 => recorder::nflog(octets),
        252 => copy::exported_pdu(octets),
        // Linux cooked v2: the protocol is the first of seven fields in 20 octets.
        276 => {
            let ([high, low, ..], rest) = octets.split_first_chunk::<20>()?;
            Some(Layer::Typed(u16::from_be_bytes([*high, *low]), rest))
        }
        _ => Some(Layer::unopened(Unopened::LinkType(link))),
    }
}

/// Ethernet: two addresses and a type.
pub(super) fn ethernet(octets: &[u8]) -> Option<Layer<'_>> {
    let ([.., high, low], rest) = octets.split_first_chunk::<14>()?;
    Some(Layer::Typed(u16::from_be_bytes([*high, *low]), rest))
}

/// What an `EtherType` announces.
pub(super) fn typed(kind: u16, octets: &[u8]) -> Option<Layer<'_>> {
    Some(match kind {
        0x0800 | 0x86dd => Layer::Ip(octets),
        // 802.1Q, 802.1ad, and what came before it: the tag, and the next type
        0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
            let ([_, _, high, low], rest) = octets.split_first_chunk()?;
            Layer::Typed(u16::from_be_bytes([*high, *low]), rest)
        }
        // 802.1ah (IEEE 802.1Q §9.7): flags and the number of a service in four octets, and the
        // frame of a customer
        0x88e7 => Layer::Ethernet(octets.get(4..)?),
        0x8847 | 0x8848 => Layer::Mpls(octets),
        0x8864 => Layer::PppoE(octets),
        0x880b => Layer::Ppp(octets),
        0x6558 => Layer::Ethernet(octets),
        // Not a type but a length (802.3)
        0..=1500 => Layer::Llc(octets),
        _ => Layer::unopened(Unopened::EtherType(kind)),
    })
}

/// Logical link control (IEEE 802.2), of which only SNAP can carry IP.
pub(super) fn llc(octets: &[u8]) -> Option<Layer<'_>> {
    Some(match octets.split_first_chunk() {
        Some(([0xaa, 0xaa, 3, 0, 0, 0, high, low], rest)) => {
            Layer::Typed(u16::from_be_bytes([*high, *low]), rest)
        }
        _ => Layer::unopened(Unopened::Sap(*octets.first()?)),
    })
}

/// HDLC as Cisco has it, or with PPP in it (RFC 1662), which the address tells.
///
/// ```text
/// │ 0f or 8f │ 0 │ EtherType   │ payload
/// │ ff       │ 3 │ PPP protocol │ payload
/// ```
pub(super) fn hdlc(octets: &[u8]) -> Layer<'_> {
    match octets.split_first_chunk() {
        Some(([0x0f | 0x8f, 0, high, low], rest)) => {
            Layer::Typed(u16::from_be_bytes([*high, *low]), rest)
        }
        _ => Layer::Ppp(octets),
    }
}

/// PPP over Ethernet (RFC 2516 §4).
///
/// ```text
/// │ version 1, type 1 │ code 0 │ session (2) │ length (2) │ PPP
/// ```
pub(super) fn pppoe(octets: &[u8]) -> Option<Layer<'_>> {
    let ([0x11, 0, _, _, high, low], rest) = octets.split_first_chunk()? else {
        return None;
    };
    let len = usize::from(u16::from_be_bytes([*high, *low]));
    Some(Layer::Ppp(rest.get(..len).unwrap_or(rest)))
}

/// PPP (RFC 1661 §2). Address and control as in HDLC are often left out, and so may be the first
/// octet of the protocol if it is zero.
pub(super) fn ppp(octets: &[u8]) -> Option<Layer<'_>> {
    let octets = octets.strip_prefix(b"\xff\x03").unwrap_or(octets);
    let (protocol, rest) = match octets {
        [odd, rest @ ..] if odd & 1 == 1 => (u16::from(*odd), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return None,
    };
    Some(match protocol {
        0x0021 | 0x0057 => Layer::Ip(rest),
        0x0281 | 0x0283 => Layer::Mpls(rest),
        _ => Layer::unopened(Unopened::Ppp(protocol)),
    })
}

/// A label of MPLS (RFC 3032), the last of which is marked.
pub(super) fn mpls(octets: &[u8]) -> Option<Layer<'_>> {
    let ([_, _, bottom, _], rest) = octets.split_first_chunk()?;
    if bottom & 1 == 0 {
        return Some(Layer::Mpls(rest));
    }
    Some(match rest.first()? >> 4 {
        4 | 6 => Layer::Ip(rest),
        // A control word, and then a frame
        0 => Layer::Ethernet(rest.get(4..)?),
        _ => Layer::Ethernet(rest),
    })
}
