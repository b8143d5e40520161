//! Notifications and the tray's host, against a session bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use desktop::AppIdentity;
use desktop::notification::{Action, Notification, Notifier};
use desktop::session_bus::SessionBus;
use desktop::tray_host::{TrayHost, TrayHostError};
use support::Bus;
use zbus::blocking::{Connection, connection::Builder, fdo};
use zbus::fdo::RequestNameFlags;
use zbus::names::WellKnownName;
use zbus::zvariant::OwnedValue;

const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};
/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);

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

struct Daemon {
    capabilities: &'static [&'static str],
    shown: Sender<Shown>,
}

const PATH: &str = "/org/freedesktop/Notifications";
const INTERFACE: &str = "org.freedesktop.Notifications";
/// The number this daemon gives to what it shows.
const ID: u32 = 7;

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        self.capabilities.to_vec()
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "the specification's method, as it comes from the bus"
    )]
    fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: std::collections::HashMap<String, OwnedValue>,
        timeout: i32,
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
        ID
    }
}

/// Starts a daemon on `bus`; gives its connection and what it is asked to show.
fn daemon(bus: &Bus, capabilities: &'static [&'static str]) -> (Connection, Receiver<Shown>) {
    let (shown, receiver) = channel();
    let connection = bus
        .connection()
        .serve_at(PATH, Daemon { capabilities, shown })
        .and_then(Builder::build)
        .expect("a daemon");
    // By the bus's own call: zbus's listens for what becomes of the name, which one of the buses refuses.
    fdo::DBusProxy::new(&connection)
        .expect("the bus")
        .request_name(
            WellKnownName::from_static_str_unchecked(INTERFACE),
            RequestNameFlags::DoNotQueue.into(),
        )
        .expect("the name is free");
    (connection, receiver)
}

/// What the daemon says of a notification once it is there.
enum Answer {
    Press(&'static str),
    Close,
}

impl Answer {
    fn say(&self, daemon: &Connection, id: u32) {
        let everyone = None::<&str>;
        match self {
            Self::Press(action) => daemon.emit_signal(everyone, PATH, INTERFACE, "ActionInvoked", &(id, action)),
            Self::Close => daemon.emit_signal(everyone, PATH, INTERFACE, "NotificationClosed", &(id, 2_u32)),
        }
        .expect("a signal");
    }

    /// Says it until it is heard, each time after an answer to somebody else's notification; gives the outcome. That an
    /// early answer is lost is the known limit of the module, and nobody outside sees when the library begins to listen.
    fn until_heard(&self, daemon: &Connection, outcome: &Receiver<String>) -> String {
        loop {
            Self::Press("foreign").say(daemon, ID + 1);
            self.say(daemon, ID);
            match outcome.recv_timeout(Duration::from_millis(20)) {
                Ok(outcome) => return outcome,
                Err(error) => assert_eq!(error, RecvTimeoutError::Timeout),
            }
        }
    }
}

/// Before the outcome in what the child prints.
const OUTCOME: &str = "outcome: ";

/// Shows one notification from a process whose session bus is at `address`; gives what its outcome is told to.
fn notify(address: &str) -> Receiver<String> {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args(["--exact", "show_one_notification", "--ignored", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", address);
    let (outcome, receiver) = channel();
    thread::spawn(move || {
        let output = child.output().expect("this test runs again");
        let said = String::from_utf8_lossy(&output.stdout);
        let outcome_line = said.split_once(OUTCOME).and_then(|(_, rest)| rest.lines().next());
        // A test that has failed listens no more.
        let _ = outcome.send(outcome_line.unwrap_or(&said).to_owned());
    });
    receiver
}

#[test]
#[ignore = "run by the tests of notifications, on a session bus of theirs"]
fn show_one_notification() {
    let (outcome, receiver) = channel();
    let notification = Notification {
        title: "Signed out & away".to_owned(),
        body: "Sign in <again> & go on.".to_owned(),
        action: Some(Action {
            id: "sign-in".to_owned(),
            label: "Sign in".to_owned(),
        }),
    };
    Notifier::new(APP)
        .notify(notification, move |end| outcome.send(end).expect("the test listens"))
        .expect("a thread");
    println!("{OUTCOME}{:?}", receiver.recv_timeout(PATIENCE).expect("an end"));
}

#[test]
fn what_the_user_does_with_a_notification_is_its_outcome() {
    for (answer, expected) in [
        (Answer::Press("sign-in"), r#"Ok(Pressed { id: "sign-in" })"#),
        (Answer::Press("default"), "Ok(Opened)"),
        (Answer::Close, "Ok(Closed)"),
    ] {
        let bus = Bus::start();
        let (daemon, _shown) = daemon(&bus, &["actions", "body"]);
        let outcome = notify(&bus.address);
        assert_eq!(answer.until_heard(&daemon, &outcome), expected);
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
        let (daemon, shown) = daemon(&bus, capabilities);
        let outcome = notify(&bus.address);
        let shown = shown.recv_timeout(PATIENCE).expect("something is shown");
        assert_eq!((shown.app.as_str(), shown.icon.as_str()), (APP.name, APP.id));
        assert_eq!(shown.desktop_entry.as_deref(), Some(APP.id));
        assert_eq!((shown.title.as_str(), shown.body.as_str()), ("Signed out & away", body));
        assert_eq!(
            shown.actions,
            ["sign-in", "Sign in", "default", "Presence Tray"][..actions]
        );
        assert_eq!(Answer::Close.until_heard(&daemon, &outcome), "Ok(Closed)");
    }
}

#[test]
fn a_library_that_panics_is_an_error_value() {
    // The library unwraps the bus's answer when it asks to listen.
    let bus = Bus::with_limits(r#"<limit name="max_match_rules_per_connection">0</limit>"#);
    let (_daemon, shown) = daemon(&bus, &["actions"]);
    let outcome = notify(&bus.address);
    shown.recv_timeout(PATIENCE).expect("something is shown");
    let outcome = outcome.recv_timeout(PATIENCE).expect("an end");
    assert_eq!(outcome, r#"Err(Unavailable("notify-rust panicked"))"#);
}

#[test]
fn a_bus_that_goes_away_ends_what_was_shown() {
    let bus = Bus::start();
    let (_daemon, shown) = daemon(&bus, &["actions"]);
    let outcome = notify(&bus.address);
    shown.recv_timeout(PATIENCE).expect("something is shown");
    drop(bus);
    // Which one depends on how far the library has come.
    let outcome = outcome.recv_timeout(PATIENCE).expect("an end");
    assert!(
        outcome == "Ok(Closed)" || outcome.starts_with("Err(Unavailable("),
        "{outcome}"
    );
}

#[test]
fn without_a_daemon_or_a_bus_a_notification_is_an_error_value() {
    let bus = Bus::start();
    let address = bus.address.clone();
    let end = || notify(&address).recv_timeout(PATIENCE).expect("an end");
    let without_daemon = end();
    drop(bus);
    for outcome in [without_daemon, end()] {
        assert!(outcome.starts_with("Err(Unavailable("), "{outcome}");
    }
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
