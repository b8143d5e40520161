//! How often a notification may come.

use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_secs(3600);

/// Keeps notifications rare: of one kind one in a while, and only a few an hour altogether. Remembers no more than that takes; the time is
/// told to it.
#[derive(Debug, Clone)]
pub struct Quiet {
    between: Duration,
    an_hour: usize,
    shown: Vec<(&'static str, Instant)>,
}

impl Quiet {
    /// At most one of a kind in `between`, and at most `an_hour` of all kinds in any hour.
    pub fn new(between: Duration, an_hour: usize) -> Self {
        Self {
            between,
            an_hour,
            shown: Vec::new(),
        }
    }

    /// Whether one of this kind may be shown at `now`. If so it counts as shown; a refused one does not count.
    pub fn allows(&mut self, kind: &'static str, now: Instant) -> bool {
        // An instant before `now` has no duration since; a clock that stood still is none of a notification's business.
        let within = |time: Instant, span| now.saturating_duration_since(time) < span;
        self.shown.retain(|(_, time)| within(*time, HOUR.max(self.between)));

        let of_hour = self.shown.iter().filter(|(_, time)| within(*time, HOUR)).count();
        let of_kind = self
            .shown
            .iter()
            .any(|(of, time)| *of == kind && within(*time, self.between));
        let allowed = of_hour < self.an_hour && !of_kind;
        if allowed {
            self.shown.push((kind, now));
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_kind_one_comes_in_a_while_and_of_all_a_few_an_hour() {
        const MINUTE: u64 = 60;
        // Ten minutes between two of a kind, three an hour.
        for (name, asked) in [
            (
                "the same kind waits",
                &[(0, "a", true), (599, "a", false), (600, "a", true), (601, "a", false)][..],
            ),
            (
                "another kind does not wait for it",
                &[(0, "a", true), (1, "b", true), (2, "a", false), (2, "b", false)],
            ),
            (
                "a refused one does not make the next one wait longer",
                &[(0, "a", true), (300, "a", false), (600, "a", true)],
            ),
            (
                "three an hour, whatever the kinds, and the hour moves along",
                &[
                    (0, "a", true),
                    (10 * MINUTE, "b", true),
                    (20 * MINUTE, "c", true),
                    (30 * MINUTE, "d", false),
                    (59 * MINUTE, "d", false),
                    (60 * MINUTE, "d", true),
                    (61 * MINUTE, "e", false),
                    (70 * MINUTE, "e", true),
                ],
            ),
            (
                "the same moment",
                &[(0, "a", true), (0, "b", true), (0, "c", true), (0, "d", false)],
            ),
        ] {
            let start = Instant::now();
            let mut quiet = Quiet::new(Duration::from_secs(10 * MINUTE), 3);
            for (seconds, kind, allowed) in asked {
                let now = start + Duration::from_secs(*seconds);
                assert_eq!(quiet.allows(kind, now), *allowed, "{name}: {kind} at {seconds} s");
            }
        }
    }

    #[test]
    fn a_kind_may_wait_longer_than_an_hour_and_no_more_is_remembered() {
        let start = Instant::now();
        let mut quiet = Quiet::new(4 * HOUR, 100);
        assert!(quiet.allows("a", start));
        assert!(!quiet.allows("a", start + 3 * HOUR));
        assert!(quiet.allows("a", start + 4 * HOUR));
        assert_eq!(quiet.shown.len(), 1);
    }
}
