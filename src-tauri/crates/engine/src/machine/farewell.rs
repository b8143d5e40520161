//! Leaving: the presence session of our own is closed before the program ends or forgets the account, if that can be done in a moment.

use jiff::{SignedDuration, Timestamp, Zoned};

use super::Engine;
use crate::{Code, Effect, Failure, Subject, intent::Intent, memory::Origin};

/// What happens once the session is closed, or the moment is over.
#[derive(Debug)]
pub(super) struct Farewell {
    then: Then,
    by: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Quit,
    SignOut,
    /// The program ends: nothing more is read or written.
    Over,
}

/// Nobody waits longer for a program to end. Graph ends the session by itself within the hour.
const MOMENT: SignedDuration = SignedDuration::from_secs(3);

impl Farewell {
    pub(super) fn by(&self) -> Option<Timestamp> {
        (self.then != Then::Over).then_some(self.by)
    }
}

impl Engine {
    pub(super) fn quit(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        if !self.leaving.is_empty() {
            self.leave(effects);
        }
        self.take_leave(now, Then::Quit, effects);
    }

    pub(super) fn take_leave(&mut self, now: &Zoned, then: Then, effects: &mut Vec<Effect>) {
        let by = self.farewell.take().map(|began| began.by);
        self.farewell = Some(Farewell {
            then,
            by: by.unwrap_or(now.timestamp() + MOMENT),
        });
        if by.is_none() && self.memory.session_until.is_some() && self.is_signed_in() {
            self.replace_waiting(Subject::Session, effects);
            self.queue(now, Intent::CloseSession, Origin::KeepAlive, None);
            // Before all else that waits: the others are kept for the next start.
            if let Some(closing) = self.memory.waiting.pop() {
                let first = usize::from(self.writing.is_some()).min(self.memory.waiting.len());
                self.memory.waiting.insert(first, closing);
            }
        }
    }

    pub(super) fn see_farewell(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        // Also one that has ended by a clock that was set forward: Graph's own may say otherwise.
        let mut waiting = self.memory.waiting.iter();
        let closing = waiting.any(|waiting| waiting.intent == Intent::CloseSession);
        let quits = self
            .farewell
            .as_ref()
            .is_some_and(|farewell| farewell.then == Then::Quit);
        // Who quits right after choosing something wants it all the same.
        let busy =
            closing || !self.signing_out.is_empty() || (quits && (self.writing.is_some() || self.straggler.is_some()));
        let by = self.farewell.as_ref().and_then(Farewell::by);
        if by.is_none_or(|by| busy && by > now.timestamp()) {
            return;
        }
        match self.farewell.as_mut() {
            Some(farewell) if farewell.then == Then::Quit => {
                farewell.then = Then::Over;
                // Closed, or about to be without anybody to tell: the next start opens its own.
                self.memory.session_until = None;
                self.answer_the_rest(effects);
                effects.push(Effect::Quit);
            }
            _ => {
                self.farewell = None;
                self.leave(effects);
            }
        }
    }

    /// Whoever still waits is told that it was not done, and then it is not done later either.
    fn answer_the_rest(&mut self, effects: &mut Vec<Effect>) {
        let failure = Failure::with(Code::Failed, self.settings.language.phrases().text("cli.ended"));
        let waited_for = self.memory.waiting.extract_if(.., |waiting| waiting.ticket.is_some());
        let waited_for: Vec<_> = waited_for.collect();
        for waiting in waited_for.into_iter().rev() {
            self.memory.asked.take_over(waiting.intent.subject(), &waiting.before);
            effects.extend(waiting.ticket.map(|ticket| self.refuse(ticket, &failure)));
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.farewell
            .as_ref()
            .is_some_and(|farewell| farewell.then == Then::Over)
    }
}
