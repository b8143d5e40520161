//! The tenant of a run: what it answers, without a socket between.

use engine::{Account, Code, Failure, Write};
use jiff::{SignedDuration, Timestamp};
use presence::{Layer, LocationKind, Presence, WorkLocation};
use serde_json::{Value, json};
use simulator::tenant::{
    Tenant,
    location::Location,
    message::{StatusMessage, utc_date_time},
    people::{CLIENT_ID, PEOPLE, TENANT_ID},
    person::Seen,
    presence::Pair,
};

use crate::weather::Fate;

/// How far the slowest of the tenant's machines is behind.
const BEHIND: SignedDuration = SignedDuration::from_secs(12);

/// A tenant with two people who sign in at this computer.
pub(crate) struct House {
    pub(crate) tenant: Tenant,
    /// Per person: the latest answers with the numbers they stand for, and when each was given first.
    answers: [Vec<(String, Presence, Timestamp)>; 2],
    /// Whether the refresh token in the keychain works.
    pub(crate) token: [bool; 2],
}

pub(crate) fn account(person: usize) -> Account {
    let known = PEOPLE[person];
    Account {
        name: known.name.into(),
        username: known.mail.into(),
        tenant_id: TENANT_ID.into(),
        id: known.oid.into(),
    }
}

pub(crate) fn person_of(account: &Account) -> Option<usize> {
    PEOPLE.iter().position(|known| known.oid == account.id)
}

impl House {
    pub(crate) fn new(now: Timestamp, lag: SignedDuration) -> House {
        let mut tenant = Tenant::new("https://graph.example", [7; 32], now);
        tenant.set_lag(lag);
        House {
            tenant,
            answers: Default::default(),
            token: [true, false],
        }
    }

    fn person(&mut self, person: usize) -> &mut simulator::tenant::person::Person {
        self.tenant.person(PEOPLE[person].oid).unwrap()
    }

    pub(crate) fn change(&mut self, person: usize, now: Timestamp) -> &mut simulator::tenant::person::State {
        self.person(person).change(now)
    }

    /// Writes a message in Teams, or takes it away.
    pub(crate) fn message_in_teams(&mut self, now: Timestamp, text: &str, until: Option<Timestamp>) {
        self.person(0).set_message(StatusMessage {
            content: text.to_owned(),
            published: now,
            expires: until,
        });
    }

    /// `GET /me/presence`
    pub(crate) fn read(&mut self, person: usize, now: Timestamp, fate: &Fate) -> Presence {
        let oid = PEOPLE[person].oid;
        let (seen, number) = self.tenant.person(oid).unwrap().read(now);
        let answers = &mut self.answers[person];
        if answers.last().is_none_or(|(known, ..)| *known != number) {
            let presence = Presence::from_graph(entity(oid, &seen, &number)).unwrap();
            answers.push((number, presence, now));
            if answers.len() > 4 {
                answers.remove(0);
            }
        }
        // One that was the latest a moment ago.
        let old = (1..answers.len()).find(|at| fate.old && now.duration_since(answers[*at].2) < BEHIND);
        let at = old.map_or(answers.len() - 1, |at| at - 1);
        let answer = answers[at].1.clone();
        if !fate.new_words && !fate.no_number {
            return answer;
        }
        let mut value = serde_json::to_value(answer).unwrap();
        if fate.new_words {
            value["activity"] = "Juggling".into();
            value["somethingNew"] = json!({"of": ["any", "kind"]});
        }
        if fate.no_number {
            value.as_object_mut().unwrap().shift_remove("sequenceNumber");
        }
        Presence::from_graph(value).unwrap()
    }

    /// Any write.
    pub(crate) fn write(&mut self, person: usize, now: Timestamp, write: &Write, fate: &Fate) -> Result<(), Failure> {
        let refused = |why: String| Failure::with(Code::Refused, why);
        let iso = |length: &SignedDuration| format!("PT{}S", length.as_secs());
        match write {
            Write::PreferredPresence(value, length) => {
                let (availability, activity) = value.wire();
                let presence = &mut self.change(person, now).presence;
                let set = presence.set_preferred(
                    &Pair::new(availability, activity),
                    length.as_ref().map(iso).as_deref(),
                    now,
                );
                set.map_err(|error| refused(error.to_string()))
            }
            Write::ClearPreferredPresence => {
                self.change(person, now).presence.clear_preferred();
                Ok(())
            }
            Write::Message { text, until, pinned } => {
                if until.is_some_and(|until| until <= now) {
                    return Err(refused("The expiryDateTime is in the past.".into()));
                }
                self.person(person).set_message(StatusMessage {
                    content: text.wire(*pinned),
                    published: now,
                    expires: *until,
                });
                Ok(())
            }
            Write::ClearMessage => {
                if !fate.sticks {
                    self.person(person).set_message(StatusMessage {
                        content: String::new(),
                        published: now,
                        expires: None,
                    });
                }
                Ok(())
            }
            Write::Location(location, layer) => {
                let WorkLocation { kind, place } = location;
                let location =
                    Location::new(word(*kind), place.as_deref()).map_err(|error| refused(error.to_string()))?;
                let locations = &mut self.change(person, now).locations;
                match layer {
                    Layer::Manual => locations.set_manual(location, now),
                    Layer::Automatic => locations.set_automatic(location, now),
                }
                Ok(())
            }
            Write::ClearLocation(layer) => {
                let locations = &mut self.change(person, now).locations;
                match layer {
                    Layer::Manual => locations.clear(),
                    Layer::Automatic => locations.clear_automatic(),
                }
                Ok(())
            }
            Write::Session(length) => {
                let away = Pair::new("Away", "Away");
                let presence = &mut self.change(person, now).presence;
                let set = presence.set_session(CLIENT_ID, CLIENT_ID, &away, Some(&iso(length)), now);
                set.map_err(|error| refused(error.to_string()))
            }
            Write::ClearSession => {
                // That there was none is as good.
                let _ = self.change(person, now).presence.clear_session(CLIENT_ID, now);
                Ok(())
            }
        }
    }

    /// Until when the session of this program lasts.
    pub(crate) fn session(&self, person: usize, now: Timestamp) -> Option<Timestamp> {
        use simulator::tenant::presence::Reporter;
        let mut sessions = self.tenant.people()[person].state().presence.sessions(now);
        let ours = sessions.find(|session| matches!(session.reporter, Reporter::Application(_)));
        ours.and_then(|session| session.expires)
    }
}

fn word(kind: LocationKind) -> &'static str {
    kind.wire()
}

/// The presence object, as its resource page shows it.
fn entity(oid: &str, seen: &Seen<'_>, number: &str) -> Value {
    let message = seen.message.map(|message| {
        let expiry = message
            .expires
            .map(|at| json!({"dateTime": utc_date_time(at), "timeZone": "UTC"}));
        json!({
            "message": {"content": message.content, "contentType": "text"},
            "publishedDateTime": format!("{}Z", utc_date_time(message.published)),
            "expiryDateTime": expiry,
        })
    });
    json!({
        "id": oid,
        "availability": seen.shown.availability,
        "activity": seen.shown.activity,
        "sequenceNumber": number,
        "outOfOfficeSettings": {"message": seen.out_of_office, "isOutOfOffice": seen.is_out_of_office},
        "statusMessage": message,
        "workLocation": {
            "placeId": seen.location.place_id,
            "source": seen.location.source,
            "workLocationType": seen.location.kind,
        },
    })
}
