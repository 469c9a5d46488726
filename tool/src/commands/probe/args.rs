//! What `probe` is asked for.

use core::time::Duration;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::input::files::{INPUT_HELP, Input};
use crate::outcome::CommandError;

const PROBE_EXAMPLES: &str = "\
Examples:
  sip-status probe --exec ./shim corpus/probes.tsv
  sip-status generate --count 5000 |
      sip-status probe --exec ./shim --jobs 8 --summary --minimise=differ --input hex -
  sip-status probe --exec './parse --file {}' --send line lines.txt
  sip-status probe --exec ./shim --minimise --keep crashes corpus/reject corpus/lenient
  sip-status probe --exec ./shim --format column --name mystack corpus/probes.tsv > mystack.tsv
  sip-status probe --exec ./shim --known known.txt --write-known corpus/reject
  sip-status probe --exec ./shim --record mystack-1.2 --language C
  sip-status probe --udp 127.0.0.1:5060 corpus/reject
  sip-status probe --tcp localhost:5060 --recover 5 --input hex - < specimens.hex
  sip-status probe --udp 127.0.0.1:5060 --restart 'kamailio -DD -f test.cfg' --minimise corpus/reject

Exit codes: 0 if nothing was found; 1 if the target is wrong about a line, was broken by one, or one
could not be sent; 2 if the target cannot be run or reached, or the probe was interrupted.";

const TARGET_HELP: &str = "\
What is sent:
  --send response   the first line of the record, up to its CR LF, and after it headers: a Via, From,
                    To, Call-ID, CSeq and Content-Length, always the same but for the number of the
                    line in branch and Call-ID, and an empty line. What followed the line in the
                    record is left out, so that a verdict is about the line alone. If the record has
                    no CR LF, Server: x follows at once, so that no header is lost that is needed.
  --send line       the first line of the record, up to its CR LF, and nothing else
  --send as-is      the octets of the record and nothing else. With --tcp, each record has to be a
                    whole message: on a stream, the next request follows at once
  --record          the octets of each row of the table, also those after its line, and after them
                    headers, as all stacks on record were sent. Of a row with more after its line,
                    which is a fold, the verdict is put on record and not judged

A program, with --exec:
  For each line, probe runs the command with sh -c (cmd /C on Windows). The line is its standard
  input or, if the command has {} in it, a file whose name replaces the {}. Its verdict is the first
  line of its output, if that is one of these:

    accept                 it takes the line for a status-line
    accept:CODE            and reads that code in it, in decimal
    accept:CODE:HEX        and that phrase, in hex, perhaps empty
    reject                 it refuses the line
    request                it takes the line for the first line of a request
    alert                  it raises an alert for the line, as a detector of intrusions does

  Otherwise its exit code counts: 0 is accept, another is reject. It is a crash if a signal ended
  the program (also if a shell reports that by 128 and the number of a signal that means a crash) or
  if a sanitizer reports on standard error, even a leak (ASAN_OPTIONS=detect_leaks=0 turns those
  off). It is a hang if the program has not ended in time. The program has a process group of its
  own, and probe kills the whole group when the program ends or its time is over. A verdict may be
  256 KiB longer than what was sent is in hex. That much of the beginning of standard output is kept,
  256 KiB of that of standard error, and the last 64 KiB of each.
  Exit code 126 or 127 without a verdict means that there is nothing to run, and ends the probe.

A program that reads in a loop, with --exec and --persistent:
  It is run once, or N times with --jobs N. For each line it is sent a decimal number and LF, and then
  that many octets. It answers with a verdict and LF on standard output, nothing else, and flushes it.
  It has to read on after that, and to end when its input does. If it ends or takes longer than
  --timeout, that is a crash (exit-N if no signal ended it) or a hang at the first line without a
  verdict, and it is started again for the next line. So the verdict has to come last: what crashes
  after it is reported of the next line. If a sanitizer reports something and the program goes on, the
  line is not known: build it to end at the first report (-fno-sanitize-recover=all). Whenever it is
  started, it is sent SIP/2.0 200 OK twice, to see whether it reads in a loop. What is no verdict, or
  longer than one may be, ends the probe.

