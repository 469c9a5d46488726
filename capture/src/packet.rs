//! A packet down to what one transport carries, through whatever it is wrapped in.
//!
//! ```text
//! link ──► VLAN, MPLS, PPPoE ──► IP ──► UDP, TCP
//!               ▲                 │
//!               └── GRE, VXLAN, IP-in-IP, ICMP errors
//! ```

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use etherparse::{
    IpAuthHeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice, Ipv6RawExtHeaderSlice,
    LaxIpv4Slice, TcpSlice, UdpSlice,
};

/// What a packet carries.
pub(super) enum Content<'a> {
    Datagram(Datagram<'a>),
    Segment(Segment<'a>),
    Fragment(Fragment<'a>),
    Other,
    /// Not known, since the link type is not.
    Unsupported,
}

/// The payload of UDP.
pub(super) struct Datagram<'a> {
    pub(super) src: SocketAddr,
    pub(super) dst: SocketAddr,
    pub(super) octets: &'a [u8],
    /// Whether there was more of it than was captured.
    pub(super) cut: bool,
    /// Whether an ICMP error quotes it.
    pub(super) quoted: bool,
}

/// The payload of TCP, and where in its stream it belongs.
pub(super) struct Segment<'a> {
    pub(super) src: SocketAddr,
    pub(super) dst: SocketAddr,
    pub(super) sequence: u32,
    pub(super) acknowledged: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) octets: &'a [u8],
    /// How many octets of it were not captured.
    pub(super) missing: u32,
}

/// A part of an IP payload.
pub(super) struct Fragment<'a> {
    pub(super) of: Whole,
    pub(super) offset: usize,
    /// Whether others follow it.
    pub(super) more: bool,
    pub(super) octets: &'a [u8],
    /// Whether there was more of it than was captured.
    pub(super) cut: bool,
}

/// What tells the fragments of one IP payload from those of another.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Whole {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) protocol: u8,
    pub(super) identification: u32,
    /// How deep it was wrapped.
    pub(super) depth: usize,
}

/// Headers around a transport that are looked into. A packet of a tunnel in a tunnel has about ten.
const DEPTH: usize = 24;

/// Takes the headers off a packet.
///
/// Octets behind the length that an IP header gives are padding, and no payload.
pub(super) fn dissect(link: i32, octets: &[u8]) -> Content<'_> {
    let layer = match link {
        1 => Layer::Ethernet(octets),
        // BSD loopback: the address family in four octets, in either byte order. The IP header
        // tells the same.
        0 | 108 => Layer::Ip(octets.get(4..).unwrap_or_default()),
        9 | 50 => Layer::Ppp(octets),
        51 => Layer::PppoE(octets),
        // Raw IP, as numbered by one system or another; only IPv4, only IPv6
        12 | 14 | 101 | 228 | 229 => Layer::Ip(octets),
        // Linux cooked v1: the protocol is the last of five fields in 16 octets.
        113 => match octets.split_first_chunk::<16>() {
            Some(([.., high, low], rest)) => Layer::Typed([*high, *low], rest),
            None => return Content::Other,
        },
        // Linux cooked v2: the protocol is the first of seven fields in 20 octets.
        276 => match octets.split_first_chunk::<20>() {
            Some(([high, low, ..], rest)) => Layer::Typed([*high, *low], rest),
            None => return Content::Other,
        },
        _ => return Content::Unsupported,
    };
    descend(layer, 0)
}

/// Takes the headers off an IP payload that was put together from its fragments.
pub(super) fn dissect_whole<'a>(of: &Whole, octets: &'a [u8], cut: bool) -> Content<'a> {
    let carried = Carried {
        src: of.src,
        dst: of.dst,
        protocol: of.protocol,
        octets,
        missing: u32::from(cut),
        quoted: false,
    };
    descend(Layer::Carried(carried), of.depth)
}

