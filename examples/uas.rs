//! A small SIP user-agent server over UDP and TCP that answers every request at once.
//!
//! ```text
//! cargo run --example uas -- 127.0.0.1:5060
//! ```
//!
//! An INVITE gets 100, 180 and 200; if the user part of its Request-URI is a number from 300 to 699, such as
//! `sip:486@127.0.0.1`, it gets that response instead of 200. OPTIONS, BYE and CANCEL get 200, ACK gets nothing,
//! and any other method 501.
//!
//! Every response begins with a status-line of this crate, and one that comes in is read with it. Apart from that
//! the server knows as much SIP as it needs. It keeps no state: a request that is sent again is answered again, in
//! the same words. It answers where the request came from, whatever its Via says, and knows no folded headers.

#![allow(clippy::std_instead_of_core, reason = "not for the bare metal")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::{env, thread};

use sip_status_line::{Parser, StatusCode, StatusLine};

const METHODS: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS";
const SDP: &str = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
                   m=audio 9 RTP/AVP 0\r\na=inactive\r\n";
/// The longest message on a stream.
const MAX_MESSAGE: usize = 65_536;

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:5060".to_owned());
    let (socket, listener) = (UdpSocket::bind(&address)?, TcpListener::bind(&address)?);
    println!(
        "UDP {}, TCP {}",
        socket.local_addr()?,
        listener.local_addr()?
    );
    thread::spawn(move || serve_tcp(&listener));
    serve_udp(&socket)
}

pub(crate) fn serve_udp(socket: &UdpSocket) -> io::Result<()> {
    let mut datagram = vec![0; 65_535];
    loop {
        let (len, peer) = socket.recv_from(&mut datagram)?;
        for response in answer(datagram.get(..len).unwrap_or_default()) {
            socket.send_to(&response, peer)?;
        }
    }
}

pub(crate) fn serve_tcp(listener: &TcpListener) -> io::Result<()> {
    loop {
        let (stream, peer) = listener.accept()?;
        thread::spawn(move || {
            if let Err(error) = serve_stream(stream) {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

fn serve_stream(mut stream: TcpStream) -> io::Result<()> {
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        while let Some(len) = end_of_message(&received)? {
            let message: Vec<u8> = received.drain(..len).collect();
            for response in answer(&message) {
                stream.write_all(&response)?;
            }
        }
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            len => received.extend(chunk.iter().take(len)),
        }
    }
}

/// Where the message at the start of a stream ends, if all of it is there.
fn end_of_message(received: &[u8]) -> io::Result<Option<usize>> {
    if received.starts_with(b"SIP/") {
        // A response: if its line is bad, that is known before the rest of it has come.
        Parser::INTEROP.prefix(received).map_err(io::Error::other)?;
    }
    let end = match received {
        [b'\r', b'\n', ..] => Some(2), // a keep-alive
        _ => received
            .windows(4)
            .position(|octets| octets == b"\r\n\r\n")
            .and_then(|head| {
                let head = head + 4;
                let text = String::from_utf8_lossy(received.get(..head)?);
                let body = header(&text, "Content-Length", "l").map_or(Ok(0), str::parse::<usize>);
                Some(head.saturating_add(body.unwrap_or(usize::MAX)))
            }),
    };
    if end.unwrap_or(received.len()) > MAX_MESSAGE {
        return Err(io::Error::other("the message is too long"));
    }
    Ok(end.filter(|end| *end <= received.len()))
}

/// The responses to a message: none to a response, an ACK, or what is no SIP at all.
fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    if let Ok(response) = Parser::INTEROP.line(message) {
        println!("nobody asked, but: {}", response.line);
        return Vec::new();
    }
    let text = String::from_utf8_lossy(message);
    let request = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut words = request.lines().next().unwrap_or_default().split(' ');
    let (Some(method), Some(uri), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Vec::new();
    };
    let codes: &[StatusCode] = match method {
        "ACK" => &[],
        _ if !version.eq_ignore_ascii_case("SIP/2.0") => &[StatusCode::VERSION_NOT_SUPPORTED],
        _ if !is_whole(request) => &[StatusCode::BAD_REQUEST],
        "INVITE" => &[StatusCode::TRYING, StatusCode::RINGING, wanted(uri)],
        "BYE" | "CANCEL" | "OPTIONS" => &[StatusCode::OK],
        _ => &[StatusCode::NOT_IMPLEMENTED],
    };
    codes
        .iter()
        .map(|code| respond(*code, method, request))
        .collect()
}

/// Whether the request has what every response repeats.
fn is_whole(request: &str) -> bool {
    [
        ("Via", "v"),
        ("From", "f"),
        ("To", "t"),
        ("Call-ID", "i"),
        ("CSeq", "CSeq"),
    ]
    .iter()
    .all(|(name, short)| header(request, name, short).is_some())
}

/// The final response that an INVITE asks for.
fn wanted(uri: &str) -> StatusCode {
    let user = uri
        .strip_prefix("sip:")
        .and_then(|rest| rest.split_once('@'))
        .map_or("", |(user, _)| user);
    match user.parse() {
        Ok(code) if code >= StatusCode::MULTIPLE_CHOICES => code,
        _ => StatusCode::OK,
    }
}

fn respond(code: StatusCode, method: &str, request: &str) -> Vec<u8> {
    let mut response = Vec::new();
    let written = StatusLine::canonical(code).write_to(&mut response);
    debug_assert!(written.is_ok(), "a Vec takes all octets");

    for line in request.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = name.trim_end();
        let is = |names: [&str; 2]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if is(["To", "t"]) && !value.contains(";tag=") && code != StatusCode::TRYING {
            let mut tag = DefaultHasher::new();
            header(request, "Call-ID", "i").hash(&mut tag);
            response.extend(format!("{line};tag={:x}\r\n", tag.finish()).bytes());
        } else if [["Via", "v"], ["From", "f"], ["To", "t"], ["Call-ID", "i"]]
            .into_iter()
            .any(is)
            || is(["CSeq", "Record-Route"])
        {
            response.extend(format!("{line}\r\n").bytes());
        }
    }
    response.extend(format!("Allow: {METHODS}\r\n").bytes());
    let body = if method == "INVITE" && code == StatusCode::OK {
        response.extend(b"Contact: <sip:127.0.0.1>\r\nContent-Type: application/sdp\r\n");
        SDP
    } else {
        ""
    };
    response.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).bytes());
    response
}

/// The value of the first header field of that name.
fn header<'a>(message: &'a str, name: &str, short: &str) -> Option<&'a str> {
    message.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        let found = found.trim_end();
        (found.eq_ignore_ascii_case(name) || found.eq_ignore_ascii_case(short))
            .then_some(value.trim())
    })
}
