//! What is where in this repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The file or directory at this path from the root of the repository.
#[must_use]
pub fn path(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().join(path)
}

/// The files of a directory, in the order of their names. None if the directory is not there.
///
/// The path is from the root of the repository.
#[must_use]
pub fn files(directory: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path(directory)) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
