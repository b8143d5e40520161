//! The engine as its driver sees it: inputs in, effects out, in virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it finds something wrong"
)]

mod account;
mod announcing;
mod elsewhere;
mod keeping_alive;
mod kept;
mod presets;
mod putting_back;
mod reading;
mod rig;
mod writing;
