//! One thing that is measured.

use std::hint::black_box;

/// One thing that is measured, and its name.
pub struct Case {
    pub name: String,
    /// How many lines, codes or phrases one run has.
    pub elements: usize,
    /// How many octets of them.
    pub octets: usize,
    run: Box<dyn FnMut() -> usize>,
}

impl Case {
    pub(crate) fn new(
        name: impl Into<String>,
        elements: usize,
        octets: usize,
        run: impl FnMut() -> usize + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            elements,
            octets,
            run: Box::new(run),
        }
    }

    /// All elements, once.
    pub fn run(&mut self) {
        black_box((self.run)());
    }
}
