//! What is measured: cases that are to be compared with one another stand in one group.
//!
//! Every case reads or writes all its lines and folds what it found into one number: every field
//! that a caller would look at, so that none of the work can be left out.

use std::fmt::Write as _;
use std::hint::black_box;
use std::ptr;

use bytes::BytesMut;
use memchr::{memchr, memchr_iter, memmem};
use nom::Parser as _;
use nom::bytes::streaming::tag;
use sip_status_lab::SplitMix64;
use sip_status_line::grammar::status_line;
use sip_status_line::registry::Match;
use sip_status_line::registry::{self, Entry};
use sip_status_line::{ParseError, Parsed, Parser, StatusCode, StatusLine};

use crate::case::Case;
use crate::data::{self, Kind, Lines, Messages};
use crate::peers;

/// Cases that are compared with one another.
pub struct Group {
    pub name: &'static str,
    pub cases: Vec<Case>,
}

/// A group and what makes it: the data of one group need not be there while another is measured.
pub type Maker = (&'static str, fn() -> Vec<Case>);

/// All groups.
pub const GROUPS: [Maker; 25] = [
    ("lone", || lone(data::real())),
    ("lone, deployed", || lone(data::deployed())),
    ("lone, none registered", || lone(data::unregistered())),
    ("lone, all registered", || {
        lone(data::only(Kind::Registered))
    }),
    ("lone, UTF-8", || lone(data::only(Kind::Utf8))),
    ("chained", || chained(data::real())),
    ("chained, deployed", || chained(data::deployed())),
    ("chained, deployed, sorted", || {
        chained(data::deployed().sorted())
    }),
    ("chained, none registered", || chained(data::unregistered())),
    ("chained, all registered", || {
        chained(data::only(Kind::Registered))
    }),
    ("head of a message", || head(&data::real())),
    ("head of a message, none registered", || {
        head(&data::unregistered())
    }),
    ("odd lines", odd),
    ("refused lines", refused),
    ("octet by octet", arrival),
    ("write", || write(&data::real())),
    ("write, deployed", || write(&data::deployed())),
    ("write, none registered", || write(&data::unregistered())),
    ("write, none registered, sorted", || {
        write(&data::unregistered().sorted())
    }),
    ("write, a phrase of the sender's own", || {
        write(&data::only(Kind::Custom))
    }),
    ("write, escapes", || write(&data::only(Kind::Bracketed))),
    ("code", code),
    ("phrase", phrase),
    ("find", find),
    ("find, the worst input", find_worst),
];

type Read<'a> = Result<Parsed<'a>, ParseError>;

#[inline(always)]
fn line(read: Read) -> usize {
    match read {
        Ok(parsed) => fields(&parsed),
        Err(error) => error.offset() + error.kind() as usize,
    }
}

#[inline(always)]
fn prefix(read: Result<Option<Parsed>, ParseError>) -> usize {
    read.transpose().map_or(0, line)
}

#[inline(always)]
fn fields(parsed: &Parsed) -> usize {
    said(&parsed.line)
        .wrapping_add(parsed.deviations.bits() as usize)
        .wrapping_add(parsed.rest.len())
}

#[inline(always)]
fn said(line: &StatusLine) -> usize {
    usize::from(line.code.get()) + line.reason.as_bytes().len()
}

#[inline(always)]
fn judged(read: Read) -> usize {
    line(read).wrapping_add(read.map_or(0, |parsed| standing(parsed.registry_match())))
}

#[inline(always)]
fn judged_anew(read: Read) -> usize {
    line(read).wrapping_add(read.map_or(0, |parsed| standing(parsed.line.registry_match())))
}

#[inline(always)]
fn standing(registration: Match) -> usize {
    let entry = registration
        .entry
        .map_or(0, |entry| ptr::from_ref(entry).addr());
    entry.wrapping_add(registration.phrase as usize)
}

/// Cases over the same slices, those of so many lines.
macro_rules! each {
    ($slices:expr, $lines:expr, $($name:literal => $read:expr),* $(,)?) => {
        vec![$({
            let slices = $slices;
            Case::new($name, $lines.len(), $lines.octets.len(), move || slices.sum($read))
        }),*]
    };
}

fn lone(lines: Lines) -> Vec<Case> {
    let lines: &'static Lines = Box::leak(Box::new(lines));
    let mut cases = each!(lines, lines,
        "memchr" => |octets| memchr(b'\n', octets).unwrap_or(0),
        "STRICT line" => |octets| line(Parser::STRICT.line(octets)),
        "STRICT line, registration" => |octets| judged(Parser::STRICT.line(octets)),
        "STRICT line, registration of the line alone" =>
            |octets| judged_anew(Parser::STRICT.line(octets)),
        "STRICT line, kept in memory" => |octets| usize::from(black_box(Parser::STRICT.line(octets)).is_ok()),
        "STRICT prefix" => |octets| prefix(Parser::STRICT.prefix(octets)),
        "INTEROP line" => |octets| line(Parser::INTEROP.line(octets)),
        "INTEROP line, registration" => |octets| judged(Parser::INTEROP.line(octets)),
        "OBSERVE line" => |octets| line(Parser::OBSERVE.line(octets)),
        "OBSERVE line, registration" => |octets| judged(Parser::OBSERVE.line(octets)),
    );
    cases.extend(peers::read(lines));
    cases
}

fn chained(lines: Lines) -> Vec<Case> {
    let (count, buffer) = (lines.len(), lines.octets);
    let case = |name: &str, run: fn(&[u8]) -> usize| {
        let buffer = buffer.clone();
        Case::new(name, count, buffer.len(), move || run(&buffer))
    };
    vec![
        case("memchr", |mut buffer| {
            let mut sum = 0;
            while let Some((_, rest)) =
                memchr(b'\n', buffer).and_then(|lf| buffer.split_at_checked(lf + 1))
            {
                sum += rest.len();
                buffer = rest;
            }
            sum
        }),
        case("memchr_iter", |buffer| memchr_iter(b'\n', buffer).sum()),
        case("STRICT lines", |buffer| {
            total(Parser::STRICT.lines(buffer).map(|(_, read)| line(read)))
        }),
        case("STRICT lines, registration", |buffer| {
            total(Parser::STRICT.lines(buffer).map(|(_, read)| judged(read)))
        }),
        case("INTEROP lines, registration", |buffer| {
            total(Parser::INTEROP.lines(buffer).map(|(_, read)| judged(read)))
        }),
        case("OBSERVE lines, registration", |buffer| {
            total(Parser::OBSERVE.lines(buffer).map(|(_, read)| judged(read)))
        }),
    ]
}

#[inline(always)]
fn total(found: impl Iterator<Item = usize>) -> usize {
    found.fold(0, usize::wrapping_add)
}

fn head(lines: &Lines) -> Vec<Case> {
    let messages: &'static Messages = Box::leak(Box::new(Messages::new(lines)));
    let via = || tag::<_, _, nom::error::Error<_>>("Via: ");
    let (mut after, mut grammar) = (via(), (status_line(Parser::STRICT), via()));
    let mut cases = each!(messages, lines,
        "memchr" => |message| memchr(b'\n', message).unwrap_or(0),
        "STRICT line" => |message| line(Parser::STRICT.line(message)),
        "STRICT line, registration" => |message| judged(Parser::STRICT.line(message)),
        "INTEROP line, registration" => |message| judged(Parser::INTEROP.line(message)),
        "OBSERVE line, registration" => |message| judged(Parser::OBSERVE.line(message)),
        "STRICT prefix, then a tag" => |message| match Parser::STRICT.prefix(message) {
            Ok(Some(parsed)) => match after.parse(parsed.rest) {
                Ok((rest, _)) => said(&parsed.line) + parsed.deviations.bits() as usize + rest.len(),
                Err(_) => 0,
            },
            Ok(None) => 0,
            Err(error) => error.offset(),
        },
    );
    cases.push(Case::new(
        "STRICT grammar, then a tag",
        lines.len(),
        lines.octets.len(),
        move || {
            messages.sum(|message| match grammar.parse(message) {
                Ok((rest, (parsed, _))) => {
                    said(&parsed.line) + parsed.deviations.bits() as usize + rest.len()
                }
                Err(nom::Err::Incomplete(_)) => 0,
                Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
                    message.len() - error.input.len()
                }
            })
        },
    ));
    cases
}

