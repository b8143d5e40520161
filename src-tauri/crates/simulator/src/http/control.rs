//! The simulator's own face: looking inside, and making trouble. The crate's documentation has an example of each.

mod directory;
mod person;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Shared, World};
use crate::tenant::budget::Budget;
use crate::tenant::person::Person;
use crate::tenant::weather::Rule;
use crate::tenant::{Cloud, Tenant, duration};

/// The clock goes no further ahead than this in all; later, dates stop to make sense.
const FURTHEST: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/state", get(state))
        .route("/requests", get(requests))
        .route("/weather", get(weather).post(add_weather).delete(clear_weather))
        .route("/clock", post(clock))
        .route("/revoke", post(revoke))
        .route("/person", post(person::change_person))
        .route("/tenant", post(tenant))
        .merge(directory::routes())
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such control") })
}

async fn state(State(shared): State<Arc<Shared>>) -> Response {
    let world = shared.world();
    let now = world.now();
    let people: Vec<Value> = world
        .tenant
        .people()
        .iter()
        .map(|person| person::whole(person, now))
        .collect();
    Json(json!({ "now": now, "tenant": settings(&world.tenant), "people": people })).into_response()
}

async fn requests(State(shared): State<Arc<Shared>>) -> Response {
    Json(&shared.world().journal).into_response()
}

async fn weather(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.world().tenant.weather.rules()).into_response()
}

async fn add_weather(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, rule: Rule| {
        if let Some(flaw) = rule.flaw() {
            return Err(flaw.to_owned());
        }
        world.tenant.weather.add(rule);
        Ok(json!(world.tenant.weather.rules()))
    })
}

async fn clear_weather(State(shared): State<Arc<Shared>>) -> Response {
    shared.world().tenant.weather.clear();
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

/// What is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    cloud: Option<Cloud>,
    lag: Option<String>,
    budget: Option<Allowance>,
    seed: Option<u64>,
}

/// No `requests` is as many as one likes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowance {
    requests: Option<usize>,
    window: String,
}

async fn tenant(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Settings| {
        let lag = match asked.lag.as_deref() {
            None => None,
            Some("PT0S") => Some(SignedDuration::ZERO),
            Some(text) => Some(duration::parse(text).ok_or("lag must be a duration such as PT3S, or PT0S")?),
        };
        let budget = asked.budget.map(|Allowance { requests, window }| {
            let window = duration::parse(&window).ok_or("window must be a duration such as PT30S")?;
            Ok::<_, &str>(Budget::new(requests, window))
        });
        let budget = budget.transpose()?;
        let tenant = &mut world.tenant;
        if let Some(cloud) = asked.cloud {
            tenant.cloud = cloud;
        }
        if let Some(lag) = lag {
            tenant.set_lag(lag);
        }
        if let Some(budget) = budget {
            tenant.budget = budget;
        }
        if let Some(seed) = asked.seed {
            tenant.weather.reseed(seed);
        }
        Ok(settings(tenant))
    })
}

/// The tenant's settings, as [`tenant`] takes them, but for the seed.
fn settings(tenant: &Tenant) -> Value {
    let (requests, window) = tenant.budget.limit();
    json!({
        "cloud": tenant.cloud,
        "lag": format!("PT{}S", tenant.lag().as_secs()),
        "budget": { "requests": requests, "window": format!("PT{}S", window.as_secs()) },
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
