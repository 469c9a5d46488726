//! How far the work is: shown on a terminal, and only if it takes longer than a moment.

use core::time::Duration;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long the work may take before a bar is drawn.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, at first not drawn. Clones are the same bar, on any thread.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy)]
enum State {
    /// It is not to be drawn.
    Unwanted,
    /// It is to be drawn if the work that began then goes on for long.
    Waiting(Instant),
    Drawn,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            state: Arc::new(Mutex::new(State::Unwanted)),
        }
    }
}

impl Progress {
    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Begins work on that many octets, or on an unknown number.
    pub(crate) fn start(&self, octets: Option<u64>) {
        let template = if octets.is_some() {
            "{percent:>3}% {wide_bar} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left"
        } else {
            "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}"
        };
        self.begin(octets, template);
    }

    /// Begins work on that many lines.
    pub(crate) fn start_lines(&self, lines: u64) {
        let template = "{percent:>3}% {wide_bar} {pos} of {len} lines, {per_sec}, {eta} left";
        self.begin(Some(lines), template);
    }

    fn begin(&self, length: Option<u64>, template: &str) {
        if !io::stderr().is_terminal() {
            return;
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        if let Some(length) = length {
            self.bar.set_length(length);
        }
        self.bar.reset();
        self.set(State::Waiting(Instant::now()));
    }

    /// Counts more of it as done.
    pub(crate) fn advance(&self, done: u64) {
        match self.state() {
            State::Unwanted => return,
            State::Waiting(since) if since.elapsed() > PATIENCE => {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
                self.set(State::Drawn);
            }
            State::Waiting(_) | State::Drawn => {}
        }
        self.bar.inc(done);
    }

    /// Does something to the terminal while no bar is in the way.
    pub(crate) fn suspend<T>(&self, act: impl FnOnce() -> T) -> T {
        match self.state() {
            State::Drawn => self.bar.suspend(act),
            State::Unwanted | State::Waiting(_) => act(),
        }
    }

    /// Ends the work and takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
        self.set(State::Unwanted);
    }
}
