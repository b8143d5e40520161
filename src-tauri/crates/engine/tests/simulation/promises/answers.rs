//! Every command is answered.

use std::collections::HashMap;

use engine::{Command, Effect, Input, Reply, Ticket};
use jiff::{SignedDuration, Timestamp};

use crate::witness::{Facts, Lately, Step, Verdict, holds};

/// Commands that wait for their reply.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    waiting: HashMap<Ticket, (Timestamp, Command)>,
}

/// Some writes with all their patience, one after the other; or a person at the sign-in page.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

impl Answers {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        if let Input::Command(ticket, command) = step.input {
            self.waiting.insert(*ticket, (step.facts.now, command.clone()));
        }
        for effect in step.effects {
            if let Effect::Reply(ticket, reply) = effect {
                let command = self.waiting.remove(ticket).map(|(_, command)| command);
                every_command_gets_one_reply(command.as_ref(), *ticket)?;
                a_refresh_is_done_when_it_was_read(step, lately, command.as_ref(), reply)?;
            }
        }
        self.nobody_waits_for_ever(step.facts.now, lately)
    }

    pub(crate) fn sees_death(&mut self) {
        self.waiting.clear();
    }

    /// As long as the computer neither sleeps nor jumps in time.
    fn nobody_waits_for_ever(&self, now: Timestamp, lately: &Lately) -> Verdict {
        let too_long = |(asked, _): &&(Timestamp, Command)| now.duration_since((*asked).max(lately.jumped)) > PATIENCE;
        let waits = self.waiting.values().find(too_long);
        holds(waits.is_none(), "every command gets its reply", || format!("{waits:?}"))
    }

    pub(crate) fn says_goodbye(&self, facts: &Facts) -> Verdict {
        let waits = self
            .waiting
            .values()
            .find(|(asked, _)| facts.now.duration_since(*asked) > PATIENCE);
        holds(waits.is_none(), "every command gets its reply", || format!("{waits:?}"))
    }
}

/// Never a second one, never one that nobody asked for.
fn every_command_gets_one_reply(command: Option<&Command>, ticket: Ticket) -> Verdict {
    holds(command.is_some(), "every command gets one reply", || {
        format!("{ticket:?}")
    })
}

/// The reply comes with the answer of the tenant.
fn a_refresh_is_done_when_it_was_read(
    step: &Step<'_>,
    lately: &Lately,
    command: Option<&Command>,
    reply: &Reply,
) -> Verdict {
    let read = lately.began.is_some() && matches!(step.input, Input::Read { result: Ok(_), .. });
    let fits = command != Some(&Command::Refresh) || (*reply == Reply::Done) == read;
    holds(fits, "a refresh is done when it was read", || format!("{reply:?}"))
}
