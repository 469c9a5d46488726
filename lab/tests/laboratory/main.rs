//! The laboratory, from the outside.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod answers;
// No octets but those of tables, and many of them.
#[cfg(not(miri))]
mod divergence;
mod specimens;
