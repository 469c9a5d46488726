//! A run of octets, all asked the same question at once: the answers are bits, the first octet the
//! lowest.
//!
//! That takes vector instructions: the feature `simd`, which has them through the `wide` crate, and a
//! machine that knows them. Without, there is no run, and octets are asked one by one.

pub(crate) use chosen::Run;

/// How many octets are read at once.
pub(crate) const CHUNK: usize = 16;

/// How many octets a run has: more than most lines.
pub(crate) const LEN: usize = 3 * CHUNK;

/// Ranges of octets, each with its first and its last.
pub(crate) type Ranges<const N: usize> = [(u8, u8); N];

#[cfg(all(
    feature = "simd",
    any(
        target_feature = "sse2",
        target_feature = "neon",
        target_feature = "simd128"
    )
))]
mod chosen {
    use super::{CHUNK, Ranges};

    type Chunk = wide::u8x16;

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
        /// The octets from `at` on, up to a run of them. What is beyond the end is in no answer. `None`
        /// if there is less than a chunk in all.
        ///
        /// A chunk that would reach beyond the end begins earlier instead, where it covers octets that
        /// another covers too: no branch depends on the length.
        #[inline]
        pub(crate) fn new(octets: &[u8], at: usize) -> Option<Self> {
            let last = octets.len().checked_sub(CHUNK)?;
            let [first, second, third] =
                [at, at + CHUNK, at + 2 * CHUNK].map(|start| start.min(last));
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
            let among = |octets: Chunk| {
                let mut found = Chunk::ZERO;
                for (first, last) in ranges {
                    let above = octets - Chunk::splat(first);
                    found |= above.min(Chunk::splat(last - first)).cmp_eq(above);
                }
                bit(7, found)
            };
            let [first, second, third] = self.chunks;
            self.join([among(first), among(second), among(third)])
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

    #[inline]
    fn bit(n: u32, mut octets: Chunk) -> u64 {
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
mod chosen {
    use super::Ranges;

    /// There is none.
    #[derive(Clone, Copy)]
    pub(crate) enum Run {}

    impl Run {
        #[inline]
        pub(crate) const fn new(_: &[u8], _: usize) -> Option<Self> {
            None
        }

        #[inline]
        pub(crate) const fn of_few(_: &[u8], _: usize) -> Option<Self> {
            None
        }

        #[inline]
        pub(crate) const fn among<const N: usize>(self, _: Ranges<N>) -> u64 {
            match self {}
        }

        #[inline]
        pub(crate) const fn bit(self, _: u32) -> u64 {
            match self {}
        }
    }
}
