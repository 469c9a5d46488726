//! A packet down to what one transport carries, through whatever it is wrapped in.
//!
//! ```text
//! link ──► VLAN, MPLS, PPP ──► IP ──► UDP, TCP, SCTP
//!               ▲              ▲ │       │
//!               └── GRE, L2TP ─┼─┴─ ESP ─┤
//!                              └─ GTP-U ─┘
//! ```
//!
//! Every header has a function that takes it off and names the [`Layer`] that comes next; none calls
//! the next. Only [`descend`] goes on, so that no nesting, however deep, costs more than its loop.

mod check;
mod copy;
mod esp;
mod ip;
mod layer;
mod link;
mod recorder;
mod tunnel;
mod wireless;

pub use layer::Unopened;
pub(crate) use layer::{Content, Fragment, SctpPacket, Segment, Tunnel, Whole};

use layer::{Carried, Layer, Path};

/// Headers that are taken off a packet, and so the bound of tunnels in tunnels. A packet of a tunnel
/// in a tunnel has about ten.
const DEPTH: usize = 24;

/// Takes the headers off a packet.
///
/// Octets after the length that an IP header gives are padding, and no payload.
pub(crate) fn dissect(link: i32, octets: &[u8]) -> Content<'_> {
    descend(Layer::Link(link, octets), Path::default())
}

/// Takes the headers off an IP payload that was put together from its fragments.
pub(crate) fn dissect_whole<'a>(of: &Whole, octets: &'a [u8], cut: bool) -> Content<'a> {
    let carried = Carried {
        src: of.src,
        dst: of.dst,
        protocol: of.protocol,
        octets,
        missing: u32::from(cut),
    };
    descend(Layer::Carried(carried), of.path)
}

fn descend(mut layer: Layer<'_>, mut path: Path) -> Content<'_> {
    loop {
        if let Layer::Done(content) = layer {
            return content;
        }
        if path.depth == DEPTH {
            return Content::Unopened(Unopened::TooDeep);
        }
        path.depth += 1;
        layer = match take_off(&layer, &mut path) {
            Some(next) => next,
            None => Layer::unopened(layer.broken()),
        };
    }
}

/// Takes one header off. `None` if it is cut short, or not as it should be.
fn take_off<'a>(layer: &Layer<'a>, path: &mut Path) -> Option<Layer<'a>> {
    match *layer {
        Layer::Link(1, octets) | Layer::Ethernet(octets) => link::ethernet(octets),
        Layer::Link(number, octets) => link::frame(number, octets),
        Layer::Hdlc(octets) => Some(link::hdlc(octets)),
        Layer::Typed(kind, octets) => link::typed(kind, octets),
        Layer::Llc(octets) => link::llc(octets),
        Layer::PppoE(octets) => link::pppoe(octets),
        Layer::Ppp(octets) => link::ppp(octets),
        Layer::Mpls(octets) => link::mpls(octets),
        Layer::Ip(octets) => ip::packet(octets, *path),
        // By reference: a copy of it would cost as much as to read the header.
        Layer::Carried(ref carried) => ip::payload(carried, path),
        Layer::Done(_) => None,
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]
mod tests {
    use core::net::SocketAddr;
    use std::fs;

    use etherparse::{IpNumber, PacketBuilder};
    use sip_status_lab::SplitMix64;
    use sip_status_test_support::repository;

    use super::*;

    const RAW: i32 = 101;

    fn udp(ports: [u16; 2], payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .udp(ports[0], ports[1])
            .write(&mut packet, payload)
            .unwrap();
        packet
    }

    fn ip(protocol: u8, payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        PacketBuilder::ipv4([198, 51, 100, 1], [198, 51, 100, 2], 64)
            .write(&mut packet, IpNumber(protocol), payload)
            .unwrap();
        packet
    }

    /// The payload of UDP in a packet, if it has that.
    fn datagram(packet: &[u8]) -> Option<Vec<u8>> {
        match dissect(RAW, packet) {
            Content::Datagram(datagram) => Some(datagram.octets.to_vec()),
            _ => None,
        }
    }

