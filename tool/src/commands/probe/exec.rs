//! A target that is a program, run once for each line.

use core::time::Duration;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use sip_status_lab::Verdict;
use tempfile::TempDir;

use super::args::PLACE;
use super::process::{End, Process, Remains, RunResult, longest_verdict, verdict};
use super::reaction::Reaction;
use crate::interrupt;
use crate::output::escape::excerpt;

/// How many processes may escape and hold an output open. Each costs two threads, two pipes and a
/// second.
const ESCAPES: u32 = 16;

pub(super) struct Exec {
    command: String,
    /// Where the line is put, unless it is standard input.
    file: Option<PathBuf>,
    /// Removed with all that is in it when this goes.
    _directory: Option<TempDir>,
    timeout: Duration,
    escaped: u32,
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
        let stdin = match self.file {
            Some(_) => Stdio::null(),
            None => Stdio::piped(),
        };
        let mut process = Process::start(&self.command, stdin)?;
        let start = Instant::now();
        let longest = longest_verdict(octets);
        process.drain_stdout(longest);
        process.feed([octets.to_vec()]);
        let end = process.await_end(start + self.timeout);
        let time = start.elapsed();
        let remains = process.kill()?;
        if !remains.is_closed {
            self.escaped += 1;
            if self.escaped >= ESCAPES {
                return Err(io::Error::other(format!(
                    "{ESCAPES} times it left a process in another group that holds its output open"
                )));
            }
        }
        let said = verdict(&remains.stdout, longest);
        let has_verdict = said.is_some();
        let reaction = match end {
            End::Interrupted => return Ok(None),
            End::TimeOut => Reaction::Hang,
            End::Itself => reaction(&remains, said)?,
        };
        Ok(Some(RunResult {
            reaction,
            has_verdict,
            exit: remains.status.code().filter(|_| end == End::Itself),
            time,
            stdout: remains.stdout,
            stderr: remains.stderr,
        }))
    }
}

/// What a program did that ended by itself and perhaps gave a verdict.
fn reaction(remains: &Remains, said: Option<Verdict>) -> io::Result<Reaction> {
    if let Some(by) = remains.crash() {
        return Ok(Reaction::Crash(by));
    }
    if let Some(verdict) = said {
        return Ok(Reaction::Verdict(verdict));
    }
    let phrase = None;
    match remains.status.code() {
        Some(0) => Ok(Reaction::Verdict(Verdict::Accept { code: None, phrase })),
        // What a shell says if it has nothing to run.
        Some(126 | 127) if cfg!(unix) => {
            let message = excerpt(remains.stderr.trim_ascii(), 200);
            Err(io::Error::other(format!("cannot be run: {message}")))
        }
        // An unhandled exception of Windows.
        Some(code) if code < 0 => Ok(Reaction::Crash(format!("{code:#010x}"))),
        _ => Ok(Reaction::Verdict(Verdict::Reject)),
    }
}
