//! Where a claim stands, with a link to it.

use serde::Serialize;

/// A piece of a source: an RFC with its section and where to read it, or text between two of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Piece {
    text: String,
    link: Option<String>,
}

/// The pieces of a source such as `RFC 3261 §7.2, RFC 4475 §3.1.1.13`.
pub(crate) fn pieces(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |text: &str, link| {
        let text = text.to_owned();
        if !text.is_empty() {
            pieces.push(Piece { text, link });
        }
    };
    let mut rest = source;
    while let Some((before, from)) = rest.find("RFC ").and_then(|at| rest.split_at_checked(at)) {
        let Some((len, link)) = rfc(from) else { break };
        let (text, after) = from.split_at_checked(len).unwrap_or((from, ""));
        add(before, None);
        add(text, Some(link));
        rest = after;
    }
    add(rest, None);
    pieces
}

/// How many octets name an RFC and its section, and the address of that.
fn rfc(text: &str) -> Option<(usize, String)> {
    let after = text.strip_prefix("RFC ")?;
    let digits = leading(after, |c| c.is_ascii_digit());
    let link = format!("https://www.rfc-editor.org/rfc/rfc{digits}");
    let rest = after.get(digits.len()..)?;
    let section = rest.strip_prefix(" §").map(|section| {
        leading(section, |c| c.is_ascii_alphanumeric() || c == '.').trim_end_matches('.')
    });
    let len = text.len() - rest.len();
    if digits.is_empty() {
        return None;
    }
    Some(match section.filter(|section| !section.is_empty()) {
        None => (len, link),
        Some(section) => {
            let kind = if section.starts_with(|c: char| c.is_ascii_digit()) {
                "section"
            } else {
                "appendix"
            };
            (
                len + " §".len() + section.len(),
                format!("{link}#{kind}-{section}"),
            )
        }
    })
}

fn leading(text: &str, is_wanted: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !is_wanted(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn rfcs_and_sections_become_links() {
        let shown = |source| -> Vec<String> {
            let pieces = pieces(source).into_iter();
            pieces
                .map(|piece| match piece.link {
                    Some(link) => format!(
                        "[{}]({})",
                        piece.text,
                        link.replace("https://www.rfc-editor.org/rfc/", "")
                    ),
                    None => piece.text,
                })
                .collect()
        };
        assert_eq!(
            shown("RFC 3261 §7.2, RFC 4475 §3.1.1.13."),
            [
                "[RFC 3261 §7.2](rfc3261#section-7.2)",
                ", ",
                "[RFC 4475 §3.1.1.13](rfc4475#section-3.1.1.13)",
                "."
            ]
        );
        assert_eq!(
            shown("RFC 3261 §16.7 step 6"),
            ["[RFC 3261 §16.7](rfc3261#section-16.7)", " step 6"]
        );
        assert_eq!(
            shown("RFC 4028 §A.1"),
            ["[RFC 4028 §A.1](rfc4028#appendix-A.1)"]
        );
        assert_eq!(shown("see RFC 6432"), ["see ", "[RFC 6432](rfc6432)"]);
        assert_eq!(shown("Asterisk, RFC x"), ["Asterisk, RFC x"]);
    }
}
