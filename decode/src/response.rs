//! A response as it is listed, counted and filtered.

use sip_status_line::registry::{Match, PhraseMatch};
use sip_status_line::{ParseError, Parsed, StatusCode};

use crate::headers::{HeaderChoice, Headers};
use crate::record::{Place, Record};

/// A record, what the parser made of it, and what its message says besides.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The name of the file it comes from.
    pub source: &'a str,
    /// Where it was found, and its octets.
    pub record: &'a Record<'a>,
    /// What [`Record::parse`] says.
    pub parsed: Result<Parsed<'a>, ParseError>,
    /// How it stands to the registry, if it was accepted.
    pub registry_match: Option<Match>,
    /// What its headers say of whose it is.
    pub headers: Headers<'a>,
    /// Whether the same one was captured before. False until
    /// [`Repeats::is_repeated`](crate::Repeats::is_repeated) was asked.
    pub is_repeated: bool,
}

impl<'a> Response<'a> {
    /// What the parser made of a record, with those headers that are chosen.
    #[must_use]
    pub fn new(
        source: &'a str,
        record: &'a Record<'a>,
        parsed: Result<Parsed<'a>, ParseError>,
        choice: HeaderChoice,
    ) -> Self {
        let after_line = match &parsed {
            Ok(parsed) => parsed.rest,
            Err(error) => {
                let line = record.line_around(error.offset());
                record.octets.get(line.len()..).unwrap_or_default()
            }
        };
        Self {
            source,
            record,
            registry_match: parsed.as_ref().ok().map(Parsed::registry_match),
            parsed,
            headers: Headers::new(after_line, choice),
            is_repeated: false,
        }
    }

    /// Its status code, also that of a refused line if it could be read.
    #[must_use]
    pub fn code(&self) -> Option<StatusCode> {
        match &self.parsed {
            Ok(parsed) => Some(parsed.line.code),
            Err(error) => error.code(),
        }
    }

    /// How its phrase stands to its code. None if it was refused.
    #[must_use]
    pub fn phrase_match(&self) -> Option<PhraseMatch> {
        Some(self.registry_match?.phrase)
    }

    /// How many octets follow the line. None if it was refused, or carved: what follows is not known
    /// then.
    #[must_use]
    pub fn rest_len(&self) -> Option<u64> {
        let parsed = self.parsed.as_ref().ok()?;
        let is_known = self.record.place != Place::Carved;
        is_known.then(|| parsed.rest.len() as u64 + self.record.beyond)
    }

    /// Whether it is refused or has deviations.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        !self
            .parsed
            .as_ref()
            .is_ok_and(|parsed| parsed.deviations.is_empty())
    }
}
