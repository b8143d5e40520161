//! Keys as X11 numbers them and the portals name them.
//!
//! Numbers from `X11/keysymdef.h`; names from `xkbcommon-keysyms.h`, as the shortcuts specification of freedesktop.org
//! wants them (<https://specifications.freedesktop.org/shortcuts/latest>). For letters and digits both are the character.

use keyboard_types::{Code, Modifiers};

use super::super::Accelerator;

/// The keys with a name, besides F1 to F20.
const NAMED: &[(Code, u32, &str)] = &[
    (Code::Space, 0x20, "space"),
    (Code::Tab, 0xff09, "Tab"),
    (Code::Enter, 0xff0d, "Return"),
    (Code::Escape, 0xff1b, "Escape"),
    (Code::Backspace, 0xff08, "BackSpace"),
    (Code::Delete, 0xffff, "Delete"),
    (Code::Insert, 0xff63, "Insert"),
    (Code::Home, 0xff50, "Home"),
    (Code::End, 0xff57, "End"),
    (Code::PageUp, 0xff55, "Page_Up"),
    (Code::PageDown, 0xff56, "Page_Down"),
    (Code::ArrowUp, 0xff52, "Up"),
    (Code::ArrowDown, 0xff54, "Down"),
    (Code::ArrowLeft, 0xff51, "Left"),
    (Code::ArrowRight, 0xff53, "Right"),
    (Code::Comma, 0x2c, "comma"),
    (Code::Period, 0x2e, "period"),
    (Code::Slash, 0x2f, "slash"),
    (Code::Semicolon, 0x3b, "semicolon"),
    (Code::Minus, 0x2d, "minus"),
    (Code::Equal, 0x3d, "equal"),
    (Code::BracketLeft, 0x5b, "bracketleft"),
    (Code::BracketRight, 0x5d, "bracketright"),
    (Code::Backslash, 0x5c, "backslash"),
    (Code::Backquote, 0x60, "grave"),
];
/// The keysym before that of F1; the others follow.
const BEFORE_F1: u32 = 0xffbd;

/// The X11 keysym of the accelerator's key.
pub(super) fn keysym(accelerator: Accelerator) -> Option<u32> {
    find(accelerator.key()).map(|(keysym, _)| keysym)
}

/// The accelerator as portals read it: `CTRL+ALT+p`.
pub(super) fn trigger(accelerator: Accelerator) -> Option<String> {
    let (_, name) = find(accelerator.key())?;
    let modifiers = [
        (Modifiers::CONTROL, "CTRL+"),
        (Modifiers::ALT, "ALT+"),
        (Modifiers::SHIFT, "SHIFT+"),
        (Modifiers::META, "LOGO+"),
    ];
    let held = modifiers
        .iter()
        .filter(|(modifier, _)| accelerator.modifiers().contains(*modifier));
    Some(held.map(|(_, name)| *name).collect::<String>() + &name)
}

fn find(key: Code) -> Option<(u32, String)> {
    if let Some((_, keysym, name)) = NAMED.iter().find(|(named, ..)| *named == key) {
        return Some((*keysym, (*name).to_owned()));
    }
    let name = key.to_string();
    let character = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"));
    if let Some(character) = character {
        let character = character.to_ascii_lowercase();
        return character
            .bytes()
            .next()
            .map(|byte| (u32::from(byte), character.clone()));
    }
    let number: u32 = name.strip_prefix('F')?.parse().ok()?;
    Some((BEFORE_F1 + number, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_has_a_keysym_and_a_trigger() {
        for (text, number, name) in [
            ("Ctrl+Alt+P", 0x70, "CTRL+ALT+p"),
            ("Shift+Super+5", 0x35, "SHIFT+LOGO+5"),
            ("F1", 0xffbe, "F1"),
            ("F20", 0xffd1, "F20"),
            ("Alt+PgUp", 0xff55, "ALT+Page_Up"),
            ("Ctrl+`", 0x60, "CTRL+grave"),
        ] {
            let accelerator: Accelerator = text.parse().expect(text);
            assert_eq!(keysym(accelerator), Some(number), "{text}");
            assert_eq!(trigger(accelerator).as_deref(), Some(name), "{text}");
        }
        // What a person can write besides, by the names that `Accelerator` prints.
        let named = "Space Tab Enter Escape Backspace Delete Insert Home End PageUp PageDown Up Down Left Right Comma Period \
                     Slash Semicolon Minus Equal BracketLeft BracketRight Backslash Backquote";
        for key in named.split_whitespace() {
            let accelerator: Accelerator = format!("Ctrl+{key}").parse().expect(key);
            assert!(keysym(accelerator).is_some(), "{key}");
        }
    }
}
