//! What the benchmarks measure: the same cases for `cargo bench` and for the program `ratios`.

pub mod case;
pub mod cases;
pub mod data;
mod peers;
