//! One line: what was read, and how one is written.

use core::fmt::Write as _;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple, PyType};
use sip_status_decode::deviation_names;
use sip_status_line as sip;
use sip_status_line::registry::{self, PhraseMatch};
use sip_status_line::{Deviations, ReasonPhrase};

use crate::octets::Octets;

/// A status-line as it was read.
///
/// >>> import sip_status_line
/// >>> line = sip_status_line.parse(b"SIP/2.0 486 Busy here\r\nVia: ...")
/// >>> line
/// StatusLine(486, 'Busy here', deviations=(), phrase_match='case', rest_offset=23)
/// >>> line.code
/// <StatusCode.BUSY_HERE: 486>
#[pyclass(frozen, eq, hash, module = "sip_status_line")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct StatusLine {
    code: sip::StatusCode,
    reason: Box<[u8]>,
    deviations: Deviations,
    phrase_match: PhraseMatch,
    /// The offset of the first octet after the line: of header fields, or of a further line.
    #[pyo3(get)]
    rest_offset: usize,
}

impl StatusLine {
    pub(crate) fn new(parsed: &sip::Parsed<'_>) -> Self {
        Self {
            code: parsed.line.code,
            reason: parsed.line.reason.as_bytes().into(),
            deviations: parsed.deviations,
            phrase_match: parsed.registry_match().phrase,
            rest_offset: parsed.received().len(),
        }
    }
}

#[pymethods]
impl StatusLine {
    /// The status code, 100 to 699.
    #[getter]
    fn code<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        status_code(py, self.code)
    }

    /// The reason phrase as text: what is no UTF-8 in it is shown as U+FFFD.
    ///
    /// >>> import sip_status_line
    /// >>> sip_status_line.parse(b"SIP/2.0 200 D\xe9j\xe0\r\n").reason
    /// 'D�j�'
    #[getter]
    fn reason<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &String::from_utf8_lossy(&self.reason))
    }

    /// The octets of the reason phrase.
    #[getter]
    fn reason_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.reason)
    }

    /// How the octets depart from the line that `encode` writes: the names of the deviations.
    ///
    /// >>> import sip_status_line
    /// >>> sip_status_line.parse(b"sip/2.0  200 OK\n", "observe").deviations
    /// ('VERSION_CASE', 'SPACING', 'BARE_LF')
    #[getter]
    fn deviations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        names(py, self.deviations)
    }

    /// How the phrase stands to the one registered for the code: "exact", "case", "alias", "empty",
    /// "custom" or "unregistered".
    #[getter]
    fn phrase_match(&self) -> &'static str {
        self.phrase_match.name()
    }

    /// Whether IANA lists the code.
    #[getter]
    fn registered(&self) -> bool {
        registry::lookup(self.code).is_some_and(|entry| entry.status.is_registered())
    }

    /// The line as it is to be sent on, whatever was received: one that "strict" accepts.
    ///
    /// >>> import sip_status_line
    /// >>> sip_status_line.parse(b"sip/2.0 200\r\n").encode()
    /// b'SIP/2.0 200 \r\n'
    fn encode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(put(py, self.code, phrase(&self.reason)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let reason = self.reason(py).repr()?;
        let deviations = self.deviations(py)?.repr()?;
        Ok(format!(
            "StatusLine({}, {reason}, deviations={deviations}, phrase_match='{}', rest_offset={})",
            self.code, self.phrase_match, self.rest_offset
        ))
    }
}

/// The line of a code and a reason phrase, CR LF included; without a phrase, with the registered one
/// or none.
///
/// Octets that the grammar does not allow in a phrase are escaped as %HH, so that "strict" accepts
/// the line.
///
/// >>> import sip_status_line
/// >>> sip_status_line.encode(486)
/// b'SIP/2.0 486 Busy Here\r\n'
/// >>> sip_status_line.encode(486, "Busy [100%]")
/// b'SIP/2.0 486 Busy %5B100%25%5D\r\n'
///
/// Raises ValueError if the code is not from 100 to 699, or the phrase holds CR, LF or another
/// control octet but HTAB, so that no phrase becomes a header:
///
/// >>> sip_status_line.encode(486, "Busy\r\nContact: <sip:mallory@example.com>")
/// Traceback (most recent call last):
///   ...
/// ValueError: control octet in the reason phrase at octet 4
#[pyfunction]
#[pyo3(signature = (code, reason = None))]
pub(crate) fn encode(
    py: Python<'_>,
    code: Code,
    reason: Option<TextOrOctets>,
) -> PyResult<Bound<'_, PyBytes>> {
    let Code(code) = code;
    Ok(match &reason {
        None => put(py, code, sip::StatusLine::canonical(code).reason),
        Some(TextOrOctets::Text(text)) => put(py, code, phrase(text.as_bytes())?),
        Some(TextOrOctets::Octets(octets)) => put(py, code, phrase(octets.as_slice())?),
    })
}

fn put<'py>(
    py: Python<'py>,
    code: sip::StatusCode,
    reason: ReasonPhrase<'_>,
) -> Bound<'py, PyBytes> {
    let mut line = Vec::new();
    sip::StatusLine::new(code, reason).put(&mut line);
    PyBytes::new(py, &line)
}

fn phrase(octets: &[u8]) -> PyResult<ReasonPhrase<'_>> {
    ReasonPhrase::new(octets).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// A `str`, or anything that has octets.
#[derive(FromPyObject)]
pub(crate) enum TextOrOctets {
    Text(String),
    Octets(Octets),
}

/// A status code out of any `int`.
pub(crate) struct Code(pub(crate) sip::StatusCode);

impl<'py> FromPyObject<'_, 'py> for Code {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let number: i64 = object.extract()?;
        u16::try_from(number)
            .ok()
            .and_then(sip::StatusCode::new)
            .map(Self)
            .ok_or_else(|| {
                PyValueError::new_err(format!(
                    "expected a status code from 100 to 699 instead of {number}"
                ))
            })
    }
}

/// The member of `StatusCode` that is that code.
pub(crate) fn status_code(py: Python<'_>, code: sip::StatusCode) -> PyResult<Bound<'_, PyAny>> {
    static MEMBERS: [PyOnceLock<Py<PyAny>>; 700] = [const { PyOnceLock::new() }; 700];
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let member = || {
        let class = CLASS.import(py, "sip_status_line._code", "StatusCode")?;
        class.call1((code.get(),)).map(Bound::unbind)
    };
    match MEMBERS.get(usize::from(code.get())) {
        Some(known) => Ok(known.get_or_try_init(py, member)?.bind(py).clone()),
        None => Ok(member()?.into_bound(py)),
    }
}

/// The names of deviations, lowest bit first.
pub(crate) fn names(py: Python<'_>, deviations: Deviations) -> PyResult<Bound<'_, PyTuple>> {
    if deviations.is_empty() {
        return Ok(PyTuple::empty(py));
    }
    PyTuple::new(py, deviation_names(deviations))
}

/// The exception that says of octets why they are not a status-line.
#[cold]
pub(crate) fn parse_error(py: Python<'_>, error: sip::ParseError) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let exception = || {
        let class = CLASS.import(py, "sip_status_line._error", "ParseError")?;
        let code = error.code().map(|code| status_code(py, code)).transpose()?;
        let mut message = String::new();
        // Writing to a string does not fail.
        let _ = write!(message, "{error}");
        class.call1((message, error.kind().name(), error.offset(), code))
    };
    exception().map_or_else(|failure| failure, PyErr::from_value)
}
