//! Who answers a command: the resident that runs, over the control socket, or an engine of one's own for just this job.

use std::time::Duration;

use control::{Client, ConnectError, Endpoint};
use engine::{Code, Command, Failure, Reply, Snapshot, Trouble};
use phrases::Language;

use crate::{crash, driver::Way, succession};

pub(crate) enum Door {
    Resident(Client, Language),
    Own(Way),
}

/// Snapshots, one after the other.
pub(crate) enum Snapshots {
    Resident(control::Watch),
    Own(tokio::sync::watch::Receiver<Snapshot>, bool),
}

impl Door {
    /// The resident's, if one runs.
    pub(crate) async fn to_resident(demo: bool, language: Language) -> Result<Option<Door>, Trouble> {
        let endpoint = endpoint(demo, language)?;
        let client = succession::resident(&endpoint, demo)
            .await
            .map_err(|failure| failure.trouble(language))?;
        Ok(client.map(|client| Door::Resident(client, language)))
    }

    /// That of one that is just starting.
    pub(crate) async fn to_resident_soon(longest: Duration, language: Language) -> Result<Door, Trouble> {
        let endpoint = endpoint(false, language)?;
        let client = control::wait_for(&endpoint, longest)
            .await
            .map_err(|error| gone(language, error.to_string()))?;
        Ok(Door::Resident(client, language))
    }

    /// Sends a command and waits for the reply.
    pub(crate) async fn send(&self, command: Command) -> Result<Reply, Trouble> {
        match self {
            Door::Resident(client, language) => client
                .send(command)
                .await
                .map_err(|error| gone(*language, error.to_string())),
            Door::Own(way) => way.send(command).await.ok_or_else(ended),
        }
    }

    /// The same, where only success is of interest, and what was not as it was asked for.
    pub(crate) async fn order(&self, command: Command) -> Result<Option<Trouble>, Trouble> {
        match self.send(command).await? {
            Reply::Done => Ok(None),
            Reply::DoneExcept(trouble) => Ok(Some(trouble)),
            Reply::Failed(trouble) => Err(trouble),
        }
    }

    /// Has the resident quit, and waits until it has hung up.
    pub(crate) async fn quit(self) -> Result<(), Trouble> {
        /// More than the program needs for leaving as it should.
        const LEAVING: Duration = Duration::from_secs(10);
        let Door::Resident(client, language) = self else {
            return Ok(());
        };
        let left = tokio::time::timeout(LEAVING, succession::leave(client)).await;
        left.map_err(|_| gone(language, ConnectError::NoAnswer.to_string()))
    }

    /// The resident after one that died and starts again. `None`: this one ended as it should.
    pub(crate) async fn to_the_next(&self, demo: bool) -> Result<Option<Door>, Trouble> {
        let Door::Resident(_, language) = *self else {
            return Ok(None);
        };
        let endpoint = endpoint(demo, language)?;
        if crash::look(&endpoint, demo).is_none() {
            return Ok(None);
        }
        let client = control::wait_for(&endpoint, succession::START).await;
        let ended = |_| gone(language, language.phrases().text("cli.watch.ended").to_owned());
        Ok(Some(Door::Resident(client.map_err(ended)?, language)))
    }

    pub(crate) async fn look(&self) -> Result<Snapshot, Trouble> {
        match self {
            Door::Resident(client, language) => client.look().await.map_err(|error| gone(*language, error.to_string())),
            Door::Own(way) => Ok(way.snapshots.borrow().clone()),
        }
    }

    pub(crate) async fn watch(&self) -> Result<Snapshots, Trouble> {
        match self {
            Door::Resident(client, language) => {
                let watch = client
                    .watch()
                    .await
                    .map_err(|error| gone(*language, error.to_string()))?;
                Ok(Snapshots::Resident(watch))
            }
            Door::Own(way) => Ok(Snapshots::Own(way.snapshots.clone(), true)),
        }
    }

    /// A resident reads by itself.
    pub(crate) fn reads_only_when_told(&self) -> bool {
        matches!(self, Door::Own(_))
    }
}

impl Snapshots {
    /// The first at once, then the latest after each change; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Snapshot> {
        match self {
            Snapshots::Resident(watch) => watch.next().await,
            Snapshots::Own(snapshots, first) => {
                if !std::mem::take(first) {
                    snapshots.changed().await.ok()?;
                }
                Some(snapshots.borrow_and_update().clone())
            }
        }
    }
}

fn endpoint(demo: bool, language: Language) -> Result<Endpoint, Trouble> {
    Endpoint::for_user(demo).map_err(|error| gone(language, error.to_string()))
}

fn gone(language: Language, error: String) -> Trouble {
    Failure::with(Code::Failed, error).trouble(language)
}

fn ended() -> Trouble {
    Failure::with(Code::Failed, "the engine has ended").trouble(Language::English)
}
