//! Linux: systemd-logind and `NetworkManager` on the system bus, the screen saver on the session bus.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use zbus::{
    MatchRule, Message,
    blocking::{Connection, MessageIterator, Proxy, connection::Builder, fdo::DBusProxy},
    message::Type,
    zvariant::{OwnedObjectPath, OwnedValue},
};

use super::{
    Signal, SignalError,
    latest::Latest,
    meaning::{Argument, of_dbus},
};
use crate::session_bus::SessionBus;

/// Listens until it is dropped.
#[derive(Debug)]
pub struct SignalWatch {
    connections: Vec<Connection>,
}

/// Members of interfaces whose signals are listened to: on the system bus …
const OF_SYSTEM: [(&str, &str, &str); 4] = [
    (
        "org.freedesktop.login1",
        "org.freedesktop.login1.Manager",
        "PrepareForSleep",
    ),
    (
        "org.freedesktop.login1",
        "org.freedesktop.login1.Manager",
        "PrepareForShutdown",
    ),
    (
        "org.freedesktop.login1",
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
    ),
    (
        "org.freedesktop.NetworkManager",
        "org.freedesktop.NetworkManager",
        "StateChanged",
    ),
];
/// … and on the session bus.
const OF_SESSION: [(&str, &str, &str); 1] = [(
    "org.freedesktop.ScreenSaver",
    "org.freedesktop.ScreenSaver",
    "ActiveChanged",
)];
/// The session of the person who runs this program, where logind knows one.
const OWN_USER: &str = "/org/freedesktop/login1/user/self";

impl SignalWatch {
    /// Calls `on_signal` from a thread of its own, each time something happens.
    ///
    /// # Errors
    /// [`SignalError::Unavailable`] where neither bus can be listened to.
    pub fn start(on_signal: impl FnMut(Signal) + Send + 'static) -> Result<SignalWatch, SignalError> {
        Self::on(Builder::system(), &SessionBus::from_environment(), on_signal)
    }

