//! The packets of a file: pcap, pcapng and snoop, compressed or not.

mod translate;
mod unpadded;

use core::cell::RefCell;
use core::ops::ControlFlow;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::rc::Rc;

use pcap_parser::nom;
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{
    Block, InterfaceDescriptionBlock, LegacyPcapReader, PcapBlockOwned, PcapError, PcapNGReader,
    parse_block_be, parse_block_le, parse_pcap_header, parse_sectionheaderblock,
};

use crate::compression;
use crate::error::Error;
use crate::time::Time;

use translate::{Format, Records};

/// One packet as the file has it.
pub(super) struct Packet<'a> {
    /// Counted from 1 through the file, over all interfaces and sections.
    pub(super) frame: u64,
    pub(super) time: Option<Time>,
    pub(super) link: i32,
    pub(super) octets: &'a [u8],
}

/// Whether a file that begins with these four octets is a capture.
pub(super) fn is_magic(head: &[u8]) -> bool {
    is_pcapng(head)
        || Format::of(head).is_some()
        || !matches!(parse_pcap_header(head), Err(nom::Err::Error(_)))
}

fn is_pcapng(head: &[u8]) -> bool {
    head.starts_with(b"\n\r\r\n")
}

/// The size of the buffer at first, which holds any packet on a usual link, and which the cache of a
/// core holds.
const BUFFER: usize = 128 << 10;

/// The size it may grow to, and so the largest block that is read.
const LARGEST_BLOCK: usize = 16 << 20;

/// Interfaces of a section that are kept in mind; packets of further ones are passed over.
const INTERFACES: usize = 1 << 16;

/// The type of a packet block of pcapng as it first was.
const OLD_PACKET: u32 = 2;

/// Hands on every packet of a file. Breaks if `take` does.
///
/// One pass and bounded memory: of sizes that the file claims, none is trusted before that many
/// octets have come.
pub(super) fn read(
    mut input: impl Read,
    take: &mut dyn FnMut(&Packet<'_>) -> ControlFlow<()>,
) -> ControlFlow<(), Result<(), Error>> {
    let mut head = Vec::new();
    if let Err(error) = (&mut input).take(4).read_to_end(&mut head) {
        return ControlFlow::Continue(Err(Error::Input(error)));
    }
    let compressed = compression::is_magic(&head);
    let trouble = Trouble::default();
    let input = Watched {
        input: compression::decompress(&head, Cursor::new(head.clone()).chain(input)),
        trouble: Rc::clone(&trouble),
    };
    let mut packets = Packets::default();
    let end = match open(input) {
        Ok(reader) => packets.read(reader, take)?,
        Err(error) => Err(error),
    };
    let frame = packets.frame;
    ControlFlow::Continue(match trouble.take() {
        Some(error) if compressed && is_corrupt(&error) => Err(Error::Compression { frame, error }),
        Some(error) => Err(Error::Input(error)),
        None => end,
    })
}

/// Whether that is an error of decompressing, and not one of reading.
fn is_corrupt(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidData
            | ErrorKind::InvalidInput
            | ErrorKind::UnexpectedEof
            // A window that is too large, a method that is not known, whatever LZ4 minds
            | ErrorKind::OutOfMemory
            | ErrorKind::Unsupported
            | ErrorKind::Other
    )
}

/// The error that ended the input.
type Trouble = Rc<RefCell<Option<io::Error>>>;

/// An input that ends where it fails. The readers of `pcap-parser` keep no error.
struct Watched<R> {
    input: R,
    trouble: Trouble,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        // No decoder promises anything of what it reads after it has failed.
        if self.trouble.borrow().is_some() {
            return Ok(0);
        }
        loop {
            match self.input.read(octets) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.trouble.borrow_mut().get_or_insert(error);
                    return Ok(0);
                }
                read => return read,
            }
        }
    }
}

/// Makes the reader for the format that the first octets tell, or says what is wrong with them.
///
/// The readers of `pcap-parser` want the whole file header from their first read, and a pipe may
/// give less: so it is read beforehand.
fn open<'a>(mut input: impl Read + 'a) -> Result<Blocks<'a>, Error> {
    let mut head = Vec::new();
    let mut wanted = 24;
    loop {
        let missing = wanted - head.len();
        let read = (&mut input).take(missing as u64).read_to_end(&mut head);
        let read = read.map_err(Error::Input)?;
        if !is_magic(&head) {
            return Err(Error::Format);
        }
        if let Some(format) = Format::of(&head) {
            return translated(format, &head, input);
        }
        let header = if is_pcapng(&head) {
            mend_section_header(&mut head);
            parse_sectionheaderblock(&head).map(drop)
        } else {
            parse_pcap_header(&head).map(drop)
        };
        match header {
            Ok(()) => break,
            Err(nom::Err::Incomplete(_)) if read < missing => {
                return Err(Error::CutShort { frame: 0 });
            }
            Err(nom::Err::Incomplete(_)) if wanted < BUFFER => wanted *= 2,
            Err(_) => return Err(BROKEN),
        }
    }
    let pcapng = is_pcapng(&head);
    let input = Cursor::new(head).chain(input);
    if pcapng {
        let reader = PcapNGReader::new(BUFFER, input).map_err(|_| BROKEN)?;
        let reader = Box::new(reader);
        return Ok(Blocks { reader, pcapng });
    }
    legacy(input)
}

