//! Many lines, into columns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow_array::types::{ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, Int16Array, LargeBinaryArray,
    LargeStringArray, ListArray, PrimitiveArray, RecordBatch, RecordBatchIterator, StringArray,
    StringViewArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use foldhash::quality::RandomState;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyCapsule, PyString};
use sip_status_decode::deviation_names;
use sip_status_line::registry::{self, PhraseMatch};
use sip_status_line::{Deviations, ErrorKind, ParseError, Parsed, Parser, StatusCode};

use crate::arrow::{chunks, invalid, schema_capsule, stream_capsule};
use crate::octets::{Octets, hex};

/// How many rows a batch has: few enough to stay in a cache while it is filled.
const ROWS: usize = 1 << 16;

/// The lines that are to be read.
pub(crate) enum Lines {
    Buffer(Octets),
    Arrays(Vec<ArrayRef>),
    Items(Vec<Octets>),
}

impl<'py> FromPyObject<'_, 'py> for Lines {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(chunks) = chunks(&object)? {
            return Ok(Self::Arrays(chunks));
        }
        let buffer = match object.extract::<Octets>() {
            Ok(buffer) => return Ok(Self::Buffer(buffer)),
            Err(error) => error,
        };
        // What has a buffer that is closed is no sequence of lines.
        if !buffer.is_instance_of::<PyTypeError>(object.py()) || object.is_instance_of::<PyString>()
        {
            return Err(buffer);
        }
        let items = object.try_iter()?.map(|item| item?.extract::<Octets>());
        items.collect::<PyResult<_>>().map(Self::Items)
    }
}

/// What many lines said: columns for any library that takes Arrow, a row for each line.
///
/// code          the status code; null if the line was refused
/// reason        the reason phrase as text, with U+FFFD for what is no UTF-8
/// reason_hex    the octets of the phrase in hexadecimal digits, if they are no UTF-8
/// phrase_match  how the phrase stands to the code: exact, case, alias, empty, custom, unregistered
/// deviations    the names of the deviations, none for most lines
/// error_kind    what was expected where a line was refused; null if it was accepted
/// error_offset  the first octet that cannot stand, from the start of its line
/// error_code    the status code of a line that was refused, if it had been read by then
///
/// >>> import sip_status_line
/// >>> columns = sip_status_line.parse_many(b"SIP/2.0 100 Trying\r\nSIP/2.0 200 OK\n", "observe")
/// >>> len(columns)
/// 2
/// >>> import polars
/// >>> polars.DataFrame(columns)["deviations"].to_list()
/// [[], ['BARE_LF']]
#[pyclass(frozen, module = "sip_status_line")]
#[derive(Debug)]
pub(crate) struct Columns {
    batches: Vec<RecordBatch>,
}

impl Columns {
    /// Reads the lines, without a lock.
    pub(crate) fn read(py: Python<'_>, parser: Parser, lines: Lines) -> PyResult<Self> {
        let batches = py.detach(move || read(parser, &lines));
        let batches = batches.map_err(|error| invalid(&error))?;
        Ok(Self { batches })
    }
}

#[pymethods]
impl Columns {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The schema, as Arrow's PyCapsule interface has it.
    #[expect(clippy::unused_self, reason = "every one has the same")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &schema())
    }

    /// The columns, as Arrow's PyCapsule interface has them. Nothing is copied. Any requested schema
    /// is ignored, which the interface allows.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches: Vec<_> = self.batches.iter().cloned().map(Ok).collect();
        stream_capsule(py, RecordBatchIterator::new(batches, schema()))
    }

    fn __repr__(&self) -> String {
        format!("Columns({} rows)", self.__len__())
    }
}

