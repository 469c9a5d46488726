//! What a capture is read into.

use core::fmt;
use core::net::SocketAddr;

use crate::syntax::{self, begins_like_a_status_line};
use crate::time::Time;

/// A SIP message, or what begins like one.
///
/// The start-line is not judged: a bad one is handed out like any other.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The packet that completed it, counted from 1 through the file as Wireshark does.
    pub frame: u64,
    /// When and between whom it travelled.
    pub origin: Origin,
    /// What it was found in.
    pub place: Place,
    /// From the start-line on, as far as it was kept: all of a datagram, of a stream the first
    /// 64 KiB of the message.
    pub octets: &'a [u8],
    /// How many more octets the message has that were not kept.
    pub beyond: u64,
    /// Whether octets are missing after these: the packet was captured in part, or the stream ends
    /// or has a gap within the message.
    pub cut: bool,
}

impl<'a> Message<'a> {
    /// Whether it begins like a status-line: with `SIP/` and a digit. Otherwise it is a request.
    #[must_use]
    pub fn is_response(&self) -> bool {
        begins_like_a_status_line(self.octets)
    }

    /// The method of a request: `INVITE`. None for a response.
    #[must_use]
    pub fn method(&self) -> Option<&'a [u8]> {
        if self.is_response() {
            return None;
        }
        let start = syntax::skip_line_ends(self.octets);
        start.split(|octet| *octet == b' ').next()
    }

    /// The value of the first header of that name, in its long form or its compact one (RFC 3261
    /// §7.3.3), in any case, without white space around it.
    ///
    /// A value that is folded (§7.3.1) has its line ends within. One pass over the headers.
    ///
    /// ```
    /// # use sip_status_capture::{Error, Reader};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let file: &[u8] = include_bytes!("../../corpus/captures/sipp-default-udp.pcap");
    /// let report = Reader::new().read(file, |message| {
    ///     assert_eq!(message.header("to"), message.header("t"));
    ///     assert!(message.header("Via").is_some_and(|via| via.starts_with(b"SIP/2.0/UDP ")));
    ///     Ok::<_, Error>(())
    /// })?;
    /// # report.end?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        syntax::header(self.octets, name)
    }

    /// The Call-ID, which all messages of a dialog share.
    #[must_use]
    pub fn call_id(&self) -> Option<&'a [u8]> {
        self.header("Call-ID")
    }

    /// The `CSeq`, which a response has from its request. None if it is no number and method.
    #[must_use]
    pub fn cseq(&self) -> Option<CSeq<'a>> {
        let value = self.header("CSeq")?;
        let mut parts = value
            .split(u8::is_ascii_whitespace)
            .filter(|part| !part.is_empty());
        let number = parts.next()?;
        let is_number = number.iter().all(u8::is_ascii_digit);
        let number = core::str::from_utf8(number).ok().filter(|_| is_number)?;
        let number = number.parse().ok()?;
        let method = parts.next()?;
        parts.next().is_none().then_some(CSeq { number, method })
    }
}

/// The value of a `CSeq` header (RFC 3261 §20.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CSeq<'a> {
    /// Which request of its dialog this is about.
    pub number: u32,
    /// The method of that request: `INVITE`.
    pub method: &'a [u8],
}

/// When and between whom a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Origin {
    /// When the packet that completed it was captured. None if the file does not say.
    pub time: Option<Time>,
    /// Who sent it.
    pub src: SocketAddr,
    /// To whom.
    pub dst: SocketAddr,
    /// Over what.
    pub transport: Transport,
    /// Which TCP connection, counted from 0 as they first appear. None for a datagram.
    ///
    /// In a tunnel with a number for each direction, as GTP-U is, each direction counts as one:
    /// nothing in the packets says which two numbers belong together, and subscribers may have the
    /// same address.
    pub stream: Option<u64>,
}

/// What carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// UDP, a message a datagram.
    Udp,
    /// TCP.
    Tcp,
    /// WebSocket (RFC 7118), over TCP.
    WebSocket,
    /// SCTP (RFC 4168), a message a user message.
    Sctp,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Udp, Self::Tcp, Self::WebSocket, Self::Sctp];

    /// In the notation of a Via header, in lower case: `udp`, `tcp`, `ws`, `sctp`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::WebSocket => "ws",
            Self::Sctp => "sctp",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a message was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// It is what a transport carries.
    Start,
    /// In a datagram that an ICMP error quotes.
    Quoted,
    /// In a body of type `message/sipfrag` (RFC 3420).
    Sipfrag,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Start, Self::Quoted, Self::Sipfrag];

    /// In one word: `start`, `quoted`, `sipfrag`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Quoted => "quoted",
            Self::Sipfrag => "sipfrag",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
