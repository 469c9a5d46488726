//! The functions as C calls them: defined answers whatever comes, and those of the library for whatever is read.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used,
    reason = "tests"
)]

use core::ffi::{CStr, c_char};
use core::ptr;
use std::fs;
use std::path::Path;

use sip_status_line::registry::{self, Failover, PhraseMatch, Proxying, Repeat, Retry};
use sip_status_line::{
    Deviations, ErrorKind, Parser, ReasonPhrase, StartLine, StatusCode, StatusLine, start_line,
};
use sip_status_line_c::{
    E_ARGUMENT, Line, START_OPEN, START_REQUEST, START_STATUS, STREAM, sip_status_best,
    sip_status_class, sip_status_deviation, sip_status_failover, sip_status_fallback,
    sip_status_format, sip_status_from_q850, sip_status_parse, sip_status_phrase,
    sip_status_proxying, sip_status_repeat, sip_status_retry, sip_status_start_line,
    sip_status_strerror, sip_status_to_q850,
};

const TOO_LONG: usize = isize::MAX as usize + 1;

/// What a caller has in the structure before.
const UNTOUCHED: Line = Line {
    code: 7,
    phrase_match: 7,
    deviations: 7,
    reason: ptr::dangling(),
    reason_len: 7,
    offset: 7,
};

fn parse(input: &[u8], flags: u32) -> (isize, Line) {
    let mut line = UNTOUCHED;
    let answer =
        unsafe { sip_status_parse(input.as_ptr().cast(), input.len(), flags, &raw mut line) };
    (answer, line)
}

/// What the library says, as the header puts it.
fn expected(input: &[u8], allowed: Deviations, streaming: bool) -> (isize, Line) {
    let parser = Parser::STRICT.deny(Deviations::all()).allow(allowed);
    let parsed = if streaming {
        parser.prefix(input)
    } else {
        parser.line(input).map(Some)
    };
    let kinds = ErrorKind::ALL.iter();
    match parsed {
        Ok(None) => (0, Line::NONE),
        Ok(Some(parsed)) => {
            let phrase = parsed.registry_match().phrase;
            let phrases = [
                PhraseMatch::Exact,
                PhraseMatch::Case,
                PhraseMatch::Alias,
                PhraseMatch::Empty,
                PhraseMatch::Custom,
                PhraseMatch::Unregistered,
            ];
            let reason = parsed.line.reason.as_bytes();
            let line = Line {
                code: parsed.line.code.get(),
                phrase_match: 1 + phrases.iter().position(|one| *one == phrase).unwrap() as u8,
                deviations: parsed.deviations.bits(),
                reason: reason.as_ptr().cast(),
                reason_len: reason.len(),
                offset: 0,
            };
            (parsed.received().len().cast_signed(), line)
        }
        Err(error) => {
            let place = kinds.take_while(|kind| **kind != error.kind()).count();
            let line = Line {
                code: error.code().map_or(0, StatusCode::get),
                offset: error.offset(),
                ..Line::NONE
            };
            (-1 - place.cast_signed(), line)
        }
    }
}

/// The files of the corpus; Miri, being slow, gets one of so many.
fn corpus() -> impl Iterator<Item = Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut files: Vec<_> = ["accept", "lenient", "reject"]
        .iter()
        .flat_map(|directory| fs::read_dir(root.join(directory)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 250);
    let step = if cfg!(miri) { 24 } else { 1 };
    files
        .into_iter()
        .step_by(step)
        .map(|file| fs::read(file).unwrap())
}

#[test]
fn reads_what_the_library_reads() {
    let step = if cfg!(miri) { 21 } else { 1 };
    for input in corpus() {
        for bits in (0..=Deviations::all().bits()).step_by(step) {
            let allowed = Deviations::from_bits(bits).unwrap();
            assert_eq!(parse(&input, bits), expected(&input, allowed, false));
            assert_eq!(
                parse(&input, bits | STREAM),
                expected(&input, allowed, true)
            );
        }
    }
}

#[test]
fn the_phrase_points_into_the_input() {
    for input in corpus() {
        let (len, line) = parse(&input, Deviations::all().bits());
        if len > 0 {
            let range = input.as_ptr_range();
            let end = line.reason.cast::<u8>().wrapping_add(line.reason_len);
            assert!(range.start <= line.reason.cast() && end <= range.end);
        } else {
            assert!(line.reason.is_null() && line.reason_len == 0);
        }
    }
}

