use engine::{
    Account, AskState, Asked, AskedLocation, AskedPresence, Engine, Memory, Place, Settings, ShortcutAction, WhyKind,
};
use jiff::Timestamp;
use phrases::Language;
use presence::{Expiry, LocationKind, PreferredPresence, Presence, Preset};
use serde_json::json;

use super::{menu::one_line, *};

fn now() -> Zoned {
    "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap()
}

fn signed_out() -> Snapshot {
    let settings = Settings {
        places: vec![Place {
            name: "Headquarters".into(),
            id: "b1".into(),
        }],
        ..Settings::default()
    };
    Engine::new(settings, Memory::default(), &now()).snapshot()
}

fn signed_in() -> Snapshot {
    Snapshot {
        signed_in: true,
        account: Some(Account {
            name: "Megan Bowen".into(),
            username: "megan@contoso.example".into(),
            tenant_id: "t".into(),
            id: "o".into(),
        }),
        presence: Some(
            Presence::from_graph(json!({
                "availability": "Busy", "activity": "Busy",
                "statusMessage": {"message": {"content": "Deep work"}},
                "workLocation": {"workLocationType": "office", "placeId": "b1"}
            }))
            .unwrap(),
        ),
        read_at: Some(now().timestamp()),
        asked: asked_for_presence(AskState::Confirmed),
        problem: None,
        certainty: Certainty::Fresh,
        recent_messages: vec!["Deep work".into(), "x\ny".into()],
        ..signed_out()
    }
}

fn asked_for_presence(state: AskState) -> Asked {
    Asked {
        presence: Some(AskedPresence {
            value: PreferredPresence::Busy,
            until: Some("2026-11-20T15:30:00Z".parse::<Timestamp>().unwrap()),
            state,
        }),
        ..Asked::default()
    }
}

/// The layout: kinds and nesting, without labels and marks.
fn layout(entries: &[Entry]) -> String {
    entries
        .iter()
        .map(|entry| match entry {
            Entry::Separator => "-".to_owned(),
            Entry::Item { .. } => "i".to_owned(),
            Entry::Check { .. } => "c".to_owned(),
            Entry::Choices { choices, .. } => "r".repeat(choices.len()),
            Entry::Submenu { entries, .. } => format!("[{}]", layout(entries)),
        })
        .collect()
}

fn leaves(entries: &[Entry]) -> Vec<(&str, bool, bool)> {
    entries
        .iter()
        .flat_map(|entry| match entry {
            Entry::Separator => Vec::new(),
            Entry::Item { label, action, .. } => vec![(label.as_str(), false, action.is_some())],
            Entry::Choices { choices, chosen } => choices
                .iter()
                .enumerate()
                .map(|(place, choice)| (choice.label.as_str(), *chosen == Some(place), choice.action.is_some()))
                .collect(),
            Entry::Check { label, checked, action } => vec![(label.as_str(), *checked, action.is_some())],
            Entry::Submenu { entries, .. } => leaves(entries),
        })
        .collect()
}

#[test]
fn the_layout_of_the_menu_never_changes() {
    let problem = Snapshot {
        problem: signed_out().problem,
        ..signed_in()
    };
    let german = Snapshot {
        language: Language::German,
        ..signed_in()
    };
    let waiting = Snapshot {
        signing_in: Some(engine::SigningIn { url: None, code: None }),
        start_at_login: Some(true),
        ..signed_out()
    };
    let model = |snapshot: &Snapshot| TrayModel::new(snapshot, ChosenLength::Usual, &now());
    let first = layout(&model(&signed_out()).menu);
    for snapshot in [signed_in(), problem, german, waiting] {
        assert_eq!(layout(&model(&snapshot).menu), first);
    }
}

