//! The tool `sip-status`, from the outside: what it prints, where, and its exit code.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod calls;
mod captures;
mod decode;
mod divergence;
mod generate;
mod jobs;
mod pictures;
mod probe;
mod record;
mod run;
mod tour;
