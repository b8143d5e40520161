use jiff::Timestamp;
use phrases::Language;
use presence::{PreferredPresence, Presence, Preset};
use serde::{Deserialize, Serialize};

use crate::{Asked, Code, FlyoutCall, Preferences, Reference, Remedy, Shortcut, Stretch, Subject, Trouble};

/// Everything a surface may show, worked out. What `presence-tray status --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may go with any"
)]
pub struct Snapshot {
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Who.
    pub account: Option<Account>,
    /// What Graph said last, as it said it.
    pub presence: Option<Presence>,
    /// When it said so.
    pub read_at: Option<Timestamp>,
    /// What this program asked for.
    pub asked: Asked,
    /// What is wrong, if anything is.
    pub problem: Option<Problem>,
    /// How sure what is shown is.
    pub certainty: Certainty,
    /// Why it is what it is.
    pub why: Option<Why>,
    /// What was to be taken away, and is still shown.
    pub clearing: Vec<Subject>,
    /// What could not be done, or was done otherwise, until the next try or until it was read.
    pub notices: Vec<Notice>,
    /// The presence session of our own.
    pub keep_alive: KeepAlive,
    /// The sign-in granted reading alone.
    pub read_only: bool,
    /// The sign-in that waits for the person.
    pub signing_in: Option<SigningIn>,
    /// How the last sign-in ended, unless it went well or was given up.
    pub sign_in_failed: Option<Trouble>,
    /// The token is in memory alone: the sign-in ends with the program.
    pub session_only: bool,
    /// What an administrator asks for.
    pub registration: Option<Registration>,
    /// Messages set before, newest first.
    pub recent_messages: Vec<String>,
    /// Named combinations that the settings offer.
    pub presets: Vec<Preset>,
    /// The one that was applied last, if it is still there.
    pub last_preset: Option<String>,
    /// Buildings that the settings and the tenant's own list offer.
    pub places: Vec<Place>,
    /// Those of them that stand in the settings.
    pub own_places: Vec<Place>,
    /// What was read today, in order.
    pub today: Vec<Stretch>,
    /// Language, colours, notifications, as chosen.
    pub preferences: Preferences,
    /// Global shortcuts, set or not.
    pub shortcuts: Vec<Shortcut>,
    /// The desktop shows no tray icon: what to do about it.
    pub missing_tray: Option<Hint>,
    /// Whether the program starts at login; `None` where that cannot be known.
    pub start_at_login: Option<bool>,
    /// How often the window was called for. A window that runs shows itself when this grows.
    pub flyout_calls: u64,
    /// The latest of these calls.
    pub flyout_call: FlyoutCall,
    /// Whether this is the demonstration against the simulator.
    pub demo: bool,
    /// The language of its sentences, and of the surfaces.
    pub language: Language,
}

/// Something to know, and what to do about it: a sentence each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Hint {
    /// What is so.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

/// The app registration that the program signs in with, or how to get one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Registration {
    /// The app's id; `None` where neither the settings nor the build name one.
    pub client_id: Option<String>,
    /// The tenant that the settings name.
    pub tenant: Option<String>,
    /// Whether it was compiled in, and not chosen in the settings.
    pub built_in: bool,
    /// What people are asked to grant.
    pub permissions: Vec<String>,
    /// Where an administrator approves it for everybody.
    pub approval_link: Option<String>,
    /// The administration's web page.
    pub portal: String,
    /// Registers an app of one's own, with `sh` and `az`.
    pub script: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Account {
    /// The name to show.
    pub name: String,
    /// The name to sign in with. It may change; never a key.
    pub username: String,
    /// The tenant's id.
    pub tenant_id: String,
    /// The person's object id in the tenant.
    pub id: String,
}

impl Account {
    /// The same person of the same tenant, whatever they are called by now.
    pub fn is_same_person(&self, other: &Account) -> bool {
        (&self.tenant_id, &self.id) == (&other.tenant_id, &other.id)
    }
}

/// A building of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Place {
    /// The name to show.
    pub name: String,
    /// Its id in the places directory.
    pub id: String,
}

/// What is wrong, since when, and when the program tries again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Problem {
    /// For scripts.
    pub code: Code,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub advice: String,
    /// When it began.
    pub since: Timestamp,
    /// When the program tries again by itself; `None`: it does not.
    pub next_try: Option<Timestamp>,
    /// What helps at the press of a button.
    pub remedy: Option<Remedy>,
    /// Where there is one, for an administrator.
    #[serde(flatten)]
    pub reference: Reference,
}

/// How sure what is shown is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Nothing was read yet.
    Unread,
    /// Something was written a moment ago, and Graph may still show what was before.
    Settling,
    /// Read when it was to be read.
    Fresh,
    /// It was to be read again, and could not be.
    Stale,
}

/// Why a presence is shown, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Why {
    /// For scripts and for drawing.
    pub kind: WhyKind,
    /// In one sentence.
    pub message: String,
    /// What helps, where something else was asked for.
    pub remedy: Option<Remedy>,
    /// What this program had asked for, where it did: [`Remedy::SetAgain`] means this.
    pub asked: Option<PreferredPresence>,
}

/// The reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum WhyKind {
    /// This program set it.
    Asked,
    /// This program set something that Graph does not show yet.
    Settling,
    /// Something else was asked for, and Graph goes on showing this.
    NotTaken,
    /// Something else was asked for, and a call, a meeting or an absence shows.
    Outranked,
    /// Something else was asked for, and nothing can show without a presence session.
    AskedWithoutSession,
    /// Something else was asked for, and a person chose this elsewhere since.
    Overtaken,
    /// What this program had set is over, and a late read still shows it.
    Over,
    /// Only a person's choice, made elsewhere, explains it.
    ChosenElsewhere,
    /// A Teams client reports a call or a presentation.
    TeamsSession,
    /// A meeting in the calendar.
    Calendar,
    /// Automatic replies, or an absence in the calendar.
    OutOfOffice,
    /// No presence session.
    NoSession,
    /// The session of our own shows, and nothing else.
    KeptAlive,
    /// What Teams works out by itself.
    Automatic,
    /// A presence that this version does not know.
    Unknown,
}

/// Something that could not be done, or was done otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Notice {
    /// What it is about.
    pub about: Subject,
    /// For scripts.
    pub code: Code,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub advice: String,
    /// When it happened.
    pub since: Timestamp,
}

/// The presence session of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeepAlive {
    /// Whether the person wants one.
    pub on: bool,
    /// Until when it lasts, if it is not renewed.
    pub until: Option<Timestamp>,
}

/// A sign-in that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SigningIn {
    /// The page to open, once it is known, for whoever has to open it by hand.
    pub url: Option<String>,
    /// The code to type in there, where one is needed.
    pub code: Option<String>,
}
