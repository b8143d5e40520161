//! What is to be written, as it was meant: with its end as a point in time, so that it means the same however late it is sent.

use jiff::{SignedDuration, Timestamp};
use presence::{Layer, MessageText, PreferredPresence, WorkLocation};
use serde::{Deserialize, Serialize};

use crate::{
    AskedLocation, Write, layers,
    memory::{KeptMessage, Seen},
};

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "write", rename_all = "kebab-case")]
pub(crate) enum Intent {
    Presence {
        value: PreferredPresence,
        /// `None`: as long as the service likes.
        until: Option<Timestamp>,
    },
    ResetPresence,
    Message {
        text: MessageText,
        until: Option<Timestamp>,
        pinned: bool,
    },
    ClearMessage,
    Location {
        location: WorkLocation,
        layer: Layer,
        /// The next local midnight: Graph keeps a location for the day.
        until: Option<Timestamp>,
    },
    ClearLocation {
        layer: Layer,
    },
    OpenSession {
        until: Timestamp,
    },
    CloseSession,
}

/// What a write, or what went wrong with it, is about. Of two writes about the same subject the later one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The preferred presence.
    Presence,
    /// The status message.
    Message,
    /// The work location.
    Location,
    /// The presence session of our own.
    Session,
    /// What was remembered from an earlier run.
    State,
}

impl Intent {
    pub(crate) fn of_presence(layer: &layers::Layer<PreferredPresence>) -> Intent {
        Intent::Presence {
            value: layer.what,
            until: layer.until,
        }
    }

    /// `None` where Teams took a text that may not be sent.
    pub(crate) fn of_message(layer: &layers::Layer<KeptMessage>) -> Option<Intent> {
        Some(Intent::Message {
            text: MessageText::new(&layer.what.text).ok()?,
            until: layer.until,
            pinned: layer.what.pinned,
        })
    }

    pub(crate) fn of_location(asked: &AskedLocation) -> Intent {
        Intent::Location {
            location: WorkLocation {
                kind: asked.value,
                place: asked.place.clone(),
            },
            layer: Layer::Manual,
            until: asked.until,
        }
    }

    pub(crate) fn subject(&self) -> Subject {
        match self {
            Intent::Presence { .. } | Intent::ResetPresence => Subject::Presence,
            Intent::Message { .. } | Intent::ClearMessage => Subject::Message,
            Intent::Location { .. } | Intent::ClearLocation { .. } => Subject::Location,
            Intent::OpenSession { .. } | Intent::CloseSession => Subject::Session,
        }
    }

    /// When it would be over; `None`: never.
    pub(crate) fn end(&self) -> Option<Timestamp> {
        match self {
            Intent::Presence { until, .. } | Intent::Message { until, .. } | Intent::Location { until, .. } => *until,
            Intent::OpenSession { until } => Some(*until),
            Intent::ResetPresence | Intent::ClearMessage | Intent::ClearLocation { .. } | Intent::CloseSession => None,
        }
    }

    /// Whether it is what people see, beyond doubt.
    pub(crate) fn is_shown(&self, seen: &Seen) -> bool {
        match self {
            Intent::Presence { value, .. } => seen.presence == Some(*value),
            Intent::Message { text, .. } => seen.message.as_ref().is_some_and(|shown| shown.text == text.as_str()),
            Intent::ClearMessage => seen.message.is_none(),
            Intent::Location { location, .. } => seen.location == Some(location.kind),
            Intent::ResetPresence
            | Intent::ClearLocation { .. }
            | Intent::OpenSession { .. }
            | Intent::CloseSession => false,
        }
    }

    /// Whether `shown` has something that a person chose elsewhere, `seen` being what was there when this was asked for.
    pub(crate) fn is_contradicted(&self, shown: &Seen, seen: &Seen) -> bool {
        if self.is_shown(shown) {
            return false;
        }
        match self.subject() {
            Subject::Presence => shown.presence.is_some() && shown.presence != seen.presence,
            Subject::Message => shown.message.is_some() && shown.message != seen.message,
            Subject::Location => shown.location.is_some() && shown.location != seen.location,
            Subject::Session | Subject::State => false,
        }
    }

    /// What to send at `now`.
    pub(crate) fn write(&self, now: Timestamp) -> Write {
        match self {
            Intent::Presence { value, until } => {
                Write::PreferredPresence(*value, until.map(|until| whole_seconds(now, until)))
            }
            Intent::ResetPresence => Write::ClearPreferredPresence,
            Intent::Message { text, until, pinned } => Write::Message {
                text: text.clone(),
                until: *until,
                pinned: *pinned,
            },
            Intent::ClearMessage => Write::ClearMessage,
            Intent::Location { location, layer, .. } => Write::Location(location.clone(), *layer),
            Intent::ClearLocation { layer } => Write::ClearLocation(*layer),
            Intent::OpenSession { until } => Write::Session(whole_seconds(now, *until)),
            Intent::CloseSession => Write::ClearSession,
        }
    }
}

/// Graph takes durations; the last begun second is kept.
fn whole_seconds(now: Timestamp, end: Timestamp) -> SignedDuration {
    let left = end.duration_since(now);
    SignedDuration::from_secs(left.as_secs() + i64::from(left.subsec_nanos() > 0))
}
