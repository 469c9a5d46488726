//! Octets as a capture: no panic, and no more memory than `-rss_limit_mb` allows; what is handed out begins like
//! a status-line, and reads again when written; and it is the same if the octets come a few at a time, or if requests
//! are handed out too.
//!
//! ```text
//! mkdir -p fuzz/corpus/capture
//! cargo +nightly fuzz run capture fuzz/corpus/capture corpus/captures -- -max_len=65536 -rss_limit_mb=512
//! ```

#![no_main]

use std::convert::Infallible;
use std::io::{self, Read};

use sip_status_capture::{Message, Place, Reader};
use sip_status_line::Parser;

/// Gives a few octets at a time, as a pipe may: no more than the number.
struct Few<'a>(&'a [u8], usize);

impl Read for Few<'_> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let len = octets.len().min(self.1);
        self.0.read(&mut octets[..len])
    }
}

/// Everything that is handed out: the frame, what it was found in, and the octets.
fn read(reader: Reader, input: impl Read) -> Vec<(u64, Place, Vec<u8>)> {
    let mut messages = Vec::new();
    let take = |message: Message<'_>| {
        assert!(message.is_response() || message.method().is_some_and(|method| !method.is_empty()));
        let _ = (message.call_id(), message.cseq());
        messages.push((message.frame, message.place, message.octets.to_vec()));
        Ok::<_, Infallible>(())
    };
    let report = reader
        .read(input, take)
        .unwrap_or_else(|never| match never {});
    assert!(report.skipped.iter().all(|(_, count)| count > 0));
    messages
}

fn is_response(octets: &[u8]) -> bool {
    let line = octets.iter().position(|octet| !b"\r\n".contains(octet));
    let line = line.and_then(|line| octets.get(line..line + 5));
    line.is_some_and(|line| line[..4].eq_ignore_ascii_case(b"SIP/") && line[4].is_ascii_digit())
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let messages = read(Reader::new(), input);
    for (_, _, octets) in &messages {
        assert!(is_response(octets));
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
    assert_eq!(messages, read(Reader::new(), Few(input, 7)));
    // Requests come between the responses, and change nothing about them.
    let mut with_requests = read(Reader::new().requests(true), input);
    with_requests.retain(|(_, _, octets)| is_response(octets));
    assert_eq!(messages, with_requests);
});
