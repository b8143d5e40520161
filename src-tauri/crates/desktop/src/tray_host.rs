//! Whether the desktop has a place for a tray icon.
//!
//! On Linux that is the owner of `org.kde.StatusNotifierWatcher` on the session bus: every host of status notifier items
//! either owns it or needs it, and plain GNOME has none. Windows and macOS always have one.

#[cfg(target_os = "linux")]
mod watcher;

#[cfg(target_os = "linux")]
use crate::session_bus::SessionBus;
#[cfg(target_os = "linux")]
pub use watcher::TrayHostWatch;

/// Why it cannot be told whether there is a tray.
#[derive(Debug, thiserror::Error)]
pub enum TrayHostError {
    /// No session bus, or it refused.
    #[error("the desktop cannot be asked whether it has a tray ({0})")]
    Bus(String),
    /// The system gives this process no further thread.
    #[error("no thread could be started to watch for a tray: {0}")]
    Thread(#[from] std::io::Error),
}

/// Asks for and watches the host of the tray icon.
#[derive(Clone, Debug, Default)]
pub struct TrayHost {
    #[cfg(target_os = "linux")]
    bus: SessionBus,
}

impl TrayHost {
    /// The tray of this desktop session. Connects to nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tray of another session bus.
    #[cfg(target_os = "linux")]
    pub fn on(bus: SessionBus) -> Self {
        Self { bus }
    }
}

/// Windows and macOS.
#[cfg(not(target_os = "linux"))]
mod always {
    use super::{TrayHost, TrayHostError};

    impl TrayHost {
        /// Whether there is a tray now.
        pub fn is_present(&self) -> Result<bool, TrayHostError> {
            Ok(true)
        }

        /// Calls `on_change` once: there is a tray, and there will be.
        pub fn watch(&self, mut on_change: impl FnMut(bool) + Send + 'static) -> Result<TrayHostWatch, TrayHostError> {
            on_change(true);
            Ok(TrayHostWatch {})
        }
    }

    /// Nothing to end: what is watched never changes.
    #[derive(Debug)]
    pub struct TrayHostWatch {}
}
#[cfg(not(target_os = "linux"))]
pub use always::TrayHostWatch;
