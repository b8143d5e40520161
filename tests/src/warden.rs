//! Ends every process of a desktop session, however the test ended.
//!
//! Some of them leave any process group they were put in (Chromium is one), some are started by the bus or by the
//! product. What they all keep is their environment, and in it the session's own folder: that is what they are found by.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Waits for its standard input to end, which happens when the [`Warden`] is dropped and also when the test process
/// dies without a word; then asks the session's processes to leave (an X server removes its lock then) and ends those
/// that did not.
const SCRIPT: &str = r#"
cat > /dev/null
session() { grep -lsF "XDG_RUNTIME_DIR=$0/" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done; }
gone() { for _ in $(seq 20); do [ -n "$(session)" ] || return 0; sleep 0.05; done; return 1; }
kill -TERM $(session) 2> /dev/null
gone || { kill -KILL $(session) 2> /dev/null; gone; }
rm -rf -- "$0"
"#;

/// Guards the session of one folder; dropped, it ends the session's processes and removes the folder.
#[derive(Debug)]
pub(crate) struct Warden {
    shell: Child,
}

impl Warden {
    /// Starts the guard over the processes whose `XDG_RUNTIME_DIR` lies in `folder`.
    pub(crate) fn watch_over(folder: &Path) -> Result<Self> {
        use std::os::unix::process::CommandExt;
        let shell = Command::new("sh")
            .arg("-c")
            .arg(SCRIPT)
            .arg(folder)
            // Not in the terminal's foreground group: Ctrl-C must not end the guard.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting sh")?;
        Ok(Self { shell })
    }
}

impl Drop for Warden {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if let Err(error) = self.shell.wait() {
            eprintln!("the session's processes could not be ended: {error}");
        }
    }
}
