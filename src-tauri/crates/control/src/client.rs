use std::{collections::HashMap, io, time::Duration};

use engine::{Command, Reply, Snapshot};
use interprocess::local_socket::tokio::Stream;
use thiserror::Error;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until},
};
use tracing::debug;

use crate::{
    Endpoint,
    frame::{Answer, Broken, Content, Greeting, Incoming, Outgoing, Request, Wish},
    listener::admits,
    os,
};

/// A connection to the resident. Clones share it; it ends with the last of them and of its [`Watch`]es.
///
/// Every method may be called while others are under way.
#[derive(Debug, Clone)]
pub struct Client {
    version: String,
    asks: mpsc::Sender<Ask>,
}

/// The snapshots of a resident as they change; see [`Client::watch`].
#[derive(Debug)]
pub struct Watch {
    snapshots: watch::Receiver<Option<Snapshot>>,
    _connection: Client,
}

/// Why there is no connection to a resident.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ConnectError {
    #[error("no resident is running")]
    NobodyThere,
    #[error("the control socket belongs to another user")]
    Stranger,
    #[error("the resident does not answer")]
    NoAnswer,
    #[error("the control socket cannot be reached: {0}")]
    Io(#[from] io::Error),
}

/// Why a question was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ClientError {
    #[error("the resident hung up")]
    HungUp,
}

impl Client {
    /// Connects to the resident and greets it.
    ///
    /// # Errors
    /// [`ConnectError::NobodyThere`] where none listens. [`ConnectError::NoAnswer`] where one listens but hangs up, or says nothing for
    /// 5 seconds: it is just leaving, has too many clients, or hangs.
    pub async fn connect(endpoint: &Endpoint) -> Result<Client, ConnectError> {
        let stream = os::connect(&endpoint.address())
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ConnectError::NobodyThere,
                _ => ConnectError::Io(error),
            })?;
        if !admits(&os::host(&stream)?, &os::own_user()?) {
            return Err(ConnectError::Stranger);
        }
        let version = greet(&stream).await.map_err(|error| {
            debug!(%error, "no greeting");
            ConnectError::NoAnswer
        })?;
        // Room for one: whoever asks waits until the one before is written.
        let (asks, asked) = mpsc::channel(1);
        tokio::spawn(async move {
            if let Err(error) = converse(&stream, asked).await {
                debug!(%error, "the connection to the resident ended");
            }
        });
        Ok(Client { version, asks })
    }

    /// The version of the resident, to compare with [`VERSION`](crate::VERSION).
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Has a command carried out, and waits for the reply. Giving up the wait does not call the command back.
    ///
    /// # Errors
    /// [`ClientError::HungUp`] where the resident ended before it replied: the command may or may not have been carried out. After
    /// [`Command::Quit`] that is as good as done.
    pub async fn send(&self, command: Command) -> Result<Reply, ClientError> {
        let (due, reply) = oneshot::channel();
        self.ask(Wish::Send(command), Due::Reply(due)).await?;
        reply.await.map_err(|_| ClientError::HungUp)
    }

    /// The snapshot now.
    pub async fn look(&self) -> Result<Snapshot, ClientError> {
        let (due, snapshot) = oneshot::channel();
        self.ask(Wish::Look {}, Due::Snapshot(due)).await?;
        snapshot.await.map_err(|_| ClientError::HungUp)
    }

    /// The snapshot now, and after every change.
    pub async fn watch(&self) -> Result<Watch, ClientError> {
        let (due, snapshots) = watch::channel(None);
        self.ask(Wish::Watch {}, Due::Snapshots(due)).await?;
        Ok(Watch {
            snapshots,
            _connection: self.clone(),
        })
    }

    async fn ask(&self, wish: Wish, due: Due) -> Result<(), ClientError> {
        let ask = Ask { wish, due };
        self.asks.send(ask).await.map_err(|_| ClientError::HungUp)
    }
}

impl Watch {
    /// The next snapshot: the first at once, then the latest after each change; one that was overtaken is skipped. May be given up and called again.
    ///
    /// `None` when the resident has ended.
    pub async fn next(&mut self) -> Option<Snapshot> {
        self.snapshots.changed().await.ok()?;
        self.snapshots.borrow_and_update().clone()
    }
}

/// Connects as soon as a resident listens: for whoever has just started one. No attempt begins after `longest`.
///
/// Nothing tells when a resident begins to listen, so this asks again, after 5 ms at first and at most every 200 ms.
///
/// # Errors
/// That of the last attempt.
pub async fn wait_for(endpoint: &Endpoint, longest: Duration) -> Result<Client, ConnectError> {
    let end = Instant::now() + longest;
    let mut pause = Duration::from_millis(5);
    loop {
        match Client::connect(endpoint).await {
            Err(ConnectError::NobodyThere | ConnectError::NoAnswer | ConnectError::Io(_)) if Instant::now() < end => {
                sleep_until(end.min(Instant::now() + pause)).await;
                pause = (pause * 2).min(Duration::from_millis(200));
            }
            result => return result,
        }
    }
}

/// A question, and where its answers are due.
#[derive(Debug)]
struct Ask {
    wish: Wish,
    due: Due,
}

#[derive(Debug)]
enum Due {
    Reply(oneshot::Sender<Reply>),
    Snapshot(oneshot::Sender<Snapshot>),
    Snapshots(watch::Sender<Option<Snapshot>>),
}

async fn greet(stream: &Stream) -> Result<String, Broken> {
    Outgoing::new(stream).say(&Greeting::ours()).await?;
    // The resident says nothing more before it is asked, so no line is lost with this reader.
    Ok(Incoming::new(stream).greeting().await?.version)
}

/// Writes what is asked and hands out what is answered, until either side is gone. Answers that are still due then are not: their waiters see
/// the sender dropped.
async fn converse(stream: &Stream, mut asked: mpsc::Receiver<Ask>) -> Result<(), Broken> {
    let mut incoming = Incoming::new(stream);
    let mut outgoing = Outgoing::new(stream);
    let mut due = HashMap::new();
    let mut ids = 1_u64..;
    loop {
        tokio::select! {
            ask = asked.recv() => {
                let (Some(ask), Some(id)) = (ask, ids.next()) else { return Ok(()) };
                due.insert(id, ask.due);
                outgoing.say(&Request { id, wish: ask.wish }).await?;
            }
            answer = incoming.next() => hand_out(answer?, &mut due),
        }
    }
}

/// An answer to nothing, or of the wrong kind, is dropped, and so is one that nobody waits for any more.
fn hand_out(Answer { id, content }: Answer, due: &mut HashMap<u64, Due>) {
    match (due.remove(&id), content) {
        (Some(Due::Reply(waiter)), Content::Reply(reply)) => drop(waiter.send(reply)),
        (Some(Due::Snapshot(waiter)), Content::Snapshot(snapshot)) => drop(waiter.send(*snapshot)),
        (Some(Due::Snapshots(watch)), Content::Snapshot(snapshot)) => {
            if watch.send(Some(*snapshot)).is_ok() {
                due.insert(id, Due::Snapshots(watch));
            }
        }
        (_, _) => debug!(id, "an answer that nobody waits for"),
    }
}
