//! Seconds of the epoch as date and time of day.

use core::fmt;

use sip_status_capture::Time;

/// A moment in UTC. `Display` gives the time of day, `14:03:27.042`.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// Counted from 1970-01-01.
    pub(crate) day: i64,
    millisecond: u64,
}

/// The milliseconds of a day.
const DAY: i128 = 24 * 60 * 60 * 1000;

impl Clock {
    pub(crate) fn new(time: Time) -> Self {
        let millisecond = time.nanoseconds().div_euclid(1_000_000);
        // No capture claims a day that does not fit, but a broken one.
        let day = i64::try_from(millisecond.div_euclid(DAY)).unwrap_or_default();
        let millisecond = u64::try_from(millisecond.rem_euclid(DAY)).unwrap_or_default();
        Self { day, millisecond }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.millisecond / 1000;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        let (seconds, milliseconds) = (seconds % 60, self.millisecond % 1000);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}")
    }
}

/// A day, counted from 1970-01-01. `Display` gives `2026-11-20`.
pub(crate) struct Date(pub(crate) i64);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The days of the 400 years after which the calendar repeats, and those from the first of
        /// March of the year 0 to the epoch. A year that begins in March ends with its leap day.
        const ERA: i64 = 146_097;
        const EPOCH: i64 = 719_468;
        let day = self.0.saturating_add(EPOCH);
        let (era, day) = (day.div_euclid(ERA), day.rem_euclid(ERA));
        let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // From March on, five months have 153 days, always in the same order.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (next, month) = if month < 10 {
            (0, month + 3)
        } else {
            (1, month - 9)
        };
        let year = year + 400 * era + next;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_have_dates() {
        for (day, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (20_777, "2026-11-20"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Date(day).to_string(), date);
        }
    }
}
