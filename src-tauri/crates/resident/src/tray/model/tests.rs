use engine::{Account, Asked, AskedPresence, Engine, Memory, Place, Settings};
use jiff::Timestamp;
use phrases::Language;
use presence::Presence;
use serde_json::json;

use super::*;

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
        asked: Asked {
            presence: Some(AskedPresence {
                value: PreferredPresence::Busy,
                until: Some("2026-11-20T15:30:00Z".parse::<Timestamp>().unwrap()),
                state: AskState::Confirmed,
            }),
            ..Asked::default()
        },
        problem: None,
        certainty: Certainty::Fresh,
        recent_messages: vec!["Deep work".into(), "x\ny".into()],
        ..signed_out()
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
            Entry::Submenu { entries, .. } => format!("[{}]", layout(entries)),
        })
        .collect()
}

fn leaves(entries: &[Entry]) -> Vec<(&str, bool, bool)> {
    entries
        .iter()
        .flat_map(|entry| match entry {
            Entry::Separator => Vec::new(),
            Entry::Item { label, action } => vec![(label.as_str(), false, action.is_some())],
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
    assert!(
        model.menu.iter().any(
            |entry| matches!(entry, Entry::Check { action: Some(Action::Command(command)), .. } if *command == busy)
        )
    );
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
            "Write a message…",
            "Open Presence Tray",
            "Sign in…",
            "Quit"
        ]
    );
    assert_eq!((model.icon, model.tooltip.as_str()), (Icon::SignedOut, "Not signed in"));
}

#[test]
fn the_icon_is_what_was_read_until_that_is_too_old_to_be_true() {
    let trouble = |certainty| Snapshot {
        problem: signed_out().problem,
        certainty,
        ..signed_in()
    };
    let shown = |snapshot: &Snapshot| TrayModel::new(snapshot, ChosenLength::Usual, &now()).icon;
    assert_eq!(shown(&signed_in()), Icon::Presence(Badge::Busy));
    assert_eq!(shown(&trouble(Certainty::Fresh)), Icon::Presence(Badge::Busy));
    assert_eq!(shown(&trouble(Certainty::Stale)), Icon::Problem);
}

#[test]
fn the_second_line_says_what_is_wrong_else_why_it_is_so_else_who_it_is() {
    let second = |snapshot: &Snapshot| match &TrayModel::new(snapshot, ChosenLength::Usual, &now()).menu[1] {
        Entry::Item { label, action: None } => label.clone(),
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
