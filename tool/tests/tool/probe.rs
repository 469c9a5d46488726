//! `sip-status probe` against small targets: a parser in C with planted bugs, shells that misbehave, sockets that close.

#![cfg(unix)]
use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

use serde_json::Value;
use sip_status_test_support::notation::from_hex;
use sip_status_test_support::process::{self, DEADLINE, Process};
use sip_status_test_support::repository::files;

use crate::run::{self, command, file, repository, temporary};

/// What a run of `probe` left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
    /// Its findings.
    kept: PathBuf,
}

/// Where that run keeps what it finds.
fn kept(name: &str) -> PathBuf {
    temporary(&format!("probe-{name}"))
}

/// Starts `probe` with a directory of its own for what it keeps.
#[track_caller]
fn start(name: &str, args: &[&str]) -> (Process, PathBuf) {
    let kept = kept(name);
    let _ = fs::remove_dir_all(&kept);
    let mut command = command(&["probe"]);
    let process = Process::piped(command.args(args).arg("--keep").arg(&kept));
    (process, kept)
}

#[track_caller]
fn probe(name: &str, args: &[&str], stdin: &[u8]) -> Run {
    let (process, kept) = start(name, args);
    let run::Run { code, out, err } = process.run(stdin).into();
    Run {
        code,
        out,
        err,
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

/// A program made of the toy parser, built once.
fn build<'a>(program: &'a OnceLock<String>, main: &str) -> &'a str {
    program.get_or_init(|| {
        let program = temporary(&format!("toy-{main}"));
        let sources = ["toy", main].map(|name| repository(&format!("tool/tests/toy/{name}.c")));
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&program)
            .args(sources);
        // It has to be there: apt-get install gcc libc6-dev.
        let built = process::run(&mut cc, b"");
        assert!(built.status.success(), "{built:?}");
        program.into_os_string().into_string().unwrap()
    })
}

/// The toy that reads one line.
fn toy() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    build(&PROGRAM, "main")
}

/// The toy that reads lines in a loop.
fn toy_loop() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    build(&PROGRAM, "loop")
}

/// The toy as a SIP element.
fn toy_server() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    build(&PROGRAM, "server")
}

// The planted bugs

#[test]
fn the_planted_bugs_are_found_and_made_small() {
    let long = format!("SIP/2.0 200 {}\r\n", "long ".repeat(40));
    let lines = [
        GOOD,
        b"SIP/2.0 65736 OK\r\n",
        long.as_bytes(),
        b"SIP/3.0 200 OK\r\n",
        b"SIP/2.0 20 OK\r\n",
    ];
    let more = ["--send", "line", "--timeout", "2", "--minimise"];
    let (run, objects) = exec("planted", toy(), &more, &lines.concat());
    let all: Vec<_> = objects.iter().map(told).collect();
    assert_eq!(all.len(), 5);
    assert_eq!(all[0], ("accept", "", ""));
    assert_eq!(all[1], ("accept", "accepts what no policy does", ""));
    assert_eq!(objects[1]["code"], 200);
    assert_eq!(objects[1]["ours"], "reject:code-space@11");
    assert_eq!((all[2].0, all[2].1), ("crash", ""));
    assert_eq!(objects[2]["detail"], "SIGABRT");
    // The head, 65 octets of phrase, CR LF.
    assert_eq!(all[2].2.len() / 2, 12 + 65 + 2);
    assert!(all[3..].iter().all(|told| *told == ("reject", "", "")));

    assert_eq!(run.code, 1, "{}", run.err);
    let names = [
        "crash-SIGABRT-stdin-3-line-minimised.json",
        "crash-SIGABRT-stdin-3-line-minimised.sip",
        "crash-SIGABRT-stdin-3-line.json",
        "crash-SIGABRT-stdin-3-line.sip",
    ];
    assert_eq!(run.files(), names);
    assert_eq!(run.file(names[3]), lines[2]);
    let record: Value = serde_json::from_slice(&run.file(names[2])).unwrap();
    assert_eq!(record["target"], format!("--exec {}", toy()));
    assert_eq!(record["result"]["target"], "crash");
    assert_eq!(record["sent_before"].as_array().unwrap().len(), 2);

    let line = b"SIP/2.0 200 O\rK\r\n";
    let more = ["--send", "line", "--timeout", "1", "--minimise"];
    let (run, objects) = exec("planted-hang", toy(), &more, line);
    // The CR; that it ends there is no line ending either.
    let least = "5349502f322e3020323030200d";
    assert_eq!(told(&objects[0]), ("hang", "", least));
    let names = [
        "hang-stdin-1-line-minimised.json",
        "hang-stdin-1-line-minimised.sip",
        "hang-stdin-1-line.json",
        "hang-stdin-1-line.sip",
    ];
    assert_eq!(run.files(), names);
    assert_eq!(run.file(names[3]), line);
    assert_eq!(run.file(names[1]), b"SIP/2.0 200 \r");
}

/// What the target did, how that differs, what was left of the line.
fn told(object: &Value) -> (&str, &str, &str) {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    (text("target"), text("differs"), text("minimised"))
}

/// Every row of the corpus, and nothing differs but by the planted bugs.
#[test]
fn nothing_else_is_wrong_with_the_toy() {
    // Those that it hangs on take all the time there is.
    let halves = [("toy", "10"), ("toy-hangs", "1")].map(|(name, timeout)| {
        let half = kept(name).with_extension("lines");
        let _ = fs::remove_dir_all(&half);
        fs::create_dir(&half).unwrap();
        (name, timeout, half)
    });
    let mut count = 0;
    for directory in ["corpus/accept", "corpus/reject"] {
        for path in files(directory) {
            let octets = fs::read(&path).unwrap();
            let sent = [&octets[..], b"Via"].concat();
            let mut pairs = sent.windows(2);
            let hangs = sent.starts_with(b"SIP/2.0 200 ")
                && pairs.any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
            let (.., half) = &halves[usize::from(hangs)];
            fs::write(half.join(path.file_name().unwrap()), octets).unwrap();
            count += 1;
        }
    }
    let mut objects = Vec::new();
    for (name, timeout, half) in halves {
        let more = ["--timeout", timeout, half.to_str().unwrap()];
        let (run, half) = exec(name, toy(), &more, b"");
        assert_eq!(run.code, 1, "{}", run.err);
        objects.extend(half);
    }
    assert_eq!(objects.len(), count);
    let mut found = [0; 3];
    for object in &objects {
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
            _ => object["ours"] == "reject:code-space@11",
        };
        assert!(planted, "{object}");
    }
    assert!(found.iter().all(|found| *found > 0), "{found:?}");
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
        (
            "yes | head -c 400000 >&2; echo '==1==ERROR: AddressSanitizer: SEGV on' >&2; exit 1",
            "crash",
            "",
        ),
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
    // What is kept of it would be a verdict, were it not for its length.
    let long = "printf accept:2000:; head -c 400000 /dev/zero | tr '\\0' 4; echo; exit 1";
    let (run, objects) = exec("words", long, &[], GOOD);
    assert_eq!(objects[0]["target"], "reject");
    assert!(
        run.err.contains("-:1: the verdict accept:2000:4444"),
        "{}",
        run.err
    );
}

