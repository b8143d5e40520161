//! Answering as Entra ID: the sign-in page and the token endpoint.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Shared, pages};
use crate::tenant::authorization::{AuthorizationRequest, Parameters, ResponseMode, ReturnAddress, check_segment};
use crate::tenant::people::{PEOPLE, PERSONAL};
use crate::tenant::sign_in_error::SignInError;

/// `GET authorize`: the sign-in page, or why there is none.
pub(super) async fn ask(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match check(&segment, query) {
        Ok((_, Ok(request))) => pages::sign_in(&request),
        Ok((back, Err(error))) => send_back(&back, refused(&shared, &error)),
        Err(error) => stay(&error),
    }
}

/// `POST authorize`: what was chosen on the sign-in page. The query is checked again: the page is only a page.
pub(super) async fn choose(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let (back, request) = match check(&segment, query) {
        Ok((back, Ok(request))) => (back, request),
        Ok((back, Err(error))) => return send_back(&back, refused(&shared, &error)),
        Err(error) => return stay(&error),
    };
    let chosen = match Parameters::parse(&body) {
        Ok(chosen) => chosen,
        Err(error) => return stay(&error),
    };
    if chosen.get("cancel").is_some() {
        return send_back(&back, refused(&shared, &SignInError::Declined));
    }
    let person = chosen.get("person").unwrap_or_default();
    if person == PERSONAL.oid {
        return stay(&SignInError::PersonalAccount);
    }
    let Some(account) = PEOPLE.into_iter().find(|account| account.oid == person) else {
        return stay(&SignInError::Missing("person"));
    };
    let mut world = shared.world();
    let now = world.now();
    let code = world.tenant.authorize(request, account, now);
    send_back(&back, vec![("code", code)])
}

/// `POST token`.
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // Entra reads no other type, and then misses the first parameter.
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            kind.to_ascii_lowercase()
                .starts_with("application/x-www-form-urlencoded")
        });
    let form = Parameters::parse(if is_form { &body } else { &[] });
    let answer = form.and_then(|form| {
        let mut world = shared.world();
        let now = world.now();
        world.tenant.token(&segment, &form, now)
    });
    match answer {
        Ok(answer) => (no_store(), Json(answer)).into_response(),
        Err(error) => {
            let status = if error.error() == "invalid_client" {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::BAD_REQUEST
            };
            let (number, text) = (error.number(), error.to_string());
            failure(&shared, status, error.error(), number, &text, error.suberror())
        }
    }
}

/// The error a weather rule asks for, as this face says it.
pub(super) fn weathered(shared: &Shared, status: StatusCode, error: Option<&str>) -> Response {
    let text = "The service is temporarily unavailable. Please retry later.";
    failure(
        shared,
        status,
        error.unwrap_or("temporarily_unavailable"),
        90_033,
        text,
        None,
    )
}

type Checked = (ReturnAddress, Result<AuthorizationRequest, SignInError>);

/// The outer error stays on the page; the inner one goes to the application.
fn check(segment: &str, query: Option<String>) -> Result<Checked, SignInError> {
    check_segment(segment)?;
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes())?;
    let back = ReturnAddress::check(&parameters)?;
    let request = AuthorizationRequest::check(&parameters, segment, &back);
    Ok((back, request))
}

fn stay(error: &SignInError) -> Response {
    pages::problem(&format!("AADSTS{}: {error}", error.number()))
}

fn refused(shared: &Shared, error: &SignInError) -> Vec<(&'static str, String)> {
    let number = error.number();
    vec![
        ("error", error.error().to_owned()),
        ("error_description", described(shared, number, &error.to_string()).text),
        ("error_uri", error_uri(shared, number)),
    ]
}

fn send_back(back: &ReturnAddress, mut fields: Vec<(&'static str, String)>) -> Response {
    if let Some(state) = &back.state {
        fields.push(("state", state.clone()));
    }
    match back.mode {
        ResponseMode::FormPost => pages::form_post(&back.redirect_uri, &fields),
        ResponseMode::Query => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&fields)
                .finish();
            // Entra returns to a registered address without a path with a slash.
            let location = format!("{}/?{query}", back.redirect_uri);
            (StatusCode::FOUND, no_store(), [(header::LOCATION, location)]).into_response()
        }
    }
}

fn failure(
    shared: &Shared,
    status: StatusCode,
    error: &str,
    number: u32,
    text: &str,
    suberror: Option<&str>,
) -> Response {
    let described = described(shared, number, text);
    let mut body = json!({
        "error": error,
        "error_description": described.text,
        "error_codes": [number],
        "timestamp": described.timestamp,
        "trace_id": described.trace_id,
        "correlation_id": described.correlation_id,
        "error_uri": error_uri(shared, number),
    });
    if let Some(suberror) = suberror {
        body["suberror"] = Value::from(suberror);
    }
    (status, no_store(), Json(body)).into_response()
}

/// Entra's `error_description`, and the ids it repeats beside it.
struct Described {
    text: String,
    trace_id: String,
    correlation_id: String,
    timestamp: String,
}

fn described(shared: &Shared, number: u32, text: &str) -> Described {
    let mut world = shared.world();
    let timestamp = world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let (trace_id, correlation_id) = (world.tenant.guid(), world.tenant.guid());
    let text = format!(
        "AADSTS{number}: {text}\r\nTrace ID: {trace_id}\r\nCorrelation ID: {correlation_id}\r\nTimestamp: {timestamp}"
    );
    Described {
        text,
        trace_id,
        correlation_id,
        timestamp,
    }
}

fn error_uri(shared: &Shared, number: u32) -> String {
    format!("{}/error?code={number}", shared.origin)
}

fn no_store() -> [(header::HeaderName, &'static str); 2] {
    [
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
    ]
}
