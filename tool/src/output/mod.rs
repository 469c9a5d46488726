//! What is shown, and how.

pub(crate) mod clock;
pub(crate) mod divergence;
pub(crate) mod escape;
pub(crate) mod finding;
pub(crate) mod page;
pub(crate) mod progress;
pub(crate) mod sender;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod terminal;
