//! The process that stays: tray, engine, control socket. Whoever binds the socket first is the resident.

use std::{fs, io::Write as _, path::PathBuf, time::Duration};

use control::{BindError, Client, ConnectError, Endpoint, Listener, Order};
use desktop::{bar_theme, shortcut::Accelerator, signals::SignalWatch};
use engine::{Bound, Code, Command, Failure, FlyoutCall, Reply, ShortcutAction, Signal, Snapshot, View};
use jiff::Zoned;
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_local,
    time::Instant,
};

use crate::{
    crash::Running,
    driver::{Told, Way},
    examination,
    household::{Household, Role},
    log,
    main_thread::MainThread,
    succession, surroundings,
    tray::{
        backend::Gesture,
        host::{self, Start},
        model::{Action, ChosenLength, TrayModel},
    },
};

/// Runs until it is told to quit. Where a resident runs already, its window is opened instead (not with `background`).
pub(crate) async fn run(household: Household, background: bool, mut main_thread: MainThread) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::with(Code::Failed, error.to_string());
    let endpoint = Endpoint::for_user(household.demo).map_err(|error| failed(&error))?;
    let Some(listener) = listen_or_call_the_other(&endpoint, background).await? else {
        return Ok(());
    };
    let language = household.configuration.for_engine().language;
    household.keep_log();
    tracing::info!(
        version = control::VERSION,
        process = std::process::id(),
        "the resident starts"
    );
    let running = Running::begin(&endpoint, household.demo, language);
    if let Some(news) = running.news(language) {
        surroundings::tell(&news);
    }
    let shortcuts = household.configuration.settings.shortcuts.iter();
    let mut open_shortcut = shortcuts.filter(|(action, _)| *action == ShortcutAction::Open);
    let open_shortcut = open_shortcut.next().map(|(_, keys)| keys.clone());
    let announcement = household
        .announcement()
        .map(|announcement| Announced::write(&endpoint, announcement));

    let (driver, way, simulator) = household.driver(Role::Resident);
    let language = way.snapshots.borrow().language;
    let driving = spawn_local(async move {
        driver.run().await;
        // Before anybody notices that the socket closes, so that it is not taken for a crash.
        running.end();
    });
    spawn_local(log::follow(way.snapshots.clone()));
    let serving = spawn_local(listener.serve(way.snapshots.clone(), way.orders.clone(), way.audience.clone()));
    let quitting = spawn_local({
        let way = way.clone();
        async move {
            told_to_end().await;
            way.send(Command::Quit).await;
        }
    });
    let _signals = watch_signals(&way);
    if let Some(keys) = open_shortcut {
        listen_for(&mut main_thread, &keys, &way);
    }
    let shown = if desktop::display::has_display() {
        let start = if background { Start::AtLogin } else { Start::ByHand };
        show_tray(&mut main_thread, &way, start).await
    } else {
        let _ = writeln!(std::io::stderr(), "{}", language.phrases().text("cli.no-display"));
        None
    };

    // The driver ends by quitting; the socket closes once it has; the icon goes with the main thread, last.
    if let Some(shown) = shown {
        keep_tray(shown, &mut main_thread, way.clone()).await;
    }
    let end = driving.await;
    quitting.abort();
    let _ = serving.await;
    drop((announcement, simulator));
    tracing::info!("the resident ends");
    end.map_err(|error| failed(&error))
}

