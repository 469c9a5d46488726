//! Counts by keys that strangers choose, in bounded memory.

use std::collections::HashMap;

use foldhash::quality::RandomState;

/// How many keys are counted each for itself.
const DISTINCT_KEYS: usize = 1024;

/// How many octets of a key are kept.
const KEY_OCTETS: usize = 256;

/// Counts by key, for the first keys. All others count as one.
#[derive(Default)]
pub(crate) struct BoundedCounts<T> {
    pub(crate) kept: HashMap<Box<[u8]>, T, RandomState>,
    pub(crate) others: T,
}

impl<T: Default> BoundedCounts<T> {
    /// The count of a key.
    pub(crate) fn of(&mut self, key: &[u8]) -> &mut T {
        let key = key.get(..KEY_OCTETS).unwrap_or(key);
        if self.kept.len() < DISTINCT_KEYS && !self.kept.contains_key(key) {
            self.kept.insert(key.into(), T::default());
        }
        self.kept.get_mut(key).unwrap_or(&mut self.others)
    }

    /// Adds the counts of a source that was counted apart.
    pub(crate) fn join(&mut self, other: Self, add: impl Fn(&mut T, T)) {
        // If there is no room for all, it is no accident which of them get it.
        let mut kept: Vec<_> = other.kept.into_iter().collect();
        kept.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (key, count) in kept {
            add(self.of(&key), count);
        }
        add(&mut self.others, other.others);
    }
}
