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
use crate::output::terminal::{Destination, Heading, Output, WRITE_BUFFER};

/// How many octets of output wait for the sources before them, of all sources together.
const AHEAD: usize = 32 << 20;

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
    // An event that holds text is as large as the buffer of an output.
    let events = (AHEAD / WRITE_BUFFER / jobs).max(16);
    read_ahead(sources, jobs, events, output, work, take)
}

/// The same, with as many events of a source waiting for those before them.
fn read_ahead<S: Send, T: Send>(
    sources: Vec<S>,
    jobs: NonZeroUsize,
    events: usize,
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
        let (events, output) = sync_channel(events);
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

#[cfg(test)]
mod tests {
    use core::cell::RefCell;
    use core::num::NonZeroUsize;
    use core::sync::atomic::{AtomicUsize, Ordering};
    use core::time::Duration;
    use std::io::{self, ErrorKind, Write};
    use std::rc::Rc;
    use std::thread;

    use super::{read, read_ahead};
    use crate::output::progress::Progress;
    use crate::output::terminal::{Destination, Heading, Output, WRITE_BUFFER};

    /// Takes octets until there are as many as it has room for, and then fails.
    struct Collector {
        taken: Rc<RefCell<Vec<u8>>>,
        room: usize,
    }

    impl Write for Collector {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            if self.taken.borrow().len() >= self.room {
                return Err(ErrorKind::BrokenPipe.into());
            }
            self.taken.borrow_mut().extend(octets);
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Destination for Collector {
        fn heading(&mut self, heading: Heading) -> io::Result<()> {
            self.write_all(heading.text.as_bytes())
        }

        fn say(&mut self, message: String) -> io::Result<()> {
            self.write_all(message.as_bytes())
        }
    }

    fn output(room: usize) -> (Output, Rc<RefCell<Vec<u8>>>) {
        let taken = Rc::<RefCell<Vec<u8>>>::default();
        let collector = Collector {
            taken: Rc::clone(&taken),
            room,
        };
        let output = Output::new(Box::new(collector), Progress::default());
        (output, taken)
    }

    const EVENTS: usize = 16;
    const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

    #[test]
    fn what_is_ahead_waits_and_comes_in_order() {
        let (mut output, taken) = output(usize::MAX);
        let ahead = AtomicUsize::new(0);
        let work = |source: u8, output: &Output| {
            let mut output = output.clone();
            if source == 0 {
                let mut before = usize::MAX;
                // Until no other gets any further
                while before != ahead.load(Ordering::Relaxed) {
                    before = ahead.load(Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(300));
                }
                assert!(before >= EVENTS, "{before}");
                assert!(before <= 2 * JOBS.get() * (EVENTS + 2), "{before}");
            }
            for _ in 0..100 {
                output.write_all(&vec![source; WRITE_BUFFER])?;
                ahead.fetch_add(1, Ordering::Relaxed);
            }
            output.say("x")?;
            Ok(source)
        };
        let mut order = Vec::new();
        let sources = (0..9).collect();
        let read = read_ahead(sources, JOBS, EVENTS, &output, &work, &mut |source| {
            order.push(source);
        });
        assert!(read.is_ok() && output.flush().is_ok());
        assert_eq!(order, (0..9).collect::<Vec<_>>());
        let expected = (0..9).flat_map(|source| {
            let mut text = vec![source; 100 * WRITE_BUFFER];
            text.push(b'x');
            text
        });
        assert!(taken.borrow().iter().copied().eq(expected));
    }

    #[test]
    fn a_closed_output_ends_all() {
        let (output, _) = output(WRITE_BUFFER);
        let work = |_: u8, output: &Output| {
            loop {
                output.clone().write_all(&vec![b'x'; WRITE_BUFFER])?;
            }
        };
        let read = read((0..9).collect(), JOBS, &output, &work, &mut |()| {});
        assert_eq!(
            read.map_err(|error| error.kind()),
            Err(ErrorKind::BrokenPipe)
        );
    }
}
