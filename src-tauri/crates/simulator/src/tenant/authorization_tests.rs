use super::{AccessRequest, AuthorizationRequest, Reply, ReturnAddress, Step};
use crate::tenant::Tenant;
use crate::tenant::organisation::{ConsentPolicy, HARBOURLIGHT, IRONBRIDGE, Segment};
use crate::tenant::parameters::Parameters;
use crate::tenant::people::{Account, CLIENT_ID, PEOPLE, PERSONAL};
use crate::tenant::permission::permission;
use crate::tenant::registration::Registration;
use crate::tenant::sign_in_error::SignInError;

fn tenant() -> Tenant {
    Tenant::new(
        "http://127.0.0.1:9000",
        [5; 32],
        "2026-03-02T09:00:00Z".parse().unwrap(),
    )
}

fn parameters(fields: &[(&str, &str)]) -> Parameters {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    Parameters::parse(query.extend_pairs(fields).finish().as_bytes()).unwrap()
}

fn access(segment: Segment, scope: &str) -> AccessRequest {
    AccessRequest::check(&parameters(&[("client_id", CLIENT_ID), ("scope", scope)]), segment).unwrap()
}

/// The step's name and its permissions, or the number of the refusal.
fn step(tenant: &mut Tenant, asked: &AccessRequest, account: Account, reply: Reply) -> String {
    match tenant.decide(asked, &account, reply) {
        Ok(Step::Agreed) => "agreed".to_owned(),
        Ok(Step::Requested) => "requested".to_owned(),
        Ok(Step::Consent(asked)) => format!("consent {}", asked.len()),
        Ok(Step::Approval { workflow, missing }) => format!("approval {workflow} {}", missing.len()),
        Err(error) => error.number().to_string(),
    }
}

const BOTH: &str = "openid Presence.Read https://graph.microsoft.com/Presence.ReadWrite";

#[test]
fn consent_is_asked_for_once_and_then_only_for_what_is_new() {
    let mut tenant = tenant();
    let [megan, _, noor, _] = PEOPLE;
    let both = access(Segment::Organizations, BOTH);
    assert_eq!(step(&mut tenant, &both, megan, Reply::None), "agreed");
    assert_eq!(step(&mut tenant, &both, noor, Reply::None), "consent 2");
    assert_eq!(step(&mut tenant, &both, noor, Reply::Decline), "65004");
    assert_eq!(step(&mut tenant, &both, noor, Reply::Accept), "agreed");
    assert_eq!(step(&mut tenant, &both, noor, Reply::None), "agreed");
    let more = access(Segment::Organizations, &format!("{BOTH} User.Read Place.Read.All"));
    assert_eq!(
        step(&mut tenant, &more, noor, Reply::None),
        "consent 1",
        "the administrator granted places to all"
    );
    let again = AccessRequest {
        ask_again: true,
        ..both
    };
    assert_eq!(step(&mut tenant, &again, megan, Reply::None), "consent 2");
    assert_eq!(step(&mut tenant, &again, megan, Reply::Accept), "agreed");
    let default = access(Segment::Organizations, "https://graph.microsoft.com/.default");
    assert_eq!(step(&mut tenant, &default, megan, Reply::None), "agreed");
    assert_eq!(step(&mut tenant, &default, PERSONAL, Reply::None), "500208");
}

