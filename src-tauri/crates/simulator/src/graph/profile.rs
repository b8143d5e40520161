//! `GET /me`: who the token belongs to.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Call, Desk, Outcome, Success};
use crate::tenant::tokens::Grant;

/// The default set of properties of a user, or those that `$select` names.
pub(super) fn answer(desk: &Desk<'_>, grant: &Grant, call: &Call<'_>) -> Outcome {
    if !grant.allows(&["User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All"]) {
        let message = "Insufficient privileges to complete the operation.";
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            message,
        ));
    }
    let options = call.allow_options(&["select"])?;
    let account = grant.account();
    let whole = json!({
        "businessPhones": [],
        "displayName": account.name,
        "givenName": account.name.split(' ').next(),
        "jobTitle": null,
        "mail": account.mail,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": account.name.split_once(' ').map(|(_, surname)| surname),
        "userPrincipalName": account.mail,
        "id": account.oid,
    });
    let Value::Object(whole) = whole else {
        return Err(Refusal::no_such_person());
    };
    let Some((_, names)) = options.first() else {
        return Ok(found(desk, "", whole));
    };
    let mut selected = Map::new();
    for name in names.split(',').map(str::trim) {
        let known = whole.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (known, value) = known.ok_or_else(|| {
            let flaw = format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
            Refusal::bad_request(&format!("Parsing OData Select and Expand failed: {flaw}"))
        })?;
        selected.insert(known.clone(), value.clone());
    }
    let names: Vec<&str> = selected.keys().map(String::as_str).collect();
    let names = format!("({})", names.join(","));
    Ok(found(desk, &names, selected))
}

fn found(desk: &Desk<'_>, selected: &str, properties: Map<String, Value>) -> Success {
    let mut body = Map::new();
    let context = format!("{}/v1.0/$metadata#users{selected}/$entity", desk.origin);
    body.insert("@odata.context".into(), context.into());
    body.extend(properties);
    Success::Found(Value::Object(body))
}
