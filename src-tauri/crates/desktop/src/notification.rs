//! Shows a notification and says what became of it.
//!
//! `notify-rust` does it on every system. What it leaves open on Linux is accepted here:
//!
//! - **A very fast answer is lost.** The library listens only once the daemon has shown the notification, and looks away
//!   for a moment after each answer to another program's. A click just then does nothing, and where the closing that
//!   follows is lost with it, no [`Outcome`] comes before the end of the session bus. So an [`Action`] is a short way to
//!   something that the application offers elsewhere too.
//! - **A daemon that dies is not noticed.** Its notifications are gone, but [`Outcome::Closed`] comes only with the end
//!   of the session bus; until then the thread and its connection stay. The same goes for a daemon that never returns
//!   from being asked to show something.
//! - **An answer is known by its number alone**, not by who sends it: one to the same number of a daemon started later,
//!   or forged by a program of the session, counts too. So an [`Action`] orders nothing that such a program could not
//!   have by itself.
//!
//! Where the library panics, because the bus refuses or goes away at the wrong moment, the notification ends as
//! [`NotificationError::Unavailable`].

mod native;

use std::io;
use std::thread;

use crate::AppIdentity;

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
    Opened,
    /// Its button was pressed.
    Pressed {
        /// [`Action::id`].
        id: String,
    },
    /// It went away unanswered, or nobody can say any more.
    Closed,
}

/// Why a notification was not shown.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// No session bus, no notification daemon on it, or the system's notification interface refused or failed.
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
}

impl Notifier {
    /// Connects to nothing yet.
    pub fn new(app: AppIdentity) -> Self {
        Self { app }
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
