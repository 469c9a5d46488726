//! JSON as every command writes it: an object a line, and nothing that a terminal obeys.

use core::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use sip_status_line::{ErrorKind, ParseError};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Writes an object as a line of JSON that does nothing to a terminal.
pub(crate) fn write_json(object: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    out.push(b'\n');
    Ok(())
}

/// Compact JSON with those characters escaped that JSON allows and a terminal obeys or hides.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
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

/// Why a record was refused.
#[derive(Serialize)]
pub(crate) struct Fault {
    kind: JsonString<ErrorKind>,
    offset: usize,
    message: JsonString<ParseError>,
    code: Option<u16>,
}

impl Fault {
    pub(crate) fn new(error: ParseError) -> Self {
        Self {
            kind: JsonString(error.kind()),
            offset: error.offset(),
            message: JsonString(error),
            code: error.code().map(u16::from),
        }
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
