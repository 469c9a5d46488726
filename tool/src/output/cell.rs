//! Parts of rows that are written a million times: numbers, addresses and times of day, without the
//! cost of `core::fmt`; and cells of a table, filled up to their width.

use core::net::SocketAddr;
use std::io::{self, Write};

/// Writes a number.
pub(crate) fn decimal(number: u64, out: &mut Vec<u8>) -> io::Result<()> {
    out.write_all(itoa::Buffer::new().format(number).as_bytes())
}

/// Writes an address as its `Display` does.
pub(crate) fn address(address: SocketAddr, out: &mut Vec<u8>) -> io::Result<()> {
    let SocketAddr::V4(address) = address else {
        return write!(out, "{address}");
    };
    for (octet, separator) in address.ip().octets().into_iter().zip(*b"...:") {
        decimal(octet.into(), out)?;
        out.push(separator);
    }
    decimal(address.port().into(), out)
}

/// Writes what `write` does, which is printable ASCII, at the left of a cell of that width. Returns
/// the columns that were taken.
pub(crate) fn left(
    width: usize,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<usize> {
    let start = out.len();
    write(out)?;
    let end = out.len().max(start + width);
    out.resize(end, b' ');
    Ok(end - start)
}

/// The same at the right of a cell.
pub(crate) fn right(
    width: usize,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<usize> {
    let start = out.len();
    let taken = left(width, out, write)?;
    if let Some(cell) = out.get_mut(start..) {
        let blanks = cell.len() - cell.trim_ascii_end().len();
        cell.rotate_right(blanks);
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::{address, decimal, left, right};

    #[test]
    fn cells_are_what_display_writes() {
        for shown in [
            "192.0.2.1:5060",
            "0.0.0.0:0",
            "255.255.255.255:65535",
            "[2001:db8::1]:5060",
        ] {
            let parsed = shown.parse().expect("an address");
            let mut out = Vec::new();
            assert!(address(parsed, &mut out).is_ok());
            assert_eq!(out, shown.as_bytes());
        }
        let mut out = Vec::new();
        let seven = |out: &mut Vec<u8>| decimal(7, out);
        assert_eq!(right(3, &mut out, seven).ok(), Some(3));
        assert_eq!(left(3, &mut out, seven).ok(), Some(3));
        assert_eq!(left(0, &mut out, seven).ok(), Some(1));
        assert_eq!(out, b"  77  7");
    }
}
