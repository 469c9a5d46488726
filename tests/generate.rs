//! Specimens and the parser check one another: the parser, and the oracle, say exactly what the label does.
//!
//! 300,000 of them; `SPECIMENS=10000000 cargo test --release --features generate --test generate` tries harder.

#![cfg(feature = "generate")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

#[path = "oracle/agree.rs"]
mod agree;
mod oracle;

use std::collections::BTreeSet;
use std::env;

use oracle::{Policy, Verdict};
use sip_status_line::generate::{Contradiction, Family, Recipe, Specimen, Specimens};
use sip_status_line::grammar::nom::{self, Needed, Parser as _};
use sip_status_line::grammar::status_line;
use sip_status_line::{Deviations, ErrorKind, ParseError, Parsed, Parser, StatusCode};

/// How many specimens are tried.
fn count() -> usize {
    match env::var("SPECIMENS") {
        Ok(count) => count.parse().expect("SPECIMENS is a number"),
        Err(_) => 300_000,
    }
}

/// The parser and the oracle say what the label says.
#[track_caller]
fn check(specimen: &Specimen, policy: Policy) {
    let parser = agree::parser(policy);
    let octets = specimen.octets();
    let context = || {
        let octets = octets.escape_ascii();
        format!("{specimen}\n\"{octets}\"\nunder {policy:?}")
    };
    let (line, prefix) = (specimen.line(&parser), specimen.prefix(&parser));
    assert_eq!(parser.line(octets), line, "line: {}", context());
    assert_eq!(parser.prefix(octets), prefix, "prefix: {}", context());
    let missing = match status_line::<()>(parser).parse(octets) {
        Err(nom::Err::Incomplete(Needed::Size(missing))) => Some(missing.get()),
        _ => None,
    };
    assert_eq!(missing, specimen.missing(&parser), "{}", context());

    let verdict = oracle::line(policy, octets);
    assert_eq!(
        verdict,
        in_their_words(octets, line.map(Some)),
        "{}",
        context()
    );
    let verdict = oracle::prefix(policy, octets);
    assert_eq!(verdict, in_their_words(octets, prefix), "{}", context());
}

/// The label as the oracle would put it.
fn in_their_words(octets: &[u8], label: Result<Option<Parsed<'_>>, ParseError>) -> Verdict {
    match label {
        Ok(Some(parsed)) => {
            let reason = parsed.line.reason.as_bytes();
            let start = reason.as_ptr().addr() - octets.as_ptr().addr();
            Verdict::Accept {
                code: parsed.line.code.get(),
                phrase: start..start + reason.len(),
                deviations: parsed.deviations.bits(),
                consumed: parsed.received().len(),
            }
        }
        Ok(None) => Verdict::NeedMore,
        Err(error) => Verdict::Reject {
            kind: ERROR_KINDS
                .iter()
                .find(|(kind, _)| *kind == error.kind())
                .unwrap()
                .1,
            offset: error.offset(),
            code: error.code().map(StatusCode::get),
        },
    }
}

const ERROR_KINDS: [(ErrorKind, &str); 7] = [
    (ErrorKind::Version, "version"),
    (ErrorKind::Code, "code"),
    (ErrorKind::Space, "space"),
    (ErrorKind::Reason, "reason"),
    (ErrorKind::LineEnding, "line-ending"),
    (ErrorKind::Length, "length"),
    (ErrorKind::End, "end"),
];

/// Any of the 128 sets, and any bound that may matter to a line so long.
fn any_policy(number: usize, len: usize) -> Policy {
    // Odd, so that each set meets each bound.
    let drawn = number.wrapping_mul(0x9E37_79B1) >> 7;
    Policy {
        allowed: u8::try_from(drawn % 128).unwrap(),
        max_len: match drawn / 128 % 4 {
            0 => 8192,
            1 => usize::MAX,
            _ => drawn / 512 % (len + 20),
        },
    }
}

#[test]
fn the_parser_says_what_the_label_says() {
    let mut specimens = Recipe::new().max_len(600).specimens(1).unwrap();
    let mut with_the_usual_bound = Specimens::new(2);
    for number in 0..count() {
        let specimen = match number % 16 {
            0 => with_the_usual_bound.next(),
            _ => specimens.next(),
        };
        let specimen = specimen.unwrap();
        for policy in [oracle::STRICT, oracle::INTEROP, oracle::OBSERVE] {
            check(&specimen, policy);
        }
        check(&specimen, any_policy(number, specimen.octets().len()));
    }
}
