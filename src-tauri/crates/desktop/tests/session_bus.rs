//! The tray's host, on a session bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::sync::mpsc::channel;

use desktop::session_bus::SessionBus;
use desktop::tray_host::{TrayHost, TrayHostError};
use support::{Bus, PATIENCE};

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