#[test]
fn a_verdict_may_have_all_of_a_long_line() {
    let line = format!("SIP/2.0 200 {}\r\n", "A".repeat(1 << 20));
    let phrase = "head -c 1048576 /dev/zero | tr '\\0' A | od -An -v -tx1 | tr -d ' \\n'";
    let once = format!("printf accept:200:; {phrase}");
    let (run, objects) = exec("long", &once, &["--timeout", "20"], line.as_bytes());
    assert_eq!(objects[0]["target"], "accept", "{}", run.err);
    assert_eq!(objects[0]["reason_hex"], "41".repeat(1 << 20));
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn exit_codes_alone_are_said() {
    let said = "no run printed a verdict, so the exit codes alone were read";
    for (command, is_said) in [
        ("exit 1", true),
        (toy_loop(), true),
        ("if grep -q B; then echo reject; fi", false),
        ("kill -SEGV $$", false),
    ] {
        let (run, _) = exec("codes", command, &["--send", "line"], ABC);
        assert_eq!(run.err.contains(said), is_said, "{command}: {}", run.err);
    }
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
    let whole = b"SIP/2.0 200 OK\r\nCall-ID: 1\r\n\r\n";
    let as_is = ["--input", "raw", "--send", "as-is"];
    let (_, objects) = exec("whole", "cat", &as_is, whole);
    assert_eq!(objects[0]["stdout"].as_str().unwrap().as_bytes(), whole);
}

#[test]
fn what_cannot_be_run_ends_it() {
    for command in ["/nonexistent/target", "/"] {
        let (run, objects) = exec("none", command, &[], &GOOD.repeat(3));
        assert_eq!((run.code, objects.len()), (2, 0), "{}", run.err);
        assert!(run.err.contains("cannot be run"), "{}", run.err);
    }
    for (args, message) in [
        (
            &["--exec", "a", "--udp", "127.0.0.1:1"][..],
            "cannot be used with",
        ),
        (
            &["--tcp", "127.0.0.1:1", "--minimise"],
            "needs --restart, or --recover",
        ),
        (
            &["--tcp", "127.0.0.1:1", "--format", "column"],
            "no verdicts",
        ),
        (
            &["--tcp", "127.0.0.1:1", "--send", "line"],
            "--send line cannot be used with --tcp",
        ),
        (&["--exec", "true", "--timeout", "0"], "--timeout 0"),
        (&["--exec", "true", "--rate", "0"], "--rate"),
        (&[], "required"),
    ] {
        let run = probe("usage", args, b"");
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.err.contains(message), "{}", run.err);
    }
}

#[test]
fn a_column_has_the_octets_as_the_tables_do() {
    let probes = repository("corpus/probes.tsv");
    let args = ["--exec", toy(), "--format", "column"];
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
    let two = file("two.txt", &GOOD.repeat(2));
    let args = ["--count", "1", "missing.txt", &two];
    let (run, objects) = exec("count", "true", &args, b"");
    assert_eq!((run.code, objects.len()), (2, 1), "{}", run.err);
    let start = Instant::now();
    exec("rate", "true", &["--rate", "10"], &lines);
    assert!(start.elapsed() >= Duration::from_millis(400));
}

#[test]
fn octets_are_bounded() {
    let lines = "41*16000000\n".repeat(17);
    let args = ["--exec", "exit 1", "--input", "hex", "--send", "line"];
    let run = probe("octets", &args, lines.as_bytes());
    assert_eq!(run.code, 0);
    assert!(
        run.err.contains("16 were left out: no more than 256 MiB"),
        "{}",
        run.err
    );
}

#[test]
fn nothing_that_was_kept_is_overwritten() {
    let (run, _) = exec("again", "kill -ABRT $$", &["--send", "line"], GOOD);
    let name = "crash-SIGABRT-stdin-1-line.sip";
    fs::write(run.kept.join(name), "theirs").unwrap();
    let again = || {
        let mut command = command(&["probe", "--exec", "kill -ABRT $$", "--send", "line"]);
        let again = process::run(command.arg("--keep").arg(&run.kept), GOOD);
        assert_eq!(again.status.code(), Some(1));
    };
    again();
    assert_eq!(run.file(name), b"theirs");
    assert_eq!(run.file("crash-SIGABRT-stdin-1-line-2.sip"), GOOD);
    // One of two files is enough for a name to be taken.
    fs::remove_file(run.kept.join(name)).unwrap();
    fs::remove_file(run.kept.join("crash-SIGABRT-stdin-1-line-2.json")).unwrap();
    again();
    let ends = ["-2.sip", "-3.json", "-3.sip", ".json"];
    assert_eq!(
        run.files(),
        ends.map(|end| format!("crash-SIGABRT-stdin-1-line{end}"))
    );
}

// Programs that misbehave

#[test]
fn programs_may_do_what_they_like() {
    let long = format!("SIP/2.0 200 {}\r\n", "A".repeat(1 << 20));
    // Only what is to hang is given little time.
    for (name, command, timeout, target) in [
        ("dies", "exit 1", "20", "reject"),
        (
            "closes",
            "exec <&-; sleep 0.05; echo accept",
            "20",
            "accept",
        ),
        ("hangs", "sleep 1000", "0.5", "hang"),
        ("floods", "yes accept", "2", "hang"),
        ("floods-both", "yes >&2 & exec yes accept", "0.5", "hang"),
        (
            "stubborn",
            "trap '' TERM INT HUP; while :; do sleep 1; done",
            "0.5",
            "hang",
        ),
        ("heirs", "sleep 1000 & echo reject", "20", "reject"),
        (
            "heirs-hang",
            "sleep 1000 & sleep 1000 & wait",
            "0.5",
            "hang",
        ),
    ] {
        let (run, objects) = exec(name, command, &["--timeout", timeout], long.as_bytes());
        assert_eq!(objects.len(), 1, "{name}: {}", run.err);
        assert_eq!(objects[0]["target"], target, "{name}");
        if name == "floods" {
            let stdout = objects[0]["stdout"].as_str().unwrap();
            assert!(stdout.starts_with("accept\naccept\n") && stdout.len() == 4096);
        }
    }
}

/// A command that leaves a process in a group of its own, which has the output open.
struct Escapes {
    command: String,
    /// Has the numbers of those processes.
    pids: PathBuf,
}

