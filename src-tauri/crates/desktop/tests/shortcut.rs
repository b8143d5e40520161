//! The global shortcut on an X server of the test's own, with real key presses.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test may give up at once")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use desktop::shortcut::{Accelerator, Shortcut, ShortcutError};

/// How long an event may take before the test gives up on it: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);

struct XServer {
    process: Child,
    display: String,
}

impl XServer {
    fn start() -> Self {
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"])
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
}

impl Drop for XServer {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }
}

/// Runs one of the ignored tests below in a process whose environment names this display.
fn run_with_display(name: &str, variables: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DISPLAY")
        .envs(variables.iter().copied())
        .output()
        .expect("this test runs again");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_press_is_heard_until_the_shortcut_is_dropped() {
    let server = XServer::start();
    run_with_display("on_an_x_server", &[("DISPLAY", &server.display)]);
}

#[test]
fn where_no_shortcut_can_be_had_the_reason_is_named() {
    run_with_display("without_a_display", &[]);
    run_with_display("on_wayland", &[("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")]);
    run_with_display("on_a_dead_display", &[("DISPLAY", ":64999")]);
}

fn accelerator(text: &str) -> Accelerator {
    text.parse().expect(text)
}

fn press(keys: &str) {
    assert!(
        Command::new("xdotool")
            .args(["key", keys])
            .status()
            .expect("xdotool is installed")
            .success()
    );
}

#[test]
#[ignore = "run by a_press_is_heard_until_the_shortcut_is_dropped"]
fn on_an_x_server() {
    let (pressed, heard) = channel();
    let first = pressed.clone();
    let shortcut = Shortcut::listen(accelerator("Ctrl+Alt+P"), move || {
        first.send("P").expect("the test listens");
    })
    .expect("the key is free");
    press("ctrl+alt+p");
    assert_eq!(heard.recv_timeout(PATIENCE), Ok("P"));

    let taken = Shortcut::listen(accelerator("Ctrl+Alt+P"), || {}).map(drop);
    assert!(matches!(taken, Err(ShortcutError::Taken(_))), "{taken:?}");
    press("ctrl+alt+p");
    assert_eq!(heard.recv_timeout(PATIENCE), Ok("P"), "a refused rival changes nothing");

    let second = pressed.clone();
    let replacement = Shortcut::listen(accelerator("Super+F9"), move || {
        second.send("F9").expect("the test listens");
    })
    .expect("the key is free");
    drop(shortcut);
    press("ctrl+alt+p");
    press("super+F9");
    assert_eq!(
        heard.recv_timeout(PATIENCE),
        Ok("F9"),
        "the dropped one is not heard before it"
    );

    for _ in 0..5 {
        drop(Shortcut::listen(accelerator("Ctrl+Alt+P"), || {}).expect("a dropped key is free at once"));
    }

    drop(replacement);
    drop(pressed);
    assert_eq!(
        heard.recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Disconnected),
        "a dropped shortcut keeps nothing"
    );
}

#[test]
#[ignore = "run by where_no_shortcut_can_be_had_the_reason_is_named"]
fn without_a_display() {
    let refused = Shortcut::listen(accelerator("F9"), || {}).map(drop);
    assert!(matches!(refused, Err(ShortcutError::NoDisplay)), "{refused:?}");
}

#[test]
#[ignore = "run by where_no_shortcut_can_be_had_the_reason_is_named"]
fn on_wayland() {
    let refused = Shortcut::listen(accelerator("F9"), || {}).map(drop);
    assert!(matches!(refused, Err(ShortcutError::NotOnWayland)), "{refused:?}");
}

#[test]
#[ignore = "run by where_no_shortcut_can_be_had_the_reason_is_named"]
fn on_a_dead_display() {
    let refused = Shortcut::listen(accelerator("F9"), || {}).map(drop);
    assert!(matches!(refused, Err(ShortcutError::NoDisplay)), "{refused:?}");
}
