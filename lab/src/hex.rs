//! Octets in hexadecimal digits, as the tables of the corpus write them.
//!
//! Two digits an octet, with runs of one octet shortened: `5349502f322e302032303020+41*60000+0d0a` is a
//! status-line with a phrase of 60,000 `A`.

use alloc::vec::Vec;
use core::fmt;

/// The most octets that [`decode`] makes of any digits: 16 MiB.
pub const MAX_LEN: usize = 16 << 20;

/// As many equal octets are written as a run.
const RUN: usize = 1024;

/// The octets that these digits stand for; spaces among them are ignored. `None` if they stand for
/// none, or for more than [`MAX_LEN`].
///
/// ```
/// use sip_status_lab::hex::decode;
///
/// assert_eq!(decode(b"5349 50+41*3").as_deref(), Some(&b"SIPAAA"[..]));
/// assert_eq!(decode(b"534"), None);
/// assert_eq!(decode(b"41*99999999999"), None);
/// ```
#[must_use]
pub fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    if decode_digits(digits, &mut octets).is_some() {
        return (octets.len() <= MAX_LEN).then_some(octets);
    }
    for run in digits.split(|octet| *octet == b'+') {
        decode_run(run, &mut octets)?;
    }
    Some(octets)
}

fn decode_run(run: &[u8], octets: &mut Vec<u8>) -> Option<()> {
    let mut parts = run.splitn(2, |octet| *octet == b'*');
    let start = octets.len();
    let digits = parts.next()?.iter().copied();
    let digits: Vec<_> = digits.filter(|octet| *octet != b' ').collect();
    decode_digits(&digits, octets)?;
    if let Some(times) = parts.next() {
        let times: usize = core::str::from_utf8(times).ok()?.parse().ok()?;
        let len = (octets.len() - start).checked_mul(times)?;
        if len > MAX_LEN {
            return None;
        }
        let run = octets.split_off(start);
        octets.extend(run.iter().cycle().take(len));
    }
    (octets.len() <= MAX_LEN).then_some(())
}

/// Adds what these stand for, unless something among them is no digit or has no other to it. Written so
/// that many of them are looked at together, since most of a long verdict is a phrase.
fn decode_digits(digits: &[u8], octets: &mut Vec<u8>) -> Option<()> {
    let value = |digit: &u8| (digit & 0x0f) + if *digit > b'9' { 9 } else { 0 };
    let (pairs, odd) = digits.as_chunks::<2>();
    let is_digits = digits
        .iter()
        .fold(true, |all, digit| all & digit.is_ascii_hexdigit());
    if !is_digits || !odd.is_empty() {
        return None;
    }
    octets.extend(
        pairs
            .iter()
            .map(|[high, low]| value(high) << 4 | value(low)),
    );
    Some(())
}

/// Octets, displayed as [`decode`] reads them: in lower case, 1024 equal ones or more as a run.
///
/// ```
/// use sip_status_lab::hex::Encoded;
///
/// assert_eq!(Encoded(b"SIP").to_string(), "534950");
/// assert_eq!(Encoded(&[b'A'; 2000]).to_string(), "41*2000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded<'a>(pub &'a [u8]);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whether what was written last can go on without a `+`.
        let mut open = true;
        let mut is_first = true;
        for run in self.0.chunk_by(|one, other| one == other) {
            let is_long = run.len() >= RUN;
            if !is_first && (is_long || !open) {
                f.write_str("+")?;
            }
            match run.first() {
                Some(octet) if is_long => write!(f, "{octet:02x}*{}", run.len())?,
                _ => run.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?,
            }
            open = !is_long;
            is_first = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{Encoded, decode};

    #[test]
    fn long_runs_are_written_as_such_and_read_again() {
        let mut octets = b"SIP/2.0 200 ".to_vec();
        octets.extend([b'A'; 2000]);
        octets.extend([b'B'; 1024]);
        octets.extend(b"\r\n");
        let written = Encoded(&octets).to_string();
        assert_eq!(written, "5349502f322e302032303020+41*2000+42*1024+0d0a");
        assert_eq!(decode(written.as_bytes()), Some(octets));
        assert_eq!(Encoded(b"AA\n").to_string(), "41410a");
        assert_eq!(Encoded(b"").to_string(), "");
    }

    #[test]
    fn digits_of_either_case_and_no_others_are_read() {
        for octet in 0..=u8::MAX {
            let digits = [alloc::format!("{octet:02x}"), alloc::format!("{octet:02X}")];
            for digits in digits {
                assert_eq!(decode(digits.as_bytes()), Some([octet].into()), "{digits}");
            }
            let is_digit = char::from(octet).is_ascii_hexdigit();
            assert_eq!(decode(&[b'0', octet]).is_some(), is_digit, "{octet}");
        }
        assert_eq!(decode(b"4 1 42+ 43 *2"), Some(b"ABCC".to_vec()));
    }

    #[test]
    fn what_stands_for_no_octets() {
        for digits in [
            "4",
            "4x",
            "41*",
            "41*x",
            "41+4",
            "41*16777217",
            "41*16777216+41",
        ] {
            assert_eq!(decode(digits.as_bytes()), None, "{digits}");
        }
        assert_eq!(decode(b""), Some([].into()));
    }
}
