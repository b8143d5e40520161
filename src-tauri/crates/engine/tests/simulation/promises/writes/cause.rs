//! Why something is to be written.

use engine::Ticket;
use jiff::Timestamp;

use crate::promises::picture::{Picture, Wish};

#[derive(Debug, Clone)]
pub(super) struct Cause {
    pub(super) wish: Wish,
    pub(super) role: Role,
    /// Who waits for it; nobody where it is automation by now.
    pub(super) ticket: Option<Ticket>,
    /// From when on nobody wants it, where the wish names no end.
    pub(super) lapses: Option<Timestamp>,
    /// When it was asked for.
    pub(super) asked: Timestamp,
    /// What was there then; nothing where nothing had been read.
    pub(super) then: Option<Then>,
    pub(super) sent: bool,
    /// It could not be sent, and was promised for later.
    pub(super) kept: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A person asked for it.
    Asked,
    /// A person ended what lay over it.
    Ends,
    /// What lay over it ended by itself.
    PutBack,
    /// A message that would not go is given an end.
    LastResort,
}

/// What was shown when something was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Then {
    pub(super) picture: Picture,
    /// The presence in it was set here, a moment ago at most.
    pub(super) is_ours: bool,
}

impl Cause {
    pub(super) fn new(wish: Wish, role: Role, asked: Timestamp) -> Cause {
        Cause {
            wish,
            role,
            ticket: None,
            lapses: None,
            asked,
            then: None,
            sent: false,
            kept: false,
        }
    }
}
