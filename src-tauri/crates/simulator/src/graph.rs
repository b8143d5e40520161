//! Answering as Microsoft Graph, still without a socket: a request in, an answer out.
//!
//! The HTTP face carries the two across a connection; a simulation of a client may call [`answer`] by itself. What
//! happens on the way ([`crate::tenant::weather`]) is up to whoever carries.

mod batch;
mod body;
mod entity;
mod path;
mod places;
mod presence;
mod profile;
mod refusal;
mod writes;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;

use crate::origin::origin;
use crate::tenant::tokens::{BearerError, Grant};
use crate::tenant::weather::{Instead, http_date};
use crate::tenant::{Cloud, Tenant};
use body::RequestBody;
use path::Resource;
use refusal::{Ids, Refusal};

/// The content type of Graph's bodies.
const JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
/// Where Graph says which of its machines answered. The keys are Graph's, the machine is nobody's.
const DIAGNOSTIC: HeaderValue = HeaderValue::from_static(
    r#"{"ServerInfo":{"DataCenter":"Simulator","Slice":"E","Ring":"5","ScaleUnit":"000","RoleInstance":"SIM00000000"}}"#,
);
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const AGS_DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");
/// Longest `client-request-id` that comes back.
const LONGEST_ID: usize = 256;

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// How.
    pub method: &'r Method,
    /// Path and query, as they stand in the request line.
    pub target: &'r str,
    /// Any headers.
    pub headers: &'r HeaderMap,
    /// The whole body.
    pub body: &'r [u8],
}

/// What Graph answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The headers that Graph sends; not the length.
    pub headers: HeaderMap,
    /// JSON, or nothing.
    pub body: Vec<u8>,
}

/// Answers any request that is not Entra's, at `now`.
pub fn answer(tenant: &mut Tenant, request: &Request<'_>, now: Timestamp) -> Answer {
    let ids = Ids::new(tenant, request.headers, now);
    let origin = origin(request.headers).unwrap_or_else(|| tenant.authority().to_owned());
    let mut desk = Desk {
        tenant,
        origin: &origin,
        ids: &ids,
        now,
    };
    let outcome = desk.handle(request);
    written(outcome, &ids)
}

/// A body that is longer than any request needs.
pub fn too_large(tenant: &mut Tenant, headers: &HeaderMap, now: Timestamp) -> Answer {
    let refusal = Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        "The request is too large.",
    );
    written(Err(refusal), &Ids::new(tenant, headers, now))
}

/// The error that the weather asks for, as Graph says it.
pub fn weathered(tenant: &mut Tenant, headers: &HeaderMap, instead: &Instead, now: Timestamp) -> Answer {
    let ids = Ids::new(tenant, headers, now);
    let status = StatusCode::from_u16(instead.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (usual, message) = match status.as_u16() {
        401 => ("InvalidAuthenticationToken", "Access token validation failure."),
        403 => ("Forbidden", ""),
        429 => ("TooManyRequests", "Please retry again later."),
        503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
        _ => ("UnknownError", "An error has occurred."),
    };
    let origin = origin(headers).unwrap_or_else(|| tenant.authority().to_owned());
    let code = instead.code.as_deref().unwrap_or(usual);
    let message = instead.message.as_deref().unwrap_or(message);
    let mut refusal = match status {
        StatusCode::UNAUTHORIZED => Refusal::token(message, &origin).named(code),
        _ => Refusal::new(status, code, message),
    };
    if let Some(claims) = &instead.claims {
        refusal = refusal.demanding(claims);
    }
    refusal.retry_after.clone_from(&instead.retry_after);
    written(Err(refusal), &ids)
}

/// What a request came to.
enum Success {
    Found(Value),
    Done(StatusCode),
}

type Outcome = Result<Success, Refusal>;

/// Everything that answering takes.
struct Desk<'d> {
    tenant: &'d mut Tenant,
    origin: &'d str,
    ids: &'d Ids,
    now: Timestamp,
}

/// One request, alone or in a batch, of somebody whose token is good.
struct Call<'r> {
    method: &'r Method,
    /// Below `/v1.0/`, without the query.
    path: &'r str,
    query: &'r str,
    body: RequestBody<'r>,
}

