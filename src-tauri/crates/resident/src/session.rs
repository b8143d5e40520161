//! What a signed-in person can do against Microsoft: sign in, read, write, sign out. One try each; patience is [`crate::patience`]'s.
//!
//! Tokens are the [`TokenSource`]'s: access tokens in its memory, refresh tokens in the keychain.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use engine::{Code, Failure, Place, Write};
use graph::Graph;
use identity::{
    DeviceSignIn, Endpoint, Hint, Keychain, Network, PageTexts, Registration, SignIn, SignedIn, TokenSource,
};
use jiff::SignedDuration;
use phrases::Language;
use presence::{Layer, Presence, SessionLength, SessionPresence};
use tokio::time::Instant;

use crate::{
    failures::{of_keychain, of_network, of_reading, of_request, of_sign_in, of_token},
    patience,
};

/// What the program calls itself.
pub(crate) const USER_AGENT: &str = concat!("PresenceTray/", env!("CARGO_PKG_VERSION"));

/// The way to Microsoft for one registration.
pub(crate) struct Session {
    registration: Registration,
    authority: reqwest::Client,
    graph: Graph,
    tokens: TokenSource,
    /// Whether tokens outlive the program; not where there is no keychain and the person agreed.
    keeps_tokens: bool,
    language: Language,
    network: Network,
    endpoints: [Endpoint; 2],
    /// Whether the desktop has to be asked (again) for the way out.
    lost: AtomicBool,
}

impl Session {
    /// `turns` is a folder that the processes of one person share ([`TokenSource::new`]).
    pub(crate) fn new(
        registration: Registration,
        graph: &Endpoint,
        network: Network,
        keychain: Keychain,
        turns: Option<PathBuf>,
        language: Language,
    ) -> Result<Session, Failure> {
        let client = |endpoint| network.client(endpoint, USER_AGENT).map_err(|error| of_network(&error));
        let authority = client(&registration.authority)?;
        // One for both where the way is the same: each client reads the system's certificates, and keeps them.
        let to_graph = if graph.is_loopback() == registration.authority.is_loopback() {
            authority.clone()
        } else {
            client(graph)?
        };
        Ok(Session {
            tokens: TokenSource::new(authority.clone(), registration.clone(), keychain, turns),
            authority,
            graph: Graph::new(to_graph, graph.join([])),
            endpoints: [registration.authority.clone(), graph.clone()],
            registration,
            keeps_tokens: true,
            language,
            network,
            lost: AtomicBool::new(true),
        })
    }

    /// The same, with what is signed in from now on kept in memory alone.
    pub(crate) fn for_this_session_only(&self) -> Session {
        let registration = self.registration.clone();
        Session {
            tokens: TokenSource::new(
                self.authority.clone(),
                registration.clone(),
                Keychain::session_only(),
                None,
            ),
            authority: self.authority.clone(),
            graph: self.graph.clone(),
            registration,
            keeps_tokens: false,
            language: self.language,
            network: self.network.clone(),
            endpoints: self.endpoints.clone(),
            lost: AtomicBool::new(true),
        }
    }

    /// Signs in with the system browser. `waiting` is told the page's address once the way back is open.
    pub(crate) async fn sign_in(
        &self,
        login_hint: Option<&str>,
        waiting: impl FnOnce(&str),
    ) -> Result<(engine::Account, engine::Grants), Failure> {
        self.find_the_way().await;
        let claims = login_hint.and_then(|username| self.tokens.challenge(username));
        let hint = Hint {
            username: login_hint,
            claims: claims.as_ref(),
        };
        let pages = page_texts(self.language);
        let attempt = SignIn::begin(self.authority.clone(), self.registration.clone(), hint, pages)
            .map_err(|error| of_sign_in(&error))?;
        if let Err(error) = desktop::browser::open(attempt.url()) {
            // The address is shown to be opened by hand; the sign-in goes on.
            tracing::warn!(%error, "no browser was opened");
        }
        waiting(attempt.url());
        self.adopt(attempt.finish().await.map_err(|error| of_sign_in(&error))?)
            .await
    }

    /// Signs in with a code that is typed into a browser anywhere. `waiting` is told the address and the code.
    pub(crate) async fn sign_in_by_code(
        &self,
        waiting: impl FnOnce(&str, &str),
    ) -> Result<(engine::Account, engine::Grants), Failure> {
        self.find_the_way().await;
        let attempt = DeviceSignIn::begin(self.authority.clone(), self.registration.clone())
            .await
            .map_err(|error| of_sign_in(&error))?;
        waiting(attempt.address(), attempt.user_code());
        self.adopt(attempt.finish().await.map_err(|error| of_sign_in(&error))?)
            .await
    }

    /// Keeps the tokens of somebody who signed in.
    async fn adopt(&self, signed_in: SignedIn) -> Result<(engine::Account, engine::Grants), Failure> {
        if signed_in.tokens.refresh.is_none() {
            return Err(Failure::with(Code::Nonsense, "the sign-in brought no refresh token"));
        }
        self.tokens
            .adopt(&signed_in)
            .await
            .map_err(|error| of_keychain(&error))?;
        let granted = self.tokens.grants(&signed_in.account);
        let has = |permission| granted.as_ref().is_some_and(|granted| granted.has(permission));
        let grants = engine::Grants {
            write: has("Presence.ReadWrite"),
            places: has("Place.Read.All"),
            kept: self.keeps_tokens,
        };
        let account = signed_in.account;
        let account = engine::Account {
            name: account.name,
            username: account.username,
            tenant_id: account.tenant_id,
            id: account.id,
        };
        Ok((account, grants))
    }

