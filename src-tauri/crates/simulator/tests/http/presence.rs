//! Graph's face: reading and the nine writes.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::tenant::people::{PEOPLE, PERSONAL};

use crate::person::{Person, refused};
use crate::walk::{self, SCOPES, json};

#[tokio::test]
async fn the_presence_object_has_graphs_shape() {
    let person = Person::signed_in(SCOPES).await;
    let presence = person.presence().await;
    let oid = &person.oid;
    let graph = &person.tenant.simulator.announcement().graph;
    assert_eq!(
        presence,
        json!({
            "@odata.context": format!("{graph}/v1.0/$metadata#users('{oid}')/presence/$entity"),
            "id": oid,
            "availability": "Available",
            "activity": "Available",
            "sequenceNumber": "A0129311063",
            "outOfOfficeSettings": { "message": null, "isOutOfOffice": false },
            "statusMessage": null,
            "workLocation": { "placeId": null, "source": "none", "workLocationType": "unspecified" },
        })
    );
    for path in [
        format!("/v1.0/users/{oid}/presence"),
        format!("/v1.0/communications/presences/{oid}"),
    ] {
        assert_eq!(json(person.get(&path).await).await, presence, "{path}");
    }
}

#[tokio::test]
async fn every_write_is_seen_by_the_next_read() {
    let person = Person::signed_in(SCOPES).await;
    let session = &person.tenant.simulator.announcement().client_id;
    let place = simulator::places()[0].id;
    let shown = |presence: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let message = presence["statusMessage"]["message"]["content"]
            .as_str()
            .unwrap_or("-")
            .to_owned();
        let location = &presence["workLocation"];
        [
            text(&presence["activity"]),
            message,
            text(&location["source"]),
            text(&location["workLocationType"]),
        ]
        .join(" ")
    };
    let mut last = String::new();
    for (action, body, status, expected) in [
        (
            "setPresence",
            json!({"sessionId": session, "availability": "Busy", "activity": "InACall"}),
            200,
            "InACall - none unspecified",
        ),
        (
            "setUserPreferredPresence",
            json!({"availability": "DoNotDisturb", "activity": "DoNotDisturb", "expirationDuration": "PT8H"}),
            200,
            "DoNotDisturb - none unspecified",
        ),
        (
            "clearPresence",
            json!({"sessionId": session}),
            200,
            "DoNotDisturb - none unspecified",
        ),
        (
            "clearUserPreferredPresence",
            json!({}),
            200,
            "Available - none unspecified",
        ),
        (
            "setStatusMessage",
            json!({"statusMessage": {"message": {"content": "Deep work", "contentType": "text"}}}),
            200,
            "Available Deep work none unspecified",
        ),
        (
            "setAutomaticLocation",
            json!({"workLocationType": "office", "placeId": place}),
            200,
            "Available Deep work automatic office",
        ),
        (
            "setManualLocation",
            json!({"workLocationType": "remote"}),
            200,
            "Available Deep work manual remote",
        ),
        (
            "clearAutomaticLocation",
            Value::Null,
            200,
            "Available Deep work manual remote",
        ),
        (
            "clearLocation",
            Value::Null,
            204,
            "Available Deep work none unspecified",
        ),
        (
            "setStatusMessage",
            json!({"statusMessage": {"message": {"content": "", "contentType": "text"}}}),
            200,
            "Available - none unspecified",
        ),
    ] {
        let answer = person.write(action, &body).await;
        assert_eq!(answer.status(), status, "{action}");
        assert!(answer.bytes().await.unwrap().is_empty(), "{action}");
        let presence = person.presence().await;
        assert_eq!(shown(&presence), expected, "{action}");
        let sequence = presence["sequenceNumber"].as_str().unwrap().to_owned();
        assert!(sequence >= last, "{action}");
        last = sequence;
    }
}

#[tokio::test]
async fn writes_go_by_object_id_too_but_never_for_somebody_else() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let state = person.tenant.look("state").await;
    let other = state["people"][1]["oid"].as_str().unwrap();
    let body = r#"{"availability":"Away","activity":"Away"}"#;
    for (oid, status) in [(person.oid.as_str(), 200), (other, 401), ("nobody", 401)] {
        let path = format!("/v1.0/users/{oid}/presence/setUserPreferredPresence");
        let answer = person
            .send(Method::POST, &path, Some("application/json; charset=utf-8"), body)
            .await;
        assert_eq!(answer.status(), status, "{oid}");
        if status == 401 {
            assert_eq!(
                json(answer).await["error"]["message"],
                "Cannot set the presence of another user"
            );
        }
    }
    assert_eq!(person.get(&format!("/v1.0/users/{other}/presence")).await.status(), 200);
    refused(person.get("/v1.0/users/nobody/presence").await, 404).await;
}

