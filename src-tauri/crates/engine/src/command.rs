use phrases::Language;
use presence::{Expiry, Layer, MessageText, PreferredPresence, Preset, WorkLocation};
use serde::{Deserialize, Serialize};

use crate::{Notifications, Place, ShortcutAction, Subject, Theme, Trouble};

/// What a person or a rule wants. It travels as `{"do":"set-presence","presence":"busy","expiry":{"for":"1h"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Command {
    /// Prefer a presence. Without an end the service decides how long.
    SetPresence {
        /// Which of the six.
        presence: PreferredPresence,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional = nullable))]
        expiry: Option<Expiry>,
    },
    /// Back to what Teams works out by itself.
    ResetPresence,
    /// End the presence that this program set for a while, and put back what it took the place of.
    EndPresence,
    /// Set what a preset names.
    ApplyPreset {
        /// Its name, however it is capitalised; `None`: the one applied last, else the first.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional = nullable))]
        name: Option<String>,
    },
    /// Write a status message. Without an end it stays.
    SetMessage {
        /// The text.
        text: MessageText,
        /// Until when.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional = nullable))]
        expiry: Option<Expiry>,
        /// Whether people who write see it. Unsaid: as it is, where the text stays the same; else not.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional = nullable))]
        pinned: Option<bool>,
    },
    /// Take the status message away.
    ClearMessage,
    /// Say where one works today.
    SetLocation {
        /// Where.
        location: WorkLocation,
        /// Said by a person, or by a rule.
        layer: Layer,
    },
    /// Take the work location away: the automatic layer alone, or (`manual`) both, since Graph clears no manual layer by itself.
    ClearLocation {
        /// The uppermost layer to clear.
        layer: Layer,
    },
    /// Keep a presence session of our own, so that what was set shows without Teams; or no longer.
    KeepAlive {
        /// Whether to.
        on: bool,
    },
    /// The person has read what could not be done about this.
    Dismiss {
        /// About what.
        about: Subject,
    },
    /// Sign in. The reply comes when it is over; a second one takes the place of the first.
    SignIn {
        /// By a code that is typed into a browser anywhere, for a machine without one; else with the system browser.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
        by_code: bool,
        /// Keep the token in memory alone, where there is no keychain and the person agreed.
        #[serde(default)]
        #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
        session_only: bool,
    },
    /// Give up the sign-in that waits for the browser.
    CancelSignIn,
    /// Forget the account, and its token in the keychain.
    SignOut,
    /// Read the presence now. The reply comes when it was read.
    Refresh,
    /// Show the window.
    OpenFlyout(FlyoutCall),
    /// Start when the person logs in to the desktop, or no longer.
    SetStartAtLogin {
        /// Whether to.
        on: bool,
    },
    /// Offer these presets from now on.
    SetPresets {
        /// All of them, in order.
        presets: Vec<Preset>,
    },
    /// Listen for these keys from now on.
    SetShortcut {
        /// What they do.
        action: ShortcutAction,
        /// Such as `Ctrl+Alt+P`; `None`: no keys any more.
        keys: Option<String>,
    },
    /// Which notifications to show.
    SetNotifications {
        /// Which.
        notifications: Notifications,
    },
    /// The language of every sentence.
    SetLanguage {
        /// Which; `None`: the system's.
        language: Option<Language>,
    },
    /// The colours of the window.
    SetTheme {
        /// Which.
        theme: Theme,
    },
    /// The app registration to sign in with. Only while nobody is signed in.
    SetRegistration {
        /// The app's id; `None`: the one that was built in.
        client_id: Option<String>,
        /// A tenant's id or domain; `None`: any organisation.
        tenant: Option<String>,
    },
    /// The buildings to offer.
    SetPlaces {
        /// All of them, in order.
        places: Vec<Place>,
    },
    /// End the resident.
    Quit,
}

/// Where the window was called from, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct FlyoutCall {
    /// Where on the screen, in physical pixels from its upper left corner, if the desktop told.
    pub at: Option<(i32, i32)>,
    /// What a Wayland compositor wants of who asks to be in front (xdg-activation).
    pub token: Option<String>,
    /// A window that is there already goes: the icon was clicked again.
    pub toggle: bool,
    /// The view to show.
    pub view: View,
}

/// A part of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Presence, message, location; the first run where nobody is signed in.
    #[default]
    Main,
    /// The status message, ready to be written.
    Message,
    /// Settings.
    Settings,
    /// Settings, at the shortcuts.
    Shortcuts,
    /// Versions and licences.
    About,
}

impl Command {
    /// The usual sign-in: with the system browser, the token in the keychain.
    pub const SIGN_IN: Command = Command::SignIn {
        by_code: false,
        session_only: false,
    };

    /// The window, as it is called from nowhere in particular.
    pub const OPEN_FLYOUT: Command = Command::OpenFlyout(FlyoutCall {
        at: None,
        token: None,
        toggle: false,
        view: View::Main,
    });
}

/// Ties a [`Reply`] to the command it answers. Chosen by the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub u64);

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Done: for a write, Graph has accepted it.
    Done,
    /// Done, but for this.
    DoneExcept(Trouble),
    /// Not done, and why.
    Failed(Trouble),
}
