//! The settings in force, and what comes of them: they may be changed from a surface while the program runs.

use std::path::PathBuf;

use engine::{Code, Failure, Place, SettingsChange};
use identity::Keychain;
use phrases::Language;
use presence::{End, Expiry, Length, MessageText, PreferredPresence, Preset};

use crate::{
    recipe,
    session::Session,
    settings::{Settings, SettingsFile},
};

/// Settings, where they are written, and what a session is made of.
pub(crate) struct Configuration {
    pub(crate) settings: Settings,
    /// Where they are, to name the file in a sentence.
    pub(crate) path: String,
    pub(crate) file: SettingsFile,
    pub(crate) keychain: Keychain,
    /// A folder that this person's processes share, to take turns with one refresh token.
    pub(crate) turns: Option<PathBuf>,
    /// The language of the environment.
    pub(crate) language: Language,
}

impl Configuration {
    /// What of it the engine decides with.
    pub(crate) fn for_engine(&self) -> engine::Settings {
        let language = self.settings.preferences.language.unwrap_or(self.language);
        engine::Settings {
            language,
            preferences: self.settings.preferences,
            presets: self
                .settings
                .presets
                .clone()
                .unwrap_or_else(|| shipped_presets(language)),
            shortcuts: self.settings.shortcuts.clone(),
            places: self.settings.places.clone(),
            reads_buildings: self.settings.tenant_places,
            keep_alive: self.settings.keep_alive,
            registration: recipe::for_the_window(&self.settings, language),
            ..engine::Settings::default()
        }
    }

    /// The way to Microsoft, or why there is none.
    pub(crate) fn session(&self) -> Result<Session, Failure> {
        let registration = self.settings.registration(&self.path)?;
        let graph = self.settings.endpoints()?.graph;
        Session::new(
            registration,
            &graph,
            self.settings.network()?,
            self.keychain.clone(),
            self.turns.clone(),
            self.language,
        )
    }

    /// Writes a change, and is as changed from then on.
    pub(crate) fn change(&mut self, change: &SettingsChange) -> Result<(), Failure> {
        let changed = self.with(change)?;
        self.file
            .change(change)
            .map_err(|error| Failure::with(Code::SettingsNotWritten, error.to_string()))?;
        self.settings = changed;
        Ok(())
    }

    fn with(&self, change: &SettingsChange) -> Result<Settings, Failure> {
        let mut settings = self.settings.clone();
        match change.clone() {
            SettingsChange::Presets(presets) => {
                for keys in presets.iter().filter_map(|preset| preset.shortcut.as_deref()) {
                    understood(keys)?;
                }
                settings.presets = Some(presets);
            }
            SettingsChange::Shortcut(action, keys) => {
                keys.as_deref().map(understood).transpose()?;
                settings.shortcuts.retain(|(of, _)| *of != action);
                settings.shortcuts.extend(keys.map(|keys| (action, keys)));
            }
            SettingsChange::Preferences(preferences) => settings.preferences = preferences,
            SettingsChange::Places(places) => settings.places = checked(places)?,
            SettingsChange::Registration { client_id, tenant } => {
                settings.client_id = client_id.map(|id| word("client_id", &id)).transpose()?;
                let tenant = tenant.map(|tenant| tenant.parse::<identity::Tenant>());
                settings.tenant = tenant.transpose().map_err(|error| wrong(&error))?;
            }
        }
        Ok(settings)
    }
}

/// The presets of somebody who has made none.
fn shipped_presets(language: Language) -> Vec<Preset> {
    let phrases = language.phrases();
    let preset = |key: &str, presence, expiry| Preset {
        name: phrases.text(&format!("preset.{key}.name")).to_owned(),
        presence: Some(presence),
        message: MessageText::new(phrases.text(&format!("preset.{key}.message"))).ok(),
        pinned: false,
        location: None,
        expiry: Some(expiry),
        shortcut: None,
    };
    let minutes = |minutes| Expiry::For(Length::from_minutes(minutes));
    vec![
        preset("focus", PreferredPresence::DoNotDisturb, minutes(60)),
        preset("lunch", PreferredPresence::BeRightBack, minutes(30)),
        preset("gone", PreferredPresence::Offline, Expiry::Until(End::Tomorrow)),
    ]
}

