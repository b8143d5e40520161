use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Expiry, MessageText, PreferredPresence, WorkLocation};

/// A named combination: presence, status message and work location, set together. What it does not name stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Preset {
    /// What a person calls it; unique, however it is capitalised.
    pub name: String,
    /// The presence to prefer.
    #[serde(default)]
    pub presence: Option<PreferredPresence>,
    /// The status message to write.
    #[serde(default)]
    pub message: Option<MessageText>,
    /// Whether people who write see that message.
    #[serde(default)]
    pub pinned: bool,
    /// The work location to set, for today.
    #[serde(default)]
    pub location: Option<WorkLocation>,
    /// When presence and message end; `None`: as each does by itself.
    #[serde(default)]
    pub expiry: Option<Expiry>,
    /// The global shortcut that applies it, as text such as `Ctrl+Alt+F`.
    #[serde(default)]
    pub shortcut: Option<String>,
}

/// Why a preset cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PresetError {
    #[error("a preset needs a name")]
    Unnamed,
    #[error("the name of a preset has at most {limit} characters; '{0}' has more", limit = Preset::LONGEST_NAME)]
    LongName(String),
    #[error("the preset '{0}' sets nothing; give it a presence, a message or a location")]
    Empty(String),
    #[error("there are two presets called '{0}'")]
    Twice(String),
    #[error("there are more than {limit} presets", limit = Preset::MOST)]
    TooMany,
}

impl Preset {
    /// In characters: what a menu and a button can bear.
    pub const LONGEST_NAME: usize = 40;
    /// So many a menu can bear.
    pub const MOST: usize = 12;

    /// Whether a person means this one by `name`.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.trim().to_lowercase() == name.trim().to_lowercase()
    }

    /// Whether these can be used together.
    pub fn check(presets: &[Preset]) -> Result<(), PresetError> {
        if presets.len() > Preset::MOST {
            return Err(PresetError::TooMany);
        }
        for (index, preset) in presets.iter().enumerate() {
            let name = || preset.name.clone();
            if preset.name.trim().is_empty() {
                return Err(PresetError::Unnamed);
            }
            if preset.name.chars().count() > Preset::LONGEST_NAME {
                return Err(PresetError::LongName(name()));
            }
            if preset.presence.is_none() && preset.message.is_none() && preset.location.is_none() {
                return Err(PresetError::Empty(name()));
            }
            if presets[..index].iter().any(|other| other.is_called(&preset.name)) {
                return Err(PresetError::Twice(name()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(name: &str) -> Preset {
        Preset {
            name: name.to_owned(),
            presence: Some(PreferredPresence::Busy),
            message: None,
            pinned: false,
            location: None,
            expiry: None,
            shortcut: None,
        }
    }

    #[test]
    fn presets_have_names_of_their_own_and_set_something() {
        let nothing = Preset {
            presence: None,
            ..preset("Nothing")
        };
        let long = "x".repeat(Preset::LONGEST_NAME + 1);
        for (presets, expected) in [
            (vec![], Ok(())),
            (vec![preset("Focus"), preset("Lunch")], Ok(())),
            (vec![preset(" ")], Err(PresetError::Unnamed)),
            (vec![preset(&long)], Err(PresetError::LongName(long.clone()))),
            (vec![nothing], Err(PresetError::Empty("Nothing".into()))),
            (
                vec![preset("Focus"), preset("fOCUS ")],
                Err(PresetError::Twice("fOCUS ".into())),
            ),
            (
                (0..=Preset::MOST).map(|n| preset(&n.to_string())).collect(),
                Err(PresetError::TooMany),
            ),
        ] {
            assert_eq!(Preset::check(&presets), expected);
        }
    }

    #[test]
    fn what_a_preset_does_not_name_may_be_left_out() {
        let read: Preset =
            serde_json::from_str(r#"{"name": "Lunch", "message": "At lunch", "expiry": {"for": "30m"}}"#).unwrap();
        assert_eq!(read.presence, None);
        assert_eq!(read.message.unwrap().as_str(), "At lunch");
        assert_eq!(read.expiry.unwrap().to_string(), "30m");
    }
}
