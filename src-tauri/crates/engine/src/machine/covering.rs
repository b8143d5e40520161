//! What a write that Graph accepted covers: for a while, for good, or no longer.

use jiff::{Timestamp, Zoned};
use presence::{MessageText, PreferredPresence};

use super::Engine;
use crate::{
    Subject,
    intent::Intent,
    layers::{Layer, Layers},
    memory::{KeptMessage, Origin, Seen, Waiting},
};

impl Engine {
    pub(super) fn presence_accepted(&mut self, now: &Zoned, written: &Waiting) {
        let mut presences = std::mem::take(&mut self.memory.presences);
        self.lay(&mut presences, now, written);
        self.memory.presences = presences;
        if let (Some(layer), Some(asked)) = (layer_of(written, now), &mut self.memory.asked.presence) {
            asked.until = layer.until;
        }
    }

    /// What a person would have in force after all that is on its way, with what lies beneath it.
    pub(super) fn presences_to_be(&self, now: &Zoned) -> Layers<PreferredPresence> {
        let mut presences = self.memory.presences.clone();
        for waiting in &self.memory.waiting {
            if waiting.intent.subject() == Subject::Presence {
                self.lay(&mut presences, now, waiting);
            }
        }
        presences
    }

    fn lay(&self, presences: &mut Layers<PreferredPresence>, now: &Zoned, written: &Waiting) {
        let Some(layer) = layer_of(written, now) else {
            return presences.clear();
        };
        let timed = matches!(written.intent, Intent::Presence { until: Some(_), .. });
        match written.origin {
            Origin::Person if timed => presences.cover(layer, self.found(now, written.seen.as_ref())),
            Origin::Person => presences.replace(layer),
            Origin::Ended => presences.end_down_to(layer),
            // It is the top already.
            Origin::PutBack => presences.came_back(),
            Origin::LastResort | Origin::KeepAlive => {}
        }
    }

    /// Somebody chose it elsewhere, for a time that Graph does not tell: it comes back for today at most.
    fn found(&self, now: &Zoned, seen: Option<&Seen>) -> Option<Layer<PreferredPresence>> {
        let seen = seen.filter(|seen| !seen.presence_is_ours)?;
        let what = seen.presence.filter(|value| self.over != Some(*value))?;
        let until = end_of_day(now);
        Some(Layer { what, until })
    }

    pub(super) fn message_accepted(
        &mut self,
        text: &MessageText,
        until: Option<Timestamp>,
        pinned: bool,
        origin: Origin,
    ) {
        let layer = Layer {
            what: KeptMessage {
                text: text.as_str().to_owned(),
                pinned,
            },
            until,
        };
        match origin {
            Origin::Person if until.is_some() => {
                let seen = &self.memory.seen;
                let found = seen.message.clone().map(|what| Layer {
                    what,
                    until: seen.message_until,
                });
                self.memory.messages.cover(layer, found);
            }
            Origin::Person => self.memory.messages.replace(layer),
            Origin::PutBack => self.memory.messages.came_back(),
            Origin::Ended | Origin::LastResort | Origin::KeepAlive => {}
        }
    }
}

/// The presence that is written, with its end; a reset has none.
fn layer_of(written: &Waiting, now: &Zoned) -> Option<Layer<PreferredPresence>> {
    let Intent::Presence { value, until } = &written.intent else {
        return None;
    };
    let by_default = || now.timestamp() + value.default_length().duration();
    Some(Layer {
        what: *value,
        until: Some(until.unwrap_or_else(by_default)),
    })
}

fn end_of_day(now: &Zoned) -> Option<Timestamp> {
    now.end_of_day().ok().map(|end| end.timestamp())
}
