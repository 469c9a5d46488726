//! The library, from the outside: a module for each public type, for each promise and for each table of the corpus.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

mod buf;
mod code;
mod corpus;
mod grammar;
mod line;
mod lines;
mod parser;
mod reason;
mod start_line;
mod stateful_proxy;

// Miri would take hours.
#[cfg(not(miri))]
mod exhaustive;
#[cfg(not(miri))]
mod peers;
#[cfg(not(miri))]
mod properties;
#[cfg(not(miri))]
mod registry;
#[cfg(not(miri))]
mod regressions;
