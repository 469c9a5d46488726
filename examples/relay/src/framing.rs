//! The messages of a stream, one after another.
//!
//! ```text
//! CRLF*  start-line CRLF  *(header CRLF)  CRLF  body
//! └────┘└──────────── head ────────────────┘└ Content-Length
//! ```
//!
//! The rules are those by which `sip-status-capture` takes streams apart, but that a relay may not guess: where lengths
//! contradict each other or are no numbers, the next hop might find another end of the message, and so another message
//! after it. Such a stream is given up.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio_util::codec::Decoder;

/// The longest header block, start-line included.
const MAX_HEAD: usize = 65_536;

/// The longest message.
const MAX_MESSAGE: usize = 1 << 20;

/// Takes messages off a stream. CRLFs between them, the keep-alives of RFC 5626, are messages too.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// So many octets of the next message hold no end of its head.
    scanned: usize,
}

impl Decoder for Messages {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, stream: &mut BytesMut) -> io::Result<Option<Bytes>> {
        if stream.starts_with(b"\r\n") {
            return Ok(Some(stream.split_to(2).freeze()));
        }
        let Some(head_len) = head_len(stream, &mut self.scanned) else {
            return if stream.len() > MAX_HEAD {
                Err(refuse("a header block that does not end"))
            } else {
                Ok(None)
            };
        };
        let (head, come) = stream.split_at_checked(head_len).unwrap_or((stream, &[]));
        let body_len = content_length(head)?;
        if head_len > MAX_HEAD || body_len > MAX_MESSAGE - head_len {
            return Err(refuse("a message that is too long"));
        }
        if come.len() < body_len {
            stream.reserve(body_len - come.len());
            return Ok(None);
        }
        self.scanned = 0;
        Ok(Some(stream.split_to(head_len + body_len).freeze()))
    }

    /// A message that was cut short is none.
    fn decode_eof(&mut self, stream: &mut BytesMut) -> io::Result<Option<Bytes>> {
        let message = self.decode(stream)?;
        if message.is_none() {
            stream.advance(stream.len());
        }
        Ok(message)
    }
}

fn refuse(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The octets up to the end of the header block, the empty line included. What was scanned before is not scanned again.
fn head_len(stream: &[u8], scanned: &mut usize) -> Option<usize> {
    let mut from = *scanned;
    loop {
        let unread = stream.get(from..)?;
        let Some(lf) = unread.iter().position(|octet| *octet == b'\n') else {
            *scanned = stream.len();
            return None;
        };
        from += lf + 1;
        match stream.get(from..) {
            Some([b'\n', ..]) => return Some(from + 1),
            Some([b'\r', b'\n', ..]) => return Some(from + 2),
            Some([] | [b'\r']) | None => {
                *scanned = from - 1;
                return None;
            }
            Some(_) => {}
        }
    }
}

/// How many octets of body a head announces: none if it does not say.
fn content_length(head: &[u8]) -> io::Result<usize> {
    let mut announced = None;
    // A header goes on in the next line if that begins with a blank.
    let mut lines = head.split(|octet| *octet == b'\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        let Some(colon) = line.iter().position(|octet| *octet == b':') else {
            continue;
        };
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, &[]));
        let name = name.trim_ascii_end();
        if !name.eq_ignore_ascii_case(b"Content-Length") && !name.eq_ignore_ascii_case(b"l") {
            continue;
        }
        let mut value = value.strip_prefix(b":").unwrap_or(value).to_vec();
        while let Some(more) = lines.next_if(|next| matches!(next, [b' ' | b'\t', ..])) {
            value.extend_from_slice(more);
        }
        let digits = value.trim_ascii();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let number = str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok());
        match number.filter(|_| is_number) {
            Some(number) if announced.is_none_or(|announced| announced == number) => {
                announced = Some(number);
            }
            _ => return Err(refuse("a Content-Length that cannot be")),
        }
    }
    Ok(announced.unwrap_or(0))
}
