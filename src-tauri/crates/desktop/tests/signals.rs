//! Sleep, lock, network and the end of the session, told by python-dbusmock's systemd-logind and `NetworkManager` and by a screen saver of the
//! test's own, on buses of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::{
    collections::HashMap,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
};

use desktop::session_bus::SessionBus;
use desktop::signals::{Signal, SignalError, SignalWatch};
use support::{Bus, PATIENCE, mocked::Mocked};
use zbus::blocking::connection::Builder;
use zbus::zvariant::{ObjectPath, Value};

const LOGIN: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const OWN_SESSION: &str = "/org/freedesktop/login1/session/c2";
const OTHER_SESSION: &str = "/org/freedesktop/login1/session/c9";

fn listen(system: &Bus, session: &Bus) -> (SignalWatch, Receiver<Signal>) {
    let (told, signals) = channel();
    let watch = SignalWatch::on(Ok(system.connection()), &session.session(), move |signal| {
        // The test may have seen enough.
        let _ = told.send(signal);
    });
    (watch.expect("two buses"), signals)
}

/// logind with a person at the computer and another one who has left their session open.
fn login(system: &Bus) -> Mocked {
    let login = Mocked::start(system, "logind", "org.freedesktop.login1");
    for (session, user, name, active) in [("c2", 1000_u32, "ada", true), ("c9", 1001, "bob", false)] {
        login.mock(LOGIN, "AddSession", &(session, "seat0", user, name, active));
    }
    // The template has no alias for whoever asks; the person at the computer does.
    let session = ObjectPath::try_from(OWN_SESSION).expect("a path");
    let properties = HashMap::from([("Display", Value::from(("c2", session)))]);
    let no_methods: [(&str, &str, &str, &str); 0] = [];
    let user = "/org/freedesktop/login1/user/self";
    let object = (user, "org.freedesktop.login1.User", properties, &no_methods[..]);
    login.mock(LOGIN, "AddObject", &object);
    login
}

fn lock(login: &Mocked, session: &str, locked: bool) {
    login.call(session, "org.freedesktop.login1.Session", "SetLockedHint", &locked);
}

#[test]
fn sleep_and_the_end_of_the_session_are_told_by_logind() {
    let (system, session) = (Bus::start(), Bus::start());
    let login = login(&system);
    let (_watch, signals) = listen(&system, &session);
    for (said, yes, told) in [
        ("PrepareForShutdown", true, Some(Signal::SessionEnds)),
        // Called off.
        ("PrepareForShutdown", false, None),
        ("PrepareForSleep", true, Some(Signal::Sleeps)),
        ("PrepareForSleep", false, Some(Signal::Wakes)),
    ] {
        login.emit(LOGIN, MANAGER, said, yes);
        if let Some(told) = told {
            assert_eq!(signals.recv_timeout(PATIENCE), Ok(told), "{said} {yes}");
        }
    }
}

#[test]
fn the_lock_of_the_own_session_is_told_once_though_two_tell_of_it() {
    let (system, session) = (Bus::start(), Bus::start());
    let login = login(&system);
    let saver = session.connection().build().expect("a screen saver");
    saver
        .request_name("org.freedesktop.ScreenSaver")
        .expect("the name is free");
    let blank = |active: bool| {
        let saver = saver.emit_signal(
            None::<&str>,
            "/ScreenSaver",
            "org.freedesktop.ScreenSaver",
            "ActiveChanged",
            &active,
        );
        saver.expect("a signal");
    };
    let (_watch, signals) = listen(&system, &session);
    let next = || signals.recv_timeout(PATIENCE).expect("a signal");

    lock(&login, OTHER_SESSION, true);
    login.emit(LOGIN, MANAGER, "PrepareForSleep", true);
    assert_eq!(next(), Signal::Sleeps, "another person's screen is none of ours");
    lock(&login, OWN_SESSION, true);
    assert_eq!(next(), Signal::Locked);
    blank(true);
    blank(false);
    assert_eq!(next(), Signal::Unlocked, "locked was told already");
    lock(&login, OWN_SESSION, false);
    lock(&login, OWN_SESSION, true);
    assert_eq!(next(), Signal::Locked, "unlocked was told already");
}

#[test]
fn a_network_that_goes_and_comes_is_told_and_its_steps_are_not() {
    let (system, session) = (Bus::start(), Bus::start());
    let network = Mocked::start(&system, "networkmanager", "org.freedesktop.NetworkManager");
    let (_watch, signals) = listen(&system, &session);
    let path = "/org/freedesktop/NetworkManager";
    let enable = |on: bool| network.call(path, "org.freedesktop.NetworkManager", "Enable", &on);
    let next = || signals.recv_timeout(PATIENCE).expect("a signal");
    for _ in 0..2 {
        enable(false);
        assert_eq!(next(), Signal::NetworkGone);
        enable(true);
        assert_eq!(next(), Signal::NetworkBack);
    }
    // Connected, but only as far as a page that wants a sign-in.
    network.mock("/org/freedesktop", "SetGlobalConnectionState", &60_u32);
    assert_eq!(next(), Signal::NetworkGone);
}

#[test]
fn services_that_start_later_are_heard() {
    let (system, session) = (Bus::start(), Bus::start());
    let (_watch, signals) = listen(&system, &session);
    let login = login(&system);
    login.emit(LOGIN, MANAGER, "PrepareForSleep", true);
    assert_eq!(signals.recv_timeout(PATIENCE), Ok(Signal::Sleeps));
}

#[test]
fn a_stranger_on_the_bus_is_not_believed() {
    let (system, session) = (Bus::start(), Bus::start());
    let login = login(&system);
    let (_watch, signals) = listen(&system, &session);
    let stranger = system.connection().build().expect("a stranger");
    stranger
        .emit_signal(None::<&str>, LOGIN, MANAGER, "PrepareForShutdown", &true)
        .expect("a signal");
    login.emit(LOGIN, MANAGER, "PrepareForSleep", true);
    assert_eq!(signals.recv_timeout(PATIENCE), Ok(Signal::Sleeps));
}

#[test]
fn one_bus_is_enough_and_none_is_an_error() {
    let bus = Bus::start();
    let gone = SessionBus::at("unix:path=/nonexistent");
    let nowhere = || Builder::address("unix:path=/nonexistent");
    assert!(SignalWatch::on(nowhere(), &bus.session(), |_| {}).is_ok());
    let refused = SignalWatch::on(nowhere(), &gone, |_| {});
    assert!(matches!(refused, Err(SignalError::Unavailable(_))));
}

#[test]
fn a_dropped_watch_tells_nothing_more() {
    let (system, session) = (Bus::start(), Bus::start());
    let (watch, signals) = listen(&system, &session);
    drop(watch);
    assert_eq!(
        signals.recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Disconnected),
        "both threads have ended"
    );
}
