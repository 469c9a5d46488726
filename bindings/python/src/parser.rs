//! Policies, and what is done with them.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use sip_status_line::{self as sip, Deviations};

use crate::capture::{Fields, Filters, Input, Responses};
use crate::columns::{Columns, Lines};
use crate::line::{StatusLine, names, parse_error};
use crate::octets::Octets;

/// The most that `max_len` may be. The phrases of one Arrow batch stay below 2 GiB that way.
const LONGEST: usize = 1 << 24;

/// Reads status-lines by a policy of your own: a named one, and deviations that are allowed or denied
/// besides.
///
/// "strict" is RFC 3261 and nothing more. "interop" adds what deployed stacks send and whose meaning
/// is settled. "observe" adds what only a decoder should take. A line may have max_len octets, its
/// line ending included, up to 16 MiB.
///
/// >>> import sip_status_line
/// >>> parser = sip_status_line.Parser("strict", allow=["BARE_LF"], max_len=256)
/// >>> parser
/// Parser(allowed=('VERSION_CASE', 'BARE_LF'), max_len=256)
/// >>> parser.parse(b"SIP/2.0 200 OK\n").code
/// <StatusCode.OK: 200>
#[pyclass(frozen, eq, hash, module = "sip_status_line")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parser(sip::Parser);

#[pymethods]
impl Parser {
    #[new]
    #[pyo3(
        signature = (policy = Policy::INTEROP, *, allow = Vec::new(), deny = Vec::new(), max_len = sip::Parser::DEFAULT_MAX_LEN),
        text_signature = "(policy='interop', *, allow=(), deny=(), max_len=8192)"
    )]
    fn new(
        policy: Policy,
        allow: Vec<String>,
        deny: Vec<String>,
        max_len: usize,
    ) -> PyResult<Self> {
        if max_len > LONGEST {
            let message = format!("max_len: expected at most {LONGEST} instead of {max_len}");
            return Err(PyValueError::new_err(message));
        }
        let parser = policy.0.allow(deviations(&allow)?).deny(deviations(&deny)?);
        Ok(Self(parser.with_max_len(max_len)))
    }

    /// The names of the deviations that are allowed.
    #[getter]
    fn allowed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        names(py, self.0.allowed())
    }

    /// How many octets a line may have.
    #[getter]
    fn max_len(&self) -> usize {
        self.0.max_len()
    }

    /// As the function of that name.
    #[pyo3(signature = (data, /))]
    fn parse(&self, py: Python<'_>, data: Octets) -> PyResult<StatusLine> {
        parse_by(py, self.0, &data)
    }

    /// As the function of that name.
    #[pyo3(signature = (data, /))]
    fn parse_prefix(&self, py: Python<'_>, data: Octets) -> PyResult<Option<StatusLine>> {
        prefix_by(py, self.0, &data)
    }

    /// As the function of that name.
    #[pyo3(signature = (lines, /))]
    fn parse_many(&self, py: Python<'_>, lines: Lines) -> PyResult<Columns> {
        Columns::read(py, self.0, lines)
    }

    /// As the function of that name.
    #[pyo3(signature = (capture, /, *, filter = Filters::default(), fields = Fields::default()),
        text_signature = "($self, capture, /, *, filter=None, fields=None)")]
    fn decode(&self, capture: Input, filter: Filters, fields: Fields) -> Responses {
        Responses::new(capture, self.0, filter, fields)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let allowed = self.allowed(py)?.repr()?;
        Ok(format!(
            "Parser(allowed={allowed}, max_len={})",
            self.max_len()
        ))
    }
}

/// Reads the status-line at the start of a datagram, or of anything else that is all there is.
///
/// `data` is a bytes-like object. A bytes is read where it is.
///
/// >>> import sip_status_line
/// >>> line = sip_status_line.parse(b"SIP/2.0 486 Busy here\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n")
/// >>> line.code, line.reason, line.phrase_match
/// (<StatusCode.BUSY_HERE: 486>, 'Busy here', 'case')
///
/// Raises ParseError, a ValueError, if the octets are none: it says what was expected, and where.
///
/// >>> sip_status_line.parse(b"SIP/2.0 4294967301 better not\r\n")
/// Traceback (most recent call last):
///   ...
/// sip_status_line.ParseError: expected a space after the status code at octet 11
#[pyfunction]
#[pyo3(signature = (data, policy = Policy::INTEROP), text_signature = "(data, policy='interop')")]
pub(crate) fn parse(py: Python<'_>, data: Octets, policy: Policy) -> PyResult<StatusLine> {
    parse_by(py, policy.0, &data)
}

/// Reads the status-line at the start of a stream. None means: so far so good, more octets are
/// needed.
///
/// Call it again with the same octets and those that came since.
///
/// >>> import sip_status_line
/// >>> sip_status_line.parse_prefix(b"SIP/2.0 48") is None
/// True
/// >>> sip_status_line.parse_prefix(b"SIP/2.0 486 Busy Here\r\nVia: ").code
/// <StatusCode.BUSY_HERE: 486>
///
/// Raises ParseError as soon as no continuation would be accepted.
#[pyfunction]
#[pyo3(signature = (data, policy = Policy::INTEROP), text_signature = "(data, policy='interop')")]
pub(crate) fn parse_prefix(
    py: Python<'_>,
    data: Octets,
    policy: Policy,
) -> PyResult<Option<StatusLine>> {
    prefix_by(py, policy.0, &data)
}

