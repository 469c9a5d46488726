//! Where results and messages go, and in which colours.

use core::cell::RefCell;
use core::fmt;
use std::env;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use sip_status_line::Class;

use crate::output::progress::Progress;

/// The output of a command, buffered. Clones share the buffer, so that results are written out
/// before the tool waits for more input.
#[derive(Clone)]
pub(crate) struct Output {
    buffer: Rc<RefCell<BufWriter<Box<dyn Destination>>>>,
    progress: Progress,
}

/// What an output goes to: the terminal, or whoever puts several outputs in their order.
pub(crate) trait Destination: Write {
    /// Takes a heading, after all that was written.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn heading(&mut self, heading: Heading) -> io::Result<()>;

    /// Takes a message for standard error, after all that was written.
    ///
    /// # Errors
    ///
    /// If nobody takes it.
    fn say(&mut self, message: String) -> io::Result<()>;
}

/// The lines over rows. An empty line is before them, unless they are the first.
pub(crate) struct Heading {
    pub(crate) text: String,
    /// Whether it is left out where the last one was the same: the rows of several sources are one
    /// table.
    pub(crate) is_shared: bool,
}

impl Output {
    pub(crate) fn new(destination: Box<dyn Destination>, progress: Progress) -> Self {
        let buffer = BufWriter::with_capacity(WRITE_BUFFER, destination);
        let buffer = Rc::new(RefCell::new(buffer));
        Self { buffer, progress }
    }

    /// The bar on the terminal, which is taken away while anything is written.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Writes a heading, after the results so far.
    ///
    /// # Errors
    ///
    /// If it or those cannot be written.
    pub(crate) fn heading(&self, heading: Heading) -> io::Result<()> {
        let mut buffer = self.buffer.borrow_mut();
        buffer.flush()?;
        buffer.get_mut().heading(heading)
    }

    /// Writes a message to standard error, after the results so far.
    ///
    /// # Errors
    ///
    /// If those results cannot be written.
    pub(crate) fn say(&self, message: impl fmt::Display) -> io::Result<()> {
        let mut buffer = self.buffer.borrow_mut();
        buffer.flush()?;
        buffer.get_mut().say(message.to_string())
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

/// Standard output, which may be a terminal that shows a progress bar.
struct Stdout {
    stream: Box<dyn Write>,
    progress: Progress,
    /// The text of the last heading.
    heading: Option<String>,
}

impl Write for Stdout {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.progress.suspend(|| self.stream.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Destination for Stdout {
    fn heading(&mut self, Heading { text, is_shared }: Heading) -> io::Result<()> {
        if is_shared && self.heading.as_ref() == Some(&text) {
            return Ok(());
        }
        let before = if self.heading.is_some() { "\n" } else { "" };
        self.write_all(format!("{before}{text}").as_bytes())?;
        self.heading = Some(text);
        Ok(())
    }

    fn say(&mut self, message: String) -> io::Result<()> {
        self.progress.suspend(|| say(message));
        Ok(())
    }
}

/// The size of the buffer for results.
pub(crate) const WRITE_BUFFER: usize = 64 << 10;

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
    let stdout = Stdout {
        stream,
        progress: progress.clone(),
        heading: None,
    };
    (Output::new(Box::new(stdout), progress), Styles(styled))
}

/// The columns of the terminal: of the one that standard output is, else of the one that messages
/// go to while standard output is a pipe to a pager, else what `COLUMNS` says.
pub(crate) fn width() -> Option<usize> {
    let terminal = terminal_size::terminal_size_of(io::stdout())
        .or_else(|| terminal_size::terminal_size_of(io::stderr()));
    let columns = || env::var("COLUMNS").ok()?.parse().ok();
    terminal
        .map(|(columns, _)| usize::from(columns.0))
        .or_else(columns)
        .filter(|columns| *columns > 0)
}

/// The columns that a page takes, and no more than make it good to read.
pub(crate) fn page_width() -> usize {
    width().unwrap_or(100).clamp(60, 160)
}

/// Writes items with commas between them, in as many rows as they need, each from that column on. The
/// first row is there already, up to that column.
pub(crate) fn write_items(items: &[String], indent: usize, out: &mut impl Write) -> io::Result<()> {
    let (mut column, mut comma) = (indent, "");
    for item in items {
        let len = item.chars().count();
        if column > indent && column + ", ".len() + len >= page_width() {
            write!(out, ",\n{:indent$}", "")?;
            (column, comma) = (indent, "");
        }
        write!(out, "{comma}{item}")?;
        column += comma.len() + len;
        comma = ", ";
    }
    writeln!(out)
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

/// Writes a message to standard error, at once, so that messages of programs that run side by side
/// do not mix. If standard error is closed, the message is lost.
pub(crate) fn say(message: impl fmt::Display) {
    let line = format!("sip-status: {message}\n");
    let _ = io::stderr().lock().write_all(line.as_bytes());
}
