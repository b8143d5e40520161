//! A simulated tenant of its own, and settings that lead to it: how the product is used without `--demo`.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Desk;
use crate::browser::{Browser, Opener};
use crate::deadline::within;
use crate::product::{Ended, presence_tray, run};
use crate::simulated::Simulated;

/// `presence-tray simulator`, running, with a settings file in the desk that names it.
#[derive(Debug)]
pub struct Tenant {
    /// What arrived there.
    pub simulated: Simulated,
    opener: Opener,
    _running: Child,
}

impl Tenant {
    /// Starts it and writes the settings.
    pub async fn start(desk: &Desk) -> Result<Self> {
        let mut command = presence_tray(desk, &["simulator"])?;
        command.stdout(Stdio::piped()).kill_on_drop(true);
        let mut running = command.spawn().context("starting the simulator")?;
        let stdout = running.stdout.take().context("the simulator's standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = within("the simulator's announcement", async {
            lines.next_line().await?.context("the simulator said nothing")
        })
        .await?;
        let simulated = Simulated::from_announcement(&line)?;
        let tenant = Self {
            opener: Opener::install(desk).await?,
            simulated,
            _running: running,
        };
        tenant.settings(desk, &tenant.good_settings())?;
        Ok(tenant)
    }

    /// Settings that work.
    pub fn good_settings(&self) -> String {
        let Simulated {
            client_id,
            authority,
            graph,
            ..
        } = &self.simulated;
        format!(
            "[account]\nclient_id = \"{client_id}\"\ncloud = \"custom\"\n\
             [account.endpoints]\nauthority = \"{authority}/\"\ngraph = \"{graph}\"\n"
        )
    }

    /// Writes the settings file anew.
    pub fn settings(&self, desk: &Desk, text: &str) -> Result<()> {
        let folder = desk.config_folder().join("presence-tray");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join("settings.toml"), text)?)
    }

    /// `presence-tray` with a browser that the test drives.
    pub fn command(&self, desk: &Desk, arguments: &[&str]) -> Result<Command> {
        let mut command = presence_tray(desk, arguments)?;
        command.env("BROWSER", self.opener.program());
        Ok(command)
    }

    /// Runs a command to its end.
    pub async fn run(&self, desk: &Desk, arguments: &[&str]) -> Result<Ended> {
        run(self.command(desk, arguments)?).await
    }

    /// Runs a command that is to succeed; its standard output.
    pub async fn done(&self, desk: &Desk, arguments: &[&str]) -> Result<String> {
        let ended = self.run(desk, arguments).await?;
        ensure!(
            ended.code == 0,
            "{arguments:?} ended with {}: {}",
            ended.code,
            ended.stderr
        );
        Ok(ended.stdout)
    }

    /// Signs in as the first person, from the command line and through a real browser; what the command said.
    pub async fn sign_in(&mut self, desk: &Desk) -> Result<Ended> {
        let ended = run(self.command(desk, &["sign-in"])?);
        let person = async {
            let address = self.opener.address().await?;
            let browser = Browser::start(desk).await?;
            let first_name = self.simulated.user.split('.').next().unwrap_or_default().to_owned();
            browser.sign_in(&address, &first_name).await?;
            browser.close().await
        };
        let (ended, browsed) = tokio::join!(ended, person);
        browsed?;
        ended
    }

    /// Method, path and body of every request to Graph so far, but reads.
    pub async fn writes(&self) -> Result<Vec<(String, String)>> {
        let requests = self.simulated.requests().await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(requests
            .iter()
            .filter(|request| request["method"] == "POST" && text(&request["path"]).starts_with("/v1.0/"))
            .map(|request| {
                let path = text(&request["path"]);
                let action = path.rsplit('/').next().unwrap_or_default().to_owned();
                (action, text(&request["body"]))
            })
            .collect())
    }
}
