//! What a capture may be compressed with.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window of a zstd frame, which has to be in memory whole. What every decoder should
/// support (RFC 8878 §3.1.1.1.2) and the command-line tool uses unless told otherwise.
const WINDOW: u64 = 8 << 20;

/// Whether a file that begins with these four octets is compressed.
pub(super) fn is_magic(head: &[u8]) -> bool {
    is_gzip(head) || is_zstd(head)
}

fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(b"\x1f\x8b\x08")
}

fn is_zstd(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xb5, 0x2f, 0xfd, ..]) || is_skippable(head)
}

fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The octets that these are when decompressed, or these if they are not compressed.
pub(super) fn decompress<'a>(head: &[u8], input: impl Read + 'a) -> Box<dyn Read + 'a> {
    if is_gzip(head) {
        Box::new(MultiGzDecoder::new(input))
    } else if is_zstd(head) {
        Box::new(Zstd {
            source: BufReader::new(input),
            decoder: FrameDecoder::new(),
            in_frame: false,
        })
    } else {
        Box::new(input)
    }
}

/// The content of zstd frames, one after another.
struct Zstd<R> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        loop {
            while self.in_frame {
                let wanted = octets.len().saturating_sub(self.decoder.can_collect());
                if wanted > 0 && !self.decoder.is_finished() {
                    let some = BlockDecodingStrategy::UptoBytes(wanted);
                    let decoded = self.decoder.decode_blocks(&mut self.source, some);
                    decoded.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
                    continue;
                }
                match self.decoder.read(octets)? {
                    0 if !octets.is_empty() => self.in_frame = false,
                    read => return Ok(read),
                }
            }
            if !self.begin_frame()? {
                return Ok(0);
            }
        }
    }
}

impl<R: Read> Zstd<R> {
    /// Goes to the content of the next frame. Says whether there is one.
    fn begin_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mut magic = [0; 4];
            self.source.read_exact(&mut magic)?;
            if !is_skippable(&magic) {
                self.begin_content(magic)?;
                return Ok(true);
            }
            let mut len = [0; 4];
            self.source.read_exact(&mut len)?;
            let mut skipped = (&mut self.source).take(u32::from_le_bytes(len).into());
            io::copy(&mut skipped, &mut io::sink())?;
        }
    }

    /// Reads a frame header (RFC 8878 §3.1.1.1), and has it decoded if the window is not too large.
    fn begin_content(&mut self, magic: [u8; 4]) -> io::Result<()> {
        let mut header = magic.to_vec();
        let mut descriptor = [0];
        self.source.read_exact(&mut descriptor)?;
        header.extend(descriptor);
        let [descriptor] = descriptor;
        let single_segment = descriptor & 0x20 != 0;
        let window_len = usize::from(!single_segment);
        let dictionary_len = [0, 1, 2, 4]
            .get(usize::from(descriptor & 3))
            .copied()
            .unwrap_or(0);
        let size_len = match descriptor >> 6 {
            0 => usize::from(single_segment),
            power => 1 << power,
        };
        let mut fields = [0; 13];
        let fields = fields
            .get_mut(..window_len + dictionary_len + size_len)
            .unwrap_or_default();
        self.source.read_exact(fields)?;
        header.extend_from_slice(fields);
        let window = match fields.first() {
            Some(window) if !single_segment => {
                let base = 1_u64 << (10 + (window >> 3));
                base + base / 8 * u64::from(window & 7)
            }
            _ => {
                let size = fields.get(dictionary_len..).unwrap_or_default();
                let size = size.iter().rev();
                let size = size.fold(0, |size, octet| size << 8 | u64::from(*octet));
                size + if size_len == 2 { 256 } else { 0 }
            }
        };
        if window > WINDOW {
            let message = format!("its zstd window of {window} octets is too large");
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        let begun = self
            .decoder
            .reset(Cursor::new(header).chain(&mut self.source));
        begun.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        self.in_frame = true;
        Ok(())
    }
}
