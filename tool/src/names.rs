//! The names of deviations, where a program reads or writes them.

use sip_status_line::Deviations;

/// The names of deviations, lowest bit first.
pub(crate) fn deviation_names(deviations: Deviations) -> Vec<&'static str> {
    deviations.iter_names().map(|(name, _)| name).collect()
}
