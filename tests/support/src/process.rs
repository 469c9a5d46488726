//! Programs that tests run. Each has a deadline, takes signals as it would from a terminal, and is killed when its
//! test is done with it.

use core::mem;
use core::time::Duration;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

/// How long a program may run, unless its test says otherwise: far more than any takes, on a slow and busy machine too.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// Runs a command to its end, with this standard input.
#[must_use]
#[track_caller]
pub fn run(command: &mut Command, stdin: &[u8]) -> Output {
    Process::piped(command).run(stdin)
}

/// A program that runs.
#[derive(Debug)]
pub struct Process {
    child: Child,
    command: String,
    deadline: Instant,
    /// The lines of standard output, with their ends, once a test asks for them.
    lines: Option<Receiver<Vec<u8>>>,
    err: Option<Receiver<Vec<u8>>>,
}

impl Process {
    /// Starts a command whose standard input, output and messages are the test's.
    #[track_caller]
    pub fn piped(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped());
        Self::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// Starts a command, with standard streams as it has them.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        default_signals();
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{}: {error}", command.get_program().display()),
        };
        let err = child.stderr.take().map(|mut pipe| {
            let (sender, err) = mpsc::channel();
            thread::spawn(move || {
                let mut octets = Vec::new();
                // What cannot be read is not there.
                let _ = pipe.read_to_end(&mut octets);
                let _ = sender.send(octets);
            });
            err
        });
        Self {
            child,
            command: format!("{command:?}"),
            deadline: Instant::now() + DEADLINE,
            lines: None,
            err,
        }
    }

    /// Lets the program run for so long from now on.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Instant::now() + deadline;
        self
    }

    /// Standard input, which ends when this is dropped.
    pub const fn stdin(&mut self) -> ChildStdin {
        self.child
            .stdin
            .take()
            .expect("a pipe that nobody has taken")
    }

    /// The next line of standard output, without its end, as soon as it is there.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let left = self.left();
        let mut line = match self.lines().recv_timeout(left) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => self.panic_of_time(),
            Err(RecvTimeoutError::Disconnected) => panic!("{} wrote no more lines", self.command),
        };
        line.pop_if(|last| *last == b'\n');
        String::from_utf8(line).expect("a line in UTF-8")
    }

    /// Whether another line, which is lost by this, comes within 0.4 seconds.
    pub fn has_more(&mut self) -> bool {
        let lines = self.lines();
        lines.recv_timeout(Duration::from_millis(400)).is_ok()
    }

    /// Closes standard output, so that the program cannot write any more.
    pub fn close_output(&mut self) {
        self.child.stdout = None;
        self.lines = None;
    }

    /// Sends the program a signal, by its name without `SIG`.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success(), "{} is gone", self.command);
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status,
                None if self.left().is_zero() => self.panic_of_time(),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    /// Waits for the end of the program, with this standard input.
    #[must_use]
    #[track_caller]
    pub fn run(mut self, stdin: &[u8]) -> Output {
        let mut pipe = self.stdin();
        let stdin = stdin.to_vec();
        // Not every program reads all of its input, so that writing it may fail.
        thread::spawn(move || pipe.write_all(&stdin));
        self.output()
    }

    /// Waits for the end of the program, and for what it has written that was not read before.
    #[must_use]
    #[track_caller]
    pub fn output(mut self) -> Output {
        drop(self.child.stdin.take());
        let mut stdout = Vec::new();
        if self.lines.is_some() || self.child.stdout.is_some() {
            loop {
                let left = self.left();
                match self.lines().recv_timeout(left) {
                    Ok(line) => stdout.extend(line),
                    Err(RecvTimeoutError::Timeout) => self.panic_of_time(),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        }
        let stderr = match self.err.take().map(|err| err.recv_timeout(self.left())) {
            None => Vec::new(),
            Some(Ok(octets)) => octets,
            Some(Err(_)) => self.panic_of_time(),
        };
        Output {
            status: self.wait(),
            stdout,
            stderr,
        }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn lines(&mut self) -> &Receiver<Vec<u8>> {
        self.lines.get_or_insert_with(|| {
            let pipe = self.child.stdout.take();
            let mut pipe = BufReader::new(pipe.expect("output that is a pipe and open"));
            // Few of them wait, so that a program whose output is closed early has not written all of it.
            let (sender, lines) = mpsc::sync_channel(16);
            thread::spawn(move || {
                let mut line = Vec::new();
                while pipe.read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
                    if sender.send(mem::take(&mut line)).is_err() {
                        break;
                    }
                }
            });
            lines
        })
    }

    #[track_caller]
    fn panic_of_time(&self) -> ! {
        panic!("{} has run for too long", self.command)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sees to it that the programs started from here on take SIGINT and SIGTERM as they would by default.
///
/// A shell starts what it runs with `&` so that it ignores SIGINT, and a program that ignores a signal hands that on.
/// One that handles it does not: so the tests handle it, by ending as they would by default.
#[cfg(unix)]
fn default_signals() {
    use core::sync::atomic::AtomicBool;
    use std::sync::{Arc, Once};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag::register_conditional_default;

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGINT, SIGTERM] {
            register_conditional_default(signal, Arc::new(AtomicBool::new(true))).unwrap();
        }
    });
}

#[cfg(not(unix))]
const fn default_signals() {}

#[cfg(all(test, unix))]
mod tests {
    use core::time::Duration;
    use std::process::Command;

    use super::Process;

    fn shell(script: &str) -> Process {
        Process::piped(Command::new("sh").args(["-c", script]))
            .with_deadline(Duration::from_millis(200))
    }

    #[test]
    fn has_what_was_written() {
        let mut process = shell("echo one; cat; echo three >&2; exit 4");
        assert_eq!(process.line(), "one");
        let output = process.run(b"two");
        assert_eq!(
            (output.stdout, output.stderr),
            (b"two".to_vec(), b"three\n".to_vec())
        );
        assert_eq!(output.status.code(), Some(4));
    }

    #[test]
    #[should_panic(expected = "has run for too long")]
    fn a_program_that_goes_on_fails_its_test() {
        shell("sleep 1000").wait();
    }

    #[test]
    #[should_panic(expected = "has run for too long")]
    fn so_does_one_that_leaves_its_output_open() {
        let _ = shell("sleep 2 &").output();
    }
}
