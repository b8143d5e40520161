//! Signing in on the browser of another device.

use reqwest::Method;
use serde_json::Value;

use crate::walk::{SCOPES, Stage, fields, json, value};

const PAGE: &str = "/common/oauth2/deviceauth";

impl Stage {
    async fn begin_device(&self) -> Value {
        let form = [
            ("client_id", self.simulator.announcement().client_id.as_str()),
            ("scope", SCOPES),
        ];
        let url = self.at("/organizations/oauth2/v2.0/devicecode");
        let answer = self.client.post(url).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        json(answer).await
    }

    async fn poll(&self, begun: &Value) -> Value {
        let answer = self
            .token(&[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("client_id", &self.simulator.announcement().client_id),
                ("device_code", begun["device_code"].as_str().unwrap()),
            ])
            .await;
        // The next poll comes in time, without anybody waiting for it.
        self.control("clock", serde_json::json!({ "advance": "PT10S" })).await;
        json(answer).await
    }

    async fn type_in(&self, form: &[(&str, &str)]) -> String {
        let request = self.client.request(Method::POST, self.at(PAGE)).form(form);
        request.send().await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn a_device_is_signed_in_by_who_types_its_code() {
    let tenant = Stage::open().await;
    let begun = tenant.begin_device().await;
    assert_eq!(begun["verification_uri"], tenant.at(PAGE));
    assert_eq!((&begun["expires_in"], &begun["interval"]), (&900.into(), &5.into()));
    let code = begun["user_code"].as_str().unwrap();
    assert!(begun["message"].as_str().unwrap().contains(code));
    assert_eq!(tenant.poll(&begun).await["error"], "authorization_pending");

    let page = tenant
        .client
        .get(tenant.at(PAGE))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("name=\"otc\""), "{page}");
    assert!(tenant.type_in(&[("otc", "WRONG")]).await.contains("id=\"problem\""));
    let page = tenant.type_in(&[("otc", &code.to_lowercase())]).await;
    assert!(page.contains("id=\"person-noor\""), "{page}");
    let noor = "e83b60d2-47a9-4c1e-b5f0-6a2984cd71fe";
    let carried = value(&fields(&page), "otc");
    let consent = tenant.type_in(&[("otc", &carried), ("person", noor)]).await;
    assert!(consent.contains("id=\"accept\""), "{consent}");
    let carried = fields(&consent);
    let form = [
        ("otc", value(&carried, "otc")),
        ("person", value(&carried, "person")),
        ("consent", "accept".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(tenant.type_in(&form).await.contains("noor.elamin@harbourlight.example"));

    let answer = tenant.poll(&begun).await;
    for part in ["access_token", "refresh_token", "id_token"] {
        assert!(answer[part].is_string(), "{part} in {answer}");
    }
    assert_eq!(tenant.poll(&begun).await["error"], "invalid_grant");
}

#[tokio::test]
async fn a_device_hears_of_a_cancelled_page_and_of_the_end_of_its_code() {
    let tenant = Stage::open().await;
    let begun = tenant.begin_device().await;
    tenant
        .type_in(&[("otc", begun["user_code"].as_str().unwrap()), ("cancel", "1")])
        .await;
    assert_eq!(tenant.poll(&begun).await["error"], "authorization_declined");
    let begun = tenant.begin_device().await;
    tenant.control("clock", serde_json::json!({ "advance": "PT15M" })).await;
    assert_eq!(tenant.poll(&begun).await["error"], "expired_token");
}