#[test]
fn arguments_that_cannot_be_used_have_their_answer() {
    let octets = b"SIP/2.0 200 OK\r\n";
    let buf: *const c_char = octets.as_ptr().cast();
    let refused = |buf, len, flags| {
        let mut line = UNTOUCHED;
        let answer = unsafe { sip_status_parse(buf, len, flags, &raw mut line) };
        (answer, line) == (E_ARGUMENT as isize, Line::NONE)
    };
    assert!(refused(ptr::null(), 1, 0));
    assert!(refused(ptr::null(), TOO_LONG, 0));
    assert!(refused(buf, TOO_LONG, 0));
    assert!(refused(buf, usize::MAX, 0));
    for bit in 7..31 {
        assert!(refused(buf, octets.len(), 1 << bit));
        assert!(refused(ptr::null(), 0, 1 << bit));
    }

    for buf in [buf, ptr::null()] {
        let mut line = UNTOUCHED;
        let answer = unsafe { sip_status_parse(buf, 0, 0, &raw mut line) };
        assert_eq!((answer, line), (-8, Line::NONE));
        assert_eq!(
            unsafe { sip_status_parse(buf, 0, STREAM, ptr::null_mut()) },
            0
        );
        assert_eq!(unsafe { sip_status_start_line(buf, 0) }, START_OPEN);
    }
    assert_eq!(
        unsafe { sip_status_parse(buf, octets.len(), 0, ptr::null_mut()) },
        16
    );
    assert_eq!(unsafe { sip_status_start_line(ptr::null(), 1) }, E_ARGUMENT);
    assert_eq!(unsafe { sip_status_start_line(buf, TOO_LONG) }, E_ARGUMENT);
}

#[test]
fn tells_responses_from_requests_as_the_library_does() {
    for input in corpus().chain([b"INVITE sip:a@example.com SIP/2.0\r\n".to_vec()]) {
        for len in 0..input.len().min(20) {
            let expected = match start_line(&input[..len]) {
                None => START_OPEN,
                Some(StartLine::Request) => START_REQUEST,
                Some(StartLine::Status) => START_STATUS,
            };
            let octets = &input[..len];
            assert_eq!(
                unsafe { sip_status_start_line(octets.as_ptr().cast(), len) },
                expected
            );
        }
    }
}

fn format(room: &mut [u8], code: u32, reason: &[u8]) -> usize {
    let (to, from) = (room.as_mut_ptr().cast(), reason.as_ptr().cast());
    unsafe { sip_status_format(to, room.len(), code, from, reason.len()) }
}

#[test]
fn writes_what_the_library_writes_or_nothing() {
    for reason in [
        &b""[..],
        b"OK",
        b"Busy [100%]",
        b"caf\xC3\xA9",
        b"caf\xE9 \"",
        b"\t",
    ] {
        let line = StatusLine::new(StatusCode::BUSY_HERE, ReasonPhrase::new(reason).unwrap());
        let mut octets = vec![0; line.encoded_len()];
        line.encode(&mut octets).unwrap();
        assert_eq!(format(&mut [], 486, reason), octets.len());
        for size in 1..octets.len() + 5 {
            let mut room = vec![0xAA; size];
            assert_eq!(format(&mut room, 486, reason), octets.len());
            let written = CStr::from_bytes_until_nul(&room).unwrap().to_bytes();
            assert_eq!(
                written,
                if octets.len() < size {
                    &octets[..]
                } else {
                    b""
                }
            );
        }
    }
    let mut room = [0xAA; 64];
    assert_eq!(
        unsafe { sip_status_format(room.as_mut_ptr().cast(), 64, 200, ptr::null(), 0) },
        14
    );
    assert_eq!(&room[..15], b"SIP/2.0 200 \r\n\0");
}

