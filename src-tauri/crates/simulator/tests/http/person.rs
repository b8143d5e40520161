//! Somebody who is signed in and asks Graph.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::walk::{Stage, json};

/// Somebody who is signed in.
pub(crate) struct Person {
    pub(crate) tenant: Stage,
    pub(crate) token: String,
    pub(crate) oid: String,
}

impl Person {
    pub(crate) async fn signed_in(scopes: &str) -> Self {
        let tenant = Stage::open().await;
        let token = tenant.sign_in(scopes).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let oid = tenant.simulator.announcement().oid.clone();
        Self { tenant, token, oid }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: &str) -> Response {
        let request = self
            .tenant
            .client
            .request(method, self.tenant.at(path))
            .bearer_auth(&self.token);
        let request = kind
            .into_iter()
            .fold(request, |request, kind| request.header("content-type", kind));
        request.body(body.to_owned()).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None, "").await
    }

    pub(crate) async fn presence(&self) -> Value {
        json(self.get("/v1.0/me/presence").await).await
    }

    pub(crate) async fn write(&self, action: &str, body: &Value) -> Response {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let kind = (!body.is_empty()).then_some("application/json");
        self.send(Method::POST, &format!("/v1.0/me/presence/{action}"), kind, &body)
            .await
    }
}

/// The error of an answer that has the status and Graph's error envelope.
pub(crate) async fn refused(answer: Response, status: u16) -> Value {
    assert_eq!(answer.status(), status);
    assert!(answer.headers().contains_key("request-id") && answer.headers().contains_key("client-request-id"));
    let body = json(answer).await;
    let inner = &body["error"]["innerError"];
    assert!(
        body["error"]["code"].is_string() && body["error"]["message"].is_string(),
        "{body}"
    );
    assert!(inner["date"].is_string() && inner["request-id"].is_string(), "{body}");
    body["error"].clone()
}
