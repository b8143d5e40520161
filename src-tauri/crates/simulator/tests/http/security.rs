//! What happens to an account while its tokens are out, and refusals on demand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Method, Response};
use serde_json::{Value, json as body};

use crate::walk::{self, REDIRECT, SCOPES, Stage, VERIFIER, json, value};

const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

impl Stage {
    async fn refresh(&self, refresh_token: &Value, claims: &str) -> Response {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.simulator.announcement().client_id),
            ("refresh_token", refresh_token.as_str().unwrap()),
            ("claims", claims),
        ])
        .await
    }

    async fn presence(&self, answer: &Value) -> Response {
        let token = answer["access_token"].as_str().unwrap();
        let read = self.client.get(self.at("/v1.0/me/presence")).bearer_auth(token);
        read.send().await.unwrap()
    }

    async fn happen(&self, event: &str) {
        let oid = self.simulator.announcement().oid.clone();
        let happened = self.control("account", body!({ "oid": oid, "event": event })).await;
        assert_eq!(happened.status(), 200, "{event}");
    }
}

#[tokio::test]
async fn only_a_client_that_declared_cp1_is_challenged_and_the_claims_answer_it() {
    let tenant = Stage::open().await;
    let plain = tenant.sign_in(SCOPES).await;
    let able = tenant.refresh(&plain["refresh_token"], CP1).await;
    let able = json(able).await;
    assert!(able["expires_in"].as_u64().unwrap() >= 72_000, "{}", able["expires_in"]);
    tenant.happen("change_policy").await;
    assert_eq!(tenant.presence(&plain).await.status(), 200);

    let challenged = tenant.presence(&able).await;
    assert_eq!(challenged.status(), 401);
    let header = challenged.headers()[WWW_AUTHENTICATE].to_str().unwrap().to_owned();
    assert!(header.contains("error=\"insufficient_claims\""), "{header}");
    let claims = header.split("claims=\"").nth(1).unwrap().trim_end_matches('"');
    let claims = String::from_utf8(STANDARD.decode(claims).unwrap()).unwrap();
    assert_eq!(json(challenged).await["error"]["code"], "InvalidAuthenticationToken");

    let again = json(tenant.refresh(&able["refresh_token"], CP1).await).await;
    assert_eq!(tenant.presence(&again).await.status(), 401, "not without the claims");
    let mut merged: Value = serde_json::from_str(&claims).unwrap();
    merged["access_token"]["xms_cc"] = body!({ "values": ["cp1"] });
    let answered = json(tenant.refresh(&able["refresh_token"], &merged.to_string()).await).await;
    assert_eq!(tenant.presence(&answered).await.status(), 200);
}

#[tokio::test]
async fn signing_in_anew_answers_a_challenge_as_well() {
    let tenant = Stage::open().await;
    let sign_in = async || {
        let fields = tenant.choose(0, &[("claims", CP1)]).await;
        json(tenant.redeem(&value(&fields, "code")).await).await
    };
    let first = sign_in().await;
    tenant.happen("require_second_factor").await;
    assert_eq!(tenant.presence(&first).await.status(), 401);
    let refused = json(tenant.refresh(&first["refresh_token"], "").await).await;
    assert_eq!(
        (&refused["error"], &refused["suberror"], &refused["error_codes"][0]),
        (&"interaction_required".into(), &"basic_action".into(), &50_076.into())
    );
    let claims: Value = serde_json::from_str(refused["claims"].as_str().unwrap()).unwrap();
    assert!(claims["access_token"].is_object());
    assert_eq!(tenant.presence(&sign_in().await).await.status(), 200);
}

#[tokio::test]
async fn a_disabled_account_is_signed_in_nowhere() {
    let tenant = Stage::open().await;
    let first = tenant.sign_in(SCOPES).await;
    tenant.happen("disable").await;
    let refused = json(tenant.refresh(&first["refresh_token"], "").await).await;
    assert_eq!(refused["error_codes"][0], 50_057);
    let oid = tenant.simulator.announcement().oid.clone();
    assert!(tenant.post(&[], &[("person", &oid)]).await.contains("AADSTS50057"));
    tenant.happen("enable").await;
    tenant.sign_in(SCOPES).await;
    let refused = json(tenant.refresh(&first["refresh_token"], "").await).await;
    assert_eq!(refused["suberror"], "bad_token");
}