fn odd() -> Vec<Case> {
    let bad: &'static Lines = Box::leak(Box::new(data::bad()));
    let incomplete: &'static Lines = Box::leak(Box::new(data::incomplete(&data::real())));
    let long: &'static Lines = Box::leak(Box::new(data::long(200, data::LINES)));
    let mut cases = each!(bad, bad,
        "bad: STRICT line" => |octets| line(Parser::STRICT.line(octets)),
        "bad: INTEROP line" => |octets| line(Parser::INTEROP.line(octets)),
        "bad: OBSERVE line" => |octets| line(Parser::OBSERVE.line(octets)),
    );
    cases.extend(each!(incomplete, incomplete,
        "incomplete: STRICT prefix" => |octets| prefix(Parser::STRICT.prefix(octets)),
        "incomplete: OBSERVE prefix" => |octets| prefix(Parser::OBSERVE.prefix(octets)),
    ));
    cases.extend(each!(long, long,
        "200 octets: memchr" => |octets| memchr(b'\n', octets).unwrap_or(0),
        "200 octets: STRICT line" => |octets| line(Parser::STRICT.line(octets)),
        "200 octets: INTEROP line" => |octets| line(Parser::INTEROP.line(octets)),
        "200 octets: OBSERVE line" => |octets| line(Parser::OBSERVE.line(octets)),
    ));
    cases
}

