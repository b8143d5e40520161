//! Asking Graph for something: what was asked is noted at once, with its end as a point in time.

use jiff::{Timestamp, ToSpan, Zoned};
use presence::{Expiry, ExpiryError, Layer, LocationSource, MessageText, PreferredPresence, Presence};

use super::{EXPECTED, Engine};
use crate::{
    AskState, AskedLocation, AskedMessage, AskedPresence, Code, Command, Effect, Failure, Subject, Ticket,
    intent::Intent,
    memory::{Origin, Seen},
};

impl Engine {
    pub(super) fn write(&mut self, now: &Zoned, ticket: Ticket, command: Command, effects: &mut Vec<Effect>) {
        if !self.is_signed_in() {
            return effects.push(self.refuse(ticket, &self.why_signed_out()));
        }
        if self.memory.read_only {
            return effects.push(self.refuse(ticket, &Failure::of(Code::ReadOnly)));
        }
        match self.intent(now, command) {
            Ok(intent) => {
                let subject = intent.subject();
                self.replace_waiting(subject, effects);
                self.notices.retain(|(about, _)| *about != subject);
                self.queue(now, intent, Origin::Person, Some(ticket));
            }
            Err(ExpiryError::Past(end)) => effects.push(self.refuse(ticket, &Failure::with(Code::Past, end))),
            Err(error) => effects.push(self.refuse(ticket, &Failure::with(Code::Usage, error.to_string()))),
        }
    }

    /// What is there of a subject when something is asked about it, to notice what people choose elsewhere from then on. Where another write
    /// is under way, that is what was there before both.
    pub(super) fn seen_before(&self, subject: Subject) -> Option<Seen> {
        let mut waiting = self.memory.waiting.iter();
        match waiting.find(|waiting| waiting.intent.subject() == subject) {
            Some(waiting) => waiting.seen.clone(),
            None => self.presence.as_ref().map(|shown| self.seen_in(shown, subject)),
        }
    }

    /// What `shown` has of one subject, and whether that was set here.
    pub(super) fn seen_in(&self, shown: &Presence, subject: Subject) -> Seen {
        let mut seen = Seen::default();
        seen.take_over(subject, Seen::of(shown));
        seen.presence_is_ours = seen.presence.is_some_and(|value| self.is_own_presence(value));
        seen
    }

    /// Whether a presence was set here, and is in force or was until a moment ago.
    pub(super) fn is_own_presence(&self, value: PreferredPresence) -> bool {
        let is_it = |(intent, at): &(Intent, Timestamp)| {
            let recent = self.now.duration_since(*at) < EXPECTED;
            recent && matches!(intent, Intent::Presence { value: own, .. } if *own == value)
        };
        self.over == Some(value) || self.memory.presences.holds(&value) || self.memory.written.iter().any(is_it)
    }

    fn intent(&self, now: &Zoned, command: Command) -> Result<Intent, ExpiryError> {
        let end = |expiry: Option<Expiry>| expiry.map(|expiry| expiry.resolve(now)).transpose();
        Ok(match command {
            Command::SetPresence { presence, expiry } => Intent::Presence {
                value: presence,
                until: end(expiry)?,
            },
            Command::SetMessage { text, expiry, pinned } => Intent::Message {
                until: end(expiry)?,
                pinned: pinned.unwrap_or_else(|| self.is_pinned(&text)),
                text,
            },
            Command::ClearMessage => Intent::ClearMessage,
            Command::SetLocation { location, layer } => Intent::Location {
                location,
                layer,
                until: next_midnight(now),
            },
            Command::ClearLocation { layer } => Intent::ClearLocation { layer },
            // The only one left that writes.
            _ => Intent::ResetPresence,
        })
    }

    /// Whether this very text is shown with a pin. Teams marks a pin in the text itself: one that is not sent again is gone.
    fn is_pinned(&self, text: &MessageText) -> bool {
        let shown = self.presence.as_ref().and_then(Presence::message);
        shown.is_some_and(|shown| shown.pinned && shown.text == text.as_str())
    }

    /// Shows what is asked for, at once.
    pub(super) fn note_asked(&mut self, now: &Zoned, intent: &Intent) {
        let shown = self.presence.as_ref().and_then(Presence::location);
        let shown_source = shown.map(|location| location.source);
        let asked = &mut self.memory.asked;
        let subject = intent.subject();
        match intent {
            Intent::Presence { value, until } => {
                let by_default = || now.timestamp() + value.default_length().duration();
                asked.presence = Some(AskedPresence {
                    value: *value,
                    until: Some(until.unwrap_or_else(by_default)),
                    state: AskState::Pending,
                });
            }
            Intent::Message { text, until, .. } => {
                asked.message = Some(AskedMessage {
                    value: text.clone(),
                    until: *until,
                    state: AskState::Pending,
                });
            }
            Intent::Location { location, until, .. } => {
                asked.location = Some(AskedLocation {
                    value: location.kind,
                    place: location.place.clone(),
                    until: *until,
                    state: AskState::Pending,
                });
            }
            // A manual location stays in force.
            Intent::ClearLocation {
                layer: Layer::Automatic,
            } if shown_source == Some(LocationSource::Manual) => {}
            _ => asked.forget(subject),
        }
        self.doubted.retain(|doubted| *doubted != subject);
    }
}

fn next_midnight(now: &Zoned) -> Option<Timestamp> {
    let tomorrow = now.date().checked_add(1.day()).ok()?;
    Some(tomorrow.to_zoned(now.time_zone().clone()).ok()?.timestamp())
}