#[test]
fn the_menu_sets_everything_in_the_words_that_scripts_rely_on() {
    let model = TrayModel::new(&signed_in(), ChosenLength::OneHour, &now());
    let leaves = leaves(&model.menu);
    for label in [
        "Available",
        "Busy",
        "Do not disturb",
        "Be right back",
        "Appear away",
        "Appear offline",
        "Office",
        "Remote",
        "Time off",
        "Quit",
    ] {
        let found: Vec<_> = leaves.iter().filter(|(leaf, ..)| *leaf == label).collect();
        assert_eq!(found.len(), 1, "{label}");
        assert!(found[0].2, "{label} can be chosen");
    }
    let checked: Vec<_> = leaves
        .iter()
        .filter(|(_, checked, _)| *checked)
        .map(|(label, ..)| *label)
        .collect();
    assert_eq!(checked, ["1 hour", "Busy", "Deep work", "Office", "Headquarters"]);
    let busy = Command::SetPresence {
        presence: PreferredPresence::Busy,
        expiry: Some(Expiry::For("1h".parse().unwrap())),
    };
    let has_busy = |entry: &Entry| match entry {
        Entry::Choices { choices, .. } => choices
            .iter()
            .any(|choice| choice.action == Some(Action::Command(busy.clone()))),
        _ => false,
    };
    assert!(model.menu.iter().any(has_busy));
}

#[test]
fn signed_out_only_what_can_work_can_be_chosen() {
    let model = TrayModel::new(&signed_out(), ChosenLength::Usual, &now());
    let can: Vec<_> = leaves(&model.menu)
        .into_iter()
        .filter(|(_, _, can)| *can)
        .map(|(label, ..)| label)
        .collect();
    assert_eq!(
        can,
        [
            "Not signed in",
            "As long as usual",
            "30 minutes",
            "1 hour",
            "2 hours",
            "4 hours",
            "Until tomorrow",
            "Edit presets…",
            "Write a message…",
            "Open Presence Tray",
            "Keyboard shortcuts…",
            "Settings…",
            "Check what works…",
            "Sign in…",
            "Quit"
        ]
    );
    assert_eq!((model.icon, model.tooltip.as_str()), (Icon::SignedOut, "Not signed in"));
}

#[test]
fn the_icon_is_what_was_read_with_what_is_to_be_thought_of_it() {
    let busy = |mark| Icon::Presence {
        badge: Badge::Busy,
        mark,
    };
    let unknown = |mark| Icon::Presence {
        badge: Badge::Unknown,
        mark,
    };
    let trouble = signed_out().problem;
    let nothing_asked = Asked::default();
    let presence_asked = asked_for_presence(AskState::Pending);
    let location_asked = Asked {
        location: Some(AskedLocation {
            value: LocationKind::Office,
            place: None,
            until: None,
            state: AskState::Pending,
        }),
        ..Asked::default()
    };
    let read = signed_in().presence;
    // What is wrong, how sure the reading is, what was read, what was asked for: the icon.
    let cases = [
        (&None, Certainty::Fresh, &read, &nothing_asked, busy(None)),
        (
            &None,
            Certainty::Fresh,
            &read,
            &presence_asked,
            busy(Some(Mark::Pending)),
        ),
        (
            &None,
            Certainty::Settling,
            &read,
            &location_asked,
            busy(Some(Mark::Pending)),
        ),
        (&None, Certainty::Stale, &read, &nothing_asked, busy(Some(Mark::Stale))),
        (&None, Certainty::Stale, &read, &presence_asked, busy(Some(Mark::Stale))),
        (&trouble, Certainty::Fresh, &read, &nothing_asked, busy(None)),
        (
            &trouble,
            Certainty::Fresh,
            &read,
            &presence_asked,
            busy(Some(Mark::Pending)),
        ),
        (
            &trouble,
            Certainty::Stale,
            &read,
            &presence_asked,
            busy(Some(Mark::Error)),
        ),
        (&trouble, Certainty::Unread, &None, &nothing_asked, Icon::Problem),
        (&None, Certainty::Unread, &None, &nothing_asked, unknown(None)),
        (
            &None,
            Certainty::Unread,
            &None,
            &presence_asked,
            unknown(Some(Mark::Pending)),
        ),
    ];
    for (problem, certainty, presence, asked, icon) in cases {
        let snapshot = Snapshot {
            problem: problem.clone(),
            certainty,
            presence: presence.clone(),
            asked: asked.clone(),
            ..signed_in()
        };
        let model = TrayModel::new(&snapshot, ChosenLength::Usual, &now());
        assert_eq!(model.icon, icon, "{problem:?}, {certainty:?}, {asked:?}");
    }
}

