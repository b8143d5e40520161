//! What the simulator answers, held against the schema that Microsoft publishes.

use std::collections::BTreeMap;

use reqwest::Method;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::person::Person;
use crate::walk::json;

const GLOBAL: &str = include_str!("../schema/v1.0-global.csdl");
const US_GOV: &str = include_str!("../schema/v1.0-us-gov-high.csdl");
const EVERYTHING: &str = "openid profile Presence.Read Presence.Read.All Presence.ReadWrite User.Read Place.Read.All";

struct Property {
    kind: String,
    nullable: bool,
}

/// The types of a schema, by name.
struct Schema {
    types: BTreeMap<String, BTreeMap<String, Property>>,
    enums: BTreeMap<String, Vec<String>>,
    actions: Vec<String>,
}

impl Schema {
    fn read(csdl: &str) -> Self {
        let document = Document::parse(csdl).unwrap();
        let named = |tag: &'static str| {
            let nodes = document
                .descendants()
                .filter(move |node| node.has_tag_name(("http://docs.oasis-open.org/odata/ns/edm", tag)));
            nodes
                .map(|node| (node.attribute("Name").unwrap().to_owned(), node))
                .collect::<Vec<_>>()
        };
        let elements: BTreeMap<String, Node> = named("EntityType").into_iter().chain(named("ComplexType")).collect();
        let types = elements.iter().map(|(name, node)| {
            let mut properties = BTreeMap::new();
            let mut next = Some(*node);
            while let Some(node) = next {
                for child in node.children().filter(|child| child.tag_name().name() == "Property") {
                    let property = Property {
                        kind: child.attribute("Type").unwrap().to_owned(),
                        nullable: child.attribute("Nullable") != Some("false"),
                    };
                    properties.insert(child.attribute("Name").unwrap().to_owned(), property);
                }
                let base = node.attribute("BaseType").map(|base| base.trim_start_matches("graph."));
                // The root of all entities is left out of the excerpt; it has the id and nothing else.
                if base == Some("entity") {
                    let id = Property {
                        kind: "Edm.String".to_owned(),
                        nullable: false,
                    };
                    properties.insert("id".to_owned(), id);
                }
                next = base.and_then(|base| elements.get(base).copied());
            }
            (name.clone(), properties)
        });
        let members = |node: &Node| {
            let members = node.children().filter_map(|member| member.attribute("Name"));
            members.map(str::to_owned).collect()
        };
        Self {
            types: types.collect(),
            enums: named("EnumType")
                .iter()
                .map(|(name, node)| (name.clone(), members(node)))
                .collect(),
            actions: named("Action").into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// Everything about the value that does not fit the type.
    fn flaws(&self, value: &Value, kind: &str, at: &str) -> Vec<String> {
        if let Some(element) = kind.strip_prefix("Collection(").and_then(|kind| kind.strip_suffix(')')) {
            let Some(values) = value.as_array() else {
                return vec![format!("{at}: {value} is no {kind}")];
            };
            return values.iter().flat_map(|value| self.flaws(value, element, at)).collect();
        }
        let name = kind.trim_start_matches("graph.");
        if let Some(properties) = self.types.get(name) {
            let Some(object) = value.as_object() else {
                return vec![format!("{at}: {value} is no {kind}")];
            };
            let own = object.iter().filter(|(name, _)| !name.starts_with("@odata."));
            return own
                .flat_map(|(name, value)| {
                    let at = format!("{at}.{name}");
                    match properties.get(name) {
                        None => vec![format!("{at}: not in the schema")],
                        Some(property) if value.is_null() && property.nullable => Vec::new(),
                        Some(property) => self.flaws(value, &property.kind, &at),
                    }
                })
                .collect();
        }
        let fits = match (kind, self.enums.get(name)) {
            (_, Some(members)) => value
                .as_str()
                .is_some_and(|word| members.iter().any(|member| member == word)),
            ("Edm.String", _) => value.is_string(),
            ("Edm.Boolean", _) => value.is_boolean(),
            ("Edm.DateTimeOffset", _) => {
                let text = value.as_str().unwrap_or_default();
                text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
            }
            // Left out of the excerpt.
            _ => kind.starts_with("graph."),
        };
        if fits {
            Vec::new()
        } else {
            vec![format!("{at}: {value} is no {kind}")]
        }
    }

    fn check(&self, value: &Value, kind: &str) {
        assert_eq!(self.flaws(value, kind, kind), Vec::<String>::new(), "{value}");
    }
}

/// As much as can be said about a person, and then less of it.
fn situations() -> Vec<Value> {
    let meeting =
        json!([{"start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z", "show_as": "busy", "meeting": true}]);
    vec![
        json!({}),
        json!({
            "message": {"content": "Deep work", "pinned": true, "expires": "2100-01-01T00:00:00Z"},
            "automatic_replies": {"message": "Back on Monday"},
            "calendar": meeting,
            "scheduled": {"kind": "office", "place_id": simulator::places()[0].id},
        }),
        json!({"message": {"content": "No end"}, "scheduled": {"kind": "timeOff"}}),
        json!({"teams": {"availability": "Holographic", "activity": "Holographic"}}),
        json!({"teams": null}),
    ]
}

#[tokio::test]
async fn every_answer_fits_the_published_schema_of_its_cloud() {
    for (cloud, csdl) in [("global", GLOBAL), ("us-gov", US_GOV)] {
        let schema = Schema::read(csdl);
        let person = Person::signed_in(EVERYTHING).await;
        let set = person.tenant.control("tenant", json!({"cloud": cloud})).await;
        assert_eq!(set.status(), 200);
        let other = person.tenant.look("state").await["people"][1]["oid"]
            .as_str()
            .unwrap()
            .to_owned();
        for mut situation in situations() {
            for oid in [&person.oid, &other] {
                situation["oid"] = json!(oid);
                assert_eq!(person.tenant.control("person", situation.clone()).await.status(), 200);
                let read = json(person.get(&format!("/v1.0/users/{oid}/presence")).await).await;
                assert_eq!(read["id"], *oid, "{read}");
                schema.check(&read, "graph.presence");
                let ids = json!({"ids": [oid]}).to_string();
                let path = "/v1.0/communications/getPresencesByUserId";
                let many = json(person.send(Method::POST, path, Some("application/json"), &ids).await).await;
                assert_eq!(many["value"][0]["id"], *oid, "{many}");
                schema.check(&many["value"], "Collection(graph.presence)");
            }
        }
        let own = person.presence().await;
        let global_alone = ["outOfOfficeSettings", "sequenceNumber", "workLocation"];
        for name in global_alone {
            assert_eq!(own.get(name).is_some(), cloud == "global", "{cloud} {name}");
        }
        let buildings = json(person.get("/v1.0/places/microsoft.graph.building").await).await;
        schema.check(&buildings["value"], "Collection(graph.building)");
        let id = buildings["value"][0]["id"].as_str().unwrap();
        let building = json(person.get(&format!("/v1.0/places/{id}")).await).await;
        schema.check(&building, "graph.building");
    }
}

#[tokio::test]
async fn an_action_is_there_exactly_where_the_schema_has_it() {
    let all = Schema::read(GLOBAL).actions;
    for (cloud, csdl) in [("global", GLOBAL), ("us-gov", US_GOV)] {
        let schema = Schema::read(csdl);
        let person = Person::signed_in(EVERYTHING).await;
        person.tenant.control("tenant", json!({"cloud": cloud})).await;
        // The calendar's own action is not the presence object's, and not here.
        for action in all.iter().filter(|action| *action != "setCurrentLocation") {
            let path = match action.as_str() {
                "getPresencesByUserId" => "/v1.0/communications/getPresencesByUserId".to_owned(),
                _ => format!("/v1.0/me/presence/{action}"),
            };
            let answer = person.send(Method::POST, &path, Some("application/json"), "[]").await;
            let message = json(answer).await["error"]["message"].as_str().unwrap().to_owned();
            let missing = message.starts_with("Resource not found for the segment");
            assert_eq!(missing, !schema.actions.contains(action), "{cloud} {action}: {message}");
        }
    }
}

#[test]
fn the_check_notices_what_does_not_fit() {
    let schema = Schema::read(GLOBAL);
    for (flawed, kind) in [
        (json!({"mood": "sunny"}), "graph.presence"),
        (json!({"id": null}), "graph.presence"),
        (json!({"activity": 1}), "graph.presence"),
        (
            json!({"outOfOfficeSettings": {"isOutOfOffice": "no"}}),
            "graph.presence",
        ),
        (json!({"workLocation": {"source": "satellite"}}), "graph.presence"),
        (json!({"workLocation": {"source": null}}), "graph.presence"),
        (
            json!({"statusMessage": {"publishedDateTime": "yesterday"}}),
            "graph.presence",
        ),
        (
            json!({"statusMessage": {"expiryDateTime": "2026-01-01"}}),
            "graph.presence",
        ),
        (json!([{"tags": null}]), "Collection(graph.building)"),
        (json!({}), "Collection(graph.building)"),
    ] {
        assert_eq!(schema.flaws(&flawed, kind, "").len(), 1, "{flawed}");
    }
    assert!(
        Schema::read(US_GOV)
            .flaws(&json!({"sequenceNumber": "A1"}), "graph.presence", "")
            .len()
            == 1
    );
}
