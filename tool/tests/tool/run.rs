//! Runs of the tool, as every module of these tests starts them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use sip_status_test_support::process::{self, Process};
use sip_status_test_support::repository;

/// What a run of the tool left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    #[track_caller]
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code, and no signal"),
            out: String::from_utf8(output.stdout).expect("output in UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages in UTF-8"),
        }
    }
}

impl Run {
    /// The objects of JSON output.
    #[track_caller]
    pub(crate) fn objects(&self) -> Vec<Value> {
        let object = |line| serde_json::from_str(line).expect("a JSON object a line");
        self.out.lines().map(object).collect()
    }
}

/// The tool, with these arguments.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sip-status"));
    command.args(args).env_remove("COLUMNS");
    command
}

/// Starts the tool; its standard streams are pipes.
#[track_caller]
pub(crate) fn start(args: &[&str]) -> Process {
    Process::piped(&mut command(args))
}

/// Runs the tool, and nothing is on standard input.
#[track_caller]
pub(crate) fn run(args: &[&str]) -> Run {
    run_with(args, b"")
}

/// Runs the tool with this standard input.
#[track_caller]
pub(crate) fn run_with(args: &[&str], stdin: &[u8]) -> Run {
    process::run(&mut command(args), stdin).into()
}

/// `decode --format json` of this standard input.
#[track_caller]
pub(crate) fn decode(stdin: &[u8]) -> Vec<Value> {
    run_with(&["decode", "--format", "json"], stdin).objects()
}

/// A path of this test run. Tests run at the same time, so each needs names of its own.
pub(crate) fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A file of this test run, with this content.
pub(crate) fn file(name: &str, content: &[u8]) -> String {
    let path = temporary(name);
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// The path of a file in this repository.
pub(crate) fn repository(path: &str) -> String {
    let path = repository::path(path);
    path.into_os_string().into_string().unwrap()
}

/// The path of a capture in the corpus.
pub(crate) fn capture(name: &str) -> String {
    repository(&format!("corpus/captures/{name}"))
}
