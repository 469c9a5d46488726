//! Tunnels in IP and in UDP.
//!
//! Those in UDP are told by their port and by their first octets, none of which can begin a SIP
//! message: what does not look right stays the datagram that it is.

use super::check;
use super::layer::{Layer, Unopened};

/// What a tunnel carries.
pub(super) struct Inside<'a> {
    /// The name of the protocol.
    pub(super) kind: &'static str,
    /// The number of the tunnel, or of its direction if each has its own. 0 if it has none.
    pub(super) id: u32,
    pub(super) layer: Layer<'a>,
}

impl<'a> Inside<'a> {
    /// What a tunnel without a number carries.
    pub(super) const fn new(kind: &'static str, layer: Layer<'a>) -> Self {
        Self { kind, id: 0, layer }
    }
}

/// The tunnel in a datagram from one port to another, if it is one.
pub(super) fn in_udp(src: u16, dst: u16, octets: &[u8]) -> Option<Inside<'_>> {
    match (dst, src) {
        (1701, _) | (_, 1701) => l2tp(octets),
        (2152, _) => gtp(octets),
        (3544, _) | (_, 3544) => teredo(octets),
        // The second is what Linux used before it had a number.
        (4789 | 8472, _) => vxlan(octets),
        (5072, _) | (_, 5072) => ayiya(octets),
        (6081, _) => geneve(octets),
        _ => None,
    }
}

/// Generic routing encapsulation (RFC 2784, 2890), and version 1 of it (RFC 2637 §4.1), which
/// carries PPP.
///
/// ```text
/// │ C  R  K  S  … │ A  …  version (3 bits) │ EtherType (2) │
/// │ checksum (4), if C │ key (4), if K │ sequence number (4), if S │ acknowledgment (4), if A in version 1
/// ```
pub(super) fn gre(octets: &[u8]) -> Option<Inside<'_>> {
    let ([flags, version, high, low], mut rest) = octets.split_first_chunk()?;
    let kind = u16::from_be_bytes([*high, *low]);
    let mut option = |present: bool| {
        if !present {
            return Some(0);
        }
        let (value, behind) = rest.split_first_chunk()?;
        rest = behind;
        Some(u32::from_be_bytes(*value))
    };
    match version & 7 {
        // R is for routes, which nobody has written since 1994.
        0 if flags & 0x40 == 0 => {
            option(flags & 0x80 != 0)?;
            let key = option(flags & 0x20 != 0)?;
            let numbered = flags & 0x10 != 0;
            option(numbered)?;
            match kind {
                0x88be if numbered => erspan_2(rest),
                0x88be => Some(Inside::new("ERSPAN", Layer::Ethernet(rest))),
                0x22eb => erspan_3(rest),
                _ => Some(Inside {
                    kind: "GRE",
                    id: key,
                    layer: Layer::Typed(kind, rest),
                }),
            }
        }
        1 if flags & 0x20 != 0 && kind == 0x880b => {
            // The key is the length of the payload, and the number of the call in this direction.
            let key = option(true)?;
            option(flags & 0x10 != 0)?;
            option(version & 0x80 != 0)?;
            let layer = match (key >> 16) as usize {
                0 => Layer::unopened(Unopened::Payload("GRE acknowledgment")),
                len => Layer::Ppp(rest.get(..len).unwrap_or(rest)),
            };
            Some(Inside {
                kind: "GRE",
                id: key & 0xffff,
                layer,
            })
        }
        _ => None,
    }
}

/// A mirrored frame in GRE, type II (draft-foschiano-erspan §4.2).
///
/// ```text
/// │ version 1 (4 bits) │ VLAN (12 bits) │ … (6 bits) │ session (10 bits) │ … (4) │ Ethernet
/// ```
fn erspan_2(octets: &[u8]) -> Option<Inside<'_>> {
    let ([version, _, high, low, ..], frame) = octets.split_first_chunk::<8>()?;
    (version >> 4 == 1).then(|| Inside {
        kind: "ERSPAN",
        id: u32::from(u16::from_be_bytes([*high, *low]) & 0x3ff),
        layer: Layer::Ethernet(frame),
    })
}

