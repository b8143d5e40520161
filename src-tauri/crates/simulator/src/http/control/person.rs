//! What happens to a person outside of the application, and everything about them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{change, field, known};
use crate::http::Shared;
use crate::tenant::calendar::{AutomaticReplies, Event, ShowAs};
use crate::tenant::location::Location;
use crate::tenant::message::{PINNED, StatusMessage};
use crate::tenant::person::Person;
use crate::tenant::presence::{Pair, Reporter, Session, TeamsClient};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    availability: String,
    activity: String,
    duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Teams {
    /// The client on the computer.
    Desktop(Choice),
    /// By the client's name; `null` closes it.
    Clients(Map<String, Value>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheduled {
    kind: String,
    place_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    start: Timestamp,
    end: Timestamp,
    show_as: String,
    #[serde(default)]
    meeting: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replies {
    message: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    content: String,
    #[serde(default)]
    pinned: bool,
    expires: Option<Timestamp>,
}

/// `null` takes something away, and what is not named stays: hence a map and not a struct.
pub(super) async fn change_person(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, mut asked: Map<String, Value>| {
        let now = world.now();
        let oid = asked.remove("oid").unwrap_or_default();
        let person = known(world, oid.as_str().unwrap_or_default())?;
        for (name, value) in asked {
            set(person, &name, value, now)?;
        }
        Ok(whole(person, now))
    })
}

fn set(person: &mut Person, name: &str, value: Value, now: Timestamp) -> Result<(), String> {
    let state = person.change(now);
    match name {
        "teams" => match field::<Option<Teams>>(name, value)? {
            None => state.presence.set_teams(None, now),
            Some(Teams::Desktop(choice)) => state.presence.set_teams(Some(pair(choice)), now),
            Some(Teams::Clients(clients)) => {
                for (name, value) in clients {
                    let client = TeamsClient::ALL.into_iter().find(|client| client.name() == name);
                    let client =
                        client.ok_or_else(|| format!("{name} is no Teams client: desktop, mobile, web are"))?;
                    let reported = field::<Option<Choice>>(&name, value)?.map(pair);
                    state.presence.set_teams_client(client, reported, now);
                }
            }
        },
        "preferred" => match field::<Option<Choice>>(name, value)? {
            Some(choice) => {
                let duration = choice.duration.clone();
                let set = state.presence.set_preferred(&pair(choice), duration.as_deref(), now);
                set.map_err(|error| error.to_string())?;
            }
            None => state.presence.clear_preferred(),
        },
        "message" => {
            state.message = field::<Option<Message>>(name, value)?.map(|message| StatusMessage {
                content: message.content + if message.pinned { PINNED } else { "" },
                published: now,
                expires: message.expires,
            });
        }
        "out_of_office" => {
            state.calendar.replies = field::<Option<String>>(name, value)?.map(|message| AutomaticReplies {
                message,
                from: None,
                until: None,
            });
        }
        "automatic_replies" => {
            state.calendar.replies = field::<Option<Replies>>(name, value)?.map(|replies| AutomaticReplies {
                message: replies.message,
                from: replies.from,
                until: replies.until,
            });
        }
        "calendar" => {
            let planned: Vec<Planned> = field(name, value)?;
            state.calendar.events = planned.iter().map(event).collect::<Result<_, _>>()?;
        }
        "scheduled" => {
            let scheduled = field::<Option<Scheduled>>(name, value)?
                .map(|scheduled| Location::new(&scheduled.kind, scheduled.place_id.as_deref()));
            state.locations.scheduled = scheduled.transpose().map_err(|error| error.to_string())?;
        }
        "zone" => {
            let zone: String = field(name, value)?;
            let zone = TimeZone::get(&zone).map_err(|_| format!("{zone} is not an IANA time zone"))?;
            state.locations.set_zone(zone);
        }
        _ => {
            return Err(format!(
                "{name} is not known: oid, teams, preferred, message, calendar, automatic_replies, out_of_office, \
                 scheduled, zone are"
            ));
        }
    }
    Ok(())
}

fn pair(choice: Choice) -> Pair {
    Pair::new(choice.availability, choice.activity)
}

const SHOW_AS: [(&str, ShowAs); 5] = [
    ("free", ShowAs::Free),
    ("tentative", ShowAs::Tentative),
    ("busy", ShowAs::Busy),
    ("oof", ShowAs::OutOfOffice),
    ("workingElsewhere", ShowAs::WorkingElsewhere),
];

fn event(planned: &Planned) -> Result<Event, String> {
    let shows = SHOW_AS.into_iter().find(|(name, _)| *name == planned.show_as);
    let (_, shows) = shows.ok_or("show_as must be free, tentative, busy, oof or workingElsewhere")?;
    if planned.end <= planned.start {
        return Err("an event has to end after its start".to_owned());
    }
    Ok(Event {
        start: planned.start,
        end: planned.end,
        shows,
        meeting: planned.meeting,
    })
}

/// Everything about a person, also what Graph never tells. `effective` is what readers see, perhaps late; the rest is
/// what was set.
pub(super) fn whole(person: &Person, now: Timestamp) -> Value {
    let account = person.account();
    let state = person.state();
    let seen = person.peek(now);
    let sessions: Vec<Value> = state.presence.sessions(now).map(|session| told(session, now)).collect();
    let preferred = state.presence.preferred(now).map(|preferred| {
        let Pair { availability, activity } = &preferred.wanted;
        json!({ "availability": availability, "activity": activity, "expires": preferred.expires })
    });
    let message = state.message.as_ref().filter(|message| message.lasts(now)).map(
        |message| json!({ "content": message.content, "published": message.published, "expires": message.expires }),
    );
    let layer = |layer: Option<&Location>| {
        layer.map(|layer| json!({ "workLocationType": layer.kind, "placeId": layer.place_id }))
    };
    let calendar: Vec<Value> = state.calendar.events.iter().map(planned).collect();
    let replies = state
        .calendar
        .replies
        .as_ref()
        .map(|replies| json!({ "message": replies.message, "from": replies.from, "until": replies.until }));
    json!({
        "oid": account.oid,
        "name": account.name,
        "mail": account.mail,
        "zone": state.locations.zone().iana_name(),
        "effective": { "availability": seen.shown.availability, "activity": seen.shown.activity },
        "preferred": preferred,
        "sessions": sessions,
        "status_message": message,
        "is_out_of_office": seen.is_out_of_office,
        "out_of_office": seen.out_of_office,
        "automatic_replies": replies,
        "calendar": calendar,
        "location": {
            "effective": {
                "source": seen.location.source,
                "workLocationType": seen.location.kind,
                "placeId": seen.location.place_id,
            },
            "manual": layer(state.locations.manual(now)),
            "automatic": layer(state.locations.automatic(now)),
            "scheduled": layer(state.locations.scheduled.as_ref()),
        },
    })
}

fn planned(event: &Event) -> Value {
    let show_as = SHOW_AS.into_iter().find(|(_, shows)| *shows == event.shows);
    json!({
        "start": event.start,
        "end": event.end,
        "show_as": show_as.map(|(name, _)| name),
        "meeting": event.meeting,
    })
}

fn told(session: &Session, now: Timestamp) -> Value {
    let (reporter, client, id) = match &session.reporter {
        Reporter::Teams(client) => ("teams", Some(client.name()), None),
        Reporter::Application(client_id) => ("application", None, Some(client_id)),
    };
    let counts_as = session.counts_as(now);
    json!({
        "reporter": reporter,
        "client": client,
        "session_id": id,
        "availability": counts_as.availability,
        "activity": counts_as.activity,
        "since": session.since,
        "expires": session.expires,
    })
}
