//! The desktop around the resident, as far as the engine's effects touch it: window, login item, notification.
//!
//! A command that does one job and exits has none of it, and so has nothing to switch or show.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use desktop::{
    AppIdentity,
    login_item::LoginItem,
    notification::{Action, Notification, Notifier, Outcome},
};
use engine::{Code, Failure, Trouble};
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
    language: Language,
    /// Set once the driver runs: what a notification's button orders.
    orders: Option<mpsc::Sender<control::Order>>,
}

impl Surroundings {
    pub(crate) fn none() -> Surroundings {
        Surroundings(None)
    }

    /// Those of a resident. The demonstration leaves the login item alone: it would start something else.
    pub(crate) fn of_resident(demo: bool, language: Language) -> Surroundings {
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
            language,
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

    pub(crate) fn notify_sign_in_needed(&self) {
        let Some(desktop) = &self.0 else { return };
        let phrases = desktop.language.phrases();
        let text = |part: &str| phrases.text(&format!("notice.sign-in-needed.{part}")).to_owned();
        let notification = Notification {
            title: text("title"),
            body: text("body"),
            action: Some(Action {
                id: "sign-in".to_owned(),
                label: text("action"),
            }),
        };
        let orders = desktop.orders.clone();
        let shown = desktop.notifier.notify(notification, move |outcome| match outcome {
            Ok(Outcome::Pressed { .. } | Outcome::Opened) => {
                if let Some(orders) = orders {
                    // The reply is the icon's to show.
                    let _ = orders.blocking_send((engine::Command::SIGN_IN, oneshot::channel().0));
                }
            }
            Ok(Outcome::Closed) => {}
            Err(error) => tracing::info!(%error, "a notification was not shown"),
        });
        if let Err(error) = shown {
            tracing::info!(%error, "a notification was not shown");
        }
    }

    pub(crate) fn open_flyout(&mut self) {
        if let Some(desktop) = &mut self.0 {
            desktop.flyout.open();
        }
    }
}

/// Tells the person in front of the screen what went wrong with something they chose. Giving up a sign-in is no news to whoever did it, nor is
/// choosing anew.
pub(crate) fn tell(trouble: &Trouble) {
    if matches!(trouble.code, Code::SignInCancelled | Code::Replaced) {
        return;
    }
    let notification = Notification {
        title: trouble.message.clone(),
        body: trouble.advice.clone(),
        action: None,
    };
    let shown = Notifier::new(APP).notify(notification, |outcome| {
        if let Err(error) = outcome {
            tracing::info!(%error, "a notification was not shown");
        }
    });
    if let Err(error) = shown {
        tracing::info!(%error, "a notification was not shown");
    }
}

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
    fn open(&mut self) {
        if let Some(child) = &mut self.running
            && matches!(child.try_wait(), Ok(None))
        {
            return;
        }
        let mut command = Command::new(&self.executable);
        if self.demo {
            command.arg("--demo");
        }
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
