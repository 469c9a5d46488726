//! What other SIP stacks are tried with, tried on this one.

use sip_status_test_support::agree::{POLICIES, check};
use sip_status_test_support::notation::from_runs;
use sip_status_test_support::oracle;

/// The rows of a table under its header, each split into its cells.
fn rows<const CELLS: usize>(
    table: &'static str,
    header: [&str; CELLS],
) -> Vec<[&'static str; CELLS]> {
    let mut rows = table
        .lines()
        .map(|row| row.split('\t').collect::<Vec<_>>().try_into().expect(row));
    assert_eq!(rows.next(), Some(header));
    rows.collect()
}

#[test]
fn probes_of_deployed_stacks() {
    let table = rows(
        include_str!("../../corpus/probes.tsv"),
        ["name", "hex", "strict", "interop", "observe"],
    );
    assert_eq!(table.len(), 96);
    for [name, hex, expected @ ..] in table {
        let input = from_runs(hex);
        for ((parser, policy), expected) in POLICIES.into_iter().zip(expected) {
            assert_eq!(oracle::line(policy, &input).to_string(), expected, "{name}");
            check(parser, policy, &input);
            check(
                parser.with_max_len(usize::MAX),
                oracle::Policy {
                    max_len: usize::MAX,
                    ..policy
                },
                &input,
            );
        }
    }
}

/// Ours agrees when a line is to be accepted and some policy does, or is to be refused and `STRICT` does.
/// Whoever disagrees says why, and nobody else.
#[test]
fn lines_from_the_tests_of_other_parsers() {
    let table = rows(
        include_str!("../../corpus/other-parsers.tsv"),
        ["expect", "hex", "ours", "source", "why"],
    );
    assert_eq!(table.len(), 164);
    for [expect, hex, ours, source, why] in table {
        let mut input = from_runs(hex);
        if !input.contains(&b'\n') {
            input.extend(b"\r\n");
        }
        let line = input.escape_ascii();
        let accepting = POLICIES.iter().position(|&(parser, policy)| {
            check(parser, policy, &input);
            parser.line(&input).is_ok()
        });
        assert_eq!(
            accepting.map_or("none", |at| ["strict", "interop", "observe"][at]),
            ours,
            "{line}"
        );
        let agrees = match expect {
            "accept" => ours != "none",
            "reject" => ours != "strict",
            _ => panic!("{expect}"),
        };
        assert_eq!(agrees, why.is_empty(), "{line} of {source}");
    }
}