#[tokio::test]
async fn expiry_of_a_message_is_told_to_its_owner_alone() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let expiry = json!({"dateTime": "2099-01-15T17:00:00", "timeZone": "UTC"});
    let body = json!({"statusMessage": {"message": {"content": "Away a while"}, "expiryDateTime": expiry}});
    assert_eq!(person.write("setStatusMessage", &body).await.status(), 200);
    let own = person.presence().await["statusMessage"].clone();
    assert_eq!(
        own["expiryDateTime"],
        json!({"dateTime": "2099-01-15T17:00:00.0000000", "timeZone": "UTC"})
    );
    assert!(own["publishedDateTime"].as_str().unwrap().ends_with('Z'), "{own}");
    let fields = person.tenant.choose(1, &[("scope", "Presence.Read.All")]).await;
    let colleague = json(person.tenant.redeem(&walk::value(&fields, "code")).await).await;
    let path = person.tenant.at(&format!("/v1.0/users/{}/presence", person.oid));
    let request = person
        .tenant
        .client
        .get(path)
        .bearer_auth(colleague["access_token"].as_str().unwrap());
    let seen = json(request.send().await.unwrap()).await;
    assert_eq!(
        seen["statusMessage"],
        json!({"message": {"content": "Away a while", "contentType": "text"}})
    );
}

#[tokio::test]
async fn time_passes_on_demand() {
    let person = Person::signed_in(SCOPES).await;
    let busy = json!({"availability": "Busy", "activity": "Busy", "expirationDuration": "PT30M"});
    assert_eq!(person.write("setUserPreferredPresence", &busy).await.status(), 200);
    assert_eq!(person.presence().await["availability"], "Busy");
    assert_eq!(
        person
            .tenant
            .control("clock", json!({"advance": "PT30M"}))
            .await
            .status(),
        200
    );
    assert_eq!(person.presence().await["availability"], "Available");
    assert_eq!(
        person
            .tenant
            .control("clock", json!({"advance": "PT2H"}))
            .await
            .status(),
        200
    );
    let expired = refused(person.get("/v1.0/me/presence").await, 401).await;
    assert_eq!(expired["code"], "InvalidAuthenticationToken");
}

#[tokio::test]
async fn nobody_is_seen_beyond_the_tenant_and_a_personal_account_has_no_presence() {
    let person = Person::signed_in(&format!("{SCOPES} Presence.Read.All")).await;
    let elsewhere = PEOPLE
        .iter()
        .find(|account| account.organisation != PEOPLE[0].organisation)
        .unwrap();
    refused(
        person.get(&format!("/v1.0/users/{}/presence", elsewhere.oid)).await,
        404,
    )
    .await;
    refused(person.get(&format!("/v1.0/users/{}/presence", PERSONAL.oid)).await, 400).await;
    let ids = json!({"ids": [elsewhere.oid, PERSONAL.oid, person.oid]}).to_string();
    let path = "/v1.0/communications/getPresencesByUserId";
    let many = json(person.send(Method::POST, path, Some("application/json"), &ids).await).await;
    assert_eq!(many["value"].as_array().unwrap().len(), 1, "{many}");
}

#[tokio::test]
async fn every_path_and_spelling_leads_to_the_same_presence() {
    let person = Person::signed_in(SCOPES).await;
    let oid = &person.oid;
    let prefixes = [
        "/v1.0/me".to_owned(),
        format!("/v1.0/users/{oid}"),
        format!("/V1.0/Users('{oid}')"),
        format!("/v1.0/users/{}", oid.to_uppercase()),
    ];
    let mut presences: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}/presence")).collect();
    presences.push(format!("/v1.0/communications/presences/{oid}"));
    presences.push(format!("/v1.0/communications/presences('{oid}')"));
    for path in &presences {
        for (action, body) in [
            (
                "setUserPreferredPresence",
                r#"{"availability":"Away","activity":"Away"}"#,
            ),
            ("microsoft.graph.setManualLocation", r#"{"workLocationType":"remote"}"#),
            (
                "graph.SETSTATUSMESSAGE",
                r#"{"statusMessage":{"message":{"content":"x","@odata.type":"y"}}}"#,
            ),
        ] {
            let path = format!("{path}/{action}");
            let answer = person.send(Method::POST, &path, Some("application/json"), body).await;
            assert_eq!(answer.status(), 200, "{path}");
        }
        let read = json(person.get(path).await).await;
        assert_eq!(read["availability"], "Away", "{path}");
        for action in ["clearUserPreferredPresence", "clearLocation"] {
            let path = format!("{path}/{action}");
            assert!(
                person.send(Method::POST, &path, None, "").await.status().is_success(),
                "{path}"
            );
        }
    }
    refused(person.get("/v1.0/me/presence?$select=activity").await, 400).await;
    assert_eq!(person.get("/v1.0/me/presence?cache=no").await.status(), 200);
}

#[tokio::test]
async fn a_proxy_that_speaks_https_is_named_in_the_context() {
    let person = Person::signed_in(SCOPES).await;
    let request = person
        .tenant
        .client
        .get(person.tenant.at("/v1.0/me/presence"))
        .bearer_auth(&person.token);
    let request = request
        .header("host", "localhost:8443")
        .header("x-forwarded-proto", "https");
    let presence = json(request.send().await.unwrap()).await;
    let context = presence["@odata.context"].as_str().unwrap();
    assert!(
        context.starts_with("https://localhost:8443/v1.0/$metadata#users('"),
        "{context}"
    );
}