/// The same, type III (§4.3).
///
/// ```text
/// │ version 2 (4 bits) │ VLAN (12 bits) │ … (6 bits) │ session (10 bits) │ time (4) │
/// │ group (2) │ P │ frame type (5 bits) │ … (9 bits) │ O │ subheader (8), if O │ frame
/// ```
fn erspan_3(octets: &[u8]) -> Option<Inside<'_>> {
    let ([version, _, high, low, _, _, _, _, _, _, kind, flags], rest) =
        octets.split_first_chunk::<12>()?;
    if version >> 4 != 2 {
        return None;
    }
    let frame = if flags & 1 == 0 { rest } else { rest.get(8..)? };
    let layer = match kind >> 2 & 0x1f {
        0 => Layer::Ethernet(frame),
        2 => Layer::Ip(frame),
        _ => Layer::unopened(Unopened::Payload("ERSPAN frame of another type")),
    };
    Some(Inside {
        kind: "ERSPAN",
        id: u32::from(u16::from_be_bytes([*high, *low]) & 0x3ff),
        layer,
    })
}

/// The user plane of GTP (3GPP TS 29.281 §5).
///
/// ```text
/// │ version 1 (3 bits) │ PT 1 │ 0 │ E │ S │ PN │ type 255 │ length (2) │ tunnel endpoint identifier (4) │
/// │ sequence number (2) │ N-PDU number │ next extension │, if E, S or PN
/// │ length in four octets │ … │ next extension │, while that is not 0
/// │ the packet of a subscriber
/// ```
fn gtp(octets: &[u8]) -> Option<Inside<'_>> {
    let ([flags, 255, high, low, teid @ ..], rest) = octets.split_first_chunk::<8>()? else {
        return None;
    };
    if flags >> 4 != 3 {
        return None;
    }
    let len = usize::from(u16::from_be_bytes([*high, *low]));
    let mut rest = rest.get(..len).unwrap_or(rest);
    if flags & 7 != 0 {
        let ([_, _, _, next], behind) = rest.split_first_chunk()?;
        let mut extension = *next;
        rest = behind;
        // Without E, that octet says nothing.
        while flags & 4 != 0 && extension != 0 {
            let len = 4 * usize::from(*rest.first()?);
            let (header, behind) = rest.split_at_checked(len)?;
            extension = *header.last()?;
            rest = behind;
        }
    }
    let layer = match rest.first()? >> 4 {
        4 | 6 => Layer::Ip(rest),
        _ => Layer::unopened(Unopened::Payload("GTP-U without IP")),
    };
    Some(Inside {
        kind: "GTP-U",
        id: u32::from_be_bytes(*teid),
        layer,
    })
}

/// VXLAN (RFC 7348 §5).
///
/// ```text
/// │ flags, of which one is set │ 0 (3) │ network (3) │ 0 │ Ethernet
/// ```
fn vxlan(octets: &[u8]) -> Option<Inside<'_>> {
    let ([0x08 | 0x88, _, _, _, a, b, c, 0], frame) = octets.split_first_chunk()? else {
        return None;
    };
    Some(Inside {
        kind: "VXLAN",
        id: u32::from_be_bytes([0, *a, *b, *c]),
        layer: Layer::Ethernet(frame),
    })
}

/// Geneve (RFC 8926 §3).
///
/// ```text
/// │ version 0 (2 bits) │ length of options in four octets (6 bits) │ flags │ EtherType (2) │ network (3) │ 0 │ options │
/// ```
fn geneve(octets: &[u8]) -> Option<Inside<'_>> {
    let ([first @ 0..0x40, _, high, low, a, b, c, 0], rest) = octets.split_first_chunk()? else {
        return None;
    };
    let kind = u16::from_be_bytes([*high, *low]);
    // A length, as it would be in 802.3, is no type of Geneve.
    (kind > 1500).then_some(())?;
    Some(Inside {
        kind: "Geneve",
        id: u32::from_be_bytes([0, *a, *b, *c]),
        layer: Layer::Typed(kind, rest.get(4 * usize::from(*first)..)?),
    })
}

