//! Octets under any policy: what is promised of a single answer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::parse(input));
