//! What the program needs of the machine: three system calls of Linux, or nothing at all.

unsafe extern "C" {
    /// The program, which this starts.
    safe fn main() -> !;
}

#[cfg(target_arch = "x86_64")]
mod linux {
    use core::arch::{asm, global_asm};

    // The stack as the C ABI wants it.
    global_asm!(".globl _start", "_start:", "xor ebp, ebp", "and rsp, -16", "call {}", sym super::main);

    fn call(number: usize, a: usize, b: usize, c: usize) -> isize {
        let result;
        // SAFETY: the callers pass what the system call of that number takes; it writes where they own.
        unsafe {
            asm!(
                "syscall",
                inlateout("rax") number => result,
                in("rdi") a, in("rsi") b, in("rdx") c,
                lateout("rcx") _, lateout("r11") _,
                options(nostack),
            );
        }
        result
    }

    /// The start of standard input, as much of it as there is room for.
    pub fn read(buf: &mut [u8]) -> &[u8] {
        let mut len = 0;
        while let Some(room) = buf.get_mut(len..) {
            match call(0, 0, room.as_mut_ptr().addr(), room.len()) {
                read @ 1.. => len = len.saturating_add(read.unsigned_abs()),
                _ => break,
            }
        }
        buf.get(..len).unwrap_or_default()
    }

    pub fn write(octets: &[u8]) {
        call(1, 1, octets.as_ptr().addr(), octets.len());
    }

    pub fn exit(failed: bool) -> ! {
        loop {
            call(60, failed.into(), 0, 0);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub use linux::{exit, read, write};

#[cfg(not(target_arch = "x86_64"))]
mod nothing {
    use core::hint::black_box;

    #[unsafe(no_mangle)]
    extern "C" fn _start() -> ! {
        super::main()
    }

    pub fn read(buf: &mut [u8]) -> &[u8] {
        black_box(buf)
    }

    pub fn write(octets: &[u8]) {
        black_box(octets);
    }

    pub fn exit(failed: bool) -> ! {
        loop {
            black_box(failed);
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub use nothing::{exit, read, write};
