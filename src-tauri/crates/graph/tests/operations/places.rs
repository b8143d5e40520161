use axum::body::Body;
use graph::{Building, RequestError};
use serde_json::{Value, json};

use crate::{
    TOKEN,
    server::{Seen, json, server, status},
};

fn page(buildings: &[&str], next: &Value) -> Body {
    let buildings: Vec<Value> = buildings
        .iter()
        .map(|id| json!({"@odata.type": "#microsoft.graph.building", "id": id, "displayName": format!("House {id}")}))
        .collect();
    Body::from(json!({"@odata.nextLink": next, "value": buildings}).to_string())
}

#[tokio::test]
async fn buildings_are_listed_over_all_pages() {
    let (server, graph) = server(|seen: &Seen| {
        let host = seen.headers["host"].to_str().unwrap();
        let next = json!(format!(
            "http://{host}/v1.0/places/microsoft.graph.building?$skiptoken=a%2Fb"
        ));
        let body = if seen.line.contains("skiptoken") {
            page(&["c"], &Value::Null)
        } else {
            page(&["a", "b"], &next)
        };
        status(200).body(body).unwrap()
    })
    .await;
    let building = |id: &str| Building {
        id: id.to_owned(),
        name: format!("House {id}"),
    };
    assert_eq!(
        graph.list_buildings(TOKEN).await.unwrap(),
        ["a", "b", "c"].map(building)
    );
    let seen = server.seen.lock().unwrap();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "GET /v1.0/places/microsoft.graph.building",
            "GET /v1.0/places/microsoft.graph.building?$skiptoken=a%2Fb"
        ]
    );
    for seen in seen.iter() {
        assert_eq!(seen.headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

#[tokio::test]
async fn the_token_never_follows_a_next_page_to_another_origin() {
    let (other, _) = server(|_| status(200).body(page(&["x"], &Value::Null)).unwrap()).await;
    for next in [
        json!(format!("{}/v1.0/places", other.origin)),
        json!("https://graph.microsoft.com.evil.example/v1.0/places"),
        json!("/v1.0/places"),
        json!("data:text/plain,x"),
        json!(""),
        json!(7),
    ] {
        let tells = next.clone();
        let (server, graph) = server(move |_| status(200).body(page(&["a"], &tells)).unwrap()).await;
        let listed = graph.list_buildings(TOKEN).await;
        assert!(matches!(listed, Err(RequestError::Nonsense(_))), "{next}: {listed:?}");
        assert_eq!(server.seen.lock().unwrap().len(), 1);
    }
    assert!(other.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_list_without_an_end_is_given_up() {
    let (server, graph) = server(|seen: &Seen| {
        let host = seen.headers["host"].to_str().unwrap();
        status(200)
            .body(page(&["a"], &json!(format!("http://{host}/again"))))
            .unwrap()
    })
    .await;
    let listed = graph.list_buildings(TOKEN).await;
    assert!(matches!(listed, Err(RequestError::Nonsense(_))), "{listed:?}");
    assert_eq!(server.seen.lock().unwrap().len(), 100);
}

#[tokio::test]
async fn without_an_administrators_consent_listing_is_forbidden() {
    let (_, graph) = server(|_| {
        let body = json(r#"{"error":{"code":"Forbidden","message":""}}"#);
        status(403).body(Body::from(body.to_string())).unwrap()
    })
    .await;
    assert_eq!(graph.list_buildings(TOKEN).await, Err(RequestError::Forbidden));
}
