//! `sip-status explain`: all that the registry knows of a code, a class or a phrase.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use sip_status_line::registry::{self, Origin};
use sip_status_line::{Class, StatusCode};

use crate::explanation::{ClassExplanation, CodeExplanation, Wording};
use crate::outcome::{CommandResult, Outcome};
use crate::output::escape::text;
use crate::output::json::write_json;
use crate::output::terminal::{self, say};

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  sip-status explain 486
  sip-status explain 498                any code, registered or not
  sip-status explain 4xx                a class
  sip-status explain busy here
  sip-status explain 503 --format json | jq .conduct.failover

A phrase is looked up whatever its case, among the registered phrases and the other wordings that
older RFCs and stacks have for them; all codes it may stand for are shown.";

/// Show what a status code, a class or a reason phrase means
#[derive(clap::Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// A code from 100 to 699, a class such as 4 or 4xx, or a phrase
    #[arg(required = true, value_name = "CODE|CLASS|PHRASE")]
    what: Vec<String>,

    /// Show translated wordings of the phrase too; JSON always has them
    #[arg(long)]
    all: bool,

    /// How to show it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    format: ExplainFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExplainFormat {
    /// For people
    Text,
    /// An object a line
    Json,
}

pub(crate) fn run(args: &ExplainArgs) -> CommandResult {
    let what = args.what.join(" ");
    if let Some(explanation) = class(&what).and_then(ClassExplanation::new) {
        return args.show([explanation]);
    }
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
            "{}: not a phrase that the registry knows, nor a class, nor a status code from 100 to 699",
            text(what.as_bytes())
        ));
        return Ok(Outcome::Findings);
    }
    args.show(codes.into_iter().map(CodeExplanation::new))
}

/// The class of `4`, `4xx` or `4XX`.
fn class(what: &str) -> Option<Class> {
    let digit = match what.as_bytes() {
        [digit] | [digit, b'x' | b'X', b'x' | b'X'] => *digit,
        _ => return None,
    };
    let mut classes = Class::ALL.iter().copied();
    classes.find(|class| *class as u8 + b'0' == digit)
}

/// Whether that was meant as a code: no phrase is made of digits alone.
fn is_number(what: &str) -> bool {
    let digits = what.trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

impl ExplainArgs {
    fn show<T: Explanation>(&self, explanations: impl IntoIterator<Item = T>) -> CommandResult {
        let (mut out, styles) = terminal::stdout();
        for (index, explanation) in explanations.into_iter().enumerate() {
            match self.format {
                ExplainFormat::Json => write_json(&explanation, &mut out)?,
                ExplainFormat::Text => {
                    if index > 0 {
                        writeln!(out)?;
                    }
                    let style = styles.class(explanation.class());
                    let bold = styles.heading();
                    let heading = explanation.heading();
                    writeln!(out, "{style}{bold}{heading}{bold:#}{style:#}")?;
                    write_rows(explanation.rows(self.all), &mut out)?;
                }
            }
        }
        out.flush()?;
        Ok(Outcome::Good)
    }
}

/// A line of an explanation: what it is about, and what there is to say.
type Row = (&'static str, String);

/// What `explain` shows.
trait Explanation: serde::Serialize {
    fn class(&self) -> Class;

    fn heading(&self) -> String;

    /// The lines; translations are left out unless all wordings are asked for.
    fn rows(&self, all: bool) -> Vec<Row>;
}

fn write_rows(rows: Vec<Row>, out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    // It knows the terminal that standard output is, and not that of a pager.
    if let Some(width) = terminal::width().and_then(|width| u16::try_from(width).ok()) {
        table.set_width(width.saturating_sub(1));
    }
    for (name, what) in rows {
        table.add_row([name, &what]);
    }
    for line in table.trim_fmt().lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    Ok(())
}

impl Explanation for CodeExplanation {
    fn class(&self) -> Class {
        self.code.class()
    }

    fn heading(&self) -> String {
        let phrase = self.phrase.unwrap_or_default();
        format!("{} {phrase}", self.code).trim_end().to_owned()
    }

    fn rows(&self, all: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        let class = self.code.class();
        rows.push(("class", format!("{}xx {class}", class as u8)));
        rows.push(("status", standing(self)));
        let (translations, others): (Vec<&Wording>, Vec<&Wording>) = self
            .aliases
            .iter()
            .partition(|wording| !all && wording.origin == Origin::Translation.name());
        let mut wordings: Vec<String> = others
            .iter()
            .map(|wording| format!("{} ({})", wording.phrase, wording.source))
            .collect();
        if !translations.is_empty() {
            wordings.push(format!("{} translated, with --all", translations.len()));
        }
        if !wordings.is_empty() {
            rows.push(("also worded", wordings.join("; ")));
        }
        rows.extend(self.summary.map(|summary| ("means", summary.to_owned())));
        for (verb, headers) in [
            ("must carry", &self.must),
            ("should carry", &self.should),
            ("may carry", &self.may),
        ] {
            rows.extend(headers.iter().map(|header| (verb, header.to_string())));
        }
        rows.extend(self.retry.map(|retry| ("then", retry.to_owned())));
        rows.extend(
            self.phrase_says
                .map(|says| ("phrase says", says.to_owned())),
        );
        rows.extend(conduct(self.code));
        if self.fallback != self.code {
            rows.push(taken_for("if not known", self.fallback));
        }
        rows
    }
}

impl Explanation for ClassExplanation {
    fn class(&self) -> Class {
        self.fallback.class()
    }

    fn heading(&self) -> String {
        format!("{}xx {}", self.digit, Explanation::class(self))
    }

    fn rows(&self, _: bool) -> Vec<Row> {
        let codes: Vec<String> = self.codes.iter().map(StatusCode::to_string).collect();
        let mut rows = vec![
            ("codes", codes.join(" ")),
            taken_for("any other", self.fallback),
        ];
        rows.extend(conduct(self.unknown));
        rows
    }
}

fn standing(code: &CodeExplanation) -> String {
    let status = code.status;
    match (code.registered, code.defined_in) {
        (_, None) => "not registered".to_owned(),
        (true, Some(source)) => format!("registered, {status}: {source}"),
        (false, Some(source)) => format!("not registered, {status}: {source}"),
    }
}

/// What follows from a code: the question, the answer, and where that stands.
fn conduct(code: StatusCode) -> impl Iterator<Item = Row> {
    let cause = registry::to_q850(code).map(|release| {
        release.map_or_else(
            || "none".to_owned(),
            |release| format!("{}, location {}", release.cause, release.location),
        )
    });
    let answered =
        registry::conduct(code).map(|(question, claim)| (question, claim.map(str::to_owned)));
    let answers = answered.into_iter().chain([("Q.850 cause", cause)]);
    answers.map(|(question, claim)| (question, format!("{} ({})", claim.answer, claim.source)))
}

fn taken_for(name: &'static str, code: StatusCode) -> Row {
    let phrase = code.canonical_reason().unwrap_or_default();
    (
        name,
        format!("taken for {code} {phrase} (RFC 3261 §8.1.3.2)"),
    )
}
