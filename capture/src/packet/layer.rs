//! What the readers of headers take and give.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::{IpAddr, SocketAddr};
use std::hash::DefaultHasher;

use etherparse::IpNumber;

use crate::message::Transport;
use crate::time::Time;

/// What a packet carries.
pub(crate) enum Content<'a> {
    Datagram(Datagram<'a>),
    Segment(Segment<'a>),
    Sctp(SctpPacket<'a>),
    Fragment(Fragment<'a>),
    Unopened(Unopened),
}

/// The payload of UDP, or a message that some program copied out of another packet.
pub(crate) struct Datagram<'a> {
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) transport: Transport,
    /// When it was sent, if it says so itself.
    pub(crate) time: Option<Time>,
    pub(crate) octets: &'a [u8],
    /// Whether there was more of it than was captured.
    pub(crate) cut: bool,
    /// Whether an ICMP error quotes it.
    pub(crate) quoted: bool,
}

/// The payload of TCP, and where in its stream it belongs.
pub(crate) struct Segment<'a> {
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) tunnel: Tunnel,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: Option<u32>,
    pub(crate) syn: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
    pub(crate) octets: &'a [u8],
    /// How many octets of it were not captured.
    pub(crate) missing: u32,
}

/// The chunks of SCTP, and which association they belong to.
pub(crate) struct SctpPacket<'a> {
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) tunnel: Tunnel,
    /// The verification tag, which the receiver chose for the association.
    pub(crate) tag: u32,
    pub(crate) chunks: &'a [u8],
}

/// A part of an IP payload.
pub(crate) struct Fragment<'a> {
    pub(crate) of: Whole,
    pub(crate) offset: usize,
    /// Whether others follow it.
    pub(crate) more: bool,
    pub(crate) octets: &'a [u8],
    /// Whether there was more of it than was captured.
    pub(crate) cut: bool,
}

/// What tells the fragments of one IP payload from those of another.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Whole {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) protocol: u8,
    pub(crate) identification: u32,
    /// What it was wrapped in.
    pub(crate) path: Path,
}

/// What was taken off a packet so far.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    /// How many headers.
    pub(super) depth: usize,
    pub(super) tunnel: Tunnel,
    /// Whether one of them was an ICMP error, so that the rest is a quotation.
    pub(super) quoted: bool,
}

impl Path {
    /// Enters the tunnel of that kind and number between the ends of an IP packet.
    pub(super) fn enter(&mut self, kind: &str, outer: &Carried<'_>, id: u32) {
        self.tunnel = self.tunnel.inside(kind, [outer.src, outer.dst], id);
    }
}

/// Which tunnel a packet came through, and through which others that one went. The default is none.
///
/// A capture on several interfaces has a packet once inside a tunnel and once outside, and two
/// tunnels may carry the same private addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tunnel(u64);

