use axum::body::Body;
use graph::RequestError;
use presence::{Activity, LocationKind, LocationSource, Presence, ShownLocation, ShownMessage};
use serde_json::{Value, json};

use crate::{
    OID, TOKEN,
    server::{json, server, status},
};

#[tokio::test]
async fn a_presence_is_read_as_it_was_sent_and_each_request_has_its_own_id() {
    const BODY: &str = include_str!("../examples/presence-get.me.response.json");
    let (server, graph) = server(|_| status(200).body(Body::from(BODY)).unwrap()).await;
    for _ in 0..2 {
        let presence = graph.read_presence(TOKEN).await.unwrap();
        assert_eq!(serde_json::to_value(&presence).unwrap(), json(BODY));
    }
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen[0].line, "GET /v1.0/me/presence");
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {TOKEN}"));
    assert_ne!(
        seen[0].headers["client-request-id"],
        seen[1].headers["client-request-id"]
    );
}

#[tokio::test]
async fn every_documented_answer_is_read_under_every_path() {
    for (body, doing) in [
        (
            include_str!("../examples/presence-get.me.response.json"),
            Activity::Available,
        ),
        (
            include_str!("../examples/presence-get.me.response.v1-2023.json"),
            Activity::Available,
        ),
        (
            include_str!("../examples/presence-get.user.response.json"),
            Activity::Presenting,
        ),
        (
            include_str!("../examples/presence-get.communications.response.json"),
            Activity::BeRightBack,
        ),
        (
            include_str!("../examples/presence-get.other-user-with-statusmessage.response.json"),
            Activity::Available,
        ),
    ] {
        let (server, graph) = server(move |_| status(200).body(Body::from(body)).unwrap()).await;
        let by_id = graph.read_presence_by_id(TOKEN, OID).await.unwrap();
        let presence = graph.read_presence_of(TOKEN, OID).await.unwrap();
        assert_eq!(by_id, presence);
        assert_eq!(serde_json::to_value(&presence).unwrap(), json(body));
        assert_eq!(presence.doing(), doing);
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen[0].line, format!("GET /v1.0/communications/presences/{OID}"));
        assert_eq!(seen[1].line, format!("GET /v1.0/users/{OID}/presence"));
    }
}

#[tokio::test]
async fn the_documented_question_about_two_people_is_asked_and_its_answer_read() {
    const BODY: &str = include_str!("../examples/getPresencesByUserId.response.json");
    let (server, graph) = server(|_| status(200).body(Body::from(BODY)).unwrap()).await;
    let question = json(include_str!("../examples/getPresencesByUserId.request.json"));
    let ids: Vec<String> = serde_json::from_value(question["ids"].clone()).unwrap();
    // In another order and another case than asked and answered, twice, and with somebody unknown.
    let asked = [ids[1].to_uppercase(), ids[0].clone(), "nobody".into(), ids[1].clone()];
    let read = graph.get_presences_by_user_id(TOKEN, &asked).await.unwrap();
    let answer = json(BODY);
    let expected = [
        Some(&answer["value"][1]),
        Some(&answer["value"][0]),
        None,
        Some(&answer["value"][1]),
    ];
    let read: Vec<Option<Value>> = read
        .iter()
        .map(|read| Some(serde_json::to_value(read.as_ref()?).unwrap()))
        .collect();
    assert_eq!(read.iter().map(Option::as_ref).collect::<Vec<_>>(), expected);

    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line, "POST /v1.0/communications/getPresencesByUserId");
    assert_eq!(json(&seen[0].body), json!({"ids": [ids[1], ids[0], "nobody"]}));
}

#[tokio::test]
async fn any_number_of_people_is_asked_about_650_at_a_time() {
    for (people, requests) in [
        (0, vec![]),
        (1, vec![1]),
        (650, vec![650]),
        (651, vec![650, 1]),
        (1_400, vec![650, 650, 100]),
    ] {
        let (server, graph) = server(|seen| {
            let mut people: Vec<Value> = json(&seen.body)["ids"]
                .as_array()
                .unwrap()
                .iter()
                .map(|id| json!({"id": id, "availability": "Busy", "activity": id}))
                .collect();
            people.reverse();
            people.push(json!({"id": "no presence"}));
            status(200)
                .body(Body::from(json!({"value": people}).to_string()))
                .unwrap()
        })
        .await;
        let ids: Vec<String> = (0..people).map(|number| format!("user-{number}")).collect();
        let read = graph.get_presences_by_user_id(TOKEN, &ids).await.unwrap();
        let activities: Vec<_> = read.iter().map(|read| read.as_ref().unwrap().activity()).collect();
        assert_eq!(activities, ids);
        let seen = server.seen.lock().unwrap();
        let asked: Vec<_> = seen
            .iter()
            .map(|seen| json(&seen.body)["ids"].as_array().unwrap().len())
            .collect();
        assert_eq!(asked, requests);
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_nonsense() {
    for body in ["{}", "[]", r#"{"value":null}"#, r#"{"value":{"id":"x"}}"#, "<html>"] {
        let (_, graph) = server(move |_| status(200).body(Body::from(body)).unwrap()).await;
        let read = graph.get_presences_by_user_id(TOKEN, &[OID]).await;
        assert!(matches!(read, Err(RequestError::Nonsense(_))), "{body}: {read:?}");
        let buildings = graph.list_buildings(TOKEN).await;
        assert!(
            matches!(buildings, Err(RequestError::Nonsense(_))),
            "{body}: {buildings:?}"
        );
    }
}

#[test]
fn the_documented_message_with_an_end_in_a_windows_zone_reads_back() {
    let sent = json(include_str!("../examples/setStatusMessage.with-expiry.request.json"));
    let read = json!({"availability": "Busy", "statusMessage": sent["statusMessage"]});
    let message = Presence::from_graph(read).unwrap().message().unwrap();
    assert_eq!(message.text, "Hey I'm currently in a meeting.");
    assert_eq!(message.until, Some("2022-10-19T00:05:33.2079781Z".parse().unwrap()));
}

#[test]
fn a_full_presence_of_ones_own_reads_in_all_its_parts() {
    let presence = Presence::from_graph(json(include_str!("../examples/presence.full.constructed.json"))).unwrap();
    assert_eq!(presence.id(), OID);
    assert_eq!(presence.doing(), Activity::InAMeeting);
    assert_eq!(presence.sequence_number(), Some("A0129311063"));
    assert_eq!(presence.out_of_office(), None);
    let message = ShownMessage {
        text: "Deep work".into(),
        pinned: true,
        until: Some("2026-01-15T17:00:00Z".parse().unwrap()),
        published: Some("2026-01-15T08:00:00Z".parse().unwrap()),
    };
    assert_eq!(presence.message(), Some(message));
    let location = ShownLocation {
        kind: LocationKind::Remote,
        place: None,
        source: LocationSource::Manual,
    };
    assert_eq!(presence.location(), Some(location));
}