    fn unopened(packet: &[u8]) -> Option<Unopened> {
        match dissect(RAW, packet) {
            Content::Unopened(what) => Some(what),
            _ => None,
        }
    }

    #[test]
    fn tunnels_in_tunnels_have_an_end() {
        let mut packet = udp([5060, 5060], b"SIP/2.0 200 OK\r\n\r\n");
        // The link, IP and UDP are three, and each tunnel is two.
        for depth in 0..40 {
            let opened = 3 + 2 * depth <= DEPTH;
            assert_eq!(datagram(&packet).is_some(), opened, "{depth}");
            assert_eq!(unopened(&packet).is_some(), !opened, "{depth}");
            packet = ip(4, &packet);
        }
        assert_eq!(unopened(&packet), Some(Unopened::TooDeep));
    }

    #[test]
    fn what_is_not_opened_is_counted_by_name() {
        for (packet, name) in [
            (ip(89, &[0; 20]), "OSPFIGP"),
            (ip(50, &[0; 40]), "ESP"),
            (ip(1, &[8, 0, 0, 0, 0, 1, 0, 1]), "ICMP"),
            (ip(1, &[8, 0]), "ICMP cut short or broken"),
            (ip(17, &[0; 3]), "UDP cut short or broken"),
            (ip(47, &[0x40, 0, 8, 0]), "GRE cut short or broken"),
            (ip(47, &[0, 0, 0x88, 0xcc]), "LLDP"),
            (udp([9, 9060], b"HEP3\0\x05"), "HEP cut short or broken"),
            (
                udp([9, 9060], b"HEP3\0\x0d\0\0\0\x0b\0\x07\x05"),
                "HEP without SIP",
            ),
            (
                udp([9, 9060], b"HEP3\0\x13\0\0\0\x0b\0\x07\x01\0\0\0\x10\0\x06"),
                "HEP compressed",
            ),
            (
                udp([9, 2152], b"\x30\xff\0\x02\0\0\0\x01\x10\0"),
                "GTP-U without IP",
            ),
            (vec![0x50; 40], "IP cut short or broken"),
            (Vec::new(), "IP cut short or broken"),
        ] {
            assert_eq!(unopened(&packet).unwrap().to_string(), name);
        }
        for (link, name) in [
            (147, "link type 147"),
            (-1, "link type -1"),
            (1, "link header cut short or broken"),
        ] {
            let Content::Unopened(what) = dissect(link, b"SIP/2.0 200") else {
                panic!("{link} is opened");
            };
            assert_eq!(what.to_string(), name);
        }
    }

    #[test]
    fn sip_on_the_port_of_a_tunnel_is_sip() {
        for port in [1701, 2152, 3544, 4500, 4789, 5072, 6081, 8472, 9060] {
            for message in [
                &b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n"[..],
                b"\r\n\r\nsip/2.0 200 OK\r\nVia: x\r\n\r\n",
                b"OPTIONS sip:x SIP/2.0\r\nVia: x\r\n\r\n",
                b"invite sip:x SIP/2.0\r\nVia: x\r\n\r\n",
                b"HEP SIP:x SIP/2.0\r\nVia: x\r\n\r\n",
                b"SIP",
                b"",
            ] {
                for ports in [[5060, port], [port, 5060], [port, port]] {
                    assert_eq!(
                        datagram(&udp(ports, message)).as_deref(),
                        Some(message),
                        "{port}"
                    );
                }
            }
        }
    }

    #[test]
    fn esp_is_opened_only_if_all_of_it_fits() {
        let inner = udp([5060, 5060], b"SIP/2.0 200 OK\r\n\r\n");
        // Transport mode: the checksum is one between these ends. 26 octets, and a trailer of 6
        let mut esp = vec![0, 0, 1, 2, 0, 0, 0, 1];
        esp.extend(&inner[20..]);
        esp.extend([1, 2, 3, 4, 4, 17]);
        esp.extend([0xa5; 12]);
        let mut packet = Vec::new();
        PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .write(&mut packet, IpNumber(50), &esp)
            .unwrap();
        assert_eq!(datagram(&packet).as_deref(), Some(&inner[28..]));
        // Neither with one bit otherwise, from the UDP header to the last of the trailer
        for at in 28..packet.len() - 12 {
            for bit in 0..8 {
                let mut packet = packet.clone();
                packet[at] ^= 1 << bit;
                assert_eq!(
                    unopened(&packet),
                    Some(Unopened::IpProtocol(50)),
                    "{at}, {bit}"
                );
            }
        }
        // Nor cut short
        for len in 20..packet.len() {
            assert_eq!(datagram(&packet[..len]), None, "{len}");
        }
    }

