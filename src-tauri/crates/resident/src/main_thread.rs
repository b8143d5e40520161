//! What the main thread holds: the tray icon and the global shortcuts.
//!
//! Windows and macOS report clicks and presses to a thread that runs the system's event loop, and on macOS that has to be the
//! main thread. So there the loop has the main thread, and everything else a thread of its own (`event_loop.rs`). On Linux the
//! libraries listen to session bus and X server on threads they start themselves, so one thread does for everything (`linux.rs`).

#[cfg_attr(target_os = "linux", path = "main_thread/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "main_thread/event_loop.rs")]
mod os;

use std::io;

use anyhow::Context as _;
use desktop::shortcut::{Binding, ShortcutEvent, Shortcuts};
use tokio::{
    sync::{mpsc::UnboundedSender, oneshot},
    task::LocalSet,
};

use crate::{
    surroundings::APP,
    tray::{
        backend::{Gesture, Tray},
        model::TrayModel,
    },
};

pub(crate) use os::{MainThread, run};

#[derive(Default)]
struct Held {
    tray: Option<Tray>,
    shortcuts: Option<Shortcuts>,
}

impl MainThread {
    /// Puts the icon into the tray, where it stays to the end. What a person does with it comes through `gestures`.
    pub(crate) async fn show_tray(
        &mut self,
        model: TrayModel,
        gestures: UnboundedSender<Gesture>,
    ) -> anyhow::Result<()> {
        let (answer, answered) = oneshot::channel();
        self.post(move |held| {
            let shown = Tray::new(model, gestures).map(|tray| held.tray = Some(tray));
            // The asker waits below.
            let _ = answer.send(shown);
        });
        answered.await.context("the event loop has ended")?
    }

    /// Shows `model` in the tray from now on.
    pub(crate) fn draw(&mut self, model: TrayModel) {
        self.post(move |held| {
            if let Some(tray) = &mut held.tray {
                tray.draw(model);
            }
        });
    }

    /// Listens for these shortcuts in place of those before. What becomes of each, and each press, comes through `events`.
    pub(crate) fn bind(&mut self, bindings: Vec<Binding>, events: UnboundedSender<ShortcutEvent>) {
        self.post(move |held| {
            let shortcuts = held.shortcuts.get_or_insert_with(|| Shortcuts::new(APP));
            shortcuts.bind(bindings, move |event| {
                // Whoever listened may have ended.
                let _ = events.send(event);
            });
        });
    }
}

/// Runs `work` on this thread, with timers, sockets and tasks that stay on it. Fails where the system gives no way to wait.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = LocalSet::new().block_on(&runtime, work);
    // A name that is still being looked up must not hold the program back.
    runtime.shutdown_background();
    Ok(done)
}
