//! Every operation against a server that writes down what it is asked and answers what it is told.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, response::Builder},
};
use graph::{Graph, RequestError};
use jiff::{SignedDuration, Timestamp};
use presence::{LocationKind, MessageText, PreferredPresence, WorkLocation};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TOKEN: &str = "header.payload.signature";
const OID: &str = "fa8bf3dc-eca7-46b7-bad1-db199b62afc3";

/// What one request looked like.
struct Seen {
    line: String,
    headers: HeaderMap,
    body: String,
}

#[derive(Clone)]
struct Server {
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<dyn Fn() -> Response<Body> + Send + Sync>,
}

/// A server that always answers so, and a client of it.
async fn server(answer: impl Fn() -> Response<Body> + Send + Sync + 'static) -> (Server, Graph) {
    let server = Server {
        seen: Arc::default(),
        answer: Arc::new(answer),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let app = Router::new().fallback(record).with_state(server.clone());
    tokio::spawn(async { axum::serve(listener, app).await });
    (server, Graph::new(http(), base.parse().unwrap()))
}

fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn record(State(server): State<Server>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    server.seen.lock().unwrap().push(Seen {
        line: format!("{} {}", head.method, head.uri),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    (server.answer)()
}

fn status(status: u16) -> Builder {
    Response::builder().status(StatusCode::from_u16(status).unwrap())
}

fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn every_write_is_the_documented_request_and_any_2xx_is_success() {
    let office = WorkLocation {
        kind: LocationKind::Office,
        place: Some("eb706f15-137e-4722-b4d1-b601481d9251".into()),
    };
    let time_off = WorkLocation {
        kind: LocationKind::TimeOff,
        place: None,
    };
    let text = MessageText::new("Hey I am available now").unwrap();
    let end: Timestamp = "2026-11-20T16:30:00Z".parse().unwrap();
    let hours = SignedDuration::from_hours;
    for success in [200, 202, 204] {
        // What a success says besides is not looked at.
        let (server, graph) = server(move || status(success).body(Body::from("<html>")).unwrap()).await;

        let dnd = PreferredPresence::DoNotDisturb;
        graph
            .set_user_preferred_presence(TOKEN, OID, dnd, Some(hours(8)))
            .await
            .unwrap();
        let offline = PreferredPresence::Offline;
        graph
            .set_user_preferred_presence(TOKEN, OID, offline, None)
            .await
            .unwrap();
        graph.clear_user_preferred_presence(TOKEN, OID).await.unwrap();
        graph.set_status_message(TOKEN, OID, &text, None).await.unwrap();
        graph.set_status_message(TOKEN, OID, &text, Some(end)).await.unwrap();
        graph.clear_status_message(TOKEN, OID).await.unwrap();
        graph.set_manual_location(TOKEN, &office).await.unwrap();
        graph.set_automatic_location(TOKEN, &office).await.unwrap();
        graph.set_manual_location(TOKEN, &time_off).await.unwrap();
        graph.clear_location(TOKEN).await.unwrap();
        graph.clear_automatic_location(TOKEN).await.unwrap();

        let preferred = example(include_str!("examples/setUserPreferredPresence.request.json"));
        let cleared = example(include_str!("examples/clearUserPreferredPresence.request.json"));
        let message = example(include_str!("examples/setStatusMessage.no-expiry.request.json"));
        let mut expiring = message.clone();
        expiring["statusMessage"]["expiryDateTime"] = json!({"dateTime": "2026-11-20T16:30:00", "timeZone": "UTC"});
        let mut empty = message.clone();
        empty["statusMessage"]["message"]["content"] = "".into();
        let manual = example(include_str!("examples/setManualLocation.request.json"));
        let automatic = example(include_str!("examples/setAutomaticLocation.request.json"));
        let expected = [
            ("users", "setUserPreferredPresence", Some(preferred)),
            (
                "users",
                "setUserPreferredPresence",
                Some(json!({"availability": "Offline", "activity": "OffWork"})),
            ),
            ("users", "clearUserPreferredPresence", Some(cleared)),
            ("users", "setStatusMessage", Some(message)),
            ("users", "setStatusMessage", Some(expiring)),
            ("users", "setStatusMessage", Some(empty)),
            ("me", "setManualLocation", Some(manual)),
            ("me", "setAutomaticLocation", Some(automatic)),
            ("me", "setManualLocation", Some(json!({"workLocationType": "timeOff"}))),
            ("me", "clearLocation", None),
            ("me", "clearAutomaticLocation", None),
        ];
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen.len(), expected.len());
        for (seen, (who, action, body)) in seen.iter().zip(expected) {
            let who = if who == "users" {
                format!("users/{OID}")
            } else {
                who.to_owned()
            };
            assert_eq!(seen.line, format!("POST /v1.0/{who}/presence/{action}"));
            assert_eq!(seen.headers["authorization"], format!("Bearer {TOKEN}"));
            if let Some(body) = body {
                assert_eq!(seen.headers["content-type"], "application/json");
                assert_eq!(example(&seen.body), body, "{action}");
            } else {
                assert_eq!(seen.body, "");
                let lengths: Vec<_> = seen.headers.get_all("content-length").iter().collect();
                assert_eq!(lengths, ["0"]);
                assert!(!seen.headers.contains_key("content-type"));
            }
        }
    }
}

#[tokio::test]
async fn a_presence_is_read_as_it_was_sent_and_each_request_has_its_own_id() {
    const BODY: &str = include_str!("examples/presence-get.me.response.json");
    let (server, graph) = server(|| status(200).body(Body::from(BODY)).unwrap()).await;
    for _ in 0..2 {
        let presence = graph.read_presence(TOKEN).await.unwrap();
        assert_eq!(serde_json::to_value(&presence).unwrap(), example(BODY));
    }
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen[0].line, "GET /v1.0/me/presence");
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {TOKEN}"));
    assert_ne!(
        seen[0].headers["client-request-id"],
        seen[1].headers["client-request-id"]
    );
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path_and_a_base_may_have_a_path() {
    let (server, _) = server(|| status(200).body(Body::empty()).unwrap()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/proxy", listener.local_addr().unwrap());
    let app = Router::new().fallback(record).with_state(server.clone());
    tokio::spawn(async { axum::serve(listener, app).await });
    let graph = Graph::new(http(), base.parse().unwrap());
    graph.clear_user_preferred_presence(TOKEN, "a/../b?c#d").await.unwrap();
    assert_eq!(
        server.seen.lock().unwrap()[0].line,
        "POST /proxy/v1.0/users/a%2F..%2Fb%3Fc%23d/presence/clearUserPreferredPresence"
    );
}

#[tokio::test]
async fn every_failure_is_told_apart() {
    let refused = |status, code: &str, message: &str| RequestError::Refused {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let unauthorized = |claims: Option<&str>| RequestError::Unauthorized {
        claims: claims.map(str::to_owned),
    };
    let pause = |milliseconds| Some(SignedDuration::from_millis(milliseconds));
    let challenge = (
        "www-authenticate",
        r#"Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ==""#,
    );
    for (code, headers, body, error) in [
        (
            401,
            vec![],
            include_str!("examples/error.401-presence-get-unauthorized.json"),
            unauthorized(None),
        ),
        (
            401,
            vec![("www-authenticate", "Negotiate"), challenge],
            "",
            unauthorized(Some(r#"{"a":1}"#)),
        ),
        (403, vec![challenge], "", unauthorized(Some(r#"{"a":1}"#))),
        (
            403,
            vec![],
            r#"{"error":{"code":"Forbidden","message":""}}"#,
            RequestError::Forbidden,
        ),
        (
            400,
            vec![],
            include_str!("examples/error.400-setCurrentLocation-placeid.json"),
            refused(
                400,
                "UnknownError",
                "Unable to validate place ID due to a service error. Please try again later.",
            ),
        ),
        (404, vec![], "<html>not here</html>", refused(404, "", "")),
        (
            429,
            vec![("retry-after", "2.128")],
            include_str!("examples/error.429-throttled.json"),
            RequestError::Throttled {
                retry_after: pause(2_128),
            },
        ),
        (
            429,
            vec![("retry-after", "soon")],
            "",
            RequestError::Throttled { retry_after: None },
        ),
        (
            503,
            vec![
                ("date", "Fri, 20 Nov 2026 12:00:00 GMT"),
                ("retry-after", "Fri, 20 Nov 2026 12:00:07 GMT"),
            ],
            "",
            RequestError::Trouble {
                status: 503,
                retry_after: pause(7_000),
            },
        ),
        (
            502,
            vec![],
            "<html>",
            RequestError::Trouble {
                status: 502,
                retry_after: None,
            },
        ),
        (
            302,
            vec![("location", "http://portal/")],
            "",
            RequestError::Nonsense("a redirect (302 Found)".into()),
        ),
    ] {
        let (_, graph) = server(move || {
            let answer = headers
                .iter()
                .fold(status(code), |answer, (name, value)| answer.header(*name, *value));
            answer.body(Body::from(body)).unwrap()
        })
        .await;
        assert_eq!(graph.read_presence(TOKEN).await, Err(error.clone()), "{code}");
        assert_eq!(graph.clear_location(TOKEN).await, Err(error), "{code}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_presence_is_nonsense() {
    for body in [
        String::new(),
        "<html>Sign in to the hotel's network</html>".to_owned(),
        "[]".to_owned(),
        r#"{"error":{}}"#.to_owned(),
        r#"{"availability":null}"#.to_owned(),
        "[".repeat(60_000),
        format!(r#"{{"availability":"Busy","x":"{}"}}"#, "x".repeat(64 * 1024)),
    ] {
        let start: String = body.chars().take(40).collect();
        let (_, graph) = server(move || status(200).body(Body::from(body.clone())).unwrap()).await;
        let read = graph.read_presence(TOKEN).await;
        assert!(matches!(read, Err(RequestError::Nonsense(_))), "{start}: {read:?}");
    }
}

#[tokio::test]
async fn nobody_there_and_a_hang_up_are_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let graph = Graph::new(http(), base.parse().unwrap());
    let (answer, ()) = tokio::join!(graph.read_presence(TOKEN), async {
        drop(listener.accept().await.unwrap());
    });
    assert!(matches!(answer, Err(RequestError::Unreachable(_))), "{answer:?}");

    drop(listener);
    let answer = graph.clear_location(TOKEN).await.unwrap_err();
    assert!(
        matches!(&answer, RequestError::Unreachable(cause) if cause.contains("refused")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_nonsense_and_does_not_show_the_token() {
    let (_, graph) = server(|| status(200).body(Body::empty()).unwrap()).await;
    let nowhere = Graph::new(http(), "data:text/plain,x".parse().unwrap());
    for (graph, token) in [(graph, "secret\ntoken"), (nowhere, "secret token")] {
        let error = graph.read_presence(token).await.unwrap_err();
        assert!(matches!(error, RequestError::Nonsense(_)), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
    }
}
