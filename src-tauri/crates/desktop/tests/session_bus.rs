//! Notifications and the tray's host, against a session bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use desktop::AppIdentity;
use desktop::notification::{Action, Notification, NotificationError, Notifier, Outcome};
use desktop::session_bus::SessionBus;
use desktop::tray_host::{TrayHost, TrayHostError};
use tempfile::TempDir;
use zbus::blocking::{Connection, connection::Builder};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};
/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);

/// A `dbus-daemon` that ends with its test.
struct Bus {
    daemon: Child,
    address: String,
    _folder: TempDir,
}

/// An ordinary session bus, but for the services it would start by itself: a notification daemon that happens to be
/// installed must not answer in place of the test's own.
const CONFIGURATION: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#;

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = folder.path().join("session.conf");
        std::fs::write(&configuration, CONFIGURATION).expect("its configuration");
        let mut daemon = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"])
            .arg(&configuration)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("it is piped"))
            .read_line(&mut address)
            .expect("its address");
        Self {
            daemon,
            address: address.trim().to_owned(),
            _folder: folder,
        }
    }

    fn session(&self) -> SessionBus {
        SessionBus::at(&self.address)
    }

    fn connection(&self) -> Builder<'_> {
        Builder::address(self.address.as_str()).expect("an address")
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().expect("it runs");
        self.daemon.wait().expect("it ended");
    }
}

/// What a notification daemon was asked to show.
#[derive(Debug)]
struct Shown {
    app: String,
    icon: String,
    title: String,
    body: String,
    actions: Vec<String>,
    desktop_entry: Option<String>,
}

/// How the daemon answers what it shows, from within the call: as early as an answer can come.
enum Answer {
    Press(&'static str),
    Close,
    Nothing,
}

struct Daemon {
    capabilities: &'static [&'static str],
    answer: Answer,
    shown: Sender<Shown>,
    stranger: zbus::Connection,
}

const PATH: &str = "/org/freedesktop/Notifications";
/// The number this daemon gives to what it shows.
const ID: u32 = 7;

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        self.capabilities.to_vec()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's method")]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: std::collections::HashMap<String, OwnedValue>,
        timeout: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> u32 {
        assert_eq!(
            (replaces, timeout),
            (0, -1),
            "a new notification, for as long as the desktop finds right"
        );
        let desktop_entry = hints
            .get("desktop-entry")
            .and_then(|entry| entry.downcast_ref::<String>().ok());
        self.shown
            .send(Shown {
                app,
                icon,
                title,
                body,
                actions,
                desktop_entry,
            })
            .expect("the test listens");
        // An answer to somebody else's notification comes first, then one by another program; neither is ours.
        emitter.action_invoked(ID + 1, "default").await.expect("a signal");
        let stranger = SignalEmitter::new(&self.stranger, PATH).expect("a path");
        stranger.action_invoked(ID, "forged").await.expect("a signal");
        let bus = zbus::fdo::DBusProxy::new(&self.stranger).await.expect("the bus");
        bus.get_id().await.expect("the bus has passed the forged signal on");
        match self.answer {
            Answer::Press(action) => {
                emitter
                    .activation_token(ID, "token-of-the-click")
                    .await
                    .expect("a signal");
                emitter.action_invoked(ID, action).await.expect("a signal");
            }
            Answer::Close => emitter.notification_closed(ID, 2).await.expect("a signal"),
            Answer::Nothing => {}
        }
        ID
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// Starts a daemon on `bus`; gives its connection and what it is asked to show.
fn daemon(bus: &Bus, capabilities: &'static [&'static str], answer: Answer) -> (Connection, Receiver<Shown>) {
    let (shown, receiver) = channel();
    let stranger = bus.connection().build().expect("a stranger").into_inner();
    let connection = bus
        .connection()
        .serve_at(
            PATH,
            Daemon {
                capabilities,
                answer,
                shown,
                stranger,
            },
        )
        .and_then(|builder| builder.name("org.freedesktop.Notifications"))
        .and_then(Builder::build)
        .expect("a daemon");
    (connection, receiver)
}

/// Shows one notification and gives what its end will be reported to.
fn notify(bus: &Bus) -> Receiver<Result<Outcome, NotificationError>> {
    let (outcome, receiver) = channel();
    let notification = Notification {
        title: "Signed out & away".to_owned(),
        body: "Sign in <again> & go on.".to_owned(),
        action: Some(Action {
            id: "sign-in".to_owned(),
            label: "Sign in".to_owned(),
        }),
    };
    Notifier::on(bus.session(), APP)
        .notify(notification, move |end| outcome.send(end).expect("the test listens"))
        .expect("a thread");
    receiver
}

