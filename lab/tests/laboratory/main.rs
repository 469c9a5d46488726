//! The laboratory, from the outside.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod divergence;
mod specimens;
