//! What the exit code says.

use std::process::ExitCode;

/// What the exit code says. The worst of all that happened counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Good = 0,
    /// The input is not what it should be.
    Findings = 1,
    /// The input could not be had, or was asked for wrongly.
    Trouble = 2,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}
