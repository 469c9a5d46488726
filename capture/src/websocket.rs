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
//!
//! Where octets are no frames, or some are lost, the next frame is searched for that begins like SIP;
//! and in the octets before that, a message whose frame is broken.

use core::mem;
use core::ops::ControlFlow;

use crate::inflate::Inflater;
use crate::message::Transport;
use crate::outlet::{KEPT, StreamOutlet};
use crate::skip::Skip;
use crate::syntax::{Beginning, LONGEST_BODY, begins, message_in, skip_line_ends};

/// The octets of a frame header, at most.
const HEADER: usize = 14;

/// The octets of a payload that tell whether it is SIP.
const BEGINNING: usize = 1024;

/// One direction of a WebSocket connection.
pub(crate) struct WebSocket {
    /// As much of a frame header as has come, or of octets that one is searched for in.
    header: Vec<u8>,
    /// The octets that were passed over in search of the next frame.
    search: Option<Assembly>,
    /// The frame whose payload comes.
    frame: Option<Frame>,
    /// The message that has begun and not ended.
    message: Option<Assembly>,
    inflater: Inflater,
}

/// What has come of a message.
#[derive(Default)]
struct Assembly {
    octets: Vec<u8>,
    /// How many more octets there are that were not kept.
    beyond: u64,
    is_compressed: bool,
    /// Whether octets are lost after those that are kept.
    is_cut: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    left: u64,
    mask: [u8; 4],
    /// What is in it: what a message begins with, goes on with, or neither.
    kind: Kind,
    is_last: bool,
    is_compressed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Continuation,
    Control,
}

/// The octets are no WebSocket frame.
struct NoFrame;

impl WebSocket {
    /// The most octets that the header of a frame has which is not masked.
    pub(crate) const UNMASKED_HEADER: usize = 10;

    /// For a connection that is known from its first frame on, or is not.
    pub(crate) const fn new(from_the_first: bool) -> Self {
        Self {
            header: Vec::new(),
            search: None,
            frame: None,
            message: None,
            inflater: if from_the_first {
                Inflater::Complete(None)
            } else {
                Inflater::Lost
            },
        }
    }

    /// Whether a frame of SIP begins here, as far as one can tell in the midst of a connection.
    pub(crate) fn begins(octets: &[u8]) -> Beginning {
        match octets {
            [] => return Beginning::Unknown,
            [0x81 | 0x82, ..] => {}
            _ => return Beginning::Neither,
        }
        let header = octets.get(..octets.len().min(HEADER)).unwrap_or(octets);
        let (frame, len) = match Frame::read(header) {
            Ok(Some(read)) => read,
            Ok(None) => return Beginning::Unknown,
            Err(NoFrame) => return Beginning::Neither,
        };
        let masked = octets.get(len..).unwrap_or_default();
        let mut payload = [0; BEGINNING];
        let mut len = 0;
        for ((octet, masked), mask) in payload
            .iter_mut()
            .zip(masked)
            .zip(frame.mask.iter().cycle())
        {
            if len as u64 == frame.left {
                break;
            }
            *octet = masked ^ mask;
            len += 1;
        }
        match begins(payload.get(..len).unwrap_or_default()) {
            Beginning::Unknown if len == BEGINNING || len as u64 == frame.left => {
                Beginning::Neither
            }
            begins => begins,
        }
    }

    /// How much memory is held.
    pub(crate) fn held(&self) -> usize {
        let messages = self.message.iter().chain(&self.search);
        let message: usize = messages.map(|message| message.octets.capacity()).sum();
        size_of::<Self>() + self.header.capacity() + message + self.inflater.held()
    }

