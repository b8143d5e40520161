//! Entra's face: the page, the way back, the token endpoint.

use crate::walk::{self, REDIRECT, SCOPES, Stage, json, value};
use reqwest::Method;
use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION};

#[tokio::test]
async fn the_page_offers_everybody_and_says_that_it_is_simulated() {
    let tenant = Stage::open().await;
    let page = tenant
        .authorize(Method::GET, &[("prompt", "select_account"), ("login_hint", "x")])
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.headers().contains_key(CONTENT_SECURITY_POLICY));
    let page = page.text().await.unwrap();
    for part in [
        "id=\"person-megan\"",
        "id=\"person-tomas\"",
        "id=\"person-noor\"",
        "id=\"cancel\"",
        "Simulated tenant – nothing leaves this machine",
        "Presence.Read, Presence.ReadWrite",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn choosing_a_person_posts_a_code_and_the_state_to_the_application() {
    let tenant = Stage::open().await;
    let fields = tenant.choose(1, &[]).await;
    assert_eq!(value(&fields, "state"), "st<at>e");
    let code = value(&fields, "code");
    let answer = json(tenant.redeem(&code).await).await;
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["scope"], "openid profile Presence.Read Presence.ReadWrite");
    for part in ["access_token", "refresh_token", "id_token", "client_info"] {
        assert!(answer[part].is_string(), "{part}");
    }
    let again = tenant.redeem(&code).await;
    assert_eq!(again.status(), 400);
    let again = json(again).await;
    assert_eq!(
        (&again["error"], &again["error_codes"][0]),
        (&"invalid_grant".into(), &54_005.into())
    );
    assert!(
        again["error_description"]
            .as_str()
            .unwrap()
            .starts_with("AADSTS54005: "),
        "{again}"
    );
    for part in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(again[part].is_string(), "{part}");
    }
}

#[tokio::test]
async fn in_query_mode_the_answer_stands_in_the_address() {
    let tenant = Stage::open().await;
    let oid = tenant.simulator.announcement().oid.clone();
    let form = [("person", oid.as_str())];
    let answer = tenant
        .authorize(Method::POST, &[("response_mode", "query")])
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 302);
    let location = answer.headers()[LOCATION].to_str().unwrap();
    assert!(location.starts_with(&format!("{REDIRECT}/?code=")), "{location}");
    assert!(location.ends_with("&state=st%3Cat%3Ee"), "{location}");
}

#[tokio::test]
async fn cancel_and_flaws_of_the_request_are_told_to_the_application() {
    let tenant = Stage::open().await;
    let cancelled = tenant
        .authorize(Method::POST, &[])
        .form(&[("cancel", "1")])
        .send()
        .await
        .unwrap();
    let fields = walk::fields(&cancelled.text().await.unwrap());
    assert_eq!(value(&fields, "error"), "access_denied");
    assert_eq!(value(&fields, "error_subcode"), "cancel");
    assert_eq!(value(&fields, "state"), "st<at>e");
    for (name, flawed, error) in [
        ("scope", "Mail.Send", "invalid_scope"),
        ("code_challenge", "", "invalid_request"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("prompt", "none", "login_required"),
    ] {
        let page = tenant
            .authorize(Method::GET, &[(name, flawed)])
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(value(&walk::fields(&page), "error"), error, "{name}={flawed}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_application_or_the_account_stays_on_the_page() {
    let tenant = Stage::open().await;
    for (name, flawed, number) in [
        ("client_id", "00000000-0000-0000-0000-000000000000", "AADSTS700016"),
        ("redirect_uri", "http://localhost:50505/", "AADSTS50011"),
        ("redirect_uri", "https://<evil>.example", "AADSTS50011"),
    ] {
        let page = tenant.authorize(Method::GET, &[(name, flawed)]).send().await.unwrap();
        assert_eq!(page.status(), 400, "{name}={flawed}");
        let page = page.text().await.unwrap();
        assert!(
            page.contains(number) && !page.contains("<evil>") && walk::fields(&page).is_empty(),
            "{page}"
        );
    }
    let personal = [("person", "00000000-0000-0000-7d1c-2e49b0a63f85")];
    let page = tenant
        .authorize(Method::POST, &[])
        .form(&personal)
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("AADSTS500208"));
    let unknown = tenant
        .client
        .get(tenant.at("/other.example/oauth2/v2.0/authorize"))
        .send()
        .await
        .unwrap();
    assert!(unknown.text().await.unwrap().contains("AADSTS90002"));
}

#[tokio::test]
async fn a_refresh_token_is_renewed_until_it_is_revoked() {
    let tenant = Stage::open().await;
    let first = tenant.sign_in(SCOPES).await;
    let known = tenant.simulator.announcement().clone();
    let renew = [
        ("grant_type", "refresh_token"),
        ("client_id", known.client_id.as_str()),
        ("refresh_token", first["refresh_token"].as_str().unwrap()),
    ];
    let renewed = tenant.token(&renew).await;
    assert_eq!(renewed.status(), 200);
    assert_ne!(json(renewed).await["refresh_token"], first["refresh_token"]);
    let revoked = tenant
        .control("revoke", serde_json::json!({ "oid": known.oid, "refresh": true }))
        .await;
    assert_eq!(revoked.status(), 200);
    let refused = tenant.token(&renew).await;
    assert_eq!(refused.status(), 400);
    let refused = json(refused).await;
    assert_eq!(
        (&refused["error"], &refused["suberror"]),
        (&"invalid_grant".into(), &"bad_token".into())
    );
}

#[tokio::test]
async fn a_token_request_that_is_no_form_is_refused_in_entras_words() {
    let tenant = Stage::open().await;
    for body in [
        "",
        "{\"grant_type\":\"refresh_token\"}",
        "%ff=%fe&&&===",
        "client_id=a&client_id=b",
    ] {
        for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            let url = tenant.at("/organizations/oauth2/v2.0/token");
            let request = tenant.client.post(url).header("content-type", kind).body(body);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400, "{kind} {body}");
            assert_eq!(json(answer).await["error"], "invalid_request", "{kind} {body}");
        }
    }
}

