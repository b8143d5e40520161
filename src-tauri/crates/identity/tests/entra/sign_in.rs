//! From the address to the account.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use identity::{IdTokenFault, Moment, SignInError, SignedIn, WrongAccount};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::service::{CLIENT, PERSON, Service, TENANT};

async fn sign_in(service: &Service) -> Result<SignedIn, SignInError> {
    let (sign_in, attempt) = service.begin();
    let (result, page) = tokio::join!(sign_in.finish(), attempt.succeed());
    assert!(
        page.starts_with("HTTP/1.1 200 ") && !page.contains("signed in"),
        "{page}"
    );
    assert!(attempt.is_closed().await);
    result
}

/// Signs in to a service whose id token and answer are changed like this.
async fn sign_in_with(claims: &Value, answer: &Value) -> Result<SignedIn, SignInError> {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let mut fields = json!({"id_token": service.id_token(&attempt.query["nonce"], claims)});
    for (name, value) in answer.as_object().unwrap() {
        fields[name] = value.clone();
    }
    service.then(Service::tokens(&fields));
    tokio::join!(sign_in.finish(), attempt.succeed()).0
}

#[tokio::test]
async fn a_person_signs_in() {
    let service = Service::start().await;
    let (sign_in, attempt) = service.begin();
    let id_token = service.id_token(&attempt.query["nonce"], &json!({}));
    service.then(Service::tokens(&json!({"id_token": id_token})));
    let before = Timestamp::now();
    let (result, _) = tokio::join!(sign_in.finish(), attempt.succeed());
    let SignedIn { account, tokens } = result.unwrap();
    assert_eq!(
        serde_json::to_value(&account).unwrap(),
        json!({"name": "Ada Lovelace", "username": "ada@example.org", "tenant_id": TENANT, "id": PERSON})
    );
    assert_eq!(tokens.access.expose(), "the-access-token");
    assert_eq!(tokens.refresh.unwrap().expose(), "the-refresh-token");
    assert_eq!(
        tokens.granted.names(),
        ["openid", "Presence.Read", "Presence.ReadWrite"]
    );
    let life = tokens.validity.ends().duration_since(before);
    assert!((3600..3610).contains(&life.as_secs()), "{life}");
    assert!(!tokens.validity.is_due(Moment::now()));

    let asked = &service.asked()[0];
    let mut names: Vec<_> = asked.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "claims",
        "client_id",
        "client_info",
        "code",
        "code_verifier",
        "grant_type",
        "redirect_uri",
        "scope",
    ];
    assert_eq!(names, expected);
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["grant_type"], "authorization_code");
    assert_eq!(asked["redirect_uri"], attempt.query["redirect_uri"]);
    assert_eq!(asked["scope"], attempt.query["scope"]);
    assert_eq!(asked["claims"], attempt.query["claims"]);
    assert_eq!(
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"])),
        attempt.query["code_challenge"]
    );
    assert!((43..=128).contains(&asked["code_verifier"].len()));
}

#[tokio::test]
async fn every_attempt_has_secrets_of_its_own() {
    let service = Service::start().await;
    let ((_first, one), (_second, two)) = (service.begin(), service.begin());
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(one.query[name], two.query[name], "{name}");
        assert!(one.query[name].len() >= 22, "{name} has at least 128 bit");
    }
}

#[tokio::test]
async fn an_id_token_that_does_not_fit_is_not_believed() {
    for (claims, expected) in [
        (json!({"nonce": "of another attempt"}), IdTokenFault::Nonce),
        (json!({"aud": "another app"}), IdTokenFault::Audience),
        (json!({"exp": 1000}), IdTokenFault::Expired),
        (json!({"iss": "https://evil.example"}), IdTokenFault::Issuer),
        (json!({"tid": 7}), IdTokenFault::Malformed),
        (json!({"exp": null}), IdTokenFault::Malformed),
    ] {
        let error = sign_in_with(&claims, &json!({})).await.unwrap_err();
        assert!(
            matches!(&error, SignInError::IdToken(fault) if *fault == expected),
            "{claims}: {error:?}"
        );
    }
    let absent = sign_in_with(&json!({}), &json!({"id_token": null})).await.unwrap_err();
    assert!(
        matches!(absent, SignInError::IdToken(IdTokenFault::Absent)),
        "{absent:?}"
    );
}

#[tokio::test]
async fn a_personal_account_is_named_as_such() {
    let service = Service::start().await;
    let tid = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let iss = format!("{}/{tid}/v2.0", service.registration.authority);
    let (sign_in, attempt) = service.begin();
    let id_token = service.id_token(&attempt.query["nonce"], &json!({"tid": tid, "iss": iss}));
    service.then(Service::tokens(&json!({"id_token": id_token})));
    let error = tokio::join!(sign_in.finish(), attempt.succeed()).0.unwrap_err();
    assert!(
        matches!(error, SignInError::WrongAccount(WrongAccount::Personal)),
        "{error:?}"
    );
}

#[tokio::test]
async fn who_may_only_read_is_signed_in_and_who_may_not_even_that_is_not() {
    let answer = json!({"scope": "openid https://graph.microsoft.com/Presence.Read"});
    let tokens = sign_in_with(&json!({}), &answer).await.unwrap().tokens;
    assert!(tokens.granted.has("Presence.Read") && !tokens.granted.has("Presence.ReadWrite"));
    let answer = json!({"scope": "openid https://graph.microsoft.com/Presence.ReadWrite"});
    let error = sign_in_with(&json!({}), &answer).await.unwrap_err();
    assert!(
        matches!(&error, SignInError::MissingScope(missing) if missing == &["Presence.Read"]),
        "{error:?}"
    );
    // RFC 6749 §5.1: no scope in the answer is what was asked for; more than was asked for is no harm.
    for scope in [json!(null), json!("Presence.Read Presence.ReadWrite User.Read")] {
        let tokens = sign_in_with(&json!({}), &json!({"scope": scope})).await.unwrap().tokens;
        assert!(tokens.granted.has("Presence.ReadWrite"), "{scope}");
    }
}

#[tokio::test]
async fn a_redemption_that_fails_is_sorted_by_what_can_be_done() {
    type Kind = fn(&SignInError) -> bool;
    let refused: Kind = |error| matches!(error, SignInError::Refused(_));
    let interaction: Kind = |error| matches!(error, SignInError::InteractionNeeded(_));
    let trouble: Kind = |error| matches!(error, SignInError::ServiceTrouble { .. });
    let nonsense: Kind = |error| matches!(error, SignInError::Nonsense { .. });
    for (status, body, is_right) in [
        (400, r#"{"error":"invalid_grant","error_codes":[54005]}"#, refused),
        (401, r#"{"error":"invalid_client","error_codes":[7000218]}"#, refused),
        (
            400,
            r#"{"error":"interaction_required","error_codes":[50076],"claims":"{}"}"#,
            interaction,
        ),
        (400, r#"{"error":"temporarily_unavailable"}"#, trouble),
        (503, "<html>busy</html>", trouble),
        (200, "<html>Welcome to the hotel</html>", nonsense),
    ] {
        let service = Service::start().await;
        service.then((StatusCode::from_u16(status).unwrap(), body));
        let error = sign_in(&service).await.unwrap_err();
        assert!(is_right(&error), "{status} {body}: {error:?}");
    }
}
