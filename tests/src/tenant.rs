//! A simulated tenant of its own, and settings that lead to it: how the product is used without `--demo`.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

use crate::Desk;
use crate::browser::{Browser, Opener};
use crate::deadline::within;
use crate::forms::Forms;
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
        Self::start_as(desk, presence_tray(desk, &["simulator"])?).await
    }

    /// The same with a command of the caller's, which is to be `presence-tray simulator`.
    pub async fn start_as(desk: &Desk, mut command: Command) -> Result<Self> {
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

    /// Signs in from the command line with these words, as somebody who gives these answers on the page; what the command said.
    pub async fn sign_in_with(&mut self, desk: &Desk, words: &[&str], answers: &[(&str, &str)]) -> Result<Ended> {
        let ended = run(self.command(desk, words)?);
        let person = async {
            let address = self.opener.address().await?;
            Forms::new()?.answer(&address, answers).await
        };
        let (ended, answered) = tokio::join!(ended, person);
        answered?;
        ended
    }

    /// Signs in as the first person, quickly.
    pub async fn signed_in(&mut self, desk: &Desk) -> Result<()> {
        let oid = self.simulated.oid.clone();
        let ended = self.sign_in_with(desk, &["sign-in"], &[("person", &oid)]).await?;
        ensure!(
            ended.code == 0,
            "the sign-in ended with {}: {}",
            ended.code,
            ended.stderr
        );
        Ok(())
    }

    /// Starts a sign-in with a code, and waits until it shows one.
    pub async fn sign_in_by_code(&self, desk: &Desk, more: &[&str]) -> Result<ByCode> {
        let mut command = self.command(desk, &["sign-in", "--device", "--json"])?;
        command
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut running = command.spawn().context("starting the sign-in")?;
        let mut lines = BufReader::new(running.stderr.take().context("piped")?).lines();
        let (address, code) = told_code(&mut lines).await?;
        Ok(ByCode {
            address,
            code,
            running,
            lines,
        })
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

/// A sign-in with a code, waiting.
#[derive(Debug)]
pub struct ByCode {
    /// Where the code is to be typed in.
    pub address: String,
    /// The code.
    pub code: String,
    running: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl ByCode {
    /// Types in the code, and gives these answers.
    pub async fn answer(&self, answers: &[(&str, &str)]) -> Result<String> {
        let answers: Vec<_> = [("otc", self.code.as_str())]
            .into_iter()
            .chain(answers.iter().copied())
            .collect();
        Forms::new()?.answer(&self.address, &answers).await
    }

    /// Waits until it shows another code instead.
    pub async fn shows_another(&mut self) -> Result<()> {
        (self.address, self.code) = told_code(&mut self.lines).await?;
        Ok(())
    }

    /// As a person at the terminal presses Ctrl-C.
    pub async fn interrupt(&self) -> Result<()> {
        let process = self.running.id().context("it has ended")?;
        let told = Command::new("kill")
            .args(["-INT", &process.to_string()])
            .status()
            .await?;
        ensure!(told.success(), "kill ended with {told}");
        Ok(())
    }

    /// Waits for its end; what else it said.
    pub async fn ended(mut self) -> Result<Ended> {
        within("the sign-in to end", async {
            let mut stderr = String::new();
            while let Some(line) = self.lines.next_line().await? {
                stderr += &line;
                stderr.push('\n');
            }
            let mut stdout = String::new();
            if let Some(mut out) = self.running.stdout.take() {
                out.read_to_string(&mut stdout).await?;
            }
            let code = self.running.wait().await?.code().unwrap_or(-1);
            Ok(Ended { code, stdout, stderr })
        })
        .await
    }
}

/// The page and the code that a sign-in tells next.
async fn told_code(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<(String, String)> {
    let line = within("a code", async {
        lines.next_line().await?.context("the sign-in said nothing")
    })
    .await?;
    let told: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
    let text = |key: &str| told["sign_in"][key].as_str().map(str::to_owned).context(line.clone());
    Ok((text("url")?, text("code")?))
}
