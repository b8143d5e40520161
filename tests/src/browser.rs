//! The system browser a sign-in opens: Chromium without a window, and the `$BROWSER` that leads to it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::unix::pipe;
use tokio::process::Child;

use crate::Desk;
use crate::deadline::within;

/// A program to put in `$BROWSER`: it opens nothing, it tells the test which address it was given.
#[derive(Debug)]
pub struct Opener {
    program: PathBuf,
    addresses: Lines<BufReader<pipe::Receiver>>,
}

impl Opener {
    /// Writes the program into the session's folder. One for each session.
    pub async fn install(desk: &Desk) -> Result<Self> {
        let (program, fifo) = (desk.folder().join("browser"), desk.folder().join("browser.fifo"));
        let made = desk
            .command("mkfifo")
            .arg(&fifo)
            .status()
            .await
            .context("starting mkfifo")?;
        if !made.success() {
            bail!("mkfifo ended with {made}");
        }
        fs::write(
            &program,
            format!("#!/bin/sh\nprintf '%s\\n' \"$1\" > '{}'\n", fifo.display()),
        )?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        // Open for writing too, so that the pipe does not end with the first program that wrote to it.
        let receiver = pipe::OpenOptions::new().read_write(true).open_receiver(&fifo)?;
        Ok(Self {
            program,
            addresses: BufReader::new(receiver).lines(),
        })
    }

    /// What `$BROWSER` is to be.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Waits for the next address that is to be opened.
    pub async fn address(&mut self) -> Result<String> {
        within("an address for the browser", async {
            self.addresses.next_line().await?.context("the pipe ended")
        })
        .await
    }
}

/// Chromium, driven through chromedriver.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Child,
}

impl Browser {
    /// Starts it in the session, with a profile of its own.
    pub async fn start(desk: &Desk) -> Result<Self> {
        let mut driver = desk
            .command("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(fs::File::create(desk.log_file("chromedriver"))?)
            .spawn()
            .context("starting chromedriver")?;
        let stdout = driver.stdout.take().context("chromedriver's standard output")?;
        let port = within("chromedriver's port", port_of(stdout)).await?;

        let profile = format!("--user-data-dir={}", desk.folder().join("chromium").display());
        let options = json!({
            "args": [
                "--headless=new",
                // Chromium refuses to run as root with its sandbox; here it only ever opens loopback pages.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--window-size=900,760",
                profile,
            ]
        });
        let client = connect(port, "goog:chromeOptions", options)
            .await
            .context("starting Chromium")?;
        Ok(Self { client, driver })
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        within("the page to load", async { Ok(self.client.goto(address).await?) }).await
    }

    /// Waits for the element that a CSS selector names, and clicks it.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self
            .client
            .wait()
            .at_most(crate::deadline::PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        element
            .with_context(|| format!("looking for {selector}"))?
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// The text of the page.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Where the browser is.
    pub async fn address(&self) -> Result<String> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// Writes the page as PNG to `file`.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        Ok(fs::write(file, self.client.screenshot().await?)?)
    }

    /// Signs in on the simulator's page at `address` as the person with this first name; the text of the page the sign-in
    /// ended on, which is the product's own.
    pub async fn sign_in(&self, address: &str, first_name: &str) -> Result<String> {
        let redirect = reqwest::Url::parse(address)?
            .query_pairs()
            .find_map(|(name, value)| (name == "redirect_uri").then(|| value.into_owned()))
            .with_context(|| format!("no redirect_uri in {address}"))?;
        self.open(address).await?;
        self.click(&format!("#person-{}", first_name.to_lowercase())).await?;
        within("the browser to come back to the product", async {
            let back = reqwest::Url::parse(&redirect)?.origin();
            // WebDriver has no events: its own waits look again and again, too.
            while self.client.current_url().await?.origin() != back {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        })
        .await?;
        self.text().await
    }

    /// The driver's client, for what is not offered here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the browser. Dropped instead, it ends with the session.
    pub async fn close(mut self) -> Result<()> {
        self.client.close().await?;
        self.driver.kill().await.context("ending chromedriver")
    }
}

/// chromedriver chooses a free port and says so in a sentence.
async fn port_of(stdout: tokio::process::ChildStdout) -> Result<u16> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        let said = line.split_once("started successfully on port ");
        if let Some(port) = said.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
            // Whatever else it says must go somewhere, or it would end at a closed pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(port);
        }
    }
    bail!("chromedriver ended before it was ready")
}

/// A session with the driver at `port`.
pub(crate) async fn connect(port: u16, option: &str, value: Value) -> Result<Client> {
    let mut capabilities = Map::new();
    capabilities.insert(option.to_owned(), value);
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    within("the driver's session", async {
        Ok(builder.connect(&format!("http://127.0.0.1:{port}")).await?)
    })
    .await
}
