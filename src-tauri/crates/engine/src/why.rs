//! Why a presence is shown, as far as it can be told: Graph says neither what is preferred nor which sessions there are.

use phrases::Language;
use presence::{Activity, PreferredPresence, Presence};

use crate::{AskedPresence, Remedy, Why, WhyKind};

/// What is known beside the presence itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// What this program asked for and is still to last.
    pub(crate) asked: Option<&'a AskedPresence>,
    /// What it had asked for when a person chose otherwise.
    pub(crate) overtaken: Option<PreferredPresence>,
    /// It was asked for a moment ago: Graph may not know yet.
    pub(crate) settling: bool,
    /// A presence session of our own is open.
    pub(crate) kept_alive: bool,
    /// What is shown was set here, and is over since a moment ago.
    pub(crate) just_over: bool,
}

impl Why {
    /// Works it out, in words of `language`.
    pub(crate) fn of(shown: &Presence, known: Known<'_>, language: Language) -> Why {
        let kind = kind(shown, known);
        let phrases = language.phrases();
        let asked = known.asked.map(|asked| asked.value).or(known.overtaken);
        let remedy = match kind {
            WhyKind::AskedWithoutSession if !known.kept_alive => Some(Remedy::KeepAlive),
            WhyKind::NotTaken | WhyKind::Overtaken => Some(Remedy::SetAgain),
            _ => None,
        };
        Why {
            kind,
            message: phrases.fill(
                &format!("why.{}", kind.name()),
                &[
                    ("asked", asked.map_or("", |asked| phrases.text(asked.phrase()))),
                    ("shown", phrases.text(shown.doing().phrase())),
                ],
            ),
            remedy,
            asked,
        }
    }
}

fn kind(shown: &Presence, known: Known<'_>) -> WhyKind {
    if let Some(asked) = known.asked {
        return if known.settling && !asked.value.is_shown_by(shown) {
            WhyKind::Settling
        } else if is_without_session(shown) && (asked.value != PreferredPresence::Offline) {
            WhyKind::AskedWithoutSession
        } else if asked.value.is_shown_by(shown) {
            WhyKind::Asked
        } else if is_of_a_session(shown) || is_out_of_office(shown) {
            WhyKind::Outranked
        } else {
            WhyKind::NotTaken
        };
    }
    if known.just_over {
        return WhyKind::Over;
    }
    if known.overtaken.is_some() {
        return WhyKind::Overtaken;
    }
    if chosen(shown).is_some() {
        return WhyKind::ChosenElsewhere;
    }
    if is_without_session(shown) {
        return WhyKind::NoSession;
    }
    match Activity::parse(shown.activity()) {
        Activity::InAMeeting => WhyKind::Calendar,
        _ if is_out_of_office(shown) => WhyKind::OutOfOffice,
        _ if is_of_a_session(shown) => WhyKind::TeamsSession,
        Activity::Away if known.kept_alive => WhyKind::KeptAlive,
        Activity::Unknown => WhyKind::Unknown,
        _ => WhyKind::Automatic,
    }
}

/// The presence that only a person's choice explains: no session and no calendar reports these pairs (`setPresence` takes Busy only as a
/// call; concept page «Manage presence state»). Available and Away say nothing, as sessions report them, too.
pub(crate) fn chosen(shown: &Presence) -> Option<PreferredPresence> {
    let availability = Activity::parse(shown.availability());
    match (availability, Activity::parse(shown.activity())) {
        (Activity::Busy, Activity::Busy) => Some(PreferredPresence::Busy),
        (Activity::DoNotDisturb, Activity::DoNotDisturb) => Some(PreferredPresence::DoNotDisturb),
        (Activity::Away | Activity::BeRightBack, Activity::BeRightBack) => Some(PreferredPresence::BeRightBack),
        (Activity::Offline, Activity::OffWork) => Some(PreferredPresence::Offline),
        _ => None,
    }
}

/// What Teams works out while nobody prefers anything. Seeing it means that nothing is preferred, unless that is the same.
pub(crate) fn is_automatic(shown: &Presence) -> bool {
    matches!(
        Activity::parse(shown.activity()),
        Activity::Available
            | Activity::AvailableIdle
            | Activity::AvailableInactive
            | Activity::Away
            | Activity::Idle
            | Activity::Inactive
    )
}

/// A preferred presence shows only while there is a session; without one everybody is `Offline`/`Offline`.
pub(crate) fn is_without_session(shown: &Presence) -> bool {
    let offline = |word: &str| Activity::parse(word) == Activity::Offline;
    offline(shown.availability()) && offline(shown.activity())
}

fn is_of_a_session(shown: &Presence) -> bool {
    matches!(
        Activity::parse(shown.activity()),
        Activity::InACall
            | Activity::InAConferenceCall
            | Activity::InAMeeting
            | Activity::Presenting
            | Activity::Focusing
            | Activity::UrgentInterruptionsOnly
            | Activity::BusyIdle
    )
}

fn is_out_of_office(shown: &Presence) -> bool {
    Activity::parse(shown.activity()) == Activity::OutOfOffice
}

