mod account;
mod announcing;
mod asking;
mod covering;
mod farewell;
mod keeping_alive;
mod picture;
mod preferring;
mod presets;
mod putting_back;
mod reading;
mod writing;

use jiff::{SignedDuration, Timestamp, Zoned};
use phrases::Language;
use presence::{PreferredPresence, Presence, Preset};

use crate::{
    Bound, Code, Command, Effect, Failure, FlyoutCall, Input, Memory, MissingTray, Place, Preferences, Registration,
    Reply, ShortcutAction, Signal, Stretch, Subject, Ticket,
    memory::Waiting,
    polling::{Pace, Polling},
};
use account::SignInAttempt;
use farewell::Farewell;
use presets::Applying;

/// The machine. One a process.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may go with any"
)]
pub struct Engine {
    settings: Settings,
    memory: Memory,
    /// The moment of the latest step.
    now: Timestamp,
    presence: Option<Presence>,
    read_at: Option<Timestamp>,
    /// From when on what was read is stale.
    stale_after: Option<Timestamp>,
    problem: Option<Trouble>,
    notices: Vec<(Subject, Trouble)>,
    start_at_login: Option<bool>,
    flyout_calls: u64,
    flyout_call: FlyoutCall,
    missing_tray: Option<MissingTray>,
    /// How listening for the global shortcuts went.
    bound: Vec<Bound>,
    /// Presets whose writes are not all answered.
    applying: Vec<Applying>,
    /// Counts their writes.
    parts: u64,
    /// What was read today; saved with the memory, and not for each read's sake.
    today: Vec<Stretch>,
    new_stretch: bool,
    told_sign_in_needed: bool,
    /// Whose end was announced.
    told_end: Option<Timestamp>,
    /// Which presence was said not to show.
    told_not_taken: Option<PreferredPresence>,
    /// What could not be done, and nobody waits to be told.
    untold: Vec<Subject>,
    /// Counts changes of account: what was asked for an earlier one is not read into the present one.
    epoch: u64,
    polling: Polling,
    /// When the read under way began.
    reading: Option<Timestamp>,
    readers: Vec<Ticket>,
    /// The write under way, by its number.
    writing: Option<u64>,
    /// The write that was under way when its account was left: it may still arrive.
    straggler: Option<writing::Straggler>,
    numbers: u64,
    /// When Graph accepted the latest write about a subject, until a read shows it.
    accepted: Vec<(Subject, Timestamp)>,
    /// What was to be taken away and is still shown.
    clearing: Vec<writing::Clearing>,
    /// A read showed something else than what was confirmed; a second one is needed to believe it.
    doubted: Vec<Subject>,
    /// Reads in a row that were older than what is shown.
    older: u32,
    /// Something ended: what comes back is put back after a read that began later than this.
    put_back_after: Timestamp,
    /// What was set here or reset here and is over, until a read shows something else.
    over: Option<PreferredPresence>,
    /// What had been asked for when a person chose otherwise.
    overtaken: Option<PreferredPresence>,
    renew_session_at: Option<Timestamp>,
    reads_buildings: bool,
    reading_buildings: bool,
    attended: bool,
    locked: bool,
    sign_in: Option<SignInAttempt>,
    sign_in_failed: Option<Failure>,
    session_only: bool,
    attempts: u64,
    /// Who waits for the session to be closed and the account to be forgotten.
    leaving: Vec<Ticket>,
    /// Who waits for a token to be gone, and in which epoch that was asked for.
    signing_out: Vec<(u64, Ticket)>,
    farewell: Option<Farewell>,
    /// Who waits for start at login to be switched.
    switching: Vec<Ticket>,
}

/// What a process tells its engine about itself.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of the settings, each by its name"
)]
pub struct Settings {
    /// The language of every sentence in a Snapshot.
    pub language: Language,
    /// How the surfaces speak, look and speak up. `language` is what comes of it.
    pub preferences: Preferences,
    /// Named combinations to offer.
    pub presets: Vec<Preset>,
    /// Keys of the global shortcuts that are set, but for those of presets.
    pub shortcuts: Vec<(ShortcutAction, String)>,
    /// Buildings to offer.
    pub places: Vec<Place>,
    /// Whether to offer the tenant's own buildings, too; that needs an administrator's consent.
    pub reads_buildings: bool,
    /// What an administrator asks for.
    pub registration: Option<Registration>,
    /// Whether this is the demonstration against the simulator.
    pub demo: bool,
    /// Whether to read again and again. A command that does one job and exits does not.
    pub polls: bool,
    /// Whether the person wants a presence session of our own.
    pub keep_alive: bool,
    /// Spreads this installation's requests away from those of others.
    pub seed: u64,
}

