//! Texts of the library as C strings, put together while compiling.

use core::ffi::{CStr, c_char};

use sip_status_line::StatusCode;

/// Two texts, one after the other, as a C string.
macro_rules! c_string {
    ($first:expr, $second:expr) => {{
        const PARTS: [&str; 2] = [$first, $second];
        const OCTETS: [u8; PARTS[0].len() + PARTS[1].len() + 1] = $crate::text::join(PARTS);
        const TEXT: &core::ffi::CStr = match core::ffi::CStr::from_bytes_with_nul(&OCTETS) {
            Ok(text) => text,
            Err(_) => panic!("a text holds no NUL"),
        };
        TEXT
    }};
}
pub(crate) use c_string;

/// The octets of both, and NULs up to `N`.
#[allow(clippy::indexing_slicing, reason = "while compiling")]
pub(crate) const fn join<const N: usize>(parts: [&str; 2]) -> [u8; N] {
    let mut octets = [0; N];
    let (mut at, mut part) = (0, 0);
    while part < parts.len() {
        let text = parts[part].as_bytes();
        let mut from = 0;
        while from < text.len() {
            octets[at] = text[from];
            at += 1;
            from += 1;
        }
        part += 1;
    }
    octets
}

/// The registered phrase of a code.
pub(crate) fn phrase(code: StatusCode) -> Option<&'static CStr> {
    let at = PHRASES
        .at
        .get(usize::from(code.get()).checked_sub(FIRST)?)?;
    CStr::from_bytes_until_nul(PHRASES.octets.get(usize::from(*at)..)?).ok()
}

/// That of `CStr::as_ptr`, or NULL.
pub(crate) fn pointer(text: Option<&'static CStr>) -> *const c_char {
    text.map_or(core::ptr::null(), CStr::as_ptr)
}

const FIRST: usize = 100;
const LAST: usize = 699;

struct Phrases<const LEN: usize> {
    /// The phrases one after another, a NUL after each.
    octets: [u8; LEN],
    /// Where that of each code begins; `u16::MAX` if it has none.
    at: [u16; LAST - FIRST + 1],
}

static PHRASES: Phrases<{ phrases::<0>().1 }> = phrases().0;

/// The table, as far as it has room, and the room it takes.
#[allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "while compiling"
)]
const fn phrases<const LEN: usize>() -> (Phrases<LEN>, usize) {
    let mut table = Phrases {
        octets: [0; LEN],
        at: [u16::MAX; LAST - FIRST + 1],
    };
    let (mut len, mut row) = (0, 0);
    while row < table.at.len() {
        if let Some(code) = StatusCode::new((FIRST + row) as u16)
            && let Some(phrase) = code.canonical_reason()
        {
            assert!(len < u16::MAX as usize, "an offset has 16 bits");
            table.at[row] = len as u16;
            let phrase = phrase.as_bytes();
            let mut from = 0;
            while from < phrase.len() {
                assert!(phrase[from] != 0, "a phrase holds no NUL");
                if LEN > 0 {
                    table.octets[len] = phrase[from];
                }
                len += 1;
                from += 1;
            }
            len += 1;
        }
        row += 1;
    }
    (table, len)
}
