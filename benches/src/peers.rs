//! Other parsers, each through its public entry for a status-line or, where it has none, for the
//! smallest message it reads.

use std::str;

use bytes::Bytes;
use sipmsg::NomParser as _;

use crate::case::Case;
use crate::data::Lines;

/// Every peer on those lines. What a peer refuses it does not have to read; how much that is, is
/// in its name.
pub fn read(lines: &Lines) -> Vec<Case> {
    vec![
        case("ntex-httparse", lines, http, |_, line| {
            let mut response = ntex_httparse::Response::default();
            match response.parse(line) {
                Ok(ntex_httparse::Status::Complete(len)) => {
                    Some(usize::from(response.code) + response.reason.end + len)
                }
                _ => None,
            }
        }),
        // Without the end of the headers it says `Partial`, whatever else there is.
        case(
            "httparse",
            lines,
            |line| [&http(line)[..], b"\r\n"].concat(),
            |_, line| {
                let mut response = httparse::Response::new(&mut []);
                match response.parse(line) {
                    Ok(httparse::Status::Complete(len)) => {
                        Some(usize::from(response.code?) + response.reason?.len() + len)
                    }
                    _ => None,
                }
            },
        ),
        case("sipmsg", lines, <[u8]>::to_vec, |_, line| {
            let (rest, line) = sipmsg::SipResponseStatusLine::parse(line).ok()?;
            Some(line.status_code as usize + line.reason_phrase.len() + rest.len())
        }),
        // It wants text, so the octets have to be that first.
        case("ezk-sip-types", lines, <[u8]>::to_vec, |source, line| {
            use ezk_sip_types::{msg::StatusLine, parse::Parse as _};
            let (rest, line) = StatusLine::parse(source)(str::from_utf8(line).ok()?).ok()?;
            let reason = line.reason.map_or(0, |reason| reason.len());
            Some(usize::from(line.code.into_u16()) + reason + rest.len())
        }),
        case(
            "rsip",
            lines,
            |line| [line, b"\r\n"].concat(),
            |_, message| {
                let response = rsip::Response::try_from(message).ok()?;
                Some(usize::from(response.status_code.code()) + response.body.len())
            },
        ),
        case(
            "rvoip-sip-core",
            lines,
            |line| [line, b"Content-Length: 0\r\n\r\n"].concat(),
            |_, message| match rvoip_sip_core::parse_message(message).ok()? {
                rvoip_sip_core::types::Message::Response(response) => {
                    Some(usize::from(response.status.as_u16()) + response.body.len())
                }
                rvoip_sip_core::types::Message::Request(_) => None,
            },
        ),
    ]
}

/// The line of HTTP that says the same.
fn http(line: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1", &line["SIP/2.0".len()..]].concat()
}

fn case(
    name: &str,
    lines: &Lines,
    render: impl Fn(&[u8]) -> Vec<u8>,
    parse: impl Fn(&Bytes, &[u8]) -> Option<usize> + 'static,
) -> Case {
    let rendered: Lines = lines.iter().map(render).collect();
    let accepts = |line: &&[u8]| parse(&rendered.octets, line).is_some();
    let accepted: Lines = rendered.iter().filter(accepts).collect();
    let refused = 100. * (1. - ratio(accepted.len(), rendered.len()));
    let name = if refused == 0. {
        name.to_owned()
    } else {
        format!("{name} ({refused:.1} % refused)")
    };
    Case::new(name, accepted.len(), accepted.octets.len(), move || {
        accepted.sum(|line| parse(&accepted.octets, line).unwrap_or_default())
    })
}

#[allow(clippy::cast_precision_loss, reason = "counts of lines")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