const BROKEN: Error = Error::Broken { frame: 0 };

/// The blocks of a file.
struct Blocks<'a> {
    reader: Box<dyn PcapReaderIterator + 'a>,
    pcapng: bool,
}

fn legacy<'a>(input: impl Read + 'a) -> Result<Blocks<'a>, Error> {
    let reader = LegacyPcapReader::new(BUFFER, input).map_err(|_| BROKEN)?;
    let reader = Box::new(reader);
    let pcapng = false;
    Ok(Blocks { reader, pcapng })
}

/// A file in a format that is rewritten, of which these octets have come.
fn translated<'a>(format: Format, head: &[u8], input: impl Read + 'a) -> Result<Blocks<'a>, Error> {
    let Some((header, rest)) = head.split_at_checked(format.header_len()) else {
        return Err(Error::CutShort { frame: 0 });
    };
    let header = format.header(header).ok_or(Error::Format)?;
    let rest = BufReader::new(Cursor::new(rest.to_vec()).chain(input));
    legacy(Cursor::new(header).chain(Records::new(rest, format)))
}

/// Makes the length of a section header right if it leaves out the padding.
fn mend_section_header(head: &mut [u8]) {
    let big_endian = head.get(8..12) == Some(b"\x1a\x2b\x3c\x4d");
    let end = unpadded::end(head, big_endian);
    if let Some(block) = end.and_then(|end| head.get_mut(..end)) {
        unpadded::mend(block, big_endian);
    }
}

/// Tells packets from the other blocks of a file, and keeps what those say of packets.
#[derive(Default)]
struct Packets {
    /// The number of the last packet.
    frame: u64,
    big_endian: bool,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy)]
struct Interface {
    link: i32,
    snap_len: u32,
    resolution: Resolution,
    offset: i64,
}

/// What a unit of time is, in the exponent of a second.
#[derive(Clone, Copy)]
enum Resolution {
    Ten(u32),
    Two(u32),
}

impl Resolution {
    fn time(self, units: u64, offset: i64) -> Option<Time> {
        let (whole, fraction, decimals) = match self {
            Self::Ten(power) => {
                let unit = 10_u64.checked_pow(power)?;
                (units / unit, units % unit, power)
            }
            Self::Two(power) => {
                // Every such fraction ends, if after more decimals than clocks have.
                let decimals = power.min(18);
                let whole = units.checked_shr(power).unwrap_or(0);
                let rest = units - whole.checked_shl(power).unwrap_or(0);
                let scaled = u128::from(rest) * 10_u128.pow(decimals);
                let fraction = scaled.checked_shr(power).unwrap_or(0);
                (whole, u64::try_from(fraction).ok()?, decimals)
            }
        };
        let seconds = i64::try_from(whole).ok()?.checked_add(offset)?;
        Some(Time::new(seconds, fraction, decimals))
    }
}

