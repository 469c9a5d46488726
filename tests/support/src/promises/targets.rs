//! The bodies of the fuzz targets: octets in, a panic if they break a promise.

use sip_status_line::{Parser, ReasonPhrase, StatusCode, StatusLine, registry};

use super::{
    agrees_with_the_oracle, allowing_more_changes_no_accept, complete_and_streaming_agree,
    every_split_agrees, finding_agrees, lines_agree, need_more_is_exact, no_control_gets_in,
    no_deviation_means_the_same_octets, nothing_counts_beyond_the_bound, nothing_panics,
    offsets_are_precise, output_borrows_from_the_input, reasons_hold_no_control, registry_agrees,
    round_trips, what_was_accepted_is_written_strictly,
};
use crate::oracle::{INTEROP, OBSERVE, Policy, STRICT};

/// The octets under each named policy, so that a file of the corpus is read as what it is; and without their last
/// two under the policy which those spell.
///
/// The last octet holds the deviations that are allowed, lowest bit first. If its top bit is set, the octet before
/// it is `max_len`.
fn policies(input: &[u8]) -> impl Iterator<Item = (Policy, &[u8])> {
    let named = [STRICT, INTEROP, OBSERVE].map(|policy| (policy, input));
    let spelt = input.split_last_chunk().map(|(input, &[max_len, bits])| {
        let max_len = if bits & 0x80 == 0 {
            STRICT.max_len
        } else {
            max_len.into()
        };
        let allowed = bits & 0x7F;
        (Policy { allowed, max_len }, input)
    });
    named.into_iter().chain(spelt)
}

/// Each answer alone holds what is promised of it.
pub fn parse(input: &[u8]) {
    for (policy, input) in policies(input) {
        nothing_panics(policy, input);
        complete_and_streaming_agree(policy, input);
        no_deviation_means_the_same_octets(policy, input);
        what_was_accepted_is_written_strictly(policy, input);
        no_control_gets_in(policy, input);
        allowing_more_changes_no_accept(policy, input);
        offsets_are_precise(policy, input);
        output_borrows_from_the_input(policy, input);
        nothing_counts_beyond_the_bound(policy, input);
    }
}

/// The crate and the oracle agree.
pub fn differential(input: &[u8]) {
    for (policy, input) in policies(input) {
        agrees_with_the_oracle(policy, input);
    }
}

/// A line that was made rather than read is written as one that reads back.
pub fn roundtrip(line: StatusLine<'_>) {
    round_trips(line);
    reasons_hold_no_control(line.reason.as_bytes());
}

/// A stream gets the same answers in whatever pieces it comes.
pub fn split(input: &[u8]) {
    for (policy, input) in policies(input) {
        every_split_agrees(policy, input);
        need_more_is_exact(policy, input);
    }
}

/// The iterators say what a plain loop says.
pub fn lines(input: &[u8]) {
    for (policy, input) in policies(input) {
        lines_agree(policy, input);
        finding_agrees(policy, input);
    }
}

/// The registry says what its table says: of the line, or else of the octets up to the first control as a phrase.
pub fn registry(input: &[u8]) {
    let end = ReasonPhrase::new(input).map_or_else(|error| error.offset(), |_| input.len());
    let code = input
        .first_chunk()
        .map_or(200, |octets| 100 + u16::from_le_bytes(*octets) % 600);
    registry_agrees(Parser::OBSERVE.line(input).map_or_else(
        |_| StatusLine {
            code: StatusCode::new(code).unwrap(),
            reason: ReasonPhrase::new(&input[..end]).unwrap(),
        },
        |parsed| parsed.line,
    ));
    for cause in input {
        let _ = registry::from_q850(*cause);
    }
}
