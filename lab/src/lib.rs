//! A laboratory for SIP status-lines: for anyone who tests a parser of them.
//!
//! - [`specimen`]: lines, good and bad, made from a recipe and a seed. Each knows what is wrong with it
//!   and what every parser of this crate's library must answer.
//! - [`Judge`]: where a parser of your own is wrong about a line, whatever it chooses to tolerate.
//! - [`Diagnosis`]: where a line departs from the grammar, octet by octet.
//! - [`shorten()`]: the least octets with which a parser still does what it did.
//! - [`divergence`]: what 54 versions of deployed stacks made of 263 lines.
//!
//! To try a parser, give it specimens and hold its verdicts against the judge's:
//!
//! ```
//! use sip_status_lab::specimen::Specimens;
//! use sip_status_lab::{Disagreement, Judge, Verdict};
//!
//! /// Takes any first digit for that of a code, and the rest for the phrase.
//! fn their_parser(line: &[u8]) -> Verdict {
//!     let text = core::str::from_utf8(line).unwrap_or_default();
//!     let code = text.strip_prefix("SIP/2.0 ").and_then(|rest| rest.get(..3)?.parse().ok());
//!     match code {
//!         Some(code) => Verdict::Accept { code: Some(code), phrase: None },
//!         None => Verdict::Reject,
//!     }
//! }
//!
//! let judge = Judge::new();
//! let found = Specimens::new(1)
//!     .take(1000)
//!     .find(|line| {
//!         judge.disagreement(line.octets(), &their_parser(line.octets())) == Some(Disagreement::FalseAccept)
//!     });
//! assert!(found.is_some()); // it takes 999, and "200" without a line ending, and more
//! ```
//!
//! The crate needs `alloc` and no `std`. With the feature `arbitrary`, a fuzzer's octets make the
//! choices of a specimen.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod diagnosis;
pub mod divergence;
mod escape;
pub mod hex;
mod judge;
mod kind;
mod names;
mod pattern;
mod random;
mod shorten;
pub mod specimen;
mod verdict;

pub use diagnosis::{Diagnosis, Diagnostic, excerpt};
pub use escape::Ascii;
pub use judge::{Assessment, Disagreement, Judge};
pub use names::UnknownName;
pub use pattern::{InvalidPattern, KnownPatterns, Pattern};
pub use random::SplitMix64;
pub use shorten::shorten;
pub use verdict::{InvalidVerdict, Verdict};
