//! `sip-status generate`: lines, good and bad, each with a label that says what is wrong with it.

mod response;

use core::fmt::Write as _;
use core::iter;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use etherparse::PacketBuilder;
use serde::Serialize;
use sip_status_lab::Ascii;
use sip_status_lab::specimen::{Answer, Family, Recipe, Refusal, Specimen, Specimens};
use sip_status_line::{Deviations, ErrorKind, Parser, StatusCode, registry};

use crate::outcome::{CommandError, CommandResult, Outcome};
use crate::output::escape::{Hex, text};
use crate::output::json::{JsonString, write_json};
use crate::output::terminal::{self, say};
use response::{METHODS, may_answer, response};
use sip_status_decode::deviation_names;

const GENERATE_EXAMPLES: &str = "\
Examples:
  sip-status generate                                    a hundred of every kind, in hex
  sip-status generate --family control,smuggling --count 1000 --format json
  sip-status generate --deviation spacing,bare_lf --format raw --count 1 | ./my-parser
  sip-status generate --fault code --code 200 --format pcap --output code.pcap
  sip-status generate --valid --seed 7 --format files --output responses/
  sip-status generate --for INVITE --format pcap --output invite.pcap
  sip-status generate --family overflow | sip-status check --input hex

The same options give the same octets, on every machine; 0.1.0 was the last version that changed
them.";

const LONG: &str = "\
Families:
  valid       the line that encode writes for a code
  phrase      any legal phrase
  deviations  at least one deviation, in any combination that one line can have
  fault       one fault of any kind, at any place where it can stand
  length      about as long as --max-len allows, or longer
  overflow    numbers that wrap to a code, have a sign, or do not end
  lookalike   digits, letters and blanks of Unicode; invisible characters in the phrase
  control     a control octet at any place
  smuggling   a second line or a header after what may be taken for a line ending
  truncation  a line that stops at any of its octets

Formats:
  hex    A comment that says what is wrong, and below it a name, a tab and the octets in hex, as
         check --input hex reads them.
  raw    The octets and nothing else, one line after another.
  json   An object for each line: number, max_len, octets (in hex), text (escaped), family,
         deviations, departures, fault, and what each policy has to answer: strict, interop, observe.
         Each of these has code, reason_hex, deviations and rest_len, or error.
  files  A directory of SIP responses, one datagram in each file, with the names of hex.
  pcap   The same responses as a capture, from 192.0.2.1:5060 to 192.0.2.2:5060 over UDP.

A response has the headers that every response copies from its request, and those that its code must,
should or may have in a response to such a request: the challenge of a 401, the Allow of a 405. What
they say is always the same but for the number in branch and Call-ID, and the method of the request in
CSeq: one that the code may answer, each in its turn, or that of --for. sip-status explain CODE shows
the RFC and section of each header and method. Conditions that a request sets do not hold: nothing is
sent reliably, by a fork, or because of SIPS. A line whose code is wrong, or comes after the fault, has
only the headers copied from the request.

The headers replace what follows the line, except in the family smuggling, where what follows is the
point; if that has an empty line, no header is added. A line that stops early is sent alone.";

/// Write test lines, good and bad, that say what is wrong with them
#[derive(clap::Args)]
#[command(after_help = GENERATE_EXAMPLES, after_long_help = format!("{LONG}\n\n{GENERATE_EXAMPLES}"))]
pub(crate) struct GenerateArgs {
    /// Seed of the random choices: the same seed gives the same lines
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Number of lines
    #[arg(long, value_name = "N", default_value_t = 100)]
    count: u64,

    /// Only lines of these families
    #[arg(long, value_name = "FAMILY", value_delimiter = ',', value_parser = family())]
    family: Vec<Family>,

    /// Only lines with exactly these deviations, and no fault unless --fault asks for one
    #[arg(long, value_name = "NAME", value_delimiter = ',', ignore_case = true,
        value_parser = deviation())]
    deviation: Vec<Deviations>,

    /// Only lines with a fault of this kind, and no deviations unless --deviation asks for them
    #[arg(long, value_name = "KIND", value_parser = fault())]
    fault: Option<ErrorKind>,

    /// Only lines without deviations and without a fault
    #[arg(long, conflicts_with_all = ["deviation", "fault"])]
    valid: bool,

    /// After each line, write it again cut at each of its octets
    #[arg(long)]
    truncate: bool,

    /// Only this code
    #[arg(long)]
    code: Option<StatusCode>,

    /// Only codes that may answer a request of this method, which is that of every response
    #[arg(long = "for", value_name = "METHOD", ignore_case = true,
        value_parser = PossibleValuesParser::new(METHODS))]
    method: Option<String>,

    /// Length limit, in octets, that lines of the family length nearly reach or exceed
    #[arg(long, value_name = "N", default_value_t = 8192)]
    max_len: usize,

    /// Output format
    #[arg(long, value_enum, default_value_t = GenerateFormat::Hex)]
    format: GenerateFormat,

    /// File to write instead of standard output; with --format files, a directory without .sip files
    #[arg(long, short, value_name = "PATH", required_if_eq("format", "files"))]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GenerateFormat {
    /// What is wrong and the octets in hex, for `check --input hex`
    Hex,
    /// The octets and nothing else
    Raw,
    /// An object for each line
    Json,
    /// A directory of SIP responses, one datagram in each file
    Files,
    /// A packet capture of SIP responses
    Pcap,
}

