//! Against a certified OpenID provider, so that the sign-in is not only true to a simulator of the same house.
//!
//! It is `oidc-provider` for Node.js, in `tests/oidc-provider`; its packages are installed if they are not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use identity::{
    Account, DeviceSignIn, Hint, Keychain, Moment, Network, PageTexts, RefreshError, Registration, Scopes, SignIn,
    SignInError, SignedIn, TokenSource, refresh,
};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::Value;
use url::Url;

struct Provider {
    process: Child,
    /// Held open: the provider ends if it cannot say something.
    _output: BufReader<ChildStdout>,
    registration: Registration,
    person: Account,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oidc-provider")
}

/// Installs what the lock file names, once; npm writes its own copy of that file last.
fn install() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        if folder().join("node_modules/.package-lock.json").exists() {
            return;
        }
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let status = Command::new(npm)
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder())
            .stdout(Stdio::null())
            .status();
        let installed = status.is_ok_and(|status| status.success());
        assert!(
            installed,
            "run 'npm ci' in {}; it needs Node.js and a network",
            folder().display()
        );
    });
}

impl Provider {
    fn start() -> Self {
        install();
        let mut process = Command::new("node")
            .arg("provider.js")
            .current_dir(folder())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("install Node.js");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).expect("the provider does not start");
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Self {
            process,
            _output: output,
            registration: Registration {
                client_id: text("client_id"),
                tenant: "organizations".parse().unwrap(),
                authority: text("authority").parse().unwrap(),
                scopes: Scopes {
                    resource: None,
                    required: vec!["Presence.Read".into()],
                    optional: vec!["Presence.ReadWrite".into()],
                },
                check_issuer: true,
            },
            person: Account {
                name: "Ada Lovelace".into(),
                username: "ada@example.org".into(),
                tenant_id: text("tenant"),
                id: text("person"),
            },
        }
    }

    fn http(&self) -> reqwest::Client {
        Network::default().client(&self.registration.authority, "test").unwrap()
    }

    async fn sign_in(&self, username: Option<&str>) -> Result<SignedIn, SignInError> {
        let hint = Hint { username, claims: None };
        let pages = PageTexts::english("Presence Tray");
        let attempt = SignIn::begin(self.http(), self.registration.clone(), hint, pages).unwrap();
        let url = attempt.url().to_owned();
        let (result, page) = tokio::join!(attempt.finish(), Browser::new().visit(&url));
        assert!(page.contains("return to Presence Tray"), "{page}");
        result
    }
}

/// Follows redirects, keeps cookies, and submits each form it meets.
struct Browser {
    http: reqwest::Client,
    cookies: HashMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        Self {
            http: http.build().unwrap(),
            cookies: HashMap::new(),
        }
    }

    /// The page it ends at.
    async fn visit(mut self, address: &str) -> String {
        let mut url = Url::parse(address).unwrap();
        let mut form = None;
        for _ in 0..20 {
            let request = match form.take() {
                Some(fields) => self.http.post(url.clone()).form::<Vec<(String, String)>>(&fields),
                None => self.http.get(url.clone()),
            };
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let answer = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
            for cookie in answer.headers().get_all(SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            if let Some(location) = answer.headers().get(LOCATION) {
                url = url.join(location.to_str().unwrap()).unwrap();
                continue;
            }
            let page = answer.text().await.unwrap();
            let Some((action, fields)) = form_in(&page) else {
                return page;
            };
            url = url.join(&action).unwrap();
            form = Some(fields);
        }
        panic!("no end at {url}")
    }
}

/// Where the first form of a page goes, and its fields.
fn form_in(page: &str) -> Option<(String, Vec<(String, String)>)> {
    let form = page.split("<form").nth(1)?;
    let attribute = |tag: &str, name: &str| {
        let from = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(from.split('"').next()?.replace("&amp;", "&"))
    };
    let inputs = form
        .split("<input")
        .skip(1)
        .map(|input| input.split('>').next().unwrap());
    let fields =
        inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())));
    Some((attribute(form, "action")?, fields.collect()))
}

#[tokio::test]
async fn a_person_signs_in_and_is_refreshed_with_rotation() {
    let provider = Provider::start();
    let signed_in = provider.sign_in(None).await.unwrap();
    assert_eq!(signed_in.account, provider.person);
    assert!(signed_in.tokens.granted.has("Presence.ReadWrite"));
    assert!(!signed_in.tokens.validity.is_due(Moment::now()));

    let keychain = Keychain::session_only();
    let source = TokenSource::new(provider.http(), provider.registration.clone(), keychain, None);
    source.adopt(&signed_in).await.unwrap();
    let mut token = source.token(&provider.person).await.unwrap();
    for _ in 0..3 {
        let next = source.replace(&provider.person, &token, None).await.unwrap();
        assert_ne!(next.expose(), token.expose());
        token = next;
    }
    // The first refresh token is used up long since.
    let old = signed_in.tokens.refresh.unwrap();
    let error = refresh(&provider.http(), &provider.registration, &old, &provider.person, None)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, RefreshError::InteractionNeeded(refusal) if refusal.error == "invalid_grant"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_known_person_is_hinted_at_and_who_declines_is_not_signed_in() {
    let provider = Provider::start();
    assert!(provider.sign_in(Some("ada@example.org")).await.is_ok());
    let error = provider.sign_in(Some("decliner")).await.unwrap_err();
    assert!(matches!(error, SignInError::Cancelled), "{error:?}");
}

#[tokio::test]
async fn a_person_signs_in_with_a_code_on_another_device() {
    let provider = Provider::start();
    let attempt = DeviceSignIn::begin(provider.http(), provider.registration.clone())
        .await
        .unwrap();
    let address = format!("{}?user_code={}", attempt.address(), attempt.user_code());
    let (result, page) = tokio::join!(attempt.finish(), Browser::new().visit(&address));
    assert_eq!(result.unwrap().account, provider.person, "{page}");
}