impl Interface {
    fn new(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Self {
        // `pcap-parser` knows no powers of two, and takes the offset for little-endian.
        let resolution = match u32::from(block.if_tsresol) {
            power @ 0x80.. => Resolution::Two(power & 0x7f),
            power => Resolution::Ten(power),
        };
        let offset = match block.ts_offset() {
            offset if big_endian => offset.swap_bytes(),
            offset => offset,
        };
        Self {
            link: block.linktype.0,
            snap_len: block.snaplen,
            resolution,
            offset,
        }
    }
}

impl Packets {
    /// Hands on every packet.
    fn read(
        &mut self,
        Blocks { mut reader, pcapng }: Blocks<'_>,
        take: &mut dyn FnMut(&Packet<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<(), Result<(), Error>> {
        let mut capacity = BUFFER;
        let mut mended;
        let error = loop {
            let unpadded = pcapng.then(|| unpadded::end(reader.data(), self.big_endian));
            let next = match unpadded.flatten() {
                None => reader.next(),
                Some(end) => match reader.data().get(..end) {
                    Some(block) => {
                        mended = block.to_vec();
                        self.mended(end, &mut mended)
                    }
                    None if reader.reader_exhausted() => Err(PcapError::UnexpectedEof),
                    None => Err(PcapError::Incomplete(0)),
                },
            };
            match next {
                Ok((len, block)) => {
                    if let Some(packet) = self.next(&block) {
                        take(&packet)?;
                    }
                    reader.consume(len);
                }
                Err(PcapError::Eof) => return ControlFlow::Continue(Ok(())),
                Err(PcapError::Incomplete(_) | PcapError::BufferTooSmall) => {
                    let before = reader.data().len();
                    if reader.refill().is_err() {
                        break Error::Broken { frame: self.frame };
                    }
                    let full = reader.data().len() == before && !reader.reader_exhausted();
                    if full && !grow(&mut *reader, &mut capacity) {
                        break Error::BlockTooLarge { frame: self.frame };
                    }
                }
                Err(PcapError::UnexpectedEof) => {
                    if reader.data().is_empty() {
                        return ControlFlow::Continue(Ok(()));
                    }
                    break Error::CutShort { frame: self.frame };
                }
                Err(_) => break Error::Broken { frame: self.frame },
            }
        };
        ControlFlow::Continue(Err(error))
    }

    /// The block whose length leaves out the padding, and how many octets it has.
    fn mended<'a>(
        &self,
        end: usize,
        block: &'a mut [u8],
    ) -> Result<(usize, PcapBlockOwned<'a>), PcapError<&'a [u8]>> {
        unpadded::mend(block, self.big_endian);
        let parse = if self.big_endian {
            parse_block_be
        } else {
            parse_block_le
        };
        match parse(block) {
            Ok((_, block)) => Ok((end, PcapBlockOwned::from(block))),
            Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
            Err(nom::Err::Incomplete(_)) => Err(PcapError::ReadError),
        }
    }

    /// The packet in a block, if it has one.
    fn next<'a>(&mut self, block: &'a PcapBlockOwned<'_>) -> Option<Packet<'a>> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let nanoseconds = header.is_nanosecond_precision();
                self.interfaces = vec![Interface {
                    // The upper bits tell of a frame check sequence.
                    link: header.network.0 & 0x03FF_FFFF,
                    snap_len: header.snaplen,
                    resolution: Resolution::Ten(if nanoseconds { 9 } else { 6 }),
                    offset: 0,
                }];
                None
            }
            PcapBlockOwned::Legacy(block) => {
                let interface = self.interfaces.first().copied();
                let time = interface.and_then(|interface| {
                    let Resolution::Ten(power) = interface.resolution else {
                        return None;
                    };
                    Some(Time::new(block.ts_sec.into(), block.ts_usec.into(), power))
                });
                Some(self.packet(interface, time, block.data))
            }
            PcapBlockOwned::NG(Block::SectionHeader(block)) => {
                self.big_endian = block.big_endian();
                self.interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
                if self.interfaces.len() < INTERFACES {
                    self.interfaces.push(Interface::new(block, self.big_endian));
                }
                None
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
                let index = usize::try_from(block.if_id).ok();
                let interface = index.and_then(|index| self.interfaces.get(index).copied());
                let units = u64::from(block.ts_high) << 32 | u64::from(block.ts_low);
                let time = interface
                    .and_then(|interface| interface.resolution.time(units, interface.offset));
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
            PcapBlockOwned::NG(Block::Unknown(block)) => {
                // In the byte order of the section, as `pcap-parser` leaves the type.
                let kind = if self.big_endian {
                    block.block_type.swap_bytes()
                } else {
                    block.block_type
                };
                (kind == OLD_PACKET)
                    .then(|| self.old_packet(block.data))
                    .flatten()
            }
            // tshark numbers these as well.
            PcapBlockOwned::NG(Block::SystemdJournalExport(_) | Block::Custom(_)) => {
                self.frame += 1;
                None
            }
            PcapBlockOwned::NG(_) => None,
        }
    }

    /// The packet in a block of the kind that was there before enhanced packet blocks.
    fn old_packet<'a>(&mut self, block: &'a [u8]) -> Option<Packet<'a>> {
        let (interface, block) = block.split_first_chunk::<2>()?;
        let (_drops, block) = block.split_first_chunk::<2>()?;
        let mut rest = block;
        let mut field = || {
            let (field, behind) = rest.split_first_chunk::<4>()?;
            rest = behind;
            Some(if self.big_endian {
                u32::from_be_bytes(*field)
            } else {
                u32::from_le_bytes(*field)
            })
        };
        let (high, low, len, _original) = (field()?, field()?, field()?, field()?);
        let index = if self.big_endian {
            u16::from_be_bytes(*interface)
        } else {
            u16::from_le_bytes(*interface)
        };
        let interface = self.interfaces.get(usize::from(index)).copied();
        let units = u64::from(high) << 32 | u64::from(low);
        let time =
            interface.and_then(|interface| interface.resolution.time(units, interface.offset));
        Some(self.packet(interface, time, first(rest, len)))
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

/// Makes room for a block that is larger than the buffer, if it is not too large.
fn grow(reader: &mut dyn PcapReaderIterator, capacity: &mut usize) -> bool {
    *capacity *= 2;
    *capacity <= LARGEST_BLOCK && reader.grow(*capacity)
}

fn first(octets: &[u8], len: u32) -> &[u8] {
    usize::try_from(len)
        .ok()
        .and_then(|len| octets.get(..len))
        .unwrap_or(octets)
}
