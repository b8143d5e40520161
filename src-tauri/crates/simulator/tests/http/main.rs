//! The faces of the simulator, from outside, by plain HTTP.

// Clippy knows a test by its attribute; what the tests share has none.
#![allow(clippy::unwrap_used, clippy::panic)]

mod control;
mod person;
mod presence;
mod refusals;
mod sign_in;
mod walk;
