//! Processes of a target: a shell command with a process group of its own.

use core::time::Duration;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use sip_status_lab::Verdict;

use super::reaction::Reaction;
use crate::interrupt;

/// How many octets are kept of the beginning of standard error, and of standard output besides the phrase
/// of a verdict.
pub(super) const HEAD: usize = 256 << 10;

/// How many octets are kept of its end: enough for the report of a sanitizer.
const TAIL: usize = 64 << 10;

/// How long to wait for the outputs to end after the program and its process group were killed. Only
/// a process that left the group takes that long.
const GRACE: Duration = Duration::from_secs(1);

/// How often an interrupt is looked for.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// What came of a run.
pub(super) struct RunResult {
    pub(super) reaction: Reaction,
    /// Whether it printed a verdict, so that its exit code does not count.
    pub(super) has_verdict: bool,
    pub(super) exit: Option<i32>,
    pub(super) time: Duration,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// How the wait for a process ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Itself,
    TimeOut,
    Interrupted,
}

/// A shell command, and on systems that have process groups, one with a group of its own. All of
/// the group is killed when this goes.
pub(super) struct Process {
    child: Child,
    stdout: Option<Ends>,
    stderr: Option<Ends>,
    /// Held by whoever still works with the pipes.
    open: Option<Sender<()>>,
    closed: Receiver<()>,
    is_reaped: bool,
}

/// What is left of a process.
pub(super) struct Remains {
    pub(super) status: ExitStatus,
    /// The beginning and the end of each output, of standard output only if it was drained.
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// Whether the outputs ended: if not, a process that left the group holds one of them open.
    pub(super) is_closed: bool,
}

impl Process {
    pub(super) fn start(command: &str, stdin: Stdio) -> io::Result<Self> {
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
        let mut child = shell
            .arg(command)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (open, closed) = mpsc::channel();
        let stderr = child
            .stderr
            .take()
            .map(|pipe| drain(pipe, HEAD, open.clone()));
        Ok(Self {
            child,
            stdout: None,
            stderr,
            open: Some(open),
            closed,
            is_reaped: false,
        })
    }

    /// Reads standard output to its end, however long it is, and keeps that much of its beginning.
    pub(super) fn drain_stdout(&mut self, head: usize) {
        if let (Some(pipe), Some(open)) = (self.child.stdout.take(), &self.open) {
            self.stdout = Some(drain(pipe, head, open.clone()));
        }
    }

    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Writes to standard input what comes, until nothing more can or the process reads no more.
    pub(super) fn feed(&mut self, octets: impl IntoIterator<Item = Vec<u8>> + Send + 'static) {
        if let (Some(mut pipe), Some(open)) = (self.child.stdin.take(), self.open.clone()) {
            thread::spawn(move || {
                let written = octets
                    .into_iter()
                    .try_for_each(|octets| pipe.write_all(&octets));
                // It may close its input when it has read enough.
                drop(written);
                drop(open);
            });
        }
    }

    /// Waits for it to end. It is not reaped then, so that no other process can get its number and
    /// be killed in its place.
    #[cfg(unix)]
    pub(super) fn await_end(&mut self, deadline: Instant) -> End {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

        let pid = WaitId::Pid(Pid::from_child(&self.child));
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
    pub(super) fn await_end(&mut self, deadline: Instant) -> End {
        loop {
            if self.has_ended() {
                return End::Itself;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if let Some(end) = given_up(left) {
                return end;
            }
            thread::sleep(left.min(PAUSE / 10));
        }
    }

    /// Whether it has ended by itself. It is not reaped then.
    pub(super) fn has_ended(&mut self) -> bool {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
            let pid = WaitId::Pid(Pid::from_child(&self.child));
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
            !matches!(waitid(pid, options), Ok(None))
        }
        #[cfg(not(unix))]
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The number of the process, and of its group.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and gives it that long, on systems that have a signal for it.
    pub(super) fn terminate(&mut self, within: Duration) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::TERM);
            let deadline = Instant::now() + within;
            while !self.has_ended() && Instant::now() < deadline {
                thread::sleep(PAUSE / 10);
            }
        }
        #[cfg(not(unix))]
        let _ = within;
    }

    /// Kills all that is left of it, and says what that is.
    pub(super) fn kill(&mut self) -> io::Result<Remains> {
        // Also the processes that it started, which would hold its output open.
        kill(&mut self.child);
        let status = self.child.wait()?;
        self.is_reaped = true;
        self.open = None;
        let is_closed = self.closed.recv_timeout(GRACE) != Err(RecvTimeoutError::Timeout);
        let take = |ends: &mut Option<Ends>| ends.take().map_or_else(Vec::new, |kept| kept.take());
        Ok(Remains {
            status,
            stdout: take(&mut self.stdout),
            stderr: take(&mut self.stderr),
            is_closed,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_reaped {
            kill(&mut self.child);
            let _ = self.child.wait();
        }
    }
}

impl Remains {
    /// What ended it, if that was a signal or a sanitizer reports something.
    pub(super) fn crash(&self) -> Option<String> {
        signal(self.status).or_else(|| sanitizer(&self.stderr))
    }

    /// What ended it that was to go on.
    pub(super) fn end(&self) -> String {
        let exit = || match self.status.code() {
            Some(code) => format!("exit-{code}"),
            None => "exit".to_owned(),
        };
        self.crash().unwrap_or_else(exit)
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
#[derive(Clone)]
struct Ends(Arc<Mutex<Kept>>);

struct Kept {
    beginning: Vec<u8>,
    end: VecDeque<u8>,
    /// How many octets the beginning still takes.
    room: usize,
}

impl Ends {
    fn new(head: usize) -> Self {
        Self(Arc::new(Mutex::new(Kept {
            beginning: Vec::new(),
            end: VecDeque::new(),
            room: head,
        })))
    }

    fn take(&self) -> Vec<u8> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut octets = core::mem::take(&mut kept.beginning);
        octets.extend(core::mem::take(&mut kept.end));
        octets
    }
}

impl Write for Ends {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, rest) = octets.split_at(kept.room.min(octets.len()));
        kept.beginning.extend(first);
        kept.room -= first.len();
        kept.end.extend(rest);
        let beyond = kept.end.len().saturating_sub(TAIL);
        kept.end.drain(..beyond);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads an output to its end, however long it is, with `open` in hand.
fn drain(mut pipe: impl Read + Send + 'static, head: usize, open: Sender<()>) -> Ends {
    let kept = Ends::new(head);
    let mut copy = kept.clone();
    thread::spawn(move || {
        let _ = io::copy(&mut pipe, &mut copy);
        drop(open);
    });
    kept
}

/// How long the line of a verdict on these octets may be: long enough for all of them as a phrase in hex.
/// A target cannot make it longer.
pub(super) fn longest_verdict(sent: &[u8]) -> usize {
    HEAD + 2 * sent.len()
}

/// The verdict on the first line of an output, unless that is longer than this.
pub(super) fn verdict(stdout: &[u8], longest: usize) -> Option<Verdict> {
    let mut head = stdout.iter().take(longest);
    let is_whole = stdout.len() < longest || head.any(|octet| *octet == b'\n');
    let line = stdout.split(|octet| *octet == b'\n').next()?;
    // The runs of a table would make a short line a long phrase.
    let is_plain = is_whole && !line.contains(&b'*');
    let line = core::str::from_utf8(line).ok().filter(|_| is_plain)?;
    line.trim_end().parse().ok()
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
pub(super) fn sanitizer(stderr: &[u8]) -> Option<String> {
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
