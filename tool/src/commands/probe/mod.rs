//! `sip-status probe`: what another parser makes of lines, and which of them break it.

mod exec;
mod keep;
mod minimise;
mod network;
mod report;
mod verdict;

use core::time::Duration;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use clap::ValueEnum;
use serde::Serialize;

use crate::input::files::{INPUT_HELP, Input, ReadOptions};
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::interrupt;
use crate::outcome::{CommandResult, Outcome};
use crate::output::escape::{Hex, excerpt, text};
use crate::output::json::write_json;
use crate::output::terminal::{self, Output, say};
use crate::record::Record;
use crate::response::{call_id, response};
use exec::{Exec, Ran};
use minimise::minimise;
use network::{Network, Transport};
use report::{Probed, Table};
use verdict::{Ours, Reaction, Verdict};

const EXAMPLES: &str = "\
Examples:
  sip-status probe --exec ./shim corpus/probes.tsv
  sip-status probe --exec './parse --file {}' --send line lines.txt
  sip-status generate --family truncation | sip-status probe --exec ./shim --send line --input hex -
  sip-status probe --exec ./shim --minimise --keep crashes corpus/reject corpus/lenient
  sip-status probe --exec ./shim --format column --name mystack corpus/probes.tsv > mystack.tsv
  sip-status probe --udp 127.0.0.1:5060 corpus/reject
  sip-status probe --tcp localhost:5060 --recover 5 --input hex - < specimens.hex

The exit code is 1 if something differs, broke or could not be sent, and 2 if the target cannot be
run or reached.";

const TARGET_HELP: &str = "\
What is sent:
  With --send response, the octets of the record and right behind them a Via, From, To, Call-ID,
  CSeq and Content-Length, always the same but for the number of the line in branch and Call-ID, and
  an empty line. A record that does not end its line goes on with the Via: so were the lines of the
  corpus tried. A record that has headers but no empty line gets the others; one that has an empty
  line behind its first line is sent as it is. With --send line, nothing is put behind any record:
  that is how to send a line that stops early, as generate makes them.

A program, with --exec:
  It is run by sh -c (cmd /C on Windows) for each line, which is its standard input or, if the
  command has {} in it, the file whose name takes that place. What it says is the first line of its
  output, if that is one of these:

    accept                 it takes the line for a status-line
    accept:CODE            and reads that code in it, in decimal
    accept:CODE:HEX        and that phrase, in hex, perhaps empty
    reject                 it refuses the line
    request                it takes the line for that of a request
    alert                  it raises an alert for the line, as a detector of intrusions does

  Otherwise its exit code says it: 0 is accept, another reject. It is a crash if a signal ended it
  (also if a shell says so with 128 and the number of one that means a crash) or if a sanitizer
  reports on its standard error, a leak as well (set ASAN_OPTIONS=detect_leaks=0 to have none of
  those); a hang if it has not ended in time. It has a process group of its own, all of which is
  killed when it ends or its time is over. Of each output, the first 256 KiB and the last 64 KiB are
  looked at, the rest is read and dropped; a first line of more than 256 KiB is no verdict. Exit
  code 126 or 127 without a verdict means that there is nothing to run, and ends the probe.

An element, with --udp or --tcp:
  A response with the line is sent, and after it a request for OPTIONS, which any response answers.

    alive                  it answered
    request                it answered the response as well, so it took that for a request
    closed                 it closed the connection, and answers on a new one
    late                   it did not answer, asked again it did; the line is sent once more, to see
                           whether it does so again
    deaf                   it answers no longer on the connection, but on a new one
    silent                 it answers no longer, asked twice: it hangs or is dead
    dead                   nothing listened there any more
    unsent                 the line does not fit into a datagram

  When it does not answer any more, the probe waits for it as long as --recover says, and else ends.
  A target that does not answer OPTIONS before the first line cannot be probed.

  If something starts the target again when it dies, its death shows as late over UDP, or as dead if
  nothing listened in between; and over TCP as closed, as does a line that it refuses by closing the
  connection. To know, run it without what starts it again, or look into its log.

What differs:
  Ours is the strictest policy that accepts the octets that were sent, or why and where the most
  lenient one refuses them; none of them minds the length. It differs if the target accepts what no
  policy does, refuses what STRICT accepts, or reads another code or phrase; to close the
  connection is to refuse.

