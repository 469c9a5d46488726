//! A target that is a program, run once for each line.

use core::time::Duration;
use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use sip_status_lab::Verdict;
use tempfile::TempDir;

use super::reaction::Reaction;
use crate::interrupt;
use crate::output::escape::excerpt;

/// How many octets are kept of the beginning of each output: enough for a phrase of 64 KiB in hex.
const HEAD: usize = 256 << 10;

/// How many octets are kept of its end: enough for the report of a sanitizer.
const TAIL: usize = 64 << 10;

/// How long to wait for the outputs to end after the program and its process group were killed. Only
/// a process that left the group takes that long.
const GRACE: Duration = Duration::from_secs(1);

/// How many processes may escape and hold an output open. Each costs two threads, two pipes and a
/// second.
const ESCAPES: u32 = 16;

/// How often an interrupt is looked for.
const PAUSE: Duration = Duration::from_millis(50);

/// What stands in a command for the file of a line.
const PLACE: &str = "{}";

pub(super) struct Exec {
    command: String,
    /// Where the line is put, unless it is standard input.
    file: Option<PathBuf>,
    /// Removed with all that is in it when this goes.
    _directory: Option<TempDir>,
    timeout: Duration,
    escaped: u32,
}

/// What came of a run.
pub(super) struct RunResult {
    pub(super) reaction: Reaction,
    pub(super) exit: Option<i32>,
    pub(super) time: Duration,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

impl Exec {
    pub(super) fn new(command: &str, timeout: Duration) -> io::Result<Self> {
        let (mut file, mut directory) = (None, None);
        let mut command = command.to_owned();
        if command.contains(PLACE) {
            let made = tempfile::Builder::new().prefix("sip-status-").tempdir()?;
            let path = made.path().join("line.sip");
            // So that it can stand in a command as it is, whatever the quotes around it.
            let plain = |c: char| c.is_ascii_alphanumeric() || "/\\:._-+~".contains(c);
            let name = path.to_str().filter(|name| name.chars().all(plain));
            let name = name.ok_or_else(|| {
                let message = "the name of the directory for temporary files has special \
                               characters: set TMPDIR to one without";
                io::Error::new(io::ErrorKind::InvalidInput, message)
            })?;
            command = command.replace(PLACE, name);
            file = Some(path);
            directory = Some(made);
        }
        Ok(Self {
            command,
            file,
            _directory: directory,
            timeout,
            escaped: 0,
        })
    }

    /// Runs it on these octets. `None` if an interrupt came before it ended.
    ///
    /// # Errors
    ///
    /// If it cannot be run, so that there is no use in trying another line.
    pub(super) fn run(&mut self, octets: &[u8]) -> io::Result<Option<RunResult>> {
        if interrupt::is_interrupted() {
            return Ok(None);
        }
        if let Some(file) = &self.file {
            // The one before may have made anything of it.
            let _ = fs::remove_file(file);
            fs::write(file, octets)?;
        }
        let mut child = spawn(&self.command, self.file.as_deref())?;
        let start = Instant::now();
        let (open, closed) = mpsc::channel();
        let stdout = child.stdout.take().map(|pipe| drain(pipe, open.clone()));
        let stderr = child.stderr.take().map(|pipe| drain(pipe, open.clone()));
        if let Some(mut pipe) = child.stdin.take() {
            let octets = octets.to_vec();
            thread::spawn(move || {
                // The program may close it when it has read enough.
                let _ = pipe.write_all(&octets);
                drop(open);
            });
        } else {
            drop(open);
        }
        let ended = await_end(&mut child, start + self.timeout);
        let time = start.elapsed();
        // Also the processes that it started, which would hold its output open.
        kill(&mut child);
        let status = child.wait()?;
        if closed.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
            self.escaped += 1;
            if self.escaped >= ESCAPES {
                return Err(io::Error::other(format!(
                    "{ESCAPES} times it left a process in another group that holds its output open"
                )));
            }
        }
        let stdout = stdout.map_or_else(Vec::new, |kept| kept.take());
        let stderr = stderr.map_or_else(Vec::new, |kept| kept.take());
        let reaction = match ended {
            End::Interrupted => return Ok(None),
            End::TimeOut => Reaction::Hang,
            End::Itself => reaction(status, &stdout, &stderr)?,
        };
        Ok(Some(RunResult {
            reaction,
            exit: status.code().filter(|_| ended == End::Itself),
            time,
            stdout,
            stderr,
        }))
    }
}

/// How the wait for a program ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Itself,
    TimeOut,
    Interrupted,
}

fn spawn(command: &str, file: Option<&Path>) -> io::Result<Child> {
    let mut shell = if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.arg("/C");
        shell
    } else {
        let mut shell = Command::new("sh");
        shell.arg("-c");
        shell
    };
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    let stdin = match file {
        Some(_) => Stdio::null(),
        None => Stdio::piped(),
    };
    shell
        .arg(command)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Waits for it to end. It is not reaped then, so that no other process can get its number and be
/// killed in its place.
#[cfg(unix)]
fn await_end(child: &mut Child, deadline: Instant) -> End {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    let pid = WaitId::Pid(Pid::from_child(child));
    let (running, ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let _ = rustix::io::retry_on_intr(|| waitid(pid.clone(), options));
        drop(running);
    });
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if ended.recv_timeout(left.min(PAUSE)) == Err(RecvTimeoutError::Disconnected) {
            return End::Itself;
        }
        if let Some(end) = given_up(left) {
            return end;
        }
    }
}