#[derive(Debug)]
struct Trouble {
    failure: Failure,
    since: Timestamp,
}

/// Graph may show the old state this long after a write.
const SETTLING: SignedDuration = SignedDuration::from_secs(60);
/// Teams needs "a few minutes" (concept page «Manage presence state»): this long it is looked for often, and not called failed.
const EXPECTED: SignedDuration = SignedDuration::from_mins(5);

impl Engine {
    /// Starts with what an earlier process left in `memory`.
    pub fn new(settings: Settings, mut memory: Memory, now: &Zoned) -> Engine {
        memory.asked.forget_past(now);
        // The clock may have been set back since.
        for (_, at) in &mut memory.written {
            *at = (*at).min(now.timestamp());
        }
        memory.keep_newest_waiting(now.timestamp());
        if settings.polls && settings.keep_alive {
            // Closed by an earlier process or not, and whatever the clock did since: it is opened anew.
            memory.session_until = None;
        }
        let today = std::mem::take(&mut memory.today);
        let mut engine = Engine {
            reads_buildings: settings.reads_buildings,
            polling: Polling::new(settings.seed, memory.tight),
            now: now.timestamp(),
            settings,
            memory,
            presence: None,
            read_at: None,
            stale_after: None,
            problem: None,
            notices: Vec::new(),
            start_at_login: None,
            flyout_calls: 0,
            flyout_call: FlyoutCall::default(),
            missing_tray: None,
            bound: Vec::new(),
            applying: Vec::new(),
            parts: 0,
            today,
            new_stretch: false,
            told_sign_in_needed: false,
            told_end: None,
            told_not_taken: None,
            untold: Vec::new(),
            epoch: 0,
            reading: None,
            readers: Vec::new(),
            writing: None,
            straggler: None,
            numbers: 0,
            accepted: Vec::new(),
            clearing: Vec::new(),
            doubted: Vec::new(),
            older: 0,
            put_back_after: Timestamp::MIN,
            over: None,
            overtaken: None,
            renew_session_at: None,
            reading_buildings: false,
            attended: false,
            locked: false,
            sign_in: None,
            sign_in_failed: None,
            session_only: false,
            attempts: 0,
            leaving: Vec::new(),
            signing_out: Vec::new(),
            farewell: None,
            switching: Vec::new(),
        };
        if engine.memory.account.is_some() {
            engine.polling.soon(now.timestamp());
            engine.take_up_waiting();
        } else {
            engine.problem = Some(Trouble::new(Failure::of(Code::NotSignedIn), now));
        }
        engine
    }

    /// Says that what an earlier process left could not be read, and where it was put.
    pub fn lost_memory(&mut self, now: &Zoned, detail: impl Into<String>) {
        let failure = Failure::with(Code::StateDamaged, detail);
        self.notices.push((Subject::State, Trouble::new(failure, now)));
    }

    /// Takes one input at `now`, whose zone is the person's own, and says what is to be done about it, in order.
    pub fn step(&mut self, now: &Zoned, input: Input) -> Vec<Effect> {
        let before = self.memory.clone();
        let mut effects = Vec::new();
        self.notice_clock(now);
        match input {
            Input::Command(ticket, command) => self.command(now, ticket, command, &mut effects),
            Input::Read { epoch, result } if epoch == self.epoch => self.read(now, result, &mut effects),
            Input::Wrote { epoch, result } if epoch == self.epoch => self.wrote(now, result, &mut effects),
            Input::Buildings { epoch, result } if epoch == self.epoch => self.buildings(now, result),
            Input::Wrote { epoch, .. } => self.straggler_arrived(epoch),
            // Time that passed is looked at below; what belongs to an earlier account is dropped.
            Input::Tick | Input::Read { .. } | Input::Buildings { .. } => {}
            Input::SignInWaits { attempt, url, code } => self.sign_in_waits(attempt, url, code),
            Input::SignedIn { attempt, result } => self.signed_in(now, attempt, result, &mut effects),
            Input::SignedOut { epoch, result } => self.signed_out(now, epoch, result, &mut effects),
            Input::StartAtLogin(result) => {
                let switched = result.map(|on| self.start_at_login = on);
                let reply = self.reply(switched);
                let asked = self.switching.drain(..);
                effects.extend(asked.map(|ticket| Effect::Reply(ticket, reply.clone())));
            }
            Input::Settings { ticket, result } => self.settings_changed(ticket, result, &mut effects),
            Input::Shortcuts(bound) => self.bound = bound,
            Input::Tray(missing) => self.missing_tray = missing,
            Input::Attended(attended) => self.attended = attended,
            Input::Signal(signal) => self.signal(now, signal),
        }
        self.let_time_pass(now, &mut effects);
        self.announce(now, &mut effects);
        self.answer_presets(&mut effects);
        if self.memory != before || std::mem::take(&mut self.new_stretch) {
            // Before anything else: who was answered may rely on it, and what is sent must not be forgotten.
            effects.insert(0, Effect::Save(Box::new(self.memory_to_keep())));
        }
        effects
    }