/// Octets, and the header that they should begin with.
enum Layer<'a> {
    Ethernet(&'a [u8]),
    /// Whatever that `EtherType` stands for.
    Typed([u8; 2], &'a [u8]),
    PppoE(&'a [u8]),
    Ppp(&'a [u8]),
    Mpls(&'a [u8]),
    Ip(&'a [u8]),
    /// The IP packet that an ICMP error quotes.
    Quoted(&'a [u8]),
    Carried(Carried<'a>),
}

/// An IP payload.
struct Carried<'a> {
    src: IpAddr,
    dst: IpAddr,
    protocol: u8,
    octets: &'a [u8],
    /// How many octets of it were not captured.
    missing: u32,
    quoted: bool,
}

/// What is left when a header is taken off.
enum Step<'a> {
    Down(Layer<'a>),
    Done(Content<'a>),
}

fn descend(mut layer: Layer<'_>, depth: usize) -> Content<'_> {
    for depth in depth..DEPTH {
        match step(layer, depth) {
            Some(Step::Down(next)) => layer = next,
            Some(Step::Done(content)) => return content,
            None => break,
        }
    }
    Content::Other
}

/// Takes one header off. `None` if it is not known or not whole.
fn step(layer: Layer<'_>, depth: usize) -> Option<Step<'_>> {
    match layer {
        Layer::Ethernet(octets) => {
            let ([.., high, low], rest) = octets.split_first_chunk::<14>()?;
            Some(Step::Down(Layer::Typed([*high, *low], rest)))
        }
        Layer::Typed(kind, octets) => typed(kind, octets).map(Step::Down),
        Layer::PppoE(octets) => {
            // Version and type, a code that is 0 in a session, the session, the length
            let ([0x11, 0, _, _, high, low], rest) = octets.split_first_chunk()? else {
                return None;
            };
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            Some(Step::Down(Layer::Ppp(rest.get(..len).unwrap_or(rest))))
        }
        Layer::Ppp(octets) => {
            // Address and control as in HDLC are often left out, and so may be the first octet of
            // the protocol if it is zero.
            let octets = octets.strip_prefix(b"\xff\x03").unwrap_or(octets);
            let (protocol, rest) = match octets {
                [odd, rest @ ..] if odd & 1 == 1 => (u16::from(*odd), rest),
                [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
                _ => return None,
            };
            Some(Step::Down(match protocol {
                0x0021 | 0x0057 => Layer::Ip(rest),
                0x0281 | 0x0283 => Layer::Mpls(rest),
                _ => return None,
            }))
        }
        Layer::Mpls(octets) => {
            let ([_, _, bottom, _], rest) = octets.split_first_chunk()?;
            if bottom & 1 == 0 {
                return Some(Step::Down(Layer::Mpls(rest)));
            }
            Some(Step::Down(match rest.first()? >> 4 {
                4 | 6 => Layer::Ip(rest),
                // A control word, and then a frame
                0 => Layer::Ethernet(rest.get(4..)?),
                _ => Layer::Ethernet(rest),
            }))
        }
        Layer::Ip(octets) => ip(octets, false, depth),
        Layer::Quoted(octets) => ip(octets, true, depth),
        Layer::Carried(carried) => carried_in_ip(&carried),
    }
}

/// What an `EtherType` announces.
fn typed(kind: [u8; 2], octets: &[u8]) -> Option<Layer<'_>> {
    Some(match u16::from_be_bytes(kind) {
        0x0800 | 0x86dd => Layer::Ip(octets),
        // 802.1Q, 802.1ad, and what came before it: the tag, and the next type
        0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
            let ([_, _, high, low], rest) = octets.split_first_chunk()?;
            Layer::Typed([*high, *low], rest)
        }
        0x8847 | 0x8848 => Layer::Mpls(octets),
        0x8864 => Layer::PppoE(octets),
        0x880b => Layer::Ppp(octets),
        0x6558 => Layer::Ethernet(octets),
        // Not a type but a length: 802.3, of which only SNAP can carry IP
        0..=1500 => match octets.split_first_chunk()? {
            ([0xaa, 0xaa, 3, 0, 0, 0, high, low], rest) => Layer::Typed([*high, *low], rest),
            _ => return None,
        },
        _ => return None,
    })
}

fn ip(octets: &[u8], quoted: bool, depth: usize) -> Option<Step<'_>> {
    match octets.first()? >> 4 {
        4 => ipv4(octets, quoted, depth),
        6 => ipv6(octets, quoted, depth),
        _ => None,
    }
}

fn ipv4(octets: &[u8], quoted: bool, depth: usize) -> Option<Step<'_>> {
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
        quoted,
    };
    let identification = u32::from(header.identification());
    part(
        carried,
        identification,
        offset,
        header.more_fragments(),
        depth,
    )
}

/// How many of the octets that a header promises are not there.
fn missing(expected: usize, captured: usize) -> u32 {
    u32::try_from(expected.saturating_sub(captured)).unwrap_or(0)
}

fn ipv6(octets: &[u8], quoted: bool, depth: usize) -> Option<Step<'_>> {
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
        quoted,
    };
    let (identification, offset, more) = fragment.unwrap_or((0, 0, false));
    part(carried, identification, offset, more, depth)
}

/// A payload as it is, unless it is a fragment of one.
fn part(
    carried: Carried<'_>,
    identification: u32,
    offset: usize,
    more: bool,
    depth: usize,
) -> Option<Step<'_>> {
    if offset == 0 && !more {
        return Some(Step::Down(Layer::Carried(carried)));
    }
    // The others will not come, and the first has the beginning.
    if carried.quoted {
        return (offset == 0).then_some(Step::Down(Layer::Carried(carried)));
    }
    Some(Step::Done(Content::Fragment(Fragment {
        of: Whole {
            src: carried.src,
            dst: carried.dst,
            protocol: carried.protocol,
            identification,
            depth,
        },
        offset,
        more,
        octets: carried.octets,
        cut: carried.missing > 0,
    })))
}

fn carried_in_ip<'a>(carried: &Carried<'a>) -> Option<Step<'a>> {
    let octets = carried.octets;
    Some(match carried.protocol {
        17 => return udp(carried),
        6 => return tcp(carried),
        4 | 41 => Step::Down(Layer::Ip(octets)),
        // Ethernet in IP
        143 => Step::Down(Layer::Ethernet(octets.get(2..)?)),
        137 => Step::Down(Layer::Mpls(octets)),
        47 => Step::Down(gre(octets)?),
        60 => {
            let extension = Ipv6RawExtHeaderSlice::from_slice(octets).ok()?;
            Step::Down(Layer::Carried(Carried {
                protocol: extension.next_header().0,
                octets: octets.get(extension.slice().len()..)?,
                ..*carried
            }))
        }
        1 | 58 if !carried.quoted => Step::Down(Layer::Quoted(quote(carried.protocol, octets)?)),
        _ => return None,
    })
}

