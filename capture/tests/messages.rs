//! Messages out of streams and datagrams that are not as they should be: what can be read is handed
//! out, and what cannot is counted.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use core::convert::Infallible;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use memchr::memchr_iter;
use sip_status_capture::{Message, Place, Reader, Skip, Transport};
use sip_status_test_support::packets::{ACK, SYN, pcap, tcp, udp};

/// What a capture was read into.
#[derive(Debug, PartialEq)]
struct Reading {
    /// The first line of each message, and whether it is cut.
    lines: Vec<(String, bool)>,
    skipped: Vec<(Skip, u64)>,
}

/// The first line of a message, without its end.
fn line(message: &Message<'_>) -> String {
    let line = message.octets.split(|octet| *octet == b'\r').next();
    line.unwrap().escape_ascii().to_string()
}

fn read(packets: &[Vec<u8>]) -> Reading {
    let mut lines = Vec::new();
    let report = Reader::new()
        .requests(true)
        .read(pcap(packets).as_slice(), |message| {
            lines.push((line(&message), message.cut));
            Ok::<_, Infallible>(())
        });
    let report = report.unwrap();
    report.end.unwrap();
    Reading {
        lines,
        skipped: report.skipped.iter().collect(),
    }
}

/// Segments of a stream that begins with the first octet of these, or in its midst.
fn segments(octets: &[u8], len: usize, opens: bool) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    if opens {
        packets.push(tcp([5060, 7000], 99, 0, SYN, b""));
    }
    for (number, part) in octets.chunks(len).enumerate() {
        let sequence = 100 + u32::try_from(number * len).unwrap();
        packets.push(tcp([5060, 7000], sequence, 0, ACK, part));
    }
    packets
}

/// Reads a stream, which is the same however it is cut into segments.
#[track_caller]
fn stream(octets: &[u8]) -> Reading {
    let whole = read(&segments(octets, 60_000, true));
    for len in [1, 7, 1000] {
        assert_eq!(
            read(&segments(octets, len, true)),
            whole,
            "segments of {len}"
        );
    }
    whole
}

/// These lines, whole, and what was passed over.
#[track_caller]
fn assert_read(reading: &Reading, lines: &[&str], skipped: &[(Skip, u64)]) {
    let whole: Vec<_> = lines
        .iter()
        .map(|line| ((*line).to_owned(), false))
        .collect();
    assert_eq!(reading.lines, whole);
    assert_eq!(reading.skipped, skipped);
}

const ONE: &str = "SIP/2.0 200 One\r\nVia: x\r\n\r\n";
const TWO: &str = "SIP/2.0 180 Two\r\nVia: x\r\nContent-Length: 0\r\n\r\n";
const INVITE: &str = "INVITE sip:x@192.0.2.1 SIP/2.0\r\nVia: x\r\n\r\n";
const LINES: [&str; 3] = [
    "SIP/2.0 200 One",
    "INVITE sip:x@192.0.2.1 SIP/2.0",
    "SIP/2.0 180 Two",
];

// Headers

