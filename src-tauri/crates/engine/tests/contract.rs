//! What travels between the processes, and to scripts: its types as the window knows them (`ui/src/contract.generated.ts`), and examples that the
//! window's own tests read too (`ui/fixtures`).
//!
//! Run with `PRESENCE_TRAY_WRITE_FIXTURES=1` to write them anew after a change that was meant.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it finds something wrong"
)]

use std::{collections::BTreeMap, fs, path::Path};

use engine::{
    Account, AskState, Asked, AskedLocation, AskedMessage, AskedPresence, Certainty, Code, Command, FlyoutCall, Hint,
    KeepAlive, Memory, Notice, Notifications, Place, Preferences, Problem, Reference, Registration, Remedy, Reply,
    Shortcut, ShortcutAction, SigningIn, Snapshot, Stretch, Subject, Theme, Trouble, View, Why, WhyKind,
};
use phrases::Language;
use presence::{Badge, Expiry, Layer, LocationKind, MessageText, PreferredPresence, Presence, Preset, WorkLocation};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use ts_rs::{Config, TS, TypeVisitor};

const UI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui");

/// Holds what is derived from the code now against what is kept under `ui`.
fn compare(name: &str, now: &str) {
    let path = Path::new(UI).join(name);
    if std::env::var_os("PRESENCE_TRAY_WRITE_FIXTURES").is_some() {
        fs::write(&path, now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(kept == now, "{name} has drifted: the window would not understand it");
}

/// Holds an example against what is kept of it; TypeScript's compiler holds it against the type.
fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(name: &str, form: &str, value: &T) {
    let json = serde_json::to_string_pretty(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{name} reads back");
    let import = form.trim_end_matches("[]");
    compare(
        &format!("fixtures/{name}.ts"),
        &format!("import type {{ {import} }} from '../src/contract.ts';\n\nexport default {json} satisfies {form};\n"),
    );
}

/// The declarations of types and of all they are made of, by name.
struct Declarations(BTreeMap<String, String>, Config);

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let Declarations(declared, form) = self;
        // What has no file of its own in ts-rs's eyes is built into TypeScript.
        if T::output_path().is_none() || declared.contains_key(&T::ident(form)) {
            return;
        }
        let declaration = format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(form));
        declared.insert(T::ident(form), declaration);
        T::visit_dependencies(self);
    }
}

#[test]
fn the_window_knows_the_types_as_they_are() {
    // A number of calls is far from where JavaScript's numbers end.
    let mut types = Declarations(BTreeMap::new(), Config::new().with_large_int("number"));
    types.visit::<Command>();
    types.visit::<Reply>();
    types.visit::<Snapshot>();
    let head = "/** Derived from the crates `engine`, `presence` and `phrases` by `engine/tests/contract.rs`, which also says how to write it anew. */\n";
    let declared: Vec<String> = types.0.into_values().collect();
    let lines = declared
        .join("\n")
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect::<String>();
    compare("src/contract.generated.ts", &format!("{head}\n{lines}"));
}

fn focus() -> Preset {
    Preset {
        name: "Focus".into(),
        presence: Some(PreferredPresence::DoNotDisturb),
        message: Some(MessageText::new("Focusing").unwrap()),
        pinned: true,
        location: None,
        expiry: Some(Expiry::For("1h".parse().unwrap())),
        shortcut: Some("Ctrl+Alt+F".into()),
    }
}

fn lunch() -> Preset {
    Preset {
        name: "Lunch".into(),
        presence: None,
        message: None,
        pinned: false,
        location: Some(WorkLocation {
            kind: LocationKind::Office,
            place: Some("b-1".into()),
        }),
        expiry: None,
        shortcut: None,
    }
}

fn a_day() -> Vec<Stretch> {
    vec![
        Stretch {
            badge: Badge::Available,
            since: "2026-11-20T08:00:00Z".parse().unwrap(),
            until: "2026-11-20T09:30:00Z".parse().unwrap(),
        },
        Stretch {
            badge: Badge::DoNotDisturb,
            since: "2026-11-20T09:30:00Z".parse().unwrap(),
            until: "2026-11-20T14:30:00Z".parse().unwrap(),
        },
    ]
}

fn some_shortcuts() -> Vec<Shortcut> {
    vec![
        Shortcut {
            action: ShortcutAction::Open,
            keys: Some("Ctrl+Alt+P".into()),
            trigger: Some("Ctrl+Alt+P".into()),
            problem: None,
        },
        Shortcut {
            action: ShortcutAction::Preset("Focus".into()),
            keys: Some("Ctrl+Alt+F".into()),
            trigger: None,
            problem: Some("Ctrl+Alt+F is taken by another program.".into()),
        },
    ]
}

