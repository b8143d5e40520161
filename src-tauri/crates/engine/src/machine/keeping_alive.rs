//! A presence session of our own: without any session Graph shows everybody as offline, whatever they prefer.
//!
//! The session says Away, the least of all presences, so that it never outranks a Teams client. The person decides whether there is one.

use jiff::{SignedDuration, Timestamp, Zoned};

use super::Engine;
use crate::{Code, Effect, Failure, Subject, Ticket, intent::Intent, memory::Origin};

/// Short enough that a computer that was taken away does not show for long; Graph takes 5 minutes to 4 hours.
const LENGTH: SignedDuration = SignedDuration::from_hours(1);
/// A command of its own cannot renew it: as long as Graph takes.
const ALONE: SignedDuration = SignedDuration::from_hours(4);
/// Renewed this long before it ends.
const AHEAD: SignedDuration = SignedDuration::from_mins(20);
/// After a renewal that failed.
const AGAIN: SignedDuration = SignedDuration::from_mins(2);
/// After one that Graph refused.
const REFUSED: SignedDuration = SignedDuration::from_hours(1);

impl Engine {
    pub(super) fn keep_alive(&mut self, now: &Zoned, ticket: Ticket, on: bool, effects: &mut Vec<Effect>) {
        if !self.is_signed_in() {
            return effects.push(self.refuse(ticket, &self.why_signed_out()));
        }
        if self.memory.read_only {
            return effects.push(self.refuse(ticket, &Failure::of(Code::ReadOnly)));
        }
        self.settings.keep_alive = on;
        self.renew_session_at = None;
        self.notices.retain(|(about, _)| *about != Subject::Session);
        self.replace_waiting(Subject::Session, effects);
        let intent = if on { self.session(now) } else { Intent::CloseSession };
        self.queue(now, intent, Origin::KeepAlive, Some(ticket));
        effects.push(Effect::SaveKeepAlive(on));
    }

    fn session(&self, now: &Zoned) -> Intent {
        Intent::OpenSession {
            until: now.timestamp() + self.session_length(),
        }
    }

    pub(super) fn session_length(&self) -> SignedDuration {
        if self.settings.polls { LENGTH } else { ALONE }
    }

    /// When the session is to be opened or renewed.
    pub(super) fn renewal_due(&self) -> Option<Timestamp> {
        let wanted =
            self.settings.keep_alive && self.settings.polls && !self.memory.read_only && self.farewell.is_none();
        if !wanted || !self.is_signed_in() || self.is_under_way(Subject::Session) {
            return None;
        }
        let ends = self.memory.session_until.map(|until| until - AHEAD);
        self.renew_session_at.or(ends).or(Some(self.now))
    }

    pub(super) fn renew_session(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        if self.renewal_due().is_some_and(|due| due <= now.timestamp()) {
            self.replace_waiting(Subject::Session, effects);
            let intent = self.session(now);
            self.queue(now, intent, Origin::KeepAlive, None);
        }
    }

    /// The clock was set, or the computer slept: how long ago the last try failed is not known any more.
    pub(super) fn try_session_soon(&mut self, now: Timestamp) {
        let pause = self.polling.pause(now).unwrap_or_default().max(AGAIN);
        self.renew_session_at = self.renew_session_at.map(|at| at.min(now + pause));
    }

    pub(super) fn session_opened(&mut self, until: Timestamp) {
        // The clock may have been set back while it was on its way.
        self.memory.session_until = Some(until.min(self.now + self.session_length()));
        self.renew_session_at = None;
        self.notices.retain(|(about, _)| *about != Subject::Session);
    }

    pub(super) fn session_closed(&mut self) {
        self.memory.session_until = None;
    }

    /// It is tried again, as long as the person wants one; a refusal is said.
    pub(super) fn session_failed(&mut self, now: &Zoned, intent: &Intent, failure: &Failure) {
        let again = if failure.code.passes() { AGAIN } else { REFUSED };
        self.renew_session_at = Some(now.timestamp() + failure.retry_after.unwrap_or_default().max(again));
        if *intent != Intent::CloseSession && !failure.code.passes() {
            self.take_note(now, Subject::Session, failure.clone());
        }
    }

    /// Graph has ended it by itself.
    pub(super) fn end_session(&mut self, now: &Zoned) {
        self.memory.session_until.take_if(|until| *until <= now.timestamp());
    }
}
