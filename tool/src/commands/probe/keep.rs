//! The octets that broke a target, in files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::report::ProbeResult;

/// Writes octets to a new file `STEM.sip` of that directory, and what is to be known of them to
/// `STEM.json`. If there is a file of one of these names, both get a number.
pub(super) fn keep(
    directory: &Path,
    stem: &str,
    octets: &[u8],
    record: &impl Serialize,
) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let mut number = 1;
    loop {
        let name = match number {
            1 => stem.to_owned(),
            _ => format!("{stem}-{number}"),
        };
        let paths = ["json", "sip"].map(|end| directory.join(format!("{name}.{end}")));
        match create(&paths) {
            Ok([json, mut sip]) => {
                serde_json::to_writer_pretty(json, record)?;
                sip.write_all(octets)?;
                let [_, path] = paths;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Makes both files, or none.
fn create([json, sip]: &[PathBuf; 2]) -> io::Result<[File; 2]> {
    let made = File::create_new(json)?;
    match File::create_new(sip) {
        Ok(sip) => Ok([made, sip]),
        Err(error) => {
            fs::remove_file(json)?;
            Err(error)
        }
    }
}

/// What happened, in which file, at which record, in characters that are safe in a file name and in a
/// shell:
/// `crash-SIGABRT-stdin-4-line`.
pub(super) fn stem(result: &ProbeResult<'_>, how: Option<&str>) -> String {
    let line = result.line;
    let source = match line.source.as_str() {
        "-" => "stdin",
        source => source,
    };
    let source = Path::new(source).file_stem().unwrap_or_default();
    let name = line.name.as_deref().unwrap_or("line");
    let parts = [
        result.reaction.to_string(),
        source.to_string_lossy().into_owned(),
        line.number.to_string(),
        name.strip_suffix(".sip").unwrap_or(name).to_owned(),
    ];
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._".contains(c) {
            c
        } else {
            '-'
        }
    };
    let mut stem: String = parts.join("-").chars().map(plain).take(100).collect();
    if let Some(how) = how {
        stem = stem + "-" + how;
    }
    stem
}
