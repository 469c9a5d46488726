//! `sip-status decode`: every record, and what it says.

use core::fmt;
use std::io::{self, Write};

use clap::ValueEnum;
use sip_status_line::{ParseError, Parsed, Parser};

use crate::escape::{excerpt, text};
use crate::finding::{Finding, class_name};
use crate::records::{INPUT_HELP, Input, Record, Sink};
use crate::terminal::{self, Styles, say};
use crate::{Outcome, Policy};

const EXAMPLES: &str = "\
Examples:
  sip-status decode call.pcapng                      every status-line sent over UDP
  sip-status decode *.pcap --format json | jq -r 'select(.code >= 500) | [.source, .record] | @tsv'
  grep -ah '^SIP/2.0' proxy.log | sip-status decode  the lines of a log
  sip-status decode --input hex probes.tsv --policy strict
  sip-status decode --input raw datagram.bin

A record that is refused shows why, at which octet, and how it begins; the exit code is 1 then.
In a table, what a terminal should not get is escaped, and long phrases are cut; JSON has all.
An empty file is told of and no failure.

JSON, an object a line:
  source, record, name        where it stood; the name if the input gave one
  code, class                 486, client-error
  reason, reason_hex          the phrase as text, and its octets
  registered, phrase          whether IANA lists the code; exact, case, alias, empty, custom or
                              unregistered: how the phrase stands to it
  deviations                  names of the departures from the canonical line
  rest_len                    how many octets follow the line
  error                       null, or kind, offset, message, code; then code to rest_len are null
                              and deviations is empty
  time, src, dst, transport   in a capture: seconds of the epoch, socket addresses, udp";

/// Read status-lines from text, hex or packet captures
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{INPUT_HELP}\n\n{EXAMPLES}"))]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// Which departures from the grammar to accept
    #[arg(long, value_enum, default_value_t = Policy::Observe)]
    policy: Policy,

    /// How to show what was read
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// An object a line
    Json,
}

pub(crate) fn run(args: &Args) -> io::Result<Outcome> {
    let (out, styles) = terminal::stdout();
    let mut decoder = Decoder {
        out,
        styles,
        parser: args.policy.into(),
        format: args.format,
        width: args.input.label_width(),
        tally: Tally::default(),
    };
    let mut outcome = args.input.read(&mut decoder)?;
    decoder.flush()?;
    if decoder.tally.refused > 0 {
        outcome = outcome.max(Outcome::Findings);
    }
    if args.format == Format::Table {
        say(format_args!("{}", decoder.tally));
    }
    Ok(outcome)
}

struct Decoder {
    out: Box<dyn Write>,
    styles: Styles,
    parser: Parser,
    format: Format,
    /// Of the first column. Rows are written as they come, so no column can wait for its widest.
    width: usize,
    tally: Tally,
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

impl Sink for Decoder {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<bool> {
        let Some(read) = record.read(self.parser) else {
            return Ok(false);
        };
        let first = self.tally.accepted + self.tally.refused == 0;
        match &read {
            Ok(parsed) => {
                self.tally.accepted += 1;
                self.tally.deviating += u64::from(!parsed.deviations.is_empty());
            }
            Err(_) => self.tally.refused += 1,
        }
        match self.format {
            Format::Json => {
                Finding::new(source, record, &read).write(&mut self.out)?;
            }
            Format::Table => {
                if first {
                    self.heading()?;
                }
                self.row(source, record, &read)?;
            }
        }
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Decoder {
    fn heading(&mut self) -> io::Result<()> {
        let style = self.styles.heading();
        writeln!(
            self.out,
            "{style}{:<width$}  CODE  CLASS           PHRASE        REASON{style:#}",
            "RECORD",
            width = self.width
        )
    }

    fn row(
        &mut self,
        source: &str,
        record: &Record<'_>,
        read: &Result<Parsed<'_>, ParseError>,
    ) -> io::Result<()> {
        let mut label = format!("{}:{}", text(source.as_bytes()), record.number);
        if let Some(name) = record.name {
            label = format!("{label} {}", excerpt(name.as_bytes(), 60));
        }
        let row = match read {
            Ok(parsed) => self.accepted(parsed),
            Err(error) => self.refused(record, *error),
        };
        let width = self.width;
        writeln!(self.out, "{label:<width$}  {}", row.trim_end())
    }

    fn accepted(&self, parsed: &Parsed<'_>) -> String {
        let line = &parsed.line;
        let style = self.styles.class(line.code.class());
        let mut row = format!(
            "{style}{:<4}  {:<14}{style:#}  {:<12}  {}",
            line.code,
            class_name(line.code.class()),
            line.registration().phrase,
            excerpt(line.reason.as_bytes(), 100)
        );
        let style = self.styles.warning();
        for (name, _) in parsed.deviations.iter_names() {
            row = format!("{row}  {style}{name}{style:#}");
        }
        row
    }

    fn refused(&self, record: &Record<'_>, error: ParseError) -> String {
        let style = self.styles.error();
        let code = error.code().map(|code| code.to_string());
        format!(
            "{style}{:<4}  {:<14}{style:#}  {:<12}  {error}: {}",
            code.as_deref().unwrap_or("-"),
            "refused",
            error.kind(),
            excerpt(record.line_around(error.offset()), 60)
        )
    }
}