#[test]
fn what_cannot_be_written_is_not() {
    for (code, reason) in [
        (0, &b"OK"[..]),
        (99, b"OK"),
        (700, b"OK"),
        (65_736, b"OK"),
        (u32::MAX, b"OK"),
        (200, b"OK\r\nContact: <sip:eve@example.net>"),
        (200, b"\n"),
        (200, b"\0"),
        (200, b"\x7F"),
    ] {
        let mut room = [0xAA; 64];
        assert_eq!(format(&mut room, code, reason), 0);
        assert_eq!(room[0], 0, "an empty string");
    }

    let mut room = [0xAA_u8; 64];
    let (to, from): (*mut c_char, *const c_char) = (room.as_mut_ptr().cast(), c"OK".as_ptr());
    let format = |to, size, from, len| unsafe { sip_status_format(to, size, 200, from, len) };
    assert_eq!(format(ptr::null_mut(), 64, from, 2), 0);
    assert_eq!(format(ptr::null_mut(), 0, from, 2), 16);
    assert_eq!(format(to, 0, from, 2), 16);
    assert_eq!(format(to, 64, ptr::null(), 2), 0);
    assert_eq!(format(to, TOO_LONG, from, 2), 0);
    assert_eq!(format(to, 64, from, TOO_LONG), 0);
    assert_eq!(format(to, 64, from, TOO_LONG / 2), 0);
    // The phrase at the start, in the middle and at the end of the room, and on both sides of it.
    for at in [0, 1, 30, 62, 63] {
        assert_eq!(format(to, 64, to.wrapping_add(at), 2), 0);
    }
    assert_eq!(format(to.wrapping_add(1), 1, to, 3), 0);
    room[60..62].copy_from_slice(b"OK");
    let to: *mut c_char = room.as_mut_ptr().cast();
    assert_eq!(format(to, 60, to.wrapping_add(60), 2), 16, "beside it");
    assert_eq!(&room[..17], b"SIP/2.0 200 OK\r\n\0");
}

fn text(text: *const c_char) -> Option<&'static str> {
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().unwrap())
}

#[test]
fn texts_are_those_of_the_library() {
    for code in (0..1100).step_by(if cfg!(miri) { 7 } else { 1 }) {
        let known = StatusCode::new(code);
        let code = u32::from(code);
        assert_eq!(
            text(sip_status_phrase(code)),
            known.and_then(StatusCode::canonical_reason)
        );
        assert_eq!(
            sip_status_class(code),
            known.map_or(0, |code| code.class() as i32)
        );
        assert_eq!(
            sip_status_fallback(code),
            known.map_or(0, |code| code.fallback().get().into())
        );
    }
    assert_eq!(text(sip_status_phrase(u32::MAX)), None);

    for bit in 0..32 {
        let meaning = Deviations::from_bits(1 << bit).map(Deviations::meaning);
        assert_eq!(text(sip_status_deviation(1 << bit)), meaning);
    }
    assert_eq!(text(sip_status_deviation(0)), None);

    for (number, kind) in (1..).zip(ErrorKind::ALL).take(8) {
        let expected = format!("expected {}", kind.expectation());
        assert_eq!(text(sip_status_strerror(-number)), Some(&expected[..]));
    }
    let others = [
        (-9, "expected usable arguments"),
        (0, "more octets are needed"),
        (16, "no error"),
    ];
    for (number, expected) in others {
        assert_eq!(text(sip_status_strerror(number)), Some(expected));
    }
    for number in [-10, isize::MIN] {
        assert_eq!(text(sip_status_strerror(number)), Some("unknown error"));
    }
}

#[test]
fn causes_are_those_of_the_library() {
    for cause in 0..=255 {
        let code = registry::from_q850(cause).map_or(0, StatusCode::get);
        assert_eq!(sip_status_from_q850(cause.into()), code.into());
    }
    assert_eq!(sip_status_from_q850(256 + 17), 0);
    for code in (100..700)
        .step_by(if cfg!(miri) { 7 } else { 1 })
        .filter_map(StatusCode::new)
    {
        let release = registry::to_q850(code).answer;
        let cause = release.map_or(0, |release| release.cause);
        assert_eq!(sip_status_to_q850(code.get().into()), cause.into());
    }
}

/// The numbers that the header gives to names with that beginning, in its order.
fn defined(beginning: &str) -> Vec<(String, i64)> {
    let header = include_str!("../assets/sip_status_line.h");
    let defines = header.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
        let value = value
            .split("/*")
            .next()?
            .trim()
            .trim_matches(['(', ')', 'u']);
        let value = match value.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16),
            None => value.parse(),
        };
        let name = name.strip_prefix("SIP_STATUS_")?.strip_prefix(beginning)?;
        Some((name.to_lowercase().replace('_', "-"), value.ok()?))
    });
    defines.collect()
}