#[tokio::test]
async fn hints_put_the_meant_account_first_and_others_away() {
    let tenant = Stage::open().await;
    let page = async |name, hint| {
        let page = tenant.authorize(Method::GET, &[(name, hint)]).send().await.unwrap();
        page.text().await.unwrap()
    };
    let hinted = page("login_hint", "noor.elamin@harbourlight.example").await;
    assert!(hinted.find("person-noor").unwrap() < hinted.find("person-megan").unwrap());
    let work = page("domain_hint", "organizations").await;
    assert!(work.contains("person-priya") && !work.contains("person-riley"));
    let own = page("domain_hint", "harbourlight.example").await;
    assert!(own.contains("person-megan") && !own.contains("person-priya"));
    let personal = page("domain_hint", "consumers").await;
    assert!(personal.contains("person-riley") && !personal.contains("person-megan"));
}

#[tokio::test]
async fn a_token_request_of_the_wrong_method_or_size_is_refused_in_entras_words() {
    let tenant = Stage::open().await;
    for endpoint in ["token", "devicecode"] {
        let url = tenant.at(&format!("/organizations/oauth2/v2.0/{endpoint}"));
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = tenant.client.request(method.clone(), &url).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{method} {endpoint}");
            assert_eq!(json(answer).await["error_codes"][0], 900_561, "{method} {endpoint}");
        }
        let huge = format!("client_id={}", "a".repeat(1 << 20));
        let answer = tenant.client.post(&url).body(huge).send().await.unwrap();
        assert_eq!(answer.status(), 413, "{endpoint}");
        assert_eq!(json(answer).await["error"], "invalid_request", "{endpoint}");
        let twice = [("client_id", "a"), ("client_id", "b")];
        let answer = json(tenant.client.post(&url).form(&twice).send().await.unwrap()).await;
        assert_eq!(answer["error_codes"][0], 9_000_411, "{endpoint}");
    }
    let twice = tenant.at("/organizations/oauth2/v2.0/authorize?client_id=a&client_id=b");
    let page = tenant.client.get(twice).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("AADSTS9000411"));
}

#[tokio::test]
async fn the_address_of_an_error_explains_it() {
    let tenant = Stage::open().await;
    for (query, expected) in [
        ("code=50076", "multi-factor"),
        ("code=AADSTS53003", "Conditional Access"),
        ("code=1", "Nothing is known"),
        ("code=%3Cscript%3E", "Nothing is known"),
        ("", "Nothing is known"),
    ] {
        let page = tenant
            .client
            .get(tenant.at(&format!("/error?{query}")))
            .send()
            .await
            .unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains(expected) && !page.contains("<script>"), "{query}");
    }
}

#[tokio::test]
async fn a_page_lets_nothing_act_but_its_own_style_and_form() {
    let tenant = Stage::open().await;
    let page = tenant.authorize(Method::GET, &[]).send().await.unwrap();
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'sha256-",
        "form-action 'self' http://localhost:50505;",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}
