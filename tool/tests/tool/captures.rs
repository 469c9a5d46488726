//! Captures through the tool `sip-status`: the corpus, and what no stack would send on request.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sip_status_lab::SplitMix64;
use sip_status_test_support::notation::from_hex;
use sip_status_test_support::packets::{self, ACK, FIN, RST, SYN, ipv4, pcap, udp};
use sip_status_test_support::repository::files;

use crate::run::{self, run_with, temporary};

/// What a run of the tool left behind.
struct Run {
    code: i32,
    objects: Vec<Value>,
    err: String,
}

impl Run {
    /// The lines that were read, and why others were refused.
    fn lines(&self) -> Vec<String> {
        self.objects.iter().map(line).collect()
    }

    /// The frame of each line.
    fn frames(&self) -> Vec<u64> {
        let frame = |object: &Value| object["record"].as_u64().unwrap();
        self.objects.iter().map(frame).collect()
    }
}

/// `decode --format json` of those files, or of that standard input.
#[track_caller]
fn decode(files: &[&str], stdin: &[u8]) -> Run {
    let run = run_with(&[&["decode", "--format", "json"], files].concat(), stdin);
    assert!((0..=2).contains(&run.code), "{}", run.err);
    Run {
        code: run.code,
        objects: run.objects(),
        err: run.err,
    }
}

/// The line of an object, escaped, or why it was refused.
fn line(object: &Value) -> String {
    if let Some(message) = object["error"]["message"].as_str() {
        return message.to_owned();
    }
    let reason = match object["reason_hex"].as_str() {
        Some(hex) => from_hex(hex),
        None => object["reason"].as_str().unwrap().as_bytes().to_vec(),
    };
    format!("SIP/2.0 {} {}", object["code"], reason.escape_ascii())
}

/// Every capture of the corpus: its name and its path.
fn captures() -> Vec<(String, String)> {
    let file = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, path.into_os_string().into_string().unwrap())
    };
    let files = files("corpus/captures").into_iter();
    files.map(file).collect()
}

/// The rows of a table, without its header.
fn table(name: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(run::repository(&format!("corpus/truth/{name}"))).ok()?;
    let rows: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(rows[0], "frame\ttransport\tstream\twhere\tcode\tline");
    Some(rows[1..].to_vec())
}

/// What the tool says of a capture, as rows of a table.
fn rows(run: &Run) -> Vec<String> {
    let row = |object: &Value| {
        let code = match &object["code"] {
            Value::Null => &object["error"]["code"],
            code => code,
        };
        let cells = [&object["record"], &object["transport"], &object["stream"]];
        let cells = cells.into_iter().chain([&object["where"], code]);
        let cells = cells.map(|cell| match cell {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            number => number.to_string(),
        });
        let cells: Vec<_> = cells.chain([line(object)]).collect();
        cells.join("\t")
    };
    run.objects.iter().map(row).collect()
}

// The corpus

#[test]
fn every_capture_reads_as_its_table() {
    let readme = fs::read_to_string(run::repository("corpus/truth/README.md")).unwrap();
    let files = captures();
    assert_eq!(files.len(), 85);
    for (name, path) in files {
        let truth = table(&format!("{name}.tsv")).unwrap_or_else(|| panic!("{name} has no table"));
        let ours = table(&format!("{name}.ours.tsv"));
        if let Some(ours) = &ours {
            assert_ne!(*ours, truth, "{name}");
            assert!(readme.contains(&format!("\n| `{name}` | ")), "{name}");
        }
        let run = decode(&[&path], b"");
        assert_eq!(rows(&run), ours.unwrap_or(truth), "{name}");
        let refused = run.objects.iter().any(|object| !object["error"].is_null());
        let cut = name == "derived-file-cut-short.pcap";
        assert_eq!(run.code, i32::from(refused || cut), "{name}: {}", run.err);
        assert_eq!(run.err.contains("cut short after frame 29"), cut, "{name}");
    }
}

#[test]
fn what_is_passed_over_is_in_the_table() {
    let table = fs::read_to_string(run::repository("corpus/truth/skipped.tsv")).unwrap();
    let mut found = "file\twhat\tcount\n".to_owned();
    for (name, path) in captures() {
        for line in decode(&[&path], b"").err.lines() {
            let (_, message) = line.split_once(&format!("{name}: ")).unwrap();
            if let Some((what, count)) = message.rsplit_once(": ") {
                found.extend([&name, what, count].join("\t").chars().chain(['\n']));
            }
        }
    }
    assert_eq!(found, table);
}

