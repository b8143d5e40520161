//! Answering as Entra ID.

mod admin_consent;
mod authorize;
mod device;
mod discovery;
mod refusal;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get};

use super::Shared;
use super::pages;
use crate::tenant::ruling::usual;
use crate::tenant::sign_in_error::SignInError;
use refusal::Correlation;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(
            "/{tenant}/oauth2/v2.0/authorize",
            get(authorize::ask).post(authorize::choose),
        )
        .route("/{tenant}/oauth2/v2.0/token", any(token::token))
        .route("/{tenant}/oauth2/v2.0/devicecode", any(token::device_code))
        .route("/{tenant}/oauth2/v2.0/logout", get(|| async { pages::signed_out() }))
        .route(device::PATH, get(device::ask).post(device::choose))
        .route("/devicelogin", get(device::elsewhere))
        .route(
            "/{tenant}/v2.0/adminconsent",
            get(admin_consent::ask).post(admin_consent::choose),
        )
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/common/discovery/instance", get(discovery::instance))
        .route("/oidc/userinfo", get(discovery::user_info).post(discovery::user_info))
        .route("/error", get(explain))
}

/// Whether a path belongs to Entra's face; every other one is Graph's.
pub(super) fn is_entras(path: &str) -> bool {
    ["/oauth2/", "/discovery/", "/.well-known/", "/adminconsent"]
        .iter()
        .any(|part| path.contains(part))
}

/// The error a weather rule asks for, as this face says it.
pub(super) fn weathered(shared: &Shared, headers: &HeaderMap, status: StatusCode, error: Option<&str>) -> Response {
    let text = "The service is temporarily unavailable. Please retry later.";
    let error = error.unwrap_or("temporarily_unavailable");
    Correlation::new(shared, headers, None).answer(status, error, 90_033, text)
}

/// A body that is longer than any request needs.
pub(super) fn too_large(shared: &Shared, headers: &HeaderMap) -> Response {
    let correlation = Correlation::new(shared, headers, None);
    correlation.refuse_with(StatusCode::PAYLOAD_TOO_LARGE, &SignInError::TooLong)
}

/// `GET /error?code=50058`: where `error_uri` points.
async fn explain(axum::extract::RawQuery(query): axum::extract::RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let code = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    let number: Option<u32> = code.and_then(|(_, code)| code.trim_start_matches("AADSTS").parse().ok());
    let (_, _, text) = number.map_or(("", None, ""), usual);
    match number {
        Some(number) if !text.is_empty() => pages::note(&format!("AADSTS{number}"), text),
        _ => pages::note("Error codes", "Nothing is known about this code here."),
    }
}

fn no_store() -> [(HeaderName, &'static str); 2] {
    [
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
    ]
}
