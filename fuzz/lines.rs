//! Octets under any policy: `lines` and `find_iter` say what a plain loop says.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::lines(input));
