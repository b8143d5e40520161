//! A personal account: it has a name, and no presence.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use jiff::Timestamp;
use serde_json::Value;
use simulator::graph::{Request, answer};
use simulator::tenant::Tenant;
use simulator::tenant::people::PERSONAL;

#[test]
fn a_personal_account_has_a_profile_and_no_presence() {
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut tenant = Tenant::new("http://127.0.0.1", [7; 32], now);
    let token = tenant
        .admit(PERSONAL, "User.Read Presence.Read Presence.ReadWrite", now)
        .unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(
        header::AUTHORIZATION,
        HeaderValue::from_str(&format!("Bearer {token}")).unwrap(),
    );
    for (method, target, status) in [
        (Method::GET, "/v1.0/me", 200),
        (Method::GET, "/v1.0/me/presence", 400),
        (Method::POST, "/v1.0/me/presence/clearUserPreferredPresence", 400),
    ] {
        let request = Request {
            method: &method,
            target,
            headers: &headers,
            body: &[],
        };
        let answer = answer(&mut tenant, &request, now);
        assert_eq!(answer.status, status, "{target}");
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let told = if status == 200 {
            &body["displayName"]
        } else {
            &body["error"]["code"]
        };
        assert!(told.is_string(), "{body}");
    }
}
