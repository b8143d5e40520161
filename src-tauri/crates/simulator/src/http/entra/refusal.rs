//! Entra's errors, and the ids that find them again.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::no_store;
use crate::http::Shared;
use crate::origin::origin;
use crate::tenant::sign_in_error::SignInError;

const CLIENT_REQUEST_ID: &str = "client-request-id";

/// The ids of one request: Entra's own, and the one that the client may give in a header or in the query.
pub(super) struct Correlation {
    trace: String,
    client: String,
    timestamp: String,
    origin: String,
    /// Whether the client wants its id back.
    returned: bool,
}

impl Correlation {
    pub(super) fn new(shared: &Shared, headers: &HeaderMap, from_query: Option<&str>) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let given = header(CLIENT_REQUEST_ID).or(from_query).filter(|id| is_guid(id));
        let returned = header("return-client-request-id").is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
        let mut world = shared.world();
        Self {
            trace: world.tenant.guid(),
            client: given.map_or_else(|| world.tenant.guid(), str::to_owned),
            timestamp: world.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            origin: origin(headers).unwrap_or_else(|| shared.origin.clone()),
            returned,
        }
    }

    /// The error as JSON, with the status that OAuth has for it.
    pub(super) fn refuse(&self, error: &SignInError) -> Response {
        let status = match error.error() {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        self.refuse_with(status, error)
    }

    pub(super) fn refuse_with(&self, status: StatusCode, error: &SignInError) -> Response {
        let mut body = self.body(error.error(), error.number(), &error.to_string());
        for (name, value) in [("suberror", error.suberror()), ("claims", error.claims())] {
            if let Some(value) = value {
                body[name] = Value::from(value);
            }
        }
        self.signed((status, no_store(), Json(body)).into_response())
    }

    /// An error in other words than a [`SignInError`] has.
    pub(super) fn answer(&self, status: StatusCode, error: &str, number: u32, text: &str) -> Response {
        self.signed((status, no_store(), Json(self.body(error, number, text))).into_response())
    }

    /// The error as parameters on their way to the application.
    pub(super) fn fields(&self, error: &SignInError) -> Vec<(&'static str, String)> {
        let number = error.number();
        let mut fields = vec![
            ("error", error.error().to_owned()),
            ("error_description", self.described(number, &error.to_string())),
            ("error_uri", self.error_uri(number)),
        ];
        let cancelled = (*error == SignInError::Declined).then_some("cancel");
        let subcode = error.suberror().or(cancelled);
        let optional = [("error_subcode", subcode), ("claims", error.claims())];
        fields.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?.to_owned()))),
        );
        fields
    }

    /// The same for eyes: what a page says at its foot.
    pub(super) fn lines(&self) -> [(&'static str, &str); 3] {
        [
            ("Request Id", &self.trace),
            ("Correlation Id", &self.client),
            ("Timestamp", &self.timestamp),
        ]
    }

    /// Adds the ids that answers carry as headers.
    pub(super) fn signed(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        let given = self.returned.then_some((CLIENT_REQUEST_ID, &self.client));
        for (name, id) in [("x-ms-request-id", &self.trace)].into_iter().chain(given) {
            if let Ok(id) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static(name), id);
            }
        }
        response
    }

    fn body(&self, error: &str, number: u32, text: &str) -> Value {
        json!({
            "error": error,
            "error_description": self.described(number, text),
            "error_codes": [number],
            "timestamp": self.timestamp,
            "trace_id": self.trace,
            "correlation_id": self.client,
            "error_uri": self.error_uri(number),
        })
    }

    fn described(&self, number: u32, text: &str) -> String {
        let Self {
            trace,
            client,
            timestamp,
            ..
        } = self;
        format!("AADSTS{number}: {text}\r\nTrace ID: {trace}\r\nCorrelation ID: {client}\r\nTimestamp: {timestamp}")
    }

    fn error_uri(&self, number: u32) -> String {
        format!("{}/error?code={number}", self.origin)
    }
}

fn is_guid(text: &str) -> bool {
    let parts = text.split('-').map(str::len);
    parts.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
