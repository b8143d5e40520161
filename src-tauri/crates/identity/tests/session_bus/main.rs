//! What needs a session bus: the keychain against a real gnome-keyring, and the desktop portal.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod crash;
mod portal;
mod processes;
mod session;
mod storage;
