//! The Snapshot as a person reads it at a terminal: first what is shown, why, and what could not be done; then the rest, as a table.

use engine::{AskState, Certainty, Snapshot};
use jiff::{Timestamp, Zoned};
use phrases::{Language, Phrases};
use presence::Presence;

use super::{
    print::printable,
    style::{BAD, DOUBTFUL, FAINT, STRONG, of_presence},
};
use crate::words;

/// What `status` prints, without the last end of line.
pub(crate) fn in_words(snapshot: &Snapshot, now: &Zoned, language: Language) -> String {
    let teller = Teller {
        snapshot,
        now,
        language,
        phrases: language.phrases(),
    };
    let mut lines = vec![teller.headline()];
    lines.extend(snapshot.why.as_ref().map(|why| printable(&why.message)));
    let warn = |text: &str| format!("{DOUBTFUL}! {}{DOUBTFUL:#}", printable(text));
    lines.extend(
        snapshot
            .notices
            .iter()
            .map(|notice| warn(&format!("{} {}", notice.message, notice.advice))),
    );
    if snapshot.read_only {
        lines.push(warn(teller.phrases.text("cli.read-only")));
    }
    let rows = teller.rows();
    let width = rows
        .iter()
        .map(|(label, _)| label.chars().count())
        .max()
        .unwrap_or_default();
    if !rows.is_empty() {
        lines.push(String::new());
    }
    lines.extend(
        rows.iter()
            .map(|(label, text)| format!("{FAINT}{label:width$}{FAINT:#}  {text}")),
    );
    lines.join("\n")
}

/// What `watch` prints at each change.
pub(crate) fn in_a_line(snapshot: &Snapshot, now: &Zoned, language: Language) -> String {
    let teller = Teller {
        snapshot,
        now,
        language,
        phrases: language.phrases(),
    };
    let headline = teller.headline();
    match snapshot.problem.as_ref().filter(|_| snapshot.signed_in) {
        Some(problem) => format!("{headline} {BAD}({}){BAD:#}", printable(&problem.message)),
        None => headline,
    }
}

struct Teller<'a> {
    snapshot: &'a Snapshot,
    now: &'a Zoned,
    language: Language,
    phrases: &'static Phrases,
}

