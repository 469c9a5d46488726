//! The relay between a client and a server that the tests play, the server a hostile one: nothing but lines that `STRICT`
//! accepts ever leaves it.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::thread;
use std::time::Duration;

use sip_status_lab::specimen::Specimens;
use sip_status_line::{Parser, StartLine, start_line};
use sip_status_test_support::process::Process;

const HEADERS: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\
                       Content-Length: 4\r\n\r\nbody";
const REQUEST: &[u8] =
    b"OPTIONS sip:a@192.0.2.2 SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
const LIMIT: Option<Duration> = Some(Duration::from_secs(20));

/// How many specimens a hostile server sends.
const SPECIMENS: usize = 3000;

/// A running relay to a server.
struct Relay {
    process: Process,
    address: SocketAddr,
}

impl Relay {
    fn start(server: SocketAddr) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        let mut process = Process::piped(command.args(["127.0.0.1:0", &server.to_string()]));
        let line = process.line();
        let address = line.strip_prefix("UDP and TCP ").unwrap().parse().unwrap();
        Self { process, address }
    }

    /// Ends it, and gives its counts.
    fn stop(self) -> String {
        self.process.signal("TERM");
        let output = self.process.output();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The number that stands after a name in the counts.
fn count(counts: &str, name: &str) -> usize {
    let line = counts
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    line.unwrap().parse().unwrap()
}

/// How many responses were refused.
fn refused(counts: &str) -> usize {
    let lines = counts.lines().filter(|line| line.starts_with("refused "));
    lines
        .map(|line| line.rsplit('\t').next().unwrap().parse::<usize>().unwrap())
        .sum()
}

/// What has to come out in the place of a response: its line encoded, and the rest.
fn expected(response: &[u8]) -> Option<Vec<u8>> {
    let parsed = Parser::INTEROP.line(response).ok()?;
    let mut octets = Vec::new();
    parsed.line.put(&mut octets);
    // Escapes take more room than what they stand for.
    let fits = octets.len() <= Parser::DEFAULT_MAX_LEN;
    octets.extend(parsed.rest);
    fits.then_some(octets)
}

fn response(specimen: &[u8]) -> Vec<u8> {
    [specimen, HEADERS.as_bytes()].concat()
}

fn datagrams() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(LIMIT).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut datagram = vec![0; 65_535];
    let len = socket.recv(&mut datagram).unwrap();
    datagram.truncate(len);
    datagram
}

#[test]
fn of_a_hostile_server_only_strict_lines_come_through_over_udp() {
    let (server, server_address) = datagrams();
    let (client, _) = datagrams();
    let relay = Relay::start(server_address);
    client.connect(relay.address).unwrap();
    client.send(REQUEST).unwrap();
    let mut datagram = vec![0; 65_535];
    let (len, far) = server.recv_from(&mut datagram).unwrap();
    assert_eq!(&datagram[..len], REQUEST, "untouched");

    let (mut accepted, mut bad, mut other) = (0, 0, 0);
    for specimen in Specimens::new(1).take(SPECIMENS) {
        let sent = response(specimen.octets());
        server.send_to(&sent, far).unwrap();
        // This one comes through, and so shows that the specimen before it will not.
        server
            .send_to(b"SIP/2.0 199 Sentinel\r\n\r\n", far)
            .unwrap();
        let mut came = receive(&client);
        if let Some(expected) = expected(&sent) {
            assert_eq!(came, expected, "{:?}", sent.escape_ascii().to_string());
            let parsed = Parser::STRICT.line(&came).unwrap();
            assert!(parsed.deviations.is_empty());
            accepted += 1;
            came = receive(&client);
        } else if start_line(&sent) == Some(StartLine::Status) {
            bad += 1;
        } else {
            other += 1;
        }
        assert_eq!(
            came,
            b"SIP/2.0 199 Sentinel\r\n\r\n",
            "{:?}",
            sent.escape_ascii().to_string()
        );
    }
    assert!(accepted > SPECIMENS / 10 && bad > SPECIMENS / 10);

    let counts = relay.stop();
    assert_eq!(count(&counts, "encoded"), accepted + SPECIMENS);
    assert_eq!((refused(&counts), count(&counts, "no SIP")), (bad, other));
}

/// A server that takes connections one after another, and answers a request on each with one of these.
fn serve(answers: Vec<Vec<u8>>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; REQUEST.len()];
            stream.read_exact(&mut request).unwrap();
            assert_eq!(request, REQUEST);
            stream.write_all(&answer).unwrap();
            let _ = stream.shutdown(Shutdown::Write);
            // A relay that closes its end leaves octets unread.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    address
}

/// Sends a request over a connection of its own, and gives what comes until the end of the stream.
fn ask(relay: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(relay).unwrap();
    stream.set_read_timeout(LIMIT).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut came = Vec::new();
    // Where the relay closes without having read all, the end is a reset.
    let _ = stream.read_to_end(&mut came);
    came
}

