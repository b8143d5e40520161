//! The process that stays: tray, engine, control socket. Whoever binds the socket first is the resident.

use std::{fs, io::Write as _, path::PathBuf, time::Duration};

use control::{BindError, Client, ConnectError, Endpoint, Listener, Order};
use desktop::signals::SignalWatch;
use engine::{Code, Command, Failure, Signal};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_local,
    time::Instant,
};

use crate::{
    crash::Running,
    driver::{Told, Way},
    front::Front,
    household::{Household, Role},
    log,
    main_thread::MainThread,
    succession, surroundings,
    tray::host::Start,
};

/// Runs until it is told to quit. Where a resident runs already, its window is opened instead (not with `background`).
pub(crate) async fn run(mut household: Household, background: bool, main_thread: MainThread) -> Result<(), Failure> {
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
    // A command of its own that is at work began before this process was there to ask.
    household.hold_state().await?;
    let running = Running::begin(&endpoint, household.demo, language);
    if let Some(news) = running.news(language) {
        surroundings::tell(&news);
    }
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
    // The driver ends by quitting; the socket closes once it has; the icon goes with the main thread, last.
    if desktop::display::has_display() {
        let start = if background { Start::AtLogin } else { Start::ByHand };
        Front::open(main_thread, way.clone(), start).await.keep().await;
    } else {
        let _ = writeln!(std::io::stderr(), "{}", language.phrases().text("cli.no-display"));
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
