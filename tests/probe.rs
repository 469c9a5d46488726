//! `sip-status probe` against small targets: a parser in C with planted bugs, shells that misbehave, sockets that close.

#![cfg(all(feature = "cli", unix))]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

use serde_json::Value;

/// Far more than any run takes that is bounded as it should be.
const LIMIT: Duration = Duration::from_secs(30);

/// What a run of `probe` left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
    /// Its findings.
    kept: PathBuf,
}

/// Starts `probe` with a directory of its own for what it keeps.
fn spawn(name: &str, args: &[&str]) -> (Child, PathBuf) {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("probe-{name}"));
    let _ = fs::remove_dir_all(&kept);
    let child = Command::new(env!("CARGO_BIN_EXE_sip-status"))
        .arg("probe")
        .args(args)
        .arg("--keep")
        .arg(&kept)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (child, kept)
}

#[track_caller]
fn probe(name: &str, args: &[&str], stdin: &[u8]) -> Run {
    let start = Instant::now();
    let (mut child, kept) = spawn(name, args);
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // A refused target leaves it unread.
    let writer = thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(start.elapsed() < LIMIT, "took {:?}", start.elapsed());
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).expect("output in UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages in UTF-8"),
        kept,
    }
}

/// What became of each line of standard input, by a program.
#[track_caller]
fn exec(name: &str, command: &str, more: &[&str], stdin: &[u8]) -> (Run, Vec<Value>) {
    let args = [&["--exec", command, "--format", "json"], more].concat();
    let run = probe(name, &args, stdin);
    let objects = run.objects();
    (run, objects)
}

impl Run {
    #[track_caller]
    fn objects(&self) -> Vec<Value> {
        let object = |line| serde_json::from_str(line).expect("a JSON object a line");
        self.out.lines().map(object).collect()
    }

    /// The files that were kept, by name.
    fn files(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.kept) else {
            return Vec::new();
        };
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.kept.join(name)).expect(name)
    }
}

const GOOD: &[u8] = b"SIP/2.0 200 OK\r\n";

fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The toy parser, built once.
fn toy() -> &'static str {
    static TOY: OnceLock<String> = OnceLock::new();
    TOY.get_or_init(|| {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("toy");
        let sources = ["fuzz/toy/toy.c", "fuzz/toy/main.c"].map(repository);
        let built = Command::new("cc")
            .args(["-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&program)
            .args(sources)
            .status()
            .expect("these tests need a C compiler: apt-get install gcc libc6-dev");
        assert!(built.success(), "cc: {built}");
        program.into_os_string().into_string().unwrap()
    })
}

// The planted bugs

#[test]
fn the_planted_bugs_are_found_and_made_small() {
    let long = format!("SIP/2.0 200 {}\r\n", "long ".repeat(40));
    let lines = [
        GOOD,
        b"SIP/2.0 65736 OK\r\n",
        b"SIP/2.0 200 O\rK, it is\r\n",
        long.as_bytes(),
        b"SIP/3.0 200 OK\r\n",
        b"SIP/2.0 20 OK\r\n",
    ];
    let more = ["--send", "line", "--timeout", "0.2", "--minimise"];
    let (run, objects) = exec("planted", toy(), &more, &lines.concat());
    let told: Vec<_> = objects
        .iter()
        .map(|object| {
            let differs = object["differs"].as_str().unwrap_or_default();
            let minimised = object["minimised"].as_str().unwrap_or_default();
            (object["target"].as_str().unwrap(), differs, minimised)
        })
        .collect();
    assert_eq!(told.len(), 6);
    assert_eq!(told[0], ("accept", "", ""));
    assert_eq!(told[1], ("accept", "accepts what no policy does", ""));
    assert_eq!(objects[1]["code"], 200);
    assert_eq!(objects[1]["ours"], "reject:space@11");
    assert_eq!((told[2].0, told[2].1), ("hang", ""));
    // The CR; that it ends there is no line ending either.
    assert_eq!(told[2].2, "5349502f322e3020323030200d");
    assert_eq!((told[3].0, told[3].1), ("crash", ""));
    assert_eq!(objects[3]["detail"], "SIGABRT");
    // The head, 65 octets of phrase, CR LF.
    assert_eq!(told[3].2.len() / 2, 12 + 65 + 2);
    assert!(told[4..].iter().all(|told| *told == ("reject", "", "")));

    assert_eq!(run.code, 1, "{}", run.err);
    let names = [
        "crash-SIGABRT-stdin-4-line-minimised.json",
        "crash-SIGABRT-stdin-4-line-minimised.sip",
        "crash-SIGABRT-stdin-4-line.json",
        "crash-SIGABRT-stdin-4-line.sip",
        "hang-stdin-3-line-minimised.json",
        "hang-stdin-3-line-minimised.sip",
        "hang-stdin-3-line.json",
        "hang-stdin-3-line.sip",
    ];
    assert_eq!(run.files(), names);
    assert_eq!(run.file(names[7]), lines[2]);
    assert_eq!(run.file(names[5]), b"SIP/2.0 200 \r");
    assert_eq!(run.file(names[3]), lines[3]);
    let record: Value = serde_json::from_slice(&run.file(names[2])).unwrap();
    assert_eq!(record["target"], format!("--exec {}", toy()));
    assert_eq!(record["result"]["target"], "crash");
    assert_eq!(record["sent_before"].as_array().unwrap().len(), 3);
}

/// Every row of the corpus, and nothing differs but by the planted bugs.
#[test]
fn nothing_else_is_wrong_with_the_toy() {
    let directories = ["corpus/accept", "corpus/reject"].map(repository);
    let more = ["--timeout", "0.2", &directories[0], &directories[1]];
    let (run, objects) = exec("toy", toy(), &more, b"");
    let files = |directory: &String| fs::read_dir(directory).unwrap().count();
    assert_eq!(objects.len(), directories.iter().map(files).sum::<usize>());
    let mut found = [0; 3];
    for object in &objects {
        let name = object["name"].as_str().unwrap();
        let target = object["target"].as_str().unwrap();
        match target {
            "hang" => found[0] += 1,
            "crash" => found[1] += 1,
            _ if !object["differs"].is_null() => found[2] += 1,
            _ => continue,
        }
        let octets = object["line"].as_str().unwrap();
        let planted = match target {
            "hang" => octets.contains("0d"),
            "crash" => octets.len() > 2 * (12 + 64),
            _ => object["ours"] == "reject:space@11",
        };
        assert!(planted, "{name}: {object}");
    }
    assert!(found.iter().all(|found| *found > 0), "{found:?}");
    assert_eq!(run.code, 1);
}

// What a program says

#[test]
fn a_program_says_it_in_words_or_with_its_exit_code() {
    for (command, target, differs) in [
        ("echo accept", "accept", ""),
        ("echo accept:200:4f4b; exit 1", "accept", ""),
        ("echo accept:200:6f6b", "accept", "reads another phrase"),
        ("echo accept:20", "accept", "reads 20 instead of 200"),
        ("echo reject", "reject", "refuses what STRICT accepts"),
        (
            "echo request",
            "request",
            "takes for a request what STRICT accepts",
        ),
        ("echo nothing of note", "accept", ""),
        ("exit 3", "reject", "refuses what STRICT accepts"),
        ("cat >/dev/null; kill -SEGV $$", "crash", ""),
        ("sh -c 'kill -BUS $$'; exit $?", "crash", ""),
        (
            "echo '==1==ERROR: AddressSanitizer: SEGV on' >&2; exit 1",
            "crash",
            "",
        ),
        ("echo 'a.c:1:1: runtime error: shift' >&2", "crash", ""),
    ] {
        let (run, objects) = exec("words", command, &[], GOOD);
        assert_eq!(objects.len(), 1, "{command}: {}", run.err);
        assert_eq!(objects[0]["target"], target, "{command}");
        assert_eq!(objects[0]["differs"].as_str().unwrap_or_default(), differs);
        let code = i32::from(target == "crash" || !differs.is_empty());
        assert_eq!(run.code, code, "{command}");
    }
    let (run, _) = exec("words", "echo accept:200:4f4", &[], GOOD);
    assert!(
        run.err.contains("accept:200:4f4 is not understood"),
        "{}",
        run.err
    );
}

#[test]
fn the_octets_come_on_standard_input_or_in_a_file() {
    let (_, objects) = exec("stdin", "cat; exit 0", &["--send", "line"], GOOD);
    assert_eq!(objects[0]["stdout"], "SIP/2.0 200 OK\r\n");
    let (_, objects) = exec("file", "cat '{}'; test -e {}", &["--send", "line"], GOOD);
    assert_eq!(objects[0]["stdout"], "SIP/2.0 200 OK\r\n");
    assert_eq!(objects[0]["exit"], 0);
    let (_, objects) = exec("response", "cat", &[], GOOD);
    let message = objects[0]["stdout"].as_str().unwrap();
    assert!(message.starts_with("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP "));
    assert!(message.ends_with("\r\nContent-Length: 0\r\n\r\n"));
    for header in ["From", "To", "Call-ID", "CSeq"] {
        assert!(message.contains(&format!("\r\n{header}: ")), "{header}");
    }
}

#[test]
fn what_cannot_be_run_ends_it() {
    for command in ["/nonexistent/target", "/"] {
        let (run, objects) = exec("none", command, &[], &GOOD.repeat(3));
        assert_eq!((run.code, objects.len()), (2, 0), "{}", run.err);
        assert!(run.err.contains("cannot be run"), "{}", run.err);
    }
    for args in [
        &["--exec", "a", "--udp", "127.0.0.1:1"][..],
        &["--tcp", "127.0.0.1:1", "--minimise"],
        &["--tcp", "127.0.0.1:1", "--format", "column"],
        &["--exec", "true", "--timeout", "0"],
        &["--exec", "true", "--rate", "0"],
        &[],
    ] {
        assert_eq!(probe("usage", args, b"").code, 2, "{args:?}");
    }
}

#[test]
fn a_column_has_the_octets_as_the_tables_do() {
    let probes = repository("corpus/probes.tsv");
    let args = ["--exec", toy(), "--timeout", "0.2", "--format", "column"];
    let run = probe(
        "column",
        &[&args[..], &["--name", "toy", &probes]].concat(),
        b"",
    );
    let table = fs::read_to_string(&probes).unwrap();
    let cells = |line: &str, at: usize| line.split('\t').nth(at).unwrap().to_owned();
    let theirs: Vec<_> = table.lines().map(|line| cells(line, 1)).collect();
    let ours: Vec<_> = run.out.lines().map(|line| cells(line, 0)).collect();
    assert_eq!(ours, theirs);
    let verdicts: Vec<_> = run.out.lines().map(|line| cells(line, 1)).collect();
    assert_eq!(verdicts[..2], ["toy", "accept:200:4f4b"]);
    for verdict in ["reject", "crash", "hang"] {
        assert!(verdicts.iter().any(|cell| cell == verdict), "{verdict}");
    }
}

#[test]
fn lines_are_bounded() {
    let lines = GOOD.repeat(5);
    let (run, objects) = exec("count", "true", &["--count", "3"], &lines);
    assert_eq!((run.code, objects.len()), (0, 3));
    assert!(run.err.contains("left out: --count"), "{}", run.err);
    let (run, objects) = exec("count", "true", &["--count", "5"], &lines);
    assert_eq!((run.code, objects.len()), (0, 5));
    assert!(!run.err.contains("left out"), "{}", run.err);
    let start = Instant::now();
    exec("rate", "true", &["--rate", "10"], &lines);
    assert!(start.elapsed() >= Duration::from_millis(400));
}

#[test]
fn nothing_that_was_kept_is_overwritten() {
    let (run, _) = exec("again", "kill -ABRT $$", &["--send", "line"], GOOD);
    let name = "crash-SIGABRT-stdin-1-line.sip";
    fs::write(run.kept.join(name), "theirs").unwrap();
    let again = Command::new(env!("CARGO_BIN_EXE_sip-status"))
        .args([
            "probe",
            "--exec",
            "kill -ABRT $$",
            "--send",
            "line",
            "--keep",
        ])
        .arg(&run.kept)
        .stdin(fs::File::open(file("again.txt", GOOD)).unwrap())
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(run.file(name), b"theirs");
    assert_eq!(run.file("crash-SIGABRT-stdin-1-line-2.sip"), GOOD);
}

/// A file of this test run, with that content.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

// Programs that misbehave

#[test]
fn programs_may_do_what_they_like() {
    let long = format!("SIP/2.0 200 {}\r\n", "A".repeat(1 << 20));
    for (name, command, target) in [
        ("dies", "exit 1", "reject"),
        ("closes", "exec <&-; sleep 0.05; echo accept", "accept"),
        ("hangs", "sleep 1000", "hang"),
        ("floods", "yes accept", "hang"),
        ("floods-both", "yes >&2 & exec yes accept", "hang"),
        (
            "stubborn",
            "trap '' TERM INT HUP; while :; do sleep 1; done",
            "hang",
        ),
        ("heirs", "sleep 1000 & echo reject", "reject"),
        ("heirs-hang", "sleep 1000 & sleep 1000 & wait", "hang"),
        ("escapes", "setsid sleep 3 & echo reject", "reject"),
    ] {
        let start = Instant::now();
        let (run, objects) = exec(name, command, &["--timeout", "0.4"], long.as_bytes());
        assert_eq!(objects.len(), 1, "{name}: {}", run.err);
        assert_eq!(objects[0]["target"], target, "{name}");
        assert!(
            start.elapsed() < Duration::from_millis(2500),
            "{name}: {:?}",
            start.elapsed()
        );
        if name == "floods" {
            let stdout = objects[0]["stdout"].as_str().unwrap();
            assert!(stdout.starts_with("accept\naccept\n") && stdout.len() == 4096);
        }
    }
}

#[test]
fn what_a_program_started_dies_with_it() {
    for (name, command) in [
        ("left", "sleep 54321 & echo $!"),
        ("late", "sleep 54321 & echo $!; wait"),
    ] {
        let (_, objects) = exec(name, command, &["--timeout", "0.3"], GOOD);
        let stdout = objects[0]["stdout"].as_str().unwrap();
        let pid: u32 = stdout.trim().parse().expect(stdout);
        let gone = || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // Nobody may have looked at what is left of it.
            stat.is_empty() || stat.contains(") Z ")
        };
        let deadline = Instant::now() + LIMIT;
        while !gone() {
            assert!(Instant::now() < deadline, "{name}: {pid} is still there");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn who_reads_the_output_may_have_seen_enough() {
    let (mut child, _) = spawn("pipe", &["--exec", "true"]);
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all(&GOOD.repeat(50));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_interrupt_keeps_what_was_found() {
    let args = [
        "--exec",
        "grep -q '200 A' || exec sleep 1000",
        "--timeout",
        "20",
        "--format",
        "json",
    ];
    let (mut child, _) = spawn("interrupt", &args);
    let lines = b"SIP/2.0 200 A\r\nSIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 A\r\n";
    child.stdin.take().unwrap().write_all(lines).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut read = String::new();
    out.read_line(&mut read).unwrap();
    out.read_line(&mut read).unwrap();
    thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(5));
    out.read_to_string(&mut read).unwrap();
    assert_eq!(read.lines().count(), 2, "{read}");
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert!(err.contains("not tried any more: 2"), "{err}");
}

// Elements on the network

/// What the answer to a request has of it.
fn answer(request: &str) -> String {
    let header = |name: &str| request.lines().find(|line| line.starts_with(name)).unwrap();
    let headers = ["Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "].map(header);
    format!(
        "SIP/2.0 405 Method Not Allowed\r\n{}\r\nContent-Length: 0\r\n\r\n",
        headers.join("\r\n")
    )
}

/// A UDP element that does that with each response, until it says to end. It answers each OPTIONS.
fn udp(mut takes: impl FnMut(&UdpSocket, &str, SocketAddr) -> bool + Send + 'static) -> String {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        while let Ok((len, from)) = socket.recv_from(&mut buffer) {
            let message = String::from_utf8_lossy(&buffer[..len]).into_owned();
            if message.starts_with("OPTIONS ") {
                socket.send_to(answer(&message).as_bytes(), from).unwrap();
            } else if !takes(&socket, &message, from) {
                break;
            }
        }
    });
    address.to_string()
}

