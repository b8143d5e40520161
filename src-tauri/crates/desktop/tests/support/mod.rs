//! What the tests stand on: a bus of their own, and what lives on it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod mocked;
pub mod notifications;
pub mod portal;
pub mod service;
pub mod shortcuts;
pub mod x_server;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use desktop::session_bus::SessionBus;
use tempfile::TempDir;
use zbus::blocking::connection::Builder;

/// How long an event may take before the test gives up on it: far longer than it ever does.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A `dbus-daemon` that ends with its test.
pub struct Bus {
    daemon: Child,
    pub address: String,
    _folder: TempDir,
}

/// An ordinary session bus, but for the services it would start by itself: a notification daemon that happens to be
/// installed must not answer in place of the test's own.
const CONFIGURATION: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
  LIMITS
</busconfig>"#;

impl Bus {
    pub fn start() -> Self {
        Self::with_limits("")
    }

    pub fn with_limits(limits: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = folder.path().join("session.conf");
        std::fs::write(&configuration, CONFIGURATION.replace("LIMITS", limits)).expect("its configuration");
        let mut daemon = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"])
            .arg(&configuration)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("it is piped"))
            .read_line(&mut address)
            .expect("its address");
        Self {
            daemon,
            address: address.trim().to_owned(),
            _folder: folder,
        }
    }

    pub fn session(&self) -> SessionBus {
        SessionBus::at(&self.address)
    }

    pub fn connection(&self) -> Builder<'_> {
        Builder::address(self.address.as_str()).expect("an address")
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().expect("it runs");
        self.daemon.wait().expect("it ended");
    }
}
