//! Where records go: the sink of a command, and how one source is delivered to it.

use core::fmt;
use std::io;

use crate::outcome::Outcome;
use crate::output::escape;
use crate::output::terminal::Output;
use sip_status_decode::{CUT_OFF, Record};

/// What a sink answers to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Taken,
    /// Too little of the line was captured to accept or refuse it.
    CutOff,
    /// No more records are wanted. This one was not taken.
    Enough,
}

/// The part of a command that takes records.
pub(crate) trait Sink {
    /// Takes a record of that source.
    ///
    /// # Errors
    ///
    /// Whatever keeps the results from being written.
    fn record(&mut self, source: &str, record: &Record<'_>) -> io::Result<Reply>;

    /// Takes a request of a capture, if the options ask for requests.
    ///
    /// # Errors
    ///
    /// Whatever keeps the results from being written.
    fn request(&mut self, source: &str, request: &Record<'_>) -> io::Result<()> {
        let _ = (source, request);
        Ok(())
    }

    /// Takes the end of that source. Unless a sink does something else, what was skipped is said.
    ///
    /// # Errors
    ///
    /// Whatever keeps the results from being written.
    fn end(&mut self, source: &str, report: &SourceReport, output: &Output) -> io::Result<()> {
        report.say(source, output)
    }
}

/// The part of a command that takes the records of one source, apart from those of others.
pub(crate) trait Part: Sink {
    /// What it comes to.
    type Total: Send;

    fn total(self) -> Self::Total;
}

/// What is known of a source once it has been read.
#[derive(Default)]
pub(crate) struct SourceReport {
    /// How many octets were read.
    pub(crate) octets: u64,
    /// How many packets, if it is a capture.
    pub(crate) packets: u64,
    /// What became no record, by kind.
    pub(crate) skipped: Vec<SkipCount>,
}

/// How much of one kind became no record.
pub(crate) struct SkipCount {
    pub(crate) what: String,
    pub(crate) count: u64,
}

impl SourceReport {
    /// Counts what was skipped, unless it is nothing.
    pub(super) fn skip(&mut self, what: impl Into<String>, count: u64) {
        if count > 0 {
            let what = what.into();
            self.skipped.push(SkipCount { what, count });
        }
    }

    /// Says on standard error what was skipped.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written, which is done before.
    pub(crate) fn say(&self, source: &str, output: &Output) -> io::Result<()> {
        let source = escape::text(source.as_bytes());
        for SkipCount { what, count } in &self.skipped {
            output.say(format_args!("{source}: {what}: {count}"))?;
        }
        Ok(())
    }
}

/// Why the reading of a source stopped.
pub(super) enum StopReason {
    /// The source cannot be read. Others may do better.
    Input(io::Error),
    /// The results cannot be written, so there is no use in going on.
    Output(io::Error),
    /// The sink wants no more records.
    Enough,
}

impl StopReason {
    /// The source is not what it was said to be.
    pub(super) fn invalid(message: &str) -> Self {
        Self::Input(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

/// The delivery of one source to a sink: the records, and what there is to say of the source.
pub(super) struct Delivery<'a> {
    pub(super) source: &'a str,
    sink: &'a mut dyn Sink,
    output: &'a Output,
    /// How many records were delivered.
    pub(super) records: u64,
    /// How many of them were cut off.
    pub(super) cut_off: u64,
    pub(super) outcome: Outcome,
    pub(super) report: SourceReport,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(source: &'a str, sink: &'a mut dyn Sink, output: &'a Output) -> Self {
        Self {
            source,
            sink,
            output,
            records: 0,
            cut_off: 0,
            outcome: Outcome::Good,
            report: SourceReport::default(),
        }
    }

    pub(super) fn record(&mut self, record: &Record<'_>) -> Result<(), StopReason> {
        let reply = self.sink.record(self.source, record);
        match reply.map_err(StopReason::Output)? {
            Reply::Taken => {}
            Reply::CutOff => self.cut_off += 1,
            Reply::Enough => return Err(StopReason::Enough),
        }
        self.records += 1;
        Ok(())
    }

    pub(super) fn request(&mut self, request: &Record<'_>) -> Result<(), StopReason> {
        let taken = self.sink.request(self.source, request);
        taken.map_err(StopReason::Output)
    }

    /// Says that something is wrong with the source, after what came of it so far.
    pub(super) fn find(
        &mut self,
        outcome: Outcome,
        message: impl fmt::Display,
    ) -> Result<(), StopReason> {
        self.outcome = self.outcome.max(outcome);
        let source = escape::text(self.source.as_bytes());
        let said = self.output.say(format_args!("{source}: {message}"));
        said.map_err(StopReason::Output)
    }

    /// Delivers the end of the source.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.report.skip(CUT_OFF, self.cut_off);
        self.sink.end(self.source, &self.report, self.output)
    }
}
