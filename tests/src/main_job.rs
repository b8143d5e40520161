//! The product's main job as a person does it, against the demonstration: sign in, be Busy for an hour, leave a message, say
//! where one works. Each step looks at what the product shows *and* at what arrived at the service.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::Desk;
use crate::browser::{Browser, Opener};
use crate::picture::{self, Region};
use crate::product::{PRESENCE_FLYOUT, Resident, executable, presence_tray, run};
use crate::simulated::Simulated;
use crate::tray::{Shown, Tray};
use crate::window::{Appearance, Window};

/// What is written as the status message.
pub const MESSAGE: &str = "Writing the quarterly report – back at three";

/// The corner of the screen in which the tray's menu opens.
const CORNER: Region = Region {
    x: 880,
    y: 60,
    width: 400,
    height: 740,
};

/// A desktop with the demonstration running in it. The steps are meant to be taken in the order in which they stand here.
#[derive(Debug)]
pub struct MainJob {
    /// The person's name, once signed in.
    name: String,
    tray: Tray,
    simulated: Simulated,
    opener: Opener,
    pictures: PathBuf,
    started_in: Duration,
    resident: Resident,
    desk: Desk,
}

impl MainJob {
    /// Starts a desktop and in it `presence-tray --demo`; done when its icon is in the tray. Pictures go to the folder `pictures`.
    pub async fn begin(pictures: &Path) -> Result<Self> {
        fs::create_dir_all(pictures)?;
        let desk = Desk::start().await?;
        let opener = Opener::install(&desk).await?;
        let mut command = presence_tray(&desk, &["--demo"])?;
        command.env("BROWSER", opener.program());
        let started = Instant::now();
        let resident = Resident::start(&desk, command)?;
        let tray = Tray::find(&desk).await?;
        let started_in = started.elapsed();
        let simulated = Simulated::of_demo(&desk)?;
        let name = simulated.person().await?["name"].as_str().context("a name")?.to_owned();
        Ok(Self {
            name,
            tray,
            simulated,
            opener,
            pictures: pictures.to_owned(),
            started_in,
            resident,
            desk,
        })
    }

    /// How long it took from starting the program until its icon was in the tray.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// The desktop.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The icon in the tray.
    pub fn tray(&self) -> &Tray {
        &self.tray
    }

    /// The running program.
    pub fn resident(&self) -> &Resident {
        &self.resident
    }

    /// Signs in: the tray menu, then the browser, then back. What the browser and the icon show afterwards.
    pub async fn sign_in(&mut self) -> Result<String> {
        let before = self.tray.read().await?;
        self.tray.click(&["Sign in…"]).await?;
        let address = self.opener.address().await?;
        let browser = Browser::start(&self.desk).await?;
        let first_name = self.name.split(' ').next().unwrap_or_default();
        browser.open(&address).await?;
        browser.picture(&self.pictures.join("sign-in.png")).await?;
        let page = browser.sign_in(&address, first_name).await?;
        browser.close().await?;

        let sign_out = format!("Sign out {}", self.name);
        let shown = self
            .tray
            .wait_until("the icon to show a presence that was read", |shown| {
                shown.entry(&[&sign_out]).is_ok() && shown.icon != before.icon && !shown.tooltip.starts_with("Reading")
            })
            .await?;
        Ok(format!(
            "the browser: {}\nthe icon: {}",
            one_line(&page),
            one_line(&shown.tooltip)
        ))
    }

    /// Sets Busy for an hour from the tray menu.
    pub async fn be_busy_for_an_hour(&self) -> Result<String> {
        self.tray.click(&["1 hour"]).await?;
        self.tray
            .wait_until("the mark at 1 hour", |shown| is_checked(shown, &["1 hour"]))
            .await?;
        self.tray.click(&["Busy"]).await?;
        let shown = self
            .tray
            .wait_until("the icon to show Busy as it was read from the service", |shown| {
                shown.tooltip.starts_with("Busy")
                    && !shown.tooltip.contains("asked for")
                    && is_checked(shown, &["Busy"])
            })
            .await?;

        let written = self.written("setUserPreferredPresence").await?;
        let wanted = json!({ "availability": "Busy", "activity": "Busy", "expirationDuration": "PT1H" });
        ensure!(
            written == [wanted],
            "setUserPreferredPresence was sent with {written:?}"
        );
        let preferred = self.simulated.person().await?["preferred"].take();
        ensure!(preferred["availability"] == "Busy", "the service has {preferred}");
        Ok(format!(
            "the icon: {}\nthe service: {preferred}",
            one_line(&shown.tooltip)
        ))
    }

    /// Writes a status message in the window, which is looked at in light and in dark.
    pub async fn leave_a_message(&self) -> Result<String> {
        let program = executable(PRESENCE_FLYOUT)?;
        let window = Window::open(&self.desk, &program, &["--demo"], Appearance::Light).await?;
        window.shows("Busy until").await?;
        window.write(&test_id("message"), MESSAGE).await?;
        window.click(&test_id("message-set")).await?;
        self.tray
            .wait_until("the message in the tray's menu", |shown| {
                is_checked(shown, &["Status message", MESSAGE])
            })
            .await?;
        window.picture(&self.pictures.join("flyout-light.png")).await?;
        window.close().await?;

        let dark = Window::open(&self.desk, &program, &["--demo"], Appearance::Dark).await?;
        dark.shows("Busy until").await?;
        dark.picture(&self.pictures.join("flyout-dark.png")).await?;
        let text = dark.text().await?;
        dark.close().await?;

        ensure!(
            self.written("setStatusMessage").await?.len() == 1,
            "the message was sent more than once"
        );
        let message = self.simulated.person().await?["status_message"].take();
        ensure!(message["content"] == MESSAGE, "the service has {message}");
        Ok(format!("the window: {}\nthe service: {message}", one_line(&text)))
    }

