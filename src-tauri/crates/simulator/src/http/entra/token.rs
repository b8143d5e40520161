//! The token endpoint, and the one that begins a sign-in by device code.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::refusal::Correlation;
use super::{device, no_store};
use crate::http::Shared;
use crate::http::signing::SigningKey;
use crate::origin::origin;
use crate::tenant::Tenant;
use crate::tenant::device_code::LIFE;
use crate::tenant::organisation::Segment;
use crate::tenant::parameters::Parameters;
use crate::tenant::sign_in_error::SignInError;
use crate::tenant::tokens::TokenRequest;

/// `POST token`.
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let correlation = Correlation::new(&shared, &headers, None);
    let authority = origin(&headers).unwrap_or_else(|| shared.origin.clone());
    let answer = posted(
        &shared,
        &segment,
        &method,
        &headers,
        &body,
        |tenant, segment, form, now| {
            let request = TokenRequest {
                segment,
                form,
                authority: &authority,
            };
            tenant.token(&request, now)
        },
    );
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return correlation.refuse(&error),
    };
    let json = match SigningKey::current().await {
        Ok(key) => answer.into_json(|claims| key.sign(claims)),
        Err(error) => Err(error),
    };
    match json {
        Ok(json) => correlation.signed((no_store(), Json(json)).into_response()),
        Err(_) => correlation.answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            90_033,
            "The simulator has no randomness to sign with.",
        ),
    }
}

/// `POST devicecode`.
pub(super) async fn device_code(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let correlation = Correlation::new(&shared, &headers, None);
    let begun = posted(&shared, &segment, &method, &headers, &body, Tenant::begin_device);
    match begun {
        Ok(begun) => {
            let page = origin(&headers).unwrap_or_else(|| shared.origin.clone()) + device::PATH;
            let code = begun.user_code;
            let json = json!({
                "user_code": code,
                "device_code": begun.device_code,
                "verification_uri": page,
                "expires_in": LIFE,
                "interval": begun.interval,
                "message": format!(
                    "To sign in, use a web browser to open the page {page} and enter the code {code} to authenticate."
                ),
            });
            correlation.signed((no_store(), Json(json)).into_response())
        }
        Err(error) => correlation.refuse(&error),
    }
}

/// Reads the segment and the form, and hands both to the tenant.
fn posted<T>(
    shared: &Shared,
    segment: &str,
    method: &Method,
    headers: &HeaderMap,
    body: &[u8],
    act: impl FnOnce(&mut Tenant, Segment, &Parameters, Timestamp) -> Result<T, SignInError>,
) -> Result<T, SignInError> {
    if method != Method::POST {
        return Err(SignInError::Method(method.to_string()));
    }
    let segment = Segment::parse(segment)?;
    // Entra reads no other type, and then misses the first parameter.
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            kind.to_ascii_lowercase()
                .starts_with("application/x-www-form-urlencoded")
        });
    let form = Parameters::parse(if is_form { body } else { &[] })?;
    let mut world = shared.world();
    let now = world.now();
    act(&mut world.tenant, segment, &form, now)
}
