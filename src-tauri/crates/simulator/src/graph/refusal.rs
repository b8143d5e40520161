//! Graph's errors.

use axum::http::{HeaderName, Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

/// An error as Graph means it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    code: String,
    message: String,
    /// Text of the `Retry-After` header.
    pub(super) retry_after: Option<String>,
    /// Text of the `WWW-Authenticate` header.
    pub(super) challenge: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            retry_after: None,
            challenge: None,
        }
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A scope is missing. The message is empty at Graph, too.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", "")
    }

    /// The token opens nothing. The well-known id in the challenge is Graph's own.
    pub(super) fn token(message: &str, origin: &str) -> Self {
        let challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{origin}/organizations/oauth2/v2.0/authorize\", \
             client_id=\"00000003-0000-0000-c000-000000000000\""
        );
        Self {
            challenge: Some(challenge),
            ..Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
        }
    }

    /// Graph's answer to a path it does not know is 400, not 404.
    pub(super) fn no_such_segment(segment: &str) -> Self {
        Self::bad_request(&format!("Resource not found for the segment '{segment}'."))
    }

    pub(super) fn no_such_person() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "The user was not found.")
    }

    pub(super) fn wrong_method(method: &Method) -> Self {
        let message = format!("The method {method} is not allowed here.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message)
    }

    pub(super) fn throttled(retry_after: String) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                "Please retry again later.",
            )
        }
    }

    /// The same with another code.
    pub(super) fn named(mut self, code: &str) -> Self {
        code.clone_into(&mut self.code);
        self
    }

    /// The token has to carry these claims (base64): continuous access evaluation, conditional access.
    pub(super) fn demanding(mut self, claims: &str) -> Self {
        let challenge = self.challenge.unwrap_or_else(|| "Bearer realm=\"\"".to_owned());
        self.challenge = Some(format!(
            "{challenge}, error=\"insufficient_claims\", claims=\"{claims}\""
        ));
        self
    }

    /// The headers that go with it.
    pub(super) fn headers(&self) -> impl Iterator<Item = (HeaderName, &str)> {
        let retry_after = self.retry_after.iter().map(|text| (header::RETRY_AFTER, text.as_str()));
        let challenge = self
            .challenge
            .iter()
            .map(|text| (header::WWW_AUTHENTICATE, text.as_str()));
        retry_after.chain(challenge)
    }

    /// The error envelope.
    pub(super) fn body(&self, ids: &Ids) -> Value {
        json!({
            "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    "date": ids.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": ids.request,
                    "client-request-id": ids.client_request,
                },
            },
        })
    }
}

/// The ids of one request, and when it came.
pub(super) struct Ids {
    pub(super) request: String,
    pub(super) client_request: String,
    pub(super) now: Timestamp,
}
