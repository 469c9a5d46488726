//! Numbers that look random and are the same every time.

/// A generator with 64 bits of state, which has no bad seed and takes a nanosecond a number: Steele, Lea
/// and Flood, "Fast Splittable Pseudorandom Number Generators".
///
/// The same seed gives the same numbers on every machine and in every version. Nothing secret may
/// depend on them.
///
/// ```
/// use sip_status_lab::SplitMix64;
///
/// let mut random = SplitMix64::new(7);
/// let first = random.next_u64();
/// assert_ne!(first, random.next_u64());
/// assert_eq!(first, SplitMix64::new(7).next_u64());
/// assert!(random.below(6) < 6);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The generator that begins with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 64 bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if the bound is 0.
    ///
    /// It is the remainder of a division, so that small numbers come a little more often: of a bound
    /// of 2³², by one in 2³².
    pub fn below(&mut self, bound: usize) -> usize {
        let drawn = self.next_u64().checked_rem(bound as u64);
        drawn.map_or(0, |drawn| usize::try_from(drawn).unwrap_or(0))
    }

    /// Any octet.
    pub const fn octet(&mut self) -> u8 {
        let [octet, ..] = self.next_u64().to_be_bytes();
        octet
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    /// Known answers: those of the generator that seeds xoshiro256.
    #[test]
    fn is_the_published_generator() {
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }
}
