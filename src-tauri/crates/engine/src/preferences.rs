//! What a person prefers of the program itself: presets, shortcuts, language, looks. Kept in the settings.

use std::fmt;

use phrases::Language;
use presence::{PreferredPresence, Preset};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Place;

/// How the surfaces speak, look and speak up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Preferences {
    /// The language; `None`: the system's.
    pub language: Option<Language>,
    /// The colours of the window.
    pub theme: Theme,
    /// Which notifications are shown.
    pub notifications: Notifications,
}

/// The colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Which notifications are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Notifications {
    /// Also that a timed presence is about to end.
    #[default]
    All,
    /// Only what needs somebody: a new sign-in, something that was chosen and did not come about.
    Important,
    /// None at all.
    None,
}

/// What a global shortcut does. As text: `open`, a presence, `reset`, `last-preset`, `preset:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub enum ShortcutAction {
    /// Shows the window.
    Open,
    /// Prefers a presence, as long as the service keeps it.
    Set(PreferredPresence),
    /// Back to automatic.
    Reset,
    /// Applies the preset that was applied last.
    LastPreset,
    /// Applies this preset.
    Preset(String),
}

/// A text that names nothing a shortcut can do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is nothing that a shortcut can do")]
pub struct UnknownAction(pub String);

/// A global shortcut, set or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Shortcut {
    /// What it does.
    pub action: ShortcutAction,
    /// The keys in the settings, such as `Ctrl+Alt+P`; `None`: none.
    pub keys: Option<String>,
    /// The keys that the system listens for, in its own words; they may be others. `None`: it does not listen.
    pub trigger: Option<String>,
    /// Why it does not listen, in one sentence.
    pub problem: Option<String>,
}

/// How listening for one shortcut went, in the words of the driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// What it does.
    pub action: ShortcutAction,
    /// The keys that the system listens for, else why it does not.
    pub result: Result<String, String>,
}

/// What is to be changed in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is a field of the settings, by its name")]
pub enum SettingsChange {
    Presets(Vec<Preset>),
    /// Of an action that is no preset; `None`: no keys any more.
    Shortcut(ShortcutAction, Option<String>),
    Preferences(Preferences),
    Registration {
        client_id: Option<String>,
        tenant: Option<String>,
    },
    Places(Vec<Place>),
}

impl ShortcutAction {
    /// Those that are always there, in the order in which they are shown.
    pub const FIXED: [ShortcutAction; 9] = [
        ShortcutAction::Open,
        ShortcutAction::Set(PreferredPresence::Available),
        ShortcutAction::Set(PreferredPresence::Busy),
        ShortcutAction::Set(PreferredPresence::DoNotDisturb),
        ShortcutAction::Set(PreferredPresence::BeRightBack),
        ShortcutAction::Set(PreferredPresence::Away),
        ShortcutAction::Set(PreferredPresence::Offline),
        ShortcutAction::Reset,
        ShortcutAction::LastPreset,
    ];
}

impl fmt::Display for ShortcutAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShortcutAction::Open => f.write_str("open"),
            ShortcutAction::Set(presence) => f.write_str(presence.name()),
            ShortcutAction::Reset => f.write_str("reset"),
            ShortcutAction::LastPreset => f.write_str("last-preset"),
            ShortcutAction::Preset(name) => write!(f, "preset:{name}"),
        }
    }
}

impl From<ShortcutAction> for String {
    fn from(action: ShortcutAction) -> String {
        action.to_string()
    }
}

impl TryFrom<String> for ShortcutAction {
    type Error = UnknownAction;

    fn try_from(text: String) -> Result<Self, UnknownAction> {
        if let Some(name) = text.strip_prefix("preset:") {
            return Ok(ShortcutAction::Preset(name.to_owned()));
        }
        let fixed = ShortcutAction::FIXED
            .into_iter()
            .find(|action| action.to_string() == text);
        fixed.ok_or(UnknownAction(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_reads_back_from_its_text() {
        let preset = ShortcutAction::Preset("Gone for today".into());
        for action in ShortcutAction::FIXED.into_iter().chain([preset]) {
            assert_eq!(ShortcutAction::try_from(action.to_string()), Ok(action));
        }
        assert!(ShortcutAction::try_from("dance".to_owned()).is_err());
    }
}
