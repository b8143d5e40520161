//! The notification itself, through `notify-rust`: the session bus, a toast or the notification centre.
//!
//! Windows shows a toast under the application's name only where a Start menu shortcut carries its id, as an installer
//! makes one. macOS delivers answers only while the main thread runs its event loop.

use std::panic::{self, AssertUnwindSafe};

use notify_rust::NotificationResponse;
#[cfg(not(target_os = "linux"))]
use notify_rust::error::Error;

use super::{Notification, NotificationError, Notifier, Outcome};
use crate::do_not_disturb;

impl Notifier {
    /// Blocks until the notification is gone. `number` is its number among those of its kind.
    pub(super) fn show(&self, notification: &Notification, number: u64) -> Result<Outcome, NotificationError> {
        if do_not_disturb::is_on() == Some(true) {
            return Ok(Outcome::Withheld);
        }
        // The library unwraps what the bus answers when it starts to listen, and the name of the executable. Its panic
        // would end this thread without a word to whoever waits for the outcome. It leaves nothing half done behind:
        // all that it touches is made in here, and what is shared is put in order by a guard.
        panic::catch_unwind(AssertUnwindSafe(|| self.show_and_wait(notification, number)))
            .map_err(|_| NotificationError::Unavailable("notify-rust panicked".to_owned()))?
            .map_err(|error| NotificationError::Unavailable(error.to_string()))
    }

    /// As the library wants it, with what every system understands.
    pub(super) fn words(&self, notification: &Notification) -> notify_rust::Notification {
        let mut shown = notify_rust::Notification::new();
        shown
            .appname(self.app.name)
            .summary(&notification.title)
            .body(&notification.body);
        for action in &notification.actions {
            shown.action(&action.id, &action.label);
        }
        if let Some(stays) = notification.stays {
            shown.timeout(stays);
        }
        shown
    }

    #[cfg(not(target_os = "linux"))]
    fn show_and_wait(&self, notification: &Notification, number: u64) -> Result<Outcome, Error> {
        #[cfg_attr(not(windows), expect(unused_mut, reason = "Windows alone wants more"))]
        let mut shown = self.words(notification);
        #[cfg(windows)]
        shown.app_id(self.app.id);
        if !self.newest.is(notification.kind, number) {
            return Ok(Outcome::Closed);
        }
        // Without an answer where the connection ended first.
        let mut outcome = Outcome::Closed;
        shown
            .show()?
            .wait_for_response(|response: &NotificationResponse| outcome = meaning(response))?;
        Ok(outcome)
    }
}

pub(super) fn meaning(response: &NotificationResponse) -> Outcome {
    match response {
        NotificationResponse::Default => Outcome::Opened,
        NotificationResponse::Action(id) => Outcome::Pressed { id: id.clone() },
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Outcome::Closed,
    }
}