    /// Takes octets in their order.
    pub(crate) fn push(
        &mut self,
        mut octets: &[u8],
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<()> {
        while !octets.is_empty() || self.frame.is_some_and(|frame| frame.left == 0) {
            let Some(frame) = &mut self.frame else {
                octets = if self.search.is_some() {
                    self.search(octets, out)?
                } else {
                    self.header(octets, out)?
                };
                continue;
            };
            let len = usize::try_from(frame.left).unwrap_or(usize::MAX);
            let (payload, rest) = octets.split_at_checked(len).unwrap_or((octets, &[]));
            octets = rest;
            frame.left -= payload.len() as u64;
            let taken = *frame;
            frame.mask.rotate_left(payload.len() % 4);
            if taken.left == 0 {
                self.frame = None;
            }
            if taken.kind != Kind::Control {
                if let Some(message) = &mut self.message {
                    message.push(payload, taken.mask);
                }
                if taken.left == 0 && taken.is_last {
                    self.end_message(true, out)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Takes octets of a frame header, and leaves those after it.
    fn header<'a>(
        &mut self,
        octets: &'a [u8],
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<(), &'a [u8]> {
        let Some((octet, rest)) = octets.split_first() else {
            return ControlFlow::Continue(octets);
        };
        self.header.push(*octet);
        match Frame::read(&self.header) {
            Ok(None) => {}
            Ok(Some((frame, _))) => {
                self.header.clear();
                self.begin_frame(frame, out)?;
            }
            Err(NoFrame) => {
                out.skip(Skip::BadFrame, 1);
                self.lose_frames(out)?;
            }
        }
        ControlFlow::Continue(rest)
    }

    fn begin_frame(&mut self, frame: Frame, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.frame = Some(frame);
        match (frame.kind, &self.message) {
            (Kind::Control, _) | (Kind::Continuation, Some(_)) => {}
            // Of a message whose beginning is not known
            (Kind::Continuation, None) => out.skip(Skip::BadFrame, 1),
            (Kind::First, _) => {
                self.end_message(false, out)?;
                self.message = Some(Assembly {
                    is_compressed: frame.is_compressed,
                    ..Assembly::default()
                });
            }
        }
        ControlFlow::Continue(())
    }

    /// Passes over octets up to the next frame that begins like SIP.
    fn search<'a>(
        &mut self,
        octets: &'a [u8],
        out: &mut StreamOutlet<'_>,
    ) -> ControlFlow<(), &'a [u8]> {
        // What is kept of octets that came before is not longer than a beginning.
        let (some, rest) = octets
            .split_at_checked(BEGINNING + HEADER)
            .unwrap_or((octets, &[]));
        self.header.extend_from_slice(some);
        let begins = |start| Self::begins(self.header.get(start..).unwrap_or_default());
        let (start, begins) = (0..self.header.len())
            .map(|start| (start, begins(start)))
            .find(|(_, begins)| matches!(begins, Beginning::Sip | Beginning::Unknown))
            .unwrap_or((self.header.len(), Beginning::Neither));
        if let Some(search) = &mut self.search {
            search.push(self.header.get(..start).unwrap_or_default(), [0; 4]);
        }
        self.header.drain(..start);
        if begins != Beginning::Sip {
            return ControlFlow::Continue(rest);
        }
        self.end_search(out)?;
        let frame = mem::take(&mut self.header);
        self.push(&frame, out)?;
        ControlFlow::Continue(rest)
    }

    /// Passes over octets that are lost.
    pub(crate) fn skip(&mut self, octets: u64, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Some(frame) = self.frame.as_mut().filter(|frame| octets <= frame.left) else {
            self.pass_over_header(out);
            return self.lose_frames(out);
        };
        frame.left -= octets;
        frame
            .mask
            .rotate_left(usize::try_from(octets % 4).unwrap_or(0));
        if frame.kind != Kind::Control
            && let Some(message) = &mut self.message
        {
            message.is_cut = true;
            message.beyond += octets;
        }
        ControlFlow::Continue(())
    }

    /// Hands on the message that is not whole and never will be.
    pub(crate) fn end(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.pass_over_header(out);
        self.end_message(false, out)?;
        if self.search.is_some() {
            self.end_search(out)?;
            self.search = Some(Assembly::default());
        }
        ControlFlow::Continue(())
    }

    /// Passes over what has come of a frame header.
    fn pass_over_header(&mut self, out: &mut StreamOutlet<'_>) {
        let header = mem::take(&mut self.header);
        match &mut self.search {
            Some(search) => search.push(&header, [0; 4]),
            None => out.skip(Skip::StrayOctet, header.len() as u64),
        }
    }

    /// Hands on the message that begins in the octets that were passed over, if one does. Where it
    /// ends is not known.
    fn end_search(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Some(search) = self.search.take() else {
            return ControlFlow::Continue(());
        };
        let Some(start) = message_in(&search.octets) else {
            out.skip(Skip::StrayOctet, search.octets.len() as u64 + search.beyond);
            return ControlFlow::Continue(());
        };
        out.skip(Skip::StrayOctet, start as u64);
        let message = search.octets.get(start..).unwrap_or_default();
        out.message(Transport::WebSocket, message, search.beyond, true)
    }

    /// Gives up what has come of a frame, and searches for the next.
    fn lose_frames(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.frame = None;
        self.end_message(false, out)?;
        self.end_search(out)?;
        self.search = Some(Assembly::default());
        self.inflater = Inflater::Lost;
        ControlFlow::Continue(())
    }

    /// Hands on the message that has begun, if one has.
    fn end_message(&mut self, is_whole: bool, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Some(message) = self.message.take() else {
            return ControlFlow::Continue(());
        };
        let mut is_whole = is_whole && !message.is_cut;
        let (mut octets, mut beyond) = (message.octets, message.beyond);
        if message.is_compressed {
            is_whole &= beyond == 0;
            let Some(inflated) = self.inflater.message(&octets, is_whole) else {
                out.skip(Skip::CompressedMessage, 1);
                return ControlFlow::Continue(());
            };
            (octets, beyond) = (inflated.octets, inflated.beyond);
        }
        let start = skip_line_ends(&octets);
        if !start.is_empty() && begins(start) != Beginning::Sip {
            out.skip(Skip::StrayOctet, octets.len() as u64 + beyond);
            return ControlFlow::Continue(());
        }
        out.message(Transport::WebSocket, &octets, beyond, !is_whole)
    }
}

impl Assembly {
    /// Takes the payload of a frame, which is masked.
    fn push(&mut self, payload: &[u8], mask: [u8; 4]) {
        let room = if self.is_cut {
            0
        } else {
            KEPT - self.octets.len()
        };
        let kept = payload.iter().zip(mask.iter().cycle());
        let kept = kept.take(room).map(|(octet, mask)| octet ^ mask);
        self.octets.extend(kept);
        self.beyond += payload.len().saturating_sub(room) as u64;
    }
}

impl Frame {
    /// Reads a frame header, and says how long it is. `None` if it is not whole.
    fn read(header: &[u8]) -> Result<Option<(Self, usize)>, NoFrame> {
        let Some(([first, second], rest)) = header.split_first_chunk::<2>() else {
            return Ok(None);
        };
        let kind = match first & 0x0f {
            0 => Kind::Continuation,
            1 | 2 => Kind::First,
            8..=10 => Kind::Control,
            _ => return Err(NoFrame),
        };
        let is_last = first & 0x80 != 0;
        let is_masked = second & 0x80 != 0;
        let long = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        // Extension bits that no extension in use sets; a control frame in parts or too long
        if first & 0x30 != 0 || kind == Kind::Control && (long > 0 || !is_last) {
            return Err(NoFrame);
        }
        let (Some(len), Some(mask)) = (
            rest.get(..long),
            if is_masked {
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
        if left > LONGEST_BODY {
            return Err(NoFrame);
        }
        let frame = Self {
            left,
            mask: mask.try_into().unwrap_or_default(),
            kind,
            is_last,
            is_compressed: first & 0x40 != 0,
        };
        Ok(Some((frame, 2 + long + if is_masked { 4 } else { 0 })))
    }
}
