use engine::{Command, Reply, Snapshot};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Duration, timeout},
};
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec, LinesCodecError};

use futures_util::{SinkExt, StreamExt};

/// This program's version, as told in a greeting.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The longest line either side takes, in bytes. A Snapshot holds at most one answer of Graph, which is capped far below.
pub const LONGEST_FRAME: usize = 256 * 1024;

/// How long a peer may take to greet, and to take what is written to it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The first line of either side.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Greeting {
    pub(crate) hello: Hello,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: String,
}

/// A line of a client.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) wish: Wish,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Wish {
    Send(Command),
    Look {},
    Watch {},
}

/// A line of the resident.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) content: Content,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    Reply(Reply),
    Snapshot(Box<Snapshot>),
}

/// Why nothing more can be said on a connection.
#[derive(Debug, Error)]
pub(crate) enum Broken {
    #[error("the peer hung up")]
    HungUp,
    #[error("the peer was silent for too long")]
    Silent,
    #[error("the peer does not take what is written to it")]
    Deaf,
    #[error("a line is too long, or not text, or could not be read or written: {0}")]
    Line(#[from] LinesCodecError),
    #[error("a line is not of the grammar: {0}")]
    Grammar(#[from] serde_json::Error),
}

/// The lines that come in.
pub(crate) struct Incoming<R>(FramedRead<R, LinesCodec>);

/// The lines that go out.
pub(crate) struct Outgoing<W>(FramedWrite<W, LinesCodec>);

impl Greeting {
    pub(crate) fn ours() -> Greeting {
        Greeting {
            hello: Hello {
                version: VERSION.to_owned(),
            },
        }
    }
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(crate) fn new(stream: R) -> Incoming<R> {
        Incoming(FramedRead::new(stream, LinesCodec::new_with_max_length(LONGEST_FRAME)))
    }

    /// The next line. It may be given up and asked for again: nothing is lost.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Result<T, Broken> {
        let line = self.0.next().await.ok_or(Broken::HungUp)??;
        Ok(serde_json::from_str(&line)?)
    }

    /// The peer's first line.
    pub(crate) async fn greeting(&mut self) -> Result<Hello, Broken> {
        let greeting: Greeting = timeout(PATIENCE, self.next()).await.map_err(|_| Broken::Silent)??;
        Ok(greeting.hello)
    }
}

impl<W: AsyncWrite + Unpin> Outgoing<W> {
    pub(crate) fn new(stream: W) -> Outgoing<W> {
        Outgoing(FramedWrite::new(stream, LinesCodec::new()))
    }

    /// Writes a line. Not to be given up half-way.
    pub(crate) async fn say(&mut self, line: &impl Serialize) -> Result<(), Broken> {
        let line = serde_json::to_string(line)?;
        timeout(PATIENCE, self.0.send(line)).await.map_err(|_| Broken::Deaf)??;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_the_one_in_the_manual() {
        for (line, right) in [
            (r#"{"id":1,"send":{"do":"refresh"}}"#, true),
            (r#"{"id":2,"look":{}}"#, true),
            (r#"{"id":3,"watch":{}}"#, true),
            (r#"{"id":"3","watch":{}}"#, false),
            (r#"{"id":-1,"look":{}}"#, false),
            (r#"{"look":{}}"#, false),
            (r#"{"id":1}"#, false),
            (r#"{"id":1,"send":{"do":"dance"}}"#, false),
            (r#"{"id":1,"look":7}"#, false),
        ] {
            let read = serde_json::from_str::<Request>(line);
            assert_eq!(read.is_ok(), right, "{line}");
            if let Ok(request) = read {
                assert_eq!(serde_json::to_string(&request).unwrap(), line);
            }
        }
        let answer = Answer {
            id: 1,
            content: Content::Reply(Reply::Done),
        };
        assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"id":1,"reply":"done"}"#);
    }
}
