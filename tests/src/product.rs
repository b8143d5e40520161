//! The built executables, started as a person or a script starts them.

use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::Desk;
use crate::deadline::within;

/// The tray and the command line.
pub const PRESENCE_TRAY: &str = "presence-tray";
/// The window.
pub const PRESENCE_FLYOUT: &str = "presence-flyout";

/// Where an executable of the product is: in the folder that `PRESENCE_TRAY_BIN_DIR` names, else where Cargo put it beside the test that
/// runs.
pub fn executable(name: &str) -> Result<PathBuf> {
    let folder = if let Some(folder) = std::env::var_os("PRESENCE_TRAY_BIN_DIR") {
        PathBuf::from(folder)
    } else {
        let this = std::env::current_exe()?;
        let folder = this.parent().context("the test executable has no folder")?;
        // Tests are in `target/debug/deps`, programs in `target/debug`.
        let beside = if folder.ends_with("deps") {
            folder.parent()
        } else {
            Some(folder)
        };
        beside.context("the test executable has no folder")?.to_owned()
    };
    let path = std::path::absolute(folder.join(name))?;
    if !path.exists() {
        bail!(
            "{} is missing: `cargo build` makes it, `cargo xtask test` does so by itself",
            path.display()
        );
    }
    Ok(path)
}

/// `presence-tray` with these arguments, to be started in the session.
pub fn presence_tray(desk: &Desk, arguments: &[&str]) -> Result<Command> {
    let mut command = desk.command(executable(PRESENCE_TRAY)?);
    command.args(arguments);
    Ok(command)
}

/// A command that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs a command to its end.
pub async fn run(mut command: Command) -> Result<Ended> {
    let name = format!("{:?} to end", command.as_std());
    let output = async { Ok(command.kill_on_drop(true).output().await?) };
    let Output { status, stdout, stderr } = within(&name, output).await?;
    Ok(Ended {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout)?,
        stderr: String::from_utf8(stderr)?,
    })
}

/// The resident half of the product, running.
#[derive(Debug)]
pub struct Resident {
    child: Child,
    log: PathBuf,
}

impl Resident {
    /// Starts it. `command` is [`presence_tray`] with whatever the test adds; what it says goes to a file.
    pub fn start(desk: &Desk, mut command: Command) -> Result<Self> {
        let log = desk.log_file(PRESENCE_TRAY);
        let file = fs::File::options().create(true).append(true).open(&log)?;
        let child = command
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("starting presence-tray")?;
        Ok(Self { child, log })
    }

    /// Waits until it answers on its control socket.
    pub async fn listens(&self, desk: &Desk) -> Result<()> {
        let socket = desk.runtime_folder().join("presence-tray/control.sock");
        within("the control socket", async {
            // No event outside of the process tells that it listens.
            while UnixStream::connect(&socket).await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Ok(())
        })
        .await
    }

    /// Its process id; `None` once it ended.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it ends by itself; its exit code.
    pub async fn ended(&mut self) -> Result<Option<i32>> {
        within("presence-tray to end", async { Ok(self.child.wait().await?.code()) }).await
    }

    /// What it said so far.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        // Shown where the test failed; the test runner swallows it otherwise.
        let said = self.said();
        if !said.is_empty() {
            eprintln!("presence-tray said:\n{said}");
        }
    }
}
