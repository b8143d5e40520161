//! Reading: when, and what a read says of what was asked.

use jiff::{Timestamp, Zoned};
use presence::Presence;

use super::{Engine, SETTLING, Trouble};
use crate::{
    AskState, Code, Effect, Failure, Place, Reply, Subject, Ticket, day,
    intent::Intent,
    memory::{KeptMessage, Seen},
    why,
};

/// The tenant's buildings are read once a day.
const BUILDINGS_LAST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// So many reads in a row may be older than what is shown.
const MOST_OLDER: u32 = 5;

impl Engine {
    pub(super) fn refresh(&mut self, now: &Zoned, ticket: Ticket, effects: &mut Vec<Effect>) {
        if !self.is_signed_in() {
            return effects.push(self.refuse(ticket, &self.why_signed_out()));
        }
        if let Some(pause) = self.polling.pause(now.timestamp()) {
            let failure = Failure::of(Code::Throttled).after(Some(pause));
            return effects.push(self.refuse(ticket, &failure));
        }
        self.readers.push(ticket);
        if self.reading.is_none() {
            self.start_reading(now, effects);
        }
    }

    pub(super) fn look_soon(&mut self, now: &Zoned) {
        if self.is_signed_in() {
            self.polling.soon(now.timestamp());
        }
    }

    pub(super) fn read_when_due(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let due = self.polling.due().is_some_and(|due| due <= now.timestamp());
        if due && self.settings.polls && self.reading.is_none() && self.is_signed_in() {
            self.start_reading(now, effects);
        }
    }

    fn start_reading(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        self.reading = Some(now.timestamp());
        effects.push(Effect::Read { epoch: self.epoch });
    }

    pub(super) fn read(&mut self, now: &Zoned, result: Result<Presence, Failure>, effects: &mut Vec<Effect>) {
        let began = self.reading.take().unwrap_or(now.timestamp());
        let reply = match result {
            Ok(presence) => {
                let awaited = self.is_awaiting();
                let is_new = self.show(now, presence);
                self.problem = None;
                self.polling.read(now.timestamp(), awaited && !self.is_awaiting());
                if !self.doubted.is_empty() {
                    self.polling.soon(now.timestamp());
                }
                if is_new {
                    self.stale_after = Some(self.polling.stale_after(now.timestamp()));
                }
                self.put_back(now, began);
                self.release_kept(now);
                self.read_buildings_when_due(now, effects);
                Reply::Done
            }
            Err(failure) => {
                self.polling.failed(now.timestamp(), &failure);
                let reply = Reply::Failed(failure.trouble(self.settings.language));
                self.meet(now, failure, effects);
                reply
            }
        };
        let readers = self.readers.drain(..);
        effects.extend(readers.map(|ticket| Effect::Reply(ticket, reply.clone())));
    }

    /// Whether a read is to show something, or to show it no more.
    pub(super) fn is_awaiting(&self) -> bool {
        self.accepted.iter().any(|(subject, _)| self.awaits(*subject))
    }

    pub(super) fn awaits(&self, subject: Subject) -> bool {
        self.memory.asked.state(subject) == Some(AskState::Pending)
            || self.clearing.iter().any(|clearing| clearing.subject == subject)
    }

    /// Takes over what Graph said, unless it is older than what is shown already. Numbers that stay older for long have begun anew.
    fn show(&mut self, now: &Zoned, presence: Presence) -> bool {
        let shown = self.presence.as_ref().and_then(Presence::sequence_number);
        let numbers = shown.zip(presence.sequence_number());
        self.older += 1;
        if numbers.is_some_and(|(shown, new)| new < shown) && self.older < MOST_OLDER {
            return false;
        }
        self.older = 0;
        self.read_at = Some(now.timestamp());
        let sure = numbers.is_some();
        self.fill_in_seen(&presence);
        self.over = self.over.filter(|over| why::chosen(&presence) == Some(*over));
        let waiting = &self.memory.waiting;
        let under_way = |subject| waiting.iter().any(|waiting| waiting.intent.subject() == subject);
        self.memory.asked.compare(&presence, under_way);
        for subject in [Subject::Presence, Subject::Message, Subject::Location] {
            if self.is_under_way(subject) {
                continue;
            }
            let confirmed = self.memory.confirmed.contains(&subject);
            if self.memory.asked.state(subject) == Some(AskState::Confirmed) && !confirmed {
                self.memory.confirmed.push(subject);
            }
            if !self.is_chosen_elsewhere(subject, &presence, confirmed) {
                self.doubted.retain(|doubted| *doubted != subject);
            } else if sure || self.doubted.contains(&subject) {
                self.give_way(subject);
            } else {
                // Not yet believed: an older read that came late shows the same.
                self.doubted.push(subject);
            }
        }
        if self.overtaken.is_some() && why::is_without_session(&presence) {
            self.overtaken = None;
        }
        self.check_clearing(now, &presence);
        self.new_stretch |= day::take_in(&mut self.today, &presence, now);
        self.presence = Some(presence);
        let asked = &self.memory.asked;
        self.accepted
            .retain(|(subject, _)| asked.state(*subject) != Some(AskState::Confirmed));
        true
    }

