//! Specimens: status-lines, good and bad, that know what is wrong with them.
//!
//! For anyone who tests a SIP parser, this one or another. A [`Specimen`] is built piece by piece from what
//! it is to be: some set of [`Deviations`], at most one fault, in octets that are typical of its
//! [`Family`]. So it can say at which octet it departs from the grammar, and what a [`Parser`] of any
//! policy must answer.
//!
//! ```
//! use sip_status_lab::specimen::{Family, Recipe};
//! use sip_status_line::{Deviations, ErrorKind, Parser};
//!
//! let recipe = Recipe::new()
//!     .family(Family::Overflow)
//!     .exactly(Deviations::LEADING_CRLF, Some(ErrorKind::Code));
//! for specimen in recipe.specimens(7)?.take(100) {
//!     let fault = specimen.fault().expect("as the recipe has it");
//!     assert_eq!(fault, Parser::OBSERVE.line(specimen.octets()).unwrap_err());
//!     assert_eq!(fault.kind, ErrorKind::Code);
//! }
//! # Ok::<(), sip_status_lab::specimen::Contradiction>(())
//! ```
//!
//! To have a fault at a certain octet, take those that have:
//!
//! ```
//! use sip_status_lab::specimen::{Family, Recipe};
//!
//! let mut controls = Recipe::new().family(Family::Control).specimens(7)?;
//! let wanted = controls.find(|control| control.fault().is_some_and(|fault| fault.offset == 14));
//! assert!(wanted.is_some_and(|control| control.octets()[14].is_ascii_control()));
//! # Ok::<(), sip_status_lab::specimen::Contradiction>(())
//! ```
//!
//! # The same every time
//!
//! The same recipe and seed give the same specimens, octet for octet, on every machine. A version of
//! this crate that changes them says so in its changelog and here: **0.1.0** was the last to do so.
//!
//! With the feature `arbitrary` a fuzzer's octets make the choices instead: `Specimen` implements
//! `Arbitrary`.
//!
//! [`Deviations`]: sip_status_line::Deviations
//! [`Parser`]: sip_status_line::Parser

mod answer;
mod choices;
mod codes;
mod family;
mod label;
mod material;
mod plan;
mod recipe;
mod stage;
mod write;

pub use answer::{Acceptance, Answer, Refusal};
pub use family::Family;
pub use label::{Departure, Specimen};
pub use recipe::{Contradiction, Recipe, Specimens};
