//! Graph's face: every way to ask wrongly.

use reqwest::Method;
use serde_json::json;

use crate::person::{Person, refused};
use crate::walk::{SCOPES, json};

#[tokio::test]
async fn a_missing_scope_is_forbidden_with_an_empty_message() {
    for (scopes, method, path) in [
        ("Presence.ReadWrite", Method::GET, "/v1.0/me/presence"),
        ("Presence.Read", Method::POST, "/v1.0/me/presence/clearLocation"),
        (
            "Presence.Read",
            Method::GET,
            "/v1.0/users/c1873fe4-0b5d-4a92-9e60-3b12d8f7a045/presence",
        ),
    ] {
        let person = Person::signed_in(scopes).await;
        let error = refused(person.send(method, path, None, "").await, 403).await;
        assert_eq!(
            (&error["code"], &error["message"]),
            (&"Forbidden".into(), &"".into()),
            "{scopes} {path}"
        );
    }
    let person = Person::signed_in("User.Read").await;
    assert_eq!(json(person.get("/v1.0/me").await).await["id"], person.oid);
}

#[tokio::test]
async fn a_token_that_opens_nothing_is_challenged() {
    let person = Person::signed_in(SCOPES).await;
    let url = person.tenant.at("/v1.0/me/presence");
    let client = &person.tenant.client;
    for request in [
        client.get(&url),
        client.get(&url).bearer_auth("made-up"),
        client.get(&url).basic_auth("megan", Some("x")),
        client.get(&url).header("authorization", "Bearer"),
        client.get(&url).header("authorization", &b"Bearer \xff"[..]),
    ] {
        let answer = request.send().await.unwrap();
        assert!(
            answer.headers()["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Bearer ")
        );
        assert_eq!(refused(answer, 401).await["code"], "InvalidAuthenticationToken");
    }
    let revoked = person
        .tenant
        .control("revoke", json!({"oid": person.oid, "access": true}))
        .await;
    assert_eq!(revoked.status(), 200);
    refused(person.get("/v1.0/me/presence").await, 401).await;
}

