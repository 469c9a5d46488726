//! Status-lines where they were found, as `sip-status decode` and its bindings list them: judged, with
//! what their message says besides, and filtered.
//!
//! ```
//! use sip_status_capture::Reader;
//! use sip_status_decode::{Filter, HeaderChoice, Record, Response};
//! use sip_status_line::Parser;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/captures/sipp-default-udp.pcap");
//! let filter: Filter = "class=1,method=INVITE".parse()?;
//! let mut ringing = 0;
//! let report = Reader::new().read(std::fs::File::open(path)?, |message| {
//!     let record = Record::of_message(&message);
//!     if let Some(parsed) = record.parse(Parser::OBSERVE) {
//!         let response = Response::new(path, &record, parsed, HeaderChoice::All);
//!         ringing += u64::from(filter.matches(&response));
//!     }
//!     Ok::<_, std::io::Error>(())
//! })?;
//! report.end?;
//! assert!(ringing > 0);
//! # Ok(())
//! # }
//! ```
//!
//! [`Record`] is where octets were found, [`Response`] what a parser made of them, [`Headers`] whose
//! they are, [`Field`] what is written of them, [`Filter`] which are wanted, and [`Repeats`] knows
//! which were captured before.

mod fault;
mod field;
mod filter;
mod headers;
mod names;
mod record;
mod repeats;
mod response;

pub use fault::Fault;
pub use field::Field;
pub use filter::{FILTER_HELP, Filter, Filters, InvalidFilter};
pub use headers::{HeaderChoice, Headers};
pub use names::deviation_names;
pub use record::{CUT_OFF, LONGEST_LINE, Place, Record};
pub use repeats::Repeats;
pub use response::Response;