#[track_caller]
fn targets(run: &Run) -> Vec<String> {
    let target = |object: Value| object["target"].as_str().unwrap().to_owned();
    run.objects().into_iter().map(target).collect()
}

const JSON: [&str; 4] = ["--format", "json", "--timeout", "0.3"];

#[test]
fn a_udp_element_that_lives() {
    let target = udp(|_, message, _| {
        assert!(message.contains("\r\nContent-Length: 0\r\n\r\n"));
        true
    });
    let args = [&["--udp", &target], &JSON[..]].concat();
    let run = probe("udp", &args, &GOOD.repeat(4));
    assert_eq!(targets(&run), ["alive"; 4], "{}", run.err);
    assert_eq!((run.code, run.files().len()), (0, 0));
}

#[test]
fn a_udp_element_that_answers_responses() {
    let target = udp(|socket, message, from| {
        socket.send_to(answer(message).as_bytes(), from).unwrap();
        true
    });
    let run = probe(
        "udp-answers",
        &[&["--udp", &target], &JSON[..]].concat(),
        GOOD,
    );
    assert_eq!(targets(&run), ["request"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_udp_element_that_dies_at_a_line() {
    let mut lines = 0;
    let target = udp(move |_, _, _| {
        lines += 1;
        lines < 3
    });
    let stdin = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\nSIP/2.0 200 D\r\n";
    let run = probe(
        "udp-dies",
        &[&["--udp", &target], &JSON[..]].concat(),
        stdin,
    );
    assert_eq!(targets(&run), ["alive", "alive", "dead"], "{}", run.err);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("not tried any more: 1"), "{}", run.err);
    assert_eq!(
        run.files(),
        ["dead-stdin-3-line.json", "dead-stdin-3-line.sip"]
    );
    assert!(
        run.file("dead-stdin-3-line.sip")
            .starts_with(b"SIP/2.0 200 C\r\nVia: ")
    );
    let record: Value = serde_json::from_slice(&run.file("dead-stdin-3-line.json")).unwrap();
    assert_eq!(record["sent_before"].as_array().unwrap().len(), 2);
}

#[test]
fn a_udp_element_that_hangs_and_one_that_comes_back() {
    let hangs = |message: &str| message.starts_with("SIP/2.0 200 B");
    let lines = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\n";
    let target = udp(move |_, message, _| {
        if hangs(message) {
            thread::sleep(Duration::from_millis(1200));
        }
        true
    });
    let args = [&["--udp", &target], &JSON[..]].concat();
    let run = probe("udp-hangs", &args, lines);
    assert_eq!(targets(&run), ["alive", "silent"], "{}", run.err);
    thread::sleep(Duration::from_millis(1500));
    let args = [&args[..], &["--recover", "10"]].concat();
    let run = probe("udp-recovers", &args, lines);
    assert_eq!(targets(&run), ["alive", "silent", "alive"], "{}", run.err);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.files(),
        ["silent-stdin-2-line.json", "silent-stdin-2-line.sip"]
    );
}

#[test]
fn an_element_that_never_answers_is_not_probed() {
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = silent.local_addr().unwrap().to_string();
    let run = probe("never", &["--udp", &target, "--timeout", "0.2"], GOOD);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("does not answer OPTIONS"), "{}", run.err);
    silent.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4096];
    let mut received = 0;
    while let Ok(len) = silent.recv(&mut buffer) {
        assert!(buffer[..len].starts_with(b"OPTIONS "));
        received += 1;
    }
    assert_eq!(received, 2);
    drop(silent);
    for transport in ["--udp", "--tcp"] {
        let run = probe("nobody", &[transport, &target, "--timeout", "0.2"], GOOD);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("nothing listens"), "{}", run.err);
    }
}

