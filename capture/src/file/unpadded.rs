//! Blocks of pcapng whose length leaves out the padding, as some programs write them.
//!
//! ```text
//! │ type (4) │ length (4) │ … │ padding to four octets │ length (4) │
//! ```
//!
//! The length should be a multiple of four and count the padding. In these it is not and does not,
//! while the padding is there.

/// Where a block ends that begins with these octets, if its length leaves out the padding.
///
/// The last octets of it may be still to come.
pub(super) fn end(octets: &[u8], big_endian: bool) -> Option<usize> {
    let ([_, _, _, _, len @ ..], _) = octets.split_first_chunk::<8>()?;
    let len = if big_endian {
        u32::from_be_bytes(*len)
    } else {
        u32::from_le_bytes(*len)
    };
    let end = usize::try_from(len.checked_next_multiple_of(4)?).ok()?;
    // Shorter is no block, however long it says it is.
    (len % 4 != 0 && end >= 12).then_some(end)
}

/// Makes both lengths of a block those that it should have.
pub(super) fn mend(block: &mut [u8], big_endian: bool) {
    let Ok(len) = u32::try_from(block.len()) else {
        return;
    };
    let len = if big_endian {
        len.to_be_bytes()
    } else {
        len.to_le_bytes()
    };
    if let Some(([_, _, _, _, first @ ..], _)) = block.split_first_chunk_mut::<8>() {
        *first = len;
    }
    if let Some((_, last)) = block.split_last_chunk_mut() {
        *last = len;
    }
}

#[cfg(test)]
mod tests {
    use super::{end, mend};

    #[test]
    fn a_length_without_the_padding_is_mended() {
        for big_endian in [false, true] {
            let len = |len: u32| {
                if big_endian {
                    len.to_be_bytes()
                } else {
                    len.to_le_bytes()
                }
            };
            let block =
                |total| [&[9, 0, 0, 9], &len(total)[..], b"abcde\0\0\0", &len(total)].concat();
            let mut short = block(17);
            assert_eq!(end(&short, big_endian), Some(20));
            mend(&mut short, big_endian);
            assert_eq!(short, block(20));
            assert_eq!(end(&short, big_endian), None);
            for len in [0, 1, 8, u32::MAX] {
                assert_eq!(end(&block(len), big_endian), None);
            }
            for len in 0..8 {
                assert_eq!(
                    end(block(17).get(..len).unwrap_or_default(), big_endian),
                    None
                );
            }
        }
    }
}
