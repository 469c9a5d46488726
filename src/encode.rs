//! The serializer: the canonical line, whatever the phrase holds.

use core::fmt;
use core::mem;

use crate::line::StatusLine;
use crate::registry::{self, HEAD};
use crate::scan;

/// As long as nearly every line: these are put together first and written at once.
#[cfg(any(feature = "bytes", feature = "std"))]
const SHORT: usize = 256;

impl StatusLine<'_> {
    /// How many octets the canonical line takes, line ending included.
    ///
    /// ```
    /// # use sip_status_line::{StatusCode, StatusLine};
    /// assert_eq!(StatusLine::canonical(StatusCode::OK).encoded_len(), 16);
    /// ```
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let mut len = 0;
        self.pieces(0, |piece| {
            len += piece.len();
            Some(())
        });
        len
    }

    /// Writes the canonical line to the start of `buf` and says how many octets that took.
    ///
    /// Octets that the Reason-Phrase ABNF excludes are written as `%HH`, so that the line is one
    /// that [`Parser::STRICT`](crate::Parser::STRICT) accepts, whatever phrase was received.
    ///
    /// ```
    /// use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};
    ///
    /// let reason = ReasonPhrase::from_static("Busy [100%]");
    /// let line = StatusLine { code: StatusCode::BUSY_HERE, reason };
    /// let mut buf = [0; 64];
    /// let len = line.encode(&mut buf)?;
    /// assert_eq!(&buf[..len], b"SIP/2.0 486 Busy %5B100%25%5D\r\n");
    /// # Ok::<(), sip_status_line::BufferTooSmall>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the line does not fit. The error says how much room it needs; what `buf` holds then is
    /// the beginning of the line.
    #[inline]
    pub fn encode(&self, buf: &mut [u8]) -> Result<usize, BufferTooSmall> {
        match self.encode_as_is(buf) {
            Ok(len) => Ok(len),
            Err(written) => self.encode_escaped(buf, written),
        }
    }

    /// Writes a line that needs no escape and has the room.
    ///
    /// # Errors
    ///
    /// If it does not: how many octets of the phrase are written, with the head before them.
    #[inline]
    fn encode_as_is(&self, buf: &mut [u8]) -> Result<usize, usize> {
        let reason = self.reason.as_bytes();
        let len = HEAD + reason.len() + "\r\n".len();
        let line = buf.get_mut(..len).ok_or(0_usize)?;

        let canonical = registry::canonical(self.code).filter(|canonical| canonical.len == len);
        if let Some(canonical) = canonical {
            if canonical.octets.get(HEAD..len - "\r\n".len()) == Some(reason) {
                scan::copy(canonical.octets, line);
                return Ok(len);
            }
        }

        let (head, tail) = line.split_first_chunk_mut().ok_or(0_usize)?;
        let (phrase, ending) = tail.split_last_chunk_mut().ok_or(0_usize)?;
        *head = self.head();
        *ending = *b"\r\n";
        if scan::copy_phrase(reason, phrase) {
            return Ok(len);
        }
        match scan::legal(reason, 0) {
            all if all == reason.len() => Ok(len),
            legal => Err(legal),
        }
    }

    /// Writes any line, of which `written` octets of the phrase are there with the head before them.
    #[cold]
    #[inline(never)]
    fn encode_escaped(&self, buf: &mut [u8], written: usize) -> Result<usize, BufferTooSmall> {
        let size = buf.len();
        let start = if written == 0 { 0 } else { HEAD + written };
        let mut room = buf.get_mut(start..).unwrap_or_default();
        let fits = self.pieces(written, |piece| {
            let (head, tail) = mem::take(&mut room).split_at_mut_checked(piece.len())?;
            // A `copy_from_slice` would have to panic if they were not of the same length.
            for (to, from) in head.iter_mut().zip(piece) {
                *to = *from;
            }
            room = tail;
            Some(())
        });
        let left = room.len();
        match fits {
            Some(()) => Ok(size - left),
            None => Err(BufferTooSmall {
                needed: self.encoded_len(),
            }),
        }
    }

    /// Appends the canonical line to a buffer, as [`encode`](Self::encode) writes it.
    ///
    /// # Panics
    ///
    /// As [`bytes::BufMut::put_slice`] does, if the buffer cannot hold
    /// [`encoded_len`](Self::encoded_len) more octets. One that grows always can.
    #[cfg(feature = "bytes")]
    #[inline]
    pub fn put(&self, buf: &mut impl bytes::BufMut) {
        let mut line = [0; SHORT];
        match self.encode(&mut line).ok().and_then(|len| line.get(..len)) {
            Some(line) => buf.put_slice(line),
            None => {
                self.pieces(0, |piece| {
                    buf.put_slice(piece);
                    Some(())
                });
            }
        }
    }

    /// Writes the canonical line to a writer, as [`encode`](Self::encode) writes it. A line of up
    /// to 256 octets is a single write.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    #[cfg(feature = "std")]
    pub fn write_to(&self, w: &mut impl std::io::Write) -> std::io::Result<()> {
        let mut line = [0; SHORT];
        if let Some(line) = self.encode(&mut line).ok().and_then(|len| line.get(..len)) {
            return w.write_all(line);
        }
        let mut written = Ok(());
        self.pieces(0, |piece| {
            written = w.write_all(piece);
            written.is_ok().then_some(())
        });
        written
    }

    #[inline]
    const fn head(&self) -> [u8; HEAD] {
        let [a, b, c] = self.code.to_digits();
        [
            b'S', b'I', b'P', b'/', b'2', b'.', b'0', b' ', a, b, c, b' ',
        ]
    }

    /// Hands out the octets of the canonical line in order, until `put` has no more room. If `written`
    /// octets of the phrase are there already, only those after them.
    #[inline]
    fn pieces(&self, written: usize, mut put: impl FnMut(&[u8]) -> Option<()>) -> Option<()> {
        if written == 0 {
            put(&self.head())?;
        }
        let reason = self.reason.as_bytes();
        let mut at = written;
        loop {
            let end = scan::legal(reason, at);
            put(reason.get(at..end)?)?;
            let Some(excluded) = reason.get(end) else {
                return put(b"\r\n");
            };
            put(&[b'%', hex_digit(excluded >> 4), hex_digit(excluded & 0xF)])?;
            at = end + 1;
        }
    }
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'A' - 10 + nibble,
    }
}

/// The buffer is too small for the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferTooSmall {
    needed: usize,
}

impl BufferTooSmall {
    /// How many octets the line takes.
    #[must_use]
    pub const fn needed(&self) -> usize {
        self.needed
    }
}

impl fmt::Display for BufferTooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a buffer of at least {} octets", self.needed)
    }
}

impl core::error::Error for BufferTooSmall {}
