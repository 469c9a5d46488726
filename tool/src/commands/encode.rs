//! `sip-status encode`: the canonical line.

use std::ffi::OsString;
use std::io::{self, Write};

use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};

use crate::outcome::{CommandError, CommandResult, Outcome};

const ENCODE_EXAMPLES: &str = "\
Examples:
  sip-status encode 486                 SIP/2.0 486 Busy Here
  sip-status encode 486 'On a call'     SIP/2.0 486 On a call
  sip-status encode 480 'Away [DND]'    SIP/2.0 480 Away %5BDND%5D
  sip-status encode 456 ''              a line without a phrase

The line ends with CR LF. An octet that the grammar excludes from a phrase becomes %HH; a control
octet, which could end the line, is refused.";

/// Write a status-line as RFC 3261 has it
#[derive(clap::Args)]
#[command(after_help = ENCODE_EXAMPLES)]
pub(crate) struct EncodeArgs {
    /// A code from 100 to 699
    code: StatusCode,

    /// The reason phrase; the registered one unless given
    phrase: Option<OsString>,
}

pub(crate) fn run(args: &EncodeArgs) -> CommandResult {
    let mut line = StatusLine::canonical(args.code);
    if let Some(phrase) = &args.phrase {
        let reason = ReasonPhrase::new(phrase.as_encoded_bytes());
        line.reason = reason.map_err(|error| CommandError::Usage(error.to_string()))?;
    }
    let mut out = io::stdout().lock();
    line.write_to(&mut out)?;
    out.flush()?;
    Ok(Outcome::Good)
}
