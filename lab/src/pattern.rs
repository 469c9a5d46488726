//! What disagreements have in common.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::kind::{self, PLAIN, READINGS};

/// What a finding about a parser has in common with others: what the parser did, with what kind of
/// line, and what it read or refused there.
///
/// `Display` writes these words: `false-accept code:long wrapped-32`, `other-phrase NO_REASON_SPACE
/// longer`, `false-reject none not-UTF-8`.
///
/// - **What it did**: the [name](crate::Disagreement::name) of a disagreement; or `crash`, `hang`,
///   `late`, `deaf`, `silent` or `dead`.
/// - **The kind of line**, of one that some policy accepts: its deviations, or `none`.
/// - **The kind of any other line**: the part that is wrong, and what stands there. Where a code should
///   be, that is a number: `short` (one digit or two), `low` or `high` (three, below 100 or above 699),
///   `long` (four or more), `zeros` (as many, the first of them 0), `plus` or `minus` (with that sign),
///   or `partial` (more ASCII follows the digits); or the class of the octet: `letter`, `mark` (other
///   ASCII), `control`, `non-ASCII`, `NUL`, `CR` or `LF`. Before the version, which is `leading`, it is
///   `NUL`, `CR`, `LF`, `blank` or `other`; in the version and right after it, `digit` or `other`; in
///   the phrase, `NUL` or `control`; in place of the space before it, `NUL` or `other`; in place of the
///   LF after a CR, `NUL`, `CR` if CR LF follows the CR, or `other`. `end` is the end of the input.
/// - **What it read**, if the code or the phrase is what it got wrong. A number is `out-of-range`, not
///   from 100 to 699; or else `as-written`, `wrapped-8`, `-16`, `-32` or `-64`, by that power of 2, a
///   `prefix` of the digits, or `unsigned`, without its minus. A phrase is `trimmed` of blanks, or not
///   where it should be; `cut` short; or `longer` than it is. Anything else is `other`.
/// - **What the line has**, if the parser should take it and does not, of what others are known to
///   refuse: an `unregistered` code; a phrase that is `empty`, `blank` (of blanks alone), `long` (more
///   than 64 octets), `non-ASCII` (in UTF-8) or `not-UTF-8`, or that has an `HTAB`; or else it is `plain`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    deed: String,
    kind: String,
    /// Empty if nothing was read or refused, or nothing else was read than is written.
    detail: String,
}

impl Pattern {
    pub(crate) fn new(deed: &str, kind: String, detail: String) -> Self {
        Self {
            deed: deed.to_owned(),
            kind,
            detail,
        }
    }

    /// What the parser did, the first word.
    #[must_use]
    pub fn deed(&self) -> &str {
        &self.deed
    }

