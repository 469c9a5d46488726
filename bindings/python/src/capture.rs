//! Captures, into a stream of columns.

use core::fmt::{Display, Write as _};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use arrow_array::builder::{
    BooleanBuilder, Int16Builder, Int64Builder, ListBuilder, StringBuilder,
    StringDictionaryBuilder, TimestampNanosecondBuilder,
};
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Field as ArrowField, Schema, SchemaRef, TimeUnit};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyString, PyType};
use sip_status_capture as capture;
use sip_status_decode::{
    CUT_OFF, Field, Filter, HeaderChoice, Record, Repeats, Response, deviation_names,
};
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{ParseError, Parser};

use crate::arrow::{schema_capsule, stream_capsule};
use crate::octets::{Octets, hex};

/// How many rows a batch has.
const ROWS: usize = 8192;

/// How many batches may wait to be taken.
const WAITING: usize = 2;

/// How much of a file is read at a time.
const READ_BUFFER: usize = 256 << 10;

/// How many octets show whether a file is a capture.
const MAGIC: u64 = 4;

/// A capture that is open, and begins like one.
pub(crate) struct Input {
    /// The path as it was given. None if the capture came as octets.
    source: Option<String>,
    octets: Box<dyn Read + Send + Sync>,
}

impl<'py> FromPyObject<'_, 'py> for Input {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if !object.is_instance_of::<PyString>() && !object.hasattr("__fspath__")? {
            let octets = Cursor::new(object.extract::<Octets>()?);
            return Self::new(None, octets);
        }
        let path: PathBuf = object.extract()?;
        let source = path.to_string_lossy().into_owned();
        // To open a pipe can take as long as its other end wants.
        let file = py.detach(|| File::open(path));
        let file =
            file.map_err(|error| io::Error::new(error.kind(), format!("{source}: {error}")))?;
        py.detach(|| Self::new(Some(source), file))
    }
}

impl Input {
    fn new(
        source: Option<String>,
        mut octets: impl Read + Send + Sync + 'static,
    ) -> PyResult<Self> {
        let mut head = Vec::new();
        octets.by_ref().take(MAGIC).read_to_end(&mut head)?;
        if !capture::is_magic(&head) {
            let named = source
                .map(|source| format!("{source}: "))
                .unwrap_or_default();
            let found = if head.is_empty() {
                "empty"
            } else {
                "no capture"
            };
            return Err(PyValueError::new_err(format!("{named}{found}")));
        }
        let octets = BufReader::with_capacity(READ_BUFFER, Cursor::new(head).chain(octets));
        Ok(Self {
            source,
            octets: Box::new(octets),
        })
    }
}

/// Filters, as one text or a list of them.
#[derive(Default)]
pub(crate) struct Filters(sip_status_decode::Filters);

impl<'py> FromPyObject<'_, 'py> for Filters {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let parse = |text: &str| {
            let filter = text.parse::<Filter>();
            filter.map_err(|error| PyValueError::new_err(error.to_string()))
        };
        if object.is_none() {
            return Ok(Self::default());
        }
        if let Ok(text) = object.cast::<PyString>() {
            return parse(&text.to_cow()?).map(|filter| Self([filter].into_iter().collect()));
        }
        let texts: Vec<PyBackedStr> = object.extract()?;
        let filters = texts.iter().map(|text| parse(text));
        filters.collect::<PyResult<_>>().map(Self)
    }
}

/// The fields that are wanted.
pub(crate) struct Fields(Vec<Field>);

impl Default for Fields {
    fn default() -> Self {
        Self(Field::USUAL.to_vec())
    }
}

impl<'py> FromPyObject<'_, 'py> for Fields {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self::default());
        }
        let names: Vec<PyBackedStr> = object.extract()?;
        let fields = names.iter().map(|name| {
            Field::from_name(name).ok_or_else(|| {
                let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
                let known = known.join(", ");
                PyValueError::new_err(format!(
                    "expected fields out of {known} instead of '{name}'"
                ))
            })
        });
        fields.collect::<PyResult<_>>().map(Self)
    }
}

