//! Times of packets as date and time of day, in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use sip_status_capture::Time;

/// When a packet was captured, in UTC, to the millisecond. `None` if that is in no year that has four
/// digits, which only a broken capture claims.
pub(crate) fn date_time(time: Time) -> Option<DateTime> {
    let millisecond = time.nanoseconds().div_euclid(1_000_000);
    let timestamp = Timestamp::from_millisecond(millisecond.try_into().ok()?).ok()?;
    Some(Offset::UTC.to_datetime(timestamp))
}

/// The time of day, `14:03:27.042`; or the seconds of the epoch if there is no such day.
pub(crate) fn time_of_day(time: Time) -> String {
    match date_time(time) {
        Some(date_time) => format!("{:.3}", date_time.time()),
        None => time.to_string(),
    }
}

/// The minute of a time, `2026-11-20 09:42`.
pub(crate) fn minute(time: Time) -> Option<String> {
    let date_time = date_time(time)?;
    let (hour, minute) = (date_time.hour(), date_time.minute());
    Some(format!("{} {hour:02}:{minute:02}", date_time.date()))
}
