//! `sip-status decode`: every record, and what it says.

use core::fmt;
use std::io::{self, Write};

use clap::ValueEnum;
use sip_status_line::{ParseError, Parsed, Parser};

use crate::input::filter::{self, Filter};
use crate::input::records::{How, INPUT_HELP, Input, Record, Sink};
use crate::input::stream;
use crate::outcome::Outcome;
use crate::output::finding::{self, Finding};
use crate::output::page::Page;
use crate::output::summary::Summary;
use crate::output::table::Table;
use crate::output::terminal::{self, Output, Styles, say};
use crate::policy::Policy;
use sip_status_capture::SkipCounts;

const EXAMPLES: &str = "\
Examples:
  sip-status decode call.pcapng                      every status-line of a capture
  sip-status decode --summary *.pcap                 how many of each, and what is odd
  sip-status decode --filter class=5 --filter class=6 call.pcap
  sip-status decode --filter 'deviation=any,address=192.0.2.1' call.pcap
  sip-status decode *.pcap --format json | jq -r 'select(.code >= 500) | [.source, .record] | @tsv'
  tcpdump -U -w - port 5060 | sip-status decode      what passes by, as it does
  sip-status decode --follow /var/log/sip.log        what is being written
  sip-status decode --carve memory.dump              lines anywhere in any file
  sip-status decode --input hex probes.tsv --policy strict

A record that is refused shows why, at which octet, and how it begins; the exit code is 1 then.
What a filter leaves out does not count for that. In a table, what a terminal should not get is
escaped, and long phrases are cut; JSON has all. Times in a table are those of the day, in UTC. An
empty file is told of and no failure.";

/// What `--help` says of the output, besides the above.
const OUTPUT_HELP: &str = "\
JSON, an object a line:
  source, record, name        where it stood; the name if the input gave one
  code, class                 486, client-error
  reason, reason_hex          the phrase as text, and its octets
  registered, phrase          whether IANA lists the code; exact, case, alias, empty, custom or
                              unregistered: how the phrase stands to it
  deviations                  names of the departures from the canonical line
  rest_len                    how many octets follow the line; null if it was carved
  error                       null, or kind, offset, message, code; then code to rest_len are null
                              and deviations is empty
  time, src, dst, transport   in a capture: seconds of the epoch, socket addresses, udp, tcp or ws
  stream                      the number of the TCP connection in the capture, from 0
  where                       start: of a message or record; quoted: in an ICMP error; sipfrag: in
                              the body that tells of a transfer; carved
  offset                      how many octets of the file stand before a carved line

CSV has the same in the same order, under a header line; error is four columns, deviations have
\"; \" between them, and controls and backslashes in texts are escaped.

Summary: counts by class and code, by phrase if it is not the registered one, by deviation, by kind
of error, by sender (the Server of a message, else its User-Agent; odd are lines refused or with
deviations); and what was read, what was not, and why. Of phrases and senders, a page has the ten
most frequent; JSON, one object, has up to 1024, and counts the rest in other_phrases and
other_senders.

A pipe is read as it comes, with --follow or without, and is at its end when its writer is. An
interrupt ends what is followed. With --summary, that is shown then; if the input is a pipe that
stays open and silent, it takes a second interrupt to end, without one.";

/// Read status-lines from text, hex or packet captures
#[derive(clap::Args)]
#[command(
    after_help = EXAMPLES,
    after_long_help = format!("{INPUT_HELP}\n\n{}\n\n{OUTPUT_HELP}\n\n{EXAMPLES}", filter::HELP)
)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// Which departures from the grammar to accept
    #[arg(long, value_enum, default_value_t = Policy::Observe)]
    policy: Policy,

    /// How to show what was read
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Count instead of list: a page with bars, or with --format json one object
    #[arg(long)]
    summary: bool,

    /// Only records for which it holds, as class=5 or code=486,src=192.0.2.1; of several, any one
    #[arg(long, value_name = "KEY=VALUE,…", value_parser = Filter::parse)]
    filter: Vec<Filter>,

    /// Wait for more at the end of the file, until interrupted; a summary comes then
    #[arg(long)]
    follow: bool,

    /// Find every status-line anywhere in a file of any kind, with its offset
    #[arg(long, conflicts_with = "input")]
    carve: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// An object a line
    Json,
    /// With a header
    Csv,
}

