//! Windows and macOS: toasts and the notification centre, through `notify-rust`.
//!
//! Windows shows a toast under the application's name only where a Start menu shortcut carries its id, as an installer
//! makes one. macOS delivers answers only while the main thread runs its event loop.

use notify_rust::NotificationResponse;

use super::{Notification, NotificationError, Notifier, Outcome};

impl Notifier {
    /// Blocks until the notification is gone.
    pub(super) fn show(&self, notification: &Notification) -> Result<Outcome, NotificationError> {
        let unavailable = |error: notify_rust::error::Error| NotificationError::Unavailable(error.to_string());
        let mut shown = notify_rust::Notification::new();
        shown
            .appname(self.app.name)
            .summary(&notification.title)
            .body(&notification.body);
        #[cfg(windows)]
        shown.app_id(self.app.id);
        if let Some(action) = &notification.action {
            shown.action(&action.id, &action.label);
        }

        let mut outcome = Outcome::Closed;
        shown
            .show()
            .and_then(|handle| {
                handle.wait_for_response(|response: &NotificationResponse| {
                    outcome = match response {
                        NotificationResponse::Default => Outcome::Opened { activation_token: None },
                        // macOS answers with the button's label.
                        NotificationResponse::Action(pressed) => match &notification.action {
                            Some(action) if *pressed == action.id || *pressed == action.label => Outcome::Pressed {
                                id: action.id.clone(),
                                activation_token: None,
                            },
                            _ => Outcome::Opened { activation_token: None },
                        },
                        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => Outcome::Closed,
                    };
                })
            })
            .map_err(unavailable)?;
        Ok(outcome)
    }
}
