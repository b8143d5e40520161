//! The status message and its expiry.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::windows_zones;

/// A status message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusMessage {
    /// Plain text. Empty clears the message.
    pub content: String,
    /// When it was set.
    pub published: Timestamp,
    /// When it goes; `None` is never.
    pub expires: Option<Timestamp>,
}

impl StatusMessage {
    /// Whether it is still there.
    pub fn lasts(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| expires > now)
    }
}

/// What the content of a message ends with that is shown to whoever writes to the person ("show when people message
/// me"). Graph has no property for it; the suffix was seen in answers, and posting it back pins the message again.
pub const PINNED: &str = "<pinnednote></pinnednote>";

/// UTF-16 units of what people see of a message's content.
pub fn visible_length(content: &str) -> usize {
    content.strip_suffix(PINNED).unwrap_or(content).encode_utf16().count()
}

/// Why an expiry was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    /// Not `yyyy-MM-ddTHH:mm:ss[.fffffff]`; an offset or a `Z` does not belong there.
    #[error("The dateTime of expiryDateTime is not a date and time without an offset.")]
    DateTime,
    /// Neither `UTC`, nor an IANA name, nor one of Windows' own.
    #[error("The timeZone of expiryDateTime is not known.")]
    TimeZone,
}

/// The instant a `dateTimeTimeZone` means. A local time that occurs twice is the earlier one; one that is skipped
/// moves on by the gap.
pub fn expiry(date_time: &str, time_zone: &str) -> Result<Timestamp, ExpiryError> {
    let civil = date_time_shape(date_time)
        .then(|| date_time.parse::<DateTime>().ok())
        .flatten();
    let civil = civil.ok_or(ExpiryError::DateTime)?;
    let name = windows_zones::iana(time_zone).unwrap_or(time_zone);
    let zone = if name.eq_ignore_ascii_case("UTC") {
        TimeZone::UTC
    } else {
        TimeZone::get(name).map_err(|_| ExpiryError::TimeZone)?
    };
    zone.to_timestamp(civil).map_err(|_| ExpiryError::DateTime)
}

/// The inverse, the way Graph answers: in UTC with seven fraction digits.
pub fn utc_date_time(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S.%7f").to_string()
}

/// jiff reads more forms than Graph documents, so the shape is checked first.
fn date_time_shape(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let shape: String = whole
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00"
        && (1..=7).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{ExpiryError, expiry, utc_date_time};

    #[test]
    fn documented_forms_are_understood() {
        for (date_time, zone, instant) in [
            (
                "2022-10-18T17:05:33.2079781",
                "Pacific Standard Time",
                "2022-10-19T00:05:33.2079781Z",
            ),
            ("2026-01-15T17:00:00", "UTC", "2026-01-15T17:00:00Z"),
            ("2026-01-15T17:00:00.0000000", "utc", "2026-01-15T17:00:00Z"),
            ("2026-07-15T17:00:00", "Europe/Berlin", "2026-07-15T15:00:00Z"),
            ("2026-07-15T17:00:00", "europe/berlin", "2026-07-15T15:00:00Z"),
            ("2026-01-15T17:00:00", "Nepal Standard Time", "2026-01-15T11:15:00Z"),
            // Skipped and doubled when clocks change.
            ("2026-03-29T02:30:00", "W. Europe Standard Time", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30:00", "W. Europe Standard Time", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(
                expiry(date_time, zone),
                Ok(instant.parse().unwrap()),
                "{date_time} {zone}"
            );
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (date_time, zone, error) in [
            ("2026-01-15T17:00:00Z", "UTC", ExpiryError::DateTime),
            ("2026-01-15T17:00:00+01:00", "UTC", ExpiryError::DateTime),
            ("2026-01-15 17:00:00", "UTC", ExpiryError::DateTime),
            ("2026-01-15T17:00", "UTC", ExpiryError::DateTime),
            ("2026-01-15T17:00:00.", "UTC", ExpiryError::DateTime),
            ("2026-01-15T17:00:00.00000000", "UTC", ExpiryError::DateTime),
            ("2026-02-30T17:00:00", "UTC", ExpiryError::DateTime),
            ("", "UTC", ExpiryError::DateTime),
            ("2026-01-15T17:00:00", "", ExpiryError::TimeZone),
            (
                "2026-01-15T17:00:00",
                "Middle-earth Standard Time",
                ExpiryError::TimeZone,
            ),
        ] {
            assert_eq!(expiry(date_time, zone), Err(error), "{date_time} {zone}");
        }
    }

    #[test]
    fn an_instant_is_written_as_graph_writes_it() {
        let instant = "2026-01-15T17:00:00.5Z".parse().unwrap();
        assert_eq!(utc_date_time(instant), "2026-01-15T17:00:00.5000000");
    }
}
