//! `sip-status check`: where lines deviate from the grammar, octet by octet.

use std::io::{self, Write};

use sip_status_lab::{Diagnosis, Diagnostic, excerpt};
use sip_status_line::{Deviations, Parser};

use crate::input::files::{INPUT_HELP, Input, ReadOptions};
use crate::input::sink::{Reply, Sink};
use crate::input::text::LineChoice;
use crate::outcome::{CommandResult, Outcome};
use crate::output::divergence::DivergencePrinter;
use crate::output::escape::text;
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

impl Sink for Checker {
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply> {
        let diagnosis = Diagnosis::of(record.octets, self.policy, |parser| record.parse(parser));
        let Some(Diagnosis { found, line, .. }) = diagnosis else {
            return Ok(Reply::CutOff);
        };
        self.records += 1;
        self.odd_records += u64::from(!found.is_empty());
        for diagnostic in &found {
            self.show(source, record, line, diagnostic)?;
        }
        if let (false, Some(divergences)) = (found.is_empty(), &mut self.divergences) {
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
            diagnostic.rule()
        )
    }
}
