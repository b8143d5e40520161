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
    limit: usize,
    /// Opened when it is first needed; a bus that appears late is found then.
    store: Option<Arc<CredentialStore>>,
}

impl System {
    pub(super) fn new(service: String, limit: usize) -> Self {
        Self {
            service,
            limit,
            store: None,
        }
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
    fn limit(&self) -> usize {
        self.limit
    }
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
        Error::NoDefaultStore => KeychainError::Missing(error.to_string()),
        // ERROR_NO_SUCH_LOGON_SESSION: a service, or SSH.
        Error::NoStorageAccess(cause) if cfg!(windows) => KeychainError::Missing(cause.to_string()),
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
        // A prompt that was dismissed and one that nobody could show are one answer.
        Some(Cause::Locked | Cause::Prompt | Cause::PromptDisconnected) => KeychainError::Locked,
        Some(Cause::NoResult) => KeychainError::Missing("it has no default collection".to_owned()),
        Some(Cause::Unavailable) => KeychainError::Missing(cause.to_string()),
        Some(Cause::Zbus(error)) => of_the_bus(error),
        Some(Cause::ZbusFdo(error)) => of_a_bus_error(error),
        _ => KeychainError::Unavailable(cause.to_string()),
    }
}

#[cfg(target_os = "linux")]
fn of_the_bus(error: &zbus::Error) -> KeychainError {
    match error {
        zbus::Error::FDO(error) => of_a_bus_error(error),
        zbus::Error::Address(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_)
        | zbus::Error::InputOutput(_) => KeychainError::Missing(error.to_string()),
        // Under its own name, where the library does not sort it by itself.
        zbus::Error::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.DBus.Error.AccessDenied" => KeychainError::Denied,
            "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                KeychainError::Missing(error.to_string())
            }
            _ => KeychainError::Unavailable(error.to_string()),
        },
        _ => KeychainError::Unavailable(error.to_string()),
    }
}

#[cfg(target_os = "linux")]
fn of_a_bus_error(error: &zbus::fdo::Error) -> KeychainError {
    use zbus::fdo::Error as Cause;
    match error {
        Cause::AccessDenied(_) | Cause::AuthFailed(_) => KeychainError::Denied,
        Cause::ServiceUnknown(_)
        | Cause::NameHasNoOwner(_)
        | Cause::SpawnExecFailed(_)
        | Cause::SpawnServiceNotFound(_)
        | Cause::NoServer(_) => KeychainError::Missing(error.to_string()),
        Cause::ZBus(error) => of_the_bus(error),
        _ => KeychainError::Unavailable(error.to_string()),
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
    // Credential Manager opens with the logon session; there is nothing to unlock.
    KeychainError::Unavailable(cause.to_string())
}
