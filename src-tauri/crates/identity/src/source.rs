//! Access tokens whenever one is needed: from memory, or silently got anew.

mod turn;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::claims::Claims;
use crate::grants::Grants;
use crate::keychain::{Keychain, KeychainError, TokenKey};
use crate::refresh::{RefreshError, refresh};
use crate::refusal::Refusal;
use crate::registration::Registration;
use crate::sign_in::SignedIn;
use crate::token::{AccessToken, Account, RefreshToken, Tokens};
use crate::validity::{Moment, Validity};

/// After a refresh that failed, a token that is still good is left alone this long.
const REST: Duration = Duration::from_secs(60);
/// After a plain no, this long before the same is asked again, as in MSAL.
const SAME_ANSWER: Duration = Duration::from_secs(60);

/// Hands out access tokens, for any number of accounts, under one registration and out of one keychain.
///
/// One refresh at a time for each account: every caller of this process waits for it, and so does every other process that
/// was given the same folder. What is new is in the keychain before it is handed out. A refusal that only the person can
/// change is not asked for again until they signed in, and a browser is never opened.
pub struct TokenSource {
    http: reqwest::Client,
    registration: Registration,
    keychain: Keychain,
    turns: Option<PathBuf>,
    accounts: Mutex<HashMap<String, Arc<Slot>>>,
}

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The keychain holds no refresh token of this account under this client id.
    #[error("nobody is signed in")]
    SignedOut,
    /// The keychain's no. Not a sign-out.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The service's no.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
}

/// What is known of one account.
struct Slot {
    username: String,
    state: tokio::sync::Mutex<State>,
    /// Readable while a refresh is under way.
    told: Mutex<Told>,
    /// How many wait to sign this account out; a refresh under way makes room for them.
    leaving: watch::Sender<usize>,
}

#[derive(Default)]
struct Told {
    grants: Option<Grants>,
    challenge: Option<Claims>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// A token that the keychain did not take.
    unsaved: Option<Unsaved>,
    pause: Option<Pause>,
    /// The refresh token that only a sign-in can replace, and what the service said to it.
    refused: Option<(RefreshToken, RefreshError)>,
    /// A challenge not yet met.
    challenge: Option<Claims>,
}

struct Held {
    access: AccessToken,
    validity: Validity,
    /// The challenge this token was got for.
    met: Option<Claims>,
}

struct Unsaved {
    token: RefreshToken,
    /// What the keychain held instead; anything else there is newer.
    instead_of: RefreshToken,
}

struct Pause {
    since: Moment,
    length: Duration,
    error: RefreshError,
}

impl Pause {
    fn left(&self, now: Moment) -> Option<Duration> {
        self.length
            .checked_sub(now.since(self.since))
            .filter(|left| !left.is_zero())
    }
}

impl TokenSource {
    /// `http` is a client for the registration's authority. Processes that share the keychain take turns by lock files in
    /// the folder `turns`, which holds nothing else; `None` where no other process uses this keychain.
    pub fn new(http: reqwest::Client, registration: Registration, keychain: Keychain, turns: Option<PathBuf>) -> Self {
        Self {
            http,
            registration,
            keychain,
            turns,
            accounts: Mutex::default(),
        }
    }

    /// A token that is good for now.
    pub async fn token(&self, account: &Account) -> Result<AccessToken, TokenError> {
        self.obtain(account, None).await
    }

    /// A token in place of one that the resource rejected (401), with the claims challenge if it sent one. Call once, and
    /// try the call once more with the new token.
    ///
    /// A challenge that comes back for the very token it brought is not asked about again: that ends as
    /// [`RefreshError::InteractionNeeded`], and the next sign-in hands it on ([`TokenSource::challenge`]).
    pub async fn replace(
        &self,
        account: &Account,
        rejected: &AccessToken,
        challenge: Option<&Claims>,
    ) -> Result<AccessToken, TokenError> {
        self.obtain(account, Some((rejected, challenge))).await
    }

    /// Takes over a sign-in: into the keychain, then into use. If the keychain does not take it, nothing is in use, and it
    /// may be offered to another source, one with [`Keychain::session_only`]. A save that was given up while the system
    /// asked the person to unlock the keychain may still be carried out once they do.
    pub async fn adopt(&self, SignedIn { account, tokens }: &SignedIn) -> Result<(), KeychainError> {
        let (key, slot) = self.slot(account);
        let mut state = slot.state.lock().await;
        let _turn = self.turn(&key).await;
        if let Some(token) = &tokens.refresh {
            self.keychain.save(&key, token).await?;
        }
        *state = State::default();
        slot.tell(&state, Some(tokens));
        state.held = Some(Held::new(tokens, None));
        Ok(())
    }

