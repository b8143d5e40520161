//! What each answer to a refresh means.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::response::IntoResponse;
use identity::{Claims, Moment, RefreshError, RefreshToken, Tokens};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::service::{CLIENT, Service};

async fn refresh(service: &Service) -> Result<Tokens, RefreshError> {
    identity::refresh(
        &service.http(),
        &service.registration,
        &RefreshToken::new("the-old-token".into()),
        &Service::person(),
        None,
    )
    .await
}

async fn answered_with(answer: impl IntoResponse) -> Result<Tokens, RefreshError> {
    let service = Service::start().await;
    service.then(answer);
    refresh(&service).await
}

#[tokio::test]
async fn a_refresh_asks_for_the_same_permissions_and_brings_new_tokens() {
    let service = Service::start().await;
    service.then(Service::tokens(&json!({})));
    let tokens = refresh(&service).await.unwrap();
    assert_eq!(tokens.refresh.unwrap().expose(), "the-refresh-token");
    let asked = &service.asked()[0];
    assert_eq!(asked["grant_type"], "refresh_token");
    assert_eq!(asked["refresh_token"], "the-old-token");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(
        asked["scope"],
        "openid profile offline_access Presence.Read Presence.ReadWrite"
    );
    assert!(!asked.contains_key("client_secret"));
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_leaves_the_old_one_in_place() {
    let tokens = answered_with(Service::tokens(&json!({"refresh_token": null})))
        .await
        .unwrap();
    assert!(tokens.refresh.is_none());
}

#[tokio::test]
async fn a_refresh_declares_the_capability_and_hands_back_a_challenge() {
    let service = Service::start().await;
    let challenge: Claims = r#"{"access_token":{"nbf":{"essential":true}}}"#.parse().unwrap();
    for (claims, expected) in [
        (None, r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#),
        (
            Some(&challenge),
            r#"{"access_token":{"xms_cc":{"values":["cp1"]},"nbf":{"essential":true}}}"#,
        ),
    ] {
        service.then(Service::tokens(&json!({})));
        let old = RefreshToken::new("the-old-token".into());
        identity::refresh(&service.http(), &service.registration, &old, &Service::person(), claims)
            .await
            .unwrap();
        assert_eq!(service.asked().last().unwrap()["claims"], expected);
    }
}

#[tokio::test]
async fn the_life_of_a_token_counts_from_the_question_and_nothing_lives_longer_than_two_days() {
    for (answer, life) in [
        (json!({"expires_in": 3600}), 3600),
        (json!({"expires_in": 0}), 0),
        (json!({"expires_in": null}), 600),
        (json!({"expires_in": u64::MAX}), 172_800),
    ] {
        let before = Timestamp::now();
        let validity = answered_with(Service::tokens(&answer)).await.unwrap().validity;
        let seconds = validity.ends().duration_since(before).as_secs();
        assert!((life..life + 10).contains(&seconds), "{answer}: {seconds}");
        assert_eq!(validity.is_over(Moment::now()), life == 0, "{answer}");
    }
    let hinted = answered_with(Service::tokens(&json!({"refresh_in": 0}))).await.unwrap();
    assert!(hinted.validity.is_due(Moment::now()) && !hinted.validity.is_over(Moment::now()));
}

#[tokio::test]
async fn an_answer_for_somebody_else_is_thrown_away() {
    for (claims, same) in [
        (json!({"nonce": null}), true),
        (json!({"oid": "00000000-1111-2222-3333-444444444444"}), false),
        (json!({"aud": "another app"}), false),
    ] {
        let service = Service::start().await;
        let id_token = service.id_token("", &claims);
        service.then(Service::tokens(&json!({"id_token": id_token})));
        match refresh(&service).await {
            Ok(_) => assert!(same, "{claims}"),
            Err(error) => assert!(!same && error == RefreshError::AnotherPerson, "{claims}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn who_never_had_the_optional_permissions_is_refreshed_without_them() {
    let service = Service::start().await;
    let lacking = json!({"error": "invalid_grant", "suberror": "consent_required", "error_codes": [65001]});
    service.then((StatusCode::BAD_REQUEST, axum::Json(lacking.clone())));
    service.then(Service::tokens(&json!({"scope": "openid Presence.Read"})));
    let tokens = refresh(&service).await.unwrap();
    assert!(tokens.granted.has("Presence.Read") && !tokens.granted.has("Presence.ReadWrite"));
    assert_eq!(
        tokens.granted.lacking(&service.registration.scopes),
        ["Presence.ReadWrite"]
    );
    assert_eq!(
        service.asked()[1]["scope"],
        "openid profile offline_access Presence.Read"
    );
    // If that is not it, the person has to consent, and nothing is asked a third time.
    for _ in 0..2 {
        service.then((StatusCode::BAD_REQUEST, axum::Json(lacking.clone())));
    }
    let error = refresh(&service).await.unwrap_err();
    assert!(matches!(error, RefreshError::InteractionNeeded(_)), "{error:?}");
    assert_eq!(service.asked().len(), 4);
}

#[tokio::test]
async fn each_suberror_is_sorted_by_what_can_be_done() {
    type Kind = fn(&RefreshError) -> bool;
    let interaction: Kind = |error| matches!(error, RefreshError::InteractionNeeded(_));
    let dead: Kind = |error| matches!(error, RefreshError::TokenDead(_));
    let refused: Kind = |error| matches!(error, RefreshError::Refused(_));
    for (error, suberror, is_right) in [
        ("invalid_grant", "basic_action", interaction),
        ("invalid_grant", "additional_action", interaction),
        ("invalid_grant", "consent_required", interaction),
        ("invalid_grant", "user_password_expired", interaction),
        ("invalid_grant", "token_expired", interaction),
        ("invalid_grant", "of_next_year", interaction),
        ("invalid_grant", "", interaction),
        ("interaction_required", "basic_action", interaction),
        ("interaction_required", "", interaction),
        ("consent_required", "", interaction),
        ("login_required", "", interaction),
        ("invalid_grant", "bad_token", dead),
        ("invalid_grant", "message_only", refused),
        ("interaction_required", "message_only", refused),
        ("invalid_grant", "protection_policy_required", refused),
        ("invalid_grant", "client_mismatch", refused),
        ("invalid_grant", "device_authentication_failed", refused),
        ("invalid_client", "", refused),
        ("unauthorized_client", "", refused),
        ("invalid_scope", "", refused),
        ("of_next_year", "", refused),
    ] {
        let suberror = if suberror.is_empty() {
            Value::Null
        } else {
            json!(suberror)
        };
        let body = json!({"error": error, "suberror": suberror, "error_codes": null, "trace_id": "t"});
        let mut service = Service::start().await;
        service.registration.scopes.optional.clear();
        service.then((StatusCode::BAD_REQUEST, axum::Json(body.clone())));
        let result = refresh(&service).await.unwrap_err();
        assert!(is_right(&result), "{body}: {result:?}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_what_an_administrator_asks_for() {
    let body = json!({"error": "interaction_required", "suberror": "basic_action", "error_codes": [50076],
        "error_description": "AADSTS50076: Use multi-factor authentication.\r\nTrace ID: t\r\nCorrelation ID: c",
        "trace_id": "t", "correlation_id": "c", "claims": "{\"access_token\":{}}", "timestamp": "2026-01-01"});
    let error = answered_with((StatusCode::BAD_REQUEST, axum::Json(body)))
        .await
        .unwrap_err();
    let sentence = "a new sign-in is needed: AADSTS50076: Use multi-factor authentication. (correlation id c)";
    assert_eq!(error.to_string(), sentence);
    let RefreshError::InteractionNeeded(refusal) = error else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.codes, [50076]);
    assert_eq!(refusal.claims.as_deref(), Some("{\"access_token\":{}}"));
    assert_eq!(
        (refusal.trace_id.as_deref(), refusal.correlation_id.as_deref()),
        (Some("t"), Some("c"))
    );
}

#[tokio::test]
async fn trouble_of_the_service_is_told_from_nonsense() {
    let (html, json) = ("text/html", "application/json");
    for (status, content_type, body, trouble) in [
        (503, html, "<html>busy</html>", true),
        (500, json, "", true),
        (502, json, "{}", true),
        (504, json, r#"{"error":"server_error"}"#, true),
        (429, json, r#"{"error":"too_many"}"#, true),
        (400, json, r#"{"error":"temporarily_unavailable"}"#, true),
        (503, json, r#"{"error":"invalid_grant","suberror":"bad_token"}"#, true),
        (200, html, "<html>Welcome to the hotel</html>", false),
        (200, json, "", false),
        (200, json, "{}", false),
        (200, json, "[]", false),
        (200, json, r#"{"access_token":7,"token_type":"Bearer"}"#, false),
        (200, json, r#"{"access_token":"a"}"#, false),
        (400, html, "<html>no</html>", false),
        (400, json, r#"{"error":7}"#, false),
        (400, json, "", false),
        (404, json, "{}", false),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let error = answered_with((status, [(CONTENT_TYPE, content_type)], body))
            .await
            .unwrap_err();
        let right = match error {
            RefreshError::ServiceTrouble { .. } => trouble,
            RefreshError::Nonsense { .. } => !trouble,
            _ => false,
        };
        assert!(right, "{status} {body}: {error:?}");
    }
}

#[tokio::test]
async fn a_retry_after_is_passed_on_in_full() {
    let answer = (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "700")], "");
    let error = answered_with(answer).await.unwrap_err();
    let RefreshError::ServiceTrouble { retry_after } = error else {
        panic!("{error:?}")
    };
    assert_eq!(retry_after, Some(Duration::from_secs(700)));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let service = Service::start().await;
    service.then((
        StatusCode::TEMPORARY_REDIRECT,
        [(LOCATION, "/organizations/oauth2/v2.0/token")],
        "",
    ));
    assert!(matches!(refresh(&service).await, Err(RefreshError::Nonsense { .. })));
    assert_eq!(service.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let body = format!("{{\"access_token\":\"{}\"}}", "x".repeat(70_000));
    let error = answered_with((StatusCode::OK, [(CONTENT_TYPE, "application/json")], body))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, RefreshError::Nonsense { detail } if detail.contains("65536")),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_could_not_be_read_is_not_repeated_in_the_error() {
    let body = json!({"token_type": "Bearer", "access_token": {"secret-1": "secret-2"}, "scope": "secret-3"});
    let error = answered_with(axum::Json(body)).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    let body = json!({"token_type": "Bearer", "access_token": "a", "expires_in": "secret-4"});
    let error = answered_with(axum::Json(body)).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    assert!(error.to_string().contains("expires_in"), "{error}");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_unreachable() {
    let mut service = Service::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    service.registration.authority = format!("http://{free}").parse().unwrap();
    let error = refresh(&service).await.unwrap_err();
    assert!(
        matches!(&error, RefreshError::Unreachable { reason, .. } if reason.contains("refused")),
        "{error:?}"
    );
}

/// The environment is the process's, so another test runs again in a child with a proxy where nobody listens.
#[test]
fn no_proxy_is_asked_for_a_loopback_endpoint() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let test = "refresh::a_refresh_asks_for_the_same_permissions_and_brings_new_tokens";
    let output = child
        .args(["--exact", test])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}
