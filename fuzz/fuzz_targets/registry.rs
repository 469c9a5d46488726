//! A code and a phrase: the registry says what its table says.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sip_status_line_fuzz::targets::registry(input));
libfuzzer_sys::fuzz_mutator!(|octets: &mut [u8], len: usize, max_len: usize, seed: u32| {
    sip_status_line_fuzz::mutator::mutate(octets, len, max_len, seed, 2)
});
