//! Octets as the tables in `corpus/` and the output of the tools write them.

use core::fmt::Write;

/// The octets that hexadecimal digits stand for, two digits an octet.
#[must_use]
#[track_caller]
pub fn from_hex(digits: &str) -> Vec<u8> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else {
        panic!("an odd number of digits: {digits}");
    };
    let octet = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).expect(digits);
    pairs.iter().map(|pair| octet(pair)).collect()
}

/// The octets in hexadecimal, in lower case.
#[must_use]
pub fn to_hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut hex, octet| {
        write!(hex, "{octet:02x}").unwrap();
        hex
    })
}

/// The octets that runs of hexadecimal stand for: `5349+41*3` is `SIAAA`.
#[must_use]
#[track_caller]
pub fn from_runs(runs: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for run in runs.split('+') {
        let (digits, times) = run.split_once('*').unwrap_or((run, "1"));
        octets.extend(from_hex(digits).repeat(times.parse().expect(run)));
    }
    octets
}
