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

use core::mem;
use core::ops::ControlFlow;

use memchr::memchr;

use crate::message::Transport;
use crate::outlet::StreamOutlet;
use crate::syntax::{
    Beginning, LONGEST_LINE, announced_length, begins, content_length, head_len, header, is_header,
    is_start_line,
};
use crate::websocket::WebSocket;

/// The octets of a message that are kept, and so the longest header block that is read.
const KEPT: usize = 64 << 10;

/// How far a message is searched for in a stream that has had none.
const SEARCHED: u64 = 256 << 10;

/// One direction of a stream.
pub(crate) struct Framer {
    mode: Mode,
    /// Octets from the start of what `mode` says on.
    buffer: Vec<u8>,
    /// How many of those need not be looked at again.
    scanned: usize,
    /// Whether what comes first is the start of a message. Else it may be any part of one.
    from_the_first: bool,
    /// Whether a message was seen, so that others are worth any search.
    is_sip: bool,
}

enum Mode {
    /// Where a message should begin.
    Start,
    /// In a header block.
    Head,
    /// In a message of so many octets.
    Body(u64),
    /// In a message of which enough is kept, with so many octets to come and so many passed over.
    Rest {
        left: u64,
        beyond: u64,
    },
    /// Somewhere, so that the next start-line has to be found.
    Search(Search),
    /// In a body of which so many octets are to come, and of whose message too little is known.
    Skip(u64),
    /// In the header block of an HTTP message.
    Http,
    WebSocket(Box<WebSocket>),
    /// In a stream that is not SIP.
    Nothing,
}

/// What the search for a start-line has come to.
#[derive(Default)]
struct Search {
    /// Whether the octets up to the next LF are the end of a line.
    mid_line: bool,
    searched: u64,
    /// The `Content-Length` among the lines since the last empty one.
    body: u64,
}

/// What a line says of the octets behind it.
enum Line {
    /// It starts a message.
    Starts,
    /// It ends a header block, before a body of so many octets.
    EndsHead(u64),
    Other,
    /// More octets are needed.
    Unknown,
}

