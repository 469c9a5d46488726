//! What `decode` says of a record, as JSON and CSV have it.

use core::fmt::{Display, Write as _};
use core::net::SocketAddr;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, Deviations, ErrorKind, ParseError, Parsed, ReasonPhrase, StatusLine};

use crate::input::records::{Place, Record};
use crate::output::escape::{Hex, text};
use sip_status_capture::Time;

/// One object of the output. Every field is always there, and in this order.
#[derive(Serialize)]
pub(crate) struct Finding<'a> {
    source: &'a str,
    record: u64,
    name: Option<&'a str>,
    code: Option<u16>,
    class: Option<&'static str>,
    reason: Option<Shown<ReasonPhrase<'a>>>,
    reason_hex: Option<Shown<Hex<'a>>>,
    registered: Option<bool>,
    phrase: Option<Shown<PhraseMatch>>,
    deviations: Vec<&'static str>,
    rest_len: Option<u64>,
    error: Option<Fault>,
    time: Option<Shown<Time>>,
    src: Option<Shown<SocketAddr>>,
    dst: Option<Shown<SocketAddr>>,
    transport: Option<&'static str>,
    stream: Option<u64>,
    r#where: Shown<Place>,
    offset: Option<u64>,
}

/// The columns of CSV: the fields of JSON in the same order, those of the error apart.
const COLUMNS: [&str; 22] = [
    "source",
    "record",
    "name",
    "code",
    "class",
    "reason",
    "reason_hex",
    "registered",
    "phrase",
    "deviations",
    "rest_len",
    "error_kind",
    "error_offset",
    "error_message",
    "error_code",
    "time",
    "src",
    "dst",
    "transport",
    "stream",
    "where",
    "offset",
];

/// Writes the line above the others.
pub(crate) fn write_csv_header(out: &mut Vec<u8>) -> io::Result<()> {
    let mut line = CsvLine::new(out);
    for column in COLUMNS {
        line.cell(Some(column))?;
    }
    line.end()
}

/// A line of CSV as it is written.
struct CsvLine<'a> {
    csv: csv::Writer<&'a mut Vec<u8>>,
    cell: String,
}

impl<'a> CsvLine<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        let csv = csv::WriterBuilder::new()
            .buffer_capacity(512)
            .from_writer(out);
        Self {
            csv,
            cell: String::new(),
        }
    }

    fn cell(&mut self, cell: Option<impl Display>) -> io::Result<()> {
        self.cell.clear();
        if let Some(cell) = cell {
            // Writing to a string fails only if `cell` says so, and nothing here does.
            let _ = write!(self.cell, "{cell}");
        }
        self.csv.write_field(&self.cell).map_err(io::Error::from)
    }

    /// A cell of octets from outside, which CSV itself has no way to escape.
    fn octets(&mut self, octets: Option<&[u8]>) -> io::Result<()> {
        self.cell(octets.map(text))
    }

    fn text(&mut self, cell: Option<&str>) -> io::Result<()> {
        self.octets(cell.map(str::as_bytes))
    }

    fn end(mut self) -> io::Result<()> {
        self.csv.write_record(None::<&[u8]>)?;
        self.csv.flush()
    }
}

/// Why a record was refused.
#[derive(Serialize)]
pub(crate) struct Fault {
    kind: Shown<ErrorKind>,
    offset: usize,
    message: Shown<ParseError>,
    code: Option<u16>,
}

impl Fault {
    pub(crate) fn new(error: ParseError) -> Self {
        Self {
            kind: Shown(error.kind()),
            offset: error.offset(),
            message: Shown(error),
            code: error.code().map(u16::from),
        }
    }
}

/// The names of deviations.
pub(crate) fn names(deviations: Deviations) -> Vec<&'static str> {
    deviations.iter_names().map(|(name, _)| name).collect()
}

