//! The product's window, driven through `WebKitWebDriver`.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;

use crate::Desk;
use crate::browser::connect;
use crate::deadline::{PATIENCE, within};

/// Whether the desktop prefers light or dark windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

/// The window, open.
#[derive(Debug)]
pub struct Window {
    client: Client,
    driver: Child,
}

impl Window {
    /// Opens the window of `program`, started with `arguments` in the session.
    pub async fn open(desk: &Desk, program: &Path, arguments: &[&str], appearance: Appearance) -> Result<Self> {
        // The driver cannot choose a free port itself and say which: one that was free a moment ago must do.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?.port();
        let log = fs::File::create(desk.log_file("webkit-driver"))?;
        let mut command = desk.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        if appearance == Appearance::Dark {
            command.env("GTK_THEME", "Adwaita:dark");
        }
        let mut driver = command
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting WebKitWebDriver")?;
        within("WebKitWebDriver", listens(port, &mut driver)).await?;
        let options = json!({ "binary": program, "args": arguments });
        let client = connect(port, "webkitgtk:browserOptions", options)
            .await
            .context("opening the window")?;
        Ok(Self { client, driver })
    }

    /// Waits for the element that a CSS selector names.
    pub async fn element(&self, selector: &str) -> Result<Element> {
        let element = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        element.with_context(|| format!("looking for {selector}"))
    }

    /// Waits for the element that a CSS selector names, and clicks it.
    pub async fn click(&self, selector: &str) -> Result<()> {
        self.element(selector)
            .await?
            .click()
            .await
            .with_context(|| format!("clicking {selector}"))
    }

    /// Waits for the element that a CSS selector names, and types into it.
    pub async fn write(&self, selector: &str, text: &str) -> Result<()> {
        self.element(selector)
            .await?
            .send_keys(text)
            .await
            .with_context(|| format!("typing into {selector}"))
    }

    /// Waits until the window shows `text`.
    pub async fn shows(&self, text: &str) -> Result<()> {
        let mut last = String::new();
        let seen = within(&format!("the window to show {text:?}"), async {
            loop {
                last = self.text().await?;
                if last.contains(text) {
                    return Ok(());
                }
                // The page tells nobody when it changes; WebDriver's own waits look again and again as well.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        seen.with_context(|| format!("the window shows:\n{last}"))
    }

    /// The text in the window.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Writes what is in the window as PNG to `file`.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        Ok(fs::write(file, self.client.screenshot().await?)?)
    }

    /// The driver's client, for what is not offered here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Closes the window. Dropped instead, it ends with the session.
    pub async fn close(mut self) -> Result<()> {
        self.client.close().await?;
        self.driver.kill().await.context("ending WebKitWebDriver")
    }
}

/// Waits until somebody listens on `port`. The driver says nothing when it does, so the port is tried until it answers.
async fn listens(port: u16, driver: &mut Child) -> Result<()> {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        if let Some(status) = driver.try_wait()? {
            bail!("WebKitWebDriver ended with {status}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