impl Teller<'_> {
    fn headline(&self) -> String {
        let presence = self.snapshot.presence.as_ref().filter(|_| self.snapshot.signed_in);
        let style = presence.map_or(STRONG, |presence| of_presence(presence.badge()));
        let text = words::headline(self.snapshot, self.language, self.now);
        format!("{style}{}{style:#}", printable(&text))
    }

    /// What else is known, each with what it is.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let snapshot = self.snapshot;
        let row = |key: &'static str, text| (self.phrases.text(key), text);
        let mut rows = Vec::new();
        if let Some(presence) = &snapshot.presence {
            rows.extend(self.message(presence).map(|text| row("cli.message", text)));
            rows.extend(self.location(presence).map(|text| row("cli.location", text)));
        }
        // Said once for all of them.
        let labels = std::iter::once(self.phrases.text("cli.asked")).chain(std::iter::repeat(""));
        rows.extend(labels.zip(self.asked()));
        if let Some(account) = &snapshot.account {
            let (name, username) = (printable(&account.name), printable(&account.username));
            rows.push(row("cli.account", format!("{name} ({username})")));
        }
        if let Some(at) = snapshot.read_at {
            let ago = words::ago(at, self.now, self.language);
            let said = match snapshot.certainty {
                Certainty::Stale => self.phrases.fill("cli.read.stale", &[("ago", &ago)]),
                _ => ago,
            };
            rows.push(row("cli.read", said));
        }
        rows
    }

    fn message(&self, presence: &Presence) -> Option<String> {
        let message = presence.message()?;
        Some(self.with_end(&printable(&message.text), message.until))
    }

    fn location(&self, presence: &Presence) -> Option<String> {
        let location = presence.location()?;
        let kind = self.phrases.text(location.kind.phrase());
        let Some(id) = &location.place else {
            return Some(kind.to_owned());
        };
        let known = self.snapshot.places.iter().find(|place| place.id == *id);
        Some(format!("{kind} – {}", printable(known.map_or(id, |place| &place.name))))
    }

    fn asked(&self) -> Vec<String> {
        let asked = &self.snapshot.asked;
        let presence = asked.presence.as_ref().map(|asked| {
            let what = self.phrases.text(asked.value.phrase()).to_owned();
            (what, asked.until, asked.state)
        });
        let message = asked.message.as_ref().map(|asked| {
            let what = printable(asked.value.as_str());
            (what, asked.until, asked.state)
        });
        let location = asked.location.as_ref().map(|asked| {
            let what = self.phrases.text(asked.value.phrase()).to_owned();
            (what, asked.until, asked.state)
        });
        let all = [presence, message, location].into_iter().flatten();
        all.map(|(what, until, state)| {
            let state = self.phrases.text(match state {
                AskState::Pending => "cli.state.pending",
                AskState::Confirmed => "cli.state.confirmed",
                AskState::Refused => "cli.state.refused",
            });
            format!("{}, {state}", self.with_end(&what, until))
        })
        .collect()
    }

    fn with_end(&self, what: &str, until: Option<Timestamp>) -> String {
        match until {
            Some(until) => {
                let time = words::when(until, self.now, self.language);
                self.phrases.fill("state.until", &[("what", what), ("time", &time)])
            }
            None => what.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use engine::{Account, Asked, AskedMessage, AskedPresence, Engine, Memory, Settings, Why, WhyKind};
    use presence::{MessageText, PreferredPresence};
    use serde_json::json;

    use super::*;

    fn now() -> Zoned {
        "2026-11-20T15:30:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    fn signed_out() -> Snapshot {
        Engine::new(Settings::default(), Memory::default(), &now()).snapshot()
    }

    fn busy() -> Snapshot {
        let until: Timestamp = "2026-11-20T15:30:00Z".parse().unwrap();
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
                    "statusMessage": {"message": {"content": "Deep\u{1b}[31m work"}},
                    "workLocation": {"workLocationType": "office", "placeId": "b1"}
                }))
                .unwrap(),
            ),
            read_at: Some(now().timestamp()),
            asked: Asked {
                presence: Some(AskedPresence {
                    value: PreferredPresence::Busy,
                    until: Some(until),
                    state: AskState::Confirmed,
                }),
                message: Some(AskedMessage {
                    value: MessageText::new("Deep work").unwrap(),
                    until: None,
                    state: AskState::Pending,
                }),
                ..Asked::default()
            },
            why: Some(Why {
                kind: WhyKind::Asked,
                message: "You set Busy here.".into(),
                remedy: None,
                asked: None,
            }),
            certainty: Certainty::Stale,
            ..signed_out()
        }
    }

    #[test]
    fn a_state_is_a_headline_and_a_table() {
        let told = strip_str(&in_words(&busy(), &now(), Language::English)).to_string();
        assert_eq!(
            told,
            "Busy until 16:30\n\
             You set Busy here.\n\
             \n\
             Message   Deep [31m work\n\
             Location  Office – b1\n\
             Asked     Busy until 16:30, confirmed\n\
             \u{20}         Deep work, pending\n\
             Account   Megan Bowen (megan@contoso.example)\n\
             Read      0 s ago; not again since"
        );
        assert_eq!(
            in_a_line(&busy(), &now(), Language::German)
                .matches("Beschäftigt bis 16:30")
                .count(),
            1
        );
    }

    #[test]
    fn of_nobody_there_is_a_headline_alone() {
        let told = strip_str(&in_words(&signed_out(), &now(), Language::English)).to_string();
        assert_eq!(told, "Not signed in");
    }
}
