//! Whether the system asks programs to leave the person alone.
//!
//! No system tells a program that the screen is being shared. What each tells comes near it:
//!
//! - **Linux**: whether the notification daemon holds notifications back: the property `Inhibited` of `org.freedesktop.Notifications`, and dunst's
//!   own `paused`. Plasma sets the former while the screen is shared or mirrored, where the person has left it at that. GNOME has neither, and
//!   keeps banners back by itself.
//! - **Windows**: presentation settings, a program that fills the screen, and the quiet time after an installation
//!   (`SHQueryUserNotificationState`). A shared screen that no program fills is not told, and neither is focus.
//! - **macOS** tells a program nothing.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::{is_on, is_on_at};
#[cfg(windows)]
pub use windows::is_on;

/// Whether the system asks for quiet now; nothing where it does not tell.
#[cfg(target_os = "macos")]
pub fn is_on() -> Option<bool> {
    None
}

/// What `QUERY_USER_NOTIFICATION_STATE` of shellapi.h says.
#[cfg_attr(
    not(any(windows, test)),
    expect(dead_code, reason = "Windows alone has it, and the tests")
)]
fn of_windows_state(state: i32) -> Option<bool> {
    match state {
        // A program fills the screen, one draws it by Direct3D, presentation settings, the first hour after an installation.
        2 | 3 | 4 | 6 => Some(true),
        // Nobody is there, notifications are welcome, an app from the store runs.
        1 | 5 | 7 => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of_windows_state;

    #[test]
    fn a_screen_that_others_may_look_at_asks_for_quiet_on_windows() {
        let states: Vec<_> = (0..9).map(of_windows_state).collect();
        let (quiet, welcome) = (Some(true), Some(false));
        assert_eq!(
            states,
            [None, welcome, quiet, quiet, quiet, welcome, quiet, welcome, None]
        );
    }
}
