//! What a target did with a line.

use core::fmt;

use sip_status_lab::{Assessment, Pattern, Verdict};

/// What a target did with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// It gave a verdict, or answered the response as if it were a request.
    Verdict(Verdict),
    /// It was ended by that signal, or a sanitizer reported that, or it ended with that exit code though
    /// it was to go on.
    Crash(String),
    /// The program had not ended or answered when its time was over.
    Hang,
    /// It still answers.
    Alive,
    /// It did not answer in time, but did when asked again. The line was then sent once more:
    /// whether the same happened `again`.
    Late { again: bool },
    /// It closed the connection, and answers on a new one.
    Closed,
    /// It answers no longer on the connection, but on a new one.
    Deaf,
    /// It answers no longer: it hangs or is dead.
    Silent,
    /// Nothing was listening there any more.
    Dead,
    /// The line could not be sent.
    Unsent(String),
}

impl Reaction {
    /// The word for it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Verdict(verdict) => verdict.name(),
            Self::Crash(_) => "crash",
            Self::Hang => "hang",
            Self::Alive => "alive",
            Self::Late { .. } => "late",
            Self::Closed => "closed",
            Self::Deaf => "deaf",
            Self::Silent => "silent",
            Self::Dead => "dead",
            Self::Unsent(_) => "unsent",
        }
    }

    /// What there is to say besides the word.
    pub(super) fn detail(&self) -> Option<&str> {
        match self {
            Self::Crash(cause) | Self::Unsent(cause) => Some(cause),
            Self::Late { again } => Some(if *again { "again" } else { "once" }),
            _ => None,
        }
    }

    /// What it made of the line, if that is known. To close the connection is to refuse, as stacks do
    /// with what they cannot read from a stream.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Verdict(verdict) => Some(verdict.clone()),
            Self::Closed => Some(Verdict::Reject),
            _ => None,
        }
    }

    /// What the finding has in common with others, if it is one.
    pub(super) fn pattern(&self, ours: &Assessment<'_>) -> Option<Pattern> {
        if self.is_breakage() {
            return Some(ours.pattern_of(self.word()));
        }
        ours.pattern(&self.verdict()?)
    }

    /// Whether the line broke the target, so that its octets are worth keeping.
    pub(super) fn is_breakage(&self) -> bool {
        matches!(
            self,
            Self::Crash(_)
                | Self::Hang
                | Self::Late { .. }
                | Self::Deaf
                | Self::Silent
                | Self::Dead
        )
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.detail()) {
            (Self::Verdict(verdict), _) => verdict.fmt(f),
            (_, Some(detail)) => write!(f, "{}:{detail}", self.word()),
            (_, None) => f.write_str(self.word()),
        }
    }
}