impl Escapes {
    fn new(name: &str) -> Self {
        let pids = kept(name).with_extension("pids");
        let _ = fs::remove_dir_all(&pids);
        fs::create_dir(&pids).unwrap();
        // It writes its number when it has got away.
        let command = format!(
            "export PID='{}'/$$; setsid sh -c 'echo $$ >$PID; exec sleep 1000' & \
             until test -s $PID; do sleep 0.01; done",
            pids.display()
        );
        Self { command, pids }
    }
}

impl Drop for Escapes {
    fn drop(&mut self) {
        for entry in fs::read_dir(&self.pids).unwrap() {
            let pid = fs::read_to_string(entry.unwrap().path()).unwrap();
            let _ = process::run(Command::new("kill").args(["-KILL", pid.trim()]), b"");
        }
    }
}

#[test]
fn what_gets_away_is_waited_for_no_longer_than_a_second() {
    let escapes = Escapes::new("escapes");
    let command = format!("{}; echo reject", escapes.command);
    let (run, objects) = exec("escapes", &command, &["--timeout", "20"], &GOOD.repeat(2));
    assert_eq!(objects.len(), 2, "{}", run.err);
    assert!(objects.iter().all(|object| object["target"] == "reject"));
}

#[test]
fn too_many_that_get_away_end_it() {
    let escapes = Escapes::new("fugitives");
    let (run, objects) = exec(
        "fugitives",
        &escapes.command,
        &["--timeout", "20"],
        &GOOD.repeat(20),
    );
    assert_eq!((run.code, objects.len()), (2, 15), "{}", run.err);
    assert!(run.err.contains("lines not tried: 5"), "{}", run.err);
}

#[test]
fn too_many_that_get_away_end_the_search_for_less() {
    let escapes = Escapes::new("fewer");
    let command = format!("{}; test $(wc -c) -lt 32 || kill -ABRT $$", escapes.command);
    let line = format!("SIP/2.0 200 {}\r\n", "A".repeat(18));
    let args = ["--timeout", "20", "--send", "line", "--minimise"];
    let (run, objects) = exec("fewer", &command, &args, line.repeat(2).as_bytes());
    assert_eq!((run.code, objects.len()), (2, 1), "{}", run.err);
    assert_eq!(told(&objects[0]), ("crash", "", ""));
    assert_eq!(run.files().len(), 2);
}

