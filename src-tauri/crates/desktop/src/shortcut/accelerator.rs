//! A shortcut as text: `Ctrl+Alt+P`.

use std::fmt;
use std::str::FromStr;

use keyboard_types::{Code, Modifiers};

/// A key with its modifiers, fit to be a global shortcut. Parsed from and printed as text such as `Ctrl+Alt+P`; printing
/// gives the modifiers in the order Ctrl, Alt, Shift, Super.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accelerator {
    modifiers: Modifiers,
    key: Code,
}

/// Why a text is no shortcut: a sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceleratorError {
    /// Nothing was written, or nothing stands on one side of a plus sign.
    #[error("“{0}” is not complete; write a shortcut like Ctrl+Alt+P")]
    Incomplete(String),
    /// A name that is neither a modifier nor a key.
    #[error("there is no key called “{0}”; use a letter, a digit, F1 to F20 or a name like Space, Home or PageUp")]
    UnknownKey(String),
    /// Modifiers alone.
    #[error("“{0}” has modifiers only; add a key, as in Ctrl+Alt+P")]
    NoKey(String),
    /// More than one key.
    #[error("“{0}” and “{1}” are two keys; a shortcut has one, with modifiers before it")]
    TwoKeys(String, String),
    /// A key that people type with.
    #[error("“{0}” would be taken away from typing; add Ctrl, Alt or Super")]
    NeedsModifier(String),
}

/// Names of modifiers, the one printed first. `Super` is the Windows key, and Command on a Mac.
const MODIFIERS: &[(&str, &[&str], Modifiers)] = &[
    ("Ctrl", &["Control"], Modifiers::CONTROL),
    ("Alt", &["Option"], Modifiers::ALT),
    ("Shift", &[], Modifiers::SHIFT),
    ("Super", &["Win", "Windows", "Cmd", "Command", "Meta"], Modifiers::META),
];

/// Keys with a name, besides letters, digits and F1 to F20; the name printed first. Only keys that all three systems know.
const KEYS: &[(&str, &[&str], Code)] = &[
    ("Space", &[], Code::Space),
    ("Tab", &[], Code::Tab),
    ("Enter", &["Return"], Code::Enter),
    ("Escape", &["Esc"], Code::Escape),
    ("Backspace", &[], Code::Backspace),
    ("Delete", &["Del"], Code::Delete),
    ("Insert", &["Ins"], Code::Insert),
    ("Home", &[], Code::Home),
    ("End", &[], Code::End),
    ("PageUp", &["PgUp"], Code::PageUp),
    ("PageDown", &["PgDn"], Code::PageDown),
    ("Up", &["ArrowUp"], Code::ArrowUp),
    ("Down", &["ArrowDown"], Code::ArrowDown),
    ("Left", &["ArrowLeft"], Code::ArrowLeft),
    ("Right", &["ArrowRight"], Code::ArrowRight),
    ("Comma", &[","], Code::Comma),
    ("Period", &["."], Code::Period),
    ("Slash", &["/"], Code::Slash),
    ("Semicolon", &[";"], Code::Semicolon),
    ("Minus", &["-"], Code::Minus),
    ("Equal", &["="], Code::Equal),
    ("BracketLeft", &["["], Code::BracketLeft),
    ("BracketRight", &["]"], Code::BracketRight),
    ("Backslash", &["\\"], Code::Backslash),
    ("Backquote", &["`"], Code::Backquote),
];

impl FromStr for Accelerator {
    type Err = AcceleratorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let mut modifiers = Modifiers::empty();
        let mut found: Option<(Code, &str)> = None;
        for part in text.split('+').map(str::trim) {
            if part.is_empty() {
                return Err(AcceleratorError::Incomplete(text.to_owned()));
            }
            if let Some((_, modifier)) = named(MODIFIERS, part) {
                modifiers |= modifier;
                continue;
            }
            let key = key_named(part).ok_or_else(|| AcceleratorError::UnknownKey(part.to_owned()))?;
            if let Some((_, first)) = found.replace((key, part)) {
                return Err(AcceleratorError::TwoKeys(first.to_owned(), part.to_owned()));
            }
        }
        let (key, _) = found.ok_or_else(|| AcceleratorError::NoKey(text.to_owned()))?;
        let accelerator = Self { modifiers, key };
        // Shift alone makes a capital letter; the function keys type nothing.
        if modifiers.difference(Modifiers::SHIFT).is_empty() && !is_function_key(key) {
            return Err(AcceleratorError::NeedsModifier(accelerator.to_string()));
        }
        Ok(accelerator)
    }
}

impl fmt::Display for Accelerator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, _, modifier) in MODIFIERS {
            if self.modifiers.contains(*modifier) {
                write!(formatter, "{name}+")?;
            }
        }
        match KEYS.iter().find(|(_, _, key)| *key == self.key) {
            Some((name, ..)) => formatter.write_str(name),
            None => formatter.write_str(
                self.key
                    .to_string()
                    .trim_start_matches("Key")
                    .trim_start_matches("Digit"),
            ),
        }
    }
}

