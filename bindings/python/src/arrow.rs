//! The Arrow `PyCapsule` interface: how columns leave and arrays arrive without a copy.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

use core::ffi::CStr;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{ArrayRef, RecordBatchReader, make_array};
use arrow_schema::{ArrowError, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// The capsule of a schema.
pub(crate) fn schema_capsule<'py>(
    py: Python<'py>,
    schema: &Schema,
) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| invalid(&error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// The capsule of a stream. Whoever takes the stream out of it has to release it; the capsule does
/// if nobody took it.
pub(crate) fn stream_capsule(
    py: Python<'_>,
    stream: impl RecordBatchReader + Send + 'static,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(stream)), STREAM)
}

/// The array, or the chunks of one, that an object of another library gives out. None if it gives out
/// none.
pub(crate) fn chunks(object: &Bound<'_, PyAny>) -> PyResult<Option<Vec<ArrayRef>>> {
    if object.hasattr("__arrow_c_array__")? {
        let pair = object.call_method0("__arrow_c_array__")?;
        let pair = pair.cast_into::<PyTuple>()?;
        return Ok(Some(vec![array(&pair.get_item(0)?, &pair.get_item(1)?)?]));
    }
    if object.hasattr("__arrow_c_stream__")? {
        return stream(&object.call_method0("__arrow_c_stream__")?).map(Some);
    }
    Ok(None)
}

fn array(schema: &Bound<'_, PyAny>, array: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let schema = schema.cast::<PyCapsule>()?.pointer_checked(Some(SCHEMA))?;
    let array = array.cast::<PyCapsule>()?.pointer_checked(Some(ARRAY))?;
    // SAFETY: a capsule of that name holds an ArrowArray, which whoever made it has filled. Its place
    // is left with one that is released, as the interface has it, so that no other can take it.
    let array = unsafe { FFI_ArrowArray::from_raw(array.cast().as_ptr()) };
    // SAFETY: a capsule of that name holds an ArrowSchema, and the capsule outlives this function.
    let schema: &FFI_ArrowSchema = unsafe { schema.cast().as_ref() };
    if array.is_released() || schema.release().is_none() {
        return Err(PyValueError::new_err("the array has been taken before"));
    }
    // SAFETY: both come from one call of `__arrow_c_array__`, so that the schema is that of the array.
    let data = unsafe { from_ffi(array, schema) };
    Ok(make_array(data.map_err(|error| invalid(&error))?))
}

fn stream(capsule: &Bound<'_, PyAny>) -> PyResult<Vec<ArrayRef>> {
    let pointer = capsule.cast::<PyCapsule>()?.pointer_checked(Some(STREAM))?;
    // SAFETY: a capsule of that name holds an ArrowArrayStream, which whoever made it has filled. Its
    // place is left with one that is released, so that no other can take it.
    let stream = unsafe { ArrayStreamReader::from_raw(pointer.cast().as_ptr()) };
    let chunks = stream.and_then(Iterator::collect);
    chunks.map_err(|error: ArrowError| invalid(&error))
}

/// What an Arrow library makes of something that it cannot use.
pub(crate) fn invalid(error: &ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