fn family() -> impl TypedValueParser<Value = Family> {
    PossibleValuesParser::new(Family::ALL.iter().map(|family| family.name()))
        .try_map(|name| name.parse())
}

fn deviation() -> impl TypedValueParser<Value = Deviations> {
    PossibleValuesParser::new(deviation_names(Deviations::all()))
        .map(|name| Deviations::from_name(&name.to_ascii_uppercase()).unwrap_or_default())
}

fn fault() -> impl TypedValueParser<Value = ErrorKind> {
    PossibleValuesParser::new(ErrorKind::ALL.iter().map(|kind| kind.name()))
        .try_map(|name| name.parse::<ErrorKind>())
}

impl GenerateArgs {
    fn recipe(&self) -> Recipe {
        let mut recipe = Recipe::new().with_max_len(self.max_len);
        for family in &self.family {
            recipe = recipe.family(*family);
        }
        if let Some(code) = self.code {
            recipe = recipe.code(code);
        }
        if self.valid || self.fault.is_some() || !self.deviation.is_empty() {
            let deviations = self.deviation.iter().copied().collect();
            recipe = recipe.exactly(deviations, self.fault);
        }
        recipe
    }
}

pub(crate) fn run(args: &GenerateArgs) -> CommandResult {
    args.check()?;
    let specimens = match args.recipe().specimens(args.seed) {
        Ok(specimens) => specimens,
        Err(contradiction) => {
            say(format_args!("{contradiction}"));
            return Ok(Outcome::Trouble);
        }
    };
    let specimens = args.numbered(specimens);
    let (out, _) = terminal::stdout();
    let progress = out.progress().clone();
    progress.start_lines(args.count);
    let advance = || progress.advance(1);
    let is_file = |path: &&PathBuf| path.as_os_str() != "-" || args.format == GenerateFormat::Files;
    let written = match (args.output.as_ref().filter(is_file), args.format) {
        (None, GenerateFormat::Raw | GenerateFormat::Pcap) if io::stdout().is_terminal() => {
            say(format_args!(
                "--format raw and pcap are not for a terminal, which obeys octets: use --output or another --format"
            ));
            return Ok(Outcome::Trouble);
        }
        (None, _) => {
            args.write(specimens, out, advance)?;
            return Ok(Outcome::Good);
        }
        (Some(path), GenerateFormat::Files) => args.write_files(specimens, path, advance),
        (Some(path), _) => File::create(path)
            .and_then(|file| args.write(specimens, BufWriter::new(file), advance))
            .map_err(|error| (path.clone(), error)),
    };
    progress.finish();
    match written {
        Ok(()) => Ok(Outcome::Good),
        Err((path, error)) => {
            let path = path.as_os_str().as_encoded_bytes();
            say(format_args!("{}: {error}", text(path)));
            Ok(Outcome::Trouble)
        }
    }
}

impl GenerateArgs {
    /// Refuses what would never end.
    fn check(&self) -> Result<(), CommandError> {
        let (Some(code), Some(method)) = (self.code, self.method()) else {
            return Ok(());
        };
        let claim = registry::methods(code);
        if claim.answer.contain(method) {
            return Ok(());
        }
        let (methods, source) = (claim.answer.meaning(), claim.source);
        Err(CommandError::Usage(format!(
            "{code} answers {methods} ({source}), not {method}"
        )))
    }

