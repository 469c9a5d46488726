//! Who sent a response, by its own account.

use sip_status_line::{ParseError, Parsed};

use crate::input::records::Record;

/// How many octets of a message are searched.
const SEARCHED: usize = 16 << 10;

/// The product that a response names: the value of its `Server` header field or, if it has none, of
/// its `User-Agent`. Only the first line of a folded value counts.
pub(crate) fn sender<'a>(
    record: &Record<'a>,
    read: &Result<Parsed<'a>, ParseError>,
) -> Option<&'a [u8]> {
    let headers = match read {
        Ok(parsed) => parsed.rest,
        Err(error) => {
            let line = record.line_around(error.offset());
            record.octets.get(line.len()..)?
        }
    };
    named(headers.get(..SEARCHED).unwrap_or(headers))
}

fn named(mut headers: &[u8]) -> Option<&[u8]> {
    let mut user_agent = None;
    while let Some((line, rest)) = first_line(headers) {
        match line {
            [b'S' | b's', ..] => {
                if let Some(value) = value(line, b"Server") {
                    return Some(value);
                }
            }
            [b'U' | b'u', ..] if user_agent.is_none() => user_agent = value(line, b"User-Agent"),
            // The end of the header block.
            [] | [b'\r'] => break,
            _ => {}
        }
        headers = rest;
    }
    user_agent
}

/// The octets before the LF, and those behind it. What has no LF may have been cut off.
fn first_line(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let lf = memchr::memchr(b'\n', octets)?;
    Some((octets.get(..lf)?, octets.get(lf + 1..)?))
}

/// What a header field of that name holds.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii();
    (found.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn server_comes_before_user_agent() {
        let cases: [(&[u8], Option<&[u8]>); 9] = [
            (b"Via: x\r\nServer: a b (c)\r\n\r\n", Some(b"a b (c)")),
            (b"User-Agent: ua\r\nServer: s\r\n\r\n", Some(b"s")),
            (b"server \t:s\nVia: x\n\n", Some(b"s")),
            (b"USER-AGENT:ua\r\nUser-Agent: other\r\n\r\n", Some(b"ua")),
            (b"Server:\r\nUser-Agent: ua\r\n\r\n", Some(b"ua")),
            (b"Servers: s\r\nX-Server: s\r\nServe\r\n\r\n", None),
            (b"Via: x\r\n\r\nServer: in the body\r\n", None),
            (b"Server: cut of", None),
            (b"", None),
        ];
        for (headers, sender) in cases {
            assert_eq!(named(headers), sender, "{}", headers.escape_ascii());
        }
    }
}
