//! The simulator's own face, and its life as a server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::walk::{self, SCOPES, Stage};
use serde_json::{Value, json};
use simulator::{Simulator, StartError};

#[tokio::test]
async fn the_announcement_has_exactly_the_promised_keys() {
    let tenant = Stage::open().await;
    let announced = serde_json::to_value(tenant.simulator.announcement()).unwrap();
    let keys: Vec<&str> = announced.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["graph", "authority", "client_id", "tenant", "user", "oid"]);
    assert!(
        announced["graph"].as_str().unwrap().starts_with("http://127.0.0.1:"),
        "{announced}"
    );
    assert_eq!(announced["graph"], announced["authority"]);
}

#[tokio::test]
async fn a_port_in_use_and_an_address_of_the_network_are_named() {
    let tenant = Stage::open().await;
    let port = tenant
        .simulator
        .announcement()
        .graph
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let taken = SocketAddr::from(([127, 0, 0, 1], port));
    assert!(matches!(Simulator::start(taken).await, Err(StartError::PortInUse(address)) if address == taken));
    let network = SocketAddr::from(([0, 0, 0, 0], 0));
    assert!(matches!(
        Simulator::start(network).await,
        Err(StartError::NotLoopback(_))
    ));
    tenant.simulator.stop().await;
    Simulator::start(taken).await.unwrap().stop().await;
}

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let tenant = Stage::open().await;
    let port = tenant
        .simulator
        .announcement()
        .graph
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("LocalHost:{port}"), 200),
        ("[::1]".to_owned(), 200),
        (format!("evil.example:{port}"), 421),
        ("127.0.0.1.evil.example".to_owned(), 421),
        ("localhost:80@evil.example".to_owned(), 421),
    ] {
        let request = tenant.client.get(tenant.at("/simulator/state")).header("host", &host);
        assert_eq!(request.send().await.unwrap().status(), status, "{host}");
    }
}

#[tokio::test]
async fn weather_comes_and_goes() {
    let tenant = Stage::open().await;
    let url = tenant.at("/v1.0/me/presence");
    for rule in [
        json!({"method": "GET", "path": "/v1.0/me", "times": 1, "status": 429, "retry_after": "2.128"}),
        json!({"path": "/v1.0/me", "times": 1, "drop": true}),
        json!({"path": "/v1.0/me", "times": 1, "status": 200, "body": "<h1>Hotel</h1>"}),
        json!({"path": "/organizations/", "status": 400, "code": "interaction_required"}),
    ] {
        assert_eq!(tenant.control("weather", rule).await.status(), 200);
    }
    let throttled = tenant.client.get(&url).send().await.unwrap();
    assert_eq!(
        (throttled.status().as_u16(), &throttled.headers()["retry-after"]),
        (429, &"2.128".parse().unwrap())
    );
    assert_eq!(walk::json(throttled).await["error"]["code"], "TooManyRequests");
    let dropped = tenant.client.get(&url).send().await.unwrap_err();
    assert!(dropped.is_request() && !dropped.is_timeout(), "{dropped:?}");
    assert_eq!(
        tenant.client.get(&url).send().await.unwrap().text().await.unwrap(),
        "<h1>Hotel</h1>"
    );
    assert_eq!(tenant.client.get(&url).send().await.unwrap().status(), 401);
    assert_eq!(
        walk::json(tenant.token(&[]).await).await["error"],
        "interaction_required"
    );
    let cleared = tenant
        .client
        .delete(tenant.at("/simulator/weather"))
        .send()
        .await
        .unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(walk::json(tenant.token(&[]).await).await["error"], "invalid_request");
    let statuses: Vec<Value> = tenant
        .look("requests")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|exchange| exchange["status"].clone())
        .collect();
    assert_eq!(
        statuses,
        [json!(429), Value::Null, json!(200), json!(401), json!(400), json!(400)]
    );
}

