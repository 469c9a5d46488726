//! What the Python package `sip_status_line` is made of: `sip_status_line._native`.
//!
//! The documentation is in the docstrings, which Python shows and `check` runs.

mod arrow;
mod capture;
mod columns;
mod line;
mod octets;
mod parser;
mod registry;

use pyo3::prelude::*;

/// The part of `sip_status_line` that is written in Rust.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::capture::{Report, Responses};
    #[pymodule_export]
    use crate::columns::Columns;
    #[pymodule_export]
    use crate::line::{StatusLine, encode};
    #[pymodule_export]
    use crate::parser::{Parser, decode, parse, parse_many, parse_prefix};
    #[pymodule_export]
    use crate::registry::{Alias, Entry, best, by_phrase, entries, from_q850, lookup, to_q850};
    #[pymodule_export]
    const FILTER_HELP: &str = sip_status_decode::FILTER_HELP;
}
