//! `Edm.Duration`, as presence requests carry it.

use jiff::SignedDuration;

/// Reads `P[nD][T[nH][nM][nS]]` in whole numbers, more than zero.
///
/// Strict on purpose: no weeks, months or years (`OData` has none), no sign, no fraction, no lower case, no empty `T`.
/// Anything else is `None`.
pub fn parse(text: &str) -> Option<SignedDuration> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    let mut seconds: i64 = 0;
    let leftover = take(days, 'D', 86_400, &mut seconds)?;
    let time_leftover = [('H', 3_600), ('M', 60), ('S', 1)]
        .into_iter()
        .try_fold(time, |rest, (unit, size)| take(rest, unit, size, &mut seconds))?;
    (leftover.is_empty() && time_leftover.is_empty() && seconds > 0).then(|| SignedDuration::from_secs(seconds))
}

/// Takes one `n<unit>` off the front, if it is there, and adds it to the sum. `None` on overflow.
fn take<'t>(text: &'t str, unit: char, size: i64, seconds: &mut i64) -> Option<&'t str> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    match rest.strip_prefix(unit) {
        Some(rest) if !number.is_empty() => {
            *seconds = number.parse::<i64>().ok()?.checked_mul(size)?.checked_add(*seconds)?;
            Some(rest)
        }
        _ => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn documented_forms_are_read() {
        for (text, seconds) in [
            ("PT5M", 300),
            ("PT4H", 14_400),
            ("P1D", 86_400),
            ("P1DT2H", 93_600),
            ("PT1H30M", 5_400),
            ("PT90M", 5_400),
            ("P7DT1H1M1S", 608_461),
            ("PT240M", 14_400),
        ] {
            assert_eq!(parse(text).map(|d| d.as_secs()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "P1DT",
            "T5M",
            "PT0S",
            "P0D",
            "P1W",
            "P1M",
            "P1Y",
            "PT1M1H",
            "PT1H1H",
            "-PT5M",
            "P-1D",
            "PT1.5H",
            "PT1.5S",
            "pt5m",
            "PT5m",
            "PT5",
            "PT5M ",
            " PT5M",
            "5M",
            "PTM",
            "P1H",
            "PT1D",
            "P1D2H",
            "PT99999999999999999999S",
            "P999999999999999D",
            "PT٥M",
            "PT5MT5M",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
