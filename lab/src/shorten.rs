//! Delta debugging: fewer octets that still do it.

use alloc::vec::Vec;

/// Takes octets away, halves first and single ones last, as long as what is left still `does` it. Says
/// whether it came to an end, so that no octet that is left can be missed by itself: it does not if the
/// answer is `None`.
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
    let mut size = octets.len().div_ceil(2);
    while size > 0 {
        let before = octets.len();
        let mut start = 0;
        while start < octets.len() {
            let mut fewer = octets.clone();
            fewer.drain(start..octets.len().min(start + size));
            match does(&fewer)? {
                Some(true) => *octets = fewer,
                Some(false) => start += size,
                None => return Ok(false),
            }
        }
        // What could not be missed before may be now.
        if octets.len() == before {
            size /= 2;
        }
    }
    Ok(true)
}
