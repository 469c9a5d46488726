//! What the registry knows of a code, and which codes a search finds.

use serde::Serialize;
use sip_status_line::registry::{self, Entry, HeaderRule, Status};
use sip_status_line::{Class, StatusCode};

use crate::source::{Piece, pieces};

/// A code, as a card shows it.
#[derive(Serialize)]
pub(crate) struct Card {
    code: u16,
    class: &'static str,
    /// The first digit.
    digit: u8,
    phrase: Option<&'static str>,
    status: &'static str,
    registered: bool,
    defined_in: Vec<Piece>,
    summary: Option<&'static str>,
    wordings: Vec<Wording>,
    /// What there is to say: a name, the words, and where they stand.
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Wording {
    phrase: &'static str,
    origin: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    text: String,
    source: Vec<Piece>,
}

impl Card {
    pub(crate) fn of(code: StatusCode) -> Self {
        let entry = registry::lookup(code);
        let details = entry.and_then(Entry::details);
        let wordings = entry.map_or(&[][..], |entry| entry.aliases).iter();
        let mut rows = Vec::new();
        if let Some(details) = details {
            rows.push(row("then", details.retry, ""));
            rows.extend(details.must.iter().map(|rule| header("must carry", rule)));
            rows.extend(
                details
                    .should
                    .iter()
                    .map(|rule| header("should carry", rule)),
            );
            rows.extend(details.may.iter().map(|rule| header("may carry", rule)));
            if !details.phrase.is_empty() {
                rows.push(row("phrase says", details.phrase, ""));
            }
        }
        let conduct = registry::conduct(code).into_iter();
        rows.extend(conduct.map(|(question, claim)| row(question, claim.answer, claim.source)));
        let release = registry::to_q850(code);
        let cause = release.answer.map_or_else(
            || "none".to_owned(),
            |release| format!("{}, location {}", release.cause, release.location),
        );
        rows.push(row("Q.850 cause", cause, release.source));
        if code.fallback() != code {
            rows.push(row("if not known", fallback(code), "RFC 3261 §8.1.3.2"));
        }
        Self {
            code: code.get(),
            class: code.class().name(),
            digit: code.class() as u8,
            phrase: code.canonical_reason(),
            status: entry
                .map_or(Status::Unregistered, |entry| entry.status)
                .name(),
            registered: entry.is_some_and(|entry| entry.status.is_registered()),
            defined_in: entry.map_or_else(Vec::new, |entry| pieces(entry.defined_in)),
            summary: details.map(|details| details.summary),
            wordings: wordings
                .map(|alias| Wording {
                    phrase: alias.phrase,
                    origin: alias.origin.name(),
                    source: alias.source,
                })
                .collect(),
            rows,
        }
    }
}

/// What a recipient that does not know a code takes it for.
pub(crate) fn fallback(code: StatusCode) -> String {
    let fallback = code.fallback();
    let phrase = fallback.canonical_reason().unwrap_or_default();
    format!("taken for {fallback} {phrase}")
}

fn row(name: &'static str, text: impl Into<String>, source: &'static str) -> Row {
    Row {
        name,
        text: text.into(),
        source: pieces(source),
    }
}

fn header(name: &'static str, rule: &HeaderRule) -> Row {
    let text = format!("{} {}", rule.header, rule.when);
    row(name, text.trim_end(), rule.source)
}

/// The codes that the registry has, for a search: a code or its beginning, a class as `4xx`, words of a
/// phrase in any recorded wording, or an RFC. Every word has to be found.
pub(crate) fn search(query: &str) -> Vec<u16> {
    let query = query.to_lowercase();
    let words: Vec<_> = query.split_whitespace().collect();
    let entries = registry::ALL.iter();
    entries
        .filter(|entry| is_meant(entry, &words))
        .map(|entry| entry.code.get())
        .collect()
}

fn is_meant(entry: &Entry, words: &[&str]) -> bool {
    let code = entry.code.to_string();
    let class: Class = entry.code.class();
    let mut wordings: Vec<String> = entry
        .aliases
        .iter()
        .map(|alias| alias.phrase.to_lowercase())
        .collect();
    wordings.extend(entry.reason.map(str::to_lowercase));
    let defined_in = entry.defined_in.to_lowercase();
    // All words in one wording, or each somewhere else.
    let is_wording = wordings
        .iter()
        .any(|wording| words.iter().all(|word| wording.contains(word)));
    let is_elsewhere = |word: &&str| {
        let word = *word;
        code.starts_with(word)
            || format!("{}xx", class as u8) == word
            || class.name() == word
            || defined_in.contains(word)
            || entry.status.name() == word
            || wordings.iter().any(|wording| wording.contains(word))
    };
    is_wording || words.iter().all(is_elsewhere)
}

#[cfg(test)]
mod tests {
    use sip_status_line::registry;

    use super::search;

    #[test]
    fn codes_are_found_by_number_phrase_and_rfc() {
        assert_eq!(search("486"), [486]);
        assert_eq!(search("besetzt"), search("BESETZT"));
        assert!(search("busy here").contains(&486));
        assert!(search("internal server error").contains(&500));
        assert!(search("6XX").iter().all(|code| *code / 100 == 6));
        assert!(search("rfc 3323 433").is_empty());
        assert!(search("rfc 5079").contains(&433));
        assert_eq!(search("").len(), registry::ALL.len());
        assert_eq!(search("no such thing"), [0_u16; 0]);
    }
}