#[test]
fn the_same_comes_through_a_pipe() {
    for (name, path) in captures() {
        let piped = decode(&[], &fs::read(&path).unwrap());
        assert_eq!(rows(&piped), rows(&decode(&[&path], b"")), "{name}");
    }
}

#[test]
fn time_is_as_precise_as_the_file_has_it() {
    let run = decode(&[&run::capture("derived-every-link-type.pcapng")], b"");
    let times: BTreeMap<u64, &str> = run
        .frames()
        .into_iter()
        .zip(&run.objects)
        .filter_map(|(frame, object)| Some((frame, object["time"].as_str()?)))
        .collect();
    // 10⁻⁶, 10⁻⁹, 2⁻²⁰, 10⁻³ and an hour less, 10⁻⁶ and an hour more, 2⁻³²
    assert_eq!(times[&2], "1795167049.752682");
    assert_eq!(times[&5], "1795167049.752682000");
    assert_eq!(times[&8], "1795167049.752681732177734375");
    assert_eq!(times[&11], "1795167049.752");
    assert_eq!(times[&14], "1795167049.752682");
    assert_eq!(times[&17], "1795167049.752681999932974576");
    // The same in the other byte order
    assert_eq!(times[&48], times[&11]);
    assert_eq!(times[&51], times[&14]);
}

#[test]
fn a_compressed_capture_may_end_anywhere() {
    for name in [
        "derived-gzip.pcap.gz",
        "derived-zstd.pcapng.zst",
        // Of two streams each
        "derived-bzip2.pcap.bz2",
        "derived-lz4.pcap.lz4",
        "derived-xz.pcap.xz",
    ] {
        let whole = fs::read(run::capture(name)).unwrap();
        let lines = decode(&[], &whole).lines();
        assert_eq!(lines.len(), 15);
        for len in (4..whole.len()).step_by(61) {
            let run = decode(&[], &whole[..len]);
            assert_eq!(run.code, 1, "{name}, {len}: {}", run.err);
            assert!(run.err.contains("cut short"), "{name}, {len}: {}", run.err);
            assert!(lines.starts_with(&run.lines()), "{name}, {len}");
        }
    }
}

#[test]
fn what_is_compressed_and_no_capture_is_no_capture() {
    // `printf 'SIP/2.0 200 OK\r\n' | gzip -n`
    let gzip = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x0b, 0xf6, 0x0c, 0xd0, 0x37,
        0xd2, 0x33, 0x50, 0x30, 0x32, 0x30, 0x50, 0xf0, 0xf7, 0xe6, 0xe5, 0x02, 0x00, 0xbf, 0x66,
        0xaf, 0x84, 0x10, 0x00, 0x00, 0x00,
    ];
    let run = decode(&[], &gzip);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("neither pcap, pcapng nor snoop"),
        "{}",
        run.err
    );
}

#[test]
fn a_zstd_window_is_not_believed() {
    // A frame header that claims a window of 2 TB or so
    let run = decode(&[], b"\x28\xb5\x2f\xfd\x00\xff\x01\0\0");
    assert_eq!(run.code, 1);
    assert!(run.err.contains("too large"), "{}", run.err);
}

#[test]
fn broken_captures_do_no_harm() {
    let mut random = SplitMix64::new(1);
    let directory = temporary("broken");
    fs::create_dir_all(&directory).unwrap();
    for round in 0..6 {
        let mut files = Vec::new();
        for (name, path) in captures() {
            let mut octets = fs::read(path).unwrap();
            if round % 2 == 0 {
                octets.truncate(random.below(octets.len()));
            }
            for _ in 0..=random.below(40) {
                // The file header is left alone, or nothing would be read at all.
                let Some(room) = octets.len().checked_sub(24).filter(|room| *room > 0) else {
                    break;
                };
                let at = 24 + random.below(room);
                octets[at] = random.octet();
            }
            let file = directory.join(format!("{round}-{name}"));
            fs::write(&file, octets).unwrap();
            files.push(file.into_os_string().into_string().unwrap());
        }
        let files: Vec<_> = files.iter().map(String::as_str).collect();
        let run = decode(&files, b"");
        assert!(run.objects.len() > 300, "{}", run.objects.len());
        for file in files {
            fs::remove_file(file).unwrap();
        }
    }
}

