//! Reads, judges and writes the first line of a SIP response, and nothing else.
//!
//! ```text
//! SIP/2.0 486 Busy Here␍␊
//! └─────┘ └─┘ └───────┘
//! version code reason phrase
//! ```
//!
//! - **Read**: [`Parser`] splits octets into a [`StatusLine`] that borrows from them, in one pass
//!   without allocation. It tells *need more* from *bad*, names every departure from the grammar
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
//! assert_eq!(parsed.line.registry_match().phrase, PhraseMatch::Case);
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
//! its [`Class`]; that is all a receiver has to understand
//! ([`StatusCode::fallback`]). The **reason phrase** is for people, may be empty, and may be in any
//! language and encoding; its SP may not be missing. The line ends with CR LF, and neither octet
//! stands elsewhere in it.
//!
//! What is deployed departs from this, so readers differ in what they take. [`Parser::STRICT`] is
//! the RFC and nothing more. [`Parser::INTEROP`], the default, adds what stacks do send and no one
//! can misread; use it in a proxy. [`Parser::OBSERVE`] adds what only a decoder should take, where
//! receivers disagree on what the octets say. Any other set is a [`Parser::allow`] away. Nothing
//! makes a reader accept a code like `0` or `4294967301`, a control octet in the phrase, or a lone
//! CR as a line ending: each has crashed or split receivers.
//!
//! # Streams and datagrams
//!
//! [`Parser::line`] is for a datagram: what it gets is all there is. [`Parser::prefix`] is for a
//! stream: it answers `None` while the line can still become good, and an error as soon as it
//! cannot. [`Parser::lines`] walks a buffer, [`Parser::find_iter`] carves lines out of anything, and
//! [`grammar::status_line`] is the same reader for a `nom` grammar of your own.
//!
//! # Features
//!
//! | feature | default | adds |
//! | --- | --- | --- |
//! | `std` | yes | [`StatusLine::write_to`] for `std::io::Write`; faster search in [`Parser::find_iter`] |
//! | `bytes` | yes | [`StatusLine::put`] for `bytes::BufMut`, and [`StatusLineBuf`] |
//! | `serde` | no | `Serialize` and `Deserialize` |
//! | `arbitrary` | no | `Arbitrary`, for structured fuzzing; implies `std` |
//! | `generate` | no | [`generate`]: lines, good and bad, that know what is wrong with them; needs `alloc` |
//! | `cli` | no | the tool `sip-status` and what it needs |
//!
//! Without features the crate needs neither `std` nor `alloc`, and depends on `nom`, `memchr` and
//! `bitflags` alone.
//!
//! # Guarantees
//!
//! No input panics. Every reader looks at no octet twice in the common case and at none beyond
//! [`max_len`](Parser::max_len). Reading a whole line and reading it as it arrives agree on what is
//! accepted and on what is refused, kind and offset included. `deviations.is_empty()` holds exactly
//! if [`encode`](StatusLine::encode) gives the received octets back; whatever was accepted, it
//! writes a line that [`Parser::STRICT`] accepts.
//!
//! [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "generate")]
extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(feature = "bytes")]
mod buf;
mod code;
mod deviations;
mod encode;
mod error;
#[cfg(feature = "generate")]
pub mod generate;
pub mod grammar;
mod line;
mod lines;
mod names;
mod parser;
mod reason;
pub mod registry;
mod rules;
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
