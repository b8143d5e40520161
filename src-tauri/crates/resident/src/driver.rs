//! Performs what the engine decides. The only place with tasks, channels and timers; it decides nothing itself.

use std::{collections::HashMap, rc::Rc, time::Duration};

use control::{Audience, Order};
use engine::{
    Bound, Code, Effect, Engine, Failure, Input, MissingTray, Reply, SettingsChange, Signal, Snapshot, Ticket,
};
use jiff::{SignedDuration, Timestamp, Unit, Zoned};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{AbortHandle, spawn_local},
    time::Instant,
};

use crate::{
    configuration::Configuration,
    log,
    session::{Session, patiently},
    state::StateFile,
    surroundings::Surroundings,
};

/// The engine's hands.
pub(crate) struct Driver {
    engine: Engine,
    /// The way to Microsoft, or why there is none (the settings name no client id).
    session: Result<Rc<Session>, Failure>,
    /// The one that keeps tokens in the keychain; `session` may be another for as long as this process lasts.
    keeping: Result<Rc<Session>, Failure>,
    /// With which one somebody is signing in, by attempt.
    candidate: Option<(u64, Result<Rc<Session>, Failure>)>,
    state: StateFile,
    configuration: Configuration,
    surroundings: Surroundings,
    reading: Reading,
    inputs: mpsc::UnboundedSender<Input>,
    inbox: mpsc::UnboundedReceiver<Input>,
    orders: mpsc::Receiver<Order>,
    snapshots: watch::Sender<Snapshot>,
    replies: HashMap<Ticket, oneshot::Sender<Reply>>,
    tickets: u64,
    sign_in: Option<AbortHandle>,
    /// How many clients of the control socket watch.
    watchers: watch::Receiver<usize>,
    told: mpsc::UnboundedReceiver<Told>,
}

/// How a read is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Once: the engine reads again when it is time to.
    Once,
    /// With patience: there is no later.
    Patiently,
}

/// The way to a running driver.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) orders: mpsc::Sender<Order>,
    pub(crate) snapshots: watch::Receiver<Snapshot>,
    /// Where those who watch are counted.
    pub(crate) audience: Audience,
    /// Where goes what the desktop tells.
    pub(crate) told: mpsc::UnboundedSender<Told>,
}

/// What the desktop tells.
#[derive(Debug)]
pub(crate) enum Told {
    Signal(Signal),
    /// How listening for the global shortcuts went.
    Shortcuts(Vec<Bound>),
    /// Whether there is a tray.
    Tray(Option<MissingTray>),
}

/// Deadlines are points on the wall clock, which may be set and which goes on while the computer sleeps; so never sleep long at a time.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The wall clock running this far ahead of a sleep means that the computer slept, or that its clock was set.
const JUMP: SignedDuration = SignedDuration::from_secs(10);

enum Event {
    Input(Input),
    Order(Order),
    Slept,
    /// Nobody can order anything any more.
    Alone,
}

impl Driver {
    pub(crate) fn new(
        engine: Engine,
        configuration: Configuration,
        state: StateFile,
        mut surroundings: Surroundings,
        reading: Reading,
    ) -> (Driver, Way) {
        let (inputs, inbox) = mpsc::unbounded_channel();
        let (orders_in, orders) = mpsc::channel(16);
        surroundings.answer_to(orders_in.clone());
        let (snapshots, shown) = watch::channel(engine.snapshot());
        let session = configuration.session().map(Rc::new);
        let audience = Audience::new();
        let (told_in, told) = mpsc::unbounded_channel();
        let driver = Driver {
            watchers: audience.size(),
            told,
            engine,
            session: session.clone(),
            keeping: session,
            candidate: None,
            state,
            configuration,
            surroundings,
            reading,
            inputs,
            inbox,
            orders,
            snapshots,
            replies: HashMap::new(),
            tickets: 0,
            sign_in: None,
        };
        let way = Way {
            orders: orders_in,
            snapshots: shown,
            audience,
            told: told_in,
        };
        (driver, way)
    }

    /// Runs until the engine quits or nobody is left to order anything. Needs a tokio `LocalSet`.
    pub(crate) async fn run(mut self) {
        let starts_at_login = self.surroundings.starts_at_login();
        if let Err(failure) = &starts_at_login {
            tracing::warn!(
                reason = failure.detail,
                "whether the program starts at login is not known"
            );
        }
        self.send(Input::StartAtLogin(starts_at_login));
        let mut quit = self.step(Input::Tick);
        while !quit {
            quit = match self.next().await {
                Event::Input(input) => self.step(input),
                Event::Order((command, reply)) => {
                    self.tickets += 1;
                    let ticket = Ticket(self.tickets);
                    self.replies.insert(ticket, reply);
                    self.step(Input::Command(ticket, command))
                }
                Event::Slept => {
                    let due = self.engine.deadline().is_some_and(|due| due <= now().timestamp());
                    due && self.step(Input::Tick)
                }
                Event::Alone => true,
            };
        }
        if let Some(attempt) = self.sign_in.take() {
            attempt.abort();
        }
    }

