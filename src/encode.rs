//! The serializer: the canonical line, whatever the phrase holds.

use core::fmt;

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
        self.pieces(|piece| {
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
    /// If the line does not fit. The error says how much room it needs; what `buf` holds then is not
    /// specified.
    #[inline]
    pub fn encode(&self, buf: &mut [u8]) -> Result<usize, BufferTooSmall> {
        let reason = self.reason.as_bytes();
        let len = HEAD + reason.len() + "\r\n".len();
        if let (Some(canonical), Some(line)) = (registry::canonical(self.code), buf.get_mut(..len))
        {
            if canonical.len == len
                && canonical.octets.get(HEAD..len - "\r\n".len()) == Some(reason)
            {
                scan::copy(canonical.octets, line);
                return Ok(len);
            }
        }
        self.encode_own(buf).ok_or_else(|| BufferTooSmall {
            needed: self.encoded_len(),
        })
    }

    /// Writes a line whose phrase is not the registered one. `None` if it does not fit.
    #[inline(never)]
    fn encode_own(&self, buf: &mut [u8]) -> Option<usize> {
        let reason = self.reason.as_bytes();
        let len = HEAD + reason.len() + "\r\n".len();
        let (head, tail) = buf.get_mut(..len)?.split_first_chunk_mut()?;
        let (phrase, ending) = tail.split_last_chunk_mut()?;
        *head = self.head();
        *ending = *b"\r\n";
        let plain = scan::copy_phrase(reason, phrase);
        if plain == reason.len() {
            return Some(len);
        }
        self.encode_escaped(buf, scan::legal_on(reason, plain))
    }

    /// Writes what comes after the first `legal` octets of the phrase, some of it escaped.
    ///
    /// No branch depends on which: it would be mispredicted. An octet that stands as it is takes its place
    /// and the two after it for a moment, which are at least those of the line ending.
    #[cold]
    fn encode_escaped(&self, buf: &mut [u8], legal: usize) -> Option<usize> {
        let mut rest = self.reason.as_bytes().get(legal..)?;
        let size = buf.len();
        let mut room = buf.get_mut(HEAD + legal..)?;
        while let [octet, tail @ ..] = rest {
            let legal = scan::is_legal(*octet, tail);
            let place = room.first_chunk_mut()?;
            *place = escape(*octet);
            place[0] = if legal { *octet } else { b'%' };
            let len = if legal { 1 } else { place.len() };
            room = room.get_mut(len..)?;
            rest = tail;
        }
        let (ending, room) = room.split_first_chunk_mut()?;
        *ending = *b"\r\n";
        Some(size - room.len())
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
                self.pieces(|piece| {
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
        self.pieces(|piece| {
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

    /// Hands out the octets of the canonical line in order, until `put` has no more room.
    #[inline]
    fn pieces(&self, mut put: impl FnMut(&[u8]) -> Option<()>) -> Option<()> {
        put(&self.head())?;
        let mut rest = self.reason.as_bytes();
        loop {
            let (legal, tail) = rest.split_at_checked(scan::legal(rest, 0))?;
            put(legal)?;
            let [excluded, tail @ ..] = tail else {
                return put(b"\r\n");
            };
            put(&escape(*excluded))?;
            rest = tail;
        }
    }
}

/// The three octets that stand for one that must not.
fn escape(octet: u8) -> [u8; 3] {
    [b'%', hex_digit(octet >> 4), hex_digit(octet & 0xF)]
}

fn hex_digit(nibble: u8) -> u8 {
    let digit = b"0123456789ABCDEF".get(usize::from(nibble));
    digit.copied().unwrap_or_default()
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
