//! IP in both versions, its fragments, and what it carries.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use etherparse::{
    IpAuthHeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice, Ipv6RawExtHeaderSlice,
    LaxIpv4Slice, TcpSlice, UdpSlice,
};

use crate::message::Transport;

use super::layer::{
    Carried, Content, Datagram, Fragment, Layer, Path, SctpPacket, Segment, Unopened, Whole,
};
use super::tunnel::{self, Inside};
use super::{copy, esp};

/// The payload of an IP packet, or the fragment of one.
pub(super) fn packet(octets: &[u8], path: Path) -> Option<Layer<'_>> {
    match octets.first()? >> 4 {
        4 => version_4(octets, path),
        6 => version_6(octets, path),
        _ => None,
    }
}

fn version_4(octets: &[u8], path: Path) -> Option<Layer<'_>> {
    let (ip, _) = LaxIpv4Slice::from_slice(octets).ok()?;
    let header = ip.header();
    let payload = ip.payload();
    let expected = usize::from(header.total_len()).saturating_sub(header.slice().len());
    let offset = usize::from(header.fragments_offset().value()) * 8;
    let carried = Carried {
        src: Ipv4Addr::from(header.source()).into(),
        dst: Ipv4Addr::from(header.destination()).into(),
        protocol: payload.ip_number.0,
        octets: payload.payload,
        missing: missing(expected, octets.len() - header.slice().len()),
    };
    let identification = u32::from(header.identification());
    let more = header.more_fragments();
    Some(part(carried, identification, offset, more, path))
}

/// How many of the octets that a header promises are not there.
fn missing(expected: usize, captured: usize) -> u32 {
    u32::try_from(expected.saturating_sub(captured)).unwrap_or(0)
}

fn version_6(octets: &[u8], path: Path) -> Option<Layer<'_>> {
    let header = Ipv6HeaderSlice::from_slice(octets).ok()?;
    let octets = octets.get(header.slice().len()..)?;
    let expected = usize::from(header.payload_length());
    let missing = missing(expected, octets.len());
    let mut octets = match expected {
        // Longer than the field can tell, as before the network card cut it into segments
        0 => octets,
        _ => octets.get(..expected).unwrap_or(octets),
    };
    let mut protocol = header.next_header().0;
    let mut fragment = None;
    // Every extension header has eight octets at least.
    while fragment.is_none() {
        let (next, len) = match protocol {
            // Hop by hop, routing, destination, mobility, host identity, shim6
            0 | 43 | 60 | 135 | 139 | 140 => {
                let extension = Ipv6RawExtHeaderSlice::from_slice(octets).ok()?;
                (extension.next_header(), extension.slice().len())
            }
            51 => {
                let extension = IpAuthHeaderSlice::from_slice(octets).ok()?;
                (extension.next_header(), extension.slice().len())
            }
            44 => {
                let extension = Ipv6FragmentHeaderSlice::from_slice(octets).ok()?;
                let offset = usize::from(extension.fragment_offset().value()) * 8;
                let more = extension.more_fragments();
                fragment = Some((extension.identification(), offset, more));
                (extension.next_header(), extension.slice().len())
            }
            _ => break,
        };
        protocol = next.0;
        octets = octets.get(len..)?;
    }
    let carried = Carried {
        src: Ipv6Addr::from(header.source()).into(),
        dst: Ipv6Addr::from(header.destination()).into(),
        protocol,
        octets,
        missing,
    };
    let (identification, offset, more) = fragment.unwrap_or((0, 0, false));
    Some(part(carried, identification, offset, more, path))
}

/// A payload as it is, unless it is a fragment of one.
fn part(
    carried: Carried<'_>,
    identification: u32,
    offset: usize,
    more: bool,
    path: Path,
) -> Layer<'_> {
    // Of what is quoted, the other fragments will not come, and the first has the beginning.
    if offset == 0 && (!more || path.quoted) {
        return Layer::Carried(carried);
    }
    if path.quoted {
        return Layer::unopened(Unopened::Payload("fragment in ICMP"));
    }
    Layer::Done(Content::Fragment(Fragment {
        of: Whole {
            src: carried.src,
            dst: carried.dst,
            protocol: carried.protocol,
            identification,
            path,
        },
        offset,
        more,
        octets: carried.octets,
        cut: carried.missing > 0,
    }))
}

