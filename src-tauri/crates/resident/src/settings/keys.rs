//! Which keys there are. What is not listed here is never read, and `docs/settings.md` has a line for each.

use engine::ShortcutAction;
use toml_edit::{Item, TableLike};

use super::{Reader, line_of};

/// The tables with their keys, in the order in which a person meets them; [`SHORTCUTS`] is one more.
pub(super) const KEYS: [(&str, &[&str]); 8] = [
    (
        "account",
        &["client_id", "tenant", "cloud", "tenant_places", "endpoints"],
    ),
    ("account.endpoints", &["authority", "graph"]),
    ("presence", &["keep_alive"]),
    ("places", &["name", "id"]),
    (
        "presets",
        &[
            "name", "presence", "message", "pin", "location", "place", "for", "until", "shortcut",
        ],
    ),
    ("interface", &["language", "theme", "notifications"]),
    ("network", &["proxy", "ca_file"]),
    ("log", &["level"]),
];
/// Its keys are the actions.
pub(super) const SHORTCUTS: &str = "shortcuts";

impl Reader<'_> {
    /// What a table says under keys that there are. The others are warned about.
    pub(super) fn known<'t>(&mut self, name: &str, table: &'t dyn TableLike) -> Vec<(&'t str, &'t Item)> {
        let (known, unknown): (Vec<_>, Vec<_>) = table.iter().partition(|(key, _)| is_key(name, key));
        let dot = if name.is_empty() { "" } else { "." };
        let ignored = unknown
            .into_iter()
            .map(|(key, item)| (line_of(self.text, item.span()), format!("{name}{dot}{key}")));
        self.ignored.extend(ignored);
        known
    }
}

/// Whether a table, or the file itself (`""`), has such a key.
fn is_key(table: &str, key: &str) -> bool {
    match table {
        "" => key == SHORTCUTS || KEYS.iter().any(|(name, _)| *name == key),
        SHORTCUTS => ShortcutAction::FIXED.iter().any(|action| action.to_string() == key),
        table => KEYS.iter().any(|(name, keys)| *name == table && keys.contains(&key)),
    }
}
