//! For how long the menu sets a presence.

use presence::{End, Expiry, Length};

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
    pub(super) const ALL: [ChosenLength; 6] = [
        ChosenLength::Usual,
        ChosenLength::HalfAnHour,
        ChosenLength::OneHour,
        ChosenLength::TwoHours,
        ChosenLength::FourHours,
        ChosenLength::Tomorrow,
    ];

    pub(super) fn phrase(self) -> &'static str {
        match self {
            ChosenLength::Usual => "length.default",
            ChosenLength::HalfAnHour => "length.30m",
            ChosenLength::OneHour => "length.1h",
            ChosenLength::TwoHours => "length.2h",
            ChosenLength::FourHours => "length.4h",
            ChosenLength::Tomorrow => "length.tomorrow",
        }
    }

    pub(super) fn expiry(self) -> Option<Expiry> {
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
