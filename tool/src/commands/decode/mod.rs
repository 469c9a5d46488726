//! `sip-status decode`: every response, and what it says.

mod bounded;
mod calls;
mod fields;
mod groups;
mod invites;
mod page;
mod summary;
mod table;
mod transactions;

use core::fmt;
use core::num::NonZeroUsize;
use std::io::{self, Write};
use std::thread;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use sip_status_decode::{
    FILTER_HELP, Field, Filter, Filters, HeaderChoice, Record, Repeats, Response,
};
use sip_status_line::Parser;

use crate::input::files::{INPUT_HELP, Input, ReadOptions};
use crate::input::sink::{Part, Reply, Sink, SourceReport};
use crate::input::text::LineChoice;
use crate::interrupt;
use crate::outcome::{CommandError, CommandResult, Outcome};
use crate::output::terminal::{self, Output, Styles, say};
use crate::policy::Policy;
use calls::{CallFormat, CallTable, Calls};
use fields::FieldList;
use groups::GroupKey;
use page::Page;
use summary::ResponseSummary;
use table::ResponseTable;

const DECODE_EXAMPLES: &str = "\
Examples:
  sip-status decode call.pcapng                      every status-line of a capture
  sip-status decode --calls call.pcapng              who called whom, what came of it, how fast
  sip-status decode --summary *.pcap                 how many of each, and what is odd
  sip-status decode --summary --by minute *.pcap     what fails when; or by src, dst, method, code
  sip-status decode --filter class=5 --filter class=6 call.pcap
  sip-status decode --filter 'deviation=any,address=192.0.2.1' call.pcap
  sip-status decode *.pcap --format csv --fields time,src,code,call_id --filter class=5
  tcpdump -U -w - port 5060 | sip-status decode      what passes by, as it does
  sip-status decode --follow /var/log/sip.log        what is being written
  sip-status decode --carve memory.dump              lines anywhere in any file
  sip-status decode --input hex probes.tsv --policy strict

A line that is refused shows why, at which octet, and how it begins; the exit code is 1 then, unless
a filter leaves that line out. A table fits the terminal, else the columns in COLUMNS: it cuts the
phrase with … and escapes what a terminal would obey; JSON has all of it. Times in a table are those
of the day, in UTC. An empty file is reported but is not an error.";

/// What `--help` says of the output, besides the above.
const OUTPUT_HELP: &str = "\
JSON, an object a line:
  source, record, name        where it was found; the name if the input gives one
  code, class                 486, client-error
  reason, reason_hex          the phrase as text; its octets, if they are no UTF-8 or --fields asks
                              for them
  registered, phrase_match    whether IANA lists the code; how the phrase stands to it: exact, case,
                              alias, empty, custom or unregistered
  deviations                  names of the deviations
  rest_len                    how many octets follow the line; null if it was carved
  error                       null, or kind, offset, message, code; then code to rest_len are null
                              and deviations is empty
  time, src, dst, transport   in a capture: seconds of the epoch, socket addresses, and udp, tcp, ws
                              or sctp
  stream                      the number of the TCP connection in the capture, from 0
  where                       start: of a message or record; quoted: in an ICMP error; sipfrag: in
                              the body of a NOTIFY about a transfer; carved
  offset                      how many octets of the file come before a carved line
  call_id, method, cseq       of a message in a capture: its Call-ID, and the method and number of
                              its CSeq; of a line of text, whose message is not read, null
  repeated                    whether the same response was captured before
  sender                      only if --fields asks for it: the Server of the message, else its
                              User-Agent

CSV has the same in the same order, under a header line. The error is four columns, and deviations
have \"; \" between them. Texts have controls and backslashes escaped, and their first octet if a
spreadsheet would take what it begins for a formula: =, +, - or @, which become \\x3d, \\x2b, \\x2d
and \\x40.

Calls, a row a transaction between two elements: a request and the responses that have its branch,
Call-ID and CSeq; a message without Via, Call-ID or CSeq is of none, and counted. FIRST and FINAL
are the seconds from the request to the first provisional and to the first final response; where the
request is not in the capture, they count from the first response and have > before them. RESPONSES
are the codes in their order; +2 after them says that two messages were captured again. A row is
written when its transaction is over: 32 seconds after the last message if there was a final
response, else after three minutes. Of more than 16,384 open ones, the oldest is written and given
up. JSON and CSV have source and record of the first message, time, client, server, transport,
call_id, method, cseq, request (whether it was captured), codes, provisional and final (seconds) and
repeats.

