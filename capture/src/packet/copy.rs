//! Messages that a program has copied out of packets, with their addresses in fields of its own.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::message::Transport;
use crate::time::Time;

use super::layer::{Content, Datagram, Layer, Unopened};

/// The fields of a copy, and what they say of the message.
struct Copy<'a> {
    transport: Transport,
    src: SocketAddr,
    dst: SocketAddr,
    time: Option<Time>,
    octets: &'a [u8],
}

impl<'a> Copy<'a> {
    /// One of which nothing is known.
    const fn new(octets: &'a [u8]) -> Self {
        let nobody = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        Self {
            transport: Transport::Udp,
            src: nobody,
            dst: nobody,
            time: None,
            octets,
        }
    }

    const fn datagram(self, cut: bool, quoted: bool) -> Datagram<'a> {
        Datagram {
            src: self.src,
            dst: self.dst,
            transport: self.transport,
            time: self.time,
            octets: self.octets,
            cut,
            quoted,
        }
    }
}

/// An address of four octets or of sixteen.
fn address(value: &[u8]) -> Option<IpAddr> {
    match value.len() {
        4 => <[u8; 4]>::try_from(value).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(value).ok().map(IpAddr::from),
    }
}

fn number_16(value: &[u8]) -> Option<u16> {
    value.try_into().ok().map(u16::from_be_bytes)
}

fn number_32(value: &[u8]) -> Option<u32> {
    value.try_into().ok().map(u32::from_be_bytes)
}

/// The SIP message in a datagram of the Homer encapsulation protocol, version 3
/// (<https://github.com/sipcapture/HEP>), with the addresses and the time that it had on the wire.
///
/// ```text
/// │ "HEP3" │ length of all (2) │
/// │ vendor (2) │ field (2) │ length with these six octets (2) │ value │ …
/// ```
pub(super) fn hep(octets: &[u8], quoted: bool) -> Option<Layer<'_>> {
    let rest = octets.strip_prefix(b"HEP3")?;
    Some(hep_fields(octets, rest, quoted).unwrap_or(Layer::unopened(Unopened::Header("HEP"))))
}

/// The message in the fields, if they are such. `octets` are all, and `rest` what follows the name.
fn hep_fields<'a>(octets: &'a [u8], rest: &'a [u8], quoted: bool) -> Option<Layer<'a>> {
    let (len, _) = rest.split_first_chunk()?;
    let len = usize::from(u16::from_be_bytes(*len));
    let mut rest = octets.get(..len).unwrap_or(octets).get(6..)?;
    let mut copy = Copy::new(&[]);
    let (mut is_sip, mut is_compressed) = (false, false);
    let (mut seconds, mut micros) = (None, 0);
    while let Some((header, behind)) = rest.split_first_chunk::<6>() {
        let [vendor @ .., a, b, c, d] = header;
        let len = usize::from(u16::from_be_bytes([*c, *d])).checked_sub(6)?;
        // The payload may be cut short, and comes last.
        let (value, next) = behind.split_at_checked(len).unwrap_or((behind, &[]));
        rest = next;
        // Fields of other vendors say nothing of the packet.
        if *vendor != [0, 0] {
            continue;
        }
        match u16::from_be_bytes([*a, *b]) {
            2 => {
                copy.transport = match value {
                    [6] => Transport::Tcp,
                    [132] => Transport::Sctp,
                    _ => Transport::Udp,
                }
            }
            3 | 5 => copy.src.set_ip(address(value)?),
            4 | 6 => copy.dst.set_ip(address(value)?),
            7 => copy.src.set_port(number_16(value)?),
            8 => copy.dst.set_port(number_16(value)?),
            9 => seconds = Some(number_32(value)?),
            10 => micros = number_32(value)?.into(),
            11 => is_sip = value == [1],
            15 => copy.octets = value,
            16 => is_compressed = true,
            _ => {}
        }
    }
    if !is_sip || is_compressed {
        let name = if is_sip {
            "HEP compressed"
        } else {
            "HEP without SIP"
        };
        return Some(Layer::unopened(Unopened::Payload(name)));
    }
    let seconds = seconds.filter(|_| micros < 1_000_000);
    copy.time = seconds.map(|seconds| Time::new(seconds.into(), micros, 6));
    let cut = len > octets.len();
    Some(Layer::Done(Content::Datagram(copy.datagram(cut, quoted))))
}

/// A message that Wireshark exported (`wireshark-upper-pdu`).
///
/// ```text
/// │ tag (2) │ length (2) │ value │ …  │ 0 (2) │ 0 (2) │ message
/// ```
pub(super) fn exported_pdu(octets: &[u8]) -> Option<Layer<'_>> {
    let mut rest = octets;
    let mut copy = Copy::new(&[]);
    let mut protocol: &[u8] = &[];
    loop {
        let ([a, b, c, d], behind) = rest.split_first_chunk()?;
        let len = usize::from(u16::from_be_bytes([*c, *d]));
        let (value, next) = behind.split_at_checked(len)?;
        rest = next;
        match u16::from_be_bytes([*a, *b]) {
            0 => break,
            12 => protocol = value,
            20 | 22 => copy.src.set_ip(address(value)?),
            21 | 23 => copy.dst.set_ip(address(value)?),
            24 => {
                copy.transport = match number_32(value)? {
                    1 => Transport::Sctp,
                    2 => Transport::Tcp,
                    _ => Transport::Udp,
                }
            }
            25 => copy.src.set_port(u16::try_from(number_32(value)?).ok()?),
            26 => copy.dst.set_port(u16::try_from(number_32(value)?).ok()?),
            _ => {}
        }
    }
    copy.octets = rest;
    // The name is padded with NULs.
    let name = protocol.split(|octet| *octet == 0).next()?;
    Some(match name {
        b"sip" | b"sip.tcp" => Layer::Done(Content::Datagram(copy.datagram(false, false))),
        b"ip" => Layer::Ip(rest),
        b"eth" | b"eth_withoutfcs" | b"eth_withfcs" | b"eth_maybefcs" => Layer::Ethernet(rest),
        _ => Layer::unopened(Unopened::Payload("exported PDU of another protocol")),
    })
}
