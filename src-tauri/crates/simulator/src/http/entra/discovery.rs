//! What a client of OpenID Connect finds out by itself. Every address in these documents is the one the client asked.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::refusal::Correlation;
use crate::http::Shared;
use crate::http::signing::SigningKey;
use crate::origin::origin;
use crate::tenant::organisation::Segment;
use crate::tenant::parameters::Parameters;
use crate::tenant::sign_in_error::SignInError;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(super) async fn configuration(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let segment = match Segment::parse(&segment) {
        Ok(segment) => segment,
        Err(error) => return unknown_tenant(&shared, &headers, &error),
    };
    let origin = origin(&headers).unwrap_or_else(|| shared.origin.clone());
    let name = segment.canonical();
    let endpoints = format!("{origin}/{name}/oauth2/v2.0");
    Json(json!({
        "token_endpoint": format!("{endpoints}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{origin}/{name}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{}/v2.0", segment.in_issuer()),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "authorization_endpoint": format!("{endpoints}/authorize"),
        "device_authorization_endpoint": format!("{endpoints}/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{endpoints}/logout"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email",
        ],
        "tenant_region_scope": null,
        "cloud_instance_name": host_of(&origin),
        "cloud_graph_host_name": host_of(&origin),
        "msgraph_host": host_of(&origin),
    }))
    .into_response()
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub(super) async fn keys(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let segment = match Segment::parse(&segment) {
        Ok(segment) => segment,
        Err(error) => return unknown_tenant(&shared, &headers, &error),
    };
    let origin = origin(&headers).unwrap_or_else(|| shared.origin.clone());
    match SigningKey::current().await {
        Ok(key) => {
            let issuer = format!("{origin}/{}/v2.0", segment.in_issuer());
            Json(json!({ "keys": [key.published(&issuer)] })).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /common/discovery/instance`: whether an authority is one of Microsoft's clouds. Here there is one cloud, and it
/// has the name that the client calls it by.
pub(super) async fn instance(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let own = origin(&headers).unwrap_or_else(|| shared.origin.clone());
    match tenant_discovery(&own, query.unwrap_or_default().as_bytes()) {
        Ok(endpoint) => {
            let host = host_of(&own);
            Json(json!({
                "tenant_discovery_endpoint": endpoint,
                "api-version": "1.1",
                "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
            }))
            .into_response()
        }
        Err(error) => Correlation::new(&shared, &headers, None).refuse(&error),
    }
}

/// `GET /oidc/userinfo`: the same claims that an `id_token` has of somebody.
pub(super) async fn user_info(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer
        .and_then(|value| value.split_once(' '))
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token.trim());
    let world = shared.world();
    match world.tenant.bearer(token, world.now()) {
        Ok(grant) => Json(grant.user_info()).into_response(),
        Err(error) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
            let body: Value =
                json!({ "error": { "code": "InvalidAuthenticationToken", "message": error.to_string() } });
            (StatusCode::UNAUTHORIZED, challenge, Json(body)).into_response()
        }
    }
}

/// The tenant's discovery document, for an authorize endpoint of ours.
fn tenant_discovery(own: &str, query: &[u8]) -> Result<String, SignInError> {
    let parameters = Parameters::parse(query)?;
    let endpoint = parameters.require("authorization_endpoint")?;
    let endpoint = url::Url::parse(endpoint).map_err(|_| SignInError::UnknownInstance)?;
    let same_host = url::Url::parse(own).is_ok_and(|own| own.host_str() == endpoint.host_str());
    let segment = endpoint.path_segments().and_then(|mut segments| segments.next());
    match segment {
        Some(segment) if same_host => {
            let segment = Segment::parse(segment)?;
            Ok(format!(
                "{own}/{}/v2.0/.well-known/openid-configuration",
                segment.canonical()
            ))
        }
        _ => Err(SignInError::UnknownInstance),
    }
}

/// Discovery has a word of its own for a tenant that is not there.
fn unknown_tenant(shared: &Shared, headers: &HeaderMap, error: &SignInError) -> Response {
    let correlation = Correlation::new(shared, headers, None);
    correlation.answer(
        StatusCode::BAD_REQUEST,
        "invalid_tenant",
        error.number(),
        &error.to_string(),
    )
}

fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}
