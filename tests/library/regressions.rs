//! The bodies of the fuzz targets over every file of the corpus. An input that broke something once and lies in
//! `corpus/crashes` stays tried: any file will do, under any name.

use std::fs;

use sip_status_test_support::promises::targets;
use sip_status_test_support::repository;

/// Runs a target over the corpus, as far as it is there.
fn over_the_corpus(target: fn(&[u8])) {
    let directories = [
        "corpus/accept",
        "corpus/lenient",
        "corpus/reject",
        "corpus/crashes", // not there: nothing has crashed
    ];
    let mut count = 0;
    for file in directories.into_iter().flat_map(repository::files) {
        println!("{}", file.display()); // shown if the target panics
        target(&fs::read(&file).unwrap());
        count += 1;
    }
    assert!(count > 200, "the corpus is there");
}

#[test]
fn parse() {
    over_the_corpus(targets::parse);
}

#[test]
fn differential() {
    over_the_corpus(targets::differential);
}

#[cfg(feature = "arbitrary")]
#[test]
fn roundtrip() {
    use arbitrary::{Arbitrary, Unstructured};

    over_the_corpus(|input| {
        if let Ok(line) = Arbitrary::arbitrary_take_rest(Unstructured::new(input)) {
            targets::roundtrip(line);
        }
    });
}

#[test]
fn split() {
    over_the_corpus(targets::split);
}

#[test]
fn lines() {
    over_the_corpus(targets::lines);
}

#[test]
fn registry() {
    over_the_corpus(targets::registry);
}
