//! Messages out of the octets of a stream, in their order: SIP as it is, or in WebSocket frames.
//!
//! ```text
//!                     ┌─────────────────────────┐
//!                     ▼                         │
//! ──► Start ──► Head ──► Body ──► (a message) ──┘
//!     ▲ │
//!     │ ▼
//!    Search ──► Skip        Http ──► WebSocket        Nothing
//! ```
//!
//! Whatever is found between messages is passed over up to the next start-line, and counted.

use core::mem;
use core::ops::ControlFlow;

use memchr::memchr;

use crate::message::Transport;
use crate::outlet::{KEPT, StreamOutlet};
use crate::skip::Skip;
use crate::syntax::{
    Beginning, LONGEST_BODY, LONGEST_LINE, announced_length, begins, content_length, head_len,
    header, is_header, is_start_line, start_line_in,
};
use crate::websocket::WebSocket;

/// How far a message is searched for in a stream that has had none and whose beginning is not known.
const SEARCHED: u64 = 256 << 10;

/// How far it is searched for from the beginning of a stream: far enough for what a proxy sends
/// first, and not so far that other protocols cost much.
const PREAMBLE: u64 = 1024;

/// One direction of a stream.
pub(crate) struct Framer {
    mode: Mode,
    /// Octets from the start of what `mode` says on.
    buffer: Vec<u8>,
    /// How many of those need not be looked at again.
    scanned: usize,
    /// Octets passed over that were not counted yet.
    stray: u64,
    /// Whether what comes first is the start of a message. Else it may be any part of one.
    from_the_first: bool,
    /// Whether a message was seen, so that others are worth any search.
    is_sip: bool,
}

#[derive(Default)]
enum Mode {
    /// Where a message should begin.
    #[default]
    Start,
    /// In a header block.
    Head,
    /// In a message of that length, in octets.
    Body(u64),
    /// In a message of which enough is kept. Holds how many octets are to come, and how many were
    /// passed over.
    Rest {
        left: u64,
        beyond: u64,
    },
    /// Somewhere, so that the next start-line has to be found.
    Search(Search),
    /// In a body whose message is not known well enough. Holds how many of its octets are to come.
    Skip(u64),
    /// In the header block of an HTTP message.
    Http,
    WebSocket(Box<WebSocket>),
    /// In a stream that is not SIP.
    Nothing,
}

/// What the search for a start-line has come to.
struct Search {
    /// Whether the octets up to the next LF are the end of a line.
    mid_line: bool,
    /// Whether a message ended right before the octets up to the next LF.
    after_message: bool,
    searched: u64,
    /// How far to search in a stream that has had no message.
    limit: u64,
    /// The `Content-Length` among the lines since the last empty one.
    body: u64,
}

/// What a line says of the octets that follow.
enum Line {
    /// A message starts at this offset in it.
    Starts(usize),
    /// It ends a header block. Holds the length of the body that follows, in octets.
    EndsHead(u64),
    Other,
    /// More octets are needed.
    Unknown,
}

impl Search {
    const fn new(limit: u64, after_message: bool) -> Self {
        Self {
            mid_line: false,
            after_message,
            searched: 0,
            limit,
            body: 0,
        }
    }

    /// Takes a line.
    ///
    /// One that could start a message does so if a header follows: in a body, such lines stand alone
    /// more often than not. And the end of a header block whose beginning is lost still tells where
    /// its body ends.
    fn line(&mut self, line: &[u8], rest: &[u8]) -> Line {
        let mid_line = self.mid_line;
        if let Some(start) = self.start_in(line) {
            match memchr(b'\n', rest).and_then(|end| rest.get(..end)) {
                Some(next) if is_header(next) || self.after_message && is_blank(next) => {
                    return Line::Starts(start);
                }
                None if rest.len() <= LONGEST_LINE => return Line::Unknown,
                _ => {}
            }
        }
        self.mid_line = false;
        self.after_message = false;
        self.searched += line.len() as u64;
        if is_blank(line.strip_suffix(b"\n").unwrap_or(line)) {
            let body = mem::take(&mut self.body);
            return if (1..=LONGEST_BODY).contains(&body) && !mid_line {
                Line::EndsHead(body)
            } else {
                Line::Other
            };
        }
        if let Some(body) = announced_length(line) {
            self.body = body;
        }
        Line::Other
    }

