//! `sip-status check`: where records depart from the grammar, octet by octet.

use std::io::{self, Write};

use sip_status_line::{Deviations, ErrorKind, ParseError, Parser};

use crate::input::files::{INPUT_HELP, Input, ReadOptions};
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::outcome::{CommandResult, Outcome};
use crate::output::divergence::OnRecord;
use crate::output::escape::{Ascii, text};
use crate::output::terminal::{self, Output, Styles, say};
use crate::policy::Policy;
use crate::record::Record;

const CHECK_EXAMPLES: &str = "\
Examples:
  sip-status check call.pcap
  sip-status check responses.txt --policy interop
  sip-status check corpus/probes.tsv --stacks
  printf 'SIP/2.0 999 Nope\\r\\n' | sip-status check

  -:1: error: expected a status code from 100 to 699 at octet 8
      SIP/2.0 999 Nope\\r\\n
              ^
      three digits, the first of them from 1 to 6 (RFC 3261 §7.2)

An error is what the policy refuses, a warning what it accepts and a sender must still not write;
that has the name of its deviation behind it. The exit code is 1 if there is either.

With --stacks: what deployed stacks did with exactly this line, and, for stacks not tried with it,
with lines that differ from it only in the code and the words of the phrase. \"It depends\": the stack
accepted some of those and refused others. \"Same code\": the phrase it read was not recorded. \"Read
as\": no number stands where the code should be, so that it is not said to be another. Only what was
tried is reported; later versions may differ.";

/// Show where status-lines depart from RFC 3261, with a caret under the octet
#[derive(clap::Args)]
#[command(after_help = CHECK_EXAMPLES, after_long_help = format!("{INPUT_HELP}\n\n{CHECK_EXAMPLES}"))]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// Which departures are warnings instead of errors
    #[arg(long, value_enum, default_value_t = Policy::Strict)]
    policy: Policy,

    /// Also tell what deployed stacks did with such lines, once for each kind
    #[arg(long)]
    stacks: bool,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let (out, styles) = terminal::stdout();
    let mut checker = Checker {
        out,
        styles,
        policy: args.policy.into(),
        on_record: args.stacks.then(OnRecord::new),
        records: 0,
        departing: 0,
        departures: 0,
    };
    let output = checker.out.clone();
    let mut outcome = args.input.read(
        ReadOptions::new(LineChoice::StartLines),
        &output,
        &mut checker,
    )?;
    checker.out.flush()?;
    if checker.departures > 0 {
        outcome = outcome.max(Outcome::Findings);
    }
    say(format_args!(
        "departures: {}, in {} of {} records",
        checker.departures, checker.departing, checker.records
    ));
    Ok(outcome)
}

struct Checker {
    out: Output,
    styles: Styles,
    policy: Parser,
    on_record: Option<OnRecord>,
    records: u64,
    departing: u64,
    departures: u64,
}

/// One way in which a line is not as a sender should write it.
struct Departure {
    error: ParseError,
    /// Its name, if any policy accepts it.
    deviation: Option<Deviations>,
    /// Whether the policy in use does not.
    refused: bool,
}

/// What is shown of a record, and the line it is in, or `None` if too little of it was captured.
///
/// Of a line that some policy accepts, these are all its departures. One that was seen is found anew
/// by a parser that no longer allows it: its error tells the octet. Of a line that no policy accepts,
/// it is the first fault alone: that of the policy in use, and that of the most lenient one if they
/// differ. What else is wrong with it nobody has looked for.
fn departures<'a>(record: &Record<'a>, policy: Parser) -> Option<(Vec<Departure>, &'a [u8])> {
    let lenient = Parser::OBSERVE;
    let read = record.parse(lenient).or_else(|| record.parse(policy));
    let found = match read? {
        Ok(parsed) => {
            let found = parsed.deviations.iter().filter_map(|deviation| {
                let error = record.parse(lenient.deny(deviation))?.err()?;
                Some(Departure {
                    error,
                    deviation: Some(deviation),
                    refused: !policy.allowed().contains(deviation),
                })
            });
            let mut found: Vec<_> = found.collect();
            found.sort_by_key(|departure| departure.error.offset());
            (found, parsed.received())
        }
        Err(last) => {
            let refused = |error| Departure {
                error,
                deviation: None,
                refused: true,
            };
            let mut found = vec![refused(last)];
            if let Some(Err(first)) = record.parse(policy) {
                if first != last && first.kind() != ErrorKind::Length {
                    found.insert(0, refused(first));
                }
            }
            (found, record.line_around(last.offset()))
        }
    };
    Some(found)
}

