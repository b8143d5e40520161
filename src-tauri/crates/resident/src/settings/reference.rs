//! `docs/settings.md` against the reader of the settings: which keys there are, what each takes, and what it is when it is not there.
//!
//! Run with `PRESENCE_TRAY_WRITE_FIXTURES=1` to write the tables anew after a change that was meant. What a key is for is written there by hand.

use engine::ShortcutAction;

use super::{
    Settings,
    keys::{KEYS, SHORTCUTS},
};
use crate::cli::documents;

const DOCUMENT: &str = "docs/settings.md";
const NOTHING: &str = "–";

/// A key in its place, among what it does not go without.
fn file(table: &str, key: &str, value: &str) -> String {
    let others = |names: &[(&str, &str)]| -> String {
        let others = names.iter().filter(|(name, _)| *name != key);
        let lines: Vec<_> = others.map(|(name, value)| format!("{name} = \"{value}\"\n")).collect();
        lines.concat()
    };
    match table {
        "account.endpoints" => {
            let server = "https://server.example";
            let others = others(&[("authority", server), ("graph", server)]);
            format!("[account]\ncloud = \"custom\"\n[account.endpoints]\n{others}{key} = {value}\n")
        }
        "places" => format!("[[places]]\n{}{key} = {value}\n", others(&[("name", "A"), ("id", "a")])),
        "presets" => {
            let location = if key == "place" { "location" } else { key };
            let others = others(&[("name", "A"), ("presence", "busy")]);
            let office = if location == key { "" } else { "location = \"office\"\n" };
            format!("[[presets]]\n{others}{office}{key} = {value}\n")
        }
        table => format!("[{table}]\n{key} = {value}\n"),
    }
}

/// What the program says to a value.
fn objection(table: &str, key: &str, value: &str) -> Option<String> {
    Settings::parse(&file(table, key, value))
        .err()
        .map(|wrong| wrong.problem)
}

/// What a key takes, in the words in which the program says so to who got it wrong.
fn takes(table: &str, key: &str) -> String {
    let must_be = |value| {
        let problem = objection(table, key, value)?;
        let rest = problem.strip_prefix(key)?.strip_prefix(" must be ")?;
        Some(rest.to_owned())
    };
    let no_text = must_be("0").unwrap_or_else(|| panic!("{table}.{key} is not read"));
    // What it says to a text may be said of that text alone.
    if no_text == "a text in quotation marks" {
        must_be("\"/ ?\"").unwrap_or(no_text)
    } else {
        no_text
    }
}

/// The value among those that the program names which changes nothing.
fn default(table: &str, key: &str, takes: &str) -> String {
    let named = takes.split('"').skip(1).step_by(2).map(|value| format!("\"{value}\""));
    let switches = ["true", "false"].map(str::to_owned);
    let same = named.chain(switches).find(|value| {
        Settings::parse(&file(table, key, value)).is_ok_and(|reading| reading.settings == Settings::default())
    });
    same.map_or_else(|| NOTHING.to_owned(), |value| format!("`{value}`"))
}

fn tables() -> impl Iterator<Item = (&'static str, Vec<String>)> {
    // Those have a table of their own.
    let own = |keys: &[&str]| {
        keys.iter()
            .filter(|key| **key != "endpoints")
            .map(ToString::to_string)
            .collect()
    };
    let listed = KEYS.map(|(table, keys)| (table, own(keys)));
    let actions = ShortcutAction::FIXED.map(|action| action.to_string()).to_vec();
    listed.into_iter().chain([(SHORTCUTS, actions)])
}

/// The table that a heading is about: ``## `[account]` …``.
fn heading(line: &str) -> Option<&str> {
    let name = line.strip_prefix("## `[")?.split(']').next()?;
    Some(name.trim_start_matches('['))
}

/// What the document says that a key is for.
fn meaning<'a>(kept: &'a str, table: &str, key: &str) -> &'a str {
    let row = format!("| `{key}` |");
    let mut inside = false;
    for line in kept.lines() {
        if line.starts_with("## ") {
            inside = heading(line) == Some(table);
        } else if inside && line.starts_with(&row) {
            return line
                .trim_end_matches('|')
                .rsplit(" | ")
                .next()
                .unwrap_or_default()
                .trim();
        }
    }
    ""
}

#[test]
fn every_setting_is_in_the_document_as_the_program_takes_it() {
    let kept = documents::read(DOCUMENT);
    let mut now = String::new();
    let mut table = None;
    for line in kept.lines() {
        if line.starts_with("## ") {
            table = heading(line);
        }
        let is_row = table.is_some() && line.starts_with("| `");
        if !is_row {
            now += &[line, "\n"].concat();
        }
        let keys = tables().find(|(name, _)| line.starts_with("|---") && Some(*name) == table);
        for key in keys.iter().flat_map(|(_, keys)| keys) {
            let (name, _) = keys.as_ref().unwrap();
            let takes = takes(name, key);
            let default = default(name, key, &takes);
            let meaning = meaning(&kept, name, key);
            now += &["| `", key, "` | ", &takes, " | ", &default, " | ", meaning, " |\n"].concat();
        }
    }
    for (table, keys) in tables() {
        for key in keys {
            let meaning = meaning(&now, table, &key);
            assert_ne!(meaning, "", "what {key} in [{table}] is for");
            let values = meaning
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|code| code.starts_with('"'));
            for value in values {
                assert_eq!(objection(table, &key, value), None, "{key} = {value} in [{table}]");
            }
        }
    }
    documents::compare(DOCUMENT, &now);
}
