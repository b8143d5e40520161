//! A desktop with the demonstration running in it.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::Desk;
use crate::browser::{Browser, Opener};
use crate::deadline::within;
use crate::product::{Resident, presence_tray};
use crate::simulated::Simulated;
use crate::tray::{Shown, Tray};

/// The demonstration, nobody signed in at first.
#[derive(Debug)]
pub struct Demo {
    /// Its icon.
    pub tray: Tray,
    /// The browser that it opens.
    pub opener: Opener,
    /// The running program.
    pub resident: Resident,
    /// What is around it.
    pub desk: Desk,
}

impl Demo {
    /// Starts it on `desk`; done when its icon is in the tray.
    pub async fn start(desk: Desk) -> Result<Demo> {
        let opener = Opener::install(&desk).await?;
        let mut command = presence_tray(&desk, &["--demo"])?;
        command.env("BROWSER", opener.program());
        let resident = Resident::start(&desk, command)?;
        Ok(Demo {
            tray: Tray::find(&desk).await?,
            opener,
            resident,
            desk,
        })
    }

    /// Signs the first person in, from the menu through the browser; done when the icon shows the presence that was read.
    pub async fn sign_in(&mut self) -> Result<Shown> {
        self.tray.click(&["Sign in…"]).await?;
        let address = self.opener.address().await?;
        let browser = Browser::start(&self.desk).await?;
        browser.sign_in(&address, "Megan").await?;
        browser.close().await?;
        let is_read = |shown: &Shown| shown.tooltip.starts_with("Available");
        self.tray.wait_until("the presence that was read", is_read).await
    }

    /// What the service knows of the first person, once that is so.
    pub async fn person(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Result<Value> {
        let simulated = Simulated::of_demo(&self.desk)?;
        within(what, async {
            loop {
                let person = simulated.person().await?;
                if is_so(&person) {
                    return Ok(person);
                }
                // The simulator does not tell when it was written to.
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        })
        .await
    }
}
