//! Against the tenant in a box: what happens to a sign-in and its tokens in real tenants.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use identity::{
    AccessToken, Account, Cause, Claims, DeviceSignIn, Diagnosis, Hint, Keychain, Network, PageTexts, RefreshError,
    Registration, Scopes, SignIn, SignInError, SignedIn, TokenError, TokenSource,
};
use serde_json::{Value, json};
use simulator::{Announcement, Simulator};

struct Tenant {
    _simulator: Simulator,
    at: Announcement,
    registration: Registration,
    http: reqwest::Client,
    keychain: Keychain,
}

impl Tenant {
    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let at = simulator.announcement().clone();
        let registration = Registration {
            client_id: at.client_id.clone(),
            tenant: "organizations".parse().unwrap(),
            authority: at.authority.parse().unwrap(),
            scopes: Scopes {
                resource: None,
                required: vec!["Presence.Read".into()],
                optional: vec!["Presence.ReadWrite".into()],
            },
            check_issuer: true,
        };
        Self {
            http: Network::default().client(&registration.authority, "test").unwrap(),
            keychain: Keychain::session_only(),
            _simulator: simulator,
            at,
            registration,
        }
    }

    /// A source as a new process has it: with nothing but the keychain.
    fn source(&self) -> TokenSource {
        TokenSource::new(
            self.http.clone(),
            self.registration.clone(),
            self.keychain.clone(),
            None,
        )
    }

    async fn control(&self, what: &str, body: Value) {
        let url = format!("{}/simulator/{what}", self.at.graph);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{what} {body}: {}",
            answer.text().await.unwrap()
        );
    }

    async fn happens(&self, event: &str) {
        self.control("account", json!({"oid": self.at.oid, "event": event}))
            .await;
    }

    /// The first person signs in; what the browser shows at the end comes to the port.
    async fn sign_in(&self, claims: Option<&Claims>) -> Result<SignedIn, SignInError> {
        let hint = Hint { username: None, claims };
        let pages = PageTexts::english("Presence Tray");
        let attempt = SignIn::begin(self.http.clone(), self.registration.clone(), hint, pages).unwrap();
        let url = attempt.url().to_owned();
        let browser = async {
            let page = self
                .http
                .post(url)
                .form(&[("person", &self.at.oid)])
                .send()
                .await
                .unwrap();
            let (action, fields) = form_in(&page.text().await.unwrap());
            let shown = self.http.post(action).form(&fields).send().await.unwrap();
            assert_eq!(shown.status(), 200);
        };
        tokio::join!(attempt.finish(), browser).0
    }

    /// Signs in and keeps it.
    async fn signed_in(&self) -> (TokenSource, Account) {
        let signed_in = self.sign_in(None).await.unwrap();
        let source = self.source();
        source.adopt(&signed_in).await.unwrap();
        (source, signed_in.account)
    }

    /// Whether Graph takes the token, and what it asks for if not.
    async fn read(&self, token: &AccessToken) -> Result<(), Option<Claims>> {
        let url = format!("{}/v1.0/me/presence", self.at.graph);
        let answer = self.http.get(url).bearer_auth(token.expose()).send().await.unwrap();
        if answer.status() == 200 {
            return Ok(());
        }
        assert_eq!(answer.status(), 401);
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        let claims = challenge
            .split("claims=\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap());
        Err(claims.map(|claims| {
            use base64::Engine as _;
            let decoded = base64::prelude::BASE64_STANDARD.decode(claims).unwrap();
            String::from_utf8(decoded).unwrap().parse().unwrap()
        }))
    }
}

/// Where the form of a page goes, and its hidden fields.
fn form_in(page: &str) -> (String, Vec<(String, String)>) {
    let attribute = |tag: &str, name: &str| {
        let from = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(from.split('"').next()?.replace("&amp;", "&"))
    };
    let form = page.split("<form").nth(1).unwrap_or_else(|| panic!("no form: {page}"));
    let inputs = form.split("<input").skip(1);
    let fields = inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)));
    (attribute(form, "action").unwrap(), fields.collect())
}

fn cause(error: &TokenError) -> Cause {
    Diagnosis::from(error).cause
}

