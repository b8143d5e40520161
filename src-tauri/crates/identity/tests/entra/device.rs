//! Signing in with a code on another device.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::IntoResponse;
use identity::{DeviceSignIn, SignInError, SignedIn};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::service::{CLIENT, PERSON, Service};

/// A code with these fields changed.
fn code(change: &Value) -> impl IntoResponse {
    let mut answer = json!({"user_code": "ABCD1234E", "device_code": "the-device-code", "interval": 1, "expires_in": 900,
        "verification_uri": "https://microsoft.com/devicelogin", "message": "To sign in, …"});
    for (name, value) in change.as_object().unwrap() {
        answer[name] = value.clone();
    }
    axum::Json(answer)
}

fn poll_error(error: &str, description: &str) -> impl IntoResponse {
    let body = json!({"error": error, "error_description": description, "error_codes": [70016]});
    (StatusCode::BAD_REQUEST, axum::Json(body))
}

async fn begin(service: &Service) -> Result<DeviceSignIn, SignInError> {
    DeviceSignIn::begin(service.http(), service.registration.clone()).await
}

#[tokio::test]
async fn a_person_signs_in_elsewhere_and_is_never_asked_about_faster_than_allowed() {
    let service = Service::start().await;
    service.then(code(&json!({})));
    let before = Timestamp::now();
    let attempt = begin(&service).await.unwrap();
    assert_eq!(
        (attempt.user_code(), attempt.address()),
        ("ABCD1234E", "https://microsoft.com/devicelogin")
    );
    assert!((900..905).contains(&attempt.ends().duration_since(before).as_secs()));
    service.then(poll_error("authorization_pending", "AADSTS70016"));
    service.then((StatusCode::BAD_GATEWAY, "<html>"));
    service.then((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "3")], ""));
    service.then(Service::tokens(
        &json!({"id_token": service.id_token("", &json!({"nonce": null}))}),
    ));
    let SignedIn { account, tokens } = attempt.finish().await.unwrap();
    assert_eq!(
        (account.id.as_str(), tokens.access.expose()),
        (PERSON, "the-access-token")
    );
    assert_eq!(tokens.refresh.unwrap().expose(), "the-refresh-token");

    let (asked, at) = (service.asked(), service.asked_at());
    assert_eq!(asked[0]["client_id"], CLIENT);
    assert_eq!(
        asked[0]["scope"],
        "openid profile offline_access Presence.Read Presence.ReadWrite"
    );
    for poll in &asked[1..] {
        assert_eq!(poll["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
        assert_eq!(
            (poll["device_code"].as_str(), poll["client_id"].as_str()),
            ("the-device-code", CLIENT)
        );
        assert!(poll["claims"].contains("cp1"));
    }
    let gaps: Vec<_> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (gap, least) in gaps.iter().zip([1, 1, 2, 3]) {
        assert!(*gap >= Duration::from_secs(least), "{gaps:?}");
    }
}

#[tokio::test]
async fn slow_down_is_obeyed() {
    let service = Service::start().await;
    service.then(code(&json!({"interval": 0})));
    let attempt = begin(&service).await.unwrap();
    service.then(poll_error("slow_down", ""));
    service.then(poll_error("authorization_declined", ""));
    assert!(matches!(attempt.finish().await, Err(SignInError::Cancelled)));
    let at = service.asked_at();
    assert!(
        at[1] - at[0] >= Duration::from_secs(1),
        "an interval of 0 is not believed"
    );
    assert!(at[2] - at[1] >= Duration::from_secs(5));
}

#[tokio::test]
async fn each_end_is_told_apart() {
    type Kind = fn(&SignInError) -> bool;
    let cancelled: Kind = |error| matches!(error, SignInError::Cancelled);
    let expired: Kind = |error| matches!(error, SignInError::CodeExpired);
    let refused: Kind = |error| matches!(error, SignInError::Refused(refusal) if refusal.codes == [7_000_218]);
    let admin: Kind = |error| matches!(error, SignInError::Refused(_));
    let interaction: Kind = |error| matches!(error, SignInError::InteractionNeeded(_));
    let ends = [
        ("authorization_declined", "", cancelled),
        ("access_denied", "AADSTS65004: declined", cancelled),
        ("access_denied", "AADSTS90094: admin", admin),
        ("expired_token", "AADSTS70019: expired", expired),
        ("invalid_client", "AADSTS7000218: assertion\r\nTrace ID: x", refused),
        ("bad_verification_code", "AADSTS7000218:", refused),
        ("interaction_required", "", interaction),
    ];
    for (error, description, is_right) in ends {
        let service = Service::start().await;
        service.then(code(&json!({})));
        let attempt = begin(&service).await.unwrap();
        service.then(poll_error(error, description));
        let end = attempt.finish().await.unwrap_err();
        assert!(is_right(&end), "{error} {description}: {end:?}");
    }
}

#[tokio::test]
async fn a_code_that_ends_ends_the_wait() {
    let service = Service::start().await;
    service.then(code(&json!({"expires_in": 0})));
    let attempt = begin(&service).await.unwrap();
    assert!(matches!(attempt.finish().await, Err(SignInError::CodeExpired)));
    assert_eq!(service.asked().len(), 1, "nothing was asked with a code that is over");
}

#[tokio::test]
async fn dropping_the_attempt_cancels_it() {
    let service = Service::start().await;
    service.then(code(&json!({})));
    let attempt = begin(&service).await.unwrap();
    let waiting = tokio::spawn(attempt.finish());
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(service.asked().len(), 1);
}

#[tokio::test]
async fn a_code_that_nobody_could_or_should_type_is_not_shown() {
    for change in [
        json!({"verification_uri": "http://evil.example/devicelogin"}),
        json!({"verification_uri": "javascript:alert(1)"}),
        json!({"verification_uri": "file:///etc/passwd"}),
        json!({"user_code": ""}),
        json!({"user_code": "\u{1b}[31mred"}),
        json!({"user_code": "A".repeat(65)}),
        json!({"interval": u64::MAX}),
        json!({"expires_in": u64::MAX}),
        json!({"expires_in": null}),
        json!({"device_code": null}),
    ] {
        let service = Service::start().await;
        service.then(code(&change));
        let error = begin(&service).await.err().unwrap();
        assert!(matches!(error, SignInError::Nonsense { .. }), "{change}: {error:?}");
    }
    let service = Service::start().await;
    service.then((
        StatusCode::UNAUTHORIZED,
        axum::Json(json!({"error": "invalid_client", "error_codes": [7_000_218]})),
    ));
    assert!(matches!(begin(&service).await, Err(SignInError::Refused(_))));
}

#[tokio::test]
async fn an_account_of_the_wrong_kind_or_another_app_is_refused() {
    for (claims, personal) in [
        (json!({"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}), true),
        (json!({"aud": "another app"}), false),
    ] {
        let mut service = Service::start().await;
        service.registration.check_issuer = false;
        service.then(code(&json!({})));
        let attempt = begin(&service).await.unwrap();
        service.then(Service::tokens(&json!({"id_token": service.id_token("", &claims)})));
        let error = attempt.finish().await.unwrap_err();
        let right = match error {
            SignInError::WrongAccount(_) => personal,
            SignInError::IdToken(_) => !personal,
            _ => false,
        };
        assert!(right, "{claims}: {error:?}");
    }
}