#[cfg(not(unix))]
fn await_end(child: &mut Child, deadline: Instant) -> End {
    loop {
        if !matches!(child.try_wait(), Ok(None)) {
            return End::Itself;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if let Some(end) = given_up(left) {
            return end;
        }
        thread::sleep(left.min(PAUSE / 10));
    }
}

fn given_up(left: Duration) -> Option<End> {
    if interrupt::is_interrupted() {
        Some(End::Interrupted)
    } else {
        left.is_zero().then_some(End::TimeOut)
    }
}

/// Kills it and, on systems that have process groups, all processes of its group.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = child.kill();
}

/// The beginning and the end of an output. Clones are the same.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<(Vec<u8>, VecDeque<u8>)>>);

impl Ends {
    fn take(&self) -> Vec<u8> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut kept, tail) = core::mem::take(&mut *kept);
        kept.extend(tail);
        kept
    }
}

impl Write for Ends {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (head, tail) = &mut *kept;
        let room = HEAD.saturating_sub(head.len()).min(octets.len());
        let (first, rest) = octets.split_at(room);
        head.extend(first);
        tail.extend(rest);
        let beyond = tail.len().saturating_sub(TAIL);
        tail.drain(..beyond);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads an output to its end, however long it is, with `open` in hand.
fn drain(mut pipe: impl Read + Send + 'static, open: Sender<()>) -> Ends {
    let kept = Ends::default();
    let mut copy = kept.clone();
    thread::spawn(move || {
        let _ = io::copy(&mut pipe, &mut copy);
        drop(open);
    });
    kept
}

/// The verdict on the first line of an output, unless that is too long to be kept whole.
pub(super) fn verdict(stdout: &[u8]) -> Option<Verdict> {
    let is_whole = stdout.iter().take(HEAD).any(|octet| *octet == b'\n') || stdout.len() < HEAD;
    let line = stdout.split(|octet| *octet == b'\n').next()?;
    let verdict = core::str::from_utf8(line).ok()?.trim_end().parse();
    verdict.ok().filter(|_| is_whole)
}

/// What a program did that ended by itself.
fn reaction(status: ExitStatus, stdout: &[u8], stderr: &[u8]) -> io::Result<Reaction> {
    if let Some(by) = signal(status).or_else(|| sanitizer(stderr)) {
        return Ok(Reaction::Crash(by));
    }
    if let Some(verdict) = verdict(stdout) {
        return Ok(Reaction::Verdict(verdict));
    }
    let phrase = None;
    match status.code() {
        Some(0) => Ok(Reaction::Verdict(Verdict::Accept { code: None, phrase })),
        // What a shell says if it has nothing to run.
        Some(126 | 127) if cfg!(unix) => {
            let message = excerpt(stderr.trim_ascii(), 200);
            Err(io::Error::other(format!("cannot be run: {message}")))
        }
        // An unhandled exception of Windows.
        Some(code) if code < 0 => Ok(Reaction::Crash(format!("{code:#010x}"))),
        _ => Ok(Reaction::Verdict(Verdict::Reject)),
    }
}

/// The signal that ended it, or that a shell says ended it.
#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<String> {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;

    let names = [
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::SYS, "SIGSYS"),
    ];
    let name = |number: i32| {
        let known = names.iter().find(|(signal, _)| signal.as_raw() == number);
        known.map(|(_, name)| (*name).to_owned())
    };
    match (status.signal(), status.code()) {
        (Some(number), _) => Some(name(number).unwrap_or_else(|| format!("signal-{number}"))),
        (None, Some(code)) => name(code.checked_sub(128)?),
        (None, None) => None,
    }
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<String> {
    None
}

/// What a sanitizer says it found. Some end the program with 1, some not at all.
fn sanitizer(stderr: &[u8]) -> Option<String> {
    let stderr = String::from_utf8_lossy(stderr);
    for mark in ["ERROR: ", "WARNING: "] {
        for (at, _) in stderr.match_indices(mark) {
            let mut words = stderr.get(at + mark.len()..)?.split_whitespace();
            let name = words.next().and_then(|word| word.strip_suffix(':'));
            if let Some(name) = name.filter(|name| name.ends_with("Sanitizer")) {
                return Some(format!("{name}:{}", words.next().unwrap_or_default()));
            }
        }
    }
    let undefined = stderr.contains(": runtime error: ");
    undefined.then(|| "UndefinedBehaviorSanitizer".into())
}

#[cfg(test)]
mod tests {
    use super::sanitizer;

    #[test]
    fn sanitizers_are_known_by_what_they_write() {
        let asan = "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60\n";
        let msan = "==7==WARNING: MemorySanitizer: use-of-uninitialized-value\n";
        let ubsan = "toy.c:31:5: runtime error: index 64 out of bounds\n";
        for (said, name) in [
            (asan, Some("AddressSanitizer:heap-buffer-overflow")),
            (msan, Some("MemorySanitizer:use-of-uninitialized-value")),
            (ubsan, Some("UndefinedBehaviorSanitizer")),
            ("ERROR: no such line\nWARNING: ", None),
            ("", None),
        ] {
            assert_eq!(sanitizer(said.as_bytes()).as_deref(), name);
        }
    }
}