What is kept:
  What breaks the target (crash, hang, late, deaf, silent, dead; closed, if STRICT accepts the line)
  goes to a new file in the directory of --keep, all octets that were sent, so that ./shim < FILE
  does it again; and beside it a .json that tells how it came, and what was sent before. With
  --minimise, which is for --exec only, octets are taken out of the line as long as the program
  still ends in the same way, and what is left is kept as well. Each of these crashes may write a
  core: ulimit -c 0 keeps them from the disk.

JSON, an object a line: source, record, name; line, in hex; target, one of the words above; detail,
by what it crashed, why it is unsent, or whether it was late once or again; code and reason_hex, as
it read them; seconds; exit, stdout and stderr of a program, the first 4 KiB; ours, differs, kept;
minimised, in hex.

A column has the octets of each line, as the tables of the corpus do, and the verdict: one of the
above, crash or hang. An interrupt ends the probe, with all that was found until then.";

/// Run or send lines to another parser: what it makes of them, and what breaks it
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{TARGET_HELP}\n\n{INPUT_HELP}\n\n{EXAMPLES}"))]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    target: Choice,

    /// Allow a network target that is not on this machine, which these lines may crash
    #[arg(long)]
    i_may_crash_this_target: bool,

    /// What is sent: the octets alone (not over TCP), or a response that begins with them
    #[arg(long, value_enum, default_value_t = Send::Response)]
    send: Send,

    /// Seconds that a program may run, or an answer may take
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    timeout: Duration,

    /// Seconds to wait for a network target to come back
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    recover: Duration,

    /// Lines a second at most; 100 for a network target unless set
    #[arg(long, value_name = "LINES", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    /// Lines at most; what comes after them is left out
    #[arg(long, value_name = "LINES", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,

    /// Where to keep what breaks the target; made if there is something
    #[arg(long, value_name = "DIR", default_value = "probe-findings")]
    keep: PathBuf,

    /// Make lines that break a program as short as they can be; with --exec only
    #[arg(long, conflicts_with_all = ["udp", "tcp"])]
    minimise: bool,

    /// Runs that making a line short may take
    #[arg(
        long,
        value_name = "RUNS",
        default_value_t = 500,
        requires = "minimise"
    )]
    minimise_runs: u32,

    /// How to show what came of it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// The header of the column
    #[arg(long, default_value = "target")]
    name: String,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Choice {
    /// A command of the shell, run for each line
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,

    /// A SIP element to send datagrams to
    #[arg(long, value_name = "HOST:PORT")]
    udp: Option<String>,

    /// A SIP element to connect to
    #[arg(long, value_name = "HOST:PORT")]
    tcp: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Send {
    /// The octets of the record and nothing else
    Line,
    /// The octets of the record, then headers, unless an empty line is in them already
    Response,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// An object a line
    Json,
    /// For a table of verdicts: the octets in hex, a tab, what the program said
    Column,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let bounded = duration.filter(|duration| duration.as_secs() <= 3600);
    bounded.ok_or_else(|| "expected seconds from 0 to 3600".to_owned())
}

/// The rate at which a network target is sent lines unless told otherwise.
const RATE: u32 = 100;

/// The longest line that is sent: as long as any that hex can stand for.
const LINE: u64 = 16 << 20;

/// How many octets of lines are read before the first is sent.
const LINES: usize = 256 << 20;

/// How many of the lines sent before one that broke the target are told of.
const BEFORE: usize = 4;

pub(crate) fn run(args: &Args) -> CommandResult {
    if args.format == Format::Column && args.target.exec.is_none() {
        say(format_args!(
            "a network target tells no verdicts to make a column of"
        ));
        return Ok(Outcome::Trouble);
    }
    if args.timeout.is_zero() {
        say(format_args!("--timeout 0 leaves no time for anything"));
        return Ok(Outcome::Trouble);
    }
    if args.send == Send::Line && args.target.tcp.is_some() {
        say(format_args!(
            "--send line cannot be used with --tcp: on a stream, the line would go on with what is \
             sent next"
        ));
        return Ok(Outcome::Trouble);
    }
    let (output, styles) = terminal::stdout();
    let (lines, read) = Lines::read(args, &output)?;
    // A connection may not last as long as an input.
    let target = match Target::new(args) {
        Ok(target) => target,
        Err(message) => {
            say(format_args!("{}", text(message.as_bytes())));
            return Ok(Outcome::Trouble);
        }
    };
    interrupt::end_input_on_interrupt();
    let via = match (args.send, &target) {
        (Send::Line, _) => None,
        (Send::Response, Target::Program(_)) => Some("UDP 127.0.0.1:5060".to_owned()),
        (Send::Response, Target::Element(element)) => Some(element.via()),
    };
    let mut probe = Probe {
        args,
        via,
        target,
        table: Table::new(styles, &lines.read),
        out: output,
        row: Vec::new(),
        before: VecDeque::new(),
        tally: Tally::default(),
        outcome: read,
        is_over: false,
        explained: false,
    };
    match probe.all(&lines.read) {
        // Nobody reads on, and there is no use in breaking more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        probed => probed?,
    }
    probe.sum_up(lines.read.len() as u64);
    if let Some(bound) = lines.left_out {
        say(format_args!(
            "what comes after the first {} lines was left out: {bound}",
            lines.read.len()
        ));
    }
    Ok(probe.outcome)
}

/// A line to send, and where it stood.
struct Line {
    source: String,
    number: u64,
    name: Option<String>,
    octets: Vec<u8>,
}

impl Line {
    fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{}:{} {name}", self.source, self.number),
            None => format!("{}:{}", self.source, self.number),
        }
    }
}