#[test]
fn what_a_program_started_dies_with_it() {
    for (name, command) in [
        ("left", "sleep 54321 & echo $!"),
        ("late", "sleep 54321 & echo $!; wait"),
    ] {
        let (_, objects) = exec(name, command, &["--timeout", "2"], GOOD);
        let stdout = objects[0]["stdout"].as_str().unwrap();
        let pid: u32 = stdout.trim().parse().expect(stdout);
        let gone = || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // Nobody may have looked at what is left of it.
            stat.is_empty() || stat.contains(") Z ")
        };
        let deadline = Instant::now() + DEADLINE;
        while !gone() {
            assert!(Instant::now() < deadline, "{name}: {pid} is still there");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn who_reads_the_output_may_have_seen_enough() {
    for (command, code, said) in [
        ("true", 0, ""),
        (
            "kill -SEGV $$",
            1,
            "lines: 1, differ: 0, break the target: 1",
        ),
    ] {
        let (mut process, _) = start("pipe", &["--exec", command]);
        process.close_output();
        let run = run::Run::from(process.run(&GOOD.repeat(50)));
        assert_eq!(run.code, code, "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
}

/// Until there is such a file.
fn await_file(path: &Path) {
    let deadline = Instant::now() + DEADLINE;
    while !path.exists() {
        assert!(Instant::now() < deadline, "no {}", path.display());
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_interrupt_ends_the_search_for_less() {
    let hangs = kept("fewer-interrupted").with_extension("hangs");
    let _ = fs::remove_file(&hangs);
    // Crashes on that line, hangs on any less.
    let command = format!(
        "test $(wc -c) -lt 16 || kill -ABRT $$; : > '{}'; sleep 1000",
        hangs.display()
    );
    let args = ["--exec", &command, "--timeout", "60", "--send", "line"];
    let more = ["--format", "json", "--minimise"];
    let (mut process, kept) = start("fewer-interrupted", &[&args[..], &more].concat());
    process.stdin().write_all(GOOD).unwrap();
    await_file(&hangs);
    process.signal("INT");
    let run = run::Run::from(process.output());
    assert_eq!(run.code, 2);
    let err = run.err;
    assert!(
        err.contains("interrupted: the line may get shorter"),
        "{err}"
    );
    let least = kept.join("crash-SIGABRT-stdin-1-line-minimised.sip");
    assert_eq!(fs::read(least).unwrap(), GOOD);
}

#[test]
fn an_interrupt_keeps_what_was_found() {
    let args = [
        "--exec",
        "grep -q '200 A' || exec sleep 1000",
        "--timeout",
        "60",
        "--format",
        "json",
    ];
    let (mut process, _) = start("interrupt", &args);
    let lines = b"SIP/2.0 200 A\r\nSIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 A\r\n";
    process.stdin().write_all(lines).unwrap();
    process.line();
    process.line();
    thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    process.signal("INT");
    let run = run::Run::from(process.output());
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(run.err.contains("lines not tried: 2"), "{}", run.err);
    assert!(
        run.err.ends_with("sip-status: interrupted\n"),
        "{}",
        run.err
    );
}

// What is sent

#[test]
fn what_follows_the_line_is_sent_only_as_it_is() {
    let record = b"5349502f322e3020323030204f4b0d0a583a20790d0a\n"; // and X: y
    let sent = |content| {
        let args = ["--input", "hex", "--send", content];
        let (_, objects) = exec("content", "cat", &args, record);
        objects[0]["stdout"].as_str().unwrap().to_owned()
    };
    assert_eq!(sent("line"), "SIP/2.0 200 OK\r\n");
    assert_eq!(sent("as-is"), "SIP/2.0 200 OK\r\nX: y\r\n");
    let response = sent("response");
    assert!(response.starts_with("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP "));
    assert!(response.ends_with("\r\nContent-Length: 0\r\n\r\n"));
    assert!(!response.contains("X: y"));
}

/// What follows a specimen's line may break a parser of messages; that says nothing about the line.
#[test]
fn specimens_sent_as_responses_raise_no_false_alarm() {
    // A parser that wants headers after the line, as those of messages do.
    let shim =
        "tr -d '\\0' | grep -qa '^Via: SIP/2.0/UDP 127.0.0.1:5060' && echo accept || echo reject";
    let specimens = run::run(&["generate", "--count", "300", "--valid"]).out;
    let differing = |content| {
        let args = ["--input", "hex", "--send", content];
        let (_, objects) = exec("alarms", shim, &args, specimens.as_bytes());
        let differing = objects.iter().filter(|object| !object["differs"].is_null());
        differing.count()
    };
    assert_eq!(differing("response"), 0);
    assert!(differing("as-is") > 100);
}

#[test]
fn specimens_are_known_by_how_they_begin() {
    let specimens = run::run(&["generate", "--count", "50"]).out;
    let lines = |more: &[&str], input: &str| {
        let (run, objects) = exec("auto", "echo reject", more, input.as_bytes());
        (field(&objects, "line"), run.err)
    };
    let (expected, _) = lines(&["--input", "hex"], &specimens);
    assert_eq!(expected.len(), 50);
    let (read, said) = lines(&[], &specimens);
    assert_eq!(read, expected);
    let warning = "no line begins with SIP/";
    assert!(!said.contains(warning), "{said}");

    // Digits alone may be a text.
    let digits = specimens.lines().filter_map(|line| line.split_once('\t'));
    let digits: Vec<_> = digits.map(|(_, digits)| digits).collect();
    let (read, said) = lines(&[], &digits.join("\n"));
    assert_ne!(read, expected);
    assert!(said.contains(warning), "{said}");
}

// What findings have in common

/// Refuses a version that is not in capitals, and takes the first three octets after it for the code.
const SLOPPY: &str =
    "read -r version code _; test $version = SIP/2.0 || exit 1; echo accept:$code | cut -c-10";

/// Three lines that it accepts and should not, of two patterns; two that it refuses, one of which it may; a good one.
const FINDINGS: &[u8] =
    b"SIP/2.0 2000 OK, whatever that is\r\nSIP/2.0 3000 OK\r\nSIP/2.0 700 OK\r\n\
                          sip/2.0 200 OK\r\nSip/2.0 486 \"Busy\"\r\nSIP/2.0 200 OK\r\n";

fn field(objects: &[Value], name: &str) -> Vec<String> {
    let fields = objects.iter().map(|object| object[name].to_string());
    fields.map(|field| field.replace('"', "")).collect()
}

#[test]
fn findings_are_grouped_by_what_they_have_in_common() {
    let (run, objects) = exec("summary", SLOPPY, &["--summary"], FINDINGS);
    assert_eq!(run.code, 1, "{}", run.err);
    let patterns = [
        "false-accept code:long prefix",
        "false-accept code:high out-of-range",
        "false-reject VERSION_CASE plain",
    ];
    assert_eq!(field(&objects, "pattern"), patterns, "{}", run.out);
    assert_eq!(field(&objects, "lines"), ["2", "1", "1"]);
    assert_eq!(field(&objects, "label"), ["-:2", "-:3", "-:4"]);
    assert_eq!(
        field(&objects, "example")[0],
        "5349502f322e302033303030204f4b0d0a"
    );
    // It is on record that libosip2 refuses `sip/2.0` and takes 999, and of no stack that 2000 is 200.
    let has_osip = |object: &Value| {
        let stacks = object["stacks"].as_array().unwrap();
        stacks.iter().any(|stack| *stack == "libosip2 5.3.0")
    };
    assert_eq!(objects[0]["stacks"].as_array().map(Vec::len), Some(0));
    assert!(
        has_osip(&objects[1]) && has_osip(&objects[2]),
        "{}",
        run.out
    );

    let text = probe("summary-text", &["--exec", SLOPPY, "--summary"], FINDINGS);
    assert!(text.out.starts_with(
        "false-accept code:long prefix: 2 lines\n    SIP/2.0 3000 OK\\r\\n\n    -:2: accept"
    ));
}

/// Octets go as long as the pattern stays the same, and those that are left become plain.
#[test]
fn examples_are_made_as_short_as_they_can_be() {
    let args = ["--summary", "--minimise=differ", "--send", "line"];
    let (run, objects) = exec("differ", SLOPPY, &args, FINDINGS);
    assert_eq!(run.code, 1, "{}", run.err);
    let examples: Vec<_> = field(&objects, "example")
        .iter()
        .map(|hex| from_hex(hex))
        .collect();
    let expected: [&[u8]; 3] = [b"SIP/2.0 2000", b"SIP/2.0 700", b"sip/2.0 200 x\r\n"];
    assert_eq!(examples, expected);
    let run = probe("differ", &["--exec", "true", "--minimise=differ"], GOOD);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("needs --summary"), "{}", run.err);
}

/// Good lines that a target refuses for the same reason come together, however they differ otherwise.
#[test]
fn refusals_are_grouped_by_what_is_refused() {
    let command = "IFS= read -r line; case $line in *'\t'*) exit 1; esac";
    let long = "x".repeat(65);
    let lines = format!("SIP/2.0 432 a\tb\r\nSIP/2.0 200 a\t{long}\r\nSIP/2.0 200 {long}\r\n");
    let patterns = |args: &[&str]| {
        let args = [&["--summary"], args].concat();
        let (_, objects) = exec("refusals", command, &args, lines.as_bytes());
        (field(&objects, "pattern"), objects)
    };
    let (mut found, _) = patterns(&[]);
    found.sort();
    let each = [
        "false-reject none HTAB|long",
        "false-reject none unregistered|HTAB",
    ];
    assert_eq!(found, each);

    let (found, objects) = patterns(&["--minimise=differ"]);
    assert_eq!(found, ["false-reject none HTAB"]);
    assert_eq!(objects[0]["lines"], 2);
    let least = from_hex(objects[0]["example"].as_str().unwrap());
    assert_eq!(least, b"SIP/2.0 200 x\t\r\n");
    let stacks = objects[0]["stacks"].as_array().unwrap();
    assert!(stacks.iter().any(|stack| *stack == "Suricata 8.0.7"));
}

/// A line that has no CR LF is shown as it was, without the headers that were sent.
#[test]
fn examples_have_no_headers() {
    let args = [
        "--exec",
        "echo accept:200:",
        "--summary",
        "--minimise=differ",
    ];
    let args = [&args[..], &["--input", "hex"]].concat();
    let run = probe("no-headers", &args, b"5349502f322e3020323030204f4b0a\n");
    assert_eq!(
        run.out.lines().take(2).collect::<Vec<_>>(),
        [
            "other-phrase none cut: 1 line",
            "    SIP/2.0 200  + headers"
        ],
        "{}",
        run.err
    );
}

/// Of what breaks the target, one line of each pattern is kept and made small.
#[test]
fn a_summary_has_one_crash_of_each_pattern() {
    let command = "read -r line; case $line in *Boom*) kill -ABRT $$;; esac; exit 1";
    let lines = b"SIP/2.0 486 a Boom\r\nSIP/2.0 487 another Boom\r\nSIP/2.0 488 Busy\r\n\
                  SIP/2.0 700 Boom\r\n";
    let args = ["--summary", "--minimise=breaks,differ"];
    let (run, objects) = exec("summary-crash", command, &args, lines);
    let mut found: Vec<_> = field(&objects, "pattern");
    found.sort();
    let patterns = ["crash code:high", "crash none", "false-reject none plain"];
    assert_eq!(found, patterns, "{}", run.err);
    for object in &objects {
        let (lines, least) = match object["pattern"].as_str().unwrap() {
            "crash none" => (2, "SIP/2.0 200 Boom\r\n"),
            "crash code:high" => (1, "SIP/2.0 700 Boom\r\n"),
            _ => (1, "SIP/2.0 200 x\r\n"),
        };
        assert_eq!(object["lines"], lines);
        let example = from_hex(object["example"].as_str().unwrap());
        assert_eq!(example, least.as_bytes());
    }
    // The octets and what is to be known of them, as they were and minimised.
    assert_eq!(run.files().len(), 2 * 2 * 2, "{}", run.err);
}

#[test]
fn known_patterns_are_no_findings() {
    let known = kept("known").with_extension("txt");
    let _ = fs::remove_file(&known);
    let path = known.to_str().unwrap();
    let run = probe("known", &["--exec", SLOPPY, "--known", path], FINDINGS);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("No such file"), "{}", run.err);

    let write = ["--exec", SLOPPY, "--known", path, "--write-known"];
    assert_eq!(probe("known", &write, FINDINGS).code, 1);
    let written = fs::read_to_string(&known).unwrap();
    assert_eq!(written.lines().count(), 3, "{written}");

    // All of it is known now, and nothing is added.
    let run = probe("known", &write, FINDINGS);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err
            .contains("differ: 4, break the target: 0, known: 4\n"),
        "{}",
        run.err
    );
    assert_eq!(fs::read_to_string(&known).unwrap(), written);
    // What is new is found beside it.
    let more = [FINDINGS, b"SIP/2.0 20x OK\r\n"].concat();
    let (run, objects) = exec("known", SLOPPY, &["--known", path], &more);
    assert_eq!(run.code, 1);
    let known_fields = field(&objects, "known");
    assert_eq!(
        known_fields.iter().filter(|known| *known == "true").count(),
        4
    );
    assert_eq!(objects[6]["known"], false);

    fs::write(&known, "false-accept\n").unwrap();
    let run = probe("known", &["--exec", "true", "--known", path], GOOD);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("known.txt: line 1: nothing where a kind of line"),
        "{}",
        run.err
    );
}

#[test]
fn a_run_that_is_cut_short_writes_no_patterns() {
    let known = kept("cut-short").with_extension("txt");
    let _ = fs::remove_file(&known);
    let path = known.to_str().unwrap();
    let babbles = "while read -r len; do line=$(head -c $len); case $line in *999*) echo hm;; esac; \
                   echo reject; done";
    let args = [
        "--exec",
        babbles,
        "--persistent",
        "--known",
        path,
        "--write-known",
    ];
    let lines = [GOOD, b"SIP/2.0 999 OK\r\n", GOOD].concat();
    let run = probe("cut-short", &args, &lines);
    assert_eq!(run.code, 2, "{}", run.err);
    for said in [
        "-:2: hm is no verdict",
        "lines: 1, differ: 1,",
        "lines not tried: 2\n",
        "change no file unless all lines were tried\n",
    ] {
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert!(!known.exists());
}

#[test]
fn a_known_crash_is_not_kept() {
    let known = kept("known-crash").with_extension("txt");
    fs::write(&known, "crash none # on record\n").unwrap();
    let args = [
        "--exec",
        "kill -ABRT $$",
        "--known",
        known.to_str().unwrap(),
    ];
    let run = probe("known-crash", &args, GOOD);
    assert_eq!((run.code, run.files().len()), (0, 0), "{}", run.err);
}

#[test]
fn programs_run_at_a_time_and_are_reported_in_order() {
    let lines: Vec<_> = (0..40)
        .flat_map(|number| format!("SIP/2.0 {} x\r\n", 200 + number).into_bytes())
        .collect();
    let start = Instant::now();
    let command = "sleep 0.2; read -r _ code _; echo accept:$code";
    let (run, objects) = exec("jobs", command, &["--jobs", "20"], &lines);
    assert_eq!(run.code, 0, "{}", run.err);
    let codes: Vec<_> = objects
        .iter()
        .map(|object| object["code"].as_u64().unwrap())
        .collect();
    assert!(codes.iter().copied().eq(200..240), "{codes:?}");
    // One after the other they take eight seconds.
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "{:?}",
        start.elapsed()
    );

    let run = probe("jobs-none", &["--exec", "/no/such", "--jobs", "4"], &lines);
    assert_eq!(run.code, 2, "{}", run.err);
}

// A program that reads in a loop

/// The lines that the toy is wrong about, between others.
const PLANTED: &[u8] = b"SIP/2.0 200 OK\r\nSIP/2.0 65736 OK\r\nSIP/2.0 200 O\rK\r\nSIP/2.0 486 \r\n\
                         SIP/2.0 200 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\
                         SIP/3.0 200 OK\r\n";

#[test]
fn a_loop_is_told_of_every_line_and_starts_again_after_one_that_breaks_it() {
    let once = ["--send", "line", "--timeout", "2", "--minimise"];
    let (_, expected) = exec("loop-once", toy(), &once, PLANTED);
    for jobs in ["1", "3"] {
        let more = [&["--persistent", "--jobs", jobs], &once[..]].concat();
        let (run, objects) = exec("loop", toy_loop(), &more, PLANTED);
        for (is, was) in objects.iter().zip(&expected) {
            for field in [
                "record",
                "target",
                "detail",
                "code",
                "reason_hex",
                "differs",
                "minimised",
            ] {
                assert_eq!(is[field], was[field], "{is}");
            }
        }
        assert_eq!(
            field(&objects, "target"),
            ["accept", "accept", "hang", "accept", "crash", "reject"]
        );
        assert_eq!(objects[4]["detail"], "SIGABRT");
        assert!(run.err.contains("break the target: 2\n"), "{}", run.err);
        assert_eq!(run.code, 1);
    }
}

/// The same as one process a line, whatever the specimens are.
#[test]
fn a_loop_says_the_same_as_one_process_a_line() {
    let specimens = process::run(command(&["generate"]).args(["--count", "300"]), b"").stdout;
    let all = |name, program, more: &[&str]| {
        let args = [
            "--input",
            "hex",
            "--send",
            "line",
            "--timeout",
            "1",
            "--jobs",
            "2",
        ];
        let (_, objects) = exec(name, program, &[&args, more].concat(), &specimens);
        assert_eq!(objects.len(), 300);
        let fields = ["target", "detail", "code", "reason_hex", "differs"];
        fields.map(|name| field(&objects, name))
    };
    let looped = all("same-loop", toy_loop(), &["--persistent"]);
    assert_eq!(looped, all("same-once", toy(), &[]));
}

/// The longest phrase on record has a MiB.
#[test]
fn the_loop_of_the_tour_reads_the_whole_table() {
    let tour = fs::read_to_string(repository("docs/tour.md")).unwrap();
    let (_, program) = tour
        .split_once("cat > target/loop.py <<'EOF'\n")
        .expect("the loop");
    let (program, _) = program.split_once("\nEOF\n").expect("its end");
    let command = format!("python3 {}", file("loop.py", program.as_bytes()));
    let table = repository("lab/tables/divergence.tsv");
    let rows = fs::read_to_string(&table).unwrap().lines().count() - 1;
    let args = ["--persistent", "--timeout", "20", &table];
    // It has to be there: apt-get install python3.
    let (run, objects) = exec("loop-table", &command, &args, b"");
    assert_eq!((run.code, objects.len()), (1, rows), "{}", run.err);
    let longest = objects.iter().find(|it| it["name"] == "len_1M_reason");
    let phrase = longest.and_then(|it| it["reason_hex"].as_str());
    assert_eq!(phrase, Some(&*"41".repeat(1 << 20)));
}

#[test]
fn what_is_no_loop_is_said() {
    let answers = "while read -r len; do head -c $len >/dev/null; echo reject; done";
    for (command, said) in [
        (answers, "lines: 1, differ: 1,"),
        ("echo reject", "sent a second message, it ended;"),
        ("echo me >&2; exit 3", "sent a first message, it ended: me;"),
        (
            "exec sleep 1000",
            "sent a first message, it said nothing in time;",
        ),
        ("/no/such", "sent a first message, it ended: sh: "),
        (
            "while read -r len; do head -c $len >/dev/null; echo hm; done",
            "hm is no verdict; expected accept:CODE:HEX",
        ),
        (
            "while read -r len; do head -c $len >/dev/null; echo reject; echo more; done",
            "more",
        ),
        (
            "while read -r len; do head -c $len >/dev/null; echo 'accept:200:41*9'; done",
            "accept:200:41*9 is no verdict",
        ),
        (
            "head -c 300000 /dev/zero; sleep 1000",
            "is no verdict; expected",
        ),
    ] {
        // Verdicts that come together are told apart only from the second message on.
        let args = ["--exec", command, "--persistent", "--timeout", "2"];
        let run = probe("no-loop", &args, GOOD);
        assert!(run.err.contains(said), "{command}: {}", run.err);
        assert_eq!(
            run.code,
            if command == answers { 1 } else { 2 },
            "{}",
            run.err
        );
    }
    for args in [&["--exec", "cat {}"][..], &["--udp", "127.0.0.1:9"]] {
        assert_eq!(
            probe("no-loop", &[args, &["--persistent"]].concat(), GOOD).code,
            2
        );
    }
}

/// Whatever it says when, it is said of the line that it was about.
#[test]
fn a_loop_ends_with_a_code_or_writes_too_late() {
    let ends = "while read -r len; do line=$(head -c $len); case $line in *B*) exit 3;; esac; \
                echo accept; done";
    let (run, objects) = exec("loop-ends", ends, &["--persistent"], ABC);
    assert_eq!(
        field(&objects, "target"),
        ["accept", "crash", "accept"],
        "{}",
        run.err
    );
    assert_eq!(
        (&objects[1]["detail"], &objects[1]["exit"]),
        (&"exit-3".into(), &3.into())
    );

    // Which of them a sanitizer means that does not end the program is not known.
    let warns = "while read -r len; do head -c $len >/dev/null; echo 'x.c:1:2: runtime error: x' >&2; \
                 echo accept; done";
    let (run, objects) = exec("loop-warns", warns, &["--persistent"], ABC);
    assert_eq!(field(&objects, "target"), ["accept"; 3]);
    let said = "the target went on after a report of UndefinedBehaviorSanitizer";
    assert!(run.err.contains(said), "{}", run.err);
    assert_eq!(run.code, 1);
}

#[test]
fn an_interrupt_ends_a_loop() {
    let hangs = "while read -r len; do line=$(head -c $len); case $line in *B*) exec sleep 1000;; esac; \
                 echo accept; done";
    let args = [
        "--exec",
        hangs,
        "--persistent",
        "--timeout",
        "60",
        "--format",
        "json",
    ];
    let (mut process, _) = start("loop-interrupt", &args);
    process.stdin().write_all(ABC).unwrap();
    process.line();
    process.signal("INT");
    let run = run::Run::from(process.output());
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("lines not tried: 2"), "{}", run.err);
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

/// An address that nobody else has, now or when it is free again.
fn address(port: u16) -> SocketAddr {
    let [_, a, b, c] = std::process::id().to_be_bytes();
    SocketAddr::from(([127, 64 | a, b, c], port))
}

/// Answers each OPTIONS, and does that with each response until it says to end.
fn serve_udp(socket: &UdpSocket, mut takes: impl FnMut(&UdpSocket, &str, SocketAddr) -> bool) {
    let mut buffer = vec![0; 65536];
    while let Ok((len, from)) = socket.recv_from(&mut buffer) {
        let message = String::from_utf8_lossy(&buffer[..len]).into_owned();
        if message.starts_with("OPTIONS ") {
            socket.send_to(answer(&message).as_bytes(), from).unwrap();
        } else if !takes(socket, &message, from) {
            break;
        }
    }
}

/// A UDP element that does that with each response, until it says to end.
fn udp(takes: impl FnMut(&UdpSocket, &str, SocketAddr) -> bool + Send + 'static) -> String {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || serve_udp(&socket, takes));
    address.to_string()
}

#[track_caller]
fn targets(run: &Run) -> Vec<String> {
    let target = |object: Value| object["target"].as_str().unwrap().to_owned();
    run.objects().into_iter().map(target).collect()
}

const JSON: [&str; 4] = ["--format", "json", "--timeout", "5"];

/// Where a target is to be silent.
const SHORT: [&str; 4] = ["--format", "json", "--timeout", "1"];

const ABC: &[u8] = b"SIP/2.0 200 A\r\nSIP/2.0 200 B\r\nSIP/2.0 200 C\r\n";

fn is_b(message: &str) -> bool {
    message.starts_with("SIP/2.0 200 B")
}

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
    let args = [&["--udp", &target], &JSON[..]].concat();
    let run = probe("udp-answers", &args, GOOD);
    assert_eq!(targets(&run), ["request"]);
    assert_eq!(run.code, 1);

    let mut late = None;
    let target = udp(move |socket, message, from| {
        if let Some(before) = late.replace(answer(message)) {
            socket.send_to(before.as_bytes(), from).unwrap();
        }
        true
    });
    let args = [&["--udp", &target], &JSON[..]].concat();
    let run = probe("udp-answers-late", &args, ABC);
    assert_eq!(targets(&run), ["alive"; 3], "{}", run.err);
}

#[test]
fn what_is_longer_than_a_datagram_is_not_sent() {
    let target = udp(|_, _, _| true);
    let args = [&["--udp", &target, "--input", "hex"], &JSON[..]].concat();
    let run = probe("unsent", &args, b"41*70000\n41*700\n");
    assert_eq!(targets(&run), ["unsent", "alive"], "{}", run.err);
    assert!(run.err.contains("could not be sent: 1"), "{}", run.err);
    assert_eq!((run.code, run.files().len()), (1, 0));
}

#[test]
fn a_udp_element_that_dies_at_a_line() {
    let socket = UdpSocket::bind(address(5061)).unwrap();
    thread::spawn(move || {
        serve_udp(&socket, |_, message, _| {
            !message.starts_with("SIP/2.0 200 C")
        });
    });
    let stdin = [ABC, b"SIP/2.0 200 D\r\n"].concat();
    let target = address(5061).to_string();
    let args = [&["--udp", &target], &SHORT[..]].concat();
    let run = probe("udp-dies", &args, &stdin);
    assert_eq!(targets(&run), ["alive", "alive", "dead"], "{}", run.err);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("lines not tried: 1"), "{}", run.err);
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
fn a_udp_element_that_dies_and_is_started_again() {
    let bind = || UdpSocket::bind(address(5062)).unwrap();
    let socket = bind();
    thread::spawn(move || {
        let takes = |_: &UdpSocket, message: &str, _| !is_b(message);
        serve_udp(&socket, takes);
        drop(socket);
        await_file(&kept("udp-restarts").join("dead-stdin-2-line.sip"));
        serve_udp(&bind(), takes);
    });
    let target = address(5062).to_string();
    let args = [&["--udp", &target, "--recover", "20"], &SHORT[..]].concat();
    let run = probe("udp-restarts", &args, ABC);
    assert_eq!(targets(&run), ["alive", "dead", "alive"], "{}", run.err);
    assert_eq!((run.code, run.files().len()), (1, 2));
}

/// What was sent to it when it died is lost, and the next thing is answered.
#[test]
fn a_udp_element_that_is_started_again_at_once() {
    for (times, detail) in [(1, "once"), (2, "again")] {
        let mut restarts = 0;
        let target = udp(move |socket, message, _| {
            if is_b(message) && restarts < times {
                restarts += 1;
                socket.recv_from(&mut [0; 4096]).unwrap();
            }
            true
        });
        let args = [&["--udp", &target], &SHORT[..]].concat();
        let run = probe("udp-late", &args, ABC);
        assert_eq!(targets(&run), ["alive", "late", "alive"], "{}", run.err);
        assert_eq!(run.objects()[1]["detail"], detail);
        assert_eq!(run.code, 1);
        let files = ["json", "sip"].map(|end| format!("late-{detail}-stdin-2-line.{end}"));
        assert_eq!(run.files(), files);
    }
}

#[test]
fn a_udp_element_that_hangs_and_one_that_comes_back() {
    for (name, recover, expected) in [
        ("udp-hangs", "0", &["alive", "silent"][..]),
        ("udp-recovers", "20", &["alive", "silent", "alive"]),
    ] {
        let target = udp(move |_, message, _| {
            if is_b(message) {
                await_file(&kept(name).join("silent-stdin-2-line.sip"));
            }
            true
        });
        let args = [&["--udp", &target, "--recover", recover], &SHORT[..]].concat();
        let run = probe(name, &args, ABC);
        assert_eq!(targets(&run), expected, "{}", run.err);
        assert_eq!(run.code, 1);
        assert_eq!(
            run.files(),
            ["silent-stdin-2-line.json", "silent-stdin-2-line.sip"]
        );
    }
}

#[test]
fn an_element_that_never_answers_is_not_probed() {
    let silent = UdpSocket::bind(address(5063)).unwrap();
    let target = address(5063).to_string();
    let run = probe("never", &["--udp", &target, "--timeout", "0.5"], GOOD);
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
        let run = probe("nobody", &[transport, &target], GOOD);
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
    while let Some(message) = receive(&mut input) {
        if message.starts_with("OPTIONS ") {
            stream.write_all(answer(&message).as_bytes()).unwrap();
        } else if !takes(&message) {
            return;
        }
    }
}

/// The next message, which has no body.
fn receive(input: &mut impl BufRead) -> Option<String> {
    let mut message = String::new();
    while !message.ends_with("\r\n\r\n") {
        input.read_line(&mut message).ok().filter(|len| *len > 0)?;
    }
    Some(message)
}

#[test]
fn a_tcp_element_that_lives_or_closes_on_a_line() {
    let target = tcp(|message| !is_b(message) && !message.contains(" 99 "));
    let args = [&["--tcp", &target], &JSON[..]].concat();
    let run = probe("tcp", &args, &[ABC, b"SIP/2.0 99 D\r\n"].concat());
    assert_eq!(
        targets(&run),
        ["alive", "closed", "alive", "closed"],
        "{}",
        run.err
    );
    let differs = |object: &Value| !object["differs"].is_null();
    let differs: Vec<_> = run.objects().iter().map(differs).collect();
    assert_eq!(differs, [false, true, false, false]);
    // It is kept if no parser should do that.
    let files = ["closed-stdin-2-line.json", "closed-stdin-2-line.sip"];
    assert_eq!(run.files(), files);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("differ: 1, break the target: 0"),
        "{}",
        run.err
    );
}