#[test]
fn other_machines_are_spared() {
    for target in [
        "192.0.2.1:5060",
        "[2001:db8::1]:5060",
        "0.0.0.0:5060",
        "[::ffff:192.0.2.1]:5060",
    ] {
        for transport in ["--udp", "--tcp"] {
            let run = probe("spared", &[transport, target], GOOD);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{target}");
            assert!(run.err.contains("--i-may-crash-this-target"), "{}", run.err);
        }
    }
    let run = probe("spared", &["--udp", "127.0.0.1"], GOOD);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("expected HOST:PORT"), "{}", run.err);
}

/// A TCP element that answers OPTIONS and does that with each response: says whether to stay connected.
fn tcp(takes: impl Fn(&str) -> bool + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap(), &takes);
        }
    });
    address.to_string()
}

fn serve(mut stream: TcpStream, takes: &impl Fn(&str) -> bool) {
    let mut input = BufReader::new(stream.try_clone().unwrap());
    let mut message = String::new();
    loop {
        match input.read_line(&mut message) {
            Ok(0) | Err(_) => return,
            Ok(_) if message.ends_with("\r\n\r\n") => {}
            Ok(_) => continue,
        }
        if message.starts_with("OPTIONS ") {
            stream.write_all(answer(&message).as_bytes()).unwrap();
        } else if !takes(&message) {
            return;
        }
        message.clear();
    }
}

