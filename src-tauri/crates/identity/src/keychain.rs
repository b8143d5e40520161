//! The refresh token in the operating system's keychain.

mod chunks;
mod system;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::keychain::chunks::Entries;
use crate::keychain::system::System;
use crate::token::{Account, RefreshToken};

/// Long enough for any keychain that need not ask; one that asks may take as long as the person does.
const PATIENCE: Duration = Duration::from_secs(10);
/// Credential Manager takes 2560 bytes (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const WINDOWS_LIMIT: usize = 2400;

/// The way to a keychain. Cheap to clone; all clones share one thread, as keychains block, may wait for a person
/// without end, and do not keep the order of calls from several threads (Windows).
///
/// Requests are done in order. One that is not answered in time is [`KeychainError::Timeout`] to its caller, but stays
/// in the queue: a save that timed out may still happen.
#[derive(Clone)]
pub struct Keychain {
    requests: mpsc::Sender<Request>,
    patience: Duration,
    session_only: bool,
}

/// Whose token: one app registration and one person in one directory. So another client id never finds, and never
/// presents, this one's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenKey(String);

impl TokenKey {
    /// The key of an account under a client id.
    pub fn new(client_id: &str, account: &Account) -> Self {
        Self(format!("{client_id}/{}/{}", account.tenant_id, account.id))
    }
}

impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why the keychain did not do what it was asked. None of them means "signed out": that is `Ok(None)` alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// It is locked, and was not unlocked.
    #[error("the keychain is locked")]
    Locked,
    /// The person, or the system in their name, refused access.
    #[error("access to the keychain was refused")]
    Denied,
    /// This session has none: no D-Bus, no daemon, no place in it for new entries, or no logon session. It may come later;
    /// until then somebody may agree to [`Keychain::session_only`].
    #[error("there is no keychain in this session: {0}")]
    Missing(String),
    /// It is there, and failed.
    #[error("the keychain failed: {0}")]
    Unavailable(String),
    /// What it holds is not what was saved. A new sign-in puts it right.
    #[error("the sign-in kept in the keychain is damaged")]
    Corrupt,
    /// No answer in time; perhaps it waits for the person to unlock it.
    #[error("the keychain did not answer in time; perhaps it waits to be unlocked")]
    Timeout,
}

type Reply<T> = oneshot::Sender<Result<T, KeychainError>>;

enum Request {
    Load(TokenKey, Reply<Option<RefreshToken>>),
    Save(TokenKey, RefreshToken, Reply<()>),
    Forget(TokenKey, Reply<()>),
}

impl Keychain {
    /// The system's keychain: Secret Service, Keychain or Credential Manager. `service` names the app in it and must
    /// never change. Nothing is asked of it before the first request.
    pub fn system(service: &str) -> Self {
        Self::system_in_pieces(service, if cfg!(windows) { WINDOWS_LIMIT } else { usize::MAX })
    }

    /// The same, for a keychain that takes less than is usual on this system: tokens are cut into entries of at most `limit`
    /// bytes, at least 100.
    pub fn system_in_pieces(service: &str, limit: usize) -> Self {
        let service = service.to_owned();
        Self::with(move || System::new(service, limit.max(100)))
    }

    /// No keychain at all: secrets are gone with the last clone. For demonstrations, and for somebody who agreed to sign in
    /// for this session alone where there is no keychain. A surface has to say so: [`Keychain::is_session_only`].
    pub fn session_only() -> Self {
        Self {
            session_only: true,
            ..Self::with(BTreeMap::new)
        }
    }

    /// Whether a sign-in ends with this process.
    pub fn is_session_only(&self) -> bool {
        self.session_only
    }

    fn with<E: Entries>(entries: impl FnOnce() -> E + Send + 'static) -> Self {
        let (requests, queue) = mpsc::channel();
        let serve = move || serve(&mut entries(), &queue);
        // Without its thread the queue is closed, which every request then reports.
        if let Err(error) = thread::Builder::new().name("keychain".to_owned()).spawn(serve) {
            tracing::error!(%error, "the keychain's thread cannot be started");
        }
        Self {
            requests,
            patience: PATIENCE,
            session_only: false,
        }
    }

    /// Waits this long for an answer instead of ten seconds.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The refresh token, or `None` if there is none.
    pub async fn load(&self, key: &TokenKey) -> Result<Option<RefreshToken>, KeychainError> {
        self.ask(|reply| Request::Load(key.clone(), reply)).await
    }