#[test]
fn no_line_is_to_blame_for_what_a_tcp_element_does_before() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut input = BufReader::new(stream.try_clone().unwrap());
            while let Some(message) = receive(&mut input) {
                if message.starts_with("OPTIONS ") {
                    stream.write_all(answer(&message).as_bytes()).unwrap();
                    break;
                }
            }
        }
    });
    let args = [&["--tcp", &target, "--rate", "2"], &JSON[..]].concat();
    let run = probe("tcp-once", &args, ABC);
    assert_eq!(targets(&run), ["alive"; 3], "{}", run.err);
    assert_eq!((run.code, run.files().len()), (0, 0), "{}", run.err);

    let listener = TcpListener::bind(address(5064)).unwrap();
    let target = address(5064).to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        let mut input = BufReader::new(stream.try_clone().unwrap());
        while let Some(message) = receive(&mut input) {
            if message.starts_with("OPTIONS ") {
                stream.write_all(answer(&message).as_bytes()).unwrap();
            } else {
                // It dies when it has answered what comes next.
                let options = receive(&mut input).unwrap();
                stream.write_all(answer(&options).as_bytes()).unwrap();
                break;
            }
        }
    });
    let args = [&["--tcp", &target, "--rate", "1"], &JSON[..]].concat();
    let run = probe("tcp-gone", &args, ABC);
    assert_eq!(targets(&run), ["alive"], "{}", run.err);
    assert_eq!((run.code, run.files().len()), (1, 0), "{}", run.err);
    let said = "-:2: the target did not answer any more before this was sent";
    assert!(run.err.contains(said), "{}", run.err);
    assert!(run.err.contains("lines not tried: 2"), "{}", run.err);
}