/// Lines that `STRICT` refuses, each kind of the corpus beside lines that it accepts.
fn refused() -> Vec<Case> {
    let case = |name: String, lines: Lines| {
        let (count, octets) = (lines.len(), lines.octets.len());
        Case::new(name, count, octets, move || {
            lines.sum(|octets| line(Parser::STRICT.line(octets)))
        })
    };
    let accepted = [
        ("accepted: a phrase of the sender's own", Kind::Custom),
        ("accepted: a registered phrase", Kind::Registered),
    ];
    let accepted = accepted.map(|(name, kind)| case(name.to_owned(), data::only(kind)));
    let refused = data::refused().into_iter().flat_map(|(kind, lines)| {
        let sorted = case(format!("refused: {kind}, sorted"), lines.sorted());
        [case(format!("refused: {kind}"), lines), sorted]
    });
    accepted.into_iter().chain(refused).collect()
}

/// Lines of n octets that come one octet at a time, each time with a call.
fn arrival() -> Vec<Case> {
    let case = |octets, lines| {
        let lines = data::long(octets, lines);
        Case::new(
            format!("prefix, {octets} octets"),
            lines.len(),
            lines.octets.len(),
            move || {
                lines.sum(|line| {
                    total((1..=line.len()).map(|len| prefix(Parser::STRICT.prefix(&line[..len]))))
                })
            },
        )
    };
    vec![
        case(20, 1 << 14),
        case(40, 1 << 13),
        case(200, 1 << 10),
        case(8192, 1),
    ]
}

fn write(lines: &Lines) -> Vec<Case> {
    let values: &'static [StatusLine] = data::values(lines).leak();
    let rendered: &'static [&[u8]] = data::rendered(values).leak();
    let canonical: Vec<_> = values
        .iter()
        .map(|line| StatusLine::canonical(line.code))
        .collect();
    let canonical: &'static [StatusLine] = canonical.leak();
    let rendered_canonical: &'static [&[u8]] = data::rendered(canonical).leak();
    let octets = rendered.iter().map(|line| line.len()).sum();
    let case =
        |name: &str, put: Box<dyn FnMut() -> usize>| Case::new(name, values.len(), octets, put);
    let copy = |lines: &'static [&[u8]]| -> Box<dyn FnMut() -> usize> {
        let mut buf = [0; 256];
        Box::new(move || {
            total(lines.iter().map(|line| {
                buf[..line.len()].copy_from_slice(line);
                black_box(&mut buf);
                line.len()
            }))
        })
    };
    let encode = |lines: &'static [StatusLine]| -> Box<dyn FnMut() -> usize> {
        let mut buf = [0; 256];
        Box::new(move || {
            total(lines.iter().map(|line| {
                let len = line.encode(&mut buf).unwrap_or(0);
                black_box(&mut buf);
                len
            }))
        })
    };
    let (mut vec, mut bytes, mut text) = (Vec::new(), BytesMut::new(), String::new());
    let mut put_vec = Vec::new();
    vec![
        case("memcpy", copy(rendered)),
        case("encode", encode(values)),
        case("memcpy, canonical lines", copy(rendered_canonical)),
        case("encode, canonical lines", encode(canonical)),
        case(
            "memcpy to a Vec",
            Box::new(move || {
                total(rendered.iter().map(|line| {
                    vec.clear();
                    vec.extend_from_slice(line);
                    black_box(&mut vec).len()
                }))
            }),
        ),
        case(
            "put to a Vec",
            Box::new(move || {
                total(values.iter().map(|line| {
                    put_vec.clear();
                    line.put(&mut put_vec);
                    black_box(&mut put_vec).len()
                }))
            }),
        ),
        case(
            "put to BytesMut",
            Box::new(move || {
                total(values.iter().map(|line| {
                    bytes.clear();
                    line.put(&mut bytes);
                    black_box(&mut bytes).len()
                }))
            }),
        ),
        case("write_to a Vec", {
            let mut vec = Vec::new();
            Box::new(move || {
                total(values.iter().map(|line| {
                    vec.clear();
                    line.write_to(&mut vec).expect("a Vec takes all");
                    black_box(&mut vec).len()
                }))
            })
        }),
        case(
            "write! to a String",
            Box::new(move || {
                total(values.iter().map(|line| {
                    text.clear();
                    write!(text, "{line}\r\n").expect("a String takes all");
                    black_box(&mut text).len()
                }))
            }),
        ),
    ]
}