    /// Signs out: forgets everything about the account, here and in the keychain. A refresh under way is given up.
    ///
    /// The service is told nothing, as it has no way to end a refresh token: who wants that signs out everywhere at
    /// <https://myaccount.microsoft.com>.
    pub async fn forget(&self, account: &Account) -> Result<(), KeychainError> {
        let (key, slot) = self.slot(account);
        let _leaving = Leaving::new(&slot);
        let mut state = slot.state.lock().await;
        *state = State::default();
        *slot.told() = Told::default();
        // Another process may be about to save: its turn first, or its token would come after.
        let _turn = self.turn(&key).await;
        self.keychain.forget(&key).await
    }

    /// What was granted, once it is known.
    pub fn grants(&self, account: &Account) -> Option<Grants> {
        self.slot(account).1.told().grants.clone()
    }

    /// The challenge that the next sign-in of this user must hand back.
    pub fn challenge(&self, username: &str) -> Option<Claims> {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slots = accounts.values().filter(|slot| slot.username == username);
        slots.find_map(|slot| slot.told().challenge.clone())
    }

    async fn obtain(
        &self,
        account: &Account,
        rejection: Option<(&AccessToken, Option<&Claims>)>,
    ) -> Result<AccessToken, TokenError> {
        let (key, slot) = self.slot(account);
        let mut leaving = slot.leaving.subscribe();
        let mut state = slot.state.lock().await;
        if *leaving.borrow() > 0 {
            return Err(TokenError::SignedOut);
        }
        let mut result = state.at_hand(rejection, Moment::now());
        if result.is_none() {
            result = tokio::select! {
                result = self.refresh(&key, account, &mut state) => Some(result),
                _ = leaving.wait_for(|leaving| *leaving > 0) => None,
            };
        }
        slot.tell(&state, None);
        result.unwrap_or(Err(TokenError::SignedOut))
    }

    /// Asks the service, in this account's turn.
    async fn refresh(&self, key: &TokenKey, account: &Account, state: &mut State) -> Result<AccessToken, TokenError> {
        let _turn = self.turn(key).await;
        // Only now: another process may have put a new one there while this one waited.
        let kept = state.newest(self.keychain.load(key).await)?;
        if let Some((refused, error)) = &state.refused
            && *refused == kept
        {
            return state.fall_back(error.clone());
        }
        let challenge = state.challenge.clone();
        let registration = self.narrowed(account);
        match refresh(&self.http, &registration, &kept, account, challenge.as_ref()).await {
            Ok(tokens) => {
                state.unsaved = None;
                if let Some(new) = &tokens.refresh
                    && let Err(error) = self.keychain.save(key, new).await
                {
                    tracing::warn!(%error, "the new refresh token is kept in memory alone for now");
                    state.unsaved = Some(Unsaved {
                        token: new.clone(),
                        instead_of: kept,
                    });
                }
                (state.pause, state.refused, state.challenge) = (None, None, None);
                self.slot(account).1.tell(state, Some(&tokens));
                state.held = Some(Held::new(&tokens, challenge));
                Ok(tokens.access)
            }
            Err(error) => {
                if matches!(error, RefreshError::TokenDead(_)) {
                    state.unsaved = None;
                    self.bury(key, &kept).await;
                }
                state.remember(kept, &error, Moment::now());
                state.fall_back(error)
            }
        }
    }

    /// Deletes a dead token, unless another one has taken its place.
    async fn bury(&self, key: &TokenKey, dead: &RefreshToken) {
        let deleted = match self.keychain.load(key).await {
            Ok(Some(kept)) if kept == *dead => self.keychain.forget(key).await,
            _ => Ok(()),
        };
        if let Err(error) = deleted {
            tracing::warn!(%error, "a dead token stays in the keychain");
        }
    }

    /// Without the optional permissions that are known not to be granted.
    fn narrowed(&self, account: &Account) -> Registration {
        let mut registration = self.registration.clone();
        if let Some(grants) = self.grants(account) {
            registration.scopes = registration.scopes.with_optional(|name| grants.has(name));
        }
        registration
    }

    async fn turn(&self, key: &TokenKey) -> Option<turn::Turn> {
        turn::take(self.turns.as_deref()?, key).await
    }

