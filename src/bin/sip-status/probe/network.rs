//! A target that is a SIP element, sent a line at a time and asked whether it is still there.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use memchr::memmem;
use sip_status_line::Parser;

use super::verdict::{Reaction, Verdict};
use crate::stream;

/// What the fixed headers of a response have for a Call-ID. An answer to that is one to a request.
const CALL_ID: &str = "line@sip-status.invalid";

/// What is kept of a stream that has no answer in it: no header section is longer, it is hoped.
const KEPT: usize = 64 << 10;

/// How long a read or write may take while an interrupt is looked for.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Udp,
    Tcp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
        })
    }
}

pub(super) struct Network {
    address: SocketAddr,
    timeout: Duration,
    link: Link,
    /// So that no two checks of any two runs are taken for one.
    run: u128,
    checks: u64,
    /// Whether the target answered the response, as if it were a request.
    answered: bool,
}

enum Link {
    Udp(UdpSocket),
    /// A connection, once there is one, and what came over it.
    Tcp(Option<TcpStream>, Vec<u8>),
}

/// What became of a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Came,
    None,
    /// The target closed the connection.
    Closed,
    /// Nothing listens.
    Refused,
}

impl Network {
    /// Finds the first of the addresses that answers. Says otherwise why none does.
    pub(super) fn connect(
        transport: Transport,
        target: &str,
        anywhere: bool,
        timeout: Duration,
    ) -> Result<Self, String> {
        let addresses = target
            .to_socket_addrs()
            .map_err(|error| format!("{target}: {error}; expected HOST:PORT"))?;
        let addresses: Vec<_> = addresses.collect();
        // The names are asked for no more, so that these are what is sent to.
        for address in &addresses {
            if !anywhere && !address.ip().to_canonical().is_loopback() {
                return Err(format!(
                    "{target} is {address}, which is not this machine; lines that break parsers go \
                     elsewhere only with --i-may-crash-this-target"
                ));
            }
        }
        let mut why = format!("{target} has no address");
        for address in addresses {
            let link = match transport {
                Transport::Udp => udp(address).map(Link::Udp),
                Transport::Tcp => Ok(Link::Tcp(None, Vec::new())),
            };
            let link = link.map_err(|error| format!("{address}: {error}"))?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let mut network = Self {
                address,
                timeout,
                link,
                run: now.unwrap_or_default().as_nanos(),
                checks: 0,
                answered: false,
            };
            match network.check_twice() {
                Answer::Came => return Ok(network),
                Answer::None => why = format!("{address} does not answer OPTIONS"),
                Answer::Closed => why = format!("{address} closes the connection on OPTIONS"),
                Answer::Refused => why = format!("{address} refuses: nothing listens there"),
            }
        }
        Err(why)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a message and tells how the target took it. `None` if an interrupt came before that
    /// was known.
    pub(super) fn probe(&mut self, message: &[u8]) -> Option<Reaction> {
        self.answered = false;
        let sent = self.send(message);
        let answer = match sent {
            // It is the message, not the target.
            Err(error) if self.is_udp() && error.kind() != ErrorKind::ConnectionRefused => {
                return Some(Reaction::Unsent(error.to_string()));
            }
            Err(error) => failed(&error),
            Ok(()) => self.check(),
        };
        let again = match answer {
            Answer::Came if self.answered => return Some(Reaction::Said(Verdict::Request)),
            Answer::Came => return Some(Reaction::Alive),
            Answer::None | Answer::Closed | Answer::Refused => {
                self.disconnect();
                self.check()
            }
        };
        if stream::is_interrupted() {
            return None;
        }
        Some(match again {
            // A datagram may be lost, and the next one is not.
            Answer::Came if self.is_udp() && self.answered => Reaction::Said(Verdict::Request),
            Answer::Came if self.is_udp() => Reaction::Alive,
            Answer::Came if answer == Answer::Closed => Reaction::Closed,
            Answer::Came => Reaction::Deaf,
            Answer::None | Answer::Closed => Reaction::Silent,
            Answer::Refused => Reaction::Dead,
        })
    }

    /// Waits for the target to be there again, and says whether it is.
    pub(super) fn recovers(&mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline && !stream::is_interrupted() {
            self.disconnect();
            if self.check() == Answer::Came {
                return true;
            }
            thread::sleep(PAUSE);
        }
        false
    }

    fn is_udp(&self) -> bool {
        matches!(self.link, Link::Udp(_))
    }

    fn disconnect(&mut self) {
        if let Link::Tcp(stream, received) = &mut self.link {
            *stream = None;
            received.clear();
        }
    }

    fn check_twice(&mut self) -> Answer {
        match self.check() {
            Answer::Came => Answer::Came,
            Answer::None | Answer::Closed | Answer::Refused => {
                self.disconnect();
                self.check()
            }
        }
    }

    /// Asks for the options of the target, to which any answer will do.
    fn check(&mut self) -> Answer {
        self.checks += 1;
        // Ends in a letter, so that no token is the beginning of another.
        let token = format!("{:x}-{}x", self.run, self.checks);
        let deadline = Instant::now() + self.timeout;
        let asked = self.local().and_then(|local| {
            let options = self.options(local, &token);
            self.send(options.as_bytes())
        });
        match asked {
            Ok(()) => self.await_answer(&token, deadline),
            Err(error) => failed(&error),
        }
    }

    /// The address that the target sees, for which there has to be a connection.
    fn local(&mut self) -> io::Result<SocketAddr> {
        match &mut self.link {
            Link::Udp(socket) => socket.local_addr(),
            Link::Tcp(Some(stream), _) => stream.local_addr(),
            Link::Tcp(none, _) => none.insert(tcp(self.address, self.timeout)?).local_addr(),
        }
    }

    fn options(&self, local: SocketAddr, token: &str) -> String {
        let target = self.address;
        let transport = if self.is_udp() {
            Transport::Udp
        } else {
            Transport::Tcp
        };
        format!(
            "OPTIONS sip:{target} SIP/2.0\r\n\
             Via: SIP/2.0/{transport} {local};branch=z9hG4bK{token};rport\r\n\
             Max-Forwards: 70\r\n\
             From: <sip:probe@{local}>;tag={token}\r\n\
             To: <sip:{target}>\r\n\
             Call-ID: {token}@sip-status.invalid\r\n\
             CSeq: 1 OPTIONS\r\n\
             Contact: <sip:probe@{local}>\r\n\
             Accept: application/sdp\r\n\
             Content-Length: 0\r\n\r\n"
        )
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.local()?;
        match &mut self.link {
            Link::Udp(socket) => socket.send(message).map(drop),
            Link::Tcp(Some(stream), _) => stream.write_all(message),
            Link::Tcp(None, _) => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn await_answer(&mut self, token: &str, deadline: Instant) -> Answer {
        let mut buffer = vec![0; 64 << 10];
        while Instant::now() < deadline && !stream::is_interrupted() {
            let read = match &mut self.link {
                Link::Udp(socket) => socket.recv(&mut buffer),
                Link::Tcp(Some(stream), _) => stream.read(&mut buffer),
                Link::Tcp(None, _) => return Answer::Closed,
            };
            let octets = match read {
                Ok(0) if !self.is_udp() => return Answer::Closed,
                Ok(read) => buffer.get(..read).unwrap_or_default(),
                Err(error) => match failed(&error) {
                    Answer::None => continue,
                    answer => return answer,
                },
            };
            let received = match &mut self.link {
                Link::Udp(_) => octets,
                Link::Tcp(_, received) => {
                    received.extend(octets);
                    received
                }
            };
            self.answered |= answers(received, CALL_ID);
            if answers(received, token) {
                if let Link::Tcp(_, received) = &mut self.link {
                    received.clear();
                }
                return Answer::Came;
            }
            if let Link::Tcp(_, received) = &mut self.link {
                received.drain(..received.len().saturating_sub(KEPT));
            }
        }
        Answer::None
    }
}

/// Whether there is a response in it that has the token: one to the message that had it.
fn answers(received: &[u8], token: &str) -> bool {
    let head = memmem::find(received, token.as_bytes()).and_then(|at| received.get(..at));
    head.is_some_and(|head| Parser::OBSERVE.find_iter(head).next().is_some())
}

/// What it means that a socket failed so.
fn failed(error: &io::Error) -> Answer {
    match error.kind() {
        ErrorKind::ConnectionRefused => Answer::Refused,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Answer::None,
        _ => Answer::Closed,
    }
}

fn udp(target: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = if target.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(target)?;
    socket.set_read_timeout(Some(PAUSE))?;
    Ok(socket)
}

fn tcp(target: SocketAddr, timeout: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&target, timeout)?;
    stream.set_read_timeout(Some(PAUSE))?;
    stream.set_write_timeout(Some(timeout))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The headers that go with a line where a message has to be sent: always the same ones, but for
/// the Via, which is that of the element that is to take the response for one to a request of its
/// own.
pub(super) fn headers(via: &str) -> String {
    format!(
        "Via: SIP/2.0/{via};branch=z9hG4bKline\r\n\
         From: <sip:a@sip-status.invalid>;tag=1\r\n\
         To: <sip:b@sip-status.invalid>;tag=2\r\n\
         Call-ID: {CALL_ID}\r\n\
         CSeq: 1 OPTIONS\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn an_answer_is_a_response_with_the_token() {
        assert!(answers(b"SIP/2.0 404 No\r\nCall-ID: 1-2@x\r\n", "1-2@x"));
        assert!(!answers(b"SIP/2.0 404 No\r\nCall-ID: 1-3@x\r\n", "1-2@x"));
        assert!(!answers(
            b"OPTIONS sip:a SIP/2.0\r\nCall-ID: 1-2@x\r\n",
            "1-2@x"
        ));
        assert!(!answers(b"", "1-2@x"));
    }
}