fn signed_out() -> Snapshot {
    Snapshot {
        signed_in: false,
        account: None,
        presence: None,
        read_at: None,
        asked: Asked::default(),
        problem: Some(Problem {
            code: Code::NotSignedIn,
            message: "Nobody is signed in.".into(),
            advice: "Sign in from the tray menu, or with 'presence-tray sign-in'.".into(),
            since: "2026-11-20T14:30:00Z".parse().unwrap(),
            reference: Reference::default(),
            next_try: None,
            remedy: Some(Remedy::SignIn),
        }),
        certainty: Certainty::Unread,
        why: None,
        clearing: Vec::new(),
        notices: Vec::new(),
        keep_alive: KeepAlive { on: false, until: None },
        read_only: false,
        signing_in: None,
        sign_in_failed: None,
        session_only: false,
        registration: Some(Registration {
            client_id: Some("a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab".into()),
            tenant: Some("contoso.example".into()),
            built_in: false,
            permissions: vec!["Presence.Read".into(), "Presence.ReadWrite".into()],
            approval_link: Some("https://login.example/organizations/v2.0/adminconsent?client_id=x".into()),
            portal: "https://entra.example".into(),
            script: "az ad app create --display-name 'Presence Tray'\n".into(),
        }),
        recent_messages: Vec::new(),
        presets: Vec::new(),
        last_preset: None,
        places: Vec::new(),
        own_places: Vec::new(),
        today: Vec::new(),
        preferences: Preferences::default(),
        shortcuts: Vec::new(),
        missing_tray: Some(Hint {
            message: "This desktop shows no tray icons.".into(),
            advice: "Start a bar with a tray, such as Waybar; the icon then appears by itself.".into(),
        }),
        start_at_login: Some(false),
        flyout_calls: 1,
        flyout_call: FlyoutCall::default(),
        demo: true,
        language: Language::English,
    }
}

fn signed_in() -> Snapshot {
    let at = |text: &str| Some(text.parse().unwrap());
    Snapshot {
        signed_in: true,
        account: Some(Account {
            name: "Megan Bowen".into(),
            username: "megan@contoso.example".into(),
            tenant_id: "3c1fbb05-9a0c-4d59-8bd7-2f4f8d0c1f10".into(),
            id: "fa8bf3dc-eca7-46b7-bad1-db199b62afc3".into(),
        }),
        presence: Some(
            Presence::from_graph(json!({
                "id": "fa8bf3dc-eca7-46b7-bad1-db199b62afc3",
                "availability": "Available",
                "activity": "Available",
                "sequenceNumber": "A0129311063",
                "outOfOfficeSettings": {"message": null, "isOutOfOffice": false},
                "statusMessage": {
                    "publishedDateTime": "2026-11-20T14:00:00.0000000Z",
                    "message": {"content": "Deep work<pinnednote></pinnednote>", "contentType": "text"},
                    "expiryDateTime": {"dateTime": "2026-11-20T17:00:00.0000000", "timeZone": "UTC"}
                },
                "workLocation": {"placeId": null, "source": "manual", "workLocationType": "remote"}
            }))
            .unwrap(),
        ),
        read_at: at("2026-11-20T14:30:00Z"),
        asked: Asked {
            presence: Some(AskedPresence {
                value: PreferredPresence::Busy,
                until: at("2026-11-20T15:30:00Z"),
                state: AskState::Pending,
            }),
            message: Some(AskedMessage {
                value: MessageText::new("Deep work").unwrap(),
                until: at("2026-11-20T17:00:00Z"),
                state: AskState::Confirmed,
            }),
            location: Some(AskedLocation {
                value: LocationKind::Office,
                place: Some("b-1".into()),
                until: at("2026-11-20T23:00:00Z"),
                state: AskState::Refused,
            }),
        },
        problem: None,
        certainty: Certainty::Settling,
        why: Some(Why {
            kind: WhyKind::AskedWithoutSession,
            message: "No Teams is running, so Busy does not show.".into(),
            remedy: Some(Remedy::KeepAlive),
            asked: Some(PreferredPresence::Busy),
        }),
        clearing: vec![Subject::Message],
        notices: vec![Notice {
            about: Subject::Location,
            code: Code::PlaceRefused,
            message: "The building was not accepted; your office is set without it.".into(),
            advice: "Check the building's id in the settings.".into(),
            since: "2026-11-20T14:29:00Z".parse().unwrap(),
        }],
        keep_alive: KeepAlive {
            on: true,
            until: at("2026-11-20T15:30:00Z"),
        },
        recent_messages: vec!["Deep work".into(), "At lunch".into()],
        places: vec![Place {
            name: "Headquarters".into(),
            id: "b-1".into(),
        }],
        presets: vec![focus(), lunch()],
        last_preset: Some("Focus".into()),
        today: a_day(),
        preferences: Preferences {
            language: Some(Language::English),
            theme: Theme::Dark,
            notifications: Notifications::Important,
        },
        shortcuts: some_shortcuts(),
        missing_tray: None,
        flyout_calls: 2,
        flyout_call: FlyoutCall {
            at: Some((1900, 12)),
            token: None,
            toggle: true,
            view: View::Main,
        },
        ..signed_out()
    }
}