/// The responses in a capture: an Arrow stream, which can be taken once.
///
/// Any library that takes Arrow reads it: `pyarrow.table(responses)`, `polars.DataFrame(responses)`,
/// `pyarrow.RecordBatchReader.from_stream(responses)` for a batch at a time.
#[pyclass(frozen, module = "sip_status_line")]
pub(crate) struct Responses {
    schema: SchemaRef,
    decoder: Mutex<Option<Decoder>>,
    report: Arc<OnceLock<Report>>,
}

impl Responses {
    pub(crate) fn new(input: Input, parser: Parser, filters: Filters, fields: Fields) -> Self {
        let rows = Rows::new(fields.0);
        Self {
            schema: rows.schema(),
            report: Arc::default(),
            decoder: Mutex::new(Some(Decoder {
                input,
                parser,
                filters: filters.0,
                rows,
            })),
        }
    }
}

#[pymethods]
impl Responses {
    /// How the capture was read. None until the stream has been read to its end.
    #[getter]
    fn report(&self) -> Option<Report> {
        self.report.get().cloned()
    }

    /// The schema, as Arrow's PyCapsule interface has it.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    /// The stream, as Arrow's PyCapsule interface has it. Any requested schema is ignored, which the
    /// interface allows.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let decoder = self
            .decoder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(decoder) = decoder else {
            let message = "the stream has been taken before: decode the capture again";
            return Err(PyValueError::new_err(message));
        };
        let (sender, deliveries) = sync_channel(WAITING);
        let stream = Stream {
            schema: Arc::clone(&self.schema),
            source: decoder.input.source.clone(),
            deliveries: Some(deliveries),
            report: Arc::clone(&self.report),
        };
        thread::Builder::new()
            .name("sip-status-decode".to_owned())
            .spawn(move || decoder.run(&sender))?;
        stream_capsule(py, stream)
    }

    fn __repr__(&self) -> String {
        let names: Vec<_> = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        format!("Responses({})", names.join(", "))
    }
}

/// How a capture was read: what there was, what was passed over, and whether that was all of it.
///
/// >>> import pyarrow, sip_status_line, warnings
/// >>> responses = sip_status_line.decode("corpus/captures/derived-file-cut-short.pcap")
/// >>> with warnings.catch_warnings(record=True) as warned:
/// ...     warnings.simplefilter("always")
/// ...     table = pyarrow.table(responses)
/// >>> responses.report.end
/// 'the capture is cut short after frame 29'
/// >>> str(warned[0].message)
/// 'corpus/captures/derived-file-cut-short.pcap: the capture is cut short after frame 29'
#[pyclass(frozen, get_all, module = "sip_status_line")]
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// How many packets there were.
    packets: u64,
    /// How many octets those have as captured.
    octets: u64,
    /// What nothing was read from, and how much of it there was: {"packets not opened, ARP": 12}.
    skipped: BTreeMap<String, u64>,
    /// Why the capture was not read to its end. None if it was.
    end: Option<String>,
}

#[pymethods]
impl Report {
    fn __repr__(&self) -> String {
        let skipped: Vec<_> = self
            .skipped
            .iter()
            .map(|(what, count)| format!("'{what}': {count}"))
            .collect();
        let end = self
            .end
            .as_ref()
            .map_or_else(|| "None".to_owned(), |end| format!("'{end}'"));
        format!(
            "Report(packets={}, octets={}, skipped={{{}}}, end={end})",
            self.packets,
            self.octets,
            skipped.join(", ")
        )
    }
}

/// What the thread that reads a capture hands to the stream.
enum Delivery {
    Batch(RecordBatch),
    /// There is no more.
    End(Result<Report, ArrowError>),
}

/// The end of the stream from which batches are taken.
struct Stream {
    schema: SchemaRef,
    source: Option<String>,
    /// None after the end.
    deliveries: Option<Receiver<Delivery>>,
    report: Arc<OnceLock<Report>>,
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = match self.deliveries.as_ref()?.recv() {
            Ok(Delivery::Batch(batch)) => return Some(Ok(batch)),
            Ok(Delivery::End(end)) => end,
            Err(closed) => Err(ArrowError::from_external_error(Box::new(closed))),
        };
        self.deliveries = None;
        let warned = end.and_then(|report| {
            let end = report.end.clone();
            // It was empty: a stream has one end.
            let _ = self.report.set(report);
            end.map_or(Ok(()), |end| self.warn(&end))
        });
        warned.err().map(Err)
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl Stream {
    /// Warns that the capture was not read to its end. An error if the program makes one of it.
    fn warn(&self, end: &str) -> Result<(), ArrowError> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let source = self.source.as_ref();
        let message = source.map_or_else(|| end.to_owned(), |source| format!("{source}: {end}"));
        // Of an interpreter that is about to end, nobody reads warnings.
        let warned = Python::try_attach(|py| {
            let class = CLASS.import(py, "sip_status_line._error", "CaptureWarning")?;
            let message = CString::new(message)?;
            PyErr::warn(py, class, &message, 1)
        });
        let failed = |error: PyErr| ArrowError::from_external_error(Box::new(error));
        warned.unwrap_or(Ok(())).map_err(failed)
    }
}

