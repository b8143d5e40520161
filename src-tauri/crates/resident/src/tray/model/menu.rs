//! The menu, entry by entry.

use engine::{AskState, Command, FlyoutCall, ShortcutAction, Snapshot, View, WhyKind};
use jiff::Zoned;
use presence::{Layer, LocationKind, MessageText, PreferredPresence, WorkLocation};

use super::{Action, Choice, ChosenLength, Entry};
use crate::words;

/// How many messages the menu offers: those set last, filled up with suggestions.
const MESSAGE_SLOTS: usize = 5;

pub(super) struct Menu<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) length: ChosenLength,
    pub(super) now: &'a Zoned,
}

impl Menu<'_> {
    pub(super) fn entries(&self) -> Vec<Entry> {
        vec![
            item(
                &words::headline(self.snapshot, self.snapshot.language, self.now),
                Some(Command::OPEN_FLYOUT),
            ),
            item(&self.second_line(), None),
            Entry::Separator,
            self.lengths(),
            self.presences(),
            self.end_now(),
            self.with_keys(
                item(&self.text("menu.reset"), self.if_signed_in(Command::ResetPresence)),
                &ShortcutAction::Reset,
            ),
            Entry::Separator,
            self.presets(),
            self.messages(),
            self.locations(),
            Entry::Separator,
            self.with_keys(
                item(&self.text("menu.open"), Some(Command::OPEN_FLYOUT)),
                &ShortcutAction::Open,
            ),
            item(&self.text("menu.shortcuts"), Some(open(View::Shortcuts))),
            item(&self.text("menu.settings"), Some(open(View::Settings))),
            self.keep_alive(),
            self.start_at_login(),
            self.examine(),
            self.sign_in_or_out(),
            Entry::Separator,
            item(&self.text("menu.quit"), Some(Command::Quit)),
        ]
    }

    /// What is wrong, else why the first line is what it is, else who it is.
    fn second_line(&self) -> String {
        let Snapshot {
            problem,
            notices,
            why,
            account,
            ..
        } = self.snapshot;
        let problem = problem.as_ref().map(|problem| &problem.message);
        let notice = notices.first().map(|notice| &notice.message);
        let why = why.as_ref();
        let why = why.filter(|why| !matches!(why.kind, WhyKind::Automatic | WhyKind::Asked));
        let who = account.as_ref().map(|account| &account.name);
        let said = problem.or(notice).or(why.map(|why| &why.message)).or(who);
        said.cloned().unwrap_or_else(|| self.text("app.name"))
    }

    fn presences(&self) -> Entry {
        let asked = self.snapshot.asked.presence.as_ref();
        let asked = asked.filter(|asked| asked.state != AskState::Refused);
        let choice = |presence: PreferredPresence| {
            let command = Command::SetPresence {
                presence,
                expiry: self.length.expiry(),
            };
            Choice {
                label: self.text(presence.phrase()),
                action: self.if_signed_in(command).map(Action::Command),
                keys: self.keys(&ShortcutAction::Set(presence)),
            }
        };
        Entry::Choices {
            choices: PreferredPresence::ALL.map(choice).into(),
            chosen: asked.and_then(|asked| PreferredPresence::ALL.iter().position(|value| *value == asked.value)),
        }
    }

    fn lengths(&self) -> Entry {
        let phrases = self.snapshot.language.phrases();
        let chosen = self.text(self.length.phrase());
        let choice = |length: ChosenLength| Choice {
            label: self.text(length.phrase()),
            action: Some(Action::ChooseLength(length)),
            keys: None,
        };
        Entry::Submenu {
            label: phrases.fill("menu.length-now", &[("length", &chosen)]),
            entries: vec![Entry::Choices {
                choices: ChosenLength::ALL.map(choice).into(),
                chosen: ChosenLength::ALL.iter().position(|length| *length == self.length),
            }],
        }
    }

    /// What was set here can be ended before its time; what it covered comes back.
    fn end_now(&self) -> Entry {
        let asked = self.snapshot.asked.presence.as_ref();
        let asked = asked.filter(|asked| asked.state != AskState::Refused);
        let command = asked.and_then(|_| self.if_signed_in(Command::EndPresence));
        item(&self.text("menu.end-now"), command)
    }

    fn presets(&self) -> Entry {
        let preset = |preset: &presence::Preset| {
            let command = Command::ApplyPreset {
                name: Some(preset.name.clone()),
            };
            self.with_keys(
                item(&preset.name, self.if_signed_in(command)),
                &ShortcutAction::Preset(preset.name.clone()),
            )
        };
        let mut entries: Vec<Entry> = self.snapshot.presets.iter().map(preset).collect();
        entries.extend([
            Entry::Separator,
            item(&self.text("menu.presets-edit"), Some(open(View::Settings))),
        ]);
        Entry::Submenu {
            label: self.text("menu.presets"),
            entries,
        }
    }

    fn messages(&self) -> Entry {
        let shown = self.snapshot.presence.as_ref().and_then(presence::Presence::message);
        let recent = self.snapshot.recent_messages.iter().cloned();
        let suggestions = (1..=MESSAGE_SLOTS).map(|number| self.text(&format!("suggestion.{number}")));
        let mut slots: Vec<String> = recent.collect();
        for suggestion in suggestions {
            if !slots.contains(&suggestion) {
                slots.push(suggestion);
            }
        }
        let mut entries: Vec<Entry> = slots
            .into_iter()
            .take(MESSAGE_SLOTS)
            .map(|text| Entry::Check {
                checked: shown.as_ref().is_some_and(|shown| shown.text == text),
                action: MessageText::new(&text)
                    .ok()
                    .and_then(|text| {
                        self.if_signed_in(Command::SetMessage {
                            text,
                            expiry: None,
                            pinned: None,
                        })
                    })
                    .map(Action::Command),
                label: one_line(&text),
            })
            .collect();
        entries.extend([
            Entry::Separator,
            item(&self.text("menu.message-write"), Some(open(View::Message))),
            item(
                &self.text("menu.message-clear"),
                self.if_signed_in(Command::ClearMessage),
            ),
        ]);
        Entry::Submenu {
            label: self.text("menu.message"),
            entries,
        }
    }

    fn locations(&self) -> Entry {
        let shown = self.snapshot.presence.as_ref().and_then(presence::Presence::location);
        let entry = |label: String, location: WorkLocation, checked: bool| Entry::Check {
            label,
            checked,
            action: self
                .if_signed_in(Command::SetLocation {
                    location,
                    layer: Layer::Manual,
                })
                .map(Action::Command),
        };
        let mut entries: Vec<Entry> = LocationKind::ALL
            .into_iter()
            .map(|kind| {
                let checked = shown.as_ref().is_some_and(|shown| shown.kind == kind);
                entry(self.text(kind.phrase()), WorkLocation { kind, place: None }, checked)
            })
            .collect();
        entries.push(Entry::Separator);
        entries.extend(self.snapshot.places.iter().map(|place| {
            let location = WorkLocation {
                kind: LocationKind::Office,
                place: Some(place.id.clone()),
            };
            let checked = shown.as_ref().is_some_and(|shown| location.is_shown_by(shown));
            entry(one_line(&place.name), location, checked)
        }));
        entries.push(item(
            &self.text("menu.location-clear"),
            self.if_signed_in(Command::ClearLocation { layer: Layer::Manual }),
        ));
        Entry::Submenu {
            label: self.text("menu.location"),
            entries,
        }
    }

    fn keep_alive(&self) -> Entry {
        let on = self.snapshot.keep_alive.on;
        Entry::Check {
            label: self.text("menu.keep-alive"),
            checked: on,
            action: self.if_signed_in(Command::KeepAlive { on: !on }).map(Action::Command),
        }
    }

    fn start_at_login(&self) -> Entry {
        let on = self.snapshot.start_at_login;
        Entry::Check {
            label: self.text("menu.start-at-login"),
            checked: on == Some(true),
            action: on.map(|on| Action::Command(Command::SetStartAtLogin { on: !on })),
        }
    }

    fn sign_in_or_out(&self) -> Entry {
        let phrases = self.snapshot.language.phrases();
        match (&self.snapshot.signing_in, &self.snapshot.account) {
            (Some(_), _) => item(&self.text("menu.sign-in-waiting"), Some(Command::CancelSignIn)),
            (None, Some(account)) if self.snapshot.signed_in => {
                let label = phrases.fill("menu.sign-out", &[("name", &account.name)]);
                item(&label, Some(Command::SignOut))
            }
            _ => item(&self.text("menu.sign-in"), Some(Command::SIGN_IN)),
        }
    }

    /// The demonstration has nothing of a person's to look at.
    fn examine(&self) -> Entry {
        Entry::Item {
            label: self.text("menu.doctor"),
            action: (!self.snapshot.demo).then_some(Action::Examine),
            keys: None,
        }
    }

    /// The same entry, with the global shortcut that does what it does.
    fn with_keys(&self, entry: Entry, shortcut: &ShortcutAction) -> Entry {
        match entry {
            Entry::Item { label, action, .. } => Entry::Item {
                label,
                action,
                keys: self.keys(shortcut),
            },
            entry => entry,
        }
    }

    /// The keys that are listened for.
    fn keys(&self, action: &ShortcutAction) -> Option<String> {
        let shortcut = self
            .snapshot
            .shortcuts
            .iter()
            .find(|shortcut| shortcut.action == *action)?;
        shortcut.trigger.clone().filter(|keys| !keys.is_empty())
    }

    fn if_signed_in(&self, command: Command) -> Option<Command> {
        self.snapshot.signed_in.then_some(command)
    }

    fn text(&self, key: &str) -> String {
        self.snapshot.language.phrases().text(key).to_owned()
    }
}

fn item(label: &str, command: Option<Command>) -> Entry {
    Entry::Item {
        label: one_line(label),
        action: command.map(Action::Command),
        keys: None,
    }
}

fn open(view: View) -> Command {
    Command::OpenFlyout(FlyoutCall {
        view,
        ..FlyoutCall::default()
    })
}

/// Text of a stranger in a menu: one line, not longer than a menu can bear.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut line: String = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}
