//! Every kind of trouble, as a client meets it.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::person::{Person, refused};
use crate::walk::{SCOPES, json};

const READ: &str = "/v1.0/me/presence";

async fn person_in(weather: Value) -> Person {
    let person = Person::signed_in(SCOPES).await;
    assert_eq!(person.tenant.control("weather", weather).await.status(), 200);
    person
}

#[tokio::test]
async fn errors_come_in_graphs_own_shape_with_what_goes_with_them() {
    for (rule, status, code) in [
        (json!({"status": 401}), 401, "InvalidAuthenticationToken"),
        (json!({"status": 403}), 403, "Forbidden"),
        (json!({"status": 429}), 429, "TooManyRequests"),
        (json!({"status": 500}), 500, "UnknownError"),
        (json!({"status": 502}), 502, "UnknownError"),
        (json!({"status": 503}), 503, "ServiceUnavailable"),
        (json!({"status": 504, "code": "GatewayTimeout"}), 504, "GatewayTimeout"),
    ] {
        let person = person_in(rule.clone()).await;
        let answer = person.get(READ).await;
        assert_eq!(
            answer.headers().contains_key("www-authenticate"),
            status == 401,
            "{rule}"
        );
        assert!(!answer.headers().contains_key("retry-after"), "{rule}");
        assert_eq!(refused(answer, status).await["code"], code, "{rule}");
    }
}

#[tokio::test]
async fn a_retry_after_comes_in_every_form() {
    let person = person_in(json!({"times": 1, "status": 429, "retry_after": "7"})).await;
    for rule in [
        json!({"times": 1, "status": 429, "retry_after": "2.128"}),
        json!({"times": 1, "status": 503, "retry_date": "PT30S"}),
        json!({"times": 1, "status": 429}),
    ] {
        assert_eq!(person.tenant.control("weather", rule).await.status(), 200);
    }
    let mut told = Vec::new();
    for _ in 0..4 {
        let answer = person.get(READ).await;
        told.push(
            answer
                .headers()
                .get("retry-after")
                .map(|value| value.to_str().unwrap().to_owned()),
        );
    }
    assert_eq!(
        (told[0].as_deref(), told[1].as_deref(), told[3].as_deref()),
        (Some("7"), Some("2.128"), None)
    );
    assert!(told[2].as_deref().unwrap().ends_with(" GMT"), "{told:?}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_was_done_and_one_that_is_dropped_was_not() {
    let person = person_in(json!({"method": "POST", "times": 1, "drop": true})).await;
    let lose = json!({"method": "POST", "times": 1, "lose": true});
    assert_eq!(person.tenant.control("weather", lose).await.status(), 200);
    for expected in ["Available", "Busy"] {
        let url = person.tenant.at("/v1.0/me/presence/setUserPreferredPresence");
        let request = person.tenant.client.post(url).bearer_auth(&person.token);
        let sent = request
            .json(&json!({"availability": "Busy", "activity": "Busy"}))
            .send()
            .await;
        assert!(sent.unwrap_err().is_request());
        assert_eq!(person.presence().await["availability"], expected);
    }
}

#[tokio::test]
async fn half_an_answer_is_noticed_by_its_length() {
    let person = person_in(json!({"times": 1, "truncate": true})).await;
    let answer = person.get(READ).await;
    assert_eq!(answer.status(), 200);
    let announced = answer.content_length().unwrap();
    assert!(answer.bytes().await.is_err());
    let whole = person.get(READ).await;
    assert_eq!(whole.content_length(), Some(announced));
    assert_eq!(json(whole).await["availability"], "Available");
}

#[tokio::test]
async fn a_good_answer_can_be_changed_and_a_bad_one_stays() {
    let patch =
        json!({"availability": "Holographic", "workLocation": {"source": "unknownFutureValue"}, "activity": null});
    let person = person_in(json!({"merge": patch})).await;
    let changed = person.presence().await;
    assert_eq!(changed["availability"], "Holographic");
    assert!(changed.get("activity").is_none());
    assert_eq!(
        changed["workLocation"],
        json!({"placeId": null, "source": "unknownFutureValue", "workLocationType": "unspecified"})
    );
    refused(person.get("/v1.0/nowhere").await, 400).await;
    let empty = person.write("clearLocation", &Value::Null).await;
    assert_eq!((empty.status().as_u16(), empty.bytes().await.unwrap().len()), (204, 0));
}

#[tokio::test]
async fn nonsense_comes_as_whatever_it_says_it_is() {
    let person = person_in(json!({"status": 200, "body": "{\"id\":", "content_type": "application/json"})).await;
    let answer = person.get(READ).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.text().await.unwrap(), "{\"id\":");
}

#[tokio::test]
async fn the_same_seed_makes_the_same_weather() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let person = person_in(json!({"path": "/v1.0/", "probability": 0.5, "status": 503})).await;
        assert_eq!(
            person.tenant.control("tenant", json!({"seed": seed})).await.status(),
            200
        );
        let mut statuses = Vec::new();
        for _ in 0..32 {
            statuses.push(person.get(READ).await.status().as_u16());
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!(runs[0].contains(&200) && runs[0].contains(&503));
}

#[tokio::test]
async fn a_read_within_the_lag_is_old_and_the_journal_knows_the_times() {
    let person = Person::signed_in(SCOPES).await;
    assert_eq!(
        person.tenant.control("tenant", json!({"lag": "PT1M"})).await.status(),
        200
    );
    let before = person.presence().await;
    let busy = json!({"availability": "Busy", "activity": "Busy"});
    assert_eq!(person.write("setUserPreferredPresence", &busy).await.status(), 200);
    assert_eq!(person.presence().await, before);
    person.tenant.control("clock", json!({"advance": "PT1M"})).await;
    let after = person.presence().await;
    assert_eq!(after["availability"], "Busy");
    assert!(after["sequenceNumber"].as_str() > before["sequenceNumber"].as_str());
    let slow = json!({"latency_ms": 150, "times": 1});
    assert_eq!(person.tenant.control("weather", slow).await.status(), 200);
    let asked = Instant::now();
    person.send(Method::GET, READ, None, "").await;
    assert!(asked.elapsed() >= Duration::from_millis(150));
    let journal = person.tenant.look("requests").await;
    let times = |exchange: &Value| {
        let moment = |name: &str| exchange[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        moment("answered").duration_since(moment("at"))
    };
    let journal = journal.as_array().unwrap();
    assert!(
        times(journal.last().unwrap()) >= jiff::SignedDuration::from_millis(150),
        "{journal:?}"
    );
    assert!(times(&journal[journal.len() - 2]) < jiff::SignedDuration::from_millis(150));
}
