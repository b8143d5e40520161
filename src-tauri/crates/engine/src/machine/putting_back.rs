//! Putting back what something timed took the place of, once, and never over what a person chose since.

use jiff::{Timestamp, Zoned};
use presence::PreferredPresence;

use super::Engine;
use crate::{
    AskState, Code, Effect, Failure, Subject, Ticket,
    intent::Intent,
    memory::{KeptMessage, Origin, Seen},
};

impl Engine {
    /// Ends what is in force now instead of later: what it covered comes back, else automatic.
    pub(super) fn end_presence(&mut self, now: &Zoned, ticket: Ticket, effects: &mut Vec<Effect>) {
        let asked = self.memory.asked.presence.as_ref();
        let in_force = asked.filter(|asked| asked.state != AskState::Refused);
        let refusal = if !self.is_signed_in() {
            Some(self.why_signed_out())
        } else if self.memory.read_only {
            Some(Failure::of(Code::ReadOnly))
        } else if in_force.is_none() {
            Some(Failure::of(Code::NothingToEnd))
        } else {
            None
        };
        if let Some(failure) = refusal {
            return effects.push(self.refuse(ticket, &failure));
        }
        let beneath = self.presences_to_be(now).beneath(now.timestamp());
        let intent = beneath.as_ref().map_or(Intent::ResetPresence, Intent::of_presence);
        self.replace_waiting(Subject::Presence, effects);
        self.queue(now, intent, Origin::Ended, Some(ticket));
    }

    /// Takes off what has ended. What comes out beneath it is put back after a read that began later.
    pub(super) fn uncover(&mut self, now: &Zoned) {
        let moment = now.timestamp();
        let presences = self.memory.presences.uncover(moment);
        let messages = self.memory.messages.uncover(moment);
        // Each by its own end: that of a message does not put off a presence.
        if let Some(top) = presences.first() {
            self.over = Some(top.what);
            // Whatever comes now: what is shown is over.
            self.look_soon(now);
        }
        let presence_returns = !presences.is_empty() && self.memory.presences.returning().is_some();
        let message_returns = !messages.is_empty() && self.memory.messages.returning().is_some();
        if presence_returns || message_returns {
            self.put_back_after = moment;
            self.look_soon(now);
        }
        // All of it: what ended together, after the clock was set, may be shown late together.
        let over = presences.iter().map(Intent::of_presence);
        let over = over.chain(messages.iter().filter_map(Intent::of_message));
        self.memory.written.extend(over.map(|intent| (intent, moment)));
    }

    /// A read that began at `began` came through: is what comes back still wanted?
    pub(super) fn put_back(&mut self, now: &Zoned, began: Timestamp) {
        if self.memory.presences.returning().is_none() && self.memory.messages.returning().is_none() {
            return;
        }
        if !self.settings.polls {
            // The resident's business.
            return;
        }
        if began < self.put_back_after {
            return self.look_soon(now);
        }
        let Some(shown) = self.presence.as_ref().map(Seen::of) else {
            return;
        };
        if !self.is_under_way(Subject::Presence) {
            self.put_back_presence(now, shown.presence);
        }
        if !self.is_under_way(Subject::Message) {
            self.put_back_message(now, shown.message);
        }
    }

    fn put_back_presence(&mut self, now: &Zoned, shown: Option<PreferredPresence>) {
        let Some((ended, beneath)) = self.memory.presences.returning() else {
            return;
        };
        if shown.is_some_and(|shown| shown != *ended && shown != beneath.what) {
            return self.memory.presences.clear();
        }
        if let Some(layer) = self.memory.presences.returned() {
            self.queue(now, Intent::of_presence(&layer), Origin::PutBack, None);
        }
    }

    fn put_back_message(&mut self, now: &Zoned, shown: Option<KeptMessage>) {
        let Some((ended, beneath)) = self.memory.messages.returning() else {
            return;
        };
        if shown.is_some_and(|shown| shown.text != ended.text && shown.text != beneath.what.text) {
            return self.memory.messages.clear();
        }
        let Some(layer) = self.memory.messages.returned() else {
            return;
        };
        // What Teams took may be longer than what may be sent; then it cannot be put back.
        let Some(intent) = Intent::of_message(&layer) else {
            self.memory.messages.clear();
            return self.take_untold_note(now, Subject::Message, Failure::of(Code::Lapsed));
        };
        self.queue(now, intent, Origin::PutBack, None);
    }
}
