//! The way to the resident: the control socket of the one that runs, or of one started here.

use std::{env, io, process, time::Duration};

use control::{Client, ClientError, ConnectError, Endpoint, EndpointError};
use engine::Command;
use thiserror::Error;
use tokio::sync::OnceCell;

use crate::os;

/// How long a resident that was just started may take until it listens: the first start after logging in reads a cold disk.
const START: Duration = Duration::from_secs(15);

/// The resident of this user, or of this user's demonstration.
#[derive(Debug)]
pub(crate) struct Resident {
    endpoint: Endpoint,
    demo: bool,
    client: OnceCell<Client>,
}

/// Whom a resident that is started has to reckon with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// With this window, which says all there is to say.
    ForTheWindow,
    /// With a person who looks for it in the tray.
    ByHand,
}

/// Why there is no resident to work with.
#[derive(Debug, Error)]
pub(crate) enum Unreachable {
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the resident left: {0}")]
    Client(#[from] ClientError),
    #[error("the resident could not be started: {0}")]
    Start(#[from] io::Error),
    #[error("the resident is of version {0}, this window of {ours}", ours = control::VERSION)]
    Version(String),
}

impl Resident {
    pub(crate) fn new(demo: bool) -> Result<Resident, EndpointError> {
        Ok(Resident {
            endpoint: Endpoint::for_user(demo)?,
            demo,
            client: OnceCell::new(),
        })
    }

    /// Where it listens.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The connection, made when first asked for and kept. Where that failed, the next to ask tries again.
    pub(crate) async fn client(&self) -> Result<&Client, Unreachable> {
        self.client.get_or_try_init(|| self.connect(Start::ForTheWindow)).await
    }

    /// A resident of another version is what an update left behind: it is asked to leave for the one that came with this window.
    async fn connect(&self, start: Start) -> Result<Client, Unreachable> {
        match Client::connect(&self.endpoint).await {
            Ok(client) if client.version() == control::VERSION => return Ok(client),
            Ok(client) => leave(client).await?,
            Err(ConnectError::NobodyThere) => {}
            Err(error) => return Err(error.into()),
        }
        self.start(start)?;
        let client = control::wait_for(&self.endpoint, START).await?;
        if client.version() == control::VERSION {
            Ok(client)
        } else {
            Err(Unreachable::Version(client.version().to_owned()))
        }
    }

    fn start(&self, start: Start) -> io::Result<()> {
        let name = format!("presence-tray{}", env::consts::EXE_SUFFIX);
        let mut command = process::Command::new(env::current_exe()?.with_file_name(name));
        if start == Start::ForTheWindow {
            command.arg("--background");
        }
        if self.demo {
            command.arg("--demo");
        }
        // It outlives this window, and starts windows of its own.
        for name in os::OWN_VARIABLES {
            command.env_remove(name);
        }
        command
            .stdin(process::Stdio::null())
            .stdout(process::Stdio::null())
            .stderr(process::Stdio::null());
        os::detach(&mut command);
        command.spawn().map(drop)
    }
}

/// Opens the window of this user's demonstration, which is started where it does not run.
pub(crate) async fn open_demo() -> Result<(), Unreachable> {
    let client = Resident::new(true)?.connect(Start::ByHand).await?;
    client.send(Command::OPEN_FLYOUT).await?;
    Ok(())
}

/// Returns when it has hung up.
async fn leave(client: Client) -> Result<(), ClientError> {
    let mut watch = client.watch().await?;
    // Hanging up before the reply is leaving, too.
    let _ = client.send(Command::Quit).await;
    while watch.next().await.is_some() {}
    Ok(())
}
