//! What is shown, and how.

pub(crate) mod cell;
pub(crate) mod clock;
pub(crate) mod csv;
pub(crate) mod divergence;
pub(crate) mod escape;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod terminal;
