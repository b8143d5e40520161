//! The Places directory: the tenant's buildings.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Call, Desk, Outcome, Success};
use crate::tenant::Cloud;
use crate::tenant::place::{Place, place, places};
use crate::tenant::tokens::Grant;

/// Buildings come in pages of this many, unless `$top` says fewer.
const PAGE: usize = 1_000;

/// `GET /places/microsoft.graph.building`, in pages.
pub(super) fn list(desk: &mut Desk<'_>, grant: &Grant, call: &Call<'_>) -> Outcome {
    may_read(grant)?;
    let mut page = PAGE;
    let mut start = 0;
    for (name, value) in call.allow_options(&["top", "skip", "skiptoken"])? {
        let number = value
            .strip_prefix(if name == "skiptoken" { "after-" } else { "" })
            .and_then(|number| number.parse::<usize>().ok())
            .filter(|number| name != "top" || (1..=PAGE).contains(number))
            .ok_or_else(|| Refusal::bad_request(&format!("Invalid value '{value}' for ${name}.")))?;
        if name == "top" {
            page = number;
        } else {
            start = number;
        }
    }
    let all = places();
    let rest = all.get(start..).unwrap_or_default();
    let cloud = desk.tenant.cloud;
    let shown: Vec<Value> = rest.iter().take(page).map(|place| building(place, cloud)).collect();
    let list = format!("{}/v1.0/places/microsoft.graph.building", desk.origin);
    let mut found = json!({
        "@odata.context": format!("{}/v1.0/$metadata#places/microsoft.graph.building", desk.origin),
        "value": shown,
    });
    if rest.len() > page {
        found["@odata.nextLink"] = format!("{list}?$top={page}&$skiptoken=after-{}", start + page).into();
    }
    Ok(Success::Found(found))
}

/// `GET /places/{id}`.
pub(super) fn one(desk: &mut Desk<'_>, grant: &Grant, id: &str) -> Outcome {
    may_read(grant)?;
    let missing = || {
        Refusal::new(
            axum::http::StatusCode::NOT_FOUND,
            "ResourceNotFound",
            "The place was not found.",
        )
    };
    let mut found = json!({
        "@odata.context": format!("{}/v1.0/$metadata#places/$entity", desk.origin),
        "@odata.type": "#microsoft.graph.building",
    });
    let building = building(place(id).ok_or_else(missing)?, desk.tenant.cloud);
    if let (Some(found), Value::Object(building)) = (found.as_object_mut(), building) {
        found.extend(building);
    }
    Ok(Success::Found(found))
}

fn may_read(grant: &Grant) -> Result<(), Refusal> {
    if grant.allows(&["Place.Read.All"]) {
        Ok(())
    } else {
        Err(Refusal::forbidden())
    }
}

/// A `building`. `id` and `placeId` are the same here; which of the two a client must use is not documented.
fn building(place: &Place, cloud: Cloud) -> Value {
    let mut building = json!({
        "id": place.id,
        "displayName": place.name,
        "address": { "street": place.street, "city": place.city },
        "geoCoordinates": null,
        "isWheelChairAccessible": true,
        "label": null,
        "parentId": null,
        "phone": null,
        "tags": [],
        "resourceLinks": [],
        "wifiState": "unknown",
    });
    if cloud == Cloud::Global {
        building["placeId"] = place.id.into();
    }
    building
}
