//! Formats whose records are those of pcap under another header: snoop (RFC 1761), and the pcap of
//! some Linux systems of 1999 in big-endian order. They are rewritten as pcap while they are read.
//!
//! ```text
//! pcap      │ seconds │ microseconds │ octets here │ octets on the wire │ packet
//! modified  │ seconds │ microseconds │ octets here │ octets on the wire │ … (8 octets) │ packet
//! snoop     │ octets on the wire │ octets here │ octets with this and padding │ … (4 octets) │ seconds │ microseconds │ packet │ padding
//! ```
//!
//! `pcap-parser` reads the modified one itself in little-endian order.

use std::io::{self, Cursor, Read};

/// What a file is that is no pcap, but nearly.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Snoop,
    /// Records with a header of 24 octets, big-endian.
    Modified,
}

impl Format {
    /// The format that the first four octets of a file tell.
    pub(super) const fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b's', b'n', b'o', b'o', ..] => Some(Self::Snoop),
            [0xa1, 0xb2, 0xcd, 0x34, ..] => Some(Self::Modified),
            _ => None,
        }
    }

    /// The length of the header of a file.
    pub(super) const fn header_len(self) -> usize {
        match self {
            Self::Snoop => 16,
            Self::Modified => 24,
        }
    }

    /// The header of pcap that stands for that of this format, if that is one and of a link type
    /// that pcap has a number for.
    pub(super) fn header(self, header: &[u8]) -> Option<[u8; 24]> {
        let link = match self {
            Self::Snoop => {
                let (b"snoop\0\0\0\0\0\0\x02", link) = header.split_first_chunk()? else {
                    return None;
                };
                match link {
                    // IEEE 802.3, and Ethernet
                    [0, 0, 0, 0 | 4] => 1,
                    // Token ring, FDDI
                    [0, 0, 0, 2] => 6,
                    [0, 0, 0, 8] => 10,
                    _ => return None,
                }
            }
            Self::Modified => {
                let (_, link) = header.split_last_chunk()?;
                u32::from_be_bytes(*link)
            }
        };
        // Version 2.4, with microseconds
        let fields = [0xa1b2_c3d4, 0x0004_0002, 0, 0, u32::from(u16::MAX), link];
        let mut pcap = [0; 24];
        for (octets, field) in pcap.chunks_exact_mut(4).zip(fields) {
            octets.copy_from_slice(&field.to_le_bytes());
        }
        Some(pcap)
    }

    /// The header of a record as pcap has it, and the octets of the packet and of its padding.
    fn record(self, header: &[u8; 24]) -> ([u8; 16], u64, u64) {
        let mut fields = [0; 6];
        for (field, octets) in fields.iter_mut().zip(header.chunks_exact(4)) {
            *field = octets
                .iter()
                .fold(0, |field, octet| field << 8 | u32::from(*octet));
        }
        let (seconds, micros, here, wire, padding) = match (self, fields) {
            (Self::Snoop, [wire, here, all, _, seconds, micros]) => {
                let padding = all.saturating_sub(here).saturating_sub(24);
                (seconds, micros, here, wire, padding)
            }
            (Self::Modified, [seconds, micros, here, wire, _, _]) => {
                (seconds, micros, here, wire, 0)
            }
        };
        let mut pcap = [0; 16];
        for (octets, field) in pcap.chunks_exact_mut(4).zip([seconds, micros, here, wire]) {
            octets.copy_from_slice(&field.to_le_bytes());
        }
        (pcap, here.into(), padding.into())
    }
}

/// The records of a file, as pcap has them.
pub(super) struct Records<R> {
    input: R,
    format: Format,
    /// What is left of a header.
    header: Cursor<Vec<u8>>,
    /// What is left of a packet, and of its padding.
    packet: u64,
    padding: u64,
}

impl<R: Read> Records<R> {
    /// Those of a file of which the header has been read.
    pub(super) const fn new(input: R, format: Format) -> Self {
        Self {
            input,
            format,
            header: Cursor::new(Vec::new()),
            packet: 0,
            padding: 0,
        }
    }

    /// Goes to the next record. What is left of one whose header is cut short is handed on, so that
    /// its reader knows.
    fn next(&mut self) -> io::Result<()> {
        let mut padding = (&mut self.input).take(self.padding);
        io::copy(&mut padding, &mut io::sink())?;
        self.padding = 0;
        let mut header = Vec::with_capacity(24);
        (&mut self.input).take(24).read_to_end(&mut header)?;
        if let Ok(whole) = <[u8; 24]>::try_from(header.as_slice()) {
            let (record, packet, padding) = self.format.record(&whole);
            header = record.to_vec();
            self.packet = packet;
            self.padding = padding;
        } else {
            header.truncate(15);
        }
        self.header = Cursor::new(header);
        Ok(())
    }
}

impl<R: Read> Read for Records<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let header = self.header.read(octets)?;
        if header > 0 {
            return Ok(header);
        }
        if self.packet > 0 {
            let read = (&mut self.input).take(self.packet).read(octets)?;
            self.packet -= read as u64;
            return Ok(read);
        }
        self.next()?;
        self.header.read(octets)
    }
}
