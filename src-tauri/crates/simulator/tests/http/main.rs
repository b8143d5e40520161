//! The faces of the simulator, from outside, by plain HTTP.

// Clippy knows a test by its attribute; what the tests share has none.
#![allow(clippy::unwrap_used, clippy::panic)]

mod batch;
mod consent;
mod control;
mod device_code;
mod discovery;
mod documented;
mod examples;
mod person;
mod places;
mod presence;
mod refusals;
mod schema;
mod security;
mod sign_in;
mod walk;
mod weather;
