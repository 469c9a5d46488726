//! What the tests of several packages need, written once.
//!
//! A failure panics: that is how a test fails.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "tests")]

pub mod notation;
pub mod packets;
pub mod process;
pub mod random;
pub mod repository;
