//! What another parser makes of a line, held against what this crate makes of it.

use sip_status_line::Parser;

/// What another parser says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    Refused,
    Accepted { code: u16, reason: &'a [u8] },
}

/// Panics with both readings if theirs is wrong whatever it chooses to tolerate:
///
/// - a line of up to `longest` octets that `STRICT` accepts is one;
/// - octets that `OBSERVE` refuses are none;
/// - whoever accepts a line reads this code and this phrase.
pub fn judge(octets: &[u8], theirs: Verdict, longest: usize) {
    let must = Parser::STRICT.with_max_len(longest).line(octets);
    let lenient = Parser::OBSERVE.with_max_len(usize::MAX).line(octets);
    let right = match (theirs, lenient) {
        (Verdict::Refused, _) => must.is_err(),
        (Verdict::Accepted { .. }, Err(_)) => false,
        (Verdict::Accepted { code, reason }, Ok(parsed)) => {
            code == parsed.line.code.get() && reason == parsed.line.reason.as_bytes()
        }
    };
    assert!(
        right,
        "wrong verdict on \"{}\"\n theirs: {theirs:?}\n   ours: {lenient:?}",
        octets.escape_ascii()
    );
}
