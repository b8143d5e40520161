//! A start without a console window, as the system does it at login.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use control::Endpoint;
use engine::Command::Quit;

/// The mark that Windows goes by (PE format, "Windows Subsystem"): a program with a console, or without one.
const CONSOLE: u16 = 3;
const WINDOWS_GUI: u16 = 2;

fn starter() -> PathBuf {
    env!("CARGO_BIN_EXE_presence-trayw").into()
}

fn subsystem(executable: &Path) -> u16 {
    let bytes = std::fs::read(executable).expect("`cargo test --package resident --package windowless` builds both");
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    // At 0x3c is where "PE\0\0" stands; the file header behind it has 20 bytes, and the mark is the 68th of the next header.
    let header = usize::from(number(0x3c));
    assert_eq!(&bytes[header..header + 4], b"PE\0\0");
    number(header + 4 + 20 + 68)
}

#[test]
fn a_shell_waits_for_the_one_and_no_window_opens_for_the_other() {
    assert_eq!(subsystem(&starter().with_file_name("presence-tray.exe")), CONSOLE);
    assert_eq!(subsystem(&starter()), WINDOWS_GUI);
}

#[tokio::test]
async fn it_starts_the_resident_with_its_own_words_and_leaves() {
    let status = Command::new(starter())
        .args(["--demo", "--background"])
        .status()
        .unwrap();
    assert!(status.success());
    let endpoint = Endpoint::for_user(true).unwrap();
    let resident = control::wait_for(&endpoint, Duration::from_secs(60))
        .await
        .expect("it listens");
    let mut watch = resident.watch().await.unwrap();
    resident.send(Quit).await.unwrap();
    // It hangs up when it leaves.
    while watch.next().await.is_some() {}
}