impl WhyKind {
    /// Every reason.
    pub const ALL: [WhyKind; 15] = [
        WhyKind::Asked,
        WhyKind::Settling,
        WhyKind::NotTaken,
        WhyKind::Outranked,
        WhyKind::AskedWithoutSession,
        WhyKind::Overtaken,
        WhyKind::Over,
        WhyKind::ChosenElsewhere,
        WhyKind::TeamsSession,
        WhyKind::Calendar,
        WhyKind::OutOfOffice,
        WhyKind::NoSession,
        WhyKind::KeptAlive,
        WhyKind::Automatic,
        WhyKind::Unknown,
    ];

    /// Its name for scripts, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            WhyKind::Asked => "asked",
            WhyKind::Settling => "settling",
            WhyKind::NotTaken => "not-taken",
            WhyKind::Outranked => "outranked",
            WhyKind::AskedWithoutSession => "asked-without-session",
            WhyKind::Overtaken => "overtaken",
            WhyKind::Over => "over",
            WhyKind::ChosenElsewhere => "chosen-elsewhere",
            WhyKind::TeamsSession => "teams-session",
            WhyKind::Calendar => "calendar",
            WhyKind::OutOfOffice => "out-of-office",
            WhyKind::NoSession => "no-session",
            WhyKind::KeptAlive => "kept-alive",
            WhyKind::Automatic => "automatic",
            WhyKind::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AskState;

    const NOTHING: Known = Known {
        asked: None,
        overtaken: None,
        settling: false,
        kept_alive: false,
        just_over: false,
    };

    #[test]
    fn what_teams_shows_by_itself_is_explained() {
        for (availability, activity, kind) in [
            ("Available", "Available", WhyKind::Automatic),
            ("Away", "Away", WhyKind::Automatic),
            ("Available", "AvailableInactive", WhyKind::Automatic),
            ("Busy", "InACall", WhyKind::TeamsSession),
            ("Busy", "InAMeeting", WhyKind::Calendar),
            ("DoNotDisturb", "Presenting", WhyKind::TeamsSession),
            ("Available", "OutOfOffice", WhyKind::OutOfOffice),
            ("Busy", "Busy", WhyKind::ChosenElsewhere),
            ("Away", "BeRightBack", WhyKind::ChosenElsewhere),
            ("beRightBack", "beRightBack", WhyKind::ChosenElsewhere),
            ("Offline", "OffWork", WhyKind::ChosenElsewhere),
            ("Offline", "Offline", WhyKind::NoSession),
            ("PresenceUnknown", "PresenceUnknown", WhyKind::Unknown),
            ("Juggling", "Juggling", WhyKind::Unknown),
        ] {
            let shown = Presence::of(availability, activity);
            assert_eq!(kind_of(&shown, NOTHING), kind, "{availability}/{activity}");
        }
    }

    #[test]
    fn what_was_asked_is_explained_with_what_helps() {
        let busy = AskedPresence {
            value: PreferredPresence::Busy,
            until: None,
            state: AskState::Pending,
        };
        let asked = Known {
            asked: Some(&busy),
            ..NOTHING
        };
        let settling = Known {
            settling: true,
            ..asked
        };
        let kept_alive = Known {
            kept_alive: true,
            ..asked
        };
        let over = Known {
            just_over: true,
            ..NOTHING
        };
        let overtaken = Known {
            overtaken: Some(PreferredPresence::Busy),
            ..NOTHING
        };
        for (availability, activity, known, kind, remedy) in [
            ("Busy", "Busy", asked, WhyKind::Asked, None),
            ("Busy", "InACall", asked, WhyKind::Asked, None),
            (
                "Offline",
                "Offline",
                asked,
                WhyKind::AskedWithoutSession,
                Some(Remedy::KeepAlive),
            ),
            ("Offline", "Offline", kept_alive, WhyKind::AskedWithoutSession, None),
            ("Offline", "Offline", settling, WhyKind::Settling, None),
            ("Available", "Available", settling, WhyKind::Settling, None),
            (
                "Available",
                "Available",
                asked,
                WhyKind::NotTaken,
                Some(Remedy::SetAgain),
            ),
            ("DoNotDisturb", "Presenting", asked, WhyKind::Outranked, None),
            ("Available", "OutOfOffice", asked, WhyKind::Outranked, None),
            ("Busy", "Busy", over, WhyKind::Over, None),
            (
                "Available",
                "Available",
                overtaken,
                WhyKind::Overtaken,
                Some(Remedy::SetAgain),
            ),
        ] {
            let shown = Presence::of(availability, activity);
            let why = Why::of(&shown, known, Language::English);
            assert_eq!((why.kind, why.remedy), (kind, remedy), "{availability}/{activity}");
        }
    }

    #[test]
    fn every_reason_has_its_name_and_its_sentence() {
        for kind in WhyKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            for language in Language::ALL {
                assert!(
                    language.phrases().has(&format!("why.{}", kind.name())),
                    "{language:?} {kind:?}"
                );
            }
        }
    }

    fn kind_of(shown: &Presence, known: Known<'_>) -> WhyKind {
        Why::of(shown, known, Language::English).kind
    }
}
