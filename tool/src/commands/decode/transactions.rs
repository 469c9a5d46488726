//! Transactions: a request and its responses, which have the same branch, Call-ID and `CSeq` (RFC 3261
//! §17).
//!
//! Memory is bounded: no more than a number of them are open, each of bounded size. The oldest is
//! given up for a new one.

use core::net::SocketAddr;
use std::collections::{HashMap, VecDeque};

use sip_status_capture::{Origin, Time};
use sip_status_line::StatusCode;

use sip_status_decode::Headers;

/// How many transactions are open at a time.
const OPEN: usize = 1 << 14;

/// How many octets of a header are kept.
const HEADER_OCTETS: usize = 256;

/// How many codes of a transaction are kept.
const CODES: usize = 16;

/// How long after its last message a transaction is over, in nanoseconds: with a final response, 64
/// times T1, as long as that is repeated; without one, three minutes, Timer C of a proxy.
const OVER_AFTER_FINAL: i128 = 32_000_000_000;
const OVER_WITHOUT_FINAL: i128 = 180_000_000_000;

/// A transaction between two elements.
pub(crate) struct Transaction {
    key: Box<[u8]>,
    /// The file and the frame of its first message.
    pub(crate) source: String,
    pub(crate) record: u64,
    /// When that was.
    pub(crate) time: Option<Time>,
    /// Who sent the request, and to whom.
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    pub(crate) transport: &'static str,
    pub(crate) call_id: Box<[u8]>,
    pub(crate) method: Box<[u8]>,
    pub(crate) cseq: Option<u32>,
    /// Whether the request was captured.
    pub(crate) has_request: bool,
    /// The codes of its responses, in order, without repeats.
    pub(crate) codes: Vec<StatusCode>,
    /// How many messages were captured again.
    pub(crate) repeats: u64,
    /// Nanoseconds from its first message to the first provisional and to the first final response.
    pub(crate) to_provisional: Option<i128>,
    pub(crate) to_final: Option<i128>,
    /// Nanoseconds of the epoch of its last message.
    last: Option<i128>,
}

/// The messages of one transaction, as far as they say which it is.
struct Identity<'a> {
    branch: &'a [u8],
    call_id: &'a [u8],
    method: &'a [u8],
    cseq: Option<u32>,
}

impl<'a> Identity<'a> {
    /// None if a header is missing.
    fn new(headers: &Headers<'a>) -> Option<Self> {
        let kept = |value: &'a [u8]| value.get(..HEADER_OCTETS).unwrap_or(value);
        Some(Self {
            branch: kept(headers.branch()?),
            call_id: kept(headers.call_id?),
            method: kept(headers.method?),
            cseq: headers.cseq,
        })
    }

    fn key(&self) -> Box<[u8]> {
        let cseq = self.cseq.unwrap_or_default().to_be_bytes();
        // None of them holds an LF.
        [self.branch, self.call_id, self.method, &cseq]
            .join(&b'\n')
            .into()
    }
}

/// The open transactions, the oldest first.
#[derive(Default)]
pub(crate) struct Transactions {
    open: VecDeque<Transaction>,
    /// How many were before the first of those.
    closed: u64,
    /// The number of each.
    numbers: HashMap<Box<[u8]>, u64>,
    /// How many were given up before they had a final response, for want of room.
    pub(crate) given_up: u64,
}

impl Transactions {
    /// Adds a request. Returns false if it lacks the headers that say of which transaction.
    pub(crate) fn request(
        &mut self,
        source: &str,
        record: u64,
        origin: &Origin,
        headers: &Headers<'_>,
    ) -> bool {
        let Some(identity) = Identity::new(headers) else {
            return false;
        };
        // An ACK has no response.
        if identity.method == b"ACK" {
            return true;
        }
        let known = self.find(&identity);
        if let Some(transaction) = known {
            transaction.repeats += 1;
            transaction.last = origin.time.map(Time::nanoseconds);
            return true;
        }
        self.begin(source, record, origin, &identity, true);
        true
    }

    /// Adds a response. Returns false if it lacks the headers that say of which transaction.
    pub(crate) fn response(
        &mut self,
        source: &str,
        record: u64,
        origin: &Origin,
        headers: &Headers<'_>,
        code: StatusCode,
    ) -> bool {
        let Some(identity) = Identity::new(headers) else {
            return false;
        };
        if self.find(&identity).is_none() {
            self.begin(source, record, origin, &identity, false);
        }
        let Some(transaction) = self.find(&identity) else {
            return true;
        };
        let now = origin.time.map(Time::nanoseconds);
        transaction.last = now;
        if transaction.codes.contains(&code) {
            transaction.repeats += 1;
            return true;
        }
        let first = transaction.time.map(Time::nanoseconds);
        let elapsed = now.zip(first).map(|(now, first)| now - first);
        let to_first = if code.is_final() {
            &mut transaction.to_final
        } else {
            &mut transaction.to_provisional
        };
        *to_first = to_first.or(elapsed);
        if transaction.codes.len() < CODES {
            transaction.codes.push(code);
        }
        true
    }

    fn find(&mut self, identity: &Identity<'_>) -> Option<&mut Transaction> {
        let number = self.numbers.get(&identity.key())?;
        let index = usize::try_from(number - self.closed).ok()?;
        self.open.get_mut(index)
    }

    fn begin(
        &mut self,
        source: &str,
        record: u64,
        origin: &Origin,
        identity: &Identity<'_>,
        has_request: bool,
    ) {
        let (client, server) = if has_request {
            (origin.src, origin.dst)
        } else {
            (origin.dst, origin.src)
        };
        let key = identity.key();
        let number = self.closed + self.open.len() as u64;
        self.numbers.insert(key.clone(), number);
        self.open.push_back(Transaction {
            key,
            source: source.to_owned(),
            record,
            time: origin.time,
            client,
            server,
            transport: origin.transport.name(),
            call_id: identity.call_id.into(),
            method: identity.method.into(),
            cseq: identity.cseq,
            has_request,
            codes: Vec::new(),
            repeats: 0,
            to_provisional: None,
            to_final: None,
            last: origin.time.map(Time::nanoseconds),
        });
    }

    /// The oldest transaction, if it is over by then or there is no room for it.
    pub(crate) fn next_over(&mut self, now: Option<Time>) -> Option<Transaction> {
        let oldest = self.open.front()?;
        let is_final = oldest.to_final.is_some();
        let limit = if is_final {
            OVER_AFTER_FINAL
        } else {
            OVER_WITHOUT_FINAL
        };
        let quiet = now.map(Time::nanoseconds).zip(oldest.last);
        let is_over = quiet.is_some_and(|(now, last)| now - last > limit);
        if !is_over && self.open.len() <= OPEN {
            return None;
        }
        self.given_up += u64::from(!is_over && !is_final);
        self.close_oldest()
    }

    /// The oldest transaction, which is open no more.
    pub(crate) fn close_oldest(&mut self) -> Option<Transaction> {
        let oldest = self.open.pop_front()?;
        self.numbers.remove(&oldest.key);
        self.closed += 1;
        Some(oldest)
    }
}
