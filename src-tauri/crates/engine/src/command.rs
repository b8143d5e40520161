use jiff::{SignedDuration, Timestamp};
use presence::{Expiry, Layer, MessageText, PreferredPresence, Presence, WorkLocation};
use serde::{Deserialize, Serialize};

use crate::{Account, Failure, Memory, Trouble};

/// What a person or a rule wants. It travels as `{"do":"set-presence","presence":"busy","expiry":{"for":"1h"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Command {
    /// Prefer a presence. Without an end the service decides how long.
    SetPresence {
        /// Which of the six.
        presence: PreferredPresence,
        /// Until when.
        #[serde(default)]
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
        expiry: Option<Expiry>,
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
    /// Sign in with the system browser. The reply comes when it is over; a second one takes the place of the first.
    SignIn,
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

/// Ties a [`Reply`] to the command it answers. Chosen by the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub u64);

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Done: for a write, Graph has accepted it.
    Done,
    /// Not done, and why.
    Failed(Trouble),
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// Somebody wants something; the reply is due under this ticket.
    Command(Ticket, Command),
    /// Time passed: [`Engine::deadline`](crate::Engine::deadline) is reached.
    Tick,
    /// The answer to [`Effect::Read`].
    Read {
        /// As in the effect.
        epoch: u64,
        /// What Graph said.
        result: Result<Presence, Failure>,
    },
    /// The answer to [`Effect::Write`].
    Wrote {
        /// As in the effect.
        epoch: u64,
        /// What Graph said.
        result: Result<(), Failure>,
    },
    /// The listener is up and the browser was sent to `url`.
    SignInWaits {
        /// As in [`Effect::SignIn`].
        attempt: u64,
        /// The page to open, for whoever has to open it by hand.
        url: String,
    },
    /// The answer to [`Effect::SignIn`].
    SignedIn {
        /// As in the effect.
        attempt: u64,
        /// Who it is. The token is in the keychain.
        result: Result<Account, Failure>,
    },
    /// The answer to [`Effect::SignOut`].
    SignedOut {
        /// As in the effect.
        epoch: u64,
        /// Whether the token is gone.
        result: Result<(), Failure>,
    },
    /// Whether the program starts at login, as the system says, or why it could not be switched. `None`: this system has no such thing.
    StartAtLogin(Result<Option<bool>, Failure>),
    /// The network came back, the computer woke up: what is known may be old.
    Woken,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// `GET /me/presence`, once; the answer is [`Input::Read`].
    Read {
        /// To be given back: answers that belong to an earlier account are dropped.
        epoch: u64,
    },
    /// One write, with patience; the answer is [`Input::Wrote`]. There is never a second one under way.
    Write {
        /// To be given back.
        epoch: u64,
        /// What to write.
        write: Write,
    },
    /// Sign in with the system browser; an attempt under way is given up first.
    SignIn {
        /// To be given back.
        attempt: u64,
        /// The name that the page may fill in.
        login_hint: Option<String>,
    },
    /// Give up the attempt under way and close its port.
    CancelSignIn,
    /// Delete the token of this account from the keychain; the answer is [`Input::SignedOut`].
    SignOut {
        /// To be given back.
        epoch: u64,
        /// Whose token.
        account: Option<Account>,
    },
    /// Delete the token of this account, whose place another one took. Nobody waits for it.
    Forget(Account),
    /// Answer a command.
    Reply(Ticket, Reply),
    /// Write this to the state folder.
    Save(Memory),
    /// Switch start at login; the answer is [`Input::StartAtLogin`].
    SetStartAtLogin(bool),
    /// Tell the person that nothing goes on without a new sign-in.
    NotifySignInNeeded,
    /// Start the window, unless it runs: then it shows itself when the Snapshot's `flyout_calls` grows.
    OpenFlyout,
    /// End the resident.
    Quit,
}

/// One write to Graph, with times worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// `setUserPreferredPresence`
    PreferredPresence(PreferredPresence, Option<SignedDuration>),
    /// `clearUserPreferredPresence`
    ClearPreferredPresence,
    /// `setStatusMessage`
    Message(MessageText, Option<Timestamp>),
    /// `setStatusMessage` with nothing in it: Graph has no other way to take one away.
    ClearMessage,
    /// `setManualLocation`, `setAutomaticLocation`
    Location(WorkLocation, Layer),
    /// `clearLocation`, `clearAutomaticLocation`
    ClearLocation(Layer),
}

/// What a write is about. Of two about the same subject the later one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Presence,
    Message,
    Location,
}

impl Write {
    pub(crate) fn subject(&self) -> Subject {
        match self {
            Write::PreferredPresence(..) | Write::ClearPreferredPresence => Subject::Presence,
            Write::Message(..) | Write::ClearMessage => Subject::Message,
            Write::Location(..) | Write::ClearLocation(_) => Subject::Location,
        }
    }
}
