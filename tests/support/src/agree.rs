//! Holds the crate against the oracle.

use sip_status_line::{Deviations, ParseError, Parsed, Parser, StatusCode};

use crate::oracle::{self, INTEROP, OBSERVE, Policy, STRICT, Verdict};

/// The named policies, in the crate's words and in the oracle's.
pub const POLICIES: [(Parser, Policy); 3] = [
    (Parser::STRICT, STRICT),
    (Parser::INTEROP, INTEROP),
    (Parser::OBSERVE, OBSERVE),
];

/// The parser that follows this policy.
#[must_use]
pub fn parser(policy: Policy) -> Parser {
    let allowed = Deviations::from_bits_truncate(policy.allowed.into());
    Parser::STRICT
        .deny(Deviations::all())
        .allow(allowed)
        .with_max_len(policy.max_len)
}

/// The crate and the oracle say the same of this input, be it a datagram or the beginning of a stream.
#[track_caller]
pub fn check(parser: Parser, policy: Policy, input: &[u8]) {
    for (entry, answer, verdict) in [
        (
            "line",
            parser.line(input).map(Some),
            oracle::line(policy, input),
        ),
        (
            "prefix",
            parser.prefix(input),
            oracle::prefix(policy, input),
        ),
    ] {
        assert!(
            same(input, &answer, &verdict),
            "{entry} of \"{}\" under {policy:?}\n crate: {answer:?}\noracle: {verdict:?}",
            input.escape_ascii(),
        );
    }
}

fn same(input: &[u8], answer: &Result<Option<Parsed<'_>>, ParseError>, verdict: &Verdict) -> bool {
    match (answer, verdict) {
        (
            Ok(Some(parsed)),
            Verdict::Accept {
                code,
                phrase,
                deviations,
                consumed,
            },
        ) => {
            parsed.line.code.get() == *code
                && parsed.line.reason.as_bytes() == &input[phrase.clone()]
                && parsed.deviations.bits() == u32::from(*deviations)
                && parsed
                    .deviations
                    .iter_names()
                    .map(|(name, _)| name)
                    .eq(oracle::names(*deviations))
                && parsed.rest == &input[*consumed..]
        }
        (Err(error), Verdict::Reject { kind, offset, code }) => {
            error.kind().to_string() == *kind
                && error.offset() == *offset
                && error.code().map(StatusCode::get) == *code
        }
        (Ok(None), Verdict::NeedMore) => true,
        _ => false,
    }
}
