//! A code and a phrase: the registry says what its table says.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::registry(input));
