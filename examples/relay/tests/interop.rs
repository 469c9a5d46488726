//! Thousands of calls of real clients: SIPp, the relay, SIPp.
//!
//! ```text
//! apt-get install sip-tester
//! cargo test -p sip-status-relay --test interop -- --ignored
//! ```

#![allow(
    clippy::doc_markdown,
    clippy::std_instead_of_core,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use sip_status_test_support::ports::free_port;
use sip_status_test_support::process::Process;

const CALLS: usize = 3000;

/// Starts SIPp in a directory of its own. Its screen goes nowhere.
fn sipp(name: &str, transport: &str, port: u16, arguments: &[&str]) -> Process {
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("relay-{name}-{transport}"));
    fs::create_dir_all(&directory).unwrap();
    let port = port.to_string();
    let mut command = Command::new("sipp");
    command
        .args(["-i", "127.0.0.1", "-p", &port, "-t", transport, "-nostdin"])
        .args(["-trace_err", "-error_file", "errors", "-sn", name])
        .args(arguments)
        .env("TERM", "dumb")
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

fn calls(transport: &str) {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let calls = CALLS.to_string();
    let mut uas = sipp("uas", transport, server.port(), &["-m", &calls]);
    // A call that fails is not sent again over TCP, so the server has to be there.
    thread::sleep(Duration::from_secs(1));

    let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
    let mut relay = Process::piped(command.args(["127.0.0.1:0", &server.to_string()]));
    let line = relay.line();
    let address = line.strip_prefix("UDP and TCP ").unwrap();
    let limits = [
        "-m",
        &calls,
        "-r",
        "500",
        "-d",
        "0",
        "-timeout",
        "100s",
        "-timeout_error",
    ];
    let mut uac = sipp(
        "uac",
        transport,
        free_port(),
        &[&limits[..], &[address]].concat(),
    );
    assert!(uac.wait().success(), "a call failed");
    assert!(uas.wait().success(), "a call failed");

    relay.signal("TERM");
    let output = relay.output();
    assert!(output.status.success());
    let counts = String::from_utf8(output.stdout).unwrap();
    let count = |name: &str| -> usize {
        let line = counts
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        line.unwrap().parse().unwrap()
    };
    // INVITE, ACK, BYE; 180, 200, 200: and over UDP some of them again.
    assert!(
        count("passed") >= 3 * CALLS && count("encoded") >= 3 * CALLS,
        "{counts}"
    );
    assert!(
        !counts.contains("refused") && count("no SIP") == 0,
        "{counts}"
    );
}

#[test]
#[ignore = "needs SIPp"]
fn thousands_of_calls_over_udp() {
    calls("u1");
}

#[test]
#[ignore = "needs SIPp"]
fn thousands_of_calls_over_tcp() {
    calls("t1");
}
