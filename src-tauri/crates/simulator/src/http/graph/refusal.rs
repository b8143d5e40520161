//! Graph's errors, and the ids every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use crate::http::Shared;

/// The content type of Graph's bodies.
pub(super) const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// An error as Graph means it.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A scope is missing. The message is empty at Graph, too.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", "")
    }

    pub(super) fn token(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        let segment = path.rsplit('/').next().unwrap_or_default();
        let message = format!("Resource not found for the segment '{segment}'.");
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", &message)
    }

    pub(super) fn no_such_person() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "The user was not found.")
    }

    pub(super) fn wrong_method(method: &Method) -> Self {
        let message = format!("The method {method} is not allowed here.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message)
    }
}

/// The ids of one request, and when it came.
pub(super) struct Context {
    request_id: String,
    client_request_id: HeaderValue,
    now: Timestamp,
    origin: String,
}

impl Context {
    pub(super) fn new(shared: &Shared, headers: &HeaderMap) -> Self {
        let mut world = shared.world();
        let request_id = world.tenant.guid();
        let own = || HeaderValue::from_str(&request_id).unwrap_or_else(|_| HeaderValue::from_static(""));
        let client_request_id = headers.get(&CLIENT_REQUEST_ID).cloned().unwrap_or_else(own);
        Self {
            client_request_id,
            now: world.now(),
            origin: shared.origin.clone(),
            request_id,
        }
    }

    /// The error envelope.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Response {
        let body = json!({
            "error": {
                "code": refusal.code,
                "message": refusal.message,
                "innerError": {
                    "date": self.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": self.request_id,
                    "client-request-id": self.client_request_id.to_str().unwrap_or_default(),
                },
            },
        });
        let mut response = (refusal.status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response();
        if refusal.code == "InvalidAuthenticationToken" {
            // The well-known id is Graph's own.
            let challenge = format!(
                "Bearer realm=\"\", authorization_uri=\"{}/organizations/oauth2/v2.0/authorize\", \
                 client_id=\"00000003-0000-0000-c000-000000000000\"",
                self.origin
            );
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }

    /// Adds the ids that every answer of Graph carries.
    pub(super) fn sign(&self, mut response: Response) -> Response {
        if let Ok(request_id) = HeaderValue::from_str(&self.request_id) {
            response.headers_mut().insert(REQUEST_ID, request_id);
        }
        response
            .headers_mut()
            .insert(CLIENT_REQUEST_ID, self.client_request_id.clone());
        response
    }
}
