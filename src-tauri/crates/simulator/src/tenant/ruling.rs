//! Refusals on demand: what a policy nobody here has would say.

use serde::{Deserialize, Serialize};

use super::sign_in_error::SignInError;

/// When a refusal meets somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// On the sign-in page, where the application never hears of it.
    Page,
    /// On the way back to the application.
    Callback,
    /// When a code is redeemed.
    Code,
    /// When a refresh token is used.
    Refresh,
    /// When a device code is polled.
    Device,
}

/// A standing order to refuse. What is absent is taken from Entra's usual answer with that number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    at: Moment,
    /// The number after `AADSTS`.
    number: u32,
    /// Whom; everybody where absent.
    oid: Option<String>,
    error: Option<String>,
    suberror: Option<String>,
    /// JSON that the client is to present.
    claims: Option<String>,
    /// How often; until cleared where absent.
    times: Option<u32>,
}

/// A refusal as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    pub(super) number: u32,
    pub(super) error: String,
    pub(super) suberror: Option<String>,
    pub(super) claims: Option<String>,
    pub(super) text: String,
    pub(super) stays: bool,
}

/// The standing orders, in the order they were given.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Rulings(Vec<Ruling>);

impl Rulings {
    /// Adds one; the flaw if it could never apply.
    pub fn add(&mut self, ruling: Ruling) -> Result<(), &'static str> {
        if ruling.times == Some(0) {
            return Err("times must be at least 1");
        }
        self.0.push(ruling);
        Ok(())
    }

    /// Takes all back.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The first order that concerns this person here is carried out, and spent by one.
    pub(super) fn meets(&mut self, at: Moment, oid: &str) -> Result<(), SignInError> {
        let concerns = |ruling: &Ruling| {
            let whom = ruling.oid.as_deref();
            ruling.at == at && whom.is_none_or(|whom| whom.eq_ignore_ascii_case(oid))
        };
        let Some(index) = self.0.iter().position(concerns) else {
            return Ok(());
        };
        let ruled = self.0[index].carried_out();
        match self.0[index].times {
            Some(0 | 1) => drop(self.0.remove(index)),
            Some(times) => self.0[index].times = Some(times - 1),
            None => {}
        }
        Err(SignInError::Ruled(ruled))
    }
}

impl Ruling {
    fn carried_out(&self) -> Ruled {
        let (error, suberror, text) = usual(self.number);
        // An authorization response has words of its own (RFC 6749 §4.1.2.1).
        let error = if self.at == Moment::Callback && error == "invalid_grant" {
            "access_denied"
        } else {
            error
        };
        let text = if text.is_empty() {
            "The request was refused."
        } else {
            text
        };
        Ruled {
            number: self.number,
            error: self.error.clone().unwrap_or_else(|| error.to_owned()),
            suberror: self.suberror.clone().or_else(|| suberror.map(str::to_owned)),
            claims: self.claims.clone(),
            text: text.to_owned(),
            stays: self.at == Moment::Page,
        }
    }
}

/// `error`, `suberror` and text that usually come with a number; a plain `invalid_grant` where it is not known.
pub fn usual(number: u32) -> (&'static str, Option<&'static str>, &'static str) {
    let known = USUAL.iter().find(|(numbers, ..)| numbers.contains(&number));
    known.map_or(("invalid_grant", None, ""), |(_, error, suberror, text)| {
        (*error, *suberror, *text)
    })
}

type Usual = (&'static [u32], &'static str, Option<&'static str>, &'static str);

