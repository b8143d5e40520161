//! Linux: what of a notification is the business of the Desktop Notifications Specification, and which ones are on the screen.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, Either, select};
use notify_rust::error::Error;
use notify_rust::{Hint, NotificationHandle, NotificationResponse};
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};

use super::{Notification, Notifier, Outcome, Urgency, native};
use crate::session_bus::SessionBus;

/// The daemon's name on the bus, and that of its interface.
const DAEMON: &str = "org.freedesktop.Notifications";

impl Notifier {
    /// Shows it in the place of the one of its kind, and blocks until it is gone. `number` is its number among those of its kind.
    pub(super) fn show_and_wait(&self, notification: &Notification, number: u64) -> Result<Outcome, Error> {
        let bus = SessionBus::from_environment().connect()?.into_inner();
        // Before anything is shown, so that no end of the daemon falls between the two.
        let daemon = zbus::block_on(owners_of_daemon(&bus));
        let mut shown = self.words(notification);
        self.fit_to_daemon(&mut shown, notification.urgency, &capabilities(&bus)?);

        // One after the other: what is shown must be known when the next one of its kind comes.
        let turn = lock(&self.screen.turn);
        if !self.newest.is(notification.kind, number) {
            return Ok(Outcome::Closed);
        }
        if let Some(id) = self.screen.id_of(notification.kind) {
            shown.id(id);
        }
        let handle = shown.show()?;
        let (abort, registration) = AbortHandle::new_pair();
        let on_screen = self.screen.put(notification.kind, number, handle, abort);
        // Taken back in the meantime, when nothing was on the screen yet.
        if self.newest.is_moot(notification.kind) {
            self.screen.take_back(notification.kind);
        }
        drop(turn);
        zbus::block_on(Abortable::new(on_screen.answer(daemon), registration)).or_else(|_aborted| {
            on_screen.take_back();
            Ok(Outcome::Closed)
        })
    }

    /// Adds what only the specification asks for, and takes away what this daemon cannot show.
    fn fit_to_daemon(&self, shown: &mut notify_rust::Notification, urgency: Urgency, capabilities: &[String]) {
        let can = |capability| capabilities.iter().any(|known| known == capability);
        shown
            .icon(self.app.id)
            .hint(Hint::DesktopEntry(self.app.id.to_owned()))
            .hint(Hint::SuppressSound(true))
            .urgency(match urgency {
                Urgency::Low => notify_rust::Urgency::Low,
                Urgency::Normal => notify_rust::Urgency::Normal,
            });
        if can("body-markup") {
            shown.body = escape_markup(&shown.body);
        }
        if can("actions") {
            // A click on the notification itself. Xfce makes a button of it, unless there is nothing to write on that.
            shown.action("default", "");
        } else {
            shown.actions.clear();
        }
    }
}

/// What is on the screen of this notifier, by kind.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// Whose turn it is to show something.
    turn: Mutex<()>,
    shown: Mutex<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    by_kind: HashMap<&'static str, Entry>,
    /// GNOME puts all notifications of an application into one group, and takes the group away when the connection that opened it ends. So
    /// the connection of the first one outlives it until nothing is shown any more.
    group: Option<Group>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    id: u32,
    abort: AbortHandle,
}

#[derive(Debug)]
struct Group {
    first: (&'static str, u64),
    kept: Option<NotificationHandle>,
}

impl Screen {
    /// The daemon's number of what is shown of this kind.
    fn id_of(&self, kind: &'static str) -> Option<u32> {
        lock(&self.shown).by_kind.get(kind).map(|entry| entry.id)
    }

