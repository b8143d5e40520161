//! The simulator's own face: looking inside, and making trouble. The crate's documentation has an example of each.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::weather::Rule;
use super::{Shared, World};
use crate::tenant::duration;
use crate::tenant::location::Location;
use crate::tenant::people::Person;
use crate::tenant::presence::{Pair, Reporter, Session};

/// The clock goes no further ahead than this in all; later, dates stop to make sense.
const FURTHEST: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/state", get(state))
        .route("/requests", get(requests))
        .route("/weather", get(weather).post(add_weather).delete(clear_weather))
        .route("/clock", post(clock))
        .route("/revoke", post(revoke))
        .route("/person", post(person))
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such control") })
}

async fn state(State(shared): State<Arc<Shared>>) -> Response {
    let world = shared.world();
    let now = world.now();
    let people: Vec<Value> = world.tenant.people().iter().map(|person| whole(person, now)).collect();
    Json(json!({ "now": now, "people": people })).into_response()
}

async fn requests(State(shared): State<Arc<Shared>>) -> Response {
    Json(&shared.world().journal).into_response()
}

async fn weather(State(shared): State<Arc<Shared>>) -> Response {
    Json(&shared.world().weather).into_response()
}

async fn add_weather(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, rule: Rule| {
        if let Some(flaw) = rule.flaw() {
            return Err(flaw.to_owned());
        }
        world.weather.add(rule);
        Ok(json!(world.weather))
    })
}

async fn clear_weather(State(shared): State<Arc<Shared>>) -> Response {
    shared.world().weather.clear();
    StatusCode::NO_CONTENT.into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance: String,
}

async fn clock(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Clock| {
        let advance = duration::parse(&asked.advance).ok_or("advance must be a duration such as PT1H or P1D")?;
        let ahead = world.advanced.checked_add(advance).filter(|ahead| *ahead <= FURTHEST);
        world.advanced = ahead.ok_or("the clock would be more than 100 years ahead")?;
        Ok(json!({ "now": world.now() }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    oid: String,
    #[serde(default)]
    access: bool,
    #[serde(default)]
    refresh: bool,
}

async fn revoke(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Revoke| {
        let oid = known(world, &asked.oid)?.account().oid;
        if !asked.access && !asked.refresh {
            return Err("nothing to revoke: access, refresh or both must be true".to_owned());
        }
        if asked.access {
            world.tenant.revoke_access(oid);
        }
        if asked.refresh {
            world.tenant.revoke_refresh(oid);
        }
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    availability: String,
    activity: String,
    duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheduled {
    kind: String,
    place_id: Option<String>,
}

/// `null` takes something away, and what is not named stays: hence a map and not a struct.
async fn person(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, mut asked: Map<String, Value>| {
        let now = world.now();
        let oid = asked.remove("oid").unwrap_or_default();
        let person = known(world, oid.as_str().unwrap_or_default())?;
        for (name, value) in asked {
            match name.as_str() {
                "teams" => {
                    let reported: Option<Choice> = field(&name, value)?;
                    let reported = reported.map(|choice| Pair::new(choice.availability, choice.activity));
                    person.presence.set_teams(reported, now);
                }
                "preferred" => match field::<Option<Choice>>(&name, value)? {
                    Some(choice) => {
                        let wanted = Pair::new(choice.availability, choice.activity);
                        let set = person.presence.set_preferred(&wanted, choice.duration.as_deref(), now);
                        set.map_err(|error| error.to_string())?;
                    }
                    None => person.presence.clear_preferred(),
                },
                "out_of_office" => person.out_of_office = field(&name, value)?,
                "scheduled" => {
                    let scheduled = field::<Option<Scheduled>>(&name, value)?
                        .map(|scheduled| Location::new(&scheduled.kind, scheduled.place_id.as_deref()));
                    person.locations.scheduled = scheduled.transpose().map_err(|error| error.to_string())?;
                }
                _ => {
                    return Err(format!(
                        "{name} is not known: oid, teams, preferred, out_of_office, scheduled are"
                    ));
                }
            }
        }
        Ok(whole(person, now))
    })
}

/// Reads the body, makes the change, answers with what came of it; a sentence and 400 for whatever is wrong.
fn change<T: DeserializeOwned>(
    shared: &Shared,
    headers: &HeaderMap,
    body: &[u8],
    make: impl FnOnce(&mut World, T) -> Result<Value, String>,
) -> Response {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
    }
    let asked = serde_json::from_slice(body).map_err(|error| error.to_string());
    match asked.and_then(|asked| make(&mut shared.world(), asked)) {
        Ok(answer) => Json(answer).into_response(),
        Err(flaw) => refuse(StatusCode::BAD_REQUEST, &flaw),
    }
}

fn refuse(status: StatusCode, flaw: &str) -> Response {
    (status, Json(json!({ "error": flaw }))).into_response()
}

fn known<'w>(world: &'w mut World, oid: &str) -> Result<&'w mut Person, String> {
    world
        .tenant
        .person(oid)
        .ok_or_else(|| "oid is nobody's object id".to_owned())
}

fn field<T: DeserializeOwned>(name: &str, value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("{name}: {error}"))
}

/// Everything about a person, also what Graph never tells.
fn whole(person: &Person, now: Timestamp) -> Value {
    let account = person.account();
    let seen = person.peek(now);
    let sessions: Vec<Value> = person
        .presence
        .sessions(now)
        .map(|session| told(session, now))
        .collect();
    let preferred = person.presence.preferred(now).map(|preferred| {
        let Pair { availability, activity } = &preferred.wanted;
        json!({ "availability": availability, "activity": activity, "expires": preferred.expires })
    });
    let message = seen.message.map(
        |message| json!({ "content": message.content, "published": message.published, "expires": message.expires }),
    );
    let layer = |layer: Option<&Location>| {
        layer.map(|layer| json!({ "workLocationType": layer.kind, "placeId": layer.place_id }))
    };
    json!({
        "oid": account.oid,
        "name": account.name,
        "mail": account.mail,
        "effective": { "availability": seen.shown.availability, "activity": seen.shown.activity },
        "preferred": preferred,
        "sessions": sessions,
        "status_message": message,
        "out_of_office": seen.out_of_office,
        "location": {
            "effective": {
                "source": seen.location.source,
                "workLocationType": seen.location.kind,
                "placeId": seen.location.place_id,
            },
            "manual": layer(person.locations.manual(now)),
            "automatic": layer(person.locations.automatic(now)),
            "scheduled": layer(person.locations.scheduled.as_ref()),
        },
    })
}

fn told(session: &Session, now: Timestamp) -> Value {
    let (reporter, id) = match &session.reporter {
        Reporter::Teams => ("teams", None),
        Reporter::Application(client_id) => ("application", Some(client_id)),
    };
    let counts_as = session.counts_as(now);
    json!({
        "reporter": reporter,
        "session_id": id,
        "availability": counts_as.availability,
        "activity": counts_as.activity,
        "since": session.since,
        "expires": session.expires,
    })
}
