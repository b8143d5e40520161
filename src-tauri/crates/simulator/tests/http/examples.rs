//! Every documented example: accepted by the simulator, reproduced by it, or listed here with the reason why not.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::person::Person;
use crate::walk::{SCOPES, json};

/// What becomes of an example.
enum Verdict {
    /// Posted as it is to this path, it is answered with 2xx.
    Accepted(&'static str),
    /// The same once these names of another tenant are replaced by this one's, or this moment of the past by one to come.
    AcceptedWith(&'static str, &'static [(&'static str, Known)]),
    /// Posted as it is to this path, it is refused, and why.
    Refused(&'static str, &'static str),
    /// Told by an answer of the simulator; `reproductions` shows each.
    Reproduced,
    /// Neither, and why.
    Outside(&'static str),
}

/// A name in this tenant, or a time to come.
#[derive(Clone, Copy)]
enum Known {
    Application,
    Building,
    First,
    Second,
    NextCentury,
}

use Verdict::{Accepted, AcceptedWith, Outside, Refused, Reproduced};

const DOCUMENTED_APPLICATION: &str = "22553876-f5ab-4529-bffb-cfe50aa89f87";
const DOCUMENTED_BUILDING: &str = "eb706f15-137e-4722-b4d1-b601481d9251";
const DOCUMENTED_SELF: &str = "fa8bf3dc-eca7-46b7-bad1-db199b62afc3";
const DOCUMENTED_OTHER: &str = "66825e03-7ef5-42da-9069-724602c31f6b";
const SHAPE: &str = "type names, not an instance; the schema test checks the types";
const CALENDAR: &str = "the calendar's working hours are another service and no part of the simulator";
const NOTIFICATION: &str = "change notifications need a public https address; no desktop client can have one";

const VERDICTS: [(&str, Verdict); 36] = [
    ("presence-get.me.response", Reproduced),
    ("presence-get.user.response", Reproduced),
    ("presence-get.communications.response", Reproduced),
    ("presence-get.me.response.v1-2023", Reproduced),
    ("presence-get.other-user-with-statusmessage.response", Reproduced),
    (
        "getPresencesByUserId.request",
        AcceptedWith(
            "/v1.0/communications/getPresencesByUserId",
            &[(DOCUMENTED_SELF, Known::First), (DOCUMENTED_OTHER, Known::Second)],
        ),
    ),
    ("getPresencesByUserId.response", Reproduced),
    (
        "setPresence.request",
        AcceptedWith(
            "/v1.0/me/presence/setPresence",
            &[(DOCUMENTED_APPLICATION, Known::Application)],
        ),
    ),
    (
        "clearPresence.request",
        AcceptedWith(
            "/v1.0/me/presence/clearPresence",
            &[(DOCUMENTED_APPLICATION, Known::Application)],
        ),
    ),
    (
        "setUserPreferredPresence.request",
        Accepted("/v1.0/me/presence/setUserPreferredPresence"),
    ),
    (
        "clearUserPreferredPresence.request",
        Accepted("/v1.0/me/presence/clearUserPreferredPresence"),
    ),
    (
        "setStatusMessage.no-expiry.request",
        Accepted("/v1.0/me/presence/setStatusMessage"),
    ),
    (
        "setStatusMessage.with-expiry.request",
        AcceptedWith(
            "/v1.0/me/presence/setStatusMessage",
            &[("2022-10-18T", Known::NextCentury)],
        ),
    ),
    (
        "setManualLocation.request",
        AcceptedWith(
            "/v1.0/me/presence/setManualLocation",
            &[(DOCUMENTED_BUILDING, Known::Building)],
        ),
    ),
    (
        "setAutomaticLocation.request",
        AcceptedWith(
            "/v1.0/me/presence/setAutomaticLocation",
            &[(DOCUMENTED_BUILDING, Known::Building)],
        ),
    ),
    // Each of its requests is answered by itself, and none of their resources is here.
    ("batch.request", Accepted("/v1.0/$batch")),
    ("batch.response", Outside("answers about drives, groups and plans")),
    (
        "error.generic",
        Outside("of the drive service; the envelope is the one every refusal is checked for"),
    ),
    (
        "error.429-throttled",
        Outside("an innerError of 2020; the newer samples have date and ids alone there"),
    ),
    ("error.401-presence-get-unauthorized", Reproduced),
    ("error.401-setPresence-serviceerror", Reproduced),
    ("error.400-setCurrentLocation-placeid", Reproduced),
    ("cae.claims-challenge.decoded", Reproduced),
    (
        "cae.claims-request.client-capability",
        Outside("a parameter of Entra's, not a body of Graph's"),
    ),
    (
        "cae.claims-request.merged",
        Outside("a parameter of Entra's, not a body of Graph's"),
    ),
    (
        "workPlanOccurrence-setCurrentLocation.office.request",
        Outside(CALENDAR),
    ),
    (
        "workPlanOccurrence-setCurrentLocation.remote.request",
        Outside(CALENDAR),
    ),
    ("workHoursAndLocations-occurrencesView.response", Outside(CALENDAR)),
    ("workPlanOccurrence.resource-shape", Outside(SHAPE)),
    ("presence.resource-shape", Outside(SHAPE)),
    ("presenceStatusMessage.resource-shape", Outside(SHAPE)),
    ("outOfOfficeSettings.resource-shape", Outside(SHAPE)),
    ("userWorkLocation.resource-shape", Outside(SHAPE)),
    (
        "subscription-create.presence-single.request",
        Refused("/v1.0/subscriptions", NOTIFICATION),
    ),
    (
        "subscription-create.presence-bulk.request",
        Refused("/v1.0/subscriptions", NOTIFICATION),
    ),
    ("notification", Outside(NOTIFICATION)),
];

fn example(name: &str) -> String {
    let file = folder().join(format!("{name}.json"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/examples")
}

#[test]
fn every_example_has_a_verdict_and_every_reason_is_given() {
    let mut files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|file| {
            file.unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .strip_suffix(".json")
                .map(str::to_owned)
        })
        .collect();
    for (name, verdict) in &VERDICTS {
        let before = files.len();
        files.retain(|file| file != name && !(*name == "notification" && file.starts_with("notification.")));
        assert!(files.len() < before, "{name} is no example");
        if let Outside(reason) | Refused(_, reason) = verdict {
            assert!(!reason.is_empty(), "{name}");
        }
    }
    assert!(files.is_empty(), "no verdict: {files:?}");
}

#[tokio::test]
async fn documented_requests_are_accepted_or_refused_as_listed() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let announced = person.tenant.simulator.announcement();
    let people = person.tenant.look("state").await["people"].clone();
    let known = |known: Known| match known {
        Known::Application => announced.client_id.clone(),
        Known::Building => simulator::places()[0].id.to_owned(),
        Known::First => announced.oid.clone(),
        Known::Second => people[1]["oid"].as_str().unwrap().to_owned(),
        Known::NextCentury => "2122-10-18T".to_owned(),
    };
    for (name, verdict) in &VERDICTS {
        let (path, replacements, accepted) = match verdict {
            Accepted(path) => (path, [].as_slice(), true),
            AcceptedWith(path, replacements) => (path, *replacements, true),
            Refused(path, _) => (path, [].as_slice(), false),
            Reproduced | Outside(_) => continue,
        };
        let body = example(name);
        let changed = replacements
            .iter()
            .fold(body.clone(), |body, (theirs, ours)| body.replace(theirs, &known(*ours)));
        if body != changed {
            let refused = person.send(Method::POST, path, Some("application/json"), &body).await;
            // Unknown people are left out; whatever else is of another tenant, or of the past, is refused.
            assert!(
                refused.status().is_client_error() || path.contains("ByUserId"),
                "{name} as it is"
            );
        }
        let answer = person
            .send(Method::POST, path, Some("application/json"), &changed)
            .await;
        assert_eq!(
            answer.status().is_success(),
            accepted,
            "{name}: {}",
            answer.text().await.unwrap()
        );
    }
}

/// Whether everything in the example is in the answer; the answer may say more.
fn tells(answer: &Value, example: &Value) -> bool {
    match (answer, example) {
        (Value::Object(answer), Value::Object(example)) => example
            .iter()
            .all(|(name, value)| answer.get(name).is_some_and(|told| tells(told, value))),
        (Value::Array(answer), Value::Array(example)) => {
            answer.len() == example.len() && example.iter().all(|value| answer.iter().any(|told| tells(told, value)))
        }
        _ => answer == example,
    }
}

/// The example with the ids of this tenant's people, and without the sequence number where it cannot be the same:
/// it counts changes, and setting the scene is one.
fn localised(name: &str, ids: &[(&str, &str)], numbered: bool) -> Value {
    let text = ids
        .iter()
        .fold(example(name), |text, (theirs, ours)| text.replace(theirs, ours));
    let mut example: Value = serde_json::from_str(&text).unwrap();
    if let (false, Some(properties)) = (numbered, example.as_object_mut()) {
        properties.remove("sequenceNumber");
    }
    example
}

#[tokio::test]
async fn documented_answers_are_reproduced() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let other = person.tenant.look("state").await["people"][1]["oid"]
        .as_str()
        .unwrap()
        .to_owned();
    let own_path = "/v1.0/me/presence".to_owned();
    let other_path = format!("/v1.0/users/{other}/presence");
    let by_id = format!("/v1.0/communications/presences/{other}");
    let nothing = json!({});
    let presenting = json!({"teams": {"availability": "DoNotDisturb", "activity": "Presenting"}});
    let back_soon = json!({"teams": {"availability": "Away", "activity": "BeRightBack"}});
    let noted = json!({
        "teams": {"availability": "Available", "activity": "Available"},
        "message": {"content": "Hey I am available now", "expires": "2100-01-01T00:00:00Z"},
    });
    for (name, id, oid, path, scene) in [
        (
            "presence-get.me.response",
            DOCUMENTED_SELF,
            &person.oid,
            &own_path,
            &nothing,
        ),
        (
            "presence-get.me.response.v1-2023",
            DOCUMENTED_SELF,
            &person.oid,
            &own_path,
            &nothing,
        ),
        (
            "presence-get.user.response",
            DOCUMENTED_OTHER,
            &other,
            &other_path,
            &presenting,
        ),
        (
            "presence-get.communications.response",
            "dc74d9bb-6afe-433d-8eaa-e39d80d3a647",
            &other,
            &by_id,
            &back_soon,
        ),
        (
            "presence-get.other-user-with-statusmessage.response",
            DOCUMENTED_SELF,
            &other,
            &other_path,
            &noted,
        ),
    ] {
        let mut scene = scene.clone();
        let untouched = scene == nothing;
        scene["oid"] = json!(oid);
        assert_eq!(person.tenant.control("person", scene).await.status(), 200, "{name}");
        let answer = json(person.get(path).await).await;
        let expected = localised(name, &[(id, oid)], untouched);
        assert!(tells(&answer, &expected), "{name}: {answer}");
        if name.contains("statusmessage") {
            // What is for the person's own eyes is not there at all.
            assert_eq!(answer["statusMessage"], expected["statusMessage"]);
        }
    }
}

#[tokio::test]
async fn the_documented_answer_for_many_is_reproduced_to_the_property() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let other = person.tenant.look("state").await["people"][1]["oid"]
        .as_str()
        .unwrap()
        .to_owned();
    for (oid, availability, activity) in [(&person.oid, "Busy", "InAMeeting"), (&other, "Away", "Away")] {
        let teams = json!({"availability": availability, "activity": activity});
        let set = person
            .tenant
            .control("person", json!({"oid": oid, "teams": teams}))
            .await;
        assert_eq!(set.status(), 200);
    }
    let ids = [
        (DOCUMENTED_SELF, person.oid.as_str()),
        (DOCUMENTED_OTHER, other.as_str()),
    ];
    let asked = ids
        .iter()
        .fold(example("getPresencesByUserId.request"), |text, (theirs, ours)| {
            text.replace(theirs, ours)
        });
    let path = "/v1.0/communications/getPresencesByUserId";
    let answer = json(person.send(Method::POST, path, Some("application/json"), &asked).await).await;
    let expected = localised("getPresencesByUserId.response", &ids, true);
    assert!(
        tells(&answer["value"], &expected["value"]) && tells(&expected["value"], &answer["value"]),
        "{answer}"
    );
}

#[tokio::test]
async fn documented_errors_are_reproduced_by_the_weather() {
    let person = Person::signed_in(SCOPES).await;
    for (name, status) in [
        ("error.401-presence-get-unauthorized", 401),
        ("error.401-setPresence-serviceerror", 401),
        ("error.400-setCurrentLocation-placeid", 400),
    ] {
        let expected: Value = serde_json::from_str(&example(name)).unwrap();
        let error = &expected["error"];
        let rule = json!({"times": 1, "status": status, "code": error["code"], "message": error["message"]});
        assert_eq!(person.tenant.control("weather", rule).await.status(), 200);
        let answer = person.get("/v1.0/me/presence").await;
        assert_eq!(answer.status(), status);
        let told = json(answer).await["error"].clone();
        assert_eq!(
            (&told["code"], &told["message"]),
            (&error["code"], &error["message"]),
            "{name}"
        );
        for key in error["innerError"].as_object().unwrap().keys() {
            assert!(told["innerError"][key].is_string(), "{name}: {told}");
        }
    }
    let claims: Value = serde_json::from_str(&example("cae.claims-challenge.decoded")).unwrap();
    let rule = json!({"times": 1, "status": 401, "claims": claims});
    assert_eq!(person.tenant.control("weather", rule).await.status(), 200);
    let answer = person.get("/v1.0/me/presence").await;
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap().to_owned();
    let encoded = challenge.split("claims=\"").nth(1).unwrap().trim_end_matches('"');
    let decoded = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, encoded).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&decoded).unwrap(), claims);
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    assert_eq!(
        json(person.get("/v1.0/me/presence").await).await["availability"],
        "Available"
    );
}
