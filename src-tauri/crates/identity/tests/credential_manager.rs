//! The keychain of Windows: Credential Manager.
#![cfg(windows)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use identity::{Account, Keychain, RefreshToken, TokenKey};
use keyring_core::{CredentialStore, Entry, Error};
use windows_native_keyring_store::Store;

fn key(client_id: &str) -> TokenKey {
    let account = Account {
        name: "Ada Lovelace".into(),
        username: "ada@example.com".into(),
        tenant_id: "aaaaaaaa-1111-2222-3333-444444444444".into(),
        id: "bbbbbbbb-1111-2222-3333-444444444444".into(),
    };
    TokenKey::new(client_id, &account)
}

fn token(length: usize) -> RefreshToken {
    RefreshToken::new("1.AXkA-_~".repeat(length).chars().take(length).collect())
}

/// What lies in Credential Manager under this name.
fn entry(service: &str, name: &str) -> Entry {
    let store: Arc<CredentialStore> = Store::new().unwrap();
    store.build(service, name, None).unwrap()
}

#[tokio::test]
async fn a_token_of_any_size_is_kept_for_another_process_and_leaves_nothing_when_forgotten() {
    const SERVICE: &str = "org.presencetray.CredentialManagerTest";
    let keychain = Keychain::system(SERVICE);
    let key = key("app");
    keychain.forget(&key).await.unwrap();
    assert_eq!(keychain.load(&key).await, Ok(None));
    // Windows takes 2,560 bytes in one entry.
    for length in [1, 1280, 2399, 2400, 2559, 2560, 2561, 6144, 65_536] {
        keychain.save(&key, &token(length)).await.unwrap();
        let another_process = Keychain::system(SERVICE);
        assert_eq!(another_process.load(&key).await, Ok(Some(token(length))), "{length}");
    }
    assert_eq!(Keychain::system("org.presencetray.Another").load(&key).await, Ok(None));
    let cut = |generation: u32, index: usize| entry(SERVICE, &format!("{key}/rt.{generation}.{index}"));
    let last = (1..=9)
        .rev()
        .find(|generation| cut(*generation, 0).get_secret().is_ok());
    assert!(last.is_some(), "a long token is cut");

    keychain.forget(&key).await.unwrap();
    assert_eq!(keychain.load(&key).await, Ok(None));
    assert!(matches!(
        entry(SERVICE, &key.to_string()).get_secret(),
        Err(Error::NoEntry)
    ));
    for (generation, index) in (0..=9).flat_map(|generation| (0..32).map(move |index| (generation, index))) {
        let left = cut(generation, index).get_secret().map(|secret| secret.len());
        assert!(matches!(left, Err(Error::NoEntry)), "{generation} {index}: {left:?}");
    }
}

#[tokio::test]
async fn an_entry_stays_on_this_machine_and_never_roams_with_a_profile() {
    const SERVICE: &str = "org.presencetray.RoamingTest";
    let keychain = Keychain::system(SERVICE);
    let key = key("app");
    keychain.save(&key, &token(6144)).await.unwrap();
    for name in [key.to_string(), format!("{key}/rt.1.0"), format!("{key}/rt.1.2")] {
        let attributes = entry(SERVICE, &name).get_attributes().unwrap();
        assert_eq!(attributes["persistence"], "Local", "{name}");
    }
    keychain.forget(&key).await.unwrap();
}
