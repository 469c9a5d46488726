//! How many calls were tried and how many were answered.

use core::hash::BuildHasher;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::quality::RandomState;

use sip_status_decode::Headers;

/// How many calls are remembered before the oldest are forgotten. One that comes up again after that
/// is counted again.
const REMEMBERED_CALLS: usize = 1 << 16;

/// Calls by their Call-ID: one with an INVITE is tried, one with a 2xx to it is answered, however
/// many proxies, challenges and re-INVITEs it goes through.
#[derive(Default)]
pub(crate) struct Invites {
    /// The same for all sources, whose calls are compared by their hash.
    state: RandomState,
    /// Whether each was answered.
    recent: HashMap<u64, bool, RandomState>,
    older: HashMap<u64, bool, RandomState>,
    pub(crate) tried: u64,
    pub(crate) answered: u64,
}

impl Invites {
    /// For another source, whose calls may be the same.
    pub(crate) fn apart(&self) -> Self {
        Self {
            state: self.state.clone(),
            ..Self::default()
        }
    }

    /// Adds a message of a call, if it is an INVITE or a response to one.
    pub(crate) fn add(&mut self, headers: &Headers<'_>, is_answer: bool) {
        let (Some(call_id), Some(b"INVITE")) = (headers.call_id, headers.method) else {
            return;
        };
        let call = self.state.hash_one(call_id);
        let recent = self.recent.entry(call);
        let was_answered = match &recent {
            Entry::Occupied(call) => Some(*call.get()),
            Entry::Vacant(_) => self.older.get(&call).copied(),
        };
        if was_answered == Some(true) || was_answered == Some(is_answer) {
            return;
        }
        self.tried += u64::from(was_answered.is_none());
        self.answered += u64::from(is_answer);
        recent.insert_entry(is_answer);
        if self.recent.len() >= REMEMBERED_CALLS {
            self.older = core::mem::take(&mut self.recent);
        }
    }

    /// Whether a call was answered, if it is remembered.
    fn known(&self, call: u64) -> Option<bool> {
        let known = self.recent.get(&call).or_else(|| self.older.get(&call));
        known.copied()
    }

    /// Adds the calls of a source that was counted apart.
    pub(crate) fn join(&mut self, other: Self) {
        self.tried += other.tried;
        self.answered += other.answered;
        let mut calls = other.older;
        calls.extend(other.recent);
        for (call, is_answered) in &mut calls {
            if let Some(was_answered) = self.known(*call) {
                self.tried -= 1;
                self.answered -= u64::from(was_answered && *is_answered);
                *is_answered |= was_answered;
            }
        }
        if self.recent.len() + calls.len() >= REMEMBERED_CALLS {
            self.older = core::mem::take(&mut self.recent);
        }
        self.recent.extend(calls);
    }
}
