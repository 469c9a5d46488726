//! The corpus, read by the crate and by the oracle: `corpus/verdicts.tsv` is what both must say.

use std::{collections::BTreeMap, fs};

use sip_status_test_support::agree::{POLICIES, check, parser};
use sip_status_test_support::notation::to_hex;
use sip_status_test_support::oracle::{self, INTEROP, OBSERVE, Policy, STRICT, Verdict, names};
use sip_status_test_support::repository;

const DIRECTORIES: [&str; 3] = ["accept", "lenient", "reject"];

/// Miri, being slow, gets one file of so many.
const STEP: usize = if cfg!(miri) { 48 } else { 1 };

/// Every file of the corpus by its name, as `verdicts.tsv` spells it.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let paths = DIRECTORIES.map(|directory| repository::files(&format!("corpus/{directory}")));
    let root = repository::path("corpus");
    let paths = paths.iter().flatten().step_by(STEP);
    paths
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read(path).unwrap())
        })
        .collect()
}

/// A row of `verdicts.tsv`, made from what the oracle says.
fn row(file: &str, input: &[u8]) -> String {
    let [strict, interop, observe] = POLICIES.map(|(_, policy)| oracle::line(policy, input));
    let read = match &observe {
        Verdict::Accept {
            code,
            phrase,
            consumed,
            ..
        } => {
            format!(
                "{code}\t{}\t{}",
                to_hex(&input[phrase.clone()]),
                input.len() - consumed
            )
        }
        _ => "\t\t".to_owned(),
    };
    format!("{file}\t{read}\t{strict}\t{interop}\t{observe}")
}

#[test]
fn the_table_is_what_both_parsers_say_of_the_files() {
    let table = include_str!("../../corpus/verdicts.tsv");
    let mut rows = table.lines();
    assert_eq!(
        rows.next(),
        Some("file\tcode\treason_hex\trest_len\tstrict\tinterop\tobserve")
    );
    let rows = rows.step_by(STEP);
    let corpus = corpus();
    assert!(
        rows.clone()
            .map(|row| row.split('\t').next().unwrap())
            .eq(corpus.keys()),
        "a row for every file, in order"
    );
    for ((file, input), expected) in corpus.iter().zip(rows) {
        assert_eq!(row(file, input), expected);
        for (parser, policy) in POLICIES {
            check(parser, policy, input);
        }
    }
}

#[test]
fn a_directory_says_who_accepts() {
    for (file, input) in corpus() {
        let accepts = |policy| matches!(oracle::line(policy, &input), Verdict::Accept { .. });
        let directory = match (accepts(STRICT), accepts(OBSERVE)) {
            (true, _) => "accept",
            (false, true) => "lenient",
            (false, false) => "reject",
        };
        assert_eq!(file.split('/').next(), Some(directory), "{file}");
    }
}

