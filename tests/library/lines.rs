//! `Lines` and `FindIter`.

use sip_status_line::{Deviations, Parser};

/// Where each item began, and its code or the offset of its error.
fn walk(parser: Parser, buffer: &[u8]) -> Vec<(usize, Result<u16, usize>)> {
    let mut lines = parser.lines(buffer);
    let items = lines.by_ref().map(|(offset, line)| {
        let code = line.map(|parsed| parsed.line.code.get());
        (offset, code.map_err(|error| error.offset()))
    });
    let items = items.collect();
    assert!(lines.next().is_none(), "fused");
    items
}

#[test]
fn one_after_another() {
    assert_eq!(walk(Parser::STRICT, b""), []);
    assert_eq!(
        walk(Parser::STRICT, b"SIP/2.0 100 Trying\r\nSIP/2.0 200 OK\r\n"),
        [(0, Ok(100)), (20, Ok(200))],
    );
}

#[test]
fn an_error_resumes_after_the_next_lf() {
    let buffer = b"SIP/2.0 100 a\0b\r\nVia: x\r\nSIP/2.0 200 OK\r\nSIP/2.0 404 \nSIP/2.0 5";
    assert_eq!(
        walk(Parser::INTEROP, buffer),
        [
            (0, Err(13)),
            (17, Err(0)),
            (25, Ok(200)),
            (41, Err(12)),
            (54, Err(9))
        ],
    );
}

#[test]
fn blank_lines() {
    let buffer = b"\r\n\r\nSIP/2.0 100 Trying\r\n\r\n";
    assert_eq!(walk(Parser::INTEROP, buffer), [(0, Ok(100))]);
    assert_eq!(
        walk(Parser::STRICT, buffer),
        [(0, Err(0)), (2, Err(0)), (4, Ok(100)), (24, Err(0))],
    );
    // Half a CRLF is not blank.
    assert_eq!(walk(Parser::INTEROP, b"\r\n\r"), [(0, Err(3))]);
}

#[test]
fn the_last_line_may_lack_its_ending() {
    assert_eq!(
        walk(Parser::OBSERVE, b"SIP/2.0 200 OK\nSIP/2.0 404"),
        [(0, Ok(200)), (15, Ok(404))]
    );
}

/// Offsets and codes of what is found.
fn find(parser: Parser, haystack: &[u8]) -> Vec<(usize, u16)> {
    let found: Vec<_> = parser.find_iter(haystack).collect();
    for (offset, parsed) in &found {
        assert_eq!(
            haystack[*offset..][..parsed.received().len()],
            *parsed.received()
        );
        assert!(!parsed.deviations.contains(Deviations::LEADING_CRLF));
    }
    found
        .into_iter()
        .map(|(offset, parsed)| (offset, parsed.line.code.get()))
        .collect()
}

#[test]
fn finds_lines_anywhere() {
    assert_eq!(find(Parser::STRICT, b""), []);
    assert_eq!(find(Parser::STRICT, b"/2.0 200 OK\r\n"), []);
    assert_eq!(
        find(Parser::STRICT, b"P/2.0IP/2.0SIP/2.0 200 OK\r\n"),
        [(11, 200)]
    );
    let dump = b"\0\0SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\n\xFFsip/2.0 404 \r\nSIP/2.0 999 x\r\nSIP/2.0 603 Decline\r\n";
    assert_eq!(find(Parser::STRICT, dump), [(2, 200), (39, 404), (68, 603)]);
    assert_eq!(find(Parser::OBSERVE, b"junk SIP/2.0 200 OK"), [(5, 200)]);
    assert_eq!(find(Parser::INTEROP, b"\r\nSIP/2.0 200\r\n"), [(2, 200)]);
}

#[test]
fn a_refused_line_does_not_hide_the_next() {
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 SIP/2.0 200 OK\r\n"),
        [(8, 200)]
    );
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 200SIP/2.0 404 x\r\n"),
        [(11, 404)]
    );
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 100 a\0SIP/2.0 200 OK\r\n"),
        [(14, 200)]
    );
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 100 a\rSIP/2.0 200 OK\r\n"),
        [(14, 200)]
    );
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 100 %4SIP/2.0 200 OK\r\n"),
        [(14, 200)]
    );
    // One that is too long may hold one that is not.
    let parser = Parser::STRICT.with_max_len(40);
    let long = b"SIP/2.0 100 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa SIP/2.0 200 OK\r\n";
    assert_eq!(find(parser, long), [(46, 200)]);
    let long = b"SIP/2.0 100 aaaaaaaaaaaaaa SIP/2.0 200 aaaaaaaaaaaaaa\r\n";
    assert_eq!(find(parser, long), [(27, 200)]);
}

#[test]
fn a_line_in_the_phrase_of_another_is_part_of_it() {
    assert_eq!(
        find(Parser::STRICT, b"SIP/2.0 100 SIP/2.0 200 OK\r\n"),
        [(0, 100)]
    );
}

/// Lines that are too long hide none that is not, however many begin inside them.
#[test]
fn lines_too_long_hide_no_other() {
    let parser = Parser::STRICT.with_max_len(40);
    let mut haystack = b"SIP/2.0 200 ".repeat(20);
    haystack.extend(b"OK\r\n");
    // The first that is short enough, with two others in its phrase.
    assert_eq!(find(parser, &haystack), [(240 - 36, 200)]);
    assert_eq!(find(parser, &haystack[..240]), []);
    let observe = Parser::OBSERVE.with_max_len(40);
    assert_eq!(find(observe, &haystack[..240]), [(240 - 36, 200)]);
}
