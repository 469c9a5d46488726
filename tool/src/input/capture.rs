//! Captures into records.

use std::io::{self, Read};

use sip_status_capture::{End, Passed};

use crate::input::sink::{Delivery, SourceReport, StopReason};
use crate::outcome::Outcome;
use crate::record::Record;

/// Delivers every payload of a capture that begins like a status-line.
pub(super) fn capture(input: impl Read, delivery: &mut Delivery<'_>) -> Result<(), StopReason> {
    let mut stopped = None;
    let read = sip_status_capture::read(input, &mut |frame, payload| {
        let delivered = delivery.record(&Record {
            number: frame,
            name: None,
            octets: payload.octets,
            beyond: payload.beyond,
            origin: Some(payload.origin),
            cut: payload.cut,
            place: payload.place,
            offset: None,
        });
        delivered.map_err(|reason| {
            stopped = Some(reason);
            io::Error::other("stopped")
        })
    });
    let (passed, end) = match read {
        Ok(read) => read,
        Err(error) => return Err(stopped.unwrap_or(StopReason::Output(error))),
    };
    count(&passed, &mut delivery.report);
    match end {
        End::Whole => Ok(()),
        End::Early(message) => delivery.find(Outcome::Findings, message),
        End::Failed(error) => Err(StopReason::Input(error)),
    }
}

/// Counts the packets, and what nothing was read from.
fn count(passed: &Passed, report: &mut SourceReport) {
    report.packets += passed.packets;
    report.skip("packets with neither UDP nor TCP", passed.other);
    report.skip("IP fragments that never became whole", passed.fragments);
    for (link, count) in &passed.unsupported {
        report.skip(format!("packets of link type {link}"), *count);
    }
    report.skip("TCP streams that are not SIP", passed.foreign_streams);
    report.skip(
        "TCP streams given up for want of room",
        passed.dropped_streams,
    );
    report.skip("gaps in TCP streams", passed.gaps);
    report.skip("octets missing in TCP streams", passed.lost);
}
