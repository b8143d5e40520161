//! The state in words, for tray and command line alike. Pure.

use engine::{AskState, Snapshot};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use phrases::Language;

/// The one line that says it: "Busy until 15:30", "Available – asked for Busy", "Not signed in".
pub(crate) fn headline(snapshot: &Snapshot, language: Language, now: &Zoned) -> String {
    let phrases = language.phrases();
    if !snapshot.signed_in {
        return phrases.text("state.signed-out").to_owned();
    }
    let Some(presence) = &snapshot.presence else {
        return phrases.text("state.reading").to_owned();
    };
    let shown = phrases.text(presence.doing().phrase());
    match &snapshot.asked.presence {
        // The end is that of what was asked; a meeting that shows as busy, too, has its own.
        Some(asked) if asked.state == AskState::Confirmed && asked.value.is_just(presence) => match asked.until {
            Some(until) => {
                let time = when(until, now, language);
                phrases.fill("state.until", &[("what", shown), ("time", &time)])
            }
            None => shown.to_owned(),
        },
        Some(asked) if asked.state == AskState::Pending => {
            let asked = phrases.text(asked.value.phrase());
            phrases.fill("state.asked", &[("shown", shown), ("asked", asked)])
        }
        _ => shown.to_owned(),
    }
}

/// A point in time as a person near it says it: "15:30", "tomorrow 09:00", "24 Nov 09:00".
pub(crate) fn when(at: Timestamp, now: &Zoned, language: Language) -> String {
    let phrases = language.phrases();
    let local = at.to_zoned(now.time_zone().clone());
    let time = local.strftime("%H:%M").to_string();
    if local.date() == now.date() {
        time
    } else if now
        .date()
        .checked_add(1.day())
        .is_ok_and(|tomorrow| local.date() == tomorrow)
    {
        phrases.fill("state.tomorrow", &[("time", &time)])
    } else {
        let day = local.strftime(phrases.text("format.day")).to_string();
        phrases.fill("state.day", &[("day", &day), ("time", &time)])
    }
}

/// How long ago: "12 s ago", "3 min ago".
pub(crate) fn ago(at: Timestamp, now: &Zoned, language: Language) -> String {
    let passed = now.timestamp().duration_since(at).max(SignedDuration::ZERO);
    let (key, count) = match passed.as_secs() {
        seconds @ 0..60 => ("cli.ago.seconds", seconds),
        seconds @ 60..3_600 => ("cli.ago.minutes", seconds / 60),
        seconds => ("cli.ago.hours", seconds / 3_600),
    };
    language.phrases().fill(key, &[("count", &count.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_as_short_as_it_is_clear() {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        for (at, english, german) in [
            ("2026-11-20T16:00:00Z", "17:00", "17:00"),
            ("2026-11-20T23:00:00Z", "tomorrow 00:00", "morgen 00:00"),
            ("2026-11-24T08:00:00Z", "24 Nov 09:00", "24.11. 09:00"),
        ] {
            let at = at.parse().unwrap();
            assert_eq!(when(at, &now, Language::English), english);
            assert_eq!(when(at, &now, Language::German), german);
        }
    }

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        for (seconds, text) in [
            (-5, "0 s ago"),
            (12, "12 s ago"),
            (119, "1 min ago"),
            (7_300, "2 h ago"),
        ] {
            let at = now.timestamp() - SignedDuration::from_secs(seconds);
            assert_eq!(ago(at, &now, Language::English), text);
        }
    }
}
