//! What an administrator does to sign-ins: consent, the application's registration, accounts, refusals.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{change, field};
use crate::http::Shared;
use crate::tenant::Tenant;
use crate::tenant::organisation::{ConsentPolicy, Organisation, organisations};
use crate::tenant::people::{Account, accounts};
use crate::tenant::permission::{Permission, permission};
use crate::tenant::ruling::Ruling;
use crate::tenant::security::Event;

/// The longest interval between polls that can be asked for, in seconds.
const LONGEST_INTERVAL: u32 = 60;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/directory", get(directory))
        .route("/application", post(application))
        .route("/consent", post(consent))
        .route("/account", post(account))
        .route("/refusals", post(refuse).delete(refuse_no_more))
}

async fn directory(State(shared): State<Arc<Shared>>) -> Response {
    Json(whole(&shared.world().tenant)).into_response()
}

/// What is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    redirect_uris: Option<Vec<String>>,
    public_client_flows: Option<bool>,
    device_code_interval: Option<u32>,
}

async fn application(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Application| {
        if asked
            .device_code_interval
            .is_some_and(|seconds| seconds > LONGEST_INTERVAL)
        {
            return Err(format!(
                "device_code_interval must be at most {LONGEST_INTERVAL} seconds"
            ));
        }
        let registration = &mut world.tenant.registration;
        registration.redirect_uris = asked
            .redirect_uris
            .unwrap_or_else(|| registration.redirect_uris.clone());
        registration.public_client_flows = asked.public_client_flows.unwrap_or(registration.public_client_flows);
        registration.device_interval = asked.device_code_interval.unwrap_or(registration.device_interval);
        Ok(whole(&world.tenant))
    })
}

/// Of a person or of a tenant. `ceiling: null` lifts the ceiling, and an absent one stays: hence a [`Value`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    oid: Option<String>,
    tenant: Option<String>,
    permissions: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    ceiling: Option<Value>,
    policy: Option<ConsentPolicy>,
}

async fn consent(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Consent| {
        let permissions = asked.permissions.map(named).transpose()?;
        let ceiling: Option<Option<Vec<String>>> = asked.ceiling.map(|value| field("ceiling", value)).transpose()?;
        let ceiling = ceiling.map(|names| names.map(named).transpose()).transpose()?;
        let consents = world.tenant.consents_mut();
        match (asked.oid, asked.tenant) {
            (Some(oid), None) if asked.policy.is_none() => {
                let account = known(&oid)?;
                if let Some(permissions) = permissions {
                    consents.set(&account, &permissions);
                }
                if let Some(ceiling) = ceiling {
                    consents.set_ceiling(&account, ceiling.as_deref());
                }
            }
            (None, Some(tenant)) if ceiling.is_none() => {
                let organisation = organisation(&tenant)?;
                if let Some(permissions) = permissions {
                    consents.set_for_everybody(organisation, &permissions);
                }
                if let Some(policy) = asked.policy {
                    consents.set_policy(organisation, policy);
                }
            }
            _ => return Err("either oid with permissions and ceiling, or tenant with permissions and policy".into()),
        }
        Ok(whole(&world.tenant))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Happening {
    oid: String,
    event: Event,
}

async fn account(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, asked: Happening| {
        let account = known(&asked.oid)?;
        let now = world.now();
        world.tenant.happen(&account, asked.event, now);
        Ok(whole(&world.tenant))
    })
}

async fn refuse(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    change(&shared, &headers, &body, |world, ruling: Ruling| {
        world.tenant.rulings.add(ruling)?;
        Ok(json!(world.tenant.rulings))
    })
}

async fn refuse_no_more(State(shared): State<Arc<Shared>>) -> Response {
    shared.world().tenant.rulings.clear();
    StatusCode::NO_CONTENT.into_response()
}

/// Tells `null` from "not there".
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn known(oid: &str) -> Result<Account, String> {
    accounts()
        .find(|account| account.oid.eq_ignore_ascii_case(oid))
        .ok_or_else(|| "oid is nobody's object id".to_owned())
}

fn organisation(tenant: &str) -> Result<&'static Organisation, String> {
    organisations()
        .into_iter()
        .find(|one| {
            [one.id, one.domain]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(tenant))
        })
        .ok_or_else(|| "tenant is no tenant's id or domain".to_owned())
}

fn named(names: Vec<String>) -> Result<Vec<&'static Permission>, String> {
    let one = |name: String| permission(&name).ok_or_else(|| format!("{name} is no permission here"));
    names.into_iter().map(one).collect()
}

/// Everything about sign-ins that the pages and the token endpoint decide by.
fn whole(tenant: &Tenant) -> Value {
    let consents = tenant.consents();
    let tenants = organisations()
        .map(|one| json!({ "id": one.id, "domain": one.domain, "name": one.name, "policy": consents.policy(one) }));
    let accounts: Vec<Value> = accounts()
        .map(|account| {
            json!({
                "oid": account.oid,
                "mail": account.mail,
                "tenant": account.tenant_id(),
                "granted": consents.granted(&account),
                "enabled": tenant.is_enabled(&account),
            })
        })
        .collect();
    let requests: Vec<Value> = consents
        .requests()
        .iter()
        .map(|(oid, justification)| json!({ "oid": oid, "justification": justification }))
        .collect();
    let registration = &tenant.registration;
    json!({
        "application": {
            "redirect_uris": registration.redirect_uris,
            "public_client_flows": registration.public_client_flows,
            "device_code_interval": registration.device_interval,
        },
        "tenants": tenants,
        "accounts": accounts,
        "approval_requests": requests,
        "refusals": tenant.rulings,
    })
}
