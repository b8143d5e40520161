use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Rule, Trouble, Weather, http_date, merge};

fn rule(json: Value) -> Rule {
    let rule: Rule = serde_json::from_value(json).unwrap();
    assert_eq!(rule.flaw(), None, "{rule:?}");
    rule
}

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn status(trouble: Option<Trouble>) -> Option<u16> {
    match trouble {
        Some(Trouble::Answer(instead)) => Some(instead.status),
        _ => None,
    }
}

#[test]
fn the_first_match_decides_until_it_is_spent() {
    let mut weather = Weather::default();
    weather.add(rule(
        json!({"method": "get", "path": "/v1.0/me", "times": 2, "status": 429}),
    ));
    weather.add(rule(json!({"path": "/v1.0/", "status": 503})));
    let mut met = |method: &str, path: &str| status(weather.meets(method, path, noon()).trouble);
    assert_eq!(met("POST", "/v1.0/me/presence/clearPresence"), Some(503));
    assert_eq!(met("GET", "/v1.0/me/presence"), Some(429));
    assert_eq!(met("GET", "/v1.0/users/x"), Some(503));
    assert_eq!(met("GET", "/v1.0/me"), Some(429));
    assert_eq!(met("GET", "/v1.0/me"), Some(503));
    assert_eq!(met("GET", "/organizations/oauth2/v2.0/token"), None);
    weather.clear();
    assert_eq!(weather.meets("GET", "/v1.0/me", noon()), super::Fate::default());
}

#[test]
fn a_rule_holds_between_two_moments() {
    let mut weather = Weather::default();
    let until = noon() + SignedDuration::from_mins(5);
    weather.add(rule(json!({"from": noon(), "until": until, "drop": true})));
    for (after, expected) in [
        (-1, None),
        (0, Some(Trouble::Drop)),
        (299, Some(Trouble::Drop)),
        (300, None),
    ] {
        let at = noon() + SignedDuration::from_secs(after);
        assert_eq!(weather.meets("GET", "/", at).trouble, expected, "{after}");
    }
}

#[test]
fn chance_repeats_from_the_seed_and_keeps_to_the_odds() {
    let run = |seed: u64| {
        let mut weather = Weather::seeded(seed);
        weather.add(rule(
            json!({"probability": 0.25, "lose": true, "latency_ms": 10, "jitter_ms": 90}),
        ));
        (0..4_000)
            .map(|_| weather.meets("GET", "/", noon()))
            .collect::<Vec<_>>()
    };
    let day = run(7);
    assert_eq!(day, run(7));
    assert_ne!(day, run(8));
    let struck: Vec<_> = day.iter().filter(|fate| fate.trouble.is_some()).collect();
    assert!((850..1_150).contains(&struck.len()), "{}", struck.len());
    let range = SignedDuration::from_millis(10)..SignedDuration::from_millis(100);
    assert!(struck.iter().all(|fate| range.contains(&fate.latency)));
    for (probability, expected) in [(0.0, 0), (1.0, 100)] {
        let mut weather = Weather::seeded(1);
        weather.add(rule(json!({"probability": probability, "drop": true})));
        let met = (0..100).filter(|_| weather.meets("GET", "/", noon()).trouble.is_some());
        assert_eq!(met.count(), expected);
    }
}

#[test]
fn every_trouble_is_what_its_rule_says() {
    for (asked, expected) in [
        (json!({"drop": true}), Trouble::Drop),
        (json!({"lose": true}), Trouble::Lose),
        (json!({"truncate": true}), Trouble::Truncate),
        (
            json!({"merge": {"activity": null}}),
            Trouble::Merge(json!({"activity": null})),
        ),
    ] {
        let mut weather = Weather::default();
        weather.add(rule(asked.clone()));
        assert_eq!(weather.meets("GET", "/", noon()).trouble, Some(expected), "{asked}");
    }
}

#[test]
fn a_retry_after_is_sent_as_given_or_as_a_date() {
    for (asked, expected) in [
        (json!({"status": 429}), None),
        (json!({"status": 429, "retry_after": "2.128"}), Some("2.128")),
        (json!({"status": 503, "retry_after": "soon"}), Some("soon")),
        (
            json!({"status": 429, "retry_date": "PT30S"}),
            Some("Mon, 02 Mar 2026 12:00:30 GMT"),
        ),
    ] {
        let mut weather = Weather::default();
        weather.add(rule(asked.clone()));
        let Some(Trouble::Answer(instead)) = weather.meets("GET", "/", noon()).trouble else {
            panic!("{asked}");
        };
        assert_eq!(instead.retry_after.as_deref(), expected, "{asked}");
    }
    assert_eq!(http_date(Timestamp::UNIX_EPOCH), "Thu, 01 Jan 1970 00:00:00 GMT");
}

#[test]
fn a_rule_that_says_nothing_or_nonsense_is_named() {
    for flawed in [
        json!({}),
        json!({"status": 99}),
        json!({"status": 600}),
        json!({"retry_after": "2"}),
        json!({"claims": {}}),
        json!({"status": 429, "retry_after": "a\nb"}),
        json!({"status": 429, "retry_after": "2", "retry_date": "PT2S"}),
        json!({"status": 429, "retry_date": "2"}),
        json!({"status": 200, "content_type": "text/plain"}),
        json!({"status": 429, "times": 0}),
        json!({"code": "x", "drop": true}),
        json!({"drop": true, "lose": true}),
        json!({"status": 500, "truncate": true}),
        json!({"drop": true, "probability": 1.5}),
    ] {
        let rule: Rule = serde_json::from_value(flawed.clone()).unwrap();
        assert!(rule.flaw().is_some(), "{flawed}");
    }
}

#[test]
fn a_merge_patch_follows_rfc_7396() {
    for (mut target, patch, expected) in [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
        (json!({"a": "b", "b": 1}), json!({"a": null}), json!({"b": 1})),
        (
            json!({"a": {"b": 1, "c": 2}}),
            json!({"a": {"b": 3, "c": null}}),
            json!({"a": {"b": 3}}),
        ),
        (json!({"a": [1]}), json!({"a": {"b": null}}), json!({"a": {}})),
        (json!([1, 2]), json!({"a": "b"}), json!({"a": "b"})),
        (json!({"a": 1}), json!(["c"]), json!(["c"])),
    ] {
        merge(&mut target, &patch);
        assert_eq!(target, expected, "{patch}");
    }
}