/// The lines to send.
struct Lines {
    read: Vec<Line>,
    octets: usize,
    count: u64,
    /// What bound them, if there were more.
    left_out: Option<&'static str>,
}

impl Lines {
    fn read(args: &Args, output: &Output) -> io::Result<(Self, Outcome)> {
        let mut lines = Self {
            read: Vec::new(),
            octets: 0,
            count: args.count,
            left_out: None,
        };
        let options = ReadOptions {
            kept_octets: LINE,
            ..ReadOptions::new(LineChoice::Every)
        };
        let outcome = args.input.read(options, output, &mut lines)?;
        Ok((lines, outcome))
    }
}

impl Sink for Lines {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        self.octets += record.octets.len();
        if self.read.len() as u64 == self.count {
            self.left_out = Some("--count allows more");
        } else if self.octets > LINES {
            self.left_out = Some("256 MiB are all that is read");
        }
        if self.left_out.is_some() {
            return Ok(Reply::Enough);
        }
        if record.beyond > 0 || record.cut {
            say(format_args!(
                "{}:{}: left out, since it is not there whole",
                text(source.as_bytes()),
                record.number
            ));
            return Ok(Reply::Taken);
        }
        self.read.push(Line {
            source: source.to_owned(),
            number: record.number,
            name: record.name.map(str::to_owned),
            octets: record.octets.to_vec(),
        });
        Ok(Reply::Taken)
    }
}

enum Target {
    Program(Exec),
    Element(Box<Network>),
}

impl Target {
    fn new(args: &Args) -> Result<Self, String> {
        let choice = &args.target;
        if let Some(command) = &choice.exec {
            let program = Exec::new(command, args.timeout);
            return program
                .map(Self::Program)
                .map_err(|error| error.to_string());
        }
        let (transport, target) = match (&choice.udp, &choice.tcp) {
            (Some(target), _) => (Transport::Udp, target),
            (None, target) => (Transport::Tcp, target.as_ref().ok_or("no target")?),
        };
        let anywhere = args.i_may_crash_this_target;
        let element = Network::connect(transport, target, anywhere, args.timeout)?;
        Ok(Self::Element(Box::new(element)))
    }

    fn name(args: &Args) -> String {
        let Choice { exec, udp, tcp } = &args.target;
        let named = |flag: &str, target: &Option<String>| {
            target.as_ref().map(|target| format!("--{flag} {target}"))
        };
        let name = named("exec", exec).or_else(|| named("udp", udp));
        name.or_else(|| named("tcp", tcp)).unwrap_or_default()
    }
}

#[derive(Default)]
struct Tally {
    lines: u64,
    differing: u64,
    breaking: u64,
    unsent: u64,
}

struct Probe<'a> {
    args: &'a Args,
    /// What the Via of a response begins with, unless the line alone is sent.
    via: Option<String>,
    target: Target,
    table: Table,
    out: Output,
    /// What is being written, so that it is handed on whole.
    row: Vec<u8>,
    /// What was sent before.
    before: VecDeque<Vec<u8>>,
    tally: Tally,
    outcome: Outcome,
    /// Whether no other line can be tried.
    is_over: bool,
    /// Whether it was said that a verdict is not understood.
    explained: bool,
}

/// What is kept beside the octets that broke the target.
#[derive(Serialize)]
struct Kept<R> {
    target: String,
    timeout: f64,
    sent: String,
    sent_before: Vec<String>,
    result: R,
}

