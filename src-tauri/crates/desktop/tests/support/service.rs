//! A program of its own that owns a name on a bus of the test's own.

use std::process::{Child, Command};
use std::sync::mpsc::channel;
use std::thread;

use zbus::blocking::{Connection, fdo::DBusProxy};

use super::{Bus, PATIENCE};

/// The program, until it is dropped, and a connection to its bus.
pub struct Service {
    process: Child,
    pub connection: Connection,
}

impl Service {
    /// Starts the program, and waits until it owns `name`.
    pub fn start(bus: &Bus, name: &'static str, program: &mut Command) -> Self {
        let connection = bus.connection().build().expect("the bus answers");
        let owners = DBusProxy::new(&connection)
            .and_then(|bus| bus.receive_name_owner_changed_with_args(&[(0, name)]))
            .expect("the bus answers");
        let process = program.spawn().expect("it is installed");
        let service = Self { process, connection };
        let (owned, there) = channel();
        thread::spawn(move || owned.send(owners.into_iter().next().is_some()));
        let there = there.recv_timeout(PATIENCE);
        assert_eq!(there, Ok(true), "{program:?} is all installed, and becomes {name}");
        service
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().expect("it was started");
        self.process.wait().expect("it ended");
    }
}
