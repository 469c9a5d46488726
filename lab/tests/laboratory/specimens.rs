//! Specimens and the parser check one another: the parser, and the oracle, say exactly what the label does.
//!
//! 300,000 of them; `SPECIMENS=10000000 cargo test --release -p sip-status-lab specimens` tries harder.

use std::collections::BTreeSet;
use std::env;

use sip_status_lab::SplitMix64;
use sip_status_lab::specimen::{Answer, Contradiction, Family, Recipe, Specimen, Specimens};
use sip_status_line::grammar::nom::{self, Needed, Parser as _};
use sip_status_line::grammar::status_line;
use sip_status_line::{Deviations, ErrorKind, Parser, StatusCode};
use sip_status_test_support::agree;
use sip_status_test_support::oracle::{self, Policy, Verdict};

/// How many specimens are tried.
fn count() -> usize {
    match env::var("SPECIMENS") {
        Ok(count) => count.parse().expect("SPECIMENS is a number"),
        Err(_) if cfg!(miri) => 8,
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
    assert_eq!(line, parser.line(octets), "line: {}", context());
    assert_eq!(prefix, parser.prefix(octets), "prefix: {}", context());
    let missing = match status_line::<()>(parser).parse(octets) {
        Err(nom::Err::Incomplete(Needed::Size(missing))) => Some(missing.get()),
        _ => None,
    };
    assert_eq!(missing, specimen.missing(&parser), "{}", context());

    let verdict = oracle::line(policy, octets);
    assert_eq!(verdict, in_its_words(octets, line), "{}", context());
    let verdict = oracle::prefix(policy, octets);
    assert_eq!(verdict, in_its_words(octets, prefix), "{}", context());
}

/// The label as the oracle would put it.
fn in_its_words(octets: &[u8], label: Answer<'_>) -> Verdict {
    match label {
        Answer::Accept(acceptance) => {
            let start = acceptance.phrase.as_ptr().addr() - octets.as_ptr().addr();
            Verdict::Accept {
                code: acceptance.code.get(),
                phrase: start..start + acceptance.phrase.len(),
                deviations: u8::try_from(acceptance.deviations.bits()).unwrap(),
                consumed: acceptance.received.len(),
            }
        }
        Answer::NeedMore => Verdict::NeedMore,
        Answer::Reject(refusal) => Verdict::Reject {
            kind: refusal.kind.name(),
            offset: refusal.offset,
            code: refusal.code.map(StatusCode::get),
        },
    }
}

/// Any of the 128 sets, and any limit that may matter to a line of that length.
fn any_policy(random: &mut SplitMix64, len: usize) -> Policy {
    Policy {
        allowed: u8::try_from(random.below(128)).unwrap(),
        max_len: match random.below(4) {
            0 => 8192,
            1 => usize::MAX,
            _ => random.below(len + 20),
        },
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn the_parser_says_what_the_label_says_of_every_truncation() {
    let mut families = 0;
    for specimen in some(300, Recipe::new().with_max_len(600)) {
        families |= 1 << specimen.family() as u16;
        let octets = specimen.octets().to_vec();
        let mut lens = 0;
        for cut in specimen.truncations() {
            assert_eq!(cut.octets(), &octets[..lens]);
            assert_eq!(cut.family(), Family::Truncation);
            for policy in [oracle::STRICT, oracle::INTEROP, oracle::OBSERVE] {
                check(&cut, policy);
            }
            lens += 1;
        }
        assert!(lens > 0 || octets.first() != Some(&b'S'));
    }
    assert_eq!(families, (1 << Family::ALL.len()) - 1);
}

#[test]
fn the_parser_says_what_the_label_says() {
    let mut specimens = Recipe::new().with_max_len(600).specimens(1).unwrap();
    let mut with_the_usual_bound = Specimens::new(2);
    let mut random = SplitMix64::new(3);
    for number in 0..count() {
        let specimen = match number % 16 {
            0 => with_the_usual_bound.next(),
            _ => specimens.next(),
        };
        let specimen = specimen.unwrap();
        for policy in [oracle::STRICT, oracle::INTEROP, oracle::OBSERVE] {
            check(&specimen, policy);
        }
        check(&specimen, any_policy(&mut random, specimen.octets().len()));
    }
}

/// The first specimens of this recipe.
#[track_caller]
fn some(count: usize, recipe: Recipe) -> impl Iterator<Item = Specimen> {
    recipe.specimens(1).unwrap().take(count)
}

/// All that a fault or a deviation can be, over these specimens.
fn seen<T: Ord>(
    specimens: impl Iterator<Item = Specimen>,
    what: impl Fn(&Specimen) -> T,
) -> BTreeSet<T> {
    specimens.map(|specimen| what(&specimen)).collect()
}

fn offset(specimen: &Specimen) -> usize {
    specimen.departures()[0].offset()
}

fn exactly(deviations: Deviations, kind: Option<ErrorKind>) -> Recipe {
    Recipe::new().exactly(deviations, kind)
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn every_family_has_all_that_is_typical_of_it() {
    use ErrorKind::{
        Code, CodeSpace, Length, LineEnding, Reason, Truncated, Version, VersionSpace,
    };
    let kinds = |family| {
        let specimens = some(2000, Recipe::new().family(family).with_max_len(512));
        let names = seen(specimens, |specimen| {
            assert_eq!(specimen.family(), family);
            specimen.fault().map(|fault| fault.kind.to_string())
        });
        names.into_iter().collect::<Vec<_>>()
    };
    let expected = |sound: bool, kinds: &[ErrorKind]| {
        let kinds = kinds.iter().map(|kind| Some(kind.to_string()));
        let all: BTreeSet<_> = kinds.chain(sound.then_some(None)).collect();
        all.into_iter().collect::<Vec<_>>()
    };
    for (family, sound, faults) in [
        (Family::Valid, true, &[][..]),
        (Family::Phrase, true, &[]),
        (Family::Deviations, true, &[]),
        (
            Family::Fault,
            false,
            &[
                Version,
                VersionSpace,
                Code,
                CodeSpace,
                Reason,
                LineEnding,
                Truncated,
            ],
        ),
        (Family::Length, true, &[Length]),
        (Family::Overflow, false, &[Code, CodeSpace]),
        (
            Family::Lookalike,
            true,
            &[Version, VersionSpace, Code, CodeSpace],
        ),
        (
            Family::Control,
            true,
            &[Version, VersionSpace, Code, CodeSpace, Reason, LineEnding],
        ),
        (Family::Smuggling, true, &[Reason, LineEnding]),
        (Family::Truncation, true, &[Truncated]),
    ] {
        assert_eq!(kinds(family), expected(sound, faults), "{family}");
    }
    let families = seen(Specimens::new(1).take(2000), |specimen| {
        specimen.family().name()
    });
    assert_eq!(families.len(), Family::ALL.len());
}

/// By hand, from what is said of each family.
#[test]
#[cfg_attr(miri, ignore = "slow")]
fn a_family_has_what_is_said_of_it() {
    let families: [(Family, &[&str]); 6] = [
        (Family::Valid, &["SIP/2.0 200 OK\r\n"]),
        (
            Family::Phrase,
            &[
                " 200 \r\n",
                " 200    \r\n",
                " 200 \t\r\n",
                " 200 занято\r\n",
                " 200 😀\r\n",
                " 200 SIP/2.0 200 OK\r\n",
            ],
        ),
        (
            Family::Overflow,
            &[
                // 200 with 2¹⁶, 2³¹, 2³², 2⁶³ and 2⁶⁴ added to it.
                " 65736 OK\r\n",
                " 2147483848 OK\r\n",
                " 4294967496 OK\r\n",
                " 9223372036854776008 OK\r\n",
                " 18446744073709551816 OK\r\n",
                " +200 OK\r\n",
                " -200 OK\r\n",
                " 0200 OK\r\n",
                " 0xc8 OK\r\n",
                " 0x0c8 OK\r\n",
                " 0o310 OK\r\n",
                " 2e2 OK\r\n",
                " 2.00e2 OK\r\n",
                " 200e0 OK\r\n",
                " 200.0 OK\r\n",
                " 200L OK\r\n",
                " 2 OK\r\n",
                " 20 OK\r\n",
                " 99 OK\r\n",
                " 700 OK\r\n",
                " 2000000000000000000000000000000000000000",
                " 2009999999999999999999999999999999999999",
            ],
        ),
        (
            Family::Lookalike,
            &[
                "\u{405}IP/2.0 200 OK\r\n",
                "SIP\u{2215}2.0 200 OK\r\n",
                "SIP/2.O 200 OK\r\n",
                "SIP/2.0\u{A0}200 OK\r\n",
                "SIP/2.0 200\u{3000} OK\r\n",
                "SIP/2.0 \u{FF12}\u{FF10}\u{FF10} OK\r\n",
                "SIP/2.0 2\u{660}\u{660} OK\r\n",
                "SIP/2.0 20\u{1D7D8} OK\r\n",
                "\u{200B}\r\n",
                "\u{202E}KO\r\n",
            ],
        ),
        (Family::Control, &["\t\r\n", "\u{85}\r\n"]),
        (
            Family::Smuggling,
            &[
                "\0Contact: sip:eve@example.net\r\n",
                "\0\r\nContact: sip:eve@example.net\r\n",
                "\u{B}Contact: sip:eve@example.net\r\n",
                "\rContact: sip:eve@example.net\r\n",
                "\u{85}Contact: sip:eve@example.net\r\n",
                "\u{2028}Contact: sip:eve@example.net\r\n",
                "\u{2029}Contact: sip:eve@example.net\r\n",
                "\u{560D}\u{560A}Contact: sip:eve@example.net\r\n",
                "%0D%0AContact: sip:eve@example.net\r\n",
                "%0D%0ASIP/2.0 200 OK\r\n",
                "\r\n Contact: sip:eve@example.net\r\n",
                "\n\rContact: sip:eve@example.net\r\n",
                "example.net\nContact: sip:eve@example.net\r\n",
            ],
        ),
    ];
    let overlong: [&[u8]; 2] = [
        b"\xC0\x8D\xC0\x8AVia: SIP/2.0/UDP ",
        b"\xE0\x80\x8D\xE0\x80\x8AVia: SIP/2.0/UDP ",
    ];
    let texts = families.iter().flat_map(|(family, texts)| {
        let octets = texts.iter().map(|text| text.as_bytes());
        octets.map(|octets| (*family, octets))
    });
    for (family, octets) in texts.chain(overlong.map(|octets| (Family::Smuggling, octets))) {
        let recipe = Recipe::new().family(family).code(StatusCode::OK);
        let is_there = some(5000, recipe.with_max_len(512)).any(|specimen| {
            let mut places = specimen.octets().windows(octets.len());
            places.any(|there| there == octets)
        });
        assert!(is_there, "{family}: {}", octets.escape_ascii());
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn a_fault_stands_wherever_it_can() {
    let offsets = |kind| seen(some(4000, exactly(Deviations::empty(), Some(kind))), offset);
    let set = |offsets: &[usize]| offsets.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(offsets(ErrorKind::Version), (0..7).collect());
    assert_eq!(offsets(ErrorKind::VersionSpace), set(&[7]));
    assert_eq!(offsets(ErrorKind::CodeSpace), set(&[11]));
    assert_eq!(offsets(ErrorKind::Code), (8..11).collect());
    assert!(offsets(ErrorKind::Reason).is_superset(&(12..40).collect()));
    assert!(offsets(ErrorKind::LineEnding).is_superset(&(13..40).collect()));
    let ends = offsets(ErrorKind::Truncated);
    assert!(ends.is_superset(&(0..11).collect()) && ends.is_superset(&(13..24).collect()));
    assert!(!ends.contains(&11) && !ends.contains(&12));
    let no_line_end = some(4000, exactly(Deviations::NO_LINE_END, None));
    assert!(seen(no_line_end, offset).is_superset(&(12..40).collect()));

    // Ending at, before and after the limit, whatever the ending is.
    for (deviations, bounds) in [
        (Deviations::empty(), 508..=517),
        (Deviations::BARE_LF, 508..=517),
        (Deviations::NO_LINE_END, 507..=516),
    ] {
        let recipe = || Recipe::new().family(Family::Length).with_max_len(512);
        let len = |specimen: &Specimen| {
            let answer = specimen.line(&Parser::OBSERVE.with_max_len(usize::MAX));
            answer.acceptance().unwrap().received.len()
        };
        let mut lens = seen(some(500, recipe().exactly(deviations, None)), len);
        let too_long = recipe().exactly(deviations, Some(ErrorKind::Length));
        lens.extend(seen(some(500, too_long), len));
        assert_eq!(lens, bounds.collect(), "{deviations}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn every_control_stands_wherever_it_can() {
    let controls = || (0..=0x1F).chain([0x7F]);
    let pairs = |kind| {
        let recipe = exactly(Deviations::empty(), Some(kind)).family(Family::Control);
        seen(some(20_000, recipe), |specimen| {
            (offset(specimen), specimen.octets()[offset(specimen)])
        })
    };
    let all = |offsets: &[usize]| -> BTreeSet<(usize, u8)> {
        let pairs = offsets
            .iter()
            .flat_map(|offset| controls().map(move |control| (*offset, control)));
        pairs.collect()
    };
    let version = &all(&[0, 1, 2, 3, 4, 5, 6]) - &BTreeSet::from([(0, b'\r')]);
    assert_eq!(pairs(ErrorKind::Version), version);
    let mut space = all(&[7]);
    space.retain(|(_, octet)| *octet != b'\t');
    assert_eq!(pairs(ErrorKind::VersionSpace), space);
    let mut space = all(&[11]);
    space.retain(|(_, octet)| !b"\t\r\n".contains(octet));
    assert_eq!(pairs(ErrorKind::CodeSpace), space);
    let code = &all(&[8, 9, 10]) - &BTreeSet::from([(8, b'\t')]);
    assert_eq!(pairs(ErrorKind::Code), code);
    let octets = |kind| {
        let pairs = pairs(kind).into_iter();
        pairs.map(|(_, octet)| octet).collect::<BTreeSet<_>>()
    };
    assert!(
        octets(ErrorKind::Reason)
            .into_iter()
            .eq(controls().filter(|octet| !b"\t\r\n".contains(octet)))
    );
    assert!(
        octets(ErrorKind::LineEnding)
            .into_iter()
            .eq(controls().filter(|octet| *octet != b'\n'))
    );
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn what_is_asked_for_is_what_comes_or_a_contradiction() {
    let kinds = ErrorKind::ALL.iter().copied().map(Some);
    let mut possible = [0; 10];
    for (kind, possible) in kinds.chain([None]).zip(&mut possible) {
        for bits in 0..=Deviations::all().bits() {
            let deviations = Deviations::from_bits_retain(bits);
            let Ok(specimens) = exactly(deviations, kind).with_max_len(512).specimens(3) else {
                continue;
            };
            *possible += 1;
            for specimen in specimens.take(50) {
                assert_eq!(specimen.deviations(), deviations, "{specimen}");
                let fault = specimen.fault();
                assert_eq!(fault.map(|fault| fault.kind), kind, "{specimen}");
            }
        }
    }
    // Of what comes before a fault. NO_REASON_SPACE and REASON_OCTETS, BARE_LF and NO_LINE_END exclude each other.
    let [version, version_space, code, code_space, reason, rest @ ..] = possible;
    assert_eq!(
        [version, version_space, code, code_space, reason],
        [4, 4, 8, 8, 16]
    );
    let [line_ending, length, truncated, trailing, none] = rest;
    assert_eq!([line_ending, truncated, trailing], [8 * 3, 8 * 3, 0]);
    assert_eq!([length, none], [16 * 3, 8 * 3 * 3]);

    let said = |recipe: Recipe| recipe.specimens(1).unwrap_err().to_string();
    assert_eq!(
        said(exactly(Deviations::BARE_LF | Deviations::NO_LINE_END, None)),
        "no specimen has exactly the deviations BARE_LF | NO_LINE_END and no fault"
    );
    assert_eq!(
        said(
            exactly(Deviations::empty(), Some(ErrorKind::Code))
                .family(Family::Control)
                .family(Family::Valid)
                .with_max_len(0)
        ),
        "expected a length limit from 512 to 60000, not 0"
    );
    assert_eq!(
        said(
            exactly(Deviations::empty(), Some(ErrorKind::Truncated))
                .family(Family::Control)
                .family(Family::Valid)
        ),
        "no specimen of the family valid or control has no deviation and a fault of the kind truncated"
    );
    let _: Contradiction = Recipe::new().with_max_len(60_001).specimens(1).unwrap_err();
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn code_and_bound_are_those_of_the_recipe() {
    let recipe = Recipe::new().code(StatusCode::BUSY_HERE).with_max_len(512);
    for specimen in some(5000, recipe) {
        if let Some(acceptance) = specimen.line(&Parser::OBSERVE).acceptance() {
            assert_eq!(acceptance.code, StatusCode::BUSY_HERE, "{specimen}");
        }
    }
    for max_len in [512, 1000, 60_000] {
        for specimen in some(500, Recipe::new().with_max_len(max_len)) {
            let len = specimen.octets().len();
            let is_long = specimen.family() == Family::Length;
            assert!(len <= if is_long { max_len + 512 } else { 1024 });
            let answer = specimen.line(&Parser::OBSERVE.with_max_len(max_len));
            let accepted = answer
                .acceptance()
                .map(|acceptance| acceptance.received.len());
            let line = accepted.or_else(|| Some(answer.refusal()?.offset)).unwrap();
            assert!(is_long || line < 512, "{specimen}");
        }
    }
}

#[test]
fn a_family_asked_for_twice_is_asked_for() {
    let once = Recipe::new().family(Family::Control);
    assert_eq!(once.family(Family::Control), once);
}

#[test]
fn departures_are_put_in_words() {
    for (recipe, expected) in [
        (
            exactly(Deviations::empty(), None).family(Family::Valid),
            "valid: no departure",
        ),
        (
            exactly(Deviations::NO_REASON_SPACE | Deviations::BARE_LF, None),
            "deviations: LF for SP after the status code at octet 11; LF for CR LF at octet 11",
        ),
        (
            exactly(Deviations::empty(), Some(ErrorKind::Length)).with_max_len(512),
            "length: too long for the limit at octet 511",
        ),
    ] {
        assert_eq!(some(1, recipe).next().unwrap().to_string(), expected);
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow")]
fn what_a_phrase_lacks_is_put_in_words() {
    let lacking = seen(
        some(500, exactly(Deviations::REASON_OCTETS, None)),
        |specimen| {
            let before = &specimen.octets()[..offset(specimen)];
            let in_escape = matches!(before, [.., b'%'] | [.., b'%', _]);
            let text = specimen.departures()[0].to_string();
            let (_, lacking) = text.split_once(" for ").unwrap();
            let (lacking, _) = lacking.split_once(" at octet ").unwrap();
            (in_escape, lacking.to_owned())
        },
    );
    let expected = [
        (false, "an octet of the reason phrase"),
        (false, "the rest of a UTF-8 sequence"),
        (true, "a hexadecimal digit of an escape"),
    ];
    let expected = expected.map(|(in_escape, text)| (in_escape, text.to_owned()));
    assert_eq!(lacking, BTreeSet::from(expected));
}

#[test]
fn families_have_the_names_they_are_found_by() {
    for family in Family::ALL.iter().copied() {
        assert_eq!(family.to_string().parse(), Ok(family));
        assert_eq!(format!("{family:?}").to_lowercase(), family.name());
    }
    assert_eq!(
        "Valid".parse::<Family>().unwrap_err().to_string(),
        "expected one of: valid, phrase, deviations, fault, length, overflow, lookalike, control, smuggling, truncation"
    );
}

/// Octets that differ between machines or versions are caught here. Whoever means to change them says so in the
/// module's documentation and in the changelog.
#[test]
fn the_same_seed_gives_the_same_octets() {
    let digests = |count| {
        let digest = |family: &Family| {
            let family = *family;
            let mut digest = 0xCBF2_9CE4_8422_2325_u64; // FNV-1a
            for specimen in some(count, Recipe::new().family(family).with_max_len(600)) {
                let len = u64::try_from(specimen.octets().len()).unwrap();
                for octet in specimen.octets().iter().copied().chain(len.to_le_bytes()) {
                    digest = (digest ^ u64::from(octet)).wrapping_mul(0x0100_0000_01B3);
                }
            }
            format!("{family} {digest:016x}")
        };
        Family::ALL.iter().map(digest).collect::<Vec<_>>()
    };
    assert_eq!(
        digests(10),
        [
            "valid c52e6afb3badcd3f",
            "phrase afc5bb2832e13675",
            "deviations ec05a9e44920bc5c",
            "fault e280daa05e2ba08b",
            "length 630042528ac504ec",
            "overflow bab958b671e2ff25",
            "lookalike 6cbb18f1aee81a44",
            "control ca9e12c0609bdfde",
            "smuggling ec47b4ff6ccc4c15",
            "truncation dbc410ab16257d19"
        ]
    );
    if cfg!(miri) {
        return; // it is slow
    }
    assert_eq!(
        digests(3000),
        [
            "valid d21360e9934c43c2",
            "phrase c9d78b9ce87f349a",
            "deviations a79706118f6cdd28",
            "fault de60e7e1038082eb",
            "length c95d393a5febf89e",
            "overflow c960db182761835a",
            "lookalike 53b539fd4fcb2551",
            "control c2101cd1f6ef8efb",
            "smuggling 239f5ddcf6840919",
            "truncation f31b3e6aa9dfdb67",
        ]
    );
}

#[cfg(feature = "arbitrary")]
#[test]
#[cfg_attr(miri, ignore = "slow")]
fn a_fuzzer_makes_specimens_of_any_octets() {
    use arbitrary::{Arbitrary, Unstructured};

    let mut families = BTreeSet::new();
    let mut random = SplitMix64::new(1);
    let octets: Vec<u8> = (0..20_000).map(|_| random.octet()).collect();
    for start in 0..1000 {
        let mut choices = Unstructured::new(&octets[start * 19..][..start % 200]);
        let specimen = Specimen::arbitrary(&mut choices).unwrap();
        families.insert(specimen.family().name());
        check(&specimen, oracle::STRICT);
        check(&specimen, oracle::OBSERVE);
    }
    assert_eq!(families.len(), Family::ALL.len());
}
