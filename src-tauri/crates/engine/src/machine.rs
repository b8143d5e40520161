mod account;
mod asking;

use std::collections::VecDeque;

use jiff::{Timestamp, Zoned};
use phrases::Language;
use presence::Presence;

use crate::{
    Code, Command, Effect, Failure, Input, Memory, Place, Problem, Reply, SigningIn, Snapshot, Ticket, polling::Polling,
};
use account::SignInAttempt;
use asking::QueuedWrite;

/// The machine. One a process.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    memory: Memory,
    presence: Option<Presence>,
    read_at: Option<Timestamp>,
    problem: Option<Trouble>,
    start_at_login: Option<bool>,
    flyout_calls: u64,
    /// Counts changes of account: what was asked for an earlier one is not read into the present one.
    epoch: u64,
    polling: Polling,
    reading: bool,
    readers: Vec<Ticket>,
    /// The first is under way.
    writes: VecDeque<QueuedWrite>,
    sign_in: Option<SignInAttempt>,
    attempts: u64,
    signing_out: Vec<Ticket>,
    /// Who waits for start at login to be switched.
    switching: Vec<Ticket>,
}

/// What a process tells its engine about itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The language of every sentence in a Snapshot.
    pub language: Language,
    /// Buildings to offer.
    pub places: Vec<Place>,
    /// Whether this is the demonstration against the simulator.
    pub demo: bool,
    /// Whether to read again and again. A command that does one job and exits does not.
    pub polls: bool,
    /// Spreads this installation's requests away from those of others.
    pub seed: u64,
}

#[derive(Debug)]
struct Trouble {
    failure: Failure,
    since: Timestamp,
}

impl Engine {
    /// Starts with what an earlier process left in `memory`.
    pub fn new(settings: Settings, memory: Memory, now: &Zoned) -> Engine {
        let mut engine = Engine {
            polling: Polling::new(settings.seed),
            settings,
            memory,
            presence: None,
            read_at: None,
            problem: None,
            start_at_login: None,
            flyout_calls: 0,
            epoch: 0,
            reading: false,
            readers: Vec::new(),
            writes: VecDeque::new(),
            sign_in: None,
            attempts: 0,
            signing_out: Vec::new(),
            switching: Vec::new(),
        };
        engine.memory.asked.forget_past(now);
        if engine.memory.account.is_some() {
            engine.polling.soon(now.timestamp());
        } else {
            engine.problem = Some(Trouble::new(Failure::of(Code::NotSignedIn), now));
        }
        engine
    }

    /// Takes one input at `now`, whose zone is the person's own, and says what is to be done about it, in order.
    pub fn step(&mut self, now: &Zoned, input: Input) -> Vec<Effect> {
        let before = self.memory.clone();
        let mut effects = Vec::new();
        match input {
            Input::Command(ticket, command) => self.command(now, ticket, command, &mut effects),
            Input::Read { epoch, result } if epoch == self.epoch => self.read(now, result, &mut effects),
            Input::Wrote { epoch, result } if epoch == self.epoch => self.wrote(now, result, &mut effects),
            // Time that passed is looked at below; what belongs to an earlier account is dropped.
            Input::Tick | Input::Read { .. } | Input::Wrote { .. } => {}
            Input::SignInWaits { attempt, url } => self.sign_in_waits(attempt, url),
            Input::SignedIn { attempt, result } => self.signed_in(now, attempt, result, &mut effects),
            Input::SignedOut { epoch, result } => self.signed_out(now, epoch, result, &mut effects),
            Input::StartAtLogin(result) => {
                let switched = result.map(|on| self.start_at_login = on);
                let reply = self.reply(switched);
                let asked = self.switching.drain(..);
                effects.extend(asked.map(|ticket| Effect::Reply(ticket, reply.clone())));
            }
            Input::Woken => self.look_soon(now),
        }
        self.memory.asked.forget_past(now);
        self.read_when_due(now, &mut effects);
        if self.memory != before {
            // Before any reply: who was answered may rely on it.
            effects.insert(0, Effect::Save(self.memory.clone()));
        }
        effects
    }

    /// When [`Input::Tick`] is due next, if ever.
    pub fn deadline(&self) -> Option<Timestamp> {
        let reads = self.settings.polls && !self.reading && self.is_signed_in();
        let read = self.polling.due().filter(|_| reads);
        [read, self.memory.asked.next_end()].into_iter().flatten().min()
    }

    /// What there is to show.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            signed_in: self.is_signed_in(),
            account: self.memory.account.clone(),
            presence: self.presence.clone(),
            read_at: self.read_at,
            asked: self.memory.asked.clone(),
            problem: self.problem.as_ref().map(|trouble| self.in_words(trouble)),
            signing_in: self.sign_in.as_ref().map(|attempt| SigningIn {
                url: attempt.url.clone(),
            }),
            recent_messages: self.memory.recent_messages.clone(),
            places: self.settings.places.clone(),
            start_at_login: self.start_at_login,
            flyout_calls: self.flyout_calls,
            demo: self.settings.demo,
            language: self.settings.language,
        }
    }

    /// An account is known, and its sign-in is not known to be dead.
    fn is_signed_in(&self) -> bool {
        let dead = self
            .problem
            .as_ref()
            .is_some_and(|trouble| trouble.failure.code.needs_sign_in());
        self.memory.account.is_some() && !dead && self.signing_out.is_empty()
    }

    /// Nobody is there, or somebody who has to sign in again.
    fn why_signed_out(&self) -> Failure {
        let known = self.problem.as_ref().map(|trouble| trouble.failure.clone());
        known
            .filter(|failure| failure.code.needs_sign_in())
            .unwrap_or(Failure::of(Code::NotSignedIn))
    }

    fn in_words(&self, trouble: &Trouble) -> Problem {
        let words = trouble.failure.trouble(self.settings.language);
        Problem {
            code: words.code,
            message: words.message,
            advice: words.advice,
            since: trouble.since,
            next_try: if self.settings.polls { self.polling.due() } else { None },
        }
    }
}