    /// Keeps the refresh token, in place of an older one.
    pub async fn save(&self, key: &TokenKey, token: &RefreshToken) -> Result<(), KeychainError> {
        self.ask(|reply| Request::Save(key.clone(), token.clone(), reply)).await
    }

    /// Deletes the refresh token; well if there was none.
    pub async fn forget(&self, key: &TokenKey) -> Result<(), KeychainError> {
        self.ask(|reply| Request::Forget(key.clone(), reply)).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, KeychainError> {
        let (reply, answer) = oneshot::channel();
        let gone = || KeychainError::Unavailable("its thread has ended".to_owned());
        self.requests.send(request(reply)).map_err(|_| gone())?;
        match timeout(self.patience, answer).await {
            Ok(answer) => answer.map_err(|_| gone())?,
            Err(_) => Err(KeychainError::Timeout),
        }
    }
}

fn serve(entries: &mut impl Entries, queue: &mpsc::Receiver<Request>) {
    // A caller that gave up needs no reply, and a load that nobody waits for need not ask the person again.
    for request in queue {
        match request {
            Request::Load(_, reply) if reply.is_closed() => {}
            Request::Load(key, reply) => {
                let _ = reply.send(chunks::load(entries, &key.0));
            }
            Request::Save(key, token, reply) => {
                let _ = reply.send(chunks::save(entries, &key.0, &token));
            }
            Request::Forget(key, reply) => {
                let _ = reply.send(chunks::forget(entries, &key.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> TokenKey {
        let account = Account {
            name: String::new(),
            username: String::new(),
            tenant_id: "t".into(),
            id: id.into(),
        };
        TokenKey::new("app", &account)
    }

    #[tokio::test]
    async fn a_token_is_kept_replaced_and_forgotten() {
        let keychain = Keychain::session_only();
        let (ada, bob) = (key("ada"), key("bob"));
        assert_eq!(keychain.load(&ada).await, Ok(None));
        for token in ["one", "two"] {
            let token = RefreshToken::new(token.into());
            keychain.save(&ada, &token).await.unwrap();
            assert_eq!(keychain.clone().load(&ada).await, Ok(Some(token)));
        }
        assert_eq!(keychain.load(&bob).await, Ok(None));
        keychain.forget(&ada).await.unwrap();
        keychain.forget(&ada).await.unwrap();
        assert_eq!(keychain.load(&ada).await, Ok(None));
    }

    /// A keychain that waits for a person: every read takes as long as the test holds the door.
    struct Prompting(mpsc::Receiver<()>, BTreeMap<String, Vec<u8>>);

    impl Entries for Prompting {
        fn limit(&self) -> usize {
            usize::MAX
        }
        fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, KeychainError> {
            let _ = self.0.recv();
            Entries::get(&mut self.1, name)
        }
        fn set(&mut self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
            Entries::set(&mut self.1, name, value)
        }
        fn delete(&mut self, name: &str) -> Result<(), KeychainError> {
            Entries::delete(&mut self.1, name)
        }
    }

    #[tokio::test]
    async fn a_request_that_times_out_stays_in_the_queue_and_the_queue_alive() {
        let (unlock, door) = mpsc::channel();
        let keychain = Keychain::with(move || Prompting(door, BTreeMap::new()));
        let hasty = keychain.clone().with_patience(Duration::from_millis(10));
        let (key, token) = (key("ada"), RefreshToken::new("one".into()));
        assert_eq!(hasty.save(&key, &token).await, Err(KeychainError::Timeout));
        assert_eq!(hasty.load(&key).await, Err(KeychainError::Timeout));
        // Once for the save, once for the next load; the load nobody waits for asks for nothing.
        unlock.send(()).unwrap();
        unlock.send(()).unwrap();
        assert_eq!(keychain.load(&key).await, Ok(Some(token)));
    }

    #[tokio::test]
    async fn a_keychain_that_breaks_is_unavailable() {
        let keychain = Keychain::with(|| -> BTreeMap<String, Vec<u8>> { panic!("as a D-Bus library might") });
        assert!(matches!(
            keychain.load(&key("ada")).await,
            Err(KeychainError::Unavailable(_))
        ));
    }
}
