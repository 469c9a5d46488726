//! Delta debugging: the least octets that still do it.

use core::ops::Range;
use std::io;
use std::time::Instant;

use sip_status_lab::shorten;

/// What is left of octets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Minimised {
    pub(super) octets: Vec<u8>,
    /// Whether every octet is needed, which is not known if there was too little time, there were too
    /// few runs or one was interrupted.
    pub(super) complete: bool,
}

/// Takes octets away, halves first and single ones last, as long as what is left still `does` it. Then
/// puts in what lines most often have, as long as that does it too. Asks that at most `runs` times, not
/// after the deadline, and not again if the answer is `None`.
///
/// # Errors
///
/// Those of `does`.
pub(super) fn minimise(
    octets: &[u8],
    mut runs: u32,
    deadline: Instant,
    does: &mut dyn FnMut(&[u8]) -> io::Result<Option<bool>>,
) -> io::Result<Minimised> {
    let mut does = |octets: &[u8]| {
        if runs == 0 || Instant::now() >= deadline {
            return Ok(None);
        }
        runs -= 1;
        does(octets)
    };
    let mut octets = octets.to_vec();
    let complete = shorten(&mut octets, &mut does)?;
    if complete {
        make_plain(&mut octets, &mut does)?;
    }
    Ok(Minimised { octets, complete })
}

/// What a number may be about: a code, a number that is none, and numbers that wrap to 200.
const NUMBERS: [&[u8]; 9] = [
    b"200",
    b"700",
    b"0200",
    b"2000",
    b"65736",
    b"4294967496",
    b"4294967096",
    b"18446744073709551816",
    b"18446744073709551416",
];

/// Makes a line as plain as it can be: the version `SIP/2.0`, the code 200 or one of [`NUMBERS`], and
/// after it an x, a space or U+0001 for each octet, if these are few.
fn make_plain(
    octets: &mut Vec<u8>,
    does: &mut dyn FnMut(&[u8]) -> io::Result<Option<bool>>,
) -> io::Result<()> {
    const VERSION: &[u8] = b"SIP/2.0";
    const FEW: usize = 8;
    let is_version = |word: &[u8]| word.eq_ignore_ascii_case(VERSION);
    let mut end = 0;
    if let Some(start) = octets.windows(VERSION.len()).position(is_version) {
        end = start + VERSION.len();
        replace(octets, start..end, &[VERSION], does)?;
    }
    if let Some(number) = number(octets, end) {
        let before = octets.len();
        replace(octets, number.clone(), &NUMBERS, does)?;
        end = number.end + octets.len() - before;
    }
    if octets.len() - end <= FEW {
        for at in end..octets.len() {
            if octets.get(at).is_some_and(|octet| !b"\r\n".contains(octet)) {
                replace(octets, at..at + 1, &[b"x", b" ", b"\x01"], does)?;
            }
        }
    }
    Ok(())
}

/// The first three or more digits from there on.
fn number(octets: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = octets.get(from..)?;
    let mut end = from;
    let mut runs = rest.chunk_by(|octet, next| octet.is_ascii_digit() == next.is_ascii_digit());
    let number = runs.find(|run| {
        end += run.len();
        run.len() >= 3 && run.iter().all(u8::is_ascii_digit)
    })?;
    Some(end - number.len()..end)
}

