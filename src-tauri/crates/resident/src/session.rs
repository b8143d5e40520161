//! What a signed-in person can do against Microsoft: sign in, read, write, sign out. One try each; patience is [`crate::patience`]'s.
//!
//! The access token lives here, in memory, and goes nowhere else; the refresh token lives in the keychain.

use std::time::Duration;

use engine::{Code, Failure, Write};
use graph::Graph;
use identity::{AccessToken, Keychain, KeychainError, PageTexts, Registration, SignIn, SignedIn, TokenKey, Tokens};
use jiff::{SignedDuration, Timestamp};
use phrases::Language;
use presence::{Layer, Presence};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    failures::{of_keychain, of_refresh, of_request, of_sign_in},
    patience,
};

/// The way to Microsoft for one registration.
pub(crate) struct Session {
    registration: Registration,
    authority: reqwest::Client,
    graph: Graph,
    keychain: Keychain,
    language: Language,
    /// Held while a refresh is under way, so that there is never a second one.
    access: Mutex<Option<Access>>,
}

struct Access {
    key: TokenKey,
    tokens: Tokens,
}

impl Session {
    pub(crate) fn new(
        registration: Registration,
        graph: &identity::Endpoint,
        keychain: Keychain,
        language: Language,
    ) -> Result<Session, Failure> {
        let client = |endpoint| {
            identity::http_client(endpoint)
                .user_agent(concat!("PresenceTray/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|error| Failure::with(Code::Failed, error.to_string()))
        };
        Ok(Session {
            authority: client(&registration.authority)?,
            graph: Graph::new(client(graph)?, graph.join([])),
            registration,
            keychain,
            language,
            access: Mutex::new(None),
        })
    }

    /// Signs in with the system browser. `waiting` is told the page's address once the way back is open.
    pub(crate) async fn sign_in(
        &self,
        login_hint: Option<&str>,
        waiting: impl FnOnce(&str),
    ) -> Result<engine::Account, Failure> {
        let pages = page_texts(self.language);
        let attempt =
            SignIn::begin(self.authority.clone(), self.registration.clone(), login_hint, pages).map_err(of_sign_in)?;
        if let Err(error) = desktop::browser::open(attempt.url()) {
            // The address is shown to be opened by hand; the sign-in goes on.
            tracing::warn!(%error, "no browser was opened");
        }
        waiting(attempt.url());
        let SignedIn { account, tokens } = attempt.finish().await.map_err(of_sign_in)?;
        let key = TokenKey::new(&self.registration.client_id, &account);
        let refresh = tokens
            .refresh
            .as_ref()
            .ok_or_else(|| Failure::with(Code::Nonsense, "the sign-in brought no refresh token"))?;
        // Held until the token is kept, so that a refresh under way can neither replace nor delete it.
        let mut held = self.access.lock().await;
        self.keychain
            .save(&key, refresh)
            .await
            .map_err(|error| of_keychain(&error))?;
        *held = Some(Access { key, tokens });
        Ok(engine::Account {
            name: account.name,
            username: account.username,
            tenant_id: account.tenant_id,
            id: account.id,
        })
    }

    /// Forgets the token, here and in the keychain.
    pub(crate) async fn sign_out(&self, account: &engine::Account) -> Result<(), Failure> {
        let key = self.key(account);
        // Held until the token is gone, so that a refresh under way cannot bring it back.
        let mut held = self.access.lock().await;
        held.take_if(|access| access.key == key);
        self.keychain.forget(&key).await.map_err(|error| of_keychain(&error))
    }

    /// Reads the presence.
    pub(crate) async fn read(&self, account: &engine::Account) -> Result<Presence, Failure> {
        self.authorized(account, async |token| self.graph.read_presence(token).await)
            .await
    }

    /// Writes once.
    pub(crate) async fn write(&self, account: &engine::Account, write: &Write) -> Result<(), Failure> {
        let me = &account.id;
        let graph = &self.graph;
        self.authorized(account, async |token| match write {
            Write::PreferredPresence(presence, length) => {
                graph.set_user_preferred_presence(token, me, *presence, *length).await
            }
            Write::ClearPreferredPresence => graph.clear_user_preferred_presence(token, me).await,
            Write::Message(text, until) => graph.set_status_message(token, me, text, *until, false).await,
            Write::ClearMessage => graph.clear_status_message(token, me).await,
            Write::Location(location, Layer::Manual) => graph.set_manual_location(token, location).await,
            Write::Location(location, Layer::Automatic) => graph.set_automatic_location(token, location).await,
            Write::ClearLocation(Layer::Manual) => graph.clear_location(token).await,
            Write::ClearLocation(Layer::Automatic) => graph.clear_automatic_location(token).await,
        })
        .await
    }

    /// Calls with a token. A 401 is answered by one refresh and one further call; a second one means that only a new sign-in helps.
    async fn authorized<T>(
        &self,
        account: &engine::Account,
        call: impl AsyncFn(&str) -> Result<T, graph::RequestError>,
    ) -> Result<T, Failure> {
        let token = self.token(account, None).await?;
        match call(token.expose()).await {
            Err(graph::RequestError::Unauthorized { .. }) => {
                let token = self.token(account, Some(&token)).await?;
                call(token.expose()).await.map_err(of_request)
            }
            result => result.map_err(of_request),
        }
    }

    /// A token that is still good: the one at hand, else a new one. `rejected` is one that Graph does not take any more.
    async fn token(&self, account: &engine::Account, rejected: Option<&AccessToken>) -> Result<AccessToken, Failure> {
        let key = self.key(account);
        let mut held = self.access.lock().await;
        let at_hand = held
            .as_ref()
            .filter(|access| access.key == key)
            .map(|access| &access.tokens)
            .filter(|tokens| rejected.is_none_or(|rejected| rejected.expose() != tokens.access.expose()));
        if let Some(tokens) = at_hand.filter(|tokens| Timestamp::now() < tokens.refresh_at) {
            return Ok(tokens.access.clone());
        }
        match self.refresh(&key).await {
            Ok(tokens) => {
                let access = tokens.access.clone();
                *held = Some(Access { key, tokens });
                Ok(access)
            }
            Err(failure) => match at_hand {
                // Due for a refresh, but not yet over: good as long as the service is in trouble.
                Some(tokens) if Timestamp::now() < tokens.expires_at && !failure.code.needs_sign_in() => {
                    Ok(tokens.access.clone())
                }
                _ => Err(failure),
            },
        }
    }

    async fn refresh(&self, key: &TokenKey) -> Result<Tokens, Failure> {
        let kept = match self.keychain.load(key).await {
            Ok(Some(token)) => token,
            Ok(None) => return Err(Failure::of(Code::NotSignedIn)),
            Err(KeychainError::Corrupt) => return Err(Failure::of(Code::SignInNeeded)),
            Err(error) => return Err(of_keychain(&error)),
        };
        let tokens = match identity::refresh(&self.authority, &self.registration, &kept).await {
            Ok(tokens) => tokens,
            Err(error) => {
                if matches!(error, identity::RefreshError::TokenDead(_))
                    && let Err(error) = self.keychain.forget(key).await
                {
                    tracing::warn!(%error, "a dead token stays in the keychain");
                }
                return Err(of_refresh(error));
            }
        };
        if let Some(new) = &tokens.refresh
            && let Err(error) = self.keychain.save(key, new).await
        {
            // Entra keeps the old one good, so nothing is lost but the new one's longer life.
            tracing::warn!(%error, "the new refresh token was not saved");
        }
        Ok(tokens)
    }

    fn key(&self, account: &engine::Account) -> TokenKey {
        let account = identity::Account {
            name: account.name.clone(),
            username: account.username.clone(),
            tenant_id: account.tenant_id.clone(),
            id: account.id.clone(),
        };
        TokenKey::new(&self.registration.client_id, &account)
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
