//! The table of divergences: it holds together, is read as it is written, and says what the documentation says.

use core::fmt::Write;
use std::collections::HashSet;
use std::{env, fs};

use sip_status_lab::Verdict;
use sip_status_lab::divergence::{Likeness, Reading, Stack, Table};
use sip_status_lab::hex;
use sip_status_line::{Deviations, Parser};
use sip_status_test_support::agree::{POLICIES, check};

const DIVERGENCE: &str = include_str!("../../tables/divergence.tsv");
const STACKS: &str = include_str!("../../tables/stacks.tsv");
const PROBES: &str = include_str!("../../../corpus/probes.tsv");

/// The cells of a table, its header first.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|row| row.split('\t').collect()).collect()
}

#[test]
fn the_tables_hold_together() {
    let (table, stacks) = (rows(DIVERGENCE), rows(STACKS));
    assert_eq!(table[0][..2], ["probe", "hex"]);
    assert_eq!(
        stacks[0],
        ["id", "name", "version", "language", "driven", "note"]
    );
    let ids = &table[0][2..];
    assert!(ids.iter().eq(stacks[1..].iter().map(|row| &row[0])));
    for stack in Table::new().stacks() {
        assert!(
            stack.id.ends_with(&format!("-{}", stack.version)),
            "{stack}"
        );
        assert!(
            !stack.name.is_empty() && !stack.language.is_empty(),
            "{stack}"
        );
        assert!(
            ["parser", "log", "capture"].contains(&stack.driven),
            "{stack}"
        );
    }

    assert_eq!(table.len(), 1 + 96 + 181 - 14);
    for (row, probe) in table[1..].iter().zip(&rows(PROBES)[1..]) {
        assert_eq!(row[..2], probe[..2]);
    }
    let (mut names, mut lines) = (HashSet::new(), HashSet::new());
    for row in &table[1..] {
        assert_eq!(row.len(), 2 + ids.len(), "{}", row[0]);
        assert!(!row[0].is_empty() && names.insert(row[0]), "{}", row[0]);
        let line = hex::decode(row[1].as_bytes()).unwrap();
        for (parser, policy) in POLICIES {
            check(parser, policy, &line);
        }
        assert!(lines.insert(line), "{} is there twice", row[0]);
    }

    assert!(ids.is_sorted());
    // Each stack was tried on all lines of a set, or on both sets; or on all but the one that is a megabyte long.
    for (at, id) in (2..).zip(ids) {
        let tried = table[1..].iter().filter(|row| !row[at].is_empty()).count();
        let expected: &[usize] = match *id {
            "asterisk-22.10.1" | "kamailio-5.6.3" | "kamailio-6.1.5" | "sipp-3.8.0"
            | "sngrep-1.9.0" | "suricata-8.0.7" | "tshark-4.0.17" | "tshark-4.6.9" => &[262],
            "libre-1.1.0" | "net-sip-0.835" | "opensips-master" | "pjsip-2.17-dev" => &[181],
            _ => &[96, 263],
        };
        assert!(expected.contains(&tried), "{id}: {tried}");
    }
}

/// A cell is a verdict, but for codes that a stack keeps as text and for digits that were not recorded.
#[test]
fn the_cells_are_verdicts() {
    for row in &rows(DIVERGENCE)[1..] {
        for cell in row[2..].iter().filter(|cell| !cell.is_empty()) {
            let mut words: Vec<_> = cell.splitn(3, ':').collect();
            if let [_, code, ..] = words.as_mut_slice() {
                assert!(!code.is_empty(), "{}: {cell}", row[0]);
                *code = "200";
            }
            let verdict = words.join(":").parse::<Verdict>();
            assert!(verdict.is_ok(), "{}: {cell}", row[0]);
        }
    }
}

