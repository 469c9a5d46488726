//! Where another parser is wrong about a line.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use sip_status_line::{ParseError, Parsed, Parser, StatusCode};

use crate::kind;
use crate::pattern::{KnownPatterns, Pattern};
use crate::verdict::Verdict;

/// Judges what another parser makes of lines, by what RFC 3261 leaves no choice about.
///
/// A parser is wrong, whatever it chooses to tolerate, if
///
/// - it does not accept a line of up to [`max_len`](Self::with_max_len) octets that
///   [`Parser::STRICT`] accepts;
/// - it accepts octets that [`Parser::OBSERVE`] refuses for another reason than their length;
/// - it accepts a line and reads another code or another phrase in it.
///
/// ```
/// use sip_status_lab::{Disagreement, Judge, Verdict};
///
/// let judge = Judge::new();
/// let line = b"SIP/2.0 4294967496 OK\r\n"; // 200, and 2 to the 32nd
/// let disagreement = judge.disagreement(line, &Verdict::accept(200, b"OK"));
/// assert_eq!(disagreement, Some(Disagreement::FalseAccept));
/// assert_eq!(judge.disagreement(line, &Verdict::Reject), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judge {
    max_len: usize,
    known: KnownPatterns,
}

impl Default for Judge {
    fn default() -> Self {
        Self::new()
    }
}

impl Judge {
    /// A judge who has parsers accept lines of any length.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_len: usize::MAX,
            known: KnownPatterns::new(),
        }
    }

    /// A parser may refuse a line of more octets than this.
    #[must_use]
    pub fn with_max_len(self, octets: usize) -> Self {
        Self {
            max_len: octets,
            ..self
        }
    }

    /// Disagreements of these patterns are known, and no reason to stop.
    #[must_use]
    pub fn with_known(self, known: KnownPatterns) -> Self {
        Self { known, ..self }
    }

    /// What this crate says of the octets, against which verdicts are held.
    #[must_use]
    pub fn assess<'a>(&self, octets: &'a [u8]) -> Assessment<'a> {
        let read = |parser: Parser| parser.with_max_len(usize::MAX).line(octets);
        let policies = [
            ("strict", Parser::STRICT),
            ("interop", Parser::INTEROP),
            ("observe", Parser::OBSERVE),
        ];
        let accepting = policies
            .into_iter()
            .find_map(|(policy, parser)| Some((policy, read(parser).ok()?)));
        Assessment {
            octets,
            max_len: self.max_len,
            answer: match accepting {
                Some(accepting) => Ok(accepting),
                None => read(Parser::OBSERVE).map(|parsed| ("observe", parsed)),
            },
        }
    }

    /// In what the verdict on these octets is wrong, if in anything that is not known.
    #[must_use]
    pub fn disagreement(&self, octets: &[u8], verdict: &Verdict) -> Option<Disagreement> {
        let assessment = self.assess(octets);
        let pattern = assessment.pattern(verdict)?;
        let is_new = !self.known.cover(&pattern);
        is_new.then(|| assessment.disagreement(verdict)).flatten()
    }

    /// Panics if the verdict on these octets is wrong, and shows both sides: what a fuzz target does
    /// with each input.
    ///
    /// # Panics
    ///
    /// If there is a [`disagreement`](Self::disagreement).
    #[track_caller]
    pub fn check(&self, octets: &[u8], verdict: &Verdict) {
        if let Some(disagreement) = self.disagreement(octets, verdict) {
            let assessment = self.assess(octets);
            let ours = match assessment.answer() {
                Ok(parsed) => {
                    let phrase = parsed.line.reason.as_bytes();
                    let read = readable(&Verdict::accept(parsed.line.code.get(), phrase));
                    format!("{assessment} {read}")
                }
                Err(_) => assessment.to_string(),
            };
            let pattern = assessment.pattern(verdict);
            panic!(
                "wrong verdict on \"{}\": {disagreement}\n theirs: {}\n   ours: {ours}\npattern: {}",
                octets.escape_ascii(),
                readable(verdict),
                pattern
                    .map(|pattern| pattern.to_string())
                    .unwrap_or_default()
            );
        }
    }
}

