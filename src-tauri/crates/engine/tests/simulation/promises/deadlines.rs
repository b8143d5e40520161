//! The engine wants to be woken in time.

use engine::Code;
use jiff::SignedDuration;

use crate::witness::{Lately, Step, Verdict, holds};

/// The longest interval, with a fifth more where the tenant's budget is tight.
const LONGEST: SignedDuration = SignedDuration::from_mins(6);
/// The longest pause that this tenant asks for, and as long again.
const PAUSE: SignedDuration = SignedDuration::from_mins(11);
/// Who was refused together must not come back together.
const AFTER_PAUSE: SignedDuration = SignedDuration::from_mins(8);
/// A missing permission does not come back by asking often.
const FORBIDDEN: SignedDuration = SignedDuration::from_mins(61);

pub(crate) fn sees(step: &Step<'_>, lately: &Lately) -> Verdict {
    if step.after.signed_in && lately.reading.is_none() {
        reading_goes_on(step, lately)?;
    }
    Ok(())
}

/// Also after days of sleep and whatever the clock was set to, the next read is near.
fn reading_goes_on(step: &Step<'_>, lately: &Lately) -> Verdict {
    let forbidden = step
        .after
        .problem
        .as_ref()
        .is_some_and(|problem| matches!(problem.code, Code::Forbidden | Code::NotLicensed));
    let paused = lately
        .failed
        .is_some_and(|at| step.facts.now.duration_since(at) < PAUSE + AFTER_PAUSE);
    let longest = match (forbidden, paused) {
        (true, _) => FORBIDDEN,
        (_, true) => LONGEST + PAUSE + AFTER_PAUSE,
        _ => LONGEST,
    };
    let near = step
        .deadline
        .is_some_and(|at| at.duration_since(step.wall.timestamp()) <= longest);
    holds(near, "reading goes on", || format!("next at {:?}", step.deadline))
}
