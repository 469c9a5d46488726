//! What a parser makes of a line.

use alloc::vec::Vec;
use core::fmt;
use core::num::IntErrorKind;
use core::str::FromStr;

use crate::hex;

/// What a SIP parser, any but this one, makes of a line.
///
/// `Display` writes it and `FromStr` reads it: `accept`, `accept:CODE`, `accept:CODE:PHRASE` with the
/// phrase in hexadecimal digits ([`crate::hex`]), `reject`, `request` or `alert`.
///
/// ```
/// use sip_status_lab::Verdict;
///
/// let verdict: Verdict = "accept:486:42757379".parse()?;
/// assert_eq!(verdict, Verdict::accept(486, b"Busy"));
/// assert_eq!(verdict.to_string(), "accept:486:42757379");
/// # Ok::<(), sip_status_lab::InvalidVerdict>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The line is taken for a status-line.
    Accept {
        /// The status code that was read, of any sign, if that is known. [`i64::MAX`] and [`i64::MIN`]
        /// stand for what is beyond them.
        code: Option<i64>,
        /// The octets of the reason phrase that was read, perhaps none, if they are known.
        phrase: Option<Vec<u8>>,
    },
    /// It is refused.
    Reject,
    /// It is taken for the first line of a request.
    Request,
    /// It raises an alert, as in a detector of intrusions.
    Alert,
}

impl Verdict {
    /// The line is taken for a status-line with this code and this phrase.
    #[must_use]
    pub fn accept(code: impl Into<i64>, phrase: &[u8]) -> Self {
        Self::Accept {
            code: Some(code.into()),
            phrase: Some(phrase.to_vec()),
        }
    }

    /// The word before the first colon.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Reject => "reject",
            Self::Request => "request",
            Self::Alert => "alert",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::Accept { code, phrase } = self {
            if let Some(code) = code {
                write!(f, ":{code}")?;
            }
            if let Some(phrase) = phrase {
                f.write_str(":")?;
                phrase
                    .iter()
                    .try_for_each(|octet| write!(f, "{octet:02x}"))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Verdict {
    type Err = InvalidVerdict;

    fn from_str(text: &str) -> Result<Self, InvalidVerdict> {
        let mut words = text.splitn(3, ':');
        match (words.next(), words.next(), words.next()) {
            (Some("reject"), None, None) => Ok(Self::Reject),
            (Some("request"), None, None) => Ok(Self::Request),
            (Some("alert"), None, None) => Ok(Self::Alert),
            (Some("accept"), code, phrase) => {
                let code = code.map(|code| number(code).ok_or(InvalidVerdict(())));
                let phrase =
                    phrase.map(|hex| hex::decode(hex.as_bytes()).ok_or(InvalidVerdict(())));
                Ok(Self::Accept {
                    code: code.transpose()?,
                    phrase: phrase.transpose()?,
                })
            }
            _ => Err(InvalidVerdict(())),
        }
    }
}

/// A decimal number, or the nearest that there is to it.
fn number(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(number) => Some(number),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => Some(i64::MAX),
            IntErrorKind::NegOverflow => Some(i64::MIN),
            _ => None,
        },
    }
}

/// The text is no [`Verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidVerdict(());

impl fmt::Display for InvalidVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected accept, accept:CODE, accept:CODE:HEX, reject, request or alert")
    }
}

impl core::error::Error for InvalidVerdict {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::Verdict;

    #[test]
    fn a_code_of_any_size_is_read() {
        for (text, code) in [
            ("accept:18446744073709551816", i64::MAX),
            ("accept:-9223372036854775809:", i64::MIN),
            ("accept:9223372036854775807", i64::MAX),
        ] {
            let read = text.parse::<Verdict>();
            assert!(
                matches!(read, Ok(Verdict::Accept { code: Some(read), .. }) if read == code),
                "{text}"
            );
        }
    }

    #[test]
    fn verdicts_are_read_as_they_are_written() {
        for verdict in [
            "accept",
            "accept:200",
            "accept:-5:",
            "accept:200:4f4b",
            "reject",
            "request",
            "alert",
        ] {
            let read = verdict.parse::<Verdict>().map(|read| read.to_string());
            assert_eq!(read.as_deref(), Ok(verdict));
        }
        for other in [
            "",
            "accepted",
            "accept:",
            "accept:x",
            "accept:1:4",
            "reject:1",
            "OK",
            "\nreject",
        ] {
            assert!(other.parse::<Verdict>().is_err(), "{other}");
        }
    }
}
