//! What a person is told, in words, and what the buttons do.

use engine::{Command, Notification, NotificationKind, Remedy, Trouble};
use jiff::{SignedDuration, Zoned};
use phrases::Language;
use presence::{End, Expiry};

use crate::words;

/// A notification in words, with what its buttons order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// Of each, one is shown.
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) buttons: Vec<Button>,
}

/// The words on a button, and what it orders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Button {
    pub(super) label: String,
    pub(super) command: Command,
}

/// Pressing «extend» adds this.
const EXTENSION: SignedDuration = SignedDuration::from_mins(30);

impl Told {
    pub(super) fn of(notification: &Notification, language: Language, now: &Zoned) -> Told {
        let phrases = language.phrases();
        let text = |key: &str| phrases.text(key).to_owned();
        let kind = name(notification.kind());
        let button = |key: &str, command| Button {
            label: text(key),
            command,
        };
        match notification {
            Notification::SignInNeeded => Told {
                kind,
                title: text("notice.sign-in-needed.title"),
                body: text("notice.sign-in-needed.body"),
                buttons: vec![button("notice.sign-in-needed.action", Command::SIGN_IN)],
            },
            Notification::EndingSoon {
                presence,
                until,
                before,
            } => {
                let asked = phrases.text(presence.phrase());
                let time = words::when(*until, now, language);
                let body = match before {
                    Some(before) => phrases.fill(
                        "notice.ending-soon.body-back",
                        &[("before", phrases.text(before.phrase()))],
                    ),
                    None => text("notice.ending-soon.body"),
                };
                let longer = Command::SetPresence {
                    presence: *presence,
                    expiry: Some(Expiry::Until(End::At(*until + EXTENSION))),
                };
                Told {
                    kind,
                    title: phrases.fill("notice.ending-soon.title", &[("asked", asked), ("time", &time)]),
                    body,
                    buttons: vec![
                        button("notice.ending-soon.extend", longer),
                        button("notice.ending-soon.end-now", Command::EndPresence),
                    ],
                }
            }
            Notification::NotTaken {
                message,
                advice,
                remedy,
                ..
            } => Told {
                kind,
                title: text("notice.not-taken.title"),
                body: format!("{message} {advice}"),
                buttons: remedy
                    .iter()
                    .map(|remedy| match remedy {
                        Remedy::SignIn => button("flyout.sign-in", Command::SIGN_IN),
                        Remedy::TryAgain => button("flyout.retry", Command::Refresh),
                        Remedy::KeepAlive => button("flyout.stay-visible", Command::KeepAlive { on: true }),
                        // What to set again is in the window.
                        Remedy::SetAgain => button("menu.open", Command::OPEN_FLYOUT),
                    })
                    .collect(),
            },
        }
    }

    /// The program runs where nobody sees it.
    pub(super) fn of_missing_tray(language: Language) -> Told {
        let phrases = language.phrases();
        Told {
            kind: "no-tray",
            title: phrases.text("notice.no-tray.title").to_owned(),
            body: phrases.text("notice.no-tray.body").to_owned(),
            buttons: vec![Button {
                label: phrases.text("menu.open").to_owned(),
                command: Command::OPEN_FLYOUT,
            }],
        }
    }

    /// The window was called, and its program is not installed.
    pub(super) fn of_missing_window(language: Language) -> Told {
        let phrases = language.phrases();
        Told {
            kind: "no-window",
            title: phrases.text("notice.no-window.title").to_owned(),
            body: phrases.text("notice.no-window.body").to_owned(),
            buttons: Vec::new(),
        }
    }

    /// Of something that was chosen in the menu and did not come about.
    pub(super) fn of_trouble(trouble: &Trouble) -> Told {
        Told {
            kind: "trouble",
            title: trouble.message.clone(),
            body: trouble.advice.clone(),
            buttons: Vec::new(),
        }
    }
}

/// The kind as the desktop is told it.
pub(super) fn name(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::SignInNeeded => "sign-in-needed",
        NotificationKind::EndingSoon => "ending-soon",
        NotificationKind::NotTaken => "not-taken",
    }
}

#[cfg(test)]
mod tests {
    use engine::Subject;
    use presence::PreferredPresence;

    use super::*;

    #[test]
    fn every_notification_says_all_it_has_to_in_every_language() {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let not_taken = |remedy| Notification::NotTaken {
            about: Subject::Presence,
            message: "It does not show.".into(),
            advice: "Set it again.".into(),
            remedy,
        };
        let remedies = [Remedy::SignIn, Remedy::TryAgain, Remedy::KeepAlive, Remedy::SetAgain];
        let notifications = [
            Notification::SignInNeeded,
            Notification::EndingSoon {
                presence: PreferredPresence::Busy,
                until: "2026-11-20T14:35:00Z".parse().unwrap(),
                before: Some(PreferredPresence::DoNotDisturb),
            },
            not_taken(None),
        ];
        let all = notifications
            .into_iter()
            .chain(remedies.map(|remedy| not_taken(Some(remedy))));
        for notification in all {
            for language in Language::ALL {
                let told = Told::of(&notification, language, &now);
                let labels = told.buttons.iter().map(|button| &button.label);
                for text in [&told.title, &told.body].into_iter().chain(labels) {
                    assert!(!text.is_empty() && !text.contains(['{', '}']), "{told:?}");
                    assert!(!text.contains("notice.") && !text.contains("flyout."), "{told:?}");
                }
            }
        }
    }

    #[test]
    fn a_presence_about_to_end_can_be_extended_from_its_end_on() {
        let now: Zoned = "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let ending = Notification::EndingSoon {
            presence: PreferredPresence::DoNotDisturb,
            until: "2026-11-20T14:35:00Z".parse().unwrap(),
            before: None,
        };
        let told = Told::of(&ending, Language::English, &now);
        assert!(told.title.contains("15:35") || told.body.contains("15:35"), "{told:?}");
        let expected = Command::SetPresence {
            presence: PreferredPresence::DoNotDisturb,
            expiry: Some(Expiry::Until(End::At("2026-11-20T15:05:00Z".parse().unwrap()))),
        };
        assert_eq!(told.buttons[0].command, expected);
        assert_eq!(told.buttons[1].command, Command::EndPresence);
    }
}