impl Search {
    /// Takes a line.
    ///
    /// One that could start a message does so if a header follows: in a body, such lines stand alone
    /// more often than not. And the end of a header block whose beginning is lost still tells where
    /// its body ends.
    fn line(&mut self, line: &[u8], behind: &[u8]) -> Line {
        let mid_line = self.mid_line;
        if !mid_line && is_start_line(line) {
            match memchr(b'\n', behind) {
                Some(end) if is_header(behind.get(..end).unwrap_or_default()) => {
                    return Line::Starts;
                }
                None if behind.len() <= LONGEST_LINE => return Line::Unknown,
                _ => {}
            }
        }
        self.mid_line = false;
        self.searched += line.len() as u64;
        if matches!(line, b"\r\n" | b"\n") {
            let body = mem::take(&mut self.body);
            return if body > 0 && !mid_line {
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
}

/// What to do, besides to go on behind some octets.
enum Step {
    Go,
    /// Those octets are a message.
    Message,
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
            from_the_first,
            is_sip: false,
        }
    }

    /// How many octets are held of messages that are not whole.
    pub(crate) fn held(&self) -> usize {
        let inside = match &self.mode {
            Mode::WebSocket(frames) => frames.held(),
            _ => 0,
        };
        self.buffer.len() + inside
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
            Mode::WebSocket(frames) => {
                if !frames.push(octets, out)? {
                    self.give_up();
                }
                return ControlFlow::Continue(());
            }
            Mode::Rest { .. } => return self.push_rest(octets, out),
            _ => {}
        }
        // Most segments hold whole messages, which need not be copied.
        if self.buffer.is_empty() {
            let used = self.frame(octets, out)?;
            let left = octets.get(used..).unwrap_or_default();
            self.buffer.extend_from_slice(left);
        } else {
            let mut buffer = mem::take(&mut self.buffer);
            buffer.extend_from_slice(octets);
            let used = self.frame(&buffer, out)?;
            buffer.drain(..used);
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
                self.mode = Mode::Search(Search::default());
            }
            Mode::Nothing => self.give_up(),
            Mode::WebSocket(_) if !self.buffer.is_empty() => {
                let octets = mem::take(&mut self.buffer);
                return self.push(&octets, out);
            }
            _ => {}
        }
        // What was needed for one long message is not kept for the short ones after it.
        if self.buffer.is_empty() && self.buffer.capacity() > 4096 {
            self.buffer = Vec::new();
        }
        ControlFlow::Continue(())
    }

    /// Hands on the messages in `octets`. Says how many of those are done with.
    fn frame(&mut self, octets: &[u8], out: &mut StreamOutlet<'_>) -> ControlFlow<(), usize> {
        let mut rest = octets;
        loop {
            let (step, len) = match &mut self.mode {
                Mode::Start => self.start(rest),
                Mode::Head => self.head(rest),
                Mode::Body(total) => match usize::try_from(*total) {
                    Ok(len) if len <= rest.len() => {
                        self.mode = Mode::Start;
                        (Step::Message, len)
                    }
                    _ => (Step::Wait, 0),
                },
                Mode::Skip(0) => {
                    self.mode = Mode::Start;
                    (Step::Go, 0)
                }
                Mode::Skip(left) => {
                    let len = usize::try_from(*left).map_or(rest.len(), |len| len.min(rest.len()));
                    *left -= len as u64;
                    let step = if *left > 0 { Step::Wait } else { Step::Go };
                    (step, len)
                }
                Mode::Search(_) => self.search(rest),
                Mode::Http => self.http(rest),
                // Those take octets as they come.
                Mode::WebSocket(_) | Mode::Rest { .. } | Mode::Nothing => (Step::Wait, 0),
            };
            let (taken, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
            rest = behind;
            match step {
                Step::Go => {}
                Step::Message => out.message(Transport::Tcp, taken, 0, false)?,
                Step::Wait => return ControlFlow::Continue(octets.len() - rest.len()),
            }
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
            Beginning::Neither if WebSocket::begins(octets) => self.upgrade(),
            Beginning::Neither if self.from_the_first && !self.is_sip => Mode::Nothing,
            Beginning::Sip | Beginning::Neither => Mode::Search(Search::default()),
        };
        (Step::Go, 0)
    }

    fn head(&mut self, octets: &[u8]) -> (Step, usize) {
        let Some(len) = head_len(octets, &mut self.scanned) else {
            return (Step::Wait, 0);
        };
        let body = content_length(octets.get(..len).unwrap_or_default());
        self.mode = Mode::Body(body.saturating_add(len as u64));
        (Step::Go, 0)
    }

    fn search(&mut self, octets: &[u8]) -> (Step, usize) {
        let Mode::Search(search) = &mut self.mode else {
            return (Step::Go, 0);
        };
        let from = self.scanned.min(octets.len());
        let lf = octets.get(from..).and_then(|unread| memchr(b'\n', unread));
        let Some(lf) = lf.map(|lf| from + lf) else {
            if octets.len() <= LONGEST_LINE {
                self.scanned = octets.len();
                return (Step::Wait, 0);
            }
            search.searched += octets.len() as u64;
            search.mid_line = true;
            self.scanned = 0;
            return (Step::Wait, octets.len());
        };
        self.scanned = 0;
        let (line, behind) = octets.split_at_checked(lf + 1).unwrap_or((octets, &[]));
        match search.line(line, behind) {
            Line::Unknown => {
                self.scanned = lf;
                return (Step::Wait, 0);
            }
            Line::Starts => {
                self.is_sip = true;
                self.mode = Mode::Head;
                return (Step::Go, 0);
            }
            Line::EndsHead(body) => self.mode = Mode::Skip(body),
            Line::Other if search.searched > SEARCHED && !self.is_sip => self.mode = Mode::Nothing,
            Line::Other => {}
        }
        (Step::Go, line.len())
    }

    fn http(&mut self, octets: &[u8]) -> (Step, usize) {
        let Some(len) = head_len(octets, &mut self.scanned) else {
            if octets.len() > KEPT {
                self.mode = Mode::Nothing;
            }
            return (Step::Wait, 0);
        };
        self.mode = if is_upgrade(octets.get(..len).unwrap_or_default()) {
            self.upgrade()
        } else {
            Mode::Nothing
        };
        (Step::Go, len)
    }

    fn upgrade(&mut self) -> Mode {
        self.is_sip = true;
        Mode::WebSocket(Box::default())
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
            Mode::Start | Mode::Search(_) => {
                self.emit_beginning(out)?;
                self.mode = Mode::Search(Search::default());
            }
            Mode::Skip(left) => {
                self.mode = match left.checked_sub(octets) {
                    Some(left) => Mode::Skip(left),
                    None => Mode::Search(Search::default()),
                };
            }
            Mode::Http | Mode::Nothing => self.give_up(),
            Mode::WebSocket(frames) => {
                if !frames.skip(octets) {
                    self.give_up();
                }
            }
            Mode::Head => {
                self.emit_cut(0, out)?;
                self.mode = Mode::Search(Search::default());
            }
            Mode::Body(total) => {
                let left = *total - self.buffer.len() as u64;
                self.mode = Mode::Rest { left, beyond: 0 };
                return self.skip(octets, out);
            }
            Mode::Rest { left, beyond } => {
                let beyond = *beyond + octets.min(*left);
                match left.checked_sub(octets) {
                    Some(0) => {
                        self.emit_cut(beyond, out)?;
                        self.mode = Mode::Start;
                    }
                    Some(left) => self.mode = Mode::Rest { left, beyond },
                    None => {
                        self.emit_cut(beyond, out)?;
                        self.mode = Mode::Search(Search::default());
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Hands on the message that is not whole and never will be.
    pub(crate) fn end(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        match self.mode {
            Mode::Head | Mode::Body(_) => self.emit_cut(0, out)?,
            Mode::Rest { beyond, .. } => self.emit_cut(beyond, out)?,
            Mode::Nothing => return ControlFlow::Continue(()),
            _ => self.emit_beginning(out)?,
        }
        self.mode = Mode::Start;
        ControlFlow::Continue(())
    }

    /// Hands on the line at which the search waits for a header to follow, if it does.
    fn emit_beginning(&mut self, out: &mut StreamOutlet<'_>) -> ControlFlow<()> {
        let line = memchr(b'\n', &self.buffer).and_then(|lf| self.buffer.get(..=lf));
        let waits = match &self.mode {
            Mode::Search(search) => !search.mid_line && line.is_some_and(is_start_line),
            _ => false,
        };
        if waits {
            self.is_sip = true;
            return self.emit_cut(0, out);
        }
        self.buffer = Vec::new();
        self.scanned = 0;
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

/// Whether that HTTP message asks for WebSocket, or agrees to it.
fn is_upgrade(head: &[u8]) -> bool {
    let value = header(head, "Upgrade").unwrap_or_default();
    let asks = value.eq_ignore_ascii_case(b"websocket");
    let is_response = matches!(begins(head), Beginning::Http) && head.starts_with(b"HTTP/");
    asks && (!is_response || head.get(8..12).is_some_and(|code| code == b" 101"))
}
