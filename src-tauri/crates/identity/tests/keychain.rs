//! The keychain against a real gnome-keyring, on a D-Bus of its own.
//!
//! The bus of a process is an environment variable, so each test starts itself again as a child on its private bus.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use identity::{Account, Keychain, KeychainError, RefreshToken, TokenKey};
use zbus::blocking::{Connection, fdo::DBusProxy};
use zbus::fdo::NameOwnerChanged;

/// Set in the child: the folder that is its home and holds its bus.
const HOME: &str = "IDENTITY_TEST_HOME";
const SERVICE: &str = "org.presencetray.PresenceTray";

/// Runs `body` in a child process whose session bus is at `{home}/bus`; nothing listens there until [`bus`] is called.
fn in_a_session_of_its_own(test: &str, body: impl Future<Output = ()>) {
    if std::env::var_os(HOME).is_some() {
        return tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(body);
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(HOME, home.path())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", home.path().join("bus").display()),
        )
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let shown = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

fn home() -> PathBuf {
    std::env::var_os(HOME).unwrap().into()
}

/// A process that ends with the test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &str, package: &str, args: &[&str], stdin: Stdio) -> Daemon {
    let child = Command::new(program)
        .args(args)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    Daemon(child.unwrap_or_else(|error| panic!("{program}: {error}; install the package {package}")))
}

/// A bus that starts no services by itself: a daemon that is gone stays gone.
fn bus() -> Daemon {
    let config = home().join("bus.conf");
    let policy = r#"<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>"#;
    let listen = format!("<listen>unix:path={}</listen>", home().join("bus").display());
    std::fs::write(&config, format!("<busconfig>{listen}{policy}</busconfig>")).unwrap();
    let config = format!("--config-file={}", config.display());
    let mut bus = start(
        "dbus-daemon",
        "dbus-daemon",
        &[&config, "--nofork", "--print-address"],
        Stdio::null(),
    );
    // It prints its address once it listens.
    BufReader::new(bus.0.stdout.as_mut().unwrap())
        .read_line(&mut String::new())
        .unwrap();
    bus
}

/// A keyring daemon that is there; unlocked, or as locked as it starts.
fn keyring(unlocked: bool) -> Daemon {
    let bus = DBusProxy::new(&Connection::session().unwrap()).unwrap();
    let mut owners = bus.receive_name_owner_changed().unwrap();
    let mut args = vec!["--foreground", "--components=secrets"];
    if unlocked {
        args.push("--unlock");
    }
    let mut daemon = start("gnome-keyring-daemon", "gnome-keyring", &args, Stdio::piped());
    let mut password = daemon.0.stdin.take().unwrap();
    password.write_all(b"password").unwrap();
    drop(password);
    let (there, ready) = mpsc::channel();
    thread::spawn(move || {
        let ours = |change: NameOwnerChanged| change.args().is_ok_and(|args| args.name == "org.freedesktop.secrets");
        owners.any(ours).then(|| there.send(()))
    });
    ready
        .recv_timeout(Duration::from_secs(20))
        .expect("the keyring daemon does not come up");
    daemon
}

fn key(client_id: &str) -> TokenKey {
    let account = Account {
        name: "Ada".into(),
        username: "ada@example.org".into(),
        tenant_id: "f8cdef31-a31e-4b4a-93e4-5f571e91255a".into(),
        id: "48d31887-5fad-4d73-a9f5-3c356e68a038".into(),
    };
    TokenKey::new(client_id, &account)
}

fn token(length: usize) -> RefreshToken {
    RefreshToken::new("1.AXkA-_~".repeat(length).chars().take(length).collect())
}

#[test]
fn a_token_is_saved_loaded_replaced_and_forgotten() {
    in_a_session_of_its_own("a_token_is_saved_loaded_replaced_and_forgotten", async {
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
    in_a_session_of_its_own("a_daemon_that_is_restarted_is_found_again", async {
        let _bus = bus();
        let first = keyring(true);
        let keychain = Keychain::system(SERVICE);
        keychain.save(&key("app"), &token(1800)).await.unwrap();
        drop(first);
        let gone = keychain.load(&key("app")).await;
        assert!(
            matches!(gone, Err(KeychainError::Unavailable(_))),
            "not there is not signed out: {gone:?}"
        );
        let _second = keyring(true);
        assert_eq!(keychain.load(&key("app")).await, Ok(Some(token(1800))));
    });
}

#[test]
fn a_bus_that_is_not_there_is_unavailable_and_found_once_it_is() {
    in_a_session_of_its_own("a_bus_that_is_not_there_is_unavailable_and_found_once_it_is", async {
        let keychain = Keychain::system(SERVICE);
        let unavailable = |error: KeychainError| matches!(error, KeychainError::Unavailable(_));
        assert!(unavailable(keychain.load(&key("app")).await.unwrap_err()));
        assert!(unavailable(keychain.save(&key("app"), &token(10)).await.unwrap_err()));
        assert!(unavailable(keychain.forget(&key("app")).await.unwrap_err()));
        let _bus = bus();
        assert!(
            unavailable(keychain.load(&key("app")).await.unwrap_err()),
            "a bus without a keyring"
        );
        let _keyring = keyring(true);
        keychain.save(&key("app"), &token(10)).await.unwrap();
        assert_eq!(keychain.load(&key("app")).await, Ok(Some(token(10))));
    });
}

#[test]
fn a_locked_keychain_is_locked_and_not_signed_out() {
    in_a_session_of_its_own("a_locked_keychain_is_locked_and_not_signed_out", async {
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
fn a_keychain_without_a_place_for_entries_is_unavailable() {
    in_a_session_of_its_own("a_keychain_without_a_place_for_entries_is_unavailable", async {
        let _bus = bus();
        let _keyring = keyring(false);
        let keychain = Keychain::system(SERVICE);
        assert_eq!(keychain.load(&key("app")).await, Ok(None));
        let error = keychain.save(&key("app"), &token(10)).await.unwrap_err();
        assert!(
            matches!(&error, KeychainError::Unavailable(why) if why.contains("default collection")),
            "{error:?}"
        );
    });
}

#[test]
fn what_is_kept_is_text_with_a_version_in_front() {
    in_a_session_of_its_own("what_is_kept_is_text_with_a_version_in_front", async {
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
