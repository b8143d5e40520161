use jiff::{SignedDuration, Timestamp};

use crate::{Code, Failure};

/// When to read next. Pure; the engine asks it and tells it how reads went.
///
/// Everyone in a tenant shares one budget of requests (1,500 in 30 s on the presence pages), so: slow by default, quick for a moment
/// after a write, slower with every failure, never before a `Retry-After`, and never in step with other installations. Ten thousand of
/// them must read each 200 s or less often; none can know that, so each remembers being told to slow down and forgets it slowly.
#[derive(Debug, Clone)]
pub(crate) struct Polling {
    due: Option<Timestamp>,
    not_before: Option<Timestamp>,
    failures: u32,
    burst: usize,
    /// How long two reads are apart since the tenant's budget was found too small; zero where it never was.
    tight: SignedDuration,
    pace: Pace,
    random: u64,
}

/// How much there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Pace {
    /// A surface is open, or what was asked a moment ago is not shown yet.
    Eager,
    #[default]
    Calm,
    /// Shown as away or offline: the person has left.
    Away,
    /// The screen is locked: nobody looks.
    Locked,
}

/// After a write: Graph may show the old state for a while.
const BURST: [SignedDuration; 4] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(2),
    SignedDuration::from_secs(4),
    SignedDuration::from_secs(8),
];
/// The most that is waited after a first failure; doubled with each further one.
const BACKOFF: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_mins(5);
/// The least that is waited after a failure.
const SHORTEST_BACKOFF: SignedDuration = SignedDuration::from_secs(1);
/// A missing permission does not come back by asking often.
const FORBIDDEN: SignedDuration = SignedDuration::from_hours(1);
/// After a first 429; doubled with each further one.
const TIGHT: SignedDuration = SignedDuration::from_mins(2);
const TIGHTEST: SignedDuration = SignedDuration::from_mins(5);
/// With each read that was let through, one part in so many of that is forgotten: one 429 weighs as much as some 140 of them.
const FORGETS: i32 = 200;
/// Installations that wake up together spread over this.
const WAKING: SignedDuration = SignedDuration::from_secs(2);
/// What is shown is not called stale before this.
const SOONEST_STALE: SignedDuration = SignedDuration::from_mins(3);

impl Pace {
    /// The shortest and the longest interval.
    fn interval(self) -> (SignedDuration, SignedDuration) {
        let seconds = SignedDuration::from_secs;
        match self {
            Pace::Eager => (seconds(25), seconds(35)),
            Pace::Calm => (seconds(60), seconds(120)),
            Pace::Away => (seconds(120), seconds(180)),
            Pace::Locked => (seconds(240), seconds(300)),
        }
    }
}

impl Polling {
    /// `tight`: seconds between reads, as an earlier run remembered them.
    pub(crate) fn new(seed: u64, tight: u32) -> Polling {
        Polling {
            due: None,
            not_before: None,
            failures: 0,
            burst: BURST.len(),
            tight: SignedDuration::from_secs(tight.into()).min(TIGHTEST),
            pace: Pace::default(),
            // Xorshift never leaves zero.
            random: seed | 1,
        }
    }

    /// When the next read is due, if one is.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Seconds between reads that the tenant's budget was found to allow; 0 where it never was too small.
    pub(crate) fn tight(&self) -> u32 {
        u32::try_from(self.tight.as_secs()).unwrap_or_default()
    }

    /// Until when the service asked to be left alone, if that lies ahead.
    pub(crate) fn pause(&self, now: Timestamp) -> Option<SignedDuration> {
        self.not_before
            .filter(|until| *until > now)
            .map(|until| until.duration_since(now))
    }

    /// A person looks: at once, or as soon as the service may be asked again.
    pub(crate) fn soon(&mut self, now: Timestamp) {
        self.due = Some(self.allowed(now));
    }

