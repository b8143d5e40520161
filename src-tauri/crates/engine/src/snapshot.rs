use jiff::Timestamp;
use phrases::Language;
use presence::Presence;
use serde::{Deserialize, Serialize};

use crate::{Asked, Code};

/// Everything a surface may show, worked out. What `presence-tray status --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The sign-in that waits for the browser.
    pub signing_in: Option<SigningIn>,
    /// Messages set before, newest first.
    pub recent_messages: Vec<String>,
    /// Buildings that the settings offer.
    pub places: Vec<Place>,
    /// Whether the program starts at login; `None` where that cannot be known.
    pub start_at_login: Option<bool>,
    /// How often the window was called for. A window that runs shows itself when this grows.
    pub flyout_calls: u64,
    /// Whether this is the demonstration against the simulator.
    pub demo: bool,
    /// The language of its sentences, and of the surfaces.
    pub language: Language,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Place {
    /// The name to show.
    pub name: String,
    /// Its id in the places directory.
    pub id: String,
}

/// What is wrong, since when, and when the program tries again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningIn {
    /// The page to open, once it is known, for whoever has to open it by hand.
    pub url: Option<String>,
}
