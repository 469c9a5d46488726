//! Which responses were captured before: sent again since no ACK came, or captured twice.

use core::hash::BuildHasher;
use std::collections::HashSet;

use foldhash::quality::RandomState;

use crate::response::Response;

/// How many responses are remembered before the oldest are forgotten.
const REMEMBERED: usize = 1 << 16;

/// The responses seen of late, by a hash of what distinguishes them. At most 131,072 of them, so that
/// memory is bounded.
#[derive(Debug, Default)]
pub struct Repeats {
    state: RandomState,
    recent: HashSet<u64, RandomState>,
    older: HashSet<u64, RandomState>,
}

impl Repeats {
    /// Whether a response between the same ends had the same code, branch, Call-ID and `CSeq`, among
    /// the last 65,536 or more. Of what is from no capture or has no Call-ID, nothing is known.
    pub fn is_repeated(&mut self, response: &Response<'_>) -> bool {
        let headers = &response.headers;
        let (Some(origin), Some(_)) = (response.record.origin, headers.call_id) else {
            return false;
        };
        let ends = (origin.src, origin.dst, response.record.place.name());
        // A CANCEL has the branch of its request and a method of its own.
        let request = (
            headers.branch(),
            headers.call_id,
            headers.cseq,
            headers.method,
        );
        let hash = self.state.hash_one((ends, request, response.code()));
        let is_repeated = !self.recent.insert(hash) || self.older.contains(&hash);
        if self.recent.len() >= REMEMBERED {
            self.older = core::mem::take(&mut self.recent);
        }
        is_repeated
    }
}