#[tokio::test]
async fn a_slow_answer_is_still_the_answer() {
    let tenant = Stage::open().await;
    assert_eq!(
        tenant.control("weather", json!({"latency_ms": 150})).await.status(),
        200
    );
    let asked = Instant::now();
    let answer = tenant.client.get(tenant.at("/v1.0/me/presence")).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(asked.elapsed() >= Duration::from_millis(150), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn the_journal_shows_requests_and_no_secrets() {
    let tenant = Stage::open().await;
    let answer = tenant.sign_in(SCOPES).await;
    let token = answer["access_token"].as_str().unwrap();
    let url = tenant.at("/v1.0/me/presence/setManualLocation");
    let body = json!({"workLocationType": "remote"});
    tenant
        .client
        .post(url)
        .bearer_auth(token)
        .json(&body)
        .send()
        .await
        .unwrap();
    let journal = tenant.look("requests").await;
    let last = journal.as_array().unwrap().last().unwrap();
    assert_eq!(
        (
            &last["method"],
            &last["path"],
            &last["status"],
            &last["authorization"],
            &last["body"]
        ),
        (
            &json!("POST"),
            &json!("/v1.0/me/presence/setManualLocation"),
            &json!(200),
            &json!(true),
            &json!(body.to_string())
        )
    );
    let redemption = &journal[2];
    assert!(
        redemption["body"]
            .as_str()
            .unwrap()
            .starts_with("grant_type=authorization_code&client_id="),
        "{journal}"
    );
    let all = journal.to_string();
    for secret in [token, answer["refresh_token"].as_str().unwrap(), walk::VERIFIER] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[tokio::test]
async fn the_state_shows_what_graph_never_tells() {
    let tenant = Stage::open().await;
    let oid = tenant.simulator.announcement().oid.clone();
    let changed = tenant
        .control(
            "person",
            json!({
                "oid": oid,
                "teams": {"availability": "Busy", "activity": "InAMeeting"},
                "preferred": {"availability": "Away", "activity": "Away", "duration": "PT1H"},
                "out_of_office": "Back on Monday",
                "scheduled": {"kind": "remote"},
            }),
        )
        .await;
    assert_eq!(changed.status(), 200);
    let person = tenant.look("state").await["people"][0].clone();
    assert_eq!(person["effective"], json!({"availability": "Away", "activity": "Away"}));
    assert!(person["preferred"]["expires"].is_string(), "{person}");
    assert_eq!(person["sessions"][0]["activity"], "InAMeeting");
    assert_eq!(person["out_of_office"], "Back on Monday");
    assert_eq!(person["location"]["effective"]["source"], "scheduled");
    let closed = tenant.control("person", json!({"oid": oid, "teams": null})).await;
    assert_eq!(walk::json(closed).await["effective"]["availability"], "Offline");
}

#[tokio::test]
async fn what_is_wrong_with_a_control_is_said() {
    let tenant = Stage::open().await;
    let oid = tenant.simulator.announcement().oid.clone();
    for (path, body) in [
        ("clock", json!({"advance": "1h"})),
        ("clock", json!({"advance": "P99999999D"})),
        ("clock", json!({"rewind": "PT1H"})),
        ("revoke", json!({"oid": oid})),
        ("revoke", json!({"oid": "nobody", "access": true})),
        ("weather", json!({"status": 42})),
        ("weather", json!([])),
        ("person", json!({"oid": oid, "mood": "sunny"})),
        (
            "person",
            json!({"oid": oid, "preferred": {"availability": "Busy", "activity": "InACall"}}),
        ),
        ("person", json!({"teams": null})),
    ] {
        let answer = tenant.control(path, body.clone()).await;
        assert_eq!(answer.status(), 400, "{path} {body}");
        assert!(walk::json(answer).await["error"].is_string(), "{path} {body}");
    }
    let cross_site = tenant
        .client
        .post(tenant.at("/simulator/revoke"))
        .header("content-type", "text/plain")
        .body("{}");
    assert_eq!(cross_site.send().await.unwrap().status(), 415);
    let unknown = tenant.client.get(tenant.at("/simulator/nothing")).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}