impl Desk<'_> {
    /// Graph's own order: the token, the budget, the path, the permission, the person, the body.
    fn handle(&mut self, request: &Request<'_>) -> Outcome {
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let path = path
            .get(.."/v1.0/".len())
            .filter(|version| version.eq_ignore_ascii_case("/v1.0/"))
            .and_then(|version| path.get(version.len()..));
        let path = path.ok_or_else(|| Refusal::bad_request("Invalid version."))?;
        let grant = self.grant(request.headers)?;
        let call = Call {
            method: request.method,
            path,
            query,
            body: RequestBody::new(request.headers, request.body),
        };
        match Resource::named(path) {
            Ok(Resource::Batch) => batch::answer(self, &grant, &call),
            _ => self.call(&grant, &call),
        }
    }

    /// Anything but a batch.
    fn call(&mut self, grant: &Grant, call: &Call<'_>) -> Outcome {
        let resource = Resource::named(call.path).map_err(|unknown| Refusal::no_such_segment(&unknown.0))?;
        let wanted = match &resource {
            Resource::Batch => return Err(Refusal::bad_request("A batch cannot contain a batch.")),
            Resource::Write(_, action) if self.tenant.cloud != Cloud::Global && action.is_about_location() => {
                return Err(Refusal::no_such_segment(
                    call.path.rsplit('/').next().unwrap_or_default(),
                ));
            }
            Resource::Write(..) | Resource::PresencesByUserId => Method::POST,
            _ => Method::GET,
        };
        if *call.method != wanted {
            return Err(Refusal::wrong_method(call.method));
        }
        match resource {
            Resource::Me => profile::answer(self, grant, call),
            Resource::Buildings => places::list(self, grant, call),
            Resource::Place(id) => places::one(self, grant, &id),
            Resource::Presence(who) => presence::one(self, grant, call, &who),
            Resource::PresencesByUserId => presence::many(self, grant, call),
            Resource::Write(who, action) => presence::write(self, grant, call, &who, action),
            // Said above.
            Resource::Batch => Err(Refusal::no_such_segment(call.path)),
        }
    }

    fn grant(&self, headers: &HeaderMap) -> Result<Grant, Refusal> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = bearer
            .and_then(|value| value.split_once(' '))
            .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
        let Some((_, token)) = token else {
            return Err(Refusal::token("Access token is empty.", self.origin));
        };
        self.tenant.bearer(token.trim(), self.now).cloned().map_err(|error| {
            let refusal = Refusal::token(&error.to_string(), self.origin);
            match error {
                BearerError::Challenge(claims) => refusal.demanding(&STANDARD.encode(claims)),
                BearerError::Unknown | BearerError::Expired => refusal,
            }
        })
    }
}

impl Call<'_> {
    /// The options of the query by lower-case name without `$`; any but `allowed` is refused. What does not begin with
    /// `$` is no option of `OData`, and ignored.
    fn allow_options(&self, allowed: &[&str]) -> Result<Vec<(String, String)>, Refusal> {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        let options = pairs.filter_map(|(name, value)| {
            let name = name.strip_prefix('$')?.to_ascii_lowercase();
            Some((name, value.into_owned()))
        });
        options
            .map(|(name, value)| {
                if allowed.contains(&name.as_str()) {
                    Ok((name, value))
                } else {
                    Err(Refusal::bad_request(&format!(
                        "The query option '${name}' is not allowed."
                    )))
                }
            })
            .collect()
    }
}

impl Ids {
    fn new(tenant: &mut Tenant, headers: &HeaderMap, now: Timestamp) -> Self {
        let request = tenant.guid();
        let given = headers.get(&CLIENT_REQUEST_ID).and_then(|id| id.to_str().ok());
        let client_request = given.filter(|id| id.len() <= LONGEST_ID).unwrap_or(&request).to_owned();
        Self {
            request,
            client_request,
            now,
        }
    }
}

/// The answer, with the headers that every answer of Graph carries.
fn written(outcome: Outcome, ids: &Ids) -> Answer {
    let mut headers = HeaderMap::with_capacity(8);
    let mut tell = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    tell(REQUEST_ID, &ids.request);
    tell(CLIENT_REQUEST_ID, &ids.client_request);
    tell(header::DATE, &http_date(ids.now));
    let (status, body) = match outcome {
        Ok(Success::Done(status)) => (status, None),
        Ok(Success::Found(found)) => (StatusCode::OK, Some(found)),
        Err(refusal) => {
            for (name, text) in refusal.headers() {
                tell(name, text);
            }
            (refusal.status, Some(refusal.body(ids)))
        }
    };
    headers.insert(AGS_DIAGNOSTIC, DIAGNOSTIC);
    if body.is_some() {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    Answer {
        status,
        headers,
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    }
}
