//! The commands of the documents that walk through something print what these say.
//!
//! ```text
//! apt-get install gcc libosip2-dev python3
//! cargo test -p sip-status --test tool tour -- --ignored
//! ```

use core::time::Duration;
use std::fs;
use std::process::Command;

use sip_status_test_support::process::Process;
use sip_status_test_support::repository;

/// What the shell prints between the boxes.
const MARK: &str = "-- the next box --";

/// The commands of each box, and the lines that it prints if the tour shows them.
fn boxes(tour: &str) -> Vec<(String, Option<Vec<&str>>)> {
    let mut boxes: Vec<(String, Option<Vec<&str>>)> = Vec::new();
    let mut lines = tour.lines();
    while let Some(line) = lines.next() {
        let inside = lines.by_ref();
        match line {
            "```sh" => {
                let commands: Vec<_> = inside.take_while(|line| *line != "```").collect();
                boxes.push((commands.join("\n"), None));
            }
            "```text" => {
                let shown = inside.take_while(|line| *line != "```").collect();
                let (_, output) = boxes.last_mut().unwrap();
                assert!(output.replace(shown).is_none(), "one output a box");
            }
            _ => {}
        }
    }
    boxes
}

/// A line without what differs from run to run: seconds, how much a fuzzer ran, and blanks at its end.
fn plain(line: &str) -> String {
    if line.contains(" runs in ") {
        return "0 runs in 0 s".to_owned();
    }
    let is_seconds = |word: &str| {
        let digits = word.replacen('.', "", 1);
        word.len() > 4
            && word.get(word.len() - 4..word.len() - 3) == Some(".")
            && digits.bytes().all(|octet| octet.is_ascii_digit())
    };
    let words = line.trim_end().split(' ');
    let words = words.map(|word| if is_seconds(word) { "0.000" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether these lines were printed; `…` among them stands for any others.
fn shows(shown: &[String], printed: &[String]) -> bool {
    match (shown, printed) {
        ([], printed) => printed.is_empty(),
        ([dots, rest @ ..], _) if dots == "…" => {
            shows(rest, printed) || matches!(printed, [_, fewer @ ..] if shows(shown, fewer))
        }
        ([line, rest @ ..], [first, after @ ..]) => line == first && shows(rest, after),
        (_, []) => false,
    }
}

/// Runs the boxes of a document, of which so many at least are followed by what they print.
#[track_caller]
fn walk(document: &str, least: usize) {
    let root = repository::path("");
    let text = fs::read_to_string(root.join(document)).unwrap();
    let boxes = boxes(&text);
    assert!(boxes.iter().filter(|(_, shown)| shown.is_some()).count() >= least);

    let commands: Vec<_> = boxes
        .iter()
        .map(|(commands, _)| commands.as_str())
        .collect();
    let script = commands.join(&format!("\necho '{MARK}'\n"));
    let mut bash = Command::new("bash");
    bash.args(["-uc", &format!("exec 2>&1\n{script}")])
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR");
    // The first box builds the tool.
    let output = Process::piped(&mut bash)
        .with_deadline(Duration::from_secs(1200))
        .output();
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.split(&format!("{MARK}\n")).collect();
    assert_eq!(printed.len(), boxes.len());
    for ((commands, shown), printed) in boxes.iter().zip(printed) {
        let Some(shown) = shown else { continue };
        let shown: Vec<_> = shown.iter().map(|line| plain(line)).collect();
        let lines: Vec<_> = printed.lines().map(plain).collect();
        assert!(shows(&shown, &lines), "{commands}\nprinted:\n{printed}");
    }
}

#[test]
#[ignore = "needs libosip2 5.3.0, a C compiler and Python"]
fn the_tour_prints_what_it_says() {
    let _ = fs::remove_dir_all(repository::path("target/found"));
    walk("docs/tour.md", 8);
}

#[test]
#[ignore = "needs Debian's source of three libraries, clang, autotools, nightly Rust and cargo-fuzz"]
fn a_library_is_built_and_fuzzed_as_the_document_says() {
    walk("docs/fuzz-a-library.md", 4);
}
