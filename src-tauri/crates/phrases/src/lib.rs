//! Every sentence the product shows, in each language: one catalogue for the tray menu, the window and the command line.
//!
//! The catalogue is `catalogue/<language>.json`: a flat table from key to text, with `{name}` where a value goes in. The window reads the
//! same files. No text stands in code.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

/// A language the catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum Language {
    /// English, also for every language the catalogue has not.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// The catalogue's languages.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// From the environment as POSIX orders it: `LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is not empty. `C` is English.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        match locale.split(['_', '.', '@', '-']).next() {
            Some(tag) if tag.eq_ignore_ascii_case("de") => Language::German,
            _ => Language::English,
        }
    }

    /// Its tag, as web pages name it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// This language's sentences.
    pub fn phrases(self) -> &'static Phrases {
        static ENGLISH: OnceLock<Phrases> = OnceLock::new();
        static GERMAN: OnceLock<Phrases> = OnceLock::new();
        match self {
            Language::English => ENGLISH.get_or_init(|| Phrases::read(include_str!("../catalogue/en.json"))),
            Language::German => GERMAN.get_or_init(|| Phrases::read(include_str!("../catalogue/de.json"))),
        }
    }
}

/// The sentences of one language.
#[derive(Debug)]
pub struct Phrases(BTreeMap<String, String>);

impl Phrases {
    fn read(json: &str) -> Phrases {
        // The catalogue is part of the program, and a test reads it; a table that could not be read would show keys, not stop the program.
        Phrases(serde_json::from_str(json).unwrap_or_default())
    }

    /// The sentence of `key`. A key that is missing shows as itself.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// Whether there is a sentence of `key`.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The sentence of `key` with each `{name}` replaced by its value. Values are put in as they are, and never read for names again.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.text(key);
        let mut filled = String::with_capacity(rest.len());
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            filled.push_str(before);
            let known = from.find('}').and_then(|close| {
                let (_, value) = values.iter().find(|(name, _)| *name == &from[1..close])?;
                Some((close + 1, value))
            });
            if let Some((end, value)) = known {
                filled.push_str(value);
                rest = &from[end..];
            } else {
                filled.push('{');
                rest = &from[1..];
            }
        }
        filled + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_keys_with_the_same_values_to_fill_in() {
        let names = |text: &str| {
            let mut names: Vec<_> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names
        };
        let english = Language::English.phrases();
        assert!(!english.0.is_empty(), "the catalogue can be read");
        for language in Language::ALL {
            let phrases = language.phrases();
            let keys = |phrases: &Phrases| phrases.0.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(phrases), keys(english), "{language:?}");
            for (key, text) in &phrases.0 {
                assert_eq!(names(text), names(english.text(key)), "{language:?} {key}");
                assert!(!text.trim().is_empty(), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn the_language_is_the_environments() {
        for (variables, language) in [
            (&[("LANG", "de_DE.UTF-8")][..], Language::German),
            (&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")], Language::English),
            (
                &[("LC_ALL", ""), ("LC_MESSAGES", "de_AT"), ("LANG", "en_GB")],
                Language::German,
            ),
            (&[("LANG", "deluxe")], Language::English),
            (&[("LANG", "pt_BR.UTF-8")], Language::English),
            (&[], Language::English),
        ] {
            let get = |name: &str| {
                variables
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(Language::from_environment(get), language, "{variables:?}");
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let phrases = Phrases([("k".to_owned(), "{a} and {b} or {c}{".to_owned())].into());
        assert_eq!(phrases.fill("k", &[("a", "{b}"), ("b", "two")]), "{b} and two or {c}{");
        assert_eq!(phrases.fill("missing", &[]), "missing");
    }
}