impl Sink for Checker {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        let Some((departures, line)) = departures(record, self.policy) else {
            return Ok(Reply::CutOff);
        };
        self.records += 1;
        self.departing += u64::from(!departures.is_empty());
        self.departures += departures.len() as u64;
        for departure in &departures {
            self.show(source, record, line, departure)?;
        }
        if let (false, Some(on_record)) = (departures.is_empty(), &mut self.on_record) {
            on_record.tell(record.octets, &mut self.out)?;
        }
        Ok(Reply::Taken)
    }
}

impl Checker {
    fn show(
        &mut self,
        source: &str,
        record: &Record<'_>,
        line: &[u8],
        departure: &Departure,
    ) -> io::Result<()> {
        let error = departure.error;
        let (style, word) = if departure.refused {
            (self.styles.error(), "error")
        } else {
            (self.styles.warning(), "warning")
        };
        write!(self.out, "{}:{}: ", text(source.as_bytes()), record.number)?;
        if let Some(name) = record.name {
            write!(self.out, "{}: ", text(name.as_bytes()))?;
        }
        write!(self.out, "{style}{word}{style:#}: {error}")?;
        for (name, _) in departure.deviation.iter().flat_map(Deviations::iter_names) {
            write!(self.out, " [{name}]")?;
        }
        let (excerpt, column) = excerpt(line, error.offset());
        writeln!(
            self.out,
            "\n    {excerpt}\n    {:column$}{style}^{style:#}\n    {}\n",
            "",
            rule(departure)
        )
    }
}

/// The octets around the one in fault, escaped, and the column at which it stands.
fn excerpt(line: &[u8], offset: usize) -> (String, usize) {
    /// How many octets are shown before the one in fault, and from it on.
    const BEFORE: usize = 60;
    const AFTER: usize = 40;
    let (before, after) = line.split_at_checked(offset).unwrap_or((line, &[]));
    let (left, before) = match before.len().checked_sub(BEFORE) {
        Some(left) if left > 0 => ("…", before.get(left..).unwrap_or_default()),
        _ => ("", before),
    };
    let (after, right) = match after.get(..AFTER) {
        Some(shown) if shown.len() < after.len() => (shown, "…"),
        _ => (after, ""),
    };
    let left = format!("{left}{}", Ascii(before));
    let column = left.chars().count();
    (format!("{left}{}{right}", Ascii(after)), column)
}

/// What should have stood there, and which RFC says so.
fn rule(departure: &Departure) -> &'static str {
    match departure.deviation {
        Some(Deviations::VERSION_CASE) => {
            "SIP in capitals; a receiver takes any case, a sender must not write it (RFC 3261 §7.1)"
        }
        Some(Deviations::LEADING_CRLF) => {
            "the line itself; CRLFs before it are ignored on streams alone (RFC 3261 §7.5)"
        }
        Some(Deviations::NO_REASON_SPACE) => {
            "one SP after the code, also before an empty phrase (RFC 3261 §7.2, RFC 4475 §3.1.1.13)"
        }
        Some(Deviations::SPACING) => "exactly one SP before and one after the code (RFC 3261 §7.2)",
        Some(Deviations::BARE_LF) => "CR before the LF (RFC 3261 §7.2)",
        _ => match departure.error.expected() {
            ErrorKind::Version => "SIP/2.0, the only version there is (RFC 3261 §7.1)",
            ErrorKind::Code => "three digits, the first of them from 1 to 6 (RFC 3261 §7.2)",
            ErrorKind::VersionSpace | ErrorKind::CodeSpace => {
                "exactly one SP before and one after the code (RFC 3261 §7.2)"
            }
            ErrorKind::Reason => {
                "letters, digits, SP, HTAB, any of !$&'()*+,-./:;=?@_~, %HH escapes or UTF-8 \
                 (RFC 3261 §25.1)"
            }
            ErrorKind::LineEnding => "CR LF, which stand nowhere else in the line (RFC 3261 §7.2)",
            ErrorKind::Length => "no more than 8192 octets, a limit of this tool",
            _ => "the whole line (RFC 3261 §7.2)",
        },
    }
}
