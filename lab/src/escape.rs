//! Octets as text of known width.

use core::fmt::{self, Write};

/// Octets in printable ASCII, so that each has a known width: `\r`, `\n`, `\t`, `\\`, else `\xNN`.
///
/// ```
/// use sip_status_lab::Ascii;
///
/// assert_eq!(Ascii(b"\"\xc3\xa9\r\n\0").to_string(), r#""\xc3\xa9\r\n\x00"#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ascii<'a>(pub &'a [u8]);

impl fmt::Display for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for octet in self.0 {
            match octet {
                b'\'' | b'"' => f.write_char(char::from(*octet))?,
                _ => write!(f, "{}", octet.escape_ascii())?,
            }
        }
        Ok(())
    }
}
