//! Sleep, lock and network, told by services of the test's own on buses of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::{
    collections::HashMap,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use desktop::session_bus::SessionBus;
use desktop::signals::{Signal, SignalError, SignalWatch};
use support::Bus;
use zbus::blocking::{Connection, connection::Builder, fdo::DBusProxy};
use zbus::fdo::RequestNameFlags;
use zbus::names::WellKnownName;
use zbus::zvariant::{OwnedObjectPath, Value};

/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);
const OWN_SESSION: &str = "/org/freedesktop/login1/session/_32";
const LOGIN: &str = "org.freedesktop.login1";

/// What logind says of the person.
struct User;

#[zbus::interface(name = "org.freedesktop.login1.User")]
#[expect(clippy::unused_self, reason = "the shape of a property")]
impl User {
    #[zbus(property)]
    fn display(&self) -> (String, OwnedObjectPath) {
        ("2".to_owned(), OwnedObjectPath::try_from(OWN_SESSION).expect("a path"))
    }
}

fn service(bus: &Bus, name: &'static str) -> Connection {
    let connection = bus
        .connection()
        .serve_at("/org/freedesktop/login1/user/self", User)
        .and_then(Builder::build)
        .expect("a service");
    DBusProxy::new(&connection)
        .expect("the bus")
        .request_name(
            WellKnownName::from_static_str_unchecked(name),
            RequestNameFlags::DoNotQueue.into(),
        )
        .expect("the name is free");
    connection
}

fn listen(system: &Bus, session: &Bus) -> (SignalWatch, Receiver<Signal>) {
    let (told, signals) = channel();
    let watch = SignalWatch::on(Ok(system.connection()), &session.session(), move |signal| {
        // The test may have seen enough.
        let _ = told.send(signal);
    });
    (watch.expect("two buses"), signals)
}

fn emit<B: serde::Serialize + zbus::zvariant::DynamicType>(
    from: &Connection,
    path: &str,
    interface: &str,
    member: &str,
    body: &B,
) {
    from.emit_signal(None::<&str>, path, interface, member, body)
        .expect("a signal");
}

fn lock(from: &Connection, session: &str, locked: bool) {
    let properties = HashMap::from([("LockedHint", Value::from(locked))]);
    let body = ("org.freedesktop.login1.Session", properties, Vec::<&str>::new());
    emit(
        from,
        session,
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
        &body,
    );
}

#[test]
fn sleep_lock_and_network_are_told_each_change_once() {
    let (system, session) = (Bus::start(), Bus::start());
    let login = service(&system, LOGIN);
    let network = service(&system, "org.freedesktop.NetworkManager");
    let saver = service(&session, "org.freedesktop.ScreenSaver");
    let (_watch, signals) = listen(&system, &session);
    let next = || signals.recv_timeout(PATIENCE).expect("a signal");
    let sleeps = |yes: bool| {
        emit(
            &login,
            "/org/freedesktop/login1",
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            &yes,
        );
    };
    let state = |state: u32| {
        let interface = "org.freedesktop.NetworkManager";
        emit(
            &network,
            "/org/freedesktop/NetworkManager",
            interface,
            "StateChanged",
            &state,
        );
    };

    sleeps(true);
    assert_eq!(next(), Signal::Sleeps);
    sleeps(false);
    assert_eq!(next(), Signal::Wakes);

    // Another person's screen, then one's own, told by two.
    lock(&login, "/org/freedesktop/login1/session/_39", true);
    lock(&login, OWN_SESSION, true);
    assert_eq!(next(), Signal::Locked);
    emit(
        &saver,
        "/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "ActiveChanged",
        &true,
    );
    emit(
        &saver,
        "/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "ActiveChanged",
        &false,
    );
    assert_eq!(next(), Signal::Unlocked, "locked was told already");

    for step in [40, 20, 40, 50] {
        state(step);
    }
    state(70);
    assert_eq!(
        (next(), next()),
        (Signal::NetworkGone, Signal::NetworkBack),
        "steps are no news"
    );
}

#[test]
fn one_bus_is_enough_and_none_is_an_error() {
    let bus = Bus::start();
    let gone = SessionBus::at("unix:path=/nonexistent");
    let nowhere = || Builder::address("unix:path=/nonexistent");
    assert!(SignalWatch::on(nowhere(), &bus.session(), |_| {}).is_ok());
    let refused = SignalWatch::on(nowhere(), &gone, |_| {});
    assert!(matches!(refused, Err(SignalError::Bus(_))));
}

#[test]
fn a_dropped_watch_tells_nothing_more() {
    let (system, session) = (Bus::start(), Bus::start());
    let (watch, signals) = listen(&system, &session);
    drop(watch);
    assert!(
        signals
            .recv_timeout(PATIENCE)
            .is_err_and(|error| error == std::sync::mpsc::RecvTimeoutError::Disconnected),
        "both threads have ended"
    );
}
