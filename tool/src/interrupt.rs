//! Interrupts that end the input instead of the program.

use core::sync::atomic::{AtomicBool, Ordering};
use std::process;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether the user has asked for an end.
pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Ends the input, as an interrupt does.
pub(crate) fn end_input() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// Lets an interrupt end the input instead of the program, so that what was read can still be
/// summed up. The second one ends the program.
pub(crate) fn end_input_on_interrupt() {
    let handler = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    };
    // If no handler can be set, the first interrupt ends the program.
    let _ = ctrlc::set_handler(handler);
}