/// What reads a capture into batches.
struct Decoder {
    input: Input,
    parser: Parser,
    filters: sip_status_decode::Filters,
    rows: Rows,
}

/// Why the reading stopped before the end.
enum Stop {
    /// Nobody takes any more.
    Closed,
    Failed(ArrowError),
}

impl Decoder {
    fn run(self, sender: &SyncSender<Delivery>) {
        let end = match self.read(sender) {
            Ok(report) => Ok(report),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Closed) => return,
        };
        // Whoever closed the stream does not want to know.
        let _ = sender.send(Delivery::End(end));
    }

    fn read(mut self, sender: &SyncSender<Delivery>) -> Result<Report, Stop> {
        let send = |batch: Result<RecordBatch, ArrowError>| {
            let delivery = Delivery::Batch(batch.map_err(Stop::Failed)?);
            sender.send(delivery).map_err(|_| Stop::Closed)
        };
        let source = self.input.source.unwrap_or_default();
        let needs_repeats =
            self.rows.fields.contains(&Field::Repeated) || self.filters.are_about_repeats();
        let mut repeats = needs_repeats.then(Repeats::default);
        let of_fields = self.rows.fields.iter().map(|field| field.headers());
        let headers = of_fields.max().unwrap_or(HeaderChoice::None);
        let headers = headers.max(self.filters.headers());
        let mut cut_off = 0;
        let report = capture::Reader::new().read(self.input.octets, |message| {
            let record = Record::of_message(&message);
            let Some(parsed) = record.parse(self.parser) else {
                cut_off += 1;
                return Ok(());
            };
            let mut response = Response::new(&source, &record, parsed, headers);
            if let Some(repeats) = &mut repeats {
                response.is_repeated = repeats.is_repeated(&response);
            }
            if self.filters.match_one(&response) {
                self.rows.push(&response);
                if self.rows.count == ROWS {
                    send(self.rows.finish())?;
                }
            }
            Ok(())
        })?;
        if self.rows.count > 0 {
            send(self.rows.finish())?;
        }
        let end = match report.end {
            Ok(()) => None,
            Err(capture::Error::Input(error)) => return Err(Stop::Failed(error.into())),
            Err(error) if error.is_capture() => Some(error.to_string()),
            Err(error) => return Err(Stop::Failed(ArrowError::ParseError(error.to_string()))),
        };
        let skipped = report.skipped.iter();
        let mut skipped: BTreeMap<_, _> = skipped
            .map(|(kind, count)| (kind.to_string(), count))
            .collect();
        if cut_off > 0 {
            skipped.insert(CUT_OFF.to_owned(), cut_off);
        }
        Ok(Report {
            packets: report.packets,
            octets: report.octets,
            skipped,
            end,
        })
    }
}

/// The rows of a batch that is being filled.
struct Rows {
    fields: Vec<Field>,
    /// As many for each field as that has names.
    columns: Vec<Column>,
    count: usize,
}

impl Rows {
    fn new(fields: Vec<Field>) -> Self {
        Self {
            columns: fields
                .iter()
                .flat_map(|field| Column::all_of(*field))
                .collect(),
            fields,
            count: 0,
        }
    }

    fn schema(&self) -> SchemaRef {
        let names = self.fields.iter().flat_map(|field| field.columns());
        let columns = names.zip(&self.columns);
        let columns =
            columns.map(|(name, column)| ArrowField::new(*name, column.data_type(), true));
        Arc::new(Schema::new(columns.collect::<Vec<_>>()))
    }

    fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.count = 0;
        let schema = self.schema();
        RecordBatch::try_new(
            schema,
            self.columns.iter_mut().map(Column::finish).collect(),
        )
    }

    fn push(&mut self, response: &Response<'_>) {
        self.count += 1;
        let mut columns = self.columns.iter_mut();
        let mut put = |cell: Cell<'_>| {
            if let Some(column) = columns.next() {
                column.put(cell);
            }
        };
        let Response {
            record,
            headers,
            registry_match,
            ..
        } = response;
        let line = response.parsed.as_ref().ok().map(|parsed| parsed.line);
        let error = response.parsed.as_ref().err();
        let origin = record.origin.as_ref();
        for field in &self.fields {
            match field {
                Field::Source => put(Cell::Word(
                    Some(response.source).filter(|name| !name.is_empty()),
                )),
                Field::Record => put(Cell::count(Some(record.number))),
                Field::Name => put(Cell::Word(record.name)),
                Field::Code => put(Cell::number(line.map(|line| line.code.get()))),
                Field::Class => put(Cell::Word(line.map(|line| line.code.class().name()))),
                Field::Reason => put(Cell::octets(
                    line.as_ref().map(|line| line.reason.as_bytes()),
                )),
                Field::ReasonHex => {
                    put(Cell::hex(line.as_ref().map(|line| line.reason.as_bytes())));
                }
                Field::Registered => put(Cell::Flag(
                    registry_match.map(|found| found.is_registered()),
                )),
                Field::PhraseMatch => {
                    put(Cell::Word(response.phrase_match().map(PhraseMatch::name)));
                }
                Field::Deviations => {
                    let parsed = response.parsed.as_ref().ok();
                    let names = parsed.map(|parsed| deviation_names(parsed.deviations));
                    put(Cell::Words(names.unwrap_or_default()));
                }
                Field::RestLen => put(Cell::count(response.rest_len())),
                Field::Error => {
                    put(Cell::Word(error.map(|error| error.kind().name())));
                    put(Cell::count(error.map(|error| error.offset() as u64)));
                    put(Cell::Shown(error.map(|error| error as &dyn Display)));
                    put(Cell::number(
                        error.and_then(ParseError::code).map(u16::from),
                    ));
                }
                Field::Time => put(Cell::Number(
                    origin
                        .and_then(|origin| origin.time)
                        .and_then(|time| time.nanoseconds().try_into().ok()),
                )),
                Field::Src => put(Cell::Shown(
                    origin.map(|origin| &origin.src as &dyn Display),
                )),
                Field::Dst => put(Cell::Shown(
                    origin.map(|origin| &origin.dst as &dyn Display),
                )),
                Field::Transport => put(Cell::Word(origin.map(|origin| origin.transport.name()))),
                Field::Stream => put(Cell::count(origin.and_then(|origin| origin.stream))),
                Field::Where => put(Cell::Word(Some(record.place.name()))),
                Field::Offset => put(Cell::count(record.offset)),
                Field::CallId => put(Cell::octets(headers.call_id)),
                Field::Method => put(Cell::octets(headers.method)),
                Field::Cseq => put(Cell::number(headers.cseq)),
                Field::Repeated => put(Cell::Flag(Some(response.is_repeated))),
                Field::Sender => put(Cell::octets(headers.sender())),
            }
        }
    }
}

