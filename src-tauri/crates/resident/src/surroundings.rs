//! The desktop around the resident, as far as the engine's effects touch it: window, login item, notification.
//!
//! A command that does one job and exits has none of it, and so has nothing to switch or show.

mod notifying;

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
    time::{Duration, Instant},
};

use desktop::{
    AppIdentity,
    login_item::LoginItem,
    notification::{Action, Notification, Notifier, Outcome, Quiet, Urgency},
};
use engine::{Code, Failure, FlyoutCall, NotificationKind, Trouble};
use jiff::Zoned;
use notifying::Told;
use phrases::Language;
use tokio::{
    process::Command,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::console;

/// Who this program is to the system.
pub(crate) const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};

/// Shows what is to be told; one for all, since only what one has shown replaces and takes back.
static NOTIFIER: LazyLock<Notifier> = LazyLock::new(|| Notifier::new(APP));
/// At least this long between two notifications of a kind …
const BETWEEN: Duration = Duration::from_secs(60);
/// … and at most this many of all kinds in an hour.
const AN_HOUR: usize = 10;

/// What surrounds the engine.
pub(crate) struct Surroundings(Option<Desktop>);

struct Desktop {
    login_item: Option<LoginItem>,
    quiet: Quiet,
    flyout: Flyout,
    /// Set once the driver runs: what a notification's button orders.
    orders: Option<mpsc::Sender<control::Order>>,
}

impl Surroundings {
    pub(crate) fn none() -> Surroundings {
        Surroundings(None)
    }

    /// Those of a resident. The demonstration leaves the login item alone: it would start something else.
    pub(crate) fn of_resident(demo: bool) -> Surroundings {
        let executable = std::env::current_exe().unwrap_or_default();
        let login_item = if demo {
            None
        } else {
            LoginItem::new(&APP, console::windowless(&executable), &["--background"])
                .inspect_err(|error| tracing::warn!(%error, "start at login is not to be had"))
                .ok()
        };
        if let Some(Err(error)) = login_item.as_ref().map(LoginItem::repair) {
            tracing::warn!(%error, "the login item was not repaired");
        }
        Surroundings(Some(Desktop {
            login_item,
            quiet: Quiet::new(BETWEEN, AN_HOUR),
            flyout: Flyout::beside(&executable, demo),
            orders: None,
        }))
    }

    /// Where a notification's button sends its command.
    pub(crate) fn answer_to(&mut self, orders: mpsc::Sender<control::Order>) {
        if let Some(desktop) = &mut self.0 {
            desktop.orders = Some(orders);
        }
    }

    pub(crate) fn starts_at_login(&self) -> Result<Option<bool>, Failure> {
        let item = self.0.as_ref().and_then(|desktop| desktop.login_item.as_ref());
        item.map(LoginItem::is_enabled)
            .transpose()
            .map_err(|error| Failure::with(Code::LoginItem, error.to_string()))
    }

    /// Switches start at login, and says how it stands then.
    pub(crate) fn start_at_login(&self, on: bool) -> Result<Option<bool>, Failure> {
        let Some(item) = self.0.as_ref().and_then(|desktop| desktop.login_item.as_ref()) else {
            return Ok(None);
        };
        let switched = if on { item.enable() } else { item.disable() };
        switched.map_err(|error| Failure::with(Code::LoginItem, error.to_string()))?;
        self.starts_at_login()
    }

    /// Tells the person something, in place of what was told of this kind.
    pub(crate) fn notify(&mut self, notification: &engine::Notification, language: Language, now: &Zoned) {
        let Some(desktop) = &mut self.0 else { return };
        let told = Told::of(notification, language, now);
        if desktop.quiet.allows(told.kind, Instant::now()) {
            show(told, desktop.orders.clone());
        } else {
            tracing::info!(kind = told.kind, "too many notifications: one was not shown");
        }
    }

    /// Takes back what was told of this kind.
    pub(crate) fn withdraw(&self, kind: NotificationKind) {
        if self.0.is_some() {
            NOTIFIER.close(notifying::name(kind));
        }
    }