/// Commands.
impl Engine {
    fn command(&mut self, now: &Zoned, ticket: Ticket, command: Command, effects: &mut Vec<Effect>) {
        match command {
            Command::SetPresence { .. }
            | Command::ResetPresence
            | Command::SetMessage { .. }
            | Command::ClearMessage
            | Command::SetLocation { .. }
            | Command::ClearLocation { .. } => self.write(now, ticket, command, effects),
            Command::SignIn => self.start_sign_in(ticket, effects),
            Command::CancelSignIn => {
                if let Some(attempt) = self.sign_in.take() {
                    effects.push(Effect::CancelSignIn);
                    self.reply_cancelled(attempt, effects);
                }
                effects.push(Effect::Reply(ticket, Reply::Done));
            }
            Command::SignOut => self.sign_out(ticket, effects),
            Command::Refresh => self.refresh(now, ticket, effects),
            Command::OpenFlyout => {
                self.flyout_calls += 1;
                self.look_soon(now);
                effects.extend([Effect::OpenFlyout, Effect::Reply(ticket, Reply::Done)]);
            }
            Command::SetStartAtLogin { on } => {
                self.switching.push(ticket);
                effects.push(Effect::SetStartAtLogin(on));
            }
            Command::Quit => effects.extend([Effect::Reply(ticket, Reply::Done), Effect::Quit]),
        }
    }

    fn refresh(&mut self, now: &Zoned, ticket: Ticket, effects: &mut Vec<Effect>) {
        if !self.is_signed_in() {
            return effects.push(self.refuse(ticket, &self.why_signed_out()));
        }
        if let Some(pause) = self.polling.pause(now.timestamp()) {
            let failure = Failure::of(Code::Throttled).after(Some(pause));
            return effects.push(self.refuse(ticket, &failure));
        }
        self.readers.push(ticket);
        if !self.reading {
            self.start_reading(effects);
        }
    }

    fn refuse(&self, ticket: Ticket, failure: &Failure) -> Effect {
        Effect::Reply(ticket, Reply::Failed(failure.trouble(self.settings.language)))
    }

    fn reply(&self, result: Result<(), Failure>) -> Reply {
        match result {
            Ok(()) => Reply::Done,
            Err(failure) => Reply::Failed(failure.trouble(self.settings.language)),
        }
    }
}

/// Reading.
impl Engine {
    fn look_soon(&mut self, now: &Zoned) {
        if self.is_signed_in() {
            self.polling.soon(now.timestamp());
        }
    }

    fn read_when_due(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        let due = self.polling.due().is_some_and(|due| due <= now.timestamp());
        if due && self.settings.polls && !self.reading && self.is_signed_in() {
            self.start_reading(effects);
        }
    }

    fn start_reading(&mut self, effects: &mut Vec<Effect>) {
        self.reading = true;
        effects.push(Effect::Read { epoch: self.epoch });
    }

    fn read(&mut self, now: &Zoned, result: Result<Presence, Failure>, effects: &mut Vec<Effect>) {
        self.reading = false;
        let reply = match result {
            Ok(presence) => {
                let waited = self.memory.asked.is_pending();
                self.show(now, presence);
                self.problem = None;
                let pending = self.memory.asked.is_pending();
                self.polling.read(now.timestamp(), pending, waited && !pending);
                Reply::Done
            }
            Err(failure) => {
                self.polling.failed(now.timestamp(), &failure);
                let reply = Reply::Failed(failure.trouble(self.settings.language));
                self.meet(now, failure, effects);
                reply
            }
        };
        effects.extend(
            self.readers
                .drain(..)
                .map(|ticket| Effect::Reply(ticket, reply.clone())),
        );
    }

    /// Takes over what Graph said, unless it is older than what is shown already.
    fn show(&mut self, now: &Zoned, presence: Presence) {
        let shown = self.presence.as_ref().and_then(Presence::sequence_number);
        if let (Some(shown), Some(new)) = (shown, presence.sequence_number())
            && new < shown
        {
            return;
        }
        let writes = &self.writes;
        let under_way = |subject| writes.iter().any(|queued| queued.write.subject() == subject);
        self.memory.asked.compare(&presence, under_way);
        self.presence = Some(presence);
        self.read_at = Some(now.timestamp());
    }

    /// Keeps the moment at which trouble of one kind began.
    fn meet(&mut self, now: &Zoned, failure: Failure, effects: &mut Vec<Effect>) {
        let known = self
            .problem
            .as_ref()
            .filter(|trouble| trouble.failure.code == failure.code);
        let since = known.map_or(now.timestamp(), |trouble| trouble.since);
        if failure.code.needs_sign_in() && known.is_none() && self.settings.polls {
            effects.push(Effect::NotifySignInNeeded);
        }
        self.problem = Some(Trouble { failure, since });
    }
}

impl Trouble {
    fn new(failure: Failure, now: &Zoned) -> Trouble {
        Trouble {
            failure,
            since: now.timestamp(),
        }
    }
}
