//! A `presence-tray watch --json` that follows the resident.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::deadline::{SOME_POLLS, within, within_time};

/// The running command, and what it prints.
#[derive(Debug)]
pub struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    /// Starts `command`, which is `watch --json`.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let stdout = child.stdout.take().context("piped")?;
        Ok(Self {
            child,
            lines: BufReader::new(stdout).lines(),
        })
    }

    /// The first Snapshot from here on that is what the test waits for.
    pub async fn until(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Result<Value> {
        within_time(SOME_POLLS, what, async {
            loop {
                let line = self.lines.next_line().await?.context("watch ended")?;
                let snapshot = serde_json::from_str(&line).with_context(|| format!("not JSON: {line:?}"))?;
                if is(&snapshot) {
                    return Ok(snapshot);
                }
            }
        })
        .await
    }

    /// Waits until it ends by itself; whether it did so well.
    pub async fn ended(mut self) -> Result<bool> {
        within("watch to end", async { Ok(self.child.wait().await?.success()) }).await
    }
}
