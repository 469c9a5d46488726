//! `sip-status check`: where lines deviate from the grammar, octet by octet.

use std::io::{self, Write};

use sip_status_line::{Deviations, ErrorKind, ParseError, Parser};

use crate::input::files::{INPUT_HELP, Input, ReadOptions};
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::outcome::{CommandResult, Outcome};
use crate::output::divergence::DivergencePrinter;
use crate::output::escape::{Ascii, text};
use crate::output::terminal::{self, Output, Styles, say};
use crate::policy::Policy;
use sip_status_decode::Record;

const CHECK_EXAMPLES: &str = "\
Examples:
  sip-status check call.pcap
  sip-status check sip.log --policy interop
  sip-status check corpus/probes.tsv --stacks
  printf 'SIP/2.0 999 Nope\\r\\n' | sip-status check

  -:1: error: expected a status code from 100 to 699 at octet 8
      SIP/2.0 999 Nope\\r\\n
              ^
      three digits, the first of them from 1 to 6 (RFC 3261 §7.2)

An error is what the policy refuses. A warning is what it accepts although no sender may write it;
the name of the deviation follows. The exit code is 1 if there is either.

With --stacks, what deployed stacks did with exactly this line follows, and, for stacks that were not
tried with it, what they did with lines that differ from it only in the code and the words of the
phrase. \"It depends\": the stack accepted some of those and refused others. \"Same code\": the phrase
it read was not recorded. \"Read as\": no number stands where the code should be, so that it is not
said to be another. Only what was tried is reported; later versions may differ.";

/// Show where status-lines deviate from RFC 3261, with a caret under the octet
#[derive(clap::Args)]
#[command(after_help = CHECK_EXAMPLES, after_long_help = format!("{INPUT_HELP}\n\n{CHECK_EXAMPLES}"))]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    input: Input,

    /// Which deviations are warnings instead of errors
    #[arg(long, value_enum, default_value_t = Policy::Strict)]
    policy: Policy,

    /// Also report what deployed stacks did with such lines, once for each kind
    #[arg(long)]
    stacks: bool,
}

pub(crate) fn run(args: &CheckArgs) -> CommandResult {
    let (out, styles) = terminal::stdout();
    let mut checker = Checker {
        out,
        styles,
        policy: args.policy.into(),
        divergences: args.stacks.then(DivergencePrinter::new),
        records: 0,
        odd_records: 0,
        errors: 0,
        warnings: 0,
    };
    let output = checker.out.clone();
    let mut outcome = args.input.read(
        ReadOptions::new(LineChoice::StartLines),
        &output,
        &mut checker,
    )?;
    checker.out.flush()?;
    if checker.odd_records > 0 {
        outcome = outcome.max(Outcome::Findings);
    }
    say(format_args!(
        "errors: {}, warnings: {}, in {} of {} records",
        checker.errors, checker.warnings, checker.odd_records, checker.records
    ));
    Ok(outcome)
}

struct Checker {
    out: Output,
    styles: Styles,
    policy: Parser,
    divergences: Option<DivergencePrinter>,
    records: u64,
    /// How many of them have errors or warnings.
    odd_records: u64,
    errors: u64,
    warnings: u64,
}

/// One way in which a line is not as a sender should write it.
struct Diagnostic {
    error: ParseError,
    /// The deviation, if any policy accepts it.
    deviation: Option<Deviations>,
    /// Whether the policy in use refuses it.
    is_error: bool,
}

