//! What a parser has to say of a specimen, in words of the laboratory's own.

use core::fmt;

use sip_status_line::{Deviations, ErrorKind, ParseError, Parsed, StatusCode};

/// What a [`Parser`](sip_status_line::Parser) has to answer.
///
/// It compares with what a parser does answer, be it [`line`](sip_status_line::Parser::line) or
/// [`prefix`](sip_status_line::Parser::prefix); everything a caller can see has to agree.
///
/// ```
/// use sip_status_lab::specimen::{Answer, Specimens};
/// use sip_status_line::Parser;
///
/// let specimen = Specimens::new(1).next().expect("they never end");
/// assert_eq!(specimen.line(&Parser::STRICT), Parser::STRICT.line(specimen.octets()));
/// assert_eq!(specimen.prefix(&Parser::STRICT), Parser::STRICT.prefix(specimen.octets()));
///
/// let answer = Answer::from(Parser::STRICT.line(b"SIP/2.0 999 Nope\r\n"));
/// assert!(answer.refusal().is_some_and(|refusal| refusal.offset == 8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// The octets begin with a status-line.
    Accept(Acceptance<'a>),
    /// They do not.
    Reject(Refusal),
    /// They may yet do so. Only `prefix` answers this.
    NeedMore,
}

/// What was read, where octets are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance<'a> {
    /// The status code.
    pub code: StatusCode,
    /// The octets of the reason phrase.
    pub phrase: &'a [u8],
    /// How the octets of the line depart from those that the serializer would write.
    pub deviations: Deviations,
    /// The octets of the line, from leading CRLFs to the line ending.
    pub received: &'a [u8],
    /// The octets after it.
    pub rest: &'a [u8],
}

/// Why octets are refused, and where.
///
/// `Display` gives the kind and the offset: `code-space at octet 11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What [`ParseError::kind`] says.
    pub kind: ErrorKind,
    /// What [`ParseError::expected`] says: the same, or the part of the line that is missing if the
    /// octets end too early.
    pub expected: ErrorKind,
    /// The first octet that cannot stand, counted from 0; the number of octets if they end too
    /// early.
    pub offset: usize,
    /// The status code, if it comes before that.
    pub code: Option<StatusCode>,
}

impl<'a> Answer<'a> {
    /// What was read, if the octets are accepted.
    #[must_use]
    pub const fn acceptance(self) -> Option<Acceptance<'a>> {
        match self {
            Self::Accept(acceptance) => Some(acceptance),
            Self::Reject(_) | Self::NeedMore => None,
        }
    }

    /// Why the octets are refused, if they are.
    #[must_use]
    pub const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Reject(refusal) => Some(refusal),
            Self::Accept(_) | Self::NeedMore => None,
        }
    }
}

impl<'a> From<Parsed<'a>> for Acceptance<'a> {
    fn from(parsed: Parsed<'a>) -> Self {
        Self {
            code: parsed.line.code,
            phrase: parsed.line.reason.as_bytes(),
            deviations: parsed.deviations,
            received: parsed.received(),
            rest: parsed.rest,
        }
    }
}

impl From<ParseError> for Refusal {
    fn from(error: ParseError) -> Self {
        Self {
            kind: error.kind(),
            expected: error.expected(),
            offset: error.offset(),
            code: error.code(),
        }
    }
}

/// What [`Parser::line`](sip_status_line::Parser::line) answered.
impl<'a> From<Result<Parsed<'a>, ParseError>> for Answer<'a> {
    fn from(answer: Result<Parsed<'a>, ParseError>) -> Self {
        Self::from(answer.map(Some))
    }
}

/// What [`Parser::prefix`](sip_status_line::Parser::prefix) answered.
impl<'a> From<Result<Option<Parsed<'a>>, ParseError>> for Answer<'a> {
    fn from(answer: Result<Option<Parsed<'a>>, ParseError>) -> Self {
        match answer {
            Ok(Some(parsed)) => Self::Accept(parsed.into()),
            Ok(None) => Self::NeedMore,
            Err(error) => Self::Reject(error.into()),
        }
    }
}

impl PartialEq<Result<Parsed<'_>, ParseError>> for Answer<'_> {
    fn eq(&self, answer: &Result<Parsed<'_>, ParseError>) -> bool {
        *self == Answer::from(*answer)
    }
}

impl PartialEq<Result<Option<Parsed<'_>>, ParseError>> for Answer<'_> {
    fn eq(&self, answer: &Result<Option<Parsed<'_>>, ParseError>) -> bool {
        *self == Answer::from(*answer)
    }
}

impl PartialEq<ParseError> for Refusal {
    fn eq(&self, error: &ParseError) -> bool {
        *self == Self::from(*error)
    }
}

impl PartialEq<Parsed<'_>> for Acceptance<'_> {
    fn eq(&self, parsed: &Parsed<'_>) -> bool {
        *self == Acceptance::from(*parsed)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at octet {}", self.kind, self.offset)
    }
}