    #[test]
    fn encrypted_esp_is_not_opened() {
        let mut random = SplitMix64::new(4303);
        let mut octets = vec![0; 1400];
        for _ in 0..300_000 {
            // As most of it is, and as little as possible, which is the easiest to mistake
            let len = 18 + 2 * random.below(40);
            for octet in &mut octets[..len] {
                *octet = random.octet();
            }
            let packet = ip(50, &octets[..len]);
            assert_eq!(
                unopened(&packet),
                Some(Unopened::IpProtocol(50)),
                "{packet:?}"
            );
        }
    }

    #[test]
    fn a_message_of_hep_has_its_own_time_and_ends() {
        let mut octets = b"HEP3\0\0".to_vec();
        let fields: [(u8, &[u8]); 9] = [
            (2, &[6]),
            (3, &[192, 0, 2, 7]),
            (4, &[192, 0, 2, 8]),
            (7, &[0x13, 0xc4]),
            (8, &[0x13, 0xc5]),
            (9, &[0, 0, 0, 7]),
            (10, &[0, 0, 0, 9]),
            (11, &[1]),
            (15, b"SIP/2.0 200 OK\r\n\r\n"),
        ];
        for (kind, value) in fields {
            let len = u8::try_from(value.len() + 6).unwrap();
            octets.extend([0, 0, 0, kind, 0, len]);
            octets.extend(value);
        }
        octets[5] = u8::try_from(octets.len()).unwrap();
        let packet = udp([40_000, 9060], &octets);
        let Content::Datagram(message) = dissect(RAW, &packet) else {
            panic!("it has no message");
        };
        assert_eq!(message.time.unwrap().to_string(), "7.000009");
        let ends = [message.src, message.dst];
        let expected = ["192.0.2.7:5060", "192.0.2.8:5061"];
        assert_eq!(ends, expected.map(|end| end.parse::<SocketAddr>().unwrap()));
        assert_eq!(message.transport.name(), "tcp");
        assert!(!message.cut);
        // Cut short by the capture
        let Content::Datagram(message) = dissect(RAW, &packet[..packet.len() - 3]) else {
            panic!("it has no message");
        };
        assert_eq!(message.octets, b"SIP/2.0 200 OK\r");
        assert!(message.cut);
    }

    #[test]
    fn no_octets_do_any_harm() {
        let links = [
            0, 1, 9, 12, 50, 51, 101, 104, 105, 113, 127, 192, 197, 239, 252, 276,
        ];
        let mut random = SplitMix64::new(9);
        let files = repository::files("corpus/captures");
        let files: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        for file in &files {
            // What comes at any offset of a capture is a packet as often as not, and half of one.
            for _ in 0..400 {
                let from = random.below(file.len());
                let to = from + random.below((file.len() - from).min(600) + 1);
                let mut octets = file[from..to].to_vec();
                for _ in 0..random.below(4) {
                    if let Some(last) = octets.len().checked_sub(1) {
                        octets[random.below(last + 1)] = random.octet();
                    }
                }
                for link in links {
                    if let Content::Fragment(fragment) = dissect(link, &octets) {
                        dissect_whole(&fragment.of, &octets, false);
                    }
                }
                for protocol in [4, 41, 47, 50, 115, 132, 137, 143] {
                    dissect(RAW, &ip(protocol, &octets));
                }
                for port in [1701, 2152, 3544, 4500, 4789, 5072, 6081, 9060] {
                    dissect(RAW, &udp([port, port], &octets));
                }
            }
        }
    }
}
