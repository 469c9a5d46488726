//! Captures into payloads: the file format here, the headers of a packet in [`packet`].
//!
//! ```text
//! file ──► read(): Packet ──► packet::dissect(): Content ──► Payload
//! ```
//!
//! What has to put payloads together from several packets belongs between the last two.

mod packet;

use core::fmt;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use pcap_parser::nom;
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{
    Block, InterfaceDescriptionBlock, LegacyPcapReader, PcapBlockOwned, PcapError, PcapNGReader,
    parse_pcap_header, parse_sectionheaderblock,
};

use crate::records::Failure;
use packet::Content;
pub(crate) use packet::{Origin, Payload, Place};

/// One packet as the file has it.
struct Packet<'a> {
    /// Counted from 1 through the file, over all interfaces and sections.
    frame: u64,
    time: Option<Time>,
    link: i32,
    octets: &'a [u8],
}

/// When a packet was captured, in seconds of the epoch, with as many decimals as the file has.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    seconds: i128,
    fraction: u64,
    decimals: usize,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seconds)?;
        match self.decimals {
            0 => Ok(()),
            decimals => write!(f, ".{:0decimals$}", self.fraction),
        }
    }
}

/// What became of the file.
pub(crate) enum End {
    Whole,
    /// It ends where it should not, or from there on makes no sense.
    Early(String),
}

/// The packets that nothing was read from.
#[derive(Default)]
pub(crate) struct Passed {
    /// All packets of the file, and their octets as captured.
    pub(crate) packets: u64,
    pub(crate) octets: u64,
    tcp: u64,
    fragments: u64,
    other: u64,
    /// By link type.
    unsupported: BTreeMap<i32, u64>,
}

impl Passed {
    pub(crate) fn is_nothing(&self) -> bool {
        self.tcp + self.fragments + self.other == 0 && self.unsupported.is_empty()
    }
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.tcp, "TCP"),
            (self.fragments, "IP fragments"),
            (self.other, "other"),
        ];
        let mut comma = "";
        for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
            write!(f, "{comma}{count} {what}")?;
            comma = ", ";
        }
        for (link, count) in &self.unsupported {
            write!(f, "{comma}{count} of link type {link}")?;
            comma = ", ";
        }
        Ok(())
    }
}

/// Whether a file that begins with these four octets is a capture.
pub(crate) fn is_magic(head: &[u8]) -> bool {
    is_pcapng(head) || !matches!(parse_pcap_header(head), Err(nom::Err::Error(_)))
}

fn is_pcapng(head: &[u8]) -> bool {
    head.starts_with(b"\n\r\r\n")
}

/// Whether that is `SIP/` and a digit, in any case, CRLFs before it aside. A request does not begin
/// so, and a bad status-line does.
pub(crate) fn begins_like_a_status_line(mut octets: &[u8]) -> bool {
    while let Some(rest) = octets.strip_prefix(b"\r\n") {
        octets = rest;
    }
    match octets.split_first_chunk::<5>() {
        Some(([protocol @ .., digit], _)) => {
            protocol.eq_ignore_ascii_case(b"SIP/") && digit.is_ascii_digit()
        }
        None => false,
    }
}

/// The size of the buffer at first, which holds any packet of a usual snap length.
const BUFFER: usize = 512 << 10;

/// The size it may grow to, and so the largest block that is read.
const LARGEST_BLOCK: usize = 16 << 20;

/// Interfaces of a section that are kept in mind; packets of further ones are passed over.
const INTERFACES: usize = 1 << 16;

/// Reads a capture, and hands on the payload of each UDP datagram with the number of its frame.
///
/// One pass and bounded memory: of sizes that the file claims, none is trusted before that many
/// octets have come.
pub(crate) fn read(
    mut input: impl Read,
    payload: &mut dyn FnMut(u64, Payload<'_>) -> Result<(), Failure>,
) -> Result<(Passed, End), Failure> {
    let mut passed = Passed::default();
    let mut reader = match open(&mut input)? {
        Ok(reader) => reader,
        Err(message) => return Ok((passed, End::Early(message.to_owned()))),
    };
    let mut packets = Packets::default();
    let mut capacity = BUFFER;
    loop {
        let why = match reader.next() {
            Ok((len, block)) => {
                if let Some(packet) = packets.next(&block) {
                    look_into(&packet, &mut passed, payload)?;
                }
                reader.consume(len);
                continue;
            }
            Err(PcapError::Eof) => return Ok((passed, End::Whole)),
            Err(PcapError::Incomplete(_) | PcapError::BufferTooSmall) => {
                let before = reader.data().len();
                if reader.refill().is_err() {
                    return Err(Failure::invalid("cannot be read any further"));
                }
                let full = reader.data().len() == before && !reader.reader_exhausted();
                if !full || grow(&mut *reader, &mut capacity) {
                    continue;
                }
                "claims a block too large to be one"
            }
            Err(PcapError::UnexpectedEof) => {
                if reader.data().is_empty() {
                    return Ok((passed, End::Whole));
                }
                "is cut short"
            }
            Err(_) => "is broken",
        };
        let message = format!("the capture {why} after frame {}", packets.frame);
        return Ok((passed, End::Early(message)));
    }
}

/// Makes room for a block that is larger than the buffer, if it is not too large.
fn grow(reader: &mut dyn PcapReaderIterator, capacity: &mut usize) -> bool {
    *capacity *= 2;
    *capacity <= LARGEST_BLOCK && reader.grow(*capacity)
}

type Opened<'a> = Result<Box<dyn PcapReaderIterator + 'a>, &'static str>;

/// Makes the reader for the format that the first octets tell, or says what is wrong with them.
///
/// The readers of `pcap-parser` want the whole file header from their first read, and a pipe may
/// give less: so it is read beforehand.
fn open(input: &mut impl Read) -> Result<Opened<'_>, Failure> {
    let mut head = Vec::new();
    let mut wanted = 24;
    loop {
        let missing = wanted - head.len();
        let read = input
            .take(missing as u64)
            .read_to_end(&mut head)
            .map_err(Failure::Input)?;
        let header = if is_pcapng(&head) {
            parse_sectionheaderblock(&head).map(drop)
        } else {
            parse_pcap_header(&head).map(drop)
        };
        match header {
            Ok(()) => break,
            Err(nom::Err::Incomplete(_)) if read < missing => {
                return Ok(Err("the capture is cut short in its header"));
            }
            Err(nom::Err::Incomplete(_)) if wanted < BUFFER => wanted *= 2,
            Err(_) => return Ok(Err("the header of the capture is broken")),
        }
    }
    let pcapng = is_pcapng(&head);
    let input = Cursor::new(head).chain(input);
    let reader = if pcapng {
        PcapNGReader::new(BUFFER, input).map(|reader| Box::new(reader) as Box<_>)
    } else {
        LegacyPcapReader::new(BUFFER, input).map(|reader| Box::new(reader) as Box<_>)
    };
    Ok(reader.map_err(|_| "the header of the capture is broken"))
}