#[test]
fn a_tcp_element_that_is_deaf_after_a_line() {
    // It waits for a body that does not come, and takes what comes for it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let target = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let stream = stream.unwrap();
                let body = stream.try_clone().unwrap();
                let takes = |message: &str| {
                    !is_b(message) || std::io::copy(&mut &body, &mut std::io::sink()).is_err()
                };
                serve(stream, &takes);
            });
        }
    });
    let args = [&["--tcp", &target], &SHORT[..]].concat();
    let run = probe("deaf", &args, ABC);
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
    let run = probe("tcp-closes", &["--tcp", &target], GOOD);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("closes the connection"), "{}", run.err);

    let listener = TcpListener::bind(address(5065)).unwrap();
    let target = address(5065).to_string();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // Before the connection, so that no new one comes in between.
        drop(listener);
        serve(stream, &|message| !is_b(message));
    });
    let args = [&["--tcp", &target], &JSON[..]].concat();
    let run = probe("tcp-dies", &args, ABC);
    assert_eq!(targets(&run), ["alive", "dead"], "{}", run.err);
    assert_eq!(
        run.files(),
        ["dead-stdin-2-line.json", "dead-stdin-2-line.sip"]
    );
}

// Elements that the tool starts

/// The address of a toy of ours, and the command that starts it.
fn server(transport: &str, port: u16) -> (String, String) {
    let address = address(port);
    let command = format!("exec {} {transport} {} {port}", toy_server(), address.ip());
    (address.to_string(), command)
}

