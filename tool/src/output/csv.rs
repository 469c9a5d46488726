//! CSV in which nothing from outside is obeyed: neither by a terminal nor by a spreadsheet.

use core::fmt::{Display, Write as _};
use std::io;

use crate::output::escape::text;

/// A line of CSV as it is written.
pub(crate) struct CsvLine<'a> {
    csv: csv::Writer<&'a mut Vec<u8>>,
    cell: String,
}

impl<'a> CsvLine<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        let csv = csv::WriterBuilder::new()
            .buffer_capacity(512)
            .from_writer(out);
        Self {
            csv,
            cell: String::new(),
        }
    }

    /// Writes a cell of the tool's own making.
    pub(crate) fn cell(&mut self, cell: Option<impl Display>) -> io::Result<()> {
        self.cell.clear();
        if let Some(cell) = cell {
            // Writing to a string fails only if `cell` does, and nothing here does.
            let _ = write!(self.cell, "{cell}");
        }
        self.csv.write_field(&self.cell).map_err(io::Error::from)
    }

    /// Writes a cell of octets from outside. CSV has no way to escape a control, so it is escaped
    /// as for a terminal; and so is a first octet that would make the cell a formula.
    pub(crate) fn octets(&mut self, octets: Option<&[u8]>) -> io::Result<()> {
        match octets {
            Some([first @ (b'=' | b'+' | b'-' | b'@'), rest @ ..]) if !rest.is_empty() => {
                self.cell(Some(format_args!("\\x{first:02x}{}", text(rest))))
            }
            octets => self.cell(octets.map(text)),
        }
    }

    /// Writes a cell of text from outside.
    pub(crate) fn text(&mut self, cell: Option<&str>) -> io::Result<()> {
        self.octets(cell.map(str::as_bytes))
    }

    /// Ends the line.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>)?;
        self.csv.flush()
    }
}
