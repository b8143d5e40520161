//! Answering as Microsoft Graph: who asks, may they, and about whom.

mod refusal;
mod writes;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Shared;
use crate::tenant::Tenant;
use crate::tenant::message::utc_date_time;
use crate::tenant::people::{Account, Seen};
use crate::tenant::tokens::Grant;
use refusal::{Context, Refusal};

/// Any request that is not Entra's or the simulator's own.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let context = Context::new(&shared, &headers);
    let mut world = shared.world();
    let now = world.now();
    let call = Call {
        method,
        uri: &uri,
        headers: &headers,
        body: &body,
        origin: &shared.origin,
        now,
    };
    let outcome = call.answer(&mut world.tenant);
    drop(world);
    let response = match outcome {
        Ok(Success::Done(status)) => status.into_response(),
        Ok(Success::Found(entity)) => ([(header::CONTENT_TYPE, refusal::JSON)], entity.to_string()).into_response(),
        Err(refusal) => context.refuse(&refusal),
    };
    context.sign(response)
}

/// A body that is longer than any request needs.
pub(super) fn too_large(shared: &Shared, headers: &HeaderMap) -> Response {
    let context = Context::new(shared, headers);
    context.sign(context.refuse(&Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        "The request is too large.",
    )))
}

/// The error a weather rule asks for, as this face says it.
pub(super) fn weathered(shared: &Shared, headers: &HeaderMap, status: StatusCode, code: Option<&str>) -> Response {
    let context = Context::new(shared, headers);
    let (usual, message) = match status.as_u16() {
        401 => ("InvalidAuthenticationToken", "Access token validation failure."),
        403 => ("Forbidden", ""),
        429 => ("TooManyRequests", "Please retry again later."),
        503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
        _ => ("UnknownError", "An error has occurred."),
    };
    context.sign(context.refuse(&Refusal::new(status, code.unwrap_or(usual), message)))
}

enum Success {
    Found(Value),
    Done(StatusCode),
}

struct Call<'r> {
    method: Method,
    uri: &'r Uri,
    headers: &'r HeaderMap,
    body: &'r [u8],
    origin: &'r str,
    now: Timestamp,
}

impl Call<'_> {
    /// Graph's own order: the token, the path, the permission, the person, the body.
    fn answer(&self, tenant: &mut Tenant) -> Result<Success, Refusal> {
        let path = self
            .uri
            .path()
            .strip_prefix("/v1.0/")
            .ok_or_else(|| Refusal::no_such_path(self.uri.path()))?;
        let grant = self.grant(tenant)?;
        let segments: Vec<&str> = path.split('/').collect();
        let reads = self.method == Method::GET;
        match segments.as_slice() {
            ["me"] if reads => self.profile(tenant, &grant),
            ["me", "presence"] if reads => self.presence(tenant, &grant, grant.oid),
            ["users", id, "presence"] | ["communications", "presences", id] if reads => {
                self.presence(tenant, &grant, id)
            }
            ["me", "presence", action] => self.write(tenant, &grant, grant.oid, action),
            ["users", id, "presence", action] => self.write(tenant, &grant, id, action),
            ["me"] | ["me", "presence"] | ["users", _, "presence"] | ["communications", "presences", _] => {
                Err(Refusal::wrong_method(&self.method))
            }
            _ => Err(Refusal::no_such_path(self.uri.path())),
        }
    }

    fn grant(&self, tenant: &Tenant) -> Result<Grant, Refusal> {
        let bearer = self
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = bearer
            .and_then(|value| value.split_once(' '))
            .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
        let Some((_, token)) = token else {
            return Err(Refusal::token("Access token is empty."));
        };
        tenant
            .bearer(token.trim(), self.now)
            .cloned()
            .map_err(|error| Refusal::token(&error.to_string()))
    }

    fn profile(&self, tenant: &mut Tenant, grant: &Grant) -> Result<Success, Refusal> {
        if !grant.allows(&["User.Read"]) {
            let message = "Insufficient privileges to complete the operation.";
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Authorization_RequestDenied",
                message,
            ));
        }
        let person = tenant.person(grant.oid).ok_or_else(Refusal::no_such_person)?;
        let Account {
            first_name,
            name,
            mail,
            oid,
        } = *person.account();
        Ok(Success::Found(json!({
            "@odata.context": format!("{}/v1.0/$metadata#users/$entity", self.origin),
            "id": oid,
            "displayName": name,
            "givenName": first_name,
            "mail": mail,
            "userPrincipalName": mail,
        })))
    }

    fn presence(&self, tenant: &mut Tenant, grant: &Grant, id: &str) -> Result<Success, Refusal> {
        let own = id.eq_ignore_ascii_case(grant.oid);
        let enough: &[&str] = if own {
            &["Presence.Read", "Presence.Read.All"]
        } else {
            &["Presence.Read.All"]
        };
        if !grant.allows(enough) {
            return Err(Refusal::forbidden());
        }
        let person = tenant.person(id).ok_or_else(Refusal::no_such_person)?;
        let (seen, sequence) = person.read(self.now);
        let oid = person.account().oid;
        Ok(Success::Found(entity(self.origin, oid, &seen, &sequence, own)))
    }

    fn write(&self, tenant: &mut Tenant, grant: &Grant, id: &str, action: &str) -> Result<Success, Refusal> {
        let write = writes::Action::named(action).ok_or_else(|| Refusal::no_such_path(self.uri.path()))?;
        if self.method != Method::POST {
            return Err(Refusal::wrong_method(&self.method));
        }
        if !grant.allows(&["Presence.ReadWrite"]) {
            return Err(Refusal::forbidden());
        }
        if !id.eq_ignore_ascii_case(grant.oid) {
            let message = "Cannot set the presence of another user";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized", message));
        }
        let person = tenant.person(grant.oid).ok_or_else(Refusal::no_such_person)?;
        let body = writes::RequestBody {
            kind: self.headers.get(header::CONTENT_TYPE),
            bytes: self.body,
        };
        write
            .perform(&body, person, &grant.client_id, self.now)
            .map(Success::Done)
    }
}

/// The presence object. Expiry and time of the status message are for their owner only.
fn entity(origin: &str, oid: &str, seen: &Seen, sequence: &str, own: bool) -> Value {
    let message = seen.message.as_ref().map(|message| {
        let text = json!({ "content": message.content, "contentType": "text" });
        let expiry = message
            .expires
            .map(|at| json!({ "dateTime": utc_date_time(at), "timeZone": "UTC" }));
        if own {
            let published = format!("{}Z", utc_date_time(message.published));
            json!({ "publishedDateTime": published, "message": text, "expiryDateTime": expiry })
        } else {
            json!({ "message": text })
        }
    });
    json!({
        "@odata.context": format!("{origin}/v1.0/$metadata#users('{oid}')/presence/$entity"),
        "id": oid,
        "availability": seen.shown.availability,
        "activity": seen.shown.activity,
        "sequenceNumber": sequence,
        "outOfOfficeSettings": { "message": seen.out_of_office, "isOutOfOffice": seen.out_of_office.is_some() },
        "statusMessage": message,
        "workLocation": {
            "placeId": seen.location.place_id,
            "source": seen.location.source,
            "workLocationType": seen.location.kind,
        },
    })
}
