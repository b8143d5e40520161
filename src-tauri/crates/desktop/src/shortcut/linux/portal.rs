//! Wayland: the desktop's portal `org.freedesktop.portal.GlobalShortcuts`, through `ashpd`.
//!
//! A session there takes shortcuts once and gives none back, so each set of shortcuts has a connection and a session of its
//! own, which the portal ends with the connection. The desktop asks its person the first time, and remembers the answer by
//! program and shortcut.

use std::cell::Cell;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::thread;

use ashpd::desktop::CreateSessionOptions;
use ashpd::desktop::ResponseError;
use ashpd::desktop::global_shortcuts::{
    Activated, BindShortcutsOptions, GlobalShortcuts, NewShortcut, Shortcut, ShortcutsChanged,
};
use ashpd::{AppID, PortalError};
use futures_util::future::{Either, FutureExt as _, select};
use futures_util::stream::{Stream, StreamExt as _, select as merge};
use zbus::fdo::{DBusProxy, NameOwnerChanged};

use super::super::{ShortcutError, Standing, Told, Wanted};
use super::keysym::trigger;
use crate::AppIdentity;
use crate::session_bus::SessionBus;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
/// Below it, by the caller's name on the bus, are the sessions.
const SESSIONS: &str = "/org/freedesktop/portal/desktop/session";
/// The longest text of a portal that is passed on, in characters.
const LONGEST_TEXT: usize = 200;

/// A connection, and the thread that listens on it; both end when this is dropped.
pub(in super::super) struct Listening {
    connection: zbus::blocking::Connection,
}

/// Asks the portal for these keys, and goes on listening. What comes of it is told later: a person may have to answer.
pub(super) fn listen(
    bus: &SessionBus,
    app: AppIdentity,
    wanted: &[Wanted],
    told: &Told,
) -> Result<Listening, ShortcutError> {
    let connection = bus.connect().map_err(|_| ShortcutError::NoPortal)?;
    let client = Client {
        connection: connection.inner().clone(),
        app,
        wanted: wanted.to_vec(),
        told: told.clone(),
    };
    thread::Builder::new()
        .name("shortcuts".to_owned())
        .spawn(move || {
            if let Err(error) = async_io::block_on(client.listen()) {
                client.refuse_all(&refusal(error));
            }
        })
        .map_err(|error| ShortcutError::Refused(error.to_string()))?;
    Ok(Listening { connection })
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Every stream of the thread ends with the connection.
        if let Err(error) = self.connection.clone().close() {
            tracing::debug!(%error, "the connection to the portal was not closed cleanly");
        }
    }
}

struct Client {
    connection: zbus::Connection,
    app: AppIdentity,
    wanted: Vec<Wanted>,
    told: Told,
}

/// What a portal says once it has given shortcuts.
enum Said {
    Pressed(Activated),
    Changed(ShortcutsChanged),
    Closed,
}

