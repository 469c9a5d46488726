//! What disagreements have in common.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// What a finding about a parser has in common with others: what the parser did, and what kind of line
/// it was.
///
/// `Display` gives both words: `other-phrase NO_REASON_SPACE`, `false-accept code:digit`. The kind of
/// a line is, for one that some policy accepts, its deviations or `none`; for another, the part of the
/// line that is wrong and the class of the octet there: `digit`, `letter`, `blank`, `CR`, `LF`, `NUL`,
/// `control`, `mark` (other ASCII), `non-ASCII`, or `end` if the line stops early.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    deed: String,
    kind: String,
}

impl Pattern {
    /// The finding that a parser did `deed` with a line of that kind. Both are one word.
    pub(crate) fn new(deed: &str, kind: String) -> Self {
        Self {
            deed: deed.to_owned(),
            kind,
        }
    }

    /// What the parser did: the name of a [`Disagreement`](crate::Disagreement), or a word of the
    /// caller's own, such as `crash`.
    #[must_use]
    pub fn deed(&self) -> &str {
        &self.deed
    }

    /// What kind of line it was.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether the other pattern is this one, or is about lines with more deviations, which most often
    /// is no other finding.
    ///
    /// ```
    /// use sip_status_lab::Pattern;
    ///
    /// let pattern = |text: &str| text.parse::<Pattern>();
    /// let misreading = pattern("other-phrase NO_REASON_SPACE")?;
    /// assert!(misreading.covers(&pattern("other-phrase LEADING_CRLF|NO_REASON_SPACE")?));
    /// assert!(!misreading.covers(&pattern("other-code LEADING_CRLF|NO_REASON_SPACE")?));
    /// assert!(!misreading.covers(&pattern("other-phrase LEADING_CRLF")?));
    /// # Ok::<(), sip_status_lab::InvalidPattern>(())
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let mut deviations = self.kind.split('|');
        self.deed == other.deed
            && deviations.all(|deviation| other.kind.split('|').any(|found| found == deviation))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.deed, self.kind))
    }
}

/// Two words.
impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let mut words = text.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(deed), Some(kind), None) => Ok(Self::new(deed, kind.to_owned())),
            _ => Err(InvalidPattern { line: 0 }),
        }
    }
}

/// The findings about a parser that are known and accepted, so that only new ones count.
///
/// As text it has a [`Pattern`] a line; empty lines do not count, nor does what follows a `#`.
///
/// ```
/// use sip_status_lab::{Judge, KnownPatterns, Verdict};
///
/// let known: KnownPatterns = "other-phrase NO_REASON_SPACE # loses its Via".parse()?;
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
                let invalid = |_| InvalidPattern { line: number };
                known.insert(pattern.parse().map_err(invalid)?);
            }
        }
        Ok(Self(known))
    }
}

/// A text is no [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPattern {
    /// In which line, from 1; 0 if the text is one pattern.
    line: usize,
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str("expected two words, such as false-accept code:digit")
    }
}

impl core::error::Error for InvalidPattern {}
