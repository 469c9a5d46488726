//! Octets under any policy: a stream gets the same answers in whatever pieces it comes.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::split(input));
