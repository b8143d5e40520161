//! Global shortcuts on an X server of the test's own, with real key presses.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test may give up at once")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use desktop::AppIdentity;
use desktop::shortcut::{AcceleratorError, Binding, Host, ShortcutError, ShortcutEvent, Shortcuts, Standing};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};
use x11rb::rust_connection::RustConnection;

const APP: AppIdentity = AppIdentity {
    id: "org.presencetray.PresenceTray",
    name: "Presence Tray",
};
/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);
/// Of an ordinary keyboard: the key between Tab and W, which is Q on QWERTY and A on AZERTY.
const KEY_AFTER_TAB: u8 = 24;

struct XServer {
    process: Child,
    display: String,
}

impl XServer {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(arguments: &[&str]) -> Self {
        let mut process = Command::new("Xvfb")
            // Without `-noreset` it starts anew, and is gone for a moment, when its last client leaves.
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "640x480x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(process.stdout.take().expect("it is piped"))
            .read_line(&mut number)
            .expect("its number");
        Self {
            process,
            display: format!(":{}", number.trim()),
        }
    }

    fn host(&self) -> Host {
        Host::X11(Some(self.display.clone()))
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let ran = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &self.display)
            .status();
        assert!(ran.expect("it is installed").success(), "{program} {arguments:?}");
    }

    fn press(&self, keys: &str) {
        self.run("xdotool", &["key", keys]);
    }

    /// Another program that has this key already, to its drop.
    fn rival(&self, keycode: u8, modifiers: ModMask) -> RustConnection {
        let (rival, screen) = RustConnection::connect(Some(&self.display)).expect("a server");
        let root = rival.setup().roots[screen].root;
        rival
            .grab_key(false, root, modifiers, keycode, GrabMode::ASYNC, GrabMode::ASYNC)
            .expect("a request")
            .check()
            .expect("the key is free");
        rival
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }
}

/// Shortcuts of a host, and what is told of them.
struct Heard {
    shortcuts: Shortcuts,
    events: Receiver<ShortcutEvent>,
}

impl Heard {
    fn on(host: Option<Host>, bindings: &[(&str, &str)]) -> Self {
        let mut heard = Self {
            shortcuts: Shortcuts::on(APP, host),
            events: channel().1,
        };
        heard.bind(bindings);
        heard
    }

    fn bind(&mut self, bindings: &[(&str, &str)]) {
        let (tell, events) = channel();
        let bindings = bindings.iter().map(|(id, keys)| Binding {
            id: (*id).to_owned(),
            keys: (*keys).to_owned(),
            description: format!("Does {id}"),
        });
        self.shortcuts.bind(bindings.collect(), move |event| {
            tell.send(event).expect("the test listens");
        });
        self.events = events;
    }

    fn next(&self) -> ShortcutEvent {
        self.events.recv_timeout(PATIENCE).expect("something is told")
    }
}

fn pressed(id: &str) -> ShortcutEvent {
    ShortcutEvent::Pressed(id.to_owned())
}

fn listening(id: &str, trigger: &str) -> ShortcutEvent {
    let trigger = trigger.to_owned();
    ShortcutEvent::Stands(id.to_owned(), Standing::Listening { trigger })
}

fn refused(id: &str, error: ShortcutError) -> ShortcutEvent {
    ShortcutEvent::Stands(id.to_owned(), Standing::Refused(error))
}

