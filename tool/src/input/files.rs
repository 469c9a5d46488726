//! The files that a command is given, one after another.

use core::num::NonZeroUsize;
use std::fs;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sip_status_line::Parser;

use crate::input::sink::{Delivery, Part, Sink, StopReason};
use crate::input::source::Source;
use crate::input::text::LineChoice;
use crate::input::{capture, carve, side_by_side, table, text};
use crate::outcome::Outcome;
use crate::output::escape;
use crate::output::terminal::Output;
use sip_status_decode::LONGEST_LINE;

/// How files are read: the arguments of `decode`, `check` and `probe`.
#[derive(clap::Args)]
pub(crate) struct Input {
    /// Files to read, or directories of .sip files; none or - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// What the files hold
    #[arg(long, value_enum, default_value_t = InputFormat::Auto, value_name = "FORMAT")]
    input: InputFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InputFormat {
    /// A capture, a table or specimens if it begins like them, else text
    Auto,
    /// A record a line, its line ending included; blank lines are none
    Text,
    /// A datagram a line: HEX, or NAME, a tab, HEX; blank lines and # comments are none
    Hex,
    /// A table: tabs between its columns, of which the header names one hex
    Tsv,
    /// One datagram: the whole file
    Raw,
    /// A packet capture: pcap or pcapng, compressed or not
    Capture,
}

/// What the help says of the input.
pub(crate) const INPUT_HELP: &str = "\
Input:
  auto     What begins like a capture, a table of the corpus or what generate writes is read as
           that. Anything else is text: a SIP message, several, a log or a trace. decode and check
           judge every line that begins a response, and count all others on standard error. A line
           begins a response if it begins with SIP and a slash or the number of a version, in any
           case, blanks aside; or if a log's prefix comes before SIP/2.0, a blank and a digit.
           Headers are no prefixes. probe takes every line that is not blank.
  text     Every line that is not blank is a record. Its line ending is judged as well: most text
           files end their lines in LF alone, which is the deviation BARE_LF. Records are numbered
           by line.
  hex      As text, but octets as hexadecimal digits; CR, LF and NUL can stand anywhere. Blanks
           between digits are ignored. 41*60000 is that octet 60,000 times, and + puts parts
           together: 5349+41*60000+0d0a. At most 16 MiB.
  tsv      The tables of the corpus. A row is a record, of the octets in the column hex, which are
           written as above, named by the column probe or name if there is one. Records are
           numbered by line.
  DIR      Of a directory, each file NAME.sip is a record, whole, in the order of the names.
  capture  pcap (µs and ns, both byte orders), pcapng and snoop, also compressed with gzip, bzip2,
           xz, zstd or LZ4, of Ethernet, Linux cooked (v1, v2), IEEE 802.11, PPP, Cisco HDLC, BSD
           loopback, raw IP, NFLOG or ERF. VLAN, 802.1ah, MPLS, PPPoE, IP in IP, GRE, ERSPAN, L2TP,
           GTP-U, VXLAN, Geneve, Teredo, AYIYA and ESP without encryption are opened, and fragments
           put together. A record is each message over UDP, TCP, WebSocket or SCTP, on any port,
           that begins with SIP/ and a digit, in any case, CRLFs before it aside; one that begins so
           and is no status-line is refused. The datagrams that ICMP errors quote are read too, and
           so are bodies of type message/sipfrag and what HEP and exported PDUs have copied. TLS is
           not read. Records are numbered by the frame that completed them, as tshark does.

A line of more than 8192 octets is refused, whatever the policy.";

/// How files are read, besides what the arguments say.
#[derive(Clone, Copy)]
pub(crate) struct ReadOptions {
    /// Whether the end of a file is waited at for more.
    pub(crate) follow: bool,
    /// The parser that finds lines anywhere in a file, if that is wanted.
    pub(crate) carve: Option<Parser>,
    /// Whether the requests of captures are delivered too.
    pub(crate) requests: bool,
    /// How many octets of a line of text or of a raw file are kept.
    pub(crate) kept_octets: u64,
    /// Which lines of a text are records, unless the arguments say that it is text.
    pub(crate) lines: LineChoice,
}

impl ReadOptions {
    /// Keeps one octet more than any parser of the tool looks at.
    pub(crate) const fn new(lines: LineChoice) -> Self {
        Self {
            follow: false,
            carve: None,
            requests: false,
            kept_octets: LONGEST_LINE as u64 + 1,
            lines,
        }
    }
}

/// How much is read of a file at a time.
const READ_BUFFER: usize = 64 << 10;

/// As much of a line is looked at for the header of a table or a specimen.
const HEADER: u64 = 4096;

/// How many octets show whether a file is a capture.
const MAGIC: u64 = 4;

/// A file and its name, or standard input.
struct Named<'a> {
    name: String,
    path: Option<&'a Path>,
}