    /// The computer woke up or the network came back, and so it did for others: soon, but not together.
    pub(crate) fn awake(&mut self, now: Timestamp) {
        self.failures = 0;
        let spread = self.between(SignedDuration::ZERO, self.tight.max(WAKING));
        let at = self.allowed(now + spread);
        // The earlier of two chances would come early for most: where the budget is tight, there is one.
        let spreads = self.tight > SignedDuration::ZERO && self.pace != Pace::Eager && self.burst >= BURST.len();
        self.due = Some(self.due.filter(|_| !spreads).map_or(at, |due| due.min(at)));
    }

    /// Nothing more.
    pub(crate) fn stop(&mut self) {
        self.due = None;
    }

    /// A write was accepted: look a few times in a row.
    pub(crate) fn wrote(&mut self, now: Timestamp) {
        self.burst = 0;
        self.due = Some(self.allowed(now + BURST[0]));
    }

    /// There is more, or less, to see from now on.
    pub(crate) fn set_pace(&mut self, now: Timestamp, pace: Pace) {
        let hurries = pace == Pace::Eager && self.pace != Pace::Eager;
        self.pace = pace;
        if hurries && self.failures == 0 && self.due.is_some() {
            let (_, longest) = pace.interval();
            self.due = self.due.map(|due| self.allowed(due.min(now + longest)));
        }
    }

    /// A read succeeded. `seen`: it showed what was waited for, which ends the quick reads after a write.
    pub(crate) fn read(&mut self, now: Timestamp, seen: bool) {
        self.failures = 0;
        self.burst = if seen {
            BURST.len()
        } else {
            (self.burst + 1).min(BURST.len())
        };
        if self.tight > SignedDuration::ZERO {
            let kept = self.tight - self.tight / FORGETS;
            let (calm, _) = Pace::Calm.interval();
            self.tight = if kept < calm { SignedDuration::ZERO } else { kept };
        }
        let interval = if let Some(step) = BURST.get(self.burst) {
            *step
        } else {
            let (shortest, longest) = self.pace.interval();
            let interval = self.between(shortest, longest);
            // A person who looks is one of few: their reads weigh nothing in the tenant's budget.
            if self.pace == Pace::Eager {
                interval
            } else {
                interval.max(self.spread_tight())
            }
        };
        self.due = Some(self.allowed(now + interval));
    }

    /// From when on what was read at `now` is stale: two reads that were due have failed, or did not come about.
    pub(crate) fn stale_after(&self, now: Timestamp) -> Timestamp {
        let interval = self.due.map_or(SignedDuration::ZERO, |due| due.duration_since(now));
        now + (interval * 2).max(SOONEST_STALE)
    }

    /// A read failed.
    pub(crate) fn failed(&mut self, now: Timestamp, failure: &Failure) {
        if failure.code.needs_sign_in() {
            return self.stop();
        }
        self.pause_for(now, failure);
        let backoff = BACKOFF.saturating_mul(1 << self.failures.min(10)).min(LONGEST_BACKOFF);
        let (shortest, longest) = match failure.code {
            Code::Forbidden | Code::NotLicensed => (FORBIDDEN / 2, FORBIDDEN),
            // Refused requests weigh in the budget, too: were they repeated sooner than it allows, nobody would ever be let through.
            Code::Throttled if self.pace != Pace::Eager => (self.tight / 2, self.tight * 3 / 2),
            Code::Throttled => (SHORTEST_BACKOFF, self.tight),
            _ => (SHORTEST_BACKOFF, backoff),
        };
        self.failures += 1;
        // Over the whole of it: who failed together must not come back together, be it after the pause that was asked for.
        let mut wait = self.between(shortest, longest);
        // Where the budget is tight, a request that fails of something else weighs in it as any other.
        if self.tight > SignedDuration::ZERO && self.pace != Pace::Eager && failure.code != Code::Throttled {
            wait = wait.max(self.spread_tight());
        }
        self.due = Some(match failure.code {
            // Spread enough by itself.
            Code::Forbidden | Code::NotLicensed => self.allowed(now + wait),
            _ => self.allowed(now) + wait,
        });
    }

    /// The service asks to be left alone, whatever it was asked for.
    pub(crate) fn pause_for(&mut self, now: Timestamp, failure: &Failure) {
        if failure.code == Code::Throttled {
            self.tight = (self.tight * 2).clamp(TIGHT, TIGHTEST);
        }
        let until = failure.retry_after.and_then(|pause| now.checked_add(pause).ok());
        self.not_before = self.not_before.max(until);
        self.due = self.due.map(|due| self.allowed(due));
    }