impl Client {
    /// One session after the other, as the portal comes and goes.
    async fn listen(&self) -> Result<(), ashpd::Error> {
        let bus = DBusProxy::new(&self.connection).await?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, PORTAL)]).await?;
        loop {
            let given = Cell::new(false);
            // ashpd asserts what a portal answers. One that leaves while it is asked never answers.
            let session = AssertUnwindSafe(self.session(&given)).catch_unwind();
            let error = match select(pin!(session), pin!(owner(&mut owners, false))).await {
                Either::Left((Ok(Err(error)), _)) => error,
                Either::Left((Err(_), _)) => ShortcutError::Refused("ashpd panicked".to_owned()),
                // It worked until now: asking again starts it anew, where the desktop does that.
                Either::Right((true, _)) if given.get() => continue,
                Either::Right(_) => ShortcutError::NoPortal,
            };
            self.refuse_all(&error);
            // Whoever said no is not asked again by a portal that comes back, only when the shortcuts are set again.
            if error == ShortcutError::Declined || !owner(&mut owners, true).await {
                return Ok(());
            }
        }
    }

    /// Asks for the keys and tells what comes of it, then tells of presses; gives why it ended.
    async fn session(&self, given: &Cell<bool>) -> Result<Infallible, ShortcutError> {
        for wanted in &self.wanted {
            self.told.stands(&wanted.id, Standing::Asked);
        }
        let app = AppID::try_from(self.app.id).map_err(refusal)?;
        // A portal before 1.20 has no such call and finds the name by itself; since 1.21 there is no session without.
        let named = ashpd::register_host_app_with_connection(self.connection.clone(), app).await;
        let portal = GlobalShortcuts::with_connection(self.connection.clone())
            .await
            .map_err(refusal)?;
        // Listened to before it is asked, so that nothing falls between the two.
        let presses = portal.receive_activated().await.map_err(refusal)?;
        let changes = portal.receive_shortcuts_changed().await.map_err(refusal)?;
        let session = match (portal.create_session(CreateSessionOptions::default()).await, named) {
            (Err(ashpd::Error::Portal(PortalError::NotAllowed(_))), Err(error)) => return Err(refusal(error)),
            (session, _) => session.map_err(refusal)?,
        };
        let ends = session.receive_closed().await.map_err(refusal)?;

        let asked: Vec<_> = self.wanted.iter().map(asked).collect();
        let answer = portal.bind_shortcuts(&session, &asked, None, BindShortcutsOptions::default());
        let answer = answer.await.and_then(|request| request.response()).map_err(refusal)?;
        given.set(true);
        for wanted in &self.wanted {
            let shortcut = answer.shortcuts().iter().find(|shortcut| shortcut.id() == wanted.id);
            let standing = shortcut.map_or(Standing::Refused(ShortcutError::Declined), listening);
            self.told.stands(&wanted.id, standing);
        }
        let ends = ends.map(|_| Said::Closed);
        let presses = presses.map(Said::Pressed);
        let mut said = pin!(merge(merge(presses, changes.map(Said::Changed)), ends));
        while let Some(said) = said.next().await {
            match said {
                Said::Pressed(press) => self.press(&press),
                Said::Changed(change) => self.change(&change),
                Said::Closed => return Err(ShortcutError::Refused("it ended its session".to_owned())),
            }
        }
        Err(ShortcutError::NoPortal)
    }

    fn press(&self, press: &Activated) {
        let wanted = self.wanted.iter().find(|wanted| wanted.id == press.shortcut_id());
        if let (Some(wanted), true) = (wanted, self.is_ours(press.session_handle().as_str())) {
            self.told.pressed(&wanted.id);
        }
    }

    /// A person chose other keys in the desktop's settings.
    fn change(&self, change: &ShortcutsChanged) {
        for shortcut in change.shortcuts() {
            let wanted = self.wanted.iter().find(|wanted| wanted.id == shortcut.id());
            if let (Some(wanted), true) = (wanted, self.is_ours(change.session_handle().as_str())) {
                self.told.stands(&wanted.id, listening(shortcut));
            }
        }
    }

    /// Whether this is a session of our connection, which has one at a time.
    fn is_ours(&self, session: &str) -> bool {
        let sender = self
            .connection
            .unique_name()
            .map(|name| name.trim_start_matches(':').replace('.', "_"));
        let below = session.strip_prefix(SESSIONS).and_then(|rest| rest.strip_prefix('/'));
        below.and_then(|rest| rest.split('/').next()) == sender.as_deref()
    }

    fn refuse_all(&self, error: &ShortcutError) {
        for wanted in &self.wanted {
            self.told.refused(&wanted.id, error.clone());
        }
    }
}

/// Waits until the portal is there, or is not; `false`: the bus has ended.
async fn owner(owners: &mut (impl Stream<Item = NameOwnerChanged> + Unpin), present: bool) -> bool {
    while let Some(change) = owners.next().await {
        if change.args().is_ok_and(|args| args.new_owner().is_some() == present) {
            return true;
        }
    }
    false
}

fn asked(wanted: &Wanted) -> NewShortcut {
    let wish = trigger(wanted.accelerator);
    NewShortcut::new(&wanted.id, &wanted.description).preferred_trigger(wish.as_deref())
}

fn listening(shortcut: &Shortcut) -> Standing {
    Standing::Listening {
        trigger: printable(shortcut.trigger_description()),
    }
}

/// What a portal says, fit to be shown.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_TEXT)
        .collect()
}

fn refusal(error: ashpd::Error) -> ShortcutError {
    use zbus::fdo::Error as Bus;
    let said = printable(&error.to_string());
    let error = match error {
        ashpd::Error::Response(ResponseError::Cancelled) => return ShortcutError::Declined,
        ashpd::Error::PortalNotFound(_) => return ShortcutError::NoPortal,
        ashpd::Error::Zbus(error) | ashpd::Error::Portal(PortalError::ZBus(error)) => Bus::from(error),
        _ => return ShortcutError::Refused(said),
    };
    match error {
        Bus::ServiceUnknown(_)
        | Bus::NameHasNoOwner(_)
        | Bus::UnknownObject(_)
        | Bus::UnknownInterface(_)
        | Bus::UnknownMethod(_)
        | Bus::NoReply(_)
        | Bus::Disconnected(_) => ShortcutError::NoPortal,
        _ => ShortcutError::Refused(said),
    }
}
