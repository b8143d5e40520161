//! Linux: systemd-logind and `NetworkManager` on the system bus, the screen saver on the session bus.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use zbus::{
    MatchRule, Message,
    blocking::{Connection, MessageIterator, Proxy, connection::Builder, fdo::DBusProxy},
    message::Type,
    zvariant::{OwnedObjectPath, OwnedValue},
};

use super::{Signal, SignalError};
use crate::session_bus::SessionBus;

/// Listens until it is dropped.
#[derive(Debug)]
pub struct SignalWatch {
    connections: Vec<Connection>,
}

/// Members of interfaces whose signals are listened to: on the system bus …
const OF_SYSTEM: [(&str, &str, &str); 3] = [
    (
        "org.freedesktop.login1",
        "org.freedesktop.login1.Manager",
        "PrepareForSleep",
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
/// `NM_STATE_CONNECTED_GLOBAL`: there is a way to the internet. All else counts as none.
const CONNECTED: u32 = 70;

impl SignalWatch {
    /// Calls `on_signal` from a thread of its own, each time something happens.
    ///
    /// # Errors
    /// [`SignalError::Bus`] where neither bus can be listened to.
    pub fn start(on_signal: impl FnMut(Signal) + Send + 'static) -> Result<SignalWatch, SignalError> {
        Self::on(Builder::system(), &SessionBus::from_environment(), on_signal)
    }

    /// The same on other buses.
    pub fn on(
        system: zbus::Result<Builder<'_>>,
        session: &SessionBus,
        on_signal: impl FnMut(Signal) + Send + 'static,
    ) -> Result<SignalWatch, SignalError> {
        let on_signal = Arc::new(Mutex::new(Latest {
            on_signal,
            locked: None,
            connected: None,
        }));
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
                    let on_signal = Arc::clone(&on_signal);
                    thread::Builder::new()
                        .name("signals".to_owned())
                        .spawn(move || tell(&connection, messages, &on_signal))?;
                }
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            Some(error) if watch.connections.is_empty() => Err(SignalError::Bus(error.to_string())),
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

/// What was told last. Two programs tell of the lock, and `NetworkManager` tells of each step to a connection: only changes are passed on.
struct Latest<F> {
    on_signal: F,
    locked: Option<bool>,
    connected: Option<bool>,
}

impl<F: FnMut(Signal)> Latest<F> {
    fn pass_on(&mut self, signal: Signal) {
        let is_news = match signal {
            Signal::Sleeps | Signal::Wakes => true,
            Signal::Locked | Signal::Unlocked => {
                let locked = signal == Signal::Locked;
                self.locked.replace(locked) != Some(locked)
            }
            Signal::NetworkGone | Signal::NetworkBack => {
                let connected = signal == Signal::NetworkBack;
                self.connected.replace(connected) != Some(connected)
            }
        };
        if is_news {
            (self.on_signal)(signal);
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
    let header = message.header();
    let body = message.body();
    let either = |yes: bool, is: Signal, is_not: Signal| Told::Signal(if yes { is } else { is_not });
    match (header.interface()?.as_str(), header.member()?.as_str()) {
        ("org.freedesktop.login1.Manager", "PrepareForSleep") => {
            Some(either(body.deserialize().ok()?, Signal::Sleeps, Signal::Wakes))
        }
        ("org.freedesktop.NetworkManager", "StateChanged") => {
            let state: u32 = body.deserialize().ok()?;
            Some(either(state >= CONNECTED, Signal::NetworkBack, Signal::NetworkGone))
        }
        ("org.freedesktop.ScreenSaver", "ActiveChanged") => {
            Some(either(body.deserialize().ok()?, Signal::Locked, Signal::Unlocked))
        }
        ("org.freedesktop.DBus.Properties", "PropertiesChanged") => {
            type Changed = (String, std::collections::HashMap<String, OwnedValue>, Vec<String>);
            let (interface, changed, _): Changed = body.deserialize().ok()?;
            let locked: bool = changed.get("LockedHint")?.downcast_ref().ok()?;
            (interface == "org.freedesktop.login1.Session").then_some(())?;
            Some(Told::OfSession {
                path: header.path()?.to_string(),
                signal: if locked { Signal::Locked } else { Signal::Unlocked },
            })
        }
        _ => None,
    }
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
    use std::collections::HashMap;

    use zbus::zvariant::Value;

    use super::*;

    fn signal<B: serde::Serialize + zbus::zvariant::DynamicType>(interface: &str, member: &str, body: &B) -> Message {
        Message::signal("/a/session", interface, member)
            .unwrap()
            .build(body)
            .unwrap()
    }

    #[test]
    fn what_the_system_says_is_understood_and_all_else_is_passed_over() {
        let login = "org.freedesktop.login1.Manager";
        let network = "org.freedesktop.NetworkManager";
        let saver = "org.freedesktop.ScreenSaver";
        for (message, told) in [
            (signal(login, "PrepareForSleep", &true), Some(Signal::Sleeps)),
            (signal(login, "PrepareForSleep", &false), Some(Signal::Wakes)),
            (signal(login, "PrepareForSleep", &"yes"), None),
            (signal(login, "PrepareForShutdown", &true), None),
            (signal(network, "StateChanged", &70_u32), Some(Signal::NetworkBack)),
            (signal(network, "StateChanged", &40_u32), Some(Signal::NetworkGone)),
            (signal(network, "StateChanged", &"70"), None),
            (signal(saver, "ActiveChanged", &true), Some(Signal::Locked)),
            (signal(saver, "ActiveChanged", &false), Some(Signal::Unlocked)),
            (signal("org.example.Other", "ActiveChanged", &true), None),
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
