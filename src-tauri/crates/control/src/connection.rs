use engine::{Command, Reply, Snapshot};
use futures_util::{
    FutureExt, StreamExt,
    future::Either,
    stream::{self, BoxStream, SelectAll},
};
use interprocess::local_socket::tokio::Stream;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tracing::debug;

use crate::audience::{Audience, Seat};
use crate::frame::{Answer, Broken, Content, Greeting, Incoming, Outgoing, Request, Wish};

/// A command of a client, and where its reply is due.
pub type Order = (Command, oneshot::Sender<Reply>);

/// How many requests may be open on one connection: commands not yet answered, and watches.
const OPEN_REQUESTS: usize = 256;

#[derive(Debug, Error)]
enum End {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("too many requests at once")]
    TooMany,
    #[error("a command was dropped")]
    Dropped,
}

/// Attends one client for as long as it stays, keeps to the grammar and takes what it asked for.
pub(crate) async fn attend(
    client: Stream,
    snapshots: watch::Receiver<Snapshot>,
    commands: mpsc::Sender<Order>,
    audience: Audience,
) {
    if let Err(end) = converse(&client, &snapshots, &commands, &audience).await {
        debug!(%end, "a connection ended");
    }
}

async fn converse(
    client: &Stream,
    snapshots: &watch::Receiver<Snapshot>,
    commands: &mpsc::Sender<Order>,
    audience: &Audience,
) -> Result<(), End> {
    let mut incoming = Incoming::new(client);
    let mut outgoing = Outgoing::new(client);
    incoming.greeting().await?;
    outgoing.say(&Greeting::ours()).await?;

    let mut open = Open::default();
    let mut leaving = false;
    while !(leaving && open.replies_due == 0) {
        tokio::select! {
            request = incoming.next(), if !leaving => open.take_up(request?, snapshots, commands, audience).await?,
            Some(answer) = open.next() => outgoing.say(&answer?).await?,
            () = commands.closed(), if !leaving => leaving = true,
            else => break,
        }
    }
    Ok(())
}

/// The requests that are not done with, each as the stream of its answers.
#[derive(Default)]
struct Open {
    answers: SelectAll<BoxStream<'static, Result<Answer, End>>>,
    replies_due: usize,
}

impl Open {
    async fn take_up(
        &mut self,
        Request { id, wish }: Request,
        snapshots: &watch::Receiver<Snapshot>,
        commands: &mpsc::Sender<Order>,
        audience: &Audience,
    ) -> Result<(), End> {
        if self.answers.len() >= OPEN_REQUESTS {
            return Err(End::TooMany);
        }
        let answers = match wish {
            Wish::Send(command) => {
                let (reply, due) = oneshot::channel();
                commands.send((command, reply)).await.map_err(|_| End::Dropped)?;
                self.replies_due += 1;
                Either::Left(
                    due.map(|reply| reply.map(Content::Reply).map_err(|_| End::Dropped))
                        .into_stream(),
                )
            }
            Wish::Look {} => Either::Right(Either::Left(changes(snapshots.clone(), None).take(1))),
            Wish::Watch {} => Either::Right(Either::Right(changes(snapshots.clone(), Some(audience.seat())))),
        };
        self.answers
            .push(answers.map(move |content| Ok(Answer { id, content: content? })).boxed());
        Ok(())
    }

    async fn next(&mut self) -> Option<Result<Answer, End>> {
        let answer = self.answers.next().await;
        if let Some(Ok(Answer {
            content: Content::Reply(_),
            ..
        })) = answer
        {
            self.replies_due -= 1;
        }
        answer
    }
}

/// The snapshot now, and the latest one after each change. What is overtaken before it could be written is skipped. Who watches keeps a seat.
fn changes(
    mut snapshots: watch::Receiver<Snapshot>,
    seat: Option<Seat>,
) -> impl futures_util::Stream<Item = Result<Content, End>> {
    snapshots.mark_changed();
    stream::unfold((snapshots, seat), |(mut snapshots, seat)| async {
        snapshots.changed().await.ok()?;
        let snapshot = snapshots.borrow_and_update().clone();
        Some((Ok(Content::Snapshot(Box::new(snapshot))), (snapshots, seat)))
    })
}