#[tokio::test]
async fn a_sign_in_lives_on_for_months_of_use_and_ends_after_ninety_days_without() {
    let tenant = Tenant::start().await;
    let (source, account) = tenant.signed_in().await;
    let mut token = source.token(&account).await.unwrap();
    tenant.read(&token).await.unwrap();
    for _ in 0..4 {
        tenant.control("clock", json!({"advance": "P60D"})).await;
        assert_eq!(tenant.read(&token).await, Err(None), "it is over");
        token = source.replace(&account, &token, None).await.unwrap();
        tenant.read(&token).await.unwrap();
    }
    tenant.control("clock", json!({"advance": "P91D"})).await;
    let error = source.replace(&account, &token, None).await.unwrap_err();
    assert_eq!(cause(&error), Cause::AwayTooLong, "{error:?}");
    // In a new process too, and a new sign-in puts it right.
    assert!(tenant.source().token(&account).await.is_err());
    let (source, account) = tenant.signed_in().await;
    tenant.read(&source.token(&account).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_changed_policy_is_met_by_one_refresh_and_a_second_factor_by_a_sign_in() {
    let tenant = Tenant::start().await;
    let (source, account) = tenant.signed_in().await;
    let token = source.token(&account).await.unwrap();
    tenant.happens("change_policy").await;
    let challenge = tenant.read(&token).await.unwrap_err().expect("a challenge");
    let token = source.replace(&account, &token, Some(&challenge)).await.unwrap();
    tenant.read(&token).await.unwrap();

    tenant.happens("require_second_factor").await;
    let challenge = tenant.read(&token).await.unwrap_err().expect("a challenge");
    let error = source.replace(&account, &token, Some(&challenge)).await.unwrap_err();
    assert!(
        matches!(&error, TokenError::Refresh(RefreshError::InteractionNeeded(_))),
        "{error:?}"
    );
    let claims = source.challenge(&account.username).expect("for the next sign-in");
    let signed_in = tenant.sign_in(Some(&claims)).await.unwrap();
    source.adopt(&signed_in).await.unwrap();
    tenant.read(&source.token(&account).await.unwrap()).await.unwrap();
    assert_eq!(source.challenge(&account.username), None);
}

#[tokio::test]
async fn who_may_only_read_reads_also_after_a_restart() {
    let tenant = Tenant::start().await;
    let ceiling = json!({"oid": tenant.at.oid, "ceiling": ["Presence.Read"]});
    tenant.control("consent", ceiling).await;
    let signed_in = tenant.sign_in(None).await.unwrap();
    assert_eq!(
        signed_in.tokens.granted.lacking(&tenant.registration.scopes),
        ["Presence.ReadWrite"]
    );
    tenant.source().adopt(&signed_in).await.unwrap();
    let restarted = tenant.source();
    let token = restarted.token(&signed_in.account).await.unwrap();
    tenant.read(&token).await.unwrap();
    assert!(!restarted.grants(&signed_in.account).unwrap().has("Presence.ReadWrite"));
}

#[tokio::test]
async fn every_end_of_a_session_is_told_apart_and_has_ids_to_copy() {
    for (refusal, expected) in [
        (json!({"number": 70043}), Cause::RegularSignIn),
        (
            json!({"number": 50076, "suberror": "basic_action"}),
            Cause::SecondFactorNeeded,
        ),
        (
            json!({"number": 53003, "suberror": "message_only"}),
            Cause::ConditionalAccess,
        ),
        (json!({"number": 50173}), Cause::Revoked),
        (json!({"number": 700_082, "suberror": "bad_token"}), Cause::AwayTooLong),
        (json!({"number": 50057}), Cause::AccountDisabled),
    ] {
        let tenant = Tenant::start().await;
        let (_, account) = tenant.signed_in().await;
        let mut order = refusal.clone();
        order["at"] = "refresh".into();
        tenant.control("refusals", order).await;
        let error = tenant.source().token(&account).await.unwrap_err();
        let diagnosis = Diagnosis::from(&error);
        assert_eq!(diagnosis.cause, expected, "{refusal}: {error:?}");
        assert!(diagnosis.correlation_id.is_some() && diagnosis.trace_id.is_some());
    }
    let tenant = Tenant::start().await;
    tenant
        .control("refusals", json!({"at": "callback", "number": 53003}))
        .await;
    let error = tenant.sign_in(None).await.unwrap_err();
    let diagnosis = Diagnosis::from(&error);
    assert_eq!(
        (diagnosis.cause, diagnosis.code),
        (Cause::ConditionalAccess, Some(53003))
    );
    assert!(diagnosis.correlation_id.is_some(), "{error:?}");
}

#[tokio::test]
async fn bad_weather_costs_no_sign_in() {
    let tenant = Tenant::start().await;
    let (_, account) = tenant.signed_in().await;
    let path = "/organizations/oauth2/v2.0/token";
    for rule in [
        json!({"status": 503}),
        json!({"status": 500, "body": "<html>"}),
        json!({"drop": true}),
        json!({"lose": true}),
        json!({"truncate": true}),
        json!({"status": 200, "body": "<h1>Hotel Wi-Fi</h1>"}),
        json!({"status": 429, "retry_after": "0"}),
    ] {
        let mut rule = rule;
        (rule["path"], rule["times"]) = (path.into(), 1.into());
        tenant.control("weather", rule.clone()).await;
        let error = tenant.source().token(&account).await.unwrap_err();
        let needs_person = matches!(&error, TokenError::Refresh(error) if error.needs_sign_in());
        assert!(!needs_person && error != TokenError::SignedOut, "{rule}: {error:?}");
        let token = tenant.source().token(&account).await.unwrap();
        tenant.read(&token).await.unwrap();
    }
}

#[tokio::test]
async fn somebody_signs_in_with_a_code_on_another_device() {
    let tenant = Tenant::start().await;
    tenant.control("application", json!({"device_code_interval": 1})).await;
    let attempt = DeviceSignIn::begin(tenant.http.clone(), tenant.registration.clone())
        .await
        .unwrap();
    let code = attempt.user_code().to_owned();
    let finished = tokio::spawn(attempt.finish());
    let page = format!("{}/common/oauth2/deviceauth", tenant.at.authority);
    let fields = [("otc", code.as_str()), ("person", &tenant.at.oid)];
    let shown = tenant.http.post(page).form(&fields).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let signed_in = finished.await.unwrap().unwrap();
    assert_eq!(signed_in.account.id, tenant.at.oid);
}
