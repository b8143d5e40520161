//! Reading presence, one person's or many's, and the rules of writing it.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::path::Who;
use super::refusal::Refusal;
use super::writes::Action;
use super::{Call, Desk, Outcome, Success, entity};
use crate::tenant::people::PERSONAL;
use crate::tenant::tokens::Grant;

/// Most people that can be asked for at once.
const MOST_IDS: usize = 650;

/// `GET …/presence`.
pub(super) fn one(desk: &mut Desk<'_>, grant: &Grant, call: &Call<'_>, who: &Who<'_>) -> Outcome {
    spend(desk, grant)?;
    let id = match who {
        Who::Me => grant.oid,
        Who::Id(id) => id,
    };
    let own = id.eq_ignore_ascii_case(grant.oid);
    let enough: &[&str] = if own {
        &["Presence.Read", "Presence.Read.All"]
    } else {
        &["Presence.Read.All"]
    };
    if !grant.allows(enough) {
        return Err(Refusal::forbidden());
    }
    // None is documented, and people report that `$select` fails.
    call.allow_options(&[])?;
    not_personal(id)?;
    let cloud = desk.tenant.cloud;
    let person = desk
        .tenant
        .colleague(grant.account(), id)
        .ok_or_else(Refusal::no_such_person)?;
    let oid = person.account().oid;
    let (seen, sequence) = person.read(desk.now);
    let mut found = json!({
        "@odata.context": format!("{}/v1.0/$metadata#users('{oid}')/presence/$entity", desk.origin),
    });
    entity::presence(&mut found, oid, &seen, &sequence, own, cloud);
    Ok(Success::Found(found))
}

/// `POST /communications/getPresencesByUserId`.
///
/// As short as the documented sample: no sequence number, no message, no location. People who are not in the tenant
/// are left out; the documentation does not say.
pub(super) fn many(desk: &mut Desk<'_>, grant: &Grant, call: &Call<'_>) -> Outcome {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ids {
        ids: Vec<String>,
    }
    spend(desk, grant)?;
    if !grant.allows(&["Presence.Read.All"]) {
        return Err(Refusal::forbidden());
    }
    call.allow_options(&[])?;
    let Ids { mut ids } = call.body.read()?;
    if ids.is_empty() || ids.len() > MOST_IDS {
        return Err(Refusal::bad_request("The number of ids must be from 1 to 650."));
    }
    for id in &mut ids {
        id.make_ascii_lowercase();
    }
    ids.sort_unstable();
    ids.dedup();
    let (now, cloud) = (desk.now, desk.tenant.cloud);
    let known = ids.iter().filter_map(|id| {
        let person = desk.tenant.colleague(grant.account(), id)?;
        let oid = person.account().oid;
        Some(entity::short_presence(oid, &person.read(now).0, cloud))
    });
    let known: Vec<Value> = known.collect();
    Ok(Success::Found(json!({
        "@odata.context": format!("{}/v1.0/$metadata#Collection(microsoft.graph.presence)", desk.origin),
        "value": known,
    })))
}

/// `POST …/presence/{action}`: for oneself only.
pub(super) fn write(desk: &mut Desk<'_>, grant: &Grant, call: &Call<'_>, who: &Who<'_>, action: Action) -> Outcome {
    spend(desk, grant)?;
    if !grant.allows(&["Presence.ReadWrite"]) {
        return Err(Refusal::forbidden());
    }
    call.allow_options(&[])?;
    if matches!(who, Who::Id(id) if !id.eq_ignore_ascii_case(grant.oid)) {
        let message = "Cannot set the presence of another user";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", message));
    }
    not_personal(grant.oid)?;
    let person = desk.tenant.person(grant.oid).ok_or_else(Refusal::no_such_person)?;
    action
        .perform(&call.body, person, &grant.client_id, desk.now)
        .map(Success::Done)
}

/// Counts the request; all of this file is what the presence budget is about.
fn spend(desk: &mut Desk<'_>, grant: &Grant) -> Result<(), Refusal> {
    let directory = grant.account().tenant_id();
    desk.tenant
        .budget
        .spend(directory, desk.now)
        .map_err(|wait| Refusal::throttled(format!("{:.3}", wait.as_secs_f64())))
}

/// Presence is for work and school accounts only.
fn not_personal(id: &str) -> Result<(), Refusal> {
    if id.eq_ignore_ascii_case(PERSONAL.oid) {
        return Err(Refusal::bad_request(
            "This operation is not supported for personal accounts.",
        ));
    }
    Ok(())
}
