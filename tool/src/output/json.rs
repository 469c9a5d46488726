//! JSON as every command writes it: an object a line, and nothing that a terminal obeys.

use core::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::output::cell::decimal;
use crate::output::escape::is_plain;

/// Writes an object as a line of JSON that does nothing to a terminal.
pub(crate) fn write_json(object: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    out.write_all(b"\n")
}

/// An object as it is written, on a line of its own.
///
/// A row each of a million responses: what most fields hold is written without a look at every
/// character.
pub(crate) struct JsonLine<'a> {
    out: &'a mut Vec<u8>,
    /// What comes before the next name.
    before: u8,
}

impl<'a> JsonLine<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, before: b'{' }
    }

    /// Writes a name, which needs no escapes.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.out.extend([self.before, b'"']);
        self.out.extend(name.as_bytes());
        self.out.extend(b"\":");
        self.before = b',';
        self
    }

    pub(crate) fn number(&mut self, number: Option<u64>) -> io::Result<()> {
        match number {
            Some(number) => decimal(number, self.out),
            None => self.boolean(None),
        }
    }

    pub(crate) fn boolean(&mut self, boolean: Option<bool>) -> io::Result<()> {
        self.out.write_all(match boolean {
            None => b"null",
            Some(false) => b"false",
            Some(true) => b"true",
        })
    }

    pub(crate) fn text(&mut self, text: Option<&str>) -> io::Result<()> {
        self.octets(text.map(str::as_bytes))
    }

    /// Writes octets as text; those that are not UTF-8 as U+FFFD.
    pub(crate) fn octets(&mut self, octets: Option<&[u8]>) -> io::Result<()> {
        match octets {
            Some(octets) if is_plain(octets) => self.plain(|out| out.write_all(octets)),
            None => self.boolean(None),
            octets => self.value(&octets.map(String::from_utf8_lossy)),
        }
    }

    /// Writes a string that needs no escapes.
    pub(crate) fn plain(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.out.push(b'"');
        write(self.out)?;
        self.out.push(b'"');
        Ok(())
    }

    pub(crate) fn value(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut serializer = Serializer::with_formatter(&mut *self.out, Harmless);
        value.serialize(&mut serializer).map_err(io::Error::from)
    }

    pub(crate) fn end(self) {
        self.out.extend(b"}\n");
    }
}

/// Compact JSON with those characters escaped that JSON allows and a terminal obeys or hides.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
        if is_plain(fragment.as_bytes()) {
            return out.write_all(fragment.as_bytes());
        }
        while let Some(found) = fragment.find(is_obeyed) {
            let (before, rest) = fragment.split_at(found);
            out.write_all(before.as_bytes())?;
            let mut rest = rest.chars();
            for unit in rest.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            fragment = rest.as_str();
        }
        out.write_all(fragment.as_bytes())
    }
}

/// Whether it is a control, a line or paragraph separator, or a format character: those of
/// bidirectional text, of no width, and tags.
fn is_obeyed(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    matches!(
        character.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// Something that is a string in JSON: the one `Display` gives.
pub(crate) struct JsonString<T>(pub(crate) T);

impl<T: Display> Serialize for JsonString<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::write_json;

    #[test]
    fn format_characters_are_escaped_and_read_back() {
        let text = "a\u{7f}\u{9b}\u{ad}\u{61c}\u{200b}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\
                    \u{feff}\u{e0041}é😀";
        let mut json = Vec::new();
        assert!(write_json(&text, &mut json).is_ok());
        let json = String::from_utf8(json).unwrap_or_default();
        let escapes = r"\u007f\u009b\u00ad\u061c\u200b\u200e\u2028\u2029\u202e\u2066\ufeff";
        assert_eq!(json, format!("\"a{escapes}\\udb40\\udc41é😀\"\n"));
        let read: Option<String> = serde_json::from_str(&json).ok();
        assert_eq!(read.as_deref(), Some(text));
    }
}
