//! Delta debugging: the least octets that still do it.

use std::io;
use std::time::Instant;

/// What is left of octets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Minimised {
    pub(super) octets: Vec<u8>,
    /// Whether every octet is needed, which is not known if there was too little time, there were too
    /// few runs or one was interrupted.
    pub(super) complete: bool,
}

/// Takes octets away, halves first and single ones last, as long as what is left still `does` it.
/// Asks that at most `runs` times, not after the deadline, and not again if the answer is `None`.
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
    let mut octets = octets.to_vec();
    let mut size = octets.len().div_ceil(2);
    while size > 0 {
        let before = octets.len();
        let mut start = 0;
        while start < octets.len() {
            let mut fewer = octets.clone();
            fewer.drain(start..octets.len().min(start + size));
            let is_over = runs == 0 || Instant::now() >= deadline;
            let does = if is_over { None } else { does(&fewer)? };
            match does {
                Some(true) => octets = fewer,
                Some(false) => start += size,
                None => {
                    return Ok(Minimised {
                        octets,
                        complete: false,
                    });
                }
            }
            runs -= 1;
        }
        // What could not be missed before may be now.
        if octets.len() == before {
            size /= 2;
        }
    }
    Ok(Minimised {
        octets,
        complete: true,
    })
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
