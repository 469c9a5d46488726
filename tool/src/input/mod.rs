//! Files into records.

mod capture;
mod carve;
pub(crate) mod files;
mod line;
pub(crate) mod sink;
mod source;
mod table;
pub(crate) mod text;