    /// When [`Input::Tick`] is due next, if ever.
    pub fn deadline(&self) -> Option<Timestamp> {
        let farewell = self.farewell.as_ref().and_then(Farewell::by);
        let end = self.memory.asked.next_end();
        if !self.settings.polls || !self.is_signed_in() {
            return [farewell, end].into_iter().flatten().min();
        }
        let read = self.polling.due().filter(|_| self.reading.is_none());
        let stale = self.stale_after.filter(|after| *after > self.now);
        let renewal = self.renewal_due();
        let pile = [self.memory.presences.next_end(), self.memory.messages.next_end()];
        let unsent = self
            .memory
            .waiting
            .iter()
            .filter(|waiting| Some(waiting.number) != self.writing);
        let kept = unsent.filter_map(Waiting::end);
        let announcement = self.memory.ending_soon_at;
        let straggler = self.straggler.as_ref().map(|straggler| straggler.by);
        [farewell, end, read, stale, renewal, announcement, straggler]
            .into_iter()
            .chain(pile)
            .flatten()
            .chain(kept)
            .min()
    }
}

/// Commands and signals.
impl Engine {
    fn command(&mut self, now: &Zoned, ticket: Ticket, command: Command, effects: &mut Vec<Effect>) {
        match command {
            Command::SetPresence { .. }
            | Command::ResetPresence
            | Command::SetMessage { .. }
            | Command::ClearMessage
            | Command::SetLocation { .. }
            | Command::ClearLocation { .. } => self.write(now, ticket, command, effects),
            Command::EndPresence => self.end_presence(now, ticket, effects),
            Command::ApplyPreset { name } => self.apply_preset(now, ticket, name.as_deref(), effects),
            Command::SetPresets { .. }
            | Command::SetShortcut { .. }
            | Command::SetNotifications { .. }
            | Command::SetLanguage { .. }
            | Command::SetTheme { .. }
            | Command::SetRegistration { .. }
            | Command::SetPlaces { .. } => self.prefer(ticket, command, effects),
            Command::KeepAlive { on } => self.keep_alive(now, ticket, on, effects),
            Command::Dismiss { about } => {
                self.notices.retain(|(subject, _)| *subject != about);
                effects.push(Effect::Reply(ticket, Reply::Done));
            }
            Command::SignIn { by_code, session_only } => self.start_sign_in(ticket, by_code, session_only, effects),
            Command::CancelSignIn => {
                if let Some(attempt) = self.sign_in.take() {
                    effects.push(Effect::CancelSignIn);
                    self.reply_cancelled(attempt, effects);
                }
                effects.push(Effect::Reply(ticket, Reply::Done));
            }
            Command::SignOut => self.sign_out(now, ticket, effects),
            Command::Refresh => self.refresh(now, ticket, effects),
            Command::OpenFlyout(call) => {
                self.flyout_calls += 1;
                self.flyout_call = call.clone();
                self.look_soon(now);
                effects.extend([Effect::OpenFlyout(call), Effect::Reply(ticket, Reply::Done)]);
            }
            Command::SetStartAtLogin { on } => {
                self.switching.push(ticket);
                effects.push(Effect::SetStartAtLogin(on));
            }
            Command::Quit => {
                effects.push(Effect::Reply(ticket, Reply::Done));
                self.quit(now, effects);
            }
        }
    }

    fn signal(&mut self, now: &Zoned, signal: Signal) {
        self.locked = match signal {
            Signal::Locked => true,
            Signal::Unlocked => false,
            Signal::Resumed | Signal::NetworkBack => self.locked,
        };
        if signal == Signal::Resumed {
            self.try_session_soon(now.timestamp());
        }
        if signal != Signal::Locked && self.is_signed_in() {
            self.polling.awake(now.timestamp());
        }
    }

