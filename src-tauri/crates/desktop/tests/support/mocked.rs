//! A system service by its template of python-dbusmock, on a bus of the test's own.

use std::process::{Command, Stdio};

use serde::Serialize;
use zbus::zvariant::{DynamicType, Value};

use super::{Bus, service::Service};

/// Debian's package installs dbusmock for Debian's Python, which another one on the PATH does not see.
const PYTHON: &str = "/usr/bin/python3";
const MOCK: &str = "org.freedesktop.DBus.Mock";

/// The service, until it is dropped.
pub struct Mocked {
    service: Service,
    name: &'static str,
}

impl Mocked {
    /// Starts the template, and waits until the service has its name.
    pub fn start(bus: &Bus, template: &str, name: &'static str) -> Self {
        let mut python = Command::new(PYTHON);
        python
            .args(["-m", "dbusmock", "--template", template])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .stdout(Stdio::null());
        Self {
            service: Service::start(bus, name, &mut python),
            name,
        }
    }

    /// Calls a method of the service itself.
    pub fn call<B: Serialize + DynamicType>(&self, path: &str, interface: &str, method: &str, body: &B) {
        let called = self
            .service
            .connection
            .call_method(Some(self.name), path, Some(interface), method, body);
        called.expect(method);
    }

    /// Calls a method of the mock: what happens behind the service's back.
    pub fn mock<B: Serialize + DynamicType>(&self, path: &str, method: &str, body: &B) {
        self.call(path, MOCK, method, body);
    }

    /// Has the service say something of one yes or no.
    pub fn emit(&self, path: &str, interface: &str, signal: &str, yes: bool) {
        self.mock(path, "EmitSignal", &(interface, signal, "b", vec![Value::from(yes)]));
    }
}
