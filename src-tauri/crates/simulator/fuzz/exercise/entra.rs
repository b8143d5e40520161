// One run of the sign-in with hostile input: `segment \n query \n form \n form …`, the last ones for the token endpoint.
// Shared by the fuzz target and by the test that replays the corpus.

use jiff::{SignedDuration, Timestamp};
use simulator::tenant::Tenant;
use simulator::tenant::authorization::{AuthorizationRequest, Reply, ReturnAddress, Step};
use simulator::tenant::consent::AdminConsentRequest;
use simulator::tenant::organisation::Segment;
use simulator::tenant::parameters::Parameters;
use simulator::tenant::people::accounts;
use simulator::tenant::tokens::TokenRequest;

/// Stands in a form for what the run itself was given: a code, a refresh token, a device code.
const GIVEN: &str = "GIVEN";

/// Goes through all of it, as far as the input comes; how many times it came to tokens.
pub(crate) fn exercise(input: &[u8]) -> usize {
    let now = Timestamp::UNIX_EPOCH;
    let mut tenant = Tenant::new("http://127.0.0.1:9000", [7; 32], now);
    let mut parts = input.split(|byte| *byte == b'\n');
    let segment = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let Ok(segment) = Segment::parse(&segment) else {
        return 0;
    };
    let mut tokens = 0;
    let mut given = authorize(&mut tenant, segment, parts.next().unwrap_or_default(), now);
    for (form, minutes) in parts.zip(1..) {
        let form = String::from_utf8_lossy(form).replace(GIVEN, &given);
        let Ok(form) = Parameters::parse(form.as_bytes()) else {
            continue;
        };
        let now = now + SignedDuration::from_mins(minutes);
        if let Ok(begun) = tenant.begin_device(segment, &form, now) {
            assert!(tenant.device_request(&begun.user_code, now).is_some());
            tenant.settle_device(&begun.user_code, accounts().next(), now);
            given = begun.device_code;
        }
        let request = TokenRequest {
            segment,
            form: &form,
            authority: "http://127.0.0.1:9000",
        };
        if let Ok(answer) = tenant.token(&request, now) {
            let signed = answer.into_json(|claims| Ok::<_, ()>(claims.to_string()));
            let signed = signed.unwrap_or_default();
            let access = signed["access_token"].as_str().unwrap_or_default();
            assert!(
                tenant.bearer(access, now).is_ok(),
                "a token that was just handed out is good"
            );
            signed["refresh_token"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut given);
            tokens += 1;
        }
    }
    tokens
}

/// The authorize endpoint and the page behind it; a code, if anybody got that far.
fn authorize(tenant: &mut Tenant, segment: Segment, query: &[u8], now: Timestamp) -> String {
    let Ok(query) = Parameters::parse(query) else {
        return String::new();
    };
    if let Ok(request) = AdminConsentRequest::check(&query, segment) {
        assert!(!request.tenants().is_empty());
    }
    let Ok(back) = ReturnAddress::check(&query, &tenant.registration) else {
        return String::new();
    };
    assert!(
        back.with("code=1").starts_with("http://localhost"),
        "an answer goes to this machine"
    );
    let Ok(request) = AuthorizationRequest::check(&query, segment, &back) else {
        return String::new();
    };
    for account in accounts() {
        let decided = tenant.decide(&request.access, &account, Reply::Accept);
        if decided == Ok(Step::Agreed) {
            return tenant.authorize(request, account, now).unwrap_or_default();
        }
    }
    String::new()
}