Summary: counts by class and code, by phrase if it is not the registered one, by deviation, by kind
of error, by sender (odd are lines that are refused or have deviations); and what was read, what was
not, and why. A call is a Call-ID with an INVITE; it is answered if a 2xx to that was captured. With
--by, also the responses of each class by sender, receiver, method, minute or code. Of phrases and
senders, a page has the ten most frequent; JSON, one object, has up to 1024 of each, and counts the
rest in other_phrases and other_senders.

Several files are read side by side, unless one of them is a pipe, and what is written is the same
in the same order. Only --calls reads them one after another, since a call may go on in the next
file. Whether a response is repeated is asked within its file.

A pipe is read as it comes, with --follow or without, and is at its end when its writer is. A
file that is followed is read from its start again if it is truncated or replaced. An interrupt ends
what is followed, and a summary is shown then. If the input is a pipe that stays open and silent, it
takes a second interrupt, and there is no summary.";

/// Read status-lines from text, hex or packet captures
#[derive(clap::Args)]
#[command(
    after_help = DECODE_EXAMPLES,
    after_long_help = format!("{INPUT_HELP}\n\n{}\n\n{OUTPUT_HELP}\n\n{DECODE_EXAMPLES}", FILTER_HELP)
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct DecodeArgs {
    #[command(flatten)]
    input: Input,

    /// Which deviations from the grammar to accept
    #[arg(long, value_enum, default_value_t = Policy::Observe)]
    policy: Policy,

    /// How to show what was read
    #[arg(long, value_enum, default_value_t = DecodeFormat::Table)]
    format: DecodeFormat,

    /// Count instead of list: a page with bars, or with --format json one object
    #[arg(long)]
    summary: bool,

    /// Break the summary down by this
    #[arg(long, value_name = "KEY", value_enum, requires = "summary")]
    by: Option<GroupKey>,

    /// List transactions instead of responses: who, method, codes, time to the answer, repeats
    #[arg(long, conflicts_with_all = ["summary", "carve"])]
    calls: bool,

    /// The fields of JSON or CSV, in the order in which they are to come
    #[arg(
        long,
        value_name = "FIELD,…",
        value_parser = field_parser(),
        value_delimiter = ',',
        hide_possible_values = true
    )]
    fields: Vec<Field>,

    /// Only records for which it holds, as class=5 or code=486,src=192.0.2.1; of several, any one
    #[arg(long, value_name = "KEY=VALUE,…", value_parser = clap::value_parser!(Filter))]
    filter: Vec<Filter>,

    /// How many files to read side by side; all cores unless told otherwise
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Wait at the end of the file for more, until interrupted; a summary comes then
    #[arg(long)]
    follow: bool,

    /// Find every status-line anywhere in a file of any kind, with its offset
    #[arg(long, conflicts_with = "input")]
    carve: bool,
}

