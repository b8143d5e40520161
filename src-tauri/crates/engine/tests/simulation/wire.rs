//! The driver's part: carries what the engine wants to the tenant and brings answers back, with time, trouble and patience.

use std::time::Duration;

use engine::{Account, Code, Failure, Grants, Input, Write};
use jiff::{SignedDuration, Timestamp};

use crate::{dice::Dice, patience, weather::Fate};

/// What is on its way.
#[derive(Debug)]
pub(crate) struct Flight {
    /// The process that waits for it.
    pub(crate) process: u64,
    pub(crate) request: Request,
    /// When it was sent first.
    pub(crate) begun: Timestamp,
    pub(crate) retries: u32,
    /// When the present try leaves the computer; after a refusal the process waits before it tries again.
    pub(crate) leaves: Timestamp,
    pub(crate) stage: Stage,
    /// When it comes to the next stage.
    pub(crate) at: Timestamp,
}

#[derive(Debug)]
pub(crate) enum Request {
    Read {
        epoch: u64,
        person: Option<usize>,
    },
    Write {
        epoch: u64,
        person: Option<usize>,
        write: Write,
    },
    SignIn {
        attempt: u64,
        person: usize,
        write: bool,
    },
    SignOut {
        epoch: u64,
        person: Option<usize>,
    },
}

#[derive(Debug)]
pub(crate) enum Stage {
    /// On its way to the tenant.
    Sent(Fate),
    /// On its way back.
    Answered(Box<Input>),
}

/// What one try came to.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Flight {
    /// Whether a write that failed is tried again, and after which pause: the resident's own patience.
    pub(crate) fn pause(&self, failure: &Failure, now: Timestamp) -> Option<SignedDuration> {
        let elapsed = Duration::try_from(now.duration_since(self.begun)).unwrap_or_default();
        let pause = patience::pause_before_retry(failure, self.retries, elapsed)?;
        SignedDuration::try_from(pause).ok()
    }

    /// When patience with a write ends.
    pub(crate) fn gives_up(&self) -> Timestamp {
        self.begun + SignedDuration::try_from(patience::IN_ALL).unwrap()
    }

    /// The computer sleeps from now on: what was on its way arrives or breaks off when it wakes up.
    pub(crate) fn sleeps_until(&mut self, awake: Timestamp, dice: &mut Dice) {
        if self.at >= awake {
            return;
        }
        self.at = awake + dice.millis(10, 5_000);
        if let Stage::Sent(fate) = &mut self.stage {
            fate.failure.get_or_insert(Failure::of(Code::Unreachable));
        } else if dice.percent(50) {
            let broken = Failure::of(Code::Unreachable);
            match self.request {
                Request::Read { epoch, .. } => {
                    self.stage = Stage::Answered(Box::new(Input::Read {
                        epoch,
                        result: Err(broken),
                    }));
                }
                Request::Write { epoch, .. } => {
                    self.stage = Stage::Answered(Box::new(Input::Wrote {
                        epoch,
                        result: Err(broken),
                    }));
                }
                _ => {}
            }
        }
    }
}

/// What the browser brings back.
pub(crate) fn signed_in(attempt: u64, account: Account, write: bool) -> Input {
    Input::SignedIn {
        attempt,
        result: Ok((
            account,
            Grants {
                write,
                places: false,
                kept: true,
            },
        )),
    }
}
