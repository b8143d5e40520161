//! One request and its answer.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{CONTENT_LENGTH, DATE, HeaderMap, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::Value;
use tracing::debug;

use crate::{RequestError, challenge, error::Explanation, retry_after};

/// How much of an answer is read, in bytes: more than any that is meant for us needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Longest(usize);

impl Longest {
    /// One object, or one error.
    pub(crate) const OBJECT: Longest = Longest(256 * 1024);
    /// A page of at most a thousand objects.
    pub(crate) const PAGE: Longest = Longest(4 * 1024 * 1024);
}

pub(crate) enum Content {
    Json(Value),
    Empty,
}

/// Sends a request without a body, or one that has its own, and reads the JSON of the answer.
pub(crate) async fn read(request: RequestBuilder, token: &str, longest: Longest) -> Result<Value, RequestError> {
    let answer = send(request, token).await?;
    let body = body(answer, longest).await?;
    serde_json::from_slice(&body).map_err(|error| RequestError::Nonsense(error.to_string()))
}

pub(crate) async fn write(request: RequestBuilder, token: &str, content: Content) -> Result<(), RequestError> {
    let request = match content {
        Content::Json(body) => request.json(&body),
        // Said aloud, as a server may answer a POST without it with 411.
        Content::Empty => request.header(CONTENT_LENGTH, 0),
    };
    send(request, token).await.map(drop)
}

/// Sends it, and returns an answer that says success.
async fn send(request: RequestBuilder, token: &str) -> Result<Response, RequestError> {
    let request = match request_id() {
        Some(id) => request.header("client-request-id", id),
        None => request,
    };
    let answer = request
        .bearer_auth(token)
        .send()
        .await
        .map_err(|error| failure(&error))?;
    let (status, headers) = (answer.status(), answer.headers());
    debug!(
        %status,
        path = answer.url().path(),
        request_id = text(headers, &HeaderName::from_static("request-id")),
        "Graph answered"
    );
    if status.is_success() {
        return Ok(answer);
    }
    if status.is_redirection() {
        return Err(RequestError::Nonsense(format!("a redirect ({status})")));
    }
    let claims = challenge::claims(
        headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok()),
    );
    let retry_after = pause(headers, Timestamp::now());
    let status_code = status.as_u16();
    Err(match status {
        StatusCode::UNAUTHORIZED => RequestError::Unauthorized { claims },
        StatusCode::FORBIDDEN if claims.is_some() => RequestError::Unauthorized { claims },
        StatusCode::FORBIDDEN => RequestError::Forbidden,
        StatusCode::TOO_MANY_REQUESTS => RequestError::Throttled { retry_after },
        StatusCode::REQUEST_TIMEOUT => RequestError::Trouble {
            status: status_code,
            retry_after,
        },
        status if status.is_server_error() => RequestError::Trouble {
            status: status_code,
            retry_after,
        },
        _ => {
            // A body that cannot be read explains nothing; the status stands.
            let Explanation { code, message } =
                Explanation::read(&body(answer, Longest::OBJECT).await.unwrap_or_default());
            RequestError::Refused {
                status: status_code,
                code,
                message,
            }
        }
    })
}

async fn body(mut answer: Response, Longest(longest): Longest) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > longest {
            return Err(RequestError::Nonsense(format!("more than {longest} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// How long the service asks to be left alone, by its own clock where it tells the time.
fn pause(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let date = text(headers, &DATE).and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
    retry_after(text(headers, &RETRY_AFTER)?, date.unwrap_or(now))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Told by the innermost cause: it alone says what happened, and it holds no address.
fn failure(error: &reqwest::Error) -> RequestError {
    if error.is_timeout() {
        return RequestError::Unreachable("no answer in time".to_owned());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if error.is_builder() {
        return RequestError::Nonsense(format!("the request cannot be sent: {cause}"));
    }
    RequestError::Unreachable(cause.to_string())
}

/// A random UUID (version 4): with it Microsoft's support finds the request. `None` where the system has no randomness.
fn request_id() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    let bits =
        u128::from_be_bytes(bytes) & !(0xf000_u128 << 64 | 0xc000_u128 << 48) | 0x4000_u128 << 64 | 0x8000_u128 << 48;
    let hex = format!("{bits:032x}");
    Some([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_a_random_uuid() {
        let id = request_id().unwrap();
        let parts: Vec<&str> = id.split('-').collect();
        assert_eq!(
            parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
        assert!(
            parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']),
            "{id}"
        );
        assert_ne!(request_id(), Some(id));
    }

    #[test]
    fn a_pause_up_to_a_date_is_counted_on_the_services_clock() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let until = "Fri, 20 Nov 2026 12:00:30 GMT";
        for (headers, seconds) in [
            (&[("retry-after", "2")][..], Some(2)),
            (
                &[("retry-after", until), ("date", "Fri, 20 Nov 2026 12:00:00 GMT")],
                Some(30),
            ),
            (&[("retry-after", until)], Some(7_230)),
            (&[("retry-after", until), ("date", "noon")], Some(7_230)),
            (&[("date", "Fri, 20 Nov 2026 12:00:00 GMT")], None),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            assert_eq!(pause(&map, now), seconds.map(SignedDuration::from_secs), "{headers:?}");
        }
    }
}
