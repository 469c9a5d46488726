//! A run of octets, all asked the same question at once: the answers are bits, the first octet the
//! lowest.
//!
//! With the feature `simd` by vector instructions, through the `wide` crate, if the machine has them.
//! Else the compiler finds some of its own, or none. Both say the same.

use chunks::{Chunk, among, bit};

/// How many octets are read at once.
pub(crate) const CHUNK: usize = 16;

/// How many octets a run has: more than most lines.
pub(crate) const LEN: usize = 3 * CHUNK;

/// Ranges of octets, each with its first and its last.
pub(crate) type Ranges<const N: usize> = [(u8, u8); N];

/// Octets from an offset on.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    chunks: [Chunk; 3],
    /// How far from the first chunk the others begin.
    distances: [usize; 2],
    /// How many octets of the first chunk stand before the run.
    skipped: usize,
}

impl Run {
    /// The octets from `at` on, up to a run of them. What is beyond the end is in no answer. `None` if
    /// there is less than a chunk in all.
    ///
    /// A chunk that would reach beyond the end begins earlier instead, where it covers octets that
    /// another covers too: no branch depends on the length.
    #[inline]
    pub(crate) fn new(octets: &[u8], at: usize) -> Option<Self> {
        let last = octets.len().checked_sub(CHUNK)?;
        let [first, second, third] = [at, at + CHUNK, at + 2 * CHUNK].map(|start| start.min(last));
        let chunk = |start: usize| {
            let chunk = octets.get(start..)?.first_chunk()?;
            Some(Chunk::from(*chunk))
        };
        Some(Self {
            chunks: [chunk(first)?, chunk(second)?, chunk(third)?],
            distances: [second - first, third - first],
            skipped: at - first,
        })
    }

    /// The same of 8 to 15 octets: one chunk, with zeros after them.
    #[inline]
    pub(crate) fn of_few(octets: &[u8], at: usize) -> Option<Self> {
        let word = |octets: &[u8; 8]| u128::from(u64::from_le_bytes(*octets));
        let (first, last) = (octets.first_chunk()?, octets.last_chunk()?);
        let octets = word(first) | word(last) << (8 * (octets.len() - 8));
        Some(Self {
            chunks: [Chunk::from(octets.to_le_bytes()); 3],
            distances: [0; 2],
            skipped: at,
        })
    }

    /// Which octets are in one of the ranges.
    #[inline]
    pub(crate) fn among<const N: usize>(self, ranges: Ranges<N>) -> u64 {
        self.join(among(self.chunks, ranges))
    }

    /// Which octets have that bit set, of 0 to 7.
    #[inline]
    pub(crate) fn bit(self, n: u32) -> u64 {
        let [first, second, third] = self.chunks;
        self.join([bit(n, first), bit(n, second), bit(n, third)])
    }

    #[inline]
    fn join(self, [first, second, third]: [u64; 3]) -> u64 {
        let [to_second, to_third] = self.distances;
        (first | second << to_second | third << to_third) >> self.skipped
    }
}

/// Whether all octets of the chunks are in one of the ranges.
#[inline]
pub(crate) fn all_among<const N: usize>(chunks: [[u8; CHUNK]; 3], ranges: Ranges<N>) -> bool {
    let [first, second, third] = among(chunks.map(Chunk::from), ranges);
    first & second & third == (1 << CHUNK) - 1
}

#[cfg(all(
    feature = "simd",
    any(
        target_feature = "sse2",
        target_feature = "neon",
        target_feature = "simd128"
    )
))]
mod chunks {
    use super::Ranges;

    pub(super) type Chunk = wide::u8x16;

    #[inline]
    pub(super) fn among<const N: usize>(
        [first, second, third]: [Chunk; 3],
        ranges: Ranges<N>,
    ) -> [u64; 3] {
        let among = |octets: Chunk| {
            let mut found = Chunk::ZERO;
            for (first, last) in ranges {
                let above = octets - Chunk::splat(first);
                found |= above.min(Chunk::splat(last - first)).cmp_eq(above);
            }
            bit(7, found)
        };
        [among(first), among(second), among(third)]
    }

    #[inline]
    pub(super) fn bit(n: u32, mut octets: Chunk) -> u64 {
        for _ in n..7 {
            octets += octets;
        }
        u64::from(octets.move_mask().unsigned_abs())
    }
}

#[cfg(not(all(
    feature = "simd",
    any(
        target_feature = "sse2",
        target_feature = "neon",
        target_feature = "simd128"
    )
)))]
mod chunks {
    use super::{CHUNK, Ranges};

    pub(super) type Chunk = [u8; CHUNK];

    #[inline]
    pub(super) fn among<const N: usize>(mut chunks: [Chunk; 3], ranges: Ranges<N>) -> [u64; 3] {
        // One loop over all of them is what a compiler makes vector instructions of.
        for octet in chunks.as_flattened_mut() {
            let mut found = false;
            for (first, last) in ranges {
                found |= octet.wrapping_sub(first) <= last - first;
            }
            *octet = u8::from(found);
        }
        chunks.map(|chunk| bit(0, chunk))
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "each half is meant by itself"
    )]
    pub(super) fn bit(n: u32, octets: Chunk) -> u64 {
        const LOWEST: u64 = 0x0101_0101_0101_0101;
        // Moves the lowest bit of octet n to bit 56 + n.
        const GATHER: u64 = 0x0102_0408_1020_4080;
        let octets = u128::from_le_bytes(octets);
        let gather = |octets: u64| (octets >> n & LOWEST).wrapping_mul(GATHER) >> 56;
        gather(octets as u64) | gather((octets >> 64) as u64) << 8
    }
}
