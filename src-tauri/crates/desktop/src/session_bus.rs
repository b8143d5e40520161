//! The D-Bus session bus, Linux only.

use std::time::Duration;

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;

/// How long a called program may take to answer. The D-Bus reference library uses the same 25 s.
const PATIENCE: Duration = Duration::from_secs(25);

/// Which session bus to talk to. Nothing is connected before it is needed.
#[derive(Clone, Debug, Default)]
pub struct SessionBus {
    address: Option<String>,
}

impl SessionBus {
    /// The bus of this desktop session: `$DBUS_SESSION_BUS_ADDRESS`, else the one in the runtime folder.
    pub fn from_environment() -> Self {
        Self::default()
    }

    /// The bus at this D-Bus address, such as `unix:path=/run/user/1000/bus`.
    pub fn at(address: impl Into<String>) -> Self {
        Self {
            address: Some(address.into()),
        }
    }

    pub(crate) fn connect(&self) -> zbus::Result<Connection> {
        let builder = match &self.address {
            Some(address) => Builder::address(address.as_str())?,
            None => Builder::session()?,
        };
        builder.method_timeout(PATIENCE).build()
    }
}