/// The packet that an ICMP error quotes.
fn quote(protocol: u8, octets: &[u8]) -> Option<&[u8]> {
    let ([kind, _, _, _, long, len, ..], rest) = octets.split_first_chunk::<8>()?;
    // How many octets are quoted, if something follows them (RFC 4884)
    let len = match (protocol, *kind) {
        (1, 3 | 11 | 12) => usize::from(*len) * 4,
        (1, 4 | 5) | (58, 2 | 4) => 0,
        (58, 1 | 3) => usize::from(*long) * 8,
        _ => return None,
    };
    match len {
        0 => Some(rest),
        _ => Some(rest.get(..len).unwrap_or(rest)),
    }
}

/// Generic routing encapsulation (RFC 2784, 2890), version 0.
fn gre(octets: &[u8]) -> Option<Layer<'_>> {
    let ([flags, version, high, low], rest) = octets.split_first_chunk()?;
    if version & 7 != 0 || flags & 0x40 != 0 {
        return None;
    }
    // A checksum, a key and a sequence number, each in four octets
    let options = (flags & 0xb0).count_ones() as usize;
    Some(Layer::Typed([*high, *low], rest.get(options * 4..)?))
}

fn udp<'a>(carried: &Carried<'a>) -> Option<Step<'a>> {
    let udp = UdpSlice::from_slice_lax(carried.octets).ok()?;
    let octets = udp.payload();
    // VXLAN (RFC 7348): flags, of which one is always set; the network; zero. SIP does not begin so.
    if udp.destination_port() == 4789 {
        if let Some(([0x08 | 0x88, .., 0], frame)) = octets.split_first_chunk::<8>() {
            return Some(Step::Down(Layer::Ethernet(frame)));
        }
    }
    Some(Step::Done(Content::Datagram(Datagram {
        src: SocketAddr::new(carried.src, udp.source_port()),
        dst: SocketAddr::new(carried.dst, udp.destination_port()),
        octets,
        cut: usize::from(udp.length()) > udp.slice().len() || carried.missing > 0,
        quoted: carried.quoted,
    })))
}

fn tcp<'a>(carried: &Carried<'a>) -> Option<Step<'a>> {
    // What is quoted of a segment came, or not, by itself.
    if carried.quoted {
        return None;
    }
    let tcp = TcpSlice::from_slice(carried.octets).ok()?;
    Some(Step::Done(Content::Segment(Segment {
        src: SocketAddr::new(carried.src, tcp.source_port()),
        dst: SocketAddr::new(carried.dst, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        acknowledged: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        octets: tcp.payload(),
        missing: carried.missing,
    })))
}
