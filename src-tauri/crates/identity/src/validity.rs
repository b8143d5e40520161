//! How long a token is good, by two clocks.
//!
//! The wall clock may be wrong or be set, but counts while the machine sleeps; the monotonic one cannot be set, but may
//! stand still in sleep. Whichever has gone further since the token was asked for is believed: a token that ends too
//! early costs a refresh, one that ends too late a failed call. The service's own clock is never compared with ours.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// How long before its end a token counts as over, as in every MSAL.
const EARLY: Duration = Duration::from_secs(300);
/// Nothing lives longer (28 h with continuous access evaluation), and nothing is waited for longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(48 * 3600);

/// A point in time, on both clocks of this machine.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The wall clock.
    pub wall: Timestamp,
    /// The monotonic clock.
    pub monotonic: Instant,
}

impl Moment {
    /// This moment.
    pub fn now() -> Self {
        Self {
            wall: Timestamp::now(),
            monotonic: Instant::now(),
        }
    }

    /// How long ago `earlier` was, by the clock that went further.
    pub fn since(self, earlier: Moment) -> Duration {
        let wall = Duration::try_from(self.wall.duration_since(earlier.wall)).unwrap_or_default();
        wall.max(self.monotonic.saturating_duration_since(earlier.monotonic))
    }
}

/// The life of an access token.
#[derive(Debug, Clone, Copy)]
pub struct Validity {
    asked: Moment,
    life: Duration,
    calm: Duration,
}

impl Validity {
    /// Of a token asked for at `asked`, that lives for `life`. Due for a refresh five minutes before its end, or after
    /// `hint` where the service gave one, and earlier by `jitter` (0 to 255 parts of a tenth of that time): machines that
    /// woke together must not come back together.
    pub(crate) fn new(asked: Moment, life: Duration, hint: Option<Duration>, jitter: u8) -> Self {
        let life = life.min(LONGEST);
        let calm = life.saturating_sub(EARLY).max(life / 2);
        let calm = hint.map_or(calm, |hint| calm.min(hint));
        let calm = calm.saturating_sub((calm / 10) * u32::from(jitter) / u32::from(u8::MAX));
        Self { asked, life, calm }
    }

    /// Whether it is time for a new token; this one may still be good.
    pub fn is_due(&self, now: Moment) -> bool {
        now.since(self.asked) >= self.calm
    }

    /// Whether the token is over.
    pub fn is_over(&self, now: Moment) -> bool {
        now.since(self.asked) >= self.life
    }

    /// The end by the wall clock, for display.
    pub fn ends(&self) -> Timestamp {
        SignedDuration::try_from(self.life)
            .ok()
            .and_then(|life| self.asked.wall.checked_add(life).ok())
            .unwrap_or(self.asked.wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Moment, wall: i64, monotonic: u64) -> Moment {
        Moment {
            wall: start.wall + SignedDuration::from_secs(wall),
            monotonic: start.monotonic + Duration::from_secs(monotonic),
        }
    }

    #[test]
    fn a_token_is_due_five_minutes_before_its_end_or_when_the_service_says_and_never_later_for_jitter() {
        let start = Moment::now();
        for (life, hint, jitter, due) in [
            (3600, None, 0, 3300),
            (3600, Some(1800), 0, 1800),
            (3600, Some(36_000), 0, 3300),
            (3600, None, 255, 2970),
            (400, None, 0, 200),
            (0, None, 255, 0),
            (u64::MAX, None, 0, 172_500),
        ] {
            let validity = Validity::new(start, Duration::from_secs(life), hint.map(Duration::from_secs), jitter);
            let shown = format!("{life} {hint:?} {jitter}");
            assert!(validity.is_due(after(start, 0, due)), "{shown}");
            assert!(due == 0 || !validity.is_due(after(start, 0, due - 1)), "{shown}");
        }
    }

    #[test]
    fn whichever_clock_went_further_is_believed() {
        let start = Moment::now();
        let validity = Validity::new(start, Duration::from_secs(3600), None, 0);
        for (what, wall, monotonic, due, over) in [
            ("at work", 60, 60, false, false),
            ("due", 3400, 3400, true, false),
            ("over", 3600, 3600, true, true),
            ("asleep all the while", 36_000, 1, true, true),
            ("the clock was set back", -36_000, 3400, true, false),
            ("the clock was set back at once", -36_000, 60, false, false),
            ("the clock was set forward", 36_000, 60, true, true),
        ] {
            let now = after(start, wall, monotonic);
            assert_eq!((validity.is_due(now), validity.is_over(now)), (due, over), "{what}");
        }
        assert_eq!(validity.ends(), start.wall + SignedDuration::from_secs(3600));
    }
}
