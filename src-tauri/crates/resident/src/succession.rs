//! Two versions at one socket. They must be equal; after an update the newer side asks the older resident to leave and starts its own.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use control::{Client, ConnectError, Endpoint};
use engine::{Code, Failure};

use crate::console;

/// How long a resident that was just started may take until it listens.
pub(crate) const START: Duration = Duration::from_secs(15);

/// The resident that runs, of this version; `None` where none runs. One of an older version is replaced by one of this.
pub(crate) async fn resident(endpoint: &Endpoint, demo: bool) -> Result<Option<Client>, Failure> {
    let client = match Client::connect(endpoint).await {
        Ok(client) => client,
        Err(ConnectError::NobodyThere) => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if client.version() == control::VERSION {
        return Ok(Some(client));
    }
    if !is_older(&client) {
        let version = client.version();
        let sentence = format!("the Presence Tray that runs is of version {version}, newer than this one");
        return Err(Failure::with(Code::Failed, sentence));
    }
    leave(client).await;
    start(demo).map_err(|error| failed(&error))?;
    let client = control::wait_for(endpoint, START)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Some(client))
}

/// Whether an update has left it behind. What names no version is older than any.
pub(crate) fn is_older(resident: &Client) -> bool {
    numbers(resident.version()) < numbers(control::VERSION)
}

/// Asks a resident to leave, and returns when it has hung up.
pub(crate) async fn leave(resident: Client) {
    let watch = resident.watch().await;
    // Hanging up before the reply is leaving, too.
    let _ = resident.send(engine::Command::Quit).await;
    if let Ok(mut watch) = watch {
        while watch.next().await.is_some() {}
    }
}

fn start(demo: bool) -> std::io::Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--background");
    if demo {
        command.arg("--demo");
    }
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    console::detach(quiet);
    quiet.spawn().map(drop)
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::with(Code::Failed, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (older, newer) in [("0.9.9", "0.10.0"), ("0.10.0", "1.0.0"), ("?", "0.1.0")] {
            assert!(numbers(older) < numbers(newer), "{older} {newer}");
        }
    }
}