#[test]
fn an_element_is_started_again() {
    for (transport, port) in [("udp", 5071), ("tcp", 5072)] {
        let (target, command) = server(transport, port);
        let flag = format!("--{transport}");
        let args = [&flag, &target, "--restart", &command, "--rate", "1000"];
        let name = format!("restart-{transport}");
        let run = probe(&name, &[&args, &SHORT[..]].concat(), PLANTED);
        let refused = if transport == "udp" {
            "alive"
        } else {
            "closed"
        };
        let expected = ["alive", "alive", "silent", "alive", "crash", refused];
        assert_eq!(targets(&run), expected, "{}", run.err);
        assert_eq!(run.objects()[4]["detail"], "SIGABRT");
        let said = "break the target: 2, restarts: 2\n";
        assert!(run.err.contains(said), "{}", run.err);
        assert_eq!((run.code, run.files().len()), (1, 4));
        // It went with the probe.
        assert_eq!(probe("gone", &[&flag, &target], GOOD).code, 2);
    }
}

#[test]
fn what_crashes_an_element_is_made_small() {
    let long = format!("SIP/2.0 200 {}\r\n", "long ".repeat(40));
    for (transport, port) in [("udp", 5076), ("tcp", 5077)] {
        let (target, command) = server(transport, port);
        let flag = format!("--{transport}");
        let args = [&flag, &target, "--restart", &command, "--minimise"];
        let name = format!("small-{transport}");
        let args = [&args, &JSON[..], &["--rate", "1000"]].concat();
        let run = probe(&name, &args, long.as_bytes());
        let objects = run.objects();
        // The head, 65 octets of phrase, CR LF.
        assert_eq!(told(&objects[0]).2.len() / 2, 12 + 65 + 2, "{}", run.err);
        assert_eq!(run.files().len(), 4);
        let restarts = run.err.split("restarts: ").nth(1).unwrap();
        assert!(restarts.trim().parse::<u32>().unwrap() > 2, "{}", run.err);

        // There is an end to it.
        let args = [&args[..], &["--minimise-time", "0"]].concat();
        let run = probe(&name, &args, long.as_bytes());
        let said = "may get shorter with more --minimise-runs or --minimise-time";
        assert!(run.err.contains(said), "{}", run.err);
    }
}

