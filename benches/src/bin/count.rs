//! Reads a mix, or lines of one kind, strictly so many times and judges them, for a profiler to count: `count real 2`.

use std::hint::black_box;
use std::{env, process};

use sip_status_line::Parser;
use sip_status_line_bench::data::{self, Kind};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let lines = |mix| {
        let kind = |(kind, _): &&(Kind, usize)| format!("{kind:?}").eq_ignore_ascii_case(mix);
        match mix {
            "real" => Some(data::real()),
            "unregistered" => Some(data::unregistered()),
            _ => data::MIX
                .iter()
                .find(kind)
                .map(|(kind, _)| data::only(*kind)),
        }
    };
    let [mix, times] = &arguments[..] else {
        fail("two arguments are wanted")
    };
    let Some(lines) = lines(mix) else {
        fail("no such mix")
    };
    for _ in 0..times.parse().unwrap_or(1) {
        black_box(lines.sum(|octets| match Parser::STRICT.line(octets) {
            Ok(parsed) => {
                usize::from(parsed.line.code.get()) + parsed.registry_match().phrase as usize
            }
            Err(error) => error.offset(),
        }));
    }
}

fn fail(why: &str) -> ! {
    eprintln!("{why}; usage: count real|unregistered|KIND TIMES");
    process::exit(2);
}
