//! `sip-status explain`: all that the registry knows of a code or a phrase.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use sip_status_line::StatusCode;
use sip_status_line::registry::{self, Entry, HeaderRule};

use crate::names::class_name;
use crate::outcome::{CommandResult, Outcome};
use crate::output::escape::text;
use crate::output::terminal::{self, Styles, say};

const EXAMPLES: &str = "\
Examples:
  sip-status explain 486
  sip-status explain busy here
  sip-status explain 503 --format json | jq .retry

A phrase is looked up whatever its case, among the registered phrases and the other wordings that
older RFCs and stacks have for them; all codes it may stand for are shown.";

/// Show what a status code or a reason phrase means
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A code from 100 to 699, or a phrase
    #[arg(required = true, value_name = "CODE|PHRASE")]
    what: Vec<String>,

    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// An object a line
    Json,
}

pub(crate) fn run(args: &Args) -> CommandResult {
    let what = args.what.join(" ");
    let codes: Vec<StatusCode> = match what.parse() {
        Ok(code) => vec![code],
        Err(error) if is_number(&what) => {
            say(format_args!("{}: {error}", text(what.as_bytes())));
            return Ok(Outcome::Trouble);
        }
        Err(_) => registry::by_phrase(&what).map(|entry| entry.code).collect(),
    };
    if codes.is_empty() {
        say(format_args!(
            "{}: not a phrase that the registry knows, nor a status code from 100 to 699",
            text(what.as_bytes())
        ));
        return Ok(Outcome::Findings);
    }
    let (mut out, styles) = terminal::stdout();
    for (index, code) in codes.into_iter().enumerate() {
        let explanation = Explanation::new(code);
        match args.format {
            Format::Json => {
                serde_json::to_writer(&mut out, &explanation).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Format::Text => {
                if index > 0 {
                    writeln!(out)?;
                }
                explanation.write(&mut out, styles)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// Whether that was meant as a code: no phrase is made of digits alone.
fn is_number(what: &str) -> bool {
    let digits = what.trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

/// One object of the output. Every field is always there, and in this order.
#[derive(Serialize)]
struct Explanation {
    code: StatusCode,
    class: &'static str,
    phrase: Option<&'static str>,
    registered: bool,
    status: String,
    defined_in: Option<&'static str>,
    aliases: &'static [&'static str],
    fallback: StatusCode,
    summary: Option<&'static str>,
    must: Vec<Carried>,
    should: Vec<Carried>,
    may: Vec<Carried>,
    retry: Option<&'static str>,
    dialog: Option<String>,
    q850: Option<u8>,
}

/// A header field that goes with a code.
#[derive(Serialize)]
struct Carried {
    header: &'static str,
    when: &'static str,
    source: &'static str,
}

impl Explanation {
    fn new(code: StatusCode) -> Self {
        let entry = registry::lookup(code);
        let details = entry.and_then(Entry::details);
        Self {
            code,
            class: class_name(code.class()),
            phrase: entry.and_then(|entry| entry.reason),
            registered: entry.is_some_and(|entry| entry.status.is_registered()),
            status: entry.map_or_else(
                || "unregistered".to_owned(),
                |entry| entry.status.to_string(),
            ),
            defined_in: entry.map(|entry| entry.defined_in),
            aliases: entry.map_or(&[], |entry| entry.aliases),
            fallback: code.fallback(),
            summary: details.map(|details| details.summary),
            must: details.map_or_else(Vec::new, |details| headers(details.must)),
            should: details.map_or_else(Vec::new, |details| headers(details.should)),
            may: details.map_or_else(Vec::new, |details| headers(details.may)),
            retry: details.map(|details| details.retry),
            dialog: details.map(|details| details.dialog.to_string()),
            q850: details.and_then(|details| details.q850),
        }
    }

    fn write(&self, out: &mut dyn Write, styles: Styles) -> io::Result<()> {
        let style = styles.class(self.code.class());
        let bold = styles.heading();
        write!(out, "{style}{bold}{}", self.code)?;
        if let Some(phrase) = self.phrase {
            write!(out, " {phrase}")?;
        }
        writeln!(out, "{bold:#}{style:#}")?;

        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic);
        let mut row = |name: &str, what: String| {
            table.add_row([name, &what]);
        };
        let class = self.code.class();
        row("class", format!("{}xx {class}", class as u8));
        row("status", self.standing());
        if !self.aliases.is_empty() {
            row("also worded", self.aliases.join("; "));
        }
        if let Some(summary) = self.summary {
            row("means", summary.to_owned());
        }
        for (verb, headers) in [
            ("must carry", &self.must),
            ("should carry", &self.should),
            ("may carry", &self.may),
        ] {
            for header in headers {
                row(verb, header.to_string());
            }
        }
        if let Some(retry) = self.retry {
            row("then", retry.to_owned());
        }
        if let Some(dialog) = &self.dialog {
            row("in a dialog", format!("ends {dialog}"));
        }
        if let Some(cause) = self.q850 {
            row("Q.850 cause", cause.to_string());
        }
        if self.fallback != self.code {
            let phrase = self.fallback.canonical_reason().unwrap_or_default();
            row(
                "if not known",
                format!("taken for {} {phrase}", self.fallback),
            );
        }
        for line in table.trim_fmt().lines() {
            writeln!(out, " {}", line.trim_end())?;
        }
        Ok(())
    }

    fn standing(&self) -> String {
        match (self.registered, self.defined_in) {
            (_, None) => "not registered".to_owned(),
            (true, Some(source)) => format!("registered, {}: {source}", self.status),
            (false, Some(source)) => format!("not registered, {}: {source}", self.status),
        }
    }
}

impl core::fmt::Display for Carried {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.header)?;
        if !self.when.is_empty() {
            write!(f, " {}", self.when)?;
        }
        write!(f, " ({})", self.source)
    }
}

fn headers(rules: &[HeaderRule]) -> Vec<Carried> {
    let header = |rule: &HeaderRule| Carried {
        header: rule.header,
        when: rule.when,
        source: rule.source,
    };
    rules.iter().map(header).collect()
}
