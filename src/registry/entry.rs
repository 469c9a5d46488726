//! What a row of the registry holds.

use crate::code::StatusCode;
use crate::names::names;

/// One row of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The code.
    pub code: StatusCode,
    /// The registered phrase, or the usual one of an unregistered code. Three codes that are only
    /// constants in the source of a proxy have none.
    pub reason: Option<&'static str>,
    /// How the code stands to the IANA registry.
    pub status: Status,
    /// The RFC and section that define the code, such as `RFC 3261 §21.4.24`; for an unregistered
    /// code the software it comes from.
    pub defined_in: &'static str,
    /// Other wordings of the phrase, each different from it in more than case; ordered by
    /// [`Origin`].
    pub aliases: &'static [Alias],
}

/// How a code stands to the IANA registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Registered and in use.
    Current,
    /// Registered, yet not to be sent any more where a newer RFC says so: 202.
    Deprecated,
    /// Registered for future use: 402.
    Reserved,
    /// Not registered; defined by [RFC 2543](https://www.rfc-editor.org/rfc/rfc2543) and dropped
    /// by its successor.
    Obsolete,
    /// Not registered and in no RFC.
    Unregistered,
}

names!(Status {
    Current => "current",
    Deprecated => "deprecated",
    Reserved => "reserved",
    Obsolete => "obsolete",
    Unregistered => "unregistered",
});

impl Status {
    /// Whether IANA lists the code.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Current | Self::Deprecated | Self::Reserved)
    }
}

/// A wording that stands for a code in place of the registered phrase.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Origin};
///
/// let entry = registry::lookup(StatusCode::SERVER_INTERNAL_ERROR).expect("a registered code");
/// let alias = entry.aliases[0];
/// assert_eq!(alias.phrase, "Internal Server Error");
/// assert_eq!((alias.origin, alias.source), (Origin::Standard, "RFC 3261 §25.1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alias {
    /// The wording.
    pub phrase: &'static str,
    /// The kind of text or program that has it; the most authoritative one if several have.
    pub origin: Origin,
    /// Which one that is, such as `RFC 2543 §7.4.18` or `Asterisk`.
    pub source: &'static str,
}

/// Where an [alias](Alias) comes from, the most authoritative first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A standard in force: an RFC that words the phrase differently in its examples or its
    /// grammar, or that gives the code a second phrase.
    Standard,
    /// An RFC that a newer one has replaced.
    OlderRfc,
    /// A SIP stack, its tests included. Such wordings are on the wire.
    Stack,
    /// An English document that lists the codes.
    Document,
    /// A translation, into another language or back from one.
    Translation,
}

names!(Origin {
    Standard => "standard",
    OlderRfc => "older-rfc",
    Stack => "stack",
    Document => "document",
    Translation => "translation",
});

/// What the RFCs say of a registered code in words: what it means, what goes with it, what to do.
///
/// What a program can branch on, it asks of any code, registered or not: [`retry`](super::retry)
/// and its neighbours in [`registry`](super).
///
/// The header fields are those that the code asks for. What every response copies from its request,
/// and what any may carry, is left out. A UAS adds a To tag to every response but 100 if the request
/// has none ([RFC 3261 §8.2.6.2]); Error-Info goes with all of 300 to 699 ([RFC 3261 §20], Table 2), a
/// Reason with a Q.850 cause with all but 100 ([RFC 6432]).
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// let details = registry::lookup(StatusCode::METHOD_NOT_ALLOWED)
///     .and_then(|entry| entry.details())
///     .expect("a registered code");
/// assert_eq!(details.must[0].header, "Allow");
/// ```
///
/// [RFC 3261 §8.2.6.2]: https://www.rfc-editor.org/rfc/rfc3261#section-8.2.6.2
/// [RFC 3261 §20]: https://www.rfc-editor.org/rfc/rfc3261#section-20
/// [RFC 6432]: https://www.rfc-editor.org/rfc/rfc6432
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// What the code says, in one sentence.
    pub summary: &'static str,
    /// What the client can do next.
    pub retry: &'static str,
    /// What the phrase has to say, where [`phrase_duty`](super::phrase_duty) asks for more than the
    /// registered one; otherwise empty.
    pub phrase: &'static str,
    /// Header fields that have to be in the response.
    pub must: &'static [HeaderRule],
    /// Header fields that should be in the response.
    pub should: &'static [HeaderRule],
    /// Header fields that may be in the response.
    pub may: &'static [HeaderRule],
}

/// A header field that goes with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderRule {
    /// The name of the header field.
    pub header: &'static str,
    /// When it applies or what the field holds, in words that follow its name; empty if there is
    /// nothing to add.
    pub when: &'static str,
    /// The RFC and section that say so, such as `RFC 3261 §20.33`.
    pub source: &'static str,
}
