//! The bodies of the fuzz targets over every file of the corpus. An input that broke something once and lies in
//! `corpus/crashes` stays tried: any file will do, under any name.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use crate::promises::targets;

/// Runs a target over the corpus, as far as it is there.
fn over_the_corpus(target: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut count = 0;
    for directory in ["accept", "lenient", "reject", "crashes"] {
        let Ok(files) = fs::read_dir(root.join(directory)) else {
            continue; // nothing has crashed
        };
        for file in files {
            let file = file.unwrap().path();
            println!("{}", file.display()); // shown if the target panics
            target(&fs::read(&file).unwrap());
            count += 1;
        }
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
