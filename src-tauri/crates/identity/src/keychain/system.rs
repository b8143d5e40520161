//! The keychain of this operating system, through keyring-core.
//!
//! Its errors are never formatted with `{:?}`: some carry the secret.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::error::PlatformError;
use keyring_core::{CredentialStore, Entry, Error};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;
#[cfg(target_os = "linux")]
use zbus_secret_service_keyring_store::Store;

use crate::keychain::KeychainError;
use crate::keychain::chunks::Entries;

/// One service name in the system's keychain. Must stay on one thread.
pub(super) struct System {
    service: String,
    /// Opened when it is first needed; a bus that appears late is found then.
    store: Option<Arc<CredentialStore>>,
}

impl System {
    pub(super) fn new(service: String) -> Self {
        Self { service, store: None }
    }

    fn with_entry<T>(
        &mut self,
        name: &str,
        act: impl Fn(&Entry) -> Result<T, Error>,
    ) -> Result<Option<T>, KeychainError> {
        let mut result = self.once(name, &act);
        // A Secret Service that was restarted knows our session no more, and the store keeps it for good. Elsewhere a
        // platform failure may be a person's refusal, and must not be asked again.
        if cfg!(target_os = "linux") && matches!(result, Err(Error::PlatformFailure(_))) {
            self.store = None;
            result = self.once(name, &act);
        }
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(meaning(error)),
        }
    }

    fn once<T>(&mut self, name: &str, act: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let store = match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::clone(self.store.insert(Store::new()?)),
        };
        // The default on Windows, "Enterprise", would let the token roam to other machines.
        let local = HashMap::from([("persistence", "Local")]);
        act(&store.build(&self.service, name, cfg!(windows).then_some(&local))?)
    }
}

impl Entries for System {
    /// Credential Manager takes 2560 bytes (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
    const LIMIT: usize = if cfg!(windows) { 2400 } else { usize::MAX };

    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        self.with_entry(name, Entry::get_secret)
    }
    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        let set = self.with_entry(name, |entry| entry.set_secret(value))?;
        set.ok_or_else(|| KeychainError::Unavailable("it has no place for a new entry".to_owned()))
    }
    fn delete(&mut self, name: &str) -> Result<(), KeychainError> {
        self.with_entry(name, Entry::delete_credential).map(|_| ())
    }
}

fn meaning(error: Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => of_the_platform(&cause),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeychainError::Corrupt,
        Error::Ambiguous(_) => KeychainError::Unavailable("it holds this sign-in more than once".to_owned()),
        other => KeychainError::Unavailable(other.to_string()),
    }
}

#[cfg(target_os = "linux")]
fn of_the_platform(cause: &PlatformError) -> KeychainError {
    use secret_service::Error as Cause;
    match cause.downcast_ref() {
        Some(Cause::Locked | Cause::Prompt | Cause::PromptDisconnected) => KeychainError::Locked,
        Some(Cause::NoResult) => KeychainError::Unavailable("it has no default collection".to_owned()),
        _ => KeychainError::Unavailable(cause.to_string()),
    }
}

#[cfg(target_os = "macos")]
fn of_the_platform(cause: &PlatformError) -> KeychainError {
    match cause
        .downcast_ref::<security_framework::base::Error>()
        .map(|error| error.code())
    {
        // errSecInteractionNotAllowed: locked, and nobody could be asked.
        Some(-25308) => KeychainError::Locked,
        // errSecUserCanceled, errSecAuthFailed, errSecInvalidOwnerEdit, wrPermErr.
        Some(-128 | -25293 | -25244 | -61) => KeychainError::Denied,
        _ => KeychainError::Unavailable(cause.to_string()),
    }
}

#[cfg(windows)]
fn of_the_platform(cause: &PlatformError) -> KeychainError {
    // Credential Manager opens with the logon session; without one (a service, SSH) there is nothing to unlock.
    KeychainError::Unavailable(cause.to_string())
}
