//! `sip-status probe --record`: verdicts as a column of the table of divergences.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Run, run, temporary};

const DIVERGENCE: &str = "\
probe\thex\tother-1.0\tstack-1.0
good\t5349502f322e3020323030204f4b0d0a\taccept\taccept:200
fold\t5349502f322e3020323030204f4b0d0a20780d0a\t\treject
odd\t5349502f322e302039393920580d0a\taccept:999:58\taccept:9…
long\t5349502f322e302032303020+41*2000+0d0a\t\t
";

const STACKS: &str = "\
id\tname\tversion\tlanguage\tdriven\tnote
other-1.0\tOther\t1.0\tC\tlog\tit is odd
stack-1.0\tStack\t1.0\tC\tparser\t
";

/// Tables of that name, and what is on record in them before.
fn tables(name: &str) -> PathBuf {
    tables_of(name, DIVERGENCE, STACKS)
}

fn tables_of(name: &str, divergence: &str, stacks: &str) -> PathBuf {
    let tables = temporary(&format!("record-{name}"));
    fs::create_dir_all(&tables).unwrap();
    fs::write(tables.join("divergence.tsv"), divergence).unwrap();
    fs::write(tables.join("stacks.tsv"), stacks).unwrap();
    tables
}

/// Takes whatever has a code, and keeps the phrase. Of the line that is folded it hangs.
const STACK: &str = r#"read -r version code phrase
case $code in
999) echo reject ;;
*) cat > all; if grep -q '^ x' all; then sleep 60; fi
   printf 'accept:%s:%s\n' "$code" "$(printf %s "${phrase%?}" | od -An -v -tx1 | tr -d ' \n')" ;;
esac"#;

fn record(tables: &Path, stack: &str, more: &[&str]) -> Run {
    let program = tables.join("stack.sh");
    fs::write(&program, STACK).unwrap();
    let exec = format!("cd {} && sh stack.sh", tables.display());
    let more = [
        &["--timeout", "5", "--keep", tables.to_str().unwrap()],
        more,
    ]
    .concat();
    record_of(&exec, tables, stack, &more)
}

fn record_of(exec: &str, tables: &Path, stack: &str, more: &[&str]) -> Run {
    let tables = tables.to_str().unwrap();
    let args = [
        "probe", "--exec", exec, "--record", stack, "--tables", tables,
    ];
    run(&[&args, more].concat())
}

/// What the two tables hold.
fn both(tables: &Path) -> [String; 2] {
    ["divergence.tsv", "stacks.tsv"].map(|name| fs::read_to_string(tables.join(name)).unwrap())
}

#[test]
fn a_new_version_gets_a_column_and_a_row() {
    let tables = tables("new");
    let run = record(
        &tables,
        "Stack-2.0",
        &["--language", "sh", "--note", "of the test"],
    );
    let [divergence, stacks] = both(&tables);
    assert_eq!(
        divergence,
        "\
probe\thex\tother-1.0\tstack-1.0\tstack-2.0
good\t5349502f322e3020323030204f4b0d0a\taccept\taccept:200\taccept:200:4f4b
fold\t5349502f322e3020323030204f4b0d0a20780d0a\t\treject\t
odd\t5349502f322e302039393920580d0a\taccept:999:58\taccept:9…\treject
long\t5349502f322e302032303020+41*2000+0d0a\t\t\taccept:200:41*2000
"
    );
    assert_eq!(
        stacks,
        format!("{STACKS}stack-2.0\tStack\t2.0\tsh\tparser\tof the test\n")
    );
    // What no other version is on record for is not compared.
    let told = run.err.lines();
    let told: Vec<_> = told
        .filter(|line| !line.contains("lines:") && !line.contains("kept:"))
        .collect();
    let table = tables.join("divergence.tsv");
    assert_eq!(
        told,
        [
            &format!(
                "sip-status: {}:3 fold: not put on record: hang",
                table.display()
            ),
            "sip-status: odd: reject, and on record of stack-1.0: accept:9…",
            "sip-status: stack-1.0: 2 lines compared",
            "sip-status: most alike: other-1.0 (1 of 2 lines)",
            "sip-status: no line with which hardly any other does the same",
            &format!("sip-status: stack-2.0 is on record in {}", tables.display()),
        ]
    );
}

