//! `sip-status probe`: what another parser makes of lines, and which of them break it.

mod exec;
mod keep;
mod minimise;
mod network;
mod report;
mod verdict;

use core::time::Duration;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use clap::ValueEnum;
use serde_json::json;

use crate::escape::{Hex, excerpt, text};
use crate::records::{How, INPUT_HELP, Input, Record, Sink};
use crate::terminal::{self, Output, say};
use crate::{Outcome, stream};
use exec::{Exec, Ran};
use network::{Network, Transport, headers};
use report::{Probed, Table};
use verdict::{Ours, Reaction, Verdict};

const EXAMPLES: &str = "\
Examples:
  sip-status probe --exec ./shim corpus/probes.tsv
  sip-status probe --exec './parse --file {}' --send line lines.txt
  sip-status probe --exec ./shim --minimise --keep crashes corpus/reject corpus/lenient
  sip-status probe --exec ./shim --format column --name mystack corpus/probes.tsv > mystack.tsv
  sip-status probe --udp 127.0.0.1:5060 corpus/reject
  sip-status probe --tcp localhost:5060 --recover 5 --input hex - < specimens.hex

The exit code is 1 if something differs or broke, and 2 if the target cannot be run or reached.";

const TARGET_HELP: &str = "\
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
  reports on its standard error; a hang if it has not ended in time. It has a process group of its
  own, all of which is killed when it ends or its time is over. Of its outputs, 256 KiB each are
  looked at, the rest is read and dropped. Exit code 126 or 127 without a verdict means that there
  is nothing to run, and ends the probe.

An element, with --udp or --tcp:
  A response with the line is sent, and after it a request for OPTIONS, which any response answers.

    alive                  it answered
    request                it answered the response as well, so it took that for a request
    closed                 it closed the connection, and answers on a new one
    deaf                   it answers no longer on the connection, but on a new one
    silent                 it answers no longer, asked twice: it hangs or is dead
    dead                   nothing listens there any more
    unsent                 the line does not fit into a datagram

  When it is silent or dead, the probe waits for it as long as --recover says, and else ends. A
  target that does not answer OPTIONS before the first line cannot be probed.

What differs:
  Ours is the strictest policy that accepts the octets that were sent, or why and where the most
  lenient one refuses them; none of them minds the length. It differs if the target accepts what no
  policy does, refuses what STRICT accepts, or reads another code or phrase; to close the
  connection is to refuse.

What is kept:
  What breaks the target (crash, hang, deaf, silent, dead) goes to a new file in the directory of
  --keep, all octets that were sent, so that ./shim < FILE does it again; and beside it a .json that
  tells how it came, and what was sent before. With --minimise, octets are taken out of the line as
  long as the program still ends in the same way, and what is left is kept as well.

JSON, an object a line: source, record, name; line, in hex; target, one of the words above; detail,
by what it crashed or why it is unsent; code and reason_hex, as it read them; seconds; exit, stdout
and stderr of a program, the first 4 KiB; ours, differs, kept; minimised, in hex.

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

    /// What is sent: the line alone, or a response that begins with it
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

    /// Make lines that break a program as short as they can be
    #[arg(long, requires = "exec")]
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
    /// The octets of the record, then one fixed header section
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

