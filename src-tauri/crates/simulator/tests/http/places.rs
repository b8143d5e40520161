//! Who I am, and the tenant's buildings.

use serde_json::{Value, json};

use crate::person::{Person, refused};
use crate::walk::{SCOPES, json};

#[tokio::test]
async fn me_is_the_default_set_of_properties_or_what_is_selected() {
    let person = Person::signed_in("User.Read").await;
    let graph = person.tenant.simulator.announcement().graph.clone();
    assert_eq!(
        json(person.get("/v1.0/me").await).await,
        json!({
            "@odata.context": format!("{graph}/v1.0/$metadata#users/$entity"),
            "businessPhones": [],
            "displayName": "Megan Ashdown",
            "givenName": "Megan",
            "jobTitle": null,
            "mail": "megan.ashdown@harbourlight.example",
            "mobilePhone": null,
            "officeLocation": null,
            "preferredLanguage": null,
            "surname": "Ashdown",
            "userPrincipalName": "megan.ashdown@harbourlight.example",
            "id": person.oid,
        })
    );
    for path in [
        "/v1.0/me?$select=displayName,id",
        "/v1.0/ME?%24select=displayName%2Cid&ignored=1",
    ] {
        assert_eq!(
            json(person.get(path).await).await,
            json!({
                "@odata.context": format!("{graph}/v1.0/$metadata#users(displayName,id)/$entity"),
                "displayName": "Megan Ashdown",
                "id": person.oid,
            })
        );
    }
    for query in ["$select=shoeSize", "$select=", "$expand=manager"] {
        refused(person.get(&format!("/v1.0/me?{query}")).await, 400).await;
    }
}

#[tokio::test]
async fn buildings_come_in_pages_that_link_to_the_next() {
    let person = Person::signed_in("Place.Read.All").await;
    let graph = person.tenant.simulator.announcement().graph.clone();
    let whole = json(person.get("/v1.0/places/microsoft.graph.building").await).await;
    let names = |page: &Value| {
        let places = page["value"].as_array().unwrap().iter();
        places
            .map(|place| place["displayName"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let known: Vec<String> = simulator::places().iter().map(|place| place.name.to_owned()).collect();
    assert!(known.len() > 1 && whole.get("@odata.nextLink").is_none(), "{whole}");
    assert_eq!(names(&whole), known);
    assert_eq!(whole["value"][0]["placeId"], simulator::places()[0].id);
    let mut path = "/v1.0/places/graph.building?$top=2".to_owned();
    let mut paged = Vec::new();
    loop {
        let page = json(person.get(&path).await).await;
        paged.extend(names(&page));
        match page["@odata.nextLink"].as_str() {
            Some(next) => path = next.strip_prefix(&graph).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, known);
    for query in ["$top=0", "$top=1001", "$top=x", "$skiptoken=1", "$skip=-1", "$filter=a"] {
        refused(
            person
                .get(&format!("/v1.0/places/microsoft.graph.building?{query}"))
                .await,
            400,
        )
        .await;
    }
    let one = format!("/v1.0/places/{}", simulator::places()[1].id);
    let one = json(person.get(&one).await).await;
    assert_eq!(
        (&one["displayName"], &one["@odata.type"]),
        (&json!(known[1]), &json!("#microsoft.graph.building"))
    );
    refused(person.get("/v1.0/places/9b").await, 404).await;
    refused(person.get("/v1.0/places/microsoft.graph.room").await, 400).await;
}

#[tokio::test]
async fn buildings_need_their_own_permission() {
    let person = Person::signed_in(SCOPES).await;
    refused(person.get("/v1.0/places/microsoft.graph.building").await, 403).await;
}
