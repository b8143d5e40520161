//! The notification itself, through `notify-rust`: the session bus, a toast or the notification centre.
//!
//! Windows shows a toast under the application's name only where a Start menu shortcut carries its id, as an installer
//! makes one. macOS delivers answers only while the main thread runs its event loop.

use std::panic;

use notify_rust::NotificationResponse;
use notify_rust::error::Error;

use super::{Notification, NotificationError, Notifier, Outcome};

impl Notifier {
    /// Blocks until the notification is gone.
    pub(super) fn show(&self, notification: &Notification) -> Result<Outcome, NotificationError> {
        // The library unwraps what the bus answers when it starts to listen, and the name of the executable. Its panic
        // would end this thread without a word to whoever waits for the outcome. It leaves nothing half done behind:
        // all that it touches is made in here.
        panic::catch_unwind(|| self.show_and_wait(notification))
            .map_err(|_| NotificationError::Unavailable("notify-rust panicked".to_owned()))?
            .map_err(|error| NotificationError::Unavailable(error.to_string()))
    }

    fn show_and_wait(&self, notification: &Notification) -> Result<Outcome, Error> {
        let mut shown = notify_rust::Notification::new();
        shown
            .appname(self.app.name)
            .summary(&notification.title)
            .body(&notification.body);
        if let Some(action) = &notification.action {
            shown.action(&action.id, &action.label);
        }
        #[cfg(windows)]
        shown.app_id(self.app.id);
        #[cfg(target_os = "linux")]
        self.fit_to_daemon(&mut shown)?;

        // Without an answer where the connection ended first.
        let mut outcome = Outcome::Closed;
        shown.show()?.wait_for_response(|response: &NotificationResponse| {
            outcome = match response {
                NotificationResponse::Default => Outcome::Opened,
                NotificationResponse::Action(id) => Outcome::Pressed { id: id.clone() },
                NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Outcome::Closed,
            };
        })?;
        Ok(outcome)
    }

    /// Adds what only the Desktop Notifications Specification asks for, and takes away what this daemon cannot show.
    #[cfg(target_os = "linux")]
    fn fit_to_daemon(&self, shown: &mut notify_rust::Notification) -> Result<(), Error> {
        let capabilities = notify_rust::get_capabilities()?;
        let can = |capability| capabilities.iter().any(|known| known == capability);

        shown
            .icon(self.app.id)
            .hint(notify_rust::Hint::DesktopEntry(self.app.id.to_owned()));
        if can("body-markup") {
            shown.body = escape_markup(&shown.body);
        }
        if can("actions") {
            // A click on the notification itself. Some daemons print its label.
            shown.action("default", self.app.name);
        } else {
            shown.actions.clear();
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
