//! Each promise on octets that were made up near the grammar: good lines, lines with a fault or two, files of the
//! corpus spliced, and noise.
//!
//! 2,000 of each; `PROPTEST_CASES=100000 cargo test --release --test library properties` tries harder. A failure
//! is shown at its smallest and kept nowhere: write it to a file in `corpus/crashes`, and `regressions.rs` tries it ever
//! after.

use core::fmt::{self, Debug};
use std::{env, fs};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};
use sip_status_test_support::oracle::{self, INTEROP, OBSERVE, Policy, STRICT};
use sip_status_test_support::{promises, repository};

/// Octets, shown as a string that `printf` takes.
#[derive(Clone)]
struct Octets(Vec<u8>);

impl Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// Any of these pieces.
fn any_of(pieces: &'static [&[u8]]) -> impl Strategy<Value = Vec<u8>> {
    select(pieces).prop_map(<[u8]>::to_vec)
}

/// The pieces, one after another.
fn concat(pieces: impl Strategy<Value = Vec<Vec<u8>>>) -> impl Strategy<Value = Vec<u8>> {
    pieces.prop_map(|pieces| pieces.concat())
}

/// What a phrase is made of: legal octets in runs, escapes and sequences whole and broken, excluded octets, and now
/// and then what ends it.
fn phrase() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[ -~]{0,20}".prop_map(String::into_bytes),
        4 => any_of(&[b"OK", b"Busy Here", b" ", b"\t", b"SIP/2.0 200 ", b"%41", b"%c3", b"\xE2\x82\xAC", b"\xC3\xA9"]),
        2 => any_of(&[b"%", b"%4", b"%G", b"\xC0", b"\xE2\x82", b"\xF7\x80", b"\xFB\x80\x80", b"\xFD", b"\xFE", b"\xFF"]),
        2 => any_of(&[b"\x80", b"\xBF\x80\x80\x80", b"\"", b"#", b"<>", b"[]", b"\\", b"^", b"`", b"{|}"]),
        1 => any::<u8>().prop_map(|octet| vec![octet]),
    ];
    concat(prop::collection::vec(piece, 0..6))
}

/// A line that some policy accepts, and what follows it.
fn good() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![
        3 => select(sip_status_line::registry::ALL).prop_map(|row| row.code.get()),
        1 => 100..700_u16,
    ];
    let usual = |usual: &'static [u8], odd: &'static [&[u8]]| prop_oneof![2 => Just(usual.to_vec()), 1 => any_of(odd)];
    (
        usual(b"", &[b"\r\n", b"\r\n\r\n"]),
        usual(b"SIP/2.0", &[b"sip/2.0", b"Sip/2.0", b"sIP/2.0"]),
        usual(b" ", &[b"\t", b"  ", b" \t"]),
        code.prop_map(|code| code.to_string().into_bytes()),
        usual(b" ", &[b"", b"\t", b"  "]),
        phrase(),
        usual(b"\r\n", &[b"\n", b"", b"\r"]),
        usual(
            b"",
            &[b"Via: x\r\n\r\n", b"\r\n\r\n", b"SIP/2.0 200 OK\r\n", b"\0"],
        ),
    )
        .prop_map(
            |(leading, version, first, code, second, phrase, ending, rest)| {
                [leading, version, first, code, second, phrase, ending, rest].concat()
            },
        )
}

/// The registered line of a code, octet for octet.
fn canonical() -> impl Strategy<Value = Vec<u8>> {
    select(sip_status_line::registry::ALL)
        .prop_map(|row| oracle::encode(row.code.get(), row.reason.unwrap_or_default().as_bytes()))
}

/// Where, what to do there, and with which octet.
type Fault = (Index, u8, u8);

fn fault() -> impl Strategy<Value = Fault> {
    let telling = select(b"\0\t\n\r %/0127:ASIPsip\"\x7F\x80\xC0\xE2\xFD\xFF".as_slice());
    (any::<Index>(), 0..4_u8, prop_oneof![telling, any::<u8>()])
}

