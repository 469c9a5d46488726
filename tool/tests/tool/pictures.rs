//! The pictures of the documentation are what the tool prints, colours and all.
//!
//! ```text
//! PICTURES=draw cargo test -p sip-status --test tool pictures
//! ```
//!
//! draws them anew. Without it the tests compare.

use std::env;
use std::fs;

use anstyle_svg::Term;
use sip_status_test_support::{process, repository};

use crate::run::command;

/// Holds `docs/pictures/NAME.svg` against what the tool prints, as a terminal of 80 columns shows it.
#[track_caller]
fn picture(name: &str, arguments: &[&str], stdin: &[u8]) {
    let mut tool = command(arguments);
    tool.current_dir(repository::path(""))
        .env("CLICOLOR_FORCE", "1")
        .env("COLUMNS", "80");
    let output = process::run(&mut tool, stdin);
    let prompt = format!("$ sip-status {}\n", arguments.join(" "));
    let printed = prompt + &String::from_utf8(output.stdout).expect("output in UTF-8");
    assert!(printed.contains('\u{1b}'), "it is in colour");

    let drawn = Term::new().min_width_px(0).render_svg(&printed);
    let path = repository::path(&format!("docs/pictures/{name}.svg"));
    if env::var_os("PICTURES").is_some() {
        fs::write(path, drawn).unwrap();
    } else {
        let there = fs::read_to_string(path).unwrap_or_default();
        assert!(there == drawn, "{name}.svg shows something else: {printed}");
    }
}

#[test]
fn check() {
    let lines = b"SIP/2.0 180 Ringing\r\nSIP/2.0  404 Not Found\nSIP/2.0 4294967301 better not\r\n";
    picture("check", &["check"], lines);
}

#[test]
fn summary() {
    let capture = "corpus/captures/kamailio-own-udp6.pcap";
    picture("summary", &["decode", "--summary", capture], b"");
}
