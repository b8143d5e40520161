//! The heart: decides what to ask Microsoft Graph, and what to show. Command in, Snapshot out.
//!
//! [`Engine::step`] takes the present moment and one [`Input`], and answers with the [`Effect`]s that a driver is to perform. It reads no
//! clock, opens no socket and touches no keychain, so days of use run in milliseconds and every run can be repeated.
//!
//! | word | what |
//! |---|---|
//! | [`Command`] | what a person or a rule wants; every surface sends these and nothing else |
//! | [`Snapshot`] | everything a surface may show, worked out; every surface draws this and nothing else |
//! | [`Input`] | what happened: a command, an answer from Graph, time that passed |
//! | [`Effect`] | what is to be done: read, write, sign in, reply |
//! | [`Memory`] | what outlives the process: who is signed in and what was asked. Never a token |
//! | [`Failure`] | what can go wrong outside, and the [`Trouble`] in words that a person gets to see |

mod command;
mod exchange;
mod failure;
mod intent;
mod layers;
mod machine;
mod memory;
mod polling;
mod snapshot;
mod why;

pub use command::{Command, Reply, Ticket};
pub use exchange::{Effect, Grants, Input, Signal, Write};
pub use failure::{Code, Failure, Reference, Remedy, Trouble};
pub use intent::Subject;
pub use machine::{Engine, Settings};
pub use memory::{AskState, Asked, AskedLocation, AskedMessage, AskedPresence, Memory};
pub use snapshot::{Account, Certainty, KeepAlive, Notice, Place, Problem, SigningIn, Snapshot, Why, WhyKind};