    /// What kind of line it was, the second word.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it read, or what the line has that it refused, if that is part of the pattern: the third
    /// word.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        (!self.detail.is_empty()).then_some(&*self.detail)
    }

    /// Whether the other pattern is this one; or is the same about lines that have more, which most
    /// often is no other finding; or has a third word, and this one does not. What wraps by a power of
    /// 2 wraps by a higher one.
    ///
    /// Of a line that a parser should take and does not, `none plain` is no reason, and covers itself
    /// alone: to refuse a plain line is one thing, to refuse an empty phrase or `sip/2.0` another.
    ///
    /// ```
    /// use sip_status_lab::Pattern;
    ///
    /// let pattern = |text: &str| text.parse::<Pattern>();
    /// let overrun = pattern("other-phrase NO_REASON_SPACE longer")?;
    /// assert!(overrun.covers(&pattern("other-phrase LEADING_CRLF|NO_REASON_SPACE longer")?));
    /// assert!(!overrun.covers(&pattern("other-phrase LEADING_CRLF longer")?));
    ///
    /// let trimmed = pattern("other-phrase none trimmed")?;
    /// assert!(trimmed.covers(&pattern("other-phrase LEADING_CRLF trimmed")?));
    /// assert!(!trimmed.covers(&overrun));
    ///
    /// let crash = pattern("crash none")?;
    /// assert!(crash.covers(&pattern("crash BARE_LF")?));
    /// assert!(!crash.covers(&pattern("crash reason:NUL")?));
    ///
    /// let long = pattern("false-reject none long")?;
    /// assert!(long.covers(&pattern("false-reject none unregistered|long")?));
    /// assert!(long.covers(&pattern("false-reject VERSION_CASE long")?));
    /// assert!(!long.covers(&pattern("false-reject none empty")?));
    /// let version = pattern("false-reject VERSION_CASE plain")?;
    /// assert!(version.covers(&pattern("false-reject VERSION_CASE long")?));
    /// let plain = pattern("false-reject none plain")?;
    /// assert!(!plain.covers(&long) && !plain.covers(&version));
    /// let any_feature = pattern("false-reject none")?;
    /// assert!(any_feature.covers(&long) && !any_feature.covers(&version));
    ///
    /// let any_reading = pattern("false-accept code:long")?;
    /// assert!(any_reading.covers(&pattern("false-accept code:long wrapped-32")?));
    /// let wrapped = pattern("false-accept code:long wrapped-16")?;
    /// assert!(wrapped.covers(&pattern("false-accept code:long wrapped-32")?));
    /// # Ok::<(), sip_status_lab::InvalidPattern>(())
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let has = |deviation| other.kind.split('|').any(|found| found == deviation);
        let is_deviations = !other.kind.contains(':');
        let is_plain = matches!(&*self.detail, "" | PLAIN) && self.deed.starts_with("false-");
        let is_without = self.kind == "none" && is_deviations && !is_plain;
        // Who refuses `sip/2.0` refuses it whatever else the line has.
        let is_any = self.detail.is_empty() || self.detail == PLAIN && self.kind != "none";
        self.deed == other.deed
            && (is_any || kind::detail_covers(&self.detail, &other.detail))
            && (is_without || self.kind.split('|').all(has))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = format!("{} {} {}", self.deed, self.kind, self.detail);
        f.pad(words.trim_end())
    }
}

/// The words, with blanks between them.
impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        const DEEDS: [&str; 12] = [
            "false-accept",
            "false-reject",
            "false-request",
            "false-alert",
            "other-code",
            "other-phrase",
            "crash",
            "hang",
            "late",
            "deaf",
            "silent",
            "dead",
        ];
        let mut words = text.split_whitespace();
        let mut next = || words.next().unwrap_or_default();
        let (deed, kind, detail, more) = (next(), next(), next(), next());
        let is_read_otherwise = deed.starts_with("other-");
        let may_be_read = is_read_otherwise || deed == "false-accept" && kind.starts_with("code:");
        let is_refused = deed.starts_with("false-") && deed != "false-accept";
        let (expected, word) = if !DEEDS.contains(&deed) {
            (Expected::Deed, deed)
        } else if !kind::is_kind(kind) {
            (Expected::Kind, kind)
        } else if may_be_read
            && !READINGS.contains(&detail)
            && (is_read_otherwise || !detail.is_empty())
        {
            (Expected::Reading, detail)
        } else if is_refused && !detail.is_empty() && !kind::are_features(detail) {
            (Expected::Features, detail)
        } else if !may_be_read && !is_refused && !detail.is_empty() {
            (Expected::End, detail)
        } else if !more.is_empty() {
            (Expected::End, more)
        } else {
            return Ok(Self::new(deed, kind.to_owned(), detail.to_owned()));
        };
        Err(InvalidPattern {
            line: 0,
            word: word.to_owned(),
            expected,
        })
    }
}

