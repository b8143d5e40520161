//! What people make their own: presets, shortcuts, language and looks.

use desktop::shortcut::Accelerator;
use engine::{Notifications, Preferences, ShortcutAction, Theme};
use phrases::Language;
use presence::{Expiry, LocationKind, MessageText, PreferredPresence, Preset, WorkLocation};
use toml_edit::{Item, TableLike};

use super::{Reader, Wrong, parsed, switch, table, text, wrong};

impl Reader<'_> {
    /// `[interface]`
    pub(super) fn interface(&mut self, item: &Item) -> Result<Preferences, Wrong> {
        let mut preferences = Preferences::default();
        for (key, item) in self.known("interface", table("interface", item)?) {
            match key {
                "language" => preferences.language = one_of(key, item, &LANGUAGES)?,
                "theme" => preferences.theme = one_of(key, item, &THEMES)?,
                "notifications" => preferences.notifications = one_of(key, item, &NOTIFICATIONS)?,
                _ => {}
            }
        }
        Ok(preferences)
    }

    /// `[shortcuts]`: an action and its keys.
    pub(super) fn shortcuts(&mut self, item: &Item) -> Result<Vec<(ShortcutAction, String)>, Wrong> {
        let mut shortcuts = Vec::new();
        for (key, item) in self.known("shortcuts", table("shortcuts", item)?) {
            let action = ShortcutAction::FIXED
                .into_iter()
                .find(|action| action.to_string() == key);
            if let Some(action) = action {
                shortcuts.push((action, keys(key, item)?));
            }
        }
        Ok(shortcuts)
    }

    /// `[[presets]]`
    pub(super) fn presets(&mut self, item: &Item) -> Result<Vec<Preset>, Wrong> {
        let presets = self.entries("presets", item, Self::preset)?;
        Preset::check(&presets).map_err(|error| wrong(item, &error.to_string()))?;
        Ok(presets)
    }

    fn preset(&mut self, entry: &dyn TableLike, presets: &Item) -> Result<Preset, Wrong> {
        let mut preset = Preset {
            name: String::new(),
            presence: None,
            message: None,
            pinned: false,
            location: None,
            expiry: None,
            shortcut: None,
        };
        let mut place = None;
        let mut ends = 0;
        for (key, item) in self.known("presets", entry) {
            match key {
                "name" => text(key, item)?.clone_into(&mut preset.name),
                "presence" => preset.presence = Some(parsed::<PreferredPresence>(key, item)?),
                "message" => {
                    let message = MessageText::new(text(key, item)?);
                    preset.message = Some(message.map_err(|error| wrong(item, &error.to_string()))?);
                }
                "pin" => preset.pinned = switch(key, item)?,
                "location" => {
                    let kind = one_of(key, item, &LocationKind::ALL.map(|kind| (kind.name(), kind)))?;
                    preset.location = Some(WorkLocation { kind, place: None });
                }
                "place" => place = Some((text(key, item)?.to_owned(), item)),
                "for" => {
                    ends += 1;
                    preset.expiry = Some(Expiry::For(parsed(key, item)?));
                }
                "until" => {
                    ends += 1;
                    let until = Expiry::until(text(key, item)?);
                    preset.expiry = Some(until.map_err(|error| wrong(item, &format!("until: {error}")))?);
                }
                "shortcut" => preset.shortcut = Some(keys(key, item)?),
                _ => {}
            }
        }
        if ends > 1 {
            return Err(wrong(presets, "a preset has either for or until"));
        }
        match (&mut preset.location, place) {
            (Some(location), Some((id, _))) if location.kind == LocationKind::Office => location.place = Some(id),
            (_, Some((_, item))) => return Err(wrong(item, "place needs location = \"office\"")),
            (_, None) => {}
        }
        Ok(preset)
    }
}

/// The values of `[interface]`, as people write them.
pub(super) const LANGUAGES: [(&str, Option<Language>); 3] = [
    ("system", None),
    ("en", Some(Language::English)),
    ("de", Some(Language::German)),
];
pub(super) const THEMES: [(&str, Theme); 3] = [
    ("system", Theme::System),
    ("light", Theme::Light),
    ("dark", Theme::Dark),
];
pub(super) const NOTIFICATIONS: [(&str, Notifications); 3] = [
    ("all", Notifications::All),
    ("important", Notifications::Important),
    ("none", Notifications::None),
];

fn one_of<T: Copy>(key: &str, item: &Item, values: &[(&str, T)]) -> Result<T, Wrong> {
    let chosen = text(key, item)?;
    let known = values.iter().find(|(name, _)| *name == chosen);
    known.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = values.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        wrong(item, &format!("{key} must be one of {}", names.join(", ")))
    })
}

/// Keys are kept as they are written, once they are known to be some.
fn keys(key: &str, item: &Item) -> Result<String, Wrong> {
    parsed::<Accelerator>(key, item)?;
    Ok(text(key, item)?.to_owned())
}
