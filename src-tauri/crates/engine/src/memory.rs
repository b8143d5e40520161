use jiff::{Timestamp, Zoned};
use presence::{LocationKind, MessageText, PreferredPresence, Presence, WorkLocation};
use serde::{Deserialize, Serialize};

use crate::{Account, Place, Stretch, Subject, Ticket, intent::Intent, layers::Layers};

/// What outlives the process, in the state folder. No token, ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Who is signed in.
    pub account: Option<Account>,
    /// What was asked and may still be in force.
    pub asked: Asked,
    /// The messages set last, newest first, each once.
    pub recent_messages: Vec<String>,
    /// The preset that was applied last.
    pub last_preset: Option<String>,
    /// What was read today, in order.
    pub today: Vec<Stretch>,
    /// When to say that the timed presence in force is about to end; `None`: it was said, or there is none.
    pub(crate) ending_soon_at: Option<Timestamp>,
    /// Buildings that the tenant's own list had.
    pub buildings: Vec<Place>,
    /// When that list was read.
    pub buildings_read_at: Option<Timestamp>,
    /// The sign-in granted reading alone.
    pub read_only: bool,
    /// Seconds between two reads that the tenant's budget was found to allow; 0 where it never was too small.
    pub tight: u32,
    /// Writes that Graph has not answered yet, in order. They survive the process, so that what was asked is sent or reported.
    pub(crate) waiting: Vec<Waiting>,
    /// What Graph showed when what is in force was asked for, to notice what people choose elsewhere.
    pub(crate) seen: Seen,
    /// What Graph accepted, or perhaps did, and was in force until a few minutes ago at most: a late read may still show any of it, also to
    /// the next process.
    pub(crate) written: Vec<(Intent, Timestamp)>,
    /// The preferred presence in force, over those to be put back.
    pub(crate) presences: Layers<PreferredPresence>,
    /// The status message in force, over those to be put back.
    pub(crate) messages: Layers<KeptMessage>,
    /// What was asked and has been shown since, whatever was shown later.
    pub(crate) confirmed: Vec<Subject>,
    /// Until when the presence session of our own lasts.
    pub(crate) session_until: Option<Timestamp>,
}

/// A write that Graph has not answered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) intent: Intent,
    pub(crate) origin: Origin,
    /// What stood before, to be put back when it fails.
    pub(crate) before: Asked,
    /// What Graph showed of its subject when it was asked for; where nothing had been read, the first read tells.
    #[serde(default)]
    pub(crate) seen: Option<Seen>,
    /// It could not be sent; not before this is it tried again, and then only after a read.
    pub(crate) kept_until: Option<Timestamp>,
    /// From when on nobody wants it any more, where the write itself names no end.
    #[serde(default)]
    pub(crate) lapses: Option<Timestamp>,
    /// How often it could not be sent.
    pub(crate) failures: u32,
    /// Tells it from others of this process.
    #[serde(skip)]
    pub(crate) number: u64,
    /// Who waits for the answer.
    #[serde(skip)]
    pub(crate) ticket: Option<Ticket>,
}

impl Waiting {
    /// When it is over.
    pub(crate) fn end(&self) -> Option<Timestamp> {
        self.intent.end().or(self.lapses)
    }

    /// Nobody waits for an answer any more: it was promised for later, or is the program's own business.
    pub(crate) fn may_stay(&self) -> bool {
        self.ticket.is_none() && matches!(self.origin, Origin::Person | Origin::Ended | Origin::PutBack)
    }

    /// It cannot be sent in this sign-in. What was kept before is kept again, from `now` on; says whether it is.
    pub(crate) fn stays(&mut self, now: Timestamp) -> bool {
        if self.may_stay() {
            self.kept_until.get_or_insert(now);
        }
        self.kept_until.is_some()
    }
}

/// Why something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    /// A person asked for it.
    Person,
    /// What was there before comes back.
    PutBack,
    /// A person ended what was in force before its time, and what was there before comes back.
    Ended,
    /// A message that would not go gets an end.
    LastResort,
    /// The session of our own is opened, renewed or closed.
    KeepAlive,
}

/// What Graph showed of what a person can choose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    /// A presence that only a person's choice explains.
    pub(crate) presence: Option<PreferredPresence>,
    /// That presence was set here: nothing to put back.
    pub(crate) presence_is_ours: bool,
    pub(crate) message: Option<KeptMessage>,
    pub(crate) message_until: Option<Timestamp>,
    pub(crate) location: Option<LocationKind>,
}

/// A status message as it was, pin and all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptMessage {
    pub(crate) text: String,
    pub(crate) pinned: bool,
}

/// What this program asked for. Graph exposes none of it, so it has to be remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct Asked {
    /// The preferred presence.
    pub presence: Option<AskedPresence>,
    /// The status message.
    pub message: Option<AskedMessage>,
    /// The work location.
    pub location: Option<AskedLocation>,
}

/// A preferred presence that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AskedPresence {
    /// Which.
    pub value: PreferredPresence,
    /// When it ends: as asked, else the service's default.
    pub until: Option<Timestamp>,
    /// How far it got.
    pub state: AskState,
}

/// A status message that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AskedMessage {
    /// The text.
    pub value: MessageText,
    /// When it ends; `None`: never.
    pub until: Option<Timestamp>,
    /// How far it got.
    pub state: AskState,
}

