//! Mutations that know what a status-line is: libFuzzer's own, and specimens.

use libfuzzer_sys::fuzzer_mutate;
use sip_status_lab::specimen::Specimens;

/// Changes the first `len` octets of `octets` and says how many there are now, at most `max_len`.
///
/// Of eight times, five leave it to libFuzzer, which also knows the dictionary; one puts a specimen there; two join the
/// head of the one to the tail of the other. The last `kept` octets stay: those in which a target has its policy.
pub fn mutate(octets: &mut [u8], len: usize, max_len: usize, seed: u32, kept: usize) -> usize {
    if seed % 8 < 5 {
        return fuzzer_mutate(octets, len, max_len);
    }
    let Some(specimen) = Specimens::new(seed.into()).next() else {
        return len;
    };
    let (line, policy) = octets[..len].split_at(len.saturating_sub(kept));
    let specimen = specimen.octets();
    let place = |len: usize| (seed / 8) as usize % (len + 1);
    let (head, tail) = match seed % 8 {
        5 => (&[][..], specimen),
        6 => (
            &line[..place(line.len())],
            &specimen[place(line.len()).min(specimen.len())..],
        ),
        _ => (
            &specimen[..place(specimen.len())],
            &line[place(specimen.len()).min(line.len())..],
        ),
    };
    let mut mutated = [head, tail].concat();
    mutated.truncate(max_len.saturating_sub(policy.len()));
    mutated.extend(policy);
    octets[..mutated.len()].copy_from_slice(&mutated);
    mutated.len()
}
