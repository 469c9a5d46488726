//! What `decode` says of a response, as JSON and CSV have it.

use std::io;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sip_status_line::ParseError;

use crate::output::csv::CsvLine;
use crate::output::escape::Hex;
use crate::output::json::{Fault, JsonString, write_json};
use sip_status_decode::{Field, Response, deviation_names};

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

    /// Whether a field is written.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.fields.contains(&field)
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
        write_json(
            &ResponseObject {
                list: self,
                response,
            },
            out,
        )
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

    fn serialize_field<M: SerializeMap>(
        &self,
        field: Field,
        response: &Response<'_>,
        map: &mut M,
    ) -> Result<(), M::Error> {
        let Response {
            record,
            headers,
            registry_match,
            ..
        } = response;
        let parsed = response.parsed.as_ref().ok();
        let origin = record.origin.as_ref();
        let name = field.name();
        match field {
            Field::Source => map.serialize_entry(name, response.source),
            Field::Record => map.serialize_entry(name, &record.number),
            Field::Name => map.serialize_entry(name, &record.name),
            Field::Code => map.serialize_entry(name, &parsed.map(|parsed| parsed.line.code.get())),
            Field::Class => {
                map.serialize_entry(name, &parsed.map(|parsed| parsed.line.code.class().name()))
            }
            Field::Reason => {
                map.serialize_entry(name, &parsed.map(|parsed| JsonString(parsed.line.reason)))
            }
            Field::ReasonHex => {
                map.serialize_entry(name, &self.reason_hex(response).map(JsonString))
            }
            Field::Registered => {
                map.serialize_entry(name, &registry_match.map(|found| found.is_registered()))
            }
            Field::PhraseMatch => {
                map.serialize_entry(name, &response.phrase_match().map(JsonString))
            }
            Field::Deviations => {
                let names = parsed.map(|parsed| deviation_names(parsed.deviations));
                map.serialize_entry(name, &names.unwrap_or_default())
            }
            Field::RestLen => map.serialize_entry(name, &response.rest_len()),
            Field::Error => map.serialize_entry(name, &response.parsed.err().map(Fault::new)),
            Field::Time => {
                map.serialize_entry(name, &origin.and_then(|origin| origin.time).map(JsonString))
            }
            Field::Src => map.serialize_entry(name, &origin.map(|origin| JsonString(origin.src))),
            Field::Dst => map.serialize_entry(name, &origin.map(|origin| JsonString(origin.dst))),
            Field::Transport => {
                map.serialize_entry(name, &origin.map(|origin| origin.transport.name()))
            }
            Field::Stream => map.serialize_entry(name, &origin.and_then(|origin| origin.stream)),
            Field::Where => map.serialize_entry(name, &JsonString(record.place)),
            Field::Offset => map.serialize_entry(name, &record.offset),
            Field::CallId => {
                map.serialize_entry(name, &headers.call_id.map(String::from_utf8_lossy))
            }
            Field::Method => {
                map.serialize_entry(name, &headers.method.map(String::from_utf8_lossy))
            }
            Field::Cseq => map.serialize_entry(name, &headers.cseq),
            Field::Repeated => map.serialize_entry(name, &response.is_repeated),
            Field::Sender => {
                map.serialize_entry(name, &headers.sender().map(String::from_utf8_lossy))
            }
        }
    }
}

/// A response as an object of JSON.
struct ResponseObject<'a> {
    list: &'a FieldList,
    response: &'a Response<'a>,
}

impl Serialize for ResponseObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = &self.list.fields;
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for field in fields {
            self.list.serialize_field(*field, self.response, &mut map)?;
        }
        map.end()
    }
}
