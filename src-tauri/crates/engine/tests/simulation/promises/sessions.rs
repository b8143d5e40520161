//! Keep-alive: a session of our own is open exactly as long as the person wants one.

use engine::{Command, Effect, Input, Reply, Ticket, Write};
use jiff::{SignedDuration, Timestamp};

use crate::witness::{Lately, Step, Verdict, holds};

/// What is wanted, and since when nothing is in the way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sessions {
    wanted_since: Option<Timestamp>,
    asked: Vec<(Ticket, bool, Timestamp)>,
    /// When leaving was asked for: quit, sign out.
    leaving: Option<Timestamp>,
    /// When opening or closing one failed last.
    failed: Option<Timestamp>,
    switching: bool,
}

/// A session is renewed 20 minutes before its end; trouble that is over for this long is no excuse.
const RENEWED: SignedDuration = SignedDuration::from_mins(25);
/// The same where the service had refused.
const REFUSED: SignedDuration = SignedDuration::from_mins(70);
/// To open one.
const SOON: SignedDuration = SignedDuration::from_mins(3);
/// Nobody waits longer for a program to end.
const MOMENT: SignedDuration = SignedDuration::from_secs(3);

impl Sessions {
    pub(crate) fn sees(&mut self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let now = step.facts.now;
        match step.input {
            Input::Command(ticket, Command::KeepAlive { on }) => {
                self.asked.push((*ticket, *on, now));
                // Whoever asks does not wait until the pause after a failure is over.
                self.failed = None;
            }
            // What failed before may have failed for want of it.
            Input::SignedIn { result: Ok(_), .. } => self.failed = None,
            Input::Command(_, Command::Quit | Command::SignOut) => self.leaving = self.leaving.or(Some(now)),
            Input::Wrote { epoch, result } if *epoch == lately.epoch && std::mem::take(&mut self.switching) => {
                self.failed = result.is_err().then_some(now);
            }
            _ => {}
        }
        let after = step.after;
        let wanted = after.keep_alive.on && after.signed_in && !after.read_only && self.leaving.is_none();
        self.wanted_since = wanted.then(|| self.wanted_since.unwrap_or(now));
        for effect in step.effects {
            match effect {
                Effect::Write {
                    write: Write::Session(length),
                    ..
                } => {
                    a_session_lasts_an_hour(*length)?;
                    self.a_session_is_renewed_in_time_and_not_before(step, lately)?;
                    self.switching = true;
                }
                Effect::Write {
                    write: Write::ClearSession,
                    ..
                } => {
                    self.a_session_is_closed_when_it_is_to_be(step)?;
                    self.switching = true;
                }
                Effect::Reply(ticket, reply) => {
                    if let Some(at) = self.asked.iter().position(|(asked, ..)| asked == ticket) {
                        let (_, on, asked) = self.asked.remove(at);
                        // While the computer slept, a session may have ended by itself.
                        if lately.jumped < asked {
                            switching_is_done_when_the_tenant_did_it(step, on, reply)?;
                        }
                    }
                }
                Effect::Quit => self.no_session_is_left_behind(step, lately)?,
                _ => {}
            }
        }
        if step.leaves() {
            self.wanted_since = None;
            self.leaving = None;
            self.switching = false;
        }
        self.a_session_is_open_while_one_is_wanted(step, lately)
    }

    pub(crate) fn sees_death(&mut self) {
        *self = Sessions::default();
    }

    /// After a moment to open it, as long as neither weather nor sleep came between.
    fn a_session_is_open_while_one_is_wanted(&self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let since = |at: Timestamp| step.facts.now.duration_since(at);
        let fair =
            lately.failed.is_none_or(|at| since(at) > RENEWED) && lately.refused.is_none_or(|at| since(at) > REFUSED);
        let awake = since(lately.jumped) > RENEWED && since(lately.started) > SOON;
        let wanted = self.wanted_since.is_some_and(|at| since(at) > SOON);
        let open = step.facts.session_until.is_some();
        holds(
            open || !(wanted && fair && awake),
            "a session is open while one is wanted",
            || format!("wanted since {:?}; {:?}", self.wanted_since, step.after.keep_alive),
        )
    }

    /// Without a command: when it nears its end, and some minutes after it could not be done.
    fn a_session_is_renewed_in_time_and_not_before(&self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let wall = step.wall.timestamp();
        // As it is after a clock that was set back was noticed.
        let until = step.after.keep_alive.until;
        let due = until.is_none_or(|until| until.duration_since(wall) <= SignedDuration::from_mins(20));
        let unsettled = lately.jumped.max(lately.started);
        let paused = self
            .failed
            .is_none_or(|at| at <= unsettled || step.facts.now.duration_since(at) >= SignedDuration::from_mins(2));
        let again = self.failed.is_some();
        let may = !self.asked.is_empty() || (step.after.keep_alive.on && (due || again) && paused);
        holds(may, "a session is renewed in time and not before", || {
            format!("{until:?}, failed {:?}", self.failed)
        })
    }

    /// By the person, or since the program leaves.
    fn a_session_is_closed_when_it_is_to_be(&self, step: &Step<'_>) -> Verdict {
        let may = self.leaving.is_some() || self.asked.iter().any(|(_, on, _)| !on);
        holds(may, "a session is closed when it is to be", || {
            format!("{:?}", step.after.keep_alive)
        })
    }

    /// When the program quits and the network lets it.
    fn no_session_is_left_behind(&self, step: &Step<'_>, lately: &Lately) -> Verdict {
        let now = step.facts.now;
        let fair = lately
            .failed
            .is_none_or(|at| now.duration_since(at) > SignedDuration::from_mins(1));
        let waited = self
            .leaving
            .is_some_and(|at| now.duration_since(at) >= MOMENT || lately.jumped >= at);
        let known = step.before.keep_alive.until.is_some() && step.before.signed_in;
        let left = step.facts.session_until.is_some();
        holds(!(left && known && fair) || waited, "no session is left behind", || {
            format!("until {:?}", step.facts.session_until)
        })
    }
}

/// Long enough to be renewed, short enough for a computer that was taken away.
fn a_session_lasts_an_hour(length: SignedDuration) -> Verdict {
    let hour = SignedDuration::from_hours(1);
    let fits = length <= hour && length > hour - SignedDuration::from_mins(5);
    holds(fits, "a session lasts an hour", || format!("{length:?}"))
}

/// `keep-alive on` and `off` are done when the session is open, or none is.
fn switching_is_done_when_the_tenant_did_it(step: &Step<'_>, on: bool, reply: &Reply) -> Verdict {
    let open = step.facts.session_until.is_some();
    holds(
        *reply != Reply::Done || on == open,
        "switching keep-alive is done when the tenant did it",
        || format!("on {on}, open {open}"),
    )
}
