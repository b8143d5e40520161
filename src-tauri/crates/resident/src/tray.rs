//! The tray icon: a description worked out from the Snapshot ([`model`]), and the backend that draws it ([`backend`]).

pub(crate) mod backend;
pub(crate) mod host;
mod icons;
pub(crate) mod model;