#[test]
fn a_tcp_element_that_lives_or_closes_on_a_line() {
    let target = tcp(|message| !message.starts_with("SIP/2.0 200 B"));
    let stdin = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\n";
    let run = probe("tcp", &[&["--tcp", &target], &JSON[..]].concat(), stdin);
    assert_eq!(targets(&run), ["alive", "closed", "alive"], "{}", run.err);
    assert_eq!((run.code, run.files().len()), (1, 0), "{}", run.err);
    let differs: Vec<_> = run
        .objects()
        .iter()
        .map(|o| o["differs"].is_null())
        .collect();
    assert_eq!(differs, [true, false, true]);
}

#[test]
fn a_tcp_element_that_is_deaf_after_a_line() {
    // It waits for a body that does not come, and takes what comes for it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let takes = |message: &str| {
                    if message.starts_with("SIP/2.0 200 B") {
                        thread::sleep(Duration::from_secs(5));
                    }
                    true
                };
                serve(stream.unwrap(), &takes);
            });
        }
    });
    let stdin = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\n";
    let run = probe("deaf", &[&["--tcp", &target], &JSON[..]].concat(), stdin);
    assert_eq!(targets(&run), ["alive", "deaf", "alive"], "{}", run.err);
    assert_eq!(
        run.files(),
        ["deaf-stdin-2-line.json", "deaf-stdin-2-line.sip"]
    );
}

#[test]
fn a_tcp_element_that_closes_at_once_or_dies() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = listener.local_addr().unwrap().to_string();
    thread::spawn(move || listener.incoming().for_each(drop));
    let run = probe("tcp-closes", &["--tcp", &target, "--timeout", "0.3"], GOOD);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("closes the connection"), "{}", run.err);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // Before the connection, so that no new one comes in between.
        drop(listener);
        serve(stream, &|message| !message.starts_with("SIP/2.0 200 B"));
    });
    let stdin = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\n";
    let run = probe(
        "tcp-dies",
        &[&["--tcp", &target], &JSON[..]].concat(),
        stdin,
    );
    assert_eq!(targets(&run), ["alive", "dead"], "{}", run.err);
    assert_eq!(
        run.files(),
        ["dead-stdin-2-line.json", "dead-stdin-2-line.sip"]
    );
}
