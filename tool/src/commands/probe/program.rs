//! A target that is a program.

use std::io;

use super::args::ProbeArgs;
use super::exec::Exec;
use super::lines::Messages;
use super::persistent::Persistent;
use super::process::RunResult;

/// How many messages a program that reads in a loop gets at a time. More of them cost less each.
const BATCH: usize = 64;

/// A program, run once for each message or for many.
pub(super) enum Program {
    Once(Exec),
    Loop(Persistent),
}

impl Program {
    pub(super) fn new(command: &str, args: &ProbeArgs, messages: &Messages) -> io::Result<Self> {
        Ok(if args.persistent {
            let good = messages.message(b"SIP/2.0 200 OK\r\n", 0);
            Self::Loop(Persistent::new(command, args.timeout, good))
        } else {
            Self::Once(Exec::new(command, args.timeout)?)
        })
    }

    /// How many messages it is best given at a time.
    pub(super) const fn batch(&self) -> usize {
        match self {
            Self::Once(_) => 1,
            Self::Loop(_) => BATCH,
        }
    }

    /// Says of the first messages what it did with each, of one at least unless an interrupt came before
    /// that was known.
    ///
    /// # Errors
    ///
    /// If it cannot be run, so that there is no use in trying another message.
    pub(super) fn run(
        &mut self,
        messages: &[Vec<u8>],
        each: &mut dyn FnMut(&[u8], RunResult),
    ) -> io::Result<()> {
        match (self, messages) {
            (Self::Once(exec), [first, ..]) => {
                if let Some(run) = exec.run(first)? {
                    each(first, run);
                }
                Ok(())
            }
            (Self::Once(_), []) => Ok(()),
            (Self::Loop(program), messages) => program.run(messages, each),
        }
    }

    /// Lets it end, and says what a sanitizer reported by then, at a message that is not known.
    ///
    /// # Errors
    ///
    /// If that cannot be known.
    pub(super) fn finish(&mut self) -> io::Result<Option<String>> {
        match self {
            Self::Once(_) => Ok(None),
            Self::Loop(program) => program.finish(),
        }
    }
}