An element, with --udp or --tcp:
  Probe sends a response with the line, and then an OPTIONS request, which any response answers.

    alive                  it answered
    request                it answered the response as well, so it took that for a request
    closed                 it closed the connection, and answers on a new one
    late                   it did not answer, but did when asked again; the line is sent once more,
                           to see whether that happens again
    deaf                   it answers no longer on the connection, but on a new one
    silent                 it does not answer, though asked twice: it hangs or is dead
    dead                   nothing listens there any more
    unsent                 the line does not fit into a datagram

  When the target stops answering, the probe waits for it as long as --recover says, and then ends.
  A target that does not answer OPTIONS before the first line cannot be probed.

  With --restart, probe starts the target itself and waits until it answers, as long as --recover says.
  When it stops answering, it is ended and started again, which is counted. If it ended by itself, that
  is a crash, with the signal, what a sanitizer reported, or exit-N. The command has to stay in the
  foreground; it and all of its process group are ended with the probe, by SIGTERM and then SIGKILL.

  If something restarts the target when it dies, its death shows as late over UDP, or as dead if
  nothing listened in between; and over TCP as closed, as does a line that it refuses by closing the
  connection. To tell these apart, let --restart start it instead, or look into its log.

What differs:
  OURS is the strictest policy that accepts the octets that were sent, or why and where the most
  lenient policy refuses them; no length is too long. The target differs if it accepts what no
  policy does, does not accept what STRICT accepts, or reads another code or phrase. To close the
  connection counts as refusing.

What findings have in common, with --summary:
  Lines about which the target is wrong, or that break it, are grouped by pattern: false-accept
  code:long wrapped-32, other-phrase NO_REASON_SPACE longer, false-reject none empty. The words are

    what it did   false-accept, false-reject, false-request, false-alert, other-code, other-phrase,
                  crash, hang, late, deaf, silent, dead
    the line      its deviations or none, if some policy accepts it; else the part that is wrong and
                  what stands there: NUL, CR, LF, control, ..., other, end. leading is what stands
                  before the version, line-ending:CR is CR CR LF. A number that is no code is short,
                  low or high (three digits, not 100 to 699), long, zeros, plus, minus, or partial
                  (more follows the digits)
    what it read  instead. A number: out-of-range (not 100 to 699), as-written, wrapped-8, -16, -32 or
                  -64 (by that power of 2), prefix, unsigned (the minus is lost). A phrase: trimmed (of
                  blanks, or not), cut, longer. Else other
    what it has   that is refused, of what some are known to refuse: unregistered (the code), or a
                  phrase that is empty, blank (of blanks alone), long (more than 64 octets), non-ASCII
                  or not-UTF-8, or has an HTAB. Else plain

  Lines with more deviations, or with more of what is refused, join the group of fewer of the same.
  They join none as well, but not none plain: a target that refuses some plain line may refuse
  sip/2.0, or an empty phrase, for another reason.

  Each group shows its shortest line, with \"+ headers\" if it has no CR LF and so the headers go on
  with it. It names the stacks that are on record for the same, with lines of the same pattern; of
  none plain and none long, with lines that differ from the one shown in code and words alone. Groups
  that are on record of no stack come first.

  --minimise=differ takes octets out of the line of each group about which the target is wrong, as
  long as the pattern stays the same or loses words that turn out not to matter. Then it tries SIP/2.0
  for the version, 200 for the code, and plain octets for what is left. --minimise=breaks does so for
  the first line of each pattern that breaks the target, --minimise=breaks,differ for both.

  --known reads a file with a pattern a line; what follows a # is a comment. false-accept
  code:long is about whatever was read. A finding of a known pattern is counted, marked and listed
  last, but is not kept and does not make the exit code 1.
  --write-known adds the new patterns of the run, if all lines were tried. fuzz/libraries/run reads the
  same file.

What is on record, with --record:
  The verdicts become a column of divergence.tsv and a row of stacks.tsv, both in the directory of
  --tables. Reported is where another version of the stack did otherwise, which stacks did most
  alike, and the lines with which at most three of more than three others did the same.

What is kept:
  What breaks the target (crash, hang, late, deaf, silent, dead; closed, if STRICT accepts the line)
  is written to a new file in the directory of --keep: all octets that were sent, so that ./shim <
  FILE repeats it. A .json file beside it says how it came about and what was sent before. With
  --minimise, octets are taken out of the line as long as the target still breaks in the same way, and
  what is left is kept as well. With --summary, the first line of each pattern is kept. Each crash may
  write a core file: ulimit -c 0 prevents that.

