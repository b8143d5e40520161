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
//!
//! # How it is proven
//!
//! `tests/machine` says what each input does. `tests/simulation` lives whole runs from a seed: this machine, a pure model of a tenant, weather,
//! people at the surfaces and in Teams, an operating system that sleeps and sets its clock, processes that die between two effects; after every
//! step it checks promises, and shrinks a run that breaks one. Its own strength is checked by breaking the machine on purpose, one rule at a
//! time, in runs of two hours; each was caught:
//!
//! | rule broken | promise that caught it | within so many seeds |
//! |---|---|---|
//! | older answers are taken over | what is shown was read | 914 |
//! | the state is saved after the effects | what was kept is sent, or it is said why not | 810 |
//! | put back without looking | every write has its cause | 595 |
//! | put back before a read that began later | every write has its cause | 962 |
//! | put back again and again | every write has its cause | 1 |
//! | a pause that was asked for is ignored | nothing is read before a pause is over | 7 |
//! | quick reads after a write never end | reads are few | 2 |
//! | no backoff | reads are few | 3 |
//! | stale is never told | freshness is told as it is | 2 |
//! | kept is sent after its end | what was kept is sent, or it is said why not | 7 |
//! | overtaken is ignored when kept is sent | no automation over a human | 100 |
//! | a session is renewed too late | a session is open while one is wanted | 15 |
//! | a session survives quitting | no session is left behind | 15 |
//! | a newer command does not replace an older | every write has its cause | 27 |
//! | trouble is told for ever | trouble is told while it lasts | 2 |
//! | a clock set back is not noticed | an age is never made smaller | 6 |
//! | what an earlier process had to send is lost | what was kept is sent, or it is said why not | 38 |
//! | what is kept is never sent | what was kept is sent, or it is said why not | 27 |
//! | a place that was refused refuses the office | what was kept is sent, or it is said why not | 118 |
//! | an answer for the account before is taken | what is shown was read | 683 |
//! | the end of a write under way is a deadline | deadlines never lie in the past without progress | 509 |
//! | a choice made elsewhere is not given way to | no automation over a human | 1 |
//! | two reads at once | one read at a time | 2 |
//! | an end takes what lies beneath with it | what is asked is sent | 51 |
//! | an end looks only at what is in force | every write has its cause | 58 |
//! | after a crash an older write stands against a newer | every write has its cause | 2695 of 24 hours |
//! | a preset is answered before all of it is done | a write is done when the tenant took it | 5 |
//!
//! `SEED=… cargo test -p engine --test simulation` replays a run, with `TRACE=1` step by step; `SEEDS`, `FIRST` and `HOURS` scale it, `MANY` the
//! installations that share one tenant's budget. `cargo bench -p engine` measures what is promised about speed and requests.

mod command;
mod day;
mod exchange;
mod failure;
mod intent;
mod layers;
mod machine;
mod memory;
mod polling;
mod preferences;
mod snapshot;
mod why;

pub use command::{Command, FlyoutCall, Reply, Ticket, View};
pub use day::Stretch;
pub use exchange::{Effect, Grants, Input, MissingTray, Notification, NotificationKind, Signal, Write};
pub use failure::{Code, Failure, Reference, Remedy, Trouble};
pub use intent::Subject;
pub use machine::{Engine, Settings};
pub use memory::{AskState, Asked, AskedLocation, AskedMessage, AskedPresence, Memory};
pub use preferences::{
    Bound, Notifications, Preferences, SettingsChange, Shortcut, ShortcutAction, Theme, UnknownAction,
};
pub use snapshot::{
    Account, Certainty, Hint, KeepAlive, Notice, Place, Problem, Registration, SigningIn, Snapshot, Why, WhyKind,
};
