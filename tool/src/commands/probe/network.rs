//! A target that is a SIP element, sent a line at a time and asked whether it is still there.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use memchr::memmem;
use sip_status_lab::Verdict;
use sip_status_line::Parser;

use super::reaction::Reaction;
use crate::interrupt;
use crate::response::call_id;

/// As much as one datagram has.
const BUFFER: usize = 64 << 10;

/// What is kept of a stream that has no answer in it. A longer header section would be missed.
const KEPT: usize = 64 << 10;

/// How many reads may find what came too late. More than that is a target that never stops.
const LATE: u32 = 1000;

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

/// The addresses of a target that lines may be sent to.
///
/// # Errors
///
/// If it has none that can be found, or one that is elsewhere, where nothing is to be sent.
pub(super) fn addresses(target: &str, anywhere: bool) -> Result<Vec<SocketAddr>, String> {
    let addresses = target
        .to_socket_addrs()
        .map_err(|error| format!("{target}: {error}; expected HOST:PORT"))?;
    // The names are asked for no more, so that these are what is sent to.
    let addresses: Vec<_> = addresses.collect();
    for address in &addresses {
        if !anywhere && !address.ip().to_canonical().is_loopback() {
            return Err(format!(
                "{target} is {address}, which is not this machine; lines that break parsers go \
                 elsewhere only with --i-may-crash-this-target"
            ));
        }
    }
    Ok(addresses)
}

pub(super) struct Network {
    address: SocketAddr,
    timeout: Duration,
    link: Link,
    /// So that no two checks of any two runs are taken for one.
    run: u128,
    checks: u64,
    /// The Call-ID of the response that was sent last.
    call_id: String,
    /// Whether the target answered that, as if it were a request.
    answered: bool,
    /// Whether it answered the last check.
    is_there: bool,
}

enum Link {
    Udp(UdpSocket),
    /// A connection, once there is one, and what came over it.
    Tcp(Option<TcpStream>, Vec<u8>),
}

/// What became of a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ElementAnswer {
    Came,
    None,
    /// The target closed the connection.
    Closed,
    /// Nothing listens.
    Refused,
}

