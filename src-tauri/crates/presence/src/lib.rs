//! The domain's nouns, and nothing else: what Microsoft Graph says of a person's presence, and what that person may ask of it.
//!
//! | noun | read from Graph | asked of Graph |
//! |---|---|---|
//! | presence | [`Presence`], [`Activity`], [`Badge`] | [`PreferredPresence`] |
//! | presence session | – | [`SessionPresence`], [`SessionLength`] |
//! | out of office | [`OutOfOffice`] | – |
//! | status message | [`ShownMessage`] | [`MessageText`] |
//! | work location | [`ShownLocation`], [`LocationSource`] | [`WorkLocation`], [`Layer`] |
//! | how long | – | [`Expiry`], [`Length`] |
//! | all of it at once | – | [`Preset`] |
//!
//! Parsing and printing only: no input or output, no clock. What depends on the present moment takes it as a parameter.

mod activity;
mod expiry;
mod html;
mod location;
mod message;
mod out_of_office;
mod preferred;
mod presence;
mod preset;
mod session;
mod windows_zones;

pub use activity::{Activity, Badge};
pub use expiry::{End, Expiry, ExpiryError, Length};
pub use location::{Layer, LocationKind, LocationSource, ShownLocation, WorkLocation};
pub use message::{MessageError, MessageText, ShownMessage};
pub use out_of_office::OutOfOffice;
pub use preferred::{PreferredPresence, UnknownPresence};
pub use presence::{NotAPresence, Presence};
pub use preset::{Preset, PresetError};
pub use session::{OutOfRange, SessionLength, SessionPresence};