/// A work location that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AskedLocation {
    /// Which.
    pub value: LocationKind,
    /// The building, if one was named.
    #[serde(default)]
    pub place: Option<String>,
    /// The next local midnight: Graph keeps a location for the day.
    pub until: Option<Timestamp>,
    /// How far it got.
    pub state: AskState,
}

/// How far something that was asked for got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum AskState {
    /// Sent or about to be; a read has not shown it.
    Pending,
    /// The latest read shows it.
    Confirmed,
    /// Graph refused it.
    Refused,
}

impl Memory {
    /// How many messages are kept.
    pub const RECENT_MESSAGES: usize = 5;

    /// That of somebody who has signed in and asked for nothing.
    pub fn of(account: Account) -> Memory {
        Memory {
            account: Some(account),
            ..Memory::default()
        }
    }

    /// What an earlier process had under way may have been taken; a newer one about the same takes its place.
    pub(crate) fn keep_newest_waiting(&mut self, now: Timestamp) {
        let mut newest: Vec<Waiting> = Vec::new();
        for mut waiting in std::mem::take(&mut self.waiting) {
            let subject = waiting.intent.subject();
            if let Some(at) = newest.iter().position(|older| older.intent.subject() == subject) {
                let older = newest.remove(at);
                waiting.before.take_over(subject, &older.before);
                self.written.push((older.intent, now));
            }
            newest.push(waiting);
        }
        self.waiting = newest;
    }

    /// The same without anything that is to be done: for whoever looks on while the resident, or a later one, acts.
    #[must_use]
    pub fn to_look_at(self) -> Memory {
        Memory {
            account: self.account,
            asked: self.asked,
            recent_messages: self.recent_messages,
            last_preset: self.last_preset,
            today: self.today,
            buildings: self.buildings,
            read_only: self.read_only,
            tight: self.tight,
            ..Memory::default()
        }
    }

    /// Puts `text` first.
    pub(crate) fn keep_message(&mut self, text: &MessageText) {
        self.recent_messages.retain(|recent| recent != text.as_str());
        self.recent_messages.insert(0, text.as_str().to_owned());
        self.recent_messages.truncate(Memory::RECENT_MESSAGES);
    }
}

impl Asked {
    /// Compares what was asked with what a read shows. A subject whose write is still `under_way` waits: Graph has not accepted it, whatever
    /// it shows.
    pub(crate) fn compare(&mut self, shown: &Presence, under_way: impl Fn(Subject) -> bool) {
        if let Some(asked) = self.presence.as_mut().filter(|_| !under_way(Subject::Presence)) {
            asked.state.seen(asked.value.is_shown_by(shown));
        }
        if let Some(asked) = self.message.as_mut().filter(|_| !under_way(Subject::Message)) {
            let is_shown = shown
                .message()
                .is_some_and(|message| message.text == asked.value.as_str());
            asked.state.seen(is_shown);
        }
        if let Some(asked) = self.location.as_mut().filter(|_| !under_way(Subject::Location)) {
            let wanted = WorkLocation {
                kind: asked.value,
                place: asked.place.clone(),
            };
            asked
                .state
                .seen(shown.location().is_some_and(|location| wanted.is_shown_by(&location)));
        }
    }

    /// Takes over what `other` has about one subject.
    pub(crate) fn take_over(&mut self, subject: Subject, other: &Asked) {
        match subject {
            Subject::Presence => self.presence.clone_from(&other.presence),
            Subject::Message => self.message.clone_from(&other.message),
            Subject::Location => self.location.clone_from(&other.location),
            Subject::Session | Subject::State => {}
        }
    }

    /// Forgets what was asked about one subject.
    pub(crate) fn forget(&mut self, subject: Subject) {
        self.take_over(subject, &Asked::default());
    }

    /// Marks what was asked about one subject as refused. Says whether there is anything to mark.
    pub(crate) fn refuse(&mut self, subject: Subject) -> bool {
        let state = match subject {
            Subject::Presence => self.presence.as_mut().map(|asked| &mut asked.state),
            Subject::Message => self.message.as_mut().map(|asked| &mut asked.state),
            Subject::Location => self.location.as_mut().map(|asked| &mut asked.state),
            Subject::Session | Subject::State => None,
        };
        state.map(|state| *state = AskState::Refused).is_some()
    }

    /// Drops what has ended.
    pub(crate) fn forget_past(&mut self, now: &Zoned) {
        let past = |until: Option<Timestamp>| until.is_some_and(|until| until <= now.timestamp());
        self.presence.take_if(|asked| past(asked.until));
        self.message.take_if(|asked| past(asked.until));
        self.location.take_if(|asked| past(asked.until));
    }

    /// When the next of them ends.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        let presence = self.presence.as_ref().and_then(|asked| asked.until);
        let message = self.message.as_ref().and_then(|asked| asked.until);
        let location = self.location.as_ref().and_then(|asked| asked.until);
        [presence, message, location].into_iter().flatten().min()
    }

    /// How far what was asked about one subject got.
    pub(crate) fn state(&self, subject: Subject) -> Option<AskState> {
        match subject {
            Subject::Presence => self.presence.as_ref().map(|asked| asked.state),
            Subject::Message => self.message.as_ref().map(|asked| asked.state),
            Subject::Location => self.location.as_ref().map(|asked| asked.state),
            Subject::Session | Subject::State => None,
        }
    }
}

impl AskState {
    fn seen(&mut self, shown: bool) {
        if *self != AskState::Refused {
            *self = if shown { AskState::Confirmed } else { AskState::Pending };
        }
    }
}
