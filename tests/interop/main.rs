//! Real clients: SIPp calls the server of `examples/uas.rs`, and SIPp's own server is called and its answers read.
//!
//! ```text
//! apt-get install sip-tester
//! cargo test --test interop -- --ignored
//! ```

#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::doc_markdown,
    clippy::std_instead_of_core,
    reason = "tests"
)]

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sip_status_line::{Parser, StatusCode};
use sip_status_test_support::ports::free_port;
use sip_status_test_support::process::{DEADLINE, Process};
use sip_status_test_support::repository;

#[allow(dead_code, reason = "`main` starts the server otherwise")]
#[path = "../../examples/uas.rs"]
mod uas;

const UDP: &str = "u1";
const TCP: &str = "t1";

/// The server of the example, at addresses that the system chose, until the test ends.
fn server(transport: &str) -> SocketAddr {
    if transport == UDP {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = socket.local_addr().unwrap();
        thread::spawn(move || uas::serve_udp(&socket).unwrap());
        address
    } else {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || uas::serve_tcp(&listener).unwrap());
        address
    }
}

/// A running SIPp, in a directory of its own.
struct Sipp {
    process: Process,
    directory: PathBuf,
}

impl Sipp {
    fn start(name: &str, transport: &str, port: u16, arguments: &[&str]) -> Self {
        let directory =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sipp-{name}-{transport}"));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let output = File::create(directory.join("output")).unwrap();
        // It has to be there: apt-get install sip-tester.
        let process = Process::start(
            Command::new("sipp")
                .args(["-i", "127.0.0.1", "-p", &port.to_string()])
                .args(["-t", transport, "-nostdin"])
                .args(["-timeout", "50s", "-timeout_error"])
                .args(["-trace_err", "-error_file", "errors"])
                .args(arguments)
                .env("TERM", "dumb")
                .current_dir(&directory)
                .stdin(Stdio::null())
                .stderr(output.try_clone().unwrap())
                .stdout(output),
        );
        Self { process, directory }
    }

    /// Waits until it has done all its calls, each as its scenario has it.
    #[track_caller]
    fn succeeds(mut self) {
        let status = self.process.wait();
        if !status.success() {
            let read = |file| fs::read(self.directory.join(file)).unwrap_or_default();
            let [errors, output] = ["errors", "output"].map(read);
            let text = String::from_utf8_lossy(if errors.is_empty() { &output } else { &errors });
            panic!("SIPp: {status}, in {}\n{text}", self.directory.display());
        }
    }
}

/// SIPp calls the server of the example five times.
fn call(name: &str, transport: &str, scenario: &[&str]) -> Sipp {
    let server = server(transport).to_string();
    let arguments = [scenario, &["-m", "5", "-r", "50", &server]].concat();
    Sipp::start(name, transport, free_port(), &arguments)
}

#[test]
#[ignore = "needs SIPp"]
fn the_client_that_sipp_brings_along() {
    for sipp in [UDP, TCP].map(|transport| call("uac", transport, &["-sn", "uac"])) {
        sipp.succeeds();
    }
}

fn scenario(name: &str) -> String {
    fs::read_to_string(repository::path(&format!("tests/interop/{name}.xml"))).unwrap()
}

fn call_scenario(name: &str, transport: &str, text: &str) -> Sipp {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{transport}.xml"));
    fs::write(&file, text).unwrap();
    call(name, transport, &["-sf", file.to_str().unwrap()])
}

#[test]
#[ignore = "needs SIPp"]
fn a_call_that_is_accepted() {
    let scenario = scenario("accepted").replace("@USER@", "200");
    for sipp in [UDP, TCP].map(|transport| call_scenario("accepted", transport, &scenario)) {
        sipp.succeeds();
    }
}

/// Two codes of each class, one without a phrase.
#[test]
#[ignore = "needs SIPp"]
fn every_class_of_refusal() {
    let template = scenario("refused");
    for code in
        [300, 302, 404, 486, 498, 503, 504, 600, 603].map(|code| StatusCode::new(code).unwrap())
    {
        let scenario = template
            .replace("@USER@", &code.to_string())
            .replace("@CODE@", &code.to_string())
            .replace("@PHRASE@", code.canonical_reason().unwrap_or_default());
        let name = format!("refused-{code}");
        for sipp in [UDP, TCP].map(|transport| call_scenario(&name, transport, &scenario)) {
            sipp.succeeds();
        }
    }
}

/// The way to SIPp's server.
enum Link {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

impl Link {
    fn open(transport: &str, server: SocketAddr) -> Self {
        let end = Instant::now() + DEADLINE;
        let link = loop {
            let link = if transport == UDP {
                UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
                    .and_then(|socket| socket.connect(server).map(|()| Self::Udp(socket)))
            } else {
                TcpStream::connect(server).map(Self::Tcp)
            };
            match link {
                Ok(link) => break link,
                Err(error) if Instant::now() > end => panic!("{server}: {error}"),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        };
        let pause = Some(Duration::from_millis(500));
        match &link {
            Self::Udp(socket) => socket.set_read_timeout(pause).unwrap(),
            Self::Tcp(stream) => stream.set_read_timeout(pause).unwrap(),
        }
        link
    }

    fn local(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr().unwrap(),
            Self::Tcp(stream) => stream.local_addr().unwrap(),
        }
    }