impl Tunnel {
    /// The tunnel of that kind and number between two ends, inside this one. Either end is the
    /// sender: both directions are the same tunnel, unless each has its own number.
    fn inside(self, kind: &str, ends: [IpAddr; 2], id: u32) -> Self {
        let [one, other] = ends;
        let mut hasher = DefaultHasher::new();
        (self.0, kind, one.min(other), one.max(other), id).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Octets, and the header that they should begin with.
pub(super) enum Layer<'a> {
    /// A frame of that link type.
    Link(i32, &'a [u8]),
    Ethernet(&'a [u8]),
    Hdlc(&'a [u8]),
    /// Whatever that `EtherType` stands for.
    Typed(u16, &'a [u8]),
    /// Logical link control (IEEE 802.2).
    Llc(&'a [u8]),
    PppoE(&'a [u8]),
    Ppp(&'a [u8]),
    Mpls(&'a [u8]),
    Ip(&'a [u8]),
    Carried(Carried<'a>),
    /// No further header.
    Done(Content<'a>),
}

impl Layer<'_> {
    pub(super) const fn unopened(what: Unopened) -> Self {
        Self::Done(Content::Unopened(what))
    }

    /// What is counted if the header is cut short, or not as it should be.
    pub(super) fn broken(&self) -> Unopened {
        Unopened::Header(match self {
            Self::Link(..) => "link header",
            Self::Ethernet(_) => "Ethernet",
            Self::Hdlc(_) => "HDLC",
            Self::Typed(..) => "tag",
            Self::Llc(_) => "802.2",
            Self::PppoE(_) => "PPPoE",
            Self::Ppp(_) => "PPP",
            Self::Mpls(_) => "MPLS",
            Self::Ip(_) => "IP",
            Self::Carried(carried) => IpNumber(carried.protocol)
                .keyword_str()
                .unwrap_or("IP payload"),
            Self::Done(_) => "payload",
        })
    }
}

/// An IP payload.
#[derive(Clone, Copy)]
pub(super) struct Carried<'a> {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) protocol: u8,
    pub(super) octets: &'a [u8],
    /// How many octets of it were not captured.
    pub(super) missing: u32,
}

/// What was met in a packet and not opened: every packet that carries no UDP, TCP or SCTP that could
/// be read is counted under one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unopened {
    /// A link type that is not known, by its number (`LINKTYPE_…`). −1 if the file names none.
    LinkType(i32),
    /// An `EtherType` that is not known.
    EtherType(u16),
    /// A frame of IEEE 802.2 for another service than SNAP, by its destination.
    Sap(u8),
    /// A PPP protocol that is not known, such as one that is compressed or encrypted.
    Ppp(u16),
    /// An IP protocol that is not known, or cannot be read: ESP is encrypted, most of the time.
    IpProtocol(u8),
    /// A type of record in the Extensible Record Format that is not known.
    ErfType(u8),
    /// A payload that is known by this name, and not opened.
    Payload(&'static str),
    /// A header of that name that is cut short, or is not as its specification has it.
    Header(&'static str),
    /// More headers, one in the other, than are taken off.
    TooDeep,
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LinkType(number) => write!(f, "link type {number}"),
            Self::EtherType(0x0806) => f.write_str("ARP"),
            Self::EtherType(0x88cc) => f.write_str("LLDP"),
            Self::EtherType(0x88e5) => f.write_str("MACsec"),
            Self::EtherType(0x888e) => f.write_str("EAPOL"),
            Self::EtherType(number) => write!(f, "EtherType 0x{number:04x}"),
            Self::Sap(number) => write!(f, "802.2 SAP 0x{number:02x}"),
            Self::Ppp(number) => write!(f, "PPP protocol 0x{number:04x}"),
            Self::IpProtocol(number) => match IpNumber(number).keyword_str() {
                Some(name) => f.write_str(name),
                None => write!(f, "IP protocol {number}"),
            },
            Self::ErfType(number) => write!(f, "ERF type {number}"),
            Self::Payload(name) => f.write_str(name),
            Self::Header(name) => write!(f, "{name} cut short or broken"),
            Self::TooDeep => f.write_str("too many headers"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_is_the_same_both_ways_and_no_other() {
        let [a, b] =
            ["192.0.2.1", "2001:db8::1"].map(|ip| ip.parse::<IpAddr>().expect("an address"));
        let tunnel = Tunnel::default().inside("GTP-U", [a, b], 7);
        assert_eq!(tunnel, Tunnel::default().inside("GTP-U", [b, a], 7));
        for other in [
            Tunnel::default(),
            Tunnel::default().inside("GTP-U", [a, b], 8),
            Tunnel::default().inside("GTP-U", [a, a], 7),
            Tunnel::default().inside("VXLAN", [a, b], 7),
            tunnel.inside("GTP-U", [a, b], 7),
        ] {
            assert_ne!(tunnel, other);
        }
    }

    #[test]
    fn what_is_not_opened_has_a_name() {
        for (unopened, name) in [
            (Unopened::LinkType(147), "link type 147"),
            (Unopened::EtherType(0x0806), "ARP"),
            (Unopened::EtherType(0x1234), "EtherType 0x1234"),
            (Unopened::Ppp(0xfd), "PPP protocol 0x00fd"),
            (Unopened::IpProtocol(50), "ESP"),
            (Unopened::IpProtocol(253), "IP protocol 253"),
            (Unopened::Header("GRE"), "GRE cut short or broken"),
        ] {
            assert_eq!(unopened.to_string(), name);
        }
    }
}
