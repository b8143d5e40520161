use jiff::{SignedDuration, Timestamp};

use crate::{Code, Failure};

/// When to read next. Pure; the engine asks it and tells it how reads went.
///
/// Everyone in a tenant shares one budget of requests (1,500 in 30 s on the presence pages), so: slow by default, quick for a moment
/// after a write, slower with every failure, never before a `Retry-After`, and never in step with other installations.
#[derive(Debug, Clone)]
pub(crate) struct Polling {
    due: Option<Timestamp>,
    not_before: Option<Timestamp>,
    failures: u32,
    burst: usize,
    random: u64,
}

/// While nothing is expected to change.
const CALM: SignedDuration = SignedDuration::from_secs(60);
/// While something that was asked is not yet shown.
const PENDING: SignedDuration = SignedDuration::from_secs(20);
/// After a write: Graph may show the old state for a while.
const BURST: [SignedDuration; 4] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(2),
    SignedDuration::from_secs(4),
    SignedDuration::from_secs(8),
];
/// After a first failure; doubled with each further one.
const BACKOFF: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_mins(5);
/// A missing permission does not come back by asking often.
const FORBIDDEN: SignedDuration = SignedDuration::from_hours(1);

impl Polling {
    pub(crate) fn new(seed: u64) -> Polling {
        Polling {
            due: None,
            not_before: None,
            failures: 0,
            burst: BURST.len(),
            // Xorshift never leaves zero.
            random: seed | 1,
        }
    }

    /// When the next read is due, if one is.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Until when the service asked to be left alone, if that lies ahead.
    pub(crate) fn pause(&self, now: Timestamp) -> Option<SignedDuration> {
        self.not_before
            .filter(|until| *until > now)
            .map(|until| until.duration_since(now))
    }

    /// At once, or as soon as the service may be asked again.
    pub(crate) fn soon(&mut self, now: Timestamp) {
        self.due = Some(self.allowed(now));
    }

    /// No more.
    pub(crate) fn stop(&mut self) {
        self.due = None;
    }

    /// A write was accepted: look a few times in a row.
    pub(crate) fn wrote(&mut self, now: Timestamp) {
        self.burst = 0;
        self.due = Some(self.allowed(now + BURST[0]));
    }

    /// A read succeeded. `confirmed`: it showed what was waited for, which ends the quick reads after a write.
    pub(crate) fn read(&mut self, now: Timestamp, pending: bool, confirmed: bool) {
        self.failures = 0;
        self.burst = if confirmed {
            BURST.len()
        } else {
            (self.burst + 1).min(BURST.len())
        };
        let interval = match BURST.get(self.burst) {
            Some(step) => *step,
            None if pending => self.jittered(PENDING),
            None => self.jittered(CALM),
        };
        self.due = Some(self.allowed(now + interval));
    }

    /// A read failed.
    pub(crate) fn failed(&mut self, now: Timestamp, failure: &Failure) {
        if failure.code.needs_sign_in() {
            return self.stop();
        }
        let backoff = if failure.code == Code::Forbidden {
            FORBIDDEN
        } else {
            let doubled = BACKOFF.saturating_mul(1 << self.failures.min(10));
            doubled.min(LONGEST_BACKOFF)
        };
        self.failures += 1;
        let next = now + self.jittered(backoff);
        self.due = Some(next);
        self.pause_for(now, failure.retry_after);
    }

    /// The service asks to be left alone for this long, whatever it was asked for.
    pub(crate) fn pause_for(&mut self, now: Timestamp, pause: Option<SignedDuration>) {
        let until = pause.and_then(|pause| now.checked_add(pause).ok());
        self.not_before = self.not_before.max(until);
        self.due = self.due.map(|due| self.allowed(due));
    }

    fn allowed(&self, at: Timestamp) -> Timestamp {
        self.not_before.map_or(at, |until| until.max(at))
    }

    /// Up to a fifth longer, never shorter.
    fn jittered(&mut self, interval: SignedDuration) -> SignedDuration {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let thousandths = i32::try_from(self.random % 200).unwrap_or_default();
        interval + interval * thousandths / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn failures_stretch_the_interval_up_to_a_limit_and_a_success_resets_it() {
        let mut polling = Polling::new(7);
        let mut waits = Vec::new();
        for _ in 0..12 {
            polling.failed(START, &Failure::of(Code::Unreachable));
            waits.push(polling.due().unwrap().duration_since(START).as_secs());
        }
        assert!(
            (5..=6).contains(&waits[0]) && (10..=12).contains(&waits[1]),
            "{waits:?}"
        );
        assert!(waits.iter().all(|wait| *wait <= 360), "{waits:?}");
        polling.read(START, false, false);
        polling.failed(START, &Failure::of(Code::Unreachable));
        assert!(polling.due().unwrap().duration_since(START).as_secs() <= 6);
    }

    #[test]
    fn nothing_is_asked_before_a_retry_after_has_passed() {
        let mut polling = Polling::new(7);
        let pause = SignedDuration::from_secs(600);
        polling.failed(START, &Failure::of(Code::Throttled).after(Some(pause)));
        assert_eq!(polling.due(), Some(START + pause));
        polling.soon(START);
        assert_eq!(polling.due(), Some(START + pause), "not even when somebody looks");
        polling.wrote(START);
        assert_eq!(polling.due(), Some(START + pause), "nor after a write");
        assert_eq!(polling.pause(START), Some(pause));
        polling.read(START, false, false);
        assert_eq!(
            polling.due(),
            Some(START + pause),
            "nor after a read that was let through"
        );
        assert_eq!(polling.pause(START + pause), None);
    }

    #[test]
    fn a_write_that_leaves_nothing_to_wait_for_is_read_back_as_often() {
        let mut polling = Polling::new(7);
        polling.wrote(START);
        for step in &BURST[1..] {
            polling.read(START, false, false);
            assert_eq!(polling.due(), Some(START + *step));
        }
        polling.read(START, false, false);
        assert!(polling.due().unwrap() >= START + CALM);
    }

    #[test]
    fn a_burst_after_a_write_ends_when_it_was_seen() {
        let mut polling = Polling::new(7);
        polling.wrote(START);
        assert_eq!(polling.due(), Some(START + BURST[0]));
        polling.read(START, true, false);
        assert_eq!(polling.due(), Some(START + BURST[1]));
        polling.read(START, false, true);
        assert!(polling.due().unwrap() >= START + CALM);
    }
}
