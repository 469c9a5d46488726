//! The bodies of the fuzz targets. `tests/library/regressions.rs` runs the same ones over the corpus.
//!
//! The corpus is where a fuzzer starts: its files are read as what they are, under every named policy. What it finds
//! on the way goes to the first directory.
//!
//! What is left of a crash, dropped into `corpus/crashes`, is a regression test for every target.

pub mod mutator;
pub use sip_status_test_support::promises::targets;