    /// That of `--for`, in the case in which it is sent.
    fn method(&self) -> Option<&'static str> {
        let asked = self.method.as_ref()?;
        let mut methods = METHODS.into_iter();
        methods.find(|method| method.eq_ignore_ascii_case(asked))
    }

    /// As many as are wanted, with their numbers.
    fn numbered(&self, specimens: Specimens) -> impl Iterator<Item = (u64, Specimen)> {
        let method = self.method();
        let specimens = specimens
            .filter(move |specimen| method.is_none_or(|method| may_answer(specimen, method)));
        let specimens = specimens.flat_map(|specimen| {
            let truncations = self.truncate.then(|| specimen.clone().truncations());
            iter::once(specimen).chain(truncations.into_iter().flatten())
        });
        (1..=self.count).zip(specimens)
    }

    fn write(
        &self,
        specimens: impl Iterator<Item = (u64, Specimen)>,
        mut out: impl Write,
        advance: impl Fn(),
    ) -> io::Result<()> {
        if self.format == GenerateFormat::Pcap {
            // Little-endian, microseconds, version 2.4, of Ethernet.
            for field in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, 1] {
                out.write_all(&u32::to_le_bytes(field))?;
            }
        }
        let mut buffer = Vec::new();
        for (number, specimen) in specimens {
            buffer.clear();
            match self.format {
                GenerateFormat::Hex => {
                    let name = self.name(number, &specimen);
                    let octets = Hex(specimen.octets());
                    writeln!(buffer, "# {specimen}\n{name}\t{octets}")?;
                }
                GenerateFormat::Raw | GenerateFormat::Files => buffer.extend(specimen.octets()),
                GenerateFormat::Json => {
                    write_json(&Label::new(number, &specimen, self.max_len), &mut buffer)?;
                }
                GenerateFormat::Pcap => {
                    let response = response(number, &specimen, self.method());
                    write_packet(number, &response, &mut buffer)?;
                }
            }
            out.write_all(&buffer)?;
            advance();
        }
        out.flush()
    }

    fn write_files(
        &self,
        specimens: impl Iterator<Item = (u64, Specimen)>,
        directory: &Path,
        advance: impl Fn(),
    ) -> Result<(), (PathBuf, io::Error)> {
        prepare_directory(directory).map_err(|error| (directory.to_owned(), error))?;
        for (number, specimen) in specimens {
            let name = self.name(number, &specimen);
            let path = directory.join(name + ".sip");
            let response = response(number, &specimen, self.method());
            advance();
            fs::write(&path, response).map_err(|error| (path, error))?;
        }
        Ok(())
    }

    /// What a specimen is, in characters that any file system takes:
    /// `017-control-spacing-reason-at-14`.
    fn name(&self, number: u64, specimen: &Specimen) -> String {
        let width = self.count.to_string().len();
        let mut name = format!("{number:0width$}-{}", specimen.family());
        for (deviation, _) in specimen.deviations().iter_names() {
            name.push('-');
            name.push_str(&deviation.to_ascii_lowercase());
        }
        if let Some(fault) = specimen.fault() {
            // Writing to a string does not fail.
            let _ = write!(name, "-{}-at-{}", fault.kind, fault.offset);
        }
        name
    }
}

/// Makes a directory. Fails if it exists and has .sip files, with which those to come would be mixed
/// up.
fn prepare_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for entry in fs::read_dir(directory)? {
        if entry?.path().extension().is_some_and(|end| end == "sip") {
            let message = "has .sip files already; choose a directory without";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    Ok(())
}

/// A packet as a record of a capture, a millisecond after the one before.
fn write_packet(number: u64, payload: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    let (server, client) = ([192, 0, 2, 1], [192, 0, 2, 2]);
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
        .ipv4(server, client, 64)
        .udp(5060, 5060);
    let len = builder.size(payload.len()) as u64;
    let seconds = 1_700_000_000 + number / 1000;
    for field in [seconds, number % 1000 * 1000, len, len] {
        let field = u32::try_from(field).map_err(io::Error::other)?;
        out.extend(field.to_le_bytes());
    }
    builder.write(out, payload).map_err(io::Error::other)
}

/// A specimen and what is known of it, as JSON has them.
#[derive(Serialize)]
struct Label<'a> {
    number: u64,
    max_len: usize,
    octets: JsonString<Hex<'a>>,
    text: JsonString<Ascii<'a>>,
    family: &'static str,
    deviations: Vec<&'static str>,
    departures: Vec<String>,
    fault: Option<FaultObject>,
    strict: AnswerObject<'a>,
    interop: AnswerObject<'a>,
    observe: AnswerObject<'a>,
}

/// What a policy has to answer.
#[derive(Serialize)]
struct AnswerObject<'a> {
    code: Option<u16>,
    reason_hex: Option<JsonString<Hex<'a>>>,
    deviations: Vec<&'static str>,
    rest_len: Option<usize>,
    error: Option<FaultObject>,
}

/// Why and where a specimen is refused.
#[derive(Serialize)]
struct FaultObject {
    kind: &'static str,
    offset: usize,
    code: Option<u16>,
}

impl<'a> Label<'a> {
    fn new(number: u64, specimen: &'a Specimen, max_len: usize) -> Self {
        let answer =
            |policy: Parser| AnswerObject::new(specimen.line(&policy.with_max_len(max_len)));
        let departures = specimen.departures().iter();
        Self {
            number,
            max_len,
            octets: JsonString(Hex(specimen.octets())),
            text: JsonString(Ascii(specimen.octets())),
            family: specimen.family().name(),
            deviations: deviation_names(specimen.deviations()),
            departures: departures.map(ToString::to_string).collect(),
            fault: specimen.fault().map(FaultObject::new),
            strict: answer(Parser::STRICT),
            interop: answer(Parser::INTEROP),
            observe: answer(Parser::OBSERVE),
        }
    }
}

impl<'a> AnswerObject<'a> {
    fn new(answer: Answer<'a>) -> Self {
        let acceptance = answer.acceptance();
        Self {
            code: acceptance.map(|line| line.code.get()),
            reason_hex: acceptance.map(|line| JsonString(Hex(line.phrase))),
            deviations: acceptance.map_or_else(Vec::new, |line| deviation_names(line.deviations)),
            rest_len: acceptance.map(|line| line.rest.len()),
            error: answer.refusal().map(FaultObject::new),
        }
    }
}

impl FaultObject {
    fn new(refusal: Refusal) -> Self {
        Self {
            kind: refusal.kind.name(),
            offset: refusal.offset,
            code: refusal.code.map(StatusCode::get),
        }
    }
}
