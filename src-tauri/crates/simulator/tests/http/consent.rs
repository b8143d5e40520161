//! Who lets the application in: people, administrators, nobody.

use reqwest::header::LOCATION;
use reqwest::{Method, Response};
use serde_json::json as body;

use crate::walk::{REDIRECT, SCOPES, Stage, fields, json, value};

const NOOR: &str = "e83b60d2-47a9-4c1e-b5f0-6a2984cd71fe";
const PRIYA: &str = "7ac92e50-d16b-4830-8f4d-e9b571c2063a";
const RILEY: &str = "00000000-0000-0000-7d1c-2e49b0a63f85";

impl Stage {
    fn admin_consent(&self, method: Method, segment: &str, changes: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut query = vec![
            ("client_id", self.simulator.announcement().client_id.as_str()),
            (
                "scope",
                "https://graph.microsoft.com/Presence.Read https://graph.microsoft.com/Presence.ReadWrite",
            ),
            ("redirect_uri", REDIRECT),
            ("state", "st<at>e"),
        ];
        query.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        query.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.client
            .request(method, self.at(&format!("/{segment}/v2.0/adminconsent")))
            .query(&query)
    }
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 302);
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_never_consented_sees_what_is_asked_and_accepts_or_declines() {
    let tenant = Stage::open().await;
    let page = tenant.post(&[], &[("person", NOOR)]).await;
    for part in [
        "noor.elamin@harbourlight.example",
        "Read your presence information",
        "Read and write your presence information",
        "id=\"accept\"",
        "id=\"decline\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let declined = fields(&tenant.post(&[], &[("person", NOOR), ("consent", "decline")]).await);
    assert_eq!(value(&declined, "error"), "access_denied");
    assert!(value(&declined, "error_description").starts_with("AADSTS65004: "));
    let accepted = fields(&tenant.post(&[], &[("person", NOOR), ("consent", "accept")]).await);
    assert_eq!(tenant.redeem(&value(&accepted, "code")).await.status(), 200);
    let again = fields(&tenant.post(&[], &[("person", NOOR)]).await);
    assert!(!value(&again, "code").is_empty());
    let more = [("scope", "openid Presence.Read User.Read")];
    let page = tenant.post(&more, &[("person", NOOR)]).await;
    assert!(
        page.contains("User.Read") && !page.contains("(Presence.Read)"),
        "{page}"
    );
    let page = tenant.post(&[("prompt", "consent")], &[("person", NOOR)]).await;
    assert!(page.contains("(Presence.Read)"), "{page}");
}

#[tokio::test]
async fn where_an_administrator_decides_the_admin_consent_page_opens_the_way() {
    let tenant = Stage::open().await;
    let page = tenant.post(&[], &[("person", PRIYA), ("consent", "accept")]).await;
    assert!(
        page.contains("Need admin approval") && page.contains("AADSTS90094"),
        "{page}"
    );
    assert!(!page.contains("id=\"accept\""), "{page}");
    let back = fields(&tenant.post(&[], &[("person", PRIYA), ("consent", "decline")]).await);
    assert_eq!(value(&back, "error"), "access_denied");
    assert!(value(&back, "error_description").starts_with("AADSTS90094: "));

    let page = tenant
        .admin_consent(Method::GET, "ironbridge.example", &[])
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Ironbridge Clinics") && !page.contains("of <strong>Harbourlight"),
        "{page}"
    );
    let ironbridge = value(&fields(&page), "tenant");
    let declined = tenant
        .admin_consent(Method::POST, "ironbridge.example", &[])
        .form(&[("tenant", ironbridge.as_str()), ("consent", "decline")]);
    let declined = location(&declined.send().await.unwrap());
    assert!(
        declined.starts_with(&format!("{REDIRECT}/?error=access_denied&")),
        "{declined}"
    );
    let granted = tenant
        .admin_consent(Method::POST, "ironbridge.example", &[])
        .form(&[("tenant", ironbridge.as_str()), ("consent", "accept")]);
    let granted = location(&granted.send().await.unwrap());
    let expected = format!("{REDIRECT}/?admin_consent=True&tenant={ironbridge}&scope=https%3A%2F%2Fgraph");
    assert!(
        granted.starts_with(&expected) && granted.ends_with("&state=st%3Cat%3Ee"),
        "{granted}"
    );

    let code = value(&fields(&tenant.post(&[], &[("person", PRIYA)]).await), "code");
    assert_eq!(tenant.redeem(&code).await.status(), 200);
}