fn read(parser: Parser, lines: &Lines) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut table = Table::default();
    match lines {
        Lines::Buffer(octets) => {
            for (_, line) in parser.lines(octets.as_slice()) {
                table.push(line)?;
            }
        }
        Lines::Items(items) => {
            for item in items {
                table.push(parser.line(item.as_slice()))?;
            }
        }
        Lines::Arrays(chunks) => {
            for chunk in chunks {
                table.push_all(parser, chunk.as_ref())?;
            }
        }
    }
    table.flush()?;
    Ok(table.batches)
}

/// The batches that are full, and the one that is being filled.
#[derive(Default)]
struct Table {
    batches: Vec<RecordBatch>,
    rows: Rows,
}

impl Table {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what was parsed has to stay in registers"
    )]
    fn push(&mut self, line: Result<Parsed<'_>, ParseError>) -> Result<(), ArrowError> {
        match line {
            Ok(parsed) => self.rows.accepted(&parsed),
            Err(error) => self.rows.refused(Some(error)),
        }
        self.flush_if_full()
    }

    /// Reads each item of an array of octets.
    fn push_all(&mut self, parser: Parser, array: &dyn Array) -> Result<(), ArrowError> {
        let any = array.as_any();
        if let Some(array) = any.downcast_ref::<BinaryArray>() {
            self.push_items(parser, array.iter())
        } else if let Some(array) = any.downcast_ref::<LargeBinaryArray>() {
            self.push_items(parser, array.iter())
        } else if let Some(array) = any.downcast_ref::<BinaryViewArray>() {
            self.push_items(parser, array.iter())
        } else if let Some(array) = any.downcast_ref::<StringArray>() {
            self.push_items(parser, array.iter())
        } else if let Some(array) = any.downcast_ref::<LargeStringArray>() {
            self.push_items(parser, array.iter())
        } else if let Some(array) = any.downcast_ref::<StringViewArray>() {
            self.push_items(parser, array.iter())
        } else {
            let found = array.data_type();
            let message = format!("expected an array of binary or string instead of {found}");
            Err(ArrowError::InvalidArgumentError(message))
        }
    }

    fn push_items<T: AsRef<[u8]>>(
        &mut self,
        parser: Parser,
        items: impl Iterator<Item = Option<T>>,
    ) -> Result<(), ArrowError> {
        for item in items {
            if let Some(item) = item {
                self.push(parser.line(item.as_ref()))?;
            } else {
                self.rows.refused(None);
                self.flush_if_full()?;
            }
        }
        Ok(())
    }

    #[inline]
    fn flush_if_full(&mut self) -> Result<(), ArrowError> {
        if self.rows.codes.len() >= ROWS || self.rows.phrases.octets > TEXT {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ArrowError> {
        if !self.rows.codes.is_empty() {
            self.batches.push(core::mem::take(&mut self.rows).finish()?);
        }
        Ok(())
    }
}

/// The octets of phrases after which a batch is full. One more has at most three times 16 MiB as text,
/// and offsets into them are of 32 bits.
const TEXT: usize = 1 << 30;

/// The rows of a batch. What few lines have is kept by row.
struct Rows {
    /// 0 if the line was refused.
    codes: Vec<i16>,
    /// Keys into the phrases.
    reasons: Vec<i32>,
    phrases: Phrases,
    /// Places in `PhraseMatch::ALL`.
    matches: Vec<i8>,
    /// Phrases that are no UTF-8, in hexadecimal digits.
    hex: Vec<(usize, String)>,
    deviations: Vec<(usize, Deviations)>,
    /// The rows that have no code, and why.
    refused: Vec<(usize, Option<ParseError>)>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            codes: Vec::with_capacity(ROWS),
            reasons: Vec::with_capacity(ROWS),
            phrases: Phrases::default(),
            matches: Vec::with_capacity(ROWS),
            hex: Vec::new(),
            deviations: Vec::new(),
            refused: Vec::new(),
        }
    }
}