/// What an IP payload has in it.
pub(super) fn payload<'a>(carried: &Carried<'a>, path: &mut Path) -> Option<Layer<'a>> {
    let octets = carried.octets;
    let inside = match carried.protocol {
        6 => return tcp(carried, *path),
        17 => return udp(carried, path),
        132 => return sctp(carried, *path),
        1 | 58 if !path.quoted => {
            let quote = quote(carried.protocol, octets)?;
            path.quoted = quote.is_some();
            return Some(match quote {
                Some(octets) => Layer::Ip(octets),
                None => Layer::unopened(Unopened::IpProtocol(carried.protocol)),
            });
        }
        47 => tunnel::gre(octets)?,
        115 => tunnel::l2tp_3(octets)?,
        // After other fragments or headers than its own
        60 => {
            let extension = Ipv6RawExtHeaderSlice::from_slice(octets).ok()?;
            return Some(Layer::Carried(Carried {
                protocol: extension.next_header().0,
                octets: octets.get(extension.slice().len()..)?,
                ..*carried
            }));
        }
        4 | 41 => Inside::new("IP", Layer::Ip(octets)),
        50 => match esp::null_encrypted(carried) {
            Some(layer) => Inside::new("ESP", layer),
            None => return Some(Layer::unopened(Unopened::IpProtocol(50))),
        },
        137 => Inside::new("MPLS", Layer::Mpls(octets)),
        // Ethernet in IP (RFC 3378): its version in two octets
        143 => Inside::new("EtherIP", Layer::Ethernet(octets.get(2..)?)),
        other => return Some(Layer::unopened(Unopened::IpProtocol(other))),
    };
    path.enter(inside.kind, carried, inside.id);
    Some(inside.layer)
}

/// The packet that an ICMP message quotes, if it is an error, which do.
#[expect(clippy::option_option, reason = "cut short, no error, an error")]
fn quote(protocol: u8, octets: &[u8]) -> Option<Option<&[u8]>> {
    let ([kind, _, _, _, long, len, ..], rest) = octets.split_first_chunk::<8>()?;
    // How many octets are quoted, if something follows them (RFC 4884)
    let len = match (protocol, *kind) {
        (1, 3 | 11 | 12) => usize::from(*len) * 4,
        (1, 4 | 5) | (58, 2 | 4) => 0,
        (58, 1 | 3) => usize::from(*long) * 8,
        _ => return Some(None),
    };
    Some(match len {
        0 => Some(rest),
        _ => Some(rest.get(..len).unwrap_or(rest)),
    })
}

fn udp<'a>(carried: &Carried<'a>, path: &mut Path) -> Option<Layer<'a>> {
    let udp = UdpSlice::from_slice_lax(carried.octets).ok()?;
    let octets = udp.payload();
    let [src, dst] = [udp.source_port(), udp.destination_port()];
    if let Some(inside) = tunnel::in_udp(src, dst, octets) {
        path.enter(inside.kind, carried, inside.id);
        return Some(inside.layer);
    }
    let cut = usize::from(udp.length()) > udp.slice().len() || carried.missing > 0;
    // ESP in UDP (RFC 3948)
    if [src, dst].contains(&4500) {
        let within = Carried {
            protocol: 50,
            octets,
            missing: u32::from(cut),
            ..*carried
        };
        if let Some(layer) = esp::null_encrypted(&within) {
            path.enter("ESP", carried, 0);
            return Some(layer);
        }
        if esp::is_in_udp(octets) {
            return Some(Layer::unopened(Unopened::IpProtocol(50)));
        }
    }
    if let Some(copy) = copy::hep(octets, path.quoted) {
        return Some(copy);
    }
    Some(Layer::Done(Content::Datagram(Datagram {
        src: SocketAddr::new(carried.src, src),
        dst: SocketAddr::new(carried.dst, dst),
        transport: Transport::Udp,
        time: None,
        octets,
        cut,
        quoted: path.quoted,
    })))
}

fn tcp<'a>(carried: &Carried<'a>, path: Path) -> Option<Layer<'a>> {
    // What is quoted of a segment came, or not, by itself.
    if path.quoted {
        return Some(Layer::unopened(Unopened::Payload("TCP in ICMP")));
    }
    let tcp = TcpSlice::from_slice(carried.octets).ok()?;
    Some(Layer::Done(Content::Segment(Segment {
        src: SocketAddr::new(carried.src, tcp.source_port()),
        dst: SocketAddr::new(carried.dst, tcp.destination_port()),
        tunnel: path.tunnel,
        sequence: tcp.sequence_number(),
        acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        octets: tcp.payload(),
        missing: carried.missing,
    })))
}

/// SCTP (RFC 9260 §3.1).
///
/// ```text
/// │ port (2) │ port (2) │ verification tag (4) │ checksum (4) │ chunks
/// ```
fn sctp<'a>(carried: &Carried<'a>, path: Path) -> Option<Layer<'a>> {
    if path.quoted {
        return Some(Layer::unopened(Unopened::Payload("SCTP in ICMP")));
    }
    let ([a, b, c, d, tag @ .., _, _, _, _], chunks) = carried.octets.split_first_chunk::<12>()?;
    Some(Layer::Done(Content::Sctp(SctpPacket {
        src: SocketAddr::new(carried.src, u16::from_be_bytes([*a, *b])),
        dst: SocketAddr::new(carried.dst, u16::from_be_bytes([*c, *d])),
        tunnel: path.tunnel,
        tag: u32::from_be_bytes(*tag),
        chunks,
    })))
}
