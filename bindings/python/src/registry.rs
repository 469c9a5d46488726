//! The registry of SIP response codes.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sip_status_line::registry;

use crate::line::{Code, TextOrOctets, status_code};

/// What is known of a code.
///
/// >>> from sip_status_line import registry
/// >>> busy = registry.lookup(486)
/// >>> busy
/// Entry(486, 'Busy Here', status='current', defined_in='RFC 3261 §21.4.24')
/// >>> busy.aliases[0].phrase
/// 'Busy'
#[pyclass(frozen, eq, module = "sip_status_line.registry")]
#[derive(Debug, PartialEq)]
pub(crate) struct Entry(&'static registry::Entry);

#[pymethods]
impl Entry {
    /// The code.
    #[getter]
    fn code<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        status_code(py, self.0.code)
    }

    /// The registered phrase, or the usual one of an unregistered code. Three of those have none.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.0.reason
    }

    /// How the code stands to the IANA registry: "current", "deprecated", "reserved", "obsolete" or
    /// "unregistered".
    #[getter]
    fn status(&self) -> &'static str {
        self.0.status.name()
    }

    /// Whether IANA lists the code.
    #[getter]
    fn registered(&self) -> bool {
        self.0.status.is_registered()
    }

    /// The RFC and section that define the code, or the software it comes from.
    #[getter]
    fn defined_in(&self) -> &'static str {
        self.0.defined_in
    }

    /// What the code says, in one sentence. None if it is not registered.
    ///
    /// >>> from sip_status_line import registry
    /// >>> print(registry.lookup(486).summary)
    /// The callee was reached and cannot take another call at this device.
    #[getter]
    fn summary(&self) -> Option<&'static str> {
        self.0.details().map(|details| details.summary)
    }

    /// Other wordings of the phrase, the most authoritative first.
    #[getter]
    fn aliases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.aliases.iter().map(Alias))
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.code.get())
    }

    fn __repr__(&self) -> String {
        let reason = self.0.reason;
        format!(
            "Entry({}, {}, status='{}', defined_in='{}')",
            self.0.code,
            reason.map_or_else(|| "None".to_owned(), |reason| format!("'{reason}'")),
            self.0.status,
            self.0.defined_in
        )
    }
}

/// A wording that stands for a code in place of the registered phrase.
///
/// >>> from sip_status_line import registry
/// >>> registry.lookup(500).aliases[0]
/// Alias('Internal Server Error', origin='standard', source='RFC 3261 §25.1')
#[pyclass(frozen, eq, module = "sip_status_line.registry")]
#[derive(Debug, PartialEq)]
pub(crate) struct Alias(&'static registry::Alias);

#[pymethods]
impl Alias {
    /// The wording.
    #[getter]
    fn phrase(&self) -> &'static str {
        self.0.phrase
    }

    /// What kind of text or program has it: "standard", "older-rfc", "stack", "document" or
    /// "translation".
    #[getter]
    fn origin(&self) -> &'static str {
        self.0.origin.name()
    }

    /// Which one that is, such as "RFC 2543 §7.4.18" or "Asterisk".
    #[getter]
    fn source(&self) -> &'static str {
        self.0.source
    }

    fn __repr__(&self) -> String {
        format!(
            "Alias('{}', origin='{}', source='{}')",
            self.0.phrase, self.0.origin, self.0.source
        )
    }
}

/// Every entry, by ascending code: the 75 codes that IANA lists, and 22 more that stacks send.
///
/// >>> from sip_status_line import registry
/// >>> len(registry.entries())
/// 97
#[pyfunction]
pub(crate) fn entries(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, registry::ALL.iter().map(Entry))
}

/// The entry of a code, or None if it has none.
///
/// >>> from sip_status_line import registry
/// >>> registry.lookup(180).reason
/// 'Ringing'
/// >>> registry.lookup(498) is None
/// True
#[pyfunction]
pub(crate) fn lookup(code: Code) -> Option<Entry> {
    registry::lookup(code.0).map(Entry)
}

/// Every entry whose phrase or alias that is, by ascending code, whatever the case of its ASCII
/// letters.
///
/// >>> from sip_status_line import registry
/// >>> [int(entry.code) for entry in registry.by_phrase("not acceptable")]
/// [406, 606]
#[pyfunction]
pub(crate) fn by_phrase(py: Python<'_>, phrase: TextOrOctets) -> PyResult<Bound<'_, PyTuple>> {
    let octets = match &phrase {
        TextOrOctets::Text(text) => text.as_bytes(),
        TextOrOctets::Octets(octets) => octets.as_slice(),
    };
    let found: Vec<_> = registry::by_phrase(octets).map(Entry).collect();
    PyTuple::new(py, found)
}

/// The best of several final responses: the one that a forking proxy forwards (RFC 3261 §16.7 step
/// 6). Not the lowest number. None if there is no final response.
///
/// >>> from sip_status_line import registry
/// >>> registry.best([486, 401])
/// <StatusCode.UNAUTHORIZED: 401>
#[pyfunction]
pub(crate) fn best<'py>(
    py: Python<'py>,
    codes: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let codes = codes.try_iter()?.map(|code| Ok(code?.extract::<Code>()?.0));
    let codes = codes.collect::<PyResult<Vec<_>>>()?;
    registry::best(codes)
        .map(|code| status_code(py, code))
        .transpose()
}

/// The Q.850 cause and the location, "user" or "network", with which a gateway releases the call when
/// that final response ends an INVITE (RFC 3398 §8.2.6.1). None for 1xx, 2xx and 487.
///
/// >>> from sip_status_line import registry
/// >>> registry.to_q850(600)
/// (17, 'user')
#[pyfunction]
pub(crate) fn to_q850(code: Code) -> Option<(u8, &'static str)> {
    let release = registry::to_q850(code.0).answer?;
    Some((release.cause, release.location.name()))
}

/// The status code that a gateway sends for a Q.850 cause (RFC 3398 §7.2.4.1). None for 16 and 44,
/// which become no response, and for what is no cause.
///
/// >>> from sip_status_line import registry
/// >>> registry.from_q850(17)
/// <StatusCode.BUSY_HERE: 486>
#[pyfunction]
pub(crate) fn from_q850(py: Python<'_>, cause: i64) -> PyResult<Option<Bound<'_, PyAny>>> {
    let code = u8::try_from(cause).ok().and_then(registry::from_q850);
    code.map(|code| status_code(py, code)).transpose()
}
