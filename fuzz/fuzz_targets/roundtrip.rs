//! A line that was made rather than read: it is written, read back, and written again.

#![no_main]

use sip_status_line::StatusLine;

libfuzzer_sys::fuzz_target!(|line: StatusLine<'_>| sip_status_line_fuzz::targets::roundtrip(line));
