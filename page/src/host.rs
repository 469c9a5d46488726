//! The boundary to the worker that reads a capture.

use std::io::{self, Read};

use wasm_bindgen::prelude::wasm_bindgen;

use crate::capture;
use crate::json::json;

#[wasm_bindgen]
extern "C" {
    /// A file that a worker has, and its way to send on what was read.
    #[derive(Debug)]
    pub type CaptureFile;

    /// The next octets of the file, no more than that many; none at its end.
    #[wasm_bindgen(method)]
    fn read(this: &CaptureFile, most: usize) -> Vec<u8>;

    /// Sends rows on, an array of JSON.
    #[wasm_bindgen(method)]
    fn rows(this: &CaptureFile, json: &str);
}

/// The file, as the capture reader wants it.
struct Input<'f>(&'f CaptureFile);

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let octets = self.0.read(buffer.len());
        let room = buffer.get_mut(..octets.len());
        let room = room.ok_or(io::ErrorKind::InvalidData)?;
        room.copy_from_slice(&octets);
        Ok(octets.len())
    }
}

/// Reads a capture, sends its rows on, and returns what it comes to.
#[wasm_bindgen]
#[must_use]
pub fn read_capture(file: &CaptureFile) -> String {
    json(&capture::read(Input(file), |rows| file.rows(rows)))
}