pub(crate) fn run(args: &Args) -> io::Result<Outcome> {
    if args.summary && args.format == Format::Csv {
        say(format_args!("a summary is a page or JSON, not CSV"));
        return Ok(Outcome::Trouble);
    }
    if args.follow && !args.input.is_one() {
        say(format_args!("one file at most can be followed"));
        return Ok(Outcome::Trouble);
    }
    let (output, styles) = terminal::stdout();
    let parser = args.policy.into();
    let mut decoder = Decoder {
        out: output.clone(),
        parser,
        filters: &args.filter,
        show: Show::new(args, styles),
        row: Vec::new(),
        tally: Tally::default(),
    };
    if args.follow && args.summary {
        stream::end_on_interrupt();
    }
    let how = How {
        follow: args.follow,
        carve: args.carve.then_some(parser),
        ..How::default()
    };
    decoder.begin()?;
    let mut outcome = args.input.read(how, &output, &mut decoder)?;
    if decoder.tally.refused > 0 {
        outcome = outcome.max(Outcome::Findings);
    }
    decoder.end(args.format, styles)?;
    Ok(outcome)
}

struct Decoder<'a> {
    out: Output,
    parser: Parser,
    /// One of them has to match, if there are any.
    filters: &'a [Filter],
    show: Show,
    /// What is being written, so that it is handed on whole.
    row: Vec<u8>,
    tally: Tally,
}

/// What becomes of the records.
enum Show {
    Table(Table),
    Json,
    Csv,
    Summary(Box<Summary>),
}

impl Show {
    fn new(args: &Args, styles: Styles) -> Self {
        match args.format {
            _ if args.summary => Self::Summary(Box::default()),
            Format::Table => Self::Table(Table::new(styles, args.input.label_width())),
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
        }
    }
}

#[derive(Default)]
struct Tally {
    accepted: u64,
    deviating: u64,
    refused: u64,
}

impl fmt::Display for Tally {
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
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<bool> {
        let Some(read) = record.read(self.parser) else {
            return Ok(false);
        };
        let any = |filters: &[Filter]| filters.iter().any(|filter| filter.matches(record, &read));
        if self.filters.is_empty() || any(self.filters) {
            self.shown(source, record, &read)?;
        }
        Ok(true)
    }

    fn skipped(&mut self, packets: u64, skipped: &SkipCounts, cut: u64) -> bool {
        let Show::Summary(summary) = &mut self.show else {
            return false;
        };
        summary.skipped(packets, skipped, cut);
        true
    }

    fn end(&mut self, octets: u64) {
        if let Show::Summary(summary) = &mut self.show {
            summary.end(octets);
        }
    }
}

impl Decoder<'_> {
    fn begin(&mut self) -> io::Result<()> {
        if matches!(self.show, Show::Csv) {
            finding::write_csv_header(&mut self.row)?;
            self.out.write_all(&self.row)?;
        }
        Ok(())
    }

    fn shown(
        &mut self,
        source: &str,
        record: &Record<'_>,
        read: &Result<Parsed<'_>, ParseError>,
    ) -> io::Result<()> {
        match read {
            Ok(parsed) => {
                self.tally.accepted += 1;
                self.tally.deviating += u64::from(!parsed.deviations.is_empty());
            }
            Err(_) => self.tally.refused += 1,
        }
        self.row.clear();
        match &mut self.show {
            Show::Table(table) => table.row(source, record, read, &mut self.row)?,
            Show::Json => Finding::new(source, record, read).write_json(&mut self.row)?,
            Show::Csv => Finding::new(source, record, read).write_csv(&mut self.row)?,
            Show::Summary(summary) => summary.add(source, record, read),
        }
        self.out.write_all(&self.row)
    }

    fn end(mut self, format: Format, styles: Styles) -> io::Result<()> {
        match self.show {
            Show::Summary(summary) => {
                let report = summary.report();
                self.row.clear();
                match format {
                    Format::Json => report.write_json(&mut self.row)?,
                    _ => Page::new(styles, terminal::width()).write(&report, &mut self.row)?,
                }
                self.out.write_all(&self.row)?;
                self.out.flush()
            }
            Show::Table(_) => {
                self.out.flush()?;
                say(format_args!("{}", self.tally));
                Ok(())
            }
            Show::Json | Show::Csv => self.out.flush(),
        }
    }
}
