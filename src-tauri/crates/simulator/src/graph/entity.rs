//! The presence object, as each cloud has it.

use serde_json::{Map, Value, json};

use crate::tenant::Cloud;
use crate::tenant::message::{StatusMessage, utc_date_time};
use crate::tenant::person::Seen;

/// Adds the whole object to `found`. Expiry and time of the status message are for their owner only.
pub(super) fn presence(found: &mut Value, oid: &str, seen: &Seen<'_>, sequence: &str, own: bool, cloud: Cloud) {
    found["id"] = oid.into();
    found["availability"] = (*seen.shown.availability).into();
    found["activity"] = (*seen.shown.activity).into();
    if cloud == Cloud::Global {
        found["sequenceNumber"] = sequence.into();
        found["outOfOfficeSettings"] = out_of_office(seen);
    }
    found["statusMessage"] = seen.message.map_or(Value::Null, |message| status_message(message, own));
    if cloud == Cloud::Global {
        found["workLocation"] = json!({
            "placeId": seen.location.place_id,
            "source": seen.location.source,
            "workLocationType": seen.location.kind,
        });
    }
}

/// What is told of each of many.
pub(super) fn short_presence(oid: &str, seen: &Seen<'_>, cloud: Cloud) -> Value {
    let mut found = Map::new();
    found.insert("id".into(), oid.into());
    found.insert("availability".into(), (*seen.shown.availability).into());
    found.insert("activity".into(), (*seen.shown.activity).into());
    if cloud == Cloud::Global {
        found.insert("outOfOfficeSettings".into(), out_of_office(seen));
    }
    Value::Object(found)
}

fn out_of_office(seen: &Seen<'_>) -> Value {
    json!({ "message": seen.out_of_office, "isOutOfOffice": seen.is_out_of_office })
}

fn status_message(message: &StatusMessage, own: bool) -> Value {
    let text = json!({ "content": message.content, "contentType": "text" });
    if !own {
        return json!({ "message": text });
    }
    let expiry = message
        .expires
        .map(|at| json!({ "dateTime": utc_date_time(at), "timeZone": "UTC" }));
    json!({
        "publishedDateTime": format!("{}Z", utc_date_time(message.published)),
        "message": text,
        "expiryDateTime": expiry,
    })
}
