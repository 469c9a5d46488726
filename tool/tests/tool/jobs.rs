//! `--jobs`: the same output, whatever the number of files that are read side by side.

use crate::run::{self, capture, file, repository};

/// Captures and texts, a directory, and what cannot be read.
fn sources() -> Vec<String> {
    let mut sources: Vec<_> = [
        "sipp-default-udp.pcap",
        "netsip-tcp.pcap",
        "derived-file-cut-short.pcap",
        "derived-gtp.pcap",
        "websocket-kamailio.pcapng",
        "sipp-default-udp.pcap",
        "derived-xz.pcap.xz",
        "nodesip-udp.pcapng",
    ]
    .map(capture)
    .into();
    let text = b"SIP/2.0 200 OK\nSIP/2.0 999 Bad\n";
    sources.insert(2, file("jobs.txt", text));
    sources.insert(3, file("jobs-again.txt", text));
    sources.insert(5, "not there".to_owned());
    sources.push(file("jobs-last.txt", text));
    sources.push(file("jobs-empty.txt", b""));
    sources.push(repository("corpus/reject"));
    sources
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let sources = sources();
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    for args in [
        &[][..],
        &["--format", "json"],
        &["--format", "csv"],
        &["--filter", "class=4"],
        &["--summary"],
        &["--summary", "--format", "json", "--by", "src"],
        &["--calls"],
    ] {
        let decode = |jobs: &[&str]| run::run(&[&["decode"], args, jobs, &sources].concat());
        let one = decode(&["--jobs", "1"]);
        assert_eq!(one.code, 2, "{args:?}");
        assert!(!one.out.is_empty() && one.err.contains("not there"));
        for jobs in [&["--jobs", "2"][..], &["--jobs", "7"], &[]] {
            let more = decode(jobs);
            assert_eq!(more.out, one.out, "{args:?} {jobs:?}");
            assert_eq!(more.err, one.err, "{args:?} {jobs:?}");
            assert_eq!(more.code, one.code, "{args:?} {jobs:?}");
        }
    }
    assert_eq!(run::run(&["decode", "--jobs", "0"]).code, 2);
}

#[test]
fn a_call_in_two_files_is_one() {
    let call = capture("kamailio-proxy-cancel-487.pcap");
    let objects = |files: &[&str]| {
        let args = [&["decode", "--summary", "--format", "json"], files].concat();
        run::run(&args).objects().remove(0)
    };
    let (once, twice) = (objects(&[&call]), objects(&[&call, &call]));
    assert!(once["calls"].as_u64() > Some(0));
    for count in ["calls", "calls_answered"] {
        assert_eq!(once[count], twice[count], "{count}");
    }
    assert_eq!(
        twice["accepted"].as_u64(),
        once["accepted"].as_u64().map(|count| 2 * count)
    );
}
