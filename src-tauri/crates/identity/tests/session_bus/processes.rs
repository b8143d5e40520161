//! Two processes with one account.

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use identity::{Keychain, KeychainError, Network, RefreshToken, Registration, Scopes, TokenError, TokenSource};
use serde::Deserialize;
use serde_json::json;

use crate::session::{SERVICE, bus, home, in_a_session_of_its_own, key, keyring, person};

/// Set in the two processes: where the service is.
const AUTHORITY: &str = "IDENTITY_TEST_AUTHORITY";
const EACH: u32 = 500;

/// Stricter than Entra: a refresh token is good once.
#[derive(Default)]
struct Chain {
    rotations: u32,
    stale: u32,
}

#[derive(Deserialize)]
struct Asked {
    refresh_token: String,
}

async fn rotate(State(chain): State<Arc<Mutex<Chain>>>, Form(asked): Form<Asked>) -> Response {
    let mut chain = chain.lock().unwrap();
    if asked.refresh_token != format!("r{}", chain.rotations) {
        chain.stale += 1;
        let body = json!({"error": "invalid_grant", "suberror": "bad_token"});
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    chain.rotations += 1;
    let number = chain.rotations;
    Json(
        json!({"token_type": "Bearer", "expires_in": 3600, "scope": "Presence.Read",
        "access_token": format!("a{number}"), "refresh_token": format!("r{number}")}),
    )
    .into_response()
}

fn source(authority: &str) -> TokenSource {
    let registration = Registration {
        client_id: "app".into(),
        tenant: "organizations".parse().unwrap(),
        authority: authority.parse().unwrap(),
        scopes: Scopes {
            resource: None,
            required: vec!["Presence.Read".into()],
            optional: vec![],
        },
        check_issuer: true,
    };
    let http = Network::default().client(&registration.authority, "test").unwrap();
    TokenSource::new(
        http,
        registration,
        Keychain::system(SERVICE),
        Some(home().join("turns")),
    )
}

#[test]
fn two_processes_refresh_a_thousand_times_and_no_token_is_lost() {
    let test = "processes::two_processes_refresh_a_thousand_times_and_no_token_is_lost";
    in_a_session_of_its_own(test, async {
        if let Ok(authority) = std::env::var(AUTHORITY) {
            return refresh_each_time(&source(&authority)).await;
        }
        let _bus = bus();
        let _keyring = keyring(true);
        let keychain = Keychain::system(SERVICE);
        keychain
            .save(&key("app"), &RefreshToken::new("r0".into()))
            .await
            .unwrap();
        let chain = Arc::new(Mutex::new(Chain::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/organizations/oauth2/v2.0/token", post(rotate))
            .with_state(Arc::clone(&chain));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let process = || {
            let mut command = tokio::process::Command::from(Command::new(std::env::current_exe().unwrap()));
            command
                .args(["--exact", test, "--nocapture"])
                .env(AUTHORITY, &authority);
            command.stdout(Stdio::null()).kill_on_drop(true).spawn().unwrap()
        };
        let (mut one, mut two) = (process(), process());
        let (one, two) = tokio::join!(one.wait(), two.wait());
        assert!(one.unwrap().success() && two.unwrap().success());
        let (rotations, stale) = {
            let chain = chain.lock().unwrap();
            (chain.rotations, chain.stale)
        };
        assert_eq!((rotations, stale), (2 * EACH, 0));
        let kept = keychain.load(&key("app")).await.unwrap().unwrap();
        assert_eq!(kept.expose(), format!("r{rotations}"));
    });
}

async fn refresh_each_time(source: &TokenSource) {
    let mut token = source.token(&person()).await.unwrap();
    for _ in 1..EACH {
        token = source.replace(&person(), &token, None).await.unwrap();
    }
}

#[test]
fn only_a_keychain_that_answers_says_signed_out() {
    let test = "processes::only_a_keychain_that_answers_says_signed_out";
    in_a_session_of_its_own(test, async {
        let source = source("http://127.0.0.1:1");
        let missing = |error: TokenError| matches!(error, TokenError::Keychain(KeychainError::Missing(_)));
        assert!(missing(source.token(&person()).await.unwrap_err()));
        let _bus = bus();
        assert!(missing(source.token(&person()).await.unwrap_err()));
        let _keyring = keyring(true);
        assert_eq!(source.token(&person()).await.unwrap_err(), TokenError::SignedOut);
    });
}
