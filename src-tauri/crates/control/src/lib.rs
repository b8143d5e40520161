//! The control socket: the one door between the resident and everybody else (command line, flyout, scripts).
//!
//! It carries the engine's [`Command`](engine::Command) in and its [`Snapshot`](engine::Snapshot) out, and it makes the program
//! single-instance: whoever binds it first is the resident, everyone else is a client. It carries no token: neither of the two has one.
//!
//! # Where
//!
//! | system | socket | folder |
//! |---|---|---|
//! | Linux | `control.sock`, mode 0600 | `$XDG_RUNTIME_DIR/presence-tray`, else `$XDG_STATE_HOME/presence-tray`, else `~/.local/state/presence-tray`; mode 0700 |
//! | macOS | `control.sock`, mode 0600 | `~/Library/Application Support/presence-tray`; mode 0700 |
//! | Windows | a named pipe called after the folder, open to this user alone | `%LOCALAPPDATA%\presence-tray` |
//!
//! The demonstration (`--demo`) has its own: `demo` in place of `control`. Beside the socket lies a lock file, held by the resident for as long
//! as it lives. A lock dies with its process, so what a crash leaves behind is taken over, and two starts at once cannot both win.
//!
//! # What is said
//!
//! One JSON object a line, in UTF-8, at most 256 KiB. The client greets, then asks; `id` is its own choice and comes back in the answer.
//!
//! | client | resident |
//! |---|---|
//! | `{"hello":{"version":"1.2.3"}}` | `{"hello":{"version":"1.2.3"}}` |
//! | `{"id":1,"send":{"do":"refresh"}}` | `{"id":1,"reply":"done"}`, once it is done |
//! | `{"id":2,"look":{}}` | `{"id":2,"snapshot":{…}}` |
//! | `{"id":3,"watch":{}}` | `{"id":3,"snapshot":{…}}` now, and again after every change: always the latest, never a backlog |
//!
//! Answers come in the order in which they are ready. A client that closes its writing side has left; its commands are carried out all the same.
//!
//! A connection ends, and nothing else does, when its peer belongs to another user, does not greet within 5 seconds, says anything that is not
//! in the table, leaves more than 256 requests open, or does not take what is written to it for 5 seconds.
//!
//! # Use
//!
//! ```no_run
//! # async fn example(snapshots: tokio::sync::watch::Receiver<engine::Snapshot>) -> Result<(), Box<dyn std::error::Error>> {
//! use control::{Audience, BindError, Client, Endpoint, Listener};
//!
//! let endpoint = Endpoint::for_user(false)?;
//! let (commands, mut to_do) = tokio::sync::mpsc::channel(16);
//! match Listener::bind(&endpoint) {
//!     Ok(listener) => {
//!         tokio::spawn(listener.serve(snapshots, commands, Audience::new()));
//!         while let Some((command, reply)) = to_do.recv().await {
//!             println!("{command:?}");
//!             let _ = reply.send(engine::Reply::Done);
//!         }
//!     }
//!     Err(BindError::Taken) => {
//!         let client = Client::connect(&endpoint).await?;
//!         client.send(engine::Command::OPEN_FLYOUT).await?;
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```

mod audience;
mod client;
mod connection;
mod endpoint;
mod frame;
mod listener;

#[cfg_attr(unix, path = "os/unix.rs")]
#[cfg_attr(windows, path = "os/windows.rs")]
mod os;

pub use audience::Audience;
pub use client::{Client, ClientError, ConnectError, Watch, wait_for};
pub use connection::Order;
pub use endpoint::{Endpoint, EndpointError};
pub use frame::{LONGEST_FRAME, VERSION};
pub use listener::{BindError, Listener};
