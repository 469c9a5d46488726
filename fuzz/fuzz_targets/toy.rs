//! A parser in C, with the laboratory's judge: a template for your own parser. `README.md` says how to make it yours.

#![no_main]

use std::ffi::{c_int, c_uint};
use std::mem::MaybeUninit;
use std::sync::LazyLock;
use std::{env, fs};

use sip_status_lab::{Judge, Verdict};
use sip_status_line_fuzz::mutator;

/// `struct toy_line` of `tool/tests/toy/toy.h`.
#[repr(C)]
struct Line {
    code: u16,
    reason_len: usize,
    reason: [u8; 64],
    guard: u32,
}

unsafe extern "C" {
    static mut toy_planted: c_uint;
    fn toy_parse(octets: *const u8, len: usize, out: *mut Line) -> c_int;
}

/// The longest line that it has to take: 64 octets of phrase.
const LONGEST: usize = "SIP/2.0 200 \r\n".len() + 64;

/// The judge. It passes over the patterns in the file that the variable KNOWN names, such as
/// `sip-status probe --write-known` writes.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| {
    let known = env::var_os("KNOWN")
        .map(|path| fs::read_to_string(path).expect("the file that KNOWN names"));
    let known = known.map(|text| text.parse().expect("patterns, one a line"));
    Judge::new()
        .with_max_len(LONGEST)
        .with_known(known.unwrap_or_default())
});

libfuzzer_sys::fuzz_target!(
    init: {
        // Which of its bugs are left to find; all of them unless said. Your parser needs nothing of the kind.
        if let Some(planted) = env::var("TOY_PLANTED").ok().and_then(|bits| bits.parse().ok()) {
            // SAFETY: no thread has been started, and nothing else writes to it.
            unsafe { toy_planted = planted }
        }
    },
    |octets: &[u8]| {
        let mut line = MaybeUninit::uninit();
        // SAFETY: the octets are as many as said, and `line` has the room for what the header says. A bug may yet
        // break that: the sanitizer is there to see it.
        let verdict = if unsafe { toy_parse(octets.as_ptr(), octets.len(), line.as_mut_ptr()) } == 0 {
            Verdict::Reject
        } else {
            // SAFETY: it has been filled in, as what was returned says.
            let line: &Line = unsafe { line.assume_init_ref() };
            Verdict::accept(line.code, &line.reason[..line.reason_len])
        };
        JUDGE.check(octets, &verdict);
    }
);

libfuzzer_sys::fuzz_mutator!(|octets: &mut [u8], len: usize, max_len: usize, seed: u32| {
    mutator::mutate(octets, len, max_len, seed, 0)
});
