//! What a command ends with: an outcome or an error, and so its exit code.

use core::fmt;
use std::io;
use std::process::ExitCode;

/// What the exit code says. The worst of all that happened counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Good = 0,
    /// The input is not what it should be.
    Findings = 1,
    /// The input could not be read, or was asked for wrongly.
    Trouble = 2,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}

/// Why a command ended before it did what it was asked for.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// It was asked for something that cannot be done. The message is fit for a terminal.
    Usage(String),
    /// Standard output cannot be written.
    Output(io::Error),
}

/// What every command returns.
pub(crate) type CommandResult = Result<Outcome, CommandError>;

impl CommandError {
    /// Whether the program that reads the output has closed it, as `head` does.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}
