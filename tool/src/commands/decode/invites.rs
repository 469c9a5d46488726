//! How many calls were tried and how many were answered.

use core::hash::BuildHasher;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;

use sip_status_decode::Headers;

/// How many calls are remembered before the oldest are forgotten. One that comes up again after that
/// is counted again.
const REMEMBERED_CALLS: usize = 1 << 16;

/// Calls by their Call-ID: one with an INVITE is tried, one with a 2xx to it is answered, however
/// many proxies, challenges and re-INVITEs it goes through.
#[derive(Default)]
pub(crate) struct Invites {
    state: RandomState,
    /// Whether each was answered.
    recent: HashMap<u64, bool>,
    older: HashMap<u64, bool>,
    pub(crate) tried: u64,
    pub(crate) answered: u64,
}

impl Invites {
    /// Adds a message of a call, if it is an INVITE or a response to one.
    pub(crate) fn add(&mut self, headers: &Headers<'_>, is_answer: bool) {
        let (Some(call_id), Some(b"INVITE")) = (headers.call_id, headers.method) else {
            return;
        };
        let call = self.state.hash_one(call_id);
        let known = self.recent.get(&call).or_else(|| self.older.get(&call));
        let was_answered = known.copied();
        if was_answered == Some(true) || was_answered == Some(is_answer) {
            return;
        }
        self.tried += u64::from(was_answered.is_none());
        self.answered += u64::from(is_answer);
        self.recent.insert(call, is_answer);
        if self.recent.len() >= REMEMBERED_CALLS {
            self.older = core::mem::take(&mut self.recent);
        }
    }
}
