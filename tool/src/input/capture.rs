//! Captures into records.

use std::io::Read;

use sip_status_capture::{Error, Reader};

use crate::input::sink::{Delivery, StopReason};
use crate::outcome::Outcome;
use sip_status_decode::Record;

/// Delivers every message of a capture that begins like a status-line, and requests if they are wanted.
pub(super) fn capture(
    input: impl Read,
    requests: bool,
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    let report = Reader::new().requests(requests).read(input, |message| {
        let record = Record::of_message(&message);
        if requests && !message.is_response() {
            delivery.request(&record)
        } else {
            delivery.record(&record)
        }
    })?;
    delivery.report.packets += report.packets;
    for (kind, count) in report.skipped.iter() {
        delivery.report.skip(kind.to_string(), count);
    }
    match report.end {
        Ok(()) => Ok(()),
        Err(Error::Input(error)) => Err(StopReason::Input(error)),
        Err(error) if error.is_capture() => delivery.find(Outcome::Findings, error),
        Err(error) => Err(StopReason::invalid(&error.to_string())),
    }
}
