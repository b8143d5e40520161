use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{BearerError, SignInError, TokenAnswer, TokenRequest};
use crate::tenant::Tenant;
use crate::tenant::authorization::{AuthorizationRequest, ReturnAddress};
use crate::tenant::organisation::{HARBOURLIGHT, IRONBRIDGE, Segment};
use crate::tenant::parameters::Parameters;
use crate::tenant::people::{CLIENT_ID, PEOPLE, TENANT_ID};
use crate::tenant::permission::permission;
use crate::tenant::registration::Registration;
use crate::tenant::security::Event;

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
    code_with(tenant, scope, "")
}

fn code_with(tenant: &mut Tenant, scope: &str, claims: &str) -> String {
    let asked = form(&[
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", scope),
        ("nonce", "once"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("claims", claims),
    ]);
    let back = ReturnAddress::check(&asked, &Registration::default()).unwrap();
    let request = AuthorizationRequest::check(&asked, Segment::Organizations, &back).unwrap();
    tenant.authorize(request, PEOPLE[0], start()).unwrap()
}

fn token_at(
    tenant: &mut Tenant,
    segment: Segment,
    form: &Parameters,
    now: Timestamp,
) -> Result<TokenAnswer, SignInError> {
    let request = TokenRequest {
        segment,
        form,
        authority: AUTHORITY,
    };
    tenant.token(&request, now)
}

fn token(tenant: &mut Tenant, form: &Parameters) -> Result<TokenAnswer, SignInError> {
    token_at(tenant, Segment::Organizations, form, start())
}

/// Tokens of the first person, who granted `scope`.
fn first(tenant: &mut Tenant, scope: &str) -> TokenAnswer {
    let code = code(tenant, scope);
    token(tenant, &redemption(&code, "client_info", "1")).ok().unwrap()
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

fn number(answer: Result<TokenAnswer, SignInError>) -> Option<u32> {
    answer.err().map(|error| error.number())
}

const ALL: &str = "openid profile offline_access Presence.Read https://graph.microsoft.com/Presence.ReadWrite";
const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

#[test]
fn a_code_becomes_tokens_with_entras_claims() {
    let mut tenant = tenant();
    let answer = first(&mut tenant, ALL);
    assert_eq!(
        answer.scope,
        "openid profile Presence.Read https://graph.microsoft.com/Presence.ReadWrite"
    );
    assert!((3_600..5_400).contains(&answer.expires_in), "{}", answer.expires_in);
    let claims = answer.id_claims.as_ref().unwrap();
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
    assert_eq!(claims["iat"], start().as_second() - 300);
    assert_eq!(claims["exp"], start().as_second() + 3_600);
    let info = URL_SAFE_NO_PAD.decode(answer.client_info.as_ref().unwrap()).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
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
    let answer = token(&mut tenant, &redemption(&code, "client_info", "0")).ok().unwrap();
    assert!(answer.refresh_token.is_none() && answer.id_claims.is_none() && answer.client_info.is_none());
}

#[test]
fn a_login_hint_is_in_the_id_token_where_it_was_asked_for() {
    let mut tenant = tenant();
    let code = code_with(&mut tenant, ALL, r#"{"id_token":{"login_hint":null}}"#);
    let answer = token(&mut tenant, &redemption(&code, "client_info", "1")).ok().unwrap();
    assert!(answer.id_claims.unwrap()["login_hint"].is_string());
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
        ("code_verifier", "short", 501_491),
        ("code_verifier", "", 900_144),
        ("claims", "{", 9_002_313),
        ("scope", "Presence.Read.All", 65_001),
    ] {
        let answer = token(&mut tenant, &redemption(&code, changed, value));
        assert_eq!(number(answer), Some(expected), "{changed}={value}");
    }
    let good = redemption(&code, "client_info", "1");
    for other in [Segment::Common, Segment::One(&HARBOURLIGHT)] {
        let answer = token_at(&mut tenant, other, &good, start());
        assert_eq!(number(answer), Some(700_005), "{other:?}");
    }
    let late = start() + SignedDuration::from_mins(10);
    let answer = token_at(&mut tenant, Segment::Organizations, &good, late);
    assert_eq!(number(answer), Some(70_008));
    assert_eq!(
        number(token(&mut tenant, &good)),
        None,
        "a flawed try does not spend the code"
    );
    assert_eq!(number(token(&mut tenant, &good)), Some(54_005));
}

#[test]
fn a_refresh_token_rotates_and_the_old_one_stays_good() {
    let mut tenant = tenant();
    let old = first(&mut tenant, ALL).refresh_token.unwrap();
    for _ in 0..2 {
        let answer = token(&mut tenant, &renewal(&old, "Presence.Read")).ok().unwrap();
        assert_eq!(answer.scope, "Presence.Read");
        let new = answer.refresh_token.unwrap();
        assert_ne!(new, old);
        let wide = token_at(&mut tenant, Segment::One(&HARBOURLIGHT), &renewal(&new, ""), start());
        assert!(
            wide.ok().unwrap().scope.ends_with("Presence.ReadWrite"),
            "a narrow token does not narrow the consent"
        );
    }
    let consent = token(&mut tenant, &renewal(&old, "User.Read"));
    assert_eq!(
        consent.as_ref().err().and_then(SignInError::suberror),
        Some("consent_required")
    );
    let elsewhere = token_at(&mut tenant, Segment::One(&IRONBRIDGE), &renewal(&old, ""), start());
    assert_eq!(number(elsewhere), Some(50_020));
}

#[test]
fn a_token_carries_what_is_consented_to_at_the_moment_and_below_the_ceiling() {
    let mut tenant = tenant();
    let [megan, ..] = PEOPLE;
    let read = [permission("presence.read").unwrap()];
    tenant.consents_mut().set_ceiling(&megan, Some(&read));
    let narrow = first(&mut tenant, ALL);
    assert_eq!(narrow.scope, "openid profile Presence.Read");
    let refresh_token = narrow.refresh_token.unwrap();
    tenant.consents_mut().set_ceiling(&megan, None);
    let wide = token(&mut tenant, &renewal(&refresh_token, "")).ok().unwrap();
    assert!(wide.scope.ends_with("Presence.ReadWrite"), "{}", wide.scope);
    tenant.consents_mut().set(&megan, &read);
    let withdrawn = token(&mut tenant, &renewal(&refresh_token, "Presence.ReadWrite"));
    assert_eq!(number(withdrawn), Some(65_001));
    let rest = token(&mut tenant, &renewal(&refresh_token, "")).ok().unwrap();
    assert_eq!(rest.scope, "openid profile Presence.Read");
    tenant.consents_mut().set(&megan, &[]);
    assert_eq!(number(token(&mut tenant, &renewal(&refresh_token, ""))), Some(65_001));
}

#[test]
fn default_stands_for_everything_consented_to() {
    let mut tenant = tenant();
    let answer = first(
        &mut tenant,
        "openid offline_access https://graph.microsoft.com/.default",
    );
    let host = "https://graph.microsoft.com";
    let expected = format!("openid {host}/Presence.Read {host}/Presence.ReadWrite {host}/Place.Read.All");
    assert_eq!(answer.scope, expected);
    assert!(
        tenant
            .bearer(&answer.access_token, start())
            .ok()
            .unwrap()
            .allows(&["Presence.Read"])
    );
}

#[test]
fn a_refresh_token_ends_by_disuse_or_revocation() {
    let mut tenant = tenant();
    let old = first(&mut tenant, ALL).refresh_token.unwrap();
    let idle = start() + SignedDuration::from_hours(90 * 24);
    let answer = token_at(&mut tenant, Segment::Organizations, &renewal(&old, ""), idle);
    assert_eq!(number(answer), Some(700_082));
    assert_eq!(number(token(&mut tenant, &renewal("made-up", ""))), Some(70_000));
    tenant.revoke_refresh(PEOPLE[1].oid);
    assert_eq!(number(token(&mut tenant, &renewal(&old, ""))), None);
    tenant.revoke_refresh(PEOPLE[0].oid);
    let revoked = token(&mut tenant, &renewal(&old, ""));
    assert_eq!(
        revoked.as_ref().err().and_then(SignInError::suberror),
        Some("bad_token")
    );
    assert_eq!(number(revoked), Some(50_173));
}

#[test]
fn an_access_token_ends_by_time_or_revocation() {
    let mut tenant = tenant();
    let answer = first(&mut tenant, ALL);
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

#[test]
fn a_client_that_declared_cp1_is_challenged_until_it_presents_the_claims() {
    let mut tenant = tenant();
    let [megan, ..] = PEOPLE;
    let code = code_with(&mut tenant, ALL, CP1);
    let able = token(&mut tenant, &redemption(&code, "client_info", "1")).ok().unwrap();
    assert!((72_000..100_800).contains(&able.expires_in), "{}", able.expires_in);
    assert_eq!(able.refresh_in, Some(able.expires_in / 2));
    let unable = first(&mut tenant, ALL);
    assert_eq!(unable.refresh_in, None);

    tenant.happen(&megan, Event::ChangePolicy, start());
    assert!(tenant.bearer(&unable.access_token, start()).is_ok(), "never declared");
    let Err(BearerError::Challenge(claims)) = tenant.bearer(&able.access_token, start()) else {
        panic!("no challenge");
    };
    let refresh_token = able.refresh_token.unwrap();
    let again = token(&mut tenant, &renewal(&refresh_token, "")).ok().unwrap();
    assert!(
        tenant.bearer(&again.access_token, start()).is_err(),
        "without the claims it begins again"
    );
    let with_claims = form(&[
        ("client_id", CLIENT_ID),
        ("grant_type", "refresh_token"),
        ("refresh_token", &refresh_token),
        ("claims", &claims),
    ]);
    let answered = token(&mut tenant, &with_claims).ok().unwrap();
    assert!(tenant.bearer(&answered.access_token, start()).is_ok());
    let later = token(&mut tenant, &renewal(&answered.refresh_token.unwrap(), ""))
        .ok()
        .unwrap();
    assert!(tenant.bearer(&later.access_token, start()).is_ok(), "once is enough");
    tenant.happen(&megan, Event::ChangePolicy, start());
    assert!(
        tenant.bearer(&later.access_token, start()).is_err(),
        "the next event, in the same second"
    );
}

#[test]
fn what_happens_to_an_account_ends_its_refresh_tokens_as_entra_does() {
    for (event, expected) in [
        (Event::Disable, Some(50_057)),
        (Event::RevokeSessions, Some(50_173)),
        (Event::ChangePassword, Some(50_173)),
        (Event::RequireSecondFactor, Some(50_076)),
        (Event::ChangePolicy, None),
        (Event::Enable, None),
    ] {
        let mut tenant = tenant();
        let [megan, ..] = PEOPLE;
        let old = first(&mut tenant, ALL).refresh_token.unwrap();
        tenant.happen(&megan, event, start());
        let answer = token(&mut tenant, &renewal(&old, ""));
        let claims = answer.as_ref().err().and_then(SignInError::claims).is_some();
        assert_eq!(claims, event == Event::RequireSecondFactor, "{event:?}");
        assert_eq!(number(answer), expected, "{event:?}");
        tenant.happen(&megan, Event::Enable, start());
        let anew = first(&mut tenant, ALL).refresh_token.unwrap();
        assert_eq!(number(token(&mut tenant, &renewal(&anew, ""))), None, "{event:?}");
    }
}
