//! A scripted token endpoint, and a browser that posts what it is told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::{RawForm, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use identity::{Account, Hint, PageTexts, Registration, Scopes, SignIn};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use url::Url;

pub(crate) const TENANT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
pub(crate) const PERSON: &str = "48d31887-5fad-4d73-a9f5-3c356e68a038";
pub(crate) const CLIENT: &str = "11111111-2222-3333-4444-555555555555";

/// Answers each request to the token and device code endpoints with the next of its script, and remembers what was asked.
pub(crate) struct Service {
    pub(crate) registration: Registration,
    script: Arc<Script>,
}

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Response>>,
    asked: watch::Sender<Vec<HashMap<String, String>>>,
    asked_at: Mutex<Vec<Instant>>,
    /// The next answer waits for this.
    held_back: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let script = Arc::new(Script::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/organizations/oauth2/v2.0/{endpoint}", post(answer))
            .with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let registration = Registration {
            client_id: CLIENT.into(),
            tenant: "organizations".parse().unwrap(),
            authority: authority.parse().unwrap(),
            scopes: Scopes {
                resource: None,
                required: vec!["Presence.Read".into()],
                optional: vec!["Presence.ReadWrite".into()],
            },
            check_issuer: true,
        };
        Self { registration, script }
    }

    pub(crate) fn then(&self, answer: impl IntoResponse) {
        self.script.answers.lock().unwrap().push_back(answer.into_response());
    }

    /// What the token endpoint was asked, in order.
    pub(crate) fn asked(&self) -> Vec<HashMap<String, String>> {
        self.script.asked.borrow().clone()
    }

    /// When each request came.
    pub(crate) fn asked_at(&self) -> Vec<Instant> {
        self.script.asked_at.lock().unwrap().clone()
    }

    /// Waits until there were so many requests.
    pub(crate) async fn was_asked(&self, times: usize) {
        let mut asked = self.script.asked.subscribe();
        asked.wait_for(|asked| asked.len() >= times).await.unwrap();
    }

    /// Holds the next answer back until told.
    pub(crate) fn hold(&self, until: oneshot::Receiver<()>) {
        *self.script.held_back.lock().unwrap() = Some(until);
    }

    pub(crate) fn http(&self) -> reqwest::Client {
        identity::Network::default()
            .client(&self.registration.authority, "test")
            .unwrap()
    }

    pub(crate) fn begin(&self) -> (SignIn, Attempt) {
        let pages = PageTexts::english("Presence Tray");
        let sign_in = SignIn::begin(self.http(), self.registration.clone(), Hint::default(), pages).unwrap();
        let attempt = Attempt::of(&sign_in);
        (sign_in, attempt)
    }

    /// The person of [`Service::id_token`].
    pub(crate) fn person() -> Account {
        Account {
            name: "Ada Lovelace".into(),
            username: "ada@example.org".into(),
            tenant_id: TENANT.into(),
            id: PERSON.into(),
        }
    }

    /// A token answer; `change` replaces fields, null takes one away.
    pub(crate) fn tokens(change: &Value) -> axum::Json<Value> {
        let mut answer = json!({"token_type": "Bearer", "scope": "openid Presence.Read Presence.ReadWrite",
            "expires_in": 3600, "ext_expires_in": 3600, "access_token": "the-access-token",
            "refresh_token": "the-refresh-token"});
        merge(&mut answer, change);
        axum::Json(answer)
    }

    /// The id token that belongs to an attempt.
    pub(crate) fn id_token(&self, nonce: &str, change: &Value) -> String {
        let mut claims = json!({"aud": CLIENT, "exp": jiff::Timestamp::now().as_second() + 3600, "nonce": nonce,
            "iss": format!("{}/{TENANT}/v2.0", self.registration.authority), "oid": PERSON, "tid": TENANT,
            "name": "Ada Lovelace", "preferred_username": "ada@example.org"});
        merge(&mut claims, change);
        format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
    }
}

fn merge(object: &mut Value, change: &Value) {
    for (name, value) in change.as_object().unwrap() {
        object[name] = value.clone();
    }
}

async fn answer(State(script): State<Arc<Script>>, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    assert!(!headers.contains_key("authorization"), "a public client has no secret");
    let form = url::form_urlencoded::parse(&form).into_owned().collect();
    script.asked_at.lock().unwrap().push(Instant::now());
    script.asked.send_modify(|asked| asked.push(form));
    let held_back = script.held_back.lock().unwrap().take();
    if let Some(until) = held_back {
        let _ = until.await;
    }
    let answer = script.answers.lock().unwrap().pop_front();
    answer.expect("no answer was scripted")
}

/// What a browser learns from the address it was sent to.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) port: u16,
    pub(crate) query: HashMap<String, String>,
}

impl Attempt {
    fn of(sign_in: &SignIn) -> Self {
        let query: HashMap<_, _> = Url::parse(sign_in.url()).unwrap().query_pairs().into_owned().collect();
        let port = query["redirect_uri"]
            .strip_prefix("http://localhost:")
            .unwrap()
            .parse()
            .unwrap();
        Self { port, query }
    }

    pub(crate) fn state(&self) -> &str {
        &self.query["state"]
    }

    /// A form post as a browser sends it.
    pub(crate) fn form(&self, body: &str) -> Vec<u8> {
        let (port, length) = (self.port, body.len());
        format!(
            "POST / HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: null\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// Posts what a successful sign-in posts.
    pub(crate) async fn succeed(&self) -> String {
        self.send(&self.form(&format!("code=the-code&state={}&session_state=s", self.state())))
            .await
    }

    /// Sends raw bytes and returns everything that comes back.
    pub(crate) async fn send(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        // A server that refuses early may close before all is written.
        let _ = stream.write_all(request).await;
        read_all(stream).await
    }

    pub(crate) async fn is_closed(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).await.is_err()
            && TcpStream::connect(("::1", self.port)).await.is_err()
    }
}

pub(crate) async fn read_all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}