/// Reads the name of a field.
fn field_parser() -> impl TypedValueParser<Value = Field> {
    let names = Field::ALL.iter().map(|field| field.name());
    PossibleValuesParser::new(names)
        .try_map(|name| Field::from_name(&name).ok_or_else(|| format!("no field {name}")))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DecodeFormat {
    /// For people
    Table,
    /// An object a line
    Json,
    /// With a header
    Csv,
}

pub(crate) fn run(args: &DecodeArgs) -> CommandResult {
    if args.summary && args.format == DecodeFormat::Csv {
        let message = "a summary is a page or JSON, not CSV";
        return Err(CommandError::Usage(message.to_owned()));
    }
    if !args.fields.is_empty() && (args.summary || args.calls || args.format == DecodeFormat::Table)
    {
        let message = "fields can be chosen for responses in --format json and --format csv";
        return Err(CommandError::Usage(message.to_owned()));
    }
    if args.follow && !args.input.is_one() {
        let message = "no more than one file can be followed";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let (output, styles) = terminal::stdout();
    let settings = Settings::new(args, styles);
    if args.follow && args.summary {
        interrupt::end_input_on_interrupt();
    }
    let options = ReadOptions {
        follow: args.follow,
        carve: args.carve.then_some(settings.parser),
        requests: args.calls || args.summary,
        ..ReadOptions::new(LineChoice::StartLines)
    };
    if args.calls {
        return calls(&settings, options, &output);
    }
    let summary = ResponseSummary::new(args.by);
    let begin = |output| Decoder::new(&settings, Listing::new(&settings, &summary), output);
    let mut out = output.clone();
    if args.format == DecodeFormat::Csv {
        let mut header = Vec::new();
        settings.fields.write_csv_header(&mut header)?;
        out.write_all(&header)?;
    }
    let mut tally = ResponseTally::default();
    let mut joined = summary.apart();
    let mut join = |total: DecodeTotal| {
        tally.join(&total.tally);
        if let Some(summary) = total.summary {
            joined.join(*summary);
        }
    };
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok());
    let jobs = jobs.unwrap_or(NonZeroUsize::MIN);
    let outcome = args
        .input
        .read_apart(options, jobs, &output, &begin, &mut join)?;
    if args.summary {
        let report = joined.report();
        let mut text = Vec::new();
        match args.format {
            DecodeFormat::Json => report.write_json(&mut text)?,
            _ => Page::new(styles, terminal::page_width()).write(&report, &mut text)?,
        }
        out.write_all(&text)?;
    }
    out.flush()?;
    if !args.summary && args.format == DecodeFormat::Table {
        say(&tally);
    }
    Ok(tally.outcome().max(outcome))
}

/// Lists transactions. Those of all files have one list, for a call may go on in the next file.
fn calls(settings: &Settings<'_>, options: ReadOptions, output: &Output) -> CommandResult {
    let args = settings.args;
    let format = match args.format {
        DecodeFormat::Table => {
            CallFormat::Table(CallTable::new(settings.styles, terminal::width()))
        }
        DecodeFormat::Json => CallFormat::Json,
        DecodeFormat::Csv => CallFormat::Csv,
    };
    let calls = Calls::new(format, args.filter.is_empty());
    let mut row = Vec::new();
    calls.write_heading(&mut row)?;
    let mut out = output.clone();
    out.write_all(&row)?;
    let mut decoder = Decoder::new(settings, Listing::Calls(Box::new(calls)), output.clone());
    let outcome = args.input.read(options, output, &mut decoder)?;
    let outcome = decoder.tally.outcome().max(outcome);
    if let Listing::Calls(mut calls) = decoder.listing {
        row.clear();
        calls.finish(&mut row)?;
        out.write_all(&row)?;
        out.flush()?;
        for (what, count) in calls.notes() {
            say(format_args!("{what}: {count}"));
        }
    }
    Ok(outcome)
}

/// What holds for all files.
struct Settings<'a> {
    args: &'a DecodeArgs,
    styles: Styles,
    parser: Parser,
    fields: FieldList,
    filters: Filters,
    /// Whether anything is to be said of repeats.
    are_repeats_wanted: bool,
    headers: HeaderChoice,
}

impl<'a> Settings<'a> {
    fn new(args: &'a DecodeArgs, styles: Styles) -> Self {
        let fields = FieldList::new(&args.fields);
        let filters: Filters = args.filter.iter().cloned().collect();
        let is_list = !args.summary && !args.calls;
        let is_table = args.format == DecodeFormat::Table;
        let are_repeats_wanted =
            is_list && (is_table || fields.have_repeats()) || filters.are_about_repeats();
        let shown = if args.summary {
            HeaderChoice::All
        } else if is_table || args.calls {
            HeaderChoice::Transaction
        } else {
            HeaderChoice::None
        };
        Self {
            args,
            styles,
            parser: args.policy.into(),
            are_repeats_wanted,
            headers: shown.max(fields.headers()).max(filters.headers()),
            fields,
            filters,
        }
    }
}

/// The responses of a file, or of all files that are listed as one.
struct Decoder<'a> {
    settings: &'a Settings<'a>,
    out: Output,
    listing: Listing<'a>,
    /// If anything is to be said of them.
    repeats: Option<Repeats>,
    /// What is being written, so that it is handed on whole.
    row: Vec<u8>,
    tally: ResponseTally,
}

