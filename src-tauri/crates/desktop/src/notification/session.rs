//! Linux: the Desktop Notifications Specification over the session bus.

use std::collections::HashMap;

use zbus::blocking::{Connection, MessageIterator, fdo};
use zbus::names::UniqueName;
use zbus::zvariant::Value;
use zbus::{MatchRule, Message, message};

use super::{Notification, NotificationError, Notifier, Outcome};

const DAEMON: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The action that stands for a click on the notification itself.
const DEFAULT: &str = "default";

impl Notifier {
    /// Blocks until the notification is gone.
    pub(super) fn show(&self, notification: &Notification) -> Result<Outcome, NotificationError> {
        self.show_on_bus(notification)
            .map_err(|error| NotificationError::Unavailable(error.to_string()))
    }

    fn show_on_bus(&self, notification: &Notification) -> zbus::Result<Outcome> {
        let connection = self.bus.connect()?;
        let capabilities: Vec<String> = connection
            .call_method(Some(DAEMON), PATH, Some(DAEMON), "GetCapabilities", &())?
            .body()
            .deserialize()?;
        let can = |capability| capabilities.iter().any(|known| known == capability);

        // Before it is shown: a quick answer must not be missed.
        let signals = subscribe(&connection)?;

        let body = if can("body-markup") {
            escape_markup(&notification.body)
        } else {
            notification.body.clone()
        };
        let mut actions = Vec::new();
        if can("actions") {
            // Some daemons print the label of the default action.
            actions.extend([DEFAULT, self.app.name]);
            actions.extend(
                notification
                    .action
                    .iter()
                    .flat_map(|action| [action.id.as_str(), action.label.as_str()]),
            );
        }
        let hints = HashMap::from([("desktop-entry", Value::from(self.app.id))]);
        let (replaces, timeout) = (0_u32, -1_i32);
        let shown = connection.call_method(
            Some(DAEMON),
            PATH,
            Some(DAEMON),
            "Notify",
            &(
                self.app.name,
                replaces,
                self.app.id,
                &notification.title,
                body,
                actions,
                hints,
                timeout,
            ),
        )?;
        let daemon = shown.header().sender().map(ToString::to_string);
        Ok(await_outcome(signals, shown.body().deserialize()?, daemon.as_deref()))
    }
}

/// What the daemon says about notifications, and whether it is still there.
fn subscribe(connection: &Connection) -> zbus::Result<MessageIterator> {
    let signals = MessageIterator::from(connection);
    let bus = fdo::DBusProxy::new(connection)?;
    bus.add_match_rule(
        MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface(DAEMON)?
            .path(PATH)?
            .build(),
    )?;
    bus.add_match_rule(
        MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .add_arg(DAEMON)?
            .build(),
    )?;
    Ok(signals)
}

/// Waits for the end of the notification `id`: an answer, its closing, or the end of the daemon or of the bus.
fn await_outcome(signals: MessageIterator, id: u32, daemon: Option<&str>) -> Outcome {
    let mut activation_token = None;
    for signal in signals.flatten() {
        let header = signal.header();
        let member = header.member().map_or("", |member| member.as_str());
        if member == "NameOwnerChanged" {
            let owners = signal.body().deserialize::<(String, String, String)>();
            if owners.is_ok_and(|(_name, before, _now)| Some(before.as_str()) == daemon) {
                return Outcome::Closed;
            }
        }
        if header.sender().map(UniqueName::as_str) != daemon {
            continue;
        }
        match member {
            "ActivationToken" => activation_token = text_for(id, &signal).or(activation_token),
            "ActionInvoked" => match text_for(id, &signal) {
                Some(action) if action == DEFAULT => return Outcome::Opened { activation_token },
                Some(id) => return Outcome::Pressed { id, activation_token },
                None => {}
            },
            "NotificationClosed" if number_in(&signal) == Some(id) => return Outcome::Closed,
            _ => {}
        }
    }
    Outcome::Closed
}

/// The text a signal carries, where it is about the notification `id`.
fn text_for(id: u32, signal: &Message) -> Option<String> {
    let (about, text) = signal.body().deserialize::<(u32, String)>().ok()?;
    (about == id).then_some(text)
}

/// The notification that a signal of its closing is about.
fn number_in(signal: &Message) -> Option<u32> {
    let (about, _reason) = signal.body().deserialize::<(u32, u32)>().ok()?;
    Some(about)
}

fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