#[test]
fn an_answer_that_comes_before_the_daemon_has_returned_is_not_missed() {
    let token = || Some("token-of-the-click".to_owned());
    for (answer, expected) in [
        (
            Answer::Press("sign-in"),
            Outcome::Pressed {
                id: "sign-in".to_owned(),
                activation_token: token(),
            },
        ),
        (
            Answer::Press("default"),
            Outcome::Opened {
                activation_token: token(),
            },
        ),
        (Answer::Close, Outcome::Closed),
    ] {
        let bus = Bus::start();
        let (_daemon, _shown) = daemon(&bus, &["actions", "body"], answer);
        let outcome = notify(&bus)
            .recv_timeout(PATIENCE)
            .expect("an end")
            .expect("it was shown");
        assert_eq!(outcome, expected);
    }
}

#[test]
fn what_is_shown_fits_what_the_daemon_can_do() {
    for (capabilities, body, actions) in [
        (
            &["actions", "body", "body-markup"][..],
            "Sign in &lt;again&gt; &amp; go on.",
            4,
        ),
        (&["actions", "body"], "Sign in <again> & go on.", 4),
        (&[], "Sign in <again> & go on.", 0),
    ] {
        let bus = Bus::start();
        let (_daemon, shown) = daemon(&bus, capabilities, Answer::Close);
        let outcome = notify(&bus);
        let shown = shown.recv_timeout(PATIENCE).expect("something is shown");
        assert_eq!((shown.app.as_str(), shown.icon.as_str()), (APP.name, APP.id));
        assert_eq!(shown.desktop_entry.as_deref(), Some(APP.id));
        assert_eq!((shown.title.as_str(), shown.body.as_str()), ("Signed out & away", body));
        assert_eq!(
            shown.actions,
            ["default", "Presence Tray", "sign-in", "Sign in"][..actions]
        );
        outcome.recv_timeout(PATIENCE).expect("an end").expect("it was shown");
    }
}

#[test]
fn a_daemon_that_goes_away_closes_what_it_showed() {
    let bus = Bus::start();
    let (daemon, shown) = daemon(&bus, &["actions"], Answer::Nothing);
    let outcome = notify(&bus);
    shown.recv_timeout(PATIENCE).expect("something is shown");
    daemon
        .release_name("org.freedesktop.Notifications")
        .expect("the daemon leaves");
    assert_eq!(
        outcome.recv_timeout(PATIENCE).expect("an end").expect("it was shown"),
        Outcome::Closed
    );
}

#[test]
fn without_a_daemon_or_a_bus_a_notification_is_an_error_value() {
    let bus = Bus::start();
    let end = notify(&bus).recv_timeout(PATIENCE).expect("an end");
    assert!(matches!(end, Err(NotificationError::Unavailable(_))), "{end:?}");

    let address = bus.address.clone();
    drop(bus);
    let (outcome, receiver) = channel();
    let nothing = Notification {
        title: String::new(),
        body: String::new(),
        action: None,
    };
    Notifier::on(SessionBus::at(address), APP)
        .notify(nothing, move |end| outcome.send(end).expect("the test listens"))
        .expect("a thread");
    let end = receiver.recv_timeout(PATIENCE).expect("an end");
    assert!(matches!(end, Err(NotificationError::Unavailable(_))), "{end:?}");
}

#[test]
fn a_tray_that_appears_and_goes_is_reported_each_time_and_nothing_after_the_watch_ended() {
    let bus = Bus::start();
    let tray = TrayHost::on(bus.session());
    let (changes, receiver) = channel();
    assert!(!tray.is_present().expect("the bus answers"));
    let watch = tray
        .watch(move |present| changes.send(present).expect("the test listens"))
        .expect("the bus answers");
    let next = || receiver.recv_timeout(PATIENCE).expect("a change");
    assert!(!next());

    for _ in 0..2 {
        let panel = bus.connection().build().expect("a panel");
        panel
            .request_name("org.kde.StatusNotifierWatcher")
            .expect("the name is free");
        assert!(next());
        assert!(tray.is_present().expect("the bus answers"));
        panel.close().expect("the panel leaves");
        assert!(!next());
    }

    drop(watch);
    // The thread ends, and the closure with its sender: a disconnected channel and not a silent one.
    assert_eq!(
        receiver.recv_timeout(PATIENCE),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn a_tray_that_is_there_already_is_reported_first() {
    let bus = Bus::start();
    let panel = bus.connection().build().expect("a panel");
    panel
        .request_name("org.kde.StatusNotifierWatcher")
        .expect("the name is free");
    let (changes, receiver) = channel();
    let _watch = TrayHost::on(bus.session()).watch(move |present| changes.send(present).expect("the test listens"));
    assert_eq!(receiver.recv_timeout(PATIENCE), Ok(true));
}

#[test]
fn without_a_bus_the_tray_is_an_error_value() {
    let tray = TrayHost::on(SessionBus::at("unix:path=/nonexistent/bus"));
    assert!(matches!(tray.is_present(), Err(TrayHostError::Bus(_))));
    assert!(matches!(tray.watch(|_| {}), Err(TrayHostError::Bus(_))));
}
