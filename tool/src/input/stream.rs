//! The octets of a file, a pipe or a growing file, as the readers get them.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::io::{self, Read, Write};
use std::{process, thread};

use crate::output::terminal::Output;

/// How often a growing file is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// What to expect of an input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All of it is there.
    File,
    /// It comes as it comes: a pipe, a socket, a terminal.
    Pipe,
    /// It is a file, and more will be written to it.
    Growing,
}

/// An input that is tied to the output: before a read that may have to wait, all that came of the
/// reads before is written out.
pub(crate) struct Stream<R> {
    input: R,
    kind: Kind,
    output: Output,
    octets: u64,
}

impl<R: Read> Stream<R> {
    pub(crate) fn new(input: R, kind: Kind, output: Output) -> Self {
        Self {
            input,
            kind,
            output,
            octets: 0,
        }
    }

    /// How many octets were read.
    pub(crate) fn octets(&self) -> u64 {
        self.octets
    }
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // If nobody reads the output any more, there is no use for more input. The writer
            // keeps what it could not write, and will say so again.
            if self.kind != Kind::File && self.output.flush().is_err() || is_interrupted() {
                return Ok(0);
            }
            let read = self.input.read(buffer)?;
            if read == 0 && self.kind == Kind::Growing && !buffer.is_empty() {
                thread::sleep(PAUSE);
                continue;
            }
            self.octets += read as u64;
            self.output.progress().advance(read as u64);
            return Ok(read);
        }
    }
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Lets an interrupt end the input instead of the program, so that something can still be said of
/// what was read. The second one ends the program.
pub(crate) fn end_on_interrupt() {
    let handler = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    };
    // Without a handler, the first interrupt ends the program.
    let _ = ctrlc::set_handler(handler);
}
