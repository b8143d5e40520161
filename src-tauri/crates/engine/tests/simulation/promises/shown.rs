//! What is shown was read.

use engine::Input;
use presence::Presence;

use crate::witness::{Lately, Step, Verdict, holds};

/// Follows what is to be shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// Answers in a row that were older than what is shown.
    older: u32,
}

/// So many may be older; then the service is taken to number anew.
const MOST_OLDER: u32 = 5;

impl Shown {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let answer = match step.input {
            Input::Read {
                result: Ok(presence), ..
            } if lately.began.is_some() => Some(presence),
            _ => None,
        };
        let is_older = answer.is_some_and(|answer| is_older(answer, step.before.presence.as_ref()));
        if answer.is_some() {
            self.older = if is_older { self.older + 1 } else { 0 };
        }
        let taken = answer.filter(|_| !is_older || self.older >= MOST_OLDER);
        if taken.is_some() {
            self.older = 0;
        }
        what_is_shown_was_read_byte_for_byte(step, taken)?;
        what_is_shown_is_dated_by_its_answer(step, taken)
    }
}

/// Both are numbered, and the answer's number is the smaller.
fn is_older(answer: &Presence, shown: Option<&Presence>) -> bool {
    let shown = shown.and_then(Presence::sequence_number);
    answer
        .sequence_number()
        .zip(shown)
        .is_some_and(|(answer, shown)| answer < shown)
}

/// `Snapshot::presence` is the latest answer of the tenant, never an older one, and nothing else.
fn what_is_shown_was_read_byte_for_byte(step: &Step<'_>, taken: Option<&Presence>) -> Verdict {
    let expected = match taken {
        Some(answer) => Some(answer),
        None if step.leaves() || step.after.account.is_none() => None,
        None => step.before.presence.as_ref(),
    };
    holds(
        step.after.presence.as_ref() == expected,
        "what is shown was read",
        || format!("shown {:?}, read {expected:?}", step.after.presence),
    )
}

/// `Snapshot::read_at` is when that answer came.
fn what_is_shown_is_dated_by_its_answer(step: &Step<'_>, taken: Option<&Presence>) -> Verdict {
    let dated = taken.is_none() || step.after.read_at == Some(step.wall.timestamp());
    let both = step.after.read_at.is_some() == step.after.presence.is_some();
    holds(dated && both, "what is shown is dated by its answer", || {
        format!("{:?}", step.after.read_at)
    })
}
