//! Files into records: the octets that each should be one status-line, and where they stood.

use core::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sip_status_line::{ParseError, Parsed, Parser};

use crate::input::carve;
pub(crate) use crate::input::place::Place;
use crate::input::stream::{Kind, Stream};
use crate::outcome::Outcome;
use crate::output::escape;
use crate::output::terminal::{Output, say};
use sip_status_capture::{Error, Origin, Reader as CaptureReader, SkipCounts};

/// How files are read. The same for `decode`, `check` and `probe`.
#[derive(clap::Args)]
pub(crate) struct Input {
    /// Files to read, or directories of .sip files; none or - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// What the files hold
    #[arg(long, value_enum, default_value_t = Format::Auto, value_name = "FORMAT")]
    input: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A capture or table if it begins like one, else text
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
  text     A record is a line with its line ending, so that the ending is judged as well: most text
           files end their lines in LF alone, which is the deviation BARE_LF. Records are numbered
           by line.
  hex      As text, but octets as hexadecimal digits; CR, LF and NUL can stand anywhere. Blanks
           between digits are ignored. 41*60000 is that octet 60,000 times, and + puts parts
           together: 5349+41*60000+0d0a. At most 16 MiB.
  tsv      The tables of the corpus. A row is a record, of the octets in the column hex, which are
           written as above, named by the column probe or name if there is one. Records are
           numbered by line.
  DIR      Of a directory, each file NAME.sip is a record, whole, in the order of the names.
  capture  pcap (µs and ns, both byte orders) and pcapng, also compressed with gzip or zstd, of
           Ethernet, Linux cooked (v1, v2), PPP, BSD loopback or raw IP; VLAN, MPLS, PPPoE, GRE,
           VXLAN and IP in IP are looked through, and fragments put together. Read is each message
           over UDP, TCP or WebSocket, on any port, that begins with SIP/ and a digit, in any case,
           CRLFs before it aside; what begins so and is no status-line is reported, not passed
           over. So are the datagrams that ICMP errors quote and the bodies of type
           message/sipfrag. Not read are SCTP, TLS and compressed WebSocket messages. Records are
           numbered by the frame that completed them, as tshark does.

A line of more than 8192 octets is refused, whatever the policy.";

/// Octets that should be a status-line and what follows it.
pub(crate) struct Record<'a> {
    /// Counted from 1: the line in a text, the frame in a capture.
    pub(crate) number: u64,
    /// The name that came with it.
    pub(crate) name: Option<&'a str>,
    pub(crate) octets: &'a [u8],
    /// How many more octets follow that were not kept, since no reader would look at them.
    pub(crate) beyond: u64,
    /// From which packet it is.
    pub(crate) origin: Option<Origin>,
    /// Whether octets are missing behind these: the packet was captured in part.
    pub(crate) cut: bool,
    /// In what it was found.
    pub(crate) place: Place,
    /// How many octets of the file stand before it. Only carving tells.
    pub(crate) offset: Option<u64>,
}

impl<'a> Record<'a> {
    /// Octets that are all there is, from no packet.
    pub(crate) const fn new(number: u64, octets: &'a [u8]) -> Self {
        Self {
            number,
            name: None,
            octets,
            beyond: 0,
            origin: None,
            cut: false,
            place: Place::START,
            offset: None,
        }
    }

    /// What the parser says of it. `None` if what was captured is a good beginning and no more, so
    /// that there is nothing to say.
    pub(crate) fn read(&self, parser: Parser) -> Option<Result<Parsed<'a>, ParseError>> {
        if self.cut {
            parser.prefix(self.octets).transpose()
        } else {
            Some(parser.line(self.octets))
        }
    }

    /// The line that has the octet at `offset`, from the start of the record to its LF.
    pub(crate) fn line_around(&self, offset: usize) -> &'a [u8] {
        let from = self.octets.get(offset..).unwrap_or_default();
        let lf = from.iter().position(|octet| *octet == b'\n');
        lf.and_then(|lf| self.octets.get(..=offset + lf))
            .unwrap_or(self.octets)
    }
}