// Captures made here

/// A segment, from port 5060 to a port.
fn segment(port: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    tcp([5060, port], sequence, 0, flags, payload)
}

/// A segment the other way, which acknowledges.
fn answer(port: u16, sequence: u32, acknowledged: u32, payload: &[u8]) -> Vec<u8> {
    tcp([port, 5060], sequence, acknowledged, ACK, payload)
}

fn tcp(ports: [u16; 2], sequence: u32, acknowledged: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = packets::tcp(ports, sequence, acknowledged, flags, payload);
    if ports[1] == 5060 {
        // The addresses as well
        packet[12..20].rotate_left(4);
    }
    packet
}

/// A stream that was seen to open, in segments that begin at those offsets.
fn stream(octets: &[u8], cuts: &[usize]) -> Vec<u8> {
    let mut packets = vec![segment(7000, 99, SYN, b"")];
    packets.extend(pieces(octets, cuts));
    pcap(&packets)
}

fn pieces(octets: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let ends = cuts.iter().skip(1).copied().chain([octets.len()]);
    let piece = |(from, to): (usize, usize)| {
        let sequence = 100_u32.wrapping_add(u32::try_from(from).unwrap());
        segment(7000, sequence, ACK, &octets[from..to])
    };
    cuts.iter().copied().zip(ends).map(piece).collect()
}

/// Three messages: one with a body that has status-lines, one without, a request, and one in lower
/// case whose length is in compact form.
const MESSAGES: &[u8] = b"SIP/2.0 200 One\r\nVia: x\r\nContent-Length: 44\r\n\r\n\
    SIP/2.0 500 Body\r\n\r\nSIP/2.0 501 Body\r\nab\r\n\r\n\
    SIP/2.0 180 Two\r\nVia: x\r\n\r\n\
    \r\n\r\n\
    OPTIONS sip:x@192.0.2.1 SIP/2.0\r\nl: 18\r\n\r\nSIP/2.0 502 Body\r\n\
    sip/2.0 486 Three\r\nVia: x\r\nL\t : \t 2\r\n\r\n\r\n\
    \r\n\
    SIP/2.0 999 Four\r\nContent-Length: 0\r\n\r\n";

const LINES: [&str; 4] = [
    "SIP/2.0 200 One",
    "SIP/2.0 180 Two",
    "SIP/2.0 486 Three",
    "expected a status code from 100 to 699 at octet 8",
];

#[test]
fn a_stream_may_be_cut_anywhere() {
    for cut in 1..MESSAGES.len() {
        let run = decode(&[], &stream(MESSAGES, &[0, cut]));
        assert_eq!(run.lines(), LINES, "{cut}");
        assert_eq!(run.objects[0]["transport"], "tcp");
        assert_eq!(run.objects[0]["stream"], 0);
        assert_eq!(run.objects[0]["rest_len"], 74, "{cut}");
    }
    let every: Vec<_> = (0..MESSAGES.len()).collect();
    let run = decode(&[], &stream(MESSAGES, &every));
    assert_eq!(run.lines(), LINES);
    // The frame is the one that has the last octet of the message.
    assert_eq!(run.frames()[0], 1 + 91);
}

#[test]
fn segments_come_in_any_order_and_more_than_once() {
    let mut random = SplitMix64::new(7);
    for round in 0..40 {
        let mut cuts: Vec<_> = (0..30).map(|_| random.below(MESSAGES.len())).collect();
        cuts.push(0);
        cuts.sort_unstable();
        cuts.dedup();
        let mut packets = pieces(MESSAGES, &cuts);
        // Others that overlap
        for _ in 0..10 {
            let from = random.below(MESSAGES.len());
            let to = from + random.below(MESSAGES.len() - from);
            let sequence = 100 + u32::try_from(from).unwrap();
            packets.push(segment(7000, sequence, ACK, &MESSAGES[from..to]));
        }
        for at in (1..packets.len()).rev() {
            packets.swap(at, random.below(at + 1));
        }
        packets.insert(0, segment(7000, 99, SYN, b""));
        let run = decode(&[], &pcap(&packets));
        assert_eq!(run.lines(), LINES, "{round}");
        assert!(!run.err.contains("missing"), "{}", run.err);
    }
}

