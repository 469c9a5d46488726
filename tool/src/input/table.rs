//! Records written in hex: a record a line, or a row of a table.

use std::io::BufRead;

use sip_status_lab::hex;

use crate::input::line::read_line;
use crate::input::sink::{Delivery, StopReason};
use crate::outcome::Outcome;
use crate::output::escape;
use sip_status_decode::Record;

/// Delivers lines of hex, which may have names before them.
pub(super) fn hex(mut input: impl BufRead, delivery: &mut Delivery<'_>) -> Result<(), StopReason> {
    let mut line = Vec::new();
    for number in 1.. {
        let Some(beyond) = read_line(&mut input, hex::MAX_LEN as u64, &mut line)? else {
            break;
        };
        let text = line.trim_ascii_end();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        let cells = line.strip_suffix(b"\n").unwrap_or(&line);
        let cells = cells.strip_suffix(b"\r").unwrap_or(cells);
        let (name, digits) = match cells.iter().position(|octet| *octet == b'\t') {
            Some(tab) => (cells.get(..tab), cells.get(tab + 1..)),
            None => (None, Some(cells)),
        };
        let digits = digits.filter(|_| beyond == 0);
        record(number, name, digits, text, delivery)?;
    }
    if delivery.records == 0 {
        delivery.find(Outcome::Good, "blank, no records")?;
    }
    Ok(())
}

/// Delivers the rows of a table with a header.
pub(super) fn rows(mut input: impl BufRead, delivery: &mut Delivery<'_>) -> Result<(), StopReason> {
    let mut line = Vec::new();
    read_line(&mut input, hex::MAX_LEN as u64, &mut line)?;
    let Some(header) = TableHeader::new(&line) else {
        return Err(StopReason::invalid("no column of its header is named hex"));
    };
    for number in 2.. {
        let Some(beyond) = read_line(&mut input, hex::MAX_LEN as u64, &mut line)? else {
            break;
        };
        let text = line.trim_ascii_end();
        if text.is_empty() {
            continue;
        }
        let cell = |at| text.split(|octet| *octet == b'\t').nth(at);
        let digits = cell(header.hex).filter(|_| beyond == 0);
        let name = header.name.and_then(cell);
        record(number, name, digits, text, delivery)?;
    }
    if delivery.records == 0 {
        delivery.find(Outcome::Good, "blank, no records")?;
    }
    Ok(())
}

/// Delivers the record that is written in hex on that line, or says that it is not.
fn record(
    number: u64,
    name: Option<&[u8]>,
    digits: Option<&[u8]>,
    line: &[u8],
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    let Some(octets) = digits.and_then(hex::decode) else {
        let shown = escape::excerpt(line, 60);
        delivery.records += 1;
        let message = format_args!("line {number} is not hex: {shown}");
        return delivery.find(Outcome::Findings, message);
    };
    let name = String::from_utf8_lossy(name.unwrap_or_default());
    delivery.record(&Record {
        name: (!name.is_empty()).then_some(&name),
        ..Record::new(number, &octets)
    })
}

/// Whether a file that begins with these two lines is what `generate` writes: a comment with a family, and a name
/// with a number and the same family, a tab and hex. The second may be cut short.
pub(super) fn is_specimens(first: &[u8], second: &[u8]) -> bool {
    let comment = first.strip_prefix(b"# ");
    let family = comment.and_then(|comment| comment.split(|octet| *octet == b':').next());
    let number = second.iter().take_while(|octet| octet.is_ascii_digit());
    let name = second.get(number.count()..).unwrap_or_default();
    let digits = family.and_then(|family| {
        let rest = name.strip_prefix(b"-")?.strip_prefix(family)?;
        rest.split(|octet| *octet == b'\t').nth(1)
    });
    digits.is_some_and(|digits| digits.trim_ascii_end().iter().all(u8::is_ascii_hexdigit))
}

/// Whether a file whose first line is this one is a table with a column of hex.
pub(super) fn is_table(line: &[u8]) -> bool {
    TableHeader::new(line).is_some_and(|header| header.columns > 1)
}

/// The header of a table: where its columns of interest are.
struct TableHeader {
    columns: usize,
    hex: usize,
    name: Option<usize>,
}

impl TableHeader {
    fn new(line: &[u8]) -> Option<Self> {
        let cells: Vec<_> = line
            .trim_ascii_end()
            .split(|octet| *octet == b'\t')
            .collect();
        Some(Self {
            columns: cells.len(),
            hex: cells.iter().position(|cell| *cell == b"hex")?,
            name: cells
                .iter()
                .position(|cell| matches!(*cell, b"probe" | b"name")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_specimens;

    #[test]
    fn what_is_no_specimen_is_text() {
        let comment = b"# fault: x for the code at octet 8\n";
        let specimen = b"07-fault-code-at-8\t5349502f322e3020780d0a\n";
        assert!(is_specimens(comment, specimen));
        // A line of no octets, and one that is cut short.
        assert!(is_specimens(comment, b"07-fault-code-at-8\t\n"));
        assert!(is_specimens(comment, b"07-fault-code-at-8\t534"));
        for (first, second) in [
            (&comment[..], &b"SIP/2.0 200 OK\r\n"[..]),
            (comment, b"07-fault-code-at-8\tSIP/2.0 200 OK\r\n"),
            (comment, b"07-fault-code-at-8\n"),
            (comment, b"07-valid\t5349502f\n"),
            (comment, b"5349502f\n"),
            (comment, b""),
            (b"SIP/2.0 200 OK\r\n", specimen),
            (specimen, specimen),
            (b"", b""),
        ] {
            assert!(!is_specimens(first, second), "{}", second.escape_ascii());
        }
    }
}
