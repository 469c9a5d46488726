//! Numbers, messages and files.

use std::fs;

use sip_status_capture::{Error, Reader};
use sip_status_test_support::repository;

use crate::headers::{self, End, end};

/// The link type of Ethernet.
pub(crate) const ETHERNET: u16 = 1;

/// A message that a SIP stack sent, and between which ends it travels here.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) src: End,
    pub(crate) dst: End,
    pub(crate) octets: Vec<u8>,
}

/// The messages of a capture of the corpus, as from one telephone and back.
pub(crate) fn messages(capture: &str) -> Vec<Message> {
    let file = fs::read(repository::path("corpus/captures").join(capture)).unwrap();
    let mut messages = Vec::new();
    let report = Reader::new()
        .requests(true)
        .read(file.as_slice(), |message| {
            let [telephone, proxy] = [end([192, 0, 2, 10], 5062), end([192, 0, 2, 20], 5060)];
            let (src, dst) = if message.is_response() {
                (proxy, telephone)
            } else {
                (telephone, proxy)
            };
            messages.push(Message {
                src,
                dst,
                octets: message.octets.to_vec(),
            });
            Ok::<_, Error>(())
        });
    report.unwrap().end.unwrap();
    assert!(messages.len() >= 6, "{capture}");
    messages
}

/// The message in a UDP datagram, as IP carries it.
pub(crate) fn datagram(message: &Message) -> Vec<u8> {
    headers::udp(message.src, message.dst, &message.octets)
}

/// The packets of a file, ten milliseconds apart, each of one of its link types.
pub(crate) struct Capture {
    pub(crate) name: &'static str,
    pub(crate) packets: Vec<(u16, Vec<u8>)>,
}

impl Capture {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            packets: Vec::new(),
        }
    }

    pub(crate) fn packet(&mut self, link: u16, packet: Vec<u8>) {
        self.packets.push((link, packet));
    }

    /// When a packet was captured, in microseconds.
    fn micros(number: usize) -> u64 {
        1_795_200_000_000_000 + 10_000 * number as u64
    }

    /// The file: pcapng if its name says so, or else pcap, of one link type.
    pub(crate) fn file(&self) -> Vec<u8> {
        if self.name.ends_with(".pcapng") {
            self.pcapng()
        } else {
            self.pcap()
        }
    }

    fn pcap(&self) -> Vec<u8> {
        let link = self.packets[0].0;
        let mut file = sip_status_test_support::packets::pcap_header(link.into());
        for (number, (of, packet)) in self.packets.iter().enumerate() {
            assert_eq!(*of, link, "{}", self.name);
            let micros = Self::micros(number);
            file.extend(sip_status_test_support::packets::pcap_record(
                micros,
                packet,
                packet.len(),
            ));
        }
        file
    }

    fn pcapng(&self) -> Vec<u8> {
        let mut links: Vec<u16> = self.packets.iter().map(|(link, _)| *link).collect();
        links.sort_unstable();
        links.dedup();
        let mut file = block(
            0x0a0d_0d0a,
            b"\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
        );
        for link in &links {
            file.extend(block(1, &[&link.to_le_bytes()[..], &[0; 6]].concat()));
        }
        for (number, (link, packet)) in self.packets.iter().enumerate() {
            let interface = links.iter().position(|other| other == link).unwrap();
            let micros = Self::micros(number);
            let [low, high] = [micros & 0xffff_ffff, micros >> 32];
            let len = packet.len() as u64;
            let fields = [interface as u64, high, low, len, len];
            let fields = fields.map(|field| u32::try_from(field).unwrap().to_le_bytes());
            file.extend(block(6, &[&fields.concat(), packet.as_slice()].concat()));
        }
        file
    }
}

/// A block of pcapng in little-endian order, padded.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let len = u32::try_from(12 + padded).unwrap().to_le_bytes();
    let mut block = [&kind.to_le_bytes()[..], &len, body].concat();
    block.resize(8 + padded, 0);
    block.extend(len);
    block
}
