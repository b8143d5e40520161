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
    tenant: Tenant,
    lag: SignedDuration,
    /// Per person: what showed lately with the numbers it stands for, and until when it did at least.
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
            lag,
            answers: Default::default(),
            token: [true, false],
        }
    }

    fn person(&mut self, person: usize) -> &mut simulator::tenant::person::Person {
        self.tenant.person(PEOPLE[person].oid).unwrap()
    }

    /// How long a write takes until readers see it.
    pub(crate) fn set_lag(&mut self, lag: SignedDuration) {
        self.tenant.set_lag(lag);
        self.lag = lag;
    }

    /// What somebody changes; what showed before goes on showing for the lag.
    pub(crate) fn change(&mut self, person: usize, now: Timestamp) -> &mut simulator::tenant::person::State {
        self.note(person, now, now + self.lag);
        self.person(person).change(now)
    }

    /// Writes a message in Teams, or takes it away.
    pub(crate) fn message_in_teams(&mut self, now: Timestamp, text: &str, until: Option<Timestamp>) {
        let text = text.to_owned();
        self.set_message(0, now, text, until);
    }

    fn set_message(&mut self, person: usize, now: Timestamp, content: String, expires: Option<Timestamp>) {
        self.note(person, now, now + self.lag);
        self.person(person).set_message(StatusMessage {
            content,
            published: now,
            expires,
        });
    }

    /// Remembers what shows, up to `until`.
    fn note(&mut self, person: usize, now: Timestamp, until: Timestamp) {
        let oid = PEOPLE[person].oid;
        let (seen, number) = self.tenant.person(oid).unwrap().read(now);
        let answers = &mut self.answers[person];
        if answers.last().is_none_or(|(known, ..)| *known != number) {
            let presence = Presence::from_graph(entity(oid, &seen, &number)).unwrap();
            answers.push((number, presence, until));
            if answers.len() > 4 {
                answers.remove(0);
            }
        }
        if let Some((.., showed)) = answers.last_mut() {
            *showed = until.max(*showed);
        }
    }

    /// `GET /me/presence`
    pub(crate) fn read(&mut self, person: usize, now: Timestamp, fate: &Fate) -> Presence {
        self.note(person, now, now);
        let answers = &self.answers[person];
        // One that was the latest a moment ago.
        let old = (0..answers.len()).find(|at| fate.old && now.duration_since(answers[*at].2) < BEHIND);
        let at = old.unwrap_or(answers.len() - 1);
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
                self.set_message(person, now, text.wire(*pinned), *until);
                Ok(())
            }
            Write::ClearMessage => {
                if !fate.sticks {
                    self.set_message(person, now, String::new(), None);
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
