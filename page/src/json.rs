//! How answers are written.

use serde::Serialize;

/// An answer in JSON. Its keys are strings, and nothing else could fail.
pub(crate) fn json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}
