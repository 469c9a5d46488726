//! The serializer: the canonical line, whatever the phrase holds.

use core::fmt;
use core::mem;
use core::ptr;

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
    /// If the line does not fit. The error says how much room it needs; what `buf` holds then is
    /// the beginning of the line.
    #[inline]
    pub fn encode(&self, buf: &mut [u8]) -> Result<usize, BufferTooSmall> {
        match self.encode_as_is(buf) {
            Some(len) => Ok(len),
            None => self.encode_escaped(buf),
        }
    }

    /// Writes a line that needs no escape and has the room.
    #[inline]
    fn encode_as_is(&self, buf: &mut [u8]) -> Option<usize> {
        let reason = self.reason.as_bytes();
        let len = HEAD + reason.len() + 2;
        let line = buf.get_mut(..len)?;

        // The phrase of the registry, often the very one that `StatusLine::canonical` gave.
        let canonical = registry::canonical(self.code).filter(|canonical| canonical.len == len);
        if let (Some(canonical), Some(phrase)) = (canonical, self.code.canonical_reason()) {
            if ptr::eq(reason, phrase.as_bytes()) || reason == phrase.as_bytes() {
                scan::copy(canonical.octets, line);
                return Some(len);
            }
        }

        let (head, tail) = line.split_first_chunk_mut()?;
        let (phrase, ending) = tail.split_at_mut_checked(reason.len())?;
        *head = self.head();
        copy(reason, phrase);
        *ending.first_chunk_mut()? = *b"\r\n";
        (scan::legal(line, HEAD) == HEAD + reason.len()).then_some(len)
    }

    #[cold]
    #[inline(never)]
    fn encode_escaped(&self, buf: &mut [u8]) -> Result<usize, BufferTooSmall> {
        let mut room = &mut *buf;
        let fits = self.pieces(|piece| {
            let (head, tail) = mem::take(&mut room).split_at_mut_checked(piece.len())?;
            copy(piece, head);
            room = tail;
            Some(())
        });
        let left = room.len();
        match fits {
            Some(()) => Ok(buf.len() - left),
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
            let (legal, tail) = rest
                .split_at_checked(scan::legal(rest, 0))
                .unwrap_or((rest, &[]));
            put(legal)?;
            let Some((excluded, tail)) = tail.split_first() else {
                return put(b"\r\n");
            };
            put(&[b'%', hex_digit(excluded >> 4), hex_digit(excluded & 0xF)])?;
            rest = tail;
        }
    }
}

/// Both are of the same length. A `copy_from_slice` would have to panic if they were not.
///
/// Words that overlap as the length wants it: no branch depends on the length of most phrases.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    const WORD: usize = 8;
    const MOST: usize = 5 * WORD;
    let (Some(last), ..=MOST) = (from.len().checked_sub(WORD), from.len()) else {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
        return;
    };
    for at in (0..MOST).step_by(WORD) {
        let at = at.min(last);
        let from = from.get(at..).and_then(<[u8]>::first_chunk::<WORD>);
        let to = to.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
        if let (Some(from), Some(to)) = (from, to) {
            *to = *from;
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