#[tokio::test]
async fn a_body_of_any_other_shape_is_400() {
    let person = Person::signed_in(SCOPES).await;
    let json_type = Some("application/json");
    for (action, kind, body) in [
        ("setUserPreferredPresence", json_type, ""),
        ("setUserPreferredPresence", json_type, "{"),
        ("setUserPreferredPresence", json_type, "[]"),
        ("setUserPreferredPresence", json_type, "null"),
        ("setUserPreferredPresence", json_type, "\"\u{0}\""),
        ("setUserPreferredPresence", json_type, r#"{"availability":"Busy"}"#),
        (
            "setUserPreferredPresence",
            json_type,
            r#"{"availability":"Busy","activity":"InACall"}"#,
        ),
        (
            "setUserPreferredPresence",
            json_type,
            r#"{"availability":"Busy","activity":"Busy","sessionId":"x"}"#,
        ),
        (
            "setUserPreferredPresence",
            json_type,
            r#"{"availability":"Busy","activity":"Busy","expirationDuration":"1h"}"#,
        ),
        (
            "setUserPreferredPresence",
            Some("text/plain"),
            r#"{"availability":"Busy","activity":"Busy"}"#,
        ),
        (
            "setUserPreferredPresence",
            None,
            r#"{"availability":"Busy","activity":"Busy"}"#,
        ),
        ("clearUserPreferredPresence", json_type, r#"{"force":true}"#),
        ("setPresence", json_type, r#"{"availability":"Away","activity":"Away"}"#),
        (
            "setPresence",
            json_type,
            r#"{"sessionId":"mine","availability":"Away","activity":"Away"}"#,
        ),
        ("clearPresence", json_type, "{}"),
        ("setStatusMessage", json_type, r#"{"statusMessage":null}"#),
        (
            "setStatusMessage",
            json_type,
            r#"{"statusMessage":{"message":{"content":"x","contentType":"html"}}}"#,
        ),
        (
            "setStatusMessage",
            json_type,
            r#"{"statusMessage":{"message":{"content":"x"},"expiryDateTime":"2099-01-01"}}"#,
        ),
        ("setManualLocation", json_type, r#"{"workLocationType":"unspecified"}"#),
        (
            "setManualLocation",
            json_type,
            r#"{"workLocationType":"office","placeId":"eb706f15-137e-4722-b4d1-b601481d9251"}"#,
        ),
        ("clearLocation", json_type, "{}"),
        ("clearAutomaticLocation", json_type, "{}"),
    ] {
        let answer = person
            .send(Method::POST, &format!("/v1.0/me/presence/{action}"), kind, body)
            .await;
        assert_eq!(answer.status(), 400, "{action} {kind:?} {body}");
        refused(answer, 400).await;
    }
    let absent = json!({"sessionId": person.tenant.simulator.announcement().client_id});
    refused(person.write("clearPresence", &absent).await, 404).await;
}

#[tokio::test]
async fn deep_and_huge_bodies_and_odd_paths_are_answered() {
    let person = Person::signed_in(SCOPES).await;
    let action = "/v1.0/me/presence/setStatusMessage";
    let deep = "[".repeat(20_000);
    refused(
        person.send(Method::POST, action, Some("application/json"), &deep).await,
        400,
    )
    .await;
    let huge = " ".repeat(300_000);
    refused(
        person.send(Method::POST, action, Some("application/json"), &huge).await,
        413,
    )
    .await;
    for path in [
        "/",
        "/v1.0",
        "/v1.0/",
        "/beta/me/presence",
        "/v1.0/me/presence/",
        "/v1.0/me//presence",
        "/v1.0/%ff/%00",
        "/v1.0/me/presence/setMood",
        "/v1.0/users/x/presence/setPresence/now",
    ] {
        refused(person.get(path).await, 400).await;
    }
    for (method, path) in [
        (Method::POST, "/v1.0/me/presence"),
        (Method::DELETE, "/v1.0/me"),
        (Method::GET, "/v1.0/me/presence/setPresence"),
        (Method::PATCH, "/v1.0/me/presence/clearLocation"),
    ] {
        refused(person.send(method, path, None, "").await, 405).await;
    }
}

#[tokio::test]
async fn every_answer_says_when_and_where_it_was_made() {
    let person = Person::signed_in(SCOPES).await;
    person.tenant.control("clock", json!({"advance": "P2D"})).await;
    let state = person.tenant.look("state").await;
    for path in ["/v1.0/me/presence", "/v1.0/nowhere"] {
        let answer = person.get(path).await;
        let headers = answer.headers();
        let diagnostic: serde_json::Value = serde_json::from_slice(headers["x-ms-ags-diagnostic"].as_bytes()).unwrap();
        assert!(diagnostic["ServerInfo"]["DataCenter"].is_string(), "{diagnostic}");
        // By the tenant's clock, which is two days ahead.
        let date = jiff::fmt::rfc2822::parse(headers["date"].to_str().unwrap())
            .unwrap()
            .timestamp();
        let now: jiff::Timestamp = state["now"].as_str().unwrap().parse().unwrap();
        assert!(
            now.duration_since(date).abs() < jiff::SignedDuration::from_secs(5),
            "{date} {now}"
        );
        assert_eq!(headers["request-id"].len(), 36);
    }
}

#[tokio::test]
async fn the_client_request_id_comes_back() {
    let person = Person::signed_in(SCOPES).await;
    let request = person
        .tenant
        .client
        .get(person.tenant.at("/v1.0/nowhere"))
        .bearer_auth(&person.token);
    let answer = request.header("client-request-id", "my-id").send().await.unwrap();
    assert_eq!(answer.headers()["client-request-id"], "my-id");
    assert_eq!(refused(answer, 400).await["innerError"]["client-request-id"], "my-id");
}
