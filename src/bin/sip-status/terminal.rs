//! Where results and messages go, and in which colours.

use core::fmt;
use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use sip_status_line::Class;

/// Buffered standard output that takes styled text and leaves the styles out where they are not
/// wanted: in a file, in a pipe, with `NO_COLOR`.
pub(crate) fn stdout() -> (Box<dyn Write>, Styles) {
    let stdout = io::stdout();
    if AutoStream::choice(&stdout) == ColorChoice::Never {
        // Nothing will be styled, so nothing has to be stripped.
        return (Box::new(BufWriter::new(stdout.lock())), Styles(false));
    }
    let stream = AutoStream::auto(stdout.lock());
    (Box::new(BufWriter::new(stream)), Styles(true))
}

/// The styles of the output, all of them empty if it takes none.
#[derive(Clone, Copy)]
pub(crate) struct Styles(bool);

impl Styles {
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

    pub(crate) fn error(self) -> Style {
        self.only(AnsiColor::Red.on_default().bold())
    }

    pub(crate) fn warning(self) -> Style {
        self.only(AnsiColor::Yellow.on_default().bold())
    }

    pub(crate) fn heading(self) -> Style {
        self.only(Style::new().bold())
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
