//! Ports for programs that have to be told one.

use core::net::Ipv4Addr;
use core::sync::atomic::{AtomicU16, Ordering};
use std::net::{TcpListener, UdpSocket};
use std::process;

/// A port of this machine that is free over UDP and TCP.
///
/// It lies below those that the system gives out by itself, so that no connection takes it before the program does, and
/// no test of this process gets it again.
#[must_use]
pub fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const LAST: u16 = 32_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Other test processes begin elsewhere.
    let own = u16::try_from(process::id() % 500).unwrap() * 20;
    loop {
        let taken = TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (own + taken) % (LAST - FIRST);
        let address = (Ipv4Addr::LOCALHOST, port);
        if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
            return port;
        }
    }
}