/// A verdict with its phrase as text.
fn readable(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accept {
            code: Some(code),
            phrase: Some(phrase),
        } => format!("accept:{code} \"{}\"", phrase.escape_ascii()),
        verdict => verdict.to_string(),
    }
}

/// What this crate says of octets: by the strictest named policy that accepts them, else by
/// [`Parser::OBSERVE`], the most lenient one. No length is too long.
///
/// `Display` gives the policy, `strict`, `interop` or `observe`; or kind and octet of the error,
/// `reject:code@8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment<'a> {
    octets: &'a [u8],
    max_len: usize,
    answer: Result<(&'static str, Parsed<'a>), ParseError>,
}

impl<'a> Assessment<'a> {
    /// What was read, if a policy accepts the octets.
    ///
    /// # Errors
    ///
    /// Why [`Parser::OBSERVE`] refuses them, if none does.
    pub fn answer(&self) -> Result<Parsed<'a>, ParseError> {
        self.answer.map(|(_, parsed)| parsed)
    }

    /// In what that verdict on the same octets is wrong, if in anything.
    #[must_use]
    pub fn disagreement(&self, verdict: &Verdict) -> Option<Disagreement> {
        let (policy, parsed) = match (&self.answer, verdict) {
            (Err(_), Verdict::Accept { .. }) => return Some(Disagreement::FalseAccept),
            (Err(_), _) => return None,
            (Ok(answer), _) => answer,
        };
        let is_due = *policy == "strict" && parsed.received().len() <= self.max_len;
        match verdict {
            Verdict::Accept { code, phrase } => {
                let ours = parsed.line.code;
                let other_code = code.filter(|theirs| *theirs != i64::from(ours.get()));
                let is_other_phrase = phrase
                    .as_ref()
                    .is_some_and(|theirs| theirs != parsed.line.reason.as_bytes());
                match other_code {
                    Some(theirs) => Some(Disagreement::OtherCode { theirs, ours }),
                    None => is_other_phrase.then_some(Disagreement::OtherPhrase),
                }
            }
            Verdict::Reject => is_due.then_some(Disagreement::FalseReject),
            Verdict::Request => is_due.then_some(Disagreement::FalseRequest),
            Verdict::Alert => is_due.then_some(Disagreement::FalseAlert),
        }
    }
}

impl Assessment<'_> {
    /// The pattern of a verdict that is wrong; `None` of one that is not.
    #[must_use]
    pub fn pattern(&self, verdict: &Verdict) -> Option<Pattern> {
        let disagreement = self.disagreement(verdict)?;
        let reading = match (disagreement, &self.answer, verdict) {
            (Disagreement::OtherCode { theirs, ours }, ..) => {
                let written = ours.get().to_string();
                Some(kind::number_reading(written.as_bytes(), theirs))
            }
            (Disagreement::OtherPhrase, Ok((_, parsed)), Verdict::Accept { phrase, .. }) => {
                let phrase = phrase.as_deref().unwrap_or_default();
                Some(kind::phrase_reading(parsed.line.reason.as_bytes(), phrase))
            }
            (_, Err(error), Verdict::Accept { code, .. }) => {
                code.and_then(|theirs| kind::code_reading(self.octets, *error, theirs))
            }
            _ => return Some(self.pattern_of(disagreement.name())),
        };
        let reading = reading.unwrap_or_default().to_owned();
        Some(Pattern::new(disagreement.name(), self.kind(), reading))
    }

    /// The pattern of what a parser did if it read nothing, in a single word, such as `crash` or
    /// `false-reject`.
    #[must_use]
    pub fn pattern_of(&self, deed: &str) -> Pattern {
        let features = match &self.answer {
            Ok((_, parsed)) if deed.starts_with("false-") => kind::features(&parsed.line),
            _ => String::new(),
        };
        Pattern::new(deed, self.kind(), features)
    }

    /// What kind of line the octets are: see [`Pattern`].
    fn kind(&self) -> String {
        match &self.answer {
            Ok((_, parsed)) => kind::of_deviations(parsed.deviations),
            Err(error) => kind::of_error(self.octets, *error),
        }
    }
}

