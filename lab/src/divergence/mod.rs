//! What deployed stacks make of status-lines, on record.
//!
//! The [`Table`] has a row for each of 263 lines and a column for each of 54 versions of stacks and
//! tools. It is what these versions did with these lines in one test: observations, no judgements.
//!
//! ```
//! use sip_status_lab::divergence::{Likeness, Reading, Table};
//! use sip_status_line::Parser;
//!
//! let table = Table::new();
//! let parsed = Parser::INTEROP.line(b"SIP/2.0 480\r\n")?; // no space after the code
//! let records = table.readings(&parsed);
//! let this_line = records.first().expect("it is on record");
//! assert_eq!(this_line.likeness, Likeness::Same);
//! let misreading: Vec<_> = this_line
//!     .readings
//!     .iter()
//!     .filter(|reading| reading.reading.is_misreading())
//!     .map(|reading| (reading.stack.to_string(), reading.reading))
//!     .collect();
//! assert!(misreading.contains(&("libosip2 5.3.1".into(), Reading::OtherPhrase)));
//! # Ok::<(), sip_status_line::ParseError>(())
//! ```
//!
//! [`Table::by_deviation`] says of each deviation which stacks misread the lines that have it: what
//! there is to know before choosing a policy.

mod reading;
mod shape;
mod table;

pub use reading::Reading;
pub(crate) use shape::until;
pub use table::{DeviationRecord, Likeness, Line, Record, Stack, StackReading, Table};