    /// The clock was set back by this much: what lay ahead lies as far ahead as before. As much as `unseen` may have passed beside.
    pub(crate) fn clock_went_back(&mut self, by: SignedDuration, unseen: SignedDuration) {
        let shifted = |at: Timestamp, by: SignedDuration| at.checked_sub(by).unwrap_or(at);
        // A pause that was asked for is kept in full.
        self.not_before = self.not_before.map(|at| shifted(at, by));
        let due = self.due.map(|at| shifted(at, by.saturating_add(unseen)));
        self.due = due.map(|at| self.allowed(at));
    }

    fn allowed(&self, at: Timestamp) -> Timestamp {
        self.not_before.map_or(at, |until| until.max(at))
    }

    /// Around the remembered interval, as others remember about the same.
    fn spread_tight(&mut self) -> SignedDuration {
        self.between(self.tight * 4 / 5, self.tight * 6 / 5)
    }

    fn between(&mut self, shortest: SignedDuration, longest: SignedDuration) -> SignedDuration {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let range = (longest - shortest).as_millis().max(1);
        let millis = i128::from(self.random >> 1) % range;
        shortest + SignedDuration::from_millis(i64::try_from(millis).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn waits(polling: &Polling) -> SignedDuration {
        polling.due().unwrap().duration_since(START)
    }

    #[test]
    fn failures_stretch_the_longest_wait_up_to_a_limit_and_a_success_resets_it() {
        let mut longest = [SignedDuration::ZERO; 12];
        for seed in 0..2_000 {
            let mut polling = Polling::new(seed * 7_919, 0);
            for longest in &mut longest {
                polling.failed(START, &Failure::of(Code::Unreachable));
                assert!(waits(&polling) >= SHORTEST_BACKOFF);
                *longest = waits(&polling).max(*longest);
            }
            polling.read(START, false);
            polling.failed(START, &Failure::of(Code::Unreachable));
            assert!(waits(&polling) <= BACKOFF);
        }
        for (failures, longest) in longest.into_iter().enumerate() {
            let limit = (BACKOFF * (1 << failures.min(10))).min(LONGEST_BACKOFF);
            assert!(longest <= limit && longest > limit * 9 / 10, "{failures}: {longest:?}");
        }
    }

    #[test]
    fn nothing_is_asked_before_a_retry_after_has_passed() {
        let mut polling = Polling::new(7, 0);
        let pause = SignedDuration::from_secs(600);
        polling.failed(START, &Failure::of(Code::Throttled).after(Some(pause)));
        assert!(waits(&polling) > pause);
        polling.soon(START);
        assert_eq!(waits(&polling), pause, "not even when somebody looks");
        polling.wrote(START);
        assert_eq!(waits(&polling), pause, "nor after a write");
        polling.awake(START);
        assert_eq!(waits(&polling), pause, "nor after sleep");
        assert_eq!(polling.pause(START), Some(pause));
        polling.read(START, false);
        assert_eq!(waits(&polling), pause, "nor after a read that was let through");
        assert_eq!(polling.pause(START + pause), None);
    }

    #[test]
    fn a_missing_permission_is_looked_for_within_the_hour_also_after_a_pause() {
        for seed in 0..100 {
            let mut polling = Polling::new(seed * 7_919, 0);
            let pause = Some(SignedDuration::from_mins(10));
            polling.pause_for(START, &Failure::of(Code::ServiceTrouble).after(pause));
            polling.failed(START, &Failure::of(Code::Forbidden));
            assert!(waits(&polling) >= FORBIDDEN / 2 && waits(&polling) <= FORBIDDEN);
        }
    }

    #[test]
    fn a_write_that_leaves_nothing_to_wait_for_is_read_back_as_often() {
        let mut polling = Polling::new(7, 0);
        polling.wrote(START);
        for step in &BURST[1..] {
            polling.read(START, false);
            assert_eq!(waits(&polling), *step);
        }
        polling.read(START, false);
        assert!(waits(&polling) >= Pace::Calm.interval().0);
    }

    #[test]
    fn a_burst_after_a_write_ends_when_it_was_seen() {
        let mut polling = Polling::new(7, 0);
        polling.wrote(START);
        assert_eq!(waits(&polling), BURST[0]);
        polling.read(START, false);
        assert_eq!(waits(&polling), BURST[1]);
        polling.read(START, true);
        assert!(waits(&polling) >= Pace::Calm.interval().0);
    }

    #[test]
    fn who_looks_gets_a_quick_pace_and_who_has_left_a_slow_one() {
        for (pace, shortest, longest) in [
            (Pace::Eager, 25, 35),
            (Pace::Calm, 60, 120),
            (Pace::Away, 120, 180),
            (Pace::Locked, 240, 300),
        ] {
            let mut polling = Polling::new(7, 0);
            polling.set_pace(START, pace);
            for _ in 0..100 {
                polling.read(START, true);
                assert!((shortest..=longest).contains(&waits(&polling).as_secs()), "{pace:?}");
            }
        }
        let mut polling = Polling::new(7, 0);
        polling.read(START, true);
        polling.set_pace(START, Pace::Eager);
        assert!(
            waits(&polling).as_secs() <= 35,
            "a surface that opens does not wait for the calm interval to pass"
        );
    }

    #[test]
    fn a_budget_found_too_small_is_remembered_and_slowly_forgotten() {
        let mut polling = Polling::new(7, 0);
        polling.failed(START, &Failure::of(Code::Throttled));
        polling.failed(START, &Failure::of(Code::Throttled));
        polling.failed(START, &Failure::of(Code::Throttled));
        assert_eq!(polling.tight(), 300, "five minutes at most");
        let mut polling = Polling::new(7, polling.tight());
        polling.read(START, true);
        assert!(waits(&polling).as_secs() >= 200, "also by the next process");
        let mut reads = 0;
        while polling.tight() > 0 {
            polling.read(START, true);
            reads += 1;
        }
        assert!((200..500).contains(&reads), "{reads}");
    }

    #[test]
    fn where_the_budget_is_tight_neither_trouble_nor_waking_up_asks_sooner_than_it_allows() {
        for seed in 1..200 {
            let mut polling = Polling::new(seed, 200);
            polling.failed(START, &Failure::of(Code::ServiceTrouble));
            assert!(waits(&polling).as_secs() >= 160, "{:?}", waits(&polling));
        }
        let within = |seconds: i64| {
            let soon = (1..=1_000).filter(|seed| {
                let mut polling = Polling::new(*seed, 200);
                polling.read(START, true);
                polling.awake(START + SignedDuration::from_secs(150));
                waits(&polling).as_secs() < 150 + seconds
            });
            soon.count()
        };
        assert!(
            (400..600).contains(&within(100)),
            "half of all in half of the time: {}",
            within(100)
        );
    }

    #[test]
    fn a_clock_that_was_set_back_by_days_does_not_stop_the_reading_for_days() {
        let mut polling = Polling::new(7, 0);
        polling.read(START, true);
        let before = waits(&polling);
        let days = SignedDuration::from_hours(48);
        polling.clock_went_back(days, SignedDuration::ZERO);
        assert_eq!(polling.due().unwrap().duration_since(START - days), before);
    }

    #[test]
    fn a_clock_that_was_set_back_after_a_long_wait_does_not_make_it_twice_as_long() {
        let mut polling = Polling::new(7, 0);
        polling.read(START, true);
        let planned = waits(&polling);
        let back = SignedDuration::from_hours(2);
        polling.clock_went_back(back, planned);
        assert!(polling.due().is_some_and(|due| due <= START - back));
        let pause = SignedDuration::from_mins(10);
        polling.failed(START, &Failure::of(Code::Throttled).after(Some(pause)));
        polling.clock_went_back(back, planned);
        assert!(
            polling.due().is_some_and(|due| due >= START + pause - back),
            "a pause is kept in full"
        );
    }
}
