//! Asking Graph for something: what was asked is noted at once, written in order, and put back where it failed.

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use presence::{Expiry, ExpiryError};

use super::Engine;
use crate::{
    AskState, Asked, AskedLocation, AskedMessage, AskedPresence, Code, Command, Effect, Failure, Ticket, Write,
};

#[derive(Debug)]
pub(super) struct QueuedWrite {
    pub(super) ticket: Ticket,
    pub(super) write: Write,
    /// What stood before, to be put back when it fails.
    before: Asked,
}

impl Engine {
    pub(super) fn write(&mut self, now: &Zoned, ticket: Ticket, command: Command, effects: &mut Vec<Effect>) {
        if !self.is_signed_in() {
            return effects.push(self.refuse(ticket, &self.why_signed_out()));
        }
        let before = self.memory.asked.clone();
        match self.ask(now, command) {
            Ok(write) => {
                self.writes.push_back(QueuedWrite { ticket, write, before });
                if self.writes.len() == 1 {
                    self.start_writing(effects);
                }
            }
            Err(ExpiryError::Past(end)) => effects.push(self.refuse(ticket, &Failure::with(Code::Past, end))),
            Err(error) => effects.push(self.refuse(ticket, &Failure::with(Code::Usage, error.to_string()))),
        }
    }

    /// Notes what is asked for, at once, and works out what to write.
    fn ask(&mut self, now: &Zoned, command: Command) -> Result<Write, ExpiryError> {
        let end = |expiry: Option<Expiry>| expiry.map(|expiry| expiry.resolve(now)).transpose();
        let asked = &mut self.memory.asked;
        Ok(match command {
            Command::SetPresence { presence, expiry } => {
                let end = end(expiry)?;
                asked.presence = Some(AskedPresence {
                    value: presence,
                    until: Some(end.unwrap_or(now.timestamp() + presence.default_length().duration())),
                    state: AskState::Pending,
                });
                Write::PreferredPresence(presence, end.map(|end| whole_seconds(now, end)))
            }
            Command::SetMessage { text, expiry } => {
                let until = end(expiry)?;
                asked.message = Some(AskedMessage {
                    value: text.clone(),
                    until,
                    state: AskState::Pending,
                });
                Write::Message(text, until)
            }
            Command::SetLocation { location, layer } => {
                asked.location = Some(AskedLocation {
                    value: location.kind,
                    place: location.place.clone(),
                    until: next_midnight(now),
                    state: AskState::Pending,
                });
                Write::Location(location, layer)
            }
            Command::ClearLocation { layer } => {
                asked.location = None;
                Write::ClearLocation(layer)
            }
            Command::ClearMessage => {
                asked.message = None;
                Write::ClearMessage
            }
            // The only one left that writes.
            _ => {
                asked.presence = None;
                Write::ClearPreferredPresence
            }
        })
    }

    fn start_writing(&self, effects: &mut Vec<Effect>) {
        if let Some(queued) = self.writes.front() {
            effects.push(Effect::Write {
                epoch: self.epoch,
                write: queued.write.clone(),
            });
        }
    }

    pub(super) fn wrote(&mut self, now: &Zoned, result: Result<(), Failure>, effects: &mut Vec<Effect>) {
        let Some(queued) = self.writes.pop_front() else { return };
        match &result {
            Ok(()) => {
                if let Write::Message(text, _) = &queued.write {
                    self.memory.keep_message(text);
                }
                if self.is_signed_in() {
                    self.polling.wrote(now.timestamp());
                }
            }
            Err(failure) => {
                self.polling.pause_for(now.timestamp(), failure.retry_after);
                self.put_back(&queued, failure.code);
                if failure.code.needs_sign_in() {
                    self.polling.stop();
                    self.meet(now, failure.clone(), effects);
                }
            }
        }
        let reply = self.reply(result);
        effects.push(Effect::Reply(queued.ticket, reply));
        self.start_writing(effects);
    }

    /// A write that failed leaves what stood before; one that Graph refused is shown as refused. Where a later one of the same subject waits,
    /// that one counts, and has to leave the same should it fail, too.
    fn put_back(&mut self, failed: &QueuedWrite, code: Code) {
        let subject = failed.write.subject();
        if let Some(later) = self.writes.iter_mut().find(|queued| queued.write.subject() == subject) {
            later.before.take_over(subject, &failed.before);
            return;
        }
        let refused = matches!(code, Code::Refused | Code::Forbidden | Code::Nonsense);
        let asked = &mut self.memory.asked;
        if !(refused && asked.refuse(subject)) {
            asked.take_over(subject, &failed.before);
        }
    }
}

/// Graph takes durations; the last begun second is kept.
fn whole_seconds(now: &Zoned, end: Timestamp) -> SignedDuration {
    let left = end.duration_since(now.timestamp());
    SignedDuration::from_secs(left.as_secs() + i64::from(left.subsec_nanos() > 0))
}

fn next_midnight(now: &Zoned) -> Option<Timestamp> {
    let tomorrow = now.date().checked_add(1.day()).ok()?;
    Some(tomorrow.to_zoned(now.time_zone().clone()).ok()?.timestamp())
}
