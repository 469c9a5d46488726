//! Numbers that look random and are the same every time.

/// `SplitMix64`: a generator of 64 bits of state, which has no bad seed and takes a nanosecond a
/// number.
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

    /// The next number below `bound`; 0 if the bound is 0.
    ///
    /// It is the remainder of a division, so that small numbers come a little more often: of a bound
    /// of 2³², one in 2³².
    pub const fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than the bound")]
        {
            (self.next_u64() % bound as u64) as u32
        }
    }
}