/// Who gets the records.
pub(crate) trait Sink {
    /// Takes a record. Says whether there was something to say of it.
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<bool>;

    /// Takes how many packets a capture had, what was passed over in it, and how many lines were cut
    /// off. Says whether it will report them; if not, they are reported at once.
    fn skipped(&mut self, packets: u64, skipped: &SkipCounts, cut: u64) -> bool {
        let _ = (packets, skipped, cut);
        false
    }

    /// Whether it took no record since it wants no more of them. Its error is no failure then.
    fn is_full(&self) -> bool {
        false
    }

    /// Takes the end of an input, of which so many octets were read.
    fn end(&mut self, octets: u64) {
        let _ = octets;
    }
}

/// How the files are read, besides what the arguments say that all share.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Whether the end of a file is waited at for more.
    pub(crate) follow: bool,
    /// Who finds the lines, if they may stand anywhere.
    pub(crate) carve: Option<Parser>,
    /// How many octets of a text line or raw file are kept.
    pub(crate) kept: u64,
}

impl Default for How {
    /// Keeps one octet more than any parser here looks at.
    fn default() -> Self {
        Self {
            follow: false,
            carve: None,
            kept: 8193,
        }
    }
}

/// Why reading a file ended early.
pub(crate) enum Failure {
    /// The file is the reason, so there may be others that do better.
    Input(io::Error),
    /// The results cannot be written, so there is no use in going on.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn invalid(message: &str) -> Self {
        Self::Input(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

/// How much is read of a file at a time.
const BUFFER: usize = 256 << 10;

/// The longest line of hex, which has to be in memory whole, and the most octets it can stand for.
const HEX_LINE: u64 = 16 << 20;

/// As much of a file as is looked at for the header of a table.
const HEADER: u64 = 4096;

impl Input {
    /// Width of the longest `source:record` that is likely.
    pub(crate) fn label_width(&self) -> usize {
        let source = self.sources().map(|(source, _)| source.chars().count());
        let name = if self.input == Format::Hex { 24 } else { 0 };
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

    /// Reads every file, whatever became of the one before, and says on standard error what is
    /// wrong with it.
    pub(crate) fn read(
        &self,
        how: How,
        output: &Output,
        sink: &mut dyn Sink,
    ) -> io::Result<Outcome> {
        if !how.follow {
            output.progress().start(self.len());
        }
        // Of a directory, nothing but whole files can be asked for.
        let whole = matches!(self.input, Format::Auto | Format::Raw);
        let of_files = whole && how.carve.is_none() && !how.follow;
        let mut outcome = Outcome::Good;
        for (source, path) in self.sources() {
            let mut reader = Reader {
                source: &source,
                sink,
                output,
                records: 0,
                outcome: Outcome::Good,
            };
            let read = match path {
                None => reader.open(io::stdin().lock(), Kind::Pipe, self.input, how),
                Some(path) if of_files && path.is_dir() => reader.directory(path, how.kept),
                Some(path) => open(path, how)
                    .map_err(Failure::Input)
                    .and_then(|(file, kind)| reader.open(file, kind, self.input, how)),
            };
            match read {
                Ok(()) => {}
                Err(Failure::Output(_)) if reader.sink.is_full() => {
                    outcome = outcome.max(reader.outcome);
                    break;
                }
                Err(Failure::Output(error)) => return Err(error),
                Err(Failure::Input(error)) => {
                    reader.outcome = Outcome::Trouble;
                    reader.say(format_args!("{error}"))?;
                }
            }
            outcome = outcome.max(reader.outcome);
        }
        output.progress().finish();
        Ok(outcome)
    }
}

/// Opens a file, and tells what it is.
fn open(path: &Path, how: How) -> io::Result<(File, Kind)> {
    let file = File::open(path)?;
    let kind = match (file.metadata()?.is_file(), how.follow) {
        (false, _) => Kind::Pipe,
        (true, false) => Kind::File,
        (true, true) => Kind::Growing,
    };
    Ok((file, kind))
}

/// Reads one file.
struct Reader<'a> {
    source: &'a str,
    sink: &'a mut dyn Sink,
    output: &'a Output,
    records: u64,
    outcome: Outcome,
}

impl Reader<'_> {
    fn open(
        &mut self,
        input: impl Read,
        kind: Kind,
        format: Format,
        how: How,
    ) -> Result<(), Failure> {
        let stream = Stream::new(input, kind, self.output.clone());
        let mut input = BufReader::with_capacity(BUFFER, stream);
        let read = match how.carve {
            Some(parser) => self.carve(&mut input, parser),
            None => self.read(&mut input, format, how.kept),
        };
        self.sink.end(input.get_ref().octets());
        read
    }

    /// Reads the `.sip` files of a directory in the order of their names.
    fn directory(&mut self, path: &Path, kept: u64) -> Result<(), Failure> {
        let entries = fs::read_dir(path).map_err(Failure::Input)?;
        let paths = entries.map(|entry| Ok(entry?.path()));
        let mut paths: Vec<_> = paths.collect::<io::Result<_>>().map_err(Failure::Input)?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "sip"));
        paths.sort();
        if paths.is_empty() {
            return Err(Failure::invalid("a directory without .sip files"));
        }
        let mut read = 0;
        for (number, path) in (1..).zip(&paths) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) => {
                    self.outcome = Outcome::Trouble;
                    self.tell(format_args!("{}: {error}", escape::text(name.as_bytes())))?;
                    continue;
                }
            };
            let mut input = Stream::new(file, Kind::File, self.output.clone());
            self.raw(&mut input, number, Some(&name), kept)?;
            read += input.octets();
        }
        self.sink.end(read);
        Ok(())
    }

    fn read(&mut self, mut input: impl BufRead, format: Format, kept: u64) -> Result<(), Failure> {
        // A pipe may give fewer octets at a time than a magic number has.
        let mut head = Vec::new();
        (&mut input)
            .take(4)
            .read_to_end(&mut head)
            .map_err(Failure::Input)?;
        if head.is_empty() {
            return self.tell(format_args!("empty, no records"));
        }
        let is_capture = sip_status_capture::is_magic(&head);
        let mut whole = Cursor::new(head).chain(input);
        match format {
            Format::Auto | Format::Capture if is_capture => return self.capture(whole),
            Format::Capture => return Err(Failure::invalid("neither pcap nor pcapng")),
            Format::Auto => {
                let mut first = Vec::new();
                (&mut whole)
                    .take(HEADER)
                    .read_until(b'\n', &mut first)
                    .map_err(Failure::Input)?;
                let is_table = Header::read(&first).is_some_and(|header| header.columns > 1);
                let whole = Cursor::new(first).chain(whole);
                if is_table {
                    self.tsv(whole)?;
                } else {
                    self.text(whole, kept)?;
                }
            }
            Format::Text => self.text(whole, kept)?,
            Format::Hex => self.hex(whole)?,
            Format::Tsv => self.tsv(whole)?,
            Format::Raw => self.raw(whole, 1, None, kept)?,
        }
        if self.records == 0 {
            self.tell(format_args!("blank, no records"))?;
        }
        Ok(())
    }

    fn carve(&mut self, input: impl Read, parser: Parser) -> Result<(), Failure> {
        carve::read(input, parser, &mut |offset, line| {
            self.record(&Record {
                place: Place::Carved,
                offset: Some(offset),
                ..Record::new(self.records + 1, line)
            })
        })?;
        if self.records == 0 {
            self.tell(format_args!("no status-line in it"))?;
        }
        Ok(())
    }

    fn text(&mut self, mut input: impl BufRead, kept: u64) -> Result<(), Failure> {
        let mut line = Vec::new();
        for number in 1.. {
            let Some(beyond) = read_line(&mut input, kept, &mut line)? else {
                break;
            };
            if matches!(line.as_slice(), b"\n" | b"\r\n") {
                continue;
            }
            self.record(&Record {
                beyond,
                ..Record::new(number, &line)
            })?;
        }
        Ok(())
    }

    fn hex(&mut self, mut input: impl BufRead) -> Result<(), Failure> {
        let mut line = Vec::new();
        let mut octets = Vec::new();
        for number in 1.. {
            let Some(beyond) = read_line(&mut input, HEX_LINE, &mut line)? else {
                break;
            };
            let text = line.trim_ascii_end();
            if text.is_empty() || text.starts_with(b"#") {
                continue;
            }
            let cells = line.strip_suffix(b"\n").unwrap_or(&line);
            let cells = cells.strip_suffix(b"\r").unwrap_or(cells);
            let (name, digits) = match cells.iter().position(|octet| *octet == b'\t') {
                Some(tab) => (cells.get(..tab), cells.get(tab + 1..)),
                None => (None, Some(cells)),
            };
            let digits = digits.filter(|_| beyond == 0);
            self.hex_record(number, name, digits, text, &mut octets)?;
        }
        Ok(())
    }

    fn tsv(&mut self, mut input: impl BufRead) -> Result<(), Failure> {
        let mut line = Vec::new();
        let mut octets = Vec::new();
        read_line(&mut input, HEX_LINE, &mut line)?;
        let Some(header) = Header::read(&line) else {
            return Err(Failure::invalid("no column of its header is named hex"));
        };
        for number in 2.. {
            let Some(beyond) = read_line(&mut input, HEX_LINE, &mut line)? else {
                break;
            };
            let text = line.trim_ascii_end();
            if text.is_empty() {
                continue;
            }
            let cell = |at| text.split(|octet| *octet == b'\t').nth(at);
            let digits = cell(header.hex).filter(|_| beyond == 0);
            let name = header.name.and_then(cell);
            self.hex_record(number, name, digits, text, &mut octets)?;
        }
        Ok(())
    }

    /// Takes the record that is written in hex on that line, or says that it is not.
    fn hex_record(
        &mut self,
        number: u64,
        name: Option<&[u8]>,
        digits: Option<&[u8]>,
        line: &[u8],
        octets: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        if !digits.is_some_and(|digits| decode_hex(digits, octets)) {
            self.outcome = self.outcome.max(Outcome::Findings);
            self.records += 1;
            let shown = escape::excerpt(line, 60);
            return self.tell(format_args!("line {number} is not hex: {shown}"));
        }
        let name = String::from_utf8_lossy(name.unwrap_or_default());
        self.record(&Record {
            name: (!name.is_empty()).then_some(&name),
            ..Record::new(number, octets)
        })
    }

    fn raw(
        &mut self,
        mut input: impl Read,
        number: u64,
        name: Option<&str>,
        kept: u64,
    ) -> Result<(), Failure> {
        let mut octets = Vec::new();
        let read = (&mut input).take(kept).read_to_end(&mut octets);
        read.map_err(Failure::Input)?;
        let beyond = io::copy(&mut input, &mut io::sink()).map_err(Failure::Input)?;
        self.record(&Record {
            name,
            beyond,
            ..Record::new(number, &octets)
        })
    }

    fn capture(&mut self, input: impl Read) -> Result<(), Failure> {
        let mut cut = 0;
        let read = CaptureReader::new().read(input, |message| {
            self.records += 1;
            let said = self.sink.record(
                self.source,
                &Record {
                    number: message.frame,
                    name: None,
                    octets: message.octets,
                    beyond: message.beyond,
                    origin: Some(message.origin),
                    cut: message.cut,
                    place: Place::Captured(message.place),
                    offset: None,
                },
            )?;
            cut += u64::from(!said);
            Ok(())
        });
        let report = read.map_err(Failure::Output)?;
        if !self.sink.skipped(report.packets, &report.skipped, cut) {
            self.notes(&report.skipped, cut)?;
        }
        match report.end {
            Ok(()) => Ok(()),
            Err(Error::Input(error)) => Err(Failure::Input(error)),
            Err(error) if error.is_capture() => {
                self.outcome = self.outcome.max(Outcome::Findings);
                self.tell(format_args!("{error}"))
            }
            Err(error) => Err(Failure::invalid(&error.to_string())),
        }
    }

    /// Reports what was passed over in a capture.
    fn notes(&mut self, skipped: &SkipCounts, cut: u64) -> Result<(), Failure> {
        if cut > 0 {
            self.tell(format_args!("lines cut off, neither good nor bad: {cut}"))?;
        }
        for (kind, count) in skipped.iter() {
            self.tell(format_args!("{kind}: {count}"))?;
        }
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Failure> {
        self.record_said(record).map(drop)
    }

    fn record_said(&mut self, record: &Record<'_>) -> Result<bool, Failure> {
        self.records += 1;
        self.sink
            .record(self.source, record)
            .map_err(Failure::Output)
    }

    fn tell(&mut self, message: fmt::Arguments<'_>) -> Result<(), Failure> {
        self.say(message).map_err(Failure::Output)
    }

    fn say(&mut self, message: fmt::Arguments<'_>) -> io::Result<()> {
        self.output.clone().flush()?;
        let source = escape::text(self.source.as_bytes());
        let progress = self.output.progress();
        progress.suspend(|| say(format_args!("{source}: {message}")));
        Ok(())
    }
}

