//! What the keychain keeps, and what it answers when it cannot.

use std::path::Path;
use std::time::Duration;

use identity::{Keychain, KeychainError, RefreshToken};

use crate::session::{SERVICE, bus, home, in_a_session_of_its_own, key, keyring, token};

#[test]
fn a_token_is_saved_loaded_replaced_and_forgotten() {
    in_a_session_of_its_own("storage::a_token_is_saved_loaded_replaced_and_forgotten", async {
        let _bus = bus();
        let _keyring = keyring(true);
        let keychain = Keychain::system(SERVICE);
        assert_eq!(keychain.load(&key("app")).await, Ok(None));
        for length in [1, 1800, 6144] {
            keychain.save(&key("app"), &token(length)).await.unwrap();
            assert_eq!(keychain.load(&key("app")).await, Ok(Some(token(length))));
            let another_process = Keychain::system(SERVICE);
            assert_eq!(another_process.load(&key("app")).await, Ok(Some(token(length))));
        }
        assert_eq!(
            keychain.load(&key("another-app")).await,
            Ok(None),
            "another client id finds nothing"
        );
        assert_eq!(Keychain::system("another.service").load(&key("app")).await, Ok(None));
        keychain.forget(&key("app")).await.unwrap();
        keychain.forget(&key("app")).await.unwrap();
        assert_eq!(keychain.load(&key("app")).await, Ok(None));
    });
}

#[test]
fn a_daemon_that_is_restarted_is_found_again() {
    in_a_session_of_its_own("storage::a_daemon_that_is_restarted_is_found_again", async {
        let _bus = bus();
        let first = keyring(true);
        let keychain = Keychain::system(SERVICE);
        keychain.save(&key("app"), &token(1800)).await.unwrap();
        drop(first);
        let gone = keychain.load(&key("app")).await;
        assert!(
            matches!(gone, Err(KeychainError::Missing(_))),
            "not there is not signed out: {gone:?}"
        );
        let _second = keyring(true);
        assert_eq!(keychain.load(&key("app")).await, Ok(Some(token(1800))));
    });
}

#[test]
fn a_bus_that_is_not_there_is_missing_and_found_once_it_is() {
    in_a_session_of_its_own(
        "storage::a_bus_that_is_not_there_is_missing_and_found_once_it_is",
        async {
            let keychain = Keychain::system(SERVICE);
            let missing = |error: KeychainError| matches!(error, KeychainError::Missing(_));
            assert!(missing(keychain.load(&key("app")).await.unwrap_err()));
            assert!(missing(keychain.save(&key("app"), &token(10)).await.unwrap_err()));
            assert!(missing(keychain.forget(&key("app")).await.unwrap_err()));
            let _bus = bus();
            assert!(
                missing(keychain.load(&key("app")).await.unwrap_err()),
                "a bus without a keyring"
            );
            let _keyring = keyring(true);
            keychain.save(&key("app"), &token(10)).await.unwrap();
            assert_eq!(keychain.load(&key("app")).await, Ok(Some(token(10))));
        },
    );
}

#[test]
fn a_locked_keychain_is_locked_and_not_signed_out() {
    in_a_session_of_its_own("storage::a_locked_keychain_is_locked_and_not_signed_out", async {
        let _bus = bus();
        let unlocked = keyring(true);
        let keychain = Keychain::system(SERVICE).with_patience(Duration::from_secs(30));
        keychain.save(&key("app"), &token(10)).await.unwrap();
        drop(unlocked);
        let _locked = keyring(false);
        assert_eq!(keychain.load(&key("app")).await, Err(KeychainError::Locked));
        assert_eq!(keychain.save(&key("app"), &token(20)).await, Err(KeychainError::Locked));
    });
}

#[test]
fn a_keychain_without_a_place_for_entries_is_missing() {
    in_a_session_of_its_own("storage::a_keychain_without_a_place_for_entries_is_missing", async {
        let _bus = bus();
        let _keyring = keyring(false);
        let keychain = Keychain::system(SERVICE);
        assert_eq!(keychain.load(&key("app")).await, Ok(None));
        let error = keychain.save(&key("app"), &token(10)).await.unwrap_err();
        assert!(
            matches!(&error, KeychainError::Missing(why) if why.contains("default collection")),
            "{error:?}"
        );
    });
}

#[test]
fn what_is_kept_is_text_with_a_version_in_front() {
    in_a_session_of_its_own("storage::what_is_kept_is_text_with_a_version_in_front", async {
        let _bus = bus();
        let _keyring = keyring(true);
        Keychain::system(SERVICE)
            .save(&key("app"), &RefreshToken::new("the-token".into()))
            .await
            .unwrap();
        assert!(
            Path::new(&home().join("keyrings/login.keyring")).exists(),
            "in the collection of the login"
        );
        let user = key("app").to_string();
        assert_eq!(
            user,
            "app/f8cdef31-a31e-4b4a-93e4-5f571e91255a/48d31887-5fad-4d73-a9f5-3c356e68a038"
        );
        let service = secret_service::blocking::SecretService::connect(secret_service::EncryptionType::Plain).unwrap();
        let attributes = [("service", SERVICE), ("username", user.as_str())].into();
        let found = service.search_items(attributes).unwrap().unlocked;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].get_secret().unwrap(), b"1the-token");
    });
}
