//! Who and what is in the demo tenant.

use jiff::Timestamp;
use serde::Serialize;

use super::location::Locations;
use super::message::StatusMessage;
use super::presence::{Pair, Presence};

/// The tenant's id.
pub const TENANT_ID: &str = "3f5a1c9e-8d27-4b64-9c0f-52e7ab31d806";
/// The tenant's verified domain. `.example` is reserved (RFC 2606): no mail ever leaves for it.
pub const TENANT_DOMAIN: &str = "harbourlight.example";
/// The tenant's name, as people know it.
pub const TENANT_NAME: &str = "Harbourlight";
/// The one application that is registered in the tenant.
pub const CLIENT_ID: &str = "a64c2d0b-71f8-4e35-b2d9-0c8e5f1794ab";

/// An account somebody can choose on the sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// First name, in ASCII: its lower case names the button on the sign-in page (`person-megan`).
    pub first_name: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// Mail address and user principal name.
    pub mail: &'static str,
    /// Object id.
    pub oid: &'static str,
}

/// The people of the tenant; the first one is who a demo signs in as.
pub const PEOPLE: [Account; 3] = [
    Account {
        first_name: "Megan",
        name: "Megan Ashdown",
        mail: "megan.ashdown@harbourlight.example",
        oid: "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531",
    },
    Account {
        first_name: "Tomas",
        name: "Tomás Ferreira",
        mail: "tomas.ferreira@harbourlight.example",
        oid: "c1873fe4-0b5d-4a92-9e60-3b12d8f7a045",
    },
    Account {
        first_name: "Noor",
        name: "Noor El-Amin",
        mail: "noor.elamin@harbourlight.example",
        oid: "e83b60d2-47a9-4c1e-b5f0-6a2984cd71fe",
    },
];

/// A personal account: presence is for work and school accounts only, so signing in with it is refused.
pub const PERSONAL: Account = Account {
    first_name: "Riley",
    name: "Riley Okafor",
    mail: "riley.okafor@personal.example",
    oid: "00000000-0000-0000-7d1c-2e49b0a63f85",
};

/// A building that `placeId` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Name as shown.
    pub name: &'static str,
    /// Identifier in the Places directory.
    pub id: &'static str,
}

const PLACES: [Place; 2] = [
    Place {
        name: "Harbour House",
        id: "9b2f4e60-c3a7-4d18-8e51-f0a6d7123c94",
    },
    Place {
        name: "Lighthouse Studio",
        id: "27c8d1f5-6e0b-4a39-b7d2-148fe9a05b63",
    },
];

/// The demo tenant's buildings, for the `[[places]]` of a demo's settings.
pub fn places() -> &'static [Place] {
    &PLACES
}

/// One person of the tenant with everything the presence service keeps about them.
pub struct Person {
    account: Account,
    /// Sessions and preferred presence.
    pub presence: Presence,
    /// Status message, as last set; see [`Person::message`].
    message: Option<StatusMessage>,
    /// Layers of the work location.
    pub locations: Locations,
    /// Text of the automatic reply while out of office.
    pub out_of_office: Option<String>,
    sequence: u64,
    last_seen: Option<Seen>,
}

/// What a read of the whole presence object shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Availability and activity.
    pub shown: Pair,
    /// Status message that has not expired.
    pub message: Option<StatusMessage>,
    /// Winning location layer.
    pub location: super::location::Effective,
    /// Automatic reply, while out of office.
    pub out_of_office: Option<String>,
}

impl Person {
    /// A person with Teams running and nothing else set.
    pub(super) fn new(account: Account, now: Timestamp) -> Self {
        Self {
            account,
            presence: Presence::with_teams(now),
            message: None,
            locations: Locations::default(),
            out_of_office: None,
            // Where the documentation's own example stands.
            sequence: 129_311_063,
            last_seen: None,
        }
    }

    /// Name, mail and ids.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The status message, unless there is none or it has expired.
    pub fn message(&self, now: Timestamp) -> Option<&StatusMessage> {
        self.message
            .as_ref()
            .filter(|message| message.expires.is_none_or(|expires| expires > now))
    }

    /// Sets the status message; empty content clears it.
    pub fn set_message(&mut self, message: StatusMessage) {
        self.message = (!message.content.is_empty()).then_some(message);
    }

    /// What a reader sees now, without touching the sequence number.
    pub fn peek(&self, now: Timestamp) -> Seen {
        Seen {
            shown: self.presence.effective(now),
            message: self.message(now).cloned(),
            location: self.locations.effective(now),
            out_of_office: self.out_of_office.clone(),
        }
    }

    /// What a reader sees now, with its `sequenceNumber`.
    ///
    /// The number rises whenever something differs from the last read, whoever changed it (a write, an expiry, the
    /// end of the day), and sorts as text: `A0129311063`.
    pub fn read(&mut self, now: Timestamp) -> (Seen, String) {
        let seen = self.peek(now);
        if self.last_seen.as_ref() != Some(&seen) {
            self.sequence = self.sequence.saturating_add(1);
            self.last_seen = Some(seen.clone());
        }
        (seen, format!("A{:010}", self.sequence))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{PEOPLE, Person};
    use crate::tenant::message::StatusMessage;
    use crate::tenant::presence::Pair;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_sequence_number_rises_with_every_visible_change_and_only_then() {
        let start = at("2026-03-02T09:00:00Z");
        let mut person = Person::new(PEOPLE[0], start);
        let (_, first) = person.read(start);
        let (_, again) = person.read(start + SignedDuration::from_mins(1));
        assert_eq!(first, again);
        person
            .presence
            .set_preferred(&Pair::new("Busy", "Busy"), Some("PT1H"), start)
            .unwrap();
        let (_, busy) = person.read(start + SignedDuration::from_mins(2));
        let (seen, expired) = person.read(start + SignedDuration::from_mins(61));
        assert!(first < busy && busy < expired, "{first} {busy} {expired}");
        assert_eq!(seen.shown, Pair::new("Available", "Available"));
    }

    #[test]
    fn a_status_message_is_gone_when_expired_or_replaced_by_an_empty_one() {
        let start = at("2026-03-02T09:00:00Z");
        let mut person = Person::new(PEOPLE[0], start);
        let hour = SignedDuration::from_hours(1);
        person.set_message(StatusMessage {
            content: "Back soon".into(),
            published: start,
            expires: Some(start + hour),
        });
        assert!(person.message(start).is_some());
        assert!(person.message(start + hour).is_none());
        person.set_message(StatusMessage {
            content: "Deep work".into(),
            published: start,
            expires: None,
        });
        assert!(person.message(start + hour * 10_000).is_some());
        person.set_message(StatusMessage {
            content: String::new(),
            published: start,
            expires: None,
        });
        assert!(person.message(start).is_none());
    }
}