/// Reads a line and its LF into `line`, and no more than `kept` octets of it. Says how many were
/// left out, or `None` at the end of the input.
fn read_line(
    input: &mut impl BufRead,
    kept: u64,
    line: &mut Vec<u8>,
) -> Result<Option<u64>, Failure> {
    line.clear();
    let read = input
        .take(kept)
        .read_until(b'\n', line)
        .map_err(Failure::Input)?;
    if read == 0 {
        return Ok(None);
    }
    if line.ends_with(b"\n") || (read as u64) < kept {
        return Ok(Some(0));
    }
    let skipped = input.skip_until(b'\n').map_err(Failure::Input)?;
    Ok(Some(skipped as u64))
}

/// The header of a table: where its columns of interest are.
struct Header {
    columns: usize,
    hex: usize,
    name: Option<usize>,
}

impl Header {
    fn read(line: &[u8]) -> Option<Self> {
        let cells: Vec<_> = line
            .trim_ascii_end()
            .split(|octet| *octet == b'\t')
            .collect();
        Some(Self {
            columns: cells.len(),
            hex: cells.iter().position(|cell| *cell == b"hex")?,
            name: cells
                .iter()
                .position(|cell| matches!(*cell, b"probe" | b"name")),
        })
    }
}

/// The octets behind hexadecimal digits.
pub(crate) fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    decode_hex(digits, &mut octets).then_some(octets)
}