pub(crate) fn run(args: &Args) -> io::Result<Outcome> {
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
    let target = match Target::new(args) {
        Ok(target) => target,
        Err(message) => {
            say(format_args!("{}", text(message.as_bytes())));
            return Ok(Outcome::Trouble);
        }
    };
    let (output, styles) = terminal::stdout();
    let (lines, read) = Lines::read(args, &output)?;
    stream::end_on_interrupt();
    let headers = match (args.send, &target) {
        (Send::Line, _) => String::new(),
        (Send::Response, Target::Program(_)) => headers("UDP 127.0.0.1:5060"),
        (Send::Response, Target::Element(element, transport)) => {
            headers(&format!("{transport} {}", element.address()))
        }
    };
    let mut probe = Probe {
        args,
        headers,
        target,
        table: Table::new(styles, &lines.read),
        out: output,
        row: Vec::new(),
        before: VecDeque::new(),
        tally: Tally::default(),
        outcome: read,
        explained: false,
    };
    probe.all(&lines.read)?;
    if lines.left_out {
        say(format_args!(
            "what comes after the first {} lines was left out: --count allows more",
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
    /// There were more of them.
    left_out: bool,
}

impl Lines {
    fn read(args: &Args, output: &Output) -> io::Result<(Self, Outcome)> {
        let mut lines = Self {
            read: Vec::new(),
            octets: 0,
            count: args.count,
            left_out: false,
        };
        let how = How {
            kept: LINE,
            ..How::default()
        };
        let outcome = match args.input.read(how, output, &mut lines) {
            Ok(outcome) => outcome,
            // Which is how it stopped an input that may never end.
            Err(_) if lines.left_out => Outcome::Good,
            Err(error) => return Err(error),
        };
        output.progress().finish();
        Ok((lines, outcome))
    }
}

impl Sink for Lines {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<bool> {
        self.octets += record.octets.len();
        if self.read.len() as u64 == self.count || self.octets > LINES {
            self.left_out = true;
            return Err(io::Error::other("enough lines"));
        }
        if record.beyond > 0 || record.cut {
            say(format_args!(
                "{}:{}: left out, since it is not there whole",
                text(source.as_bytes()),
                record.number
            ));
            return Ok(false);
        }
        self.read.push(Line {
            source: source.to_owned(),
            number: record.number,
            name: record.name.map(str::to_owned),
            octets: record.octets.to_vec(),
        });
        Ok(true)
    }
}

enum Target {
    Program(Exec),
    Element(Box<Network>, Transport),
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
        Ok(Self::Element(Box::new(element), transport))
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
}

struct Probe<'a> {
    args: &'a Args,
    headers: String,
    target: Target,
    table: Table,
    out: Output,
    /// What is being written, so that it is handed on whole.
    row: Vec<u8>,
    /// What was sent before.
    before: VecDeque<Vec<u8>>,
    tally: Tally,
    outcome: Outcome,
    /// Whether it was said that a verdict is not understood.
    explained: bool,
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
        let network = matches!(self.target, Target::Element(..));
        let rate = self.args.rate.or_else(|| network.then_some(RATE));
        let pause = rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
        let mut next = Instant::now();
        for line in lines {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            next = next.max(Instant::now()) + pause;
            if stream::is_interrupted() || !self.line(line)? {
                break;
            }
            self.out.progress().advance(1);
            self.out.flush()?;
        }
        self.out.progress().finish();
        self.out.flush()?;
        let Tally {
            lines: sent,
            differing,
            breaking,
        } = self.tally;
        say(format_args!(
            "lines: {sent}, of which differ: {differing}, break it: {breaking}"
        ));
        let unsent = lines.len() as u64 - sent;
        if unsent > 0 {
            say(format_args!("lines that were not tried any more: {unsent}"));
        }
        Ok(())
    }

    /// Tries a line. Says whether others can be tried after it.
    fn line(&mut self, line: &Line) -> io::Result<bool> {
        let sent = [&line.octets, self.headers.as_bytes()].concat();
        let start = Instant::now();
        let (reaction, ran) = match &mut self.target {
            Target::Element(element, _) => match element.probe(&sent) {
                Some(reaction) => (reaction, None),
                None => return Ok(false),
            },
            Target::Program(program) => match program.run(&sent) {
                Ok(Some(ran)) => (ran.reaction.clone(), Some(ran)),
                Ok(None) => return Ok(false),
                Err(error) => {
                    self.outcome = Outcome::Trouble;
                    self.say(&format!("{}: {error}", Target::name(self.args)))?;
                    return Ok(false);
                }
            },
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
        self.tally.lines += 1;
        self.tally.differing += u64::from(differs.is_some());
        self.tally.breaking += u64::from(is_breakage);
        if is_breakage || differs.is_some() {
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
        let minimised;
        if is_breakage {
            probed.kept = self.keep(&probed, &sent, "")?;
            if self.args.minimise {
                minimised = self.minimise(line, &reaction)?;
                if let Some(octets) = &minimised {
                    probed.minimised = Some(octets);
                    let sent = [octets, self.headers.as_bytes()].concat();
                    self.keep(&probed, &sent, "minimised")?;
                }
            }
        }
        self.row.clear();
        match self.args.format {
            Format::Table => probed.write_row(&self.table, &mut self.row)?,
            Format::Json => probed.write_json(&mut self.row)?,
            Format::Column => probed.write_cell(&mut self.row)?,
        }
        self.out.write_all(&self.row)?;
        self.before.push_back(sent);
        if self.before.len() > BEFORE {
            self.before.pop_front();
        }
        Ok(!reaction.is_end() || self.recovers()?)
    }

    /// Says once that something looks like a verdict and is none.
    fn explain(&mut self, ran: Option<&Ran>) -> io::Result<()> {
        let Some(ran) = ran.filter(|ran| ran.stdout.starts_with(b"accept:")) else {
            return Ok(());
        };
        if self.explained || Verdict::read(&ran.stdout).is_some() {
            return Ok(());
        }
        self.explained = true;
        let line = ran.stdout.split(|octet| *octet == b'\n').next();
        let line = excerpt(line.unwrap_or_default(), 60);
        self.say(&format!(
            "its verdict {line} is not understood, and its exit code counts; expected accept:CODE:HEX"
        ))
    }

    fn recovers(&mut self) -> io::Result<bool> {
        self.out.flush()?;
        let recovers = match &mut self.target {
            Target::Element(element, _) => element.recovers(self.args.recover),
            Target::Program(_) => true,
        };
        if !recovers {
            self.say("the target does not answer any more; --recover SECONDS waits for it")?;
        }
        Ok(recovers)
    }

    /// Writes what broke the target to a file and returns its name, or `None` if that failed.
    fn keep(&mut self, probed: &Probed<'_>, sent: &[u8], how: &str) -> io::Result<Option<String>> {
        let mut object = Vec::new();
        probed.write_json(&mut object)?;
        let before = self.before.iter().map(|sent| Hex(sent).to_string());
        let record = json!({
            "target": Target::name(self.args),
            "timeout": self.args.timeout.as_secs_f64(),
            "sent": Hex(sent).to_string(),
            "sent_before": before.collect::<Vec<_>>(),
            "result": serde_json::from_slice::<serde_json::Value>(&object)?,
        });
        let number = probed.line.number.to_string();
        let source = match probed.line.source.as_str() {
            "-" => "stdin",
            source => source,
        };
        let source = Path::new(source).file_stem().unwrap_or_default();
        let source = source.to_string_lossy();
        let name = probed.line.name.as_deref().unwrap_or("line");
        let name = name.strip_suffix(".sip").unwrap_or(name);
        let reaction = probed.reaction.to_string();
        let mut parts = vec![reaction.as_str(), &source, &number, name];
        parts.extend((!how.is_empty()).then_some(how));
        let stem = keep::stem(&parts);
        let record = serde_json::to_vec_pretty(&record)?;
        match keep::keep(&self.args.keep, &stem, sent, &record) {
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

    /// The least octets of a line that break the program in the same way, or `None` if they did so
    /// once only.
    fn minimise(&mut self, line: &Line, reaction: &Reaction) -> io::Result<Option<Vec<u8>>> {
        let Target::Program(program) = &mut self.target else {
            return Ok(None);
        };
        let headers = self.headers.as_bytes();
        let mut breaks = |octets: &[u8]| {
            let ran = program.run(&[octets, headers].concat());
            matches!(ran, Ok(Some(ran)) if ran.reaction == *reaction)
        };
        if !breaks(&line.octets) {
            self.say("it does not do so again, so that nothing can be made shorter")?;
            return Ok(None);
        }
        let minimised = minimise::minimise(&line.octets, self.args.minimise_runs, &mut breaks);
        if !minimised.complete {
            self.say("it may get shorter with more --minimise-runs")?;
        }
        Ok(Some(minimised.octets))
    }

    fn say(&self, message: &str) -> io::Result<()> {
        self.out.clone().flush()?;
        let message = text(message.as_bytes());
        let progress = self.out.progress();
        progress.suspend(|| say(format_args!("{message}")));
        Ok(())
    }
}
