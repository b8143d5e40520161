use std::{
    fs::{File, TryLockError},
    io,
    time::Duration,
};

use engine::Snapshot;
use interprocess::local_socket::{tokio as socket, traits::tokio::Listener as _};
use thiserror::Error;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::{debug, warn};

use crate::{
    Audience, Endpoint, EndpointError,
    connection::{self, Order},
    os,
};

/// The bound control socket. Holding it makes this process the resident.
#[derive(Debug)]
pub struct Listener {
    // Dropped in this order: the socket goes while the lock still keeps others away.
    socket: socket::Listener,
    _lock: File,
}

/// Why the control socket could not be bound.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum BindError {
    #[error("a resident is running already")]
    Taken,
    #[error(transparent)]
    Folder(#[from] EndpointError),
    #[error("the control socket cannot be bound: {0}")]
    Io(#[from] io::Error),
}

impl Listener {
    /// How many clients are attended at once. One more is hung up on.
    pub const CONNECTIONS: usize = 32;

    /// How long [`Listener::serve`] goes on, once the resident ends, for the last replies to be written.
    pub const FAREWELL: Duration = Duration::from_secs(1);

    /// Becomes the resident. Has to be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError::Taken`] where another process is the resident already. What a dead one left behind is taken over.
    pub fn bind(endpoint: &Endpoint) -> Result<Listener, BindError> {
        endpoint.prepare()?;
        let lock = os::open_lock(&endpoint.lock())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BindError::Taken),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let socket = os::listen(&endpoint.address()).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => BindError::Taken,
            _ => error.into(),
        })?;
        Ok(Listener { socket, _lock: lock })
    }

    /// Attends clients: passes their commands on, and shows them the snapshots.
    ///
    /// It ends once the receiver of `commands` is dropped: then the socket goes, and replies that were given are still written, for at most
    /// [`Listener::FAREWELL`]. A sender of a reply that is dropped unused ends the connection it belongs to.
    /// Who watches is counted in `audience`.
    pub async fn serve(self, snapshots: watch::Receiver<Snapshot>, commands: mpsc::Sender<Order>, audience: Audience) {
        let mut connections = JoinSet::new();
        loop {
            let stream = tokio::select! {
                () = commands.closed() => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                stream = self.socket.accept() => stream,
            };
            match stream {
                Ok(_) if connections.len() >= Listener::CONNECTIONS => warn!("too many clients at once"),
                Ok(stream) if !is_ours(&stream) => warn!("a process of another user was turned away"),
                Ok(stream) => {
                    connections.spawn(connection::attend(
                        stream,
                        snapshots.clone(),
                        commands.clone(),
                        audience.clone(),
                    ));
                }
                Err(error) => {
                    // Out of file descriptors, say. No event tells when that is over.
                    debug!(%error, "no client could be accepted");
                    sleep(Duration::from_secs(1)).await;
                }
            }
        }
        drop(self);
        let farewell = async { while connections.join_next().await.is_some() {} };
        if timeout(Listener::FAREWELL, farewell).await.is_err() {
            debug!("left with replies unwritten");
        }
    }
}

fn is_ours(stream: &socket::Stream) -> bool {
    match (os::caller(stream), os::own_user()) {
        (Ok(peer), Ok(own)) => admits(&peer, &own),
        (peer, own) => {
            debug!(?peer, ?own, "the user of a client is not known");
            false
        }
    }
}

/// Whether a process of `peer` may talk to one of `own`. Nobody else may: not even the system's administrator, whose processes have no business
/// with a person's presence.
pub(crate) fn admits(peer: &os::User, own: &os::User) -> bool {
    peer == own
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_user_is_admitted() {
        for (peer, own, admitted) in [
            (1000, 1000, true),
            (0, 0, true),
            (1001, 1000, false),
            (0, 1000, false),
            (1000, 0, false),
        ] {
            assert_eq!(admits(&os::User(peer), &os::User(own)), admitted, "{peer} to {own}");
        }
    }
}
