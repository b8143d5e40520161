//! Today's presence, as it was read: for the timeline in the window, on this computer alone.

use jiff::{SignedDuration, Timestamp, Zoned};
use presence::{Badge, Presence};
use serde::{Deserialize, Serialize};

/// A while in which every read showed the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Stretch {
    /// What was shown.
    pub badge: Badge,
    /// From the read that showed it first …
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub since: Timestamp,
    /// … to the one that showed it last.
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub until: Timestamp,
}

/// Reads this far apart say nothing of the time between: the computer slept, or the network was away.
const GAP: SignedDuration = SignedDuration::from_mins(10);
/// A presence that flickers all day is not worth more.
const MOST: usize = 300;

/// Takes in what a read showed at `now`, and drops what is not of today. Says whether a new stretch began.
pub(crate) fn take_in(day: &mut Vec<Stretch>, shown: &Presence, now: &Zoned) -> bool {
    let moment = now.timestamp();
    forget_yesterday(day, now);
    // A clock that was set back would make stretches that lie in each other.
    day.retain(|stretch| stretch.since <= moment);
    let badge = shown.badge();
    let last = day.last_mut();
    let touching = |stretch: &&mut Stretch| moment.duration_since(stretch.until) <= GAP;
    match last.filter(touching) {
        Some(last) if last.badge == badge => {
            last.until = last.until.max(moment);
            false
        }
        last => {
            if let Some(last) = last {
                last.until = moment;
            }
            day.push(Stretch {
                badge,
                since: moment,
                until: moment,
            });
            if day.len() > MOST {
                day.remove(0);
            }
            true
        }
    }
}

fn forget_yesterday(day: &mut Vec<Stretch>, now: &Zoned) {
    if let Ok(midnight) = now.start_of_day() {
        let midnight = midnight.timestamp();
        day.retain(|stretch| stretch.until >= midnight);
        if let Some(first) = day.first_mut() {
            first.since = first.since.max(midnight);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use serde_json::json;

    use super::*;

    fn shown(availability: &str) -> Presence {
        Presence::from_graph(json!({"availability": availability, "activity": availability})).unwrap()
    }

    #[test]
    fn what_was_read_makes_stretches_and_a_long_silence_a_gap() {
        let start: Zoned = "2026-11-20T09:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let mut day = Vec::new();
        for (minutes, availability, is_new) in [
            (0, "Available", true),
            (1, "Available", false),
            (2, "Busy", true),
            (11, "Busy", false),
            (120, "Busy", true),
        ] {
            let at = start.checked_add(minutes.minutes()).unwrap();
            assert_eq!(take_in(&mut day, &shown(availability), &at), is_new, "{minutes}");
        }
        let minutes = |at: Timestamp| at.duration_since(start.timestamp()).as_mins();
        let drawn: Vec<_> = day
            .iter()
            .map(|stretch| (stretch.badge, minutes(stretch.since), minutes(stretch.until)))
            .collect();
        assert_eq!(
            drawn,
            [(Badge::Available, 0, 2), (Badge::Busy, 2, 11), (Badge::Busy, 120, 120)]
        );
    }

    #[test]
    fn a_day_begins_at_midnight_and_a_clock_set_back_leaves_nothing_ahead() {
        let evening: Zoned = "2026-11-20T23:58:00+01:00[Europe/Berlin]".parse().unwrap();
        let mut day = Vec::new();
        take_in(&mut day, &shown("Away"), &evening);
        let after = evening.checked_add(5.minutes()).unwrap();
        take_in(&mut day, &shown("Away"), &after);
        assert_eq!((day.len(), day[0].since), (1, after.timestamp()));

        let earlier = evening.checked_sub(10.hours()).unwrap();
        take_in(&mut day, &shown("Busy"), &earlier);
        assert_eq!(day.len(), 1);
        assert_eq!(day[0].badge, Badge::Busy);
    }
}
