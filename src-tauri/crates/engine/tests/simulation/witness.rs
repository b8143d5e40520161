//! Sees every step and everything else that happens, and says which promise was broken.

use engine::{Effect, Failure, Input, Snapshot};
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::{
    promises::{
        answers::Answers, deadlines, freshness::Freshness, rates::Rates, sessions::Sessions, shown::Shown, strangers,
        writes::Writes,
    },
    script::Event,
};

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: &'static str,
    pub(crate) detail: String,
}

impl Broken {
    pub(crate) fn new(promise: &'static str, detail: impl Into<String>) -> Broken {
        Broken {
            promise,
            detail: detail.into(),
        }
    }
}

pub(crate) type Verdict = Result<(), Broken>;

/// Holds `kept`, or breaks `promise`.
pub(crate) fn holds(kept: bool, promise: &'static str, detail: impl FnOnce() -> String) -> Verdict {
    if kept {
        Ok(())
    } else {
        Err(Broken::new(promise, detail()))
    }
}

/// What is true outside of the engine.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The tenant's time.
    pub(crate) now: Timestamp,
    /// Until when the session of this program lasts at the tenant.
    pub(crate) session_until: Option<Timestamp>,
    /// When it last took a write of which the computer was told, by one try or another, that it had failed.
    pub(crate) unsure: Option<Timestamp>,
}

/// One step of the engine.
#[derive(Debug)]
pub(crate) struct Step<'s> {
    pub(crate) facts: &'s Facts,
    /// What the computer's clock says.
    pub(crate) wall: &'s Zoned,
    pub(crate) input: &'s Input,
    pub(crate) effects: &'s [Effect],
    pub(crate) before: &'s Snapshot,
    pub(crate) after: &'s Snapshot,
    pub(crate) deadline: Option<Timestamp>,
}

impl Step<'_> {
    /// The account was left in this step: for another sign-in, or for none.
    pub(crate) fn leaves(&self) -> bool {
        let new = matches!(self.input, Input::SignedIn { result: Ok(_), .. })
            && self.before.signing_in.is_some()
            && self.after.signing_in.is_none();
        new || self.signs_out()
    }

    pub(crate) fn signs_out(&self) -> bool {
        let mut effects = self.effects.iter();
        effects.any(|effect| matches!(effect, Effect::SignOut { .. }))
    }

    /// The account is left before anything else, not after it.
    pub(crate) fn is_signed_in_anew(&self) -> bool {
        matches!(self.input, Input::SignedIn { .. })
    }

    /// An answer came, and is shown from this step on.
    pub(crate) fn takes_over_an_answer(&self) -> bool {
        matches!(self.input, Input::Read { result: Ok(answer), .. } if self.after.presence.as_ref() == Some(answer))
    }

    /// Somebody else is signed in from this step on, or nobody.
    pub(crate) fn forgets(&self) -> bool {
        let id = |shown: &Snapshot| shown.account.as_ref().map(|account| account.id.clone());
        id(self.before) != id(self.after)
    }
}

/// What happened lately, common to all promises.
#[derive(Debug, Clone)]
pub(crate) struct Lately {
    /// Counts accounts of this process, as the engine does.
    pub(crate) epoch: u64,
    /// When the read under way began.
    pub(crate) reading: Option<Timestamp>,
    /// A write is under way.
    pub(crate) writing: bool,
    /// The one that was under way when its account was left, of which epoch, and since when.
    straggler: Option<(u64, Timestamp)>,
    /// When the process began.
    pub(crate) started: Timestamp,
    /// When the computer last slept, or its clock was set: up to then two times cannot be compared.
    pub(crate) jumped: Timestamp,
    pub(crate) died: Timestamp,
    /// The computer's clock is not the tenant's: a message ends at another moment for each.
    pub(crate) clock_set: bool,
    /// What an exchange failed of last, and when.
    pub(crate) failed: Option<Timestamp>,
    /// When one was refused for good last.
    pub(crate) refused: Option<Timestamp>,
    /// The answer of this step, if one came that counts, and when its read began.
    pub(crate) began: Option<Timestamp>,
}

/// As long as the driver tries one write, and some.
const STRAGGLES: SignedDuration = SignedDuration::from_secs(31);

impl Lately {
    /// A write of an account that was left may still arrive: what is written before it does would be undone by it.
    pub(crate) fn straggles(&self, now: Timestamp) -> bool {
        self.straggler
            .is_some_and(|(_, since)| now.duration_since(since) < STRAGGLES || self.jumped >= since)
    }

