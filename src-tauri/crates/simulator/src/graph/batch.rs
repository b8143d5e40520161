//! `POST /$batch`: up to 20 requests in one.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{Object, RequestBody};
use super::refusal::Refusal;
use super::{Call, Desk, JSON, Outcome, Success};
use crate::tenant::tokens::Grant;

/// Most requests in a batch.
const MOST: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    requests: Vec<Object<Item>>,
}

/// Properties that it does not know are ignored here, by Graph too: Microsoft's Python library sends an empty `depends_on`
/// with every request (microsoftgraph/msgraph-sdk-python-core#996).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    method: String,
    /// Below `/v1.0`, with or without a slash before it. The documentation has no other; Microsoft's Python library sends
    /// the whole address and is answered (microsoftgraph/msgraph-sdk-python-core#702).
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// Answers each request as if it came alone, in the order given; each counts against the budget.
///
/// The answers stand in the opposite order: the documentation allows any, and a client that takes the first answer
/// for the first request's is to notice here.
pub(super) fn answer(desk: &mut Desk<'_>, grant: &Grant, call: &Call<'_>) -> Outcome {
    if *call.method != Method::POST {
        return Err(Refusal::wrong_method(call.method));
    }
    let Batch { requests } = call.body.read()?;
    check(&requests)?;
    let mut failed = BTreeSet::new();
    let mut responses: Vec<Value> = Vec::with_capacity(requests.len());
    for Object(item) in &requests {
        let outcome = if item.depends_on.iter().any(|id| failed.contains(id.as_str())) {
            let message = "A request that this one depends on failed.";
            Err(Refusal::new(StatusCode::FAILED_DEPENDENCY, "FailedDependency", message))
        } else {
            one(desk, grant, item)
        };
        if outcome.is_err() {
            failed.insert(item.id.as_str());
        }
        responses.push(written(&item.id, outcome, desk));
    }
    responses.reverse();
    Ok(Success::Found(json!({ "responses": responses })))
}

/// What is wrong with the batch as a whole. That a request may depend only on one before it keeps out circles.
fn check(requests: &[Object<Item>]) -> Result<(), Refusal> {
    if requests.is_empty() {
        return Err(Refusal::bad_request("A batch has to contain at least one request."));
    }
    if requests.len() > MOST {
        let message = "Number of batch request steps exceeds the maximum value of 20.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "MaximumValueExceeded", message));
    }
    let mut known = BTreeSet::new();
    for Object(Item { id, depends_on, .. }) in requests {
        if id.is_empty() || known.contains(id.as_str()) {
            return Err(Refusal::bad_request(&format!(
                "Request Id {id} has to be unique in a batch."
            )));
        }
        if depends_on.iter().any(|earlier| !known.contains(earlier.as_str())) {
            return Err(Refusal::bad_request(&format!(
                "Request Id {id} depends on a request that does not stand before it."
            )));
        }
        known.insert(id.as_str());
    }
    Ok(())
}

fn one(desk: &mut Desk<'_>, grant: &Grant, item: &Item) -> Outcome {
    let method = Method::from_bytes(item.method.as_bytes());
    let method = method.map_err(|_| Refusal::bad_request("The method of the request is not valid."))?;
    let kind = item
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let body = item.body.as_ref().map(Value::to_string).unwrap_or_default();
    let whole = item
        .url
        .strip_prefix(desk.origin)
        .and_then(|path| path.strip_prefix("/v1.0"));
    let url = whole.unwrap_or(&item.url);
    let url = url.strip_prefix('/').unwrap_or(url);
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let call = Call {
        method: &method,
        path,
        query,
        body: RequestBody::of_kind(kind.map(|(_, kind)| kind.as_str()).unwrap_or_default(), body.as_bytes()),
    };
    desk.call(grant, &call)
}

fn written(id: &str, outcome: Outcome, desk: &Desk<'_>) -> Value {
    let mut headers = Map::new();
    let (status, body) = match outcome {
        Ok(Success::Found(found)) => (StatusCode::OK, Some(found)),
        Ok(Success::Done(status)) => (status, None),
        Err(refusal) => {
            for (name, text) in refusal.headers() {
                let name = if name == "retry-after" {
                    "Retry-After"
                } else {
                    "WWW-Authenticate"
                };
                headers.insert(name.into(), text.into());
            }
            (refusal.status, Some(refusal.body(desk.ids)))
        }
    };
    if body.is_some() {
        headers.insert("Content-Type".into(), JSON.to_str().unwrap_or_default().into());
    }
    json!({ "id": id, "status": status.as_u16(), "headers": headers, "body": body })
}
