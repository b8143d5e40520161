//! Linux: properties of the notification daemon.

use zbus::{blocking::Connection, zvariant::OwnedValue};

use crate::session_bus::SessionBus;

/// Interface and property.
const PROPERTIES: [(&str, &str); 2] = [
    ("org.freedesktop.Notifications", "Inhibited"),
    ("org.dunstproject.cmd0", "paused"),
];

/// Whether the system asks for quiet now; nothing where it does not tell. Blocks for up to two answers of the notification daemon.
pub fn is_on() -> Option<bool> {
    is_on_at(&SessionBus::from_environment())
}

/// The same on another session bus.
pub fn is_on_at(bus: &SessionBus) -> Option<bool> {
    let connection = bus.connect().ok()?;
    PROPERTIES
        .iter()
        .find_map(|(interface, property)| read(&connection, interface, property).ok())
}

fn read(connection: &Connection, interface: &str, property: &str) -> zbus::Result<bool> {
    let value: OwnedValue = connection
        .call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, property),
        )?
        .body()
        .deserialize()?;
    Ok(bool::try_from(value)?)
}
