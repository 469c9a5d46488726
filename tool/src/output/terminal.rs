//! Where results and messages go, and in which colours.

use core::cell::RefCell;
use core::fmt;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use sip_status_line::Class;

use crate::output::progress::Progress;

/// Standard output, buffered. Clones share the buffer, so that who waits for input can write out
/// what came of the input before.
#[derive(Clone)]
pub(crate) struct Output {
    buffer: Rc<RefCell<BufWriter<Aside>>>,
    progress: Progress,
}

impl Output {
    /// What is drawn on the terminal while results are written, and steps aside for them.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.buffer.borrow_mut().write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.buffer.borrow_mut().flush()
    }
}

/// A stream to the terminal, perhaps, where a progress bar may be standing.
struct Aside {
    stream: Box<dyn Write>,
    progress: Progress,
}

impl Write for Aside {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.progress.suspend(|| self.stream.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The size of the buffer for results.
const BUFFER: usize = 64 << 10;

/// Standard output that takes styled text and leaves the styles out where they are not wanted: in
/// a file, in a pipe, with `NO_COLOR`.
pub(crate) fn stdout() -> (Output, Styles) {
    let stdout = io::stdout();
    let styled = AutoStream::choice(&stdout) != ColorChoice::Never;
    let stream: Box<dyn Write> = if styled {
        Box::new(AutoStream::auto(stdout.lock()))
    } else {
        // Nothing will be styled, so nothing has to be stripped.
        Box::new(stdout.lock())
    };
    let progress = Progress::default();
    let aside = Aside {
        stream,
        progress: progress.clone(),
    };
    let buffer = Rc::new(RefCell::new(BufWriter::with_capacity(BUFFER, aside)));
    (Output { buffer, progress }, Styles(styled))
}

/// The columns that a page may take: those of the terminal, or as many as fit most.
pub(crate) fn width() -> usize {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(columns), _)) => usize::from(columns).clamp(60, 160),
        None => 100,
    }
}

/// The styles of the output, all of them empty if it takes none.
#[derive(Clone, Copy)]
pub(crate) struct Styles(bool);

impl Styles {
    /// Whether any style is not empty.
    pub(crate) fn are_any(self) -> bool {
        self.0
    }

    pub(crate) fn class(self, class: Class) -> Style {
        self.colour(match class {
            Class::Provisional => AnsiColor::Cyan,
            Class::Success => AnsiColor::Green,
            Class::Redirection => AnsiColor::Blue,
            Class::ClientError => AnsiColor::Yellow,
            Class::ServerError => AnsiColor::Red,
            Class::GlobalFailure => AnsiColor::Magenta,
        })
    }

    /// Of a class as against that of its codes.
    pub(crate) fn class_heading(self, class: Class) -> Style {
        self.only(self.class(class).bold())
    }

    pub(crate) fn error(self) -> Style {
        self.only(AnsiColor::Red.on_default().bold())
    }

    pub(crate) fn warning(self) -> Style {
        self.only(AnsiColor::Yellow.on_default().bold())
    }

    pub(crate) fn heading(self) -> Style {
        self.only(Style::new().bold())
    }

    /// Of what is there for completeness.
    pub(crate) fn aside(self) -> Style {
        self.only(Style::new().dimmed())
    }

    fn colour(self, colour: AnsiColor) -> Style {
        self.only(colour.on_default())
    }

    fn only(self, style: Style) -> Style {
        if self.0 { style } else { Style::new() }
    }
}

/// Tells the user something, on standard error. That nobody listens there is no failure.
pub(crate) fn say(message: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "sip-status: {message}");
}
