//! The first step of a proxy: is this a response, whole, and what does it say?
//!
//! ```text
//! cargo run --example proxy
//! ```

use sip_status_line::{Parser, StatusCode};

fn main() {
    // What arrived so far on four TCP connections.
    for received in [
        &b"\r\n\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n"[..],
        b"SIP/2.0 431 Something New\r\n",
        b"SIP/2.0 18",
        b"SIP/2.0 4294967301 better not break the receiver\r\n",
    ] {
        match Parser::INTEROP.prefix(received) {
            Ok(Some(parsed)) => {
                let code = parsed.line.code;
                let known = code.canonical_reason().is_some();
                let acts_on = if known { code } else { code.fallback() };
                println!("{code}: acts on {acts_on}, final: {}", code.is_final());
                if code == StatusCode::TRYING {
                    println!("  goes no further: 100 is hop by hop");
                }
            }
            Ok(None) => println!("{} octets, waiting for more", received.len()),
            Err(error) => println!("closes the connection: {error}"),
        }
    }
}
