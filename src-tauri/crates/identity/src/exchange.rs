//! Requests to the token endpoint, and what their answers mean.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::{DATE, HeaderMap, RETRY_AFTER};
use jiff::Timestamp;
use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, ClientId, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest,
    HttpResponse, RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

use crate::grants::Grants;
use crate::http::{BodyError, Obstacle, read_body, root_cause};
use crate::refusal::{EntraError, Refusal};
use crate::registration::{Registration, Scopes, short_name};
use crate::token::{AccessToken, RefreshToken, Tokens};
use crate::validity::{LONGEST, Moment, Validity};

/// Token answers are a few kilobytes; whatever is longer is none.
const BODY_CAP: usize = 64 * 1024;
/// Assumed where the answer does not say: the shortest life an administrator can configure
/// (Entra documentation, "configurable-token-lifetimes").
const UNTOLD_LIFE: Duration = Duration::from_secs(600);

pub(crate) type Client = oauth2::Client<
    EntraError,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;
pub(crate) type Answer = StandardTokenResponse<EntraFields, BasicTokenType>;
pub(crate) type Outcome<T> = Result<T, RequestTokenError<Unsent, EntraError>>;

/// The protocol's client for a registration: public, so its id travels in the body and there is no secret.
pub(crate) fn client(registration: &Registration) -> Client {
    oauth2::Client::new(ClientId::new(registration.client_id.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::from_url(registration.authorize_url()))
        .set_token_uri(TokenUrl::from_url(registration.token_url()))
}

/// What Entra adds to the standard token answer.
#[derive(Deserialize, Serialize)]
pub(crate) struct EntraFields {
    pub(crate) id_token: Option<String>,
    refresh_in: Option<u64>,
}

impl ExtraTokenFields for EntraFields {}

impl fmt::Debug for EntraFields {
    // The id token names the person, and `oauth2` redacts only what it knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntraFields(…)")
    }
}

/// reqwest behind `oauth2`'s trait. It keeps what `oauth2` drops: status, `Retry-After` and `Date`.
pub(crate) struct Exchange<'h> {
    http: &'h reqwest::Client,
    /// Of the last answer.
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    asked: Moment,
    status: StatusCode,
    retry_after: Option<Duration>,
}

/// Why there is no answer to read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsent {
    #[error("{0}")]
    Network(String, Obstacle),
    #[error(transparent)]
    Body(#[from] BodyError),
}

/// Why an exchange brought no tokens; sign-in and refresh sort this further.
#[derive(Debug)]
pub(crate) enum ExchangeError {
    Unreachable(String, Obstacle),
    ServiceTrouble(Option<Duration>),
    Refused(Box<Refusal>),
    Nonsense(String),
    MissingScope(Vec<String>),
}

