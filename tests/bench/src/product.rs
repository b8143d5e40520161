//! The product, signed in over encrypted HTTP to a simulated tenant, as it is used.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use end_to_end::Desk;
use end_to_end::paint::Screen;
use end_to_end::picture;
use end_to_end::product::{PRESENCE_FLYOUT, PRESENCE_TRAY, executable};
use end_to_end::tenant::Tenant;
use end_to_end::tray::{self, Tray};
use http::Method;
use tokio::process::Command;

use crate::process::Program;
use crate::wire::Wire;

/// Where the icon is said to be when it is clicked.
const ICON: (i32, i32) = (1200, 780);

/// A desktop, a tenant, and an account of the tenant's that is signed in.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) wire: Wire,
    tenant: Tenant,
    desk: Desk,
}

/// The product's resident, running, with its icon in the tray.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) program: Program,
    /// From starting it until its icon was in the tray.
    pub(crate) icon: Duration,
    tray: Tray,
}

impl Product {
    pub(crate) async fn prepare() -> Result<Self> {
        let desk = Desk::start().await?;
        // From a copy: pages that two processes share count by half in each.
        let copy = desk.folder().join("simulator");
        fs::copy(executable(PRESENCE_TRAY)?, &copy)?;
        let mut simulator = desk.command(copy);
        simulator.arg("simulator");
        let mut tenant = Tenant::start_as(&desk, simulator).await?;
        let wire = Wire::before(&tenant.simulated.graph, desk.folder()).await?;
        let settings = tenant.good_settings().replace(
            &format!("graph = \"{}\"", tenant.simulated.graph),
            &format!("graph = \"{}\"", wire.address),
        );
        ensure!(settings.contains(&wire.address), "the settings name another service");
        tenant.settings(&desk, &settings)?;
        tenant.signed_in(&desk).await?;
        Ok(Self { wire, tenant, desk })
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// `presence-tray` with these arguments, trusting the wire.
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = self.tenant.command(&self.desk, arguments)?;
        command
            .env("SSL_CERT_FILE", &self.wire.certificates)
            // The window sees to this by itself, as it must outside of a test.
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER");
        Ok(command)
    }

    /// Starts the resident as it is started at login, and waits until it has read the presence.
    pub(crate) async fn start(&mut self) -> Result<Running> {
        let command = self.command(&["--background"])?;
        self.watch(command).await
    }

    /// Starts it with this command.
    async fn watch(&mut self, command: Command) -> Result<Running> {
        self.wire.forget();
        let (icon, program) = tray::time_to_icon(&self.desk, || Program::start(command)).await?;
        let tray = Tray::find(&self.desk).await?;
        self.wire.arrival(&Method::GET, "/me/presence").await?;
        tray.wait_until("the menu to offer a presence", |shown| {
            shown.entry(&["Busy"]).is_ok_and(|busy| busy.enabled)
        })
        .await?;
        Ok(Running { program, icon, tray })
    }

    /// Has the resident used for a while, under callgrind, which writes down what runs to `record`.
    pub(crate) async fn be_used(mut self, record: &Path) -> Result<()> {
        let resident = self.command(&["--background"])?;
        let mut command = self.desk.command("valgrind");
        command
            .args(["--tool=callgrind", "--demangle=no"])
            .arg(format!("--callgrind-out-file={}", record.display()))
            .arg(resident.as_std().get_program())
            .args(resident.as_std().get_args())
            .env("SSL_CERT_FILE", &self.wire.certificates);
        let running = self.watch(command).await?;
        for presence in ["Busy", "Available"] {
            self.click_to_wire(&running, presence).await?;
        }
        for words in [
            &["status", "--json"] as &[&str],
            &["message", "Back soon"],
            &["message", "--clear"],
            &["location", "remote"],
            &["reset"],
        ] {
            let ended = self.command(words)?.status().await?;
            ensure!(ended.success(), "{words:?} ended with {ended}");
        }
        running.program.settled().await;
        running.program.end().await
    }

    /// From a click on a presence in the menu until the order arrives.
    pub(crate) async fn click_to_wire(&mut self, running: &Running, presence: &str) -> Result<Duration> {
        let shown = running.tray.read().await?;
        let entry = shown.entry(&[presence])?;
        self.wire.forget();
        let clicked = Instant::now();
        running.tray.press(entry).await?;
        let arrival = self.wire.arrival(&Method::POST, "setUserPreferredPresence").await?;
        // The next click is to find a program at rest.
        let mark = [presence];
        running
            .tray
            .wait_until("the choice to be confirmed", |shown| {
                shown.entry(&mark).is_ok_and(|entry| entry.checked == Some(true))
                    && !shown.tooltip.contains("asked for")
            })
            .await?;
        Ok(arrival.at - clicked)
    }

    /// From starting `presence-tray status --json` until it has ended.
    pub(crate) async fn command_line(&self) -> Result<Duration> {
        let mut command = self.command(&["status", "--json"])?;
        let started = Instant::now();
        let ended = command.output().await?;
        let took = started.elapsed();
        ensure!(ended.status.success(), "status ended with {}", ended.status);
        Ok(took)
    }

    /// From a click on the icon until the window is painted: first with its process to be started, then with one that is warm.
    pub(crate) async fn openings(&self, running: &Running) -> Result<(Duration, Duration)> {
        let cold = self.open(running).await?;
        self.close().await?;
        let warm = self.open(running).await?;
        self.cool().await?;
        Ok((cold, warm))
    }

    /// Opens the window, and waits until everything in it is drawn.
    pub(crate) async fn open(&self, running: &Running) -> Result<Duration> {
        let screen = Screen::of(&self.desk)?;
        picture::when_still(&self.desk, None).await?;
        let took = screen.time_to_paint(running.tray.activate(ICON.0, ICON.1)).await?;
        picture::when_still(&self.desk, None).await?;
        Ok(took)
    }

    /// Closes the window; its process stays warm for a while.
    pub(crate) async fn close(&self) -> Result<()> {
        picture::key(&self.desk, "Escape").await?;
        picture::no_window(&self.desk, PRESENCE_FLYOUT).await
    }

    /// Ends the open window's process, where it would stay warm for a minute.
    async fn cool(&self) -> Result<()> {
        let process = picture::process(&self.desk, PRESENCE_FLYOUT).await?;
        let mut end = self.desk.command("kill");
        let told = end.arg(process.to_string()).status().await?;
        ensure!(told.success(), "kill ended with {told}");
        while Path::new(&format!("/proc/{process}")).exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Bytes of an executable on the disk.
    pub(crate) fn size(name: &str) -> Result<u64> {
        let path = executable(name)?;
        Ok(fs::metadata(&path)
            .with_context(|| format!("{}", path.display()))?
            .len())
    }
}
