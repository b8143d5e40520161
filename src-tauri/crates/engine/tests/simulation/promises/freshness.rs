//! The Snapshot says the truth about freshness and about trouble.

use engine::{Certainty, Code, Effect, Input, Snapshot};
use jiff::{SignedDuration, Timestamp};

use crate::witness::{Lately, Step, Verdict, holds};

/// When what is shown was read, by the tenant's clock.
#[derive(Debug, Clone, Default)]
pub(crate) struct Freshness {
    read: Option<Timestamp>,
    last_step: Option<Timestamp>,
    /// How much the clock was set back since the latest step.
    set_back: SignedDuration,
    /// A clock that was set back hides as much of an age as passed unnoticed.
    hidden: SignedDuration,
}

/// Nothing is called stale before.
const SOONEST: SignedDuration = SignedDuration::from_mins(3);
/// Two of the longest intervals, or twice a pause that was asked for.
const LATEST: SignedDuration = SignedDuration::from_mins(33);

impl Freshness {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let now = step.facts.now;
        let unseen = self
            .last_step
            .map_or(SignedDuration::ZERO, |last| now.duration_since(last));
        self.hidden += unseen.min(std::mem::take(&mut self.set_back));
        self.last_step = Some(now);
        if step.after.read_at != step.before.read_at
            && lately.began.is_some()
            && matches!(step.input, Input::Read { result: Ok(_), .. })
        {
            (self.read, self.hidden) = (Some(now), SignedDuration::ZERO);
        }
        if step.after.presence.is_none() {
            self.read = None;
        }
        self.an_age_is_never_made_smaller(step)?;
        self.stale_is_told(step, lately)?;
        trouble_is_told_while_it_lasts(step, lately)?;
        trouble_has_its_beginning_and_its_next_try(step, lately)
    }

    pub(crate) fn sees_clock(&mut self, by: SignedDuration) {
        self.set_back += (-by).max(SignedDuration::ZERO);
    }

    /// What is shown is at least as old as it says.
    fn an_age_is_never_made_smaller(&self, step: &Step<'_>) -> Verdict {
        let Some((read, told)) = self.read.zip(step.after.read_at) else {
            return Ok(());
        };
        let age = step.facts.now.duration_since(read);
        let told = step.wall.timestamp().duration_since(told) + self.hidden;
        holds(told >= age, "an age is never made smaller", || {
            format!("{told:?} for {age:?}")
        })
    }

    /// Unread, fresh, stale: as the age says.
    fn stale_is_told(&self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let certainty = step.after.certainty;
        let age = self.read.map(|read| step.facts.now.duration_since(read));
        let unsettled = lately.jumped >= self.read.unwrap_or(Timestamp::MIN);
        let fits = match (certainty, age) {
            (Certainty::Unread, age) => age.is_none(),
            (_, None) => false,
            (Certainty::Stale, Some(age)) => unsettled || age >= SOONEST,
            (Certainty::Fresh | Certainty::Settling, Some(age)) => age <= LATEST + self.hidden,
        };
        holds(fits, "freshness is told as it is", || {
            format!("{certainty:?} at an age of {age:?}")
        })
    }

    pub(crate) fn says_goodbye(&self, shown: &Snapshot, calm_since: Timestamp) -> Verdict {
        let fresh = !shown.signed_in || (shown.problem.is_none() && self.read.is_some_and(|read| read > calm_since));
        holds(fresh, "with weather gone, what is shown is fresh", || {
            format!("{:?}", shown.problem)
        })
    }
}

/// Set with an exchange that failed, and gone with one that did not.
fn trouble_is_told_while_it_lasts(step: &Step<'_>, lately: &Lately) -> Verdict {
    let told = step.after.problem.as_ref().map(|problem| problem.code);
    let before = step.before.problem.as_ref().map(|problem| problem.code);
    let expected = match step.input {
        Input::Read { result, .. } if lately.began.is_some() => result.as_ref().err().map(|failure| failure.code),
        Input::Wrote {
            epoch,
            result: Err(failure),
        } if *epoch == lately.epoch && failure.code.needs_sign_in() => Some(failure.code),
        Input::SignedIn { .. } if step.leaves() => None,
        Input::SignedOut { result: Ok(()), .. } if step.after.account.is_none() => Some(Code::NotSignedIn),
        _ => before,
    };
    holds(told == expected, "trouble is told while it lasts", || {
        format!("{told:?}, not {expected:?}")
    })
}

/// It began when it was met first, and is tried again at a time to come, if at all.
fn trouble_has_its_beginning_and_its_next_try(step: &Step<'_>, lately: &Lately) -> Verdict {
    let Some(problem) = &step.after.problem else {
        return Ok(());
    };
    let before = step
        .before
        .problem
        .as_ref()
        .filter(|before| before.code == problem.code);
    let since = before.map_or(step.wall.timestamp(), |before| before.since);
    let ahead = match problem.next_try {
        _ if lately.reading.is_some() || step.effects.contains(&Effect::Quit) => true,
        Some(at) => step.after.signed_in && at > step.wall.timestamp(),
        None => !step.after.signed_in,
    };
    holds(
        problem.since == since && ahead,
        "trouble has its beginning and its next try",
        || format!("{problem:?}, since {since}"),
    )
}