impl Rows {
    #[inline]
    fn accepted(&mut self, parsed: &Parsed<'_>) {
        let code = parsed.line.code;
        let phrase_match = parsed.registry_match().phrase;
        let reason = if phrase_match == PhraseMatch::Exact {
            Registry::get().key(code)
        } else {
            self.reason(parsed.line.reason.as_bytes())
        };
        if !parsed.deviations.is_empty() {
            self.deviations.push((self.codes.len(), parsed.deviations));
        }
        self.row(code.get().cast_signed(), reason, phrase_match as i8);
    }

    /// The key of a phrase that is not the registered one of its code.
    fn reason(&mut self, octets: &[u8]) -> i32 {
        let text = String::from_utf8_lossy(octets);
        if matches!(text, Cow::Owned(_)) {
            self.hex.push((self.codes.len(), hex(octets)));
        }
        self.phrases.key(&text)
    }

    /// A row without a code: of a line in error, or of none at all.
    #[cold]
    fn refused(&mut self, error: Option<ParseError>) {
        self.refused.push((self.codes.len(), error));
        self.row(0, 0, 0);
    }

    #[inline]
    fn row(&mut self, code: i16, reason: i32, phrase_match: i8) {
        self.codes.push(code);
        self.reasons.push(reason);
        self.matches.push(phrase_match);
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let rows = self.codes.len();
        let nulls = (!self.refused.is_empty()).then(|| {
            let accepted = self.codes.iter().map(|code| *code != 0);
            accepted.collect::<NullBuffer>()
        });
        let codes = Int16Array::try_new(self.codes.into(), nulls.clone())?;
        let reasons = PrimitiveArray::<Int32Type>::try_new(self.reasons.into(), nulls.clone())?;
        let reasons = DictionaryArray::try_new(reasons, Arc::new(self.phrases.finish()))?;
        let matches = PrimitiveArray::<Int8Type>::try_new(self.matches.into(), nulls)?;

        let error = |value: fn(ParseError) -> Option<i64>| {
            let refused = self.refused.iter();
            let errors = refused.filter_map(|(row, error)| Some((*row, (*error)?)));
            errors.filter_map(move |(row, error)| Some((row, value(error)?)))
        };
        let kinds = sparse::<Int8Type>(rows, error(|error| Some(error.kind() as i64)));
        let offsets = error(|error| i64::try_from(error.offset()).ok());
        let error_codes = error(|error| Some(i64::from(error.code()?.get())));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(codes),
            Arc::new(reasons),
            Arc::new(texts(rows, &self.hex)),
            Arc::new(named(
                matches,
                PhraseMatch::ALL.iter().map(|one| one.name()),
            )?),
            Arc::new(lists(rows, &self.deviations)?),
            Arc::new(named(kinds, ErrorKind::ALL.iter().map(|one| one.name()))?),
            Arc::new(sparse::<Int64Type>(rows, offsets)),
            Arc::new(sparse::<Int16Type>(rows, error_codes)),
        ];
        RecordBatch::try_new(schema(), columns)
    }
}

/// The phrases of the registry, each once, and which of them each code has.
struct Registry {
    texts: Vec<&'static str>,
    keys: HashMap<&'static str, i32, RandomState>,
    by_code: [i32; CODES],
}

/// One more than the largest code.
const CODES: usize = 700;

impl Registry {
    #[inline]
    fn get() -> &'static Self {
        static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);
        &REGISTRY
    }

    fn new() -> Self {
        let mut registry = Self {
            texts: Vec::new(),
            keys: HashMap::default(),
            by_code: [0; CODES],
        };
        for entry in registry::ALL {
            let Some(text) = entry.reason else { continue };
            let key = *registry.keys.entry(text).or_insert_with(|| {
                registry.texts.push(text);
                next_key(registry.texts.len() - 1)
            });
            if let Some(of_code) = registry.by_code.get_mut(usize::from(entry.code.get())) {
                *of_code = key;
            }
        }
        registry
    }

    /// The key of the registered phrase of a code.
    #[inline]
    fn key(&self, code: StatusCode) -> i32 {
        let key = self.by_code.get(usize::from(code.get()));
        key.copied().unwrap_or_default()
    }
}

