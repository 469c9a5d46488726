//! The file of known patterns.

use core::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};

use sip_status_lab::KnownPatterns;

use super::args::ProbeArgs;
use super::summary::Summary;
use crate::outcome::CommandError;
use crate::output::escape::text;

/// Reads the file, if there is to be one. With `--write-known` it need not be there yet.
pub(super) fn read(args: &ProbeArgs) -> Result<KnownPatterns, CommandError> {
    let Some(path) = &args.known else {
        return Ok(KnownPatterns::new());
    };
    let known = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && args.write_known => String::new(),
        Err(error) => return Err(fail(args, &error)),
        Ok(known) => known,
    };
    known.parse().map_err(|error| fail(args, &error))
}

/// Adds the patterns of a run that are new to the file.
pub(super) fn write(args: &ProbeArgs, summary: &Summary) -> Result<(), CommandError> {
    let Some(path) = &args.known else {
        return Ok(());
    };
    let mut added = Vec::new();
    summary.write_new_patterns(&mut added)?;
    let file = OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| file.write_all(&added));
    written.map_err(|error: io::Error| fail(args, &error))
}

fn fail(args: &ProbeArgs, error: &impl fmt::Display) -> CommandError {
    let path = args
        .known
        .as_ref()
        .map(|path| path.as_os_str().as_encoded_bytes());
    CommandError::Usage(format!("{}: {error}", text(path.unwrap_or_default())))
}
