//! The tenant's budget is shared: how often is asked.

use std::collections::VecDeque;

use engine::{Command, Effect, Input};
use jiff::{SignedDuration, Timestamp};

use crate::witness::{Lately, Step, Verdict, holds};

/// Reads of the last day, and what gave reason for more of them than usual.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    reads: VecDeque<Timestamp>,
    reasons: VecDeque<Timestamp>,
    /// Nothing is to be asked before this, by the computer's clock.
    pause: Option<Timestamp>,
    last_wall: Option<Timestamp>,
}

/// In how long, how many, and how many more for each reason: a write is read back four times.
const BOUNDS: [(SignedDuration, usize, usize); 3] = [
    (SignedDuration::from_mins(1), 14, 5),
    (SignedDuration::from_hours(1), 240, 5),
    (SignedDuration::from_hours(24), 3_000, 5),
];

/// That reading back takes so long by itself, and longer where reads fail.
const LASTS: SignedDuration = SignedDuration::from_secs(15);

impl Rates {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let now = step.facts.now;
        self.notice_clock(step.wall.timestamp());
        let answered = match step.input {
            Input::Wrote { epoch, result } if *epoch == lately.epoch => result.as_ref().err(),
            Input::Read {
                result: Err(failure), ..
            } if lately.began.is_some() => Some(failure),
            _ => None,
        };
        if is_reason(step) {
            self.reasons.push_back(now);
        }
        if let Some(pause) = answered.and_then(|failure| failure.retry_after) {
            self.pause = self.pause.max(Some(step.wall.timestamp() + pause));
        }
        for effect in step.effects {
            match effect {
                Effect::Read { epoch } => {
                    one_read_at_a_time(*epoch, lately)?;
                    self.nothing_is_read_before_a_pause_is_over(step)?;
                    self.reads.push_back(now);
                    self.reads_are_few(now)?;
                }
                Effect::Write { .. } => one_write_at_a_time(step, lately)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) fn sees_death(&mut self) {
        self.pause = None;
        // The next one reads at once.
        self.reasons.extend(self.reads.back().copied());
    }

    fn notice_clock(&mut self, wall: Timestamp) {
        if let Some(back) = self
            .last_wall
            .map(|last| last.duration_since(wall))
            .filter(SignedDuration::is_positive)
        {
            self.pause = self.pause.map(|at| at - back);
        }
        self.last_wall = Some(wall);
    }

    /// `Retry-After` is honoured in full.
    fn nothing_is_read_before_a_pause_is_over(&self, step: &Step<'_>) -> Verdict {
        let wall = step.wall.timestamp();
        holds(
            self.pause.is_none_or(|pause| pause <= wall),
            "nothing is read before a pause is over",
            || format!("paused until {:?}", self.pause),
        )
    }

    /// In a minute, in an hour, in a day.
    fn reads_are_few(&mut self, now: Timestamp) -> Verdict {
        let longest = BOUNDS[BOUNDS.len() - 1].0;
        for times in [&mut self.reads, &mut self.reasons] {
            while times.front().is_some_and(|at| now.duration_since(*at) > longest) {
                times.pop_front();
            }
        }
        for (length, most, more) in BOUNDS {
            let within = |times: &VecDeque<Timestamp>, length: SignedDuration| {
                times
                    .iter()
                    .rev()
                    .take_while(|at| now.duration_since(**at) < length)
                    .count()
            };
            let (reads, reasons) = (within(&self.reads, length), within(&self.reasons, length + LASTS));
            holds(reads <= most + more * reasons, "reads are few", || {
                format!("{reads} in {length:?}, with {reasons} reasons for more")
            })?;
        }
        Ok(())
    }
}

/// Never two reads under way in one epoch.
fn one_read_at_a_time(epoch: u64, lately: &Lately) -> Verdict {
    let free = lately.reading.is_none() && epoch == lately.epoch;
    holds(free, "one read at a time", || {
        format!("epoch {epoch} in {}", lately.epoch)
    })
}

/// Another write leaves only once the one before was answered, also that of an account that was left: it would be undone by it.
fn one_write_at_a_time(step: &Step<'_>, lately: &Lately) -> Verdict {
    let writes = step
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Write { .. }));
    let free = !lately.writing && !lately.is_to_be_waited_for(step.facts.now) && writes.count() == 1;
    holds(free, "one write at a time", || format!("{:?}", step.effects))
}

/// Somebody looks, something was written, the computer woke up.
fn is_reason(step: &Step<'_>) -> bool {
    match step.input {
        Input::Command(_, command) => matches!(
            command,
            Command::Refresh | Command::OpenFlyout(_) | Command::SignIn { .. } | Command::SignOut
        ),
        Input::Wrote { .. } | Input::Signal(_) | Input::Attended(true) | Input::SignedIn { .. } => true,
        _ => false,
    }
}
