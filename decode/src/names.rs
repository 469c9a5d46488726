//! The names of deviations, where a program reads or writes them.

use sip_status_line::Deviations;

/// The names of deviations, lowest bit first.
///
/// ```
/// use sip_status_decode::deviation_names;
/// use sip_status_line::Deviations;
///
/// let deviations = Deviations::BARE_LF | Deviations::SPACING;
/// assert_eq!(deviation_names(deviations), ["SPACING", "BARE_LF"]);
/// ```
#[must_use]
pub fn deviation_names(deviations: Deviations) -> Vec<&'static str> {
    deviations.iter_names().map(|(name, _)| name).collect()
}