/// After Entra's published list. Which suberror comes with which number is not published: these are reported ones.
#[rustfmt::skip]
const USUAL: [Usual; 39] = [
    (&[65_001], "invalid_grant", Some("consent_required"), "The user or administrator has not consented to use the application."),
    (&[65_004], "access_denied", None, "The user declined to consent to access the app."),
    (&[90_094], "access_denied", None, "An administrator must grant the permissions before the app can be used."),
    (&[90_095], "access_denied", None, "An administrator must approve the request for the permissions."),
    (&[50_105], "access_denied", None, "The signed in user is not assigned to a role for the application."),
    (&[65_002], "invalid_request", None, "The application is not preauthorized for the resource."),
    (&[65_005, 650_052, 650_056, 650_057], "invalid_resource", None, "The application's required resource access is misconfigured."),
    (&[50_058], "login_required", None, "A silent sign-in request was sent but no user is signed in."),
    (&[50_074, 50_076], "interaction_required", Some("basic_action"), "You must use multi-factor authentication to access the resource."),
    (&[50_072, 50_078, 50_079], "interaction_required", Some("basic_action"), "You must enroll in multi-factor authentication, or it has expired."),
    (&[70_043], "invalid_grant", Some("token_expired"), "The refresh token has expired due to sign-in frequency checks by conditional access."),
    (&[700_082, 70_008], "invalid_grant", Some("bad_token"), "The refresh token has expired due to inactivity."),
    (&[700_084], "invalid_grant", Some("bad_token"), "The refresh token was issued to a single page app and has a fixed, limited lifetime."),
    (&[50_132, 50_133, 50_173], "invalid_grant", Some("bad_token"), "The session is not valid due to password expiration or recent password change."),
    (&[50_055, 50_144], "invalid_grant", Some("user_password_expired"), "The password is expired."),
    (&[50_126], "invalid_grant", None, "Error validating credentials due to invalid username or password."),
    (&[50_053], "invalid_grant", None, "The account is locked, or the address it comes from is blocked."),
    (&[50_057], "invalid_grant", None, "The user account is disabled."),
    (&[50_034, 51_004], "invalid_grant", None, "The user account does not exist in the directory."),
    (&[50_020, 16_000], "invalid_grant", None, "The user account does not exist in this tenant and cannot access the application in it."),
    (&[500_208], "invalid_grant", None, "The domain is not a valid login domain for the account type."),
    (&[53_000], "invalid_grant", Some("message_only"), "The device is not in required device state: it must be compliant."),
    (&[53_001, 530_003], "invalid_grant", Some("message_only"), "The device is not in required device state: it must be managed."),
    (&[53_002], "invalid_grant", Some("message_only"), "The app used is not an approved app for Conditional Access."),
    (&[53_003], "invalid_grant", Some("message_only"), "Access has been blocked by Conditional Access policies."),
    (&[53_004, 53_010, 53_011], "interaction_required", Some("additional_action"), "The user needs to complete registration or is at risk."),
    (&[53_005], "unauthorized_client", Some("protection_policy_required"), "The application needs to enforce Intune protection policies."),
    (&[50_155], "invalid_grant", Some("device_authentication_failed"), "Device authentication failed."),
    (&[530_032, 530_035], "access_denied", None, "Access has been blocked by a security policy."),
    (&[500_021, 500_022, 500_212, 500_213], "access_denied", None, "Access to the tenant is denied by a cross-tenant policy."),
    (&[700_016], "unauthorized_client", None, "The application was not found in the directory."),
    (&[50_194], "invalid_request", None, "The application is not configured as a multi-tenant application."),
    (&[700_005], "invalid_grant", None, "The authorization code is intended to be used against another tenant."),
    (&[7_000_218], "invalid_client", None, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
    (&[9_002_326, 9_002_327], "invalid_request", None, "Tokens of a single-page application may only be redeemed via cross-origin requests."),
    (&[7_000_112, 1_000_031], "unauthorized_client", None, "The application is disabled."),
    (&[50_196], "invalid_grant", None, "The server terminated an operation because it encountered a client request loop."),
    (&[90_033, 90_012, 90_024, 90_006, 50_033, 50_087], "temporarily_unavailable", None, "A transient error has occurred. Please try again."),
    (&[700_025], "invalid_client", None, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
];

#[cfg(test)]
mod tests {
    use super::{Moment, Ruling, Rulings, USUAL};

    fn ruling(json: &str) -> Ruling {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_order_concerns_its_person_and_place_as_often_as_it_says() {
        let mut rulings = Rulings::default();
        let order = r#"{"at":"refresh","number":70043,"oid":"Megan","times":2}"#;
        rulings.add(ruling(order)).unwrap();
        assert!(rulings.meets(Moment::Page, "megan").is_ok());
        assert!(rulings.meets(Moment::Refresh, "tomas").is_ok());
        for _ in 0..2 {
            let refused = rulings.meets(Moment::Refresh, "megan").unwrap_err();
            assert_eq!((refused.number(), refused.suberror()), (70_043, Some("token_expired")));
        }
        assert!(rulings.meets(Moment::Refresh, "megan").is_ok());
    }

    #[test]
    fn words_of_the_order_go_before_the_usual_ones() {
        let mut rulings = Rulings::default();
        let order =
            r#"{"at":"refresh","number":50076,"error":"invalid_grant","suberror":"client_mismatch","claims":"{}"}"#;
        rulings.add(ruling(order)).unwrap();
        let refused = rulings.meets(Moment::Refresh, "anybody").unwrap_err();
        assert_eq!(
            (refused.error(), refused.suberror(), refused.claims()),
            ("invalid_grant", Some("client_mismatch"), Some("{}"))
        );
    }

    #[test]
    fn the_application_hears_of_a_refusal_at_the_callback_alone() {
        for (at, stays, error) in [("page", true, "invalid_grant"), ("callback", false, "access_denied")] {
            let mut rulings = Rulings::default();
            rulings
                .add(ruling(&format!(r#"{{"at":"{at}","number":53003}}"#)))
                .unwrap();
            let moment = if stays { Moment::Page } else { Moment::Callback };
            let refused = rulings.meets(moment, "anybody").unwrap_err();
            assert_eq!((refused.stays(), refused.error()), (stays, error), "{at}");
        }
    }

    #[test]
    fn no_number_stands_twice_in_the_table() {
        let mut numbers: Vec<u32> = USUAL.iter().flat_map(|(numbers, ..)| numbers.iter().copied()).collect();
        numbers.sort_unstable();
        let count = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
    }
}