    /// Where in that line a message may start.
    fn start_in(&self, line: &[u8]) -> Option<usize> {
        if self.mid_line {
            return None;
        }
        start_line_in(line)
    }
}

/// Whether a line without its LF is empty.
fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\r" | b"")
}

/// What to do, besides to go on after some octets.
enum Step {
    Go,
    /// Those octets are a message, whole or not.
    Message {
        cut: bool,
    },
    /// More octets are needed.
    Wait,
}

impl Framer {
    /// For a stream that is known from its first octet on, or is not.
    pub(crate) const fn new(from_the_first: bool) -> Self {
        Self {
            mode: Mode::Start,
            buffer: Vec::new(),
            scanned: 0,
            stray: 0,
            from_the_first,
            is_sip: false,
        }
    }

    /// How much memory is held for messages that are not whole.
    pub(crate) fn held(&self) -> usize {
        let inside = match &self.mode {
            Mode::WebSocket(frames) => frames.held(),
            _ => 0,
        };
        self.buffer.capacity() + inside
    }

    pub(crate) const fn is_sip(&self) -> bool {
        self.is_sip
    }

    /// Whether a message may yet come.
    pub(crate) const fn is_open(&self) -> bool {
        !matches!(self.mode, Mode::Nothing)
    }

    /// Takes octets in their order, and hands on every message that they complete.
    pub(crate) fn push(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        match &mut self.mode {
            Mode::Nothing => return ControlFlow::Continue(()),
            Mode::WebSocket(frames) => return frames.push(octets, out),
            Mode::Rest { .. } => return self.push_rest(octets, out),
            _ => {}
        }
        // Most segments hold whole messages, which need not be copied.
        if self.buffer.is_empty() {
            let used = self.frame(octets, out)?;
            let left = octets.get(used..).unwrap_or_default();
            self.buffer = left.to_vec();
        } else {
            let mut buffer = mem::take(&mut self.buffer);
            buffer.extend_from_slice(octets);
            let used = self.frame(&buffer, out)?;
            buffer.drain(..used);
            // What one long message needed is not kept for the short ones after it.
            if buffer.len() < buffer.capacity() / 2 {
                buffer.shrink_to_fit();
            }
            self.buffer = buffer;
        }
        self.settle(out)
    }

