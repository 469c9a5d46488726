//! Lines of an input, one at a time and of bounded length.

use std::io::{BufRead, Read};

use crate::input::sink::StopReason;

/// Reads a line and its LF into `line`, and no more than `kept` octets of it. Returns how many were
/// left out, or `None` at the end of the input.
pub(super) fn read_line(
    input: &mut impl BufRead,
    kept: u64,
    line: &mut Vec<u8>,
) -> Result<Option<u64>, StopReason> {
    line.clear();
    let read = input.take(kept).read_until(b'\n', line);
    let read = read.map_err(StopReason::Input)?;
    if read == 0 {
        return Ok(None);
    }
    if line.ends_with(b"\n") || (read as u64) < kept {
        return Ok(Some(0));
    }
    let skipped = input.skip_until(b'\n').map_err(StopReason::Input)?;
    Ok(Some(skipped as u64))
}
