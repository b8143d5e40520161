//! Shows a notification and says what became of it.

#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod session;

use std::io;
use std::thread;

use crate::AppIdentity;
#[cfg(target_os = "linux")]
use crate::session_bus::SessionBus;

/// What is shown. Plain text throughout: markup in it is shown as it is written, not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// One line.
    pub title: String,
    /// A sentence or two; may be empty.
    pub body: String,
    /// One button, left out where the system shows none.
    pub action: Option<Action>,
}

/// A button of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Comes back in [`Outcome::Pressed`]. Not `default`, which is the notification itself.
    pub id: String,
    /// The words on the button.
    pub label: String,
}

/// What became of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The notification itself was clicked.
    Opened {
        /// Lets a window opened in answer come to the front on Wayland (`XDG_ACTIVATION_TOKEN`).
        activation_token: Option<String>,
    },
    /// Its button was pressed.
    Pressed {
        /// [`Action::id`].
        id: String,
        /// As in [`Outcome::Opened`].
        activation_token: Option<String>,
    },
    /// It went away unanswered, or nobody can say any more.
    Closed,
}

/// Why a notification was not shown.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// No session bus, no notification daemon on it, or the system's notification interface refused.
    #[error("the desktop shows no notifications ({0})")]
    Unavailable(String),
    /// The system gives this process no further thread.
    #[error("no thread could be started to show a notification: {0}")]
    Thread(#[from] io::Error),
}

/// Shows notifications in the name of the application.
#[derive(Clone, Debug)]
pub struct Notifier {
    app: AppIdentity,
    #[cfg(target_os = "linux")]
    bus: SessionBus,
}

impl Notifier {
    /// Connects to nothing yet.
    pub fn new(app: AppIdentity) -> Self {
        Self {
            app,
            #[cfg(target_os = "linux")]
            bus: SessionBus::from_environment(),
        }
    }

    /// The same on another session bus.
    #[cfg(target_os = "linux")]
    pub fn on(bus: SessionBus, app: AppIdentity) -> Self {
        Self { app, bus }
    }

    /// Shows `notification` from a thread of its own and returns at once. The thread lives as long as the notification,
    /// because some desktops take it away together with whoever showed it, and calls `on_outcome` once, at its end.
    pub fn notify(
        &self,
        notification: Notification,
        on_outcome: impl FnOnce(Result<Outcome, NotificationError>) + Send + 'static,
    ) -> Result<(), NotificationError> {
        let notifier = self.clone();
        thread::Builder::new()
            .name("notification".to_owned())
            .spawn(move || on_outcome(notifier.show(&notification)))?;
        Ok(())
    }
}
