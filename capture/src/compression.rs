//! What a capture may be compressed with: gzip, bzip2, xz, zstd, LZ4.
//!
//! Each may be several streams, one after another, and none takes more memory than the largest
//! window that is allowed here.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window of a zstd frame, which has to be in memory whole. What every decoder should
/// support (RFC 8878 §3.1.1.1.2) and the command-line tool uses unless told otherwise.
const WINDOW: u64 = 8 << 20;

/// The most memory that decoding xz may take, in KiB: what `xz -9` needs, and some more for other
/// tables than the dictionary.
const XZ_MEMORY: u32 = (64 << 10) + 256;

/// What a file is compressed with.
#[derive(Clone, Copy)]
enum Method {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Lz4,
}

impl Method {
    /// The method that these first four octets of a file tell.
    const fn of(head: &[u8]) -> Option<Self> {
        Some(match head {
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', ..] => Self::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A skippable frame, which LZ4 has too, but no tool writes one first.
            head if is_skippable(head) => Self::Zstd,
            // A frame, and one as it was before frames
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Self::Lz4,
            _ => return None,
        })
    }
}

/// Whether a file that begins with these four octets is compressed.
pub(super) const fn is_magic(head: &[u8]) -> bool {
    Method::of(head).is_some()
}

const fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The octets that these are when decompressed, or these if they are not compressed.
pub(super) fn decompress<'a>(head: &[u8], input: impl Read + 'a) -> Box<dyn Read + 'a> {
    let Some(method) = Method::of(head) else {
        return Box::new(input);
    };
    let source = BufReader::new(Full(input));
    match method {
        Method::Gzip => Box::new(Gzip {
            member: Some(GzDecoder::new(source)),
        }),
        Method::Bzip2 => Box::new(MultiBzDecoder::new(source)),
        Method::Xz => Box::new(XzReader::new_mem_limit(source, true, XZ_MEMORY)),
        Method::Zstd => Box::new(Zstd {
            source,
            decoder: FrameDecoder::new(),
            in_frame: false,
        }),
        Method::Lz4 => Box::new(Lz4 {
            decoder: Lz4Decoder::new(Source {
                input: source,
                ended: false,
            }),
        }),
    }
}

/// An input that gives as much as it is asked for, unless it ends.
///
/// What a decoder gives of a broken file depends on how much it is given at a time.
struct Full<R>(R);

impl<R: Read> Read for Full<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let mut len = 0;
        while let Some(room) = octets.get_mut(len..).filter(|room| !room.is_empty()) {
            match self.0.read(room) {
                Ok(0) => break,
                Ok(read) => len += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // It will fail again, once what came before is taken.
                Err(_) if len > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(len)
    }
}

/// The content of gzip members, one after another.
struct Gzip<R> {
    member: Option<GzDecoder<BufReader<R>>>,
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(octets)?;
            if read > 0 || octets.is_empty() {
                return Ok(read);
            }
            skip_padding(member.get_mut())?;
            let ended = member.get_mut().fill_buf()?.is_empty();
            let source = self.member.take().map(GzDecoder::into_inner);
            self.member = source.filter(|_| !ended).map(GzDecoder::new);
        }
        Ok(0)
    }
}

/// Passes over NULs, with which a member may be padded to the block of a tape.
fn skip_padding(source: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = source.fill_buf()?;
        let padding = buffer.iter().take_while(|octet| **octet == 0).count();
        if padding == 0 {
            return Ok(());
        }
        source.consume(padding);
    }
}

/// The content of LZ4 frames, one after another.
///
/// The decoder takes a frame that is cut short between two blocks for one that has ended. It has
/// not, if the decoder came to the end of the file.
struct Lz4<R: Read> {
    decoder: Lz4Decoder<Source<R>>,
}

/// An input that knows whether somebody wanted more than there is.
struct Source<R> {
    input: BufReader<R>,
    ended: bool,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(octets)?;
        self.ended |= read == 0 && !octets.is_empty();
        Ok(read)
    }
}

impl<R: Read> Read for Lz4<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.decoder.read(octets)?;
            if read > 0 || octets.is_empty() {
                return Ok(read);
            }
            let source = self.decoder.get_mut();
            if source.ended {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if source.input.fill_buf()?.is_empty() {
                return Ok(0);
            }
        }
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