/// Waits until the system or a person at a terminal asks this process to end.
pub(crate) async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Listens as the resident; `None`: another one does, and was called. One that an update left behind makes room.
async fn listen_or_call_the_other(endpoint: &Endpoint, background: bool) -> Result<Option<Listener>, Failure> {
    const LEAVING: Duration = Duration::from_secs(5);
    const LOOK_AGAIN: Duration = Duration::from_millis(50);
    let failed = |error: &dyn std::fmt::Display| Failure::with(Code::Failed, error.to_string());
    let began = Instant::now();
    loop {
        match Listener::bind(endpoint) {
            Ok(listener) => return Ok(Some(listener)),
            Err(BindError::Taken) => {}
            Err(error) => return Err(failed(&error)),
        }
        match Client::connect(endpoint).await {
            Ok(client) if succession::is_older(&client) => succession::leave(client).await,
            Ok(client) => {
                if !background {
                    client
                        .send(Command::OPEN_FLYOUT)
                        .await
                        .map_err(|error| failed(&error))?;
                }
                return Ok(None);
            }
            // It is about to leave, or has not begun to listen. No event tells when a lock is free.
            Err(ConnectError::NobodyThere | ConnectError::NoAnswer) if began.elapsed() < LEAVING => {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            Err(error) => return Err(failed(&error)),
        }
    }
}

/// The icon as it was drawn last, and what a person does with it.
struct Shown {
    model: TrayModel,
    gestures: mpsc::UnboundedReceiver<Gesture>,
}

/// Puts the icon into the tray. A tray that cannot be had is said, and never stops the program.
async fn show_tray(main_thread: &mut MainThread, way: &Way, start: Start) -> Option<Shown> {
    let (gestures_in, gestures) = mpsc::unbounded_channel();
    let snapshot = way.snapshots.borrow().clone();
    let model = TrayModel::new(&snapshot, ChosenLength::default(), &Zoned::now());
    let shown = main_thread.show_tray(model.clone(), gestures_in).await;
    spawn_local(mind_tray(way.clone(), start, shown.is_ok()));
    match shown {
        Ok(()) => Some(Shown { model, gestures }),
        Err(error) => {
            tracing::warn!(%error, "there is no tray icon");
            None
        }
    }
}

/// Says whether there is a tray; where there is none, to whoever started the program by opening the window, else in a notification.
async fn mind_tray(way: Way, start: Start, has_icon: bool) {
    let mut told_person = false;
    host::watch(start, has_icon, |missing| {
        // The driver may have ended.
        let _ = way.told.send(Told::Tray(missing));
        if missing.is_none() || std::mem::replace(&mut told_person, true) {
            return;
        }
        let language = way.snapshots.borrow().language;
        let way = way.clone();
        match start {
            Start::ByHand => {
                let _ = writeln!(std::io::stderr(), "{}", language.phrases().text("cli.no-tray"));
                spawn_local(async move { way.send(Command::OPEN_FLYOUT).await });
            }
            Start::AtLogin => surroundings::tell_no_tray(language, way.orders),
        }
    })
    .await;
}

/// Keeps the icon true until the driver ends.
async fn keep_tray(mut shown: Shown, main_thread: &mut MainThread, mut way: Way) {
    let mut length = ChosenLength::default();
    let mut bar_changes = watch_bar();
    loop {
        tokio::select! {
            Some(()) = bar_changes.recv() => {}
            changed = way.snapshots.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            Some(gesture) = shown.gestures.recv() => {
                let action = match gesture {
                    Gesture::Open { at, token } => Some(Action::Command(Command::OpenFlyout(FlyoutCall {
                        at,
                        token,
                        toggle: true,
                        view: View::Main,
                    }))),
                    Gesture::Choose(number) => shown.model.action(number),
                };
                match action {
                    Some(Action::ChooseLength(chosen)) => length = chosen,
                    Some(Action::Examine) => {
                        let language = way.snapshots.borrow().language;
                        spawn_local(examination::show(language));
                    }
                    Some(Action::Command(command)) => {
                        let way = way.clone();
                        spawn_local(async move {
                            // What was chosen in the menu and did not come about has no other place to say so.
                            if let Some(Reply::Failed(trouble) | Reply::DoneExcept(trouble)) = way.send(command).await {
                                surroundings::tell(&trouble);
                            }
                        });
                    }
                    None => {}
                }
            }
        }
        let snapshot: Snapshot = way.snapshots.borrow_and_update().clone();
        shown.model = TrayModel::new(&snapshot, length, &Zoned::now());
        main_thread.draw(shown.model.clone());
    }
}

/// Tells when the bar with the icon may have changed its colour, where the system tells it.
fn watch_bar() -> mpsc::UnboundedReceiver<()> {
    let (changes_in, changes) = mpsc::unbounded_channel();
    let watching = bar_theme::watch(move || {
        // The tray may have ended.
        let _ = changes_in.send(());
    });
    if let Err(error) = watching {
        tracing::info!(%error, "the icon keeps to the bar's colour of now");
    }
    changes
}

/// Passes on what the operating system notices, as far as it matters to the engine. Where nothing is told, reading by the clock has to do.
fn watch_signals(way: &Way) -> Option<SignalWatch> {
    let (told_in, orders) = (way.told.clone(), way.orders.clone());
    let watch = SignalWatch::start(move |told| {
        let signal = match told {
            desktop::signals::Signal::Wakes => Signal::Resumed,
            desktop::signals::Signal::NetworkBack => Signal::NetworkBack,
            desktop::signals::Signal::Locked => Signal::Locked,
            desktop::signals::Signal::Unlocked => Signal::Unlocked,
            desktop::signals::Signal::Sleeps | desktop::signals::Signal::NetworkGone => return,
            desktop::signals::Signal::SessionEnds => return quit_at_once(&orders),
        };
        // The driver may have ended.
        let _ = told_in.send(Told::Signal(signal));
    });
    watch
        .inspect_err(|error| tracing::info!(%error, "signals are not to be had"))
        .ok()
}

/// The session ends, and the process may with it once this returns: by then everything is written. On a thread of the system's.
fn quit_at_once(orders: &mpsc::Sender<Order>) {
    let (reply, answer) = oneshot::channel();
    if orders.blocking_send((Command::Quit, reply)).is_ok() {
        // The state is saved before the reply.
        let _ = answer.blocking_recv();
    }
}

/// The global shortcut that opens the window. One that cannot be had is said, and never stops the program.
fn listen_for(main_thread: &mut MainThread, keys: &str, way: &Way) {
    let accelerator: Accelerator = match keys.parse() {
        Ok(accelerator) => accelerator,
        Err(error) => {
            tracing::warn!(%error, keys, "the shortcut in the settings is not understood");
            return;
        }
    };
    let (presses_in, mut presses) = mpsc::unbounded_channel();
    let bound = Bound {
        action: ShortcutAction::Open,
        result: Ok(accelerator.to_string()),
    };
    // The driver may have ended.
    let _ = way.told.send(Told::Shortcuts(vec![bound]));
    main_thread.listen(accelerator, presses_in);
    let way = way.clone();
    spawn_local(async move {
        while presses.recv().await.is_some() {
            way.send(Command::OPEN_FLYOUT).await;
        }
    });
}

/// Where the demonstration's simulator listens, for whoever wants to look behind it; gone with the resident.
struct Announced(PathBuf);

impl Announced {
    fn write(endpoint: &Endpoint, announcement: &simulator::Announcement) -> Announced {
        let path = endpoint.folder().join("demo-simulator.json");
        let written = serde_json::to_vec(announcement)
            .map_err(std::io::Error::from)
            .and_then(|text| fs::write(&path, text));
        if let Err(error) = written {
            tracing::warn!(%error, path = %path.display(), "the simulator was not announced");
        }
        Announced(path)
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
