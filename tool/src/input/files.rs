//! The files that a command is given, one after another.

use std::fs;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sip_status_line::Parser;

use crate::input::sink::{Delivery, Sink, StopReason};
use crate::input::source::Source;
use crate::input::text::LineChoice;
use crate::input::{capture, carve, table, text};
use crate::outcome::Outcome;
use crate::output::escape;
use crate::output::terminal::Output;
use crate::record::LONGEST_LINE;

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
    /// A capture or a table if it begins like one, else text
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
  auto     What begins like a capture or a table of the corpus is read as one. Anything else is
           text: a SIP message, several, a log or a trace. decode and check judge every line that
           begins a response, and count all others on standard error. A line begins a response if
           it begins with SIP and a slash or the number of a version, in any case, blanks aside; or
           if a log's prefix comes before SIP/2.0, a blank and a digit. Headers are no prefixes.
           probe takes every line that is not blank.
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
const READ_BUFFER: usize = 256 << 10;

/// As much of a file as is looked at for the header of a table.
const TABLE_HEADER: u64 = 4096;

/// How many octets show whether a file is a capture.
const MAGIC: u64 = 4;

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
        let source = self.sources().map(|(source, _)| source.chars().count());
        let name = if self.input == InputFormat::Hex {
            24
        } else {
            0
        };
        source.max().unwrap_or(0) + ":12345".len() + name
    }

    /// The names of the files, and where they are unless they are standard input.
    fn sources(&self) -> impl Iterator<Item = (String, Option<&Path>)> {
        let none: &[PathBuf] = &[];
        let (stdin, files) = match self.files.as_slice() {
            [] => (Some(("-".to_owned(), None)), none),
            files => (None, files),
        };
        let named = files.iter().map(|path| {
            let file = (path.as_os_str() != "-").then_some(path.as_path());
            (path.to_string_lossy().into_owned(), file)
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
        self.sources().map(|(_, path)| len(path)).sum()
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
        if !options.follow {
            output.progress().start(self.len());
        }
        let mut outcome = Outcome::Good;
        for (name, path) in self.sources() {
            let mut delivery = Delivery::new(&name, sink, output);
            let read = match path {
                None => {
                    let mut stdin = Source::pipe(io::stdin().lock(), output.clone());
                    self.source(&mut stdin, options, &mut delivery)
                }
                Some(path) if self.takes_directories(options) && path.is_dir() => {
                    directory(path, options.kept_octets, output, &mut delivery)
                }
                Some(path) => self.file(path, options, output, &mut delivery),
            };
            match read {
                Ok(()) => delivery.end()?,
                Err(StopReason::Input(error)) => {
                    delivery.outcome = Outcome::Trouble;
                    delivery.end()?;
                    output.say(format_args!("{}: {error}", escape::text(name.as_bytes())))?;
                }
                Err(StopReason::Output(error)) => return Err(error),
                Err(StopReason::Enough) => return Ok(outcome.max(delivery.outcome)),
            }
            outcome = outcome.max(delivery.outcome);
        }
        output.progress().finish();
        Ok(outcome)
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
                let mut first = Vec::new();
                let header = (&mut whole)
                    .take(TABLE_HEADER)
                    .read_until(b'\n', &mut first);
                header.map_err(StopReason::Input)?;
                let is_table = table::is_table(&first);
                let whole = Cursor::new(first).chain(whole);
                if is_table {
                    table::rows(whole, delivery)
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
