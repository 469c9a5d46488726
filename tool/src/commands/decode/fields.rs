//! What `decode` says of a response, as JSON and CSV have it.

use core::net::SocketAddr;
use std::io::{self, Write};

use sip_status_line::registry::PhraseMatch;
use sip_status_line::{ParseError, ReasonPhrase};

use crate::output::cell;
use crate::output::csv::CsvLine;
use crate::output::escape::Hex;
use crate::output::json::JsonLine;
use sip_status_decode::{Fault, Field, HeaderChoice, Response, deviation_names};

/// The fields that are written of each response.
pub(crate) struct FieldList {
    fields: Vec<Field>,
    /// Whether the user chose them.
    are_chosen: bool,
}

impl FieldList {
    /// The fields that the user chose, or the usual ones if those are none.
    pub(crate) fn new(chosen: &[Field]) -> Self {
        let are_chosen = !chosen.is_empty();
        let fields = if are_chosen { chosen } else { Field::USUAL };
        Self {
            fields: fields.to_vec(),
            are_chosen,
        }
    }

    /// Whether one of them says what is repeated.
    pub(crate) fn have_repeats(&self) -> bool {
        self.fields.contains(&Field::Repeated)
    }

    /// The headers that are written.
    pub(crate) fn headers(&self) -> HeaderChoice {
        let choices = self.fields.iter().map(|field| field.headers());
        choices.max().unwrap_or(HeaderChoice::None)
    }

    /// Writes the header of CSV.
    pub(crate) fn write_csv_header(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut line = CsvLine::new(out);
        for column in self.fields.iter().flat_map(|field| field.columns()) {
            line.cell(Some(column))?;
        }
        line.end()
    }

    /// Writes a response as a line of CSV.
    pub(crate) fn write_csv(&self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let mut line = CsvLine::new(out);
        for field in &self.fields {
            self.write_cell(*field, response, &mut line)?;
        }
        line.end()
    }

    /// Writes a response as a line of JSON.
    pub(crate) fn write_json(&self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let mut line = JsonLine::new(out);
        for field in &self.fields {
            self.write_field(*field, response, &mut line)?;
        }
        line.end();
        Ok(())
    }

    /// The octets of a phrase, if the user asked for them or they are no text.
    fn reason_hex<'a>(&self, response: &Response<'a>) -> Option<Hex<'a>> {
        let reason = response.parsed.as_ref().ok()?.line.reason;
        (self.are_chosen || reason.to_str().is_err()).then(|| Hex(reason.as_bytes()))
    }

    fn write_cell(
        &self,
        field: Field,
        response: &Response<'_>,
        line: &mut CsvLine<'_>,
    ) -> io::Result<()> {
        let Response {
            record,
            headers,
            registry_match,
            ..
        } = response;
        let parsed = response.parsed.as_ref().ok();
        let error = response.parsed.as_ref().err();
        let origin = record.origin.as_ref();
        match field {
            Field::Source => line.text(Some(response.source)),
            Field::Record => line.cell(Some(record.number)),
            Field::Name => line.text(record.name),
            Field::Code => line.cell(parsed.map(|parsed| parsed.line.code)),
            Field::Class => line.cell(parsed.map(|parsed| parsed.line.code.class().name())),
            Field::Reason => line.octets(parsed.map(|parsed| parsed.line.reason.as_bytes())),
            Field::ReasonHex => line.cell(self.reason_hex(response)),
            Field::Registered => line.cell(registry_match.map(|found| found.is_registered())),
            Field::PhraseMatch => line.cell(response.phrase_match()),
            Field::Deviations => {
                let names = parsed.map(|parsed| deviation_names(parsed.deviations));
                line.cell(Some(names.unwrap_or_default().join("; ")))
            }
            Field::RestLen => line.cell(response.rest_len()),
            Field::Error => {
                line.cell(error.map(ParseError::kind))?;
                line.cell(error.map(ParseError::offset))?;
                line.cell(error)?;
                line.cell(error.and_then(ParseError::code))
            }
            Field::Time => line.cell(origin.and_then(|origin| origin.time)),
            Field::Src => line.cell(origin.map(|origin| origin.src)),
            Field::Dst => line.cell(origin.map(|origin| origin.dst)),
            Field::Transport => line.cell(origin.map(|origin| origin.transport.name())),
            Field::Stream => line.cell(origin.and_then(|origin| origin.stream)),
            Field::Where => line.cell(Some(record.place)),
            Field::Offset => line.cell(record.offset),
            Field::CallId => line.octets(headers.call_id),
            Field::Method => line.octets(headers.method),
            Field::Cseq => line.cell(headers.cseq),
            Field::Repeated => line.cell(Some(response.is_repeated)),
            Field::Sender => line.octets(headers.sender()),
        }
    }

    fn write_field(
        &self,
        field: Field,
        response: &Response<'_>,
        line: &mut JsonLine<'_>,
    ) -> io::Result<()> {
        let Response {
            record,
            headers,
            registry_match,
            ..
        } = response;
        let parsed = response.parsed.as_ref().ok();
        let origin = record.origin.as_ref();
        let line = line.name(field.name());
        match field {
            Field::Source => line.text(Some(response.source)),
            Field::Record => line.number(Some(record.number)),
            Field::Name => line.text(record.name),
            Field::Code => line.number(parsed.map(|parsed| parsed.line.code.get().into())),
            Field::Class => line.text(parsed.map(|parsed| parsed.line.code.class().name())),
            Field::Reason => match parsed.map(|parsed| parsed.line.reason) {
                Some(reason) if reason.to_str().is_err() => line.text(Some(&reason.to_string())),
                reason => line.octets(reason.map(ReasonPhrase::as_bytes)),
            },
            Field::ReasonHex => match self.reason_hex(response) {
                Some(hex) => line.plain(|out| write!(out, "{hex}")),
                None => line.text(None),
            },
            Field::Registered => line.boolean(registry_match.map(|found| found.is_registered())),
            Field::PhraseMatch => line.text(response.phrase_match().map(PhraseMatch::name)),
            Field::Deviations => {
                let names = parsed.map(|parsed| deviation_names(parsed.deviations));
                line.value(&names.unwrap_or_default())
            }
            Field::RestLen => line.number(response.rest_len()),
            Field::Error => line.value(&response.parsed.err().map(Fault::from)),
            Field::Time => match origin.and_then(|origin| origin.time) {
                Some(time) => line.plain(|out| write!(out, "{time}")),
                None => line.text(None),
            },
            Field::Src => address(origin.map(|origin| origin.src), line),
            Field::Dst => address(origin.map(|origin| origin.dst), line),
            Field::Transport => line.text(origin.map(|origin| origin.transport.name())),
            Field::Stream => line.number(origin.and_then(|origin| origin.stream)),
            Field::Where => line.text(Some(record.place.name())),
            Field::Offset => line.number(record.offset),
            Field::CallId => line.octets(headers.call_id),
            Field::Method => line.octets(headers.method),
            Field::Cseq => line.number(headers.cseq.map(u64::from)),
            Field::Repeated => line.boolean(Some(response.is_repeated)),
            Field::Sender => line.octets(headers.sender()),
        }
    }
}

fn address(address: Option<SocketAddr>, line: &mut JsonLine<'_>) -> io::Result<()> {
    match address {
        Some(address) => line.plain(|out| cell::address(address, out)),
        None => line.text(None),
    }
}
