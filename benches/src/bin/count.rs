//! Reads a mix strictly so many times and judges it, for a profiler to count: `count real 2`.

use std::hint::black_box;
use std::{env, process};

use sip_status_line::Parser;
use sip_status_line_bench::data;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (lines, times) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["real", times] => (data::real(), times),
        ["unregistered", times] => (data::unregistered(), times),
        _ => {
            eprintln!("usage: count real|unregistered TIMES");
            process::exit(2);
        }
    };
    for _ in 0..times.parse().unwrap_or(1) {
        black_box(lines.sum(|octets| match Parser::STRICT.line(octets) {
            Ok(parsed) => {
                usize::from(parsed.line.code.get()) + parsed.registration().phrase as usize
            }
            Err(error) => error.offset(),
        }));
    }
}