/// What is asked of the one message in a datagram of these octets.
fn ask<T>(message: &str, question: impl Fn(&Message<'_>) -> T) -> T {
    let mut answer = None;
    let packet = udp(message.as_bytes());
    let report = Reader::new()
        .requests(true)
        .read(pcap(&[packet]).as_slice(), |message| {
            answer = Some(question(&message));
            Ok::<_, Infallible>(())
        });
    report.unwrap().end.unwrap();
    answer.expect("a message")
}

#[test]
fn headers_have_two_names_and_may_be_folded() {
    for (header, call_id) in [
        ("Call-ID: a@b", Some("a@b")),
        ("cAll-iD \t:\ta@b \t", Some("a@b")),
        ("i:a@b", Some("a@b")),
        ("I: a@b\r\ni: c@d", Some("a@b")),
        ("Call-ID:\r\n a@b\r\n\t", Some("a@b")),
        ("X: y\r\n Call-ID: none\r\nCall-ID: a@b", Some("a@b")),
        ("Call-ID:", Some("")),
        ("X: y", None),
        ("Call-IDs: a@b", None),
        ("X: y\r\n\r\nCall-ID: a@b", None),
    ] {
        for start in ["SIP/2.0 200 OK", "\r\n\r\nBYE sip:x SIP/2.0"] {
            let message = format!("{start}\r\nVia: x\r\n{header}\r\n\r\n");
            let found = ask(&message, |message| message.call_id().map(<[u8]>::to_vec));
            assert_eq!(found.as_deref(), call_id.map(str::as_bytes), "{header:?}");
        }
    }
}

#[test]
fn a_cseq_is_a_number_and_a_method() {
    for (value, expected) in [
        ("1 INVITE", Some((1, "INVITE"))),
        ("  4294967295 \t x", Some((u32::MAX, "x"))),
        ("007\r\n BYE", Some((7, "BYE"))),
        ("4294967296 INVITE", None),
        ("+1 INVITE", None),
        ("1INVITE", None),
        ("1", None),
        ("1 INVITE INVITE", None),
        ("", None),
    ] {
        let message = format!("SIP/2.0 200 OK\r\nCSeq: {value}\r\n\r\n");
        let found = ask(&message, |message| {
            let cseq = message.cseq()?;
            Some((
                cseq.number,
                String::from_utf8(cseq.method.to_vec()).unwrap(),
            ))
        });
        let found = found
            .as_ref()
            .map(|(number, method)| (*number, method.as_str()));
        assert_eq!(found, expected, "{value:?}");
    }
}

#[test]
fn a_request_has_a_method() {
    let method = |message: &Message<'_>| message.method().map(<[u8]>::to_vec);
    assert_eq!(ask(INVITE, method).as_deref(), Some(b"INVITE".as_slice()));
    assert_eq!(ask(ONE, method), None);
    assert!(ask(ONE, |message| message.is_response()
        && message.call_id().is_none()));
}

// The lengths of messages

#[test]
fn a_length_that_swallows_what_follows_is_not_believed() {
    for length in ["4000000000", "1048577", "99999999999999999999999999"] {
        let long = format!("SIP/2.0 486 Long\r\nVia: x\r\nContent-Length: {length}\r\n\r\n");
        let reading = stream([long, ONE.repeat(100)].concat().as_bytes());
        assert_eq!(reading.lines[0], ("SIP/2.0 486 Long".to_owned(), true));
        assert_eq!(reading.lines.len(), 101, "{length}");
        assert_eq!(reading.skipped, [(Skip::WrongLength, 1)], "{length}");
    }
}

#[test]
fn a_length_beyond_the_end_ends_where_the_next_message_begins() {
    // The stream ends, or 64 KiB of the message have come.
    for (length, count) in [(4000, 100), (1_000_000, 100), (1_000_000, 10_000)] {
        let long = format!("SIP/2.0 486 Long\r\nVia: x\r\nl: {length}\r\n\r\nbody\r\n");
        let reading = stream([long, ONE.repeat(count)].concat().as_bytes());
        assert_eq!(reading.lines.len(), 1 + count, "{length}, {count}");
        assert_eq!(reading.lines[0], ("SIP/2.0 486 Long".to_owned(), true));
        let rest = &reading.lines[1..];
        assert!(rest.iter().all(|(line, cut)| line == LINES[0] && !cut));
        assert_eq!(
            reading.skipped,
            [(Skip::WrongLength, 1)],
            "{length}, {count}"
        );
    }
    // If its type is that of messages in a body, they are none of their own.
    for kind in ["message/sip", "Multipart/mixed;boundary=x"] {
        let long = format!("SIP/2.0 486 Long\r\nc: {kind}\r\nContent-Length: 60000\r\n\r\n{ONE}");
        let reading = stream(long.as_bytes());
        assert_eq!(reading.lines, [("SIP/2.0 486 Long".to_owned(), true)]);
        assert_eq!(reading.skipped, [(Skip::InnerLine, 1)]);
    }
}

#[test]
fn lines_in_a_body_are_counted() {
    let body = ONE.repeat(3);
    let message = format!("SIP/2.0 486 Long\r\nl: {}\r\n\r\n{body}{TWO}", body.len());
    let reading = stream(message.as_bytes());
    assert_read(
        &reading,
        &["SIP/2.0 486 Long", LINES[2]],
        &[(Skip::InnerLine, 3)],
    );
}

#[test]
fn a_length_may_be_folded() {
    for length in [
        "Content-Length:\r\n 4",
        "Content-Length: \r\n\t\r\n 4",
        "l\t:\r\n 4\r\n ",
    ] {
        let message = format!("SIP/2.0 200 One\r\nVia: x\r\n{length}\r\n\r\nbody{INVITE}{TWO}");
        assert_read(&stream(message.as_bytes()), &LINES, &[]);
    }
}

#[test]
fn of_several_lengths_the_smallest_counts() {
    for (one, other) in [("4", "40"), ("40", "4")] {
        let lengths = format!("Content-Length: {one}\r\nl: {other}\r\n");
        let message = format!("SIP/2.0 200 One\r\n{lengths}\r\nbody{INVITE}{TWO}");
        assert_read(
            &stream(message.as_bytes()),
            &LINES,
            &[(Skip::WrongLength, 1)],
        );
    }
    let message = format!("SIP/2.0 200 One\r\nl: 4\r\nContent-Length: 4\r\n\r\nbody{INVITE}{TWO}");
    assert_read(&stream(message.as_bytes()), &LINES, &[]);
}

#[test]
fn a_length_that_is_no_number_is_none() {
    for length in ["abc", "", "-4", "4,4"] {
        let message = format!("SIP/2.0 200 One\r\nl: {length}\r\n\r\n{INVITE}{TWO}");
        let reading = stream(message.as_bytes());
        assert_eq!(reading.skipped[0], (Skip::WrongLength, 1), "{length}");
        assert_eq!(reading.lines.last().unwrap().0, LINES[2], "{length}");
    }
}

// What is between messages

#[test]
fn stray_octets_cost_no_message() {
    for stray in [
        "\0",
        " ",
        "\0\0",
        "\x7f",
        "\u{fffd}",
        "\0\r\n",
        "PING\r\n",
        "\r\n\0\r\n",
        "a:b c\r\n",
    ] {
        let messages = [ONE, INVITE, TWO];
        let octets = messages.map(|message| format!("{message}{stray}")).concat();
        let reading = stream(octets.as_bytes());
        let whole: Vec<_> = LINES.map(|line| (line.to_owned(), false)).into();
        assert_eq!(reading.lines, whole, "{stray:?}");
        let [(kind, count)] = reading.skipped[..] else {
            panic!("{stray:?}: {:?}", reading.skipped);
        };
        assert_eq!(kind, Skip::StrayOctet);
        // CRLFs before the others are none.
        let len = stray.trim_start_matches("\r\n").len() as u64;
        assert_eq!(count, 3 * len, "{stray:?}");
    }
    // A status-line needs no header after it where a message should begin.
    let bare = "SIP/2.0 200 Bare\r\n\r\n";
    let reading = stream(format!("{ONE}\0{bare}\0{ONE}").as_bytes());
    let lines = [LINES[0], "SIP/2.0 200 Bare", LINES[0]];
    assert_read(&reading, &lines, &[(Skip::StrayOctet, 2)]);
}

#[test]
fn a_stream_may_begin_with_other_octets() {
    for start in [
        b"\0".as_slice(),
        b" ",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 5060 5060\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x13\xc4\x13\xc4",
    ] {
        let octets = [start, ONE.as_bytes(), INVITE.as_bytes(), TWO.as_bytes()].concat();
        let len = start.trim_ascii_start().len().max(1) as u64;
        assert_read(&stream(&octets), &LINES, &[(Skip::StrayOctet, len)]);
    }
    // But not with any number of them
    let octets = ["x".repeat(2000).as_str(), "\r\n", ONE].concat();
    assert_read(&stream(octets.as_bytes()), &[], &[(Skip::ForeignStream, 1)]);
}

#[test]
fn a_header_is_no_start_line() {
    // In the midst of a message whose beginning is not there
    let octets = format!("X-Line: SIP/2.0 200 One\r\nVia: SIP/2.0/TCP x\r\n\r\n{TWO}");
    let reading = read(&segments(octets.as_bytes(), 60_000, false));
    let stray = octets.len() - TWO.len();
    assert_read(&reading, &LINES[2..], &[(Skip::StrayOctet, stray as u64)]);
}

// Datagrams

#[test]
fn of_several_lines_in_a_datagram_the_first_counts() {
    let reading = read(&[
        udp([ONE, TWO, INVITE, TWO].concat().as_bytes()),
        udp(b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\n"),
        udp([INVITE, TWO].concat().as_bytes()),
        udp(b"\x80\0\nSIP/2.0 200 Media"),
    ]);
    let lines = [LINES[0], "SIP/2.0 200 A", LINES[1]];
    assert_read(&reading, &lines, &[(Skip::InnerLine, 4)]);
}

#[test]
fn a_sipfrag_is_as_long_as_it_says() {
    for (len, found) in [(3, false), (4, false), (5, true), (23, true), (0, true)] {
        let message = format!(
            "NOTIFY sip:x SIP/2.0\r\nc: message/sipfrag\r\nl: {len}\r\n\r\nSIP/2.0 486 Busy Here\r\n"
        );
        let mut octets = None;
        let report = Reader::new().read(pcap(&[udp(message.as_bytes())]).as_slice(), |message| {
            assert_eq!(message.place, Place::Sipfrag);
            octets = Some(message.octets.len());
            Ok::<_, Infallible>(())
        });
        let expected = if len == 0 { 23 } else { len };
        assert_eq!(octets, found.then_some(expected), "{len}");
        let within = report.unwrap().skipped.get(Skip::InnerLine);
        assert_eq!(within, u64::from(!found), "{len}");
    }
}

// WebSocket

const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/// A WebSocket frame.
fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let [high, low] = u16::try_from(payload.len()).unwrap().to_be_bytes();
    match low {
        0..126 if high == 0 => [&[first, low], payload].concat(),
        _ => [&[first, 126, high, low], payload].concat(),
    }
}

/// The same, masked.
fn masked(first: u8, payload: &str) -> Vec<u8> {
    let mask = [0x12, 0x34, 0x56, 0x78];
    let payload = payload.bytes().zip(mask.iter().cycle());
    let payload: Vec<_> = payload.map(|(octet, mask)| octet ^ mask).collect();
    let mut frame = frame(first, &payload);
    let header = frame.len() - payload.len();
    frame[1] |= 0x80;
    frame.splice(header..header, mask);
    frame
}

/// Reads these frames after an upgrade.
#[track_caller]
fn frames(frames: &[Vec<u8>]) -> Reading {
    stream(&[UPGRADE, &frames.concat()].concat())
}

#[test]
fn frames_of_other_protocols_are_foreign() {
    for (protocols, is_sip) in [("sip", true), ("xmpp, SIP", true), ("xmpp", false)] {
        let upgrade = format!(
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: {protocols}\r\n\r\n"
        );
        let reading = stream(&[upgrade.as_bytes(), &frame(0x81, ONE)].concat());
        if is_sip {
            assert_read(&reading, &LINES[..1], &[]);
        } else {
            assert_read(&reading, &[], &[(Skip::ForeignStream, 1)]);
        }
    }
}

#[test]
fn a_message_that_is_not_whole_is_cut() {
    let cut = vec![(LINES[0].to_owned(), true), (LINES[2].to_owned(), false)];
    // No FIN, and a message that begins before the end of the last
    let reading = frames(&[frame(0x01, ONE), frame(0x81, TWO)]);
    assert_eq!((reading.lines, reading.skipped), (cut, vec![]));
    // The capture ends within a frame, or without a FIN
    let mut inside = frame(0x81, ONE);
    inside.pop();
    for last in [inside, frame(0x01, ONE)] {
        let reading = frames(&[frame(0x81, TWO), last]);
        let lines = vec![(LINES[2].to_owned(), false), (LINES[0].to_owned(), true)];
        assert_eq!((reading.lines, reading.skipped), (lines, vec![]));
    }
}

#[test]
fn after_broken_frames_others_are_found() {
    let huge = [&[0x81, 127], [0xff; 8].as_slice(), ONE.as_bytes()].concat();
    let reserved = frame(0x83, ONE);
    for (broken, within) in [
        (huge, true),
        (reserved, true),
        (frame(0x83, "opcode"), false),
        (frame(0x8f, "opcode"), false),
        (frame(0xa1, "extension"), false),
        (frame(0x09, "ping in parts"), false),
    ] {
        let all = [
            frame(0x81, TWO),
            broken,
            masked(0x81, INVITE),
            frame(0x82, TWO),
        ];
        let reading = frames(&all);
        // A message whose frame is broken is found in it.
        let expected = [LINES[2], LINES[0], LINES[1], LINES[2]];
        let expected: Vec<_> = expected
            .iter()
            .filter(|line| within || **line != LINES[0])
            .map(|line| ((*line).to_owned(), *line == LINES[0]))
            .collect();
        assert_eq!(reading.lines, expected);
        let bad_frames = reading.skipped.last();
        assert_eq!(bad_frames, Some(&(Skip::BadFrame, 1)), "{reading:?}");
        let stray = (reading.skipped.first()).filter(|(kind, _)| *kind == Skip::StrayOctet);
        assert!(within || stray.is_some(), "{reading:?}");
    }
    let reading = frames(&[frame(0x80, "continues nothing"), frame(0x81, ONE)]);
    assert_read(&reading, &LINES[..1], &[(Skip::BadFrame, 1)]);
}

#[test]
fn a_lost_octet_costs_its_own_message_at_most() {
    let all = [frame(0x81, ONE), masked(0x81, INVITE), frame(0x81, TWO)].concat();
    let octets = [UPGRADE, &all].concat();
    for hole in UPGRADE.len()..octets.len() - 1 {
        let sequence = |offset: usize| 100 + u32::try_from(offset).unwrap();
        let reading = read(&[
            tcp([5060, 7000], 99, 0, SYN, b""),
            tcp([5060, 7000], sequence(0), 0, ACK, &octets[..hole]),
            tcp(
                [5060, 7000],
                sequence(hole + 1),
                0,
                ACK,
                &octets[hole + 1..],
            ),
        ]);
        let lines: Vec<_> = reading
            .lines
            .iter()
            .map(|(line, _)| line.as_str())
            .collect();
        let found = LINES.iter().filter(|line| lines.contains(line)).count();
        assert!(found >= 2, "{hole}: {lines:?}");
        let lost = reading
            .skipped
            .iter()
            .find(|(kind, _)| *kind == Skip::LostOctet);
        assert_eq!(lost, Some(&(Skip::LostOctet, 1)));
    }
}

#[test]
fn a_capture_may_begin_in_the_midst_of_websocket() {
    let all = [frame(0x81, ONE), frame(0x81, INVITE), frame(0x81, TWO)].concat();
    for from in 0..all.len() {
        let mut transports = Vec::new();
        let packets = segments(&all[from..], 60_000, false);
        let report = Reader::new()
            .requests(true)
            .read(pcap(&packets).as_slice(), |message| {
                transports.push(message.origin.transport);
                Ok::<_, Infallible>(())
            });
        assert!(report.is_ok_and(|report| report.end.is_ok()));
        // Those whose frame is whole are seen to be in one.
        let whole = memchr_iter(0x81, &all[from..]).count();
        let in_frames = transports.iter().rev();
        let in_frames = in_frames.take_while(|transport| **transport == Transport::WebSocket);
        assert_eq!(in_frames.count(), whole, "{from}: {transports:?}");
    }
}

/// Messages, each of which may repeat parts of those before (RFC 7692).
fn deflated(messages: &[&str]) -> Vec<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let deflate = |message: &&str| {
        let from = encoder.get_ref().len();
        encoder.write_all(message.as_bytes()).unwrap();
        encoder.flush().unwrap();
        let octets = encoder.get_ref();
        octets[from..octets.len() - 4].to_vec()
    };
    messages.iter().map(deflate).collect()
}

