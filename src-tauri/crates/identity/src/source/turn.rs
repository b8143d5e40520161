//! Processes take turns: one lock file for each account, held while it is refreshed, signed in or out.
//!
//! The file is empty and stays; the operating system gives the lock up when the process that holds it ends, however it
//! ends.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::keychain::TokenKey;

/// A refresh takes half a minute at worst (`http_client`'s limit), and its keychain ten seconds. Whoever waits longer goes
/// on without: Entra leaves a replaced token good, so nothing is lost.
const PATIENCE: Duration = Duration::from_secs(45);

/// This process's turn, until dropped.
pub(super) struct Turn(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Waits for the turn; `None` if there can be none.
pub(super) async fn take(folder: &Path, key: &TokenKey) -> Option<Turn> {
    // A key holds characters that file names must not.
    let hash = Sha256::digest(key.to_string());
    let name = u64::from_be_bytes(*hash.first_chunk()?);
    let path = folder.join(format!("{name:016x}.lock"));
    let (got, turn) = oneshot::channel();
    // A thread of its own, as there is no other way to wait for a lock, and the runtime would wait for its own threads at
    // exit. If nobody waits for the turn any more, it is given back at once.
    let wait = move || {
        let _ = got.send(lock(&path));
    };
    let waited = match thread::Builder::new().name("token-turn".to_owned()).spawn(wait) {
        Ok(_) => timeout(PATIENCE, turn).await,
        Err(error) => Ok(Ok(Err(error))),
    };
    match waited {
        Ok(Ok(Ok(file))) => Some(Turn(file)),
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "no lock between processes");
            None
        }
        Ok(Err(_)) | Err(_) => {
            tracing::warn!("another process holds the token for long; going on without it");
            None
        }
    }
}

fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    file.lock()?;
    Ok(file)
}
