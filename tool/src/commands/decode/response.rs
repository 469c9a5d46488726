//! A response as `decode` lists, counts and filters it.

use sip_status_line::registry::{Match, PhraseMatch};
use sip_status_line::{ParseError, Parsed, StatusCode};

use super::headers::{HeaderChoice, Headers};
use crate::record::Record;

/// A record, what the parser made of it, and what its message says besides.
pub(crate) struct Response<'a> {
    pub(crate) source: &'a str,
    pub(crate) record: &'a Record<'a>,
    pub(crate) parsed: Result<Parsed<'a>, ParseError>,
    /// How it stands to the registry, if it was accepted.
    pub(crate) registry_match: Option<Match>,
    pub(crate) headers: Headers<'a>,
    /// Whether the same one was captured before.
    pub(crate) is_repeated: bool,
}

impl<'a> Response<'a> {
    pub(crate) fn new(
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
    pub(crate) fn code(&self) -> Option<StatusCode> {
        match &self.parsed {
            Ok(parsed) => Some(parsed.line.code),
            Err(error) => error.code(),
        }
    }

    /// How its phrase stands to its code.
    pub(crate) fn phrase_match(&self) -> Option<PhraseMatch> {
        Some(self.registry_match?.phrase)
    }

    /// Whether it is refused or has deviations.
    pub(crate) fn is_odd(&self) -> bool {
        !self
            .parsed
            .as_ref()
            .is_ok_and(|parsed| parsed.deviations.is_empty())
    }
}