/// The distinct phrases of a batch: those of the registry, and others.
#[derive(Default)]
struct Phrases {
    others: HashMap<String, i32, RandomState>,
    /// How many octets the others have.
    octets: usize,
}

impl Phrases {
    fn key(&mut self, text: &str) -> i32 {
        let registry = Registry::get();
        if let Some(key) = self.others.get(text).or_else(|| registry.keys.get(text)) {
            return *key;
        }
        let key = next_key(registry.texts.len() + self.others.len());
        self.others.insert(text.to_owned(), key);
        self.octets += text.len();
        key
    }

    fn finish(self) -> StringArray {
        let mut others: Vec<_> = self.others.into_iter().collect();
        others.sort_unstable_by_key(|(_, key)| *key);
        let others = others.iter().map(|(text, _)| text.as_str());
        StringArray::from_iter_values(Registry::get().texts.iter().copied().chain(others))
    }
}

/// The key of the next of so many phrases. A batch has no more of them than rows.
fn next_key(known: usize) -> i32 {
    i32::try_from(known).unwrap_or(i32::MAX)
}

/// A column of which few rows are set. What does not fit into its type is null.
fn sparse<T: ArrowPrimitiveType>(
    rows: usize,
    mut set: impl Iterator<Item = (usize, i64)>,
) -> PrimitiveArray<T>
where
    T::Native: TryFrom<i64>,
{
    let Some(first) = set.next() else {
        return PrimitiveArray::new_null(rows);
    };
    let mut column = vec![None; rows];
    for (row, value) in core::iter::once(first).chain(set) {
        if let Some(cell) = column.get_mut(row) {
            *cell = T::Native::try_from(value).ok();
        }
    }
    column.into_iter().collect()
}

/// A column of texts of which few are set.
fn texts(rows: usize, set: &[(usize, String)]) -> StringArray {
    if set.is_empty() {
        return StringArray::new_null(rows);
    }
    let mut column = vec![None; rows];
    for (row, text) in set {
        if let Some(cell) = column.get_mut(*row) {
            *cell = Some(text.as_str());
        }
    }
    column.into()
}

/// A column of places in a list of names.
fn named(
    places: PrimitiveArray<Int8Type>,
    names: impl Iterator<Item = &'static str>,
) -> Result<DictionaryArray<Int8Type>, ArrowError> {
    let names = StringArray::from_iter_values(names);
    DictionaryArray::try_new(places, Arc::new(names))
}

/// A column of lists of names, most of them empty.
fn lists(rows: usize, set: &[(usize, Deviations)]) -> Result<ListArray, ArrowError> {
    let mut names = Vec::new();
    let mut ends = Vec::with_capacity(rows + 1);
    for (row, deviations) in set {
        // A batch has 65,536 rows with a few names each.
        ends.resize(row + 1, i32::try_from(names.len()).unwrap_or(i32::MAX));
        names.extend(deviation_names(*deviations));
    }
    ends.resize(rows + 1, i32::try_from(names.len()).unwrap_or(i32::MAX));
    let names = StringArray::from_iter_values(names);
    let ends = OffsetBuffer::new(ends.into());
    ListArray::try_new(item(), ends, Arc::new(names), None)
}

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Utf8, true))
}

fn schema() -> SchemaRef {
    let name = || DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Arc::new(Schema::new(vec![
        Field::new("code", DataType::Int16, true),
        Field::new("reason", text, true),
        Field::new("reason_hex", DataType::Utf8, true),
        Field::new("phrase_match", name(), true),
        Field::new("deviations", DataType::List(item()), false),
        Field::new("error_kind", name(), true),
        Field::new("error_offset", DataType::Int64, true),
        Field::new("error_code", DataType::Int16, true),
    ]))
}