    async fn next(&mut self) -> Event {
        let began = (Instant::now(), Timestamp::now());
        let sleep = match self.engine.deadline() {
            Some(due) => Duration::try_from(due.duration_since(began.1))
                .unwrap_or_default()
                .min(LONGEST_SLEEP),
            None => LONGEST_SLEEP,
        };
        tokio::select! {
            // Only `self` sends inputs, so this never ends before `self` does.
            Some(input) = self.inbox.recv() => Event::Input(input),
            order = self.orders.recv() => order.map_or(Event::Alone, Event::Order),
            Some(told) = self.told.recv() => Event::Input(match told {
                Told::Signal(signal) => Input::Signal(signal),
                Told::Shortcuts(bound) => Input::Shortcuts(bound),
                Told::Tray(missing) => Input::Tray(missing),
            }),
            Ok(()) = self.watchers.changed() => Event::Input(Input::Attended(*self.watchers.borrow_and_update() > 0)),
            () = tokio::time::sleep(sleep) => {
                let slept = SignedDuration::try_from(began.0.elapsed()).unwrap_or(SignedDuration::MAX);
                let passed = Timestamp::now().duration_since(began.1);
                if (passed - slept).abs() > JUMP {
                    Event::Input(Input::Signal(Signal::Resumed))
                } else {
                    Event::Slept
                }
            }
        }
    }

