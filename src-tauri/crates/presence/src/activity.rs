use serde::{Deserialize, Serialize};

/// What somebody is doing, in Graph's vocabulary.
///
/// `availability` and `activity` are free strings on the wire, new values can appear any day, and Microsoft's own tables disagree
/// about which value belongs to which of the two. So both are read with this one table, whatever their case, and an unlisted
/// value is [`Activity::Unknown`] (resource page «presence», concept page «Manage presence state»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Graph's own words")]
pub enum Activity {
    Available,
    AvailableIdle,
    AvailableInactive,
    Away,
    BeRightBack,
    Busy,
    BusyIdle,
    DoNotDisturb,
    Focusing,
    Idle,
    InACall,
    InAConferenceCall,
    InAMeeting,
    Inactive,
    Offline,
    OffWork,
    OutOfOffice,
    Presenting,
    UrgentInterruptionsOnly,
    /// `PresenceUnknown`, nothing at all, or a word this version does not know.
    Unknown,
}

/// The shape that stands for a presence on the tray icon and beside a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Badge {
    Available,
    Busy,
    DoNotDisturb,
    Away,
    BeRightBack,
    Offline,
    OutOfOffice,
    Unknown,
}

impl Activity {
    const NAMES: [(&'static str, Activity); 20] = [
        ("Available", Activity::Available),
        ("AvailableIdle", Activity::AvailableIdle),
        ("AvailableInactive", Activity::AvailableInactive),
        ("Away", Activity::Away),
        ("BeRightBack", Activity::BeRightBack),
        ("Busy", Activity::Busy),
        ("BusyIdle", Activity::BusyIdle),
        ("DoNotDisturb", Activity::DoNotDisturb),
        ("Focusing", Activity::Focusing),
        ("Idle", Activity::Idle),
        ("InACall", Activity::InACall),
        ("InAConferenceCall", Activity::InAConferenceCall),
        ("InAMeeting", Activity::InAMeeting),
        ("Inactive", Activity::Inactive),
        ("Offline", Activity::Offline),
        ("OffWork", Activity::OffWork),
        ("OutOfOffice", Activity::OutOfOffice),
        ("Presenting", Activity::Presenting),
        ("UrgentInterruptionsOnly", Activity::UrgentInterruptionsOnly),
        ("PresenceUnknown", Activity::Unknown),
    ];

    /// Reads Graph's word, in any case; a word that is not known is [`Activity::Unknown`].
    pub fn parse(word: &str) -> Activity {
        Activity::NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map_or(Activity::Unknown, |(_, activity)| *activity)
    }

    /// The badge this activity is drawn with.
    pub fn badge(self) -> Badge {
        match self {
            Activity::Available | Activity::AvailableIdle => Badge::Available,
            Activity::Busy
            | Activity::BusyIdle
            | Activity::InACall
            | Activity::InAConferenceCall
            | Activity::InAMeeting => Badge::Busy,
            Activity::DoNotDisturb | Activity::Focusing | Activity::Presenting | Activity::UrgentInterruptionsOnly => {
                Badge::DoNotDisturb
            }
            Activity::Away | Activity::Idle | Activity::Inactive | Activity::AvailableInactive => Badge::Away,
            Activity::BeRightBack => Badge::BeRightBack,
            Activity::Offline | Activity::OffWork => Badge::Offline,
            Activity::OutOfOffice => Badge::OutOfOffice,
            Activity::Unknown => Badge::Unknown,
        }
    }

    /// The key of its name in the catalogue of strings: `presence.in-a-call`. Shades that a person does not tell apart share one.
    pub fn phrase(self) -> &'static str {
        match self {
            Activity::Available | Activity::AvailableIdle => "presence.available",
            Activity::Busy | Activity::BusyIdle => "presence.busy",
            Activity::InACall | Activity::InAConferenceCall => "presence.in-a-call",
            Activity::InAMeeting => "presence.in-a-meeting",
            Activity::DoNotDisturb | Activity::UrgentInterruptionsOnly => "presence.do-not-disturb",
            Activity::Focusing => "presence.focusing",
            Activity::Presenting => "presence.presenting",
            Activity::Away | Activity::Idle | Activity::Inactive | Activity::AvailableInactive => "presence.away",
            Activity::BeRightBack => "presence.be-right-back",
            Activity::Offline | Activity::OffWork => "presence.offline",
            Activity::OutOfOffice => "presence.out-of-office",
            Activity::Unknown => "presence.unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case_and_new_ones_are_unknown() {
        for (word, activity) in [
            ("DoNotDisturb", Activity::DoNotDisturb),
            ("doNotDisturb", Activity::DoNotDisturb),
            ("INACALL", Activity::InACall),
            ("PresenceUnknown", Activity::Unknown),
            ("Juggling", Activity::Unknown),
            ("", Activity::Unknown),
        ] {
            assert_eq!(Activity::parse(word), activity, "{word}");
        }
    }
}
