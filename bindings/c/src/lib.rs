//! The C face of `sip-status-line`. What each function promises is said in `assets/sip_status_line.h`.
//!
//! Pointers and numbers are checked here, once, and become slices and types of the library; no `unsafe` reaches
//! further. Built by `cargo-c`, it is a static and a shared library without `std`, allocator or panic.

#![no_std]

use core::ffi::{c_char, c_int, c_uint};
use core::{ptr, slice};

use sip_status_line::registry::{self, Failover, PhraseMatch, Proxying, Repeat, Retry};
use sip_status_line::{
    Deviations, ErrorKind, ParseError, Parsed, Parser, ReasonPhrase, StartLine, StatusCode,
    StatusLine, start_line,
};

mod panic;
mod text;

// Where `memcpy` and `memcmp` come from.
#[cfg(all(panic = "abort", unix))]
#[link(name = "c")]
unsafe extern "C" {}

use text::c_string;

/// The flag `SIP_STATUS_STREAM`.
pub const STREAM: u32 = 1 << 31;
/// `SIP_STATUS_E_ARGUMENT`.
pub const E_ARGUMENT: c_int = -9;
/// `SIP_STATUS_START_OPEN`.
pub const START_OPEN: c_int = 0;
/// `SIP_STATUS_START_REQUEST`.
pub const START_REQUEST: c_int = 1;
/// `SIP_STATUS_START_STATUS`.
pub const START_STATUS: c_int = 2;

/// `sip_status_line`, as the header has it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the header says it, and has to be read for the rest"
)]
pub struct Line {
    pub code: u16,
    pub phrase_match: u8,
    pub deviations: u32,
    pub reason: *const c_char,
    pub reason_len: usize,
    pub offset: usize,
}

impl Line {
    /// What is given where there is no line.
    pub const NONE: Self = Self {
        code: 0,
        phrase_match: 0,
        deviations: 0,
        reason: ptr::null(),
        reason_len: 0,
        offset: 0,
    };
}

impl From<Parsed<'_>> for Line {
    #[inline]
    fn from(parsed: Parsed<'_>) -> Self {
        let reason = parsed.line.reason.as_bytes();
        Self {
            code: parsed.line.code.get(),
            phrase_match: phrase_match(parsed.registry_match().phrase),
            deviations: parsed.deviations.bits(),
            reason: reason.as_ptr().cast(),
            reason_len: reason.len(),
            offset: 0,
        }
    }
}

impl From<ParseError> for Line {
    fn from(error: ParseError) -> Self {
        Self {
            code: error.code().map_or(0, StatusCode::get),
            offset: error.offset(),
            ..Self::NONE
        }
    }
}

/// See the header.
///
/// # Safety
///
/// `buf` points at `len` octets unless these are refused; `line` is NULL or points at room for a [`Line`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sip_status_parse(
    buf: *const c_char,
    len: usize,
    flags: u32,
    line: *mut Line,
) -> isize {
    // SAFETY: the caller promises it.
    let input = unsafe { octets(buf, len) };
    let allowed = Deviations::from_bits(flags & !STREAM);
    let (answer, read) = match (input, allowed) {
        (Some(input), Some(allowed)) => parse(input, allowed, flags & STREAM != 0),
        _ => (E_ARGUMENT as isize, Line::NONE),
    };
    if !line.is_null() {
        // SAFETY: the caller promises that there is room. It is only written, so it may be uninitialised.
        unsafe { line.write(read) };
    }
    answer
}

#[inline]
fn parse(input: &[u8], allowed: Deviations, streaming: bool) -> (isize, Line) {
    let parser = Parser::STRICT.deny(Deviations::all()).allow(allowed);
    let parsed = if streaming {
        parser.prefix(input)
    } else {
        parser.line(input).map(Some)
    };
    match parsed {
        Ok(Some(parsed)) => (parsed.received().len().cast_signed(), parsed.into()),
        Ok(None) => (0, Line::NONE),
        Err(error) => (number(error.kind()), error.into()),
    }
}