#[tokio::test]
async fn every_refusal_can_be_had_at_every_place() {
    let tenant = Stage::open().await;
    let first = tenant.sign_in(SCOPES).await;
    let order = async |order: Value| assert_eq!(tenant.control("refusals", order).await.status(), 200);
    for (number, suberror, error) in [
        (70_043, "token_expired", "invalid_grant"),
        (53_003, "message_only", "invalid_grant"),
        (53_005, "protection_policy_required", "unauthorized_client"),
        (50_055, "user_password_expired", "invalid_grant"),
    ] {
        order(body!({ "at": "refresh", "number": number, "times": 1 })).await;
        let refused = json(tenant.refresh(&first["refresh_token"], "").await).await;
        assert_eq!(
            (&refused["error_codes"][0], &refused["suberror"], &refused["error"]),
            (&number.into(), &suberror.into(), &error.into())
        );
    }
    order(body!({ "at": "refresh", "number": 90_033, "times": 1 })).await;
    assert_eq!(tenant.refresh(&first["refresh_token"], "").await.status(), 503);
    assert_eq!(tenant.refresh(&first["refresh_token"], "").await.status(), 200);

    let oid = tenant.simulator.announcement().oid.clone();
    order(body!({ "at": "callback", "number": 53_003, "times": 1 })).await;
    let fields = walk::fields(&tenant.post(&[], &[("person", &oid)]).await);
    assert_eq!(value(&fields, "error"), "access_denied");
    assert!(value(&fields, "error_description").starts_with("AADSTS53003: "));
    order(body!({ "at": "page", "number": 50_053 })).await;
    assert!(tenant.post(&[], &[("person", &oid)]).await.contains("AADSTS50053"));
    let cleared = tenant
        .client
        .delete(tenant.at("/simulator/refusals"))
        .send()
        .await
        .unwrap();
    assert_eq!(cleared.status(), 204);
    let fields = walk::fields(&tenant.post(&[], &[("person", &oid)]).await);
    order(body!({ "at": "code", "number": 50_196, "times": 1 })).await;
    let refused = json(tenant.redeem(&value(&fields, "code")).await).await;
    assert_eq!(refused["error_codes"][0], 50_196);
}

#[tokio::test]
async fn flaws_of_an_order_are_said() {
    let tenant = Stage::open().await;
    for (control, flawed) in [
        ("refusals", body!({ "at": "refresh" })),
        ("refusals", body!({ "at": "lunch", "number": 1 })),
        ("refusals", body!({ "at": "refresh", "number": 1, "times": 0 })),
        ("account", body!({ "oid": "nobody", "event": "disable" })),
        (
            "account",
            body!({ "oid": "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531", "event": "promote" }),
        ),
        (
            "consent",
            body!({ "oid": "5d0e1b7a-92c4-4f3b-8a16-c07d94e2f531", "permissions": ["Mail.Send"] }),
        ),
        ("consent", body!({ "permissions": [] })),
        ("consent", body!({ "tenant": "other.example", "policy": "users" })),
        ("application", body!({ "device_code_interval": 61 })),
    ] {
        let refused = tenant.control(control, flawed.clone()).await;
        assert_eq!(refused.status(), 400, "{control} {flawed}");
        assert!(json(refused).await["error"].is_string(), "{control} {flawed}");
    }
}

#[tokio::test]
async fn another_registration_brings_other_redirect_addresses() {
    let tenant = Stage::open().await;
    let oid = tenant.simulator.announcement().oid.clone();
    let uri = "http://127.0.0.1:50505/app";
    let changes = [("redirect_uri", uri), ("response_mode", "fragment")];
    let choose = || {
        tenant
            .authorize(Method::POST, &changes)
            .form(&[("person", oid.as_str())])
    };
    assert_eq!(choose().send().await.unwrap().status(), 400);
    tenant
        .control(
            "application",
            body!({ "redirect_uris": [REDIRECT, "http://127.0.0.1/app"] }),
        )
        .await;
    let answer = choose().send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let code = location
        .strip_prefix(&format!("{uri}#code="))
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let redeemed = tenant
        .token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &tenant.simulator.announcement().client_id),
            ("code", code),
            ("redirect_uri", uri),
            ("code_verifier", VERIFIER),
        ])
        .await;
    assert_eq!(redeemed.status(), 200);
}

#[tokio::test]
async fn an_error_carries_the_clients_own_correlation_id() {
    let tenant = Stage::open().await;
    let own = "9d3c7f9a-53e6-4b0e-8d4b-0a4c4c8b8e11";
    for (sent, expected) in [(own, true), ("not-a-guid", false)] {
        let request = tenant.client.post(tenant.at("/organizations/oauth2/v2.0/token"));
        let request = request
            .header("client-request-id", sent)
            .header("return-client-request-id", "true");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["client-request-id"] == sent, expected, "{sent}");
        let trace = answer.headers()["x-ms-request-id"].to_str().unwrap().to_owned();
        let error = json(answer).await;
        assert_eq!(error["correlation_id"] == sent, expected, "{sent}");
        assert_eq!(error["trace_id"], trace);
    }
    let page = tenant
        .authorize(Method::GET, &[("prompt", "none"), ("client-request-id", own)])
        .send()
        .await
        .unwrap();
    let fields = walk::fields(&page.text().await.unwrap());
    assert!(value(&fields, "error_description").contains(own));
}
