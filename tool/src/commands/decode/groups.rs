//! `--summary --by`: the responses of each sender, receiver, method, minute or code.

use core::cmp::Reverse;

use clap::ValueEnum;
use serde::Serialize;

use super::bounded::BoundedCounts;
use crate::output::clock;
use sip_status_decode::Response;

/// What responses can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupKey {
    /// The address that sent them
    Src,
    /// The address that they were sent to
    Dst,
    /// The method of the request
    Method,
    /// The minute in which they were captured, in UTC
    Minute,
    /// The status code
    Code,
}

impl GroupKey {
    /// The group of a response. Of what has none, it is empty.
    fn of(self, response: &Response<'_>) -> Vec<u8> {
        let origin = response.record.origin;
        let key = match self {
            Self::Src => origin.map(|origin| origin.src.ip().to_string()),
            Self::Dst => origin.map(|origin| origin.dst.ip().to_string()),
            Self::Method => return response.headers.method.unwrap_or_default().to_vec(),
            Self::Minute => origin
                .and_then(|origin| origin.time)
                .and_then(clock::minute),
            Self::Code => response.code().map(|code| code.to_string()),
        };
        key.unwrap_or_default().into_bytes()
    }

    /// Its name, as in the argument.
    const fn name(self) -> &'static str {
        match self {
            Self::Src => "src",
            Self::Dst => "dst",
            Self::Method => "method",
            Self::Minute => "minute",
            Self::Code => "code",
        }
    }
}

/// The responses of a group.
#[derive(Clone, Copy, Default)]
struct GroupCounts {
    classes: [u64; 6],
    refused: u64,
}

impl GroupCounts {
    fn add(&mut self, response: &Response<'_>) {
        let class = response.parsed.as_ref().ok();
        let index = class.map(|parsed| usize::from(parsed.line.code.class() as u8) - 1);
        match index.and_then(|index| self.classes.get_mut(index)) {
            Some(count) => *count += 1,
            None => self.refused += 1,
        }
    }

    fn join(&mut self, other: Self) {
        for (count, more) in self.classes.iter_mut().zip(other.classes) {
            *count += more;
        }
        self.refused += other.refused;
    }

    fn total(&self) -> u64 {
        self.classes.iter().sum::<u64>() + self.refused
    }
}

/// Counts responses by group.
pub(crate) struct GroupCounter {
    by: GroupKey,
    counts: BoundedCounts<GroupCounts>,
}

impl GroupCounter {
    pub(crate) fn new(by: GroupKey) -> Self {
        Self {
            by,
            counts: BoundedCounts::default(),
        }
    }

    pub(crate) fn add(&mut self, response: &Response<'_>) {
        self.counts.of(&self.by.of(response)).add(response);
    }

    /// For another source, whose counts are to be joined to these.
    pub(crate) fn apart(&self) -> Self {
        Self::new(self.by)
    }

    /// Adds the counts of a source that was counted apart.
    pub(crate) fn join(&mut self, other: Self) {
        self.counts.join(other.counts, GroupCounts::join);
    }

    /// The groups in the order in which they are shown: of time and code, or the largest first.
    pub(crate) fn breakdown(self) -> Breakdown {
        let groups = self.counts.kept.into_iter();
        let mut groups: Vec<_> = groups
            .map(|(key, counts)| Group::new(&key, counts))
            .collect();
        groups.sort_by(|a, b| match self.by {
            GroupKey::Minute | GroupKey::Code => a.key.cmp(&b.key),
            _ => (Reverse(a.count), &a.key).cmp(&(Reverse(b.count), &b.key)),
        });
        Breakdown {
            by: self.by.name(),
            groups,
            others: self.counts.others.total(),
        }
    }
}

/// The responses by what was asked for.
#[derive(Serialize)]
pub(crate) struct Breakdown {
    pub(crate) by: &'static str,
    pub(crate) groups: Vec<Group>,
    /// How many are of groups beyond the first 1024.
    pub(crate) others: u64,
}

/// The responses of a group, by class.
#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) key: String,
    pub(crate) count: u64,
    pub(crate) provisional: u64,
    pub(crate) success: u64,
    pub(crate) redirection: u64,
    pub(crate) client_error: u64,
    pub(crate) server_error: u64,
    pub(crate) global_failure: u64,
    pub(crate) refused: u64,
}

impl Group {
    fn new(key: &[u8], counts: GroupCounts) -> Self {
        let [
            provisional,
            success,
            redirection,
            client_error,
            server_error,
            global_failure,
        ] = counts.classes;
        Self {
            key: String::from_utf8_lossy(key).into_owned(),
            count: counts.total(),
            provisional,
            success,
            redirection,
            client_error,
            server_error,
            global_failure,
            refused: counts.refused,
        }
    }
}
