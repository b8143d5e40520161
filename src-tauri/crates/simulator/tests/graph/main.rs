//! Graph's face without a socket: whatever is thrown at it is answered in Graph's own shape, and nothing panics.

// Clippy knows a test by its attribute; what the tests share has none.
#![allow(clippy::unwrap_used, clippy::panic)]

mod anything;
mod corpus;
mod personal;
#[path = "../../fuzz/exercise/graph.rs"]
mod script;
