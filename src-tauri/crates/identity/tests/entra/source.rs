//! When the source asks the service, and when it does not.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::IntoResponse;
use identity::{
    AccessToken, Account, Claims, Keychain, RefreshError, RefreshToken, SignedIn, TokenError, TokenKey, TokenSource,
    refresh,
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::service::{CLIENT, Service};

struct Fixture {
    service: Service,
    keychain: Keychain,
    source: TokenSource,
}

fn key(account: &Account) -> TokenKey {
    TokenKey::new(CLIENT, account)
}

fn stranger() -> Account {
    Account {
        id: "00000000-1111-2222-3333-444444444444".into(),
        username: "bob@example.org".into(),
        ..Service::person()
    }
}

fn refused(body: Value) -> impl IntoResponse {
    (StatusCode::BAD_REQUEST, axum::Json(body))
}

impl Fixture {
    async fn signed_out() -> Self {
        let (service, keychain) = (Service::start().await, Keychain::session_only());
        let source = TokenSource::new(service.http(), service.registration.clone(), keychain.clone(), None);
        Self {
            service,
            keychain,
            source,
        }
    }

    /// With `r0` in the keychain, as after a start.
    async fn new() -> Self {
        let fixture = Self::signed_out().await;
        fixture.keep("r0").await;
        fixture
    }

    async fn keep(&self, token: &str) {
        let token = RefreshToken::new(token.into());
        self.keychain.save(&key(&Service::person()), &token).await.unwrap();
    }

    /// The next refresh brings this access token, with the refresh token `r-…`.
    fn then(&self, access: &str, change: &Value) {
        let mut answer = json!({"access_token": access, "refresh_token": format!("r-{access}")});
        for (name, value) in change.as_object().unwrap() {
            answer[name] = value.clone();
        }
        self.service.then(Service::tokens(&answer));
    }

    async fn token(&self) -> Result<String, TokenError> {
        let token = self.source.token(&Service::person()).await?;
        Ok(token.expose().to_owned())
    }

    async fn first(&self, access: &str, change: &Value) -> AccessToken {
        self.then(access, change);
        self.source.token(&Service::person()).await.unwrap()
    }

    async fn replace(&self, rejected: &AccessToken, claims: Option<&Claims>) -> Result<String, TokenError> {
        let token = self.source.replace(&Service::person(), rejected, claims).await?;
        Ok(token.expose().to_owned())
    }

    async fn kept(&self) -> Option<String> {
        let kept = self.keychain.load(&key(&Service::person())).await.unwrap();
        kept.map(|token| token.expose().to_owned())
    }

    fn used(&self) -> Vec<String> {
        self.service
            .asked()
            .iter()
            .map(|form| form["refresh_token"].clone())
            .collect()
    }
}

#[tokio::test]
async fn a_good_token_is_handed_out_without_the_service_and_a_due_one_is_renewed() {
    let fixture = Fixture::new().await;
    fixture.first("a1", &json!({})).await;
    assert_eq!(fixture.token().await.unwrap(), "a1");
    assert_eq!(fixture.used(), ["r0"]);
    let due = Fixture::new().await;
    due.first("a1", &json!({"refresh_in": 0})).await;
    due.then("a2", &json!({}));
    assert_eq!(due.token().await.unwrap(), "a2");
    assert_eq!(
        (due.used(), due.kept().await),
        (vec!["r0".into(), "r-a1".into()], Some("r-a2".into()))
    );
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_leaves_the_kept_one() {
    let fixture = Fixture::new().await;
    fixture.first("a1", &json!({"refresh_token": null})).await;
    assert_eq!(fixture.kept().await.as_deref(), Some("r0"));
}

#[tokio::test]
async fn many_callers_at_once_are_one_request() {
    let fixture = Arc::new(Fixture::new().await);
    fixture.then("a1", &json!({}));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { fixture.token().await.unwrap() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "a1");
    }
    // Also for many that were rejected with the same token.
    let a1 = fixture.source.token(&Service::person()).await.unwrap();
    fixture.then("a2", &json!({}));
    for _ in 0..3 {
        assert_eq!(fixture.replace(&a1, None).await.unwrap(), "a2");
    }
    assert_eq!(fixture.used(), ["r0", "r-a1"]);
}

#[tokio::test]
async fn a_due_token_is_used_on_while_the_service_has_trouble_and_an_over_one_is_not() {
    let trouble = || StatusCode::SERVICE_UNAVAILABLE.into_response();
    let due = Fixture::new().await;
    due.first("a1", &json!({"refresh_in": 0})).await;
    due.service.then(trouble());
    for _ in 0..3 {
        assert_eq!(due.token().await.unwrap(), "a1");
    }
    assert_eq!(due.used().len(), 2, "the service is left alone for a while");

    let over = Fixture::new().await;
    over.first("a1", &json!({"expires_in": 0})).await;
    over.service.then(trouble());
    let error = over.token().await.unwrap_err();
    assert!(
        matches!(
            error,
            TokenError::Refresh(RefreshError::ServiceTrouble { retry_after: None })
        ),
        "{error:?}"
    );
    // Who has nothing may ask again.
    over.then("a2", &json!({}));
    assert_eq!(over.token().await.unwrap(), "a2");
    assert_eq!(over.kept().await.as_deref(), Some("r-a2"));
}

#[tokio::test]
async fn a_pause_the_service_asked_for_is_kept_for_this_account_alone() {
    let fixture = Fixture::new().await;
    let other = RefreshToken::new("of bob".into());
    fixture.keychain.save(&key(&stranger()), &other).await.unwrap();
    fixture
        .service
        .then((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "700")]));
    for _ in 0..3 {
        let error = fixture.token().await.unwrap_err();
        let TokenError::Refresh(RefreshError::ServiceTrouble {
            retry_after: Some(left),
        }) = error
        else {
            panic!("{error:?}")
        };
        assert!(left > Duration::from_secs(690) && left <= Duration::from_secs(700));
    }
    fixture.then("b1", &json!({}));
    assert_eq!(fixture.source.token(&stranger()).await.unwrap().expose(), "b1");
    assert_eq!(fixture.used(), ["r0", "of bob"]);
    assert_eq!(fixture.kept().await.as_deref(), Some("r0"));
}