/// What is wrong with a record, and the line it is in, or `None` if too little of it was captured.
///
/// Of a line that some policy accepts, these are all its deviations. Each is found again by a parser
/// that does not allow it, whose error has the octet. Of a line that no policy accepts, it is the
/// first fault alone: that of the policy in use, and that of the most lenient one if they differ.
/// Nothing after it is judged.
fn diagnostics<'a>(record: &Record<'a>, policy: Parser) -> Option<(Vec<Diagnostic>, &'a [u8])> {
    let lenient = Parser::OBSERVE;
    let parsed = record.parse(lenient).or_else(|| record.parse(policy));
    let found = match parsed? {
        Ok(parsed) => {
            let found = parsed.deviations.iter().filter_map(|deviation| {
                let error = record.parse(lenient.deny(deviation))?.err()?;
                Some(Diagnostic {
                    error,
                    deviation: Some(deviation),
                    is_error: !policy.allowed().contains(deviation),
                })
            });
            let mut found: Vec<_> = found.collect();
            found.sort_by_key(|diagnostic| diagnostic.error.offset());
            (found, parsed.received())
        }
        Err(last) => {
            let fault = |error| Diagnostic {
                error,
                deviation: None,
                is_error: true,
            };
            let mut found = vec![fault(last)];
            if let Some(Err(first)) = record.parse(policy)
                && first != last
                && first.kind() != ErrorKind::Length
            {
                found.insert(0, fault(first));
            }
            (found, record.line_around(last.offset()))
        }
    };
    Some(found)
}

impl Sink for Checker {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        let Some((diagnostics, line)) = diagnostics(record, self.policy) else {
            return Ok(Reply::CutOff);
        };
        self.records += 1;
        self.odd_records += u64::from(!diagnostics.is_empty());
        for diagnostic in &diagnostics {
            self.show(source, record, line, diagnostic)?;
        }
        if let (false, Some(divergences)) = (diagnostics.is_empty(), &mut self.divergences) {
            divergences.print(record.octets, &mut self.out)?;
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
        diagnostic: &Diagnostic,
    ) -> io::Result<()> {
        let error = diagnostic.error;
        let (style, word, count) = if diagnostic.is_error {
            (self.styles.error(), "error", &mut self.errors)
        } else {
            (self.styles.warning(), "warning", &mut self.warnings)
        };
        *count += 1;
        write!(self.out, "{}:{}: ", text(source.as_bytes()), record.number)?;
        if let Some(name) = record.name {
            write!(self.out, "{}: ", text(name.as_bytes()))?;
        }
        write!(self.out, "{style}{word}{style:#}: {error}")?;
        for (name, _) in diagnostic.deviation.iter().flat_map(Deviations::iter_names) {
            write!(self.out, " [{name}]")?;
        }
        let (excerpt, column) = excerpt(line, error.offset());
        writeln!(
            self.out,
            "\n    {excerpt}\n    {:column$}{style}^{style:#}\n    {}\n",
            "",
            rule(diagnostic)
        )
    }
}

/// The octets around the one in fault, escaped, and the column at which it stands.
fn excerpt(line: &[u8], offset: usize) -> (String, usize) {
    /// How many octets are shown before the one in fault, and from it on.
    const OCTETS_BEFORE: usize = 60;
    const OCTETS_AFTER: usize = 40;
    let (before, after) = line.split_at_checked(offset).unwrap_or((line, &[]));
    let (left, before) = match before.len().checked_sub(OCTETS_BEFORE) {
        Some(left) if left > 0 => ("…", before.get(left..).unwrap_or_default()),
        _ => ("", before),
    };
    let (after, right) = match after.get(..OCTETS_AFTER) {
        Some(shown) if shown.len() < after.len() => (shown, "…"),
        _ => (after, ""),
    };
    let left = format!("{left}{}", Ascii(before));
    let column = left.chars().count();
    (format!("{left}{}{right}", Ascii(after)), column)
}

/// What is wrong, and which RFC says so.
fn rule(diagnostic: &Diagnostic) -> String {
    match diagnostic.deviation {
        Some(deviation) => {
            let meaning = deviation.meaning().trim_end_matches('.');
            format!("{meaning} ({})", source(deviation))
        }
        None => expectation(diagnostic.error.expected()).to_owned(),
    }
}

/// Where the rule is that a deviation breaks.
const fn source(deviation: Deviations) -> &'static str {
    match deviation {
        Deviations::VERSION_CASE => "RFC 3261 §7.1",
        Deviations::LEADING_CRLF => "RFC 3261 §7.5",
        Deviations::NO_REASON_SPACE => "RFC 3261 §7.2, RFC 4475 §3.1.1.13",
        Deviations::REASON_OCTETS => "RFC 3261 §25.1",
        _ => "RFC 3261 §7.2",
    }
}

/// What belongs where an error is, and which RFC says so.
const fn expectation(kind: ErrorKind) -> &'static str {
    match kind {
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
    }
}