#[test]
fn where_an_administrator_decides_nobody_gets_past_the_page_until_one_did() {
    let mut tenant = tenant();
    let [.., priya] = PEOPLE;
    let both = access(Segment::Organizations, BOTH);
    assert_eq!(step(&mut tenant, &both, priya, Reply::Accept), "approval false 2");
    assert_eq!(
        step(&mut tenant, &both, priya, Reply::Request("please")),
        "approval false 2"
    );
    assert_eq!(step(&mut tenant, &both, priya, Reply::Decline), "90094");
    tenant.consents_mut().set_policy(&IRONBRIDGE, ConsentPolicy::Workflow);
    assert_eq!(step(&mut tenant, &both, priya, Reply::None), "approval true 2");
    assert_eq!(step(&mut tenant, &both, priya, Reply::Request("please")), "requested");
    assert_eq!(tenant.consents().requests(), [(priya.oid, "please".to_owned())]);
    assert_eq!(step(&mut tenant, &both, priya, Reply::Decline), "90095");
    let granted = ["Presence.Read", "Presence.ReadWrite"].map(|name| permission(name).unwrap());
    tenant.consents_mut().accept_for_everybody(&IRONBRIDGE, &granted);
    assert_eq!(step(&mut tenant, &both, priya, Reply::None), "agreed");
}

#[test]
fn a_permission_for_administrators_needs_one_in_every_tenant() {
    let mut tenant = tenant();
    tenant.consents_mut().set_for_everybody(&HARBOURLIGHT, &[]);
    let places = access(Segment::Organizations, "Place.Read.All");
    assert_eq!(step(&mut tenant, &places, PEOPLE[0], Reply::Accept), "approval false 1");
}

#[test]
fn each_flaw_of_an_authorize_request_has_its_number_and_its_place() {
    let good = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:5000"),
        ("response_mode", "form_post"),
        ("scope", "openid Presence.Read"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    let check = |changed: &str, value: &str| -> Result<(), SignInError> {
        let mut fields: Vec<_> = good.into_iter().filter(|(name, _)| *name != changed).collect();
        fields.push((changed, value));
        let parameters = parameters(&fields);
        let back = ReturnAddress::check(&parameters, &Registration::default())?;
        AuthorizationRequest::check(&parameters, Segment::Organizations, &back).map(drop)
    };
    for (name, value, expected) in [
        ("prompt", "select_account", Ok(())),
        ("prompt", "login", Ok(())),
        ("prompt", "consent", Ok(())),
        ("login_hint", "megan.ashdown@harbourlight.example", Ok(())),
        ("response_mode", "", Ok(())),
        ("response_mode", "fragment", Ok(())),
        ("client_id", "", Err((900_144, false))),
        (
            "client_id",
            "00000000-0000-0000-0000-000000000000",
            Err((700_016, true)),
        ),
        ("redirect_uri", "", Err((900_971, true))),
        ("redirect_uri", "http://localhost:5000/", Err((50_011, true))),
        ("response_mode", "cookie", Err((70_007, true))),
        ("response_type", "token", Err((70_005, false))),
        ("response_type", "", Err((900_144, false))),
        ("code_challenge", "", Err((50_147, false))),
        ("code_challenge", "too-short", Err((50_147, false))),
        ("code_challenge_method", "plain", Err((50_147, false))),
        ("code_challenge_method", "", Err((50_147, false))),
        ("scope", "", Err((900_144, false))),
        ("scope", "openid Mail.Send", Err((70_011, false))),
        ("claims", "{", Err((9_002_313, false))),
        ("prompt", "none", Err((50_058, false))),
        ("prompt", "maybe", Err((90_023, false))),
    ] {
        let checked = check(name, value).map_err(|error| (error.number(), error.stays()));
        assert_eq!(checked, expected, "{name}={value}");
    }
}

#[test]
fn the_answer_stands_behind_a_slash_where_the_address_has_no_path() {
    for (uri, mode, expected) in [
        ("http://localhost:5000", "query", "http://localhost:5000/?a"),
        ("http://localhost:5000", "fragment", "http://localhost:5000/#a"),
        ("http://localhost:5000/x", "query", "http://localhost:5000/x?a"),
    ] {
        let registration = Registration {
            redirect_uris: vec![uri.to_owned()],
            ..Registration::default()
        };
        let asked = parameters(&[("client_id", CLIENT_ID), ("redirect_uri", uri), ("response_mode", mode)]);
        let back = ReturnAddress::check(&asked, &registration).unwrap();
        assert_eq!(back.with("a"), expected);
    }
}