impl Network {
    /// Finds the first of the addresses that answers.
    ///
    /// # Errors
    ///
    /// Why none does.
    pub(super) fn connect(
        transport: Transport,
        addresses: &[SocketAddr],
        timeout: Duration,
    ) -> Result<Self, String> {
        let mut why = "the target has no address".to_owned();
        for &address in addresses {
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
                call_id: call_id(0),
                answered: false,
                is_there: false,
            };
            match network.check_twice() {
                ElementAnswer::Came => return Ok(network),
                ElementAnswer::None => why = format!("{address} does not answer OPTIONS"),
                ElementAnswer::Closed => {
                    why = format!("{address} closes the connection on OPTIONS");
                }
                ElementAnswer::Refused => why = format!("{address} refuses: nothing listens there"),
            }
        }
        Err(why)
    }

    /// What the Via of a response has to begin with, so that the target takes it for one to a
    /// request of its own.
    pub(super) fn via(&self) -> String {
        format!("{} {}", self.transport(), self.address)
    }

    /// Whether the target is still there, and the connection to it, so that an earlier failure is not
    /// blamed on the next line.
    pub(super) fn is_there(&mut self) -> bool {
        if self.is_there && self.is_open() {
            return true;
        }
        self.disconnect();
        let answer = self.check_twice();
        // Some close the connection after each answer.
        self.disconnect();
        answer == ElementAnswer::Came
    }

    /// Passes over what came too late, and says whether anything more can come.
    fn is_open(&mut self) -> bool {
        let mut buffer = vec![0; BUFFER];
        self.set_nonblocking(true);
        let end = (0..LATE).find_map(|_| self.receive(&mut buffer).err());
        self.set_nonblocking(false);
        end.is_none_or(|error| failed(&error) == ElementAnswer::None)
    }

    fn set_nonblocking(&self, nonblocking: bool) {
        // If it does not work, a read takes as long as a pause.
        let _ = match &self.link {
            Link::Udp(socket) => socket.set_nonblocking(nonblocking),
            Link::Tcp(Some(stream), _) => stream.set_nonblocking(nonblocking),
            Link::Tcp(None, _) => Ok(()),
        };
    }

    /// Sends a message with this Call-ID and says what the target did with it. `None` if an
    /// interrupt came before that was known.
    ///
    /// # Errors
    ///
    /// If it cannot be sent, and no other could.
    pub(super) fn probe(&mut self, message: &[u8], call_id: &str) -> io::Result<Option<Reaction>> {
        call_id.clone_into(&mut self.call_id);
        let first = self.attempt(message)?;
        if !matches!(first, Some(Reaction::Late { .. })) {
            return Ok(first);
        }
        // A datagram may have been lost.
        Ok(match self.attempt(message)? {
            Some(Reaction::Late { .. }) => Some(Reaction::Late { again: true }),
            None | Some(Reaction::Alive | Reaction::Verdict(_)) => first,
            worse => worse,
        })
    }

    fn attempt(&mut self, message: &[u8]) -> io::Result<Option<Reaction>> {
        self.answered = false;
        let answer = match self.send(message) {
            Ok(()) => self.check(),
            Err(error) if self.is_udp() && failed(&error) != ElementAnswer::Refused => {
                let unsent = Reaction::Unsent(error.to_string());
                return if is_too_long(&error) {
                    Ok(Some(unsent))
                } else {
                    Err(error)
                };
            }
            Err(error) => failed(&error),
        };
        if answer == ElementAnswer::Came {
            return Ok(Some(if self.answered {
                Reaction::Verdict(Verdict::Request)
            } else {
                Reaction::Alive
            }));
        }
        self.disconnect();
        let again = self.check();
        if interrupt::is_interrupted() {
            return Ok(None);
        }
        Ok(Some(broken(self.transport(), answer, again)))
    }

    /// Waits for the target to be there again if it is not, and says whether it is.
    pub(super) fn recovers(&mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while !self.is_there && Instant::now() < deadline && !interrupt::is_interrupted() {
            thread::sleep(PAUSE);
            self.disconnect();
            self.check();
        }
        self.is_there
    }

    /// Takes it for gone, whatever it answered last.
    pub(super) fn lose(&mut self) {
        self.is_there = false;
        self.disconnect();
    }

    fn transport(&self) -> Transport {
        match self.link {
            Link::Udp(_) => Transport::Udp,
            Link::Tcp(..) => Transport::Tcp,
        }
    }

    fn is_udp(&self) -> bool {
        self.transport() == Transport::Udp
    }

    fn disconnect(&mut self) {
        if let Link::Tcp(stream, received) = &mut self.link {
            *stream = None;
            received.clear();
        }
    }

    fn check_twice(&mut self) -> ElementAnswer {
        match self.check() {
            ElementAnswer::Came => ElementAnswer::Came,
            ElementAnswer::None | ElementAnswer::Closed | ElementAnswer::Refused => {
                self.disconnect();
                self.check()
            }
        }
    }

    /// Asks for the options of the target, to which any answer will do.
    fn check(&mut self) -> ElementAnswer {
        self.checks += 1;
        // Ends in a letter, so that no token is the beginning of another.
        let token = format!("{:x}-{}x", self.run, self.checks);
        let deadline = Instant::now() + self.timeout;
        let asked = self.local().and_then(|local| {
            let options = self.options(local, &token);
            self.send(options.as_bytes())
        });
        let answer = match asked {
            Ok(()) => self.await_answer(&token, deadline),
            Err(error) => failed(&error),
        };
        self.is_there = answer == ElementAnswer::Came;
        answer
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
        let (target, transport) = (self.address, self.transport());
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

    /// Takes a datagram, or octets of the stream.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.link {
            Link::Udp(socket) => socket.recv(buffer),
            Link::Tcp(Some(stream), _) => match stream.read(buffer)? {
                0 => Err(ErrorKind::UnexpectedEof.into()),
                read => Ok(read),
            },
            Link::Tcp(None, _) => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn await_answer(&mut self, token: &str, deadline: Instant) -> ElementAnswer {
        let mut buffer = vec![0; BUFFER];
        while Instant::now() < deadline && !interrupt::is_interrupted() {
            let octets = match self.receive(&mut buffer) {
                Ok(read) => buffer.get(..read).unwrap_or_default(),
                Err(error) => match failed(&error) {
                    ElementAnswer::None => continue,
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
            self.answered |= answers(received, &self.call_id);
            if answers(received, token) {
                if let Link::Tcp(_, received) = &mut self.link {
                    received.clear();
                }
                return ElementAnswer::Came;
            }
            if let Link::Tcp(_, received) = &mut self.link {
                received.drain(..received.len().saturating_sub(KEPT));
            }
        }
        ElementAnswer::None
    }
}

/// What it means that a target did not answer when it was asked after a line, and then again.
fn broken(transport: Transport, answer: ElementAnswer, again: ElementAnswer) -> Reaction {
    match (answer, again) {
        (ElementAnswer::Refused, _) | (_, ElementAnswer::Refused) => Reaction::Dead,
        (_, ElementAnswer::None | ElementAnswer::Closed) => Reaction::Silent,
        _ if transport == Transport::Udp => Reaction::Late { again: false },
        (ElementAnswer::Closed, _) => Reaction::Closed,
        _ => Reaction::Deaf,
    }
}

/// Whether there is a response in it that has the token: one to the message that had it.
fn answers(received: &[u8], token: &str) -> bool {
    let head = memmem::find(received, token.as_bytes()).and_then(|at| received.get(..at));
    head.is_some_and(|head| Parser::OBSERVE.find_iter(head).next().is_some())
}

/// What it means that a socket failed so.
fn failed(error: &io::Error) -> ElementAnswer {
    match error.kind() {
        ErrorKind::ConnectionRefused => ElementAnswer::Refused,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => ElementAnswer::None,
        _ => ElementAnswer::Closed,
    }
}

/// Whether it is the datagram that failed, not the socket.
fn is_too_long(error: &io::Error) -> bool {
    #[cfg(unix)]
    let too_long = rustix::io::Errno::MSGSIZE.raw_os_error();
    // WSAEMSGSIZE
    #[cfg(not(unix))]
    let too_long = 10040;
    error.raw_os_error() == Some(too_long)
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

#[cfg(test)]
mod tests {
    use super::{ElementAnswer, Reaction, Transport, answers, broken};

    #[test]
    fn a_target_that_is_back_at_once_was_dead() {
        let dead = |transport| broken(transport, ElementAnswer::Refused, ElementAnswer::Came);
        assert_eq!(dead(Transport::Udp), Reaction::Dead);
        assert_eq!(dead(Transport::Tcp), Reaction::Dead);
    }

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
