//! Octets written as hexadecimal digits.

/// The most octets that hexadecimal digits may stand for.
pub(crate) const HEX_OCTETS: u64 = 16 << 20;

/// The octets that hexadecimal digits stand for, or `None` if there is anything else.
///
/// Runs of pairs of digits have `+` between them and may end in how many times they come:
/// `5349+41*3` is `SIAAA`. Blanks are ignored.
pub(crate) fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    for run in digits.split(|octet| *octet == b'+') {
        add_run(run, &mut octets)?;
    }
    Some(octets)
}

fn add_run(run: &[u8], octets: &mut Vec<u8>) -> Option<()> {
    let mut parts = run.splitn(2, |octet| *octet == b'*');
    let start = octets.len();
    let mut high = None;
    for octet in parts.next()?.iter().filter(|octet| **octet != b' ') {
        let digit = u8::try_from(char::from(*octet).to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(digit << 4),
            Some(high) => octets.push(high | digit),
        }
    }
    if high.is_some() {
        return None;
    }
    if let Some(times) = parts.next() {
        let times: usize = core::str::from_utf8(times).ok()?.parse().ok()?;
        let len = (octets.len() - start).checked_mul(times)?;
        if len as u64 > HEX_OCTETS {
            return None;
        }
        let run = octets.split_off(start);
        octets.extend(run.iter().cycle().take(len));
    }
    (octets.len() as u64 <= HEX_OCTETS).then_some(())
}