#[test]
fn of_a_hostile_server_only_strict_lines_come_through_over_tcp() {
    let sentinel = b"SIP/2.0 199 Sentinel\r\nl: 0\r\n\r\n";
    let specimens: Vec<_> = Specimens::new(2).take(SPECIMENS / 3).collect();
    let answers = specimens
        .iter()
        .map(|specimen| [&response(specimen.octets()), &sentinel[..]].concat());
    let relay = Relay::start(serve(answers.collect()));
    let mut accepted = 0;
    for specimen in specimens {
        let came = ask(relay.address);
        accepted += usize::from(expected(specimen.octets()).is_some());
        // Each message that came through is taken off by its header block and Content-Length.
        let mut rest = &came[..];
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(b"\r\n") {
                rest = after;
                continue;
            }
            let parsed = Parser::STRICT.line(rest).unwrap();
            assert!(parsed.deviations.is_empty());
            let head = (1..=rest.len())
                .find(|end| {
                    [&b"\n\n"[..], b"\n\r\n"]
                        .iter()
                        .any(|empty| rest[..*end].ends_with(empty))
                })
                .unwrap();
            let announced = rest[..head]
                .windows(17)
                .any(|octets| octets == b"Content-Length: 4");
            rest = rest.get(head + if announced { 4 } else { 0 }..).unwrap();
        }
    }
    assert!(accepted > SPECIMENS / 30);
    let counts = relay.stop();
    assert!(refused(&counts) > SPECIMENS / 30, "{counts}");
    assert!(count(&counts, "encoded") >= accepted);
}

#[test]
fn a_stream_comes_through_whatever_its_segments_are() {
    let messages = b"\r\n\r\nSIP/2.0 100\r\nl:  0\r\n\r\nsip/2.0 200 [OK]\r\nContent-Length:\r\n 4\r\n\r\nbody\
                     SIP/2.0 700 No\r\nl: 2\r\n\r\nxxINVITE sip:a@b SIP/2.0\r\nl: 0\r\n\r\nSIP/2.0 180 Ringing\r\n\r\n";
    let expected = b"\r\n\r\nSIP/2.0 100 \r\nl:  0\r\n\r\nSIP/2.0 200 %5BOK%5D\r\nContent-Length:\r\n 4\r\n\r\nbody\
                     INVITE sip:a@b SIP/2.0\r\nl: 0\r\n\r\nSIP/2.0 180 Ringing\r\n\r\n";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let relay = Relay::start(listener.local_addr().unwrap());
    for size in [1, 2, 3, 7, messages.len()] {
        let mut client = TcpStream::connect(relay.address).unwrap();
        client.set_read_timeout(LIMIT).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        server.set_nodelay(true).unwrap();
        for segment in messages.chunks(size) {
            server.write_all(segment).unwrap();
        }
        let mut came = vec![0; expected.len()];
        client.read_exact(&mut came).unwrap();
        assert_eq!(
            came.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );

        // The ping of the client reaches the server, too.
        client.write_all(b"\r\n\r\n").unwrap();
        let mut ping = [0; 4];
        server.read_exact(&mut ping).unwrap();
        assert_eq!(&ping, b"\r\n\r\n");
    }
    let counts = relay.stop();
    assert!(counts.contains("refused code@8\t5\n"), "{counts}");
    assert_eq!(count(&counts, "encoded"), 15);
}

#[test]
fn what_might_be_framed_otherwise_ends_its_connection() {
    let endless = [b"SIP/2.0 200 OK\r\n", "X: y\r\n".repeat(20_000).as_bytes()].concat();
    let answers = [
        b"SIP/2.0 200 OK\r\nContent-Length: 4\r\nl: 5\r\n\r\nbody.".to_vec(),
        b"SIP/2.0 200 OK\r\nContent-Length: +4\r\n\r\nbody".to_vec(),
        b"SIP/2.0 200 OK\r\nContent-Length: 4, 4\r\n\r\nbody".to_vec(),
        b"SIP/2.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nbody".to_vec(),
        b"SIP/2.0 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nbody".to_vec(),
        b"SIP/2.0 200 OK\r\nContent-Length:\r\n\r\nbody".to_vec(),
        endless,
    ];
    let len = answers.len();
    let relay = Relay::start(serve(answers.into()));
    for _ in 0..len {
        assert_eq!(ask(relay.address), b"");
    }
    assert_eq!(count(&relay.stop(), "closed"), len);
}

#[test]
fn a_message_that_is_cut_short_goes_nowhere() {
    let relay = Relay::start(serve(vec![b"SIP/2.0 200 OK\r\nl: 5\r\n\r\nbody".to_vec()]));
    assert_eq!(ask(relay.address), b"");
    assert_eq!(count(&relay.stop(), "encoded"), 0);
}
