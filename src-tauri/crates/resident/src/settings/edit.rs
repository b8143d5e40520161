//! Changing `settings.toml`: what is not changed, comments too, stays as people wrote it.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use engine::{Place, SettingsChange};
use presence::{Expiry, Preset};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::personal::{LANGUAGES, NOTIFICATIONS, THEMES};

/// The file, or nothing at all for the demonstration.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile(Option<PathBuf>);

impl SettingsFile {
    pub(crate) fn at(path: PathBuf) -> SettingsFile {
        SettingsFile(Some(path))
    }

    /// Forgets everything.
    pub(crate) fn nowhere() -> SettingsFile {
        SettingsFile(None)
    }

    /// Whether a presence session of our own is kept alive.
    pub(crate) fn set_keep_alive(&self, on: bool) -> io::Result<()> {
        self.edit(|document| set(document, "presence", "keep_alive", Some(on)))
    }

    /// Writes what was changed on a surface.
    pub(crate) fn change(&self, change: &SettingsChange) -> io::Result<()> {
        self.edit(|document| match change {
            SettingsChange::Presets(presets) => put_presets(document, presets),
            SettingsChange::Places(places) => put_places(document, places),
            SettingsChange::Shortcut(action, keys) => set(document, "shortcuts", &action.to_string(), keys.as_deref()),
            SettingsChange::Registration { client_id, tenant } => {
                set(document, "account", "client_id", client_id.as_deref())?;
                set(document, "account", "tenant", tenant.as_deref())
            }
            SettingsChange::Preferences(preferences) => {
                let mut choose = |key, name| set(document, "interface", key, name);
                choose("language", name_of(&LANGUAGES, preferences.language))?;
                choose("theme", name_of(&THEMES, preferences.theme))?;
                choose("notifications", name_of(&NOTIFICATIONS, preferences.notifications))
            }
        })
    }

    fn edit(&self, change: impl FnOnce(&mut DocumentMut) -> io::Result<()>) -> io::Result<()> {
        let Some(path) = &self.0 else { return Ok(()) };
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        let mut document: DocumentMut = text.parse().map_err(io::Error::other)?;
        change(&mut document)?;
        write(path, &document.to_string())
    }
}