#[test]
fn sequence_numbers_wrap() {
    let first = u32::MAX - 20;
    let mut packets = vec![segment(7000, first.wrapping_sub(1), SYN, b"")];
    for (number, octets) in MESSAGES.chunks(9).enumerate() {
        let sequence = first.wrapping_add(u32::try_from(number * 9).unwrap());
        packets.push(segment(7000, sequence, ACK, octets));
    }
    packets[3..12].reverse();
    assert_eq!(decode(&[], &pcap(&packets)).lines(), LINES);
}

#[test]
fn a_gap_costs_no_more_than_the_message_it_is_in() {
    // A hole of ten octets anywhere, which is known for one when the stream ends.
    for hole in (0..MESSAGES.len() - 10).step_by(3) {
        let mut packets = vec![segment(7000, 99, SYN, b"")];
        packets.extend(pieces(&MESSAGES[..hole], &[0]));
        let behind = 110 + u32::try_from(hole).unwrap();
        packets.push(segment(7000, behind, ACK, &MESSAGES[hole + 10..]));
        let run = decode(&[], &pcap(&packets));
        assert!(
            run.err.contains("octets missing in TCP streams: 10\n"),
            "{hole}: {}",
            run.err
        );
        let lines = run.lines();
        let lost = LINES
            .iter()
            .filter(|line| !lines.contains(&(**line).to_owned()));
        // That which the hole is in, and a bad one behind it, which nobody can search for.
        assert!(lost.count() <= 2, "{hole}: {lines:?}");
    }
}

#[test]
fn a_gap_in_a_body_of_known_length_costs_nothing() {
    for hole in 49..=81 {
        let mut packets = vec![segment(7000, 99, SYN, b"")];
        packets.extend(pieces(&MESSAGES[..hole], &[0]));
        let behind = 110 + u32::try_from(hole).unwrap();
        packets.push(segment(7000, behind, ACK, &MESSAGES[hole + 10..]));
        let run = decode(&[], &pcap(&packets));
        assert_eq!(run.lines(), LINES, "{hole}");
    }
}

#[test]
fn what_the_receiver_has_is_not_waited_for_long() {
    let message = b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";
    let len = u32::try_from(message.len()).unwrap();
    let mut packets = vec![segment(7000, 99, SYN, b"")];
    for number in 0..40 {
        // The second is lost.
        if number != 1 {
            packets.push(segment(7000, 100 + number * len, ACK, message));
            packets.push(answer(7000, 500, 100 + (number + 1) * len, b""));
        }
    }
    let run = decode(&[], &pcap(&packets));
    assert_eq!(run.objects.len(), 39);
    // Most are reported in their own frame.
    assert_eq!(run.frames().last(), Some(&(2 * 38 + 2)));
}

#[test]
fn a_capture_may_begin_in_the_midst_of_a_stream() {
    for from in 0..MESSAGES.len() {
        let packets = pieces(&MESSAGES[from..], &[0]);
        let run = decode(&[], &pcap(&packets));
        let lines = run.lines();
        for line in &LINES[..3] {
            // The same octets in other case, for the one in lower case
            let text = line.to_ascii_lowercase();
            let all = MESSAGES.to_ascii_lowercase();
            let start = all
                .windows(text.len())
                .position(|octets| octets == text.as_bytes());
            let found = lines.contains(&(*line).to_owned());
            assert!(
                found || start.unwrap() < from,
                "{from}: {line} in {lines:?}"
            );
        }
    }
}

#[test]
fn segments_may_be_cut_by_the_snap_length() {
    let message = b"SIP/2.0 200 OK\r\nVia: x\r\nContent-Length: 0\r\n\r\n";
    let len = u32::try_from(message.len()).unwrap();
    let headers = ipv4(6, &[0; 20]).len();
    for captured in 16..message.len() {
        let cut = |number: u32| {
            let mut packet = segment(7000, 100 + number * len, ACK, message);
            packet.truncate(headers + captured);
            packet
        };
        let packets: Vec<_> = (0..5).map(cut).collect();
        let run = decode(&[], &pcap(&packets));
        assert_eq!(run.lines(), ["SIP/2.0 200 OK"; 5], "{captured}");
        assert_eq!(run.frames(), [1, 2, 3, 4, 5], "{captured}");
    }
}

