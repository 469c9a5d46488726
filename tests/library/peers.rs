//! What other SIP stacks are tried with, tried on this one.

use std::collections::HashSet;

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

/// The table of divergences, without its header, and the ids of the stacks in that.
fn divergence() -> (Vec<&'static str>, Vec<Vec<&'static str>>) {
    let mut rows = include_str!("../../corpus/divergence.tsv")
        .lines()
        .map(|row| row.split('\t').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    assert_eq!(header[..2], ["probe", "hex"]);
    (header[2..].to_vec(), rows.collect())
}

#[test]
fn divergences_are_of_known_stacks_and_distinct_lines() {
    let (ids, table) = divergence();
    let stacks = rows(
        include_str!("../../corpus/stacks.tsv"),
        ["id", "name", "version", "language", "driven", "note"],
    );
    assert!(ids.iter().eq(stacks.iter().map(|[id, ..]| id)));
    for [id, name, version, language, driven, _] in stacks {
        assert!(id.ends_with(&format!("-{version}")), "{id}");
        assert!(!name.is_empty() && !language.is_empty(), "{id}");
        assert!(["parser", "log", "capture"].contains(&driven), "{id}");
    }

    assert_eq!(table.len(), 96 + 181 - 14);
    let probes = include_str!("../../corpus/probes.tsv").lines().skip(1);
    let probes: Vec<_> = probes.map(|row| row.split('\t').take(2)).collect();
    assert_eq!(probes.len(), 96);
    for (row, probe) in table.iter().zip(probes) {
        assert!(row[..2].iter().copied().eq(probe), "{}", row[0]);
    }
    let (mut names, mut lines) = (HashSet::new(), HashSet::new());
    for row in &table {
        assert_eq!(row.len(), 2 + ids.len(), "{}", row[0]);
        assert!(!row[0].is_empty() && names.insert(row[0]), "{}", row[0]);
        let line = from_runs(row[1]);
        for (parser, policy) in POLICIES {
            check(parser, policy, &line);
        }
        assert!(lines.insert(line), "{} is there twice", row[0]);
    }

    // Each stack was tried on all lines of a set but those that its note names, or on both sets.
    for (at, id) in (2..).zip(ids) {
        let tried = table.iter().filter(|row| !row[at].is_empty()).count();
        let expected = match id {
            "libosip2-5.3.0" | "npm-sip-0.0.6" => 263,
            "tshark-4.0.17" => 262,
            "kamailio-5.6.3" | "libre-1.1.0" | "net-sip-0.835" | "opensips-master"
            | "pjsip-2.17-dev" | "rsip-0.4" | "sofia-sip-1.12.11" => 181,
            _ => 96,
        };
        assert_eq!(tried, expected, "{id}");
    }
}

#[test]
fn divergences_are_told_in_the_words_of_the_table() {
    for row in divergence().1 {
        for cell in &row[2..] {
            let mut words = cell.splitn(3, ':');
            let is_word = match (words.next().unwrap(), words.next(), words.next()) {
                ("" | "reject" | "request" | "alert" | "accept", None, None) => true,
                ("accept", Some(code), phrase) => {
                    let hex = phrase.unwrap_or_default();
                    !code.is_empty()
                        && hex.len() % 2 == 0
                        && hex.bytes().all(|digit| digit.is_ascii_hexdigit())
                }
                _ => false,
            };
            assert!(is_word, "{}: {cell}", row[0]);
        }
    }
}

#[test]
fn divergences_by_hand() {
    let (ids, table) = divergence();
    let cell = |probe: &str, id: &str| {
        let row = table.iter().find(|row| row[0] == probe).unwrap();
        row[2 + ids.iter().position(|other| *other == id).unwrap()]
    };
    assert_eq!(cell("ver_3_0", "kamailio-38711a3e78"), "request");
    assert_eq!(cell("ver_3_0", "kamailio-5.6.3"), "reject");
    assert_eq!(cell("code_wrap32_200", "libosip2-5.3.0"), "accept:200");
    assert_eq!(cell("code_4dig", "snort3-14aeb09f5"), "alert");
    assert_eq!(cell("code_0200", "snort3-14aeb09f5"), "accept:200");
    assert_eq!(cell("code_alpha", "suricata-398687d5d4"), "accept:abc");
    assert_eq!(cell("code_bigcode4475", "sipp-31658c2"), "accept:429496…");
    assert_eq!(cell("reason_empty_SP_404", "net-sip-0.835"), "reject");
    assert_eq!(cell("reason_empty_SP_404", "kamailio-5.6.3"), "accept:404:");
    assert_eq!(
        cell("code_99999_weird", "libre-1.1.0").get(..12),
        Some("accept:34463")
    );
    assert_eq!(cell("len_1M_reason", "tshark-4.0.17"), "");
}
