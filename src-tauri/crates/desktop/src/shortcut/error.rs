//! Why a shortcut cannot be had.

use super::AcceleratorError;

/// Why a shortcut does nothing: a sentence to go after its keys, and a word by which a catalogue of sentences knows it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShortcutError {
    /// The text is no shortcut.
    #[error(transparent)]
    NotUnderstood(#[from] AcceleratorError),
    /// Another shortcut of this program has the same keys.
    #[error("these keys are set for two things; choose others for one of them")]
    Twice,
    /// Another program, or the desktop itself, has these keys.
    #[error("another program has these keys; choose others")]
    Taken,
    /// No key of the keyboard, in its present layout, has this meaning. Told on X11 only.
    #[error("the keyboard has no such key in its present layout; choose another one")]
    NoKey,
    /// There is no display, or its server does not answer.
    #[error("there is no display to listen for keys on")]
    NoDisplay,
    /// A Wayland desktop without the portal for shortcuts, or one that left.
    #[error(
        "this desktop gives programs no global shortcuts; bind a key to a presence-tray command, such as \
         “presence-tray set busy”, in the desktop's keyboard settings"
    )]
    NoPortal,
    /// The desktop asked, and its person said no or did not answer. Told on Wayland only.
    #[error("this was declined in the desktop's dialog; set the shortcut again to be asked again")]
    Declined,
    /// The system refused for another reason.
    #[error("the system refused the shortcut: {0}")]
    Refused(String),
}

impl ShortcutError {
    /// A word that stays the same, for the catalogue's key `shortcut.error.<kind>`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotUnderstood(_) => "not-understood",
            Self::Twice => "twice",
            Self::Taken => "taken",
            Self::NoKey => "no-key",
            Self::NoDisplay => "no-display",
            Self::NoPortal => "no-portal",
            Self::Declined => "declined",
            Self::Refused(_) => "refused",
        }
    }

    /// What the system said, in its own words; empty for all kinds but `refused`: the catalogue's `{detail}`.
    pub fn detail(&self) -> &str {
        match self {
            Self::Refused(reason) => reason,
            _ => "",
        }
    }
}
