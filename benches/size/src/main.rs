//! Calls what a feature names, and nothing of the library without features.
#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};
use core::panic::PanicInfo;

#[allow(unused_imports, reason = "each feature calls some")]
use sip_status_line::{Parser, StatusCode, StatusLine, registry};

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    // The memory routines that any program has stand on both sides of the difference.
    let mut octets = black_box([1; 256]);
    octets.fill(black_box(2));
    let copy = *black_box(&octets);
    black_box(copy == *black_box(&octets));

    #[cfg(feature = "parse")]
    let _ = black_box(Parser::INTEROP.prefix(black_box(&copy)));
    #[cfg(feature = "encode")]
    let _ = black_box(black_box(StatusLine::canonical(StatusCode::OK)).encode(&mut octets));
    #[cfg(feature = "lookup")]
    black_box(registry::lookup(black_box(StatusCode::OK)));
    #[cfg(feature = "conduct")]
    conduct(black_box(StatusCode::OK));
    stop()
}

/// What a stateful proxy asks.
#[cfg(feature = "conduct")]
fn conduct(code: StatusCode) {
    black_box(registry::repeat(code).answer);
    black_box(registry::failover(code).answer);
    black_box(registry::proxying(code).answer);
    black_box(registry::best([code, StatusCode::BUSY_HERE]));
    black_box(registry::to_q850(code).answer);
}

fn stop() -> ! {
    loop {
        spin_loop();
    }
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    stop()
}
