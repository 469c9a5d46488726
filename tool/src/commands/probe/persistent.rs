//! A target that is a program which reads lines in a loop, and is started again when a line breaks it.

use core::slice;
use core::time::Duration;
use std::io::{self, Read};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Instant;

use memchr::memchr;

use super::process::{End, PAUSE, Process, RunResult, longest_verdict, sanitizer, verdict};
use super::reaction::Reaction;
use crate::interrupt;
use crate::output::escape::excerpt;

/// How many octets of its output are read at once, and how many times that the program may be ahead.
const CHUNK: usize = 64 << 10;
const CHUNKS: usize = 16;

pub(super) struct Persistent {
    command: String,
    timeout: Duration,
    /// A message without a fault, which the program is tried with when it is started.
    good: Vec<u8>,
    running: Option<Running>,
}

/// A program that waits for messages.
struct Running {
    process: Process,
    input: Sender<Vec<u8>>,
    output: Receiver<Vec<u8>>,
    /// Octets that have come, and how many of them were taken.
    came: Vec<u8>,
    taken: usize,
}

/// What comes after a message.
enum Reply {
    /// A line, without its LF.
    Line(Vec<u8>),
    /// The output ended.
    End,
    TimeOut,
    Interrupted,
}

impl Persistent {
    pub(super) fn new(command: &str, timeout: Duration, good: Vec<u8>) -> Self {
        Self {
            command: command.to_owned(),
            timeout,
            good,
            running: None,
        }
    }

    /// Sends it these messages and says what it did with each of them, up to the first that broke it or
    /// an interrupt.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or says what is no verdict.
    pub(super) fn run(
        &mut self,
        messages: &[Vec<u8>],
        each: &mut dyn FnMut(&[u8], RunResult),
    ) -> io::Result<()> {
        let running = match self.running.take() {
            Some(running) => Some(running),
            None => self.start()?,
        };
        let Some(mut running) = running else {
            return Ok(());
        };
        running.send(messages)?;
        let mut start = Instant::now();
        for message in messages {
            let longest = longest_verdict(message);
            let reply = running.reply(start + self.timeout, longest)?;
            let now = Instant::now();
            let time = now - start;
            start = now;
            match reply {
                Reply::Line(stdout) => each(message, answered(stdout, longest, time)?),
                Reply::Interrupted => return Ok(()),
                reply @ (Reply::End | Reply::TimeOut) => {
                    if let Some(run) = self.broken(running, &reply, time)? {
                        each(message, run);
                    }
                    return Ok(());
                }
            }
        }
        self.running = Some(running);
        Ok(())
    }

    /// Starts it and sees that it reads in a loop. `None` if an interrupt came before that was known.
    fn start(&self) -> io::Result<Option<Running>> {
        let longest = longest_verdict(&self.good);
        let mut running = Running::start(&self.command)?;
        for times in ["a first", "a second"] {
            running.send(slice::from_ref(&self.good))?;
            let failure = match running.reply(Instant::now() + self.timeout, longest)? {
                Reply::Line(line) => {
                    answered(line, longest, Duration::ZERO)?;
                    continue;
                }
                Reply::Interrupted => return Ok(None),
                Reply::End => "ended",
                Reply::TimeOut => "said nothing in time",
            };
            let remains = running.into_process().kill()?;
            let stderr = match remains.stderr.trim_ascii() {
                [] => String::new(),
                stderr => format!(": {}", excerpt(stderr, 200)),
            };
            return Err(io::Error::other(format!(
                "sent {times} message, it {failure}{stderr}; with --persistent it has to read in a \
                 loop: a number and LF, then that many octets, and to answer each with a verdict \
                 and LF, flushed at once"
            )));
        }
        Ok(Some(running))
    }

    /// Ends its input, and says what a sanitizer reported by its end, at a message that is not known.
    pub(super) fn finish(&mut self) -> io::Result<Option<String>> {
        let Some(running) = self.running.take() else {
            return Ok(None);
        };
        let mut process = running.into_process();
        let end = process.await_end(Instant::now() + self.timeout);
        let remains = process.kill()?;
        Ok(match end {
            End::Itself => remains.crash(),
            // The kill is ours.
            End::TimeOut | End::Interrupted => sanitizer(&remains.stderr),
        })
    }

