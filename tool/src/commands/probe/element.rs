//! A target that is a SIP element, and perhaps one that the tool starts itself.

use core::time::Duration;
use std::io;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use super::args::ProbeArgs;
use super::network::{Network, Transport, addresses};
use super::process::{HEAD, PAUSE, Process, Remains, RunResult, sanitizer};
use super::reaction::Reaction;
use crate::interrupt;
use crate::output::escape::excerpt;

/// How long an element may take to end after something broke it: to write a report, and a core file.
const END: Duration = Duration::from_secs(1);

/// How long what a command left in the background may take until it answers.
const LATE: Duration = Duration::from_millis(300);

/// How much is kept of what it wrote before its end.
const REPORT: usize = 4096;

/// A SIP element.
pub(super) struct Element {
    network: Network,
    server: Option<Server>,
}

/// The element as a process of ours.
struct Server {
    command: String,
    process: Option<Process>,
    /// How often it was started again.
    restarts: u64,
}

impl Element {
    /// Connects to it, after it was started if that is asked for.
    ///
    /// # Errors
    ///
    /// Why there is no use in sending it anything.
    pub(super) fn new(args: &ProbeArgs) -> Result<Self, String> {
        let choice = &args.target;
        let (transport, target) = match (&choice.udp, &choice.tcp) {
            (Some(target), _) => (Transport::Udp, target),
            (None, target) => (Transport::Tcp, target.as_ref().ok_or("no target")?),
        };
        let addresses = addresses(target, args.i_may_crash_this_target)?;
        let connect = || Network::connect(transport, &addresses, args.timeout);
        let Some(command) = &args.restart else {
            let (network, server) = (connect()?, None);
            return Ok(Self { network, server });
        };
        if connect().is_ok() {
            return Err(format!(
                "{target} answers already: end it, so that --restart can start its own"
            ));
        }
        let mut server = Server {
            command: command.clone(),
            process: None,
            restarts: 0,
        };
        let mut network = None;
        server.start(args.recover(), || {
            network = connect().ok();
            network.is_some()
        })?;
        let network = network.ok_or("interrupted")?;
        let server = Some(server);
        Ok(Self { network, server })
    }

    /// What the Via of a response to it begins with.
    pub(super) fn via(&self) -> String {
        self.network.via()
    }

    /// Ends it if it is ours, and says what a sanitizer reported by then, at a line that is not known.
    pub(super) fn finish(&mut self) -> Option<String> {
        self.server.as_mut().and_then(Server::stop)
    }

    /// How often it was started again.
    pub(super) fn restarts(&self) -> u64 {
        self.server.as_ref().map_or(0, |server| server.restarts)
    }

    /// Whether it is still there to be sent a message.
    pub(super) fn is_there(&mut self) -> bool {
        self.network.is_there()
    }

    /// Sends a message with this Call-ID and says what the element did with it, and what it left if
    /// that ended it. `None` if an interrupt came before that was known.
    ///
    /// # Errors
    ///
    /// If it cannot be sent, and no other could.
    pub(super) fn probe(
        &mut self,
        message: &[u8],
        call_id: &str,
    ) -> io::Result<Option<(Reaction, Option<RunResult>)>> {
        let start = Instant::now();
        let Some(reaction) = self.network.probe(message, call_id)? else {
            return Ok(None);
        };
        let time = start.elapsed();
        let ended = match &mut self.server {
            Some(server) if reaction.is_breakage() => server.remains()?,
            _ => None,
        };
        let Some(remains) = ended else {
            return Ok(Some((reaction, None)));
        };
        self.network.lose();
        let reaction = Reaction::Crash(remains.end());
        let from = remains.stderr.len().saturating_sub(REPORT);
        let run = RunResult {
            reaction: reaction.clone(),
            has_verdict: false,
            exit: remains.status.code(),
            time,
            stdout: Vec::new(),
            stderr: remains.stderr.get(from..).unwrap_or_default().to_vec(),
        };
        Ok(Some((reaction, Some(run))))
    }

    /// Waits that long for it to answer if it does not, after it was started again if it is ours. Whether
    /// it was.
    ///
    /// # Errors
    ///
    /// Why it does not answer.
    pub(super) fn recover(&mut self, within: Duration) -> Result<bool, String> {
        let Some(server) = &mut self.server else {
            let help = "the target does not answer any more; --recover SECONDS waits for it, \
                        --restart COMMAND starts it again";
            return if self.network.recovers(within) {
                Ok(false)
            } else {
                Err(help.to_owned())
            };
        };
        if self.network.recovers(Duration::ZERO) {
            return Ok(false);
        }
        server.stop();
        server.start(within, || self.network.recovers(PAUSE * 2))?;
        server.restarts += 1;
        Ok(true)
    }
}

impl Server {
    /// Starts it and waits until it answers, or an interrupt comes.
    fn start(&mut self, within: Duration, mut answers: impl FnMut() -> bool) -> Result<(), String> {
        let deadline = Instant::now() + within;
        let process = Process::start(&self.command, Stdio::null());
        let mut process = process.map_err(|error| format!("{}: {error}", self.command))?;
        process.drain_stdout(HEAD);
        interrupt::take_along(Some(process.id()));
        let process = self.process.insert(process);
        while !interrupt::is_interrupted() {
            let is_answered = answers();
            if process.has_ended() {
                let is_answered = is_answered || {
                    thread::sleep(LATE);
                    answers()
                };
                let why = if is_answered {
                    "it ended, though the target answers: it has to stay in the foreground"
                } else {
                    "it ended before the target answered"
                };
                return Err(self.failure(why));
            }
            if is_answered {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let seconds = within.as_secs_f64();
                return Err(self.failure(&format!("no answer within {seconds} s of its start")));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Why it is of no use, with what it wrote last.
    fn failure(&mut self, why: &str) -> String {
        interrupt::take_along(None);
        let remains = self
            .process
            .take()
            .and_then(|mut process| process.kill().ok());
        let stderr = remains.map_or_else(Vec::new, |remains| remains.stderr);
        let stderr = stderr.trim_ascii();
        let from = stderr.len().saturating_sub(200);
        let stderr = excerpt(stderr.get(from..).unwrap_or_default(), 200).to_string();
        let command = &self.command;
        if stderr.is_empty() {
            format!("--restart {command}: {why}")
        } else {
            format!("--restart {command}: {why}: {stderr}")
        }
    }

    /// What is left of it if it ended, for which it has a moment.
    fn remains(&mut self) -> io::Result<Option<Remains>> {
        let Some(process) = &mut self.process else {
            return Ok(None);
        };
        let deadline = Instant::now() + END;
        while !process.has_ended() {
            if Instant::now() >= deadline || interrupt::is_interrupted() {
                return Ok(None);
            }
            thread::sleep(PAUSE / 10);
        }
        interrupt::take_along(None);
        let remains = process.kill()?;
        self.process = None;
        Ok(Some(remains))
    }

    /// Ends it, and says what a sanitizer reported by then.
    fn stop(&mut self) -> Option<String> {
        let mut process = self.process.take()?;
        process.terminate(END);
        interrupt::take_along(None);
        let remains = process.kill().ok()?;
        sanitizer(&remains.stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