/// See the header.
///
/// # Safety
///
/// `buf` points at room for `size` octets and `reason` at `reason_len` octets, unless these are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sip_status_format(
    buf: *mut c_char,
    size: usize,
    code: c_uint,
    reason: *const c_char,
    reason_len: usize,
) -> usize {
    if buf.is_null() && size > 0 {
        return 0;
    }
    if size > 0 {
        // SAFETY: the caller promises room for `size` octets, so there is one.
        unsafe { buf.write(0) };
    }
    let apart = |first: usize, len: usize, second: usize| second.wrapping_sub(first) >= len;
    let (to, from) = (buf.addr(), reason.addr());
    let overlap = !apart(to, size, from) || !apart(from, reason_len, to);
    // An octet may take three, and the sum has to be a length.
    if size > MAX_LEN || reason_len > MAX_LEN / 4 || (overlap && size > 0 && reason_len > 0) {
        return 0;
    }
    let room = match size {
        0 => &mut [],
        // SAFETY: the caller promises room for `size` octets, no more than `isize::MAX`. Nobody else has a reference to
        // them: the phrase, which is the only other area, is apart from them. They are only written.
        _ => unsafe { slice::from_raw_parts_mut(buf.cast::<u8>(), size) },
    };
    // SAFETY: the caller promises `reason_len` octets.
    match unsafe { octets(reason, reason_len) } {
        Some(reason) => format(room, code, reason).unwrap_or(0),
        None => 0,
    }
}

/// The longest area.
const MAX_LEN: usize = isize::MAX.cast_unsigned();

#[inline]
fn format(room: &mut [u8], code: c_uint, reason: &[u8]) -> Option<usize> {
    let code = StatusCode::new(u16::try_from(code).ok()?)?;
    let line = StatusLine::new(code, ReasonPhrase::new(reason).ok()?);
    let line_room = room
        .split_last_mut()
        .map_or(&mut [][..], |(_, line_room)| line_room);
    let (len, end) = match line.encode(line_room) {
        Ok(len) => (len, len),
        Err(error) => (error.needed(), 0),
    };
    if let Some(end) = room.get_mut(end) {
        *end = 0;
    }
    Some(len)
}

