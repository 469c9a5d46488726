//! Says what a crate makes of the response on standard input: `stack NAME`.

use std::io::{self, Read};
use std::{env, str};

use bytes::Bytes;
use ezk_sip_types::msg::MessageLine;
use ezk_sip_types::parse::Parse as _;
use sipmsg::NomParser as _;

/// Code, none of a request; and phrase, none if it is not kept.
type Reading = (Option<u16>, Option<Vec<u8>>);

fn ezk(octets: &[u8]) -> Option<Reading> {
    // What it reads has to lie in the source.
    let source = Bytes::copy_from_slice(octets);
    let (_, line) = MessageLine::parse(&source)(str::from_utf8(&source).ok()?).ok()?;
    Some(match line {
        MessageLine::Response(line) => {
            let phrase = line
                .reason
                .map(|phrase| phrase.as_str().as_bytes().to_vec());
            (Some(line.code.into_u16()), Some(phrase.unwrap_or_default()))
        }
        MessageLine::Request(_) => (None, None),
    })
}

fn rvoip(octets: &[u8]) -> Option<Reading> {
    use rvoip_sip_core::types::Message;
    Some(match rvoip_sip_core::parse_message(octets).ok()? {
        Message::Response(response) => {
            let phrase = response.reason_phrase().as_bytes().to_vec();
            (Some(response.status.as_u16()), Some(phrase))
        }
        Message::Request(_) => (None, None),
    })
}

fn rsip(octets: &[u8]) -> Option<Reading> {
    use rsip::{SipMessage, StatusCode};
    Some(match SipMessage::try_from(octets).ok()? {
        SipMessage::Response(response) => match response.status_code {
            StatusCode::Other(code, phrase) => (Some(code), Some(phrase.into_bytes())),
            known => (Some(known.code()), None),
        },
        SipMessage::Request(_) => (None, None),
    })
}

fn rsipstack(octets: &[u8]) -> Option<Reading> {
    use rsipstack::sip::{SipMessage, StatusCode};
    Some(match SipMessage::try_from(octets).ok()? {
        SipMessage::Response(response) => match response.status_code {
            StatusCode::Other(code, phrase) => (Some(code), Some(phrase.into_bytes())),
            known => (
                Some(known.code()),
                response.wire_reason.map(String::into_bytes),
            ),
        },
        SipMessage::Request(_) => (None, None),
    })
}

fn sipmsg(octets: &[u8]) -> Option<Reading> {
    let (_, line) = sipmsg::SipResponseStatusLine::parse(octets).ok()?;
    Some((
        Some(line.status_code as u16),
        Some(line.reason_phrase.as_bytes().to_vec()),
    ))
}

fn main() -> io::Result<()> {
    let mut octets = Vec::new();
    io::stdin().read_to_end(&mut octets)?;
    let name = env::args().nth(1);
    let reading = match name.as_deref() {
        Some("ezk-sip-types") => ezk(&octets),
        Some("rsip") => rsip(&octets),
        Some("rsipstack") => rsipstack(&octets),
        Some("rvoip-sip-core") => rvoip(&octets),
        Some("sipmsg") => sipmsg(&octets),
        _ => return Err(io::Error::other("which crate?")),
    };
    match reading {
        None => println!("reject"),
        Some((None, _)) => println!("request"),
        Some((Some(code), None)) => println!("accept:{code}"),
        Some((Some(code), Some(phrase))) => {
            let hex: String = phrase.iter().map(|octet| format!("{octet:02x}")).collect();
            println!("accept:{code}:{hex}");
        }
    }
    Ok(())
}
