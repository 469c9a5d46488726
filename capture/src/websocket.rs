//! Messages out of WebSocket frames (RFC 6455 §5.2), each of which is a SIP message (RFC 7118 §5).
//!
//! ```text
//!  0               1               2               3
//! +-+-----+-------+-+-------------+-------------------------------+
//! |F| RSV | opcode|M| length      | 16 or 64 bits of length if    |
//! |I|     |       |A|             | that is 126 or 127            |
//! |N|     |       |S|             |                               |
//! +-+-----+-------+-+-------------+-------------------------------+
//! | the mask, four octets, if M is set                            |
//! +---------------------------------------------------------------+
//! ```

use core::mem;
use core::ops::ControlFlow;

use crate::message::Transport;
use crate::outlet::StreamOutlet;
use crate::syntax::{Beginning, begins};

/// The octets of a message that are kept.
const KEPT: usize = 64 << 10;

/// One direction of a WebSocket connection.
#[derive(Default)]
pub(crate) struct WebSocket {
    /// As much of a frame header as has come.
    header: Vec<u8>,
    /// The frame whose payload comes.
    frame: Option<Frame>,
    message: Vec<u8>,
    /// Octets of the message that were not kept.
    beyond: u64,
    /// Whether the message cannot be read: it is compressed, or a part of it is lost.
    unreadable: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    left: u64,
    mask: [u8; 4],
    control: bool,
    last: bool,
}

/// The octets are no WebSocket frames.
pub(crate) struct NoFrame;

impl WebSocket {
    /// Whether frames of SIP begin here, as far as one can tell in the midst of a connection.
    pub(crate) fn begins(octets: &[u8]) -> bool {
        if !matches!(octets, [0x81 | 0x82, ..]) {
            return false;
        }
        let Some((frame, len)) = octets
            .get(..octets.len().min(14))
            .and_then(|header| Frame::read(header).ok())
            .flatten()
        else {
            return false;
        };
        let payload = octets.get(len..).unwrap_or_default();
        let payload = payload.iter().zip(frame.mask.iter().cycle());
        let payload: Vec<u8> = payload
            .take(usize::try_from(frame.left).unwrap_or(KEPT))
            .map(|(octet, mask)| octet ^ mask)
            .collect();
        begins(&payload) == Beginning::Sip
    }

    pub(crate) fn held(&self) -> usize {
        self.header.len() + self.message.len()
    }

    /// Takes octets in their order. `false` says that they are no frames.
    pub(crate) fn push(
        &mut self,
        mut octets: &[u8],
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<(), bool> {
        while !octets.is_empty() || self.frame.is_some_and(|frame| frame.left == 0) {
            let Some(frame) = &mut self.frame else {
                let Some((octet, rest)) = octets.split_first() else {
                    break;
                };
                self.header.push(*octet);
                octets = rest;
                let Ok(frame) = self.begin_frame() else {
                    return ControlFlow::Continue(false);
                };
                self.frame = frame;
                continue;
            };
            let len = usize::try_from(frame.left).unwrap_or(usize::MAX);
            let (payload, rest) = octets.split_at_checked(len).unwrap_or((octets, &[]));
            octets = rest;
            frame.left -= payload.len() as u64;
            if !frame.control {
                let room = KEPT.saturating_sub(self.message.len());
                let kept = payload.iter().zip(frame.mask.iter().cycle());
                let kept = kept.take(room).map(|(octet, mask)| octet ^ mask);
                self.message.extend(kept);
                self.beyond += payload.len().saturating_sub(room) as u64;
            }
            frame.mask.rotate_left(payload.len() % 4);
            if frame.left == 0 {
                let ends = frame.last && !frame.control;
                self.frame = None;
                if ends {
                    self.end_message(out)?;
                }
            }
        }
        ControlFlow::Continue(true)
    }

    /// Passes over octets that are lost. `false` says that no frame can be found behind them.
    pub(crate) fn skip(&mut self, octets: u64) -> bool {
        let Some(frame) = &mut self.frame else {
            return false;
        };
        if octets > frame.left {
            return false;
        }
        frame.left -= octets;
        frame
            .mask
            .rotate_left(usize::try_from(octets % 4).unwrap_or(0));
        self.unreadable |= !frame.control;
        true
    }

    /// The frame whose header is whole by now.
    fn begin_frame(&mut self) -> Result<Option<Frame>, NoFrame> {
        let Some((frame, _)) = Frame::read(&self.header)? else {
            return Ok(None);
        };
        let first = self.header.first().copied().unwrap_or(0);
        self.header.clear();
        if !frame.control && first & 0x0f != 0 {
            self.message.clear();
            self.beyond = 0;
            // The extension bits, of which the first says that it is compressed (RFC 7692).
            self.unreadable = first & 0x70 != 0;
        }
        Ok(Some(frame))
    }

    fn end_message(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let message = mem::take(&mut self.message);
        if self.unreadable || message.is_empty() {
            return ControlFlow::Continue(());
        }
        let beyond = mem::take(&mut self.beyond);
        out.message(Transport::WebSocket, &message, beyond, false)
    }
}

impl Frame {
    /// Reads a frame header, and says how long it is. `None` if it is not whole.
    fn read(header: &[u8]) -> Result<Option<(Self, usize)>, NoFrame> {
        let Some(([first, second], rest)) = header.split_first_chunk::<2>() else {
            return Ok(None);
        };
        let control = match first & 0x0f {
            0..=2 => false,
            8..=10 => true,
            _ => return Err(NoFrame),
        };
        let long = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if control && (long > 0 || first & 0x80 == 0) {
            return Err(NoFrame);
        }
        let masked = second & 0x80 != 0;
        let (Some(len), Some(mask)) = (
            rest.get(..long),
            if masked {
                rest.get(long..long + 4)
            } else {
                Some([0; 4].as_slice())
            },
        ) else {
            return Ok(None);
        };
        let left = match len {
            [] => u64::from(second & 0x7f),
            len => len
                .iter()
                .fold(0, |len, octet| len << 8 | u64::from(*octet)),
        };
        let frame = Self {
            left,
            mask: mask.try_into().unwrap_or_default(),
            control,
            last: first & 0x80 != 0,
        };
        Ok(Some((frame, 2 + long + if masked { 4 } else { 0 })))
    }
}
