//! IP payloads out of their fragments.
//!
//! What etherparse offers for this holds as many payloads as come, lets later fragments overwrite
//! earlier ones, and refuses those that were captured in part.

use std::collections::HashMap;

use crate::packet::{Fragment, Whole};
use crate::time::Arrival;

/// Payloads that are put together at a time; of more, the oldest is given up.
const PAYLOADS: usize = 256;

/// Octets that are held of all of them, and of each.
const FRAGMENT_OCTETS: usize = 4 << 20;
const LARGEST: usize = 1 << 16;

/// What a fragment costs besides its octets.
const OVERHEAD: usize = 64;

/// How long a payload is waited for, in packets and in seconds. Fragments that come later belong to
/// another one with the same number.
const PACKETS: u64 = 1 << 16;
const SECONDS: u64 = 30;

/// The payloads of which not all fragments have come.
#[derive(Default)]
pub(crate) struct Fragments {
    payloads: HashMap<Whole, Parts>,
    octets: usize,
}

/// The fragments that have come of a payload.
pub(crate) struct Parts {
    /// Which packet brought the first of them.
    pub(crate) arrival: Arrival,
    /// Each with its offset, in their order.
    list: Vec<(usize, Vec<u8>)>,
    octets: usize,
    /// Where the payload ends, once the last fragment has come.
    end: Option<usize>,
}

/// What became of a payload.
pub(crate) enum Outcome {
    /// It is waited for.
    Pending,
    Whole(Vec<u8>),
    /// The fragment is none, or one too many.
    Refused,
}

impl Fragments {
    /// Takes a fragment. `expired` gets what is given up to make room.
    pub(crate) fn add(
        &mut self,
        arrival: Arrival,
        fragment: &Fragment<'_>,
        expired: &mut Vec<(Whole, Parts)>,
    ) -> Outcome {
        let end = fragment.offset + fragment.octets.len();
        if end > LARGEST || fragment.octets.is_empty() {
            return Outcome::Refused;
        }
        let outdated = self.payloads.get(&fragment.of);
        if outdated.is_some_and(|parts| parts.is_older_than(arrival)) {
            self.remove(fragment.of, expired);
        }
        let cost = fragment.octets.len() + OVERHEAD;
        while self.octets + cost > FRAGMENT_OCTETS
            || self.payloads.len() >= PAYLOADS && !self.payloads.contains_key(&fragment.of)
        {
            let oldest = self
                .payloads
                .iter()
                .min_by_key(|(_, parts)| parts.arrival.frame);
            let Some((oldest, _)) = oldest else { break };
            self.remove(*oldest, expired);
        }
        let parts = self.payloads.entry(fragment.of).or_insert_with(|| Parts {
            arrival,
            list: Vec::new(),
            octets: 0,
            end: None,
        });
        if parts.octets + cost > 2 * LARGEST {
            return Outcome::Refused;
        }
        parts.octets += cost;
        self.octets += cost;
        // In the order of their offsets, and those of the same in which they came.
        let at = parts
            .list
            .partition_point(|(offset, _)| *offset <= fragment.offset);
        parts
            .list
            .insert(at, (fragment.offset, fragment.octets.to_vec()));
        if !fragment.more && !fragment.cut {
            parts.end = parts.end.or(Some(end));
        }
        match parts.whole() {
            Some(whole) => {
                self.octets -= parts.octets;
                self.payloads.remove(&fragment.of);
                Outcome::Whole(whole)
            }
            None => Outcome::Pending,
        }
    }

    fn remove(&mut self, whole: Whole, expired: &mut Vec<(Whole, Parts)>) {
        if let Some(parts) = self.payloads.remove(&whole) {
            self.octets -= parts.octets;
            expired.push((whole, parts));
        }
    }

    /// Gives up all of them, in the order in which they began.
    pub(crate) fn drain(&mut self) -> Vec<(Whole, Parts)> {
        self.octets = 0;
        let mut rest: Vec<_> = self.payloads.drain().collect();
        rest.sort_by_key(|(_, parts)| parts.arrival.frame);
        rest
    }
}

impl Parts {
    pub(crate) fn count(&self) -> u64 {
        self.list.len() as u64
    }

    fn is_older_than(&self, arrival: Arrival) -> bool {
        let times = self.arrival.time.zip(arrival.time);
        let seconds = times.map_or(0, |(first, last)| last.seconds().abs_diff(first.seconds()));
        arrival.frame - self.arrival.frame > PACKETS || seconds > SECONDS
    }

    /// The payload, if all of it is there.
    fn whole(&self) -> Option<Vec<u8>> {
        let mut known = 0;
        for (offset, part) in &self.list {
            if *offset > known {
                return None;
            }
            known = known.max(offset + part.len());
        }
        (known >= self.end?).then(|| self.beginning())
    }

    /// The payload up to the first hole. Where fragments overlap, the one that begins earlier
    /// counts.
    pub(crate) fn beginning(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for (offset, part) in &self.list {
            let Some(known) = octets.len().checked_sub(*offset) else {
                break;
            };
            octets.extend(part.get(known..).unwrap_or_default());
        }
        if let Some(end) = self.end {
            octets.truncate(end);
        }
        octets
    }
}
