//! Global shortcuts on an X server of the test's own, with real key presses.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test may give up at once")]

mod support;

use std::sync::mpsc::RecvTimeoutError;

use desktop::shortcut::{AcceleratorError, Host, ShortcutError};
use support::PATIENCE;
use support::shortcuts::{Heard, listening, pressed, refused};
use support::x_server::XServer;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};
use x11rb::rust_connection::RustConnection;

/// Of an ordinary keyboard: the key between Tab and W, which is Q on QWERTY and A on AZERTY.
const KEY_AFTER_TAB: u8 = 24;

fn host(server: &XServer) -> Host {
    Host::X11(Some(server.display.clone()))
}

fn press(server: &XServer, keys: &str) {
    server.run("xdotool", &["key", keys]);
}

/// Another program that has this key already, to its drop.
fn rival(server: &XServer, keycode: u8, modifiers: ModMask) -> RustConnection {
    let (rival, screen) = RustConnection::connect(Some(&server.display)).expect("a server");
    let root = rival.setup().roots[screen].root;
    rival
        .grab_key(false, root, modifiers, keycode, GrabMode::ASYNC, GrabMode::ASYNC)
        .expect("a request")
        .check()
        .expect("the key is free");
    rival
}

#[test]
fn each_press_is_told_with_the_id_of_its_shortcut() {
    let server = XServer::start();
    let heard = Heard::on(Some(host(&server)), &[("open", "ctrl+alt+p"), ("busy", "Super+F9")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+Alt+P"));
    assert_eq!(heard.next(), listening("busy", "Super+F9"));
    for (keys, id) in [("ctrl+alt+p", "open"), ("super+F9", "busy"), ("ctrl+alt+p", "open")] {
        // Fewer and other modifiers are other keys.
        press(&server, "ctrl+p");
        press(&server, "ctrl+super+F9");
        press(&server, keys);
        assert_eq!(heard.next(), pressed(id));
    }
}

#[test]
fn a_lock_that_is_on_changes_nothing() {
    let server = XServer::start();
    let heard = Heard::on(Some(host(&server)), &[("open", "Ctrl+Alt+P")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+Alt+P"));
    for lock in ["Num_Lock", "Caps_Lock", "Num_Lock"] {
        press(&server, lock);
        press(&server, "ctrl+alt+p");
        assert_eq!(heard.next(), pressed("open"), "after {lock}");
    }
}

#[test]
fn a_key_that_is_held_is_pressed_once() {
    // Repeats after 50 ms, a hundred times a second. Only who has the key is told of repeats: there is no event to wait for.
    let server = XServer::with(&["-ardelay", "50", "-arinterval", "10"]);
    let heard = Heard::on(Some(host(&server)), &[("open", "Ctrl+Alt+P"), ("busy", "F9")]);
    heard.next();
    heard.next();
    let held = [
        "keydown",
        "ctrl+alt+p",
        "sleep",
        "0.5",
        "keyup",
        "ctrl+alt+p",
        "key",
        "F9",
    ];
    server.run("xdotool", &held);
    assert_eq!(heard.next(), pressed("open"));
    assert_eq!(heard.next(), pressed("busy"));
}

#[test]
fn new_shortcuts_replace_the_old_ones_and_their_keys_are_free_at_once() {
    let server = XServer::start();
    let mut heard = Heard::on(Some(host(&server)), &[("open", "Ctrl+Alt+P"), ("busy", "F9")]);
    for _ in 0..5 {
        heard.bind(&[("busy", "Ctrl+Alt+P")]);
        assert_eq!(heard.next(), listening("busy", "Ctrl+Alt+P"));
    }
    let other = Heard::on(Some(host(&server)), &[("other", "F9")]);
    assert_eq!(other.next(), listening("other", "F9"));
    press(&server, "F9");
    press(&server, "ctrl+alt+p");
    assert_eq!(other.next(), pressed("other"));
    assert_eq!(heard.next(), pressed("busy"));

    heard.bind(&[]);
    let nothing = heard.events.recv_timeout(PATIENCE);
    assert_eq!(
        nothing,
        Err(RecvTimeoutError::Disconnected),
        "no shortcut keeps nothing"
    );
    let Heard { shortcuts, events } = other;
    drop(shortcuts);
    let nothing = events.recv_timeout(PATIENCE);
    assert_eq!(nothing, Err(RecvTimeoutError::Disconnected), "a drop keeps nothing");
    drop(rival(&server, KEY_AFTER_TAB, ModMask::CONTROL));
}

#[test]
fn keys_that_cannot_be_had_are_refused_each_by_itself() {
    let server = XServer::start();
    let _rival = rival(&server, KEY_AFTER_TAB, ModMask::CONTROL | ModMask::M2);
    let bindings = [
        ("nonsense", "Ctrl+"),
        ("taken", "Ctrl+Q"),
        ("first", "Ctrl+7"),
        ("second", "control+7"),
        ("missing", "F20"),
    ];
    server.run("setxkbmap", &["de"]);
    let heard = Heard::on(Some(host(&server)), &bindings);
    let incomplete = AcceleratorError::Incomplete("Ctrl+".to_owned());
    assert_eq!(
        heard.next(),
        refused("nonsense", ShortcutError::NotUnderstood(incomplete))
    );
    assert_eq!(heard.next(), refused("second", ShortcutError::Twice));
    assert_eq!(heard.next(), refused("taken", ShortcutError::Taken));
    assert_eq!(heard.next(), listening("first", "Ctrl+7"));
    assert_eq!(heard.next(), refused("missing", ShortcutError::NoKey));
    press(&server, "ctrl+7");
    assert_eq!(heard.next(), pressed("first"));

    // On a German keyboard “/” is on the 7.
    let heard = Heard::on(Some(host(&server)), &[("seven", "Alt+7"), ("slash", "Alt+Slash")]);
    assert_eq!(heard.next(), listening("seven", "Alt+7"));
    assert_eq!(heard.next(), refused("slash", ShortcutError::Twice));
}

#[test]
fn a_key_is_where_the_layout_has_it_now() {
    let server = XServer::start();
    let heard = Heard::on(Some(host(&server)), &[("open", "Ctrl+A")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+A"));
    server.run("setxkbmap", &["ru"]);
    assert_eq!(heard.next(), refused("open", ShortcutError::NoKey));
    server.run("setxkbmap", &["fr"]);
    assert_eq!(heard.next(), listening("open", "Ctrl+A"));
    press(&server, &format!("ctrl+{KEY_AFTER_TAB}"));
    assert_eq!(heard.next(), pressed("open"));
}

#[test]
fn where_there_is_no_server_or_no_more_each_shortcut_is_told_so() {
    for host in [None, Some(Host::X11(Some(":59000".to_owned())))] {
        let heard = Heard::on(host, &[("open", "F9"), ("busy", "F10")]);
        assert_eq!(heard.next(), refused("open", ShortcutError::NoDisplay));
        assert_eq!(heard.next(), refused("busy", ShortcutError::NoDisplay));
    }
    let server = XServer::start();
    let heard = Heard::on(Some(host(&server)), &[("open", "F9")]);
    assert_eq!(heard.next(), listening("open", "F9"));
    drop(server);
    assert_eq!(heard.next(), refused("open", ShortcutError::NoDisplay));
}