#[test]
fn octet_by_octet_the_first_definite_answer_is_the_last() {
    for (file, input) in corpus() {
        for (parser, policy) in POLICIES {
            let answers = (0..=input.len()).map(|len| {
                check(parser, policy, &input[..len]);
                oracle::prefix(policy, &input[..len])
            });
            let definite: Vec<_> = answers
                .filter(|answer| *answer != Verdict::NeedMore)
                .collect();
            let whole = oracle::prefix(policy, &input);
            assert!(
                definite.iter().all(|answer| *answer == whole),
                "{file}: {definite:?}"
            );
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn every_set_of_deviations() {
    for input in corpus().values() {
        for allowed in 0..1 << oracle::NAMES.len() {
            let policy = Policy { allowed, ..STRICT };
            check(parser(policy), policy, input);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn every_limit() {
    for input in corpus().values() {
        for (parser, policy) in POLICIES {
            for max_len in (0..40).chain(input.len().saturating_sub(3)..input.len() + 3) {
                check(
                    parser.with_max_len(max_len),
                    Policy { max_len, ..policy },
                    input,
                );
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn a_phrase_of_60_kilobytes() {
    let input = oracle::encode(200, &vec![b'a'; 60_000]);
    for (parser, policy) in POLICIES {
        check(parser, policy, &input);
        for max_len in [input.len() - 1, input.len(), usize::MAX] {
            check(
                parser.with_max_len(max_len),
                Policy { max_len, ..policy },
                &input,
            );
        }
    }
}

#[test]
fn whatever_is_accepted_is_written_as_the_oracle_writes_it() {
    for (file, input) in corpus() {
        for (parser, _) in POLICIES {
            let Ok(parsed) = parser.line(&input) else {
                continue;
            };
            let (code, phrase) = (parsed.line.code.get(), parsed.line.reason.as_bytes());
            let written = oracle::encode(code, phrase);

            let mut buf = vec![0; parsed.line.encoded_len()];
            let len = parsed.line.encode(&mut buf).unwrap();
            assert_eq!(&buf[..len], written, "{file}");

            let received = &input[..input.len() - parsed.rest.len()];
            assert_eq!(written == received, parsed.deviations.is_empty(), "{file}");
            let again = oracle::line(STRICT, &written);
            assert!(
                matches!(again, Verdict::Accept { code: same, deviations: 0, consumed, .. }
                    if same == code && consumed == written.len()),
                "{file}: {again:?}",
            );
        }
    }
}

/// The oracle itself, held against answers worked out by hand.
mod by_hand {
    use super::*;

    const SOME: u8 = STRICT.allowed;
    const MORE: u8 = INTEROP.allowed;
    const ALL: u8 = OBSERVE.allowed;

    #[test]
    fn names_stand_in_bit_order() {
        assert_eq!(
            names(oracle::VERSION_CASE | oracle::BARE_LF),
            ["VERSION_CASE", "BARE_LF"]
        );
        assert_eq!(names(ALL), oracle::NAMES);
    }

    #[test]
    fn an_accept_says_what_it_took() {
        let accept = |code, phrase, deviations, consumed| Verdict::Accept {
            code,
            phrase,
            deviations,
            consumed,
        };
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 486 Busy Here\r\nVia:"),
            accept(486, 12..21, 0, 23)
        );
        assert_eq!(
            oracle::line(INTEROP, b"\r\n\r\nsip/2.0 100\r\n\r\n"),
            accept(100, 15..15, 7, 17)
        );
        assert_eq!(
            oracle::line(OBSERVE, b"SIP/2.0\t 699\t\tx\ny"),
            accept(699, 13..15, 16 | 32, 16)
        );
        assert_eq!(
            oracle::line(OBSERVE, b"SIP/2.0 200"),
            accept(200, 11..11, 4 | 64, 11)
        );
        assert_eq!(
            oracle::line(OBSERVE, b"SIP/2.0 200 %4"),
            accept(200, 12..14, 8 | 64, 14)
        );
    }

    #[test]
    fn a_reject_knows_the_code_once_it_was_read() {
        let reject = |kind, offset, code| Verdict::Reject { kind, offset, code };
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 20"),
            reject("truncated", 10, None)
        );
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 200"),
            reject("truncated", 11, Some(200))
        );
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 200;"),
            reject("code-space", 11, Some(200))
        );
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 2000"),
            reject("code-space", 11, None)
        );
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 700"),
            reject("code", 8, None)
        );
        assert_eq!(
            oracle::line(STRICT, b"SIP/2.0 200 \x07"),
            reject("reason", 12, Some(200))
        );
    }

    const NO_LF: u8 = ALL & !oracle::BARE_LF;
    const NEED_SPACE: u8 = ALL & !oracle::NO_REASON_SPACE;
    const NEED_LEGAL: u8 = oracle::NO_LINE_END;
    const MAX: usize = usize::MAX;

    /// What is allowed, `max_len`, the input, and what `line` says of it.
    #[rustfmt::skip]
    const TABLE: &[(u8, usize, &[u8], &str)] = &[
        // broken escapes and leads
        (SOME, MAX, b"SIP/2.0 200 %%41\r\n",             "reject:reason@13"),
        (SOME, MAX, b"SIP/2.0 200 \xE2\x82\xAC\x80\r\n", "accept"),
        (SOME, MAX, b"SIP/2.0 200 \xE2\x82",             "reject:truncated@14"),
        (MORE, MAX, b"SIP/2.0 200 %%41\r\n",             "accept:REASON_OCTETS"),
        (MORE, MAX, b"SIP/2.0 200 %4\r\n",               "accept:REASON_OCTETS"),
        (MORE, MAX, b"SIP/2.0 200 %4\n",                 "reject:line-ending@14"),
        (MORE, MAX, b"SIP/2.0 200 \xE2\x82\x7F",         "reject:reason@14"),
        (MORE, MAX, b"SIP/2.0 200 \xC3\rx",              "reject:line-ending@14"),
        (ALL,  MAX, b"SIP/2.0 200 %",                    "accept:REASON_OCTETS|NO_LINE_END"),
        (NEED_LEGAL, MAX, b"SIP/2.0 200 %4",             "reject:truncated@14"),
        (NEED_LEGAL, MAX, b"SIP/2.0 200 %41",            "accept:NO_LINE_END"),

        // endings
        (NO_LF, MAX, b"SIP/2.0 200\n",       "reject:line-ending@11"),
        (NEED_SPACE, MAX, b"SIP/2.0 200\n",  "reject:code-space@11"),
        (NEED_SPACE, MAX, b"SIP/2.0 200",    "reject:truncated@11"),
        (NEED_SPACE, MAX, b"SIP/2.0 200 ",   "accept:NO_LINE_END"),
        (ALL,  MAX, b"SIP/2.0 200\n",        "accept:NO_REASON_SPACE|BARE_LF"),
        (ALL,  MAX, b"SIP/2.0 200 \r",       "reject:truncated@13"),
        (ALL,  MAX, b"SIP/2.0 200\r\r\n",    "reject:line-ending@12"),
        (ALL,  MAX, b"\rS",                  "reject:line-ending@1"),
        (ALL,  MAX, b"\r\n\n",               "reject:version@2"),

        // limits: the shortest line has 14 octets, 13 without the space, 12 if LF alone may end it
        (SOME, 13, b"",                      "reject:length@0"),
        (SOME, 13, b"S",                     "reject:length@0"),
        (SOME, 13, b"X",                     "reject:length@0"),
        (SOME, 14, b"X",                     "reject:version@0"),
        (SOME, 14, b"SIP/2.0 100 \r\n",      "accept"),
        (SOME, 15, b"SIP/2.0 200 OK",        "reject:length@13"),
        (SOME, 15, b"SIP/2.0 200 O\0",       "reject:reason@13"),
        (SOME, 16, b"SIP/2.0 200 OK",        "reject:truncated@14"),
        (SOME, 16, b"SIP/2.0 200 %",         "reject:length@12"),
        (SOME, 17, b"SIP/2.0 200 %41\r\n",   "accept"),
        (SOME, 19, b"SIP/2.0 200 \xFC",      "reject:length@12"),
        (SOME, 20, b"SIP/2.0 200 \xFC",      "reject:truncated@13"),
        (MORE, 15, b"SIP/2.0 200 %",         "reject:truncated@13"),
        (MORE, 13, b"SIP/2.0 200\r\n",       "accept:NO_REASON_SPACE"),
        (MORE, 13, b"SIP/2.0 200 ",          "reject:length@11"),
        (MORE, 14, b"\r\n",                  "reject:length@0"),
        (MORE, 15, b"\r\n",                  "reject:truncated@2"),
        (ALL,  12, b"SIP/2.0 200\r",         "reject:length@11"),
        (ALL,  12, b"SIP/2.0  ",             "reject:length@8"),
        (ALL,  14, b"SIP/2.0 200 OK",        "reject:length@13"),
        (ALL,  15, b"SIP/2.0 200 OK",        "accept:NO_LINE_END"),
        (ALL,  15, b"SIP/2.0 200 OK\n",      "accept:BARE_LF"),
    ];

    /// In a stream the same, unless the input is what stops short.
    #[test]
    fn table() {
        for &(allowed, max_len, input, cell) in TABLE {
            let policy = Policy { allowed, max_len };
            let is_short = cell.starts_with("reject:truncated") || cell.ends_with("NO_LINE_END");
            let line = oracle::line(policy, input).to_string();
            let prefix = oracle::prefix(policy, input).to_string();
            let expected = (cell, if is_short { "more" } else { cell });
            assert_eq!(
                (&*line, &*prefix),
                expected,
                "{allowed} {max_len} {}",
                input.escape_ascii()
            );
        }
    }

    #[test]
    fn writing() {
        let line = |phrase: &[u8]| oracle::encode(486, phrase).escape_ascii().to_string();
        assert_eq!(line(b""), r"SIP/2.0 486 \r\n");
        assert_eq!(line(b"100% [busy]"), r"SIP/2.0 486 100%25 %5Bbusy%5D\r\n");
        assert_eq!(line(b"%%4a%4"), r"SIP/2.0 486 %25%4a%254\r\n");
        assert_eq!(
            line(b"\xC3\xA9\xC3\xFE\x80\xE2\x82"),
            r"SIP/2.0 486 \xc3\xa9%C3%FE\x80%E2\x82\r\n"
        );
    }
}
