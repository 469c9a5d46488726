//! The named policies, as arguments.

use clap::ValueEnum;

/// Which deviations from the grammar are accepted.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Policy {
    /// RFC 3261 and nothing more
    Strict,
    /// Also what deployed stacks send and whose meaning is settled
    Interop,
    /// Also what only a decoder should take: other spacing, bare LF, no line ending
    Observe,
}

impl From<Policy> for sip_status_line::Parser {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Strict => Self::STRICT,
            Policy::Interop => Self::INTEROP,
            Policy::Observe => Self::OBSERVE,
        }
    }
}
