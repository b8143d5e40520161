//! Who answers a command: the resident that runs, over the control socket, or an engine of one's own for just this job.

use control::{Client, Endpoint};
use engine::{Code, Command, Failure, Reply, Snapshot, Trouble};
use phrases::Language;

use crate::{driver::Way, succession};

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
        let endpoint = Endpoint::for_user(demo).map_err(|error| gone(language, error.to_string()))?;
        let client = succession::resident(&endpoint, demo)
            .await
            .map_err(|failure| failure.trouble(language))?;
        Ok(client.map(|client| Door::Resident(client, language)))
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

fn gone(language: Language, error: String) -> Trouble {
    Failure::with(Code::Failed, error).trouble(language)
}

fn ended() -> Trouble {
    Failure::with(Code::Failed, "the engine has ended").trouble(Language::English)
}
