//! Reads so many lines of a mix, or of one kind, strictly so many times and judges them, for a profiler to count:
//! `count real 65536 2`.

use std::hint::black_box;
use std::{env, process};

use sip_status_line::Parser;
use sip_status_line_bench::data::{self, Kind};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [mix, lines, times] = &arguments[..] else {
        fail("three arguments are wanted")
    };
    let (Ok(lines), Ok(times)) = (lines.parse(), times.parse()) else {
        fail("two numbers are wanted")
    };
    let kind = |(kind, _): &(Kind, usize)| format!("{kind:?}").eq_ignore_ascii_case(mix);
    let kinds = match &mix[..] {
        "real" => &data::MIX[..],
        "unregistered" => &data::MIX[1..],
        _ => match data::MIX.iter().position(kind) {
            Some(at) => &data::MIX[at..=at],
            None => fail("no such mix"),
        },
    };
    let lines = data::mix(kinds, lines);
    for _ in 0..times {
        black_box(lines.sum(|octets| match Parser::STRICT.line(octets) {
            Ok(parsed) => {
                usize::from(parsed.line.code.get()) + parsed.registry_match().phrase as usize
            }
            Err(error) => error.offset(),
        }));
    }
}

fn fail(why: &str) -> ! {
    eprintln!("{why}; usage: count real|unregistered|KIND LINES TIMES");
    process::exit(2);
}