#[tokio::test]
async fn a_flawed_admin_consent_request_stays_on_the_page() {
    let tenant = Stage::open().await;
    for (segment, changes, number) in [
        ("common", &[][..], "AADSTS90002"),
        ("other.example", &[], "AADSTS90002"),
        ("organizations", &[("client_id", "another")], "AADSTS700016"),
        (
            "organizations",
            &[("redirect_uri", "https://evil.example")],
            "AADSTS50011",
        ),
        ("organizations", &[("scope", "Mail.Send")], "AADSTS70011"),
    ] {
        let page = tenant
            .admin_consent(Method::GET, segment, changes)
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), 400, "{segment} {changes:?}");
        assert!(page.text().await.unwrap().contains(number), "{segment} {changes:?}");
    }
    let nobody = tenant.admin_consent(Method::POST, "ironbridge.example", &[]);
    let nobody = nobody.form(&[
        ("tenant", "3f5a1c9e-8d27-4b64-9c0f-52e7ab31d806"),
        ("consent", "accept"),
    ]);
    assert_eq!(
        nobody.send().await.unwrap().status(),
        400,
        "another tenant's administrator"
    );
}

#[tokio::test]
async fn with_the_workflow_a_request_reaches_the_administrator() {
    let tenant = Stage::open().await;
    let changed = tenant
        .control(
            "consent",
            body!({ "tenant": "ironbridge.example", "policy": "workflow" }),
        )
        .await;
    assert_eq!(changed.status(), 200);
    let page = tenant.post(&[], &[("person", PRIYA)]).await;
    assert!(
        page.contains("Approval required") && page.contains("name=\"justification\""),
        "{page}"
    );
    let request = [
        ("person", PRIYA),
        ("consent", "request"),
        ("justification", "for the <ward>"),
    ];
    assert!(tenant.post(&[], &request).await.contains("Request sent"));
    let directory = tenant.look("directory").await;
    assert_eq!(
        directory["approval_requests"],
        body!([{ "oid": PRIYA, "justification": "for the <ward>" }])
    );
    let back = fields(&tenant.post(&[], &[("person", PRIYA), ("consent", "decline")]).await);
    assert!(value(&back, "error_description").starts_with("AADSTS90095: "));
}

#[tokio::test]
async fn fewer_permissions_may_be_granted_than_were_asked_for() {
    let tenant = Stage::open().await;
    let oid = tenant.simulator.announcement().oid.clone();
    tenant
        .control("consent", body!({ "oid": oid, "ceiling": ["Presence.Read"] }))
        .await;
    let answer = tenant.sign_in(SCOPES).await;
    assert_eq!(answer["scope"], "openid profile Presence.Read");
    let write = tenant
        .client
        .post(tenant.at("/v1.0/me/presence/clearUserPreferredPresence"))
        .bearer_auth(answer["access_token"].as_str().unwrap())
        .json(&body!({}));
    assert_eq!(write.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_personal_account_is_signed_in_where_personal_accounts_are() {
    let tenant = Stage::open().await;
    let known = tenant.simulator.announcement().clone();
    for (segment, signed_in) in [
        ("common", true),
        ("consumers", true),
        ("organizations", false),
        (&known.tenant, false),
    ] {
        let ask = tenant.authorize(Method::GET, &[]).build().unwrap();
        let address = ask.url().as_str().replace("/organizations/", &format!("/{segment}/"));
        let form = [("person", RILEY), ("consent", "accept")];
        let page = tenant.client.post(&address).form(&form).send().await.unwrap();
        assert_eq!(page.status().is_success(), signed_in, "{segment}");
        let page = page.text().await.unwrap();
        if !signed_in {
            assert!(page.contains("AADSTS500208"), "{segment}");
            continue;
        }
        let code = value(&fields(&page), "code");
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &known.client_id),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", crate::walk::VERIFIER),
        ];
        let elsewhere = json(tenant.token(&form).await).await;
        assert_eq!(elsewhere["error_codes"][0], 700_005, "{segment}");
        let url = tenant.at(&format!("/{segment}/oauth2/v2.0/token"));
        let answer = json(tenant.client.post(url).form(&form).send().await.unwrap()).await;
        let token = answer["access_token"].as_str().unwrap();
        let presence = tenant.client.get(tenant.at("/v1.0/me/presence")).bearer_auth(token);
        assert_eq!(
            presence.send().await.unwrap().status(),
            400,
            "no presence for a personal account"
        );
    }
}

#[tokio::test]
async fn people_of_another_tenant_are_not_seen() {
    let tenant = Stage::open().await;
    let answer = tenant.sign_in("Presence.Read.All").await;
    let token = answer["access_token"].as_str().unwrap();
    for (oid, status) in [(NOOR, 200), (PRIYA, 404)] {
        let read = tenant.client.get(tenant.at(&format!("/v1.0/users/{oid}/presence")));
        assert_eq!(read.bearer_auth(token).send().await.unwrap().status(), status, "{oid}");
    }
}
