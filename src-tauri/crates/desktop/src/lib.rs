//! What each operating system offers: start at login, global shortcuts, notifications, the browser, the display, the
//! tray's host and the colour of its bar, and what happens to the computer.
//!
//! Each module is one small story that reads the same on Linux, Windows and macOS. What can be rendered or parsed
//! without the system is a pure function and tested on every system; what touches it is one file an operating system.
//! Nothing here panics because of what the system answers: every refusal is an error value with a sentence.

pub mod bar_theme;
pub mod browser;
pub mod display;
pub mod do_not_disturb;
pub mod login_item;
pub mod notification;
#[cfg(windows)]
mod registry;
#[cfg(target_os = "linux")]
pub mod session_bus;
pub mod shortcut;
pub mod signals;
pub mod tray_host;

/// Who the application is to the system: the same in every entry it makes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppIdentity {
    /// Reverse-domain id, `org.presencetray.PresenceTray`: name of the desktop entry, of the icon in the icon theme, of
    /// the launch agent, the application user model id. ASCII letters, digits, dots and hyphens only.
    pub id: &'static str,
    /// The name people read.
    pub name: &'static str,
}
