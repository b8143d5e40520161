use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Presence;

/// One of the five presences that an application may give a presence session of its own (API page «presence: setPresence»).
///
/// A session is what makes a preferred presence show while Teams runs nowhere. Among sessions Do not disturb wins over Busy, Busy over
/// Available, Available over Away; a preferred presence wins over all of them (concept page «Manage presence state»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionPresence {
    /// Available; after five minutes without being set again shown as inactive, after ten as away, whatever its length.
    Available,
    /// Busy, in a call.
    InACall,
    /// Busy, in a call with several people.
    InAConferenceCall,
    /// Away: the least intrusive, as any other session wins over it, and it does not fade.
    Away,
    /// Do not disturb, presenting.
    Presenting,
}

impl SessionPresence {
    /// The five, in the order of the API page.
    pub const ALL: [SessionPresence; 5] = [
        SessionPresence::Available,
        SessionPresence::InACall,
        SessionPresence::InAConferenceCall,
        SessionPresence::Away,
        SessionPresence::Presenting,
    ];

    /// `availability` and `activity` as Graph wants them. It refuses every other pair.
    pub fn wire(self) -> (&'static str, &'static str) {
        match self {
            SessionPresence::Available => ("Available", "Available"),
            SessionPresence::InACall => ("Busy", "InACall"),
            SessionPresence::InAConferenceCall => ("Busy", "InAConferenceCall"),
            SessionPresence::Away => ("Away", "Away"),
            SessionPresence::Presenting => ("DoNotDisturb", "Presenting"),
        }
    }

    /// Whether `presence` shows just this. It may be another session's, or preferred, all the same.
    pub fn is_shown_by(self, presence: &Presence) -> bool {
        let (availability, activity) = self.wire();
        presence.availability().eq_ignore_ascii_case(availability) && presence.activity().eq_ignore_ascii_case(activity)
    }
}

/// How long a presence session lasts unless it is set again: from five minutes to four hours, in whole seconds
/// (API page «presence: setPresence»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionLength(SignedDuration);

/// A length that Graph refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a presence session lasts from 5 minutes to 4 hours")]
pub struct OutOfRange;

impl SessionLength {
    /// Five minutes; also what the service takes where nothing is said.
    pub const SHORTEST: SessionLength = SessionLength(SignedDuration::from_mins(5));
    /// Four hours.
    pub const LONGEST: SessionLength = SessionLength(SignedDuration::from_hours(4));

    /// Takes a length in whole seconds; fractions are dropped.
    pub fn new(length: SignedDuration) -> Result<SessionLength, OutOfRange> {
        let length = SignedDuration::from_secs(length.as_secs());
        if (SessionLength::SHORTEST.0..=SessionLength::LONGEST.0).contains(&length) {
            Ok(SessionLength(length))
        } else {
            Err(OutOfRange)
        }
    }

    /// The nearest length that Graph takes.
    pub fn nearest(length: SignedDuration) -> SessionLength {
        let length = SignedDuration::from_secs(length.as_secs());
        SessionLength(length.clamp(SessionLength::SHORTEST.0, SessionLength::LONGEST.0))
    }

    /// The same as a duration.
    pub fn duration(self) -> SignedDuration {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_of_the_five_is_recognised_by_its_own_pair_alone() {
        for asked in SessionPresence::ALL {
            for other in SessionPresence::ALL {
                let (availability, activity) = other.wire();
                let shown = Presence::of(&availability.to_lowercase(), activity);
                assert_eq!(asked.is_shown_by(&shown), asked == other, "{asked:?} {other:?}");
            }
        }
        let faded = Presence::of("Available", "AvailableInactive");
        assert!(!SessionPresence::Available.is_shown_by(&faded));
    }

    proptest! {
        #[test]
        fn a_length_is_taken_from_five_minutes_to_four_hours(seconds in -1_000_i64..20_000, nanoseconds in 0..1_000_000_000) {
            let wanted = SignedDuration::new(seconds, nanoseconds);
            let length = SessionLength::new(wanted);
            let nearest = SignedDuration::from_secs(wanted.as_secs().clamp(300, 14_400));
            prop_assert_eq!(SessionLength::nearest(wanted).duration(), nearest);
            if (300..=14_400).contains(&seconds) {
                prop_assert_eq!(length.unwrap().duration(), SignedDuration::from_secs(seconds));
            } else {
                prop_assert_eq!(length, Err(OutOfRange));
            }
        }
    }
}
