use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// The longest pause taken over, in seconds: a day.
const LONGEST: f64 = 86_400.0;

/// Reads a `Retry-After` header: how long to leave the service alone, from nothing at all to a day. `None` where it cannot be read.
///
/// RFC 9110 has whole seconds or an HTTP date, which is meant from `date`, the moment of the answer. Graph's own sample has a fraction, `2.128`
/// (page «Microsoft Graph throttling guidance»).
pub fn retry_after(value: &str, date: Timestamp) -> Option<SignedDuration> {
    let value = value.trim();
    // Digits only: Rust would read `inf` and `1e9` as well.
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    let seconds = if is_number {
        value.parse().ok()?
    } else {
        let end = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
        end.duration_since(date).as_secs_f64()
    };
    SignedDuration::try_from_secs_f64(seconds.clamp(0.0, LONGEST)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_in_every_form_and_nonsense_is_none() {
        let date: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        for (value, milliseconds) in [
            ("120", Some(120_000)),
            ("2.128", Some(2_128)),
            (" 10 ", Some(10_000)),
            ("0", Some(0)),
            ("-5", Some(0)),
            ("86401", Some(86_400_000)),
            ("99999999999999999999999999999999", Some(86_400_000)),
            ("Fri, 20 Nov 2026 12:02:00 GMT", Some(120_000)),
            ("Fri, 20 Nov 2026 11:00:00 GMT", Some(0)),
            ("Sat, 20 Nov 2027 12:00:00 GMT", Some(86_400_000)),
            ("", None),
            ("soon", None),
            ("1.2.3", None),
            ("--5", None),
            ("-", None),
            (".", None),
            ("inf", None),
            ("NaN", None),
            ("1e9", None),
            ("PT5S", None),
            ("Fri, 99 Nov 2026 12:02:00 GMT", None),
        ] {
            assert_eq!(
                retry_after(value, date),
                milliseconds.map(SignedDuration::from_millis),
                "{value:?}"
            );
        }
    }
}