#[test]
fn compressed_messages_are_inflated() {
    let messages = deflated(&[ONE, INVITE, TWO]);
    let [alone] = deflated(&[TWO]).try_into().unwrap();
    assert!(
        messages[2].len() < alone.len(),
        "it repeats parts of the first"
    );
    let all: Vec<_> = messages
        .iter()
        .map(|message| frame(0xc1, message))
        .collect();
    assert_read(&frames(&all), &LINES, &[]);
    // In parts, between others that are not compressed
    let (head, tail) = messages[1].split_at(9);
    let parts = [frame(0x41, head), frame(0x89, "ping"), frame(0x80, tail)].concat();
    let all = [
        frame(0xc1, &messages[0]),
        parts,
        frame(0x81, ONE),
        frame(0xc1, &messages[2]),
    ];
    let lines = [LINES[0], LINES[1], LINES[0], LINES[2]];
    assert_read(&frames(&all), &lines, &[]);
}

#[test]
fn what_cannot_be_inflated_is_counted() {
    let messages = deflated(&[ONE, INVITE, TWO]);
    // Without the first, and so without what the others repeat
    // What it is inflated to may be no message.
    let all = [
        frame(0x81, ONE),
        frame(0x81, "no message"),
        frame(0x81, TWO),
    ];
    assert_read(
        &frames(&all),
        &[LINES[0], LINES[2]],
        &[(Skip::StrayOctet, 10)],
    );
    let all = [
        frame(0xc1, "no deflate"),
        frame(0xc1, &messages[1]),
        frame(0x81, ONE),
        frame(0xc1, &messages[2]),
    ];
    assert_read(&frames(&all), &LINES[..1], &[(Skip::CompressedMessage, 3)]);
    // A message of 100 MiB
    let large = "SIP/2.0 200 One\r\nVia: x\r\n".to_owned() + &"x".repeat(100 << 20);
    let [large] = deflated(&[&large]).try_into().unwrap();
    let reading = read(&segments(
        &[UPGRADE, &long_frame(0xc1, &large)].concat(),
        60_000,
        true,
    ));
    assert_read(&reading, &[], &[(Skip::CompressedMessage, 1)]);
}

/// A frame whose length is in 64 bits.
fn long_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() as u64).to_be_bytes();
    [&[first, 127], len.as_slice(), payload].concat()
}