    fn send(&mut self, octets: &[u8]) {
        match self {
            // SIPp may not be there yet, and the next attempt says so.
            Self::Udp(socket) => drop(socket.send(octets)),
            Self::Tcp(stream) => stream.write_all(octets).unwrap(),
        }
    }

    /// A datagram or what there is of the stream; nothing if nothing comes for a while.
    fn receive(&mut self) -> Vec<u8> {
        let mut octets = vec![0; 65_535];
        let len = match self {
            Self::Udp(socket) => socket.recv(&mut octets),
            Self::Tcp(stream) => stream.read(&mut octets),
        };
        octets.truncate(len.unwrap_or(0));
        octets
    }
}

/// A caller with one call to SIPp.
struct Caller {
    link: Link,
    server: SocketAddr,
    /// Octets that came and were not yet read.
    came: VecDeque<u8>,
}

impl Caller {
    fn request(&self, method: &str, number: u8, to: &str) -> String {
        let (server, local) = (self.server, self.link.local());
        let via = if matches!(self.link, Link::Udp(_)) {
            "UDP"
        } else {
            "TCP"
        };
        format!(
            "{method} sip:sipp@{server} SIP/2.0\r\nVia: SIP/2.0/{via} {local};branch=z9hG4bK-{method}\r\n\
             From: <sip:caller@{local}>;tag=1\r\n{to}\r\nCall-ID: {local}\r\nCSeq: {number} {method}\r\n\
             Contact: <sip:caller@{local}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
        )
    }

    /// Sends the request, again if nothing comes back, until there is a final response; gives the
    /// codes that came and the head of the last.
    fn ask(&mut self, request: &str) -> (Vec<StatusCode>, String) {
        self.link.send(request.as_bytes());
        let end = Instant::now() + DEADLINE;
        let mut codes = Vec::new();
        while Instant::now() < end {
            let Some((code, head)) = self.response() else {
                if matches!(self.link, Link::Udp(_)) {
                    thread::sleep(Duration::from_millis(50));
                    self.link.send(request.as_bytes());
                }
                continue;
            };
            codes.push(code);
            if code.is_final() {
                return (codes, head);
            }
        }
        panic!("no final response but {codes:?}");
    }

    /// The next response, read as if every octet came on its own.
    fn response(&mut self) -> Option<(StatusCode, String)> {
        let mut received = vec![self.octet()?];
        let code = loop {
            match Parser::STRICT.prefix(&received).unwrap() {
                None => received.push(self.octet().expect("the rest of the line")),
                Some(parsed) => {
                    assert_eq!(
                        parsed.rest, b"",
                        "the line ends with the octet that completes it"
                    );
                    assert!(parsed.deviations.is_empty());
                    break parsed.line.code;
                }
            }
        };
        while !received.ends_with(b"\r\n\r\n") {
            received.push(self.octet().expect("the rest of the head"));
        }
        assert_eq!(Parser::STRICT.line(&received).unwrap().line.code, code);

        let head = String::from_utf8(received).unwrap();
        let body = field(&head, "Content-Length:").trim().parse().unwrap();
        for _ in 0..body {
            self.octet().expect("the rest of the body");
        }
        Some((code, head))
    }

    fn octet(&mut self) -> Option<u8> {
        if self.came.is_empty() {
            self.came = self.link.receive().into();
        }
        self.came.pop_front()
    }
}

/// What follows the name of a header field.
fn field<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines()
        .find_map(|line| line.strip_prefix(name))
        .expect(name)
}

#[test]
#[ignore = "needs SIPp"]
fn the_server_that_sipp_brings_along() {
    // SIPp counts a call as failed if its connection is closed before it is done.
    let calls = [UDP, TCP].map(|transport| {
        let port = free_port();
        let sipp = Sipp::start("uas", transport, port, &["-sn", "uas", "-m", "1"]);
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let link = Link::open(transport, server);
        let mut caller = Caller {
            link,
            server,
            came: VecDeque::new(),
        };

        let to = format!("To: <sip:sipp@{server}>");
        let (codes, head) = caller.ask(&caller.request("INVITE", 1, &to));
        assert_eq!(codes.first(), Some(&StatusCode::RINGING));
        assert_eq!(codes.last(), Some(&StatusCode::OK));

        let to = format!("To:{}", field(&head, "To:"));
        let ack = caller.request("ACK", 1, &to);
        caller.link.send(ack.as_bytes());
        let (codes, _) = caller.ask(&caller.request("BYE", 2, &to));
        assert_eq!(codes, [StatusCode::OK]);
        (sipp, caller)
    });
    for (sipp, _caller) in calls {
        sipp.succeeds();
    }
}
