//! Octets under any policy: the crate and the oracle agree.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::differential(input));
