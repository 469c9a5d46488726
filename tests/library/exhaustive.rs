//! The crate against the oracle, all cases of what has few of them: every code, and every line that is one octet
//! away from a dozen representative ones, under every set of deviations.

use std::thread;

use sip_status_line::{Parser, ReasonPhrase, StatusCode, StatusLine};
use sip_status_test_support::agree::{POLICIES, check, parser};
use sip_status_test_support::oracle::{self, Policy, STRICT};

/// One of each kind, and short: an octet more is another 513 lines.
const LINES: [&[u8]; 14] = [
    b"SIP/2.0 200 OK\r\n",
    b"sip/2.0 486 \r\nV",
    b"\r\nSIP/2.0 100 T\r\n",
    b"SIP/2.0 404\r\n",
    b"SIP/2.0 200 a%4F\r\n",
    b"SIP/2.0 200 %4\r\n",
    b"SIP/2.0 500 \xE2\x82\xAC\r\n",
    b"SIP/2.0 500 \xFD\x80\x80\x80\x80\x80\r\n",
    b"SIP/2.0 \t603\tX\n",
    b"SIP/2.0 699 [\xFE]\n",
    b"SIP/2.0 180 Ri",
    b"SIP/2.0 183",
    b"SIP/2.0 513 Message Too Large\r\n",
    b"\r\n\r\nsip/2.0\t100\n",
];

/// Every number of three digits, with every kind of phrase and ending, as the named policies read it.
#[test]
fn every_code() {
    for number in 0..1000 {
        let canonical = StatusCode::new(number).and_then(StatusCode::canonical_reason);
        let phrases = [
            canonical.unwrap_or("x").as_bytes(),
            b"",
            b" ",
            b"a phrase of its own",
            b"\xC3\xA9%41",
            b"<%>",
        ];
        for phrase in phrases {
            for (separator, ending) in [
                (" ", "\r\n"),
                ("\t", "\n"),
                ("", "\r\n"),
                (" ", ""),
                (" ", "\r\nSIP/2.0 200 OK\r\n"),
            ] {
                let start = format!("SIP/2.0 {number:03}{separator}");
                let line = [start.as_bytes(), phrase, ending.as_bytes()].concat();
                for (parser, policy) in POLICIES {
                    check(parser, policy, &line);
                }
            }
        }
    }
}

/// Every code with every octet as its phrase is written as the oracle writes it, and read back if a phrase may hold
/// that octet.
#[test]
fn every_code_is_written() {
    for code in (100..700).filter_map(StatusCode::new) {
        for octet in 0..=u8::MAX {
            let phrase = [octet];
            let Ok(reason) = ReasonPhrase::new(&phrase) else {
                continue;
            };
            let mut buf = [0; 20];
            let len = StatusLine { code, reason }.encode(&mut buf).unwrap();
            assert_eq!(buf[..len], oracle::encode(code.get(), &phrase));
            let read = Parser::STRICT.line(&buf[..len]).unwrap();
            assert_eq!((read.line.code, read.deviations.is_empty()), (code, true));
        }
    }
}

/// Calls `visit` with the line and every line that differs from it by an octet replaced, put in or left out.
fn edits(line: &[u8], mut visit: impl FnMut(&[u8])) {
    visit(line);
    for at in 0..=line.len() {
        let mut edited = [&line[..at], &[0], &line[at..]].concat();
        for octet in 0..=u8::MAX {
            edited[at] = octet;
            visit(&edited);
        }
        if at < line.len() {
            edited.remove(at);
            for octet in 0..=u8::MAX {
                edited[at] = octet;
                visit(&edited);
            }
            edited.remove(at);
            visit(&edited);
        }
    }
}

/// Every edit of every line, under every set of deviations, as a datagram and as the beginning of a stream.
#[test]
fn every_edit_under_every_policy() {
    thread::scope(|scope| {
        for line in LINES {
            scope.spawn(move || {
                edits(line, |edited| {
                    for allowed in 0..128 {
                        let policy = Policy { allowed, ..STRICT };
                        check(parser(policy), policy, edited);
                    }
                });
            });
        }
    });
}