    /// Puts it in the place of what is shown of its kind, whose thread ends.
    fn put(&self, kind: &'static str, number: u64, handle: NotificationHandle, abort: AbortHandle) -> OnScreen<'_> {
        let entry = Entry {
            number,
            id: handle.id(),
            abort,
        };
        let mut shown = lock(&self.shown);
        shown.group.get_or_insert(Group {
            first: (kind, number),
            kept: None,
        });
        if let Some(older) = shown.by_kind.insert(kind, entry) {
            older.abort.abort();
        }
        OnScreen {
            screen: self,
            kind,
            number,
            handle: Some(handle),
        }
    }

    /// Ends the thread of what is shown of this kind, which takes it away.
    pub(super) fn take_back(&self, kind: &'static str) {
        if let Some(entry) = lock(&self.shown).by_kind.remove(kind) {
            entry.abort.abort();
        }
    }

    /// The thread of this one is done with it. Gives the connections that nothing needs any more.
    fn end(&self, kind: &'static str, number: u64, handle: Option<NotificationHandle>) -> Vec<NotificationHandle> {
        let mut shown = lock(&self.shown);
        if shown.by_kind.get(kind).is_some_and(|entry| entry.number == number) {
            shown.by_kind.remove(kind);
        }
        if shown.by_kind.is_empty() {
            let group = shown.group.take();
            return handle.into_iter().chain(group.and_then(|group| group.kept)).collect();
        }
        match &mut shown.group {
            Some(group) if group.first == (kind, number) => {
                group.kept = handle;
                Vec::new()
            }
            _ => handle.into_iter().collect(),
        }
    }
}

/// A notification while its thread waits for it.
struct OnScreen<'a> {
    screen: &'a Screen,
    kind: &'static str,
    number: u64,
    /// There until the end.
    handle: Option<NotificationHandle>,
}

impl OnScreen<'_> {
    /// What the person does with it. The end of its daemon is the end of it.
    async fn answer(&self, daemon: Option<NameOwnerChangedStream>) -> Outcome {
        // Without an answer where the connection ended first.
        let mut outcome = Outcome::Closed;
        let Some(handle) = &self.handle else { return outcome };
        {
            let answer = pin!(handle.wait_for_action_async(|response: &NotificationResponse| {
                outcome = native::meaning(response);
            }));
            match daemon {
                Some(daemon) => {
                    if let Either::Right(_) = select(answer, pin!(end_of(daemon))).await {
                        tracing::debug!("a notification ended with its daemon");
                    }
                }
                None => answer.await,
            }
        }
        outcome
    }

    /// Takes it off the screen, unless a newer one has its place.
    fn take_back(&self) {
        if let Some(handle) = &self.handle
            && self.screen.id_of(self.kind) != Some(handle.id())
        {
            zbus::block_on(handle.close_async());
        }
    }
}

impl Drop for OnScreen<'_> {
    fn drop(&mut self) {
        // Connections end here, and not while the screen is locked.
        drop(self.screen.end(self.kind, self.number, self.handle.take()));
    }
}

async fn owners_of_daemon(bus: &zbus::Connection) -> Option<NameOwnerChangedStream> {
    let watched = async {
        DBusProxy::new(bus)
            .await?
            .receive_name_owner_changed_with_args(&[(0, DAEMON)])
            .await
    };
    watched
        .await
        .inspect_err(|error| tracing::debug!(%error, "the notification daemon is not watched"))
        .ok()
}

/// Waits until the daemon that runs leaves its name, or the bus ends. One that is only started now leaves none.
async fn end_of(mut daemon: NameOwnerChangedStream) {
    while let Some(change) = daemon.next().await {
        if change.args().is_ok_and(|change| change.old_owner().is_some()) {
            return;
        }
    }
}

/// What the daemon can show. Asked on a connection that gives up in the end, which the library's own does not.
fn capabilities(bus: &zbus::Connection) -> zbus::Result<Vec<String>> {
    let asked = bus.call_method(
        Some(DAEMON),
        "/org/freedesktop/Notifications",
        Some(DAEMON),
        "GetCapabilities",
        &(),
    );
    zbus::block_on(asked)?.body().deserialize()
}

fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A thread that panicked leaves nothing half done behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
