//! Octets as a capture: no panic, and no more memory than `-rss_limit_mb` allows; what is reported begins like a
//! status-line, and reads again when written; and it is the same if the octets come a few at a time.
//!
//! ```text
//! mkdir -p fuzz/corpus/capture
//! cargo +nightly fuzz run capture fuzz/corpus/capture corpus/captures -- -max_len=65536 -rss_limit_mb=512
//! ```

#![no_main]

use std::io::{self, Read};

use sip_status_line::Parser;

#[allow(dead_code, reason = "the tool uses more of it")]
#[path = "../src/bin/sip-status/capture/mod.rs"]
mod capture;

/// Gives no more than so many octets at a time, as a pipe may.
struct Few<'a>(&'a [u8], usize);

impl Read for Few<'_> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let len = octets.len().min(self.1);
        self.0.read(&mut octets[..len])
    }
}

/// Everything that is reported: the frame, where it stood, and the octets.
fn read(input: impl Read) -> Vec<(u64, &'static str, Vec<u8>)> {
    let mut reported = Vec::new();
    let read = capture::read(input, &mut |frame, payload| {
        reported.push((frame, payload.place.name(), payload.octets.to_vec()));
        Ok(())
    });
    let (passed, _) = read.expect("nothing is written that could fail");
    assert!(passed.notes().iter().all(|note| !note.is_empty()));
    reported
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let reported = read(input);
    for (_, _, octets) in &reported {
        let line = octets.iter().position(|octet| !b"\r\n".contains(octet));
        let line = &octets[line.expect("a line")..];
        assert!(line[..4].eq_ignore_ascii_case(b"SIP/") && line[4].is_ascii_digit());
        if let Ok(parsed) = Parser::OBSERVE.line(octets) {
            let mut written = Vec::new();
            parsed.line.put(&mut written);
            let again = Parser::STRICT
                .line(&written)
                .expect("what is written is strict");
            assert_eq!(again.line.code, parsed.line.code);
            assert_eq!(again.line.encoded_len(), written.len());
        }
    }
    assert_eq!(reported, read(Few(input, 7)));
});
