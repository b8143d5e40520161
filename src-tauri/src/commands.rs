//! What the page may ask of this process: all of it. `ui/src/agent/tauri.ts` is the other side; build.rs and the capability name the same.

use engine::{Command, Reply, Snapshot};
use tauri::{AppHandle, State, Wry, ipc::Channel, ipc::Invoke};

use crate::{
    resident::{self, Resident},
    window,
};

pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![watch, send_command, start_demo, hide_window]
}

/// Sends the snapshot now and after each change. Ends, always with an error, when the resident is gone.
#[tauri::command]
async fn watch(resident: State<'_, Resident>, snapshots: Channel<Snapshot>) -> Result<(), String> {
    let client = resident.client().await.map_err(in_words)?;
    let mut watch = client.watch().await.map_err(in_words)?;
    while let Some(snapshot) = watch.next().await {
        snapshots.send(snapshot).map_err(in_words)?;
    }
    Err(in_words(control::ClientError::HungUp))
}

/// Has a command carried out; the reply comes when it was.
#[tauri::command]
async fn send_command(resident: State<'_, Resident>, command: Command) -> Result<Reply, String> {
    let client = resident.client().await.map_err(in_words)?;
    client.send(command).await.map_err(in_words)
}

/// Opens the demonstration's window beside this one, and starts the demonstration where it does not run.
#[tauri::command]
async fn start_demo() -> Result<(), String> {
    resident::open_demo().await.map_err(in_words)
}

/// Puts the window away.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over")]
fn hide_window(app: AppHandle) {
    window::hide(&app);
}

/// For the log and the page's console; the page says in its own words that the resident is gone.
fn in_words(error: impl std::error::Error) -> String {
    tracing::info!(%error, "the resident cannot be reached");
    error.to_string()
}