impl Probe<'_> {
    fn all(&mut self, lines: &[Line]) -> io::Result<()> {
        match self.args.format {
            Format::Table => self.table.write_heading(&mut self.row)?,
            Format::Json => {}
            Format::Column => {
                let name = text(self.args.name.as_bytes());
                writeln!(self.row, "hex\t{name}")?;
            }
        }
        self.out.write_all(&self.row)?;
        self.out.progress().start_lines(lines.len() as u64);
        let network = matches!(self.target, Target::Element(_));
        let rate = self.args.rate.or_else(|| network.then_some(RATE));
        let pause = rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
        let mut next = Instant::now();
        for (number, line) in (1..).zip(lines) {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            next = next.max(Instant::now()) + pause;
            if self.is_over || interrupt::is_interrupted() {
                break;
            }
            self.line(number, line)?;
            self.out.progress().advance(1);
            self.out.flush()?;
        }
        self.out.flush()
    }

    /// Says how many of the lines did what.
    fn sum_up(&self, lines: u64) {
        self.out.progress().finish();
        let Tally {
            lines: sent,
            differing,
            breaking,
            unsent,
        } = self.tally;
        let unsent = match unsent {
            0 => String::new(),
            unsent => format!(", could not be sent: {unsent}"),
        };
        say(format_args!(
            "lines: {sent}, of which differ: {differing}, break it: {breaking}{unsent}"
        ));
        if lines > sent {
            say(format_args!(
                "lines that were not tried any more: {}",
                lines - sent
            ));
        }
    }

    /// Tries a line, that of the number among all.
    fn line(&mut self, number: u64, line: &Line) -> io::Result<()> {
        let sent = message(&line.octets, self.via.as_deref(), number);
        if !self.is_there(line)? {
            return Ok(());
        }
        let start = Instant::now();
        let tried = match &mut self.target {
            Target::Element(element) => {
                let probed = element.probe(&sent, &call_id(number));
                probed.map(|reaction| reaction.map(|reaction| (reaction, None)))
            }
            Target::Program(program) => {
                let ran = program.run(&sent);
                ran.map(|ran| ran.map(|ran| (ran.reaction.clone(), Some(ran))))
            }
        };
        let (reaction, ran) = match tried {
            Ok(Some(tried)) => tried,
            Ok(None) => return Ok(()),
            Err(error) => return self.fail(&error),
        };
        let seconds = ran.as_ref().map_or(start.elapsed(), |ran| ran.time);
        self.explain(ran.as_ref())?;
        let ours = Ours::new(&sent);
        let differs = match &reaction {
            Reaction::Said(verdict) => ours.differs(verdict),
            // As stacks do with what they cannot read from a stream.
            Reaction::Closed => ours.differs(&Verdict::Reject),
            _ => None,
        };
        let is_breakage = reaction.is_breakage();
        let is_unsent = matches!(reaction, Reaction::Unsent(_));
        self.tally.lines += 1;
        self.tally.differing += u64::from(differs.is_some());
        self.tally.breaking += u64::from(is_breakage);
        self.tally.unsent += u64::from(is_unsent);
        if is_breakage || is_unsent || differs.is_some() {
            self.outcome = self.outcome.max(Outcome::Findings);
        }
        let mut probed = Probed {
            line,
            reaction: &reaction,
            seconds: (seconds.as_secs_f64() * 1e6).round() / 1e6,
            ran: ran.as_ref(),
            ours: &ours,
            differs: differs.as_deref(),
            kept: None,
            minimised: None,
        };
        // To close the connection may be to crash and be started again.
        if is_breakage || reaction == Reaction::Closed && differs.is_some() {
            probed.kept = self.keep(&probed, &sent, None)?;
        }
        let minimised;
        if is_breakage && self.args.minimise {
            minimised = self.minimise(number, line, &reaction)?;
            if let Some(octets) = &minimised {
                probed.minimised = Some(octets);
                let sent = message(octets, self.via.as_deref(), number);
                self.keep(&probed, &sent, Some("minimised"))?;
            }
        }
        self.row.clear();
        match self.args.format {
            Format::Table => probed.write_row(&self.table, &mut self.row)?,
            Format::Json => write_json(&probed.object(), &mut self.row)?,
            Format::Column => probed.write_cell(&mut self.row)?,
        }
        self.out.write_all(&self.row)?;
        self.before.push_back(sent);
        if self.before.len() > BEFORE {
            self.before.pop_front();
        }
        self.recover()
    }

    /// Whether the target is still there to be sent a line.
    fn is_there(&mut self, line: &Line) -> io::Result<bool> {
        let Target::Element(element) = &mut self.target else {
            return Ok(true);
        };
        if element.is_there() {
            return Ok(true);
        }
        if !interrupt::is_interrupted() {
            self.outcome = self.outcome.max(Outcome::Findings);
            let label = line.label();
            self.say(&format!(
                "{label}: before it was sent, the target did not answer any more"
            ))?;
            self.recover()?;
        }
        Ok(!self.is_over && !interrupt::is_interrupted())
    }

    /// Ends it, since the target cannot be run or sent to.
    fn fail(&mut self, error: &io::Error) -> io::Result<()> {
        self.outcome = Outcome::Trouble;
        self.is_over = true;
        self.say(&format!("{}: {error}", Target::name(self.args)))
    }

    /// Says once that something looks like a verdict and is none.
    fn explain(&mut self, ran: Option<&Ran>) -> io::Result<()> {
        let Some(ran) = ran.filter(|ran| ran.stdout.starts_with(b"accept:")) else {
            return Ok(());
        };
        if self.explained || exec::verdict(&ran.stdout).is_some() {
            return Ok(());
        }
        self.explained = true;
        let line = ran.stdout.split(|octet| *octet == b'\n').next();
        let line = excerpt(line.unwrap_or_default(), 60);
        self.say(&format!(
            "its verdict {line} is not understood, and its exit code counts; expected \
             accept:CODE:HEX on a line of less than 256 KiB"
        ))
    }

    /// Waits for a target that is not there any more, and ends it if that does not come back.
    fn recover(&mut self) -> io::Result<()> {
        let Target::Element(element) = &mut self.target else {
            return Ok(());
        };
        self.out.flush()?;
        if !element.recovers(self.args.recover) {
            self.is_over = true;
            self.say("the target does not answer any more; --recover SECONDS waits for it")?;
        }
        Ok(())
    }

    /// Writes what broke the target to a file and returns its name, or `None` if that failed.
    fn keep(
        &mut self,
        probed: &Probed<'_>,
        sent: &[u8],
        how: Option<&str>,
    ) -> io::Result<Option<String>> {
        let before = self.before.iter().map(|sent| Hex(sent).to_string());
        let record = Kept {
            target: Target::name(self.args),
            timeout: self.args.timeout.as_secs_f64(),
            sent: Hex(sent).to_string(),
            sent_before: before.collect(),
            result: probed.object(),
        };
        match keep::keep(&self.args.keep, &keep::stem(probed, how), sent, &record) {
            Ok(path) => {
                self.say(&format!("kept: {}", path.display()))?;
                Ok(Some(path.to_string_lossy().into_owned()))
            }
            Err(error) => {
                self.outcome = Outcome::Trouble;
                self.say(&format!("{}: {error}", self.args.keep.display()))?;
                Ok(None)
            }
        }
    }

    /// The least octets of a line that break the program in the same way, as far as they are known,
    /// or `None` if they did so once only.
    fn minimise(
        &mut self,
        number: u64,
        line: &Line,
        reaction: &Reaction,
    ) -> io::Result<Option<Vec<u8>>> {
        let Target::Program(program) = &mut self.target else {
            return Ok(None);
        };
        let via = self.via.as_deref();
        let progress = self.out.progress().clone();
        let mut breaks = |octets: &[u8]| {
            progress.advance(0);
            let ran = program.run(&message(octets, via, number))?;
            Ok(ran.map(|ran| ran.reaction == *reaction))
        };
        let minimised = match breaks(&line.octets) {
            Ok(Some(true)) => {
                minimise(&line.octets, self.args.minimise_runs, &mut breaks).map(Some)
            }
            Ok(_) => Ok(None),
            Err(error) => Err(error),
        };
        match minimised {
            Ok(Some(minimised)) => {
                if !minimised.complete && interrupt::is_interrupted() {
                    self.say("interrupted: it may get shorter")?;
                } else if !minimised.complete {
                    self.say("it may get shorter with more --minimise-runs")?;
                }
                return Ok(Some(minimised.octets));
            }
            Ok(None) if interrupt::is_interrupted() => {
                self.say("interrupted: it was not made shorter")?;
            }
            Ok(None) => self.say("it does not do so again, so that nothing can be made shorter")?,
            Err(error) => self.fail(&error)?,
        }
        Ok(None)
    }

    fn say(&self, message: &str) -> io::Result<()> {
        self.out.say(text(message.as_bytes()))
    }
}

/// What is sent to try these octets: a response if there is a Via for it.
fn message(octets: &[u8], via: Option<&str>, number: u64) -> Vec<u8> {
    via.map_or_else(|| octets.to_vec(), |via| response(octets, via, number))
}