#[tokio::test]
async fn what_only_the_person_can_change_is_not_asked_for_again_until_they_signed_in() {
    let fixture = Fixture::new().await;
    fixture.service.then(refused(
        json!({"error": "invalid_grant", "suberror": "basic_action", "error_codes": [50076]}),
    ));
    for _ in 0..3 {
        let error = fixture.token().await.unwrap_err();
        assert!(
            matches!(error, TokenError::Refresh(RefreshError::InteractionNeeded(_))),
            "{error:?}"
        );
    }
    assert_eq!(fixture.used(), ["r0"]);
    assert_eq!(fixture.kept().await.as_deref(), Some("r0"), "it may be a new policy");
    // Somebody signed in, in another process.
    fixture.keep("r1").await;
    fixture.then("a1", &json!({}));
    assert_eq!(fixture.token().await.unwrap(), "a1");
}

#[tokio::test]
async fn a_plain_no_is_not_asked_for_again_at_once() {
    let fixture = Fixture::new().await;
    fixture
        .service
        .then(refused(json!({"error": "invalid_grant", "suberror": "message_only"})));
    for _ in 0..3 {
        let error = fixture.token().await.unwrap_err();
        assert!(
            matches!(error, TokenError::Refresh(RefreshError::Refused(_))),
            "{error:?}"
        );
    }
    assert_eq!((fixture.used().len(), fixture.kept().await.as_deref()), (1, Some("r0")));
}

#[tokio::test]
async fn a_dead_token_is_deleted_unless_another_one_took_its_place() {
    let dead = || refused(json!({"error": "invalid_grant", "suberror": "bad_token"}));
    let fixture = Fixture::new().await;
    fixture.service.then(dead());
    let error = fixture.token().await.unwrap_err();
    assert!(
        matches!(error, TokenError::Refresh(RefreshError::TokenDead(_))),
        "{error:?}"
    );
    assert_eq!(fixture.kept().await, None);
    assert_eq!(fixture.token().await.unwrap_err(), TokenError::SignedOut);
}

#[tokio::test]
async fn a_challenge_is_handed_to_the_service_once_and_never_in_a_loop() {
    let challenge: Claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#.parse().unwrap();
    let fixture = Fixture::new().await;
    let a1 = fixture.first("a1", &json!({})).await;
    fixture.then("a2", &json!({}));
    assert_eq!(fixture.replace(&a1, Some(&challenge)).await.unwrap(), "a2");
    assert!(fixture.service.asked()[1]["claims"].contains("nbf"));
    assert_eq!(fixture.source.challenge("ada@example.org"), None, "it was met");
    // The token it brought meets the same challenge again.
    let a2 = fixture.source.token(&Service::person()).await.unwrap();
    let error = fixture.replace(&a2, Some(&challenge)).await.unwrap_err();
    assert!(
        matches!(error, TokenError::Refresh(RefreshError::InteractionNeeded(_))),
        "{error:?}"
    );
    assert_eq!(fixture.used().len(), 2);
    assert_eq!(fixture.source.challenge("ada@example.org"), Some(challenge));
    assert_eq!(fixture.source.challenge("bob@example.org"), None);
}

