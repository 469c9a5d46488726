//! A response head read by a nom grammar of one's own, with the status-line of this crate in it.
//!
//! ```text
//! cargo run --example grammar
//! ```

use nom::Parser as _;
use nom::bytes::complete::{tag, take_while1};
use nom::multi::fold_many0;
use nom::sequence::{separated_pair, terminated};
use sip_status_line::Parser;
use sip_status_line::grammar::{Error, nom, status_line};

fn main() {
    let message =
        b"SIP/2.0 486 Busy Here\r\nCall-ID: a84b4c76e66710\r\nCSeq: 314159 INVITE\r\n\r\n";

    let name =
        take_while1::<_, _, Error>(|octet: u8| octet.is_ascii_alphanumeric() || octet == b'-');
    let value = take_while1(|octet: u8| octet >= b' ');
    let header = terminated(separated_pair(name, tag(": "), value), tag("\r\n"));
    let headers = fold_many0(header, Vec::new, |mut headers, header| {
        headers.push(header);
        headers
    });
    let mut head = terminated((status_line(Parser::INTEROP), headers), tag("\r\n"));

    match head.parse_complete(message) {
        Ok((body, (parsed, headers))) => {
            println!(
                "{} ({}), deviations {:?}",
                parsed.line,
                parsed.line.code.class(),
                parsed.deviations,
            );
            for (name, value) in headers {
                println!("  {} = {}", name.escape_ascii(), value.escape_ascii());
            }
            println!("{} octets of body", body.len());
        }
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
            println!("{error}, at octet {}", error.offset_in(message));
        }
        Err(nom::Err::Incomplete(_)) => println!("more octets are needed"),
    }
}
