//! What a target makes of a line, and where that is not what this crate makes of it.

use core::fmt;

use sip_status_line::{ParseError, Parsed, Parser};

use crate::output::escape::Hex;

/// What a target said of a line, in the words of the tables of verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// `accept`, `accept:CODE` or `accept:CODE:PHRASE`, the phrase in hex.
    Accept {
        code: Option<i64>,
        phrase: Option<Vec<u8>>,
    },
    Reject,
    /// It took the line for that of a request.
    Request,
    /// It raised an alert for it.
    Alert,
}

impl Verdict {
    /// Reads the first line of what a target wrote.
    pub(super) fn read(output: &[u8]) -> Option<Self> {
        let line = output.split(|octet| *octet == b'\n').next()?;
        let mut words = core::str::from_utf8(line).ok()?.trim_end().splitn(3, ':');
        match (words.next()?, words.next(), words.next()) {
            ("reject", None, None) => Some(Self::Reject),
            ("request", None, None) => Some(Self::Request),
            ("alert", None, None) => Some(Self::Alert),
            ("accept", code, phrase) => Some(Self::Accept {
                code: code.map(str::parse).transpose().ok()?,
                phrase: match phrase {
                    Some(hex) => Some(crate::hex::from_hex(hex.as_bytes())?),
                    None => None,
                },
            }),
            _ => None,
        }
    }

    /// The word alone.
    pub(super) fn word(&self) -> &'static str {
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
        f.write_str(self.word())?;
        if let Self::Accept { code, phrase } = self {
            if let Some(code) = code {
                write!(f, ":{code}")?;
            }
            if let Some(phrase) = phrase {
                write!(f, ":{}", Hex(phrase))?;
            }
        }
        Ok(())
    }
}

/// What a target did with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    Said(Verdict),
    /// The program ended by that signal, or a sanitizer found that in it.
    Crash(String),
    /// The program had not ended when its time was over.
    Hang,
    /// It still answers.
    Alive,
    /// It did not answer in time, and then did: also when it was sent the line again, or only once.
    Late {
        again: bool,
    },
    /// It closed the connection, and answers on a new one.
    Closed,
    /// It answers no longer on the connection, but on a new one.
    Deaf,
    /// It answers no longer: it hangs or is dead.
    Silent,
    /// Nothing was listening there any more.
    Dead,
    /// It could not be sent.
    Unsent(String),
}

impl Reaction {
    /// The word for it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Said(verdict) => verdict.word(),
            Self::Crash(_) => "crash",
            Self::Hang => "hang",
            Self::Alive => "alive",
            Self::Late { .. } => "late",
            Self::Closed => "closed",
            Self::Deaf => "deaf",
            Self::Silent => "silent",
            Self::Dead => "dead",
            Self::Unsent(_) => "unsent",
        }
    }

    /// What there is to say besides the word.
    pub(super) fn detail(&self) -> Option<&str> {
        match self {
            Self::Crash(by) => Some(by),
            Self::Late { again } => Some(if *again { "again" } else { "once" }),
            Self::Unsent(why) => Some(why),
            _ => None,
        }
    }

    /// Whether the line broke the target, so that its octets are worth keeping.
    pub(super) fn is_breakage(&self) -> bool {
        matches!(
            self,
            Self::Crash(_)
                | Self::Hang
                | Self::Late { .. }
                | Self::Deaf
                | Self::Silent
                | Self::Dead
        )
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.detail()) {
            (Self::Said(verdict), _) => verdict.fmt(f),
            (_, Some(detail)) => write!(f, "{}:{detail}", self.word()),
            (_, None) => f.write_str(self.word()),
        }
    }
}

/// What this crate says of the same octets: by the strictest policy that accepts, else by the most
/// lenient one.
pub(super) struct Ours<'a>(Result<(&'static str, Parsed<'a>), ParseError>);

impl<'a> Ours<'a> {
    /// How long a line may be is for each reader to choose, so that no length is too long here.
    pub(super) fn new(sent: &'a [u8]) -> Self {
        let policies = [
            ("strict", Parser::STRICT),
            ("interop", Parser::INTEROP),
            ("observe", Parser::OBSERVE),
        ];
        let read = |parser: Parser| parser.with_max_len(usize::MAX).line(sent);
        let accepting = policies
            .into_iter()
            .find_map(|(name, parser)| Some((name, read(parser).ok()?)));
        Self(accepting.map_or_else(
            || read(Parser::OBSERVE).map(|parsed| ("observe", parsed)),
            Ok,
        ))
    }

    /// How the verdict of a target differs, if it does.
    pub(super) fn differs(&self, verdict: &Verdict) -> Option<String> {
        match (&self.0, verdict) {
            (Err(_), Verdict::Accept { .. }) => Some("accepts what no policy does".into()),
            (Ok(("strict", _)), Verdict::Reject) => Some("refuses what STRICT accepts".into()),
            (Ok(("strict", _)), Verdict::Request) => {
                Some("takes for a request what STRICT accepts".into())
            }
            (Ok(("strict", _)), Verdict::Alert) => {
                Some("raises an alert for what STRICT accepts".into())
            }
            (Ok((_, parsed)), Verdict::Accept { code, phrase }) => {
                let ours = i64::from(parsed.line.code.get());
                let code = code.filter(|code| *code != ours);
                let phrase = phrase
                    .as_ref()
                    .is_some_and(|phrase| phrase != parsed.line.reason.as_bytes());
                match (code, phrase) {
                    (Some(code), _) => Some(format!("reads {code} instead of {ours}")),
                    (None, true) => Some("reads another phrase".into()),
                    (None, false) => None,
                }
            }
            (Ok(_) | Err(_), Verdict::Reject | Verdict::Request | Verdict::Alert) => None,
        }
    }
}

impl fmt::Display for Ours<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok((policy, _)) => f.pad(policy),
            Err(error) => f.pad(&format!("reject:{}@{}", error.kind(), error.offset())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ours, Verdict};

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
            let line = format!("{verdict}\r\nmore");
            let read = Verdict::read(line.as_bytes()).map(|read| read.to_string());
            assert_eq!(read.as_deref(), Some(verdict));
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
            assert_eq!(Verdict::read(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn what_differs() {
        let differs = |line: &[u8], said: &str| {
            let verdict = Verdict::read(said.as_bytes()).expect("a verdict");
            Ours::new(line).differs(&verdict).unwrap_or_default()
        };
        let good = b"SIP/2.0 200 OK\r\n";
        assert_eq!(differs(good, "accept"), "");
        assert_eq!(differs(good, "accept:200:4f4b"), "");
        assert_eq!(differs(good, "accept:200:4f"), "reads another phrase");
        assert_eq!(differs(good, "accept:20:4f"), "reads 20 instead of 200");
        assert_eq!(differs(good, "reject"), "refuses what STRICT accepts");
        assert_eq!(
            differs(good, "request"),
            "takes for a request what STRICT accepts"
        );
        assert_eq!(
            differs(good, "alert"),
            "raises an alert for what STRICT accepts"
        );
        let odd = b"SIP/2.0 200 OK\n";
        assert_eq!(differs(odd, "reject") + &differs(odd, "accept:200"), "");
        let bad = b"SIP/2.0 65736 OK\r\n";
        assert_eq!(
            differs(bad, "reject") + &differs(bad, "request") + &differs(bad, "alert"),
            ""
        );
        assert_eq!(differs(bad, "accept:200"), "accepts what no policy does");
    }
}
