//! A relay between SIP clients and a server, on tokio, that lets no bad response through.
//!
//! ```text
//! cargo run -p sip-status-relay -- 127.0.0.1:5070 127.0.0.1:5080
//! ```
//!
//! It listens at the first address, over UDP and TCP; the server is at the second. Requests pass untouched, in both
//! directions. Responses are judged: what is no status-line under `Parser::INTEROP` is dropped and counted, with the
//! kind of its error and the octet; everything else goes on with its line encoded anew, because other receivers may
//! misread what `INTEROP` accepts. So nothing leaves but lines that `Parser::STRICT` accepts.
//!
//! It keeps no state of SIP: no transaction, no dialog, no Via of its own. A client over UDP has a socket of its own to
//! the server, and one over TCP a connection, so what comes back finds its way. Every buffer is bounded.
//!
//! SIGINT or SIGTERM ends it: a message that is being sent is sent whole, then it prints its counts. With `--untouched`
//! it judges nothing, which shows what judging costs.

#![allow(clippy::std_instead_of_core, reason = "not for the bare metal")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::{env, io};

use tokio::net::{TcpListener, UdpSocket};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::judge::Judge;

mod framing;
mod judge;
mod tcp;
mod udp;

/// How long it waits at its end for those that take what they are sent too slowly.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments: Vec<_> = env::args().skip(1).collect();
    let untouched = arguments.pop_if(|last| last == "--untouched").is_some();
    let addresses: Result<Vec<SocketAddr>, _> =
        arguments.iter().map(|address| address.parse()).collect();
    let Ok(&[listen, server]) = addresses.as_deref() else {
        eprintln!("usage: relay LISTEN SERVER [--untouched]");
        std::process::exit(2);
    };

    // Before it says that it is there, so that whoever then ends it gets the counts.
    let interruption = interruption()?;
    let judge = Arc::new(Judge::new(untouched));
    let stop = CancellationToken::new();
    let datagrams = UdpSocket::bind(listen).await?;
    let connections = TcpListener::bind(datagrams.local_addr()?).await?;
    println!("UDP and TCP {}", datagrams.local_addr()?);

    let udp = tokio::spawn(udp::relay(datagrams, server, judge.clone(), stop.clone()));
    let tcp = tokio::spawn(tcp::relay(connections, server, judge.clone(), stop.clone()));
    interruption.await;
    stop.cancel();
    let in_time = timeout(PATIENCE, async { tokio::join!(udp, tcp) }).await;
    if in_time.is_err() {
        eprintln!("relay: gave up on those that take nothing");
    }
    print!("{}", judge.counts());
    Ok(())
}

/// What ends when SIGINT or SIGTERM comes, from now on.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// What ends with Ctrl-C.
#[cfg(not(unix))]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without it nothing ends the relay but its killing.
        let _ = tokio::signal::ctrl_c().await;
    })
}
