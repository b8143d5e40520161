//! The tray as a plain description: icon, tooltip, menu. Worked out from a Snapshot, drawn by a backend that knows nothing else.
//!
//! The menu's layout never changes: the same entries in the same order, whatever is shown. Only labels, marks and whether an entry can be
//! chosen change. A changed layout would give every entry a new id on Linux, and a click in an open menu would be lost.

mod length;
mod menu;

use engine::{AskState, Asked, Certainty, Command, Snapshot};
use jiff::Zoned;
use presence::Badge;

use crate::words;
use menu::Menu;

pub(crate) use length::ChosenLength;

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
    Presence {
        badge: Badge,
        mark: Option<Mark>,
    },
    SignedOut,
    /// Something is wrong, and no presence is known.
    Problem,
}

/// What is said of a presence beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    /// Something was asked for that was not seen yet.
    Pending,
    /// It may be old.
    Stale,
    /// It may be old, and something is wrong.
    Error,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    Separator,
    /// Can be chosen, unless `action` is missing.
    Item {
        label: String,
        action: Option<Action>,
        /// A global shortcut that does the same, as text such as `Ctrl+Alt+P`.
        keys: Option<String>,
    },
    /// The same with a mark before it.
    Check {
        label: String,
        checked: bool,
        action: Option<Action>,
    },
    /// Of these one at most is marked.
    Choices {
        choices: Vec<Choice>,
        chosen: Option<usize>,
    },
    Submenu {
        label: String,
        entries: Vec<Entry>,
    },
}

/// One of several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) label: String,
    pub(crate) action: Option<Action>,
    /// As in [`Entry::Item`].
    pub(crate) keys: Option<String>,
}

/// What choosing an entry does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    Command(Command),
    /// For how long presences are set from now on; of the tray alone.
    ChooseLength(ChosenLength),
    /// Look what works, and show what was found; of the resident alone.
    Examine,
}

impl TrayModel {
    pub(crate) fn new(snapshot: &Snapshot, length: ChosenLength, now: &Zoned) -> TrayModel {
        TrayModel {
            icon: icon(snapshot),
            tooltip: tooltip(snapshot, now),
            menu: Menu { snapshot, length, now }.entries(),
        }
    }

    /// What choosing the entry with this number does.
    pub(crate) fn action(&self, number: usize) -> Option<Action> {
        actions(&self.menu).get(number).copied().flatten().cloned()
    }
}

/// The actions of all entries, in the order in which they were numbered.
fn actions(entries: &[Entry]) -> Vec<Option<&Action>> {
    let mut found = Vec::new();
    for entry in entries {
        match entry {
            Entry::Separator => found.push(None),
            Entry::Choices { choices, .. } => found.extend(choices.iter().map(|choice| choice.action.as_ref())),
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
    let badge = snapshot.presence.as_ref().map(presence::Presence::badge);
    match (badge, mark(snapshot)) {
        (None, Some(Mark::Error)) => Icon::Problem,
        (None, mark) => Icon::Presence {
            badge: Badge::Unknown,
            mark,
        },
        (Some(badge), mark) => Icon::Presence { badge, mark },
    }
}

/// What matters most: why what is shown may be wrong, before what is to become of it.
fn mark(snapshot: &Snapshot) -> Option<Mark> {
    // What was read a while ago is shown without doubt as long as it may still be true.
    let doubtful = matches!(snapshot.certainty, Certainty::Stale | Certainty::Unread);
    if snapshot.problem.is_some() && doubtful {
        Some(Mark::Error)
    } else if snapshot.certainty == Certainty::Stale {
        Some(Mark::Stale)
    } else if is_pending(snapshot) {
        Some(Mark::Pending)
    } else {
        None
    }
}

fn is_pending(snapshot: &Snapshot) -> bool {
    let Asked {
        presence,
        message,
        location,
    } = &snapshot.asked;
    let states = [
        presence.as_ref().map(|asked| asked.state),
        message.as_ref().map(|asked| asked.state),
        location.as_ref().map(|asked| asked.state),
    ];
    states.contains(&Some(AskState::Pending)) || !snapshot.clearing.is_empty()
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

#[cfg(test)]
mod tests;