    fn slot(&self, account: &Account) -> (TokenKey, Arc<Slot>) {
        let key = TokenKey::new(&self.registration.client_id, account);
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = accounts.entry(key.to_string()).or_insert_with(|| {
            Arc::new(Slot {
                username: account.username.clone(),
                state: tokio::sync::Mutex::default(),
                told: Mutex::default(),
                leaving: watch::Sender::new(0),
            })
        });
        (key, Arc::clone(slot))
    }
}

impl Slot {
    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, state: &State, new: Option<&Tokens>) {
        let mut told = self.told();
        told.challenge.clone_from(&state.challenge);
        if let Some(tokens) = new {
            told.grants = Some(tokens.granted.clone());
        }
    }
}

/// Somebody who waits to sign out, until they have, or gave up.
struct Leaving<'s>(&'s Slot);

impl<'s> Leaving<'s> {
    fn new(slot: &'s Slot) -> Self {
        slot.leaving.send_modify(|leaving| *leaving += 1);
        Self(slot)
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.leaving.send_modify(|leaving| *leaving -= 1);
    }
}

impl Held {
    fn new(tokens: &Tokens, met: Option<Claims>) -> Self {
        Self {
            access: tokens.access.clone(),
            validity: tokens.validity,
            met,
        }
    }
}

impl State {
    /// What can be answered without the service; `None`: a refresh is needed.
    fn at_hand(
        &mut self,
        rejection: Option<(&AccessToken, Option<&Claims>)>,
        now: Moment,
    ) -> Option<Result<AccessToken, TokenError>> {
        if let Some((rejected, challenge)) = rejection
            && let Some(held) = self.held.take_if(|held| held.access.expose() == rejected.expose())
        {
            self.challenge = challenge.cloned();
            if challenge.is_some() && challenge == held.met.as_ref() {
                let refusal = Refusal {
                    error: "interaction_required".to_owned(),
                    claims: challenge.map(Claims::to_string),
                    ..Refusal::default()
                };
                return Some(Err(RefreshError::InteractionNeeded(Box::new(refusal)).into()));
            }
        }
        let good = self.held.as_ref().filter(|held| !held.validity.is_over(now));
        if let Some(held) = good.filter(|held| !held.validity.is_due(now)) {
            return Some(Ok(held.access.clone()));
        }
        let pause = self.pause.as_ref()?;
        let left = pause.left(now)?;
        if let Some(held) = good {
            return Some(Ok(held.access.clone()));
        }
        match &pause.error {
            // A rest: without a token that is still good, the service is asked again.
            RefreshError::Unreachable { .. } | RefreshError::ServiceTrouble { retry_after: None } => None,
            RefreshError::ServiceTrouble { .. } => Some(Err(RefreshError::ServiceTrouble {
                retry_after: Some(left),
            }
            .into())),
            error => Some(Err(error.clone().into())),
        }
    }

    /// The refresh token to use, from what the keychain says.
    fn newest(&mut self, kept: Result<Option<RefreshToken>, KeychainError>) -> Result<RefreshToken, TokenError> {
        match (kept, &self.unsaved) {
            (Ok(Some(kept)), Some(unsaved)) if kept == unsaved.instead_of => Ok(unsaved.token.clone()),
            (Ok(Some(kept)), _) => Ok(kept),
            (Ok(None), _) => {
                // Signed out in another process.
                *self = State::default();
                Err(TokenError::SignedOut)
            }
            (Err(_), Some(unsaved)) => Ok(unsaved.token.clone()),
            (Err(error), None) => Err(error.into()),
        }
    }

    /// What follows from a refusal for the next calls.
    fn remember(&mut self, kept: RefreshToken, error: &RefreshError, now: Moment) {
        let length = match error {
            RefreshError::InteractionNeeded(refusal) | RefreshError::TokenDead(refusal) => {
                let asked = refusal.claims.as_deref().and_then(|claims| claims.parse().ok());
                self.challenge = asked.or(self.challenge.take());
                self.refused = Some((kept, error.clone()));
                return;
            }
            RefreshError::ServiceTrouble {
                retry_after: Some(asked),
            } => *asked,
            RefreshError::ServiceTrouble { .. } | RefreshError::Unreachable { .. } => REST,
            _ => SAME_ANSWER,
        };
        self.pause = Some(Pause {
            since: now,
            length,
            error: error.clone(),
        });
    }

    /// The token that is due but not over, where the service is only in trouble.
    fn fall_back(&self, error: RefreshError) -> Result<AccessToken, TokenError> {
        let held = self.held.as_ref().filter(|held| !held.validity.is_over(Moment::now()));
        match held {
            Some(held) if !error.needs_sign_in() => Ok(held.access.clone()),
            _ => Err(error.into()),
        }
    }
}
