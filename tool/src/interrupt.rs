//! Interrupts that end the input instead of the program.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::process;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The number of the process group that ends with the program; 0 if there is none.
static GROUP: AtomicU32 = AtomicU32::new(0);

/// Has this process group end with the program, also if a second interrupt ends that at once; or none
/// any more.
pub(crate) fn take_along(group: Option<u32>) {
    GROUP.store(group.unwrap_or(0), Ordering::Relaxed);
}

/// Kills the group that ends with the program, on systems that have such groups.
fn kill_group() {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = i32::try_from(GROUP.load(Ordering::Relaxed)).ok();
        if let Some(group) = group.and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

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
            kill_group();
            process::exit(130);
        }
    };
    // If no handler can be set, the first interrupt ends the program.
    let _ = ctrlc::set_handler(handler);
}
