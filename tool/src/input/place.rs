//! Where a status-line stood.

use core::fmt;

/// In what a status-line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the start of a record of text, or where a capture has it.
    Captured(sip_status_capture::Place),
    /// Anywhere in a file.
    Carved,
}

impl Place {
    pub(crate) const START: Self = Self::Captured(sip_status_capture::Place::Start);

    /// As the output has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Captured(place) => place.name(),
            Self::Carved => "carved",
        }
    }

    /// The place of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let captured = sip_status_capture::Place::ALL.map(Self::Captured);
        let mut all = captured.into_iter().chain([Self::Carved]);
        all.find(|place| place.name() == name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