impl Accelerator {
    /// As the system writes it: `⌃⌥⇧⌘P` on a Mac, `Ctrl+Alt+Shift+Win+P` on Windows, elsewhere as it is printed.
    pub fn label(self) -> String {
        self.label_on(std::env::consts::OS)
    }

    fn label_on(self, system: &str) -> String {
        let names: &[(&str, &str)] = match system {
            "macos" => &[("Ctrl+", "⌃"), ("Alt+", "⌥"), ("Shift+", "⇧"), ("Super+", "⌘")],
            "windows" => &[("Super+", "Win+")],
            _ => &[],
        };
        names
            .iter()
            .fold(self.to_string(), |label, (ours, theirs)| label.replace(ours, theirs))
    }

    #[cfg(target_os = "linux")]
    pub(super) fn modifiers(self) -> Modifiers {
        self.modifiers
    }

    #[cfg(target_os = "linux")]
    pub(super) fn key(self) -> Code {
        self.key
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn hot_key(self) -> global_hotkey::hotkey::HotKey {
        global_hotkey::hotkey::HotKey::new(Some(self.modifiers), self.key)
    }
}

fn named<T: Copy>(table: &[(&'static str, &[&str], T)], name: &str) -> Option<(&'static str, T)> {
    table
        .iter()
        .find(|(first, others, _)| {
            std::iter::once(first)
                .chain(*others)
                .any(|known| known.eq_ignore_ascii_case(name))
        })
        .map(|(first, _, value)| (*first, *value))
}

fn key_named(name: &str) -> Option<Code> {
    if let Some((_, key)) = named(KEYS, name) {
        return Some(key);
    }
    let name = name.to_ascii_uppercase();
    match name.as_bytes() {
        [b'A'..=b'Z'] => format!("Key{name}").parse().ok(),
        [b'0'..=b'9'] => format!("Digit{name}").parse().ok(),
        _ => name.parse().ok().filter(|key| is_function_key(*key)),
    }
}

/// F1 to F20: a Mac knows no more.
fn is_function_key(key: Code) -> bool {
    key.to_string()
        .strip_prefix('F')
        .and_then(|number| number.parse::<u8>().ok())
        .is_some_and(|number| (1..=20).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shortcut_is_read_as_people_write_it_and_printed_one_way() {
        for (text, expected) in [
            ("Ctrl+Alt+P", "Ctrl+Alt+P"),
            (" shift + CONTROL+p ", "Ctrl+Shift+P"),
            ("cmd+option+space", "Alt+Super+Space"),
            ("Win+5", "Super+5"),
            ("Alt+PgDn", "Alt+PageDown"),
            ("Ctrl+,", "Ctrl+Comma"),
            ("F9", "F9"),
            ("shift+f20", "Shift+F20"),
            ("P+Ctrl", "Ctrl+P"),
            ("Ctrl+Ctrl+P", "Ctrl+P"),
        ] {
            let read: Accelerator = text.parse().expect(text);
            assert_eq!(read.to_string(), expected, "{text}");
            assert_eq!(expected.parse(), Ok(read), "{expected}");
        }
    }

    #[test]
    fn a_text_that_is_no_shortcut_is_answered_with_what_is_wrong_with_it() {
        use AcceleratorError::{Incomplete, NeedsModifier, NoKey, TwoKeys, UnknownKey};
        for (text, expected) in [
            ("", Incomplete(String::new())),
            ("  ", Incomplete(String::new())),
            ("Ctrl+", Incomplete("Ctrl+".to_owned())),
            ("Ctrl++P", Incomplete("Ctrl++P".to_owned())),
            ("Ctrl+Alt", NoKey("Ctrl+Alt".to_owned())),
            ("Ctrl+Blub", UnknownKey("Blub".to_owned())),
            ("Ctrl+KeyP", UnknownKey("KeyP".to_owned())),
            ("Ctrl+F21", UnknownKey("F21".to_owned())),
            ("Ctrl+F0", UnknownKey("F0".to_owned())),
            ("Ctrl+Ä", UnknownKey("Ä".to_owned())),
            ("Ctrl P", UnknownKey("Ctrl P".to_owned())),
            ("Ctrl+A+B", TwoKeys("A".to_owned(), "B".to_owned())),
            ("p", NeedsModifier("P".to_owned())),
            ("Shift+7", NeedsModifier("Shift+7".to_owned())),
        ] {
            assert_eq!(text.parse::<Accelerator>(), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn each_system_is_told_in_its_own_words() {
        let accelerator: Accelerator = "Ctrl+Alt+Shift+Super+PageUp".parse().expect("a shortcut");
        for (system, expected) in [
            ("macos", "⌃⌥⇧⌘PageUp"),
            ("windows", "Ctrl+Alt+Shift+Win+PageUp"),
            ("linux", "Ctrl+Alt+Shift+Super+PageUp"),
        ] {
            assert_eq!(accelerator.label_on(system), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_prints_as_itself(text in "([A-Za-z0-9+ ,]{0,6}\\+?){0,4}|\\PC{0,20}") {
            if let Ok(read) = text.parse::<Accelerator>() {
                prop_assert_eq!(read.to_string().parse(), Ok(read));
            }
        }
    }
}