#[test]
fn cells_by_hand() {
    let table = rows(DIVERGENCE);
    let cell = |probe: &str, id: &str| {
        let row = table.iter().find(|row| row[0] == probe).unwrap();
        row[table[0].iter().position(|other| *other == id).unwrap()]
    };
    assert_eq!(cell("ver_3_0", "kamailio-38711a3e78"), "request");
    assert_eq!(cell("ver_3_0", "kamailio-5.6.3"), "reject");
    assert_eq!(cell("code_wrap32_200", "libosip2-5.3.0"), "accept:200");
    assert_eq!(cell("code_wrap32_200", "libosip2-5.3.1"), "accept:200:4f4b");
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

/// What the stack of that id made of a line, by lines of that likeness.
#[track_caller]
fn reading(table: &Table, line: &[u8], likeness: Likeness, id: &str) -> Option<Reading> {
    let records = table.readings_of(line);
    let record = records.iter().find(|record| record.likeness == likeness)?;
    let mut readings = record.readings.iter();
    Some(readings.find(|reading| reading.stack.id == id)?.reading)
}

#[test]
fn readings_by_hand() {
    use Likeness::{Same, Shape};
    let table = Table::new();
    let wraps = b"SIP/2.0 4294967496 OK\r\n";
    for (line, likeness, id, expected) in [
        (&wraps[..], Same, "libosip2-5.3.0", Some(Reading::OtherCode)),
        (wraps, Same, "sipp-31658c2", Some(Reading::SameCode)),
        (wraps, Same, "snort3-14aeb09f5", Some(Reading::Alert)),
        (wraps, Same, "tshark-4.0.17", Some(Reading::Refused)),
        (wraps, Same, "net-sip-0.835", None),
        (
            b"SIP/2.0 480\r\n",
            Same,
            "libosip2-5.3.0",
            Some(Reading::OtherPhrase),
        ),
        (b"SIP/2.0 456\r\n", Same, "libosip2-5.3.0", None),
        (
            b"SIP/2.0 456\r\n",
            Shape,
            "libosip2-5.3.0",
            Some(Reading::OtherPhrase),
        ),
        (
            b"SIP/2.0 99999 x\r\n",
            Shape,
            "rsip-0.4",
            Some(Reading::Refused),
        ),
        (
            b"SIP/2.0 200 a\rb\r\n",
            Same,
            "net-sip-0.835",
            Some(Reading::Accepted),
        ),
        (
            b"SIP/2.0 200 a\rb\r\n",
            Shape,
            "jain-sip-bbf30675",
            Some(Reading::Mixed),
        ),
        (
            b"SIP/2.0200 OK\r\n",
            Same,
            "sipp-31658c2",
            Some(Reading::ReadAs),
        ),
        (
            b"HTTP/1.1 200 OK\r\n",
            Same,
            "kamailio-38711a3e78",
            Some(Reading::Request),
        ),
        // A line without a fault is like no other that has one.
        (
            b"SIP/2.0 404 \r\n",
            Same,
            "net-sip-0.835",
            Some(Reading::Refused),
        ),
        (b"SIP/2.0 404 \r\n", Shape, "net-sip-0.835", None),
        (b"SIP/2.0 200 100%\r\n", Shape, "libosip2-5.3.0", None),
    ] {
        let line_shown = line.escape_ascii();
        assert_eq!(
            reading(&table, line, likeness, id),
            expected,
            "{line_shown} {id}"
        );
    }
    let parsed = Parser::INTEROP
        .line(b"SIP/2.0 480\r\nVia: x\r\n\r\n")
        .unwrap();
    let records = table.readings(&parsed);
    assert_eq!(records, table.readings_of(b"SIP/2.0 480\r\n"));
    let osip = records[0]
        .readings
        .iter()
        .find(|reading| reading.stack.name == "libosip2");
    let osip = osip.unwrap();
    assert_eq!(osip.code, Some("480"));
    assert!(
        osip.phrase
            .as_deref()
            .unwrap()
            .starts_with(b"SIP/2.0/UDP 127.0.0.1")
    );
}

#[test]
fn readings_have_the_names_they_are_found_by() {
    for reading in Reading::ALL.iter().copied() {
        assert_eq!(reading.to_string().parse(), Ok(reading));
    }
    for likeness in Likeness::ALL.iter().copied() {
        assert_eq!(likeness.to_string().parse(), Ok(likeness));
    }
}

/// The stacks that did it, each with on how many of the lines.
fn stacks(readings: &[(&Stack, usize)]) -> String {
    if readings.is_empty() {
        return "none".to_owned();
    }
    let stacks = readings
        .iter()
        .map(|(stack, lines)| format!("{stack} ({lines})"));
    stacks.collect::<Vec<_>>().join(", ")
}

/// The table of `corpus/README.md`, as it follows from the records.
fn every_deviation(table: &Table) -> String {
    let mut derived = String::from(
        "| deviation | `STRICT` | `INTEROP` | lines | see another message | refuse it |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for record in table.by_deviation() {
        let allows = |parser: Parser| {
            let allows = parser.allowed().contains(record.deviation);
            if allows { "✓" } else { "–" }
        };
        writeln!(
            derived,
            "| `{}` | {} | {} | {} | {} | {} |",
            record.deviation,
            allows(Parser::STRICT),
            allows(Parser::INTEROP),
            record.lines.len(),
            stacks(&record.misreading),
            stacks(&record.refusing)
        )
        .unwrap();
    }
    derived
}

/// The list of `SECURITY.md`, as it follows from the records.
fn misread_under_interop(table: &Table) -> String {
    let mut derived = String::new();
    for record in table.by_deviation() {
        if Parser::INTEROP.allowed().contains(record.deviation) {
            let misreading = stacks(&record.misreading);
            writeln!(derived, "- `{}`: {misreading}", record.deviation).unwrap();
        }
    }
    derived
}

/// What the pages say of deviations is what is on record; `WRITE_DERIVED=1` in the environment makes it so.
#[test]
fn the_documentation_says_what_is_on_record_of_each_deviation() {
    const BEGIN: &str = "<!-- derived from lab/tables/divergence.tsv -->\n";
    const END: &str = "<!-- end -->\n";
    let table = Table::new();
    for (page, derived) in [
        ("corpus/README.md", every_deviation(&table)),
        ("SECURITY.md", misread_under_interop(&table)),
    ] {
        let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (shown, after) = rest.split_once(END).unwrap();
        let derived = format!("\n{derived}\n");
        if env::var_os("WRITE_DERIVED").is_some() {
            fs::write(path, [before, BEGIN, &derived, END, after].concat()).unwrap();
        } else {
            assert_eq!(shown, derived, "{page}");
        }
    }
}

#[test]
fn who_is_on_record_as_misreading_what_interop_takes() {
    let table = Table::new();
    let misread = table
        .by_deviation()
        .filter(|record| Parser::INTEROP.allowed().contains(record.deviation))
        .filter(|record| !record.misreading.is_empty())
        .map(|record| (record.deviation, stacks(&record.misreading)));
    assert_eq!(
        misread.collect::<Vec<_>>(),
        [
            (Deviations::VERSION_CASE, "voip-utils 0.5.0 (4)".to_owned()),
            (
                Deviations::NO_REASON_SPACE,
                "ezk-sip-types 0.6.5 (14), libosip2 5.3.0 (14), libosip2 5.3.1 (14), sippy 2.5.0 (14)"
                    .to_owned()
            ),
            (
                Deviations::REASON_OCTETS,
                "JAIN-SIP 9.0.0+r35 (4), rvoip-sip-core 0.4.0 (4), voip-utils 0.5.0 (2)".to_owned()
            ),
        ]
    );
}
