use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// When something set is to end, in the words of the command line: `--for 90m`, `--until 17:00`, `--until tomorrow`.
///
/// It travels in those words (`{"for":"1h30m"}`, `{"until":"17:00"}`) and becomes a point in time where it is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// This long from now.
    For(#[cfg_attr(feature = "bindings", ts(type = "string"))] Length),
    /// Up to this point.
    Until(
        #[serde(with = "as_text")]
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        End,
    ),
}

/// A point to last until.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A time of day, local, later today.
    Time(civil::Time),
    /// The next local midnight.
    Tomorrow,
    /// A point in time.
    At(Timestamp),
}

/// A length of time: more than nothing, at most [`Length::LONGEST_DAYS`] days, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Length {
    seconds: i64,
}

/// Why a text says no usable end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ExpiryError {
    #[error("'{0}' is not a length of time")]
    NotALength(String),
    #[error("'{0}' is not a length of time above zero")]
    NotAboveZero(String),
    #[error("'{0}' is longer than 30 days")]
    TooLong(String),
    #[error("'{0}' is not a time")]
    NotATime(String),
    #[error("{0} has passed")]
    Past(String),
}

impl Expiry {
    /// Reads what follows `--until`: `HH:MM`, `tomorrow`, or RFC 3339.
    pub fn until(text: &str) -> Result<Expiry, ExpiryError> {
        text.parse().map(Expiry::Until)
    }

    /// The point in time it means at `now`, whose zone is the person's own.
    ///
    /// # Errors
    /// [`ExpiryError::Past`] where it does not lie ahead, [`ExpiryError::TooLong`] where it lies more than 30 days ahead.
    pub fn resolve(&self, now: &Zoned) -> Result<Timestamp, ExpiryError> {
        let end = match self {
            Expiry::For(length) => now.timestamp() + length.duration(),
            Expiry::Until(End::At(at)) => *at,
            Expiry::Until(End::Tomorrow) => now
                .date()
                .saturating_add(1.day())
                .to_zoned(now.time_zone().clone())
                .map_err(|_| ExpiryError::NotATime("tomorrow".into()))?
                .timestamp(),
            Expiry::Until(End::Time(time)) => {
                let local = now.date().to_datetime(*time);
                let ambiguous = now.time_zone().to_ambiguous_zoned(local);
                // In the night in which clocks go back a time comes twice: the next one is meant.
                let next = match ambiguous.clone().compatible() {
                    Ok(first) if first > *now => Ok(first),
                    _ => ambiguous.later(),
                };
                next.map_err(|_| ExpiryError::NotATime(time.to_string()))?.timestamp()
            }
        };
        let ahead = end.duration_since(now.timestamp());
        if ahead <= SignedDuration::ZERO {
            return Err(ExpiryError::Past(self.to_string()));
        }
        if ahead > Length::from_days(Length::LONGEST_DAYS).duration() {
            return Err(ExpiryError::TooLong(self.to_string()));
        }
        Ok(end)
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expiry::For(length) => length.fmt(f),
            Expiry::Until(end) => end.fmt(f),
        }
    }
}

impl FromStr for End {
    type Err = ExpiryError;

    fn from_str(text: &str) -> Result<Self, ExpiryError> {
        if text == "tomorrow" {
            return Ok(End::Tomorrow);
        }
        if let Some((hour, minute)) = text.split_once(':')
            && (1..=2).contains(&hour.len())
            && minute.len() == 2
            && [hour, minute].concat().bytes().all(|byte| byte.is_ascii_digit())
            && let (Ok(hour), Ok(minute)) = (hour.parse(), minute.parse())
            && let Ok(time) = civil::Time::new(hour, minute, 0, 0)
        {
            return Ok(End::Time(time));
        }
        text.parse()
            .map(End::At)
            .map_err(|_| ExpiryError::NotATime(text.to_owned()))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Time(time) => write!(f, "{:02}:{:02}", time.hour(), time.minute()),
            End::Tomorrow => f.write_str("tomorrow"),
            End::At(at) => at.fmt(f),
        }
    }
}