#[test]
fn what_hardly_any_other_stack_does_is_said() {
    let divergence = "\
probe\thex\ta-1\tb-1\tc-1\td-1
good\t5349502f322e3020323030204f4b0d0a\taccept\taccept:200\taccept:200:4f4b\taccept
odd\t5349502f322e302039393920580d0a\treject\taccept\taccept:999\taccept:999:58
few\t5349502f322e302039393920590d0a\t\taccept\taccept:999\taccept:999:58
alone\t5349502f322e3020343031200d0a\treject\treject\treject\treject
";
    let stacks = ["a", "b", "c", "d"].map(|name| format!("{name}-1\t{name}\t1\tC\tparser\t\n"));
    let header = "id\tname\tversion\tlanguage\tdriven\tnote\n";
    let tables = tables_of("rare", divergence, &(header.to_owned() + &stacks.concat()));
    let run = record(&tables, "mine-1", &["--language", "sh"]);
    let told: Vec<_> = run.err.lines().skip(1).collect();
    assert_eq!(
        told,
        [
            "sip-status: most alike: a-1 (2 of 3 lines), b-1 (1 of 4 lines), c-1 (1 of 4 lines), d-1 (1 of 4 lines)",
            "sip-status: odd: reject, as only a-1",
            "sip-status: alone: accept:401:, as none of 4",
            &format!("sip-status: mine-1 is on record in {}", tables.display()),
        ]
    );
}

#[test]
fn the_same_version_is_recorded_anew_in_its_place() {
    let tables = tables("same");
    record(
        &tables,
        "Other-1.0",
        &["--language", "sh", "--driven", "capture"],
    );
    let [divergence, stacks] = both(&tables);
    let header = divergence.lines().next().unwrap();
    assert_eq!(header, "probe\thex\tother-1.0\tstack-1.0");
    assert!(
        divergence.contains("\taccept:200:4f4b\taccept:200\n"),
        "{divergence}"
    );
    assert!(
        stacks.contains("\nother-1.0\tOther\t1.0\tsh\tcapture\t\nstack-1.0\t"),
        "{stacks}"
    );
}

/// To refuse a fold in the place of the first header says nothing about the line.
#[test]
fn what_follows_a_line_is_put_on_record_and_not_judged() {
    let tables = tables("fold");
    let refuses = "if grep -q '^ x'; then echo reject; else echo accept; fi";
    let divergence = tables.join("divergence.tsv");
    let divergence = divergence.to_str().unwrap();
    let plain = run(&["probe", "--exec", refuses, divergence]);
    let recorded = record_of(refuses, &tables, "Stack-2.0", &["--language", "sh"]);
    let counts = "lines: 4, differ: 1, break the target: 0\n";
    for run in [&plain, &recorded] {
        assert!(run.err.contains(counts), "{}", run.err);
    }
    let said = format!(
        "{divergence}:3 fold: reject, not judged, since it was sent with what follows its line"
    );
    assert!(recorded.err.contains(&said), "{}", recorded.err);
    let [written, _] = both(&tables);
    assert!(
        written.contains("0a20780d0a\t\treject\treject\n"),
        "{written}"
    );
}

#[test]
fn a_run_that_is_cut_short_changes_nothing() {
    let tables = tables("cut-short");
    let babbles = "while read -r len; do line=$(head -c $len); case $line in *999*) echo hm;; esac; \
                   echo reject; done";
    let args = ["--persistent", "--language", "sh"];
    let run = record_of(babbles, &tables, "Stack-2.0", &args);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("4 odd: hm is no verdict"), "{}", run.err);
    assert!(
        run.err
            .contains("change no file unless all lines were tried"),
        "{}",
        run.err
    );
    assert_eq!(both(&tables), [DIVERGENCE, STACKS]);
}

#[test]
fn what_cannot_be_put_on_record_changes_nothing() {
    let tables = tables("wrong");
    for (stack, more) in [
        ("stack", &["--language", "sh"][..]),
        ("Stack-2.0", &[]),
        ("Stack-2.0", &["--language", "a\tb"]),
        ("Stack-2.0", &["--language", "sh", "--send", "line"]),
        ("Stack-2.0", &["--language", "sh", "corpus/reject"]),
    ] {
        let run = record(&tables, stack, more);
        assert_eq!((run.code, &*run.out), (2, ""), "{stack} {more:?}");
    }
    assert_eq!(both(&tables), [DIVERGENCE, STACKS]);
}