/// Decodes runs with `+` between them, each of pairs of hexadecimal digits, blanks aside, and how
/// many times they come: `5349+41*3` is `SIAAA`. Says whether that is all there was.
fn decode_hex(digits: &[u8], octets: &mut Vec<u8>) -> bool {
    octets.clear();
    digits
        .split(|octet| *octet == b'+')
        .all(|run| decode_run(run, octets).is_some())
}

fn decode_run(run: &[u8], octets: &mut Vec<u8>) -> Option<()> {
    let mut parts = run.splitn(2, |octet| *octet == b'*');
    let start = octets.len();
    let mut high = None;
    for octet in parts.next()?.iter().filter(|octet| **octet != b' ') {
        let digit = u8::try_from(char::from(*octet).to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit << 4),
            Some(high) => octets.push(high | digit),
        }
    }
    if high.is_some() {
        return None;
    }
    if let Some(times) = parts.next() {
        let times: usize = core::str::from_utf8(times).ok()?.parse().ok()?;
        let len = (octets.len() - start).checked_mul(times)?;
        if len as u64 > HEX_LINE {
            return None;
        }
        let run = octets.split_off(start);
        octets.extend(run.iter().cycle().take(len));
    }
    (octets.len() as u64 <= HEX_LINE).then_some(())
}