impl Length {
    /// The longest length, in days.
    pub const LONGEST_DAYS: u8 = 30;

    const UNITS: [(char, i64); 3] = [('d', 86_400), ('h', 3_600), ('m', 60)];

    /// This many minutes; none at all counts as one.
    pub fn from_minutes(minutes: u16) -> Length {
        Length {
            seconds: i64::from(minutes.max(1)) * 60,
        }
    }

    /// This many days, at least one and at most [`Length::LONGEST_DAYS`].
    pub fn from_days(days: u8) -> Length {
        Length {
            seconds: i64::from(days.clamp(1, Length::LONGEST_DAYS)) * 86_400,
        }
    }

    /// The same as a duration.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds)
    }
}

impl FromStr for Length {
    type Err = ExpiryError;

    /// Reads `90m`, `2h`, `1h30m`, `1d`: numbers with `d`, `h`, `m`, each once, from the longest unit to the shortest.
    fn from_str(text: &str) -> Result<Self, ExpiryError> {
        let wrong = || ExpiryError::NotALength(text.to_owned());
        if text
            .strip_prefix('-')
            .is_some_and(|rest| rest.parse::<Length>().is_ok())
            || text == "0"
        {
            return Err(ExpiryError::NotAboveZero(text.to_owned()));
        }
        let mut rest = text;
        let mut seconds: i64 = 0;
        for (unit, worth) in Length::UNITS {
            let Some((number, after)) = rest.split_once(unit) else {
                continue;
            };
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            // A number too large for the type is longer than any limit.
            let number: i64 = number.parse().unwrap_or(i64::MAX);
            seconds = seconds.saturating_add(number.saturating_mul(worth));
            rest = after;
        }
        if text.is_empty() || !rest.is_empty() {
            return Err(wrong());
        }
        match seconds {
            0 => Err(ExpiryError::NotAboveZero(text.to_owned())),
            seconds if seconds > i64::from(Length::LONGEST_DAYS) * 86_400 => Err(ExpiryError::TooLong(text.to_owned())),
            seconds => Ok(Length { seconds }),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.seconds;
        for (unit, worth) in Length::UNITS {
            if rest >= worth {
                write!(f, "{}{unit}", rest / worth)?;
                rest %= worth;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Length {
    type Error = ExpiryError;

    fn try_from(text: String) -> Result<Self, ExpiryError> {
        text.parse()
    }
}

impl From<Length> for String {
    fn from(length: Length) -> String {
        length.to_string()
    }
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::End;

    pub(super) fn serialize<S: Serializer>(end: &End, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(end)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<End, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_read_and_bad_ones_are_named() {
        for (text, seconds) in [
            ("90m", 5_400),
            ("2h", 7_200),
            ("1h30m", 5_400),
            ("1d", 86_400),
            ("30d", 2_592_000),
            ("1d2h3m", 93_780),
        ] {
            assert_eq!(text.parse::<Length>().unwrap().duration().as_secs(), seconds, "{text}");
        }
        let owned = str::to_owned;
        for (text, error) in [
            ("banana", ExpiryError::NotALength(owned("banana"))),
            ("", ExpiryError::NotALength(owned(""))),
            ("5", ExpiryError::NotALength(owned("5"))),
            ("h", ExpiryError::NotALength(owned("h"))),
            ("30m1h", ExpiryError::NotALength(owned("30m1h"))),
            ("1h 30m", ExpiryError::NotALength(owned("1h 30m"))),
            ("+5m", ExpiryError::NotALength(owned("+5m"))),
            ("0", ExpiryError::NotAboveZero(owned("0"))),
            ("0m", ExpiryError::NotAboveZero(owned("0m"))),
            ("-5m", ExpiryError::NotAboveZero(owned("-5m"))),
            ("31d", ExpiryError::TooLong(owned("31d"))),
            ("30d1m", ExpiryError::TooLong(owned("30d1m"))),
            (
                "99999999999999999999h",
                ExpiryError::TooLong(owned("99999999999999999999h")),
            ),
        ] {
            assert_eq!(text.parse::<Length>(), Err(error), "{text}");
        }
    }

    #[test]
    fn an_end_is_worked_out_in_the_persons_own_zone() {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        for (until, end) in [
            ("17:00", "2026-11-20T16:00:00Z"),
            ("tomorrow", "2026-11-20T23:00:00Z"),
            ("2026-11-21T09:00:00+01:00", "2026-11-21T08:00:00Z"),
        ] {
            assert_eq!(
                Expiry::until(until).unwrap().resolve(&now).unwrap(),
                end.parse().unwrap(),
                "{until}"
            );
        }
        for until in ["15:30", "09:15", "2026-11-20T15:29:59+01:00"] {
            assert!(
                matches!(Expiry::until(until).unwrap().resolve(&now), Err(ExpiryError::Past(_))),
                "{until}"
            );
        }
        let far = Expiry::until("2027-11-20T15:30:00Z").unwrap();
        assert!(matches!(far.resolve(&now), Err(ExpiryError::TooLong(_))));
        for wrong in ["25:00", "5pm", "17:0", "+7:30", "17:+5", "yesterday", ""] {
            assert_eq!(Expiry::until(wrong), Err(ExpiryError::NotATime(wrong.to_owned())));
        }
    }

    #[test]
    fn tomorrow_is_the_next_local_midnight_also_on_the_day_the_clocks_change() {
        let now: Zoned = "2026-10-25T00:30:00+02:00[Europe/Berlin]".parse().unwrap();
        let end = Expiry::until("tomorrow").unwrap().resolve(&now).unwrap();
        assert_eq!(
            end.duration_since(now.timestamp()),
            SignedDuration::from_mins(24 * 60 + 30)
        );
    }

    #[test]
    fn a_time_that_comes_twice_or_never_in_the_night_the_clocks_change_is_the_next_one_that_comes() {
        for (now, until, end) in [
            ("2026-10-25T02:40:00+02:00", "02:50", "2026-10-25T00:50:00Z"),
            ("2026-10-25T02:40:00+02:00", "02:30", "2026-10-25T01:30:00Z"),
            ("2026-10-25T02:40:00+01:00", "02:50", "2026-10-25T01:50:00Z"),
            ("2026-03-29T01:10:00+01:00", "02:30", "2026-03-29T01:30:00Z"),
            ("2026-03-29T01:50:00+01:00", "02:30", "2026-03-29T01:30:00Z"),
        ] {
            let now: Zoned = format!("{now}[Europe/Berlin]").parse().unwrap();
            let resolved = Expiry::until(until).unwrap().resolve(&now).unwrap();
            assert_eq!(resolved, end.parse().unwrap(), "{until} at {now}");
        }
        let now: Zoned = "2026-10-25T02:40:00+01:00[Europe/Berlin]".parse().unwrap();
        let past = Expiry::until("02:30").unwrap().resolve(&now);
        assert!(matches!(past, Err(ExpiryError::Past(_))), "both have passed");
    }

    #[test]
    fn it_travels_in_the_words_of_the_command_line() {
        for (expiry, json) in [
            (Expiry::For("1h30m".parse().unwrap()), r#"{"for":"1h30m"}"#),
            (Expiry::until("17:00").unwrap(), r#"{"until":"17:00"}"#),
            (Expiry::until("tomorrow").unwrap(), r#"{"until":"tomorrow"}"#),
        ] {
            assert_eq!(serde_json::to_string(&expiry).unwrap(), json);
            assert_eq!(serde_json::from_str::<Expiry>(json).unwrap(), expiry);
        }
        assert!(serde_json::from_str::<Expiry>(r#"{"for":"-5m"}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_length_prints_as_it_is_read(minutes in 1_i64..43_200) {
            let length = Length { seconds: minutes * 60 };
            prop_assert_eq!(length.to_string().parse::<Length>(), Ok(length));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = text.parse::<Length>();
            let _ = Expiry::until(&text);
        }
    }
}