/// The name of a value in the settings; none where it is what goes without saying.
fn name_of<T: PartialEq + Copy>(names: &[(&'static str, T)], of: T) -> Option<&'static str> {
    let at = names.iter().position(|(_, value)| *value == of)?;
    (at > 0).then(|| names[at].0)
}

/// Sets one value of a table, or takes it out.
fn set(document: &mut DocumentMut, name: &str, key: &str, to: Option<impl Into<toml_edit::Value>>) -> io::Result<()> {
    if to.is_none() && !document.contains_key(name) {
        return Ok(());
    }
    let table = document.entry(name).or_insert_with(|| Item::Table(Table::new()));
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| io::Error::other(format!("{name} is not a table")))?;
    let Some(to) = to else {
        table.remove(key);
        return Ok(());
    };
    let mut to = value(to);
    if let (Some(Item::Value(before)), Item::Value(to)) = (table.get(key), &mut to) {
        // The comment behind it.
        *to.decor_mut() = before.decor().clone();
    }
    table.insert(key, to);
    Ok(())
}

fn put_presets(document: &mut DocumentMut, presets: &[Preset]) -> io::Result<()> {
    put_all(document, "presets", presets, |preset, table| {
        let location = preset.location.as_ref();
        let (length, end) = match &preset.expiry {
            Some(Expiry::For(length)) => (Some(length.to_string()), None),
            Some(Expiry::Until(end)) => (None, Some(end.to_string())),
            None => (None, None),
        };
        for (key, to) in [
            ("name", Some(preset.name.clone())),
            ("presence", preset.presence.map(|presence| presence.name().to_owned())),
            ("message", preset.message.as_ref().map(ToString::to_string)),
            ("location", location.map(|location| location.kind.name().to_owned())),
            ("place", location.and_then(|location| location.place.clone())),
            ("for", length),
            ("until", end),
            ("shortcut", preset.shortcut.clone()),
        ] {
            put(table, key, to.map(Into::into));
        }
        put(table, "pin", preset.pinned.then_some(true.into()));
    })
}

fn put_places(document: &mut DocumentMut, places: &[Place]) -> io::Result<()> {
    put_all(document, "places", places, |place, table| {
        put(table, "name", Some(place.name.as_str().into()));
        put(table, "id", Some(place.id.as_str().into()));
    })
}

/// Makes `[[key]]` what `entries` say, in their order. What stands under an entry's name and is not of ours stays with it.
fn put_all<T>(document: &mut DocumentMut, key: &str, entries: &[T], fill: impl Fn(&T, &mut Table)) -> io::Result<()> {
    let before: Vec<Table> = match document.get(key) {
        Some(Item::ArrayOfTables(tables)) => tables.iter().cloned().collect(),
        Some(Item::Value(value)) if value.is_array() => Vec::new(),
        None => Vec::new(),
        Some(_) => return Err(io::Error::other(format!("{key} is not a list of tables"))),
    };
    let name = |table: &Table| table.get("name").and_then(Item::as_str).map(str::to_owned);
    let mut tables = ArrayOfTables::new();
    for entry in entries {
        let mut new = Table::new();
        fill(entry, &mut new);
        let known = before.iter().find(|table| name(table) == name(&new));
        let mut table = known.cloned().unwrap_or_default();
        // Tables are written where they stood; these are to follow each other.
        table.set_position(None);
        fill(entry, &mut table);
        tables.push(table);
    }
    document.insert(key, Item::ArrayOfTables(tables));
    Ok(())
}

fn put(table: &mut Table, key: &str, to: Option<toml_edit::Value>) {
    match to {
        Some(mut to) => {
            if let Some(Item::Value(before)) = table.get(key) {
                *to.decor_mut() = before.decor().clone();
            }
            table.insert(key, Item::Value(to));
        }
        None => {
            table.remove(key);
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A file that is linked to from a person's own collection stays there.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(text.as_bytes())?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use engine::{Notifications, Preferences, ShortcutAction, Theme};
    use phrases::Language;
    use presence::{LocationKind, MessageText, PreferredPresence, WorkLocation};

    use super::{super::Settings, *};

    fn lunch() -> Preset {
        Preset {
            name: "Lunch".into(),
            presence: Some(PreferredPresence::BeRightBack),
            message: Some(MessageText::new("At \"lunch\"").unwrap()),
            pinned: true,
            location: Some(WorkLocation {
                kind: LocationKind::Office,
                place: Some("b1".into()),
            }),
            expiry: Some(Expiry::For("30m".parse().unwrap())),
            shortcut: Some("Ctrl+Alt+L".into()),
        }
    }

    #[test]
    fn whatever_is_changed_reads_back_as_it_was_meant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let file = SettingsFile::at(path.clone());
        let gone = Preset {
            name: "Gone".into(),
            expiry: Some(Expiry::until("tomorrow").unwrap()),
            ..lunch()
        };
        let place = Place {
            name: "Headquarters".into(),
            id: "b1".into(),
        };
        let preferences = Preferences {
            language: Some(Language::German),
            theme: Theme::Dark,
            notifications: Notifications::Important,
        };
        for change in [
            SettingsChange::Presets(vec![lunch(), gone.clone()]),
            SettingsChange::Places(vec![place.clone()]),
            SettingsChange::Preferences(preferences),
            SettingsChange::Shortcut(ShortcutAction::Open, Some("Ctrl+Alt+P".into())),
            SettingsChange::Shortcut(ShortcutAction::Reset, Some("Ctrl+Alt+R".into())),
            SettingsChange::Shortcut(ShortcutAction::Reset, None),
            SettingsChange::Registration {
                client_id: Some("c".into()),
                tenant: Some("contoso.example".into()),
            },
        ] {
            file.change(&change).unwrap();
        }
        let settings = Settings::read(&path).unwrap().settings;
        assert_eq!(settings.presets, Some(vec![lunch(), gone.clone()]));
        assert_eq!(settings.places, [place]);
        assert_eq!(settings.preferences, preferences);
        assert_eq!(settings.shortcuts, [(ShortcutAction::Open, "Ctrl+Alt+P".to_owned())]);
        assert_eq!(settings.client_id.as_deref(), Some("c"));
        assert_eq!(settings.tenant.unwrap().as_str(), "contoso.example");

        file.change(&SettingsChange::Presets(vec![gone.clone()])).unwrap();
        file.change(&SettingsChange::Preferences(Preferences::default()))
            .unwrap();
        let settings = Settings::read(&path).unwrap().settings;
        assert_eq!(settings.presets, Some(vec![gone]));
        assert_eq!(settings.preferences, Preferences::default());
    }

    #[test]
    fn a_preset_that_moves_takes_its_comments_along() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let theirs = "# mine\n[[presets]]\nname = \"A\"\npresence = \"busy\" # very\n\n# the second\n[[presets]]\nname = \"B\"\npresence = \"away\"\n";
        fs::write(&path, theirs).unwrap();
        let mut presets = Settings::read(&path).unwrap().settings.presets.unwrap();
        presets.reverse();
        SettingsFile::at(path.clone())
            .change(&SettingsChange::Presets(presets))
            .unwrap();
        let now = fs::read_to_string(&path).unwrap();
        let at = |text: &str| now.find(text).unwrap_or_else(|| panic!("{text} in {now}"));
        assert!(
            at("# the second") < at("\"B\"") && at("\"B\"") < at("\"A\"") && at("\"A\"") < at("# very"),
            "{now}"
        );
        assert_eq!(now.matches("[[presets]]").count(), 2);
    }

    #[test]
    fn one_value_changes_and_what_people_wrote_around_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/settings.toml");
        let file = SettingsFile::at(path.clone());
        file.set_keep_alive(true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[presence]\nkeep_alive = true\n");

        let theirs =
            "# mine\n[account]\nclient_id = \"x\"  # from IT\n\n[presence]\nkeep_alive = false # quiet\nother = 1\n";
        fs::write(&path, theirs).unwrap();
        file.set_keep_alive(true).unwrap();
        let expected = theirs.replace("keep_alive = false", "keep_alive = true");
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        for theirs in ["[presence", "presence = 3\n"] {
            fs::write(&path, theirs).unwrap();
            SettingsFile::at(path.clone()).set_keep_alive(true).unwrap_err();
            assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
        }
        SettingsFile::nowhere().set_keep_alive(true).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_file_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (theirs, link) = (folder.path().join("dotfiles.toml"), folder.path().join("settings.toml"));
        fs::write(&theirs, "").unwrap();
        std::os::unix::fs::symlink(&theirs, &link).unwrap();
        SettingsFile::at(link.clone()).set_keep_alive(true).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&theirs).unwrap().contains("keep_alive = true"));
    }
}