    /// Deadlines are points on the wall clock: where that was set back, they would all lie too far ahead.
    fn notice_clock(&mut self, now: &Zoned) {
        let now = now.timestamp();
        let back = self.now.duration_since(now);
        if back > SignedDuration::ZERO {
            // As much may have passed since the last step, unseen.
            let unseen = self
                .deadline()
                .map_or(SignedDuration::ZERO, |at| at.duration_since(self.now));
            let unseen = unseen.max(SignedDuration::ZERO);
            self.polling.clock_went_back(back, unseen);
            for at in [&mut self.read_at, &mut self.stale_after, &mut self.reading] {
                *at = at.map(|at| at.checked_sub(back).unwrap_or(at));
            }
            // Graph counts its end from when it was opened: rather renewed too early than too late.
            let sooner = back.saturating_add(unseen);
            let session_until = &mut self.memory.session_until;
            *session_until = session_until.map(|at| at.checked_sub(sooner).unwrap_or(at));
            self.try_session_soon(now);
            let accepted = self.accepted.iter_mut().map(|(_, at)| at);
            for at in accepted.chain(self.memory.written.iter_mut().map(|(_, at)| at)) {
                *at = at.checked_sub(back).unwrap_or(*at);
            }
            self.put_back_after = self.put_back_after.checked_sub(back).unwrap_or(now);
            if let Some(straggler) = &mut self.straggler {
                straggler.by = straggler.by.checked_sub(back).unwrap_or(now);
            }
            for waiting in &mut self.memory.waiting {
                waiting.kept_until = waiting.kept_until.map(|at| at.min(now));
            }
        }
        self.now = now;
    }

    /// What is due because of the time it is, whatever happened.
    fn let_time_pass(&mut self, now: &Zoned, effects: &mut Vec<Effect>) {
        self.drop_lapsed(now, effects);
        self.uncover(now);
        self.memory.asked.forget_past(now);
        self.end_session(now);
        self.see_farewell(now, effects);
        let pace = self.pace(now);
        self.polling.set_pace(now.timestamp(), pace);
        if !self.is_over() {
            self.renew_session(now, effects);
            self.start_writing(now, effects);
            self.read_when_due(now, effects);
        }
        self.memory.tight = self.polling.tight();
    }

    fn pace(&self, now: &Zoned) -> Pace {
        let just = |at: Timestamp| now.timestamp().duration_since(at) < EXPECTED;
        let awaits = self
            .accepted
            .iter()
            .any(|(subject, at)| just(*at) && self.awaits(*subject));
        let left = self
            .presence
            .as_ref()
            .is_some_and(|shown| matches!(shown.badge(), presence::Badge::Away | presence::Badge::Offline));
        match () {
            () if self.attended || awaits || !self.memory.waiting.is_empty() => Pace::Eager,
            () if self.locked => Pace::Locked,
            () if left => Pace::Away,
            () => Pace::Calm,
        }
    }
}

/// What is known, in words.
impl Engine {
    /// An account is known, and its sign-in is not known to be dead.
    fn is_signed_in(&self) -> bool {
        let dead = self
            .problem
            .as_ref()
            .is_some_and(|trouble| trouble.failure.code.needs_sign_in());
        self.memory.account.is_some() && !dead && !self.is_signing_out()
    }

    /// Nobody is there, or somebody who has to sign in again.
    fn why_signed_out(&self) -> Failure {
        let known = self.problem.as_ref().map(|trouble| trouble.failure.clone());
        known
            .filter(|failure| failure.code.needs_sign_in())
            .unwrap_or(Failure::of(Code::NotSignedIn))
    }

    fn is_settling(&self, about: Option<Subject>) -> bool {
        let just = |at: Timestamp| self.now.duration_since(at) < SETTLING;
        let mut accepted = self.accepted.iter();
        accepted.any(|(subject, at)| just(*at) && about.is_none_or(|about| about == *subject))
    }

    /// Takes note of something about a subject; of two the later one counts.
    fn take_note(&mut self, now: &Zoned, about: Subject, failure: Failure) {
        self.notices.retain(|(subject, _)| *subject != about);
        self.notices.push((about, Trouble::new(failure, now)));
    }

    /// The same, where nobody waits for a reply that says it.
    fn take_untold_note(&mut self, now: &Zoned, about: Subject, failure: Failure) {
        self.take_note(now, about, failure);
        self.untold.push(about);
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

impl Trouble {
    fn new(failure: Failure, now: &Zoned) -> Trouble {
        Trouble {
            failure,
            since: now.timestamp(),
        }
    }
}
