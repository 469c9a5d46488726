//! Why a line was refused.

use serde::Serialize;
use sip_status_line::{ParseError, StatusCode};

/// Why a line was refused, with the names that JSON has.
///
/// ```
/// use sip_status_decode::Fault;
/// use sip_status_line::Parser;
///
/// let error = Parser::OBSERVE.line(b"SIP/2.0 999 No\r\n").unwrap_err();
/// let fault = Fault::from(error);
/// assert_eq!((fault.kind, fault.offset, fault.code), ("code", 8, None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The name of the kind: `code-space`.
    pub kind: &'static str,
    /// How many octets come before the fault.
    pub offset: usize,
    /// What was expected, and where, for people.
    pub message: String,
    /// The status code, if it had been read by then.
    pub code: Option<u16>,
}

impl From<ParseError> for Fault {
    fn from(error: ParseError) -> Self {
        Self {
            kind: error.kind().name(),
            offset: error.offset(),
            message: error.to_string(),
            code: error.code().map(StatusCode::get),
        }
    }
}
