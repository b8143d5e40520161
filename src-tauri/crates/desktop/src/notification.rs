//! Shows a notification and says what became of it.
//!
//! A notification is about one matter, its [`kind`](Notification::kind): a newer one takes the place of the older, and [`Notifier::close`]
//! takes it back once it is moot. How often one may come is for [`Quiet`] to say; while the system asks for quiet
//! ([`do_not_disturb`](crate::do_not_disturb)) none is shown at all. None makes a sound.
//!
//! `notify-rust` does it on every system. What it leaves open is accepted here:
//!
//! - **Linux: a very fast answer is lost.** The library listens only once the daemon has shown the notification, and looks away
//!   for a moment after each answer to another program's. A click just then does nothing, and where the closing that
//!   follows is lost with it, no [`Outcome`] comes before the end of the daemon. So an [`Action`] is a short way to
//!   something that the application offers elsewhere too.
//! - **Linux: an answer is known by its number alone**, not by who sends it: one forged by a program of the session counts too.
//!   So an [`Action`] orders nothing that such a program could not have by itself.
//! - **Windows and macOS: nothing can be taken back.** What was replaced or closed stays in the system's list until the system or the person
//!   removes it; its buttons do nothing any more.
//!
//! Where the library panics, because the bus refuses or goes away at the wrong moment, the notification ends as
//! [`NotificationError::Unavailable`].

#[cfg(target_os = "linux")]
mod linux;
mod native;
mod newest;
mod quiet;

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub use quiet::Quiet;

use crate::AppIdentity;
use newest::Newest;

/// What is shown. Plain text throughout: markup in it is shown as it is written, not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What it is about, such as `ending-soon`: of each kind, one is shown.
    pub kind: &'static str,
    /// One line.
    pub title: String,
    /// A sentence or two; may be empty.
    pub body: String,
    /// Buttons, the most useful one first; left out where the system shows none. macOS puts two or more into a menu.
    pub actions: Vec<Action>,
    /// How much it matters.
    pub urgency: Urgency,
    /// How long it stays on the screen; none for as long as the system finds right. Windows knows about 7 s and, from 25 s on, about 25 s;
    /// macOS does not let programs choose.
    pub stays: Option<Duration>,
}

/// A button of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Comes back in [`Outcome::Pressed`]. Not `default`, which is the notification itself.
    pub id: String,
    /// The words on the button.
    pub label: String,
}

/// How much a notification matters. There is no higher one: it would pass by what a person has set up against being disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Urgency {
    /// Good to know. Some desktops only list it.
    Low,
    /// Something to decide.
    #[default]
    Normal,
}

/// What became of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The notification itself was clicked.
    Opened,
    /// A button was pressed.
    Pressed {
        /// [`Action::id`].
        id: String,
    },
    /// It went away unanswered, a newer one took its place, it was taken back, or nobody can say any more.
    Closed,
    /// It was never shown: the system asks for quiet.
    Withheld,
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

/// Shows notifications in the name of the application. Clones are the same notifier; a process needs one, since only what one has shown
/// replaces and closes.
#[derive(Clone, Debug)]
pub struct Notifier {
    app: AppIdentity,
    newest: Arc<Newest>,
    #[cfg(target_os = "linux")]
    screen: Arc<linux::Screen>,
}

impl Notifier {
    /// Connects to nothing yet.
    pub fn new(app: AppIdentity) -> Self {
        Self {
            app,
            newest: Arc::default(),
            #[cfg(target_os = "linux")]
            screen: Arc::default(),
        }
    }

    /// Shows `notification`, in the place of one of its kind, from a thread of its own and returns at once. The thread lives as long as the
    /// notification, because some desktops take it away together with whoever showed it, and calls `on_outcome` once, at its end.
    pub fn notify(
        &self,
        notification: Notification,
        on_outcome: impl FnOnce(Result<Outcome, NotificationError>) + Send + 'static,
    ) -> Result<(), NotificationError> {
        let notifier = self.clone();
        let number = self.newest.number(notification.kind);
        thread::Builder::new().name("notification".to_owned()).spawn(move || {
            let outcome = notifier.show(&notification, number);
            // The buttons of an older one may be there still, and are not meant any more.
            let is_meant = notifier.newest.is(notification.kind, number);
            on_outcome(outcome.map(|outcome| if is_meant { outcome } else { Outcome::Closed }));
        })?;
        Ok(())
    }

    /// Takes back what is shown of this kind, because it is moot. Does not wait for it to be gone; nothing happens where there is none.
    pub fn close(&self, kind: &'static str) {
        self.newest.take_back(kind);
        #[cfg(target_os = "linux")]
        self.screen.take_back(kind);
    }
}
