//! Where a line departs from the grammar, octet by octet.

use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use sip_status_line::{Deviations, ErrorKind, ParseError, Parsed, Parser};

use crate::escape::Ascii;

/// All that is wrong with a line, under one policy.
///
/// Of a line that some policy accepts, these are all its deviations, in the order of their octets. Of
/// a line that no policy accepts, it is the first fault alone: that of the policy in use, and that of
/// the most lenient one if they differ. Nothing after it is judged.
///
/// ```
/// use sip_status_lab::Diagnosis;
/// use sip_status_line::{Deviations, Parser};
///
/// let octets = b"SIP/2.0 486\n";
/// let diagnosis = Diagnosis::of(octets, Parser::INTEROP, |parser| Some(parser.line(octets)));
/// let found = diagnosis.expect("the line is whole").found;
/// let [space, line_end] = found.as_slice() else { unreachable!("two deviations") };
/// assert_eq!(space.deviation, Some(Deviations::NO_REASON_SPACE));
/// assert_eq!((space.is_error, line_end.is_error), (false, true)); // INTEROP refuses a bare LF
/// assert_eq!(line_end.rule(), "The line ends in LF alone (RFC 3261 §7.2)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis<'a> {
    /// What is wrong. Nothing if the line is as the serializer would write it.
    pub found: Vec<Diagnostic>,
    /// The line, from CRLFs before it to its line ending; of one that is refused, up to the LF that
    /// follows the fault, or all octets.
    pub line: &'a [u8],
}

impl<'a> Diagnosis<'a> {
    /// Diagnoses octets by what `parse` makes of them under any policy. `None` if that is `None` for
    /// `policy` and for [`Parser::OBSERVE`]: too little was captured to accept the line or to refuse it.
    ///
    /// Each deviation is found again by a parser that does not allow it, whose error has the octet.
    #[must_use]
    pub fn of(
        octets: &'a [u8],
        policy: Parser,
        parse: impl Fn(Parser) -> Option<Result<Parsed<'a>, ParseError>>,
    ) -> Option<Self> {
        let lenient = Parser::OBSERVE;
        Some(match parse(lenient).or_else(|| parse(policy))? {
            Ok(parsed) => {
                let found = parsed.deviations.iter().filter_map(|deviation| {
                    let error = parse(lenient.deny(deviation))?.err()?;
                    Some(Diagnostic {
                        error,
                        deviation: Some(deviation),
                        is_error: !policy.allowed().contains(deviation),
                    })
                });
                let mut found: Vec<_> = found.collect();
                found.sort_by_key(|diagnostic| diagnostic.error.offset());
                Self {
                    found,
                    line: parsed.received(),
                }
            }
            Err(last) => {
                let fault = |error| Diagnostic {
                    error,
                    deviation: None,
                    is_error: true,
                };
                let mut found = vec![fault(last)];
                if let Some(Err(first)) = parse(policy)
                    && first != last
                    && first.kind() != ErrorKind::Length
                {
                    found.insert(0, fault(first));
                }
                let mut octets_and_lf = octets.iter().skip(last.offset());
                let after = octets_and_lf.position(|octet| *octet == b'\n');
                let line = after.and_then(|after| octets.get(..=last.offset() + after));
                Self {
                    found,
                    line: line.unwrap_or(octets),
                }
            }
        })
    }
}

/// One way in which a line is not as a sender should write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What was expected, and at which octet.
    pub error: ParseError,
    /// The deviation, if any policy accepts it.
    pub deviation: Option<Deviations>,
    /// Whether the policy in use refuses it.
    pub is_error: bool,
}

impl Diagnostic {
    /// What is wrong, or what belongs there, and which RFC says so.
    #[must_use]
    pub fn rule(&self) -> Cow<'static, str> {
        match self.deviation {
            Some(deviation) => {
                let meaning = deviation.meaning().trim_end_matches('.').to_owned();
                format!("{meaning} ({})", source(deviation)).into()
            }
            None => expectation(self.error.expected()).into(),
        }
    }
}

/// The octets around the one in fault as [`Ascii`], and the column at which it stands: what a caret is
/// drawn under.
///
/// ```
/// let (excerpt, column) = sip_status_lab::excerpt(b"SIP/2.0 999 Nope\r\n", 8);
/// assert_eq!((excerpt.as_str(), column), (r"SIP/2.0 999 Nope\r\n", 8));
/// ```
#[must_use]
pub fn excerpt(line: &[u8], offset: usize) -> (String, usize) {
    /// How many octets are shown before the one in fault, and from it on.
    const OCTETS_BEFORE: usize = 60;
    const OCTETS_AFTER: usize = 40;
    let (before, after) = line.split_at_checked(offset).unwrap_or((line, &[]));
    let (left, before) = match before.len().checked_sub(OCTETS_BEFORE) {
        Some(left) if left > 0 => ("…", before.get(left..).unwrap_or_default()),
        _ => ("", before),
    };
    let (after, right) = match after.get(..OCTETS_AFTER) {
        Some(shown) if shown.len() < after.len() => (shown, "…"),
        _ => (after, ""),
    };
    let left = format!("{left}{}", Ascii(before));
    let column = left.chars().count();
    (format!("{left}{}{right}", Ascii(after)), column)
}

/// Where the rule is that a deviation breaks.
const fn source(deviation: Deviations) -> &'static str {
    match deviation {
        Deviations::VERSION_CASE => "RFC 3261 §7.1",
        Deviations::LEADING_CRLF => "RFC 3261 §7.5",
        Deviations::NO_REASON_SPACE => "RFC 3261 §7.2, RFC 4475 §3.1.1.13",
        Deviations::REASON_OCTETS => "RFC 3261 §25.1",
        _ => "RFC 3261 §7.2",
    }
}

/// What belongs where an error is, and which RFC says so.
const fn expectation(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Version => "SIP/2.0, the only version there is (RFC 3261 §7.1)",
        ErrorKind::Code => "three digits, the first of them from 1 to 6 (RFC 3261 §7.2)",
        ErrorKind::VersionSpace | ErrorKind::CodeSpace => {
            "exactly one SP before and one after the code (RFC 3261 §7.2)"
        }
        ErrorKind::Reason => {
            "letters, digits, SP, HTAB, any of !$&'()*+,-./:;=?@_~, %HH escapes or UTF-8 \
             (RFC 3261 §25.1)"
        }
        ErrorKind::LineEnding => "CR LF, which stand nowhere else in the line (RFC 3261 §7.2)",
        ErrorKind::Length => "no more than 8192 octets, a limit of this tool",
        _ => "the whole line (RFC 3261 §7.2)",
    }
}
