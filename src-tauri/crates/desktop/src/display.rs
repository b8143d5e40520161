//! Whether there is a screen to draw on, and of which kind.

use std::ffi::OsString;

/// The display protocol this process would draw with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// A Wayland compositor, also where it offers X11 beside: no global key grabs, no window places itself.
    Wayland,
    /// An X11 server.
    X11,
    /// Windows or macOS: always there.
    Native,
}

/// The display of this process, or none: a console, a service, a plain SSH session.
pub fn current() -> Option<Display> {
    if cfg!(any(windows, target_os = "macos")) {
        Some(Display::Native)
    } else {
        from_environment(|name| std::env::var_os(name))
    }
}

/// Whether a window can be shown at all.
pub fn has_display() -> bool {
    current().is_some()
}

/// Reads the display from `WAYLAND_DISPLAY` and `DISPLAY`; an empty variable counts as unset. Wayland goes first: where
/// both are set, `DISPLAY` is `XWayland`.
pub fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Option<Display> {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("WAYLAND_DISPLAY") {
        Some(Display::Wayland)
    } else if is_set("DISPLAY") {
        Some(Display::X11)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_display_is_read_from_two_variables_and_an_empty_one_is_unset() {
        for (wayland, x11, expected) in [
            (None, None, None),
            (Some(""), Some(""), None),
            (None, Some(":0"), Some(Display::X11)),
            (Some(""), Some(":0"), Some(Display::X11)),
            (Some("wayland-0"), None, Some(Display::Wayland)),
            (Some("wayland-0"), Some(":1"), Some(Display::Wayland)),
        ] {
            let read = from_environment(|name| {
                let value = if name == "DISPLAY" { x11 } else { wayland };
                value.map(OsString::from)
            });
            assert_eq!(read, expected, "WAYLAND_DISPLAY={wayland:?} DISPLAY={x11:?}");
        }
    }
}
