//! What `decode` says of a record, as JSON has it.

use core::fmt::Display;
use core::net::SocketAddr;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use sip_status_line::registry::Phrase;
use sip_status_line::{Class, ErrorKind, ParseError, Parsed, Reason, StatusLine};

use crate::capture::Time;
use crate::escape::Hex;
use crate::records::Record;

/// One object of the output. Every field is always there, and in this order.
#[derive(Serialize)]
pub(crate) struct Finding<'a> {
    source: &'a str,
    record: u64,
    name: Option<&'a str>,
    code: Option<u16>,
    class: Option<&'static str>,
    reason: Option<Shown<Reason<'a>>>,
    reason_hex: Option<Shown<Hex<'a>>>,
    registered: Option<bool>,
    phrase: Option<Shown<Phrase>>,
    deviations: Vec<&'static str>,
    rest_len: Option<u64>,
    error: Option<Fault>,
    time: Option<Shown<Time>>,
    src: Option<Shown<SocketAddr>>,
    dst: Option<Shown<SocketAddr>>,
    transport: Option<&'static str>,
}

/// Why a record was refused.
#[derive(Serialize)]
struct Fault {
    kind: Shown<ErrorKind>,
    offset: usize,
    message: Shown<ParseError>,
    code: Option<u16>,
}

/// Something that is a string in JSON: the one `Display` gives.
struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'a> Finding<'a> {
    /// Writes it as a line of JSON.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.serialize(&mut Serializer::with_formatter(&mut *out, Harmless))?;
        out.write_all(b"\n")
    }

    pub(crate) fn new(
        source: &'a str,
        record: &Record<'a>,
        read: &Result<Parsed<'a>, ParseError>,
    ) -> Self {
        let parsed = read.as_ref().ok();
        let line = parsed.map(|parsed| &parsed.line);
        let registration = line.map(StatusLine::registration);
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
            deviations: parsed.map_or_else(Vec::new, |parsed| {
                let names = parsed.deviations.iter_names();
                names.map(|(name, _)| name).collect()
            }),
            rest_len: parsed.map(|parsed| parsed.rest.len() as u64 + record.beyond),
            error: read.as_ref().err().map(|error| Fault {
                kind: Shown(error.kind()),
                offset: error.offset(),
                message: Shown(*error),
                code: error.code().map(u16::from),
            }),
            time: origin.and_then(|origin| origin.time).map(Shown),
            src: origin.map(|origin| Shown(origin.src)),
            dst: origin.map(|origin| Shown(origin.dst)),
            transport: origin.map(|origin| origin.transport),
        }
    }
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