    /// Forgets the tokens, here and in the keychain.
    pub(crate) async fn sign_out(&self, account: &engine::Account) -> Result<(), Failure> {
        self.tokens
            .forget(&known(account))
            .await
            .map_err(|error| of_keychain(&error))
    }

    /// Reads the presence.
    pub(crate) async fn read(&self, account: &engine::Account) -> Result<Presence, Failure> {
        self.authorized(account, async |token| self.graph.read_presence(token).await)
            .await
            .map_err(of_reading)
    }

    /// Reads the tenant's buildings.
    pub(crate) async fn buildings(&self, account: &engine::Account) -> Result<Vec<Place>, Failure> {
        let buildings = self.authorized(account, async |token| self.graph.list_buildings(token).await);
        let place = |building: graph::Building| Place {
            name: building.name,
            id: building.id,
        };
        Ok(buildings.await?.into_iter().map(place).collect())
    }

    /// Writes once.
    pub(crate) async fn write(&self, account: &engine::Account, write: &Write) -> Result<(), Failure> {
        let me = &account.id;
        let client_id = &self.registration.client_id;
        let graph = &self.graph;
        self.authorized(account, async |token| match write {
            Write::PreferredPresence(presence, length) => {
                graph.set_user_preferred_presence(token, me, *presence, *length).await
            }
            Write::ClearPreferredPresence => graph.clear_user_preferred_presence(token, me).await,
            Write::Message { text, until, pinned } => graph.set_status_message(token, me, text, *until, *pinned).await,
            Write::ClearMessage => graph.clear_status_message(token, me).await,
            Write::Location(location, Layer::Manual) => graph.set_manual_location(token, location).await,
            Write::Location(location, Layer::Automatic) => graph.set_automatic_location(token, location).await,
            Write::ClearLocation(Layer::Manual) => graph.clear_location(token).await,
            Write::ClearLocation(Layer::Automatic) => graph.clear_automatic_location(token).await,
            Write::Session(length) => {
                let length = SessionLength::nearest(*length);
                graph
                    .set_presence(token, me, client_id, SessionPresence::Away, Some(length))
                    .await
            }
            Write::ClearSession => graph.clear_presence(token, me, client_id).await,
        })
        .await
    }

    async fn authorized<T>(
        &self,
        account: &engine::Account,
        call: impl AsyncFn(&str) -> Result<T, graph::RequestError>,
    ) -> Result<T, Failure> {
        self.find_the_way().await;
        let result = self.call_with_token(account, call).await;
        if result.as_ref().is_err_and(|failure| failure.code == Code::Unreachable) {
            self.lost.store(true, Ordering::Relaxed);
        }
        result
    }

    /// The network may be another one than at the last call, with another proxy.
    async fn find_the_way(&self) {
        if self.lost.swap(false, Ordering::Relaxed) {
            self.network.ask_desktop(&self.endpoints).await;
        }
    }

    /// Calls with a token. A 401 is answered by one refresh, with the claims that Graph asks for, and one further call; a second one means that
    /// only a new sign-in helps.
    async fn call_with_token<T>(
        &self,
        account: &engine::Account,
        call: impl AsyncFn(&str) -> Result<T, graph::RequestError>,
    ) -> Result<T, Failure> {
        let account = known(account);
        let token = self.tokens.token(&account).await.map_err(of_token)?;
        match call(token.expose()).await {
            Err(graph::RequestError::Unauthorized { claims }) => {
                let challenge = claims.and_then(|claims| claims.parse().ok());
                let token = self.tokens.replace(&account, &token, challenge.as_ref()).await;
                call(token.map_err(of_token)?.expose()).await.map_err(of_request)
            }
            result => result.map_err(of_request),
        }
    }
}

fn known(account: &engine::Account) -> identity::Account {
    identity::Account {
        name: account.name.clone(),
        username: account.username.clone(),
        tenant_id: account.tenant_id.clone(),
        id: account.id.clone(),
    }
}

/// Calls until it succeeds, fails for good, or patience ends.
pub(crate) async fn patiently<T>(call: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    let started = Instant::now();
    let tries = async {
        let mut retries = 0;
        loop {
            let failure = match call().await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let Some(pause) = patience::pause_before_retry(&failure, retries, started.elapsed()) else {
                return Err(failure);
            };
            tracing::debug!(code = failure.code.name(), ?pause, "trying again");
            tokio::time::sleep(pause).await;
            retries += 1;
        }
    };
    match tokio::time::timeout(patience::IN_ALL, tries).await {
        Ok(result) => result,
        Err(_) => Err(Failure::of(Code::Unreachable)),
    }
}

/// A pause of the other side, for the engine.
pub(crate) fn pause(pause: Option<Duration>) -> Option<SignedDuration> {
    pause.and_then(|pause| SignedDuration::try_from(pause).ok())
}

fn page_texts(language: Language) -> PageTexts {
    let phrases = language.phrases();
    let notice = |key: &str| identity::Notice {
        title: phrases.text(&format!("page.{key}.title")).to_owned(),
        text: phrases.text(&format!("page.{key}.text")).to_owned(),
    };
    PageTexts {
        language: language.tag().to_owned(),
        received: notice("received"),
        refused: notice("refused"),
        stray: notice("stray"),
        waiting: notice("waiting"),
    }
}
