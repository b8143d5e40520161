use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Activity, Length, Presence};

/// One of the six presences a person can prefer, over whatever Teams works out by itself.
///
/// The names are those of the command line. Their pairs on the wire are the only ones that `setUserPreferredPresence` accepts
/// (API page «presence: setUserPreferredPresence»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of Teams' own menu")]
pub enum PreferredPresence {
    Available,
    Busy,
    DoNotDisturb,
    BeRightBack,
    Away,
    Offline,
}

/// A word that names none of the six.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a presence")]
pub struct UnknownPresence(pub String);

impl PreferredPresence {
    /// The six, in the order of Teams' own menu.
    pub const ALL: [PreferredPresence; 6] = [
        PreferredPresence::Available,
        PreferredPresence::Busy,
        PreferredPresence::DoNotDisturb,
        PreferredPresence::BeRightBack,
        PreferredPresence::Away,
        PreferredPresence::Offline,
    ];

    /// Its name on the command line, in settings and in a Snapshot.
    pub fn name(self) -> &'static str {
        match self {
            PreferredPresence::Available => "available",
            PreferredPresence::Busy => "busy",
            PreferredPresence::DoNotDisturb => "do-not-disturb",
            PreferredPresence::BeRightBack => "be-right-back",
            PreferredPresence::Away => "away",
            PreferredPresence::Offline => "offline",
        }
    }

    /// `availability` and `activity` as Graph wants them. Appearing offline is `Offline`/`OffWork`, not `Offline`/`Offline`.
    pub fn wire(self) -> (&'static str, &'static str) {
        match self {
            PreferredPresence::Available => ("Available", "Available"),
            PreferredPresence::Busy => ("Busy", "Busy"),
            PreferredPresence::DoNotDisturb => ("DoNotDisturb", "DoNotDisturb"),
            PreferredPresence::BeRightBack => ("BeRightBack", "BeRightBack"),
            PreferredPresence::Away => ("Away", "Away"),
            PreferredPresence::Offline => ("Offline", "OffWork"),
        }
    }

    /// How long the service keeps it when nothing else was said: a day for Busy and Do not disturb, a week for the others
    /// (API page «presence: setUserPreferredPresence»).
    pub fn default_length(self) -> Length {
        match self {
            PreferredPresence::Busy | PreferredPresence::DoNotDisturb => Length::from_days(1),
            _ => Length::from_days(7),
        }
    }

    /// Whether `presence` shows what was asked for.
    ///
    /// Appearing offline cannot be told from having no presence session: both read `Offline`.
    pub fn is_shown_by(self, presence: &Presence) -> bool {
        presence.badge() == Activity::parse(self.wire().0).badge()
    }

    /// Whether `presence` is this and nothing finer: Busy, not in a meeting.
    pub fn is_just(self, presence: &Presence) -> bool {
        presence.doing().phrase() == Activity::parse(self.wire().1).phrase()
    }

    /// The key of its name in the catalogue of strings, as the menu says it: "Appear away", not "Away".
    pub fn phrase(self) -> &'static str {
        match self {
            PreferredPresence::Available => "prefer.available",
            PreferredPresence::Busy => "prefer.busy",
            PreferredPresence::DoNotDisturb => "prefer.do-not-disturb",
            PreferredPresence::BeRightBack => "prefer.be-right-back",
            PreferredPresence::Away => "prefer.away",
            PreferredPresence::Offline => "prefer.offline",
        }
    }
}

impl fmt::Display for PreferredPresence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PreferredPresence {
    type Err = UnknownPresence;

    fn from_str(word: &str) -> Result<Self, UnknownPresence> {
        PreferredPresence::ALL
            .into_iter()
            .find(|presence| presence.name() == word)
            .ok_or_else(|| UnknownPresence(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_reads_back_and_no_other_word_does() {
        for presence in PreferredPresence::ALL {
            assert_eq!(presence.name().parse(), Ok(presence));
            assert_eq!(serde_json::to_value(presence).unwrap(), presence.name());
        }
        for word in ["Busy", "dnd", "", "offline "] {
            assert!(word.parse::<PreferredPresence>().is_err(), "{word}");
        }
    }

    #[test]
    fn what_graph_shows_is_recognised_as_what_was_asked() {
        let shown = |availability: &str, activity: &str| Presence::of(availability, activity);
        for (asked, presence, is_shown) in [
            (PreferredPresence::Busy, shown("Busy", "Busy"), true),
            (PreferredPresence::Busy, shown("Busy", "InACall"), true),
            (PreferredPresence::Busy, shown("Available", "Available"), false),
            (PreferredPresence::BeRightBack, shown("Away", "BeRightBack"), true),
            (PreferredPresence::Away, shown("BeRightBack", "BeRightBack"), false),
            (PreferredPresence::Away, shown("Away", "BeRightBack"), false),
            (PreferredPresence::Available, shown("Available", "OutOfOffice"), true),
            (PreferredPresence::Offline, shown("offline", "offWork"), true),
        ] {
            assert_eq!(asked.is_shown_by(&presence), is_shown, "{asked} against {presence:?}");
        }
    }
}
