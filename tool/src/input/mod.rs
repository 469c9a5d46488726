//! Files into records.

mod capture;
mod carve;
pub(crate) mod files;
mod line;
mod side_by_side;
pub(crate) mod sink;
mod source;
mod table;
pub(crate) mod text;