impl<'h> Exchange<'h> {
    pub(crate) fn new(http: &'h reqwest::Client) -> Self {
        Self {
            http,
            seen: Mutex::new(None),
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Unsent> {
        let network = |error: reqwest::Error| {
            let error = error.without_url();
            Unsent::Network(root_cause(&error), Obstacle::of(&error))
        };
        let asked = Moment::now();
        let request = request.try_into().map_err(network)?;
        let response = self.http.execute(request).await.map_err(network)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let retry_after = retry_after(&headers, Timestamp::now());
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen {
            asked,
            status,
            retry_after,
        });
        let mut answer = HttpResponse::new(read_body(response, BODY_CAP).await?);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    fn seen(&self) -> Option<Seen> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the last answer asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.seen()?.retry_after
    }

    /// Sorts what `oauth2` made of the answer by what can be done about it.
    pub(crate) fn judge<T>(&self, outcome: Outcome<T>) -> Result<T, ExchangeError> {
        outcome.map_err(|error| self.sort(error, Refusal::from))
    }

    /// The same for an error of any type that can be read as a refusal.
    pub(crate) fn sort<E: oauth2::ErrorResponse>(
        &self,
        error: RequestTokenError<Unsent, E>,
        read: impl FnOnce(E) -> Refusal,
    ) -> ExchangeError {
        let seen = self.seen();
        let trouble = seen.filter(|seen| seen.status.is_server_error() || seen.status == StatusCode::TOO_MANY_REQUESTS);
        let nonsense = |what: String| match (trouble, seen) {
            (Some(trouble), _) => ExchangeError::ServiceTrouble(trouble.retry_after),
            (None, Some(seen)) => ExchangeError::Nonsense(format!("HTTP {}: {what}", seen.status.as_u16())),
            (None, None) => ExchangeError::Nonsense(what),
        };
        match error {
            RequestTokenError::ServerResponse(error) => {
                let refusal = Box::new(read(error));
                let transient = matches!(refusal.error.as_str(), "server_error" | "temporarily_unavailable");
                if transient || trouble.is_some() {
                    return ExchangeError::ServiceTrouble(seen.and_then(|seen| seen.retry_after));
                }
                tracing::warn!(
                    error = refusal.error,
                    suberror = refusal.suberror,
                    codes = ?refusal.codes,
                    correlation_id = refusal.correlation_id,
                    trace_id = refusal.trace_id,
                    "the sign-in service refused"
                );
                ExchangeError::Refused(refusal)
            }
            RequestTokenError::Request(Unsent::Network(reason, obstacle)) => {
                ExchangeError::Unreachable(reason, obstacle)
            }
            RequestTokenError::Request(Unsent::Body(BodyError::Broken(reason))) => {
                ExchangeError::Unreachable(reason, Obstacle::Network)
            }
            RequestTokenError::Request(Unsent::Body(fault @ BodyError::TooLarge(_))) => nonsense(fault.to_string()),
            // The parser's own words and the body may hold a token: only the place is told.
            RequestTokenError::Parse(error, _) => nonsense(format!("unexpected JSON at \"{}\"", error.path())),
            RequestTokenError::Other(what) => nonsense(what),
        }
    }

    /// The tokens of the last answer, if every required permission is among them.
    pub(crate) fn tokens(&self, scopes: &Scopes, answer: &Answer) -> Result<Tokens, ExchangeError> {
        // RFC 6749 §5.1: no `scope` in the answer means what was asked for.
        let granted = match answer.scopes() {
            Some(granted) => Grants::new(granted.iter().map(|scope| short_name(scope).to_owned())),
            None => Grants::new(scopes.permissions().map(str::to_owned)),
        };
        let missing = scopes.missing(&granted);
        if !missing.is_empty() {
            return Err(ExchangeError::MissingScope(missing));
        }
        let asked = self.seen().map_or_else(Moment::now, |seen| seen.asked);
        let life = answer.expires_in().unwrap_or(UNTOLD_LIFE);
        let hint = answer.extra_fields().refresh_in.map(Duration::from_secs);
        // Any value will do, so a system without randomness gets none.
        let mut jitter = [0];
        let _ = getrandom::fill(&mut jitter);
        Ok(Tokens {
            access: AccessToken::new(answer.access_token().secret().clone()),
            validity: Validity::new(asked, life, hint, jitter[0]),
            refresh: answer
                .refresh_token()
                .map(|token| RefreshToken::new(token.secret().clone())),
            granted,
        })
    }
}

impl<'c> AsyncHttpClient<'c> for Exchange<'_> {
    type Error = Unsent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unsent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// `Retry-After` as seconds or as a date; a date counts from the server's own `Date`, so a wrong clock here does no
/// harm. Past dates are zero, nonsense is nothing, and no wait is longer than two days.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
            .map(str::trim)
    };
    let date = |text: &str| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let value = text(RETRY_AFTER)?;
    let wait = match value.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => {
            Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(LONGEST)
        }
        Ok(_) => return None,
        Err(_) => {
            let from = text(DATE).and_then(date).unwrap_or(now);
            Duration::try_from(date(value)?.duration_since(from)).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_every_form() {
        let now = "1994-11-06T08:00:00Z".parse().unwrap();
        let date = Some("Sun, 06 Nov 1994 08:49:00 GMT");
        for (value, server_date, seconds) in [
            ("120", None, Some(120)),
            (" 0 ", None, Some(0)),
            ("1.2", None, Some(2)),
            ("-5", None, None),
            ("soon", None, None),
            ("", None, None),
            ("NaN", None, None),
            ("inf", None, None),
            ("99999999999999999999999", None, Some(48 * 3600)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", date, Some(37)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None, Some(49 * 60 + 37)),
            ("Sun, 06 Nov 1994 07:00:00 GMT", date, Some(0)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            if let Some(date) = server_date {
                headers.insert(DATE, date.parse().unwrap());
            }
            assert_eq!(
                retry_after(&headers, now),
                seconds.map(Duration::from_secs),
                "{value:?} {server_date:?}"
            );
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