/// The octets with one replaced, put in or left out, or cut off there.
fn damaged(mut octets: Vec<u8>, (at, what, octet): Fault) -> Vec<u8> {
    let at = at.index(octets.len() + 1);
    match what {
        0 => octets.insert(at, octet),
        1 => octets.truncate(at),
        _ if at == octets.len() => octets.push(octet),
        2 => octets[at] = octet,
        _ => drop(octets.remove(at)),
    }
    octets
}

/// The files of the corpus.
fn corpus() -> Vec<Vec<u8>> {
    let directories = ["corpus/accept", "corpus/lenient", "corpus/reject"];
    let files = directories.into_iter().flat_map(repository::files);
    files.map(|file| fs::read(file).unwrap()).collect()
}

/// The beginning of one file of the corpus, and the end of another.
fn spliced() -> impl Strategy<Value = Vec<u8>> {
    let file = || (select(corpus()), any::<Index>());
    (file(), file()).prop_map(|((head, head_end), (tail, tail_start))| {
        let head = &head[..head_end.index(head.len() + 1)];
        let tail = &tail[tail_start.index(tail.len() + 1)..];
        [head, tail].concat()
    })
}

fn input() -> impl Strategy<Value = Octets> {
    let line = || prop_oneof![3 => good(), 1 => canonical()];
    prop_oneof![
        4 => line(),
        4 => (line(), fault()).prop_map(|(line, fault)| damaged(line, fault)),
        2 => (line(), fault(), fault()).prop_map(|(line, one, two)| damaged(damaged(line, one), two)),
        2 => spliced(),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
    .prop_map(Octets)
}

/// Many lines and what may come between them.
fn stream() -> impl Strategy<Value = Octets> {
    concat(prop::collection::vec(
        prop_oneof![3 => input().prop_map(|octets| octets.0), 1 => any_of(&[b"\r\n", b"\n", b"\r", b"SIP/2.0 "])],
        0..5,
    ))
    .prop_map(Octets)
}

fn policy() -> impl Strategy<Value = Policy> {
    let allowed = prop_oneof![
        select([STRICT, INTEROP, OBSERVE].as_slice()).prop_map(|policy| policy.allowed),
        0..128_u8,
    ];
    let max_len = prop_oneof![2 => Just(STRICT.max_len), 1 => 0..60_usize, 1 => Just(usize::MAX)];
    (allowed, max_len).prop_map(|(allowed, max_len)| Policy { allowed, max_len })
}

/// A line that was made rather than read.
fn made() -> impl Strategy<Value = (u16, Octets)> {
    let phrase = phrase().prop_map(|mut phrase| {
        phrase.retain(|octet| ReasonPhrase::new(&[*octet]).is_ok());
        Octets(phrase)
    });
    (100..700_u16, phrase)
}

/// Tries a promise on many values.
#[track_caller]
fn hold<S: Strategy>(strategy: S, promise: impl Fn(S::Value)) {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 2000;
    }
    let mut runner = TestRunner::new(config);
    let result = runner.run(&strategy, |value| {
        promise(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Tries a promise on lines, good and bad, under any policy.
#[track_caller]
fn on_lines(promise: fn(Policy, &[u8])) {
    hold((policy(), input()), |(policy, octets)| {
        promise(policy, &octets.0);
    });
}

/// Promise 1: “No input panics, in any mode.”
#[test]
fn no_input_panics() {
    on_lines(promises::nothing_panics);
}

/// Promise 2: “`prefix` answers *need more* exactly when some continuation would be accepted.” Nom is told how short
/// that one can be.
#[test]
fn need_more_is_exact() {
    on_lines(promises::need_more_is_exact);
}

/// Promise 2: “A definite answer never changes as octets arrive.” Every split of a stream gives the same answers as
/// the whole.
#[test]
fn every_split_agrees() {
    on_lines(promises::every_split_agrees);
}

/// Promise 3: “Complete and streaming reading agree on every accept and every definite reject, kind and offset
/// included.”
#[test]
fn complete_and_streaming_agree() {
    on_lines(promises::complete_and_streaming_agree);
}

/// Promise 4: “`deviations.is_empty()` ⇔ `encode(parse(x)) == x`. Strict lines round-trip up to the case of `SIP`.”
#[test]
fn no_deviation_means_the_same_octets() {
    on_lines(promises::no_deviation_means_the_same_octets);
}

/// Promise 5: “Whatever any policy accepts, the serializer writes as a line that `STRICT` accepts, with the same
/// code.”
#[test]
fn what_was_accepted_is_written_strictly() {
    on_lines(promises::what_was_accepted_is_written_strictly);
}

/// Promise 5, the other way round: whatever line is made is read back, and “encoding is idempotent”.
#[test]
fn what_was_made_round_trips() {
    hold(made(), |(code, phrase)| {
        promises::round_trips(StatusLine {
            code: StatusCode::new(code).unwrap(),
            reason: ReasonPhrase::new(&phrase.0).unwrap(),
        });
    });
}

/// Promise 6: “No `ReasonPhrase` can hold CR, LF, NUL or any other control octet but HTAB, whichever constructor made it:
/// response splitting is not representable.”
#[test]
fn reasons_hold_no_control() {
    hold(phrase().prop_map(Octets), |phrase| {
        promises::reasons_hold_no_control(&phrase.0);
    });
}

/// Promise 6: the same for a phrase that was read. “Bare CR is never a line ending.”
#[test]
fn no_control_gets_in() {
    on_lines(promises::no_control_gets_in);
}

/// Promise 6: the same for a phrase that serde makes.
#[cfg(feature = "serde")]
#[test]
fn serde_lets_no_control_in() {
    use serde_json::{from_str, to_string};

    hold(
        phrase().prop_map(|phrase| String::from_utf8_lossy(&phrase).into_owned()),
        |phrase| {
            let json = to_string(&phrase).unwrap();
            // What needs unescaping cannot be borrowed, so it is refused as well.
            let borrowed = from_str::<&str>(&json).ok();
            let expected = borrowed.and_then(|text| ReasonPhrase::try_from(text).ok());
            assert_eq!(from_str::<ReasonPhrase<'_>>(&json).ok(), expected);
        },
    );
}

/// Promise 6: the same for a phrase that a fuzzer makes.
#[cfg(feature = "arbitrary")]
#[test]
fn arbitrary_lets_no_control_in() {
    use arbitrary::{Arbitrary, Unstructured};

    hold(input(), |octets| {
        let reason = ReasonPhrase::arbitrary(&mut Unstructured::new(&octets.0)).unwrap();
        assert_eq!(ReasonPhrase::new(reason.as_bytes()), Ok(reason));
    });
}

/// Promise 7: “`deviations ⊆ allowed`; allowing more never changes an accept into something else.”
#[test]
fn allowing_more_changes_no_accept() {
    on_lines(promises::allowing_more_changes_no_accept);
}

/// Promise 8: “`offset <= input.len()`, and `input[..offset]` is a prefix of some line the policy accepts”, while
/// `input[..=offset]` is not.
#[test]
fn offsets_are_precise() {
    on_lines(promises::offsets_are_precise);
}

/// Promise 9: “Output borrows from the input.”
#[test]
fn output_borrows_from_the_input() {
    on_lines(promises::output_borrows_from_the_input);
}

/// Promise 9: “Bounded by `max_len`.”
#[test]
fn nothing_counts_beyond_the_bound() {
    on_lines(promises::nothing_counts_beyond_the_bound);
}

/// Promises 2 and 3 for many lines: `lines`, a loop around `line`, and a caller that gets the octets in pieces agree.
#[test]
fn lines_agree() {
    hold((policy(), stream()), |(policy, octets)| {
        promises::lines_agree(policy, &octets.0);
    });
}

/// `find_iter` finds what a search at every offset finds.
#[test]
fn finding_agrees() {
    hold((policy(), stream()), |(policy, octets)| {
        promises::finding_agrees(policy, &octets.0);
    });
}

/// The registry, of known and unknown codes and phrases, says what its table says.
#[test]
fn registry_agrees() {
    hold(input(), |octets| promises::targets::registry(&octets.0));
}

/// All of it at once: the crate and a parser that shares no code with it say the same of every input.
#[test]
fn agrees_with_the_oracle() {
    on_lines(promises::agrees_with_the_oracle);
}
