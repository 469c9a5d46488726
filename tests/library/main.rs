//! The library, from the outside: a module for each public type, for each promise and for each table of the corpus.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

mod buf;
mod code;
mod corpus;
mod exhaustive;
mod grammar;
mod line;
mod lines;
mod parser;
mod peers;
mod properties;
mod reason;
mod registry;
mod regressions;
mod start_line;
mod stateful_proxy;
