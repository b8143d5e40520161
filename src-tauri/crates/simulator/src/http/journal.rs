//! What was asked of the tenant, without what must not be read again.

use std::collections::VecDeque;

use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;

/// How many requests are remembered.
const LONGEST: usize = 1_000;
/// What the journal keeps of a body that is sent to Entra; never a code, a verifier, a token.
const HARMLESS_FIELDS: [&str; 4] = ["grant_type", "client_id", "scope", "person"];

/// A request and how it ended.
#[derive(Debug, Serialize)]
pub(super) struct Exchange {
    /// When it came, by the tenant's clock.
    pub(super) at: Timestamp,
    /// When the answer was ready or the connection given up.
    pub(super) answered: Option<Timestamp>,
    method: String,
    path: String,
    query: Option<String>,
    /// Whether there was an `Authorization` header; never what it said.
    authorization: bool,
    client_request_id: Option<String>,
    /// As text; of a body for Entra the harmless fields only.
    body: String,
    /// `null` if the connection was dropped.
    pub(super) status: Option<u16>,
}

impl Exchange {
    pub(super) fn begin(parts: &Parts, body: &[u8]) -> Self {
        let path = parts.uri.path();
        let client_request_id = parts.headers.get("client-request-id").and_then(|id| id.to_str().ok());
        Self {
            at: Timestamp::UNIX_EPOCH,
            answered: None,
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            authorization: parts.headers.contains_key(header::AUTHORIZATION),
            client_request_id: client_request_id.map(str::to_owned),
            body: if path.contains("/oauth2/") {
                harmless(body)
            } else {
                String::from_utf8_lossy(body).into_owned()
            },
            status: None,
        }
    }
}

/// The last requests, oldest first.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Journal(VecDeque<Exchange>);

impl Journal {
    pub(super) fn push(&mut self, exchange: Exchange) {
        if self.0.len() == LONGEST {
            self.0.pop_front();
        }
        self.0.push_back(exchange);
    }
}

fn harmless(form: &[u8]) -> String {
    let fields = url::form_urlencoded::parse(form).filter(|(name, _)| HARMLESS_FIELDS.contains(&name.as_ref()));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_token_request_keeps_nothing_that_opens_anything() {
        let form =
            b"client_id=app&grant_type=refresh_token&refresh_token=s3cret&code=s3cret&code_verifier=s3cret&scope=a+b";
        assert_eq!(harmless(form), "client_id=app&grant_type=refresh_token&scope=a+b");
        assert_eq!(harmless(b"\xff\xfe"), "");
    }
}
