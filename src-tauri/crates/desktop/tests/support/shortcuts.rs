//! Shortcuts whose events a test hears.

use std::sync::mpsc::{Receiver, channel};

use desktop::AppIdentity;
use desktop::shortcut::{Binding, Host, ShortcutError, ShortcutEvent, Shortcuts, Standing};

use super::PATIENCE;

pub const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};

/// Shortcuts of a host, and what is told of them.
pub struct Heard {
    pub shortcuts: Shortcuts,
    pub events: Receiver<ShortcutEvent>,
}

impl Heard {
    pub fn on(host: Option<Host>, bindings: &[(&str, &str)]) -> Self {
        let mut heard = Self {
            shortcuts: Shortcuts::on(APP, host),
            events: channel().1,
        };
        heard.bind(bindings);
        heard
    }

    pub fn bind(&mut self, bindings: &[(&str, &str)]) {
        let (tell, events) = channel();
        let bindings = bindings.iter().map(|(id, keys)| Binding {
            id: (*id).to_owned(),
            keys: (*keys).to_owned(),
            description: format!("Does {id}"),
        });
        self.shortcuts.bind(bindings.collect(), move |event| {
            tell.send(event).expect("the test listens");
        });
        self.events = events;
    }

    /// What is told next, but for the asking.
    pub fn next(&self) -> ShortcutEvent {
        loop {
            match self.events.recv_timeout(PATIENCE).expect("something is told") {
                ShortcutEvent::Stands(_, Standing::Asked) => {}
                event => return event,
            }
        }
    }
}

pub fn pressed(id: &str) -> ShortcutEvent {
    ShortcutEvent::Pressed(id.to_owned())
}

pub fn listening(id: &str, trigger: &str) -> ShortcutEvent {
    let trigger = trigger.to_owned();
    ShortcutEvent::Stands(id.to_owned(), Standing::Listening { trigger })
}

pub fn refused(id: &str, error: ShortcutError) -> ShortcutEvent {
    ShortcutEvent::Stands(id.to_owned(), Standing::Refused(error))
}