impl Named<'_> {
    /// Whether it is standard input, a pipe, or another file that comes as it comes.
    fn may_wait(&self) -> bool {
        let metadata = |path: &Path| fs::metadata(path).ok();
        match self.path.map(metadata) {
            None => true,
            // Of what is not there, nothing will be read.
            Some(None) => false,
            Some(Some(file)) => !file.is_file() && !file.is_dir(),
        }
    }
}

/// How the reading of a file ended.
struct Ending {
    outcome: Outcome,
    /// Whether the sink wants no more records, of any file.
    is_enough: bool,
}

impl Input {
    /// One file, whatever it holds.
    pub(crate) fn of_file(path: PathBuf) -> Self {
        Self {
            files: vec![path],
            input: InputFormat::Auto,
        }
    }

    /// Width of the longest `source:record` that is likely.
    pub(crate) fn label_width(&self) -> usize {
        let source = self.sources().map(|file| file.name.chars().count());
        let name = if self.input == InputFormat::Hex {
            24
        } else {
            0
        };
        source.max().unwrap_or(0) + ":12345".len() + name
    }

    /// The files, or standard input.
    fn sources(&self) -> impl Iterator<Item = Named<'_>> {
        let none: &[PathBuf] = &[];
        let (stdin, files) = match self.files.as_slice() {
            [] => (Some("-".to_owned()), none),
            files => (None, files),
        };
        let stdin = stdin.map(|name| Named { name, path: None });
        let named = files.iter().map(|path| Named {
            name: path.to_string_lossy().into_owned(),
            path: (path.as_os_str() != "-").then_some(path.as_path()),
        });
        stdin.into_iter().chain(named)
    }

    /// Whether there is one file to read and no more.
    pub(crate) fn is_one(&self) -> bool {
        self.files.len() <= 1
    }

    /// How many octets are to be read, if that can be known.
    fn len(&self) -> Option<u64> {
        let len = |path: Option<&Path>| match fs::metadata(path?) {
            Ok(file) => file.is_file().then_some(file.len()),
            // Nothing will be read from it.
            Err(_) => Some(0),
        };
        self.sources().map(|file| len(file.path)).sum()
    }

    /// Reads every file, also after one that cannot be read, and says on standard error what is
    /// wrong with each.
    ///
    /// # Errors
    ///
    /// If the sink or standard output fails.
    pub(crate) fn read(
        &self,
        options: ReadOptions,
        output: &Output,
        sink: &mut dyn Sink,
    ) -> io::Result<Outcome> {
        self.start(options, output);
        let mut outcome = Outcome::Good;
        for file in self.sources() {
            let read = self.one(&file, options, output, sink)?;
            outcome = outcome.max(read.outcome);
            if read.is_enough {
                return Ok(outcome);
            }
        }
        output.progress().finish();
        Ok(outcome)
    }

    /// Reads every file into a part of its own: that many side by side, if none has to be waited for.
    /// What the parts write, say and come to is the same as if they were read one after another.
    ///
    /// # Errors
    ///
    /// If standard output fails.
    pub(crate) fn read_apart<P: Part>(
        &self,
        options: ReadOptions,
        jobs: NonZeroUsize,
        output: &Output,
        begin: &(impl Fn(Output) -> P + Sync),
        join: &mut dyn FnMut(P::Total),
    ) -> io::Result<Outcome> {
        self.start(options, output);
        let work = |file: Named<'_>, output: &Output| {
            let mut part = begin(output.clone());
            let read = self.one(&file, options, output, &mut part)?;
            Ok((read.outcome, part.total()))
        };
        let mut outcome = Outcome::Good;
        let mut take = |(read, total)| {
            outcome = outcome.max(read);
            join(total);
        };
        let jobs = jobs.min(NonZeroUsize::new(self.files.len()).unwrap_or(NonZeroUsize::MIN));
        if jobs == NonZeroUsize::MIN || self.sources().any(|file| file.may_wait()) {
            for file in self.sources() {
                take(work(file, output)?);
            }
        } else {
            let sources = self.sources().collect();
            side_by_side::read(sources, jobs, output, &work, &mut take)?;
        }
        output.progress().finish();
        Ok(outcome)
    }

    fn start(&self, options: ReadOptions, output: &Output) {
        if !options.follow {
            output.progress().start(self.len());
        }
    }

    fn one(
        &self,
        file: &Named<'_>,
        options: ReadOptions,
        output: &Output,
        sink: &mut dyn Sink,
    ) -> io::Result<Ending> {
        let mut delivery = Delivery::new(&file.name, sink, output);
        let read = match file.path {
            None => {
                let mut stdin = Source::pipe(io::stdin().lock(), output.clone());
                self.source(&mut stdin, options, &mut delivery)
            }
            Some(path) if self.takes_directories(options) && path.is_dir() => {
                directory(path, options.kept_octets, output, &mut delivery)
            }
            Some(path) => self.file(path, options, output, &mut delivery),
        };
        let mut is_enough = false;
        match read {
            Ok(()) => delivery.end()?,
            Err(StopReason::Input(error)) => {
                delivery.outcome = Outcome::Trouble;
                delivery.end()?;
                let name = escape::text(file.name.as_bytes());
                output.say(format_args!("{name}: {error}"))?;
            }
            Err(StopReason::Output(error)) => return Err(error),
            Err(StopReason::Enough) => is_enough = true,
        }
        Ok(Ending {
            outcome: delivery.outcome,
            is_enough,
        })
    }

    /// Of a directory, nothing but whole files can be asked for.
    fn takes_directories(&self, options: ReadOptions) -> bool {
        let whole = matches!(self.input, InputFormat::Auto | InputFormat::Raw);
        whole && options.carve.is_none() && !options.follow
    }

    /// Reads a file, and if that is followed, the one that takes its place as well.
    fn file(
        &self,
        path: &Path,
        options: ReadOptions,
        output: &Output,
        delivery: &mut Delivery<'_>,
    ) -> Result<(), StopReason> {
        loop {
            let source = Source::open(path, options.follow, output.clone());
            let mut source = source.map_err(StopReason::Input)?;
            self.source(&mut source, options, delivery)?;
            if !source.is_replaced() {
                return Ok(());
            }
            let message = "truncated or replaced; it is read from its start again";
            delivery.find(Outcome::Good, message)?;
        }
    }

    fn source(
        &self,
        source: &mut Source<impl Read>,
        options: ReadOptions,
        delivery: &mut Delivery<'_>,
    ) -> Result<(), StopReason> {
        let input = BufReader::with_capacity(READ_BUFFER, &mut *source);
        let read = match options.carve {
            Some(parser) => carve::carve(input, parser, delivery),
            None => self.records(input, options, delivery),
        };
        delivery.report.octets += source.octets();
        read
    }

    fn records(
        &self,
        mut input: impl BufRead,
        options: ReadOptions,
        delivery: &mut Delivery<'_>,
    ) -> Result<(), StopReason> {
        // A pipe may give fewer octets at a time than a magic number has.
        let mut head = Vec::new();
        let read = (&mut input).take(MAGIC).read_to_end(&mut head);
        read.map_err(StopReason::Input)?;
        if head.is_empty() {
            return delivery.find(Outcome::Good, "empty, no records");
        }
        let is_capture = sip_status_capture::is_magic(&head);
        let mut whole = Cursor::new(head).chain(input);
        match self.input {
            InputFormat::Auto if is_capture => capture::capture(whole, options.requests, delivery),
            InputFormat::Auto => {
                let mut line = || {
                    let mut line = Vec::new();
                    let read = (&mut whole).take(HEADER).read_until(b'\n', &mut line);
                    read.map(|_| line).map_err(StopReason::Input)
                };
                let first = line()?;
                let is_table = table::is_table(&first);
                // Only a comment is worth the wait for another line.
                let second = if first.starts_with(b"#") {
                    line()?
                } else {
                    Vec::new()
                };
                let is_specimens = table::is_specimens(&first, &second);
                let whole = Cursor::new(first).chain(Cursor::new(second)).chain(whole);
                if is_table {
                    table::rows(whole, delivery)
                } else if is_specimens {
                    table::hex(whole, delivery)
                } else {
                    text::lines(whole, options.kept_octets, options.lines, delivery)
                }
            }
            InputFormat::Capture => capture::capture(whole, options.requests, delivery),
            InputFormat::Text => {
                text::lines(whole, options.kept_octets, LineChoice::Every, delivery)
            }
            InputFormat::Hex => table::hex(whole, delivery),
            InputFormat::Tsv => table::rows(whole, delivery),
            InputFormat::Raw => text::raw(whole, 1, None, options.kept_octets, delivery),
        }
    }
}

