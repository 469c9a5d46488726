//! The octets that broke a target, in files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes octets to a new file `STEM.sip` of that directory, and what is to be known of them to
/// `STEM.json`. If there is a file of that name, a number is put behind it.
pub(super) fn keep(
    directory: &Path,
    stem: &str,
    octets: &[u8],
    record: &[u8],
) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let mut number = 1;
    loop {
        let name = match number {
            1 => stem.to_owned(),
            _ => format!("{stem}-{number}"),
        };
        let path = directory.join(name + ".sip");
        match File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(octets)?;
                File::create_new(path.with_extension("json"))?.write_all(record)?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// The parts of a name with `-` between them, of characters that no system and no shell minds.
pub(super) fn stem(parts: &[&str]) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name = parts.join("-");
    name.chars().map(plain).take(100).collect()
}