#[test]
fn each_press_is_told_with_the_id_of_its_shortcut() {
    let server = XServer::start();
    let heard = Heard::on(Some(server.host()), &[("open", "ctrl+alt+p"), ("busy", "Super+F9")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+Alt+P"));
    assert_eq!(heard.next(), listening("busy", "Super+F9"));
    for (keys, id) in [("ctrl+alt+p", "open"), ("super+F9", "busy"), ("ctrl+alt+p", "open")] {
        // Fewer and other modifiers are other keys.
        server.press("ctrl+p");
        server.press("ctrl+super+F9");
        server.press(keys);
        assert_eq!(heard.next(), pressed(id));
    }
}

#[test]
fn a_lock_that_is_on_changes_nothing() {
    let server = XServer::start();
    let heard = Heard::on(Some(server.host()), &[("open", "Ctrl+Alt+P")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+Alt+P"));
    for lock in ["Num_Lock", "Caps_Lock", "Num_Lock"] {
        server.press(lock);
        server.press("ctrl+alt+p");
        assert_eq!(heard.next(), pressed("open"), "after {lock}");
    }
}

#[test]
fn a_key_that_is_held_is_pressed_once() {
    // Repeats after 50 ms, a hundred times a second. Only who has the key is told of repeats: there is no event to wait for.
    let server = XServer::with(&["-ardelay", "50", "-arinterval", "10"]);
    let heard = Heard::on(Some(server.host()), &[("open", "Ctrl+Alt+P"), ("busy", "F9")]);
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
    let mut heard = Heard::on(Some(server.host()), &[("open", "Ctrl+Alt+P"), ("busy", "F9")]);
    for _ in 0..5 {
        heard.bind(&[("busy", "Ctrl+Alt+P")]);
        assert_eq!(heard.next(), listening("busy", "Ctrl+Alt+P"));
    }
    let other = Heard::on(Some(server.host()), &[("other", "F9")]);
    assert_eq!(other.next(), listening("other", "F9"));
    server.press("F9");
    server.press("ctrl+alt+p");
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
    drop(server.rival(KEY_AFTER_TAB, ModMask::CONTROL));
}

#[test]
fn keys_that_cannot_be_had_are_refused_each_by_itself() {
    let server = XServer::start();
    let _rival = server.rival(KEY_AFTER_TAB, ModMask::CONTROL | ModMask::M2);
    let bindings = [
        ("nonsense", "Ctrl+"),
        ("taken", "Ctrl+Q"),
        ("first", "Ctrl+7"),
        ("second", "control+7"),
        ("missing", "F20"),
    ];
    server.run("setxkbmap", &["de"]);
    let heard = Heard::on(Some(server.host()), &bindings);
    let incomplete = AcceleratorError::Incomplete("Ctrl+".to_owned());
    assert_eq!(
        heard.next(),
        refused("nonsense", ShortcutError::NotUnderstood(incomplete))
    );
    assert_eq!(heard.next(), refused("second", ShortcutError::Twice));
    assert_eq!(heard.next(), refused("taken", ShortcutError::Taken));
    assert_eq!(heard.next(), listening("first", "Ctrl+7"));
    assert_eq!(heard.next(), refused("missing", ShortcutError::NoKey));
    server.press("ctrl+7");
    assert_eq!(heard.next(), pressed("first"));

    // On a German keyboard “/” is on the 7.
    let heard = Heard::on(Some(server.host()), &[("seven", "Alt+7"), ("slash", "Alt+Slash")]);
    assert_eq!(heard.next(), listening("seven", "Alt+7"));
    assert_eq!(heard.next(), refused("slash", ShortcutError::Twice));
}

#[test]
fn a_key_is_where_the_layout_has_it_now() {
    let server = XServer::start();
    let heard = Heard::on(Some(server.host()), &[("open", "Ctrl+A")]);
    assert_eq!(heard.next(), listening("open", "Ctrl+A"));
    server.run("setxkbmap", &["ru"]);
    assert_eq!(heard.next(), refused("open", ShortcutError::NoKey));
    server.run("setxkbmap", &["fr"]);
    assert_eq!(heard.next(), listening("open", "Ctrl+A"));
    server.press(&format!("ctrl+{KEY_AFTER_TAB}"));
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
    let heard = Heard::on(Some(server.host()), &[("open", "F9")]);
    assert_eq!(heard.next(), listening("open", "F9"));
    drop(server);
    assert_eq!(heard.next(), refused("open", ShortcutError::NoDisplay));
}