    /// That it may is to be reckoned with: neither has it arrived nor has the clock jumped.
    pub(crate) fn is_to_be_waited_for(&self, now: Timestamp) -> bool {
        self.straggler
            .is_some_and(|(_, since)| now.duration_since(since) < SignedDuration::from_secs(25) && self.jumped < since)
    }

    fn failed(&mut self, now: Timestamp, failure: Option<&Failure>) {
        if let Some(failure) = failure {
            self.failed = Some(now);
            if !failure.code.passes() {
                self.refused = Some(now);
            }
        }
    }
}

/// See above.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    lately: Lately,
    answers: Answers,
    freshness: Freshness,
    rates: Rates,
    sessions: Sessions,
    shown: Shown,
    writes: Writes,
}

impl Witness {
    pub(crate) fn new() -> Witness {
        Witness {
            lately: Lately {
                epoch: 0,
                reading: None,
                writing: false,
                straggler: None,
                started: Timestamp::MIN,
                jumped: Timestamp::MIN,
                died: Timestamp::MIN,
                clock_set: false,
                failed: None,
                refused: None,
                began: None,
            },
            answers: Answers::default(),
            freshness: Freshness::default(),
            rates: Rates::default(),
            sessions: Sessions::default(),
            shown: Shown::default(),
            writes: Writes::default(),
        }
    }

    pub(crate) fn sees(&mut self, step: &Step<'_>) -> Verdict {
        let leaves = step.leaves();
        if leaves && step.is_signed_in_anew() {
            self.leave(step.facts.now);
        }
        self.lately.began = None;
        let now = step.facts.now;
        match step.input {
            Input::Read { epoch, result } if *epoch == self.lately.epoch => {
                self.lately.began = self.lately.reading.take();
                self.lately.failed(now, result.as_ref().err());
            }
            Input::Wrote { epoch, result } if *epoch == self.lately.epoch => {
                self.lately.writing = false;
                self.lately.failed(now, result.as_ref().err());
            }
            Input::Wrote { epoch, .. } => {
                self.lately.straggler.take_if(|(of, _)| of == epoch);
            }
            _ => {}
        }
        self.shown.sees(step, &self.lately)?;
        self.answers.sees(step, &self.lately)?;
        self.rates.sees(step, &self.lately)?;
        for effect in step.effects {
            if let Effect::Read { .. } = effect {
                self.lately.reading = Some(now);
            }
        }
        self.writes.sees(step, &self.lately)?;
        self.lately.writing |= step.effects.iter().any(|effect| matches!(effect, Effect::Write { .. }));
        self.sessions.sees(step, &self.lately)?;
        self.freshness.sees(step, &self.lately)?;
        deadlines::sees(step, &self.lately)?;
        // Also who signs in while the account is being left leaves with it.
        if step.signs_out() {
            self.leave(now);
        }
        strangers::sees(step)
    }

    fn leave(&mut self, now: Timestamp) {
        if std::mem::take(&mut self.lately.writing) {
            self.lately.straggler = Some((self.lately.epoch, now));
        }
        self.lately.epoch += 1;
        self.lately.reading = None;
    }

    pub(crate) fn sees_start(&mut self, now: Timestamp) {
        self.lately.epoch = 0;
        self.lately.reading = None;
        self.lately.writing = false;
        self.lately.straggler = None;
        self.lately.started = now;
        self.shown = Shown::default();
        self.freshness = Freshness::default();
    }

    pub(crate) fn sees_death(&mut self, now: Timestamp) {
        self.answers.sees_death();
        self.rates.sees_death();
        self.writes.sees_death(now);
        self.sessions.sees_death();
        self.lately.died = now;
    }

    pub(crate) fn sees_jump(&mut self, now: Timestamp) {
        self.lately.jumped = now;
    }

    /// The clock is set.
    pub(crate) fn sees_clock(&mut self, by: SignedDuration) {
        self.freshness.sees_clock(by);
        self.lately.clock_set = true;
    }

    pub(crate) fn sees_sleep(&mut self, length: SignedDuration) {
        self.lately.jumped += length;
    }

    /// A person chose something elsewhere.
    pub(crate) fn sees_teams(&mut self, now: Timestamp, event: &Event) {
        self.writes.sees_teams(now, event);
    }

    /// The end of a run, after a long calm.
    pub(crate) fn says_goodbye(&mut self, facts: &Facts, calm_since: Timestamp, shown: Option<&Snapshot>) -> Verdict {
        let Some(shown) = shown else {
            return Err(Broken::new(
                "with weather gone, everything is consistent",
                "nobody is there",
            ));
        };
        self.answers.says_goodbye(facts)?;
        self.writes.says_goodbye(shown, facts.now)?;
        self.freshness.says_goodbye(shown, calm_since)
    }
}
