//! A process that is killed while it saves.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use identity::{Keychain, RefreshToken};

use crate::session::{SERVICE, bus, in_a_session_of_its_own, key, keyring};

/// Set in the process that is killed: the number to begin with.
const FROM: &str = "IDENTITY_TEST_SAVE_FROM";
const ROUNDS: u64 = 40;

/// Small, so that each token is a header and nine pieces; even on Linux.
fn keychain() -> Keychain {
    Keychain::system_in_pieces(SERVICE, 100)
}

/// Longer and shorter ones in turn, each recognisable.
fn numbered(number: u64) -> RefreshToken {
    let length = if number.is_multiple_of(3) { 40 } else { 850 };
    RefreshToken::new(format!("{number:->length$}"))
}

#[test]
fn a_save_that_is_killed_anywhere_leaves_the_old_token_or_the_new_one() {
    let test = "crash::a_save_that_is_killed_anywhere_leaves_the_old_token_or_the_new_one";
    in_a_session_of_its_own(test, async {
        if let Ok(from) = std::env::var(FROM) {
            return save_without_end(from.parse().unwrap()).await;
        }
        let _bus = bus();
        let _keyring = keyring(true);
        let mut from = 1;
        for round in 0..ROUNDS {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", test, "--nocapture"])
                .env(FROM, from.to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut saved = None;
            // Killed at another point of the second save each time.
            while saved.is_none() {
                saved = told.next().unwrap().unwrap().parse().ok();
            }
            std::thread::sleep(Duration::from_millis(round * 5));
            child.kill().unwrap();
            child.wait().unwrap();
            let rest = told.map_while(Result::ok).filter_map(|line| line.parse::<u64>().ok());
            let saved: u64 = rest.last().or(saved).unwrap();
            let found = keychain().load(&key("app")).await.unwrap().unwrap();
            assert!(
                found == numbered(saved) || found == numbered(saved + 1),
                "round {round}: {saved} was saved, found {}",
                found.expose().trim_start_matches('-')
            );
            from = saved + 2;
        }
        keychain().forget(&key("app")).await.unwrap();
        let service = secret_service::blocking::SecretService::connect(secret_service::EncryptionType::Plain).unwrap();
        let left = service.search_items([("service", SERVICE)].into()).unwrap().unlocked;
        assert_eq!(left.len(), 0, "a sign-out leaves nothing of all that");
    });
}

async fn save_without_end(from: u64) {
    let keychain = keychain();
    for number in from.. {
        keychain.save(&key("app"), &numbered(number)).await.unwrap();
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "\n{number}").unwrap();
        stdout.flush().unwrap();
    }
}
