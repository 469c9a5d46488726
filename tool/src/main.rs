//! `sip-status`: every SIP status-line in text, hex and packet captures, read, judged and written.

mod commands;
mod explanation;
mod input;
mod interrupt;
mod outcome;
mod output;
mod policy;
mod response;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{check, codes, decode, encode, explain, generate, probe};
use outcome::Outcome;
use output::terminal::say;

const TOOL_EXAMPLES: &str = "\
Examples:
  sip-status decode call.pcap           every status-line of a capture
  sip-status check sip.log              where lines depart from RFC 3261, octet by octet
  sip-status explain 486                what a code means and asks for
  sip-status codes --class 6            the registry, or a part of it
  sip-status encode 486 'On a call'     the line as it goes on the wire
  sip-status generate --fault code      lines with that fault, to test parsers with
  sip-status probe --exec ./parser x/   what another parser makes of lines, and which break it

Exit codes:
  0  all is well
  1  something was found: a line refused, a deviation, a capture cut short, a phrase unknown
  2  wrong usage, or a file that cannot be read

Results go to standard output, everything else to standard error.";

/// Read, judge and write SIP status-lines (RFC 3261 §7.2)
#[derive(Parser)]
#[command(name = "sip-status", version, after_help = TOOL_EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Decode(decode::DecodeArgs),
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Codes(codes::CodesArgs),
    Encode(encode::EncodeArgs),
    Generate(generate::GenerateArgs),
    Probe(Box<probe::ProbeArgs>),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Decode(args) => decode::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Codes(args) => codes::run(&args),
        Command::Encode(args) => encode::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Probe(args) => probe::run(&args),
    };
    let outcome = result.unwrap_or_else(|error| {
        // `head` has read as much as it wants, and that is no error.
        if error.is_closed_pipe() {
            return Outcome::Good;
        }
        say(error);
        Outcome::Trouble
    });
    outcome.into()
}
