//! The programs that the product is measured beside.

use std::time::Duration;

use anyhow::Result;
use end_to_end::deadline::within;
use end_to_end::product::executable;
use end_to_end::{Desk, picture, tray};
use tokio::process::Command;

use crate::measure::{ICON_AFTER, MEMORY, megabytes, milliseconds, watched};
use crate::process::Program;
use crate::report::{Report, Unit, Who};
use crate::wire::Wire;

/// Debian's.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Its window's class.
const CHROMIUM_CLASS: &str = "chromium";

/// Starts each of them this often and looks at it; once for a minute.
pub(crate) async fn measure(desk: &Desk, wire: &Wire, runs: usize, report: &mut Report) -> Result<()> {
    for who in [Who::BareTray, Who::BareAgent, Who::BareTauri, Who::Chromium] {
        for run in 0..runs {
            let command = command(who, desk, wire)?;
            let program = if who == Who::Chromium {
                let program = Program::start(command)?;
                window(desk, CHROMIUM_CLASS).await?;
                program
            } else {
                let (icon, program) = tray::time_to_icon(desk, || Program::start(command)).await?;
                report.add(ICON_AFTER, Unit::Milliseconds, None, who, milliseconds(icon));
                program
            };
            program.settled().await;
            report.add(MEMORY, Unit::Megabytes, None, who, megabytes(program.memory()));
            if run + 1 == runs {
                watched(&program, who, report).await;
            }
            program.end().await?;
        }
    }
    Ok(())
}

/// Waits until a window of `class` is shown. A browser makes and drops windows while it starts, over which `xdotool --sync` stumbles.
async fn window(desk: &Desk, class: &str) -> Result<()> {
    within("a window", async {
        while picture::windows(desk, class).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    })
    .await
}

fn command(who: Who, desk: &Desk, wire: &Wire) -> Result<Command> {
    let name = match who {
        Who::PresenceTray | Who::BareTray => "bare-tray",
        Who::BareAgent => "bare-agent",
        Who::BareTauri => "bare-tauri",
        Who::Chromium => return Ok(chromium(desk)),
    };
    let mut command = desk.command(executable(name)?);
    if who == Who::BareAgent {
        command
            .arg(format!("{}/v1.0/me/presence", wire.address))
            .env("SSL_CERT_FILE", &wire.certificates);
    }
    Ok(command)
}

/// One blank window without the browser around it, and nothing in the background that a program made with Electron would not have.
fn chromium(desk: &Desk) -> Command {
    let mut command = desk.command(CHROMIUM);
    command
        .args([
            "--app=data:text/html,<title>blank</title>",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
        ])
        .arg(format!("--user-data-dir={}", desk.folder().join("chromium").display()));
    command
}
