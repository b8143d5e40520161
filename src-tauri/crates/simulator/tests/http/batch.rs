//! Several requests in one, and several people in one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::person::{Person, refused};
use crate::walk::{SCOPES, json};

const PATH: &str = "/v1.0/$batch";

async fn batch(person: &Person, requests: Value) -> Value {
    let body = json!({ "requests": requests }).to_string();
    let answer = person.send(Method::POST, PATH, Some("application/json"), &body).await;
    assert_eq!(answer.status(), 200);
    json(answer).await
}

fn response<'a>(answer: &'a Value, id: &str) -> &'a Value {
    let responses = answer["responses"].as_array().unwrap();
    responses.iter().find(|response| response["id"] == id).unwrap()
}

#[tokio::test]
async fn every_request_gets_the_answer_it_would_get_alone_in_no_promised_order() {
    let person = Person::signed_in(SCOPES).await;
    let typed = json!({"Content-Type": "application/json"});
    let away = json!({"availability": "Away", "activity": "Away"});
    let set = format!("/users/{}/presence/setUserPreferredPresence", person.oid);
    let whole = person.tenant.at("/v1.0/me/presence");
    let answer = batch(
        &person,
        json!([
            {"id": "set", "method": "POST", "url": set, "headers": typed, "body": away},
            {"id": "read", "method": "GET", "url": "me/presence", "dependsOn": ["set"]},
            {"id": "clear", "method": "POST", "url": "/me/presence/clearLocation"},
            {"id": "typeless", "method": "POST", "url": set, "body": away},
            {"id": "nowhere", "method": "GET", "url": "/me/planner/tasks"},
            {"id": "nested", "method": "POST", "url": "/$batch", "headers": typed, "body": {"requests": []}},
            {"id": "profile", "method": "GET", "url": "/me?$select=id"},
            {"id": "whole", "method": "GET", "url": whole, "depends_on": []},
            {"id": "elsewhere", "method": "GET", "url": "https://graph.example/v1.0/me/presence"},
        ]),
    )
    .await;
    let order: Vec<&str> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_ne!(order[0], "set", "the answers stand in another order than the requests");
    for (id, status) in [
        ("set", 200),
        ("read", 200),
        ("clear", 204),
        ("typeless", 400),
        ("nowhere", 400),
        ("nested", 400),
        ("profile", 403),
        ("whole", 200),
        ("elsewhere", 400),
    ] {
        assert_eq!(response(&answer, id)["status"], status, "{id}: {answer}");
    }
    assert_eq!(response(&answer, "set")["body"], Value::Null);
    let read = response(&answer, "read");
    assert_eq!(read["body"]["availability"], "Away");
    assert_eq!(read["body"], person.presence().await);
    assert!(
        read["headers"]["Content-Type"]
            .as_str()
            .unwrap()
            .starts_with("application/json")
    );
    assert_eq!(response(&answer, "nowhere")["body"]["error"]["code"], "BadRequest");
}

#[tokio::test]
async fn what_depends_on_a_failure_fails_and_so_on() {
    let person = Person::signed_in(SCOPES).await;
    let answer = batch(
        &person,
        json!([
            {"id": "1", "method": "GET", "url": "/nowhere"},
            {"id": "2", "method": "GET", "url": "/me/presence", "dependsOn": ["1"]},
            {"id": "3", "method": "GET", "url": "/me/presence", "dependsOn": ["2"]},
            {"id": "4", "method": "GET", "url": "/me/presence"},
        ]),
    )
    .await;
    for (id, status) in [("1", 400), ("2", 424), ("3", 424), ("4", 200)] {
        assert_eq!(response(&answer, id)["status"], status, "{answer}");
    }
}

#[tokio::test]
async fn a_batch_that_is_wrong_as_a_whole_is_refused_as_a_whole() {
    let person = Person::signed_in(SCOPES).await;
    let one = |id: &str| json!({"id": id, "method": "GET", "url": "/me/presence"});
    let many = |count: usize| (0..count).map(|id| one(&id.to_string())).collect::<Vec<_>>();
    let full = batch(&person, json!(many(20))).await;
    assert_eq!(full["responses"].as_array().unwrap().len(), 20);
    for requests in [
        json!(many(21)),
        json!([]),
        json!([one("1"), one("1")]),
        json!([{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}, one("2")]),
        json!([{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["1"]}]),
        json!([{"id": 1, "method": "GET", "url": "/me"}]),
        json!([["1", "GET", "/me", {}, null, []]]),
        json!({}),
    ] {
        let body = json!({ "requests": requests }).to_string();
        refused(
            person.send(Method::POST, PATH, Some("application/json"), &body).await,
            400,
        )
        .await;
    }
    refused(person.get(PATH).await, 405).await;
    let unsigned = person
        .tenant
        .client
        .post(person.tenant.at(PATH))
        .json(&json!({"requests": [one("1")]}));
    refused(unsigned.send().await.unwrap(), 401).await;
}

#[tokio::test]
async fn each_request_of_a_batch_is_throttled_by_itself() {
    let person = Person::signed_in(SCOPES).await;
    let set = person
        .tenant
        .control("tenant", json!({"budget": {"requests": 2, "window": "PT30S"}}))
        .await;
    assert_eq!(set.status(), 200);
    let read = |id: &str| json!({"id": id, "method": "GET", "url": "/me/presence"});
    let answer = batch(&person, json!([read("1"), read("2"), read("3")])).await;
    for (id, status) in [("1", 200), ("2", 200), ("3", 429)] {
        assert_eq!(response(&answer, id)["status"], status, "{answer}");
    }
    let wait: f64 = response(&answer, "3")["headers"]["Retry-After"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((29.0..=30.0).contains(&wait), "{answer}");
    let alone = person.get("/v1.0/me/presence").await;
    assert!(alone.headers()["retry-after"].to_str().unwrap().parse::<f64>().unwrap() <= 30.0);
    assert_eq!(refused(alone, 429).await["code"], "TooManyRequests");
    person.tenant.control("clock", json!({"advance": "PT31S"})).await;
    assert_eq!(person.get("/v1.0/me/presence").await.status(), 200);
}

#[tokio::test]
async fn up_to_650_people_are_read_at_once() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let path = "/v1.0/communications/getPresencesByUserId";
    let nobody = |at: usize| format!("00000000-0000-4000-8000-{at:012}");
    for (ids, status) in [
        (
            (0..649).map(nobody).chain([person.oid.clone()]).collect::<Vec<_>>(),
            200,
        ),
        ((0..651).map(nobody).collect(), 400),
        (vec![], 400),
        (vec![person.oid.clone(), person.oid.to_uppercase()], 200),
    ] {
        let body = json!({ "ids": ids }).to_string();
        let answer = person.send(Method::POST, path, Some("application/json"), &body).await;
        assert_eq!(answer.status(), status, "{}", ids.len());
        if status == 200 {
            let found = json(answer).await;
            assert_eq!(found["value"].as_array().unwrap().len(), 1, "{found}");
            assert_eq!(found["value"][0]["id"], person.oid);
        }
    }
    for body in ["{}", r#"{"ids":null}"#, r#"{"ids":[1]}"#, r#"[["x"]]"#] {
        refused(
            person.send(Method::POST, path, Some("application/json"), body).await,
            400,
        )
        .await;
    }
    let without = Person::signed_in(SCOPES).await;
    let body = json!({ "ids": [without.oid] }).to_string();
    refused(
        without.send(Method::POST, path, Some("application/json"), &body).await,
        403,
    )
    .await;
}