/// What becomes of the responses.
enum Listing<'a> {
    Table(ResponseTable),
    Json(&'a FieldList),
    Csv(&'a FieldList),
    Summary(Box<ResponseSummary>),
    Calls(Box<Calls>),
}

impl<'a> Listing<'a> {
    /// Of one file.
    fn new(settings: &'a Settings<'a>, summary: &ResponseSummary) -> Self {
        let args = settings.args;
        match args.format {
            _ if args.summary => Self::Summary(Box::new(summary.apart())),
            DecodeFormat::Table => {
                let label = args.input.label_width();
                Self::Table(ResponseTable::new(
                    settings.styles,
                    terminal::width(),
                    label,
                ))
            }
            DecodeFormat::Json => Self::Json(&settings.fields),
            DecodeFormat::Csv => Self::Csv(&settings.fields),
        }
    }
}

/// What the responses of a file come to.
struct DecodeTotal {
    tally: ResponseTally,
    /// If that was asked for.
    summary: Option<Box<ResponseSummary>>,
}

#[derive(Default)]
struct ResponseTally {
    accepted: u64,
    deviating: u64,
    refused: u64,
}

impl ResponseTally {
    fn join(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.deviating += other.deviating;
        self.refused += other.refused;
    }

    fn outcome(&self) -> Outcome {
        if self.refused > 0 {
            Outcome::Findings
        } else {
            Outcome::Good
        }
    }
}

impl fmt::Display for ResponseTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            accepted,
            deviating,
            refused,
        } = self;
        write!(
            f,
            "{accepted} accepted ({deviating} with deviations), {refused} refused"
        )
    }
}

impl Sink for Decoder<'_> {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        let Some(parsed) = record.parse(self.settings.parser) else {
            return Ok(Reply::CutOff);
        };
        let mut response = Response::new(source, record, parsed, self.settings.headers);
        if let Some(repeats) = &mut self.repeats {
            response.is_repeated = repeats.is_repeated(&response);
        }
        if self.settings.filters.match_one(&response) {
            self.list(&response)?;
        }
        Ok(Reply::Taken)
    }

    fn request(&mut self, source: &str, request: &Record<'_>) -> io::Result<()> {
        self.row.clear();
        match &mut self.listing {
            Listing::Calls(calls) => calls.request(source, request, &mut self.row)?,
            Listing::Summary(summary) => summary.request(request),
            Listing::Table(_) | Listing::Json(_) | Listing::Csv(_) => {}
        }
        self.out.write_all(&self.row)
    }

    fn end(&mut self, source: &str, report: &SourceReport, output: &Output) -> io::Result<()> {
        match &mut self.listing {
            Listing::Summary(summary) => {
                summary.end(report);
                Ok(())
            }
            _ => report.say(source, output),
        }
    }
}

impl Part for Decoder<'_> {
    type Total = DecodeTotal;

    fn total(self) -> DecodeTotal {
        DecodeTotal {
            tally: self.tally,
            summary: match self.listing {
                Listing::Summary(summary) => Some(summary),
                _ => None,
            },
        }
    }
}

impl<'a> Decoder<'a> {
    fn new(settings: &'a Settings<'a>, listing: Listing<'a>, out: Output) -> Self {
        Self {
            settings,
            out,
            listing,
            repeats: settings.are_repeats_wanted.then(Repeats::default),
            row: Vec::new(),
            tally: ResponseTally::default(),
        }
    }

    fn list(&mut self, response: &Response<'_>) -> io::Result<()> {
        match &response.parsed {
            Ok(parsed) => {
                self.tally.accepted += 1;
                self.tally.deviating += u64::from(!parsed.deviations.is_empty());
            }
            Err(_) => self.tally.refused += 1,
        }
        self.row.clear();
        match &mut self.listing {
            Listing::Table(table) => table.row(response, &mut self.row, &self.out)?,
            Listing::Json(fields) => fields.write_json(response, &mut self.row)?,
            Listing::Csv(fields) => fields.write_csv(response, &mut self.row)?,
            Listing::Summary(summary) => summary.add(response),
            Listing::Calls(calls) => calls.response(response, &mut self.row)?,
        }
        self.out.write_all(&self.row)
    }
}
