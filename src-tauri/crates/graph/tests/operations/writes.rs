use axum::body::Body;
use graph::{Graph, RequestError};
use jiff::{SignedDuration, Timestamp};
use presence::{LocationKind, MessageText, PreferredPresence, SessionLength, SessionPresence, WorkLocation};
use serde_json::{Value, json};

use crate::{
    OID, TOKEN,
    server::{Server, http, json, server, status},
};

/// The application of the documentation's examples.
const APP: &str = "22553876-f5ab-4529-bffb-cfe50aa89f87";

/// A write as it has to be: who, action, and body where there is one.
type Expected = (String, &'static str, Option<Value>);

fn check(server: &Server, expected: Vec<Expected>) {
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.len(), expected.len());
    for (seen, (who, action, body)) in seen.iter().zip(expected) {
        assert_eq!(seen.line, format!("POST /v1.0/{who}/presence/{action}"));
        assert_eq!(seen.headers["authorization"], format!("Bearer {TOKEN}"));
        if let Some(body) = body {
            assert_eq!(seen.headers["content-type"], "application/json");
            assert_eq!(json(&seen.body), body, "{action}");
        } else {
            assert_eq!(seen.body, "");
            let lengths: Vec<_> = seen.headers.get_all("content-length").iter().collect();
            assert_eq!(lengths, ["0"]);
            assert!(!seen.headers.contains_key("content-type"));
        }
    }
}

#[tokio::test]
async fn every_write_of_the_user_is_the_documented_request_and_any_2xx_is_success() {
    let text = MessageText::new("Hey I am available now").unwrap();
    let end: Timestamp = "2026-11-20T16:30:00Z".parse().unwrap();
    let hour = SessionLength::new(SignedDuration::from_hours(1)).unwrap();
    let eight_hours = SignedDuration::from_hours(8);
    let (available, call) = (SessionPresence::Available, SessionPresence::InACall);
    let (dnd, offline) = (PreferredPresence::DoNotDisturb, PreferredPresence::Offline);

    let session = json(include_str!("../examples/setPresence.request.json"));
    let in_a_call = json!({"sessionId": APP, "availability": "Busy", "activity": "InACall"});
    let session_end = json(include_str!("../examples/clearPresence.request.json"));
    let preferred = json(include_str!("../examples/setUserPreferredPresence.request.json"));
    let appear_offline = json!({"availability": "Offline", "activity": "OffWork"});
    let cleared = json(include_str!("../examples/clearUserPreferredPresence.request.json"));
    let message = json(include_str!("../examples/setStatusMessage.no-expiry.request.json"));
    let mut pinned = message.clone();
    pinned["statusMessage"]["message"]["content"] = "Hey I am available now<pinnednote></pinnednote>".into();
    pinned["statusMessage"]["expiryDateTime"] = json!({"dateTime": "2026-11-20T16:30:00", "timeZone": "UTC"});
    let mut empty = message.clone();
    empty["statusMessage"]["message"]["content"] = "".into();
    let expected = [
        ("setPresence", session),
        ("setPresence", in_a_call),
        ("clearPresence", session_end),
        ("setUserPreferredPresence", preferred),
        ("setUserPreferredPresence", appear_offline),
        ("clearUserPreferredPresence", cleared),
        ("setStatusMessage", message),
        ("setStatusMessage", pinned),
        ("setStatusMessage", empty),
    ]
    .map(|(action, body)| (format!("users/{OID}"), action, Some(body)));

    for success in [200, 202, 204] {
        // What a success says besides is not looked at.
        let (server, graph) = server(move |_| status(success).body(Body::from("<html>")).unwrap()).await;
        let done = [
            graph.set_presence(TOKEN, OID, APP, available, Some(hour)).await,
            graph.set_presence(TOKEN, OID, APP, call, None).await,
            graph.clear_presence(TOKEN, OID, APP).await,
            graph
                .set_user_preferred_presence(TOKEN, OID, dnd, Some(eight_hours))
                .await,
            graph.set_user_preferred_presence(TOKEN, OID, offline, None).await,
            graph.clear_user_preferred_presence(TOKEN, OID).await,
            graph.set_status_message(TOKEN, OID, &text, None, false).await,
            graph.set_status_message(TOKEN, OID, &text, Some(end), true).await,
            graph.clear_status_message(TOKEN, OID).await,
        ];
        assert_eq!(done, [const { Ok(()) }; 9]);
        check(&server, expected.to_vec());
    }
}

#[tokio::test]
async fn every_location_action_is_the_documented_request_and_any_2xx_is_success() {
    let office = WorkLocation {
        kind: LocationKind::Office,
        place: Some("eb706f15-137e-4722-b4d1-b601481d9251".into()),
    };
    let somewhere = |kind| WorkLocation { kind, place: None };
    let (remote, time_off) = (somewhere(LocationKind::Remote), somewhere(LocationKind::TimeOff));
    let manual = json(include_str!("../examples/setManualLocation.request.json"));
    let automatic = json(include_str!("../examples/setAutomaticLocation.request.json"));
    let expected = [
        ("setManualLocation", Some(manual)),
        ("setManualLocation", Some(json!({"workLocationType": "timeOff"}))),
        ("setAutomaticLocation", Some(automatic)),
        ("setAutomaticLocation", Some(json!({"workLocationType": "remote"}))),
        ("clearLocation", None),
        ("clearAutomaticLocation", None),
    ]
    .map(|(action, body)| ("me".to_owned(), action, body));

    for success in [200, 202, 204] {
        let (server, graph) = server(move |_| status(success).body(Body::from("<html>")).unwrap()).await;
        let done = [
            graph.set_manual_location(TOKEN, &office).await,
            graph.set_manual_location(TOKEN, &time_off).await,
            graph.set_automatic_location(TOKEN, &office).await,
            graph.set_automatic_location(TOKEN, &remote).await,
            graph.clear_location(TOKEN).await,
            graph.clear_automatic_location(TOKEN).await,
        ];
        assert_eq!(done, [const { Ok(()) }; 6]);
        check(&server, expected.to_vec());
    }
}

#[tokio::test]
async fn clearing_a_session_that_is_not_there_is_success_and_other_refusals_are_not() {
    for (code, done) in [
        (200, true),
        (404, true),
        (400, false),
        (403, false),
        (401, false),
        (410, false),
    ] {
        let (_, graph) = server(move |_| status(code).body(Body::empty()).unwrap()).await;
        assert_eq!(graph.clear_presence(TOKEN, OID, APP).await.is_ok(), done, "{code}");
    }
    let (_, graph) = server(|_| status(404).body(Body::empty()).unwrap()).await;
    let other = graph.clear_user_preferred_presence(TOKEN, OID).await;
    assert!(
        matches!(other, Err(RequestError::Refused { status: 404, .. })),
        "{other:?}"
    );
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path_and_a_base_may_have_a_path() {
    let (server, _) = server(|_| status(200).body(Body::empty()).unwrap()).await;
    let base = format!("{}/proxy", server.origin);
    let graph = Graph::new(http(), base.parse().unwrap());
    graph.clear_user_preferred_presence(TOKEN, "a/../b?c#d").await.unwrap();
    assert_eq!(
        server.seen.lock().unwrap()[0].line,
        "POST /proxy/v1.0/users/a%2F..%2Fb%3Fc%23d/presence/clearUserPreferredPresence"
    );
}
