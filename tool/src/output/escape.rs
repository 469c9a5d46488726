//! Octets as text that does nothing to a terminal.
//!
//! What is read comes from strangers: a phrase can hold C1 controls, a refused line an ESC, a file
//! name both. Whatever the form, no control, format or unassigned character is written as such.

use core::fmt::{self, Write};
use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// Text for people: printable characters as they are, all else escaped, at most `room` characters.
pub(crate) struct Text<'a> {
    octets: &'a [u8],
    room: usize,
}

/// All of the text.
pub(crate) fn text(octets: &[u8]) -> Text<'_> {
    excerpt(octets, usize::MAX)
}

/// The beginning of the text, and `…` if there is more.
pub(crate) fn excerpt(octets: &[u8], room: usize) -> Text<'_> {
    Text { octets, room }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut room = self.room;
        for chunk in self.octets.utf8_chunks() {
            for character in chunk.valid().chars() {
                if room == 0 {
                    return f.write_char('…');
                }
                room -= 1;
                match character {
                    // Quotes would be escaped below, and end nothing here.
                    '\'' | '"' => f.write_char(character)?,
                    _ => character.escape_debug().try_for_each(|c| f.write_char(c))?,
                }
            }
            for octet in chunk.invalid() {
                if room == 0 {
                    return f.write_char('…');
                }
                room -= 1;
                write!(f, "\\x{octet:02x}")?;
            }
        }
        Ok(())
    }
}

/// The columns that text takes which is fit for a terminal.
pub(crate) fn width(shown: &str) -> usize {
    // Of most text, every octet is a column.
    if is_plain(shown.as_bytes()) {
        shown.len()
    } else {
        shown.width()
    }
}

/// Whether it is printable ASCII without a quote or a backslash, which nothing escapes.
pub(crate) fn is_plain(octets: &[u8]) -> bool {
    let is_plain = |octet: &&u8| matches!(octet, b' '..=b'!' | b'#'..=b'[' | b']'..=b'~');
    // They are counted many at a time. A search for the first other one would look at each.
    octets.iter().filter(is_plain).count() == octets.len()
}

/// The text in at most `columns` columns, its end cut off with `…` if it is longer.
pub(crate) fn fit(octets: &[u8], columns: usize) -> Cow<'_, str> {
    if octets.len() <= columns
        && is_plain(octets)
        && let Ok(text) = str::from_utf8(octets)
    {
        return Cow::Borrowed(text);
    }
    // A character more than can be seen shows that there is more.
    let shown = excerpt(octets, columns.saturating_add(1)).to_string();
    cut(Cow::Owned(shown), columns)
}

/// Text that is fit for a terminal in at most `columns` columns, its end cut off with `…`.
pub(crate) fn cut(text: Cow<'_, str>, columns: usize) -> Cow<'_, str> {
    if width(&text) <= columns {
        return text;
    }
    let mut shown = text.into_owned();
    while !shown.is_empty() && shown.width() >= columns {
        shown.pop();
    }
    if columns > 0 {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// The text in exactly `columns` columns: cut with `…` or filled up with spaces.
pub(crate) fn cell(octets: &[u8], columns: usize) -> String {
    let shown = fit(octets, columns);
    let fill = columns.saturating_sub(shown.width());
    format!("{shown}{:fill$}", "")
}

/// The text in at most `columns` columns, its beginning cut off with `…` if it is longer.
pub(crate) fn tail(octets: &[u8], columns: usize) -> String {
    let all = text(octets).to_string();
    let mut tail = all.as_str();
    if tail.width() <= columns {
        return all;
    }
    while tail.width() >= columns {
        let mut fewer = tail.chars();
        if fewer.next().is_none() {
            break;
        }
        tail = fewer.as_str();
    }
    format!("…{tail}")
}

/// Ends a row, with no blanks before its end.
pub(crate) fn end_row(out: &mut Vec<u8>) {
    out.truncate(out.trim_ascii_end().len());
    out.push(b'\n');
}

/// Octets in lower-case hex.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{cell, excerpt, tail, text};

    #[test]
    fn nothing_reaches_the_terminal_but_print() {
        let shown = text(b"a\x1b[31m\xc2\x9b\xe2\x80\xae\"b'\\\xff\t\xc3\xa9").to_string();
        assert_eq!(shown, r#"a\u{1b}[31m\u{9b}\u{202e}"b'\\\xff\té"#);
    }

    #[test]
    fn excerpts_are_bounded() {
        assert_eq!(excerpt(b"abc", 3).to_string(), "abc");
        assert_eq!(excerpt(b"abcd", 3).to_string(), "abc…");
        assert_eq!(excerpt(b"ab\xff\xff", 3).to_string(), r"ab\xff…");
    }

    #[test]
    fn cells_are_as_wide_as_they_are_said_to_be() {
        assert_eq!(cell(b"abc", 5), "abc  ");
        assert_eq!(cell(b"abc", 3), "abc");
        assert_eq!(cell(b"abcd", 3), "ab…");
        assert_eq!(cell("話し中".as_bytes(), 6), "話し中");
        assert_eq!(cell("話し中".as_bytes(), 5), "話し…");
        assert_eq!(cell("話し中".as_bytes(), 4), "話… ");
        assert_eq!(tail(b"abc", 3), "abc");
        assert_eq!(tail(b"abcd", 3), "…cd");
    }
}