#[test]
fn snapshots_keep_their_form() {
    check("snapshot.signed-out", "Snapshot", &signed_out());
    check("snapshot.signed-in", "Snapshot", &signed_in());
    let waiting = Snapshot {
        signing_in: Some(SigningIn {
            url: Some("http://127.0.0.1:9000/organizations/oauth2/v2.0/authorize?client_id=x".into()),
            code: None,
        }),
        language: Language::German,
        ..signed_out()
    };
    check("snapshot.signing-in", "Snapshot", &waiting);
    let throttled = Snapshot {
        problem: Some(Problem {
            code: Code::Throttled,
            message: "Microsoft asks for a pause.".into(),
            advice: "Nothing is lost; try again later.".into(),
            since: "2026-11-20T14:31:00Z".parse().unwrap(),
            reference: Reference::default(),
            next_try: Some("2026-11-20T14:32:30Z".parse().unwrap()),
            remedy: Some(Remedy::TryAgain),
        }),
        ..signed_in()
    };
    check("snapshot.problem", "Snapshot", &throttled);
}

#[test]
fn commands_keep_their_form() {
    let commands = vec![
        Command::SetPresence {
            presence: PreferredPresence::Busy,
            expiry: Some(Expiry::For("1h".parse().unwrap())),
        },
        Command::SetPresence {
            presence: PreferredPresence::DoNotDisturb,
            expiry: Some(Expiry::until("tomorrow").unwrap()),
        },
        Command::SetPresence {
            presence: PreferredPresence::Offline,
            expiry: None,
        },
        Command::ResetPresence,
        Command::SetMessage {
            text: MessageText::new("Back at four").unwrap(),
            expiry: Some(Expiry::until("16:00").unwrap()),
            pinned: None,
        },
        Command::ClearMessage,
        Command::SetLocation {
            location: WorkLocation {
                kind: LocationKind::Office,
                place: Some("b-1".into()),
            },
            layer: Layer::Manual,
        },
        Command::ClearLocation {
            layer: Layer::Automatic,
        },
        Command::KeepAlive { on: true },
        Command::Dismiss {
            about: Subject::Location,
        },
        Command::SIGN_IN,
        Command::SignIn {
            by_code: true,
            session_only: true,
        },
        Command::CancelSignIn,
        Command::SignOut,
        Command::Refresh,
        Command::EndPresence,
        Command::ApplyPreset {
            name: Some("Focus".into()),
        },
        Command::ApplyPreset { name: None },
        Command::OPEN_FLYOUT,
        Command::OpenFlyout(FlyoutCall {
            at: Some((1900, 12)),
            token: Some("a-token".into()),
            toggle: true,
            view: View::Settings,
        }),
        Command::SetPresets {
            presets: vec![focus(), lunch()],
        },
        Command::SetShortcut {
            action: ShortcutAction::Set(PreferredPresence::DoNotDisturb),
            keys: Some("Ctrl+Alt+D".into()),
        },
        Command::SetShortcut {
            action: ShortcutAction::Preset("Focus".into()),
            keys: None,
        },
        Command::SetNotifications {
            notifications: Notifications::Important,
        },
        Command::SetLanguage {
            language: Some(Language::German),
        },
        Command::SetTheme { theme: Theme::Dark },
        Command::SetRegistration {
            client_id: Some("a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab".into()),
            tenant: None,
        },
        Command::SetPlaces {
            places: vec![Place {
                name: "Headquarters".into(),
                id: "b-1".into(),
            }],
        },
        Command::SetStartAtLogin { on: true },
        Command::Quit,
    ];
    check("commands", "Command[]", &commands);
}

#[test]
fn replies_keep_their_form() {
    let failed = Reply::Failed(Trouble {
        code: Code::Refused,
        message: "Microsoft refused the request: place unknown".into(),
        advice: "Nothing was changed. Check what was asked for, and try again.".into(),
        reference: Reference::default(),
    });
    let except = Reply::DoneExcept(Trouble {
        code: Code::PlaceRefused,
        message: "The building was not accepted; your office is set without it.".into(),
        advice: "Check the building's id in the settings.".into(),
        reference: Reference::default(),
    });
    check("replies", "Reply[]", &vec![Reply::Done, except, failed]);
}

#[test]
fn a_memory_of_an_earlier_or_a_later_version_is_read_as_far_as_it_goes() {
    let memory: Memory = serde_json::from_str(r#"{"account": null, "mood": "good"}"#).unwrap();
    assert_eq!(memory, Memory::default());
}
