//! The keychain against a real gnome-keyring, on a D-Bus of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod crash;
mod processes;
mod session;
mod storage;