JSON has an object for each line: source, record, name; line, in hex; target, one of the words
above; detail, what crashed it, why it is unsent, or whether it was late once or again; code and
reason_hex, as the target read them; seconds; exit, stdout and stderr of a program, the first 4 KiB;
ours, differs, known, kept; minimised, in hex. With --summary, an object for each pattern: pattern,
lines, known; example, in hex, without headers; label; target, what it did with the example;
differs; stacks.

A column has the octets of each line, as the tables of the corpus do, and the verdict: one of the
above, crash or hang. An interrupt ends the probe; what was found until then is reported.";

/// Try another parser on lines: what it makes of them, and which of them break it
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(after_help = PROBE_EXAMPLES, after_long_help = format!("{TARGET_HELP}\n\n{INPUT_HELP}\n\n{PROBE_EXAMPLES}"))]
pub(crate) struct ProbeArgs {
    #[command(flatten)]
    pub(super) input: Input,

    #[command(flatten)]
    pub(super) target: TargetArgs,

    /// Allow a network target on another machine, which these lines may crash
    #[arg(long)]
    pub(super) i_may_crash_this_target: bool,

    /// What is sent of each record
    #[arg(long, value_enum, default_value_t = Content::Response)]
    pub(super) send: Content,

    /// Seconds that a program may run, or an answer may take
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(super) timeout: Duration,

    /// Shell command that runs the network target, at first and whenever it is lost
    #[arg(long, value_name = "COMMAND", conflicts_with = "exec")]
    pub(super) restart: Option<String>,

    /// Seconds to wait for a network target to come back; 0, or 30 with --restart, unless set
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    recover: Option<Duration>,

    /// Lines a second at most; 100 for a network target unless set
    #[arg(long, value_name = "LINES", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: Option<u32>,

    /// Most lines to send; the rest are left out
    #[arg(long, value_name = "LINES", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: u64,

    /// Directory for what breaks the target; made when there is something to keep
    #[arg(long, value_name = "DIR", default_value = "probe-findings")]
    pub(super) keep: PathBuf,

    /// Make lines as short as they can be
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true,
        default_missing_value = "breaks", value_delimiter = ',')]
    pub(super) minimise: Vec<Minimise>,

    /// Most times that the target is sent something to make one line short
    #[arg(
        long,
        value_name = "RUNS",
        default_value_t = 500,
        requires = "minimise"
    )]
    pub(super) minimise_runs: u32,

    /// Most seconds to make one line short
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, requires = "minimise")]
    pub(super) minimise_time: Duration,

    /// Output format
    #[arg(long, value_enum, default_value_t = ProbeFormat::Table)]
    pub(super) format: ProbeFormat,

    /// Show what findings have in common instead of each line: most frequent patterns first
    #[arg(long)]
    pub(super) summary: bool,

    /// File of known patterns, which are no findings
    #[arg(long, value_name = "FILE")]
    pub(super) known: Option<PathBuf>,

    /// Add the new patterns to the file of --known, which is made if it is not there
    #[arg(long, requires = "known")]
    pub(super) write_known: bool,

    /// The program reads lines in a loop: each a number and LF, then that many octets
    #[arg(long, conflicts_with_all = ["udp", "tcp"])]
    pub(super) persistent: bool,

    /// Programs to run at a time; with --exec only
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64),
        conflicts_with_all = ["udp", "tcp"])]
    pub(super) jobs: u8,

    #[command(flatten)]
    pub(super) record: RecordArgs,

    /// Header of the column, with --format column
    #[arg(long, default_value = "target")]
    pub(super) name: String,
}

/// What stands in a command for the file of a line.
pub(super) const PLACE: &str = "{}";

/// How long a network target may take to come back: the time that its start may take.
const START: Duration = Duration::from_secs(30);

impl ProbeArgs {
    /// What is sent of each record.
    pub(super) fn content(&self) -> Content {
        match self.record.lines() {
            Some(_) => Content::Row,
            None => self.send,
        }
    }

    /// How long to wait for a network target to come back.
    pub(super) fn recover(&self) -> Duration {
        let unless_set = if self.restart.is_some() {
            START
        } else {
            Duration::ZERO
        };
        self.recover.unwrap_or(unless_set)
    }

