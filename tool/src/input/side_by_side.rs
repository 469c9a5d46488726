//! Sources that are read side by side, each by a thread, and what comes of them in their order.
//!
//! ```text
//! source 1 ──► thread ──► channel ─┐
//! source 2 ──► thread ──► channel ─┼─► one after another ──► standard output
//! source 3 ──►   …                 ┘
//! ```
//!
//! A thread that is ahead waits when its channel is full, so that memory is bounded.

use core::num::NonZeroUsize;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::interrupt;
use crate::output::terminal::{Destination, Heading, Output};

/// How many events of a source wait for those before them. One that holds text is as large as the
/// buffer of an output.
const EVENTS: usize = 16;

/// What happens to the output of a source.
enum Event {
    Text(Vec<u8>),
    Heading(Heading),
    Message(String),
}

/// The output of a thread.
struct Channel(SyncSender<Event>);

impl Channel {
    fn send(&self, event: Event) -> io::Result<()> {
        let sent = self.0.send(event);
        sent.map_err(|_| ErrorKind::BrokenPipe.into())
    }
}

impl Write for Channel {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.send(Event::Text(octets.to_vec()))?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Destination for Channel {
    fn heading(&mut self, heading: Heading) -> io::Result<()> {
        self.send(Event::Heading(heading))
    }

    fn say(&mut self, message: String) -> io::Result<()> {
        self.send(Event::Message(message))
    }
}

/// Has `work` done for each of the sources by that many threads, and hands what it returns to
/// `take`, in the order of the sources. What it writes and says comes before that.
///
/// # Errors
///
/// If standard output cannot be written.
pub(super) fn read<S: Send, T: Send>(
    sources: Vec<S>,
    jobs: NonZeroUsize,
    output: &Output,
    work: &(impl Fn(S, &Output) -> io::Result<T> + Sync),
    take: &mut dyn FnMut(T),
) -> io::Result<()> {
    let progress = output.progress().clone();
    let (begun, all) = sync_channel(jobs.get());
    let waiting = Mutex::new(Some((sources.into_iter(), begun)));
    let next = || {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (sources, begun) = waiting.as_mut()?;
        let Some(source) = sources.next() else {
            // No more will begin.
            *waiting = None;
            return None;
        };
        let (events, output) = sync_channel(EVENTS);
        let (done, result) = sync_channel(1);
        // While the lock is held, so that they are in the order of the sources.
        begun.send(Reading { output, result }).ok()?;
        Some((source, events, done))
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get() {
            scope.spawn(|| {
                while let Some((source, events, done)) = next() {
                    let mut output = Output::new(Box::new(Channel(events)), progress.clone());
                    let result = work(source, &output);
                    // If either fails, the other end is gone, and there is no use in going on.
                    let (Ok(result), Ok(())) = (result, output.flush()) else {
                        return;
                    };
                    let _ = done.send(result);
                }
            });
        }
        let written = write_all(all, output, take);
        if written.is_err() {
            interrupt::end_input();
        }
        written
    })
}

/// A source that a thread reads.
struct Reading<T> {
    output: Receiver<Event>,
    result: Receiver<T>,
}

fn write_all<T>(
    all: Receiver<Reading<T>>,
    output: &Output,
    take: &mut dyn FnMut(T),
) -> io::Result<()> {
    for reading in all {
        for event in reading.output {
            match event {
                Event::Text(text) => output.clone().write_all(&text)?,
                Event::Heading(heading) => output.heading(heading)?,
                Event::Message(message) => output.say(message)?,
            }
        }
        if let Ok(result) = reading.result.recv() {
            take(result);
        }
    }
    Ok(())
}