    /// One step, its effects, and the picture after it. Says whether to quit.
    fn step(&mut self, input: Input) -> bool {
        if let Input::SignedIn { attempt, result: Ok(_) } = &input
            && let Some((_, session)) = self.candidate.take_if(|(of, _)| of == attempt)
        {
            // Not before: an attempt that comes to nothing leaves what was.
            self.session = session;
        }
        let effects = self.engine.step(&now(), input);
        // First the picture: who gets a reply may look at once.
        let snapshot = self.engine.snapshot();
        self.snapshots.send_if_modified(|shown| {
            let changed = *shown != snapshot;
            if changed {
                *shown = snapshot;
            }
            changed
        });
        let mut quit = false;
        for effect in effects {
            quit |= effect == Effect::Quit;
            self.perform(effect);
        }
        quit
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Read { epoch } => self.read(epoch),
            Effect::Write { epoch, write } => {
                self.call(
                    async move |session, account| patiently(async || session.write(&account, &write).await).await,
                    move |result| Input::Wrote { epoch, result },
                );
            }
            Effect::ReadBuildings { epoch } => self.call(
                async |session, account| session.buildings(&account).await,
                move |result| Input::Buildings { epoch, result },
            ),
            Effect::SignIn {
                attempt,
                by_code,
                session_only,
                login_hint,
            } => self.start_sign_in(attempt, by_code, session_only, login_hint),
            Effect::CancelSignIn => {
                if let Some(attempt) = self.sign_in.take() {
                    attempt.abort();
                }
            }
            Effect::SignOut { epoch, account } => self.sign_out(epoch, account),
            Effect::Forget(account) => self.forget(account),
            Effect::Reply(ticket, reply) => {
                if let Some(asker) = self.replies.remove(&ticket) {
                    // Whoever asked may have left.
                    let _ = asker.send(reply);
                }
            }
            Effect::Save(memory) => {
                log::hide(memory.account.as_ref());
                self.state.save(&memory);
            }
            Effect::SaveKeepAlive(on) => {
                if let Err(error) = self.configuration.file.set_keep_alive(on) {
                    tracing::warn!(%error, "that the session is kept alive was not written to the settings");
                }
            }
            Effect::ChangeSettings(ticket, change) => self.change_settings(ticket, &change),
            Effect::SetStartAtLogin(on) => {
                let result = self.surroundings.start_at_login(on);
                self.send(Input::StartAtLogin(result));
            }
            Effect::Notify(notification) => {
                let language = self.snapshots.borrow().language;
                self.surroundings.notify(&notification, language, &now());
            }
            Effect::OpenFlyout(call) => {
                let language = self.snapshots.borrow().language;
                self.surroundings.open_flyout(&call, language);
            }
            Effect::Withdraw(kind) => self.surroundings.withdraw(kind),
            Effect::Quit => {}
        }
    }

    fn change_settings(&mut self, ticket: Ticket, change: &SettingsChange) {
        let registers = matches!(change, SettingsChange::Registration { .. });
        let result = self.configuration.change(change);
        if registers && result.is_ok() {
            // Nobody is signed in with the earlier one: the engine sees to that.
            self.keeping = self.configuration.session().map(Rc::new);
            self.session = self.keeping.clone();
        }
        let result = result.map(|()| Box::new(self.configuration.for_engine()));
        self.send(Input::Settings {
            ticket: Some(ticket),
            result,
        });
    }

    fn read(&self, epoch: u64) {
        let reading = self.reading;
        self.call(
            async move |session, account| match reading {
                Reading::Once => session.read(&account).await,
                Reading::Patiently => patiently(async || session.read(&account).await).await,
            },
            move |result| Input::Read { epoch, result },
        );
    }

    /// Calls Microsoft in a task of its own, in the name of the present account.
    fn call<T: 'static>(
        &self,
        call: impl AsyncFnOnce(Rc<Session>, engine::Account) -> Result<T, Failure> + 'static,
        answer: impl FnOnce(Result<T, Failure>) -> Input + 'static,
    ) {
        let session = self.session.clone();
        let account = self.engine.snapshot().account;
        let inputs = self.inputs.clone();
        spawn_local(async move {
            let result = match (session, account) {
                (Ok(session), Some(account)) => call(session, account).await,
                (Err(failure), _) => Err(failure),
                (_, None) => Err(Failure::of(Code::NotSignedIn)),
            };
            // The driver may have ended in the meantime.
            let _ = inputs.send(answer(result));
        });
    }

    fn start_sign_in(&mut self, attempt: u64, by_code: bool, session_only: bool, login_hint: Option<String>) {
        let session = match &self.keeping {
            Ok(session) if session_only => Ok(Rc::new(session.for_this_session_only())),
            session => session.clone(),
        };
        self.candidate = Some((attempt, session.clone()));
        let inputs = self.inputs.clone();
        let task = spawn_local(async move {
            let waits = |url: &str, code: Option<&str>| {
                let (url, code) = (url.to_owned(), code.map(str::to_owned));
                let _ = inputs.send(Input::SignInWaits { attempt, url, code });
            };
            let result = match session {
                Ok(session) if by_code => session.sign_in_by_code(|url, code| waits(url, Some(code))).await,
                Ok(session) => session.sign_in(login_hint.as_deref(), |url| waits(url, None)).await,
                Err(failure) => Err(failure),
            };
            let _ = inputs.send(Input::SignedIn { attempt, result });
        });
        if let Some(earlier) = self.sign_in.replace(task.abort_handle()) {
            earlier.abort();
        }
    }

    fn sign_out(&self, epoch: u64, account: Option<engine::Account>) {
        let (session, keeping) = (self.session.clone(), self.keeping.clone());
        let inputs = self.inputs.clone();
        spawn_local(async move {
            let result = match (session, account) {
                (_, None) => Ok(()),
                (Ok(session), Some(account)) => forget_everywhere(&session, keeping.ok().as_deref(), &account).await,
                // Without a client id nobody knows under which name the token is kept.
                (Err(failure), Some(_)) => Err(failure),
            };
            let _ = inputs.send(Input::SignedOut { epoch, result });
        });
    }

    fn forget(&self, account: engine::Account) {
        let keeping = self.keeping.clone().ok();
        if let Ok(session) = self.session.clone() {
            spawn_local(async move {
                if let Err(failure) = forget_everywhere(&session, keeping.as_deref(), &account).await {
                    tracing::warn!(
                        code = failure.code.name(),
                        "the token of an earlier account stays in the keychain"
                    );
                }
            });
        }
    }

    fn send(&self, input: Input) {
        // The inbox lives as long as `self`.
        let _ = self.inputs.send(input);
    }
}

/// Forgets the tokens of an account, also those that an earlier sign-in left in the keychain. Where there is none, there are none in it.
async fn forget_everywhere(
    session: &Session,
    keeping: Option<&Session>,
    account: &engine::Account,
) -> Result<(), Failure> {
    session.sign_out(account).await?;
    match keeping {
        Some(keeping) if !std::ptr::eq(session, keeping) => {
            let forgotten = keeping.sign_out(account).await;
            forgotten.or_else(|failure| match failure.code {
                Code::KeychainUnavailable => Ok(()),
                _ => Err(failure),
            })
        }
        _ => Ok(()),
    }
}

/// The present, to the millisecond: finer digits would only clutter what scripts and people read.
pub(crate) fn now() -> Zoned {
    let now = Zoned::now();
    now.round(Unit::Millisecond).unwrap_or(now)
}

impl Way {
    /// Sends a command and waits for its reply. `None`: the driver has ended.
    pub(crate) async fn send(&self, command: engine::Command) -> Option<Reply> {
        let (reply, answer) = oneshot::channel();
        self.orders.send((command, reply)).await.ok()?;
        answer.await.ok()
    }
}