impl fmt::Display for Assessment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Ok((policy, _)) => f.write_str(policy),
            Err(error) => write!(f, "reject:{}@{}", error.kind(), error.offset()),
        }
    }
}

/// In what a parser is wrong about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disagreement {
    /// It accepts what no policy does.
    FalseAccept,
    /// It refuses what `STRICT` accepts.
    FalseReject,
    /// It takes for a request what `STRICT` accepts.
    FalseRequest,
    /// It raises an alert for what `STRICT` accepts.
    FalseAlert,
    /// It reads another code.
    OtherCode {
        /// The one it reads.
        theirs: i64,
        /// The one that is there.
        ours: StatusCode,
    },
    /// It reads the code and another phrase.
    OtherPhrase,
}

impl Disagreement {
    /// The name, in lower case with hyphens: `false-accept`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FalseAccept => "false-accept",
            Self::FalseReject => "false-reject",
            Self::FalseRequest => "false-request",
            Self::FalseAlert => "false-alert",
            Self::OtherCode { .. } => "other-code",
            Self::OtherPhrase => "other-phrase",
        }
    }
}

/// In words: `reads 999 instead of 469`.
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FalseAccept => f.write_str("accepts what no policy does"),
            Self::FalseReject => f.write_str("refuses what STRICT accepts"),
            Self::FalseRequest => f.write_str("takes for a request what STRICT accepts"),
            Self::FalseAlert => f.write_str("raises an alert for what STRICT accepts"),
            Self::OtherCode { theirs, ours } => write!(f, "reads {theirs} instead of {ours}"),
            Self::OtherPhrase => f.write_str("reads another phrase"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use alloc::string::{String, ToString};

    use super::Judge;
    use crate::pattern::Pattern;
    use crate::specimen::Specimens;
    use crate::verdict::{InvalidVerdict, Verdict};

    #[test]
    fn where_a_verdict_is_wrong() -> Result<(), InvalidVerdict> {
        let good = b"SIP/2.0 200 OK\r\n".as_slice();
        let odd = b"SIP/2.0 200 OK\n".as_slice();
        let bad = b"SIP/2.0 65736 OK\r\n".as_slice();
        for (line, verdict, expected) in [
            (good, "accept", None),
            (good, "accept:200:4f4b", None),
            (good, "accept:200:4f", Some("reads another phrase")),
            (good, "accept:20:4f", Some("reads 20 instead of 200")),
            (good, "reject", Some("refuses what STRICT accepts")),
            (
                good,
                "request",
                Some("takes for a request what STRICT accepts"),
            ),
            (
                good,
                "alert",
                Some("raises an alert for what STRICT accepts"),
            ),
            (odd, "reject", None),
            (odd, "accept:200", None),
            (odd, "accept:486", Some("reads 486 instead of 200")),
            (bad, "reject", None),
            (bad, "request", None),
            (bad, "alert", None),
            (bad, "accept:200", Some("accepts what no policy does")),
        ] {
            let said = Judge::new().disagreement(line, &verdict.parse()?);
            let said = said.map(|disagreement| disagreement.to_string());
            assert_eq!(said.as_deref(), expected, "{verdict}");
        }
        Ok(())
    }

    #[test]
    fn the_patterns_of_verdicts_that_are_wrong() -> Result<(), InvalidVerdict> {
        for case in [
            "reject | false-reject none plain | SIP/2.0 200 OK\r\n",
            "request | false-request none plain | SIP/2.0 200 OK\r\n",
            "alert | false-alert none empty | SIP/2.0 200 \r\n",
            "reject | false-reject VERSION_CASE plain | sip/2.0 200 OK\r\n",
            "reject | false-reject VERSION_CASE non-ASCII | sip/2.0 200 \u{e9}\r\n",
            "reject | false-reject none unregistered | SIP/2.0 432 OK\r\n",
            "reject | false-reject none unregistered|empty | SIP/2.0 699 \r\n",
            "reject | false-reject none blank | SIP/2.0 200   \r\n",
            "reject | false-reject none blank|HTAB | SIP/2.0 200 \t\r\n",
            "reject | false-reject none HTAB | SIP/2.0 200 O\tK\r\n",
            "reject | false-reject none plain | SIP/2.0 200 01234567890123456789012345678901234567890123456789012345678901OK\r\n",
            "reject | false-reject none long | SIP/2.0 200 012345678901234567890123456789012345678901234567890123456789012OK\r\n",
            "accept | false-accept code:long | SIP/2.0 2000 OK\r\n",
            "accept:2000 | false-accept code:long out-of-range | SIP/2.0 2000 OK\r\n",
            "accept:200 | false-accept code:long prefix | SIP/2.0 2000 OK\r\n",
            "accept:500 | false-accept code:long other | SIP/2.0 7000 OK\r\n",
            "accept:200 | false-accept code:long wrapped-32 | SIP/2.0 4294967496 OK\r\n",
            "accept:200 | false-accept code:long wrapped-16 | SIP/2.0 65736 OK\r\n",
            "accept:200 | false-accept code:long wrapped-64 | SIP/2.0 18446744073709551816 OK\r\n",
            "accept:18446744073709551816 | false-accept code:long out-of-range | SIP/2.0 18446744073709551816 OK\r\n",
            "accept:200 | false-accept code:zeros as-written | SIP/2.0 0200 OK\r\n",
            "accept:128 | false-accept code:zeros other | SIP/2.0 0200 OK\r\n",
            "accept:20 | false-accept code:short out-of-range | SIP/2.0 20 OK\r\n",
            "accept:99 | false-accept code:low out-of-range | SIP/2.0 099 OK\r\n",
            "accept:700 | false-accept code:high out-of-range | SIP/2.0 700 OK\r\n",
            "accept:200 | false-accept code:plus as-written | SIP/2.0 +200 OK\r\n",
            "accept:-200 | false-accept code:minus out-of-range | SIP/2.0 -200 OK\r\n",
            "accept:200 | false-accept code:minus unsigned | SIP/2.0 -200 OK\r\n",
            "accept:200 | false-accept code:minus wrapped-32 | SIP/2.0 -4294967096 OK\r\n",
            "accept:200 | false-accept code:partial prefix | SIP/2.0 0200x OK\r\n",
            "accept:20 | false-accept code:partial out-of-range | SIP/2.0 20x OK\r\n",
            "accept:2 | false-accept code:partial out-of-range | SIP/2.0 2\0 OK\r\n",
            "accept:301 | false-accept code:non-ASCII other | SIP/2.0 30١ OK\r\n",
            "accept:200 | false-accept code:control as-written | SIP/2.0 \x0b200 OK\r\n",
            "accept:200 | false-accept code:CR as-written | SIP/2.0 \r200 OK\r\n",
            "accept:200 | false-accept code:mark other | SIP/2.0 +-200 OK\r\n",
            "accept:0 | false-accept code:letter out-of-range | SIP/2.0 OK\r\n",
            "accept | false-accept code:CR | SIP/2.0 \r\n",
            "accept:20 | false-accept code:end out-of-range | SIP/2.0 20",
            "accept:200 | false-accept code-space:other | SIP/2.0 200x\r\n",
            "accept:200 | false-accept code-space:other | SIP/2.0 200é\r\n",
            "accept:200 | false-accept code-space:NUL | SIP/2.0 200\0\r\n",
            "accept:200 | false-accept reason:NUL | SIP/2.0 200 \0\r\n",
            "accept:200 | false-accept reason:control | SIP/2.0 200 \x7f\r\n",
            "accept:200 | false-accept line-ending:other | SIP/2.0 200 O\rK\r\n",
            "accept:200 | false-accept line-ending:other | SIP/2.0 200 O\r\rK\r\n",
            "accept:200 | false-accept line-ending:NUL | SIP/2.0 200 O\r\0K\r\n",
            "accept:200 | false-accept line-ending:CR | SIP/2.0 200 OK\r\r\n",
            "accept:200 | false-accept leading:CR | \rSIP/2.0 200 OK\r\n",
            "accept:200 | false-accept leading:CR | \r\n\r\rSIP/2.0 200 OK\r\n",
            "accept:200 | false-accept leading:LF | \r\n\nsip/2.0 200 OK\r\n",
            "accept:200 | false-accept leading:other | xSIP/2.0 200 OK\r\n",
            "accept:200 | false-accept leading:other | \u{feff}SIP/2.0 200 OK\r\n",
            "accept:200 | false-accept version:other | HTTP/1.1 200 SIP/2.0\r\n",
            "accept:200 | false-accept version:digit | SIP/3.0 200 OK\r\n",
            "accept:200 | false-accept version:other | SIP\0/2.0 200 OK\r\n",
            "accept:200 | false-accept version-space:other | SIP/2.0.1 200 OK\r\n",
            "accept | false-accept version-space:end | SIP/2.0",
            "accept | false-accept version:end | ",
            "accept:200 | other-code none wrapped-8 | SIP/2.0 456 OK\r\n",
            "accept:45 | other-code none out-of-range | SIP/2.0 456 OK\r\n",
            "accept:500 | other-code none other | SIP/2.0 456 OK\r\n",
            "accept:200:4f4b | other-phrase none trimmed | SIP/2.0 200  OK \r\n",
            "accept:200: | other-phrase none trimmed | SIP/2.0 200  \t\r\n",
            "accept:200:4f | other-phrase none cut | SIP/2.0 200 OK\r\n",
            "accept:200:566961 | other-phrase NO_REASON_SPACE longer | SIP/2.0 200\r\n",
            "accept:200:6f6b | other-phrase BARE_LF other | SIP/2.0 200 OK\n",
        ] {
            let mut words = case.splitn(3, " | ");
            let mut next = || words.next().unwrap_or_default();
            let (verdict, expected, line) = (next(), next(), next());
            let pattern = Judge::new()
                .assess(line.as_bytes())
                .pattern(&verdict.parse()?);
            let written = pattern.as_ref().map(ToString::to_string);
            assert_eq!(written.as_deref(), Some(expected), "{case:?}");
            // What is written is read back.
            assert_eq!(expected.parse().ok(), pattern, "{case:?}");
        }
        Ok(())
    }

    /// Whatever the line, what is written to a file of known patterns is one.
    #[test]
    fn every_pattern_is_read_back() -> Result<(), InvalidVerdict> {
        let verdicts = [
            "accept",
            "accept:200",
            "accept:0:",
            "accept:99:4f4b",
            "reject",
        ];
        for verdict in verdicts {
            let verdict = verdict.parse()?;
            for specimen in Specimens::new(1).take(2000) {
                let ours = Judge::new().assess(specimen.octets());
                for pattern in ours
                    .pattern(&verdict)
                    .into_iter()
                    .chain([ours.pattern_of("crash")])
                {
                    let read: Option<Pattern> = pattern.to_string().parse().ok();
                    assert_eq!(read.as_ref(), Some(&pattern));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_wrong_verdict_is_shown_in_four_lines() -> Result<(), InvalidVerdict> {
        for (line, verdict, shown) in [
            (
                &b"SIP/2.0 183 %\t\r\nVia: x\r\n\r\n"[..],
                Verdict::accept(183, b"%\r"),
                "wrong verdict on \"SIP/2.0 183 %\\t\\r\\nVia: x\\r\\n\\r\\n\": reads another phrase\n \
                 theirs: accept:183 \"%\\r\"\n   ours: interop accept:183 \"%\\t\"",
            ),
            (
                b"SIP/2.0 700 OK\r\n",
                "accept".parse()?,
                "wrong verdict on \"SIP/2.0 700 OK\\r\\n\": accepts what no policy does\n \
                 theirs: accept\n   ours: reject:code@8",
            ),
        ] {
            let panicked = std::panic::catch_unwind(|| Judge::new().check(line, &verdict));
            let message = panicked
                .err()
                .and_then(|message| message.downcast::<String>().ok());
            let before = message
                .as_ref()
                .and_then(|message| message.split_once("\npattern: "));
            assert_eq!(before.map(|(before, _)| before), Some(shown));
        }
        Ok(())
    }

    #[test]
    fn a_longer_line_may_be_refused() -> Result<(), InvalidVerdict> {
        let line = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n";
        let refused = |max_len| {
            let judge = Judge::new().with_max_len(max_len);
            Ok(judge.disagreement(line, &"reject".parse()?).is_some())
        };
        assert!(refused(16)?);
        assert!(!refused(15)?);
        Ok(())
    }
}
