use presence::{Expiry, Layer, MessageText, PreferredPresence, WorkLocation};
use serde::{Deserialize, Serialize};

use crate::{Subject, Trouble};

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
    OpenFlyout,
    /// Start when the person logs in to the desktop, or no longer.
    SetStartAtLogin {
        /// Whether to.
        on: bool,
    },
    /// End the resident.
    Quit,
}

impl Command {
    /// The usual sign-in: with the system browser, the token in the keychain.
    pub const SIGN_IN: Command = Command::SignIn {
        by_code: false,
        session_only: false,
    };
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
