use engine::{
    Account, Code, Command, Effect, Engine, Failure, Grants, Input, Memory, Reply, Settings, Snapshot, Ticket, Write,
};
use jiff::Zoned;
use presence::{Expiry, Length, MessageText, PreferredPresence, Presence};
use serde_json::json;

/// What a person grants who accepts everything.
pub(crate) const EVERYTHING: Grants = Grants {
    write: true,
    places: true,
    kept: true,
};

/// An engine with a clock of its own.
pub(crate) struct Rig {
    pub(crate) engine: Engine,
    pub(crate) now: Zoned,
    tickets: u64,
    /// What was saved last.
    saved: Memory,
}

impl Rig {
    pub(crate) fn new(memory: Memory) -> Rig {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let settings = Settings {
            polls: true,
            seed: 42,
            ..Settings::default()
        };
        Rig {
            saved: memory.clone(),
            engine: Engine::new(settings, memory, &now),
            now,
            tickets: 0,
        }
    }

    pub(crate) fn signed_in() -> Rig {
        let mut rig = Rig::new(Memory::of(megan()));
        rig.input(Input::Tick);
        rig.shows(json!({"availability": "Available", "activity": "Available"}));
        rig
    }

    pub(crate) fn input(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.engine.step(&self.now, input);
        if let Some(Effect::Save(memory)) = effects.first() {
            self.saved = Memory::clone(memory);
        }
        effects
    }

    pub(crate) fn command(&mut self, command: Command) -> (Ticket, Vec<Effect>) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        (ticket, self.input(Input::Command(ticket, command)))
    }

    pub(crate) fn shows(&mut self, presence: serde_json::Value) -> Vec<Effect> {
        let result = Ok(Presence::from_graph(presence).unwrap());
        let epoch = self.epoch();
        self.input(Input::Read { epoch, result })
    }

    pub(crate) fn fails_to_read(&mut self, failure: Failure) -> Vec<Effect> {
        let epoch = self.epoch();
        self.input(Input::Read {
            epoch,
            result: Err(failure),
        })
    }

    pub(crate) fn wrote(&mut self, result: Result<(), Failure>) -> Vec<Effect> {
        let epoch = self.epoch();
        self.input(Input::Wrote { epoch, result })
    }

    /// The epoch that the engine's latest effects carried is the number of changes of account so far.
    pub(crate) fn epoch(&self) -> u64 {
        u64::from(self.engine.snapshot().account.as_ref() == Some(&alex()))
    }

    /// Lets time pass, in one go: a driver that slept.
    pub(crate) fn wait(&mut self, length: &str) -> Vec<Effect> {
        let length: Length = length.parse().unwrap();
        self.now = self.now.checked_add(length.duration()).unwrap();
        self.input(Input::Tick)
    }

    /// Graph takes the write under way, and a read shows what it made of it.
    pub(crate) fn takes(&mut self, shown: serde_json::Value) -> Vec<Effect> {
        self.wrote(Ok(()));
        self.shows(shown)
    }

    /// The same person's next process, with what this one saved.
    pub(crate) fn restarted(mut self) -> Rig {
        let saved = serde_json::to_value(&self.saved).unwrap();
        let mut next = Rig::new(serde_json::from_value(saved).unwrap());
        next.now = self.now.clone();
        next.tickets = self.tickets;
        self = next;
        self.input(Input::Tick);
        self
    }

    /// Lets time pass up to the engine's own deadline.
    pub(crate) fn on_to_deadline(&mut self) -> Vec<Effect> {
        let deadline = self.engine.deadline().expect("something is due");
        self.now = deadline.to_zoned(self.now.time_zone().clone());
        self.input(Input::Tick)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }
}

pub(crate) fn account(name: &str, id: &str) -> Account {
    Account {
        name: name.into(),
        username: format!("{id}@contoso.example"),
        tenant_id: "t".into(),
        id: id.into(),
    }
}

pub(crate) fn megan() -> Account {
    account("Megan Bowen", "megan")
}

pub(crate) fn alex() -> Account {
    account("Alex Wilber", "alex")
}

pub(crate) fn busy_for(length: &str) -> Command {
    Command::SetPresence {
        presence: PreferredPresence::Busy,
        expiry: Some(Expiry::For(length.parse().unwrap())),
    }
}

pub(crate) fn set(presence: PreferredPresence, expiry: Option<&str>) -> Command {
    Command::SetPresence {
        presence,
        expiry: expiry.map(|length| Expiry::For(length.parse().unwrap())),
    }
}

pub(crate) fn message(text: &str, expiry: Option<&str>) -> Command {
    Command::SetMessage {
        text: MessageText::new(text).unwrap(),
        expiry: expiry.map(|length| Expiry::For(length.parse().unwrap())),
        pinned: None,
    }
}

/// Availability and activity, as Graph shows them.
pub(crate) fn pair(availability: &str, activity: &str) -> serde_json::Value {
    json!({"availability": availability, "activity": activity})
}

/// The same with a status message.
pub(crate) fn with_message(content: &str) -> serde_json::Value {
    json!({
        "availability": "Available",
        "activity": "Available",
        "statusMessage": {"message": {"content": content, "contentType": "text"}},
    })
}

pub(crate) fn writes(effects: &[Effect]) -> Vec<&Write> {
    pub(crate) fn write(effect: &Effect) -> Option<&Write> {
        match effect {
            Effect::Write { write, .. } => Some(write),
            _ => None,
        }
    }
    effects.iter().filter_map(write).collect()
}

pub(crate) fn replies(effects: &[Effect]) -> Vec<(Ticket, Option<Code>)> {
    let reply = |effect: &Effect| match effect {
        Effect::Reply(ticket, Reply::Done) => Some((*ticket, None)),
        Effect::Reply(ticket, Reply::Failed(trouble)) => Some((*ticket, Some(trouble.code))),
        _ => None,
    };
    effects.iter().filter_map(reply).collect()
}

pub(crate) fn reads(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Read { .. }))
        .count()
}
