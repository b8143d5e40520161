//! Notifications in a real daemon, dunst, on a display of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    missing_docs,
    reason = "a test may give up at once, and documents itself"
)]

mod support;

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use desktop::do_not_disturb;
use support::Bus;
use support::notifications::{Listeners, Program};
use support::service::Service;
use support::x_server::XServer;
use tempfile::TempDir;
use zbus::zvariant::OwnedValue;

/// dunst hands the buttons of a notification to a program that a person chooses with, one a line: this one chooses for them.
const CHOOSE: &str = "#!/bin/sh\ngrep -F -m1 'End now'\n";

struct Desktop {
    daemon: Option<Service>,
    bus: Bus,
    server: XServer,
    _folder: TempDir,
}

impl Desktop {
    fn start() -> Self {
        let (bus, server) = (Bus::start(), XServer::start());
        let folder = tempfile::tempdir().expect("a folder");
        let (chooser, configuration) = (folder.path().join("choose"), folder.path().join("dunstrc"));
        fs::write(&chooser, CHOOSE).expect("a program");
        fs::set_permissions(&chooser, fs::Permissions::from_mode(0o700)).expect("it may run");
        fs::write(&configuration, format!("[global]\ndmenu = {}\n", chooser.display())).expect("a configuration");
        let mut dunst = Command::new("dunst");
        dunst
            .arg("-config")
            .arg(&configuration)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .env("DISPLAY", &server.display)
            .env_remove("WAYLAND_DISPLAY")
            .stderr(Stdio::null());
        Self {
            daemon: Some(Service::start(&bus, "org.freedesktop.Notifications", &mut dunst)),
            bus,
            server,
            _folder: folder,
        }
    }

    /// What dunst's own command answers.
    fn dunstctl(&self, arguments: &[&str]) -> String {
        let output = Command::new("dunstctl")
            .args(arguments)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address)
            .env("DISPLAY", &self.server.display)
            .output()
            .expect("it came with dunst");
        assert!(output.status.success(), "dunstctl {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The titles of what is over, the latest first.
    fn history(&self) -> Vec<String> {
        let daemon = self.daemon.as_ref().expect("it runs");
        let answer = daemon.connection.call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.dunstproject.cmd0"),
            "NotificationListHistory",
            &(),
        );
        let entries: Vec<HashMap<String, OwnedValue>> =
            answer.expect("an answer").body().deserialize().expect("a list");
        let title = |entry: &HashMap<String, OwnedValue>| entry["summary"].downcast_ref::<String>().expect("a title");
        entries.iter().map(title).collect()
    }
}

#[test]
#[ignore = "the program that the tests start"]
fn follow_orders() {
    support::notifications::follow_orders();
}

#[test]
fn a_button_pressed_and_a_click_are_told_apart() {
    for (how, outcome) in [
        ("context", r#"A: Ok(Pressed { id: "end-now" })"#),
        ("action", "A: Ok(Opened)"),
        ("close", "A: Ok(Closed)"),
    ] {
        let desktop = Desktop::start();
        let mut listeners = Listeners::on(&desktop.bus);
        let mut program = Program::start(&desktop.bus.address);
        program.show("ending-soon", "A");
        listeners.wait_for_one();
        assert_eq!(desktop.dunstctl(&["count", "displayed"]), "1");
        desktop.dunstctl(&[how]);
        assert_eq!(program.outcome(), outcome);
    }
}

#[test]
fn of_a_kind_one_is_on_the_screen_and_what_is_moot_leaves_it() {
    let desktop = Desktop::start();
    let mut listeners = Listeners::on(&desktop.bus);
    let mut program = Program::start(&desktop.bus.address);
    program.show("ending-soon", "A");
    listeners.wait_for_one();
    program.show("ending-soon", "B");
    assert_eq!(program.outcome(), "A: Ok(Closed)");
    listeners.wait_for_one();
    program.show("not-taken", "C");
    listeners.wait_for_one();
    assert_eq!(desktop.dunstctl(&["count", "displayed"]), "2");

    program.close("not-taken");
    assert_eq!(program.outcome(), "C: Ok(Closed)");
    assert_eq!(desktop.dunstctl(&["count", "displayed"]), "1");
    assert_eq!(desktop.history(), ["C"]);
    desktop.dunstctl(&["context"]);
    assert_eq!(program.outcome(), r#"B: Ok(Pressed { id: "end-now" })"#);
}

#[test]
fn a_daemon_that_is_killed_ends_what_it_showed() {
    let mut desktop = Desktop::start();
    let mut listeners = Listeners::on(&desktop.bus);
    let mut program = Program::start(&desktop.bus.address);
    program.show("ending-soon", "A");
    listeners.wait_for_one();
    desktop.daemon = None;
    assert_eq!(program.outcome(), "A: Ok(Closed)");
}

#[test]
fn a_paused_daemon_asks_for_quiet_and_nothing_waits_in_it_for_later() {
    let desktop = Desktop::start();
    assert_eq!(do_not_disturb::is_on_at(&desktop.bus.session()), Some(false));
    desktop.dunstctl(&["set-paused", "true"]);
    assert_eq!(do_not_disturb::is_on_at(&desktop.bus.session()), Some(true));
    let mut program = Program::start(&desktop.bus.address);
    program.show("ending-soon", "A");
    assert_eq!(program.outcome(), "A: Ok(Withheld)");
    assert_eq!(desktop.dunstctl(&["count", "waiting"]), "0");
}
