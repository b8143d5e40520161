//! Presets are several writes with one reply; settings are in force once they were written.

use engine::*;
use presence::{Expiry, LocationKind, MessageText, PreferredPresence, Preset, WorkLocation};

use crate::rig::*;

fn focus() -> Preset {
    Preset {
        name: "Focus".into(),
        presence: Some(PreferredPresence::DoNotDisturb),
        message: Some(MessageText::new("Focusing").unwrap()),
        pinned: true,
        location: Some(WorkLocation {
            kind: LocationKind::Remote,
            place: None,
        }),
        expiry: Some(Expiry::For("1h".parse().unwrap())),
        shortcut: None,
    }
}

fn lunch() -> Preset {
    Preset {
        name: "Lunch".into(),
        message: None,
        location: None,
        ..focus()
    }
}

fn rig() -> Rig {
    let mut rig = Rig::signed_in();
    rig.input(changed(None, vec![focus(), lunch()]));
    rig
}

fn changed(ticket: Option<Ticket>, presets: Vec<Preset>) -> Input {
    Input::Settings {
        ticket,
        result: Ok(Box::new(Settings {
            presets,
            ..Settings::default()
        })),
    }
}

fn apply(name: &str) -> Command {
    Command::ApplyPreset {
        name: Some(name.into()),
    }
}

#[test]
fn a_preset_is_a_write_for_each_thing_it_names_and_one_reply() {
    let mut rig = rig();
    let (ticket, mut effects) = rig.command(apply(" focus"));
    let mut written = Vec::new();
    while replies(&effects).is_empty() {
        written.extend(writes(&effects).into_iter().cloned());
        effects = rig.wrote(Ok(()));
    }
    assert_eq!(replies(&effects), [(ticket, None)]);
    assert!(
        matches!(
            written.as_slice(),
            [
                Write::PreferredPresence(PreferredPresence::DoNotDisturb, Some(_)),
                Write::Message {
                    until: Some(_),
                    pinned: true,
                    ..
                },
                Write::Location(..),
            ]
        ),
        "{written:?}"
    );
    assert_eq!(rig.snapshot().last_preset.as_deref(), Some("Focus"));
}

#[test]
fn the_reply_to_a_preset_is_the_first_thing_that_went_wrong() {
    let mut rig = rig();
    let (ticket, _) = rig.command(apply("Focus"));
    rig.wrote(Ok(()));
    assert!(replies(&rig.wrote(Err(Failure::of(Code::Forbidden)))).is_empty());
    assert_eq!(replies(&rig.wrote(Ok(()))), [(ticket, Some(Code::Forbidden))]);
}

#[test]
fn without_a_name_the_preset_applied_last_comes_again_else_the_first() {
    let mut rig = rig();
    rig.command(Command::ApplyPreset { name: None });
    assert_eq!(rig.snapshot().last_preset.as_deref(), Some("Focus"));
    rig.command(apply("Lunch"));
    rig.command(Command::ApplyPreset { name: None });
    assert_eq!(rig.snapshot().last_preset.as_deref(), Some("Lunch"));
    rig.input(changed(None, vec![focus()]));
    assert_eq!(rig.snapshot().last_preset, None, "it is gone");
}

#[test]
fn a_preset_that_is_not_there_or_cannot_be_written_is_said_at_once() {
    let mut rig = rig();
    let (ticket, effects) = rig.command(apply("Nap"));
    assert_eq!(replies(&effects), [(ticket, Some(Code::NoSuchPreset))]);

    let mut rig = Rig::new(Memory::default());
    rig.input(changed(None, vec![focus()]));
    let (ticket, effects) = rig.command(apply("Focus"));
    assert_eq!(replies(&effects), [(ticket, Some(Code::NotSignedIn))]);
    assert_eq!(rig.snapshot().last_preset, None);
}

#[test]
fn settings_are_in_force_once_they_were_written() {
    let mut rig = Rig::signed_in();
    let presets = vec![lunch()];
    let (ticket, effects) = rig.command(Command::SetPresets {
        presets: presets.clone(),
    });
    assert_eq!(
        effects,
        [Effect::ChangeSettings(ticket, SettingsChange::Presets(presets.clone()))]
    );
    assert_eq!(rig.snapshot().presets, []);
    let effects = rig.input(changed(Some(ticket), presets.clone()));
    assert_eq!(replies(&effects), [(ticket, None)]);
    assert_eq!(rig.snapshot().presets, presets);

    let (ticket, _) = rig.command(Command::SetTheme { theme: Theme::Dark });
    let effects = rig.input(Input::Settings {
        ticket: Some(ticket),
        result: Err(Failure::with(Code::SettingsNotWritten, "the disk is full")),
    });
    assert_eq!(replies(&effects), [(ticket, Some(Code::SettingsNotWritten))]);
    assert_eq!(rig.snapshot().preferences.theme, Theme::System);
}

#[test]
fn settings_that_cannot_be_are_not_written() {
    let mut rig = rig();
    for (command, code) in [
        (
            Command::SetPresets {
                presets: vec![focus(), focus()],
            },
            Code::SettingsRefused,
        ),
        (
            Command::SetShortcut {
                action: ShortcutAction::Preset("Nap".into()),
                keys: None,
            },
            Code::NoSuchPreset,
        ),
        (
            Command::SetRegistration {
                client_id: Some("x".into()),
                tenant: None,
            },
            Code::SignOutFirst,
        ),
    ] {
        let (ticket, effects) = rig.command(command);
        assert_eq!(effects.len(), 1);
        assert_eq!(replies(&effects), [(ticket, Some(code))]);
    }
}

#[test]
fn keys_of_a_preset_stand_with_the_preset_and_the_snapshot_says_how_each_is_listened_for() {
    let mut rig = rig();
    let (_, effects) = rig.command(Command::SetShortcut {
        action: ShortcutAction::Preset("Lunch".into()),
        keys: Some("Ctrl+Alt+L".into()),
    });
    let [Effect::ChangeSettings(ticket, SettingsChange::Presets(presets))] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(presets[1].shortcut.as_deref(), Some("Ctrl+Alt+L"));
    rig.input(changed(Some(*ticket), presets.clone()));
    rig.input(Input::Shortcuts(vec![Bound {
        action: ShortcutAction::Preset("Lunch".into()),
        result: Err("taken".into()),
    }]));
    let shortcuts = rig.snapshot().shortcuts;
    assert_eq!(shortcuts.len(), ShortcutAction::FIXED.len() + 2);
    let lunch = shortcuts.last().unwrap();
    assert_eq!(lunch.keys.as_deref(), Some("Ctrl+Alt+L"));
    assert_eq!(
        (lunch.trigger.as_deref(), lunch.problem.as_deref()),
        (None, Some("taken"))
    );
}