    /// Refuses what cannot be done together.
    pub(super) fn check(&self) -> Result<(), CommandError> {
        let usage = |message: &str| Err(CommandError::Usage(message.to_owned()));
        if self.format == ProbeFormat::Column && self.target.exec.is_none() {
            return usage("--format column needs --exec: a network target gives no verdicts");
        }
        if self.format == ProbeFormat::Column && self.summary {
            return usage("--summary has no column: use --format table or json");
        }
        if self.minimise.contains(&Minimise::Differ) && !self.summary {
            return usage("--minimise=differ needs --summary, whose examples it makes shorter");
        }
        let comes_back = self.target.exec.is_some() || !self.recover().is_zero();
        if self.minimise.contains(&Minimise::Breaks) && !comes_back {
            return usage(
                "--minimise breaks the target many times: a network target needs --restart, or \
                 --recover if something else starts it again",
            );
        }
        let has_file = |command: &String| command.contains(PLACE);
        if self.persistent && self.target.exec.as_ref().is_some_and(has_file) {
            return usage("--persistent has no file for {}: the lines come on standard input");
        }
        if self.timeout.is_zero() {
            return usage("--timeout 0 leaves no time for anything");
        }
        if self.send == Content::Line && self.target.tcp.is_some() {
            return usage(
                "--send line cannot be used with --tcp: on a stream, the line would go on with what \
                 is sent next",
            );
        }
        Ok(())
    }
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct TargetArgs {
    /// Shell command to run for each line
    #[arg(long, value_name = "COMMAND")]
    pub(super) exec: Option<String>,

    /// SIP element to send datagrams to
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) udp: Option<String>,

    /// SIP element to connect to
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) tcp: Option<String>,
}

impl TargetArgs {
    /// The target as it was given: `--udp 192.0.2.1:5060`.
    pub(super) fn name(&self) -> String {
        let named = |flag: &str, target: &Option<String>| {
            target.as_ref().map(|target| format!("--{flag} {target}"))
        };
        let name = named("exec", &self.exec).or_else(|| named("udp", &self.udp));
        name.or_else(|| named("tcp", &self.tcp)).unwrap_or_default()
    }
}

/// How the verdicts are put on record.
#[derive(clap::Args)]
pub(super) struct RecordArgs {
    /// Try the lines of the table of divergences, and put the verdicts on record there if all were tried;
    /// with --exec only
    #[arg(long, value_name = "NAME-VERSION", requires = "language",
        conflicts_with_all = ["udp", "tcp", "files", "input", "send", "count"])]
    pub(super) record: Option<String>,

    /// Directory of divergence.tsv and stacks.tsv
    #[arg(
        long,
        value_name = "DIR",
        default_value = "lab/tables",
        requires = "record"
    )]
    pub(super) tables: PathBuf,

    /// Language the stack is written in
    #[arg(long, requires = "record")]
    pub(super) language: Option<String>,

    /// What is asked of the stack
    #[arg(long, value_enum, default_value_t = Driven::Parser, requires = "record")]
    pub(super) driven: Driven,

    /// What has to be known to understand its verdicts
    #[arg(long, default_value = "", requires = "record")]
    pub(super) note: String,
}

/// What is asked of a stack.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Driven {
    /// Its parser, called with the message
    Parser,
    /// The running server, by what it logs
    Log,
    /// A dissector, given packets
    Capture,
}

impl RecordArgs {
    /// The table whose lines are to be tried.
    pub(super) fn lines(&self) -> Option<PathBuf> {
        self.record.as_ref().map(|_| self.divergence())
    }

    pub(super) fn divergence(&self) -> PathBuf {
        self.tables.join("divergence.tsv")
    }
}

/// What is sent of a record.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Content {
    /// Its first line, then headers of our own
    Response,
    /// Its first line alone
    Line,
    /// All its octets, unchanged
    AsIs,
    /// All its octets, then headers of our own: as the lines on record were sent
    #[value(skip)]
    Row,
}

/// Which lines are made as short as they can be.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Minimise {
    /// Each line that breaks the target; with --summary, one of each pattern
    Breaks,
    /// With --summary, the example of each pattern about which the target is wrong
    Differ,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProbeFormat {
    /// A row for each line
    Table,
    /// An object for each line
    Json,
    /// For a table of verdicts: the octets in hex, a tab, and the verdict
    Column,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let bounded = duration.filter(|duration| duration.as_secs() <= 3600);
    bounded.ok_or_else(|| "expected seconds from 0 to 3600".to_owned())
}