/// The findings about a parser that are known and accepted, so that only new ones count.
///
/// As text it has a [`Pattern`] a line; empty lines do not count, nor does what follows a `#`.
///
/// ```
/// use sip_status_lab::{Judge, KnownPatterns, Verdict};
///
/// let known: KnownPatterns = "other-phrase NO_REASON_SPACE longer # loses its Via".parse()?;
/// let judge = Judge::new().with_known(known);
/// let verdict = Verdict::accept(480, b"SIP/2.0/UDP 192.0.2.1");
/// let disagreement = judge.disagreement(b"SIP/2.0 480\r\n", &verdict);
/// assert!(disagreement.is_none()); // known
/// let disagreement = judge.disagreement(b"SIP/2.0 480 \r\n", &verdict);
/// assert!(disagreement.is_some()); // new
/// # Ok::<(), sip_status_lab::InvalidPattern>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownPatterns(BTreeSet<Pattern>);

impl KnownPatterns {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeSet::new())
    }

    /// Whether one of them [covers](Pattern::covers) that pattern.
    #[must_use]
    pub fn cover(&self, pattern: &Pattern) -> bool {
        self.0.iter().any(|known| known.covers(pattern))
    }
}

impl FromStr for KnownPatterns {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let mut known = BTreeSet::new();
        for (number, line) in (1..).zip(text.lines()) {
            let pattern = line.split('#').next().unwrap_or_default().trim();
            if !pattern.is_empty() {
                let at_line = |error| InvalidPattern {
                    line: number,
                    ..error
                };
                known.insert(pattern.parse().map_err(at_line)?);
            }
        }
        Ok(Self(known))
    }
}

/// A word does not belong into a [`Pattern`], or one is missing. `Display` says what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern {
    /// In which line, from 1; 0 if the text is one pattern.
    line: usize,
    word: String,
    expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Deed,
    Kind,
    Reading,
    Features,
    End,
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        let expected = match self.expected {
            Expected::Deed => "what was done, such as false-accept, other-phrase or crash",
            Expected::Kind => "a kind of line, such as none, BARE_LF|SPACING or reason:NUL",
            Expected::Reading => "what was read, such as as-written, wrapped-32, trimmed or other",
            Expected::Features => "what the line has, such as plain, empty or non-ASCII|long",
            Expected::End => "no more words",
        };
        let found = match self.word.as_str() {
            "" => "nothing",
            word => word,
        };
        write!(f, "{found} where {expected} was expected")
    }
}

impl core::error::Error for InvalidPattern {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::KnownPatterns;

    #[test]
    fn what_is_no_pattern_is_said() {
        for (text, expected) in [
            ("false-accept", "line 1: nothing where a kind of line"),
            (
                "\nfalse-acept code:long",
                "line 2: false-acept where what was done",
            ),
            (
                "false-accept line-ending:*",
                "line 1: line-ending:* where a kind of line",
            ),
            (
                "false-accept line-ending:letter",
                "line 1: line-ending:letter where",
            ),
            ("false-accept code:digit", "line 1: code:digit where a kind"),
            (
                "false-accept reason:NUL cut",
                "line 1: cut where no more words",
            ),
            (
                "false-accept code:long cutt",
                "line 1: cutt where what was read",
            ),
            (
                "other-phrase BARE_LF|SPACE trimmed",
                "line 1: BARE_LF|SPACE where",
            ),
            (
                "false-reject none empty|huge",
                "line 1: empty|huge where what the line has",
            ),
            (
                "false-reject none trimmed",
                "line 1: trimmed where what the line has",
            ),
            ("crash none empty", "line 1: empty where no more words"),
            ("other-phrase *", "line 1: * where a kind of line"),
            ("other-phrase none", "line 1: nothing where what was read"),
            (
                "other-phrase none cut off",
                "line 1: off where no more words",
            ),
        ] {
            let said = text
                .parse::<KnownPatterns>()
                .map_err(|error| error.to_string());
            let said = said.expect_err("no pattern");
            assert!(
                said.starts_with(expected) && said.ends_with("expected"),
                "{said}"
            );
        }
    }

    #[test]
    fn comments_are_no_patterns() {
        let text = "# on record\n\n crash  none # SIGABRT\nother-code none wrapped-8#\n";
        let known = text.parse::<KnownPatterns>();
        assert_eq!(known.map(|known| known.0.len()), Ok(2));
    }
}