    /// Sets the work location from the command line.
    pub async fn work_at_the_office(&self) -> Result<String> {
        let ended = run(presence_tray(&self.desk, &["--demo", "location", "office"])?).await?;
        ensure!(
            ended.code == 0,
            "presence-tray location office ended with {}: {}",
            ended.code,
            ended.stderr
        );
        let location = self.simulated.person().await?["location"].take();
        ensure!(
            location["manual"]["workLocationType"] == "office",
            "the service has {location}"
        );
        self.tray
            .wait_until("the mark at Office", |shown| is_checked(shown, &["Office"]))
            .await?;
        let said = if ended.stdout.is_empty() {
            "nothing, which means done"
        } else {
            ended.stdout.trim()
        };
        Ok(format!("the command said: {said}\nthe service: {}", location["manual"]))
    }

    /// Opens the tray's menu with a right click, and the window with a left click.
    pub async fn look_at_it_all(&self) -> Result<String> {
        let before = picture::when_still(&self.desk, None).await?;
        let icon = picture::status_icons(&self.desk).await?;
        picture::click(&self.desk, icon.centre(), 3).await?;
        let menu = picture::when_still(&self.desk, Some(&before)).await?;
        picture::take(&self.desk, Some(CORNER), &self.pictures.join("tray-menu.png")).await?;
        picture::key(&self.desk, "Escape").await?;
        let closed = picture::when_still(&self.desk, Some(&menu)).await?;

        let (x, y) = icon.centre();
        self.tray.activate(x, y).await?;
        let window = picture::drawn_window(&self.desk, "presence-flyout").await?;
        let open = picture::when_still(&self.desk, Some(&closed)).await?;
        fs::write(self.pictures.join("desktop.png"), open)?;
        let Region { x, y, width, height } = window;
        let shown = self.tray.read().await?;
        Ok(format!(
            "the window: {width}×{height} pixels at {x},{y}\nthe icon and its menu:\n{shown}"
        ))
    }

    /// Asks for the window where its program is not installed: a notification says so.
    pub async fn ask_for_the_missing_window(&self) -> Result<String> {
        self.tray.activate(0, 0).await?;
        self.desk.notifications_shown(1).await?;
        let screen = picture::when_still(&self.desk, None).await?;
        fs::write(self.pictures.join("no-window.png"), screen)?;
        Ok("a notification".to_owned())
    }

    /// Ends the program from its menu; its exit code is 0.
    pub async fn quit(&mut self) -> Result<String> {
        let clicked = self.tray.click(&["Quit"]).await;
        // It may be gone before it has answered the click.
        let code = match (clicked, self.resident.ended().await) {
            (Err(error), Err(_)) => return Err(error),
            (_, ended) => ended?,
        };
        ensure!(code == Some(0), "presence-tray ended with {code:?}");
        Ok("presence-tray ended with 0".to_owned())
    }

    /// The bodies that were sent to one of Graph's presence actions, and were not refused.
    async fn written(&self, action: &str) -> Result<Vec<Value>> {
        let requests = self.simulated.requests().await?;
        let done = requests.iter().filter(|request| {
            request["path"].as_str().is_some_and(|path| path.ends_with(action)) && request["status"] == 200
        });
        done.map(|request| Ok(serde_json::from_str(request["body"].as_str().unwrap_or_default())?))
            .collect()
    }
}

/// The whole story, or what of it needs no window. `say` is told each step and what was seen in it, as it happens.
pub async fn whole(pictures: &Path, has_window: bool, say: impl Fn(&str, &str)) -> Result<()> {
    let mut job = MainJob::begin(pictures).await.context("starting the demonstration")?;
    say(
        "Start presence-tray --demo",
        &format!("its icon is in the tray after {} ms", job.started_in.as_millis()),
    );
    say("Sign in", &job.sign_in().await.context("signing in")?);
    say(
        "Busy for one hour, from the tray menu",
        &job.be_busy_for_an_hour().await.context("setting Busy")?,
    );
    if has_window {
        say(
            "A status message, in the window",
            &job.leave_a_message().await.context("writing a message")?,
        );
    }
    say(
        "Work location, from the command line",
        &job.work_at_the_office().await.context("setting the location")?,
    );
    if has_window {
        say(
            "A look at the desktop",
            &job.look_at_it_all().await.context("looking at it")?,
        );
    } else {
        say(
            "A call for the window",
            &job.ask_for_the_missing_window().await.context("calling it")?,
        );
    }
    say("Quit, from the tray menu", &job.quit().await.context("ending it")?);
    Ok(())
}

fn is_checked(shown: &Shown, path: &[&str]) -> bool {
    shown.entry(path).is_ok_and(|entry| entry.checked == Some(true))
}

fn test_id(name: &str) -> String {
    format!("[data-testid=\"{name}\"]")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
