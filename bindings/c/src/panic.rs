//! What a panic does, which none of these functions can.
//!
//! Tests and programs of Rust bring `std`, and with it a handler of their own; they unwind. The C libraries do not.
//!
//! With `--cfg no_panic` the handler calls a function that does not exist, so a program links only if the optimiser has
//! removed the handler, because no panic can be reached. With `--cfg no_panic="fault"` one can.

#[cfg(all(panic = "abort", not(test)))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg(no_panic)]
    {
        unsafe extern "C" {
            safe fn a_panic_is_linked_in() -> !;
        }
        a_panic_is_linked_in()
    }
    #[cfg(not(no_panic))]
    loop {}
}

/// An index that no compiler can foresee.
#[cfg(no_panic = "fault")]
#[unsafe(no_mangle)]
extern "C" fn sip_status_fault(at: usize) -> u8 {
    [1, 2, 3][core::hint::black_box(at)]
}
