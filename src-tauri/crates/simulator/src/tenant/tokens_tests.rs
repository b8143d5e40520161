use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{BearerError, TokenAnswer};
use crate::tenant::Tenant;
use crate::tenant::authorization::{AuthorizationRequest, Parameters, ReturnAddress};
use crate::tenant::people::{CLIENT_ID, PEOPLE, TENANT_ID};

const AUTHORITY: &str = "http://127.0.0.1:9000";
// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://localhost:5000";

fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn tenant() -> Tenant {
    Tenant::new(AUTHORITY, [3; 32], start())
}

fn form(fields: &[(&str, &str)]) -> Parameters {
    let encoded = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    Parameters::parse(encoded.as_bytes()).unwrap()
}

fn code(tenant: &mut Tenant, scope: &str) -> String {
    let asked = form(&[
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", scope),
        ("nonce", "once"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let back = ReturnAddress::check(&asked).unwrap();
    let request = AuthorizationRequest::check(&asked, "organizations", &back).unwrap();
    tenant.authorize(request, PEOPLE[0], start())
}

fn redemption<'f>(code: &'f str, changed: &'f str, value: &'f str) -> Parameters {
    let good = [
        ("client_id", CLIENT_ID),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let mut fields: Vec<(&str, &str)> = good.into_iter().filter(|(name, _)| *name != changed).collect();
    fields.push((changed, value));
    form(&fields)
}

fn renewal(refresh_token: &str, scope: &str) -> Parameters {
    form(&[
        ("client_id", CLIENT_ID),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
        ("scope", scope),
    ])
}

fn number(answer: Result<TokenAnswer, super::SignInError>) -> Option<u32> {
    answer.err().map(|error| error.number())
}

const ALL: &str = "openid profile offline_access Presence.Read https://graph.microsoft.com/Presence.ReadWrite";

#[test]
fn a_code_becomes_tokens_with_entras_claims() {
    let mut tenant = tenant();
    let code = code(&mut tenant, ALL);
    let answer = tenant
        .token("organizations", &redemption(&code, "client_info", "1"), start())
        .ok()
        .unwrap();
    assert_eq!(
        answer.scope,
        "openid profile Presence.Read https://graph.microsoft.com/Presence.ReadWrite"
    );
    assert!((3_600..5_400).contains(&answer.expires_in), "{}", answer.expires_in);
    let decode = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let id_token = answer.id_token.unwrap();
    let claims = decode(id_token.split('.').nth(1).unwrap());
    for (claim, expected) in [
        ("iss", format!("{AUTHORITY}/{TENANT_ID}/v2.0")),
        ("aud", CLIENT_ID.into()),
        ("tid", TENANT_ID.into()),
        ("oid", PEOPLE[0].oid.into()),
        ("name", PEOPLE[0].name.into()),
        ("preferred_username", PEOPLE[0].mail.into()),
        ("nonce", "once".into()),
        ("ver", "2.0".into()),
    ] {
        assert_eq!(claims[claim], expected, "{claim}");
    }
    assert_eq!(claims["iat"], start().as_second());
    let info = decode(&answer.client_info.unwrap());
    assert_eq!(
        (info["uid"].as_str(), info["utid"].as_str()),
        (Some(PEOPLE[0].oid), Some(TENANT_ID))
    );
    let grant = tenant.bearer(&answer.access_token, start()).ok().unwrap();
    assert!(grant.allows(&["Presence.ReadWrite"]) && !grant.allows(&["Presence.Read.All"]));
}

#[test]
fn tokens_come_only_with_the_scopes_that_ask_for_them() {
    let mut tenant = tenant();
    let code = code(&mut tenant, "Presence.Read");
    let answer = tenant
        .token("organizations", &redemption(&code, "client_info", "0"), start())
        .ok()
        .unwrap();
    assert!(answer.refresh_token.is_none() && answer.id_token.is_none() && answer.client_info.is_none());
}

#[test]
fn each_flaw_of_a_redemption_has_its_number() {
    let mut tenant = tenant();
    let code = code(&mut tenant, ALL);
    for (changed, value, expected) in [
        ("client_id", "", 900_144),
        ("client_id", "another", 700_016),
        ("client_secret", "hush", 700_025),
        ("client_assertion", "hush", 700_025),
        ("grant_type", "", 900_144),
        ("grant_type", "password", 70_003),
        ("code", "", 900_144),
        ("code", "made-up", 70_000),
        ("redirect_uri", "http://localhost:5000/", 500_112),
        ("redirect_uri", "http://localhost:5001", 500_112),
        ("code_verifier", CHALLENGE, 501_481),
        ("code_verifier", "", 900_144),
        ("scope", "Presence.Read.All", 65_001),
    ] {
        let answer = tenant.token("organizations", &redemption(&code, changed, value), start());
        assert_eq!(number(answer), Some(expected), "{changed}={value}");
    }
    let good = redemption(&code, "client_info", "1");
    assert_eq!(number(tenant.token("common", &good, start())), Some(90_002));
    assert_eq!(number(tenant.token(TENANT_ID, &good, start())), Some(700_005));
    let late = start() + SignedDuration::from_mins(10);
    assert_eq!(number(tenant.token("organizations", &good, late)), Some(70_008));
    assert_eq!(
        number(tenant.token("organizations", &good, start())),
        None,
        "a flawed try does not spend the code"
    );
    assert_eq!(number(tenant.token("organizations", &good, start())), Some(54_005));
}

#[test]
fn a_refresh_token_rotates_and_the_old_one_stays_good() {
    let mut tenant = tenant();
    let code = code(&mut tenant, ALL);
    let first = tenant
        .token("organizations", &redemption(&code, "client_info", "1"), start())
        .ok()
        .unwrap();
    let old = first.refresh_token.unwrap();
    for _ in 0..2 {
        let answer = tenant
            .token("organizations", &renewal(&old, "Presence.Read"), start())
            .ok()
            .unwrap();
        assert_eq!(answer.scope, "Presence.Read");
        let new = answer.refresh_token.unwrap();
        assert_ne!(new, old);
        let wide = tenant.token(TENANT_ID, &renewal(&new, ""), start()).ok().unwrap();
        assert!(
            wide.scope.ends_with("Presence.ReadWrite"),
            "a narrow token does not narrow the consent"
        );
    }
    let consent = tenant.token("organizations", &renewal(&old, "User.Read"), start());
    assert_eq!(
        consent.as_ref().err().and_then(super::SignInError::suberror),
        Some("consent_required")
    );
}

#[test]
fn a_refresh_token_ends_by_disuse_or_revocation() {
    let mut tenant = tenant();
    let code = code(&mut tenant, ALL);
    let first = tenant
        .token("organizations", &redemption(&code, "client_info", "1"), start())
        .ok()
        .unwrap();
    let old = first.refresh_token.unwrap();
    let idle = start() + SignedDuration::from_hours(90 * 24);
    assert_eq!(
        number(tenant.token("organizations", &renewal(&old, ""), idle)),
        Some(700_082)
    );
    assert_eq!(
        number(tenant.token("organizations", &renewal("made-up", ""), start())),
        Some(700_082)
    );
    tenant.revoke_refresh(PEOPLE[1].oid);
    assert_eq!(number(tenant.token("organizations", &renewal(&old, ""), start())), None);
    tenant.revoke_refresh(PEOPLE[0].oid);
    let revoked = tenant.token("organizations", &renewal(&old, ""), start());
    assert_eq!(
        revoked.as_ref().err().and_then(super::SignInError::suberror),
        Some("bad_token")
    );
    assert_eq!(number(revoked), Some(50_173));
}

#[test]
fn an_access_token_ends_by_time_or_revocation() {
    let mut tenant = tenant();
    let code = code(&mut tenant, ALL);
    let answer = tenant
        .token("organizations", &redemption(&code, "client_info", "1"), start())
        .ok()
        .unwrap();
    let ends = start() + SignedDuration::from_secs(i64::from(answer.expires_in));
    assert_eq!(
        tenant.bearer(&answer.access_token, ends).err(),
        Some(BearerError::Expired)
    );
    tenant.revoke_access(PEOPLE[0].oid);
    assert_eq!(
        tenant.bearer(&answer.access_token, start()).err(),
        Some(BearerError::Unknown)
    );
}