fn understood(keys: &str) -> Result<(), Failure> {
    let parsed = keys.parse::<desktop::shortcut::Accelerator>();
    parsed.map(drop).map_err(|error| wrong(&error))
}

fn checked(places: Vec<Place>) -> Result<Vec<Place>, Failure> {
    for place in &places {
        word("id", &place.id)?;
        if place.name.trim().is_empty() {
            return Err(Failure::with(Code::SettingsRefused, "a building needs a name"));
        }
    }
    Ok(places)
}

/// It becomes part of a web address.
fn word(key: &str, text: &str) -> Result<String, Failure> {
    let is_word = crate::settings::is_word(text);
    is_word.then(|| text.to_owned()).ok_or_else(|| {
        Failure::with(
            Code::SettingsRefused,
            format!("{key} must be one word, without spaces or slashes"),
        )
    })
}

fn wrong(error: &dyn std::fmt::Display) -> Failure {
    Failure::with(Code::SettingsRefused, error.to_string())
}

#[cfg(test)]
mod tests {
    use engine::{ShortcutAction, Theme};

    use super::*;

    fn configuration() -> Configuration {
        Configuration {
            settings: Settings::default(),
            path: String::new(),
            file: SettingsFile::nowhere(),
            keychain: Keychain::session_only(),
            turns: None,
            language: Language::English,
        }
    }

    #[test]
    fn three_presets_come_with_the_program_in_every_language() {
        for language in Language::ALL {
            let presets = shipped_presets(language);
            assert_eq!(Preset::check(&presets), Ok(()));
            let complete = presets
                .iter()
                .all(|preset| preset.message.is_some() && !preset.name.contains("preset."));
            assert!(presets.len() == 3 && complete, "{presets:?}");
        }
    }

    #[test]
    fn a_change_is_in_force_at_once_and_nonsense_never_is() {
        let mut configuration = configuration();
        let keys = |text: &str| SettingsChange::Shortcut(ShortcutAction::Open, Some(text.into()));
        configuration.change(&keys("Ctrl+Alt+P")).unwrap();
        for nonsense in [
            keys("Ctrl+Alt"),
            SettingsChange::Registration {
                client_id: Some("two words".into()),
                tenant: None,
            },
            SettingsChange::Registration {
                client_id: None,
                tenant: Some("../x".into()),
            },
            SettingsChange::Places(vec![Place {
                name: " ".into(),
                id: "b1".into(),
            }]),
        ] {
            let refused = configuration.change(&nonsense).unwrap_err();
            assert_eq!(refused.code, Code::SettingsRefused, "{nonsense:?}");
        }
        let settings = configuration.for_engine();
        assert_eq!(settings.shortcuts, [(ShortcutAction::Open, "Ctrl+Alt+P".to_owned())]);
        configuration
            .change(&SettingsChange::Shortcut(ShortcutAction::Open, None))
            .unwrap();
        assert_eq!(configuration.for_engine().shortcuts, []);
    }

    #[test]
    fn the_language_of_the_settings_goes_before_that_of_the_environment() {
        let mut configuration = configuration();
        let preferences = engine::Preferences {
            language: Some(Language::German),
            theme: Theme::Dark,
            ..engine::Preferences::default()
        };
        configuration.change(&SettingsChange::Preferences(preferences)).unwrap();
        let settings = configuration.for_engine();
        assert_eq!(
            (settings.language, settings.preferences),
            (Language::German, preferences)
        );
        assert_eq!(settings.presets[1].name, "Mittagspause");
    }
}