/// Over TCP, an element that closes the connection says what it refuses.
#[test]
fn what_an_element_refuses_is_made_small() {
    let target = tcp(|message| !message.lines().next().unwrap().contains('B'));
    let args = [
        "--tcp",
        &target,
        "--summary",
        "--minimise=differ",
        "--rate",
        "1000",
    ];
    let lines = b"SIP/2.0 200 OK\r\nSIP/2.0 486 a phrase with a B in it\r\n";
    let run = probe("refuses", &[&args, &JSON[..]].concat(), lines);
    let objects = run.objects();
    assert_eq!(
        field(&objects, "pattern"),
        ["false-reject none plain"],
        "{}",
        run.err
    );
    let least = from_hex(objects[0]["example"].as_str().unwrap());
    assert_eq!(least, b"SIP/2.0 200 B\r\n");
    assert_eq!(objects[0]["target"], "closed");
}

#[test]
fn what_cannot_be_started_is_said() {
    let (target, command) = server("udp", 5074);
    for (restart, said) in [
        (
            "echo no >&2; exit 3".to_owned(),
            "it ended before the target answered: no",
        ),
        (
            format!("({command}) & true"),
            "it has to stay in the foreground",
        ),
    ] {
        let args = ["--udp", &target, "--restart", &restart, "--timeout", "1"];
        let run = probe("no-start", &args, GOOD);
        assert!(run.err.contains(said), "{}", run.err);
        assert_eq!(run.code, 2);
    }
    let slow = [
        "--udp",
        &target,
        "--restart",
        "sleep 1000",
        "--recover",
        "1",
        "--timeout",
        "1",
    ];
    let run = probe("no-start", &slow, GOOD);
    assert!(
        run.err.contains("no answer within 1 s of its start"),
        "{}",
        run.err
    );

    let other = udp(|_, _, _| true);
    let run = probe("no-start", &["--udp", &other, "--restart", "true"], GOOD);
    assert!(run.err.contains("answers already: end it"), "{}", run.err);
}

#[test]
fn an_interrupt_ends_an_element() {
    // The second does so at once, though the element takes no notice of SIGTERM.
    for (name, port, times, code) in [("once", 5075, 1, 2), ("twice", 5078, 2, 130)] {
        let (target, command) = server("udp", port);
        let command = if times == 2 {
            format!("trap '' TERM; {command}")
        } else {
            command
        };
        let args = ["--udp", &target, "--restart", &command, "--rate", "1"];
        let (mut process, _) = start(name, &[&args, &JSON[..]].concat());
        process.stdin().write_all(ABC).unwrap();
        process.line();
        for _ in 0..times {
            process.signal("INT");
            thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(run::Run::from(process.output()).code, code);
        // Nobody else has the address, so it is free again.
        UdpSocket::bind(address(port)).unwrap();
    }
}
