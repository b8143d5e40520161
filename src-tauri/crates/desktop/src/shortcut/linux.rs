//! Linux: the X server grabs keys for a program; under Wayland the desktop's portal does.

mod keysym;
mod portal;
mod x11;

use super::{ShortcutError, Shortcuts, Told, Wanted};
use crate::display::{self, Display};
use crate::session_bus::SessionBus;

/// Who gives shortcuts on this desktop.
#[derive(Clone, Debug)]
pub enum Host {
    /// An X server, by its display such as `:0`; none: `$DISPLAY`.
    X11(Option<String>),
    /// The portal `org.freedesktop.portal.GlobalShortcuts` on this bus: KDE since 5.27, GNOME since 48, Hyprland.
    Portal(SessionBus),
}

impl Host {
    /// What this session has; none without a display.
    pub fn from_environment() -> Option<Self> {
        Some(match display::current()? {
            Display::Wayland => Self::Portal(SessionBus::from_environment()),
            Display::X11 | Display::Native => Self::X11(None),
        })
    }
}

/// Listens until it is dropped.
#[expect(dead_code, reason = "held for its drop")]
pub(super) enum Listening {
    X11(x11::Listening),
    Portal(portal::Listening),
}

impl Shortcuts {
    pub(super) fn listen(&self, wanted: &[Wanted], told: &Told) -> Result<Listening, ShortcutError> {
        match &self.host {
            None => Err(ShortcutError::NoDisplay),
            Some(Host::X11(display)) => x11::listen(display.as_deref(), wanted, told).map(Listening::X11),
            Some(Host::Portal(bus)) => portal::listen(bus, self.app, wanted, told).map(Listening::Portal),
        }
    }
}
