//! What is to be written, and what is seen, each as a person would say it.

use engine::{Command, Subject, Write};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use presence::{Layer, LocationKind, PreferredPresence, Presence, WorkLocation};

/// What somebody wants, with its end as a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    Presence(PreferredPresence, Option<Timestamp>),
    Reset,
    Message(String, Option<Timestamp>),
    ClearMessage,
    Location(WorkLocation, Layer, Timestamp),
    ClearLocation(Layer),
    Open,
    Close,
}

/// What of a presence a person can have chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Picture {
    /// Where only a choice explains it.
    pub(crate) presence: Option<PreferredPresence>,
    pub(crate) message: Option<String>,
    pub(crate) message_until: Option<Timestamp>,
    pub(crate) location: Option<LocationKind>,
}

impl Wish {
    /// What a command asks for, if it is one that writes.
    pub(crate) fn of(command: &Command, now: &Zoned) -> Option<Wish> {
        let end = |expiry: &Option<presence::Expiry>| expiry.as_ref().and_then(|expiry| expiry.resolve(now).ok());
        Some(match command {
            Command::SetPresence { presence, expiry } => Wish::Presence(*presence, end(expiry)),
            Command::ResetPresence => Wish::Reset,
            Command::SetMessage { text, expiry, .. } => Wish::Message(text.as_str().to_owned(), end(expiry)),
            Command::ClearMessage => Wish::ClearMessage,
            Command::SetLocation { location, layer } => {
                let midnight = now.start_of_day().unwrap().checked_add(1.day()).unwrap();
                Wish::Location(location.clone(), *layer, midnight.start_of_day().unwrap().timestamp())
            }
            Command::ClearLocation { layer } => Wish::ClearLocation(*layer),
            Command::KeepAlive { on: true } => Wish::Open,
            Command::KeepAlive { on: false } => Wish::Close,
            _ => return None,
        })
    }

    pub(crate) fn subject(&self) -> Subject {
        match self {
            Wish::Presence(..) | Wish::Reset => Subject::Presence,
            Wish::Message(..) | Wish::ClearMessage => Subject::Message,
            Wish::Location(..) | Wish::ClearLocation(_) => Subject::Location,
            Wish::Open | Wish::Close => Subject::Session,
        }
    }

    pub(crate) fn end(&self) -> Option<Timestamp> {
        match self {
            Wish::Presence(_, end) | Wish::Message(_, end) => *end,
            Wish::Location(_, _, end) => Some(*end),
            _ => None,
        }
    }

    /// Whether `write` is this wish, sent at `now`.
    pub(crate) fn is(&self, write: &Write, now: Timestamp) -> bool {
        match (self, write) {
            (Wish::Presence(value, end), Write::PreferredPresence(sent, length)) => {
                let fits = match (end, length) {
                    (Some(end), Some(length)) => {
                        let late = (now + *length).duration_since(*end);
                        !late.is_negative() && late < SignedDuration::from_secs(1)
                    }
                    (end, length) => end.is_none() && length.is_none(),
                };
                value == sent && fits
            }
            (Wish::Message(text, end), Write::Message { text: sent, until, .. }) => {
                text == sent.as_str() && end == until
            }
            (Wish::Location(location, layer, _), Write::Location(sent, to)) => location == sent && layer == to,
            (Wish::ClearLocation(layer), Write::ClearLocation(to)) => layer == to,
            (Wish::Reset, Write::ClearPreferredPresence)
            | (Wish::ClearMessage, Write::ClearMessage)
            | (Wish::Open, Write::Session(_))
            | (Wish::Close, Write::ClearSession) => true,
            _ => false,
        }
    }

    /// Whether `picture` shows something else that a person chose, which was not there when this was wished for (`then`).
    pub(crate) fn is_contradicted_by(&self, picture: &Picture, then: &Picture) -> bool {
        fn differs<T: PartialEq>(shown: Option<&T>, then: Option<&T>, wanted: Option<&T>) -> bool {
            shown.is_some() && shown != then && shown != wanted
        }
        match self {
            Wish::Presence(value, _) => differs(picture.presence.as_ref(), then.presence.as_ref(), Some(value)),
            Wish::Reset => differs(picture.presence.as_ref(), then.presence.as_ref(), None),
            Wish::Message(text, _) => differs(picture.message.as_ref(), then.message.as_ref(), Some(text)),
            Wish::ClearMessage => differs(picture.message.as_ref(), then.message.as_ref(), None),
            Wish::Location(location, ..) => {
                differs(picture.location.as_ref(), then.location.as_ref(), Some(&location.kind))
            }
            Wish::ClearLocation(_) => differs(picture.location.as_ref(), then.location.as_ref(), None),
            Wish::Open | Wish::Close => false,
        }
    }
}

impl Picture {
    pub(crate) fn of(shown: Option<&Presence>) -> Picture {
        let Some(shown) = shown else {
            return Picture::default();
        };
        let message = shown.message();
        Picture {
            presence: choice(shown),
            message_until: message.as_ref().and_then(|message| message.until),
            message: message.map(|message| message.text),
            location: shown.location().map(|location| location.kind),
        }
    }

    /// Takes over what `other` has about one subject.
    pub(crate) fn take_over(&mut self, subject: Subject, other: &Picture) {
        match subject {
            Subject::Presence => self.presence = other.presence,
            Subject::Message => {
                self.message.clone_from(&other.message);
                self.message_until = other.message_until;
            }
            Subject::Location => self.location = other.location,
            Subject::Session | Subject::State => {}
        }
    }

    /// Whether `wish` is what people see.
    pub(crate) fn shows(&self, wish: &Wish) -> bool {
        match wish {
            Wish::Presence(value, _) => self.presence == Some(*value),
            Wish::Message(text, _) => self.message.as_ref() == Some(text),
            Wish::Location(location, ..) => self.location == Some(location.kind),
            _ => false,
        }
    }
}

/// The pairs that no client and no calendar of this model reports by itself.
fn choice(shown: &Presence) -> Option<PreferredPresence> {
    match (shown.availability(), shown.activity()) {
        ("Busy", "Busy") => Some(PreferredPresence::Busy),
        ("DoNotDisturb", "DoNotDisturb") => Some(PreferredPresence::DoNotDisturb),
        ("BeRightBack", "BeRightBack") => Some(PreferredPresence::BeRightBack),
        ("Offline", "OffWork") => Some(PreferredPresence::Offline),
        _ => None,
    }
}