/// Tells packets from the other blocks of a file, and keeps what those say of packets.
#[derive(Default)]
struct Packets {
    /// The number of the last packet.
    frame: u64,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy)]
struct Interface {
    link: i32,
    snap_len: u32,
    /// Units of time in a second, if that is known.
    resolution: Option<u64>,
    offset: i64,
}

impl Interface {
    fn new(block: &InterfaceDescriptionBlock<'_>) -> Self {
        Self {
            link: block.linktype.0,
            snap_len: block.snaplen,
            resolution: block.ts_resolution(),
            offset: block.ts_offset(),
        }
    }

    fn time(self, units: u64) -> Option<Time> {
        let resolution = self.resolution.filter(|resolution| *resolution > 0)?;
        Some(Time {
            seconds: i128::from(units / resolution) + i128::from(self.offset),
            fraction: units % resolution,
            decimals: resolution.ilog10() as usize,
        })
    }
}

impl Packets {
    /// The packet in a block, if it has one.
    fn next<'a>(&mut self, block: &'a PcapBlockOwned<'_>) -> Option<Packet<'a>> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let nanoseconds = header.is_nanosecond_precision();
                self.interfaces = vec![Interface {
                    // The upper bits tell of a frame check sequence.
                    link: header.network.0 & 0x03FF_FFFF,
                    snap_len: header.snaplen,
                    resolution: Some(if nanoseconds {
                        1_000_000_000
                    } else {
                        1_000_000
                    }),
                    offset: 0,
                }];
                None
            }
            PcapBlockOwned::Legacy(block) => {
                let interface = self.interfaces.first().copied();
                let time = interface.and_then(|interface| {
                    let resolution = interface.resolution?;
                    Some(Time {
                        seconds: block.ts_sec.into(),
                        fraction: block.ts_usec.into(),
                        decimals: resolution.ilog10() as usize,
                    })
                });
                Some(self.packet(interface, time, block.data))
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => {
                self.interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
                if self.interfaces.len() < INTERFACES {
                    self.interfaces.push(Interface::new(block));
                }
                None
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
                let index = usize::try_from(block.if_id).ok();
                let interface = index.and_then(|index| self.interfaces.get(index).copied());
                let units = u64::from(block.ts_high) << 32 | u64::from(block.ts_low);
                let time = interface.and_then(|interface| interface.time(units));
                Some(self.packet(interface, time, block.packet_data()))
            }
            PcapBlockOwned::NG(Block::SimplePacket(block)) => {
                let interface = self.interfaces.first().copied();
                // Only the snap length tells the octets of a packet cut short from the padding.
                let octets = match interface.map_or(0, |interface| interface.snap_len) {
                    0 => block.packet_data(),
                    len => first(block.packet_data(), len),
                };
                Some(self.packet(interface, None, octets))
            }
            // tshark numbers these as well.
            PcapBlockOwned::NG(Block::SystemdJournalExport(_)) => {
                self.frame += 1;
                None
            }
            PcapBlockOwned::NG(_) => None,
        }
    }

    fn packet<'a>(
        &mut self,
        interface: Option<Interface>,
        time: Option<Time>,
        octets: &'a [u8],
    ) -> Packet<'a> {
        self.frame += 1;
        Packet {
            frame: self.frame,
            time,
            // A packet of no known interface is of no known link type.
            link: interface.map_or(-1, |interface| interface.link),
            octets,
        }
    }
}

fn first(octets: &[u8], len: u32) -> &[u8] {
    usize::try_from(len)
        .ok()
        .and_then(|len| octets.get(..len))
        .unwrap_or(octets)
}

fn look_into(
    packet: &Packet<'_>,
    passed: &mut Passed,
    payload: &mut dyn FnMut(u64, Payload<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    passed.packets += 1;
    passed.octets += packet.octets.len() as u64;
    match packet::dissect(packet) {
        Content::Udp(datagram) => return payload(packet.frame, datagram),
        Content::Tcp => passed.tcp += 1,
        Content::Fragment => passed.fragments += 1,
        Content::Other => passed.other += 1,
        Content::Unsupported => *passed.unsupported.entry(packet.link).or_default() += 1,
    }
    Ok(())
}
