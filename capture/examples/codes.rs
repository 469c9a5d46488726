//! Prints when and from whom each response of a capture came, and its code.
//!
//! ```sh
//! cargo run --example codes -- corpus/captures/sipp-default-udp.pcap
//! ```

use core::error::Error;
use std::fs::File;
use std::{env, io};

use sip_status_capture::Reader;
use sip_status_line::Parser;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("usage: codes CAPTURE")?;
    let report = Reader::new().read(File::open(path)?, |message| {
        if let Ok(Some(parsed)) = Parser::OBSERVE.prefix(message.octets) {
            println!(
                "{:>6} {} {}",
                message.frame, message.origin.src, parsed.line.code
            );
        }
        Ok::<_, io::Error>(())
    })?;
    eprintln!("{} packets\n{}", report.packets, report.skipped);
    Ok(report.end?)
}