    /// The first read after something was asked tells what was there before.
    fn fill_in_seen(&mut self, shown: &Presence) {
        let mut waiting = std::mem::take(&mut self.memory.waiting);
        for waiting in waiting.iter_mut().filter(|waiting| waiting.seen.is_none()) {
            waiting.seen = Some(self.seen_in(shown, waiting.intent.subject()));
        }
        self.memory.waiting = waiting;
    }

    /// Whether `shown` is what a person chose elsewhere, over what this program had set. `confirmed`: it had been shown.
    fn is_chosen_elsewhere(&self, subject: Subject, shown: &Presence, confirmed: bool) -> bool {
        let Some(state) = self.memory.asked.state(subject) else {
            return false;
        };
        if state != AskState::Pending {
            return false;
        }
        let new = Seen::of(shown);
        let old = &self.memory.seen;
        // Until it was seen once, all that may have been there before may still be shown, known here or not.
        let is_settling = |at: Timestamp| self.now.duration_since(at) < SETTLING;
        if !confirmed && self.accepted_at(subject).is_some_and(is_settling) {
            return false;
        }
        // Set here one after the other, and the earlier one is shown late.
        let is_ours = |(intent, _): &(Intent, Timestamp)| intent.subject() == subject && intent.is_shown(&new);
        if self.memory.written.iter().any(is_ours) {
            return false;
        }
        match subject {
            Subject::Presence => match new.presence {
                Some(_) => confirmed || new.presence != old.presence,
                None => confirmed && why::is_automatic(shown),
            },
            // Before it was confirmed, the old one may still be shown.
            Subject::Message => confirmed || (new.message.is_some() && new.message != old.message),
            Subject::Location => confirmed || (new.location.is_some() && new.location != old.location),
            Subject::Session | Subject::State => false,
        }
    }

    /// A person's choice made elsewhere counts; nothing of ours is put back over it.
    pub(super) fn give_way(&mut self, subject: Subject) {
        self.doubted.retain(|doubted| *doubted != subject);
        match subject {
            Subject::Presence => {
                self.overtaken = self.memory.asked.presence.as_ref().map(|asked| asked.value);
                self.memory.presences.clear();
            }
            Subject::Message => self.memory.messages.clear(),
            Subject::Location | Subject::Session | Subject::State => {}
        }
        self.memory.asked.forget(subject);
    }

    /// Keeps the moment at which trouble of one kind began.
    pub(super) fn meet(&mut self, now: &Zoned, failure: Failure, effects: &mut Vec<Effect>) {
        let known = self
            .problem
            .as_ref()
            .filter(|trouble| trouble.failure.code == failure.code);
        let since = known.map_or(now.timestamp(), |trouble| trouble.since);
        if failure.code.needs_sign_in() {
            if known.is_none() && self.settings.polls {
                self.announce_sign_in_needed(effects);
            }
            self.give_up_waiting(&failure, effects);
        }
        self.problem = Some(Trouble { failure, since });
    }

    fn read_buildings_when_due(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let last = self.memory.buildings_read_at;
        let due = last.is_none_or(|at| now.timestamp().duration_since(at).abs() >= BUILDINGS_LAST);
        if self.reads_buildings && self.settings.polls && due && !self.reading_buildings {
            self.reading_buildings = true;
            effects.push(Effect::ReadBuildings { epoch: self.epoch });
        }
    }

    /// A list that could not be read is asked for again tomorrow: those of the settings are there anyway.
    pub(super) fn buildings(&mut self, now: &Zoned, result: Result<Vec<Place>, Failure>) {
        self.reading_buildings = false;
        self.memory.buildings_read_at = Some(now.timestamp());
        if let Ok(buildings) = result {
            self.memory.buildings = buildings;
        }
    }
}

impl Seen {
    pub(crate) fn of(shown: &Presence) -> Seen {
        let message = shown.message();
        Seen {
            presence: why::chosen(shown),
            message_until: message.as_ref().and_then(|message| message.until),
            message: message.map(|message| KeptMessage {
                pinned: message.pinned,
                text: message.text,
            }),
            location: shown.location().map(|location| location.kind),
            ..Seen::default()
        }
    }

    /// Takes over what `other` has about one subject.
    pub(crate) fn take_over(&mut self, subject: Subject, other: Seen) {
        match subject {
            Subject::Presence => {
                self.presence = other.presence;
                self.presence_is_ours = other.presence_is_ours;
            }
            Subject::Message => {
                self.message = other.message;
                self.message_until = other.message_until;
            }
            Subject::Location => self.location = other.location,
            Subject::Session | Subject::State => {}
        }
    }
}

impl Engine {
    /// When the read or write about a subject was accepted, if a read has not shown it since.
    pub(super) fn accepted_at(&self, subject: Subject) -> Option<Timestamp> {
        let accepted = self.accepted.iter().find(|(of, _)| *of == subject);
        accepted.map(|(_, at)| *at)
    }
}