#[test]
fn a_message_that_never_ends_is_reported_at_the_end() {
    let head = b"SIP/2.0 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc";
    for end in [
        segment(
            7000,
            100 + u32::try_from(head.len()).unwrap(),
            FIN | ACK,
            b"",
        ),
        segment(7000, 100 + u32::try_from(head.len()).unwrap(), RST, b""),
        udp(b"x"),
    ] {
        let mut packets = vec![segment(7000, 99, SYN, b"")];
        packets.extend(pieces(head, &[0]));
        packets.push(end);
        let run = decode(&[], &pcap(&packets));
        assert_eq!(run.lines(), ["SIP/2.0 200 OK"]);
        assert_eq!(run.frames(), [2]);
    }
    // One that ends within its line is not judged.
    let run = decode(&[], &stream(b"SIP/2.0 200 O", &[0]));
    assert_eq!((run.code, run.lines().len()), (0, 0));
    assert!(run.err.contains("lines cut off"), "{}", run.err);
}

#[test]
fn a_long_body_is_passed_over() {
    let mut octets = b"SIP/2.0 200 Long\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    let head = octets.len();
    octets.extend(b"SIP/2.0 500 Body\r\n\r\n".repeat(50_000));
    octets.extend(b"SIP/2.0 180 After\r\n\r\n");
    let cuts: Vec<_> = (0..octets.len()).step_by(1400).collect();
    let run = decode(&[], &stream(&octets, &cuts));
    assert_eq!(run.lines(), ["SIP/2.0 200 Long", "SIP/2.0 180 After"]);
    let rest = head - "SIP/2.0 200 Long\r\n".len() + 1_000_000;
    assert_eq!(run.objects[0]["rest_len"], rest);
}

#[test]
fn a_connection_may_follow_another_between_the_same_ends() {
    let message = b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n";
    let packets = [
        segment(7000, 99, SYN, b""),
        segment(7000, 100, ACK, message),
        segment(7001, 5_000_000, SYN, b""),
        segment(7000, 3_000_000_099, SYN, b""),
        segment(7000, 3_000_000_100, ACK, message),
        // The SYN again, and the segment
        segment(7000, 3_000_000_099, SYN, b""),
        segment(7000, 3_000_000_100, ACK, message),
        // Yet another, of which the capture lost the SYN
        segment(7000, 2_000_000_000, ACK, message),
    ];
    let run = decode(&[], &pcap(&packets));
    let streams = run.objects.iter().map(|object| &object["stream"]);
    assert_eq!(streams.collect::<Vec<_>>(), [0, 2, 2]);
    assert_eq!(run.frames(), [2, 5, 8]);
}

#[test]
fn other_protocols_are_given_up() {
    let others: [&[u8]; 5] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nSIP/2.0 200 Body\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nSIP/2.0 200 Body\r\n\r\n",
        b"\x16\x03\x01\0\x05\x01\0\0\x01\0\r\nSIP/2.0 200 Body\r\n\r\n",
        b"220 mail.example.com\r\nSIP/2.0 200 Body\r\n\r\n",
        b"\0\0\0\0SIP/2.0 200 Body\r\n\r\n",
    ];
    for other in others {
        let run = decode(&[], &stream(other, &[0, 3, 7]));
        assert_eq!(run.lines(), [""; 0], "{}", other.escape_ascii());
        assert!(
            run.err.contains("TCP streams that are not SIP: 1\n"),
            "{}",
            run.err
        );
    }
}

#[test]
fn many_connections_are_as_good_as_few() {
    // More than are kept in mind, each of which leaves something unfinished.
    let mut packets = Vec::new();
    for port in 7000..27_000 {
        packets.push(segment(port, 99, SYN, b""));
        packets.push(segment(port, 100, ACK, b"SIP/2.0 200 OK\r\nVia: x\r\n"));
    }
    let run = decode(&[], &pcap(&packets));
    assert_eq!(run.objects.len(), 20_000);
    assert!(
        run.err.contains("given up for want of room: 4096\n"),
        "{}",
        run.err
    );
}

// WebSocket

