//! The laboratory, from the outside.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

#[path = "../../../tests/library/agree.rs"]
mod agree;
#[path = "../../../tests/library/oracle/mod.rs"]
mod oracle;

mod divergence;
mod specimens;
