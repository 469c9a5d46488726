//! Delta debugging: the least octets that still do it.

/// What is left of octets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Minimised {
    pub(super) octets: Vec<u8>,
    /// Whether every octet is needed, which takes more runs than there were if it is not known.
    pub(super) complete: bool,
}

/// Takes octets away, halves first and single ones last, as long as what is left still `does` it.
/// Asks that at most `runs` times.
pub(super) fn minimise(
    octets: &[u8],
    mut runs: u32,
    does: &mut dyn FnMut(&[u8]) -> bool,
) -> Minimised {
    let mut octets = octets.to_vec();
    let mut size = octets.len().div_ceil(2);
    while size > 0 {
        let before = octets.len();
        let mut start = 0;
        while start < octets.len() {
            if runs == 0 {
                return Minimised {
                    octets,
                    complete: false,
                };
            }
            runs -= 1;
            let mut fewer = octets.clone();
            fewer.drain(start..octets.len().min(start + size));
            if does(&fewer) {
                octets = fewer;
            } else {
                start += size;
            }
        }
        // What could not be missed before may be now.
        if octets.len() == before {
            size /= 2;
        }
    }
    Minimised {
        octets,
        complete: true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Minimised, minimise};

    #[test]
    fn every_octet_that_is_left_is_needed() {
        let line = b"SIP/2.0 200 one\rtwo\rthree\r\n";
        let mut two_crs = |octets: &[u8]| {
            let parts = octets.split(|octet| *octet == b'\r');
            octets.starts_with(b"SIP") && parts.count() > 2
        };
        let minimised = minimise(line, 1000, &mut two_crs);
        let expected = Minimised {
            octets: b"SIP\r\r".to_vec(),
            complete: true,
        };
        assert_eq!(minimised, expected);
    }

    #[test]
    fn nothing_may_be_all_it_takes() {
        assert_eq!(minimise(b"abc", 100, &mut |_| true).octets, b"");
        assert_eq!(minimise(b"", 100, &mut |_| true).octets, b"");
        assert_eq!(minimise(b"abc", 100, &mut |_| false).octets, b"abc");
    }

    #[test]
    fn runs_are_bounded() {
        for runs in 0..60 {
            let mut ran = 0;
            let minimised = minimise(&[b'A'; 1000], runs, &mut |octets| {
                ran += 1;
                octets.len() > 700
            });
            assert_eq!((ran, minimised.complete), (runs, false));
            assert!(minimised.octets.len() > 700);
        }
    }
}