/// What a row has in a column.
enum Cell<'a> {
    /// One of a few words.
    Word(Option<&'a str>),
    Words(Vec<&'static str>),
    Text(Option<Cow<'a, str>>),
    Shown(Option<&'a dyn Display>),
    Number(Option<i64>),
    Flag(Option<bool>),
}

impl<'a> Cell<'a> {
    /// Octets from outside as text, with U+FFFD for what is no UTF-8.
    fn octets(octets: Option<&'a [u8]>) -> Self {
        Self::Text(octets.map(String::from_utf8_lossy))
    }

    /// Octets in hexadecimal digits, if they are no UTF-8.
    fn hex(octets: Option<&[u8]>) -> Self {
        let octets = octets.filter(|octets| core::str::from_utf8(octets).is_err());
        Self::Text(octets.map(|octets| hex(octets).into()))
    }

    fn number(number: Option<impl Into<i64>>) -> Self {
        Self::Number(number.map(Into::into))
    }

    fn count(count: Option<u64>) -> Self {
        Self::Number(count.and_then(|count| count.try_into().ok()))
    }
}

/// A column that is being filled.
enum Column {
    Words(StringDictionaryBuilder<Int8Type>),
    Phrases(StringDictionaryBuilder<Int32Type>),
    Lists(ListBuilder<StringBuilder>),
    Texts(StringBuilder),
    Codes(Int16Builder),
    Numbers(Int64Builder),
    Times(TimestampNanosecondBuilder),
    Flags(BooleanBuilder),
}

impl Column {
    /// The columns of a field.
    fn all_of(field: Field) -> Vec<Self> {
        let words = || Self::Words(StringDictionaryBuilder::new());
        let texts = || Self::Texts(StringBuilder::new());
        let codes = || Self::Codes(Int16Builder::new());
        let numbers = || Self::Numbers(Int64Builder::new());
        match field {
            Field::Source
            | Field::Name
            | Field::Class
            | Field::PhraseMatch
            | Field::Transport
            | Field::Where => vec![words()],
            Field::Code => vec![codes()],
            Field::Record | Field::RestLen | Field::Stream | Field::Offset | Field::Cseq => {
                vec![numbers()]
            }
            Field::Reason => vec![Self::Phrases(StringDictionaryBuilder::new())],
            Field::ReasonHex
            | Field::Src
            | Field::Dst
            | Field::CallId
            | Field::Method
            | Field::Sender => vec![texts()],
            Field::Registered | Field::Repeated => vec![Self::Flags(BooleanBuilder::new())],
            Field::Deviations => vec![Self::Lists(ListBuilder::new(StringBuilder::new()))],
            Field::Time => {
                let times = TimestampNanosecondBuilder::new();
                vec![Self::Times(times.with_timezone(UTC))]
            }
            Field::Error => vec![words(), numbers(), texts(), codes()],
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Words(_) => {
                DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))
            }
            Self::Phrases(_) => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            Self::Lists(_) => DataType::new_list(DataType::Utf8, true),
            Self::Texts(_) => DataType::Utf8,
            Self::Codes(_) => DataType::Int16,
            Self::Numbers(_) => DataType::Int64,
            Self::Times(_) => DataType::Timestamp(TimeUnit::Nanosecond, Some(UTC.into())),
            Self::Flags(_) => DataType::Boolean,
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Words(column) => Arc::new(column.finish()),
            Self::Phrases(column) => Arc::new(column.finish()),
            Self::Lists(column) => Arc::new(column.finish()),
            Self::Texts(column) => Arc::new(column.finish()),
            Self::Codes(column) => Arc::new(column.finish()),
            Self::Numbers(column) => Arc::new(column.finish()),
            Self::Times(column) => Arc::new(column.finish()),
            Self::Flags(column) => Arc::new(column.finish()),
        }
    }

    /// Adds a cell, or a null if the column has no place for it.
    fn put(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Words(column), Cell::Word(word)) => column.append_option(word),
            (Self::Words(column), _) => column.append_null(),
            (Self::Phrases(column), Cell::Text(text)) => column.append_option(text),
            (Self::Phrases(column), _) => column.append_null(),
            (Self::Lists(column), Cell::Words(words)) => {
                column.append_value(words.into_iter().map(Some));
            }
            (Self::Lists(column), _) => column.append_null(),
            (Self::Texts(column), Cell::Text(text)) => column.append_option(text),
            (Self::Texts(column), Cell::Shown(Some(shown))) => {
                // Writing to a builder does not fail.
                let _ = write!(column, "{shown}");
                column.append_value("");
            }
            (Self::Texts(column), _) => column.append_null(),
            (Self::Codes(column), Cell::Number(number)) => {
                column.append_option(number.and_then(|number| number.try_into().ok()));
            }
            (Self::Codes(column), _) => column.append_null(),
            (Self::Numbers(column), Cell::Number(number)) => column.append_option(number),
            (Self::Numbers(column), _) => column.append_null(),
            (Self::Times(column), Cell::Number(number)) => column.append_option(number),
            (Self::Times(column), _) => column.append_null(),
            (Self::Flags(column), Cell::Flag(flag)) => column.append_option(flag),
            (Self::Flags(column), _) => column.append_null(),
        }
    }
}

/// The time zone of all times.
const UTC: &str = "UTC";
