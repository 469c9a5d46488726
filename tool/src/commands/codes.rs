//! `sip-status codes`: the registry, or a part of it.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};
use serde::Serialize;
use sip_status_line::registry::{self, Entry, Status};

use crate::explanation::CodeExplanation;
use crate::outcome::{CommandResult, Outcome};
use crate::output::json::write_json;
use crate::output::terminal;

const CODES_EXAMPLES: &str = "\
Examples:
  sip-status codes --class 6
  sip-status codes --status registered --format csv > codes.csv
  sip-status codes --format json | jq 'select(.conduct.ends_subscription.answer) | .code'

Each row is a code, its class, its phrase, its status, where it is defined, and in CSV the other
wordings of the phrase. JSON has what explain has: all that the registry knows of each code.";

/// List the response codes that the registry has
#[derive(clap::Args)]
#[command(after_help = CODES_EXAMPLES)]
pub(crate) struct CodesArgs {
    /// Only codes of this class, the first digit
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=6))]
    class: Option<u8>,

    /// Only codes of this status
    #[arg(long, value_enum)]
    status: Option<Standing>,

    /// How to show them
    #[arg(long, value_enum, default_value_t = CodesFormat::Table)]
    format: CodesFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum Standing {
    /// All that IANA lists: current, deprecated and reserved
    Registered,
    /// Registered and in use
    Current,
    /// Registered, not to be sent any more
    Deprecated,
    /// Registered for future use
    Reserved,
    /// Not registered, once defined by RFC 2543
    Obsolete,
    /// Not registered, and in no RFC
    Unregistered,
}

#[derive(Clone, Copy, ValueEnum)]
enum CodesFormat {
    /// For people
    Table,
    /// An object a line, with all that explain shows
    Json,
    /// With a header; several wordings are separated by "; "
    Csv,
}

impl Standing {
    fn has(self, status: Status) -> bool {
        match self {
            Self::Registered => status.is_registered(),
            Self::Current => status == Status::Current,
            Self::Deprecated => status == Status::Deprecated,
            Self::Reserved => status == Status::Reserved,
            Self::Obsolete => status == Status::Obsolete,
            Self::Unregistered => status == Status::Unregistered,
        }
    }
}

/// One row, as CSV has it.
#[derive(Serialize)]
struct Row {
    code: u16,
    class: &'static str,
    phrase: Option<&'static str>,
    status: &'static str,
    defined_in: &'static str,
    aliases: String,
}

impl Row {
    fn new(entry: &Entry) -> Self {
        let aliases: Vec<&str> = entry.aliases.iter().map(|alias| alias.phrase).collect();
        Self {
            code: entry.code.get(),
            class: entry.code.class().name(),
            phrase: entry.reason,
            status: entry.status.name(),
            defined_in: entry.defined_in,
            aliases: aliases.join("; "),
        }
    }
}

pub(crate) fn run(args: &CodesArgs) -> CommandResult {
    let entries = registry::ALL.iter().filter(|entry| {
        let class = args
            .class
            .is_none_or(|class| entry.code.class() as u8 == class);
        class && args.status.is_none_or(|status| status.has(entry.status))
    });
    let (mut out, _) = terminal::stdout();
    match args.format {
        CodesFormat::Table => {
            let mut table = Table::new();
            let heading = ["CODE", "CLASS", "PHRASE", "STATUS", "DEFINED IN"];
            table
                .load_style(presets::NOTHING)
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_header(heading.map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
            for entry in entries {
                let row = Row::new(entry);
                table.add_row([
                    &entry.code.to_string(),
                    row.class,
                    row.phrase.unwrap_or_default(),
                    row.status,
                    row.defined_in,
                ]);
            }
            if let Some(column) = table.column_mut(0) {
                column.set_padding((0, 1));
            }
            for line in table.lines() {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        CodesFormat::Json => {
            for entry in entries {
                write_json(&CodeExplanation::new(entry.code), &mut out)?;
            }
        }
        CodesFormat::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            for entry in entries {
                csv.serialize(Row::new(entry)).map_err(io::Error::from)?;
            }
            csv.flush()?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}
