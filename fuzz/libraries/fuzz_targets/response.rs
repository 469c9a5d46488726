//! A library in C, given whole responses, with the laboratory's judge. `docs/fuzz-a-library.md` says how to run it.

#![no_main]

use std::ffi::{c_char, c_int, c_longlong};
use std::sync::LazyLock;
use std::{env, fs, ptr};

use memchr::memmem;
use sip_status_lab::{Judge, Verdict};

#[path = "../../src/mutator.rs"]
mod mutator;

/// What follows a line, for a library that reads only whole messages.
const HEADERS: &[u8] = b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKline\r\n\
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

/// The judge. It passes over the patterns in the file that the variable KNOWN names.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| {
    let known = env::var_os("KNOWN")
        .map(|path| fs::read_to_string(path).expect("the file that KNOWN names"));
    let known = known.map(|text| text.parse().expect("patterns, one a line"));
    Judge::new().with_known(known.unwrap_or_default())
});

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

/// The first line that is not empty, up to its CR LF, and what stands before it.
fn first_line(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|octet| !b"\r\n".contains(octet));
    let end = start.and_then(|start| Some(start + memmem::find(&octets[start..], b"\r\n")? + 2));
    &octets[..end.unwrap_or(octets.len())]
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    // All of it, for the sanitizer. That headers are refused is no matter for the judge.
    let whole = read(octets);
    if matches!(whole, Verdict::Accept { .. }) {
        JUDGE.check(octets, &whole);
    }
    // The line, with headers that are in order.
    let message = [first_line(octets), HEADERS].concat();
    JUDGE.check(&message, &read(&message));
});

libfuzzer_sys::fuzz_mutator!(|octets: &mut [u8], len: usize, max_len: usize, seed: u32| {
    mutator::mutate(octets, len, max_len, seed, 0)
});
