//! The desktop around the resident, as far as the engine's effects touch it: window, login item, notification.
//!
//! A command that does one job and exits has none of it, and so has nothing to switch or show.

mod notifying;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use desktop::{
    AppIdentity,
    login_item::LoginItem,
    notification::{Action, Notification, Notifier, Outcome},
};
use engine::{Code, Failure, FlyoutCall, Trouble};
use jiff::Zoned;
use notifying::Told;
use phrases::Language;
use tokio::sync::{mpsc, oneshot};

/// Who this program is to the system.
pub(crate) const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};

/// What surrounds the engine.
pub(crate) struct Surroundings(Option<Desktop>);

struct Desktop {
    login_item: Option<LoginItem>,
    notifier: Notifier,
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
            LoginItem::new(&APP, executable.clone(), &["--background"])
                .inspect_err(|error| tracing::warn!(%error, "start at login is not to be had"))
                .ok()
        };
        if let Some(Err(error)) = login_item.as_ref().map(LoginItem::repair) {
            tracing::warn!(%error, "the login item was not repaired");
        }
        Surroundings(Some(Desktop {
            login_item,
            notifier: Notifier::new(APP),
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

    /// Tells the person something.
    pub(crate) fn notify(&self, notification: &engine::Notification, language: Language, now: &Zoned) {
        if let Some(desktop) = &self.0 {
            show(
                &desktop.notifier,
                Told::of(notification, language, now),
                desktop.orders.clone(),
            );
        }
    }

    pub(crate) fn open_flyout(&mut self, call: &FlyoutCall) {
        if let Some(desktop) = &mut self.0 {
            desktop.flyout.open(call);
        }
    }
}

/// Tells the person in front of the screen what went wrong with something they chose. Giving up a sign-in is no news to whoever did it, nor is
/// choosing anew.
pub(crate) fn tell(trouble: &Trouble) {
    if matches!(trouble.code, Code::SignInCancelled | Code::Replaced) {
        return;
    }
    show(&Notifier::new(APP), Told::of_trouble(trouble), None);
}

/// Tells the person that the program runs where nobody sees it.
pub(crate) fn tell_no_tray(language: Language, orders: mpsc::Sender<control::Order>) {
    show(&Notifier::new(APP), Told::of_missing_tray(language), Some(orders));
}

/// Shows a notification, and orders what its button says.
fn show(notifier: &Notifier, told: Told, orders: Option<mpsc::Sender<control::Order>>) {
    let button = told.buttons.into_iter().next();
    let notification = Notification {
        title: told.title,
        body: told.body,
        action: button.as_ref().map(|button| Action {
            id: "0".to_owned(),
            label: button.label.clone(),
        }),
    };
    let shown = notifier.notify(notification, move |outcome| match outcome {
        Ok(Outcome::Pressed { .. } | Outcome::Opened) => {
            if let (Some(orders), Some(button)) = (orders, button) {
                // The reply is the icon's to show.
                let _ = orders.blocking_send((button.command, oneshot::channel().0));
            }
        }
        Ok(Outcome::Closed) => {}
        Err(error) => tracing::info!(%error, "a notification was not shown"),
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
    running: Option<Child>,
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
    fn open(&mut self, call: &FlyoutCall) {
        if let Some(child) = &mut self.running
            && matches!(child.try_wait(), Ok(None))
        {
            return;
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
        let started = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(child) => self.running = Some(child),
            Err(error) => {
                tracing::warn!(%error, program = %self.executable.display(), "the window could not be started");
            }
        }
    }
}
