//! Linux: the owner of `org.kde.StatusNotifierWatcher`.

use std::thread;

use zbus::blocking::{Connection, fdo::DBusProxy};
use zbus::names::BusName;

use super::{TrayHost, TrayHostError};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

impl TrayHost {
    /// Whether there is a tray now. Blocks for one answer of the bus.
    pub fn is_present(&self) -> Result<bool, TrayHostError> {
        let connection = self.bus.connect().map_err(bus_error)?;
        has_owner(&DBusProxy::new(&connection).map_err(bus_error)?)
    }

    /// Calls `on_change` with whether there is a tray, first as it is now and then each time that changes, from a thread
    /// of its own, until the watch is dropped or the bus ends. A panel that starts after us appears here.
    pub fn watch(&self, mut on_change: impl FnMut(bool) + Send + 'static) -> Result<TrayHostWatch, TrayHostError> {
        let connection = self.bus.connect().map_err(bus_error)?;
        let bus = DBusProxy::new(&connection).map_err(bus_error)?;
        // Listened to before it is asked, so that no change falls between the two.
        let changes = bus
            .receive_name_owner_changed_with_args(&[(0, WATCHER)])
            .map_err(bus_error)?;
        let mut present = has_owner(&bus)?;
        thread::Builder::new().name("tray-host".to_owned()).spawn(move || {
            on_change(present);
            for change in changes {
                let Ok(change) = change.args() else { continue };
                let now = change.new_owner().is_some();
                if now != present {
                    present = now;
                    on_change(present);
                }
            }
        })?;
        Ok(TrayHostWatch {
            connection: Some(connection),
        })
    }
}

/// A running watch; dropping it ends the watch and its thread. A call under way is not waited for.
#[derive(Debug)]
pub struct TrayHostWatch {
    connection: Option<Connection>,
}

impl Drop for TrayHostWatch {
    fn drop(&mut self) {
        // The thread's stream of changes ends with its connection.
        if let Some(Err(error)) = self.connection.take().map(Connection::close) {
            tracing::debug!(%error, "the watch for a tray was not closed cleanly");
        }
    }
}

fn has_owner(bus: &DBusProxy<'_>) -> Result<bool, TrayHostError> {
    let name = BusName::try_from(WATCHER).map_err(|error| bus_error(error.into()))?;
    bus.name_has_owner(name).map_err(|error| bus_error(error.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn bus_error(error: zbus::Error) -> TrayHostError {
    TrayHostError::Bus(error.to_string())
}
