//! The tray as a plain description: icon, tooltip, menu. Worked out from a Snapshot, drawn by a backend that knows nothing else.
//!
//! The menu's layout never changes: the same entries in the same order, whatever is shown. Only labels, marks and whether an entry can be
//! chosen change. A changed layout would give every entry a new id on Linux, and a click in an open menu would be lost.

use engine::{AskState, Certainty, Command, Snapshot, WhyKind};
use jiff::Zoned;
use presence::{Badge, End, Expiry, Layer, Length, LocationKind, MessageText, PreferredPresence, WorkLocation};

use crate::words;

/// What the tray shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrayModel {
    pub(crate) icon: Icon,
    pub(crate) tooltip: String,
    pub(crate) menu: Vec<Entry>,
}

/// The picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Icon {
    Presence(Badge),
    SignedOut,
    Problem,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    Separator,
    /// Can be chosen, unless `action` is missing.
    Item {
        label: String,
        action: Option<Action>,
    },
    /// The same with a mark before it.
    Check {
        label: String,
        checked: bool,
        action: Option<Action>,
    },
    Submenu {
        label: String,
        entries: Vec<Entry>,
    },
}

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    Command(Command),
    /// For how long presences are set from now on; of the tray alone.
    ChooseLength(ChosenLength),
}

/// For how long the menu sets a presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ChosenLength {
    /// As long as the service keeps it by itself.
    #[default]
    Usual,
    HalfAnHour,
    OneHour,
    TwoHours,
    FourHours,
    Tomorrow,
}

impl ChosenLength {
    const ALL: [ChosenLength; 6] = [
        ChosenLength::Usual,
        ChosenLength::HalfAnHour,
        ChosenLength::OneHour,
        ChosenLength::TwoHours,
        ChosenLength::FourHours,
        ChosenLength::Tomorrow,
    ];

    fn phrase(self) -> &'static str {
        match self {
            ChosenLength::Usual => "length.default",
            ChosenLength::HalfAnHour => "length.30m",
            ChosenLength::OneHour => "length.1h",
            ChosenLength::TwoHours => "length.2h",
            ChosenLength::FourHours => "length.4h",
            ChosenLength::Tomorrow => "length.tomorrow",
        }
    }

    fn expiry(self) -> Option<Expiry> {
        let minutes = |minutes| Some(Expiry::For(Length::from_minutes(minutes)));
        match self {
            ChosenLength::Usual => None,
            ChosenLength::HalfAnHour => minutes(30),
            ChosenLength::OneHour => minutes(60),
            ChosenLength::TwoHours => minutes(120),
            ChosenLength::FourHours => minutes(240),
            ChosenLength::Tomorrow => Some(Expiry::Until(End::Tomorrow)),
        }
    }
}

/// How many messages the menu offers: those set last, filled up with suggestions.
const MESSAGE_SLOTS: usize = 5;

impl TrayModel {
    pub(crate) fn new(snapshot: &Snapshot, length: ChosenLength, now: &Zoned) -> TrayModel {
        TrayModel {
            icon: icon(snapshot),
            tooltip: tooltip(snapshot, now),
            menu: Menu { snapshot, length, now }.entries(),
        }
    }

    /// What choosing the entry with this number does.
    pub(crate) fn action(&self, number: &str) -> Option<Action> {
        let number: usize = number.parse().ok()?;
        actions(&self.menu).get(number).copied().flatten().cloned()
    }
}

/// The actions of all entries, in the order in which they were numbered.
fn actions(entries: &[Entry]) -> Vec<Option<&Action>> {
    let mut found = Vec::new();
    for entry in entries {
        match entry {
            Entry::Separator => found.push(None),
            Entry::Item { action, .. } | Entry::Check { action, .. } => found.push(action.as_ref()),
            Entry::Submenu { entries, .. } => {
                found.push(None);
                found.extend(actions(entries));
            }
        }
    }
    found
}

fn icon(snapshot: &Snapshot) -> Icon {
    if !snapshot.signed_in {
        return Icon::SignedOut;
    }
    // What was read a while ago is shown as long as it may still be true.
    let doubtful = matches!(snapshot.certainty, Certainty::Stale | Certainty::Unread);
    match &snapshot.presence {
        _ if snapshot.problem.is_some() && doubtful => Icon::Problem,
        Some(presence) => Icon::Presence(presence.badge()),
        None => Icon::Presence(Badge::Unknown),
    }
}

fn tooltip(snapshot: &Snapshot, now: &Zoned) -> String {
    let mut lines = vec![words::headline(snapshot, snapshot.language, now)];
    if let Some(problem) = snapshot.problem.as_ref().filter(|_| snapshot.signed_in) {
        lines.push(problem.message.clone());
    }
    if snapshot.demo {
        lines.push(snapshot.language.phrases().text("app.demo").to_owned());
    }
    lines.join("\n")
}

struct Menu<'a> {
    snapshot: &'a Snapshot,
    length: ChosenLength,
    now: &'a Zoned,
}

impl Menu<'_> {
    fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![
            item(
                &words::headline(self.snapshot, self.snapshot.language, self.now),
                Some(Command::OPEN_FLYOUT),
            ),
            item(&self.second_line(), None),
            Entry::Separator,
            self.lengths(),
        ];
        entries.extend(PreferredPresence::ALL.map(|presence| self.presence(presence)));
        entries.extend([
            item(&self.text("menu.reset"), self.if_signed_in(Command::ResetPresence)),
            Entry::Separator,
            self.messages(),
            self.locations(),
            Entry::Separator,
            item(&self.text("menu.open"), Some(Command::OPEN_FLYOUT)),
            self.keep_alive(),
            self.start_at_login(),
            self.sign_in_or_out(),
            Entry::Separator,
            item(&self.text("menu.quit"), Some(Command::Quit)),
        ]);
        entries
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

    fn presence(&self, presence: PreferredPresence) -> Entry {
        let asked = self.snapshot.asked.presence.as_ref();
        Entry::Check {
            label: self.text(presence.phrase()),
            checked: asked.is_some_and(|asked| asked.value == presence && asked.state != AskState::Refused),
            action: self
                .if_signed_in(Command::SetPresence {
                    presence,
                    expiry: self.length.expiry(),
                })
                .map(Action::Command),
        }
    }

    fn lengths(&self) -> Entry {
        let chosen = self.text(self.length.phrase());
        Entry::Submenu {
            label: self
                .snapshot
                .language
                .phrases()
                .fill("menu.length-now", &[("length", &chosen)]),
            entries: ChosenLength::ALL
                .into_iter()
                .map(|length| Entry::Check {
                    label: self.text(length.phrase()),
                    checked: length == self.length,
                    action: Some(Action::ChooseLength(length)),
                })
                .collect(),
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
            item(&self.text("menu.message-write"), Some(Command::OPEN_FLYOUT)),
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
    }
}

/// Text of a stranger in a menu: one line, not longer than a menu can bear.
fn one_line(text: &str) -> String {
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

#[cfg(test)]
mod tests;