    /// What is known of a program that a message broke. `None` if an interrupt came first.
    fn broken(
        &self,
        running: Running,
        reply: &Reply,
        time: Duration,
    ) -> io::Result<Option<RunResult>> {
        let mut process = running.into_process();
        let end = match reply {
            // It may have closed its output and go on.
            Reply::End => process.await_end(Instant::now() + self.timeout),
            _ => End::TimeOut,
        };
        let remains = process.kill()?;
        let reaction = match end {
            End::Interrupted => return Ok(None),
            End::TimeOut => Reaction::Hang,
            End::Itself => Reaction::Crash(remains.end()),
        };
        Ok(Some(RunResult {
            reaction,
            has_verdict: false,
            exit: remains.status.code().filter(|_| end == End::Itself),
            time,
            stdout: Vec::new(),
            stderr: remains.stderr,
        }))
    }
}

impl Running {
    fn start(command: &str) -> io::Result<Self> {
        let mut process = Process::start(command, Stdio::piped())?;
        let (input, messages) = mpsc::channel();
        process.feed(messages);
        let (chunks, output) = mpsc::sync_channel(CHUNKS);
        if let Some(mut pipe) = process.take_stdout() {
            thread::spawn(move || {
                while let Some(chunk) = chunk(&mut pipe) {
                    if chunks.send(chunk).is_err() {
                        break;
                    }
                }
            });
        }
        Ok(Self {
            process,
            input,
            output,
            came: Vec::new(),
            taken: 0,
        })
    }

    /// Each message as a number and LF, then that many octets.
    fn send(&mut self, messages: &[Vec<u8>]) -> io::Result<()> {
        // No more than one chunk, since a program may write without end.
        self.came
            .extend(self.output.try_recv().into_iter().flatten());
        if let Some(more @ [_, ..]) = self.came.get(self.taken..) {
            let more = excerpt(more, 60);
            return Err(io::Error::other(format!(
                "it says more than a verdict: {more}; anything else goes to standard error"
            )));
        }
        let mut framed = Vec::new();
        for message in messages {
            framed.extend(format!("{}\n", message.len()).into_bytes());
            framed.extend(message);
        }
        // If it reads no more, its output ends as well.
        let _ = self.input.send(framed);
        Ok(())
    }

    /// The program, without more input.
    fn into_process(self) -> Process {
        self.process
    }

    /// What it says next, on a line that is no longer than this.
    fn reply(&mut self, deadline: Instant, longest: usize) -> io::Result<Reply> {
        let mut searched = 0;
        loop {
            let came = self.came.get(self.taken + searched..).unwrap_or_default();
            if let Some(lf) = memchr(b'\n', came) {
                let end = self.taken + searched + lf;
                let line = self.came.get(self.taken..end).unwrap_or_default().to_vec();
                self.taken = end + 1;
                return Ok(Reply::Line(line));
            }
            self.came.drain(..self.taken);
            self.taken = 0;
            searched = self.came.len();
            if searched > longest {
                return Err(not_understood(&self.came, longest));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left.min(PAUSE)) {
                Ok(chunk) => self.came.extend(chunk),
                Err(RecvTimeoutError::Disconnected) => return Ok(Reply::End),
                Err(RecvTimeoutError::Timeout) if interrupt::is_interrupted() => {
                    return Ok(Reply::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Ok(Reply::TimeOut),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// What has come since the last was read, or `None` at the end.
fn chunk(pipe: &mut ChildStdout) -> Option<Vec<u8>> {
    let mut chunk = vec![0; CHUNK];
    let read = pipe.read(&mut chunk).ok().filter(|read| *read > 0)?;
    chunk.truncate(read);
    Some(chunk)
}

/// The verdict of a program that goes on.
fn answered(stdout: Vec<u8>, longest: usize, time: Duration) -> io::Result<RunResult> {
    let verdict = verdict(&stdout, longest);
    let verdict = verdict.ok_or_else(|| not_understood(&stdout, longest))?;
    Ok(RunResult {
        reaction: Reaction::Verdict(verdict),
        has_verdict: true,
        exit: None,
        time,
        stdout,
        stderr: Vec::new(),
    })
}

fn not_understood(line: &[u8], longest: usize) -> io::Error {
    io::Error::other(format!(
        "{} is no verdict; expected accept:CODE:HEX or another on a line of at most {longest} octets, \
         and anything else on standard error",
        excerpt(line, 60)
    ))
}
