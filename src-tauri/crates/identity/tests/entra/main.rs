//! Sign-in and refresh over real sockets, against a token endpoint that answers as it is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod callback;
mod device;
mod refresh;
mod service;
mod sign_in;
mod source;