/// Reads many lines into columns.
///
/// `lines` is a bytes-like object with lines in it, one after another; an Arrow array of binary or
/// string, of any library that has the PyCapsule interface; or a sequence of bytes-like objects. Of
/// an array or a sequence each item is read as `parse` does. Each line and each item becomes a row,
/// whatever it was; after a line of a buffer that is refused, the next begins after its LF. A null
/// becomes a row of nulls. No lock is held meanwhile, so that threads read at the same time.
///
/// >>> import pyarrow, sip_status_line
/// >>> columns = sip_status_line.parse_many([b"SIP/2.0 180 Ringing\r\n", b"SIP/3.0 200 OK\r\n"])
/// >>> pyarrow.table(columns).select(["code", "reason", "error_kind", "error_offset"]).to_pylist()
/// ... # doctest: +NORMALIZE_WHITESPACE
/// [{'code': 180, 'reason': 'Ringing', 'error_kind': None, 'error_offset': None},
///  {'code': None, 'reason': None, 'error_kind': 'version', 'error_offset': 4}]
#[pyfunction]
#[pyo3(signature = (lines, policy = Policy::INTEROP), text_signature = "(lines, policy='interop')")]
pub(crate) fn parse_many(py: Python<'_>, lines: Lines, policy: Policy) -> PyResult<Columns> {
    Columns::read(py, policy.0, lines)
}

/// Reads the responses in a packet capture: pcap, pcapng or snoop, compressed or not, over UDP, TCP,
/// WebSocket and SCTP, through fragments and tunnels.
///
/// `capture` is a path, or a bytes-like object with the file in it. `filter` is what `sip-status
/// decode --filter` takes, such as "class=5,src=192.0.2.1", or a list of such, of which one has to
/// hold; FILTER_HELP has the language. `fields` names the columns that are wanted, such as ["time",
/// "src", "code"]; without it they are those of `sip-status decode --format csv`.
///
/// The result is an Arrow stream, which can be taken once. A thread reads the capture while the
/// stream is taken, and holds a few thousand rows at a time, however long the capture is.
///
/// >>> import pyarrow, sip_status_line
/// >>> capture = "corpus/captures/call-with-rtp-pjsua-kamailio-baresip.pcap"
/// >>> responses = sip_status_line.decode(capture, filter="method=INVITE", fields=["src", "code"])
/// >>> pyarrow.table(responses).slice(0, 1).to_pylist()
/// [{'src': '127.0.0.1:5060', 'code': 100}]
/// >>> responses.report.packets
/// 178
///
/// Raises OSError if the file cannot be opened, ValueError if it is no capture or the filter or a
/// field is none. A capture that is cut short is a CaptureWarning, after all that was in it.
#[pyfunction]
#[pyo3(signature = (capture, policy = Policy::OBSERVE, filter = Filters::default(), fields = Fields::default()),
    text_signature = "(capture, policy='observe', filter=None, fields=None)")]
pub(crate) fn decode(capture: Input, policy: Policy, filter: Filters, fields: Fields) -> Responses {
    Responses::new(capture, policy.0, filter, fields)
}

fn parse_by(py: Python<'_>, parser: sip::Parser, data: &Octets) -> PyResult<StatusLine> {
    match parser.line(data.as_slice()) {
        Ok(parsed) => Ok(StatusLine::new(&parsed)),
        Err(error) => Err(parse_error(py, error)),
    }
}

fn prefix_by(py: Python<'_>, parser: sip::Parser, data: &Octets) -> PyResult<Option<StatusLine>> {
    match parser.prefix(data.as_slice()) {
        Ok(parsed) => Ok(parsed.as_ref().map(StatusLine::new)),
        Err(error) => Err(parse_error(py, error)),
    }
}

/// A named policy.
#[derive(Clone, Copy)]
pub(crate) struct Policy(sip::Parser);

impl Policy {
    const INTEROP: Self = Self(sip::Parser::INTEROP);
    const OBSERVE: Self = Self(sip::Parser::OBSERVE);
}

impl<'py> FromPyObject<'_, 'py> for Policy {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match &*object.cast::<PyString>()?.to_cow()? {
            "strict" => Ok(Self(sip::Parser::STRICT)),
            "interop" => Ok(Self::INTEROP),
            "observe" => Ok(Self::OBSERVE),
            other => Err(PyValueError::new_err(format!(
                "policy: expected strict, interop or observe instead of '{other}'"
            ))),
        }
    }
}

/// The deviations of these names.
fn deviations(names: &[String]) -> PyResult<Deviations> {
    let mut deviations = Deviations::empty();
    for name in names {
        deviations |= Deviations::from_name(name).ok_or_else(|| {
            let known = sip_status_decode::deviation_names(Deviations::all()).join(", ");
            PyValueError::new_err(format!(
                "expected deviations out of {known} instead of '{name}'"
            ))
        })?;
    }
    Ok(deviations)
}
