//! The octets of a file, a pipe or a growing file, as they come.

use core::time::Duration;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;

use crate::interrupt::is_interrupted;
use crate::output::terminal::Output;

/// How often a growing file is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// An input that is tied to the output: before a read that may have to wait, the results of all
/// reads before it are written out.
pub(super) struct Source<R> {
    input: R,
    kind: SourceKind,
    output: Output,
    octets: u64,
    is_replaced: bool,
}

/// What to expect of an input.
enum SourceKind {
    /// All of it is there.
    File,
    /// It comes as it comes: a pipe, a socket, a terminal.
    Pipe,
    /// It is a file, and more will be written to it.
    Growing(GrowingFile),
}

/// The file that is to be at a path.
struct GrowingFile {
    path: PathBuf,
    opened: Metadata,
}

impl GrowingFile {
    /// Whether there is another file at the path, or one that is shorter than what was read.
    fn is_replaced(&self, octets: u64) -> bool {
        // While it is moved away and not made anew, there is nothing to read.
        let Ok(now) = fs::metadata(&self.path) else {
            return false;
        };
        now.len() < octets || !is_same_file(&self.opened, &now)
    }
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Without a number for a file, only a shorter one shows.
#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}

impl<R: Read> Source<R> {
    /// An input that may have to be waited for.
    pub(super) fn pipe(input: R, output: Output) -> Self {
        Self::new(input, SourceKind::Pipe, output)
    }

    fn new(input: R, kind: SourceKind, output: Output) -> Self {
        Self {
            input,
            kind,
            output,
            octets: 0,
            is_replaced: false,
        }
    }

    /// How many octets were read.
    pub(super) fn octets(&self) -> u64 {
        self.octets
    }

    /// Whether it ended since the file was truncated, or another took its place.
    pub(super) fn is_replaced(&self) -> bool {
        self.is_replaced
    }
}

impl Source<File> {
    /// The file at a path. If it is followed, its end is waited at for more.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub(super) fn open(path: &Path, is_followed: bool, output: Output) -> io::Result<Self> {
        let file = File::open(path)?;
        let opened = file.metadata()?;
        let kind = match (opened.is_file(), is_followed) {
            (false, _) => SourceKind::Pipe,
            (true, false) => SourceKind::File,
            (true, true) => SourceKind::Growing(GrowingFile {
                path: path.to_owned(),
                opened,
            }),
        };
        Ok(Self::new(file, kind, output))
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // If the output has been closed, there is no use for more input. The writer
            // keeps what it could not write, and fails again.
            let may_wait = !matches!(self.kind, SourceKind::File);
            if may_wait && self.output.flush().is_err() || is_interrupted() {
                return Ok(0);
            }
            let read = self.input.read(buffer)?;
            if let (0, false, SourceKind::Growing(file)) = (read, buffer.is_empty(), &self.kind) {
                if file.is_replaced(self.octets) {
                    self.is_replaced = true;
                    return Ok(0);
                }
                thread::sleep(POLL_INTERVAL);
                continue;
            }
            self.octets += read as u64;
            self.output.progress().advance(read as u64);
            return Ok(read);
        }
    }
}