const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n";

/// A WebSocket frame with a payload of fewer than 126 octets, masked or not.
fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let len = u8::try_from(payload.len()).unwrap();
    let Some(mask) = mask else {
        return [&[first, len], payload].concat();
    };
    let masked = payload.iter().zip(mask.iter().cycle());
    let masked: Vec<_> = masked.map(|(octet, mask)| octet ^ mask).collect();
    [&[first, 0x80 | len], mask.as_slice(), &masked].concat()
}

#[test]
fn websocket_frames_are_joined() {
    let mask = Some([0x12, 0x34, 0x56, 0x78]);
    let messages = [
        frame(0x81, None, b"SIP/2.0 200 One\r\n\r\n"),
        frame(0x82, mask, b"SIP/2.0 180 Two\r\n\r\n"),
        // In three frames, with a ping and a pong in between
        frame(0x01, mask, b"SIP/2.0 4"),
        frame(0x89, None, b"SIP/2.0 500 Ping\r\n"),
        frame(0x00, mask, b"86 Thr"),
        frame(0x8a, mask, b""),
        frame(0x80, None, b"ee\r\n\r\n"),
        // Keep-alive, a request, compressed, none of SIP
        frame(0x81, None, b"\r\n\r\n"),
        frame(0x81, mask, b"BYE sip:x SIP/2.0\r\n\r\n"),
        frame(0xc1, None, b"SIP/2.0 501 Compressed\r\n\r\n"),
        frame(0x81, None, b"{\"a\": 1}"),
        frame(0x81, None, b"SIP/2.0 999 Four\r\n\r\n"),
    ]
    .concat();
    let octets = [UPGRADE, &messages].concat();
    for cut in 1..octets.len() {
        let run = decode(&[], &stream(&octets, &[0, cut]));
        assert_eq!(run.lines(), LINES, "{cut}");
        assert_eq!(run.objects[0]["transport"], "ws");
    }
    // Without the upgrade
    let run = decode(&[], &stream(&messages, &[0]));
    assert_eq!(run.lines(), LINES);
    // With lengths of 16 and 64 bits
    let body = b"x".repeat(70_000);
    let head = b"SIP/2.0 200 Long\r\nContent-Length: 70000\r\n\r\n";
    let len = u64::try_from(head.len() + body.len())
        .unwrap()
        .to_be_bytes();
    let long = [UPGRADE, &[0x81, 127], &len, head, &body].concat();
    let len = u16::try_from(head.len()).unwrap().to_be_bytes();
    let long = [long.as_slice(), &[0x81, 126], &len, head].concat();
    let cuts: Vec<_> = (0..long.len()).step_by(1000).collect();
    let run = decode(&[], &stream(&long, &cuts));
    assert_eq!(run.lines(), ["SIP/2.0 200 Long", "SIP/2.0 200 Long"]);
    assert_eq!(run.objects[0]["rest_len"], 70_000 + 25);
}

// sipfrag

#[test]
fn a_sipfrag_is_told_by_its_type() {
    let body = "SIP/2.0 486 Busy Here\r\n";
    for (kind, found) in [
        ("Content-Type: message/sipfrag", true),
        ("Content-Type: message/sipfrag;version=2.0", true),
        ("c: message/sipfrag", true),
        ("CONTENT-TYPE \t:\tMessage/SIPfrag ; version=2.0", true),
        ("Content-Type: text/plain", false),
        ("Content-Type: message/sipfrags", false),
        ("X-Content-Type: message/sipfrag", false),
        ("Content-Length: 23", false),
    ] {
        for start in ["NOTIFY sip:x SIP/2.0", "SIP/2.0 200 OK"] {
            let message = format!("{start}\r\nVia: x\r\n{kind}\r\nl: 23\r\n\r\n{body}");
            let response = usize::from(start.starts_with("SIP/"));
            for capture in [
                pcap(&[udp(message.as_bytes())]),
                stream(message.as_bytes(), &[0, 40]),
            ] {
                let run = decode(&[], &capture);
                let places = run.objects.iter().map(|object| &object["where"]);
                let places: Vec<_> = places.collect();
                let expected = [vec!["start"; response], vec!["sipfrag"; usize::from(found)]];
                assert_eq!(places, expected.concat(), "{message}");
            }
        }
    }
}