/// Reads the `.sip` files of a directory in the order of their names. One that cannot be read is
/// reported, and the others are read.
fn directory(
    path: &Path,
    kept: u64,
    output: &Output,
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).map_err(StopReason::Input)? {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => delivery.find(Outcome::Trouble, error)?,
        }
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sip"));
    paths.sort();
    if paths.is_empty() {
        return Err(StopReason::invalid("a directory without .sip files"));
    }
    for (number, path) in (1..).zip(&paths) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let read = regular_file(path, output).and_then(|mut file| {
            text::raw(&mut file, number, Some(&name), kept, delivery)?;
            delivery.report.octets += file.octets();
            Ok(())
        });
        match read {
            Err(StopReason::Input(error)) => {
                let name = escape::text(name.as_bytes());
                delivery.find(Outcome::Trouble, format_args!("{name}: {error}"))?;
            }
            read => read?,
        }
    }
    Ok(())
}

/// Opens a file that has all its octets: no directory, and no pipe to wait at.
fn regular_file(path: &Path, output: &Output) -> Result<Source<fs::File>, StopReason> {
    let metadata = fs::metadata(path).map_err(StopReason::Input)?;
    if !metadata.is_file() {
        return Err(StopReason::invalid("not a regular file"));
    }
    Source::open(path, false, output.clone()).map_err(StopReason::Input)
}