fn code() -> Vec<Case> {
    let real: Vec<_> = data::values(&data::real())
        .iter()
        .map(|line| line.code)
        .collect();
    let mut random = SplitMix64::new(9);
    let any: Vec<_> = (0..data::LINES)
        .filter_map(|_| StatusCode::new(u16::try_from(100 + random.below(600)).ok()?))
        .collect();
    [("as in the real mix", real), ("100 to 699", any)]
        .map(|(name, codes)| lookup(name, codes.leak()))
        .into_iter()
        .flatten()
        .collect()
}

fn lookup(name: &str, codes: &'static [StatusCode]) -> Vec<Case> {
    let reasons: &'static mut [Option<&str>; 700] = Box::leak(Box::new([None; 700]));
    let entries: &'static mut [Option<&Entry>; 700] = Box::leak(Box::new([None; 700]));
    for entry in registry::ALL {
        reasons[usize::from(entry.code.get())] = entry.reason;
        entries[usize::from(entry.code.get())] = Some(entry);
    }
    let (reasons, entries) = (&*reasons, &*entries);
    let len = |reason: Option<&str>| reason.map_or(0, str::len);
    let at = |code: &StatusCode| usize::from(code.get());
    let case = |what: &str, run: Box<dyn FnMut() -> usize>| {
        Case::new(format!("{what}, {name}"), codes.len(), 3 * codes.len(), run)
    };
    vec![
        case(
            "a table of phrases",
            Box::new(move || total(codes.iter().map(|code| len(reasons[at(code)])))),
        ),
        case(
            "canonical_reason",
            Box::new(move || total(codes.iter().map(|code| len(code.canonical_reason())))),
        ),
        case(
            "a table of entries",
            Box::new(move || {
                total(
                    codes
                        .iter()
                        .map(|code| entries[at(code)].map_or(0, |entry| len(entry.reason))),
                )
            }),
        ),
        case(
            "lookup",
            Box::new(move || {
                total(
                    codes
                        .iter()
                        .map(|code| registry::lookup(*code).map_or(0, |entry| len(entry.reason))),
                )
            }),
        ),
        case(
            "ezk-sip-types",
            Box::new(move || {
                total(
                    codes
                        .iter()
                        .map(|code| len(ezk_sip_types::StatusCode::from(code.get()).text())),
                )
            }),
        ),
    ]
}

fn phrase() -> Vec<Case> {
    let phrases = |(name, lines): (&str, Lines)| -> Case {
        let phrases: Vec<_> = data::values(&lines)
            .iter()
            .take(1 << 12)
            .map(|line| line.reason)
            .collect();
        let octets = phrases.iter().map(|phrase| phrase.as_bytes().len()).sum();
        Case::new(name, phrases.len(), octets, move || {
            total(phrases.iter().map(|phrase| {
                total(
                    registry::by_phrase(phrase.as_bytes())
                        .map(|entry| usize::from(entry.code.get())),
                )
            }))
        })
    };
    [
        ("by_phrase, real mix", data::real()),
        ("by_phrase, none registered", data::unregistered()),
    ]
    .map(phrases)
    .into()
}

fn find() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, lines) in [
        ("noise", None),
        ("noise with a line in every 4 KiB", Some(data::real())),
    ] {
        let noise: &'static [u8] = data::noise(lines.as_ref()).leak();
        let case = |what: &str, run: fn(&[u8]) -> usize| {
            Case::new(
                format!("{what}, {name}"),
                noise.len(),
                noise.len(),
                move || run(noise),
            )
        };
        cases.extend([
            case("memchr", |noise| memchr_iter(b'S', noise).sum()),
            case("memmem", |noise| memmem::find_iter(noise, b"SIP/2.0").sum()),
            case("find_iter", |noise| {
                total(
                    Parser::STRICT
                        .find_iter(noise)
                        .map(|(offset, parsed)| offset ^ fields(&parsed)),
                )
            }),
        ]);
    }
    cases
}

/// A mebibyte of what makes carving slow, octet by octet.
fn find_worst() -> Vec<Case> {
    const PARSERS: [(&str, Parser); 2] = [("STRICT", Parser::STRICT), ("OBSERVE", Parser::OBSERVE)];
    let mut cases = Vec::new();
    for (name, octets) in data::adverse() {
        let octets: &'static [u8] = octets.leak();
        for (policy, parser) in PARSERS {
            let find = move || {
                let found = parser.find_iter(octets);
                total(found.map(|(offset, parsed)| offset ^ fields(&parsed)))
            };
            cases.push(Case::new(
                format!("{name}, {policy}"),
                octets.len(),
                octets.len(),
                find,
            ));
        }
    }
    cases
}