/// Every edit of every line where there is barely room for it, or not quite.
#[test]
fn every_edit_under_every_tight_limit() {
    for line in LINES {
        edits(line, |edited| {
            for (parser, policy) in POLICIES {
                for max_len in [edited.len() - 1, edited.len()] {
                    check(
                        parser.with_max_len(max_len),
                        Policy { max_len, ..policy },
                        edited,
                    );
                }
            }
        });
    }
}

/// Every beginning of every line, under every set of deviations and every limit that could matter.
#[test]
fn every_beginning_under_every_limit() {
    for line in LINES {
        for len in 0..=line.len() {
            for max_len in 0..line.len() + 3 {
                for allowed in 0..128 {
                    let policy = Policy { allowed, max_len };
                    check(parser(policy), policy, &line[..len]);
                }
            }
        }
    }
}

/// A phrase of every length, with something in it at every place that is not a letter, and as much behind the line as
/// makes a difference to a parser that looks at many octets at a time.
#[test]
fn every_place_in_a_long_phrase() {
    const ODD: [&[u8]; 8] = [
        b"=",
        b"%41",
        b"\xE2\x82\xAC",
        b"%",
        b"#",
        b"\x7F",
        b"\r",
        b"\n",
    ];
    for len in 0..70 {
        let letters = vec![b'a'; len];
        for at in 0..=len {
            for odd in ODD {
                for rest in [0, 1, 16, 48] {
                    let phrase = [&letters[..at], odd, &letters[at..]].concat();
                    let line = [
                        b"SIP/2.0 200 ",
                        &*phrase,
                        b"\r\n",
                        &letters[..rest.min(len)],
                    ]
                    .concat();
                    for (parser, policy) in POLICIES {
                        check(parser, policy, &line);
                    }
                }
            }
        }
    }
}

/// Every octet at every index of phrases of 0 to 130 octets, of letters and of sequences of each length, in slices that
/// end with the line, go on for one to three octets, and go on for longer than any run of a scan: as the oracle reads
/// and writes them. Which of the five a slice is changes with the length, so that every octet at every index is in
/// each.
#[test]
fn every_octet_at_every_index() {
    const RESTS: [&[u8]; 5] = [
        b"",
        b"V",
        b"Vi",
        b"\r\nV",
        b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asdhds, SIP/2.0/TCP [2001:db8::1]\r\n",
    ];
    const TEXTS: [(&str, usize); 4] = [
        ("a", 130),
        ("\u{e9}", 50),
        ("\u{20ac}", 50),
        ("\u{1f4de}", 50),
    ];
    thread::scope(|scope| {
        for (text, longest) in TEXTS {
            scope.spawn(move || {
                for len in 0..=longest {
                    let plain: Vec<u8> = text.bytes().cycle().take(len).collect();
                    for at in 0..len.max(1) {
                        for octet in 0..=u8::MAX {
                            let mut phrase = plain.clone();
                            phrase
                                .iter_mut()
                                .skip(at)
                                .take(1)
                                .for_each(|at| *at = octet);
                            let rest = RESTS[(usize::from(octet) + len) % RESTS.len()];
                            let line = [b"SIP/2.0 200 ", &*phrase, b"\r\n", rest].concat();
                            for (parser, policy) in POLICIES {
                                check(parser, policy, &line);
                            }
                            is_written(&phrase);
                        }
                    }
                }
            });
        }
    });
}

/// That phrase, if it can be one, is written as the oracle writes it, into a buffer that has just the room.
fn is_written(phrase: &[u8]) {
    let Ok(reason) = ReasonPhrase::new(phrase) else {
        return;
    };
    let expected = oracle::encode(200, phrase);
    let mut buf = vec![0; expected.len()];
    let written = StatusLine::new(StatusCode::OK, reason).encode(&mut buf);
    assert_eq!(written, Ok(expected.len()));
    assert_eq!(buf, expected);
}