    /// The same on other buses.
    pub fn on(
        system: zbus::Result<Builder<'_>>,
        session: &SessionBus,
        on_signal: impl FnMut(Signal) + Send + 'static,
    ) -> Result<SignalWatch, SignalError> {
        let latest = Arc::new(Mutex::new(Latest::new(on_signal, None)));
        let system = system.and_then(Builder::build);
        let session = session.connect();
        let mut watch = SignalWatch {
            connections: Vec::new(),
        };
        let mut refusal = None;
        for (connection, rules) in [(system, &OF_SYSTEM[..]), (session, &OF_SESSION[..])] {
            let heard = connection.and_then(|connection| {
                let messages = listen(&connection, rules)?;
                watch.connections.push(connection.clone());
                Ok((connection, messages))
            });
            match heard {
                Ok((connection, messages)) => {
                    let latest = Arc::clone(&latest);
                    thread::Builder::new()
                        .name("signals".to_owned())
                        .spawn(move || tell(&connection, messages, &latest))?;
                }
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            Some(error) if watch.connections.is_empty() => Err(SignalError::Unavailable(error.to_string())),
            _ => Ok(watch),
        }
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        for connection in self.connections.drain(..) {
            // The thread's messages end with their connection.
            if let Err(error) = connection.close() {
                tracing::debug!(%error, "a watch for signals was not closed cleanly");
            }
        }
    }
}

fn listen(connection: &Connection, rules: &[(&str, &str, &str)]) -> zbus::Result<MessageIterator> {
    let bus = DBusProxy::new(connection)?;
    // Before the rules, so that no signal falls between the two.
    let messages = MessageIterator::from(connection);
    for (sender, interface, member) in rules {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(*sender)?
            .interface(*interface)?
            .member(*member)?
            .build();
        bus.add_match_rule(rule)?;
    }
    Ok(messages)
}

fn tell<F: FnMut(Signal)>(connection: &Connection, messages: MessageIterator, latest: &Mutex<Latest<F>>) {
    for message in messages.flatten() {
        let Some(told) = read(&message) else { continue };
        let signal = match told {
            Told::Signal(signal) => signal,
            Told::OfSession { path, signal } if is_own_session(connection, &path) => signal,
            Told::OfSession { .. } => continue,
        };
        latest.lock().unwrap_or_else(PoisonError::into_inner).pass_on(signal);
    }
}

#[derive(Debug, PartialEq)]
enum Told {
    Signal(Signal),
    /// Of one login session, maybe another person's.
    OfSession {
        path: String,
        signal: Signal,
    },
}

/// What a message says, if it says anything of interest. Whatever is in it, it was written by a stranger.
fn read(message: &Message) -> Option<Told> {
    type Changed = (String, HashMap<String, OwnedValue>, Vec<String>);
    let header = message.header();
    let body = message.body();
    let interface = header.interface()?;
    if interface == "org.freedesktop.DBus.Properties" {
        let (of, changed, _): Changed = body.deserialize().ok()?;
        let signal = changed
            .iter()
            .filter_map(|(property, value)| Some((property, Argument::Boolean(value.downcast_ref().ok()?))))
            .find_map(|(property, value)| of_dbus(&of, property, value))?;
        return Some(Told::OfSession {
            path: header.path()?.to_string(),
            signal,
        });
    }
    let boolean = body.deserialize().map(Argument::Boolean);
    let argument = boolean.or_else(|_| body.deserialize().map(Argument::Number)).ok()?;
    of_dbus(interface, header.member()?, argument).map(Told::Signal)
}

/// Whether a login session is the one in front of this person. Where logind cannot say, it counts as such.
fn is_own_session(connection: &Connection, path: &str) -> bool {
    let own = || -> zbus::Result<OwnedObjectPath> {
        let user = Proxy::new(
            connection,
            "org.freedesktop.login1",
            OWN_USER,
            "org.freedesktop.login1.User",
        )?;
        let (_, path): (String, OwnedObjectPath) = user.get_property("Display")?;
        Ok(path)
    };
    own().map_or(true, |own| own.as_str() == path)
}

#[cfg(test)]
mod tests {
    use zbus::zvariant::Value;

    use super::*;

    fn signal<B: serde::Serialize + zbus::zvariant::DynamicType>(interface: &str, member: &str, body: &B) -> Message {
        Message::signal("/a/session", interface, member)
            .unwrap()
            .build(body)
            .unwrap()
    }

    #[test]
    fn a_signal_is_read_with_its_one_argument_and_all_else_is_passed_over() {
        let login = "org.freedesktop.login1.Manager";
        let network = "org.freedesktop.NetworkManager";
        for (message, told) in [
            (signal(login, "PrepareForSleep", &true), Some(Signal::Sleeps)),
            (signal(login, "PrepareForSleep", &"yes"), None),
            (signal(login, "PrepareForSleep", &(true, true)), None),
            (signal(network, "StateChanged", &70_u32), Some(Signal::NetworkBack)),
            (signal(network, "StateChanged", &70_u64), None),
            (signal(network, "StateChanged", &()), None),
        ] {
            assert_eq!(read(&message), told.map(Told::Signal), "{message:?}");
        }
    }

    #[test]
    fn the_lock_of_a_login_session_is_told_with_its_path() {
        let changed = |interface: &str, property: &str| {
            let properties = HashMap::from([(property.to_owned(), Value::from(true))]);
            let body = (interface.to_owned(), properties, Vec::<String>::new());
            read(&signal("org.freedesktop.DBus.Properties", "PropertiesChanged", &body))
        };
        let told = Told::OfSession {
            path: "/a/session".to_owned(),
            signal: Signal::Locked,
        };
        assert_eq!(changed("org.freedesktop.login1.Session", "LockedHint"), Some(told));
        assert_eq!(changed("org.freedesktop.login1.Session", "IdleHint"), None);
        assert_eq!(changed("org.freedesktop.login1.Seat", "LockedHint"), None);
    }
}
