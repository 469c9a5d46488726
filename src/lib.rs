//! Reads, judges and writes the first line of a SIP response, and nothing else.
//!
//! ```text
//! SIP/2.0 486 Busy Here␍␊
//! └─────┘ └─┘ └───────┘
//! version code reason phrase
//! ```
//!
//! - **Read**: [`Parser`] splits octets into a [`StatusLine`] that borrows from them, in one pass
//!   without allocation. It tells *need more* from *bad*, names every deviation from the grammar
//!   ([`Deviations`]), and says at which octet a line is wrong ([`ParseError`]).
//! - **Judge**: [`registry`] knows every SIP response code, its phrase and the other wordings that
//!   stacks send, where it is defined, and what it means for retry, dialog and Q.850.
//! - **Write**: [`StatusLine::encode`] and its siblings write the canonical line. A [`ReasonPhrase`]
//!   cannot hold an octet that would end it, so no line ever becomes two.
//!
//! ```
//! use sip_status_line::registry::PhraseMatch;
//! use sip_status_line::{Parser, StatusCode, StatusLine};
//!
//! let datagram = b"SIP/2.0 486 Busy here\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n";
//! let parsed = Parser::INTEROP.line(datagram)?;
//! assert_eq!(parsed.line.code, StatusCode::BUSY_HERE);
//! assert_eq!(parsed.line.reason, "Busy here");
//! assert!(parsed.deviations.is_empty());
//! assert_eq!(parsed.registry_match().phrase, PhraseMatch::Case);
//!
//! let mut buf = [0; 64];
//! let len = StatusLine::canonical(StatusCode::TRYING).encode(&mut buf)?;
//! assert_eq!(&buf[..len], b"SIP/2.0 100 Trying\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The line
//!
//! [RFC 3261 §7.2] defines it:
//!
//! ```abnf
//! Status-Line  =  SIP-Version SP Status-Code SP Reason-Phrase CRLF
//! ```
//!
//! The **version** is a literal, `SIP/2.0`: `SIP/02.0` is another one. Senders use capitals,
//! receivers take any case. The **code** is exactly three digits, and the first of them, 1 to 6, is
//! its [`Class`]. A receiver has to understand only the class
//! ([`StatusCode::fallback`]). The **reason phrase** is for people, may be empty, and may be in any
//! language, as SIP is UTF-8; the space before it may not be missing. The line ends with CR LF, and
//! neither octet stands elsewhere in it.
//!
//! Deployed stacks deviate from this, and parsers differ in what they take. [`Parser::STRICT`] is
//! the RFC and nothing more; on a stream it is stricter, for §7.5 has receivers pass over CRLFs
//! before the line. [`Parser::INTEROP`], the default, adds what deployed stacks send and
//! whose meaning is settled here; use it in a proxy. [`Parser::OBSERVE`] adds what only a decoder
//! should take, where receivers disagree on what the octets say. Any other set is a
//! [`Parser::allow`] away. No policy accepts a code like `0` or `4294967301`, a control octet but
//! HTAB in the phrase, or a lone CR as a line ending: each has crashed or split receivers.
//!
//! # Requests and responses
//!
//! A message begins with a request-line or a status-line, and the first octets tell which:
//! [`start_line()`] looks at four of them.
//!
//! ```
//! use sip_status_line::{StartLine, start_line};
//!
//! assert_eq!(start_line(b"SIP/2.0 200 OK\r\n"), Some(StartLine::Status));
//! assert_eq!(start_line(b"OPTIONS sip:bob@example.com SIP/2.0\r\n"), Some(StartLine::Request));
//! assert_eq!(start_line(b"\r\nSI"), None); // too early to tell
//! ```
//!
//! # Datagrams and streams
//!
//! [`Parser::line`] is for a datagram: what it gets is all there is. [`Parser::prefix`] is for a
//! stream: it answers `None` while the line can still become good, and an error as soon as it
//! cannot, however much is still to come.
//!
//! ```
//! use std::io::{self, Read};
//!
//! use sip_status_line::{Parser, StatusCode};
//!
//! /// The code of the response that a connection begins with, and what was read after its line.
//! fn first_code(mut connection: impl Read) -> io::Result<(StatusCode, Vec<u8>)> {
//!     let mut received = Vec::new();
//!     let mut buf = [0; 2048];
//!     loop {
//!         match Parser::INTEROP.prefix(&received) {
//!             Ok(Some(parsed)) => return Ok((parsed.line.code, parsed.rest.to_vec())),
//!             Ok(None) => {} // so far so good
//!             Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
//!         }
//!         match connection.read(&mut buf)? {
//!             0 => return Err(io::ErrorKind::UnexpectedEof.into()),
//!             len => received.extend_from_slice(&buf[..len]),
//!         }
//!     }
//! }
//!
//! let connection = b"SIP/2.0 200 ".chain(&b"OK\r\nCSeq: 1 INVITE\r\n"[..]);
//! assert_eq!(first_code(connection)?, (StatusCode::OK, b"CSeq: 1 INVITE\r\n".to_vec()));
//! assert!(first_code(&b"SIP/3.0"[..]).is_err());
//! # Ok::<(), io::Error>(())
//! ```
//!
//! `received` stays below [`max_len`](Parser::max_len) and one read. With the feature `bytes`,
//! [`StatusLineBuf::split_from`] does the same on a `BytesMut` without a copy: it is the body of a
//! `tokio_util::codec::Decoder`.
//!
//! [`Parser::lines`] walks a buffer, [`Parser::find_iter`] finds lines anywhere in any octets, and
//! [`grammar::status_line`] is the same parser for a `nom` grammar of your own.
//!
//! # Relays
//!
//! A relay sends the line that [`encode`](StatusLine::encode) writes, never the octets it received.
//! [`Parser::INTEROP`] reads a line whose space after the code is missing; libosip2 takes the next
//! header for its phrase. Encoded, every receiver reads the same line.
//!
//! ```
//! use sip_status_line::Parser;
//!
//! let received = b"SIP/2.0 200\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n";
//! let parsed = Parser::INTEROP.line(received)?;
//! let mut sent = Vec::new();
//! parsed.line.put(&mut sent);
//! sent.extend_from_slice(parsed.rest);
//! assert_eq!(sent, b"SIP/2.0 200 \r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n");
//! # Ok::<(), sip_status_line::ParseError>(())
//! ```
//!
//! # Features
//!
//! | feature | default | adds |
//! | --- | --- | --- |
//! | `std` | yes | [`StatusLine::write_to`] for `std::io::Write`; faster search in [`Parser::find_iter`] |
//! | `bytes` | yes | [`StatusLine::put`] for `bytes::BufMut`, and [`StatusLineBuf`] |
//! | `simd` | yes | phrases that are not the registered ones are read and written by vector instructions, through `wide` |
//! | `serde` | no | `Serialize` and `Deserialize` |
//! | `arbitrary` | no | `Arbitrary`, for structured fuzzing; implies `std` |
//!
//! Without features the crate needs neither `std` nor `alloc`, and depends on `nom`, `memchr` and
//! `bitflags` alone.
//!
//! # Guarantees
//!
//! No input panics. A parser reads a line in one pass, and no octet beyond
//! [`max_len`](Parser::max_len). Reading a whole line and reading it as it arrives agree on what is
//! accepted and on what is refused, kind and offset included. `deviations.is_empty()` holds exactly
//! if [`encode`](StatusLine::encode) gives the received octets back. Whatever was accepted, it
//! writes a line that [`Parser::STRICT`] accepts, given the room: an escape takes three octets, so a
//! line may grow beyond the bound of the next parser.
//!
//! [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(feature = "bytes")]
mod buf;
mod code;
mod deviations;
mod encode;
mod error;
pub mod grammar;
mod line;
mod lines;
mod names;
mod parser;
mod reason;
pub mod registry;
mod rules;
mod run;
mod scan;
mod start_line;

#[cfg(feature = "bytes")]
pub use buf::StatusLineBuf;
pub use code::{Class, InvalidStatusCode, StatusCode};
pub use deviations::Deviations;
pub use encode::BufferTooSmall;
pub use error::{ErrorKind, ParseError};
pub use line::{Parsed, StatusLine};
pub use lines::{FindIter, Lines};
pub use names::UnknownName;
pub use parser::Parser;
pub use reason::{InvalidReasonPhrase, ReasonPhrase, Unescaped};
pub use start_line::{StartLine, start_line};

/// Runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