/// Layer two tunneling protocol, version 2 (RFC 2661 §3.1). Of version 3 (RFC 3931 §4.1.2.1), what
/// follows the first four octets is as in IP.
///
/// ```text
/// │ T 0, L, 0 0, S, 0, O, P │ 0 (4 bits) │ version (4 bits) │ length (2), if L │ tunnel (2) │ session (2) │
/// │ sequence numbers (4), if S │ offset (2) and as many octets, if O │ PPP
/// ```
fn l2tp(octets: &[u8]) -> Option<Inside<'_>> {
    let ([flags, version], rest) = octets.split_first_chunk()?;
    match version {
        _ if flags & 0xb4 != 0 => return None,
        2 => {}
        3 => return l2tp_3(rest.get(2..)?),
        _ => return None,
    }
    let mut rest = rest;
    if flags & 0x40 != 0 {
        let (len, _) = rest.split_first_chunk()?;
        let len = usize::from(u16::from_be_bytes(*len));
        rest = octets.get(..len).unwrap_or(octets).get(4..)?;
    }
    let (id, mut rest) = rest.split_first_chunk()?;
    if flags & 0x08 != 0 {
        rest = rest.get(4..)?;
    }
    if flags & 0x02 != 0 {
        let (len, behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_be_bytes(*len))..)?;
    }
    Some(Inside {
        kind: "L2TP",
        id: u32::from_be_bytes(*id),
        layer: Layer::Ppp(rest),
    })
}

/// Version 3 of the same, in IP (RFC 3931 §4.1.1.1).
///
/// ```text
/// │ session (4), 0 for control │ cookie (0, 4 or 8) │ sublayer (0 or 4) │ Ethernet, as a rule
/// ```
///
/// The two ends have agreed on what is there, so an Ethernet frame with an IP packet is looked for.
pub(super) fn l2tp_3(octets: &[u8]) -> Option<Inside<'_>> {
    let (id, rest) = octets.split_first_chunk()?;
    let mut frames = [0, 4, 8, 12].iter().filter_map(|skip| rest.get(*skip..));
    let frame = frames.find(|frame| check::is_ethernet(frame));
    Some(Inside {
        kind: "L2TP",
        id: u32::from_be_bytes(*id),
        layer: frame.map_or(
            Layer::unopened(Unopened::Payload("L2TPv3")),
            Layer::Ethernet,
        ),
    })
}

/// Teredo (RFC 4380 §5.1.1): IPv6 in UDP.
///
/// ```text
/// │ 0 1 │ length of client │ length of authentication │ client │ authentication │ nonce (8) │ confirmation │, perhaps
/// │ 0 0 │ port (2) │ address (4) │, perhaps
/// │ IPv6
/// ```
fn teredo(octets: &[u8]) -> Option<Inside<'_>> {
    let mut rest = octets;
    if let Some(([0, 1, client, authentication], behind)) = rest.split_first_chunk() {
        rest = behind.get(usize::from(*client) + usize::from(*authentication) + 9..)?;
    }
    if rest.starts_with(&[0, 0]) {
        rest = rest.get(8..)?;
    }
    // Less, if the capture cut it short
    (check::ip_len(rest)? >= rest.len()).then_some(Inside::new("Teredo", Layer::Ip(rest)))
}

/// Anything in anything (draft-massar-v6ops-ayiya §3): IPv6 in UDP, as a rule.
///
/// ```text
/// │ length of identity, a power of two (4 bits) │ its type (4 bits) │ length of signature in four octets (4 bits) │ its method (4 bits) │
/// │ authentication (4 bits) │ operation (4 bits): 1 to forward │ next header │ time (4) │ identity │ signature │ payload
/// ```
fn ayiya(octets: &[u8]) -> Option<Inside<'_>> {
    let ([identity, signature, operation, 41, ..], rest) = octets.split_first_chunk::<8>()? else {
        return None;
    };
    let len = (1_usize << (identity >> 4)) + 4 * usize::from(signature >> 4);
    let packet = rest.get(len..)?;
    let forwards = operation & 0x0f == 1 && check::ip_len(packet)? >= packet.len();
    forwards.then_some(Inside::new("AYIYA", Layer::Ip(packet)))
}