#[tokio::test]
async fn a_challenge_survives_trouble_and_what_the_service_asks_for_goes_to_the_next_sign_in() {
    let challenge: Claims = r#"{"access_token":{"a":1}}"#.parse().unwrap();
    let fixture = Fixture::new().await;
    let a1 = fixture.first("a1", &json!({})).await;
    fixture.service.then(StatusCode::BAD_GATEWAY);
    assert!(
        fixture.replace(&a1, Some(&challenge)).await.is_err(),
        "a1 is not used on"
    );
    let more = r#"{"access_token":{"b":2}}"#;
    fixture
        .service
        .then(refused(json!({"error": "interaction_required", "claims": more})));
    assert!(fixture.token().await.is_err());
    assert!(fixture.service.asked()[2]["claims"].contains(r#""a":1"#));
    assert_eq!(fixture.source.challenge("ada@example.org").unwrap().to_string(), more);
}

#[tokio::test]
async fn a_sign_in_is_kept_before_it_is_used_and_ends_every_refusal() {
    let fixture = Fixture::new().await;
    fixture.service.then(refused(json!({"error": "interaction_required"})));
    assert!(fixture.token().await.is_err());
    let signed_in = signed_in(&fixture.service, "a9").await;
    fixture.source.adopt(&signed_in).await.unwrap();
    assert_eq!(fixture.kept().await.as_deref(), Some("r-a9"));
    assert_eq!(fixture.token().await.unwrap(), "a9");
    let grants = fixture.source.grants(&Service::person()).unwrap();
    assert!(grants.has("Presence.ReadWrite"));
}

#[tokio::test]
async fn several_accounts_live_side_by_side() {
    let fixture = Fixture::new().await;
    let other = RefreshToken::new("of bob".into());
    fixture.keychain.save(&key(&stranger()), &other).await.unwrap();
    fixture.first("a1", &json!({})).await;
    fixture.then("b1", &json!({}));
    assert_eq!(fixture.source.token(&stranger()).await.unwrap().expose(), "b1");
    assert_eq!(fixture.token().await.unwrap(), "a1");
    fixture.source.forget(&stranger()).await.unwrap();
    assert_eq!(
        fixture.source.token(&stranger()).await.unwrap_err(),
        TokenError::SignedOut
    );
    assert_eq!(
        (fixture.token().await.unwrap(), fixture.kept().await),
        ("a1".into(), Some("r-a1".into()))
    );
}

#[tokio::test]
async fn a_sign_out_gives_up_a_refresh_under_way_and_nothing_comes_back() {
    let fixture = Arc::new(Fixture::new().await);
    let (answer, held_back) = oneshot::channel::<()>();
    fixture.service.hold(held_back);
    fixture.then("late", &json!({}));
    let asking = tokio::spawn({
        let fixture = Arc::clone(&fixture);
        async move { fixture.token().await }
    });
    fixture.service.was_asked(1).await;
    fixture.source.forget(&Service::person()).await.unwrap();
    assert_eq!(asking.await.unwrap(), Err(TokenError::SignedOut));
    let _ = answer.send(());
    assert_eq!(fixture.kept().await, None);
    assert_eq!(fixture.token().await, Err(TokenError::SignedOut));
}

#[tokio::test]
async fn who_never_signed_in_is_signed_out() {
    let fixture = Fixture::signed_out().await;
    assert_eq!(fixture.token().await, Err(TokenError::SignedOut));
    assert_eq!(fixture.used().len(), 0);
}

async fn signed_in(service: &Service, access: &str) -> SignedIn {
    let answer = json!({"access_token": access, "refresh_token": format!("r-{access}")});
    service.then(Service::tokens(&answer));
    let old = RefreshToken::new("by the browser".into());
    let tokens = refresh(&service.http(), &service.registration, &old, &Service::person(), None)
        .await
        .unwrap();
    SignedIn {
        account: Service::person(),
        tokens,
    }
}
