//! Changing one value of `settings.toml`: everything else in it, comments too, stays as people wrote it.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use toml_edit::{DocumentMut, Item, Table, value};

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
    pub(crate) fn set_keep_alive(&self, on: bool) {
        self.change("presence", "keep_alive", on);
    }

    fn change(&self, table: &str, key: &str, to: impl Into<toml_edit::Value>) {
        let Some(path) = &self.0 else { return };
        if let Err(error) = change(path, table, key, to) {
            tracing::warn!(%error, path = %path.display(), key, "the settings were not changed");
        }
    }
}

fn change(path: &Path, table: &str, key: &str, to: impl Into<toml_edit::Value>) -> io::Result<()> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        text => text?,
    };
    let mut document: DocumentMut = text.parse().map_err(io::Error::other)?;
    let table = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| io::Error::other("not a table"))?;
    let mut to = value(to);
    if let Some(Item::Value(before)) = table.get(key) {
        // The comment behind it.
        if let Item::Value(to) = &mut to {
            *to.decor_mut() = before.decor().clone();
        }
    }
    table.insert(key, to);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A file that is linked to from a person's own collection stays there.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(document.to_string().as_bytes())?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_changes_and_what_people_wrote_around_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/settings.toml");
        let file = SettingsFile::at(path.clone());
        file.set_keep_alive(true);
        assert_eq!(fs::read_to_string(&path).unwrap(), "[presence]\nkeep_alive = true\n");

        let theirs =
            "# mine\n[account]\nclient_id = \"x\"  # from IT\n\n[presence]\nkeep_alive = false # quiet\nother = 1\n";
        fs::write(&path, theirs).unwrap();
        file.set_keep_alive(true);
        let expected = theirs.replace("keep_alive = false", "keep_alive = true");
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        for theirs in ["[presence", "presence = 3\n"] {
            fs::write(&path, theirs).unwrap();
            SettingsFile::at(path.clone()).set_keep_alive(true);
            assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
        }
        SettingsFile::nowhere().set_keep_alive(true);
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_file_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (theirs, link) = (folder.path().join("dotfiles.toml"), folder.path().join("settings.toml"));
        fs::write(&theirs, "").unwrap();
        std::os::unix::fs::symlink(&theirs, &link).unwrap();
        SettingsFile::at(link.clone()).set_keep_alive(true);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&theirs).unwrap().contains("keep_alive = true"));
    }
}
