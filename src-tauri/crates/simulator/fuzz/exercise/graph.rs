// A conversation with Graph as bytes. Shared by the fuzz target, the test that replays the corpus, and a generator.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use simulator::graph::{Answer, Request, answer};
use simulator::tenant::Tenant;
use simulator::tenant::people::PEOPLE;

/// Stands between two requests.
const NEXT: u8 = 0x1e;
const EVERYTHING: &str = "Presence.Read Presence.Read.All Presence.ReadWrite User.Read Place.Read.All";

/// Plays requests of the form `METHOD TARGET CONTENT-TYPE`, a line feed and a body, with ten minutes between two of them.
/// Panics where an answer does not have Graph's shape, or the person cannot be read any more.
pub(crate) fn play(script: &[u8]) {
    let mut now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut tenant = Tenant::new("http://127.0.0.1", [7; 32], now);
    let token = tenant.admit(PEOPLE[0], EVERYTHING, now).unwrap();
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    headers.insert(header::AUTHORIZATION, bearer);
    // No more than fit into the token's hour.
    for part in script.split(|byte| *byte == NEXT).take(5) {
        let (line, body) = match part.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&part[..end], &part[end + 1..]),
            None => (part, &[][..]),
        };
        let line = String::from_utf8_lossy(line);
        let mut words = line.splitn(3, ' ');
        let method = Method::from_bytes(words.next().unwrap_or_default().as_bytes()).unwrap_or(Method::GET);
        let target = words.next().unwrap_or_default();
        headers.remove(header::CONTENT_TYPE);
        if let Some(Ok(kind)) = words.next().map(HeaderValue::from_str) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        let request = Request {
            method: &method,
            target,
            headers: &headers,
            body,
        };
        check(&answer(&mut tenant, &request, now));
        now += SignedDuration::from_mins(10);
    }
    let read = Request {
        method: &Method::GET,
        target: "/v1.0/me/presence",
        headers: &headers,
        body: &[],
    };
    let read = answer(&mut tenant, &read, now);
    assert_eq!(read.status, StatusCode::OK);
    check(&read);
}

/// Graph's shape: its headers, and JSON with an error's code and message where it is one.
fn check(answer: &Answer) {
    for name in ["request-id", "client-request-id", "date", "x-ms-ags-diagnostic"] {
        assert!(answer.headers.contains_key(name), "{name} is missing: {answer:?}");
    }
    let known = [200, 204, 400, 401, 403, 404, 405, 429];
    assert!(known.contains(&answer.status.as_u16()), "{answer:?}");
    if answer.body.is_empty() {
        assert!(answer.status.is_success(), "{answer:?}");
        return;
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    if !answer.status.is_success() {
        let error = &body["error"];
        assert!(error["code"].is_string() && error["message"].is_string(), "{body}");
        assert!(error["innerError"]["request-id"].is_string(), "{body}");
    }
}
