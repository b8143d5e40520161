//! The keychain, with a question that changes nothing in it. Where somebody is signed in and it is locked, the system may ask to unlock it.

use engine::Code;
use identity::{Account, Keychain, KeychainError, TokenKey};

use super::{
    LONGEST,
    finding::{Finding, Words},
};
use crate::{failures::of_keychain, surroundings::APP};

/// `key` is where the sign-in is kept, if somebody is signed in; else a place where nothing is.
pub(super) async fn examine(say: Words, key: Option<TokenKey>) -> Finding {
    let nobody = Account {
        name: String::new(),
        username: String::new(),
        tenant_id: String::new(),
        id: String::new(),
    };
    let key = key.unwrap_or_else(|| TokenKey::new("doctor", &nobody));
    let keychain = Keychain::system(APP.id).with_patience(LONGEST);
    match keychain.load(&key).await {
        Ok(Some(_)) => say.good("keychain", "keychain-holds", &[]),
        Ok(None) => say.good("keychain", "keychain", &[]),
        Err(KeychainError::Corrupt) => say.bad("keychain", Code::SignInNeeded, "keychain-corrupt", &[]),
        Err(error) => say.failed("keychain", &of_keychain(&error)),
    }
}