/// The names in the library, numbered from 1.
fn numbered<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<(String, i64)> {
    all.iter()
        .map(|one| name(*one).to_owned())
        .zip(1..)
        .collect()
}

#[test]
fn the_header_has_the_names_and_numbers_of_the_library() {
    assert_eq!(
        defined("PHRASE_"),
        numbered(PhraseMatch::ALL, PhraseMatch::name)
    );
    assert_eq!(defined("RETRY_"), numbered(Retry::ALL, Retry::name));
    assert_eq!(defined("REPEAT_"), numbered(Repeat::ALL, Repeat::name));
    assert_eq!(
        defined("FAILOVER_"),
        numbered(Failover::ALL, Failover::name)
    );
    assert_eq!(
        defined("PROXYING_"),
        numbered(Proxying::ALL, Proxying::name)
    );

    let mut errors = numbered(ErrorKind::ALL, ErrorKind::name);
    assert_eq!(
        errors.pop(),
        Some(("trailing-octets".to_owned(), 9)),
        "which C never sees"
    );
    errors.push(("argument".to_owned(), 9));
    let errors: Vec<_> = errors
        .into_iter()
        .map(|(name, number)| (name, -number))
        .collect();
    assert_eq!(defined("E_"), errors);

    let number = |name: &str| defined(name).first().map(|(_, number)| *number);
    for (name, deviation) in Deviations::all().iter_names() {
        assert_eq!(number(name), Some(deviation.bits().into()));
    }
    assert_eq!(
        number("INTEROP"),
        Some(Parser::INTEROP.allowed().bits().into())
    );
    assert_eq!(
        number("OBSERVE"),
        Some(Parser::OBSERVE.allowed().bits().into())
    );
    assert_eq!(number("STREAM"), Some(STREAM.into()));
    assert_eq!(
        number("MAX_LEN"),
        i64::try_from(Parser::DEFAULT_MAX_LEN).ok()
    );
}

/// The place of an answer among all, counted from 1.
fn number<T: PartialEq>(all: &[T], answer: Option<T>) -> i32 {
    answer.map_or(0, |answer| {
        i32::try_from(1 + all.iter().position(|one| *one == answer).unwrap()).unwrap()
    })
}

#[test]
fn answers_are_those_of_the_registry() {
    for code in (0..=u16::MAX).step_by(if cfg!(miri) { 97 } else { 1 }) {
        let known = StatusCode::new(code);
        let code = u32::from(code);
        let retry = known.map(|code| registry::retry(code).answer);
        assert_eq!(sip_status_retry(code), number(Retry::ALL, retry));
        let repeat = known.map(|code| registry::repeat(code).answer);
        assert_eq!(sip_status_repeat(code), number(Repeat::ALL, repeat));
        let failover = known.map(|code| registry::failover(code).answer);
        assert_eq!(sip_status_failover(code), number(Failover::ALL, failover));
        let proxying = known.map(|code| registry::proxying(code).answer);
        assert_eq!(sip_status_proxying(code), number(Proxying::ALL, proxying));
    }
}

#[test]
fn the_best_of_several_is_that_of_the_registry() {
    let best = |codes: &[u16]| unsafe { sip_status_best(codes.as_ptr(), codes.len()) };
    let interesting = [
        0,
        100,
        180,
        200,
        302,
        401,
        404,
        484,
        486,
        500,
        503,
        603,
        700,
        u16::MAX,
    ];
    for first in interesting {
        for second in interesting {
            for third in interesting {
                let codes = [first, second, third];
                let expected = registry::best(codes.into_iter().filter_map(StatusCode::new));
                let at = best(&codes);
                assert_eq!(
                    usize::try_from(at).ok().map(|at| codes[at]),
                    expected.map(StatusCode::get)
                );
                assert!(
                    codes
                        .iter()
                        .position(|code| usize::try_from(at).is_ok_and(|at| codes[at] == *code))
                        .is_none_or(|first| first.cast_signed() == at)
                );
            }
        }
    }
    assert_eq!(best(&[]), -1);
    assert_eq!(unsafe { sip_status_best(ptr::null(), 0) }, -1);
    let codes = [200, 200];
    assert_eq!(unsafe { sip_status_best(codes.as_ptr(), TOO_LONG / 2) }, -1);
    let odd = codes.as_ptr().wrapping_byte_add(1);
    assert_eq!(unsafe { sip_status_best(odd, 1) }, -1);
}
