//! A parser in C, given whole responses, with the laboratory's judge. `docs/fuzz-a-library.md` says how to run it.
//!
//! A disagreement does not end it: the first of each pattern is made small, shown and kept.

#![no_main]

use std::convert::Infallible;
use std::ffi::{c_char, c_int, c_longlong};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::ptr;
use std::sync::{LazyLock, Mutex};

use memchr::memmem;
use sip_status_lab::{Disagreement, Judge, KnownPatterns, Pattern, Verdict, shorten};

#[path = "../../src/mutator.rs"]
mod mutator;

/// What ends a line and follows it, for a library that reads only whole messages.
const HEADERS: &[u8] = b"\r\n\
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKline\r\n\
    From: <sip:a@sip-status.invalid>;tag=1\r\n\
    To: <sip:b@sip-status.invalid>;tag=2\r\n\
    Call-ID: line@sip-status.invalid\r\n\
    CSeq: 1 OPTIONS\r\n\
    Content-Length: 0\r\n\
    \r\n";

/// `struct reading` of `lab/stacks/c/reading.h`.
#[repr(C)]
struct Reading {
    verdict: c_int,
    code: c_longlong,
    phrase_len: usize,
    phrase: [u8; 1 << 21],
}

unsafe extern "C" {
    fn read_response(octets: *const c_char, len: usize, out: *mut Reading);
}

/// What the library makes of a message.
fn read(message: &[u8]) -> Verdict {
    static mut READING: Reading = Reading {
        verdict: 0,
        code: 0,
        phrase_len: 0,
        phrase: [0; _],
    };
    // SAFETY: the octets are as many as said, libFuzzer has one thread, and nothing else looks at `READING`.
    let reading = unsafe {
        read_response(message.as_ptr().cast(), message.len(), &raw mut READING);
        &*ptr::addr_of!(READING)
    };
    match reading.verdict {
        0 => Verdict::Reject,
        1 => Verdict::Accept {
            code: Some(reading.code),
            phrase: Some(reading.phrase[..reading.phrase_len].to_vec()),
        },
        _ => Verdict::Request,
    }
}

/// The first line that is not empty, without the CR LF that ends it, and what stands before it.
fn first_line(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|octet| !b"\r\n".contains(octet));
    let end = start.and_then(|start| Some(start + memmem::find(&octets[start..], b"\r\n")?));
    &octets[..end.unwrap_or(octets.len())]
}

/// In what the library is wrong about a line.
struct Finding {
    pattern: Pattern,
    verdict: Verdict,
    disagreement: Disagreement,
    /// The message without the deviation that the pattern is named after, if it has one that `STRICT` tolerates.
    undone: Option<Vec<u8>>,
}

impl Finding {
    /// In what it is wrong, with headers after the line that are in order, so that to refuse them is no reason.
    fn about(line: &[u8]) -> Option<Self> {
        let message = [line, HEADERS].concat();
        let verdict = read(&message);
        let assessment = Judge::new().assess(&message);
        let disagreement = assessment.disagreement(&verdict)?;
        Some(Self {
            pattern: assessment.pattern(&verdict)?,
            verdict,
            disagreement,
            undone: assessment.without_deviation(),
        })
    }

    /// The line without the deviation that the pattern is named after, if the library is wrong about that as well: the
    /// deviation is not why then.
    fn without_deviation(&self, line: &[u8]) -> Option<(Vec<u8>, Self)> {
        let line = self.undone.as_ref()?.get(..line.len())?;
        let finding = Self::about(line).filter(|it| it.pattern.deed() == self.pattern.deed())?;
        Some((line.to_vec(), finding))
    }
}

/// The patterns in `known.txt` of the current directory, to which those that are found are added.
static KNOWN: LazyLock<Mutex<KnownPatterns>> = LazyLock::new(|| Mutex::new(known()));

fn known() -> KnownPatterns {
    let known = fs::read_to_string("known.txt").expect("known.txt, which `run` makes");
    known.parse().expect("patterns, one a line")
}

/// Shows a finding, keeps the line in `found/`, and adds the pattern to `known.txt`.
fn report(line: &[u8], finding: &Finding) -> io::Result<()> {
    let Finding {
        pattern,
        verdict,
        disagreement,
        ..
    } = finding;
    let line = [line, b"\r\n"].concat();
    let shown = line.escape_ascii();
    let verdict = verdict.to_string();
    let verdict = verdict.get(..40).unwrap_or(&verdict);
    println!("{pattern}\n    {shown}\n    {verdict}: {disagreement}");
    let name = pattern.to_string();
    let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    fs::write(Path::new("found").join(name), &line)?;
    let mut known = OpenOptions::new().append(true).open("known.txt")?;
    writeln!(known, "{pattern:<40} # {shown}")
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    read(octets); // All of it, for the sanitizer.
    let mut line = first_line(octets).to_vec();
    let Some(mut finding) = Finding::about(&line) else {
        return;
    };
    if let Some(undone) = finding.without_deviation(&line) {
        (line, finding) = undone;
    }
    let mut seen = KNOWN.lock().expect("no thread panicked");
    if seen.cover(&finding.pattern) {
        return;
    }
    // What is left may have less than the pattern says, and so another one, which covers it.
    let same = |line: &[u8]| {
        Finding::about(line)
            .filter(|it| it.pattern.covers(&finding.pattern))
            .filter(|it| it.without_deviation(line).is_none())
    };
    let Ok(_) = shorten(&mut line, |line| {
        Ok::<_, Infallible>(Some(same(line).is_some()))
    });
    // What the library says of the least, unless it never does the same again.
    let finding = same(&line).unwrap_or(finding);
    report(&line, &finding).expect("the finding can be written");
    *seen = known();
});

libfuzzer_sys::fuzz_mutator!(|octets: &mut [u8], len: usize, max_len: usize, seed: u32| {
    mutator::mutate(octets, len, max_len, seed, 0)
});
