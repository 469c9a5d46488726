//! Times of packets as date and time of day, in UTC.

use core::ops::RangeInclusive;
use std::io::{self, Write};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use sip_status_capture::Time;

const MILLISECONDS_OF_DAY: i64 = 24 * 60 * 60 * 1000;

/// The days since 1970-01-01 that are in a year of four digits. Only a broken capture claims others.
const DAYS: RangeInclusive<i64> = -719_528..=2_932_896;

/// When a packet was captured: the day since 1970-01-01, and the millisecond of that day. `None` if
/// that is in no year that has four digits.
fn day_and_millisecond(time: Time) -> Option<(i64, i64)> {
    let nanoseconds = time.nanoseconds();
    // Until the year 2262 that needs no more than 64 bits, which are divided faster.
    let milliseconds = match i64::try_from(nanoseconds) {
        Ok(nanoseconds) => nanoseconds.div_euclid(1_000_000),
        Err(_) => nanoseconds.div_euclid(1_000_000).try_into().ok()?,
    };
    let day = milliseconds.div_euclid(MILLISECONDS_OF_DAY);
    let millisecond = milliseconds.rem_euclid(MILLISECONDS_OF_DAY);
    DAYS.contains(&day).then_some((day, millisecond))
}

/// Dates of times. The last is remembered, for a day has many packets.
#[derive(Default)]
pub(crate) struct Calendar {
    last: Option<(i64, Date)>,
}

impl Calendar {
    /// The date of a time, if its year has four digits.
    pub(crate) fn date(&mut self, time: Time) -> Option<Date> {
        let (day, _) = day_and_millisecond(time)?;
        match self.last {
            Some((last, date)) if last == day => Some(date),
            _ => {
                let date = date(day)?;
                self.last = Some((day, date));
                Some(date)
            }
        }
    }
}

fn date(day: i64) -> Option<Date> {
    let since = SignedDuration::from_hours(day.checked_mul(24)?);
    let timestamp = Timestamp::from_duration(since).ok()?;
    Some(Offset::UTC.to_datetime(timestamp).date())
}

/// Writes the time of day, `14:03:27.042`; or the seconds of the epoch if there is no such day.
pub(crate) fn time_of_day(time: Time, out: &mut Vec<u8>) -> io::Result<()> {
    let Some((_, rest)) = day_and_millisecond(time) else {
        return write!(out, "{time}");
    };
    let parts = [
        (rest / 3_600_000, 2, b':'),
        (rest / 60_000 % 60, 2, b':'),
        (rest / 1000 % 60, 2, b'.'),
        (rest % 1000, 3, b' '),
    ];
    for (mut number, digits, separator) in parts {
        let mut text = [b'0', b'0', b'0', separator];
        for digit in text.iter_mut().take(3).rev() {
            // The remainder is below ten.
            *digit += u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        out.extend(text.get(3 - digits..).unwrap_or_default());
    }
    out.pop();
    Ok(())
}

/// The minute of a time, `2026-11-20 09:42`.
pub(crate) fn minute(time: Time) -> Option<String> {
    let (day, millisecond) = day_and_millisecond(time)?;
    let minute = millisecond / 60_000;
    let (hour, minute) = (minute / 60, minute % 60);
    Some(format!("{} {hour:02}:{minute:02}", date(day)?))
}