/// Puts the first of those octets there with which the line still does it, unless they are there
/// already. They may not be more than there were.
fn replace(
    octets: &mut Vec<u8>,
    range: Range<usize>,
    by: &[&[u8]],
    does: &mut dyn FnMut(&[u8]) -> io::Result<Option<bool>>,
) -> io::Result<()> {
    for other in by.iter().filter(|other| other.len() <= range.len()) {
        if octets.get(range.clone()) == Some(*other) {
            break;
        }
        let mut plain = octets.clone();
        plain.splice(range.clone(), other.iter().copied());
        if does(&plain)? == Some(true) {
            *octets = plain;
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::io;
    use std::time::Instant;

    use super::{Minimised, minimise};

    /// Later than any test ends.
    fn never() -> Instant {
        Instant::now() + Duration::from_secs(3600)
    }

    /// What is left if every run ends.
    fn minimised(octets: &[u8], runs: u32, mut does: impl FnMut(&[u8]) -> bool) -> Minimised {
        minimise(octets, runs, never(), &mut |octets| Ok(Some(does(octets)))).expect("no error")
    }

    #[test]
    fn every_octet_that_is_left_is_needed() {
        let line = b"SIP/2.0 200 one\rtwo\rthree\r\n";
        let minimised = minimised(line, 1000, |octets| {
            let parts = octets.split(|octet| *octet == b'\r');
            octets.starts_with(b"SIP") && parts.count() > 2
        });
        let expected = Minimised {
            octets: b"SIP\r\r".to_vec(),
            complete: true,
        };
        assert_eq!(minimised, expected);
    }

    /// Whatever the seed, the least line of a pattern is the same.
    #[test]
    fn what_is_left_is_made_plain() {
        /// A line, what it becomes, and what it has to be.
        type Case = (&'static [u8], &'static [u8], fn(&[u8]) -> bool);
        let lines: [Case; 6] = [
            (b"sIP/2.0 408R", b"SIP/2.0 200x", |line| line.len() == 12),
            (b"SIP/2.0 408R", b"SIP/2.0 408x", |line| {
                line.starts_with(b"SIP/2.0 408")
            }),
            (b"sip/2.0 408 \t", b"sip/2.0 200  ", |line| {
                line.starts_with(b"sip") && line.ends_with(b" \t") || line.ends_with(b"  ")
            }),
            (b"SIP/2.0 0604", b"SIP/2.0 0200", |line| {
                line.ends_with(b"604") || line.ends_with(b" 0200")
            }),
            (b"SIP/2.0 -4294966892", b"SIP/2.0 -4294967096", |line| {
                line.ends_with(b" -4294966892") || line.ends_with(b" -4294967096")
            }),
            (b"SIP/3.0 486\r\x16", b"SIP/3.0 200\r\x01", |line| {
                line.starts_with(b"SIP/3.0 ")
                    && line.last().is_some_and(|octet| *octet < 32)
                    && line.len() == 13
            }),
        ];
        for (line, plain, is_same) in lines {
            let made = minimised(line, 1000, |octets| {
                octets.len() == line.len() && is_same(octets)
            });
            assert_eq!(
                made.octets.escape_ascii().to_string(),
                plain.escape_ascii().to_string()
            );
            assert!(made.complete);
        }
    }

    #[test]
    fn nothing_may_be_all_it_takes() {
        assert_eq!(minimised(b"abc", 100, |_| true).octets, b"");
        assert_eq!(minimised(b"", 100, |_| true).octets, b"");
        assert_eq!(minimised(b"abc", 100, |_| false).octets, b"abc");
    }

    #[test]
    fn runs_are_bounded() {
        for runs in 0..60 {
            let mut ran = 0;
            let minimised = minimised(&[b'A'; 1000], runs, |octets| {
                ran += 1;
                octets.len() > 700
            });
            assert_eq!((ran, minimised.complete), (runs, false));
            assert!(minimised.octets.len() > 700);
        }
    }

    #[test]
    fn time_is_bounded() {
        let mut ran = false;
        let mut does = |_: &[u8]| {
            ran = true;
            Ok(Some(true))
        };
        let minimised = minimise(b"abc", 100, Instant::now(), &mut does).expect("no error");
        assert_eq!(
            (minimised.octets.as_slice(), minimised.complete),
            (&b"abc"[..], false)
        );
        assert!(!ran);
    }

    #[test]
    fn a_run_that_was_interrupted_or_failed_is_the_last() {
        for last in 1..10 {
            let ends = |end: fn() -> io::Result<Option<bool>>| {
                let mut ran = 0;
                let minimised = minimise(&[b'A'; 1000], 100, never(), &mut |octets| {
                    ran += 1;
                    if ran == last {
                        end()
                    } else {
                        Ok(Some(octets.len() > 700))
                    }
                });
                assert_eq!(ran, last);
                minimised
            };
            let interrupted = ends(|| Ok(None)).expect("no error");
            assert!(!interrupted.complete && interrupted.octets.len() > 700);
            assert!(ends(|| Err(io::ErrorKind::NotFound.into())).is_err());
        }
    }
}
