//! Files into records.

pub(crate) mod carve;
pub(crate) mod filter;
pub(crate) mod place;
pub(crate) mod records;
pub(crate) mod response;
pub(crate) mod stream;
