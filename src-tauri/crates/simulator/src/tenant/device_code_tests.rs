use jiff::{SignedDuration, Timestamp};

use crate::tenant::Tenant;
use crate::tenant::organisation::Segment;
use crate::tenant::parameters::Parameters;
use crate::tenant::people::{CLIENT_ID, PEOPLE};
use crate::tenant::tokens::TokenRequest;

fn at(seconds: i64) -> Timestamp {
    "2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn form(fields: &[(&str, &str)]) -> Parameters {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    Parameters::parse(encoded.extend_pairs(fields).finish().as_bytes()).unwrap()
}

struct Stage {
    tenant: Tenant,
    user_code: String,
    device_code: String,
}

impl Stage {
    fn begin() -> Self {
        let mut tenant = Tenant::new("http://127.0.0.1:9000", [9; 32], at(0));
        let asked = form(&[
            ("client_id", CLIENT_ID),
            ("scope", "openid offline_access Presence.Read"),
        ]);
        let begun = tenant.begin_device(Segment::Organizations, &asked, at(0)).ok().unwrap();
        assert_eq!(begun.interval, 5);
        Self {
            tenant,
            user_code: begun.user_code,
            device_code: begun.device_code,
        }
    }

    /// `error` of the answer to a poll, or "signed in".
    fn poll(&mut self, seconds: i64) -> String {
        let form = form(&[
            ("client_id", CLIENT_ID),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", &self.device_code),
        ]);
        let request = TokenRequest {
            segment: Segment::Organizations,
            form: &form,
            authority: "http://127.0.0.1:9000",
        };
        match self.tenant.token(&request, at(seconds)) {
            Ok(_) => "signed in".to_owned(),
            Err(error) => error.error().to_owned(),
        }
    }
}

#[test]
fn a_device_waits_until_somebody_agrees_and_is_signed_in_once() {
    let mut stage = Stage::begin();
    assert_eq!(stage.poll(5), "authorization_pending");
    let typed = format!(" {}-{} ", &stage.user_code[..4].to_lowercase(), &stage.user_code[4..]);
    assert!(stage.tenant.device_request(&typed, at(6)).is_some());
    stage.tenant.settle_device(&typed, Some(PEOPLE[0]), at(6));
    assert!(
        stage.tenant.device_request(&typed, at(6)).is_none(),
        "a code is used once"
    );
    assert_eq!(stage.poll(10), "signed in");
    assert_eq!(stage.poll(15), "invalid_grant");
}

#[test]
fn who_polls_too_fast_has_to_poll_more_slowly() {
    let mut stage = Stage::begin();
    assert_eq!(stage.poll(5), "authorization_pending");
    assert_eq!(stage.poll(6), "slow_down");
    assert_eq!(stage.poll(11), "slow_down", "the interval is longer now");
    assert_eq!(stage.poll(26), "authorization_pending");
}

#[test]
fn a_device_hears_that_it_was_declined_or_forgotten() {
    let mut stage = Stage::begin();
    let code = stage.user_code.clone();
    assert!(stage.tenant.device_request("", at(0)).is_none());
    stage.tenant.settle_device(&code, None, at(1));
    assert_eq!(stage.poll(5), "authorization_declined");

    let mut stage = Stage::begin();
    let code = stage.user_code.clone();
    assert!(stage.tenant.device_request(&code, at(899)).is_some());
    assert!(stage.tenant.device_request(&code, at(900)).is_none());
    assert_eq!(stage.poll(900), "expired_token");
    stage.device_code = "made-up".into();
    assert_eq!(stage.poll(901), "bad_verification_code");
}

#[test]
fn a_registration_without_public_client_flows_has_no_device_code() {
    let mut stage = Stage::begin();
    stage.tenant.registration.public_client_flows = false;
    assert_eq!(stage.poll(5), "invalid_client");
}
