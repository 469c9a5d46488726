//! Delta debugging: fewer octets that still do it.

use alloc::vec::Vec;

/// Takes octets away, halves first and single ones last, as long as what is left still `does` it. Says
/// whether it came to an end, so that neither an octet that is left can be missed by itself, nor a
/// character of UTF-8: it does not if the answer is `None`.
///
/// ```
/// use core::convert::Infallible;
///
/// use sip_status_lab::shorten;
///
/// let mut line = b"SIP/2.0 999 No\r\n".to_vec();
/// let Ok(complete) = shorten(&mut line, |line| Ok::<_, Infallible>(Some(line.contains(&b'9'))));
/// assert!(complete);
/// assert_eq!(line, b"9");
/// ```
///
/// # Errors
///
/// Those of `does`. What is left then is what did it last.
pub fn shorten<E>(
    octets: &mut Vec<u8>,
    mut does: impl FnMut(&[u8]) -> Result<Option<bool>, E>,
) -> Result<bool, E> {
    /// The most octets of a character of UTF-8, as RFC 3261 has it. What is not aligned goes, too.
    const CHARACTER: usize = 6;
    let mut size = octets.len().div_ceil(2);
    while size > 0 {
        let stride = if size > CHARACTER { size } else { 1 };
        let before = octets.len();
        let mut start = 0;
        while start < octets.len() {
            let mut fewer = octets.clone();
            fewer.drain(start..octets.len().min(start + size));
            match does(&fewer)? {
                Some(true) => *octets = fewer,
                Some(false) => start += stride,
                None => return Ok(false),
            }
        }
        // What could not be missed before may be now.
        if octets.len() == before {
            size = match size {
                ..=CHARACTER => size - 1,
                _ => CHARACTER.max(size / 2),
            };
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use core::convert::Infallible;

    use super::shorten;

    /// Wherever a character begins, and though no octet of it can be missed by itself.
    #[test]
    fn characters_go_whole() {
        for phrase in ["", "a", "ab", "abc", "abcd", "abcde", "abcdef"] {
            for character in ["é", "€", "😀", "\u{7ff}\u{10ffff}"] {
                let mut line = [phrase, character, "\u{7f} OK"].concat().into_bytes();
                let ended = shorten(&mut line, |line| {
                    let is_text = core::str::from_utf8(line).is_ok();
                    Ok::<_, Infallible>(Some(is_text && line.contains(&0x7f)))
                });
                assert_eq!((ended, line.as_slice()), (Ok(true), &b"\x7f"[..]));
            }
        }
    }
}
