//! WebSocket messages that are compressed (RFC 7692, permessage-deflate).

use core::mem;

use flate2::{Decompress, FlushDecompress, Status};

use crate::outlet::KEPT;
use crate::syntax::LONGEST_BODY;

/// What a compressed message ends with, and its sender leaves out (§7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// About how much memory a decompressor takes: the last 32 KiB of what it wrote, and its tables.
const STATE: usize = 48 << 10;

/// The messages of one direction, each of which may repeat parts of those before.
pub(crate) enum Inflater {
    /// All of them have been seen.
    Complete(Option<Box<Decompress>>),
    /// One of them was not, so that no other can be read.
    Lost,
}

/// The beginning of a message.
pub(crate) struct Inflated {
    pub(crate) octets: Vec<u8>,
    /// How many more it has that were not kept.
    pub(crate) beyond: u64,
}

impl Inflater {
    pub(crate) const fn held(&self) -> usize {
        match self {
            Self::Complete(Some(_)) => STATE,
            _ => 0,
        }
    }

    /// Inflates a message. One that is not whole is the last. None if it is broken, or too large to be
    /// worth the time.
    pub(crate) fn message(&mut self, compressed: &[u8], is_whole: bool) -> Option<Inflated> {
        let Self::Complete(decompressor) = mem::replace(self, Self::Lost) else {
            return None;
        };
        let mut decompressor = decompressor.unwrap_or_else(|| Box::new(Decompress::new(false)));
        let tail = if is_whole { TAIL.as_slice() } else { &[] };
        let mut inflated = Inflated {
            octets: Vec::new(),
            beyond: 0,
        };
        for part in [compressed, tail] {
            if inflate(&mut decompressor, part, &mut inflated)? == Status::StreamEnd {
                // So has an end of its own, and what comes next begins anew (§7.2.3.5).
                decompressor.reset(false);
                break;
            }
        }
        if is_whole {
            *self = Self::Complete(Some(decompressor));
        }
        Some(inflated)
    }
}

/// Inflates a part of a message.
fn inflate(
    decompressor: &mut Decompress,
    mut compressed: &[u8],
    inflated: &mut Inflated,
) -> Option<Status> {
    let mut chunk = [0; 4096];
    loop {
        let before = (decompressor.total_in(), decompressor.total_out());
        let status = decompressor
            .decompress(compressed, &mut chunk, FlushDecompress::Sync)
            .ok()?;
        let read = usize::try_from(decompressor.total_in() - before.0).ok()?;
        let written = usize::try_from(decompressor.total_out() - before.1).ok()?;
        compressed = compressed.get(read..)?;
        let octets = chunk.get(..written)?;
        let room = KEPT - inflated.octets.len();
        let (within, beyond) = octets.split_at_checked(room).unwrap_or((octets, &[]));
        inflated.octets.extend_from_slice(within);
        inflated.beyond += beyond.len() as u64;
        if inflated.beyond > LONGEST_BODY {
            return None;
        }
        let is_done = compressed.is_empty() && written < chunk.len();
        if is_done || status == Status::StreamEnd || (read, written) == (0, 0) {
            return Some(status);
        }
    }
}
