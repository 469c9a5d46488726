//! What the page knows: everything but how it looks.
//!
//! Each function answers with JSON, for a script that draws it and decides nothing:
//!
//! - [`judge`]: a line, a message, hex or an escaped string that was pasted;
//! - [`grid`] and [`filter_grid`]: what recorded stacks made of lines;
//! - [`read_capture`]: the responses in a capture, and what they come to;
//! - [`card()`], [`cards`] and [`search_codes`]: the registry.
//!
//! `README.md` beside this package says how the page is built and tested.

mod capture;
mod card;
mod host;
mod json;
mod judgement;
mod literal;
mod paste;
mod policy;
mod source;
mod stacks;

use json::json;
use sip_status_line::{StatusCode, registry};
use wasm_bindgen::prelude::wasm_bindgen;

pub use host::{CaptureFile, read_capture};

/// All there is to say of what was pasted: of the status-line at an offset in it, or of the first.
///
/// `form` is `text`, `lf`, `escaped` or `hex`; anything else leaves it to be guessed.
///
/// # Errors
///
/// If the paste cannot be read in that form; in a sentence.
#[wasm_bindgen]
pub fn judge(pasted: &str, form: &str, at: Option<usize>) -> Result<String, String> {
    let judgement = judgement::Judgement::of(pasted, form, at);
    judgement
        .map(|judgement| json(&judgement))
        .map_err(str::to_owned)
}

/// The table of lines by stacks.
#[wasm_bindgen]
#[must_use]
pub fn grid() -> String {
    json(stacks::Grid::get())
}

/// The numbers of the lines of the table that a filter leaves, which is an object of JSON.
///
/// # Errors
///
/// If it is no filter.
#[wasm_bindgen]
pub fn filter_grid(filter: &str) -> Result<String, String> {
    let filter = serde_json::from_str(filter).map_err(|error| error.to_string())?;
    Ok(json(&stacks::Grid::get().filter(&filter)))
}

/// All that the registry knows of a code, or nothing if it is no code.
#[wasm_bindgen]
#[must_use]
pub fn card(code: u16) -> Option<String> {
    StatusCode::new(code).map(|code| json(&card::Card::of(code)))
}

/// The same of every code that it has.
#[wasm_bindgen]
#[must_use]
pub fn cards() -> String {
    let codes = registry::ALL.iter().map(|entry| entry.code);
    json(&codes.map(card::Card::of).collect::<Vec<_>>())
}

/// The codes that it has for a search: a code, a class, words of a phrase, an RFC.
#[wasm_bindgen]
#[must_use]
pub fn search_codes(query: &str) -> Vec<u16> {
    card::search(query)
}