#[test]
fn what_is_to_go_away_and_is_still_shown_is_pending_and_what_was_refused_is_not() {
    let shown = |snapshot: &Snapshot| TrayModel::new(snapshot, ChosenLength::Usual, &now()).icon;
    let busy = |mark| Icon::Presence {
        badge: Badge::Busy,
        mark,
    };
    let clearing = Snapshot {
        clearing: vec![engine::Subject::Message],
        ..signed_in()
    };
    assert_eq!(shown(&clearing), busy(Some(Mark::Pending)));
    let refused = Snapshot {
        asked: asked_for_presence(AskState::Refused),
        ..signed_in()
    };
    assert_eq!(shown(&refused), busy(None));
}

#[test]
fn the_second_line_says_what_is_wrong_else_why_it_is_so_else_who_it_is() {
    let second = |snapshot: &Snapshot| match &TrayModel::new(snapshot, ChosenLength::Usual, &now()).menu[1] {
        Entry::Item {
            label, action: None, ..
        } => label.clone(),
        other => panic!("{other:?}"),
    };
    let why = |kind| {
        Some(engine::Why {
            kind,
            message: "Because.".into(),
            remedy: None,
            asked: None,
        })
    };
    let automatic = Snapshot {
        why: why(WhyKind::Automatic),
        ..signed_in()
    };
    assert_eq!(second(&automatic), "Megan Bowen");
    let told = Snapshot {
        why: why(WhyKind::NoSession),
        ..signed_in()
    };
    assert_eq!(second(&told), "Because.");
    assert_eq!(second(&signed_out()), "Nobody is signed in.");
}

#[test]
fn a_strangers_text_stays_one_short_line() {
    assert_eq!(one_line("a\nb\tc"), "a b c");
    assert_eq!(one_line(&"x".repeat(500)).chars().count(), 61);
}

#[test]
fn presets_stand_in_the_menu_with_the_keys_that_apply_them() {
    let preset = Preset {
        name: "Focus".into(),
        presence: Some(PreferredPresence::DoNotDisturb),
        message: None,
        pinned: false,
        location: None,
        expiry: None,
        shortcut: Some("Ctrl+Alt+F".into()),
    };
    let action = ShortcutAction::Preset("Focus".into());
    let snapshot = Snapshot {
        presets: vec![preset],
        shortcuts: vec![engine::Shortcut {
            action,
            keys: Some("Ctrl+Alt+F".into()),
            trigger: Some("Ctrl+Alt+F".into()),
            problem: None,
        }],
        ..signed_in()
    };
    let model = TrayModel::new(&snapshot, ChosenLength::Usual, &now());
    let in_submenu = model.menu.iter().find_map(|entry| match entry {
        Entry::Submenu { label, entries } if label == "Presets" => entries.first(),
        _ => None,
    });
    let expected = Entry::Item {
        label: "Focus".into(),
        action: Some(Action::Command(Command::ApplyPreset {
            name: Some("Focus".into()),
        })),
        keys: Some("Ctrl+Alt+F".into()),
    };
    assert_eq!(in_submenu, Some(&expected));
}

#[test]
fn what_was_set_here_can_be_ended_and_nothing_else() {
    let can_end = |snapshot: &Snapshot| {
        let model = TrayModel::new(snapshot, ChosenLength::Usual, &now());
        let end = Some(Action::Command(Command::EndPresence));
        model
            .menu
            .iter()
            .any(|entry| matches!(entry, Entry::Item { action, .. } if *action == end))
    };
    assert!(can_end(&signed_in()));
    let nothing_asked = Snapshot {
        asked: Asked::default(),
        ..signed_in()
    };
    assert!(!can_end(&nothing_asked) && !can_end(&signed_out()));
}
