//! A program with no `std`, no libc and no panic in it, that calls the library on octets no compiler can foresee.
//!
//! Its panic handler calls a function that does not exist. The program links only if the optimiser has removed the
//! handler, which it does only if no panic can be reached. `check`, beside this crate, builds and runs it.
//!
//! It answers each line of standard input with the canonical line of its code, how the phrase stands to the
//! registry, and the deviations; or with what is wrong.
//!
//! [`Parser::find_iter`] alone is left out. It searches with `memchr::memmem`, which indexes slices in its two-way
//! searcher and asserts in its prefilter; those panics are not for this crate to remove, and they do link.

#![no_std]
#![no_main]

use core::fmt;
use core::hint::black_box;
use core::panic::PanicInfo;

use sip_status_line::grammar::{Error, nom, nom::Parser as _, status_line};
use sip_status_line::{Deviations, Parsed, Parser, ReasonPhrase, StatusCode, StatusLine, registry};

mod system;

unsafe extern "C" {
    safe fn a_panic_is_linked_in() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    a_panic_is_linked_in()
}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    let mut buf = [0; 4096];
    let input = system::read(&mut buf);
    let mut ok = true;
    for parser in [
        Parser::STRICT,
        Parser::INTEROP,
        Parser::OBSERVE,
        any_parser(),
    ] {
        ok &= black_box(read(parser, input));
    }
    for (_, item) in Parser::OBSERVE.lines(input) {
        match item {
            Ok(parsed) => answer(&parsed),
            Err(error) => say(&error),
        }
    }
    ok &= black_box(judge(input)) & black_box(write(input));
    system::exit(!ok)
}

/// No branch of this parser is known to be dead.
fn any_parser() -> Parser {
    Parser::STRICT
        .deny(Deviations::all())
        .allow(Deviations::from_bits_truncate(black_box(0x7F)))
        .with_max_len(black_box(8192))
}

/// Every way to read.
fn read(parser: Parser, input: &[u8]) -> bool {
    let prefix = parser.prefix(input);
    let line = parser.line(input);
    let strict = StatusLine::from_bytes(input);
    let mut of_nom = status_line::<Error>(parser);
    let streaming = of_nom.parse(input);
    let complete = of_nom.parse_complete(input);

    let offsets = [
        prefix.as_ref().err().map(|error| error.offset()),
        line.as_ref().err().map(|error| error.offset()),
        strict.err().map(|error| error.offset()),
        match streaming {
            Err(nom::Err::Error(error)) => Some(error.offset_in(input)),
            _ => None,
        },
    ];
    let within = offsets
        .iter()
        .flatten()
        .all(|offset| *offset <= input.len());
    let walked = parser.lines(input).all(|(offset, _)| offset <= input.len());
    within && walked && line.is_ok() == complete.is_ok()
}

/// Every code up to a number that the input begins with, and every way to ask for one.
fn judge(input: &[u8]) -> bool {
    let number = u16::from_le_bytes(*input.first_chunk().unwrap_or(&[0; 2]));
    let mut known = registry::by_phrase(input).count();
    for code in (0..=number).filter_map(StatusCode::new) {
        let digits = code.to_digits();
        if StatusCode::from_digits(digits) != Some(code) || code.fallback().class() != code.class()
        {
            return false;
        }
        known += conduct(code);
        let Some(entry) = registry::lookup(code) else {
            continue;
        };
        known += usize::from(
            entry
                .details()
                .is_some_and(|details| details.must.is_empty()),
        );
        known += entry.aliases.len()
            + usize::from(black_box(entry.phrase_match(input)) == registry::PhraseMatch::Exact);
    }
    for cause in input {
        known += usize::from(registry::from_q850(*cause).is_some());
    }
    black_box(known) < usize::MAX
}

/// Every question about a code, by the length of the answers.
fn conduct(code: StatusCode) -> usize {
    let names = [
        registry::retry(code).answer.name(),
        registry::repeat(code).answer.name(),
        registry::failover(code).answer.name(),
        registry::proxying(code).answer.name(),
        registry::dialog_effect(code).answer.name(),
        registry::condition(code).answer.name(),
        registry::sender(code).answer.name(),
        registry::caching(code).answer.name(),
        registry::phrase_duty(code).answer.name(),
    ];
    let ends = [
        registry::ends_after_bye(code).answer,
        registry::ends_subscription(code).answer,
        registry::reliable(code).answer,
        registry::methods(code).answer.contain("INVITE"),
        registry::best([code, StatusCode::BUSY_HERE]).is_some(),
    ];
    let cause = registry::to_q850(code)
        .answer
        .map_or(0, |release| release.cause);
    names.iter().map(|name| name.len()).sum::<usize>()
        + ends.iter().filter(|ends| **ends).count()
        + usize::from(cause)
}

/// Any phrase, into a buffer of a size that is not known.
fn write(input: &[u8]) -> bool {
    #[cfg(feature = "fault")]
    black_box(input[black_box(7)]);

    let end = match ReasonPhrase::new(input) {
        Ok(_) => input.len(),
        Err(error) => error.offset(),
    };
    let Some(Ok(reason)) = input.get(..end).map(ReasonPhrase::new) else {
        return false;
    };
    let Some(code) = StatusCode::new(black_box(486)) else {
        return false;
    };
    black_box(reason.to_str().is_ok());
    let line = StatusLine { code, reason };
    let mut buf = [0; 3 * 4096 + 16];
    let size = black_box(buf.len());
    let Some(buf) = buf.get_mut(..size) else {
        return false;
    };
    match line.encode(buf) {
        Ok(len) => len == line.encoded_len(),
        Err(error) => error.needed() > size,
    }
}

fn answer(parsed: &Parsed<'_>) {
    let code = parsed.line.code;
    let mut buf = [0; 256];
    if let Some(line) = StatusLine::canonical(code)
        .encode(&mut buf)
        .ok()
        .and_then(|len| buf.get(..len))
    {
        system::write(line);
    }
    say(&parsed.line.registry_match().phrase);
    say(&parsed.deviations);
}

struct Output;

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        system::write(text.as_bytes());
        Ok(())
    }
}

fn say(what: &impl fmt::Display) {
    let _ = fmt::Write::write_fmt(&mut Output, format_args!("{what}\n"));
}
