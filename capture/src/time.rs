//! Times of packets.

use core::fmt;

/// When a packet was captured: seconds since 1970-01-01 UTC, with as many decimals as the file has.
///
/// `Display` writes `1795167049.752682`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    seconds: i64,
    fraction: u64,
    decimals: u32,
}

/// The decimals of a nanosecond.
const NANO: u32 = 9;

impl Time {
    /// A fraction of a second is that many units of 10 to the power of minus `decimals`.
    pub(crate) const fn new(seconds: i64, fraction: u64, decimals: u32) -> Self {
        Self {
            seconds,
            fraction,
            decimals,
        }
    }

    /// Whole seconds since 1970-01-01 UTC, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds since 1970-01-01 UTC, rounded down: what times are subtracted and compared by.
    #[must_use]
    pub fn nanoseconds(self) -> i128 {
        let power = |exponent| 10_u64.checked_pow(exponent).unwrap_or(u64::MAX);
        let fraction = match self.decimals.checked_sub(NANO) {
            None => i128::from(self.fraction) * i128::from(power(NANO - self.decimals)),
            Some(excess) => i128::from(self.fraction / power(excess)),
        };
        i128::from(self.seconds) * i128::from(power(NANO)) + fraction
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.seconds, f)?;
        if self.decimals == 0 {
            return Ok(());
        }
        // A number of 64 bits has 20 digits at most.
        let mut text = [b'0'; 20];
        let mut rest = self.fraction;
        let width = usize::try_from(self.decimals).unwrap_or(text.len());
        let digits = text.len().saturating_sub(width);
        for digit in text.iter_mut().skip(digits).rev() {
            // The remainder is below ten.
            *digit += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        if rest > 0 {
            // Not a fraction, which only a broken capture has
            return write!(f, ".{}", self.fraction);
        }
        let digits = text.get(digits..).unwrap_or_default();
        f.write_str(".")?;
        f.write_str(core::str::from_utf8(digits).unwrap_or_default())
    }
}

/// Which packet brought something.
#[derive(Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) frame: u64,
    pub(crate) time: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn times_are_compared_in_nanoseconds() {
        for (time, shown, nanoseconds) in [
            (Time::new(7, 0, 0), "7", 7_000_000_000),
            (Time::new(7, 50, 3), "7.050", 7_050_000_000),
            (Time::new(-1, 750_000, 6), "-1.750000", -250_000_000),
            (Time::new(1, 4_000_000, 6), "1.4000000", 5_000_000_000),
            (
                Time::new(1, 999_999_999_999, 12),
                "1.999999999999",
                1_999_999_999,
            ),
        ] {
            assert_eq!(
                (time.to_string().as_str(), time.nanoseconds()),
                (shown, nanoseconds)
            );
        }
    }
}
