//! What passes between the engine and its driver.

use jiff::{SignedDuration, Timestamp};
use presence::{Layer, MessageText, PreferredPresence, Presence, WorkLocation};

use crate::{
    Account, Bound, Command, Failure, FlyoutCall, Memory, Place, Remedy, Reply, Settings, SettingsChange, Subject,
    Ticket,
};

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
    /// The answer to [`Effect::ReadBuildings`].
    Buildings {
        /// As in the effect.
        epoch: u64,
        /// The tenant's buildings.
        result: Result<Vec<Place>, Failure>,
    },
    /// The person is waited for: the browser was sent to `url`, or `code` is to be typed in there.
    SignInWaits {
        /// As in [`Effect::SignIn`].
        attempt: u64,
        /// The page to open, for whoever has to open it by hand.
        url: String,
        /// The code to type in there, where one is needed.
        code: Option<String>,
    },
    /// The answer to [`Effect::SignIn`].
    SignedIn {
        /// As in the effect.
        attempt: u64,
        /// Who it is, and what they granted. The token is in the keychain.
        result: Result<(Account, Grants), Failure>,
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
    /// The answer to [`Effect::ChangeSettings`], or the settings that somebody edited by hand (without a ticket).
    Settings {
        /// As in the effect.
        ticket: Option<Ticket>,
        /// The settings as they are now, or why they were not changed.
        result: Result<Box<Settings>, Failure>,
    },
    /// How listening for the global shortcuts went.
    Shortcuts(Vec<Bound>),
    /// Whether the desktop shows a tray icon; if not, of which kind the desktop is.
    Tray(Option<MissingTray>),
    /// Whether a surface that shows the Snapshot is open: then it has to be fresh.
    Attended(bool),
    /// What the operating system noticed.
    Signal(Signal),
}

/// A desktop without a place for a tray icon, by what helps there: the catalogue's `tray.missing.{…}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingTray {
    /// GNOME: an extension brings one.
    Gnome,
    /// A compositor without a panel of its own, such as Sway or Hyprland: a bar with a tray brings one.
    Compositor,
    /// Anything else.
    Other,
}

/// What the operating system noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The computer woke up, or its clock was set.
    Resumed,
    /// The network came back.
    NetworkBack,
    /// The screen was locked: nobody looks.
    Locked,
    /// The screen was unlocked.
    Unlocked,
}

/// What a sign-in brought, beyond reading the person's own presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grants {
    /// `Presence.ReadWrite`
    pub write: bool,
    /// `Place.Read.All`
    pub places: bool,
    /// The token could be kept, so the sign-in outlives the program.
    pub kept: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// `GET /me/presence`, once; the answer is [`Input::Read`]. There is never a second one under way in one epoch.
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
    /// `GET /places/microsoft.graph.building`, all pages; the answer is [`Input::Buildings`].
    ReadBuildings {
        /// To be given back.
        epoch: u64,
    },
    /// Sign in; an attempt under way is given up first.
    SignIn {
        /// To be given back.
        attempt: u64,
        /// With a code instead of the system browser.
        by_code: bool,
        /// With the token in memory alone.
        session_only: bool,
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
    /// Write this to the state folder, before anything that follows is done.
    Save(Box<Memory>),
    /// Write to the settings whether a presence session is kept alive.
    SaveKeepAlive(bool),
    /// Switch start at login; the answer is [`Input::StartAtLogin`].
    SetStartAtLogin(bool),
    /// Change the settings; the answer is [`Input::Settings`].
    ChangeSettings(Ticket, SettingsChange),
    /// Tell the person something, in place of an earlier notification of this kind.
    Notify(Notification),
    /// Take a notification away that says nothing true any more, if it is still there.
    Withdraw(NotificationKind),
    /// Start the window, unless it runs: then it shows itself when the Snapshot's `flyout_calls` grows.
    OpenFlyout(FlyoutCall),
    /// End the resident.
    Quit,
}

/// Something that a person is told while no surface is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// Nothing goes on without a new sign-in.
    SignInNeeded,
    /// A presence that was set for a while is about to end.
    EndingSoon {
        /// Which.
        presence: PreferredPresence,
        /// When.
        until: Timestamp,
        /// What comes back then; `None`: what Teams works out by itself.
        before: Option<PreferredPresence>,
    },
    /// What was chosen does not show, or was not done.
    NotTaken {
        /// About what.
        about: Subject,
        /// What happened, in one sentence.
        message: String,
        /// What to do about it, in one sentence.
        advice: String,
        /// What helps at the press of a button.
        remedy: Option<Remedy>,
    },
}

/// Of one kind at most one notification is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the kinds of Notification")]
pub enum NotificationKind {
    SignInNeeded,
    EndingSoon,
    NotTaken,
}

impl Notification {
    /// Which of the kinds it is.
    pub fn kind(&self) -> NotificationKind {
        match self {
            Notification::SignInNeeded => NotificationKind::SignInNeeded,
            Notification::EndingSoon { .. } => NotificationKind::EndingSoon,
            Notification::NotTaken { .. } => NotificationKind::NotTaken,
        }
    }
}

/// One write to Graph, with times worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// `setUserPreferredPresence`; without a length, as long as the service likes.
    PreferredPresence(PreferredPresence, Option<SignedDuration>),
    /// `clearUserPreferredPresence`
    ClearPreferredPresence,
    /// `setStatusMessage`
    Message {
        /// The text.
        text: MessageText,
        /// Until when; `None`: for ever.
        until: Option<Timestamp>,
        /// Whether people who write see it.
        pinned: bool,
    },
    /// `setStatusMessage` with nothing in it: Graph has no other way to take one away.
    ClearMessage,
    /// `setManualLocation`, `setAutomaticLocation`
    Location(WorkLocation, Layer),
    /// `clearLocation`, `clearAutomaticLocation`
    ClearLocation(Layer),
    /// `setPresence`: a session of our own that shows Away, the least of all presences, for this long.
    Session(SignedDuration),
    /// `clearPresence`: end that session. That there was none is as good.
    ClearSession,
}
