//! Presets: several writes that were asked for at once, and one reply for all of them.

use jiff::Zoned;
use presence::{Layer, Preset};

use super::Engine;
use crate::{Code, Command, Effect, Failure, Reply, Ticket};

/// A preset that was applied, until each of its writes is answered.
#[derive(Debug)]
pub(super) struct Applying {
    ticket: Ticket,
    parts: Vec<Ticket>,
    /// The worst of the replies so far.
    reply: Reply,
}

impl Engine {
    pub(super) fn apply_preset(&mut self, now: &Zoned, ticket: Ticket, name: Option<&str>, effects: &mut Vec<Effect>) {
        let Some(preset) = self.preset(name).cloned() else {
            let failure = Failure::with(Code::NoSuchPreset, name.unwrap_or_default());
            return effects.push(self.refuse(ticket, &failure));
        };
        let commands = commands(&preset);
        let first = u64::MAX - self.parts;
        self.parts += commands.len() as u64;
        let parts: Vec<Ticket> = (0..commands.len() as u64).map(|part| Ticket(first - part)).collect();
        self.applying.push(Applying {
            ticket,
            parts: parts.clone(),
            reply: Reply::Done,
        });
        if self.is_signed_in() {
            self.memory.last_preset = Some(preset.name);
        }
        for (part, command) in parts.into_iter().zip(commands) {
            self.write(now, part, command, effects);
        }
    }

    /// The preset of that name, else the one applied last, else the first.
    fn preset(&self, name: Option<&str>) -> Option<&Preset> {
        let presets = &self.settings.presets;
        let called = |name: &str| presets.iter().find(|preset| preset.is_called(name));
        match name {
            Some(name) => called(name),
            None => self.memory.last_preset.as_deref().and_then(called).or(presets.first()),
        }
    }

    /// The name of the preset applied last, if it is still there.
    pub(super) fn last_preset(&self) -> Option<String> {
        let name = self.memory.last_preset.as_deref()?;
        self.preset(Some(name)).map(|preset| preset.name.clone())
    }

    /// Takes the replies to a preset's parts out of `effects`, and answers for all of them once they are there.
    pub(super) fn answer_presets(&mut self, effects: &mut Vec<Effect>) {
        if self.applying.is_empty() {
            return;
        }
        effects.retain(|effect| match effect {
            Effect::Reply(ticket, reply) => !self.applying.iter_mut().any(|applying| applying.take(*ticket, reply)),
            _ => true,
        });
        let answered = self.applying.extract_if(.., |applying| applying.parts.is_empty());
        effects.extend(answered.map(|applying| Effect::Reply(applying.ticket, applying.reply)));
    }
}

impl Applying {
    /// Takes in the reply to one of the parts. Says whether it is one.
    fn take(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        let Some(at) = self.parts.iter().position(|part| *part == ticket) else {
            return false;
        };
        self.parts.swap_remove(at);
        let is_worse = match (&self.reply, reply) {
            (_, Reply::Done) | (Reply::Failed(_), _) => false,
            (Reply::Done | Reply::DoneExcept(_), _) => true,
        };
        if is_worse {
            self.reply = reply.clone();
        }
        true
    }
}

/// What a preset sets, one command for each write.
fn commands(preset: &Preset) -> Vec<Command> {
    let presence = preset.presence.map(|presence| Command::SetPresence {
        presence,
        expiry: preset.expiry.clone(),
    });
    let message = preset.message.clone().map(|text| Command::SetMessage {
        text,
        expiry: preset.expiry.clone(),
        pinned: Some(preset.pinned),
    });
    let location = preset.location.clone().map(|location| Command::SetLocation {
        location,
        layer: Layer::Manual,
    });
    presence.into_iter().chain(message).chain(location).collect()
}
