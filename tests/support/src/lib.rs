//! What the tests and fuzz targets of several packages need, written once.
//!
//! A failure panics: that is how a test fails.

#![allow(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "tests"
)]

pub mod agree;
#[cfg(test)]
mod imports;
pub mod notation;
pub mod oracle;
pub mod packets;
pub mod ports;
pub mod process;
pub mod promises;
pub mod repository;