/// See the header.
///
/// # Safety
///
/// `buf` points at `len` octets, unless these are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sip_status_start_line(buf: *const c_char, len: usize) -> c_int {
    // SAFETY: the caller promises it.
    match unsafe { octets(buf, len) }.map(start_line) {
        None => E_ARGUMENT,
        Some(None) => START_OPEN,
        Some(Some(StartLine::Request)) => START_REQUEST,
        Some(Some(StartLine::Status)) => START_STATUS,
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_strerror(error: isize) -> *const c_char {
    let text = match error {
        1.. => c"no error",
        0 => c"more octets are needed",
        _ => message(error),
    };
    text.as_ptr()
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_deviation(deviation: u32) -> *const c_char {
    text::pointer(meaning(deviation.trailing_zeros()))
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_phrase(code: c_uint) -> *const c_char {
    text::pointer(status_code(code).and_then(text::phrase))
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_class(code: c_uint) -> c_int {
    status_code(code).map_or(0, |code| code.class() as c_int)
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_fallback(code: c_uint) -> c_uint {
    status_code(code).map_or(0, |code| code.fallback().get().into())
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_from_q850(cause: c_uint) -> c_uint {
    let code = u8::try_from(cause).ok().and_then(registry::from_q850);
    code.map_or(0, |code| code.get().into())
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn sip_status_to_q850(code: c_uint) -> c_uint {
    let release = status_code(code).and_then(|code| registry::to_q850(code).answer);
    release.map_or(0, |release| release.cause.into())
}

/// See the header.
///
/// # Safety
///
/// `codes` points at `count` numbers, unless these are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sip_status_best(codes: *const u16, count: usize) -> isize {
    if codes.is_null() || !codes.is_aligned() || count > MAX_LEN / size_of::<u16>() {
        return -1;
    }
    // SAFETY: not NULL, aligned, no more than `isize::MAX` octets; the caller promises that the numbers are there.
    let codes = unsafe { slice::from_raw_parts(codes, count) };
    let known = codes.iter().copied().filter_map(StatusCode::new);
    let at = registry::best(known).and_then(|best| codes.iter().position(|code| best == *code));
    at.map_or(-1, usize::cast_signed)
}

/// A function that gives one of the registry's answers as the number that the header has for it.
macro_rules! answers {
    ($($function:ident $ask:ident $enum:ident { $($answer:ident $number:literal)+ })+) => {$(
        /// See the header.
        #[unsafe(no_mangle)]
        pub extern "C" fn $function(code: c_uint) -> c_int {
            match status_code(code).map(|code| registry::$ask(code).answer) {
                $(Some($enum::$answer) => $number,)+
                _ => 0,
            }
        }
    )+};
}

answers! {
    sip_status_retry retry Retry {
        NoNeed 1 No 2 WithCredentials 3 Changed 4 WithConsent 5 Later 6
    }
    sip_status_repeat repeat Repeat {
        NoNeed 1 Never 2 AtRetryAfter 3 Later 4
    }
    sip_status_failover failover Failover {
        Nowhere 1 Contacts 2 Flow 3 NextElement 4 Server 5
    }
    sip_status_proxying proxying Proxying {
        Never 1 AtOnce 2 Hold 3 JoinChallenges 4 As500 5 CancelRest 6
    }
}

fn status_code(code: c_uint) -> Option<StatusCode> {
    StatusCode::new(u16::try_from(code).ok()?)
}

/// The octets at `buf`, or `None` if they are refused.
///
/// # Safety
///
/// `buf` points at `len` octets that nobody writes while the slice lives, or is NULL, or `len` is 0 or more than
/// `isize::MAX`.
#[inline]
unsafe fn octets<'a>(buf: *const c_char, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    if buf.is_null() || len > MAX_LEN {
        return None;
    }
    // SAFETY: not NULL, no more than `isize::MAX`; the caller promises that the octets are there.
    Some(unsafe { slice::from_raw_parts(buf.cast(), len) })
}

/// Numbers kinds of error as the header does, and words them as the library does.
macro_rules! errors {
    ($($number:literal $kind:ident,)+) => {
        /// The number of a kind of error.
        const fn number(kind: ErrorKind) -> isize {
            match kind {
                $(ErrorKind::$kind => $number,)+
                // Only `StatusLine::from_bytes` finds octets after the line.
                _ => E_ARGUMENT as isize,
            }
        }

        const fn message(number: isize) -> &'static core::ffi::CStr {
            match number {
                $($number => c_string!("expected ", ErrorKind::$kind.expectation()),)+
                -9 => c"expected usable arguments",
                _ => c"unknown error",
            }
        }
    };
}

errors! {
    -1 Version,
    -2 VersionSpace,
    -3 Code,
    -4 CodeSpace,
    -5 Reason,
    -6 LineEnding,
    -7 Length,
    -8 Truncated,
}

/// What the deviation with that bit means.
const fn meaning(bit: u32) -> Option<&'static core::ffi::CStr> {
    macro_rules! meanings {
        ($($bit:literal)+) => {{
            const _: () = assert!([$($bit),+].len() == Deviations::all().bits().count_ones() as usize);
            match bit {
                $($bit => Some(c_string!("", Deviations::from_bits_retain(1 << $bit).meaning())),)+
                _ => None,
            }
        }};
    }
    meanings!(0 1 2 3 4 5 6)
}

/// Numbers from 1, so that 0 is none.
#[inline]
const fn phrase_match(phrase: PhraseMatch) -> u8 {
    match phrase {
        PhraseMatch::Exact => 1,
        PhraseMatch::Case => 2,
        PhraseMatch::Alias => 3,
        PhraseMatch::Empty => 4,
        PhraseMatch::Unregistered => 6,
        // Whatever else is said of it, the wording is none of the known ones.
        _ => 5,
    }
}