    pub(crate) fn open_flyout(&mut self, call: &FlyoutCall, language: Language) {
        let Some(desktop) = &mut self.0 else { return };
        if let Err(error) = desktop.flyout.open(call) {
            tracing::warn!(%error, program = %desktop.flyout.executable.display(), "the window could not be started");
            if error.kind() == io::ErrorKind::NotFound {
                show(Told::of_missing_window(language), None);
            }
        }
    }
}

/// Tells the person in front of the screen what went wrong with something they chose. Giving up a sign-in is no news to whoever did it, nor is
/// choosing anew.
pub(crate) fn tell(trouble: &Trouble) {
    if matches!(trouble.code, Code::SignInCancelled | Code::Replaced) {
        return;
    }
    show(Told::of_trouble(trouble), None);
}

/// Tells the person that the program runs where nobody sees it.
pub(crate) fn tell_no_tray(language: Language, orders: mpsc::Sender<control::Order>) {
    show(Told::of_missing_tray(language), Some(orders));
}

/// Shows a notification, and orders what its buttons say. A click on the notification itself is the one button, or opens the window.
fn show(told: Told, orders: Option<mpsc::Sender<control::Order>>) {
    let buttons = told.buttons;
    let actions = buttons.iter().enumerate().map(|(number, button)| Action {
        id: number.to_string(),
        label: button.label.clone(),
    });
    let notification = Notification {
        kind: told.kind,
        title: told.title,
        body: told.body,
        actions: actions.collect(),
        urgency: Urgency::Normal,
        stays: None,
    };
    let shown = NOTIFIER.notify(notification, move |outcome| {
        let command = match (outcome, &buttons[..]) {
            (Ok(Outcome::Pressed { id }), buttons) => id.parse().ok().and_then(|number: usize| buttons.get(number)),
            (Ok(Outcome::Opened), [button]) => Some(button),
            (Ok(Outcome::Opened), _) => None,
            (Ok(Outcome::Closed | Outcome::Withheld), _) => return,
            (Err(error), _) => return tracing::info!(%error, "a notification was not shown"),
        };
        let command = command.map_or(engine::Command::OPEN_FLYOUT, |button| button.command.clone());
        if let Some(orders) = orders {
            // The reply is the icon's to show.
            let _ = orders.blocking_send((command, oneshot::channel().0));
        }
    });
    if let Err(error) = shown {
        tracing::info!(%error, "a notification was not shown");
    }
}

/// Where a window looks for what a Wayland compositor wants of who asks to be in front (xdg-activation).
const ACTIVATION_TOKEN: &str = "XDG_ACTIVATION_TOKEN";

/// The window's process. It is a client of the control socket like any other; all that is done here is to start it.
struct Flyout {
    executable: PathBuf,
    demo: bool,
    /// Ends with the process.
    running: Option<JoinHandle<()>>,
}

impl Flyout {
    fn beside(executable: &Path, demo: bool) -> Flyout {
        let name = format!("presence-flyout{}", std::env::consts::EXE_SUFFIX);
        Flyout {
            executable: executable.with_file_name(name),
            demo,
            running: None,
        }
    }

    /// Starts it, unless it runs: then it shows itself, since the Snapshot says that it was called.
    fn open(&mut self, call: &FlyoutCall) -> io::Result<()> {
        if self.running.as_ref().is_some_and(|running| !running.is_finished()) {
            return Ok(());
        }
        let mut command = Command::new(&self.executable);
        if self.demo {
            command.arg("--demo");
        }
        if let Some((x, y)) = call.at {
            command.arg(format!("--at={x},{y}"));
        }
        match &call.token {
            Some(token) => command.env(ACTIVATION_TOKEN, token),
            // One of the resident's own start is used up.
            None => command.env_remove(ACTIVATION_TOKEN),
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // Waited for, so that nothing of it is left when it goes.
        self.running = Some(tokio::spawn(async move {
            let _ = child.wait().await;
        }));
        Ok(())
    }
}
