//! The lines of `benches/`, for `bench.c`: writes a mix as lengths and octets to standard output. With `time`, says what
//! the library takes for a line of each mix when Rust calls it, measured as `bench.c` measures.

#![allow(
    clippy::std_instead_of_core,
    clippy::cast_precision_loss,
    reason = "a program for one purpose"
)]

use std::io::{self, Write as _};
use std::time::Instant;

use sip_status_line::Parser;

#[allow(
    dead_code,
    clippy::all,
    clippy::indexing_slicing,
    clippy::pedantic,
    unreachable_pub,
    unnameable_types,
    missing_docs,
    missing_debug_implementations,
    reason = "of another package"
)]
#[path = "../../../benches/src/data.rs"]
mod data;

const ROUNDS: usize = 61;

fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("real") => write(&data::real()),
        Some("unregistered") => write(&data::unregistered()),
        Some("time") => {
            time("real", &data::real());
            time("unregistered", &data::unregistered());
            Ok(())
        }
        _ => Err(io::Error::other("expected real, unregistered or time")),
    }
}

fn write(lines: &data::Lines) -> io::Result<()> {
    let mut to = io::BufWriter::new(io::stdout().lock());
    for line in lines.iter() {
        let len = u16::try_from(line.len()).map_err(io::Error::other)?;
        to.write_all(&len.to_le_bytes())?;
        to.write_all(line)?;
    }
    to.flush()
}

fn time(name: &str, lines: &data::Lines) {
    let mut nanos: Vec<f64> = (0..ROUNDS).map(|_| round(lines)).collect();
    nanos.sort_by(f64::total_cmp);
    println!(
        "{name}: {:.1} ns",
        nanos.first().copied().unwrap_or_default()
    );
}

#[inline(never)]
fn round(lines: &data::Lines) -> f64 {
    let start = Instant::now();
    let sum = lines.sum(|line| match Parser::INTEROP.line(line) {
        Ok(parsed) => {
            usize::from(parsed.line.code.get())
                + parsed.registry_match().phrase as usize
                + parsed.received().len()
        }
        Err(_) => 0,
    });
    std::hint::black_box(sum);
    start.elapsed().as_nanos() as f64 / lines.len() as f64
}
