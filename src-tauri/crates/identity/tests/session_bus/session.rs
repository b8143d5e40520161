//! A bus and a keyring daemon of its own for each test.
//!
//! The bus of a process is an environment variable, so each test starts itself again as a child on its private bus.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use identity::{Account, RefreshToken, TokenKey};
use zbus::blocking::{Connection, fdo::DBusProxy};
use zbus::fdo::NameOwnerChanged;

/// Set in the child: the folder that is its home and holds its bus.
const HOME: &str = "IDENTITY_TEST_HOME";
pub(crate) const SERVICE: &str = "org.presencetray.PresenceTray";

/// Runs `body` in a child process whose session bus is at `{home}/bus`; nothing listens there until [`bus`] is called.
pub(crate) fn in_a_session_of_its_own(test: &str, body: impl Future<Output = ()>) {
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
        .env_remove("HTTPS_PROXY")
        .env_remove("https_proxy")
        .env_remove("ALL_PROXY")
        .env_remove("all_proxy")
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

pub(crate) fn home() -> PathBuf {
    std::env::var_os(HOME).unwrap().into()
}

/// A process that ends with the test.
pub(crate) struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn start(program: &str, package: &str, args: &[&str], stdin: Stdio) -> Daemon {
    let child = Command::new(program)
        .args(args)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    Daemon(child.unwrap_or_else(|error| panic!("{program}: {error}; install the package {package}")))
}

/// A bus that starts no services by itself: a daemon that is gone stays gone.
pub(crate) fn bus() -> Daemon {
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
pub(crate) fn keyring(unlocked: bool) -> Daemon {
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

pub(crate) fn person() -> Account {
    Account {
        name: "Ada".into(),
        username: "ada@example.org".into(),
        tenant_id: "f8cdef31-a31e-4b4a-93e4-5f571e91255a".into(),
        id: "48d31887-5fad-4d73-a9f5-3c356e68a038".into(),
    }
}

pub(crate) fn key(client_id: &str) -> TokenKey {
    TokenKey::new(client_id, &person())
}

pub(crate) fn token(length: usize) -> RefreshToken {
    RefreshToken::new("1.AXkA-_~".repeat(length).chars().take(length).collect())
}