    /// Keeps no more than is needed of what is left.
    fn settle(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        match &mut self.mode {
            Mode::Body(total) if self.buffer.len() >= KEPT => {
                let beyond = self.buffer.len() - KEPT;
                self.mode = Mode::Rest {
                    left: *total - self.buffer.len() as u64,
                    beyond: beyond as u64,
                };
                self.buffer.truncate(KEPT);
            }
            Mode::Head if self.buffer.len() >= KEPT => {
                self.emit_cut(0, out)?;
                self.mode = Mode::Search(Search::new(SEARCHED, false));
            }
            Mode::Nothing => self.give_up(),
            Mode::WebSocket(frames) if !self.buffer.is_empty() => {
                return frames.push(&mem::take(&mut self.buffer), out);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Hands on the messages in `octets`. Says how many of those are done with.
    fn frame(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> ControlFlow<(), usize> {
        let mut rest = octets;
        loop {
            let (step, len) = match &mut self.mode {
                Mode::Start => self.start(rest),
                Mode::Head => self.head(rest, out),
                Mode::Body(total) => match usize::try_from(*total) {
                    Ok(len) if len <= rest.len() => {
                        self.mode = Mode::Start;
                        (Step::Message { cut: false }, len)
                    }
                    _ if rest.len() >= KEPT => self.overrun(rest, out),
                    _ => (Step::Wait, 0),
                },
                Mode::Skip(0) => {
                    self.mode = Mode::Start;
                    (Step::Go, 0)
                }
                Mode::Skip(left) => {
                    let len = usize::try_from(*left).map_or(rest.len(), |len| len.min(rest.len()));
                    *left -= len as u64;
                    self.stray += len as u64;
                    let step = if *left > 0 { Step::Wait } else { Step::Go };
                    (step, len)
                }
                Mode::Search(_) => {
                    let (step, len) = self.search(rest);
                    self.stray += len as u64;
                    (step, len)
                }
                Mode::Http => self.http(rest),
                // Those take octets as they come.
                Mode::WebSocket(_) | Mode::Rest { .. } | Mode::Nothing => (Step::Wait, 0),
            };
            let (taken, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
            rest = behind;
            match step {
                Step::Go => {}
                Step::Message { cut } => out.message(Transport::Tcp, taken, 0, cut)?,
                Step::Wait => return ControlFlow::Continue(octets.len() - rest.len()),
            }
        }
    }

    /// Ends a message before the next one that begins within it, if one does: so its length is
    /// wrong.
    fn overrun(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> (Step, usize) {
        match message_within(octets) {
            Some(len) => {
                out.skip(Skip::WrongLength, 1);
                self.mode = Mode::Start;
                (Step::Message { cut: true }, len)
            }
            None => (Step::Wait, 0),
        }
    }

    fn start(&mut self, octets: &[u8]) -> (Step, usize) {
        // CRLFs between messages keep the connection alive, and nothing else (RFC 5626 §4.4.1).
        let blank = octets.iter().position(|octet| !b"\r\n".contains(octet));
        match blank {
            Some(0) => {}
            Some(blank) => return (Step::Go, blank),
            None => return (Step::Wait, octets.len()),
        }
        self.scanned = 0;
        let certain = self.is_sip || self.from_the_first;
        self.mode = match begins(octets) {
            Beginning::Unknown => return (Step::Wait, 0),
            Beginning::Sip if certain => {
                self.is_sip = true;
                Mode::Head
            }
            Beginning::Http => Mode::Http,
            Beginning::Neither => match WebSocket::begins(octets) {
                Beginning::Sip => self.upgrade(false),
                Beginning::Unknown => return (Step::Wait, 0),
                _ if self.from_the_first && !self.is_sip => {
                    Mode::Search(Search::new(PREAMBLE, false))
                }
                _ => Mode::Search(Search::new(SEARCHED, self.is_sip)),
            },
            Beginning::Sip => Mode::Search(Search::new(SEARCHED, false)),
        };
        (Step::Go, 0)
    }

    fn head(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> (Step, usize) {
        let Some(len) = head_len(octets, &mut self.scanned) else {
            return (Step::Wait, 0);
        };
        let body = content_length(octets.get(..len).unwrap_or_default());
        out.skip(Skip::WrongLength, u64::from(!body.is_sound));
        if body.octets > LONGEST_BODY {
            self.mode = Mode::Start;
            return (Step::Message { cut: true }, len);
        }
        self.mode = Mode::Body(body.octets + len as u64);
        (Step::Go, 0)
    }

    fn search(&mut self, octets: &[u8]) -> (Step, usize) {
        let Mode::Search(search) = &mut self.mode else {
            return (Step::Go, 0);
        };
        let from = self.scanned.min(octets.len());
        let lf = octets.get(from..).and_then(|unread| memchr(b'\n', unread));
        let (line, rest) = match lf {
            Some(lf) => octets
                .split_at_checked(from + lf + 1)
                .unwrap_or((octets, &[])),
            None if octets.len() <= LONGEST_LINE => {
                self.scanned = octets.len();
                if octets.len() as u64 > search.limit && !self.is_sip {
                    self.mode = Mode::Nothing;
                }
                return (Step::Wait, 0);
            }
            None => {
                search.searched += octets.len() as u64;
                search.mid_line = true;
                self.scanned = 0;
                return (Step::Wait, octets.len());
            }
        };
        self.scanned = 0;
        match search.line(line, rest) {
            Line::Unknown => {
                self.scanned = line.len() - 1;
                return (Step::Wait, 0);
            }
            Line::Starts(start) => {
                let (mode, start) = self.found(octets, start);
                self.mode = mode;
                return (Step::Go, start);
            }
            Line::EndsHead(body) => self.mode = Mode::Skip(body),
            Line::Other if search.searched > search.limit && !self.is_sip => {
                self.mode = Mode::Nothing;
            }
            Line::Other => {}
        }
        (Step::Go, line.len())
    }

    /// How to go on at a start-line that was found at that offset, and from where: it may be in a
    /// WebSocket frame.
    fn found(&mut self, octets: &[u8], start: usize) -> (Mode, usize) {
        let mut frames = (1..=WebSocket::UNMASKED_HEADER).filter_map(|len| start.checked_sub(len));
        let frame = frames.find(|frame| {
            let octets = octets.get(*frame..).unwrap_or_default();
            WebSocket::begins(octets) == Beginning::Sip
        });
        self.is_sip = true;
        match frame {
            Some(frame) => (self.upgrade(false), frame),
            None => (Mode::Head, start),
        }
    }

    fn http(&mut self, octets: &[u8]) -> (Step, usize) {
        let Some(len) = head_len(octets, &mut self.scanned) else {
            if octets.len() > KEPT {
                self.mode = Mode::Nothing;
            }
            return (Step::Wait, 0);
        };
        self.mode = if is_upgrade(octets.get(..len).unwrap_or_default()) {
            self.upgrade(true)
        } else {
            Mode::Nothing
        };
        (Step::Go, len)
    }

    fn upgrade(&mut self, from_the_first: bool) -> Mode {
        self.is_sip = true;
        Mode::WebSocket(Box::new(WebSocket::new(from_the_first)))
    }

    fn push_rest(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let Mode::Rest { left, beyond } = &mut self.mode else {
            return ControlFlow::Continue(());
        };
        let len = usize::try_from(*left).unwrap_or(usize::MAX);
        let (of_it, behind) = octets.split_at_checked(len).unwrap_or((octets, &[]));
        *left -= of_it.len() as u64;
        *beyond += of_it.len() as u64;
        if *left > 0 {
            return ControlFlow::Continue(());
        }
        let beyond = *beyond;
        self.mode = Mode::Start;
        let octets = mem::take(&mut self.buffer);
        out.message(Transport::Tcp, &octets, beyond, false)?;
        self.push(behind, out)
    }

    /// Passes over octets that are lost.
    ///
    /// A message whose length is known ends where it would have ended; any other is handed on as
    /// far as it came, and the next is searched for.
    pub(crate) fn skip(&mut self, octets: u64, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        match &mut self.mode {
            Mode::Body(total) => {
                let left = *total - self.buffer.len() as u64;
                self.mode = Mode::Rest { left, beyond: 0 };
                return self.skip(octets, out);
            }
            Mode::Rest { left, beyond } => {
                *beyond += octets.min(*left);
                let beyond = *beyond;
                match left.checked_sub(octets) {
                    Some(0) => {
                        self.emit_cut(beyond, out)?;
                        self.mode = Mode::Start;
                        return ControlFlow::Continue(());
                    }
                    Some(fewer) => {
                        *left = fewer;
                        return ControlFlow::Continue(());
                    }
                    None => {}
                }
            }
            Mode::Skip(left) if octets <= *left => {
                *left -= octets;
                return ControlFlow::Continue(());
            }
            Mode::WebSocket(frames) => return frames.skip(octets, out),
            Mode::Http | Mode::Nothing => {
                self.give_up();
                return ControlFlow::Continue(());
            }
            Mode::Start | Mode::Head | Mode::Search(_) | Mode::Skip(_) => {}
        }
        self.end(out)?;
        self.mode = Mode::Search(Search::new(SEARCHED, false));
        ControlFlow::Continue(())
    }

    /// Hands on the message that is not whole and never will be.
    ///
    /// If it only seems not whole, since its length is wrong, so are those that begin within it.
    pub(crate) fn end(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let buffer = mem::take(&mut self.buffer);
        self.scanned = 0;
        let mut rest = buffer.as_slice();
        loop {
            let beyond = match mem::take(&mut self.mode) {
                Mode::Head | Mode::Body(_) => 0,
                Mode::Rest { beyond, .. } => beyond,
                Mode::WebSocket(mut frames) => {
                    frames.end(out)?;
                    self.mode = Mode::WebSocket(frames);
                    break;
                }
                Mode::Search(search) => {
                    // The line at which the search waits for a header to follow
                    let line = memchr(b'\n', rest).and_then(|lf| rest.get(..=lf));
                    let start = line.and_then(|line| search.start_in(line));
                    let (stray, message) = rest.split_at(start.unwrap_or(rest.len()));
                    self.stray += stray.len() as u64;
                    if start.is_some() {
                        self.is_sip = true;
                        out.message(Transport::Tcp, message, 0, true)?;
                    }
                    break;
                }
                Mode::Start | Mode::Skip(_) | Mode::Http => {
                    self.stray += rest.len() as u64;
                    break;
                }
                Mode::Nothing => {
                    self.mode = Mode::Nothing;
                    break;
                }
            };
            let (Step::Message { cut }, len) = self.overrun(rest, out) else {
                out.message(Transport::Tcp, rest, beyond, true)?;
                break;
            };
            let (message, behind) = rest.split_at(len);
            out.message(Transport::Tcp, message, 0, cut)?;
            self.stray += beyond;
            let used = self.frame(behind, out)?;
            rest = behind.get(used..).unwrap_or_default();
        }
        if self.is_sip {
            out.skip(Skip::StrayOctet, mem::take(&mut self.stray));
        }
        ControlFlow::Continue(())
    }

    fn emit_cut(&mut self, beyond: u64, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        self.scanned = 0;
        let octets = mem::take(&mut self.buffer);
        out.message(Transport::Tcp, &octets, beyond, true)
    }

    pub(crate) fn give_up(&mut self) {
        self.mode = Mode::Nothing;
        self.buffer = Vec::new();
        self.scanned = 0;
    }
}

/// Where in the body of a message another one begins, unless the body is of a type that holds
/// messages.
fn message_within(message: &[u8]) -> Option<usize> {
    let kind = header(message, "Content-Type").unwrap_or_default();
    let is = |family: &[u8]| {
        let start = kind.get(..family.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(family))
    };
    if is(b"message/") || is(b"multipart/") {
        return None;
    }
    let mut at = head_len(message, &mut 0)?;
    loop {
        let rest = message.get(at..)?;
        let (line, next) = rest.split_at_checked(memchr(b'\n', rest)? + 1)?;
        let next = next.get(..memchr(b'\n', next)?)?;
        if is_start_line(line) && is_header(next) {
            return Some(at);
        }
        at += line.len();
    }
}

/// Whether that HTTP message asks for WebSocket, or agrees to it, and for SIP in it if it says what
/// for (RFC 7118 §4).
fn is_upgrade(head: &[u8]) -> bool {
    let value = header(head, "Upgrade").unwrap_or_default();
    let asks = value.eq_ignore_ascii_case(b"websocket");
    let is_response = matches!(begins(head), Beginning::Http) && head.starts_with(b"HTTP/");
    let agrees = !is_response || head.get(8..12).is_some_and(|code| code == b" 101");
    let for_sip = header(head, "Sec-WebSocket-Protocol").is_none_or(|protocols| {
        let mut protocols = protocols.split(|octet| *octet == b',');
        protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"sip"))
    });
    asks && agrees && for_sip
}