/// Something that is a string in JSON: the one `Display` gives.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'a> Finding<'a> {
    /// Writes it as a line of JSON.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) -> io::Result<()> {
        write_json(self, out)
    }

    /// Writes it as a line of CSV.
    pub(crate) fn write_csv(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let error = self.error.as_ref();
        let mut line = CsvLine::new(out);
        line.text(Some(self.source))?;
        line.cell(Some(self.record))?;
        line.text(self.name)?;
        line.cell(self.code)?;
        line.cell(self.class)?;
        line.octets(self.reason.as_ref().map(|reason| reason.0.as_bytes()))?;
        line.cell(self.reason_hex.as_ref().map(|hex| &hex.0))?;
        line.cell(self.registered)?;
        line.cell(self.phrase.as_ref().map(|phrase| &phrase.0))?;
        line.cell(Some(self.deviations.join("; ")))?;
        line.cell(self.rest_len)?;
        line.cell(error.map(|error| &error.kind.0))?;
        line.cell(error.map(|error| error.offset))?;
        line.cell(error.map(|error| &error.message.0))?;
        line.cell(error.and_then(|error| error.code))?;
        line.cell(self.time.as_ref().map(|time| &time.0))?;
        line.cell(self.src.as_ref().map(|src| &src.0))?;
        line.cell(self.dst.as_ref().map(|dst| &dst.0))?;
        line.cell(self.transport)?;
        line.cell(self.stream)?;
        line.cell(Some(self.r#where.0))?;
        line.cell(self.offset)?;
        line.end()
    }

    pub(crate) fn new(
        source: &'a str,
        record: &Record<'a>,
        read: &Result<Parsed<'a>, ParseError>,
    ) -> Self {
        let parsed = read.as_ref().ok();
        let line = parsed.map(|parsed| &parsed.line);
        let registration = line.map(StatusLine::registry_match);
        let origin = record.origin;
        Self {
            source,
            record: record.number,
            name: record.name,
            code: line.map(|line| line.code.get()),
            class: line.map(|line| class_name(line.code.class())),
            reason: line.map(|line| Shown(line.reason)),
            reason_hex: line.map(|line| Shown(Hex(line.reason.as_bytes()))),
            registered: registration.map(|registration| registration.is_registered()),
            phrase: registration.map(|registration| Shown(registration.phrase)),
            deviations: parsed.map_or_else(Vec::new, |parsed| names(parsed.deviations)),
            rest_len: parsed
                .filter(|_| record.place != Place::Carved)
                .map(|parsed| parsed.rest.len() as u64 + record.beyond),
            error: read.as_ref().err().copied().map(Fault::new),
            time: origin.and_then(|origin| origin.time).map(Shown),
            src: origin.map(|origin| Shown(origin.src)),
            dst: origin.map(|origin| Shown(origin.dst)),
            transport: origin.map(|origin| origin.transport.name()),
            stream: origin.and_then(|origin| origin.stream),
            r#where: Shown(record.place),
            offset: record.offset,
        }
    }
}

/// Writes an object as a line of JSON that does nothing to a terminal.
pub(crate) fn write_json(object: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
    out.push(b'\n');
    Ok(())
}

/// Compact JSON with those characters escaped that JSON allows and a terminal obeys.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
        let obeyed = |character| {
            let control = matches!(character, '\x7f'..='\u{9f}');
            // The marks, separators, embeddings and isolates of bidirectional text.
            let mark = matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}');
            control
                || mark
                || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        while let Some(found) = fragment.find(obeyed) {
            let (before, rest) = fragment.split_at(found);
            let mut rest = rest.chars();
            let control = rest.next().map_or(0, u32::from);
            write!(out, "{before}\\u{control:04x}")?;
            fragment = rest.as_str();
        }
        out.write_all(fragment.as_bytes())
    }
}

/// The name of a class where a program reads it.
pub(crate) const fn class_name(class: Class) -> &'static str {
    match class {
        Class::Provisional => "provisional",
        Class::Success => "success",
        Class::Redirection => "redirection",
        Class::ClientError => "client-error",
        Class::ServerError => "server-error",
        Class::GlobalFailure => "global-failure",
    }
}
