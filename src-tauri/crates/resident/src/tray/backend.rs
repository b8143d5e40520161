//! Draws a [`TrayModel`](super::model::TrayModel), and says what was chosen. One file a kind of tray; a model says all that either has to know.

#[cfg_attr(target_os = "linux", path = "backend/status_notifier.rs")]
#[cfg_attr(not(target_os = "linux"), path = "backend/native.rs")]
mod os;

pub(crate) use os::Tray;

/// What a person did with the icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gesture {
    /// The icon itself was chosen.
    Open {
        /// Where it is on the screen, in physical pixels, if the desktop told.
        at: Option<(i32, i32)>,
        /// What a Wayland compositor wants of who asks to be in front.
        token: Option<String>,
    },
    /// An entry was chosen: its number, for [`TrayModel::action`](super::model::TrayModel::action).
    Choose(usize),
}
